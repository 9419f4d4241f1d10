"""Saved means on both: nobody is told before the standby has a record on its disk, or the journal says that it is lost."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from server.domain.chain import Head
from server.domain.standby_commands import NoteStandby
from server.store.mirror import Kept
from server.store.record import Record


class Second:
    """Another copy of the journal, which may be lost."""

    def __init__(self, heard: list[str]) -> None:
        self.heard = heard
        self.lost = False
        self.while_waiting: Callable[[], object] = lambda: None
        self.records: list[Record] = []
        self.heads: list[Head] = []

    def began(self, head: Head) -> None:
        self.heads.append(head)

    def keep(self, records: Sequence[Record]) -> Kept:
        self.heard.append("kept")
        self.while_waiting()
        if self.lost:
            return Kept(0, NoteStandby("lost", "5e" * 8))
        self.records += records
        return Kept(1)


def test_listeners_hear_of_a_batch_only_when_the_second_server_has_it(server: Any) -> None:
    order: list[str] = []
    second = Second(order)
    server.committer._mirror = second
    server.listeners.append(lambda batch: order.append("told"))
    verdict = server.order(server.sample.prepare())
    assert order == ["kept", "told"]
    assert verdict.copies == 2
    assert [record.hash for record in second.records] == [verdict.hash]


def test_nobody_who_looks_at_the_room_sees_what_only_one_server_has_yet(server: Any) -> None:
    second = Second([])
    server.committer._mirror = second
    before, seen = server.committer.head, []
    second.while_waiting = lambda: seen.append((server.state.plan, server.committer.head))
    server.order(server.sample.prepare())
    assert seen == [(None, before)]
    assert server.state.plan is not None


def test_the_second_server_is_told_where_a_journal_stands_each_time_it_is_taken_up(server: Any) -> None:
    """What was written meanwhile, the start itself among it, is read from the disk for it; nothing else says so."""
    second = Second([])
    server.committer._mirror = second
    server.order(server.sample.prepare())
    for _ in range(2):
        server.committer.stop()
        server.committer.start()
        assert second.heads[-1] == server.committer.head == server.journal.head()
    assert len(second.heads) == 2


def test_a_promoted_server_begins_the_epoch_that_machines_were_promised(server: Any) -> None:
    server.order(server.sample.prepare())
    server.committer.stop()
    server.committer.start(lowest_epoch=3 << 20)
    assert server.committer.epoch == server.journal.read()[-1].epoch == 3 << 20
    server.committer.stop()
    server.committer.start(lowest_epoch=1 << 20)
    assert server.committer.epoch == (3 << 20) + 1, "never one below what was"


def test_a_lost_standby_is_in_the_journal_before_anybody_is_told_of_one_copy(server: Any) -> None:
    second = Second([])
    server.committer._mirror = second
    server.order(server.sample.prepare())
    server.committer.order(NoteStandby("rejoined", "5e" * 8))
    second.lost = True
    told: list[str] = []
    server.listeners.append(lambda batch: told.extend(entry.record.kind for entry in batch.entries))
    verdict = server.order(server.sample.choose())
    assert verdict.copies == 1
    assert told == ["set_chosen/1", "standby_lost/1"]
    assert server.journal.read()[-1].kind == "standby_lost/1"
