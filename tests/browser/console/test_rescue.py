"""From a machine's screen into the journal: its codes photographed or before a camera, in real browsers on both sides."""

from __future__ import annotations

import io
import os
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PIL import Image, ImageFilter
from playwright.sync_api import Browser, FilePayload, Page, expect

from client_kiosk.carrying import Carrying
from client_kiosk.outbox import Outbox
from client_kiosk.sticks import Stick
from scripts.carried_machine import CarriedMachine, start_part
from scripts.console_hall import ConsoleHall, served_hall
from scripts.screens_desk import ScriptedDesk, served_desk
from scripts.screens_kiosk_states import STATES, paper
from server.domain.rights import Role
from server.drill.prepared_room import SealedContest, hold_ceremony, make_room, open_room
from server.live.room import Room

PICTURES = os.environ.get("EXAMROOM_PICTURES")
SIZE = {"width": 1366, "height": 768}
ITEMS = 60


@dataclass
class Scene:
    """A dead line: what a machine holds of one candidate, its screen, and the officers' pages."""

    room: Room
    hall: ConsoleHall
    kiosk: CarriedMachine
    outbox: Outbox
    screen: str
    stick: Path

    def answered(self) -> int:
        assert self.room.sitting is not None
        return self.room.sitting.state.attempts[self.outbox.stream.attempt_id].parts[0].answered

    def officer(self, page: Page, role: Role = Role.PROCTOR) -> Page:
        page.context.add_cookies([self.hall.officer(role)])  # type: ignore[list-item]
        page.goto(f"{self.hall.url}/console/rescue")
        return page

    def technician(self, page: Page) -> None:
        """Four keys at once in the middle of the exam."""
        page.goto(self.screen)
        page.wait_for_selector("body[data-screen=exam]")
        page.keyboard.press("Control+Alt+Shift+KeyR")
        page.wait_for_selector("#held p")

    def codes(self, page: Page) -> list[bytes]:
        """Every code as it stands on an old monitor, photographed without a camera."""
        self.technician(page)
        page.locator("#shows button").click()
        shots = []
        page.locator("#code").wait_for()
        page.keyboard.press("Space")
        dots = page.locator("#dots li")
        for n in range(dots.count()):
            expect(dots.nth(n)).to_have_attribute("data-now", "")
            page.wait_for_function("() => document.getElementById('code').complete")
            shots.append(page.screenshot())
            page.keyboard.press("ArrowRight")
        return shots


@pytest.fixture
def scene(tmp_path: Path, contest: SealedContest) -> Iterator[Scene]:
    folder, stick = tmp_path / "room", tmp_path / "KINGSTON"
    for made in (folder, stick):
        made.mkdir()
    sheets = make_room(folder, contest, 2)
    with open_room(folder) as room, served_hall(room) as hall:
        hold_ceremony(room, contest)
        kiosk = CarriedMachine(room, sheets[0], tmp_path / "kiosk")
        assert room.sitting is not None
        outbox = kiosk.sign_in(room.store.candidates.of_sitting(room.sitting.sitting_id)[0].candidate_id)
        start_part(room)
        for item in range(ITEMS):
            kiosk.choose(outbox, item, item)
            if item == 9:
                kiosk.deliver(outbox)
        for item in range(0, ITEMS, 4):
            kiosk.choose(outbox, item, item + 1)
        carrying = Carrying(kiosk.path, "test", lambda: [Stick(stick, 7_000_000_000)])
        with served_desk(ScriptedDesk(STATES["exam working"], paper()), carrying) as screen:
            yield Scene(room, hall, kiosk, outbox, screen, stick)
        kiosk.close()


def keep(page: Page, name: str) -> None:
    """Leave a picture for whoever wants to look."""
    if PICTURES:
        page.screenshot(path=f"{PICTURES}/{name}.png")


def photographed(shot: bytes, chance: random.Random) -> bytes:
    """As a phone takes it: askew, from a little distance, not quite sharp, compressed."""
    screen = Image.open(io.BytesIO(shot)).convert("RGB")
    table = Image.new("RGB", (2000, 1500), (92, 84, 80))
    larger = screen.resize((1639, 922), Image.Resampling.BICUBIC)
    table.paste(larger, (180, 290))
    askew = table.rotate(chance.uniform(-4, 4), Image.Resampling.BICUBIC, fillcolor=(92, 84, 80))
    buffer = io.BytesIO()
    askew.filter(ImageFilter.GaussianBlur(1.1)).save(buffer, "JPEG", quality=80)
    return buffer.getvalue()


@pytest.mark.shared
def test_the_codes_of_sixty_answers_are_photographed_and_merged_though_one_was_missed(
    scene: Scene, new_page: Callable[..., Page], violations: Callable[[Page], list[str]]
) -> None:
    page = new_page(**SIZE)
    scene.technician(page)
    expect(page.locator("#held")).to_contain_text("76")
    assert violations(page) == []
    keep(page, "kiosk-rescue")
    assert page.evaluate("() => document.documentElement.scrollHeight <= innerHeight"), "nothing needs scrolling"
    shots = scene.codes(page)
    keep(page, "kiosk-rescue-code")
    assert violations(page) == []
    box = page.locator("#code").bounding_box()
    assert box is not None
    assert (box["width"], box["height"]) == (735, 735), "every module is seven whole pixels"
    assert len(shots) <= 8

    chance = random.Random(1)
    photos = [photographed(shot, chance) for shot in shots]
    del photos[1]  # one was missed
    chance.shuffle(photos)
    photos = photos[: len(shots) * 2 // 3] + photos[:1]
    assert scene.answered() == 10
    console = scene.officer(new_page(**SIZE))
    assert violations(console) == []
    keep(console, "console-rescue-empty")
    files: list[FilePayload] = [
        {"name": f"anh-{n}.jpg", "mimeType": "image/jpeg", "buffer": photo} for n, photo in enumerate(photos)
    ]
    files.append({"name": "khac.txt", "mimeType": "image/png", "buffer": b"no"})
    console.locator("#photos").set_input_files(files)
    console.locator("form[action$=photos] button").click()
    expect(console.locator(".notice-ok")).to_contain_text("M001")
    expect(console.locator(".notice-bad")).to_contain_text("khac.txt")
    expect(console.locator("table.rescued tbody tr").first).to_contain_text("TS0001")
    assert scene.answered() == ITEMS
    assert violations(console) == []
    keep(console, "console-rescue")


@pytest.mark.shared
def test_a_file_on_a_stick_is_written_read_back_and_merged(scene: Scene, new_page: Callable[..., Page]) -> None:
    page = new_page(**SIZE)
    scene.technician(page)
    page.get_by_role("button", name="KINGSTON").click()
    expect(page.locator("#result[data-ok]")).to_contain_text("KINGSTON")
    keep(page, "kiosk-rescue-written")
    (file,) = scene.stick.iterdir()
    page.locator("#back").click()
    page.wait_for_selector("body[data-screen=exam]")

    console = scene.officer(new_page(**SIZE), Role.TECHNICAL)
    console.locator("#files").set_input_files(str(file))
    console.locator("form[action$=files] button").click()
    expect(console.locator(".notice-ok")).to_be_visible()
    row = console.locator("table.rescued tbody tr").first
    expect(row).to_contain_text("TS0001")
    expect(row).not_to_contain_text("Thí sinh")  # the technical team sees no roster
    assert scene.answered() == ITEMS
    short = file.read_bytes()[:-7]
    console.locator("#files").set_input_files({"name": file.name, "mimeType": "", "buffer": short})
    console.locator("form[action$=files] button").click()
    expect(console.locator(".notice-bad")).to_contain_text(file.name)
    keep(console, "console-rescue-refused")


@pytest.mark.shared
def test_the_codes_pass_before_a_real_browsers_camera_and_are_merged(
    scene: Scene, new_page: Callable[..., Page], chromium: Browser, tmp_path: Path
) -> None:
    """Chromium's own pretended camera plays what stood on the machine's screen."""
    film = tmp_path / "screen.mjpeg"
    with film.open("wb") as file:
        for shot in scene.codes(new_page(**SIZE)):
            buffer = io.BytesIO()
            Image.open(io.BytesIO(shot)).convert("RGB").resize((1280, 720), Image.Resampling.BICUBIC).save(
                buffer, "JPEG", quality=85
            )
            file.write(buffer.getvalue() * 25)
    filming = chromium.browser_type.launch(
        executable_path="/usr/bin/chromium",
        args=[
            "--no-sandbox", "--disable-gpu", "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream",
            f"--use-file-for-fake-video-capture={film}",
        ],
    )  # fmt: skip
    try:
        page = scene.officer(filming.new_context(viewport=SIZE, locale="vi-VN").new_page())  # type: ignore[arg-type]
        page.locator("#camera-start").click()
        expect(page.locator("#camera-said[data-kind=ok]")).to_contain_text("M001", timeout=60_000)
        expect(page.locator("table.rescued tbody tr").first).to_contain_text("TS0001")
        expect(page.locator("#camera-start")).to_be_visible()
        keep(page, "console-rescue-camera")
    finally:
        filming.close()
    assert scene.answered() == ITEMS


@pytest.mark.shared
def test_the_technicians_page_is_worked_by_keyboard_and_holds_no_answer(
    scene: Scene, new_page: Callable[..., Page]
) -> None:
    page = new_page(**SIZE)
    scene.technician(page)
    page.locator("#shows button").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#code-of")).to_be_focused()
    pace = page.locator("#pace").inner_text()
    page.keyboard.press("-")
    expect(page.locator("#pace")).not_to_have_text(pace)
    page.keyboard.press("Space")
    before = page.locator("#code-of").inner_text()
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#code-of")).not_to_have_text(before)
    text = page.content()
    assert scene.outbox.stream.attempt_id not in text
    assert not any(str(body["item_id"]) in text for _, body in scene.outbox.bodies() if "item_id" in body)
    page.keyboard.press("Escape")
    expect(page.locator("#choose")).to_be_visible()
