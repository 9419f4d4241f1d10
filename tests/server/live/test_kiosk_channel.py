"""A kiosk's socket, from hello to receipt, over TLS and real threads."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any

import pytest

from server.domain.commands import Extend, Pause, Resume, StartPart
from server.domain.reasons import Reason, Refused
from server.domain.values import Cause
from server.drill.prepared_room import PROCTOR, Rules, sitting_file
from server.drill.virtual_socket import SocketGoneError
from server.live.clock import RoomClock
from server.live.sitting_service import SETTLING_MS
from server.protocol.messages import MAX_RECORDS, MESSAGES, Denied
from server.protocol.pairing import prove_text
from server.protocol.records import SaveResponse
from server.protocol.situation import PartPhase

SEED = bytes(range(32))
PAGE = bytes(16)
Halls = Callable[..., AbstractContextManager[Any]]

ASKED = tuple(name for name, spec in MESSAGES.items() if spec.ack is not None)


def start(found: Any, seq: int = 1) -> None:
    verdict = found.room.order(PROCTOR, PAGE, seq, StartPart(0, None, SEED, PROCTOR.officer_id))
    assert verdict.reason is None, verdict


def test_a_candidate_sits_a_paper_from_sign_in_to_the_result(hall: Halls, soon: Callable[..., Any]) -> None:
    async def sit() -> None:
        kiosk = await found.ready_kiosk(0)
        start(found)
        await asyncio.wait_for(kiosk.opened.wait(), 10)
        for _ in range(20):
            await kiosk.answer()
        await kiosk.submit()
        await soon(lambda: (kiosk.situation["attempt"]["part"]["result"] or {}).get("of") == len(kiosk.items))
        submitted = kiosk.situation["attempt"]["part"]["submitted"]
        assert submitted["answered"] == len(kiosk.responses)
        assert kiosk.measured.refusals == []

    with hall() as found:
        found.ceremony()
        found.run(sit)


# --- who gets an answer ---------------------------------------------------------------------------------------------


def test_a_socket_that_has_not_proven_itself_gets_nothing_and_is_dropped(hall: Halls) -> None:
    async def knock() -> None:
        await asyncio.gather(*(ask(name) for name in ASKED if not MESSAGES[name].open_to_unproven))

    async def ask(name: str) -> None:
        gone = asyncio.Event()
        socket = await found.socket(gone=gone.set)
        answer = await socket.call(name, {})
        assert answer == {"refused": "not_proven", "hint": "", "tries_left": None, "wait_s": None}
        await asyncio.wait_for(gone.wait(), 5)

    with hall() as found:
        found.run(knock)


def test_strangers_who_fill_the_room_keep_no_known_machine_out(hall: Halls, soon: Callable[..., Any]) -> None:
    async def crowd() -> None:
        first = await found.ready_kiosk(0)
        found.room.gate._total = 4
        strangers = [await found.socket() for _ in range(3)]
        second = await found.ready_kiosk(1)
        assert (await first._socket.call("clock", {"t1_ms": 1}))["t2_ms"] > 0
        assert first.measured.reconnects == second.measured.reconnects == 0
        with pytest.raises(SocketGoneError):
            await strangers[0].call("hello", {})
        for stranger in strangers:
            stranger.cut()
        await soon(lambda: found.room.gate.open == 2)
        found.room.gate._total = 2  # full of known machines: nobody is put out for a stranger
        with pytest.raises((OSError, SocketGoneError)):
            await found.socket()
        assert first.measured.reconnects == second.measured.reconnects == 0

    with hall() as found:
        found.run(crowd)


def test_one_connection_has_one_session_in_the_namespace(hall: Halls) -> None:
    async def twice() -> None:
        socket = await found.socket()
        before = len(found.served.kiosks._sessions)
        socket._send_text("40/kiosk,{}")
        with pytest.raises(SocketGoneError, match="refused"):
            await socket.call("hello", {})
        assert len(found.served.kiosks._sessions) == before

    with hall() as found:
        found.run(twice)


def test_a_machine_with_another_key_is_not_let_in(hall: Halls) -> None:
    async def lie() -> None:
        sheet = replace(found.sheets[0], kiosk_id=found.sheets[1].kiosk_id)
        socket = await found.socket()
        hello = {"protocol": 1, "kiosk_id": sheet.kiosk_id, "kind": "kiosk", "build": "x", "seat_label": None}
        greeted = await socket.call("hello", hello)
        assert greeted["room_state"] == "known"
        text = prove_text(bytes.fromhex(greeted["nonce"]), greeted["room_id"], sheet.kiosk_id, socket.leaf_der)
        proof = {"kiosk_id": sheet.kiosk_id, "signature": sheet.key.sign(text).hex()}
        assert (await socket.call("prove", proof))["refused"] == "wrong_signature"
        nobody = {"kiosk_id": "k-nobody", "signature": "0" * 128}
        assert (await socket.call("prove", nobody))["refused"] == "unknown_kiosk"
        assert (await socket.call("clock", {"t1_ms": 1}))["refused"] == "not_proven"

    with hall() as found:
        found.run(lie)


def test_a_proof_for_one_socket_is_worth_nothing_on_another(hall: Halls) -> None:
    async def replay() -> None:
        sheet = found.sheets[0]
        hello = {"protocol": 1, "kiosk_id": sheet.kiosk_id, "kind": "kiosk", "build": "x", "seat_label": None}
        first, second = await found.socket(), await found.socket()
        greeted = await first.call("hello", hello)
        await second.call("hello", hello)
        text = prove_text(bytes.fromhex(greeted["nonce"]), greeted["room_id"], sheet.kiosk_id, first.leaf_der)
        proof = {"kiosk_id": sheet.kiosk_id, "signature": sheet.key.sign(text).hex()}
        assert (await second.call("prove", proof))["refused"] == "wrong_signature"
        assert (await first.call("prove", proof))["ok"] is True

    with hall() as found:
        found.run(replay)


def test_a_connect_handler_that_fails_lets_nobody_in(hall: Halls, monkeypatch: pytest.MonkeyPatch) -> None:
    # Flask-SocketIO and python-socketio call a failed handler again with fewer arguments: with a default it would pass.
    def fail(*_: object) -> str:
        raise TypeError("a mistake inside the handler")

    async def knock() -> None:
        opening = asyncio.ensure_future(found.socket())
        done, _ = await asyncio.wait([opening], timeout=2)
        if done and opening.exception() is None:
            answer = await asyncio.wait_for(opening.result().call("hello", {}), 2)
            assert "ok" not in answer
        opening.cancel()

    with hall() as found:
        monkeypatch.setattr("server.live.kiosk_channel.peer_address", fail)
        found.run(knock)


def test_every_malformed_message_gets_a_named_answer(hall: Halls) -> None:
    async def babble() -> None:
        kiosk = await found.ready_kiosk(0)
        socket = kiosk._socket
        payloads: tuple[Any, ...] = (
            None, [], "x", 1, {"unknown": 1}, {"source": "zz", "records": 5}, {"t1_ms": 1.5},
        )  # fmt: skip
        for name in ASKED:
            for payload in payloads:
                answer = await socket.call(name, payload)
                if name == "console_ticket" and answer.get("refused") == "not_a_console":
                    continue
                assert answer["refused"] == "malformed", (name, payload, answer)
                assert answer["hint"]
                assert isinstance(Denied.parse(answer), Denied)
        assert (await socket.call("no_such_message", {}))["refused"] == "malformed"
        assert (await socket.call("clock", {"t1_ms": 1}))["t2_ms"] > 0

    with hall() as found:
        found.run(babble)


def test_a_newer_connection_of_a_kiosk_takes_over_and_the_older_is_told(hall: Halls, soon: Callable[..., Any]) -> None:
    async def twice() -> None:
        first, second = found.kiosk(0), found.kiosk(0)
        heard: list[tuple[str, Any]] = []
        first._pushed = lambda event, payload: heard.append((event, payload))
        first.start()
        await first.ready.wait()
        second.start()
        await second.ready.wait()
        await soon(lambda: ("stop", {"reason": "replaced"}) in heard)
        first._stopping = True
        await soon(lambda: found.served.open_sockets == 1)
        assert found.room.presence.kiosk(found.sheets[0].kiosk_id).connected

    with hall() as found:
        found.run(twice)


def test_an_unpaired_machine_is_stopped_and_stays_out(hall: Halls, soon: Callable[..., Any]) -> None:
    async def unpair() -> None:
        kiosk = found.kiosk(0)
        heard: list[tuple[str, Any]] = []
        kiosk.start()
        await kiosk.ready.wait()
        kiosk._pushed = lambda event, payload: heard.append((event, payload))
        kiosk._socket._on_push = kiosk._pushed
        found.room.pairing.revoke("o-technical", found.sheets[0].kiosk_id)
        await soon(lambda: ("stop", {"reason": "unpaired"}) in heard)
        await soon(lambda: kiosk.measured.refusals)
        assert not found.room.presence.kiosk(found.sheets[0].kiosk_id).connected

    with hall() as found:
        found.run(unpair)


# --- signing in -----------------------------------------------------------------------------------------------------


def test_wrong_codes_are_counted_for_the_number_at_this_machine_and_a_pause_follows(
    hall: Halls, clock: RoomClock
) -> None:
    async def guess() -> None:
        kiosk, other = found.kiosk(0), found.kiosk(1)
        for one in (kiosk, other):
            one.start()
            await one.ready.wait()
        right = kiosk.sheet
        kiosk.sheet = replace(right, code="2222 2222")
        answers = []
        for _ in range(6):
            kiosk.outbox.clear()
            with pytest.raises(SocketGoneError) as refused:
                await asyncio.wait_for(sign_in_without_hanging_up(kiosk), 5)
            answers.append(str(refused.value))
        assert "'wrong_code'" in answers[0] and "'tries_left': 4" in answers[0]  # noqa: PT018
        assert "'wait_s': 30" in answers[4]
        assert "too_many_tries" in answers[5]
        own = other.sheet
        other.sheet = replace(right, kiosk_id=own.kiosk_id)
        await other.sign_in()  # at the next machine the same number comes in at once: a neighbour locks nobody out
        clock.set(clock.now_ms() + 31_000)
        kiosk.sheet = replace(own, kiosk_id=right.kiosk_id)
        kiosk.outbox.clear()
        await sign_in_without_hanging_up(kiosk)

    async def sign_in_without_hanging_up(kiosk: Any) -> None:
        socket = kiosk._socket
        socket.cut, cut = (lambda: None), socket.cut
        try:
            await kiosk.sign_in()
        finally:
            socket.cut = cut

    with hall() as found:
        found.run(guess)


def test_a_sign_in_sent_twice_is_one_sign_in(hall: Halls) -> None:
    async def twice() -> None:
        kiosk = await found.ready_kiosk(0)
        message = {"source": kiosk.source, "message": kiosk.outbox[0].text.decode()}
        again = await kiosk._socket.call("sign_in", message)
        assert again["verdict"]["verdict"] == "accepted"
        assert again["situation"]["attempt"]["generation"] == 1

    with hall() as found:
        found.run(twice)


# --- records --------------------------------------------------------------------------------------------------------


def test_two_hundred_records_sent_without_waiting_arrive_in_order(hall: Halls) -> None:
    async def flood() -> None:
        kiosk = await found.ready_kiosk(0)
        start(found)
        await kiosk.opened.wait()
        waiting = []
        for n in range(200):
            record = saved(kiosk, n)
            payload = {"source": kiosk.source, "records": [{"seq": 3 + n, "message": record.text().decode()}]}
            waiting.append(kiosk._socket.call("records", payload))
        answers = await asyncio.gather(*waiting)
        assert [answer["gap_at"] for answer in answers] == [None] * 200
        assert [answer["contiguous"] for answer in answers] == list(range(3, 203))
        assert len({answer["verdicts"][0]["at_seq"] for answer in answers}) == 200

    with hall() as found:
        found.ceremony()
        found.run(flood)


def saved(kiosk: Any, n: int) -> SaveResponse:
    attempt = kiosk.situation["attempt"]
    item_id, (_, options) = sorted(kiosk.items.items())[n % len(kiosk.items)]
    made_at_ms, uncertainty_ms = kiosk._now()
    response: Any = {"options": [sorted(options)[n % len(options)]]}
    return SaveResponse(attempt["attempt_id"], attempt["generation"], 0, item_id, response, made_at_ms, uncertainty_ms)


def test_the_same_record_again_gets_its_first_verdict_and_another_text_is_a_conflict_once(hall: Halls) -> None:
    async def deliver() -> None:
        kiosk = await found.ready_kiosk(0)
        start(found)
        await kiosk.opened.wait()
        first, other = saved(kiosk, 0), saved(kiosk, 1)
        answers = [await send(kiosk, 3, record.text().decode()) for record in (first, first, other, other, first)]
        verdicts = [answer["verdicts"][0] for answer in answers]
        assert [one["verdict"] for one in verdicts] == ["accepted", "accepted", "conflict", "conflict", "accepted"]
        assert verdicts[0]["hash"] == verdicts[1]["hash"] == verdicts[4]["hash"]
        assert verdicts[2]["at_seq"] == verdicts[3]["at_seq"]

    with hall() as found:
        found.ceremony()
        found.run(deliver)


def pulse() -> dict[str, Any]:
    return {
        "screen": "exam", "pending": 0, "outbox_last_seq": 1, "disk_free_bytes": 10**10, "uncertainty_ms": 1,
        "estimate_at_ms": None, "source": None,
    }  # fmt: skip


async def proven(found: Any, sheet: Any) -> Any:
    """A bare socket of this machine, proven and nothing else."""
    socket = await found.socket()
    hello = {"protocol": 1, "kiosk_id": sheet.kiosk_id, "kind": "kiosk", "build": "x", "seat_label": None}
    greeted = await socket.call("hello", hello)
    text = prove_text(bytes.fromhex(greeted["nonce"]), greeted["room_id"], sheet.kiosk_id, socket.leaf_der)
    proof = {"kiosk_id": sheet.kiosk_id, "signature": sheet.key.sign(text).hex()}
    assert (await socket.call("prove", proof))["ok"] is True
    return socket


async def send(kiosk: Any, seq: int, message: str) -> Any:
    return await kiosk._socket.call("records", {"source": kiosk.source, "records": [{"seq": seq, "message": message}]})


def test_a_gap_stores_nothing_and_says_where_to_go_on(hall: Halls) -> None:
    async def skip() -> None:
        kiosk = await found.ready_kiosk(0)
        before = found.room.sitting.head
        answer = await send(kiosk, 9, "{}")
        assert (answer["verdicts"], answer["contiguous"], answer["gap_at"]) == ([], 2, 3)
        assert found.room.sitting.head == before

    with hall() as found:
        found.run(skip)


def test_a_virtual_kiosk_that_hears_of_a_gap_sends_what_is_missing(hall: Halls) -> None:
    async def skip() -> None:
        kiosk = await found.ready_kiosk(0)
        start(found)
        await kiosk.opened.wait()
        kiosk.keep(saved(kiosk, 0))  # never sent by itself
        await kiosk.send(saved(kiosk, 1), measure=False)
        assert (kiosk.pending, kiosk.verdicts()) == (0, {"accepted": 4})

    with hall() as found:
        found.ceremony()
        found.run(skip)


def test_unreadable_and_refused_records_have_durable_verdicts_too(hall: Halls) -> None:
    async def deliver() -> None:
        kiosk = await found.ready_kiosk(0)
        attempt = kiosk.situation["attempt"]
        early = SaveResponse(attempt["attempt_id"], 1, 0, "i0000000", {"options": []}, 1, 1).text().decode()
        for seq, text, verdict in ((3, "not json", "unreadable"), (4, early, "refused"), (5, "[]", "unreadable")):
            first = (await send(kiosk, seq, text))["verdicts"][0]
            again = (await send(kiosk, seq, text))["verdicts"][0]
            assert first["verdict"] == verdict
            assert first["at_seq"] > 0
            assert first == again

    with hall() as found:
        found.run(deliver)


def test_a_message_with_too_many_records_is_refused_whole(hall: Halls) -> None:
    async def deliver() -> None:
        kiosk = await found.ready_kiosk(0)
        records = [{"seq": 3 + n, "message": "x"} for n in range(MAX_RECORDS + 1)]
        answer = await kiosk._socket.call("records", {"source": kiosk.source, "records": records})
        assert answer["refused"] == "malformed"
        assert found.room.sitting.stream(bytes.fromhex(kiosk.source)).contiguous == 2

    with hall() as found:
        found.run(deliver)


def test_a_message_beyond_the_bound_ends_the_connection(hall: Halls) -> None:
    async def shout() -> None:
        gone = asyncio.Event()
        socket = await found.socket(gone=gone.set)
        socket._send_text("42/kiosk," + "x" * 2_000_000)
        await asyncio.wait_for(gone.wait(), 5)

    with hall() as found:
        found.run(shout)


def test_a_kiosk_cannot_speak_for_another_candidate(hall: Halls) -> None:
    async def forge() -> None:
        honest, forger = await found.ready_kiosk(0), await found.ready_kiosk(1)
        start(found)
        await asyncio.gather(honest.opened.wait(), forger.opened.wait())
        forged = replace(saved(forger, 0), attempt_id=honest.situation["attempt"]["attempt_id"])
        verdict = (await send(forger, 3, forged.text().decode()))["verdicts"][0]
        assert (verdict["verdict"], verdict["reason"]) == ("refused", "foreign_outbox")
        attempt = found.room.sitting.attempt(honest.situation["attempt"]["attempt_id"])
        assert attempt.current.answered == 0

    with hall() as found:
        found.ceremony()
        found.run(forge)


def test_nothing_is_recorded_of_an_outbox_that_no_sign_in_on_this_machine_began(hall: Halls) -> None:
    """Else one paired machine could fill the disk with streams it invents, or write into another's."""

    async def forge() -> None:
        honest, forger = await found.ready_kiosk(0), await found.ready_kiosk(1)
        sitting = found.room.sitting
        before = sitting.head
        for source in ("ab" * 16, honest.source):
            for seq in (1, 2, 3):
                payload = {"source": source, "records": [{"seq": seq, "message": "junk"}]}
                assert (await forger._socket.call("records", payload))["refused"] == "wrong_source"
        assert sitting.head == before
        assert (await send(honest, 3, "junk"))["verdicts"][0]["verdict"] == "unreadable"

    with hall() as found:
        found.run(forge)


# --- losing and moving ----------------------------------------------------------------------------------------------


def test_a_wiped_kiosk_finds_its_candidates_answers_again(hall: Halls) -> None:
    async def wipe() -> None:
        kiosk = await found.ready_kiosk(0)
        start(found)
        await kiosk.opened.wait()
        for n in range(6):
            await kiosk.send(saved(kiosk, n), measure=False)
        await kiosk.stop()
        again = await found.ready_kiosk(0)  # no outbox, no packages: as after a reinstallation
        await asyncio.wait_for(again.opened.wait(), 10)
        assert again.situation["attempt"]["generation"] == 2
        assert len(again.paper["responses"]) == 6
        assert again.paper["order"] == kiosk.paper["order"]

    with hall() as found:
        found.ceremony()
        found.run(wipe)


def test_a_candidate_who_moves_takes_the_attempt_along_and_the_old_kiosk_lets_go(
    hall: Halls, soon: Callable[..., Any]
) -> None:
    async def move() -> None:
        old = await found.ready_kiosk(0)
        start(found)
        await old.opened.wait()
        await old.send(saved(old, 0), measure=False)
        new = found.kiosk(1, replace(found.sheets[1], sbd=found.sheets[0].sbd, code=found.sheets[0].code))
        new.start()
        await new.ready.wait()
        await new.stage()
        await new.sign_in()
        await asyncio.wait_for(new.opened.wait(), 10)
        await soon(lambda: old.situation["attempt"]["moved"])
        assert new.situation["attempt"]["attempt_id"] == old.situation["attempt"]["attempt_id"]
        assert list(new.paper["responses"]) == [saved(old, 0).item_id]
        late = (await send(old, 4, saved(old, 1).text().decode()))["verdicts"][0]
        assert (late["verdict"], late["reason"]) == ("late", "superseded")

    with hall() as found:
        found.ceremony()
        found.run(move)


def test_an_answer_the_earlier_machine_had_kept_is_shown_on_the_newer_one(
    hall: Halls, soon: Callable[..., Any]
) -> None:
    """It counts, so whoever submits without having been shown it would be disputed though nothing is wrong."""

    async def move() -> None:
        old = await found.ready_kiosk(0)
        start(found)
        await old.opened.wait()
        kept = saved(old, 0)
        new = found.kiosk(1, replace(found.sheets[1], sbd=found.sheets[0].sbd, code=found.sheets[0].code))
        new.start()
        await new.ready.wait()
        await new.stage()
        await new.sign_in()
        await asyncio.wait_for(new.opened.wait(), 10)
        assert not new.paper["responses"]
        assert (await send(old, 3, kept.text().decode()))["verdicts"][0]["verdict"] == "accepted"
        await soon(lambda: list(new.paper["responses"]) == [kept.item_id])
        new.responses = new.paper["responses"]
        await new.submit()
        attempt = found.room.sitting.attempt(new.situation["attempt"]["attempt_id"])
        assert (attempt.current.finish.answered, attempt.current.finish.disputed) == (1, False)

    with hall() as found:
        found.ceremony()
        found.run(move)


def test_a_lost_line_is_recorded_once_it_has_lasted_and_so_is_its_return(
    hall: Halls, clock: RoomClock, soon: Callable[..., Any]
) -> None:
    async def cut() -> None:
        kiosk_id = found.sheets[0].kiosk_id
        kiosk = await found.ready_kiosk(0)
        await kiosk.stop()
        await soon(lambda: not found.room.presence.kiosk(kiosk_id).connected)
        assert kiosk_id not in found.room.sitting.state.silent
        clock.set(clock.now_ms() + 7_000)
        await soon(lambda: kiosk_id in found.room.sitting.state.silent)
        again = found.kiosk(0)
        again.start()
        await again.ready.wait()
        await soon(lambda: kiosk_id not in found.room.sitting.state.silent)

    with hall() as found:
        found.run(cut)


def test_answers_made_while_the_line_was_down_are_sent_from_where_the_server_is(
    hall: Halls, soon: Callable[..., Any]
) -> None:
    async def cut() -> None:
        kiosk = await found.ready_kiosk(0)
        start(found)
        await kiosk.opened.wait()
        await kiosk.answer()
        kiosk.reconciled.clear()
        kiosk._socket.cut()
        for _ in range(70):  # more than one message takes
            await kiosk.answer()
        await soon(lambda: kiosk.pending == 0)
        held = found.room.sitting.stream(bytes.fromhex(kiosk.source)).contiguous
        assert held == len(kiosk.outbox)
        assert kiosk.verdicts()["accepted"] == len(kiosk.outbox)

    with hall() as found:
        found.ceremony()
        found.run(cut)


def test_what_was_made_is_not_dated_back_to_before_the_line_was_lost(
    hall: Halls, clock: RoomClock, soon: Callable[..., Any]
) -> None:
    """All a kiosk holds is here before its next pulse; that is known of the outbox, not of the socket that is gone."""

    async def cut() -> None:
        kiosk = await found.ready_kiosk(0)
        start(found)
        await kiosk.opened.wait()
        clock.set(clock.now_ms() + SETTLING_MS)
        attempt_id, source = kiosk.situation["attempt"]["attempt_id"], kiosk.source
        before_ms = clock.now_ms()
        assert found.room.sitting.not_before_ms(source) == 0
        for _ in range(2):
            await kiosk._socket.call("pulse", pulse())
        delivered_ms = found.room.sitting.not_before_ms(source)
        assert delivered_ms >= before_ms
        kiosk.reconciled.clear()
        kiosk._socket.cut()
        await kiosk.send(replace(saved(kiosk, 0), made_at_ms=before_ms - 5_000), measure=False)
        await soon(lambda: kiosk.pending == 0)
        assert found.room.sitting.attempt(attempt_id).made_at_ms == {1: delivered_ms}

    with hall() as found:
        found.ceremony()
        found.run(cut)


def test_what_was_made_while_the_line_was_down_is_believed_as_it_is_said(
    hall: Halls, clock: RoomClock, soon: Callable[..., Any]
) -> None:
    async def cut() -> None:
        kiosk = await found.ready_kiosk(0)
        start(found)
        await kiosk.opened.wait()
        clock.set(clock.now_ms() + SETTLING_MS)
        for _ in range(2):
            await kiosk._socket.call("pulse", pulse())
        kiosk.reconciled.clear()
        kiosk._socket.cut()
        made_ms = clock.now_ms()
        clock.set(made_ms + 600_000)
        await kiosk.send(replace(saved(kiosk, 0), made_at_ms=made_ms), measure=False)
        await soon(lambda: kiosk.pending == 0)
        assert found.room.sitting.attempt(kiosk.situation["attempt"]["attempt_id"]).made_at_ms == {1: made_ms}

    with hall() as found:
        found.ceremony()
        found.run(cut)


def test_a_machine_without_pulses_counts_as_off_the_line_until_it_sends_one(
    hall: Halls, soon: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Hung, or made to look as if it were on the line: a new socket excuses nothing."""

    async def keep_quiet() -> None:
        kiosk_id = found.sheets[0].kiosk_id
        await (await found.ready_kiosk(0)).stop()
        socket = await proven(found, found.sheets[0])
        await soon(lambda: kiosk_id in found.room.sitting.state.silent)
        assert found.room.presence.kiosk(kiosk_id).connected
        socket.cut()
        again = await proven(found, found.sheets[0])
        assert found.room.presence.kiosk(kiosk_id).mute
        for _ in range(2):  # one is not enough: it proves nothing of what the machine holds
            await again.call("pulse", pulse())
        await soon(lambda: kiosk_id not in found.room.sitting.state.silent)

    with hall() as found:
        monkeypatch.setattr("server.live.kiosk_channel.MUTE_MS", 2_000)
        found.run(keep_quiet)


def test_another_sitting_cannot_be_made_active_while_a_part_is_open(hall: Halls) -> None:
    """Every kiosk in the hall would lose its candidate, and what they answer meanwhile would have nowhere to go."""

    async def run() -> None:
        kiosk = await found.ready_kiosk(0)
        start(found)
        await kiosk.opened.wait()
        running = found.room.sitting
        other = sitting_file(found.contest, Rules(), "thu-tai-2")
        assert not isinstance(found.room.add_sitting(other, "o-technical"), (list, Refused))
        for sitting_id in ("thu-tai-2", running.sitting_id):
            refused = found.room.activate(sitting_id)
            assert isinstance(refused, Refused)
            assert refused.reason is Reason.PART_STILL_OPEN
        assert found.room.sitting is running
        await kiosk.send(saved(kiosk, 0), measure=False)
        assert kiosk.outbox[-1].verdict == "accepted"

    with hall() as found:
        found.ceremony()
        found.run(run)


# --- what kiosks are told -------------------------------------------------------------------------------------------


def test_pause_resume_and_time_given_reach_the_kiosk_at_once(hall: Halls, soon: Callable[..., Any]) -> None:
    async def run() -> None:
        kiosk = await found.ready_kiosk(0)
        start(found)
        await kiosk.opened.wait()
        room, officer = found.room, PROCTOR.officer_id
        room.order(PROCTOR, PAGE, 2, Pause(None, "mất điện", Cause.HALL, officer))
        await soon(lambda: part(kiosk)["phase"] == PartPhase.PAUSED)
        assert part(kiosk)["pause"]["reason"] == "mất điện"
        assert part(kiosk)["deadline_at_ms"] is None
        room.order(PROCTOR, PAGE, 3, Resume(None, "power is back", officer))
        await soon(lambda: part(kiosk)["phase"] == PartPhase.OPEN)
        before = part(kiosk)["deadline_at_ms"]
        room.order(PROCTOR, PAGE, 4, Extend(None, 60_000, "bù giờ", Cause.HALL, officer))
        await soon(lambda: part(kiosk)["deadline_at_ms"] == before + 60_000)

    with hall() as found:
        found.ceremony()
        found.run(run)


def part(kiosk: Any) -> Any:
    return kiosk.situation["attempt"]["part"]


def test_an_attempt_is_closed_by_the_room_when_its_time_and_grace_are_over(
    hall: Halls, clock: RoomClock, soon: Callable[..., Any]
) -> None:
    async def run() -> None:
        kiosk = await found.ready_kiosk(0)
        start(found)
        await kiosk.opened.wait()
        await kiosk.answer()
        deadline = part(kiosk)["deadline_at_ms"]
        clock.set(deadline + 31_000)
        await soon(lambda: part(kiosk)["phase"] == PartPhase.CLOSED)
        assert part(kiosk)["submitted"]["forced"] is True
        assert part(kiosk)["submitted"]["at_ms"] == deadline
        attempt_id = kiosk.situation["attempt"]["attempt_id"]
        assert (await kiosk._socket.call("sign_out", {"attempt_id": attempt_id}))["ok"] is True
        await soon(lambda: kiosk.situation["attempt"] is None)

    with hall(rules=Rules(duration_s=60)) as found:
        found.ceremony()
        found.run(run)


def test_nobody_signs_out_in_the_middle_of_a_part(hall: Halls) -> None:
    async def run() -> None:
        kiosk = await found.ready_kiosk(0)
        start(found)
        await kiosk.opened.wait()
        answer = await kiosk._socket.call("sign_out", {"attempt_id": kiosk.situation["attempt"]["attempt_id"]})
        assert answer["refused"] == "wrong_source"

    with hall() as found:
        found.ceremony()
        found.run(run)


def test_a_part_of_the_hall_that_starts_together_gets_one_batch(hall: Halls) -> None:
    async def run() -> None:
        kiosks = [await found.ready_kiosk(n) for n in range(4)]
        start(found)
        await asyncio.gather(*(kiosk.opened.wait() for kiosk in kiosks))
        opened = {kiosk.situation["attempt"]["attempt_id"] for kiosk in kiosks}
        starts = {found.room.sitting.attempt(one).current.ledger.opened_at_ms for one in opened}
        assert len(starts) == 1
        orders = {tuple(kiosk.paper["order"]["item_ids"]) for kiosk in kiosks}
        assert len(orders) == 4  # everybody sees the items in an order of their own

    with hall(count=4) as found:
        found.ceremony()
        found.run(run)
