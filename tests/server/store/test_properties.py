"""However deliveries come, in whatever batches, twice or out of turn: one history, and one set of final responses."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from server.protocol.messages import Outcome
from server.store.batch import Committed
from server.store.replay import entries, evolved, replay
from server.store.verify import verify_file

# What one outbox holds, beyond signing in and confirming: (item, option) to save, (item, None) to clear.
ACTS = st.lists(st.tuples(st.sampled_from(("i01", "i02", "i03")), st.one_of(st.none(), st.integers(1, 4))), max_size=6)
# Outboxes of two candidates; the second of each is a sign-in on another machine, later.
OUTBOXES = st.fixed_dictionaries(dict.fromkeys(((1, 1), (1, 2), (2, 1), (2, 2)), ACTS))


def deliveries(server: Any, outboxes: Any) -> dict[tuple[int, int], list[Any]]:
    """Every outbox's records from number 2 on; first generations made theirs before the second ones signed in."""
    made = {1: server.sample.START_MS + 100, 2: server.sample.START_MS + 1_500}
    found: dict[tuple[int, int], list[Any]] = {}
    for (n, generation), acts in outboxes.items():
        records = [
            server.sample.clear(n, item, at=made[generation] + place, generation=generation)
            if option is None
            else server.sample.save(n, item, option, at=made[generation] + place, generation=generation)
            for place, (item, option) in enumerate(acts)
        ]
        first = 3 if generation == 1 else 2  # number 2 of a first generation was the confirmation
        found[n, generation] = [
            server.delivery(n, first + place, record, generation) for place, record in enumerate(records)
        ]
    return found


def moved_on(server: Any) -> None:
    """Both candidates started, answered nothing yet, and signed in a second time a second later."""
    server.started(1, 2)
    server.now += 1_000
    server.send(server.sign_in(1, 2), server.sign_in(2, 2))
    server.now += 1_000


def expected(outboxes: Any) -> dict[int, dict[str, Any]]:
    """For each item the last word of the newest outbox that said anything about it."""
    final: dict[int, dict[str, Any]] = {1: {}, 2: {}}
    for (n, _), acts in sorted(outboxes.items()):
        for item, option in acts:
            final[n][item] = option
    return {
        n: {item: {"options": [f"{item}-o{option}"]} for item, option in held.items() if option is not None}
        for n, held in final.items()
    }


@settings(max_examples=40)
@given(outboxes=OUTBOXES, data=st.data())
def test_redelivery_and_reorder_of_any_outboxes_give_the_same_final_responses(
    at_rest_server: Callable[..., Any], outboxes: Any, data: st.DataObject
) -> None:
    with tempfile.TemporaryDirectory() as folder, closing(at_rest_server(Path(folder))) as server:
        moved_on(server)
        waiting = deliveries(server, outboxes)
        held = dict.fromkeys(waiting, 0)
        while unfinished := sorted(key for key in waiting if held[key] < len(waiting[key])):
            key = data.draw(st.sampled_from(unfinished))
            start = data.draw(st.integers(0, held[key]))  # some of it again
            end = data.draw(st.integers(held[key] + 1, len(waiting[key])))
            verdicts = server.send(*waiting[key][start:end])
            assert all(one.verdict is Outcome.ACCEPTED for one in verdicts)
            held[key] = end
            if data.draw(st.integers(0, 9)) == 0:
                server.reopen()
        wanted = expected(outboxes)
        for n in (1, 2):
            assert server.state.attempts[f"a{n}"].parts[0].responses == wanted[n]
        assert verify_file(server.path).ok


@settings(max_examples=40)
@given(outboxes=OUTBOXES, data=st.data())
def test_replay_gives_the_live_state_however_the_journal_is_cut(
    at_rest_server: Callable[..., Any], outboxes: Any, data: st.DataObject
) -> None:
    with tempfile.TemporaryDirectory() as folder, closing(at_rest_server(Path(folder))) as server:
        moved_on(server)
        for found in deliveries(server, outboxes).values():
            server.send(*found)
        live = server.state
        records = server.journal.read()
        cuts = sorted({0, len(records), *data.draw(st.lists(st.integers(0, len(records)), max_size=6))})
        committed: Any = Committed(server.RULES.initial)
        for start, end in pairwise(cuts):
            some = entries(records[start:end], server.RULES.kinds, committed.head)
            committed = evolved(some, server.RULES, committed)
        assert committed == replay(server.journal, server.RULES)
        assert committed.state == live
        assert committed.head == server.committer.head
