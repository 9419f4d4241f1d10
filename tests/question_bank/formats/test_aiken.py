"""Aiken: what Moodle complains about is refused on the same lines, and a doubtful key is never taken."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from question_bank.formats.exchange import Imported, NotThisFormat, Outcome

Read = Callable[..., Imported | NotThisFormat]


def test_the_documented_file_is_read_as_it_always_was(
    import_vector: Callable[[str, str], tuple[Any, Any, Any]],
) -> None:
    found, summary, golden = import_vector("aiken", "documented.txt")
    assert summary == golden
    rejected = [one.where for one in found.questions if one.outcome is Outcome.REJECTED]
    assert rejected == ["dòng 3", "dòng 5", "dòng 7", "dòng 18"]  # as Moodle says of the same mistakes
    assert found.count(Outcome.READY) == 4
    assert found.count(Outcome.REVIEW) == 2


def test_a_file_with_windows_line_ends_and_a_mark_is_the_same(read_text: Read) -> None:
    text = "Một?\nA) x\nB) y\nANSWER: B\n"
    plain, other = read_text("aiken", text), read_text("aiken", b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    assert plain == other


def test_encodings_are_converted_only_when_certain(read_text: Read) -> None:
    utf16 = read_text("aiken", "Câu hỏi?\nA) một\nB) hai\nANSWER: A\n".encode("utf-16"))
    assert isinstance(utf16, Imported)
    assert utf16.questions[0].item is not None
    assert utf16.questions[0].item.common.stem == "Câu hỏi?"
    quotes = read_text("aiken", b"What is \x93this\x94?\nA) a\nB) b\nANSWER: A\n")
    assert isinstance(quotes, Imported)
    assert [notice.code for notice in quotes.notices] == ["converted"]
    assert quotes.questions[0].item is not None
    assert "“this”" in quotes.questions[0].item.common.stem
    letters = read_text("aiken", b"Caf\xe9?\nA) a\nB) b\nANSWER: A\n")
    assert isinstance(letters, NotThisFormat)
    assert (letters.notice.code, letters.notice.where) == ("not_utf8", "dòng 1")


def test_a_file_without_answers_is_not_aiken(read_text: Read) -> None:
    found = read_text("aiken", "Một bài văn.\nA) có vẻ là phương án\n")
    assert isinstance(found, NotThisFormat)
