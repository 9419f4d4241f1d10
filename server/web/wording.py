"""Words for the values that pages and documents show: roles, stages, attendance, changes, causes."""

from __future__ import annotations

from collections.abc import Mapping

from question_bank.phrase import Phrase, phrase
from server.domain.reasons import Reason
from server.domain.rights import Role
from server.domain.values import Attendance, Cause, IncidentCategory, RosterChange, SetName, SittingStage

ROLES: Mapping[Role, Phrase] = {
    Role.TECHNICAL: phrase("Technical Team"),
    Role.PROCTOR: phrase("Proctor"),
    Role.SETTING: phrase("Exam-setting Committee"),
    Role.JURY: phrase("Jury"),
    Role.SECRETARIAT: phrase("Secretariat"),
    Role.ORGANISING: phrase("Organising Committee"),
}

STAGES: Mapping[SittingStage, Phrase] = {
    SittingStage.ABSENT: phrase("Not prepared"),
    SittingStage.PREPARED: phrase("Preparing"),
    SittingStage.CHOSEN: phrase("Set chosen"),
    SittingStage.UNSEALED: phrase("Paper opened"),
    SittingStage.CLOSED: phrase("Closed"),
}

ATTENDANCE: Mapping[Attendance, Phrase] = {
    Attendance.EXPECTED: phrase("Not yet here"),
    Attendance.PRESENT: phrase("Present"),
    Attendance.LATE: phrase("Late"),
    Attendance.ABSENT: phrase("Absent"),
    Attendance.WRONG_ROOM: phrase("Wrong room or sitting"),
}

CHANGES: Mapping[RosterChange, Phrase] = {
    RosterChange.ADDED: phrase("Added"),
    RosterChange.CORRECTED: phrase("Corrected"),
    RosterChange.SUBSTITUTED: phrase("Substituted"),
}

CAUSES: Mapping[Cause, Phrase] = {
    Cause.EQUIPMENT: phrase("Equipment"),
    Cause.HALL: phrase("The hall"),
    Cause.CANDIDATE: phrase("The candidate"),
    Cause.ARRANGEMENT: phrase("Access arrangement"),
}

SETS: Mapping[SetName, Phrase] = {
    SetName.PRIMARY: phrase("Primary set"),
    SetName.RESERVE: phrase("Reserve set"),
}

INCIDENTS: Mapping[IncidentCategory, Phrase] = {
    IncidentCategory.DIGEST_DIFFERS: phrase("The digest of the submitted responses differs"),
    IncidentCategory.TWO_MACHINES: phrase("One candidate on two machines"),
    IncidentCategory.EQUIPMENT: phrase("Equipment"),
    IncidentCategory.NETWORK: phrase("Network"),
    IncidentCategory.POWER: phrase("Power"),
    IncidentCategory.HEALTH: phrase("A candidate's health"),
    IncidentCategory.DISTURBANCE: phrase("Disturbance in the hall"),
    IncidentCategory.MISCONDUCT: phrase("Misconduct"),
    IncidentCategory.PAPER: phrase("The paper"),
    IncidentCategory.OTHER: phrase("Other"),
}

REASONS: Mapping[Reason, Phrase] = {
    Reason.ALREADY_PREPARED: phrase("The sitting has already been prepared."),
    Reason.NOT_PREPARED: phrase("No sitting is prepared yet: its file or a package is missing."),
    Reason.NO_PARTS: phrase("The sitting has no parts."),
    Reason.NO_RESERVE: phrase("This sitting has no reserve set."),
    Reason.SET_ALREADY_CHOSEN: phrase("The set has already been chosen."),
    Reason.SET_NOT_CHOSEN: phrase("The set has not been chosen yet."),
    Reason.NOT_BY_THE_RULE: phrase("The contest's rule chooses another way."),
    Reason.SECOND_OFFICER_NEEDED: phrase("This act takes two officers who are not the same person."),
    Reason.REASON_NEEDED: phrase("A reason is needed."),
    Reason.WRONG_PACKAGE: phrase("This is not the package the sitting was prepared with."),
    Reason.TOO_FEW_BODIES: phrase("The shares must come from at least two bodies."),
    Reason.ALREADY_UNSEALED: phrase("The paper has already been opened."),
    Reason.NOT_UNSEALED: phrase("The paper has not been opened yet."),
    Reason.SECTIONS_DO_NOT_FIT: phrase("The package's sections are not the sitting's parts."),
    Reason.SITTING_CLOSED: phrase("The sitting is closed; its journal has ended."),
    Reason.COPIES_MISSING: phrase(
        "Not everybody's work is known to be in every copy. Look at the page “Closing”; to close all the same, give a reason."
    ),
    Reason.UNKNOWN_PART: phrase("The sitting has no such part."),
    Reason.PREVIOUS_PART_OPEN: phrase("The part before this one is still open."),
    Reason.PART_NOT_OPEN: phrase("The part is not open."),
    Reason.PART_CLOSED: phrase("The part is closed."),
    Reason.PART_STILL_OPEN: phrase("A part is still open. Close it first."),
    Reason.NOBODY_READY: phrase("Nobody who could start has signed in and confirmed their identity."),
    Reason.SEATS_NOT_READY: phrase("The start is locked: some of the machines are not ready."),
    Reason.NOTHING_TO_DO: phrase("There was nothing to do."),
    Reason.UNKNOWN_ATTEMPT: phrase("This candidate has not signed in."),
    Reason.UNKNOWN_CANDIDATE: phrase("The roster has no such candidate."),
    Reason.ATTEMPT_ID_TAKEN: phrase("The attempt belongs to someone else."),
    Reason.OUTBOX_TAKEN: phrase("The machine's store already belongs to another sign-in."),
    Reason.FOREIGN_OUTBOX: phrase("The record came from a store that does not speak for this attempt."),
    Reason.SHEET_FORGED: phrase("The seat sheet does not bear this room's signature."),
    Reason.OTHER_ROOM: phrase("The seat sheet is another room's."),
    Reason.OTHER_SITTING: phrase("The seat sheet is another sitting's."),
    Reason.OTHER_MACHINE: phrase("The seat sheet names other machines than the one that shows it."),
    Reason.SITS_ELSEWHERE: phrase("The candidate has signed in on another machine; an official has to decide."),
    Reason.NOT_STARTED: phrase("The candidate's time has not started."),
    Reason.ALREADY_STARTED: phrase("The candidate's time has already started."),
    Reason.PART_SUBMITTED: phrase("The candidate has already submitted."),
    Reason.ALREADY_PAUSED: phrase("The candidate's time is already paused."),
    Reason.NOT_PAUSED: phrase("The candidate's time is not paused."),
    Reason.SWITCHING: phrase("Another paper is being put in place of the first: give it out, or call the switch off."),
    Reason.TEXT_NEEDED: phrase("A text is needed, and not too long a one."),
    Reason.TOO_MANY: phrase("There are too many of these in this sitting already."),
    Reason.ALREADY_LOCKED: phrase("The screen is locked already."),
    Reason.NOT_LOCKED: phrase("The screen is not locked."),
    Reason.UNKNOWN_MESSAGE: phrase("There is no such message."),
    Reason.SUSPENDED: phrase("The candidate is suspended from this sitting."),
    Reason.UNKNOWN_INCIDENT: phrase("There is no such incident."),
    Reason.TIME_IS_UP: phrase("The candidate's time is up."),
    Reason.UNKNOWN_ITEM: phrase("The paper has no such item."),
    Reason.NOT_A_RESPONSE: phrase("This is not a response to that item."),
    Reason.TIME_IN_USE: phrase("The paper has been opened: room time can be set back by 2 minutes at most."),
    Reason.CLOCKS_RUN: phrase(
        "Candidates' clocks are running: setting the time ahead would take that much from everybody. Have everybody"
        " paused first."
    ),
    Reason.ALREADY_DECIDED: phrase("This has been decided already. Load the page again."),
    Reason.MORE_THAN_LOST: phrase("No more than was lost is given back here. Give the rest as an extension."),
    Reason.NOTHING_LEFT: phrase(
        "The time is over, and more than that has passed since: nothing would be left to work in. Give more, or refuse."
    ),
    Reason.NEVER_LATE: phrase("This sitting's plan counts no late answer."),
    Reason.NO_BREAK_LEFT: phrase("No rest break was granted, or it is used up. Choose another cause."),
    Reason.LATE_UNDECIDED: phrase("Records that came late would change a result and wait for a decision."),
    Reason.TOO_MANY_LATE: phrase(
        "Too many records of this candidate wait for a decision; this one is only in the journal."
    ),
    Reason.NOT_AN_ACTION: phrase("The record is not an action in this item."),
    Reason.WRONG_ACTION_NUMBER: phrase("An action of this number was taken before."),
    Reason.WRONG_LAST_SEQ: phrase("The submission does not follow the last record."),
    Reason.NOT_ALLOWED: phrase("Your role does not have the right to do this."),
    Reason.NOT_RECORDABLE: phrase("The request cannot be recorded as it stands."),
    Reason.JOURNAL_ENDED: phrase("The journal has ended; nothing can be added."),
    Reason.MARKING_NOT_OPEN: phrase("The marking part has not been opened."),
    Reason.MARKING_ALREADY_OPEN: phrase("The marking part has already been opened."),
    Reason.ALREADY_MARKED: phrase("This has already been marked."),
    Reason.WRONG_CANARY: phrase("A canary of the marking part did not come out: nothing may be published."),
    Reason.NOT_ALL_MARKED: phrase("Not everything has been marked yet."),
    Reason.ALREADY_PUBLISHED: phrase("The results have already been published."),
}
