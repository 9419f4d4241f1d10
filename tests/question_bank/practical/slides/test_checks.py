"""Each check of presentations: right, wrong, nothing to look at, and its own mutant."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from question_bank.practical.catalogue import CheckType, Request, catalogue
from question_bank.practical.findings import Outcome
from question_bank.practical.slides.model import Presentation
from question_bank.practical.slides.presentation import open_model
from question_bank.wording import render, use_language

Right = Callable[..., bool]
NOWHERE = "title: Không có"

# check, select, what is so, what is not so; with an empty last column the check is wrong only on other slides, given as the select there.
CASES = [
    ("slide_size", "", 'ratio: "16:9", width_mm: 338.7', 'ratio: "4:3"'),
    ("slide_count", "", "count: [4, 6]", "count: 4"),
    ("slide_order", "", "titles: [Nội dung, Kết quả, Liên hệ]", "titles: [Kết quả, Nội dung]"),
    ("hidden", "title: Liên hệ", "hidden: true", "hidden: false"),
    ("section", "", "name: Số liệu, first_title: Kết quả", "name: Số liệu, first_title: Sơ đồ"),
    ("custom_show", "", "name: Rút gọn, titles: [Báo cáo quý III, Kết quả]", "name: Rút gọn, titles: [Kết quả]"),
    ("show_settings", "", "loop: true, kind: kiosk, timings: false", "timings: true"),
    ("property", "", "property: keywords, contains: hồ sơ", "property: creator, value: Ai đó"),
    ("layout", "number: 2", "layout: content", "layout: two_content"),
    ("layout", "number: 1", "layout: title", "layout: blank"),
    ("layout", "title: Kết quả", "layout: title_only", "layout: title"),
    ("title", "number: 3", "text: KẾT QUẢ", "contains: Tổng kết"),
    ("title", "number: 1", 'regex: "quý (i|ii|iii)$"', 'regex: "^quý"'),
    ("titled", "", "", None),
    ("unique_titles", "", "", None),
    ("text", "title: Nội dung", "texts: [tiếp nhận hồ sơ, Trực tuyến]", "texts: [Không có ở đây]"),
    ("text", "title: Nội dung", "absent: [bản nháp]", "absent: [trực tuyến]"),
    ("replaced", "", "old: Phòng Hành chính, new: Phòng Tổng hợp, times: [2, 3]", "old: Trực tuyến, new: Phòng Tổng hợp"),
    ("outline", "title: Nội dung", "texts: [Trực tuyến], level: 2", "texts: [Trả kết quả], level: 2"),
    ("bullets", "title: Liên hệ, placeholder: body", "bullet: number, sign: arabicPeriod", "bullet: character"),
    ("bullets", "title: Nội dung, placeholder: body", "bullet: character, sign: •", "bullet: none"),
    ("text_amount", "", "lines: 6, words: 40", "lines: 2"),
    ("empty_placeholders", "", "", None),
    ("font", "title: Nội dung, placeholder: body", "font: [Times New Roman, Arial]", "font: Verdana"),
    ("size", "title: Nội dung, placeholder: body", "size_pt: [20, 24]", "size_pt: 28"),
    ("colour", "title: Nội dung, text: tiếp nhận", "colour: C00000", "colour: 0000C0"),
    ("emphasis", "title: Liên hệ, placeholder: body", "italic: true, underline: true, bold: false", "strike: true"),
    ("align", "title: Liên hệ, placeholder: body", "align: center", "align: left"),
    ("spacing", "title: Liên hệ, placeholder: body", "line: 1.5, before_pt: [5, 7], after_pt: 0", "line: [1, 1.2]"),
    ("autofit", "title: Liên hệ, placeholder: body", "fit: shrink", "fit: resize"),
    ("columns", "title: Liên hệ, placeholder: body", "columns: 2", "columns: 1"),
    ("anchor", "title: Liên hệ, placeholder: body", "anchor: middle", "anchor: top"),
    ("contrast", "title: Nội dung, placeholder: body", "", "least: 20"),
    ("fits", "placeholder: body", "", "most: 1"),
    ("theme_fonts", "", "headings: Arial, body: Times New Roman", "body: Arial"),
    ("theme_colour", "", "slot: accent1, colour: 2E75B6", "slot: accent1, colour: FF0000"),
    ("master_text", "", "part: title, font: Arial, size_pt: 40, colour: 000000, bold: false", "part: body, size_pt: 40"),
    ("master_picture", "", "alt: biểu trưng", "alt: quốc huy"),
    ("background", "title: Kết quả", "kind: solid, colour: FFF2CC", "colour: FFFFFF"),
    ("notes_master", "", "", "text: Không có"),
    ("footer", "title: Nội dung", "text: Phòng Tổng hợp", "text: Phòng Hành chính"),
    ("slide_number", "title: Nội dung", "", None),
    ("date", "title: Nội dung", "kind: auto", "kind: fixed"),
    ("no_foot", "", "parts: [footer, date, number]", None),
    ("picture", "title: Nội dung", "count: 1", "count: 2"),
    ("place", "title: Nội dung, kind: picture", "width_mm: 40, height_mm: 30, left_mm: [225, 235], top_mm: 100, area: right", "area: top_left"),
    ("crop", "title: Nội dung, kind: picture", "left: 10, right: 20", "top: 10"),
    ("alt_text", "title: Nội dung", "contains: cán bộ", "contains: phong cảnh"),
    ("inside", "", "", None),
    ("shape", "title: Sơ đồ", "geometry: [rightArrow, rect], count: 3, text: Bước", "geometry: hexagon"),
    ("shape_look", "title: Sơ đồ, text: Bước 0", "fill: C00000, line: 002060, line_pt: 2, effect: shadow", "effect: glow"),
    ("grouped", "title: Sơ đồ", "members: [Trái, Phải], size: 2", "members: [Trái, Bước 1]"),
    ("stacking", "title: Sơ đồ", "front: Về đầu, back: Bước 0", "front: Bước 0, back: Về đầu"),
    ("aligned", "title: Sơ đồ, text: Bước", "edge: top", "edge: left"),
    ("distributed", "title: Sơ đồ, text: Bước", "axis: horizontal", "axis: vertical"),
    ("smartart", "title: Sơ đồ", "layout: process1, texts: [Thực hiện]", "texts: [Kiểm tra]"),
    ("wordart", "title: Sơ đồ", "text: Chào mừng", "text: Tạm biệt"),
    ("table_size", "title: Kết quả", "rows: 4, columns: 2", "rows: 3"),
    ("table_cell", "title: Kết quả", "row: Tám, column: Số hồ sơ, value: 150", "row: Bảy, column: Số hồ sơ, value: 150"),
    ("table_style", "title: Kết quả", "styled: true, heading: true, banded: true, total: false", "heading: false"),
    ("table_merge", "title: Kết quả", "text: Tổng hợp, columns: 2", "text: Tổng hợp, columns: 3"),
    ("chart_type", "title: Kết quả", "chart: [column, bar]", "chart: pie"),
    ("chart_data", "title: Kết quả", "series: Đúng hạn, categories: [Bảy, Tám], values: [110, 149]", "values: [1, 2]"),
    ("chart_title", "title: Kết quả", "text: hồ sơ theo tháng", "contains: quý"),
    ("chart_legend", "title: Kết quả", "position: bottom", "position: none"),
    ("chart_labels", "title: Kết quả", "labels: value", "labels: percent"),
    ("chart_axes", "title: Kết quả", "axes: Tháng", "axes: Năm"),
    ("chart_workbook", "title: Kết quả", "", "workbook: false"),
    ("link", "title: Sơ đồ", "url: dichvucong.gov.vn", "url: https://example.vn"),
    ("slide_link", "title: Sơ đồ", "to: Kết quả", "to: Liên hệ"),
    ("action_button", "title: Sơ đồ", "jump: first", "jump: last"),
    ("media", "title: Sơ đồ", "media: audio, embedded: true", "media: video"),
    ("transition", "title: Nội dung", "transition: fade, seconds: 1.5, sound: false", "transition: push"),
    ("transition", "title: Sơ đồ", "transition: none", "transition: any"),
    ("transition", "title: Kết quả", "sound: true", "sound: false"),
    ("advance", "title: Nội dung", "after_s: 5, by_click: false", "after_s: 3"),
    ("animation", "title: Nội dung, kind: picture", "family: emphasis, effect: spin, trigger: after", "family: exit"),
    ("animation_time", "title: Nội dung, kind: picture", "seconds: 2, delay_s: 0.5", "seconds: 1"),
    ("animation_order", "title: Nội dung", "shapes: [Tiếp nhận hồ sơ, Cán bộ]", "shapes: [Cán bộ, Tiếp nhận hồ sơ]"),
    ("motion_path", "title: Sơ đồ, text: Bước 0", "direction: right", "direction: up"),
    ("notes", "title: Nội dung", "contains: [Chào đại biểu], words: 5", "contains: [Tạm biệt]"),
    ("comment", "title: Nội dung", "contains: quý III, author: người duyệt", "count: 2"),
]  # fmt: skip
WHOLE_FILE = {"notes_master", "no_foot"}
IDS = [f"{number}-{name}" for number, (name, *_) in enumerate(CASES)]


def test_every_check_of_presentations_is_tried() -> None:
    there = {one.name for one in catalogue().values() if one.kind == "pptx"}
    assert there == {f"pptx.{name}" for name, *_ in CASES}
    assert len(there) >= 45


@pytest.mark.parametrize(("name", "select", "good", "bad"), CASES, ids=IDS)
def test_what_is_so_is_found_right_and_what_is_not_is_told(
    trial_deck: Presentation,
    right: Right,
    answer: Callable[..., Outcome],
    name: str,
    select: str,
    good: str,
    bad: str | None,
) -> None:
    assert right(trial_deck, f"pptx.{name}", select, good)
    if bad is not None:
        outcome = answer(trial_deck, f"pptx.{name}", select, bad)
        wrong = [one for one in outcome.findings if not one.right]
        assert wrong
        for one in wrong:
            assert all(render(said) for said in (one.item, one.expected, one.where))


@pytest.mark.parametrize(("name", "good"), sorted({name: good for name, _, good, _ in CASES}.items()))
def test_a_select_that_fits_nothing_earns_nothing(
    trial_deck: Presentation, ask: Callable[..., tuple[CheckType, Request]], name: str, good: str
) -> None:
    found, _ = ask(f"pptx.{name}", "", good)
    if not found.select:
        return
    found, request = ask(f"pptx.{name}", NOWHERE, good)
    outcome = found.run(trial_deck, request)
    assert not (outcome.matched and all(one.right for one in outcome.findings))


@pytest.mark.parametrize(("name", "select", "good", "bad"), CASES, ids=IDS)
def test_its_mutant_is_noticed(
    trial_bytes: bytes,
    ask: Callable[..., tuple[CheckType, Request]],
    name: str,
    select: str,
    good: str,
    bad: str | None,
) -> None:
    found, request = ask(f"pptx.{name}", select, good)
    assert found.mutation is not None
    mutant = found.mutation(trial_bytes, request)
    if name == "notes_master" and not good:
        assert mutant is None, "that there is a master at all cannot be spoilt in one part"
        return
    assert mutant is not None
    outcome = found.run(open_model(mutant), request)
    assert any(not one.right for one in outcome.findings), [render(one.found) for one in outcome.findings]


@pytest.mark.parametrize(("name", "select", "good", "bad"), CASES, ids=IDS)
def test_findings_are_sentences_in_both_languages(
    trial_deck: Presentation, answer: Callable[..., Outcome], name: str, select: str, good: str, bad: str | None
) -> None:
    for language in ("vi", "en"):
        use_language(language)
        for expect in (good, bad or good):
            for one in answer(trial_deck, f"pptx.{name}", select, expect).findings:
                assert "%(" not in "".join(render(said) for said in (one.item, one.expected, one.found, one.where))
