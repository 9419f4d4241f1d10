"""Pictures of a hall of three hundred on the morning of the exam: roster, codes, machines, check-in, opening."""

from __future__ import annotations

from collections.abc import Sequence

from playwright.sync_api import Page

from question_bank.custody import SecretKind
from scripts.console_hall import PretendedSeat
from scripts.rehearsal import TITLE
from scripts.screens_room import BY_RULE, PASSWORD, USERS, World
from scripts.screens_stages import (
    Officers,
    Stage,
    choose,
    each,
    fill,
    give_share,
    on_map,
    one,
    send,
    sign_second,
)
from server.domain import commands
from server.domain.pairing import MachineKind
from server.domain.rights import Right, Role
from server.domain.roster import Entry
from server.domain.values import Attendance
from server.live.actors import OfficerActor
from server.live.kit import KitDesk
from server.protocol.messages import Pulse, Staged

_T, _P, _S, _J, _K, _O = Role.TECHNICAL, Role.PROCTOR, Role.SETTING, Role.JURY, Role.SECRETARIAT, Role.ORGANISING
SEATS = 300
ABSENT = ("M21", "M22", "M23", "M24", "M25")
SETTING, ORGANISING = OfficerActor("u-bande", _S), OfficerActor("u-tochuc", _O)


# --- the roster --------------------------------------------------------------------------------------------------------


def _roster(world: World) -> None:
    """Three hundred people; ten still without a code, one corrected."""
    world.take_in(TITLE, BY_RULE, "tg2026-chung-ket-ca-1")
    world.seat_everyone(SEATS)
    world.give_codes(world.hall.seats[:-10])
    world.clock.until(7, 45)
    typed = typed_entry(world.hall.room.store.candidates.by_id(world.hall.seats[6].candidate_id).entry)  # type: ignore[union-attr]
    world.post(USERS[_K], world.candidate_path(6, "/change"), {
        **typed, "birth_date": "17/03/1991", "change": "corrected", "reason": "Ngày sinh trên giấy tờ là 17/03/1991",
        "second_user_name": "coithi1", "second_password": PASSWORD,
    })  # fmt: skip
    world.post("coithi1", f"/codes/{world.hall.seats[6].candidate_id}", {"reason": "Phiếu bị rách, không đọc được mã"})


def typed_entry(entry: Entry) -> dict[str, str]:
    """An entry as the form's fields hold it."""
    return {
        "sbd": entry.sbd, "full_name": entry.full_name, "birth_date": f"{entry.birth_date:%d/%m/%Y}", "unit": entry.unit,
        "division": entry.division, "position": entry.position, "room": entry.room, "seat": entry.seat,
    }  # fmt: skip


def _wrong_entry(page: Page, world: World) -> None:
    page.fill("[name=birth_date]", "31/02/1990")
    page.fill("[name=full_name]", "Bình")
    page.fill("[name=reason]", "Ghi sai ngày sinh")
    sign_second(page, "coithi2")
    send(page, "form.card button.primary")


def _wrong_second(page: Page, world: World) -> None:
    page.fill("[name=birth_date]", "01/02/1990")
    page.fill("[name=reason]", "Ghi sai ngày sinh")
    sign_second(page, "thuky")
    send(page, "form.card button.primary")


def _find(text: str) -> object:
    return lambda page, world: page.fill("input[type=search]", text)


def _roster_pictures() -> list[Officers]:
    entry = "roster.entry"
    return [
        *each("prepare.page", "working", Right.MANAGE_SITTINGS, "/prepare"),
        *each("roster.page", "300", Right.SEE_ROSTER, "/roster"),
        one("roster.page", "by seat", _P, "/roster?sort=seat"),
        one("roster.page", "found", _P, "/roster", _find("cong tang")),  # type: ignore[arg-type]
        *each(entry, "long name, changed", Right.SEE_ROSTER, lambda world: world.candidate_path(6)),
        one(entry, "without a code", _P, lambda world: world.candidate_path(SEATS - 1)),
        *each("roster.change_page", "long name", Right.CHANGE_ROSTER, lambda world: world.candidate_path(6, "/change")),
        one("roster.change_page", "mistakes", _K, lambda world: world.candidate_path(6, "/change"), _wrong_entry),
        one(
            "roster.change_page",
            "second officer wrong",
            _K,
            lambda world: world.candidate_path(20, "/change"),
            _wrong_second,
        ),
        *each("roster.add_page", "300", Right.CHANGE_ROSTER, "/roster/add"),
        *each("roster_import.page", "300", Right.IMPORT_ROSTER, "/roster/import"),
        *each("codes.page", "ten missing", Right.PRINT_CODES, "/codes"),
        one("codes.page", "slip to print", _P, lambda world: world.candidate_path(8), _reissue),
    ]


def _reissue(page: Page, world: World) -> None:
    page.fill("[name=reason]", "Thí sinh làm mất phiếu")
    send(page, "form:has([name=reason]) button")


# --- the machines ------------------------------------------------------------------------------------------------------


def _machines(world: World) -> None:
    """Most machines are here; some ask to join, some are only seen, and a few have something wrong."""
    hall, room = world.hall, world.hall.room
    world.give_codes(hall.seats[-10:])
    world.clock.until(8, 20)
    hall.arrive([seat for seat in hall.seats if seat.seat_label not in ("A03", "C14", *ABSENT)])
    definition = room.definition()
    assert definition is not None
    for label, fault, size in (("E22", "wrong_digest", 1_400_000), ("B11", None, 350_000), ("B12", None, 20_000)):
        seat = world.seat(label)
        room.presence.staged(seat.kiosk_id, Staged(definition.primary, size, False, fault))
    room.presence.pulse(world.seat("H04").kiosk_id, Pulse("sign_in", 0, 0, 90_000_000, 4, world.clock.now_ms()))
    room.presence.pulse(world.seat("K19").kiosk_id, Pulse("sign_in", 0, 0, 41_000_000_000, 1900, world.clock.now_ms()))
    hall.lose(world.seat("G09"))
    kits = KitDesk(room.identity, room.store.machines, world.clock.now_ms)
    kits.make("u-kythuat", 300, 4 * 3_600_000, ["192.168.1.10"], 8443)
    kits.revoke("u-kythuat", kits.make("u-kythuat", 50, 3_600_000, ["192.168.1.10"], 8443).kit_id)
    world.ask_to_join("M26", "192.168.1.126")
    world.ask_to_join("A01", "192.168.1.131")
    world.ask_to_join("BAN-COI-THI", "192.168.1.140", MachineKind.CONSOLE)
    world.be_seen(("PC-17", "PC-18"))


def _take_the_name(page: Page, world: World) -> None:
    page.locator(".offer [name=seat]").first.fill("A02")
    send(page, ".offer button.primary")


def _wrong_kit(page: Page, world: World) -> None:
    page.evaluate("() => { document.getElementById('kit-form').noValidate = true; }")
    fill("#kit-form button", uses="0", hours="9999")(page, world)


def _machine_pictures() -> list[Officers]:
    page = "console.machines"
    return [
        *each(page, "300, three ask", Right.PAIR_MACHINES, "/console/machines"),
        one(page, "name taken", _T, "/console/machines", _take_the_name),
        one(page, "wrong kit", _T, "/console/machines", _wrong_kit),
        one(page, "change", _T, "/console/machines", choose(".inline-details summary")),
    ]


# --- before the start --------------------------------------------------------------------------------------------------


def _people(world: World) -> None:
    """Nearly everybody is here; five will not come, some have not signed in or confirmed."""
    hall = world.hall
    world.clock.until(8, 50)
    here = [seat for seat in hall.seats if seat.seat_label not in (*ABSENT, "A03", "C14", "G09")]
    note_attendance(world, here)
    hall.sign_in([seat for seat in here if seat.seat_label not in ("D07", "D08")])
    for seat in here:
        hall.pulse(seat, "waiting")


def note_attendance(world: World, here: Sequence[PretendedSeat]) -> None:
    """What the table at the door saw: two late, one without a document, one at the wrong room; the rest present."""
    odd = {0: (Attendance.LATE, True), 1: (Attendance.PRESENT, False), 2: (Attendance.WRONG_ROOM, False)}
    for at, seat in enumerate(here):
        state, seen = odd.get(at - 20, (Attendance.PRESENT, True))
        world.hall.order(commands.RecordAttendance(seat.candidate_id, state, seen, "u-coithi1"))


def _before_pictures() -> list[Officers]:
    return [
        *each("console.before", "some not ready", Right.SEE_ROOM, "/console/before"),
        *each("check_in.page", "300", Right.CHECK_IN, "/check-in"),
        one("check_in.page", "found", _P, "/check-in", _find("0023")),  # type: ignore[arg-type]
        one("check_in.page", "found nobody", _P, "/check-in", _find("xyz")),  # type: ignore[arg-type]
        one("console.map", "before the start", _P, "/console", on_map()),
        one("prepare.page", "ready", _T, "/prepare"),
        one("roster_import.page", "begun", _K, "/roster/import"),
        *each("console.ceremony", "set not chosen", None, "/console/ceremony"),
    ]


# --- the opening -------------------------------------------------------------------------------------------------------


def _chosen(world: World) -> None:
    """The set is chosen by the rule; nobody has looked at the clock yet."""
    world.clock.until(9, 0)
    assert world.hall.room.opening.choose_set(SETTING) is None


def _clock_wrong(page: Page, world: World) -> None:
    page.locator("details:has([name=day]) summary").click()
    page.locator("[name=day]").fill("31/02/2026")
    send(page, "form:has([name=day]) button")


def _chosen_pictures() -> list[Officers]:
    page, path = "console.ceremony", "/console/ceremony"
    return [
        one(page, "set chosen", _S, path),
        one(page, "clock wrong", _S, path, _clock_wrong),
        one(page, "reserve", _O, path, choose("details.reserve summary")),
    ]


def _first_share(world: World) -> None:
    """The clock was confirmed, and the first custodian has been."""
    room = world.hall.room
    now_ms = world.clock.now_ms()
    world.hall.order(commands.AnchorClock(now_ms, now_ms, "confirmed by an officer", "u-bande"))
    taken = room.opening.enter_share(SETTING, SecretKind.PAPER, world.share(SecretKind.PAPER, 0))
    assert hasattr(taken, "body"), taken


def _broken(words: str) -> str:
    found = words.split()
    return " ".join([*found[:-1], "academic" if found[-1] != "academic" else "acid"])


def _wrong_secret(page: Page, world: World) -> None:
    page.fill("#share-paper", world.share(SecretKind.MARKING, 0))
    page.locator("#give-paper [data-give]").click()
    page.wait_for_selector("#share-paper-check[data-tone=bad]")


def _half(page: Page, world: World) -> None:
    page.fill("#share-paper", " ".join(world.share(SecretKind.PAPER, 1).split()[:12]) + " ")


def _share_pictures() -> list[Officers]:
    page, path = "console.ceremony", "/console/ceremony"
    return [
        *each(page, "one share given", Right.OPEN_PAPER, path),
        one(page, "share half typed", _S, path, _half),
        one(page, "broken share", _S, path, give_share(SecretKind.PAPER, 1, _broken)),
        one(page, "share of another secret", _S, path, _wrong_secret),
        one(page, "words covered", _S, path, lambda p, w: (_half(p, w), p.locator("#give-paper [data-cover]").check())),  # type: ignore[arg-type, func-returns-value]
    ]


def _second_share(world: World) -> None:
    taken = world.hall.room.opening.enter_share(SETTING, SecretKind.PAPER, world.share(SecretKind.PAPER, 1))
    assert hasattr(taken, "body"), taken


def _open_alone(page: Page, world: World) -> None:
    sign_second(page, "bande")
    send(page, "#open-paper button.primary")


def _ready_to_open() -> list[Officers]:
    page, path = "console.ceremony", "/console/ceremony"
    return [
        one(page, "shares complete", _S, path),
        one(page, "second officer wrong", _S, path, _open_alone),
    ]


def _opened(world: World) -> None:
    """The paper is open, then the marking part; everybody who was missing has come."""
    hall, opening = world.hall, world.hall.room.opening
    world.clock.until(9, 5)
    refused = opening.open_paper(SETTING, ORGANISING)
    assert refused is None, refused
    jury = OfficerActor("u-giamkhao", _J)
    for number in (0, 1):
        opening.enter_share(jury, SecretKind.MARKING, world.share(SecretKind.MARKING, number))
    refused = opening.open_marking(jury, SETTING)
    assert refused is None, refused
    world.clock.until(9, 45)
    late = [world.seat(label) for label in ("A03", "C14", "G09")]
    hall.arrive([*late, *(world.seat(label) for label in ("E22", "B11", "B12", "H04", "K19"))])
    note_attendance(world, late)
    hall.sign_in([*late, world.seat("D07"), world.seat("D08")])
    absent = [world.seat(label) for label in ABSENT]
    hall.arrive(absent)
    for seat in absent:
        hall.order(commands.RecordAttendance(seat.candidate_id, Attendance.ABSENT, False, "u-coithi1"))
    for seat in hall.seats:
        hall.pulse(seat, "waiting")


def _opened_pictures() -> list[Officers]:
    return [
        *each("console.ceremony", "opened", None, "/console/ceremony"),
        one("console.before", "everybody ready", _P, "/console/before"),
        one("console.map", "ready to start", _P, "/console", on_map()),
        one("papers.page", "opened", _P, "/papers"),
        one("officers.page", "all", _O, "/officers"),
        one("codes.page", "all made", _K, "/codes"),
    ]


STAGES = (
    Stage("roster", _roster, _roster_pictures()),
    Stage("machines", _machines, _machine_pictures()),
    Stage("before the start", _people, _before_pictures()),
    Stage("set chosen", _chosen, _chosen_pictures()),
    Stage("first share", _first_share, _share_pictures()),
    Stage("second share", _second_share, _ready_to_open()),
    Stage("opened", _opened, _opened_pictures()),
)
