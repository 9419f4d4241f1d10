"""The longest essay fits wherever an answer passes: the page's call, the record, the outbox, the message, the room's reading."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from client_kiosk.asking import batch
from client_kiosk.outbox import Outbox, Stream
from client_kiosk.pages.app import MAX_BODY_BYTES
from question_bank.canonical import encode
from question_bank.items import response_problem
from question_bank.items.essay import MAX_BYTES
from question_bank.order import ItemOutline
from server.composition import MAX_SOCKET_BYTES
from server.protocol.messages import Records
from server.protocol.records import SaveResponse, read_record

ESSAY = ItemOutline("i1111111", "essay", (), {"least_words": 0})


def filled(unit: str) -> str:
    """The longest essay made of these characters."""
    each = len(encode(unit)) - 2
    return unit * ((MAX_BYTES - 2) // each)


@pytest.mark.parametrize("unit", ["a ", "Việt Nam đổi mới ", "\n", '"', "\\", "\U0001f600"], ids=repr)
def test_the_longest_essay_passes_from_the_page_to_the_room(tmp_path: Path, unit: str) -> None:
    text = ("." + filled(unit))[: len(filled(unit))]
    response = {"text": text}
    assert response_problem(ESSAY, response) is None
    assert response_problem(ESSAY, {"text": text + unit * 2 + "..."}) == "too_long"
    assert len(json.dumps({"number": 1000, "response": response}, ensure_ascii=False).encode()) < MAX_BODY_BYTES
    record = SaveResponse("a" * 64, 1_000_000, 15, "i" * 64, response, 2**53 - 1, 2**53 - 1)
    outbox = Outbox.create(tmp_path, Stream("ab" * 16, "ca-1", "a1", 1))
    outbox.append({"kind": record.KIND, **record.wire()})
    outbox.append({"kind": record.KIND, **record.wire()})
    (sent,) = batch(outbox, 1)
    outbox.close()
    message = Records("ab" * 16, (sent,)).wire()
    assert isinstance(Records.parse(json.loads(json.dumps(message))), Records)
    assert len(json.dumps(message)) < MAX_SOCKET_BYTES, "as the library sends it, every letter with marks escaped"
    assert read_record(sent.message.encode()) == record
