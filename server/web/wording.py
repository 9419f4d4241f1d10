"""Words for the values that pages and documents show: roles, stages, attendance, changes, causes."""

from __future__ import annotations

from collections.abc import Mapping

from question_bank.phrase import Phrase, phrase
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
