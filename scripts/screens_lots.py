"""Pictures of a small room whose contest draws lots, comes too early, shows results later, and has a wrong canary."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from playwright.sync_api import Page

from question_bank.custody import SecretKind
from question_bank.form import Form
from scripts.screens_room import BY_LOT, LONG_TITLE, MORNING_MS, World
from scripts.screens_stages import Officers, Stage, on_map, one, send, sign_second
from server.domain import commands
from server.domain.rights import Role
from server.drill.prepared_room import SealedContest, seal_contest
from server.live.actors import OfficerActor

_P, _S, _J, _O = Role.PROCTOR, Role.SETTING, Role.JURY, Role.ORGANISING
SETTING, ORGANISING, JURY = OfficerActor("u-bande", _S), OfficerActor("u-tochuc", _O), OfficerActor("u-giamkhao", _J)
SEATS = 12
NOT_BEFORE_MS = MORNING_MS + 2 * 3_600_000


def contest(folder: Path) -> SealedContest:
    """Not to be opened before half past nine; one canary expects what the key does not give."""
    return seal_contest(folder, small=True, not_before_ms=NOT_BEFORE_MS, change=_wrong_canary)


def _wrong_canary(form: Form) -> Form:
    first, *rest = form.canaries
    return replace(form, canaries=(replace(first, expected_right=first.expected_right + 1), *rest))


def _ready(world: World) -> None:
    world.take_in(LONG_TITLE, BY_LOT, "tg2026-chung-ket-ca-2")
    world.seat_everyone(SEATS)
    world.give_codes(world.hall.seats)
    world.hall.arrive(world.hall.seats)
    world.hall.sign_in(world.hall.seats)


def _set_name(world: World) -> str:
    sitting = world.hall.room.sitting
    assert sitting is not None
    assert sitting.state.chosen is not None
    return sitting.state.chosen.value


def _give(world: World, kind: SecretKind, officer: OfficerActor) -> None:
    for number in (0, 1):
        taken = world.hall.room.opening.enter_share(officer, kind, world.share(kind, number, _set_name(world)))
        assert hasattr(taken, "body"), taken


def _drawn(world: World) -> None:
    """The lot is drawn and the shares are given, an hour too early."""
    world.clock.until(8, 30)
    assert world.hall.room.opening.choose_set(SETTING) is None
    now_ms = world.clock.now_ms()
    world.hall.order(commands.AnchorClock(now_ms, now_ms, "confirmed by an officer", "u-bande"))
    _give(world, SecretKind.PAPER, SETTING)


def _too_early(page: Page, world: World) -> None:
    page.evaluate("() => { document.getElementById('open-paper').noValidate = true; }")
    sign_second(page, "tochuc")
    send(page, "#open-paper button.primary")


def _closed(world: World) -> None:
    """Everything ran and is over; the marking part opens only now."""
    hall, opening = world.hall, world.hall.room.opening
    world.clock.until(8, 31)
    refused = opening.open_paper(SETTING, ORGANISING, "Bắt đầu sớm theo quyết định của Trưởng Ban Tổ chức")
    assert refused is None, refused
    hall.order(commands.StartPart(0, None, b"\7" * 32, "u-coithi1"))
    world.answer_all({seat.seat_label: 6 for seat in hall.seats}, 600)
    for seat in hall.seats:
        hall.submit(seat)
    hall.order(commands.ClosePart(0, "Hết giờ làm bài", "u-coithi1"))
    hall.order(commands.CloseSitting("u-coithi1"))


def _marked(world: World) -> None:
    _give(world, SecretKind.MARKING, JURY)
    refused = world.hall.room.opening.open_marking(JURY, SETTING)
    assert refused is None, refused


def _pictures(state: str, who: Role) -> list[Officers]:
    return [one("console.ceremony", state, who, "/console/ceremony")]


_Act = Callable[[Page, World], None]
STAGES = (
    Stage(
        "lots", _ready,
        [*_pictures("lot not drawn", _S), one("console.map", "twelve seats", "coithi2", "/console", on_map())],
    ),
    Stage(
        "lot drawn", _drawn,
        [*_pictures("lot drawn, too early", _S), one("console.ceremony", "too early", _S, "/console/ceremony", _too_early)],
    ),
    Stage("closed", _closed, [*_pictures("marking after the close", _J), one("results.page", "not yet marked", _J, "/results")]),
    Stage("canary wrong", _marked, [one("results.page", "canary wrong", _J, "/results")]),
)  # fmt: skip
