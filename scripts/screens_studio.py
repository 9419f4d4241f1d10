"""The pictures of the studio: a bank brought from stage to stage, each page as the committee sees it.

A new page of the studio is one line of `one(endpoint, state, path)` in the stage whose bank it needs.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Error, Page

from question_bank.formats.exchange import Defaults, Imported
from question_bank.formats.registry import readers
from question_bank.ids import TopicCode
from question_bank.studio.running import Running
from question_bank.studio.seat import Seat
from question_bank.vault.people import Person
from question_bank.vault.states import Act as Signing
from question_bank.vault.states import State
from question_bank.vault.vault import Vault
from scripts.screens_picture import OLD_MONITOR, PATIENCE_MS, WIDE_MONITOR, Look, Picture, Shown, Wish
from scripts.screens_stages import send

ROOT = Path(__file__).resolve().parent.parent
SAMPLES = ROOT / "question_bank/samples"
WORD = ROOT / "tests/vectors/formats/docx/keys_with_marks.docx"
AN, BINH, CHI = Person("Nguyễn Văn An"), Person("Trần Thị Bình"), Person("Lê Văn Chi")
DOUBTFUL = "::Câu chưa rõ khóa:: Văn bản nào phải ký số? {~Công văn ~Giấy mời ~Tờ trình}"
SHORT, WHOLE = "nhieu-dang.yaml", "tien-giang.yaml"  # of samples/blueprints: too much for this bank, and not
FORM = "tien-giang-2020-chung-ket.primary"
AWAY_MS = 600_000  # what draws and seals has time


@dataclass(slots=True)
class Committee:
    """A studio of a committee, its clock, and a folder for files that are brought to it."""

    running: Running
    seat: Seat
    clock: list[int]
    folder: Path

    @property
    def base(self) -> str:
        """Where its pages are."""
        return self.running.launch.link().partition("/enter")[0]

    @property
    def vault(self) -> Vault:
        """Its bank."""
        return self.running.desk.vault

    def first(self, type_name: str, state: State = State.APPROVED) -> str:
        """An item of this type in this state."""
        return next(one.id for one in self.vault.items.entries() if (one.type, one.state) == (type_name, state))

    def where(self, prefix: str, page: Page) -> str:
        """The address of the first thing that a list leads to, below this prefix."""
        found = page.locator(f"main a[href^='{prefix}']").first.get_attribute("href")
        assert found is not None, prefix
        return found


Do = Callable[[Page, Committee], None]
Studio = Picture[Committee]


@dataclass(frozen=True, slots=True)
class Stage:
    """The bank has come so far (`fill` and then, through the pages, `arrange` bring it there), and this is what pages show."""

    name: str
    fill: Callable[[Vault], None] | None  # None where the studio is started without a bank
    arrange: Do
    pictures: Sequence[Studio] = field(default_factory=tuple)


def one(
    page: str, state: str, path: str | Callable[[Committee], str], act: Do | None = None, *, who: str = "an",
    wide: bool = False,
) -> Studio:  # fmt: skip
    """One picture: endpoint, state, where it is opened, what is done there; `who` is "" where nobody is signed in."""
    return Picture(page, state, who, path, act or _nothing, wide)


def _nothing(page: Page, world: Committee) -> None:
    pass


def seen(selector: str) -> Do:
    """Wait for what a script of the page makes."""

    def wait(page: Page, world: Committee) -> None:
        page.wait_for_selector(selector)

    return wait


def then(*acts: Do) -> Do:
    """One after the other."""

    def do(page: Page, world: Committee) -> None:
        for act in acts:
            act(page, world)

    return do


def follow(prefix: str, *acts: Do) -> Do:
    """Go where the first link with this beginning leads."""

    def go(page: Page, world: Committee) -> None:
        page.goto(world.base + world.where(prefix, page))
        then(*acts)(page, world)

    return go


def press(selector: str) -> Do:
    """Press something that stays on the page."""
    return lambda page, world: page.locator(selector).first.click()


_READY = seen("#sheet .answer")
_GRID = seen("#fields:not([inert])")
_VERDICT = then(_GRID, seen("#verdict[data-state]:not([data-state=nothing_yet])"))


# --- the banks -----------------------------------------------------------------------------------------------------------


def _empty(vault: Vault) -> None:
    """A bank on its first day."""


def _full(vault: Vault) -> None:
    """The sample bank: most of it approved, some of it in every other state, one question with a key that is not certain."""
    media = {file.name: file.read_bytes() for file in sorted((SAMPLES / "bank/media").iterdir())}
    for name, data in media.items():
        vault.shared.add_medium(name, data, AN)
    for file in sorted((SAMPLES / "bank").rglob("*.yaml")):
        read = readers()["yaml"].read(file.read_bytes(), file.name, Defaults(TopicCode("t")))
        assert isinstance(read, Imported)
        vault.arrivals.add(read, file.name, AN)
    doubtful = readers()["gift"].read(DOUBTFUL.encode(), "cau-hoi.gift", Defaults(TopicCode("an-toan-thong-tin")))
    assert isinstance(doubtful, Imported)
    vault.arrivals.add(doubtful, "cau-hoi.gift", BINH)
    for number, entry in enumerate(vault.items.entries()):
        for act, by in ((Signing.REVIEW, BINH), (Signing.APPROVE, CHI))[
            : 0 if number % 20 == 1 else 1 if number % 20 == 2 else 2
        ]:
            vault.items.act(entry.id, act, by)  # what has an open reason is refused, and stays a draft
    approved = [one.id for one in vault.items.entries() if one.state is State.APPROVED]
    vault.items.act(approved[-1], Signing.WITHDRAW, BINH, "Văn bản đã hết hiệu lực")
    vault.items.act(approved[-2], Signing.SEND_BACK, BINH, "Phương án C cũng đúng")


def _worked(page: Page, world: Committee) -> None:
    """A new item begun and not kept, two blueprints and statistics kept."""
    page.goto(f"{world.base}/new/single_choice")
    page.wait_for_selector("#fields:not([inert])")
    page.fill("[data-field=stem]", "Cơ quan nào cấp chữ ký số chuyên dùng?")
    page.wait_for_selector("#saved[data-state=saved]")
    for plan in (WHOLE, SHORT):
        page.goto(f"{world.base}/blueprints")
        page.set_input_files("#file", SAMPLES / "blueprints" / plan)
        _VERDICT(page, world)
        page.keyboard.press("Control+s")
        page.wait_for_selector("#saved[data-state=saved]")
    page.goto(f"{world.base}/statistics")
    page.set_input_files("#marks", _marks(world))
    page.click("main form button >> nth=0")
    page.wait_for_url("**/statistics/new")
    page.fill("[name=title]", "Vòng sơ khảo")
    page.fill("[name=held_on]", "2026-09-12")
    send(page, "form[action='/statistics/keep'] button")


def _sealed(page: Page, world: Committee) -> None:
    """Both sets assembled and sealed."""
    _worked(page, world)
    page.goto(f"{world.base}/forms/new?blueprint={FORM.partition('.')[0]}")
    page.click("#go")
    page.wait_for_selector("#work[data-stage=done]", timeout=AWAY_MS)
    page.goto(f"{world.base}/seal?form={FORM}")
    page.set_input_files("#plan-file", SAMPLES / "custody.yaml")
    page.click("#keygen summary")
    page.fill("#key-name", "Ban Đề thi")
    page.fill("#key-folder", str(world.folder / "safe"))
    page.click("#make-key")
    page.wait_for_function("() => document.getElementById('key').value.endsWith('committee.key')")
    page.fill("#out", str(world.folder / "travels"))
    page.fill("#sheets", str(world.folder / "printer"))
    page.click("#go")
    page.click("#confirm-go")
    page.wait_for_url("**/seal/done", timeout=AWAY_MS)


def _marks(world: Committee) -> Path:
    """Marks of 60 candidates at twelve approved items."""
    names = [one.id for one in world.vault.items.entries() if one.state is State.APPROVED][:12]
    rows = [[f"SBD{n:03}", *(str(int((n * 7 + at * 3) % 11 > at % 5 + 2)) for at in range(12))] for n in range(60)]
    path = world.folder / "diem.csv"
    path.write_text("\n".join(",".join(row) for row in [["sbd", *names], *rows]), encoding="utf-8")
    return path


def _left_alone(world: Committee) -> str:
    world.seat.sit(AN)
    world.clock[0] += world.seat.idle_ms
    return "/items"


def _item(type_name: str, state: State = State.APPROVED) -> Callable[[Committee], str]:
    return lambda world: f"/items/{world.first(type_name, state)}"


def _edit(type_name: str) -> Callable[[Committee], str]:
    return lambda world: f"/edit/{world.first(type_name)}"


def _drafted(world: Committee) -> str:
    return f"/edit/{next(rough.name.removeprefix('item:') for rough in world.vault.roughs.all(AN) if rough.name.startswith('item:'))}"


def _doubtful(world: Committee) -> str:
    return f"/items/{next(entry.id for entry in world.vault.items.entries() if entry.open_reasons)}"


def _refused(page: Page, world: Committee) -> None:
    page.fill("#name", "A")
    page.evaluate(
        "() => { document.querySelector('#name').removeAttribute('required'); document.querySelector('#name').value = ''; }"
    )
    send(page, "main form button")


def _chosen(page: Page, world: Committee) -> None:
    page.set_input_files("#file", WORD)
    page.click("#read")
    page.wait_for_selector(".question .sheet .answer")


STAGES: Sequence[Stage] = (
    Stage("no bank yet", None, _nothing, (
        one("banks.first", "plain", "/bank", who="", wide=True),
        one("banks.first", "refused", "/bank", then(press("#go"), seen("#make-refused:not([hidden])")), who=""),
        one("banks.first", "folders", "/bank", then(press("[data-choose=folder]"), seen("#folders-list li")), who=""),
    )),
    Stage("first day", _empty, _nothing, (
        one("ask_who", "plain", "/sign-in", who=""),
        one("ask_who", "refused", "/sign-in", _refused, who=""),
        one("items.listed", "empty bank", "/items"),
        one("waiting.overview", "empty bank", "/waiting"),
        one("editing.choose", "no topic yet", "/new"),
        one("stimuli.listed", "empty bank", "/stimuli"),
        one("topics.listed", "empty bank", "/topics"),
        one("kept_files.listed", "empty bank", "/files"),
        one("blueprints.listed", "empty bank", "/blueprints"),
        one("forms.listed", "empty bank", "/forms"),
        one("forms.ask", "no blueprint yet", "/forms/new"),
        one("sealing.ask", "nothing to seal", "/seal"),
        one("statistics.listed", "empty bank", "/statistics"),
    )),
    Stage("work", _full, _sealed, (
        one("items.listed", "all", "/items", wide=True),
        one("items.listed", "found", "/items?q=chu+ky+so"),
        one("items.listed", "nothing found", "/items?q=khongcogica"),
        one("items.item", "approved", _item("single_choice"), _READY, wide=True),
        one("items.item", "key shown", _item("matching"), then(_READY, press("#show-key"))),
        one("items.item", "picture", _item("hotspot"), _READY),
        one("items.item", "withdrawn", "/items?state=withdrawn", follow("/items/", _READY)),
        one("items.item", "doubtful", _doubtful, _READY),
        one("editing.choose", "plain", "/new"),
        one("editing.begin", "cloze", "/new/cloze", _GRID),
        one("editing.edit", "single choice", _edit("single_choice"), _READY, wide=True),
        one("editing.edit", "true false", _edit("true_false_4"), _READY),
        one("editing.edit", "rough copy", _drafted, _GRID),
        one("importing.look", "plain", "/import"),
        one("importing.look", "preview", "/import", lambda page, world: _chosen(page, world) if page.locator("#file").count() else seen(".question .sheet .answer")(page, world)),
        one("waiting.overview", "mine", "/waiting"),
        one("waiting.walk", "to review", "/waiting/review", _READY, wide=True),
        one("stimuli.listed", "all", "/stimuli"),
        one("stimuli.edit", "one", "/stimuli", follow("/stimuli/ATT", _GRID)),
        one("stimuli.begin", "new", "/stimuli/new", _GRID),
        one("topics.listed", "all", "/topics"),
        one("kept_files.listed", "all", "/files"),
        one("kept_files.one", "picture", "/files", follow("/files/")),
        one("blueprints.listed", "one", "/blueprints"),
        one("blueprints.edit", "short", "/blueprints", follow("/blueprints/hoi-thi", _VERDICT), wide=True),
        one("blueprints.edit", "enough", "/blueprints", follow("/blueprints/tien-giang", _VERDICT)),
        one("forms.listed", "sealed", "/forms"),
        one("forms.ask", "plain", "/forms/new"),
        one("forms.look", "one", f"/forms/{FORM}", seen(".paper-item .answer"), wide=True),
        one("sealing.ask", "sealed already", f"/seal?form={FORM}", wide=True),
        one("sealing.done", "just sealed", "/seal/done"),
        one("statistics.listed", "kept", "/statistics"),
        one("statistics.one", "figures", "/statistics", follow("/statistics/2"), wide=True),
        one("ask_who", "locked", _left_alone),
    )),
)  # fmt: skip


def pictures() -> list[Studio]:
    """Every picture of the studio."""
    return [picture for stage in STAGES for picture in stage.pictures]


def group(stage: Stage) -> str:
    """The name of the pictures of one stage."""
    return f"studio, {stage.name}"


@contextmanager
def studio(folder: Path, fill: Callable[[Vault], None] | None) -> Iterator[Committee]:
    """A studio on a plain bank that `fill` has filled, or without one, its pages served on loopback."""
    folder.mkdir(parents=True)
    path = folder / "ngan-hang.vault" if fill else None
    if fill and path:
        with Vault.create(path, None, _now_ms, AN) as vault:
            fill(vault)
            vault.save()
    clock = [0]
    seat = Seat(clock=lambda: clock[0])
    with Running(path, None, 0, _now_ms, seat) as running:
        yield Committee(running, seat, clock, folder)


def show_all(browser: Browser, folder: Path, look: Look, wish: Wish | None = None) -> None:
    """Show every picture that is wished for to `look`; banks are made below `folder`."""
    wish = wish or Wish()
    for stage in STAGES:
        with studio(folder / stage.name.replace(" ", "-"), stage.fill) as world:
            context = browser.new_context(viewport={"width": OLD_MONITOR[0], "height": OLD_MONITOR[1]}, locale="vi-VN")
            context.set_default_timeout(PATIENCE_MS)
            page = context.new_page()
            page.goto(world.running.launch.link())
            page.wait_for_selector("#name, #by")
            if stage.fill:
                world.seat.sit(AN)
            stage.arrange(page, world)
            page.close()
            for picture in stage.pictures:
                for language in wish.languages:
                    if wish.wants(picture, language):
                        _show(context, world, picture, language, look)
            context.close()
        wish.done(group(stage))


def _show(context: BrowserContext, world: Committee, picture: Studio, language: str, look: Look) -> None:
    world.seat.language = "vi" if language == "vi" else "en"
    if picture.role:
        world.seat.sit(AN)
    else:
        world.seat.leave()
    page = context.new_page()
    try:
        page.goto(world.base + (picture.path if isinstance(picture.path, str) else picture.path(world)))
        picture.act(page, world)
        page.evaluate("() => document.fonts.ready")
        look(Shown(page, picture, language, light=picture.light))  # type: ignore[arg-type]
        if picture.wide:
            page.set_viewport_size({"width": WIDE_MONITOR[0], "height": WIDE_MONITOR[1]})
            look(Shown(page, picture, language, "1920x1080", light=True))  # type: ignore[arg-type]
    except Error as error:
        error.add_note(f"while taking {language}/{picture.name}")
        raise
    page.close()


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
