"""Questions about HTML: tags in plain files are words to be seen, on no page anything else; where text is HTML they stay faults."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from pypdf import PdfReader

from question_bank.bank import Bank
from question_bank.blueprint import Blueprint, SetName
from question_bank.form import assemble_sets
from question_bank.formats.docx import FORMAT
from question_bank.formats.exchange import Defaults, Imported, NotThisFormat, Outcome, Question
from question_bank.ids import TopicCode
from question_bank.paper.pdf import Head, paper_form
from question_bank.showing import shown
from question_bank.studio.preview import preview
from question_bank.wording import use_language
from scripts.docx_parts import WordFile, para, run

TAGS = ("<p>", "<br>", "<!-- chú thích -->", "<script>alert(1)</script>")
AIKEN = "Thẻ <br> làm gì?\nA. <p>\nB. <br>\nC. &nbsp; là dấu cách\nD. <b>x</b>\nANSWER: B\n"
GIFT = "[plain]Thẻ <br> làm gì? {=[plain]<br> ~[plain]<p> ~[plain]&nbsp; là dấu cách ~[plain]<b>x</b>}\n"
CSV = "\n".join(["Câu hỏi\tA\tB\tC\tD\tĐáp án", "Thẻ <br> làm gì?\t<p>\t<br>\t&nbsp; là dấu cách\t<b>x</b>\t<br>", ""])


def word(stem: str, options: tuple[str, ...] = TAGS, right: str = "B") -> Question:
    use_language("en")
    file = WordFile()
    labels = [run(f"{one}.", u="single" if one == right else "") for one in "ABCD"]
    rows = (para(label, run(f" {text}")) for label, text in zip(labels, options, strict=True))
    file.add(para(run(f"Câu 1. {stem}")), *rows)
    found = FORMAT.read(file.build(), "de.docx", Defaults(TopicCode("chu-de"), source="đề"))
    assert isinstance(found, Imported), found
    return found.questions[0]


def options(question: Question) -> list[Any]:
    assert question.item is not None
    told: Any = question.item.own_fields()["options"]
    return [*told.values()]


def test_tags_in_a_word_file_are_kept_as_code_and_ask_nobody() -> None:
    question = word("Thẻ <br> dùng để làm gì, và <a href='#'>liên kết</a>?")
    assert question.outcome is Outcome.READY, question.review
    assert question.item is not None
    assert question.item.common.stem == "Thẻ {{code:<br>}} dùng để làm gì, và {{code:<a href='#'>liên kết</a>}}?"
    assert options(question) == [f"{{{{code:{tag}}}}}" for tag in TAGS]
    assert [notice.code for notice in question.notices if notice.code.startswith("markup")] == ["markup_as_code"]


@pytest.mark.parametrize("stem", ["Hỏi&nbsp;gì?", "Dòng một<br>dòng hai?", "x<sup>2</sup> là gì?", "Hỏi gì?</p>"])
def test_what_a_page_left_in_a_text_is_looked_at(stem: str) -> None:
    question = word(stem, ("một", "hai", "ba", "bốn"))
    assert [notice.code for notice in question.review] == ["markup"]


def test_a_question_that_is_markup_as_a_whole_is_looked_at() -> None:
    question = word("<p>Thủ đô nước ta?</p>", ("một", "hai", "ba", "bốn"))
    assert [notice.code for notice in question.review] == ["markup"]


@pytest.mark.parametrize(("name", "text"), [("aiken", AIKEN), ("gift", GIFT), ("table", CSV)])
def test_tags_in_other_plain_files_are_kept_as_code(
    name: str, text: str, read_text: Callable[..., Imported | NotThisFormat]
) -> None:
    found = read_text(name, text, "bai.csv" if name == "table" else "bai.txt")
    assert isinstance(found, Imported), found
    assert [question.outcome for question in found.questions] == [Outcome.READY], found.questions[0].review
    item = found.questions[0].item
    assert item is not None
    assert item.common.stem == "Thẻ {{code:<br>}} làm gì?"
    assert "{{code:&nbsp;}} là dấu cách" in options(found.questions[0])
    fields: Any = item.own_fields()
    assert [fields["options"][label] for label in fields["key"]] == ["{{code:<br>}}"]


def test_tags_written_as_words_in_a_page_of_moodle_stay_faults(
    read_text: Callable[..., Imported | NotThisFormat],
) -> None:
    answers = "".join(
        f"<answer fraction='{earned}'><text>{text}</text></answer>" for earned, text in ((100, "một"), (0, "hai"))
    )
    question = (
        "<quiz><question type='multichoice'><questiontext format='html'><text><![CDATA[<p>Thẻ &lt;br&gt; làm gì?</p>]]></text>"
        f"</questiontext><single>true</single>{answers}</question></quiz>"
    )
    found = read_text("moodle", question, "bai.xml")
    assert isinstance(found, Imported), found
    assert "markup" in [notice.code for notice in found.questions[0].review]


def test_candidates_see_tags_as_words_in_the_paper_and_in_its_preview(
    make_bank: Callable[..., Bank], make_blueprint: Callable[..., Blueprint]
) -> None:
    read = word("Thẻ <script>alert(1)</script> làm gì?").item
    assert read is not None
    assert shown(read.common.stem, {}, {}) == ["Thẻ ", {"k": "code", "c": ["<script>alert(1)</script>"]}, " làm gì?"]
    assert "<script>" in json.dumps(preview(read, None, {}))
    bank = make_bank()
    items = [replace(item, common=replace(item.common, stem=read.common.stem)) for item in bank.items]
    forms = assemble_sets(Bank.of(bank.topics, items), make_blueprint(), bytes(32), (SetName.PRIMARY,))
    assert isinstance(forms, tuple)
    made = paper_form(forms[0], lambda _: b"", Head("Ủy ban", "Ban tổ chức"), "vi").paper
    text = " ".join("".join(page.extract_text() for page in PdfReader(io.BytesIO(made)).pages).split())
    assert "<script>alert(1)</script>" in text
