"""Pictures of a hall of three hundred while the exam runs, is paused, and is over."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page

from scripts.screens_hall_before import ABSENT
from scripts.screens_room import World
from scripts.screens_stages import Officers, Stage, dialog, each, on_map, one, send, sign_second
from server.domain import commands
from server.domain.rights import Right, Role
from server.domain.values import Attendance, Cause, IncidentCategory
from server.live.actors import OfficerActor
from server.protocol.messages import Pulse

_T, _P, _S, _J, _K, _O = Role.TECHNICAL, Role.PROCTOR, Role.SETTING, Role.JURY, Role.SECRETARIAT, Role.ORGANISING
SUBMITTED = ("C01", "E02", "G03", "I04", "L05", "B20")
LATE = "M21"
PROCTOR = "u-coithi1"


def _running(world: World) -> None:
    """Seventeen minutes in: six have submitted, a few need somebody."""
    hall = world.hall
    world.clock.until(10, 0)
    world.pulse()
    hall.order(commands.StartPart(0, None, b"\7" * 32, PROCTOR))
    counts = {seat.seat_label: 14 + seat.n * 7 % 19 for seat in hall.seats if seat.seat_label not in ABSENT}
    counts |= dict.fromkeys(SUBMITTED, 60)
    world.answer_all(counts, 840)
    for label in SUBMITTED:
        hall.submit(world.seat(label))
    hall.order(commands.Extend((_attempt(world, "D05"),), 300_000, "Được cho phép trước", Cause.ARRANGEMENT, PROCTOR))
    world.clock.go_on(40)
    hall.order(commands.Pause((_attempt(world, "H02"),), "Máy hỏng chuột", Cause.EQUIPMENT, PROCTOR))
    _trouble(world)
    world.clock.until(10, 17, 19)


def _attempt(world: World, label: str) -> str:
    return world.seat(label).attempt_id


def _trouble(world: World) -> None:
    """What needs a proctor: three silent machines, answers that do not come through, a full disk, one who came late."""
    hall = world.hall
    hall.silent(world.seat("B07"))
    world.clock.go_on(30)
    hall.silent(world.seat("F19"))
    stuck = world.seat("C11")
    stuck.pending = 4
    hall.pulse(stuck)
    full = world.seat("K08")
    hall.room.presence.pulse(full.kiosk_id, Pulse("exam", 0, full.seq, 60_000_000, 4, world.clock.now_ms()))
    note = "Thí sinh báo không gõ được dấu tiếng Việt; đã đổi bàn phím"
    hall.order(commands.RecordIncident(_attempt(world, "H14"), IncidentCategory.EQUIPMENT, note, PROCTOR))
    late = world.seat(LATE)
    hall.order(commands.RecordAttendance(late.candidate_id, Attendance.LATE, True, PROCTOR))
    hall.sign_in([late])
    world.clock.until(10, 17, 5)
    hall.silent(world.seat("E05"))


def _drawer(label: str) -> object:
    def do(page: Page, world: World) -> None:
        page.locator(f".tile:has-text('{label}')").first.click()
        page.wait_for_selector("#drawer:not([hidden]) #drawer-body .facts")

    return on_map(do)


def _find(page: Page, world: World) -> None:
    page.fill("#find", "cong tang")


def _filtered(page: Page, world: World) -> None:
    page.locator("[data-count=bad], [data-count=red], .count-bad").first.click()


def _sorted(page: Page, world: World) -> None:
    page.locator("[data-order]").nth(1).click()


def _whom(page: Page, world: World) -> None:
    page.locator("dialog[open] [name=whom][value=some]").check()
    page.locator("dialog[open] [name=seats]").fill("C01-C12, D05")
    page.locator("dialog[open] .chip").first.click()


def _nothing_filled(page: Page, world: World) -> None:
    page.locator("dialog[open] [data-part=do]").click()
    page.wait_for_selector("dialog[open] [data-part=fault]:not([hidden])")


def _cut(page: Page, world: World) -> None:
    world.hall.cut()
    page.wait_for_selector("body[data-line=lost]")
    world.hall.serve()


def _path_of(label: str) -> Callable[[World], str]:
    return lambda world: world.seat_path(label)


def _seat_pages() -> list[Officers]:
    labels = {
        "silent": "B07", "paused": "H02", "extended": "D05", "submitted": "C01", "nobody": "M25", "long name": "A07",
        "incident": "H14", "answers waiting": "C11",
    }  # fmt: skip
    return [one("console.seat", state, _P, _path_of(label)) for state, label in labels.items()]


def _running_pictures() -> list[Officers]:
    page, path = "console.map", "/console"
    drawers = {"silent seat": "B07", "long name": "A07", "submitted seat": "C01", "empty seat": "M25"}
    dialogs = ("pause", "extend", "incident", "close_part")
    return [
        *each(page, "running", Right.SEE_ROOM, path, on_map()),
        one(page, "running, long names", "coithi2", path, on_map()),
        one(page, "running, wide", _P, path, on_map(), wide=True),
        *(one(page, f"drawer, {state}", _P, path, _drawer(label)) for state, label in drawers.items()),  # type: ignore[arg-type]
        one(page, "found", _P, path, on_map(_find)),
        one(page, "by trouble", _P, path, on_map(_sorted)),
        *(one(page, f"dialog {name}", _P, path, dialog(name)) for name in dialogs),
        one(page, "dialog pause some", _P, path, dialog("pause", _whom)),
        one(page, "dialog pause unfilled", _P, path, dialog("pause", _nothing_filled)),
        one(page, "line lost", _P, path, on_map(_cut)),
        *_seat_pages(),
        *each("console.seat", "working", Right.SEE_ROOM, lambda world: world.seat_path("A01")),
        one("console.before", "running", _P, "/console/before"),
        one("check_in.page", "running", _K, "/check-in"),
        one("roster.entry", "signed in", _P, lambda world: world.candidate_path(13)),
        one("roster.change_page", "signed in", _K, lambda world: world.candidate_path(13, "/change")),
        *each("results.page", "six finished", Right.SEE_MARKS, "/results"),
        *each("papers.page", "running", Right.PRINT_MINUTES, "/papers"),
        *each("closing.page", "running", Right.SEE_ROOM, "/closing"),
        *each("servers.page", "running", Right.SEE_ROOM, "/servers"),
        *each("late.page", "running", Right.DECIDE_LATE, "/late"),
        *each("console.rescue", "running", Right.RESCUE_ANSWERS, "/console/rescue"),
        *each("console.kit", "running", Right.SEE_ROOM, "/console/kit"),
        *each("duty.page", "running", Right.SEE_ROOM, "/console/hall"),
        one("hall_display.page", "running", _P, "/hall"),
        *each("console.time", "running", Right.SEE_ROOM, "/console/time"),
        *each("system.page", "running", Right.SEE_SYSTEM, "/acts"),
        one("codes.page", "signed in", _P, "/codes"),
    ]


def _paused(world: World) -> None:
    world.clock.go_on(5)
    for label in ("B07", "F19", "E05"):
        world.hall.back(world.seat(label))
    stuck = world.seat("C11")
    stuck.pending = 0
    world.hall.pulse(stuck)
    world.hall.order(commands.Pause(None, "Mất điện toàn bộ dãy nhà, đang chuyển sang máy phát", Cause.HALL, PROCTOR))


def _paused_pictures() -> list[Officers]:
    return [
        one("console.map", "everybody paused", _P, "/console", on_map()),
        one("console.seat", "everybody paused", _P, lambda world: world.seat_path("A07")),
    ]


def _over(world: World) -> None:
    """The exam goes on and ends; the part is closed."""
    world.clock.go_on(125)
    world.hall.order(commands.Resume(None, "Đã khắc phục xong", PROCTOR))
    for seat in world.hall.seats[:200]:
        if seat.seat_label not in (*SUBMITTED, *ABSENT, "H02"):
            world.clock.go_on(1)
            world.hall.submit(seat)
    world.clock.until(10, 58)
    world.hall.order(commands.ClosePart(0, "Hết giờ làm bài", PROCTOR))


def _over_pictures() -> list[Officers]:
    return [
        one("console.map", "part closed", _P, "/console", on_map()),
        one("closing.page", "ended", _P, "/closing"),
        one("console.map", "dialog close_sitting", _P, "/console", dialog("close_sitting")),
        one("console.seat", "closed by the room", _P, lambda world: world.seat_path("H02")),
    ]


def _closed(world: World) -> None:
    world.clock.until(11, 5)
    world.hall.order(commands.CloseSitting(PROCTOR))


def _publish_alone(page: Page, world: World) -> None:
    page.locator("details summary").last.click()
    sign_second(page, "giamkhao", "khong phai mat khau")
    send(page, "form[action*=publish] button.primary")


def _closed_pictures() -> list[Officers]:
    return [
        *each("console.map", "sitting closed", Right.SEE_ROOM, "/console", on_map()),
        *each("results.page", "295 finished", Right.SEE_MARKS, "/results"),
        *each("runs.page", "no simulator", Right.SEE_WORK, "/runs"),
        one("results.page", "second officer wrong", _O, "/results", _publish_alone),
        one("papers.page", "closed", _K, "/papers"),
        one("closing.page", "closed", _O, "/closing"),
        one("console.ceremony", "closed", _O, "/console/ceremony"),
    ]


def _published(world: World) -> None:
    refused = world.hall.room.marks.publish(OfficerActor("u-tochuc", _O), OfficerActor("u-tochuc2", _O))
    assert refused is None, refused


def _published_pictures() -> list[Officers]:
    return [one("results.page", "published", _O, "/results")]


STAGES = (
    Stage("running", _running, _running_pictures()),
    Stage("paused", _paused, _paused_pictures()),
    Stage("part closed", _over, _over_pictures()),
    Stage("sitting closed", _closed, _closed_pictures()),
    Stage("published", _published, _published_pictures()),
)
