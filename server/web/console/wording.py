"""What the console says about faults of pairing and of the ceremony; each names what to do next."""

from __future__ import annotations

from collections.abc import Mapping

from question_bank import custody_faults, sealed_faults
from question_bank.custody_faults import CustodyFault
from question_bank.phrase import Phrase, phrase, phrases
from question_bank.sealed_faults import SealFault
from server.domain.pairing import PairFault
from server.live.ceremony import CeremonyFault, CeremonyRefused
from server.live.picture import Held
from server.web.wording import REASONS

# In how many places a candidate's work is known to be: on the map, and on a seat's own page.
COPIES: Mapping[Held, Phrase] = {
    Held.EVERYWHERE: phrases("%(n)s copy", "%(n)s copies", 0),
    Held.MACHINE: phrases("%(n)s copy, on the machine only", "%(n)s copies, on the machine only", 0),
    Held.SERVERS: phrases(
        "%(n)s copy on the server, the machine cannot be heard",
        "%(n)s copies on the servers, the machine cannot be heard", 0,
    ),
}  # fmt: skip
NEVER_SAVED = phrase("nothing saved since the server started")

PAIR_FAULTS: Mapping[PairFault, Phrase] = {
    PairFault.TOO_MANY_PENDING: phrase("Too many machines ask at once. Answer some of them first."),
    PairFault.TOO_MANY_TRIES: phrase("Too many tries from this machine. It may ask again in a minute."),
    PairFault.ALREADY_OFFERED: phrase("The machine has asked already."),
    PairFault.NO_OFFER: phrase("This machine no longer asks: it went away, or somebody answered it. It may ask again."),
    PairFault.NOT_REVEALED: phrase("The machine has not shown its code yet."),
    PairFault.COMMITMENT_MISMATCH: phrase(
        "The machine did not keep to what it announced. Somebody may be intercepting the connection."
    ),
    PairFault.EXPIRED: phrase("The code is too old. The machine asks again by itself with a new one."),
    PairFault.REFUSED: phrase("The machine was turned away."),
    PairFault.SEAT_INVALID: phrase("A seat name has 1 to 12 capital letters, digits or hyphens, for example B07."),
    PairFault.SEAT_TAKEN: phrase("Another machine has this seat name. Choose another name, or replace that machine."),
    PairFault.KIT_FOR_KIOSKS: phrase("A kit pairs candidates' machines only. A console pairs by comparing codes."),
    PairFault.KIT_UNKNOWN: phrase("This room knows no such kit."),
    PairFault.KIT_REVOKED: phrase("The kit was taken back."),
    PairFault.KIT_EXPIRED: phrase("The kit is too old. Make a new one."),
    PairFault.KIT_USED_UP: phrase("The kit has paired as many machines as it may. Make a new one."),
    PairFault.KIT_WRONG_PROOF: phrase("The machine does not hold this kit's secret."),
    PairFault.MACHINE_REVOKED: phrase(
        "This machine was unpaired before. Delete its folder on the machine, then let it ask again."
    ),
}

CEREMONY_FAULTS: Mapping[CeremonyFault, Phrase] = {
    CeremonyFault.NO_SITTING: phrase("No sitting is active."),
    CeremonyFault.PACKAGE_MISSING: phrase("The package is not in the room. The Technical Team takes it in first."),
    CeremonyFault.NOT_ALLOWED: phrase("Your role, or the second officer's, does not have the right to do this."),
    CeremonyFault.TWO_OFFICERS: phrase("This act takes two officers who are not the same person."),
    CeremonyFault.PAPER_FIRST: phrase("The paper is opened before the marking part."),
    CeremonyFault.CLOSE_FIRST: phrase("By the contest's rule the marking part is opened after the sitting is closed."),
    CeremonyFault.ALREADY_OPEN: phrase("This part has already been opened."),
    CeremonyFault.NOT_STORED: phrase("The server's disk did not take it: nothing was opened. Call the Technical Team."),
}


def ceremony_fault(refused: CeremonyRefused) -> Phrase:
    """Why a step of the ceremony did not happen, and what to do."""
    fault = refused.fault
    if isinstance(fault, CeremonyFault):
        return CEREMONY_FAULTS[fault]
    if isinstance(fault, CustodyFault):
        what, advice = custody_faults.TEXTS[fault]
    elif isinstance(fault, SealFault):
        what, advice = sealed_faults.TEXTS[fault]
    else:
        return REASONS[fault]
    return phrase("%(what)s %(advice)s", what=what, advice=advice)


def package_fault(code: str) -> Phrase:
    """Why one of the two sets cannot be opened as it lies here; the code as the ceremony's status names it."""
    if code in set(CeremonyFault):
        return CEREMONY_FAULTS[CeremonyFault(code)]
    return sealed_faults.TEXTS[SealFault(code)][0]
