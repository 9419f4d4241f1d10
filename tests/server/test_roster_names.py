from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.names import LETTERS, TONES, lookalikes, search_key, sort_key, tidy

SYLLABLES = st.sampled_from(
    [
        "An",
        "Ăn",
        "Ân",
        "Đức",
        "Dức",
        "Hoa",
        "Hòa",
        "Hoà",
        "Hỏa",
        "Hõa",
        "Hóa",
        "Họa",
        "Ơn",
        "Ôn",
        "On",
        "Ưng",
        "Ung",
        "Y",
    ]
)
NAMES = st.lists(SYLLABLES, min_size=2, max_size=5).map(" ".join)


def in_order(*names: str) -> bool:
    return sorted(set(names), key=sort_key) == list(names)


def test_the_given_name_decides_before_the_family_name() -> None:
    assert in_order("Vũ Thị An", "Lê Văn Bình", "Đỗ Hữu Cường")


def test_same_given_names_are_ordered_by_family_name_and_then_by_middle_names() -> None:
    assert in_order("Bùi Văn Hà", "Đỗ An Hà", "Đỗ Bá Hà", "Đỗ Bá Huy Hà", "Vũ An Hà")


def test_the_letters_stand_in_the_order_of_the_vietnamese_alphabet() -> None:
    assert in_order(
        "Lê An", "Lê Ăn", "Lê Ân", "Lê Dung", "Lê Đan", "Lê Em", "Lê Êm", "Lê On", "Lê Ôn", "Lê Ơn", "Lê Uy", "Lê Ư"
    )


def test_the_tone_decides_only_between_equal_letters() -> None:
    assert in_order("Lê Hoa", "Lê Hòa", "Lê Hỏa", "Lê Hõa", "Lê Hóa", "Lê Họa", "Lê Hoan")


def test_capitals_spaces_and_decomposed_letters_do_not_move_a_name() -> None:
    name = "Nguyễn Thị Đoan Trường"
    assert sort_key(f"  {unicodedata.normalize('NFD', name).upper()} ") == sort_key(name)


def test_every_letter_and_tone_has_its_own_place() -> None:
    keys = [
        sort_key(f"Lê {unicodedata.normalize('NFC', letter + tone)}") for letter in LETTERS for tone in ("", *TONES)
    ]
    assert len(set(keys)) == len(keys)


@given(st.lists(NAMES, max_size=12), st.randoms(use_true_random=False))
def test_the_order_does_not_depend_on_the_order_of_the_file(names: list[str], chance: object) -> None:
    shuffled = list(names)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert [sort_key(name) for name in sorted(names, key=sort_key)] == sorted(sort_key(name) for name in shuffled)


@given(st.text(max_size=40))
def test_any_text_has_a_key_and_a_tidy_form_that_is_stable(text: str) -> None:
    assert sort_key(text) == sort_key(tidy(text))
    assert tidy(tidy(text)) == tidy(text)


@pytest.mark.parametrize(
    ("typed", "name"),
    [("nguyen van duc", "Nguyễn Văn Đức"), ("HUYNH", "Huỳnh"), ("y blo nie", "Y Blŏ Niê"), ("ươ", "ƯƠ")],
)
def test_a_name_is_found_by_what_someone_types_without_marks(typed: str, name: str) -> None:
    assert search_key(typed) == search_key(name)


@pytest.mark.parametrize("name", ["Đinh Văn Ấn", "Y Blŏ Niê", "H'Hen Niê", "Nguyễn Thị Ánh-Tuyết"])
def test_names_written_in_vietnam_hold_no_lookalikes(name: str) -> None:
    assert lookalikes(name) == ""


@pytest.mark.parametrize(
    ("name", "foreign"), [("\u00d0inh Văn An", "\u00d0"), ("Lê \u0410nh", "\u0410"), ("\u0391n", "\u0391")]
)
def test_cyrillic_greek_and_icelandic_letters_are_told_from_ours(name: str, foreign: str) -> None:
    assert lookalikes(name) == foreign
