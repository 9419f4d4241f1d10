"""The opening ceremony: who may, in which order, with which shares, and what is left of them afterwards."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from question_bank import canonical
from question_bank.custody import CustodyFault, SecretKind
from server.domain.commands import StartPart
from server.domain.reasons import Reason, Refused
from server.domain.values import SetName, SittingStage
from server.drill.prepared_room import (
    JURY,
    ORGANISING,
    PROCTOR,
    SETTING,
    Rules,
    SealedContest,
    hold_ceremony,
    open_room,
)
from server.errors import NotStored
from server.live.ceremony import SHARES_KEPT_MS, CeremonyFault, CeremonyRefused, ShareTaken
from server.live.clock import RoomClock
from server.live.room import Room
from server.live.unsealing import unsealed_paper
from server.store.journal import Journal, pages

PAPER, MARKING = SecretKind.PAPER, SecretKind.MARKING
NewRoom = Callable[..., tuple[Path, Any]]


def code(outcome: object) -> object:
    """The fault of a refusal, and anything else as it is."""
    return outcome.fault if isinstance(outcome, CeremonyRefused) else outcome


def enter(room: Room, contest: SealedContest, count: int = 2, set_name: str = "primary") -> None:
    for words in contest.shares(set_name, PAPER)[:count]:
        assert isinstance(room.opening.enter_share(SETTING, PAPER, words), ShareTaken)


def test_the_page_says_at_every_step_what_may_be_done_next(room: Room, contest: SealedContest) -> None:
    def steps() -> tuple[str, ...]:
        status = room.opening.status()
        assert status is not None
        return status.next_steps

    assert steps() == ("choose_set",)
    assert room.opening.choose_set(SETTING) is None
    assert steps() == ("enter_paper_share", "switch_to_reserve")
    enter(room, contest)
    assert steps() == ("open_paper", "switch_to_reserve")
    assert room.opening.open_paper(SETTING, ORGANISING) is None
    assert steps() == ("enter_marking_share", "switch_to_reserve")
    for words in contest.shares("primary", MARKING)[:2]:
        room.opening.enter_share(JURY, MARKING, words)
    assert steps() == ("open_marking", "switch_to_reserve")
    assert room.opening.open_marking(JURY, SETTING) is None
    assert steps() == ("switch_to_reserve",)


def test_the_page_says_whose_share_is_missing_and_which_package_it_is(room: Room, contest: SealedContest) -> None:
    room.opening.choose_set(SETTING)
    enter(room, contest, 1)
    status = room.opening.status()
    assert status is not None
    assert status.paper is not None
    assert [(one.number, one.given) for one in status.paper.custodians] == [(1, True), (2, False), (3, False)]
    assert status.paper.bodies_held == ("Ban Đề thi",)
    assert not status.paper.ready
    primary = contest.bundles["primary"].package
    assert [(one.package_id, one.manifest_sha256, one.chosen) for one in status.packages] == [
        (primary.manifest.package_id, primary.manifest_sha256, True),
        (contest.forms["reserve"].package_id, contest.bundles["reserve"].package.manifest_sha256, False),
    ]


def test_each_step_needs_its_right_and_opening_two_different_officers(room: Room, contest: SealedContest) -> None:
    desk = room.opening
    assert code(desk.choose_set(PROCTOR)) is CeremonyFault.NOT_ALLOWED
    assert code(desk.enter_share(SETTING, PAPER, "x")) is Reason.SET_NOT_CHOSEN
    assert desk.choose_set(SETTING) is None
    assert code(desk.choose_set(SETTING)) is Reason.SET_ALREADY_CHOSEN
    assert code(desk.enter_share(PROCTOR, PAPER, contest.shares("primary", PAPER)[0])) is CeremonyFault.NOT_ALLOWED
    assert code(desk.open_paper(SETTING, ORGANISING)) is CustodyFault.TOO_FEW
    enter(room, contest)
    assert code(desk.open_paper(SETTING, None)) is CeremonyFault.TWO_OFFICERS
    assert code(desk.open_paper(SETTING, SETTING)) is CeremonyFault.TWO_OFFICERS
    assert code(desk.open_paper(SETTING, PROCTOR)) is CeremonyFault.NOT_ALLOWED
    assert desk.open_paper(SETTING, ORGANISING) is None
    assert code(desk.open_paper(SETTING, ORGANISING)) is CeremonyFault.ALREADY_OPEN
    assert code(desk.enter_share(SETTING, PAPER, contest.shares("primary", PAPER)[2])) is CeremonyFault.ALREADY_OPEN


def test_shares_are_gone_after_ten_minutes(room: Room, contest: SealedContest, clock: RoomClock) -> None:
    room.opening.choose_set(SETTING)
    enter(room, contest, 1)
    clock.set(clock.now_ms() + SHARES_KEPT_MS - 1_000)
    enter_again = room.opening.enter_share(SETTING, PAPER, contest.shares("primary", PAPER)[0])
    assert code(enter_again) is CustodyFault.DUPLICATE_SHARE
    clock.set(clock.now_ms() + 2_000)
    assert code(room.opening.open_paper(SETTING, ORGANISING)) is CustodyFault.TOO_FEW
    enter(room, contest)
    room.opening.forget_shares()
    assert code(room.opening.open_paper(SETTING, ORGANISING)) is CustodyFault.TOO_FEW


def test_neither_shares_nor_identities_are_in_any_file_of_the_room(new_room: NewRoom, contest: SealedContest) -> None:
    folder, _ = new_room(2)
    with open_room(folder) as room:
        hold_ceremony(room, contest)
        package_id = contest.forms["primary"].package_id
        paper = canonical.decode((room.opening.safe._kept(package_id, PAPER) or "").encode(), 10_000)["paper"]  # type: ignore[index,call-overload]
        marking = room.opening.safe.marking(package_id)
        section = room.opening.section_identity(package_id, contest.forms["primary"].sections[0].section_id)
    secrets = [str(text).encode() for text in (paper, marking, section)]
    assert all(secret.startswith(b"AGE-SECRET-KEY-1") for secret in secrets)
    secrets += [words.encode() for kind in SecretKind for words in contest.shares("primary", kind)]
    secrets += [" ".join(words.decode().split()[4:9]).encode() for words in secrets[3:]]
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert any(path.name == "room.sqlite" for path in files)
    for path in files:
        content = path.read_bytes()
        assert not any(secret in content for secret in secrets), path.name


def test_a_draw_records_the_lot_that_decided(new_room: NewRoom, contest: SealedContest) -> None:
    folder, _ = new_room(2, Rules(opening="draw"))
    with open_room(folder) as room:
        assert room.opening.choose_set(SETTING) is None
        status = room.opening.status()
    assert status is not None
    assert status.how_chosen == "draw"
    assert status.draw_seed is not None
    assert (status.chosen == "reserve") == bool(bytes.fromhex(status.draw_seed)[0] & 0x80)
    with open_room(folder) as room:  # and says so again after a restart
        again = room.opening.status()
        assert again is not None
        assert (again.chosen, again.draw_seed) == (status.chosen, status.draw_seed)


def test_the_reserve_needs_a_reason_two_officers_and_its_own_shares(room: Room, contest: SealedContest) -> None:
    desk = room.opening
    hold_ceremony(room, contest)
    assert code(desk.switch_to_reserve(SETTING, None, "đề lộ")) is CeremonyFault.TWO_OFFICERS
    assert code(desk.switch_to_reserve(SETTING, ORGANISING, "  ")) is Reason.REASON_NEEDED
    assert desk.switch_to_reserve(SETTING, ORGANISING, "đề lộ") is None
    primary_share = contest.shares("primary", PAPER)[0]
    assert code(desk.enter_share(SETTING, PAPER, primary_share)) is CustodyFault.WRONG_PACKAGE
    enter(room, contest, set_name="reserve")
    assert desk.open_paper(SETTING, ORGANISING) is None
    assert room.sitting is not None
    assert room.sitting.state.chosen is SetName.RESERVE
    assert desk.section_identity(contest.forms["reserve"].package_id, contest.forms["reserve"].sections[0].section_id)


def test_marking_waits_for_the_paper_and_where_the_rule_says_so_for_the_close(
    new_room: NewRoom, contest: SealedContest
) -> None:
    folder, _ = new_room(2, Rules(show_result="later", marking_opens="after_close"))
    share = contest.shares("primary", MARKING)[0]
    with open_room(folder) as room:
        assert room.opening.choose_set(SETTING) is None
        assert code(room.opening.enter_share(JURY, MARKING, share)) is CeremonyFault.PAPER_FIRST
        enter(room, contest)
        room.opening.open_paper(SETTING, ORGANISING)
        assert code(room.opening.enter_share(JURY, MARKING, share)) is CeremonyFault.CLOSE_FIRST


def test_without_a_sitting_every_step_says_so(tmp_path: Path) -> None:
    from server.identity import write_identity

    folder = tmp_path / "bare"
    folder.mkdir()
    write_identity(folder, "Phòng trống")
    with open_room(folder) as room:
        assert room.opening.status() is None
        steps = (
            room.opening.choose_set(SETTING),
            room.opening.switch_to_reserve(SETTING, ORGANISING, "x"),
            room.opening.enter_share(SETTING, PAPER, "x"),
            room.opening.open_paper(SETTING, ORGANISING),
            room.opening.open_marking(JURY, SETTING),
        )
        assert {code(step) for step in steps} == {CeremonyFault.NO_SITTING}


def test_an_opening_the_journal_does_not_take_leaves_no_identity_behind(
    room: Room, contest: SealedContest, monkeypatch: pytest.MonkeyPatch
) -> None:
    room.opening.choose_set(SETTING)
    enter(room, contest)
    assert room.sitting is not None

    def full(command: object) -> object:
        raise NotStored("the disk is full")

    monkeypatch.setattr(room.sitting, "by_room", full)
    assert code(room.opening.open_paper(SETTING, ORGANISING)) is CeremonyFault.NOT_STORED
    monkeypatch.undo()
    assert room.store.packages.sealed_identity(contest.forms["primary"].package_id, "paper") is None
    assert room.sitting.state.stage is SittingStage.CHOSEN
    assert room.opening.open_paper(SETTING, ORGANISING) is None  # the shares are still there: nobody types them again


def test_a_missing_package_is_named_and_the_sitting_waits(new_room: NewRoom, contest: SealedContest) -> None:
    folder, _ = new_room(2)
    package_id = contest.forms["primary"].package_id
    with open_room(folder) as room:
        room.opening.choose_set(SETTING)
        room.staging.path(package_id).unlink()
        refused = room.opening.enter_share(SETTING, PAPER, contest.shares("primary", PAPER)[0])
        assert isinstance(refused, CeremonyRefused)
        assert refused.code == "unreadable"
        status = room.opening.status()
        assert status is not None
        assert status.packages[0].fault == "unreadable"
        with contest.bundles["primary"].package.path.open("rb") as file:
            assert hasattr(room.import_package(file, "cli"), "package_id")
        enter(room, contest)
        assert room.opening.open_paper(SETTING, ORGANISING) is None


def test_a_form_sent_twice_never_takes_away_the_opened_identity(
    room: Room, contest: SealedContest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second one is refused; without the identity no kiosk would get its paper after a restart."""
    room.opening.choose_set(SETTING)
    enter(room, contest)
    both = threading.Barrier(2)

    def slowly(*arguments: Any) -> Any:
        found = unsealed_paper(*arguments)
        both.wait(30)
        return found

    monkeypatch.setattr("server.live.opening.unsealed_paper", slowly)
    with ThreadPoolExecutor(2) as pool:
        asked = [pool.submit(room.opening.open_paper, SETTING, ORGANISING) for _ in range(2)]
        outcomes = [code(one.result()) for one in asked]
    assert set(outcomes) == {None, Reason.ALREADY_UNSEALED}
    assert room.store.packages.sealed_identity(contest.forms["primary"].package_id, "paper") is not None


# --- what the safe has lost, and what the desk of marks refuses -------------------------------------------------------


def lose(folder: Path, contest: SealedContest, kind: SecretKind) -> None:
    """As when the journals were restored and room.sqlite was not."""
    with open_room(folder) as room:
        room.opening.safe.forget(contest.forms["primary"].package_id, kind)


def kinds(journal: Path) -> list[str]:
    with Journal.open_to_read(journal) as found:
        return [record.kind for page in pages(found) for record in page]


def test_a_paper_whose_identity_was_lost_is_opened_again_and_recorded_once(
    new_room: NewRoom, contest: SealedContest
) -> None:
    folder, _ = new_room(2)
    form = contest.forms["primary"]
    with open_room(folder) as room:
        hold_ceremony(room, contest, marking=False)
        identity = room.opening.section_identity(form.package_id, form.sections[0].section_id)
    lose(folder, contest, PAPER)
    with open_room(folder) as room:
        assert room.sitting is not None
        assert room.opening.section_identity(form.package_id, form.sections[0].section_id) is None
        status = room.opening.status()
        assert status is not None
        assert status.next_steps[0] == "enter_paper_share"
        start = StartPart(0, None, bytes(32), PROCTOR.officer_id)
        assert room.order(PROCTOR, bytes(16), 1, start).reason == "not_unsealed", "no kiosk could be given the paper"
        enter(room, contest)
        assert room.opening.open_paper(SETTING, ORGANISING) is None
        assert code(room.opening.enter_share(SETTING, PAPER, "x")) is CeremonyFault.ALREADY_OPEN
        path = room.sitting.journal_path
    with open_room(folder) as room:
        assert room.opening.section_identity(form.package_id, form.sections[0].section_id) == identity
    assert kinds(path).count("package_unsealed/1") == 1
    assert kinds(path).count("incident_recorded/1") == 1


def test_another_package_of_the_same_id_is_not_taken_for_the_lost_one(
    new_room: NewRoom, contest: SealedContest, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, _ = new_room(2)
    with open_room(folder) as room:
        hold_ceremony(room, contest, marking=False)
    lose(folder, contest, PAPER)
    with open_room(folder) as room:
        assert room.sitting is not None
        enter(room, contest)
        imported = room.staging.open
        monkeypatch.setattr(room.staging, "open", lambda *named: replace(imported(*named), manifest_sha256="00" * 32))
        assert code(room.opening.open_paper(SETTING, ORGANISING)) is Reason.WRONG_PACKAGE
        monkeypatch.undo()
        assert not room.opening.is_readable(room.sitting)


def test_a_marking_part_whose_identity_was_lost_is_opened_again_and_recorded_once(
    new_room: NewRoom, contest: SealedContest
) -> None:
    folder, _ = new_room(2)
    package_id = contest.forms["primary"].package_id
    with open_room(folder) as room:
        hold_ceremony(room, contest)
    lose(folder, contest, MARKING)
    with open_room(folder) as room:
        assert room.marks._schemes == {}
        status = room.opening.status()
        assert status is not None
        assert "enter_marking_share" in status.next_steps
        for words in contest.shares("primary", MARKING)[:2]:
            assert isinstance(room.opening.enter_share(JURY, MARKING, words), ShareTaken)
        assert room.opening.open_marking(JURY, SETTING) is None
        assert list(room.marks._schemes) == [package_id]
        assert len(room.marks.state.opened) == 1
    with open_room(folder) as room:
        assert list(room.marks._schemes) == [package_id]
    (contests,) = (folder / "contests").glob("*.journal.sqlite")
    assert kinds(contests).count("marking_opened/1") == 1


@pytest.mark.parametrize("stored", [True, False])
def test_a_marking_part_that_is_not_recorded_is_said_to_be_and_the_shares_stay(
    room: Room, contest: SealedContest, monkeypatch: pytest.MonkeyPatch, stored: bool
) -> None:
    hold_ceremony(room, contest, marking=False)
    for words in contest.shares("primary", MARKING)[:2]:
        room.opening.enter_share(JURY, MARKING, words)

    def refuses(*_: object) -> Refused:
        if stored:
            return Refused(Reason.NOT_PREPARED)
        raise NotStored("the disk is full")

    with monkeypatch.context() as patched:
        patched.setattr(room.marks, "open_marking", refuses)
        wanted = Reason.NOT_PREPARED if stored else CeremonyFault.NOT_STORED
        assert code(room.opening.open_marking(JURY, SETTING)) is wanted
    assert not room.opening.safe.holds(contest.forms["primary"].package_id, MARKING)
    assert room.opening.open_marking(JURY, SETTING) is None  # with the shares that were there
