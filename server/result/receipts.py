"""Receipts that somebody holds, checked against a bundle: is this code of exactly these responses of this candidate?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from question_bank.canonical import JSON
from question_bank.phrase import phrase
from server.domain.state import SittingState
from server.protocol.receipt import receipt_code, responses_sha256
from server.result.branches import Given
from server.result.parts import Contents, Say

_READ_AS = str.maketrans("OIL", "011")  # as Crockford's base32 reads what people take for another sign


@dataclass(frozen=True, slots=True)
class Asked:
    """A receipt as somebody typed it, and the candidate number it is said to be of."""

    code: str
    sbd: str

    @property
    def written(self) -> str:
        """The code as receipts are printed."""
        signs = "".join(self.code.split()).replace("-", "").upper().translate(_READ_AS)
        return f"{signs[:4]}-{signs[4:]}"


def settle(
    asked: Sequence[Asked], contents: Contents, state: SittingState, given: Sequence[Given], say: Say
) -> list[JSON]:
    """What each receipt is of; what is none is said."""
    found: list[JSON] = []
    for one in asked:
        sbd = one.sbd.strip().upper()
        candidate_id = contents.candidates.get(sbd)
        attempt_id = state.by_candidate.get(candidate_id or "")
        if candidate_id is None or attempt_id is None:
            say("unknown_candidate", sbd, phrase("nobody with this number has sat here"))
            continue
        told = _of(one, sbd, attempt_id, state) or _of_before(one, sbd, attempt_id, given)
        if told is None:
            say(
                "not_this_receipt",
                sbd,
                phrase("%(code)s is of other responses than this candidate's", code=one.written),
            )
        else:
            found.append(told)
    return found


def _of(one: Asked, sbd: str, attempt_id: str, state: SittingState) -> dict[str, JSON] | None:
    for part in state.attempts[attempt_id].parts.values():
        if part.finish is None:
            continue
        digest = responses_sha256(attempt_id, part.part, part.responses)
        if receipt_code(digest) == one.written == part.finish.receipt:
            return _line(one, sbd, part.part, part.finish.answered, part.finish.of, digest.hex())
    return None


def _of_before(one: Asked, sbd: str, attempt_id: str, given: Sequence[Given]) -> dict[str, JSON] | None:
    """A receipt that was right when it was given (the replay has asked), though what counts was decided anew afterwards."""
    for found in given:
        event = found.event
        if event.attempt_id == attempt_id and event.receipt == one.written:
            told = _line(one, sbd, event.part, event.answered, event.of, event.responses_sha256)
            return {**told, "branch": found.name, "earlier": found.name is None}
    return None


def _line(one: Asked, sbd: str, part: int, answered: int, of: int, sha256: str) -> dict[str, JSON]:
    return {
        "sbd": sbd, "receipt": one.written, "part": part, "answered": answered, "of": of, "responses_sha256": sha256,
        "branch": None, "earlier": False,
    }  # fmt: skip
