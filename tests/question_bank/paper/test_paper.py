"""A form on paper: everything that candidates see is on the pages, nothing of the key is on theirs, and the key sheet is right."""

from __future__ import annotations

import io
import re
import shutil
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from pypdf import PdfReader

from question_bank.bank import Bank
from question_bank.bilingual import Bilingual
from question_bank.blueprint import Blueprint, Cell, FormItems, FormsPlan, SectionPlan, SetName
from question_bank.canonical import digest
from question_bank.form import Form, assemble_sets
from question_bank.form_file import read_form, write_form
from question_bank.formats.folder import read_bank
from question_bank.items import types
from question_bank.items._choice import Choice, right_options
from question_bank.items.true_false_4 import TrueFalse4
from question_bank.marking_scheme import Marks
from question_bank.media_source import from_folder
from question_bank.paper.pages import key_page, missing, printed_items
from question_bank.paper.pdf import Head, PaperForm, paper_form
from question_bank.showing import shown as nodes
from question_bank.wording import render

VECTORS = Path(__file__).resolve().parent.parent.parent / "vectors" / "items"
NO_PICTURES = Head("Ủy ban nhân dân tỉnh X", "Ban Tổ chức Hội thi")


def words(pdf: bytes) -> str:
    """The text of a PDF, in one line."""
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())


@pytest.fixture(scope="module")
def every_type(tmp_path_factory: pytest.TempPathFactory) -> tuple[Bank, Form, Path]:
    """A form with an item of every type, and the folder of its pictures."""
    folder = tmp_path_factory.mktemp("bank")
    shutil.copy(VECTORS / "good_types.yaml", folder)
    shutil.copytree(VECTORS / "media", folder / "media")
    bank = read_bank(folder).bank
    cells = tuple(Cell(count.topic, count.level, count.items, (count.type,)) for count in bank.counts())
    plan = SectionPlan("p", Bilingual("Mọi kiểu câu", "Every type"), 2700, Marks(25), {}, cells)
    blueprint = Blueprint(
        "hoi-thi", "r", Bilingual("Hội thi mẫu", "Sample contest"), (plan,), FormsPlan(1, codes=("417",))
    )
    forms = assemble_sets(bank, blueprint, bytes(32), (SetName.PRIMARY,))
    assert isinstance(forms, tuple)
    return bank, forms[0], folder / "media"


@pytest.fixture(scope="module")
def sheets(every_type: tuple[Bank, Form, Path]) -> PaperForm:
    """Its three PDFs in Vietnamese."""
    return paper_form(every_type[1], from_folder(every_type[2]), NO_PICTURES, "vi")


def test_every_item_is_on_the_question_paper_with_its_head_and_foot(
    every_type: tuple[Bank, Form, Path], sheets: PaperForm
) -> None:
    text = words(sheets.paper)
    for number in range(1, len(every_type[0].items) + 1):
        assert f"Câu {number}." in text
    for expected in ("ỦY BAN NHÂN DÂN TỈNH X", "BAN TỔ CHỨC HỘI THI", "HỘI THI MẪU", "ĐỀ CHÍNH THỨC", "Mã đề: 417", "Số báo danh",
                     "Họ, tên thí sinh", "Thời gian làm bài: 45 phút", "PHẦN I. Mọi kiểu câu", "HẾT", "Mã đề 417", "Trang 1/"):  # fmt: skip
        assert expected in text, expected


def test_what_candidates_get_on_paper_tells_no_bank_item_and_no_key(
    every_type: tuple[Bank, Form, Path], sheets: PaperForm
) -> None:
    candidates = words(sheets.paper) + words(sheets.answers)
    assert not [item.id for item in every_type[0].items if re.search(rf"\b{re.escape(item.id)}\b", candidates)]
    assert "MẬT" not in candidates
    assert every_type[1].sha256() not in candidates.replace(" ", "")


def test_the_pages_for_candidates_do_not_change_with_the_key(
    make_bank: Callable[..., Bank], make_blueprint: Callable[..., Blueprint]
) -> None:
    made = []
    for first in ("A", "B"):
        bank = make_bank(key_of=lambda n, first=first: first if n % 3 else "ABCD"[n % 4])
        forms = assemble_sets(bank, make_blueprint(), bytes(32), (SetName.PRIMARY,))
        assert isinstance(forms, tuple)
        found = paper_form(forms[0], lambda _: b"", Head(), "vi")
        made.append((words(found.paper), words(found.answers), words(found.key)))
    assert made[0][:2] == made[1][:2]
    assert made[0][2] != made[1][2]


def test_the_key_sheet_is_marked_secret_and_carries_the_forms_digest(
    every_type: tuple[Bank, Form, Path], sheets: PaperForm
) -> None:
    _, form, _ = every_type
    text = words(sheets.key)
    assert "MẬT" in text
    assert digest(form.document()).hex() in text.replace(" ", "")
    assert all(item.bank_item in text for section in form.sections for item in section.marking.items)


def test_the_key_is_what_the_paper_calls_it(every_type: tuple[Bank, Form, Path]) -> None:
    """Letters on the key sheet are those beside the options on the paper."""
    bank, form, _ = every_type
    authored = {str(one.id): one for one in bank.items}
    rows = [row for row in key_page(printed_items(form), render, "en") if isinstance(row, dict)]
    assert [row["item"] for row in rows] == [item.marking.bank_item for item in printed_items(form)]
    compared = 0
    for item, row in zip(printed_items(form), rows, strict=True):
        choice = authored[item.marking.bank_item]
        if isinstance(choice, Choice) and item.shape is not None:
            shown = item.shape.asks[0]["rows"]
            assert isinstance(shown, list)
            texts = {line[0]: line[1] for line in shown if isinstance(line, list) and isinstance(line[0], str)}
            right = [option.text for option in choice.options if option.label in choice.key]
            letters = str(row["key"]).split(", ")
            assert len(letters) == len(right)
            plain = [text for letter in letters if isinstance(text := texts[letter], str)]
            assert set(plain) <= set(right)
            compared += len(plain)
    assert compared


def test_every_type_but_tasks_with_files_can_be_on_paper(every_type: tuple[Bank, Form, Path]) -> None:
    items = printed_items(every_type[1])
    assert {str(item.view["type"]) for item in items} == set(types())
    assert [one.what for one in missing(items)] == ["file_task"]
    for item in items:
        if item.shape:
            assert len(item.shape.fields) == len(item.shape.key) > 0


def test_forms_with_the_same_items_differ_in_order_and_key(
    make_bank: Callable[..., Bank], make_blueprint: Callable[..., Blueprint]
) -> None:
    blueprint = replace(make_blueprint(), forms=FormsPlan(2, FormItems.SAME))
    forms = assemble_sets(make_bank(), blueprint, bytes(32), (SetName.PRIMARY,))
    assert isinstance(forms, tuple)
    keys = [[row["key"] for row in key_page(printed_items(form), render, "vi")] for form in forms]  # type: ignore[index, call-overload]
    assert keys[0] != keys[1]
    papers = [words(paper_form(form, lambda _: b"", Head(), "en").paper) for form in forms]
    assert ["Paper code: 101" in papers[0], "Paper code: 102" in papers[1]] == [True, True]
    assert "OFFICIAL PAPER" in papers[0]


def test_every_vietnamese_letter_has_its_sign_in_every_face(
    make_bank: Callable[..., Bank], make_blueprint: Callable[..., Blueprint]
) -> None:
    """In plain, bold, italic, both, and italic in the head of a table, which is bold: no letter falls apart."""
    tones = ("", *"\u0300\u0301\u0303\u0309\u0323")
    letters = " ".join(
        unicodedata.normalize("NFC", f"{base}{tone}") for base in "aăâeêioôơuưyAĂÂEÊIOÔƠUƯY" for tone in tones
    )
    looks = "\n\n".join(("{0}", "{{b:{0}}}", "{{i:{0}}}", "{{b:{{i:{0}}}}}", "{{table:\n{{i:{0}}} | đĐ\nx | y\n}}"))
    stem = looks.replace("{0}", letters)
    bank = make_bank()
    items = [replace(item, common=replace(item.common, stem=stem)) for item in bank.items]
    forms = assemble_sets(Bank.of(bank.topics, items), make_blueprint(count=1), bytes(32), (SetName.PRIMARY,))
    assert isinstance(forms, tuple)
    text = unicodedata.normalize("NFC", words(paper_form(forms[0], lambda _: b"", Head(), "vi").paper))
    assert text.replace(" ", "").count(letters.replace(" ", "")) == 5 * 8


@pytest.mark.parametrize(
    "hostile",
    [
        "#panic()",
        "*đậm* _nghiêng_ $x$ `raw`",
        '#image("/etc/passwd")',
        "@ref <label> \\ // lời",
        "= Tiêu đề",
        "[#1](x)",
    ],
)
def test_what_an_author_writes_is_never_evaluated(
    hostile: str, make_bank: Callable[..., Bank], make_blueprint: Callable[..., Blueprint]
) -> None:
    bank = make_bank()
    items = [replace(item, common=replace(item.common, stem=f"{hostile} {item.id}")) for item in bank.items]
    forms = assemble_sets(Bank.of(bank.topics, items), make_blueprint(), bytes(32), (SetName.PRIMARY,))
    assert isinstance(forms, tuple)
    text = words(paper_form(forms[0], lambda _: b"", Head(hostile, hostile), "vi").paper)
    assert hostile.split()[0].replace("“", "") in text


def test_the_command_writes_three_secret_files_a_form_and_says_what_is_missing(
    run: Callable[..., tuple[int, str, str]], every_type: tuple[Bank, Form, Path], tmp_path: Path
) -> None:
    write_form(every_type[1], tmp_path / "form.json")
    status, out, _ = run("print", tmp_path / "form.json", "--to", tmp_path / "in", "--bank", every_type[2].parent)
    assert status == 3
    assert sorted(path.name for path in (tmp_path / "in").iterdir()) == [
        "answers-417.pdf",
        "key-417.pdf",
        "paper-417.pdf",
    ]
    assert all(path.stat().st_mode & 0o777 == 0o600 for path in (tmp_path / "in").iterdir())
    assert read_form(tmp_path / "form.json").sha256() in out
    assert "K-14" in out


def test_a_picture_that_is_not_there_is_an_error_with_a_hint(
    run: Callable[..., tuple[int, str, str]], every_type: tuple[Bank, Form, Path], tmp_path: Path
) -> None:
    write_form(every_type[1], tmp_path / "form.json")
    status, _, err = run("print", tmp_path / "form.json", "--to", tmp_path / "in")
    assert status == 1
    assert "--bank" in err
    assert not (tmp_path / "in").exists()


def letters_of(text: str) -> dict[int, str]:
    """What a key sheet's text says of each item: its number and its letter."""
    return {int(number): letter for number, letter in re.findall(r"\b(\d{1,2}) ([A-D](?:, [A-D])*)(?= )", text)}


def test_the_files_of_each_form_hold_its_own_paper_answers_and_key(
    run: Callable[..., tuple[int, str, str]], make_bank: Callable[..., Bank], make_blueprint: Callable[..., Blueprint],
    tmp_path: Path,
) -> None:  # fmt: skip
    """Two forms of two sections each: numbers go on through both, letters are the places of the form, no key is another's."""
    forms = assemble_sets(make_bank(), make_blueprint(1, sections=2), bytes(32), tuple(SetName))
    assert isinstance(forms, tuple)
    for form in forms:
        write_form(form, tmp_path / f"{form.set_name.value}.json")
    names = [form.set_name.value for form in forms]
    assert run("print", *(tmp_path / f"{name}.json" for name in names), "--to", tmp_path / "in")[0] == 0
    for name, form in zip(names, forms, strict=True):
        paper, answers, key = (
            words((tmp_path / "in" / f"{part}-{name}.pdf").read_bytes()) for part in ("paper", "answers", "key")
        )
        assert ("MẬT" in key, "MẬT" in paper, "MẬT" in answers) == (True, False, False)
        others = frozenset().union(*(one.bank_items for one in forms if one is not form)) - form.bank_items
        assert {item for item in form.bank_items if item in key} == form.bank_items
        assert not [item for item in others if item in key]
        assert f"Câu {len(form.bank_items)}." in paper
        expected: dict[int, str] = {}
        for section in form.sections:
            views = section.candidate["items"]
            assert isinstance(views, list)
            for view, marking in zip(views, section.marking.items, strict=True):
                assert isinstance(view, dict)
                options = view["options"]
                assert isinstance(options, list)
                right = right_options(marking)
                places = [at for at, one in enumerate(options) if isinstance(one, dict) and one["option_id"] in right]
                expected[len(expected) + 1] = ", ".join("ABCD"[at] for at in places)
        assert letters_of(key) == expected


def test_the_key_of_four_statements_says_which_are_true(every_type: tuple[Bank, Form, Path]) -> None:
    bank, form, _ = every_type
    [authored] = [one for one in bank.items if isinstance(one, TrueFalse4)]
    [(item, row)] = [
        (item, row)
        for item, row in zip(printed_items(form), key_page(printed_items(form), render, "vi"), strict=True)
        if item.marking.bank_item == authored.common.id
    ]
    assert isinstance(row, dict)
    assert item.shape is not None
    rows = item.shape.asks[0]["rows"]
    assert isinstance(rows, list)
    label_of = {str(nodes(one.text, bank.media, {})): one.label for one in authored.statements}
    said = dict(re.findall(r"([a-d])\) (Đúng|Sai)", str(row["key"])))
    assert said == {
        str(line[0]): "Đúng" if label_of[str(line[1])] in authored.key else "Sai"
        for line in rows
        if isinstance(line, list)
    }


def test_options_stand_on_paper_in_the_order_of_the_form(every_type: tuple[Bank, Form, Path]) -> None:
    """The last one may speak of those above it."""
    compared = 0
    for item in printed_items(every_type[1]):
        options = item.view.get("options")
        if isinstance(options, list) and item.shape is not None:
            rows = item.shape.asks[0]["rows"]
            assert isinstance(rows, list)
            assert [row[1] for row in rows if isinstance(row, list)] == [
                one["text"] for one in options if isinstance(one, dict)
            ]
            compared += 1
    assert compared >= 2
