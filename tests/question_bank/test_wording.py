"""Sentences in the reader's language."""

from __future__ import annotations

import pytest

from question_bank.bilingual import Bilingual
from question_bank.phrase import phrase, phrases
from question_bank.wording import environment_language, gettext, language, ngettext, render, title, use_language


@pytest.mark.parametrize(
    ("environment", "spoken"),
    [
        ({}, "vi"),
        ({"LANG": "C.UTF-8"}, "vi"),
        ({"LANG": "fr_FR.UTF-8"}, "vi"),
        ({"LANG": "vi_VN.UTF-8"}, "vi"),
        ({"LANG": "en_GB.UTF-8"}, "en"),
        ({"LANG": "en"}, "en"),
        ({"LANG": "vi_VN", "LC_ALL": "en_US.UTF-8"}, "en"),
        ({"LANG": "en_US", "LC_MESSAGES": "vi_VN"}, "vi"),
        ({"LANG": "en_US", "LC_ALL": ""}, "en"),
    ],
)
def test_the_environments_language_is_spoken_when_it_is_ours(environment: dict[str, str], spoken: str) -> None:
    assert environment_language(environment) == spoken


def test_a_sentence_is_in_the_chosen_language() -> None:
    use_language("en")
    assert language() == "en"
    assert gettext("“%(field)s” is missing", field="key") == "“key” is missing"
    use_language("vi")
    assert gettext("“%(field)s” is missing", field="key") == "thiếu “key”"


def test_a_sentence_nobody_translated_stays_english_and_a_percent_sign_is_not_a_place() -> None:
    use_language("vi")
    assert gettext("no such sentence, 100 %") == "no such sentence, 100 %"


def test_english_counts_and_vietnamese_does_not_need_to() -> None:
    use_language("en")
    assert [ngettext("%(n)s error", "%(n)s errors", n) for n in (0, 1, 2)] == ["0 errors", "1 error", "2 errors"]
    use_language("vi")
    assert [ngettext("%(n)s error", "%(n)s errors", n) for n in (0, 1, 2)] == ["0 lỗi", "1 lỗi", "2 lỗi"]


def test_a_phrase_says_what_the_sentence_says_and_may_hold_another() -> None:
    use_language("en")
    inner = phrases("%(n)s error", "%(n)s errors", 2)
    assert render(phrase("%(what)s here", what=inner)) == "2 errors here"


def test_a_title_is_in_the_readers_language() -> None:
    use_language("en")
    assert title(Bilingual("Đề", "Paper")) == "Paper"
    use_language("vi")
    assert title(Bilingual("Đề", "Paper")) == "Đề"
