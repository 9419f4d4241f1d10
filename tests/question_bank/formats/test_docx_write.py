"""A Word file of ours, edited in Word: what is shown counts, and what no longer fits together is for a person."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from question_bank.formats.carried import value_tags
from question_bank.formats.docx import FORMAT
from question_bank.formats.exchange import Defaults, Imported, Outcome, Question
from question_bank.formats.omml_write import omml_of, read_back
from question_bank.formats.table import FORMAT as TABLE
from question_bank.ids import TopicCode
from question_bank.items import types
from question_bank.mathematics import mathml

Edit = Callable[[str], str]


def document(data: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read("word/document.xml").decode()


def edited(data: bytes, edit: Edit) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            content = old.read(info)
            if info.filename == "word/document.xml":
                assert edit(content.decode()) != content.decode(), "nothing was changed"
                content = edit(content.decode()).encode()
            new.writestr(info.filename, content)
    return out.getvalue()


@pytest.fixture
def after(exchange: Any, make_item: Any) -> Callable[[Edit], list[Question]]:
    """`after(edit)`: two questions written, the document changed, and read again."""

    def read(edit: Edit) -> list[Question]:
        items = [make_item("X-1", "B"), make_item("X-2", "AC")]
        data = FORMAT.write(exchange.bank(items), items, {}).data
        found = FORMAT.read(edited(data, edit), "sua.docx", Defaults(TopicCode("khac")))
        assert isinstance(found, Imported)
        return [*found.questions]

    return read


def fields(question: Question) -> dict[str, Any]:
    assert question.item is not None
    return question.item.own_fields()


def test_a_corrected_word_is_taken(after: Any) -> None:
    one, _ = after(lambda text: text.replace("Ý A của X-1", "Ý A đã sửa"))
    assert fields(one)["options"]["A"] == "Ý A đã sửa"
    assert (one.outcome, one.item.id) == (Outcome.READY, "X-1")


def test_a_key_changed_in_the_table_is_taken(after: Any) -> None:
    one, two = after(lambda text: text.replace(">A, C<", ">B, D<"))
    assert (fields(one)["key"], fields(two)["key"]) == (["B"], ["B", "D"])
    assert one.evidence


def test_a_key_that_names_no_option_is_for_a_person(after: Any) -> None:
    _, two = after(lambda text: text.replace(">A, C<", ">A, K<"))
    assert two.outcome is Outcome.REVIEW
    assert "key_unreadable" in [notice.code for notice in two.review]
    assert fields(two)["key"] == []


def test_an_option_added_below_the_others_is_one(after: Any) -> None:
    def edit(text: str) -> str:
        at = text.index("</w:p>", text.index("Ý D của X-1")) + len("</w:p>")
        return (
            text[:at]
            + '<w:p><w:pPr><w:pStyle w:val="ExamroomRow"/></w:pPr><w:r><w:t>E. Ý mới</w:t></w:r></w:p>'
            + text[at:]
        )

    one, _ = after(edit)
    assert fields(one)["options"]["E"] == "Ý mới"
    assert one.outcome is Outcome.READY


def test_paragraphs_added_without_a_style_are_for_a_person(after: Any) -> None:
    def edit(text: str) -> str:
        at = text.index("</w:p>", text.index("Câu X-2 hỏi gì?")) + len("</w:p>")
        return text[:at] + "<w:p><w:r><w:t>Câu 3. Một câu mới?</w:t></w:r></w:p>" + text[at:]

    _, two = after(edit)
    assert [notice.code for notice in two.review] == ["lines_added"]


def test_a_key_that_fits_no_cell_must_still_be_the_one_in_the_table(exchange: Any, make_item: Any) -> None:

    common = make_item("X-1").common
    item = types()["short_text"].read(common, {"answers": ["Hà Nội", {"text": "Thăng Long", "percent": "50"}]}, [])
    data = FORMAT.write(exchange.bank([item]), [item], {}).data
    same = FORMAT.read(data, "a.docx", Defaults(TopicCode("khac")))
    other = FORMAT.read(
        edited(data, lambda text: text.replace("Hà Nội | Thăng Long", "Huế")), "a.docx", Defaults(TopicCode("khac"))
    )
    assert isinstance(same, Imported)
    assert isinstance(other, Imported)
    assert same.questions[0].item == item
    assert [notice.code for notice in other.questions[0].review] == ["key_conflict"]


def test_no_look_of_an_option_tells_which_is_right(exchange: Any, make_item: Any) -> None:
    item = make_item("X-1", "B")
    other = replace(item, key=("C",))
    bodies = [
        document(FORMAT.write(exchange.bank([one]), [one], {}).data).partition("ĐÁP ÁN")[0] for one in (item, other)
    ]
    assert bodies[0] == bodies[1]


def test_a_file_that_lost_its_styles_is_read_as_any_other(after: Any) -> None:

    found = after(
        lambda text: re.sub(r"<w:pStyle[^>]*>|<w:rStyle[^>]*>|<w:r><w:rPr><w:vanish/></w:rPr>.*?</w:r>", "", text)
    )
    assert [(one.outcome, fields(one)["key"]) for one in found] == [(Outcome.READY, ["B"]), (Outcome.READY, ["A", "C"])]


@pytest.mark.parametrize("hidden", ['{"left":{"1":"một","2":"hai"}}', '{"picture":"hình"}', '{"words":["a","b","c"]}'])
def test_hidden_fields_of_another_type_are_for_a_person(after: Any, hidden: str) -> None:
    """Whoever edits hidden text can write anything there."""
    [tag] = value_tags("fields", hidden)
    one, two = after(lambda text: text.replace("[examroom:id=X-1]", f"[examroom:id=X-1][{tag}]"))
    assert (one.outcome, two.outcome) == (Outcome.REVIEW, Outcome.READY)
    assert "rows_changed" in [notice.code for notice in one.review]


@pytest.mark.parametrize("form", [FORMAT, TABLE])
def test_the_same_items_give_the_same_bytes(exchange: Any, make_item: Any, form: Any) -> None:
    items = [make_item("X-1"), make_item("X-2", key="AC")]
    assert form.write(exchange.bank(items), items, {}).data == form.write(exchange.bank(items), items, {}).data


FORMULAS = (
    r"\frac{a+b}{\sqrt{3}}", r"x^{2}+y_{1}^{3}", r"\sqrt[3]{x}", r"\sum_{i=1}^{n} i^2", r"\int_0^1 x\,dx", r"\lim_{x\to 0} f(x)",
    r"\left(\frac{1}{2}\right)", r"\begin{pmatrix}1&2\\3&4\end{pmatrix}", r"\begin{cases}x+y=1\\x-y=3\end{cases}", r"\overline{AB}",
    r"\vec{u}\cdot\vec{v}", r"a\ne b\le c", r"\alpha\beta\gamma", r"\{1;2\}", r"5\%", r"\mathrm{H_2SO_4}", r"\hat{x}", r"30^\circ",
)  # fmt: skip


@pytest.mark.parametrize("tex", FORMULAS)
def test_a_formula_is_written_as_an_equation_of_word_that_reads_as_mathematics(tex: str) -> None:
    assert omml_of(tex, False) is not None
    back = read_back(tex, False)
    assert back
    assert isinstance(mathml(back, False), list)
    assert read_back(back, False) is not None
