"""The authoring format: what is written reads back the same, whatever the words."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from question_bank.bilingual import Bilingual
from question_bank.formats.authoring import read_items, write_items
from question_bank.formats.folder import read_bank
from question_bank.ids import BankItemId, TopicCode
from question_bank.items._choice import Choice, Option
from question_bank.items.model import Common, Level
from question_bank.items.multiple_choice import MultipleChoice
from question_bank.items.single_choice import SingleChoice
from question_bank.items.text import folded, text_faults
from question_bank.problems import Severity

SAMPLES = Path(__file__).resolve().parent.parent.parent / "question_bank" / "samples"

# Everything a text may hold, and the things YAML is known to trip over.
AWKWARD = ["null", "~", "yes", "no", "true", "1.10", "2020", "1e3", "0x1F", "- a", "a: b", "a #b", "# a", "'", '"', "''a",
           "[a]", "{a}", "*a", "&a", "!a", "%a", "@a", "`a", "|", ">", "? a", "a\\b", "a\\n", "---", "...", "=", "<<",
           "12:30", "2020-01-01", "Nghị định 61/2018/NĐ-CP", "=IF(A1>5;\"Đạt\";\"Không\")", "😀", "a\u00a0b", "\u0301a"]  # fmt: skip
lines = st.sampled_from(AWKWARD) | st.text(st.characters(exclude_categories=["C", "Zl", "Zp"]), min_size=1, max_size=30)


def usable(text: str, several_lines: bool) -> bool:
    return text == text.strip() and not text_faults(("stem",), text, 300, several_lines)


one_line = lines.map(str.strip).filter(lambda text: usable(text, several_lines=False))
many_lines = st.lists(lines | st.just(""), min_size=1, max_size=4).map("\n".join).map(str.strip)
many_lines = many_lines.filter(lambda text: usable(text, several_lines=True))


@st.composite
def choices(draw: st.DrawFn, number: int) -> Choice:
    texts = draw(st.lists(one_line, min_size=2, max_size=6, unique_by=folded))
    labels = "ABCDEF"[: len(texts)]
    multiple = draw(st.booleans())
    key = sorted(draw(st.sets(st.sampled_from(labels), min_size=1, max_size=len(labels) if multiple else 1)))
    fixed = sorted(draw(st.sets(st.sampled_from(labels))))
    common = Common(
        BankItemId(f"X-{number}"), TopicCode("chu-de"), draw(st.sampled_from(Level)), draw(many_lines), draw(many_lines),
        draw(one_line),
    )  # fmt: skip
    options = tuple(Option(label, text) for label, text in zip(labels, texts, strict=True))
    return (MultipleChoice if multiple else SingleChoice)(common, options, tuple(key), tuple(fixed))


@given(st.lists(st.integers(), max_size=3).flatmap(lambda n: st.tuples(*(choices(i) for i in range(len(n) + 1)))),
       one_line, one_line)  # fmt: skip
def test_what_is_written_reads_back_the_same(items: tuple[Choice, ...], vi: str, en: str) -> None:
    items = tuple(item for item in items if not any(fault.severity is Severity.ERROR for fault in item.problems()))
    text = write_items(TopicCode("chu-de"), Bilingual(vi, en), items)
    found = read_items(text.encode(), "x.yaml")
    assert [problem for problem in found.problems if not problem.is_warning and problem.code != "empty_field"] == []
    assert tuple(item.item for item in found.items) == items
    assert (found.topic, found.title) == ("chu-de", Bilingual(vi, en))


def test_the_sample_bank_is_written_and_read_back_the_same() -> None:
    bank = read_bank(SAMPLES / "bank").bank
    for topic, title in bank.topics.items():
        items = [item for item in bank.items if item.common.topic == topic]
        found = read_items(write_items(topic, title, items).encode(), "x.yaml")
        assert found.problems == ()
        assert [item.item for item in found.items] == items


def test_places_are_where_the_ids_stand(make_item: Callable[..., Choice]) -> None:
    text = write_items(TopicCode("chu-de"), Bilingual("Chủ đề", "Topic"), [make_item("X-1"), make_item("X-2")])
    for found in read_items(text.encode(), "x.yaml").items:
        assert text.split("\n")[found.place.line - 1][found.place.column - 1 :] == found.id


def test_a_byte_order_mark_and_windows_line_ends_make_no_difference(make_item: Callable[..., Choice]) -> None:
    text = write_items(TopicCode("chu-de"), Bilingual("Chủ đề", "Topic"), [make_item("X-1")])
    windows = b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode()
    assert read_items(windows, "x.yaml") == read_items(text.encode(), "x.yaml")


def test_text_is_what_was_written_however_yaml_would_take_it() -> None:
    text = (
        write_items(TopicCode("t"), Bilingual("C", "T"), [])
        + """
  - {id: X-1, type: single_choice, level: nhan_biet, stem: 2020, explanation: no, source: 1.10, key: B,
     options: {A: yes, B: 0x1F, C: 2020-01-01, D: 1e3}}
"""
    )
    found = read_items(text.encode(), "x.yaml")
    assert found.problems == ()
    item = found.items[0].item
    assert isinstance(item, Choice)
    assert [option.text for option in item.options] == ["yes", "0x1F", "2020-01-01", "1e3"]
    assert (item.common.stem, item.common.explanation, item.common.source) == ("2020", "no", "1.10")


@given(st.binary(max_size=400) | st.text(max_size=400).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_no_bytes_make_the_reader_fail(data: bytes) -> None:
    found = read_items(data, "x.yaml")
    assert found.problems


def test_a_good_file_with_a_byte_changed_is_read_or_explained(make_item: Callable[..., Choice]) -> None:
    text = write_items(TopicCode("chu-de"), Bilingual("Chủ đề", "Topic"), [make_item("X-1"), make_item("X-2", "AC")])
    data = text.encode()
    for place in range(0, len(data), 7):
        for other in b"\x00:[{\"'&*!|\n\xff":
            found = read_items(data[:place] + bytes([other]) + data[place + 1 :], "x.yaml")
            assert found.problems or len(found.items) == 2
