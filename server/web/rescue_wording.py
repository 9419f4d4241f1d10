"""What people are told about answers that were carried by hand: what happened, and what to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from question_bank.phrase import Phrase, phrase
from server.domain.rescue_events import Carrier
from server.live.rescue_report import HeadFound, Kept, RescueFault


@dataclass(frozen=True, slots=True)
class Told:
    """A plain reason, and what to do about it."""

    what: Phrase
    act: Phrase


_AGAIN = phrase("Export the answers from the machine again, to another stick if there is one, and bring that file.")

FAULTS: Mapping[RescueFault, Told] = {
    RescueFault.TOO_LARGE: Told(
        phrase("The file is larger than a machine writes one. Nothing was done."),
        phrase("Choose the file that the machine wrote; its name ends in .exam-rescue."),
    ),
    RescueFault.NOT_RESCUE: Told(
        phrase("This is no file of answers from a machine. Nothing was done."),
        phrase("Choose the file that the machine wrote; its name ends in .exam-rescue."),
    ),
    RescueFault.OTHER_ROOM: Told(
        phrase("Only another room can read this file, or its beginning is damaged. Nothing was done."),
        phrase("Take it to the room that the machine belonged to; if that is this one, export it again."),
    ),
    RescueFault.DAMAGED: Told(phrase("The file is damaged or cut short. Nothing was done."), _AGAIN),
    RescueFault.UNREADABLE: Told(
        phrase("The file is whole, but this program cannot read its contents. Nothing was done."),
        phrase("Is the machine's program newer than the server's? Keep the file, and call the Technical Team."),
    ),
    RescueFault.UNKNOWN_MACHINE: Told(
        phrase("The file was signed by no machine that this room has ever paired. Nothing was done."),
        phrase("Keep the file; ask which machine and which room it comes from."),
    ),
    RescueFault.FORGED: Told(
        phrase("The file names a machine of this room, which did not sign it. Nothing was done."),
        phrase("Somebody has changed it. Keep it as evidence, and export the answers from the machine again."),
    ),
    RescueFault.TOO_MANY: Told(
        phrase("The room keeps 2,000 such files already. Nothing was done."),
        phrase("Move the oldest files out of the folder “rescue” in the room's folder to another disk."),
    ),
    RescueFault.DISK: Told(
        phrase("The server's disk does not take the file."),
        phrase("Make space on the disk, then bring the file in again: that is always safe."),
    ),
}

KEPT: Mapping[Kept, Told] = {
    Kept.NO_SITTING: Told(
        phrase("This room has no journal of that sitting."),
        phrase("Add and activate the sitting, then merge the file again from this list."),
    ),
    Kept.OTHER_SITTING: Told(
        phrase("Another sitting is being served now."),
        phrase("Activate the file's own sitting, then merge the file again from this list."),
    ),
    Kept.ENDED: Told(
        phrase("The sitting is closed and its journal ends: nothing can be added to it."),
        phrase("The file stays here as evidence. Tell the Secretariat; whether it counts is decided on an appeal."),
    ),
    Kept.UNKNOWN_SIGN_IN: Told(
        phrase("The journal knows no sign-in for these answers."),
        phrase("Was the server restored from an older copy? The file stays here as evidence; call the Technical Team."),
    ),
    Kept.OTHER_MACHINE: Told(
        phrase("The sign-in for these answers was at another machine than the one that signed the file."),
        phrase("The file stays here as evidence. Note an incident, and ask who made it."),
    ),
    Kept.GAP: Told(
        phrase("Records before these are missing."),
        phrase(
            "Export the answers from the machine as a file on a stick, which holds all of them; then merge this again."
        ),
    ),
    Kept.NOT_STORED: Told(
        phrase("The server's disk did not take all of it."),
        phrase("Make space on the disk, then merge the file again from this list."),
    ),
    Kept.NOT_STARTED: Told(
        phrase("They are of a part or a paper that another server had started and this one does not know yet."),
        phrase("Switch that machine on, or give those orders again here (page “Servers”); then merge the file again."),
    ),
}

# What the machine's own memory of the journal says, where somebody has to look.
HEADS: Mapping[HeadFound, Phrase] = {
    HeadFound.DIFFERS: phrase(
        "This machine was acknowledged another journal than the one here. Note the machine, and run “verify journal”."
    ),
    HeadFound.MISSING: phrase(
        "This machine was acknowledged records that the journal here does not have: it was restored from an older copy."
    ),
}

CARRIERS: Mapping[Carrier, Phrase] = {
    Carrier.FILE: phrase("a file"),
    Carrier.PHOTOS: phrase("photographs of codes"),
    Carrier.CAMERA: phrase("codes before the camera"),
    Carrier.CLI: phrase("the command line"),
}
