"""One thing wrong with a document costs exactly the component it belongs to; how Vietnamese letters are typed costs nothing."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

import pytest

from question_bank.practical.administrative.spoiling import spoil
from question_bank.practical.profiles.reading import document_profile

HEADER = "word/header1.xml"
RUN = r"<w:r>(?:(?!</w:r>).)*?"


def once(old: str, new: str) -> Callable[[str], str]:
    """Another text instead of the one place where it stands."""

    def edit(text: str) -> str:
        assert text.count(old) == 1, old
        return text.replace(old, new)

    return edit


def look(words: str, old: str, new: str) -> Callable[[str], str]:
    """Another property in the run with these words."""

    def edit(text: str) -> str:
        end = text.index(f">{words}<")
        start = text.rindex("<w:r>", 0, end)
        assert old in text[start:end], (words, old)
        return text[:start] + text[start:end].replace(old, new) + text[end:]

    return edit


def form(words: str, old: str, new: str) -> Callable[[str], str]:
    """Another property in the paragraph with these words."""

    def edit(text: str) -> str:
        end = text.index(f">{words}<")
        start = text.rindex("<w:p>", 0, end)
        assert old in text[start:end], (words, old)
        return text[:start] + text[start:end].replace(old, new) + text[end:]

    return edit


def without_line(number: int) -> Callable[[str], str]:
    return lambda text: re.sub(rf'<w:r><mc:AlternateContent>(?:(?!</mc:AlternateContent>).)*?<wp:docPr id="{number}".*?</mc:AlternateContent></w:r>', "", text)  # fmt: skip


BOLD, ITALIC = "<w:b/><w:bCs/>", "<w:i/><w:iCs/>"
OPENING = "Sở Nội vụ ban hành Kế hoạch nâng cao kỹ năng số cho công chức, viên chức của các đơn vị trực thuộc như sau:"

PLAN = {
    "left margin of 20 mm": (once('w:left="1701"', 'w:left="1134"'), {"margins"}),
    "right margin of 25 mm": (once('w:right="1134"', 'w:right="1417"'), {"margins"}),
    "letter paper": (once('<w:pgSz w:w="11906" w:h="16838"/>', '<w:pgSz w:w="12240" w:h="15840"/>'), {"paper"}),
    "Arial in one paragraph": (
        look(OPENING, 'w:ascii="Times New Roman" w:hAnsi="Times New Roman"', 'w:ascii="Arial" w:hAnsi="Arial"'),
        {"font"},
    ),
    "red words": (look(OPENING, "<w:rPr>", '<w:rPr><w:color w:val="FF0000"/>'), {"colour"}),
    "national title of 14 pt": (
        look("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 'w:sz w:val="24"', 'w:sz w:val="28"'),
        {"national-title"},
    ),
    "national title with a wrong letter": (
        once("CHỦ NGHĨA VIỆT NAM", "CHŨ NGHĨA VIỆT NAM"),
        {"national-title"},
    ),
    "motto not bold": (look("Độc lập - Tự do - Hạnh phúc", BOLD, ""), {"motto"}),
    "motto in capitals": (look("Độc lập - Tự do - Hạnh phúc", "<w:sz ", "<w:caps/><w:sz "), {"motto"}),
    "motto without spaces at its hyphens": (
        once("Độc lập - Tự do - Hạnh phúc", "Độc lập-Tự do-Hạnh phúc"),
        {"motto"},
    ),
    "motto underlined instead of a line": (
        lambda text: look("Độc lập - Tự do - Hạnh phúc", "<w:sz ", '<w:u w:val="single"/><w:sz ')(
            without_line(2)(text)
        ),
        {"motto-line"},
    ),
    "motto underlined beside its line": (
        look("Độc lập - Tự do - Hạnh phúc", "<w:sz ", '<w:u w:val="single"/><w:sz '),
        {"motto-line"},
    ),
    "no line under the motto": (without_line(2), {"motto-line"}),
    "a short line under the motto": (
        lambda text: text.replace(f'cx="{57 * 36000}"', f'cx="{20 * 36000}"'),
        {"motto-line"},
    ),
    "no line under the agency": (without_line(1), {"agency-line"}),
    "no line under the subject": (without_line(3), {"subject-line"}),
    "parent agency bold": (look("Ủy ban nhân dân tỉnh Tiền Giang", "<w:rPr>", f"<w:rPr>{BOLD}"), {"parent-agency"}),
    "agency not bold": (look("SỞ NỘI VỤ", BOLD, ""), {"agency"}),
    "agency in small letters": (once(">SỞ NỘI VỤ<", ">Sở Nội vụ<"), {"agency"}),
    "spaces in the symbol": (once("15/KH-SNV", "15/KH - SNV"), {"number"}),
    "another kind's abbreviation": (once("15/KH-SNV", "15/QĐ-SNV"), {"number"}),
    "a number below 10 without its 0": (once("Số: 15/", "Số: 5/"), {"number"}),
    "number of 14 pt": (look("Số: 15/KH-SNV", 'w:sz w:val="26"', 'w:sz w:val="28"'), {"number"}),
    "day upright": (look("Tiền Giang, ngày 05 tháng 12 năm 2026", ITALIC, ""), {"place-date"}),
    "a day below 10 without its 0": (once("ngày 05 tháng 12 năm 2026", "ngày 5 tháng 12 năm 2026"), {"place-date"}),
    "kind of 16 pt": (look("KẾ HOẠCH", 'w:sz w:val="28"', 'w:sz w:val="32"'), {"kind"}),
    "kind not in the middle": (form("KẾ HOẠCH", 'w:jc w:val="center"', 'w:jc w:val="left"'), {"kind"}),
    "subject not bold": (look("Nâng cao kỹ năng số cho công chức, viên chức", BOLD, ""), {"subject"}),
    "subject in capitals": (
        look("Nâng cao kỹ năng số cho công chức, viên chức", "<w:sz ", "<w:caps/><w:sz "),
        {"subject"},
    ),
    "last ground with a comma": (once("Cổng Dịch vụ công quốc gia.<", "Cổng Dịch vụ công quốc gia,<"), {"grounds"}),
    "one paragraph aligned left": (form(OPENING, 'w:jc w:val="both"', 'w:jc w:val="left"'), {"body"}),
    "one paragraph of 12 pt": (look(OPENING, 'w:sz w:val="28"', 'w:sz w:val="24"'), {"body"}),
    "one first line with a tab": (
        lambda text: once(f">{OPENING}<", f">\t{OPENING}<")(form(OPENING, '<w:ind w:firstLine="720"/>', "")(text)),
        {"indent"},
    ),
    "one paragraph with double lines": (form(OPENING, 'w:line="276"', 'w:line="480"'), {"line-spacing"}),
    "one paragraph without a gap": (form(OPENING, 'w:before="120"', 'w:before="0"'), {"paragraph-gap"}),
    "a heading in small letters": (once("II. NỘI DUNG VÀ TIẾN ĐỘ", "II. Nội dung và tiến độ"), {"headings"}),
    "a heading's number left out": (once("III. TỔ CHỨC", "IV. TỔ CHỨC"), {"headings"}),
    "a clause's number twice": (once("2. Yêu cầu", "1. Yêu cầu"), set()),  # a list may begin anew
    "a clause's number left out": (once("2. Yêu cầu", "3. Yêu cầu"), {"clauses"}),
    "points without đ": (once("đ) Kinh phí", "e) Kinh phí"), {"points"}),
    "title of who signs not bold": (look("GIÁM ĐỐC", BOLD, ""), {"signer-title"}),
    "a degree before the name": (once("Nguyễn Văn A", "TS. Nguyễn Văn A"), {"signer-name"}),
    "name in capitals": (once("Nguyễn Văn A", "NGUYỄN VĂN A"), {"signer-name"}),
    "Nơi nhận upright": (look("Nơi nhận:", ITALIC, ""), {"recipients-title"}),
    "a recipient without its semicolon": (once("- Các đơn vị trực thuộc;", "- Các đơn vị trực thuộc"), {"recipients"}),
    "recipients of 14 pt": (look("- Các đơn vị trực thuộc;", 'w:sz w:val="22"', 'w:sz w:val="28"'), {"recipients"}),
    "no full stop behind Lưu": (once("- Lưu: VT, VP.", "- Lưu: VT, VP"), {"file-copy"}),
    "page number on the first page too": (once("<w:titlePg/>", ""), {"first-page"}),
}
MARGIN = {
    "page number on the left": (once('w:jc w:val="center"', 'w:jc w:val="left"'), {"page-number"}),
    "page number of 11 pt": (lambda text: text.replace('w:sz w:val="28"', 'w:sz w:val="22"'), {"page-number"}),
    "no page number": (lambda text: text.replace(" PAGE ", " DATE "), {"page-number", "first-page"}),
}
LETTER = {
    "letter with CV in its symbol": (once("15/UBND-VHXH", "15/CV-UBND"), {"number"}),
    "subject of 14 pt": (
        look("V/v cử người tham gia Tổ công nghệ số cộng đồng", 'w:sz w:val="24"', 'w:sz w:val="28"'),
        {"letter-subject"},
    ),
    "subject without V/v": (once(">V/v cử", ">Về việc cử"), {"letter-subject"}),
    "subject right under the number": (
        form("V/v cử người tham gia Tổ công nghệ số cộng đồng", 'w:before="120"', 'w:before="0"'),
        {"letter-subject-gap"},
    ),
    "last addressee with a semicolon": (once("- Các trưởng thôn.", "- Các trưởng thôn;"), {"addressee"}),
    "a line of two titles not bold": (look("KT. CHỦ TỊCH", BOLD, ""), {"signer-title"}),
}


def test_the_documents_that_are_spoilt_below_are_right(
    plan: bytes, letter: bytes, lost: Callable[..., set[str]]
) -> None:
    assert lost(plan, "ke-hoach") == set()
    assert lost(letter, "cong-van") == set()


@pytest.mark.parametrize("name", PLAN)
def test_one_thing_wrong_with_a_plan_costs_its_component(
    name: str, plan: bytes, edit: Callable[..., bytes], lost: Callable[..., set[str]]
) -> None:
    spoil, components = PLAN[name]
    assert lost(edit(plan, spoil), "ke-hoach", texts={"parent-agency": "Ủy ban nhân dân tỉnh Tiền Giang", "agency": "Sở Nội vụ"}) == components  # fmt: skip


@pytest.mark.parametrize("name", MARGIN)
def test_a_wrong_page_number_costs_its_component(
    name: str, plan: bytes, edit: Callable[..., bytes], lost: Callable[..., set[str]]
) -> None:
    spoil, components = MARGIN[name]
    assert lost(edit(plan, spoil, HEADER), "ke-hoach") == components


@pytest.mark.parametrize("name", LETTER)
def test_one_thing_wrong_with_a_letter_costs_its_component(
    name: str, letter: bytes, edit: Callable[..., bytes], lost: Callable[..., set[str]]
) -> None:
    spoil, components = LETTER[name]
    assert lost(edit(letter, spoil), "cong-van") == components


@pytest.mark.parametrize("kind", ["ke-hoach", "cong-van"])
@pytest.mark.parametrize(
    "typed",
    [
        lambda text: unicodedata.normalize("NFD", text),
        lambda text: text.replace("HÒA", "HOÀ").replace("hóa", "hoá").replace("Hòa", "Hoà"),
        lambda text: "".join(_vowel_then_tone(one) for one in text),
    ],
    ids=["NFD", "tones as before", "as Windows' own keyboard types"],
)
def test_how_vietnamese_letters_are_typed_costs_nothing(
    typed: Callable[[str], str], kind: str, plan: bytes, letter: bytes, edit: Callable[..., bytes], lost: Callable[..., set[str]]
) -> None:  # fmt: skip
    assert lost(edit(plan if kind == "ke-hoach" else letter, typed), kind) == set()


def _vowel_then_tone(letter: str) -> str:
    """The vowel with its own mark composed, the tone behind it."""
    apart = unicodedata.normalize("NFD", letter)
    tones = [one for one in apart if one in "\u0300\u0301\u0309\u0303\u0323"]
    return unicodedata.normalize("NFC", "".join(one for one in apart if one not in tones)) + "".join(tones)


@pytest.mark.parametrize(
    "component",
    [*(one for one in document_profile("nd30-2020").families["named"].required if one != "header-columns"),
     "parent-agency", "grounds", "headings", "clauses", "points"],
)  # fmt: skip
def test_the_checks_own_mutant_spoils_the_component_it_names(
    component: str, plan: bytes, lost: Callable[..., set[str]]
) -> None:
    spoilt = spoil(plan, document_profile("nd30-2020"), "ke-hoach", [component], {})
    assert spoilt is not None
    assert component in lost(spoilt, "ke-hoach", (component,))


def test_a_mutant_of_nothing_that_is_there_is_none(plan: bytes) -> None:
    assert spoil(plan, document_profile("nd30-2020"), "ke-hoach", ["annex", "header-columns"], {}) is None
