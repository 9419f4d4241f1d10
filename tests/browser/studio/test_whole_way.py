"""From a Word file to an open paper: imported, put right, signed by two, drawn by a blueprint, sealed; and a room opens both sets, one after the other."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from question_bank.assembling import kept_blueprint
from question_bank.canonical import JSON
from question_bank.custody import SecretKind
from question_bank.form_document import parse_form
from question_bank.ids import BankItemId, PackageId
from question_bank.sealed_keys import SigningKey, read_public_key
from question_bank.vault.people import Person
from question_bank.vault.uses import How
from question_bank.vault.vault import Vault
from scripts.screens_checks import LAYOUT, faults
from server.domain.values import SittingStage
from server.drill.prepared_room import JURY, ORGANISING, SETTING, Rules, SealedContest, open_room, sitting_file, take_in
from server.identity import write_identity
from server.live.room import Room

if TYPE_CHECKING:
    from tests.browser.studio.conftest import Opened, Screen

AN, BINH = "Nguyễn Văn An", "Trần Thị Bình"
ROOT = Path(__file__).parents[3]
WORD, CUSTODY = ROOT / "tests/vectors/formats/docx/conflicts.docx", ROOT / "question_bank/samples/custody.yaml"
SETS = ("primary", "reserve")
WORDS = 33
TITLE, NAME = "Hội thi toàn tuyến", "hoi-thi-toan-tuyen-chung-ket"


class Way:
    """One committee at one studio."""

    def __init__(self, at: Opened, look: Callable[[], Vault]) -> None:
        self.page, self.base, self.look = at.page, at.base, look

    def ids(self) -> set[str]:
        with self.look() as found:
            return set(found.items.ids())

    def bring_in(self) -> list[str]:
        """All that are certain, and two that are not: the ids of these."""
        before, page = self.ids(), self.page
        page.goto(f"{self.base}/import")
        page.set_input_files("#file", WORD)
        page.fill("#source", "Tài liệu tập huấn 2026")
        page.click("#read")
        page.click("#take-ready")
        page.wait_for_selector(".fine[role=status]")
        certain = self.ids() - before
        for _ in range(2):
            page.click(".question:not([data-taken])[data-outcome=needs_review] .question-head button >> nth=0")
            page.wait_for_selector(".fine[role=status]")
        return sorted(self.ids() - before - certain)

    def put_right(self, name: str) -> None:
        page = self.page
        page.goto(f"{self.base}/edit/{name}")
        page.wait_for_selector("#fields:not([inert])")
        page.check("[data-path='options/B'] input[type=radio]")
        page.fill("[data-field=explanation]", "Theo tài liệu tập huấn.")
        page.keyboard.press("Control+s")
        page.wait_for_url("**/items/*")
        while page.locator(".reason[data-open] form").count():
            page.fill(".reason[data-open] input[name=why] >> nth=0", "đã đối chiếu tài liệu")
            page.click(".reason[data-open] button >> nth=0")
            page.wait_for_load_state()

    def sign(self, names: list[str], act: str, state: str) -> None:
        for name in names:
            self.page.goto(f"{self.base}/items/{name}")
            self.page.click(f"form[action$='/{act}'] button")
            expect(self.page.locator(".page-head .state")).to_have_attribute("data-state", state)

    def plan(self, cells: list[tuple[str, str, int]]) -> None:
        """A blueprint in the editor: so many items of a topic (by its title) and level."""
        page = self.page
        page.goto(f"{self.base}/blueprints")
        page.fill("#vi", TITLE)
        page.click("form[action='/blueprints'] button")
        page.wait_for_selector("#fields:not([inert])")
        for topic, level, count in cells:
            row = page.locator("#grid tr.cells", has_text=topic).get_attribute("data-row")
            page.fill(f"[data-cell='{row}/{level}']", str(count))
        expect(page.locator("#verdict")).to_have_attribute("data-state", "feasible")
        page.keyboard.press("Control+s")
        expect(page.locator("#saved")).to_contain_text("phiên bản 1")

    def assemble(self) -> None:
        page = self.page
        page.goto(f"{self.base}/forms/new?blueprint={NAME}")
        page.click("#go")
        page.wait_for_selector("#work[data-stage=done]")
        page.click(f"#work-forms a[href='/forms/{NAME}.primary']")
        page.wait_for_selector(".paper-item .answer")
        expect(page.locator("#proofs [data-holds=no]")).to_have_count(0)

    def seal(self, sticks: Path) -> None:
        """A key made, the plan taken from its file, folders chosen from the list, everything by the page."""
        page = self.page
        page.goto(f"{self.base}/seal?form={NAME}.primary")
        expect(page.locator("[name=form]:checked")).to_have_count(2)
        page.set_input_files("#plan-file", CUSTODY)
        expect(page.locator("[data-secret=marking] [data-body] >> nth=1")).to_have_value("Ban Giám khảo")
        page.click("#keygen summary")
        page.fill("#key-name", "Ban Đề thi")
        page.fill("#key-folder", str(sticks / "safe"))
        page.click("#make-key")
        expect(page.locator("#key")).to_have_value(str(sticks / "safe" / "committee.key"))
        page.fill("#out", str(sticks))
        page.click("[data-choose=out]")
        page.click("#folders-list button[aria-label^='travels']")
        expect(page.locator("#folders-path")).to_have_text(str(sticks / "travels"))
        page.click("#folders-take")
        page.fill("#sheets", str(sticks / "printer"))
        page.click("#go")
        page.click("#confirm-go")
        page.wait_for_url("**/seal/done")


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    """A room of its own folder, that knows nothing yet."""
    folder = tmp_path / "room"
    folder.mkdir()
    write_identity(folder, "Phòng thử")
    with open_room(folder) as made:
        yield made


def words_of(sheet: Path) -> str:
    """The share that a custodian reads off a sheet."""
    text = " ".join(PdfReader(sheet).pages[0].extract_text().split())
    place, words = 0, []
    for number in range(1, WORDS + 1):
        found = re.compile(rf"\b{number} ([a-z]+)\b").search(text, place)
        assert found is not None, number
        words.append(found[1])
        place = found.end()
    return " ".join(words)


def hold_ceremony(room: Room, sheets: Path, package: PackageId) -> None:
    """Two custodians of two bodies open the paper, two others the marking, with what stands on their sheets."""
    desk = room.opening
    for kind, actor in ((SecretKind.PAPER, SETTING), (SecretKind.MARKING, JURY)):
        for number in (1, 3):
            taken = desk.enter_share(actor, kind, words_of(sheets / f"{package}-{kind.value}-{number}.pdf"))
            assert hasattr(taken, "body"), taken
        refused = desk.open_paper(SETTING, ORGANISING) if kind is SecretKind.PAPER else desk.open_marking(JURY, SETTING)
        assert refused is None, refused


def test_a_word_file_becomes_two_sealed_sets_that_a_room_opens(
    approved: tuple[Path, str, str, int], sit_down: Callable[..., Opened], sign_in: Callable[[Page, str], None],
    look: Callable[[Path], Vault], tmp_path: Path, room: Room,
) -> None:  # fmt: skip
    bank, topic, level, _ = approved
    sticks = tmp_path / "sticks"
    for one in ("safe", "travels", "printer"):
        (sticks / one).mkdir(parents=True)
    at = sit_down(bank)
    page, way = at.page, Way(at, lambda: look(bank))
    fixed = way.bring_in()
    assert len(fixed) == 2
    for name in fixed:
        way.put_right(name)
    way.sign(fixed, "review", "reviewed")
    sign_in(page, BINH)
    way.sign(fixed, "approve", "approved")
    with way.look() as vault:
        titles = vault.shared.topics()
        found = vault.items.get(BankItemId(fixed[0]))
        assert found is not None
        word_topic = found.entry.topic
    way.plan([(titles[word_topic].vi, found.entry.level.value, 1), (titles[topic].vi, level, 1)])  # type: ignore[index]
    way.assemble()
    way.seal(sticks)
    told = page.locator("code.package").all_text_contents()
    with way.look() as vault:
        papers = {name: vault.papers.get(f"form:{NAME}.{name}") for name in SETS}
        forms = {name: parse_form(paper.content) for name, paper in papers.items() if paper is not None}
        plan = kept_blueprint(vault, NAME)
        uses = {use.package: use.how for all_of in vault.uses.all().values() for use in all_of}
    assert plan is not None
    assert plan.blueprint is not None
    assert told == [forms[name].package_id for name in SETS]
    assert uses == dict.fromkeys(told, How.SEALED)
    assert forms["primary"].bank_items | forms["reserve"].bank_items >= set(fixed)
    at.child.terminate()
    assert at.child.wait() == 0
    committee = read_public_key(sticks / "safe" / "committee.pub")
    bodies = ("Ban Đề thi", "Ban Tổ chức", "Tổ Thư ký", "Ban Giám khảo")
    contest = SealedContest(committee, {}, forms, bodies, plan.blueprint, SigningKey.generate())
    take_in(room, sitting_file(contest, Rules()), [sticks / "travels" / f"{one}.exam" for one in told])
    assert room.sitting is not None
    choices = {
        "primary": lambda: room.opening.choose_set(SETTING),
        "reserve": lambda: room.opening.switch_to_reserve(SETTING, ORGANISING, "đề lộ"),
    }
    for name in SETS:
        assert choices[name]() is None
        hold_ceremony(room, sticks / "printer", forms[name].package_id)
        assert room.sitting.state.stage is SittingStage.UNSEALED
        assert room.marks.canaries_wrong() == ()


def test_no_page_of_forms_or_sealing_cuts_a_word_or_fails_axe(
    approved: tuple[Path, str, str, int], sit_down: Callable[..., Opened], look: Callable[[Path], Vault],
    violations: Callable[[Page], list[str]], screen: Screen,
) -> None:  # fmt: skip
    bank, topic, level, _ = approved
    with Vault.open(bank, None, lambda: 1) as vault:
        content: JSON = {
            "format": "exam-blueprint/1", "contest_id": "thu", "round_id": "mot", "title": {"vi": TITLE, "en": "Whole way"},
            "sections": [{"code": "p", "title": {"vi": "Phần", "en": "Part"}, "duration_s": 60, "mark_per_item": 25,
                          "cells": [{"topic": topic, level: 1}]}],
        }  # fmt: skip
        vault.papers.write(f"blueprint:{NAME}", content, Person(AN))
        vault.save()
    at = sit_down(bank, screen=screen)
    page, way = at.page, Way(at, lambda: look(bank))
    found: dict[str, list[str]] = {}

    def check(name: str) -> None:
        found[name] = [*page.evaluate(LAYOUT), *violations(page)]

    page.goto(f"{way.base}/forms")
    check("nothing drawn")
    way.assemble()
    check("form")
    page.click("[data-replace] >> nth=0")
    expect(page.locator("#replace-said")).not_to_have_text(re.compile("…$"))
    check("replace")
    page.keyboard.press("Escape")
    expect(page.locator("[data-replace] >> nth=0")).to_be_focused()
    for path in ("/forms", "/forms/new", "/seal"):
        page.goto(way.base + path)
        found[path] = [*faults(page, screen.language), *violations(page)] if path == "/forms/new" else []
        check(path + " ")
    page.click("[data-choose=out]")
    page.wait_for_selector("#folders-list button")
    check("folders")
    assert {name: wrong for name, wrong in found.items() if wrong} == {}
