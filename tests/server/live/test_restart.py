"""A server that comes back: the journal is adopted, no custodian is asked, and kiosks go on from where they were."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

from question_bank.custody import SecretKind
from server.domain.commands import StartPart
from server.domain.reasons import Refused
from server.domain.values import SittingStage
from server.drill.prepared_room import (
    ORGANISING,
    PROCTOR,
    SETTING,
    SealedContest,
    hold_ceremony,
    open_room,
    sitting_file,
)
from server.errors import DatabaseError, JournalError
from server.live.clock import RoomClock

Halls = Callable[..., AbstractContextManager[Any]]
NewRoom = Callable[..., tuple[Path, Any]]


def test_a_sitting_goes_on_after_a_restart_without_custodians(
    hall: Halls, new_room: NewRoom, soon: Callable[..., Any]
) -> None:
    made = new_room(1)
    kept: dict[str, Any] = {}

    async def before() -> None:
        kiosk = await found.ready_kiosk(0)
        found.room.order(PROCTOR, bytes(16), 1, StartPart(0, None, bytes(32), PROCTOR.officer_id))
        await asyncio.wait_for(kiosk.opened.wait(), 10)
        for _ in range(5):
            await kiosk.answer()
        kept.update(outbox=kiosk.outbox, source=kiosk.source, responses=kiosk.responses, paper=kiosk.paper)

    async def after() -> None:
        kiosk = found.kiosk(0)
        kiosk.outbox, kiosk.source, kiosk.responses = kept["outbox"], kept["source"], kept["responses"]
        kiosk.start()
        await kiosk.ready.wait()
        await kiosk.stage()
        await asyncio.wait_for(kiosk.opened.wait(), 10)  # the paper came with the proof: nobody entered a share
        assert kiosk.paper["identity"] == kept["paper"]["identity"]
        assert kiosk.paper["order"] == kept["paper"]["order"]
        assert kiosk.situation["epoch"] == kept["epoch"] + 1
        await kiosk.answer()
        await kiosk.submit()
        await soon(lambda: kiosk.situation["attempt"]["part"]["result"])
        assert kiosk.measured.refusals == []

    with hall(made=made) as found:
        found.ceremony()
        kept["epoch"] = found.room.sitting.epoch
        found.run(before)
    with hall(made=made) as found:
        assert found.room.sitting.state.stage is SittingStage.UNSEALED
        found.run(after)


def test_kiosks_get_the_paper_once_a_lost_identity_is_opened_again(hall: Halls, new_room: NewRoom) -> None:
    made = new_room(1)
    kept: dict[str, Any] = {}

    async def before() -> None:
        kiosk = await found.ready_kiosk(0)
        found.room.order(PROCTOR, bytes(16), 1, StartPart(0, None, bytes(32), PROCTOR.officer_id))
        await asyncio.wait_for(kiosk.opened.wait(), 10)
        kept.update(outbox=kiosk.outbox, source=kiosk.source)

    async def after() -> None:
        kiosk = found.kiosk(0)
        kiosk.outbox, kiosk.source = kept["outbox"], kept["source"]
        kiosk.start()
        await kiosk.ready.wait()
        await kiosk.stage()
        assert not kiosk.opened.is_set()
        for words in found.contest.shares("primary", SecretKind.PAPER)[:2]:
            found.room.opening.enter_share(SETTING, SecretKind.PAPER, words)
        assert found.room.opening.open_paper(SETTING, ORGANISING) is None
        await asyncio.wait_for(kiosk.opened.wait(), 10)

    with hall(made=made) as found:
        found.ceremony()
        found.run(before)
        package_id = found.contest.forms["primary"].package_id
        found.room.opening.safe.forget(package_id, SecretKind.PAPER)
    with hall(made=made) as found:
        found.run(after)


def test_a_deadline_that_passed_while_the_server_was_down_is_still_the_finish(
    hall: Halls, new_room: NewRoom, clock: RoomClock, soon: Callable[..., Any]
) -> None:
    made = new_room(1)
    kept: dict[str, Any] = {}

    async def before() -> None:
        kiosk = await found.ready_kiosk(0)
        found.room.order(PROCTOR, bytes(16), 1, StartPart(0, None, bytes(32), PROCTOR.officer_id))
        await soon(lambda: kiosk.situation["attempt"]["part"]["deadline_at_ms"])
        kept["deadline"] = kiosk.situation["attempt"]["part"]["deadline_at_ms"]

    with hall(made=made) as found:
        found.ceremony()
        found.run(before)
    clock.set(kept["deadline"] + 3_600_000)
    with hall(made=made) as found:
        attempts = found.room.sitting.state.attempts

        async def closed() -> None:
            await soon(lambda: next(iter(found.room.sitting.state.attempts.values())).current.finish)

        assert len(attempts) == 1
        clock.set(kept["deadline"] + 3_600_000 + 60_000)  # the whole grace counts from the server's return
        found.run(closed)
        finish = next(iter(found.room.sitting.state.attempts.values())).current.finish
        assert (finish.finished_at_ms, finish.forced) == (kept["deadline"], True)


def test_a_journal_that_was_changed_on_disk_is_not_adopted(new_room: NewRoom, contest: SealedContest) -> None:
    import sqlite3

    folder, _ = new_room(1)
    with open_room(folder) as room:
        hold_ceremony(room, contest)
        assert room.sitting is not None
        path = room.sitting.journal_path
    connection = sqlite3.connect(path)
    connection.execute("DROP TRIGGER journal_is_never_changed")
    connection.execute("UPDATE journal SET at_ms = at_ms + 1 WHERE seq = 2")
    connection.commit()
    connection.close()
    with pytest.raises(JournalError, match="record 2"), open_room(folder):
        pass


def test_another_sitting_can_be_made_active_and_the_first_one_taken_up_again(
    new_room: NewRoom, contest: SealedContest
) -> None:
    folder, _ = new_room(1)
    with open_room(folder) as room:
        assert room.opening.choose_set is not None
        first = room.sitting
        assert first is not None
        other = sitting_file(contest, rules_of(contest), "thu-tai-2")
        assert not isinstance(room.add_sitting(other, "o-technical"), list)
        assert room.sitting is first  # added, not taken up
        room.activate("thu-tai-2")
        assert room.sitting is not None
        assert room.sitting.sitting_id == "thu-tai-2"
        assert room.sitting.state.stage is SittingStage.PREPARED  # both packages are here
        room.activate(first.sitting_id)
        assert room.sitting.sitting_id == first.sitting_id
        assert room.sitting.epoch > first.epoch


def test_a_prepared_sitting_is_not_changed_by_another_file_of_its_name(
    new_room: NewRoom, contest: SealedContest
) -> None:
    folder, _ = new_room(1)
    with open_room(folder) as room:
        same = room.store.sittings.active()
        assert same is not None
        assert not isinstance(room.add_sitting(same.definition, "cli"), (list, Refused))
        changed = same.definition.replace("grace_s: 30", "grace_s: 60")
        assert isinstance(room.add_sitting(changed, "cli"), Refused)
        assert room.definition() is not None
        assert room.definition().rules.grace_s == 30  # type: ignore[union-attr]


def test_a_damaged_package_stops_neither_the_restart_nor_the_exam_and_marks_wait_for_a_good_copy(
    new_room: NewRoom, contest: SealedContest
) -> None:
    folder, _ = new_room(1)
    form = contest.forms["primary"]
    with open_room(folder) as room:
        hold_ceremony(room, contest)
        path = room.staging.path(form.package_id)
        identity = room.opening.section_identity(form.package_id, form.sections[0].section_id)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))
    with open_room(folder) as room:
        assert room.opening.section_identity(form.package_id, form.sections[0].section_id) == identity
        status = room.opening.status()
        assert status is not None
        assert status.packages[0].fault == "wrong_digest"
        assert room.marks._schemes == {}
        with contest.bundles["primary"].package.path.open("rb") as good:
            assert hasattr(room.import_package(good, "cli"), "package_id")
        assert list(room.marks._schemes) == [form.package_id]


def test_a_contest_journal_that_cannot_be_trusted_stops_the_start_and_leaves_nothing_open(
    new_room: NewRoom, contest: SealedContest
) -> None:
    folder, _ = new_room(1)
    (folder / "contests" / "tien-giang-2020.journal.sqlite").write_bytes(b"not a database" * 100)
    with pytest.raises(DatabaseError), open_room(folder):
        pass


def rules_of(contest: SealedContest) -> Any:
    from server.drill.prepared_room import Rules

    return Rules()
