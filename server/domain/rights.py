"""Who may do what. docs/roles.md prints this table for people; a test keeps the two the same."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from server.domain import commands, hall_commands, readiness_commands, rescue_commands
from server.domain.standby_commands import DecideBranchOrder


class Role(StrEnum):
    """The bodies of a contest, as the system knows them."""

    TECHNICAL = "technical"
    PROCTOR = "proctor"
    SETTING = "setting"
    JURY = "jury"
    SECRETARIAT = "secretariat"
    ORGANISING = "organising"


class Right(StrEnum):
    """Something an officer may do or see."""

    SEE_ROOM = "see_room"
    MANAGE_OFFICERS = "manage_officers"
    CONFIRM_OFFICERS = "confirm_officers"
    MANAGE_SITTINGS = "manage_sittings"
    MANAGE_PACKAGES = "manage_packages"
    PAIR_MACHINES = "pair_machines"
    SEE_SYSTEM = "see_system"
    IMPORT_ROSTER = "import_roster"
    SEE_ROSTER = "see_roster"
    CHANGE_ROSTER = "change_roster"
    PRINT_CODES = "print_codes"
    REISSUE_CODE = "reissue_code"
    CHECK_IN = "check_in"
    CHOOSE_SET = "choose_set"
    OPEN_PAPER = "open_paper"
    RUN_SITTING = "run_sitting"
    CLOSE_SITTING = "close_sitting"
    DECIDE_LATE = "decide_late"
    RECORD_INCIDENT = "record_incident"
    OVERRIDE_READINESS = "override_readiness"
    OPEN_MARKING = "open_marking"
    SEE_MARKS = "see_marks"
    SEE_WORK = "see_work"
    EXPORT_RESULTS = "export_results"
    PUBLISH_RESULTS = "publish_results"
    SIGN_OUT_SHEET = "sign_out_sheet"
    PRINT_MINUTES = "print_minutes"
    RESCUE_ANSWERS = "rescue_answers"
    PROMOTE = "promote"


_T, _P, _S, _J, _K, _O = Role.TECHNICAL, Role.PROCTOR, Role.SETTING, Role.JURY, Role.SECRETARIAT, Role.ORGANISING

RIGHTS: Mapping[Right, frozenset[Role]] = {
    Right.SEE_ROOM: frozenset({_T, _P, _K, _O}),
    Right.MANAGE_OFFICERS: frozenset({_T, _O}),
    # Never for accounts of one's own making, nor of one's own role's: server/web/signatories.py.
    Right.CONFIRM_OFFICERS: frozenset({_T, _P, _K, _O}),
    Right.MANAGE_SITTINGS: frozenset({_T}),
    Right.MANAGE_PACKAGES: frozenset({_T}),
    Right.PAIR_MACHINES: frozenset({_T, _P}),
    Right.SEE_SYSTEM: frozenset({_T, _O}),
    Right.IMPORT_ROSTER: frozenset({_T, _K}),
    Right.SEE_ROSTER: frozenset({_P, _K, _O}),
    Right.CHANGE_ROSTER: frozenset({_P, _K, _O}),
    Right.PRINT_CODES: frozenset({_P, _K}),
    Right.REISSUE_CODE: frozenset({_P}),
    Right.CHECK_IN: frozenset({_P, _K}),
    Right.CHOOSE_SET: frozenset({_S, _O}),
    Right.OPEN_PAPER: frozenset({_S, _O}),
    Right.RUN_SITTING: frozenset({_P}),
    Right.CLOSE_SITTING: frozenset({_P, _O}),
    # Not the proctor's: who keeps the clock does not also say which answers count after it.
    Right.DECIDE_LATE: frozenset({_K, _O}),
    Right.RECORD_INCIDENT: frozenset({_T, _P, _K, _O}),
    # Never who keeps the machines: a machine that is not as it should be is another body's risk to take.
    Right.OVERRIDE_READINESS: frozenset({_P, _O}),
    Right.OPEN_MARKING: frozenset({_J, _S}),
    Right.SEE_MARKS: frozenset({_J, _K, _O}),
    # What somebody did, step by step: the jury's alone, and only of parts that have ended.
    Right.SEE_WORK: frozenset({_J}),
    Right.EXPORT_RESULTS: frozenset({_J, _K, _O}),
    Right.PUBLISH_RESULTS: frozenset({_O}),
    # With results where the contest announces them at once: a proctor then sees what each candidate saw, no more.
    Right.SIGN_OUT_SHEET: frozenset({_P, _K, _O}),
    Right.PRINT_MINUTES: frozenset({_P, _K, _O}),
    # Nobody sees an answer: who carries it can merge it and nothing else.
    Right.RESCUE_ANSWERS: frozenset({_T, _P}),
    Right.PROMOTE: frozenset({_T, _P, _O}),
}

# Acts that take two officers, each signed in, who are not the same person.
TWO_OFFICERS: frozenset[Right] = frozenset({Right.CHANGE_ROSTER})

_NEEDED: Mapping[type, Right] = {
    commands.PrepareSitting: Right.MANAGE_SITTINGS,
    commands.ChooseSet: Right.CHOOSE_SET,
    commands.RecordUnsealing: Right.OPEN_PAPER,
    commands.StartPart: Right.RUN_SITTING,
    commands.Pause: Right.RUN_SITTING,
    commands.Resume: Right.RUN_SITTING,
    commands.Extend: Right.RUN_SITTING,
    commands.CloseSeat: Right.RUN_SITTING,
    commands.ClosePart: Right.RUN_SITTING,
    commands.CloseSitting: Right.CLOSE_SITTING,
    commands.RecordAttendance: Right.CHECK_IN,
    commands.RecordRosterChange: Right.CHANGE_ROSTER,
    commands.RecordCodeReissue: Right.REISSUE_CODE,
    commands.RecordIncident: Right.RECORD_INCIDENT,
    commands.AnchorClock: Right.OPEN_PAPER,
    commands.DecideCompensation: Right.RUN_SITTING,
    commands.DecideLate: Right.DECIDE_LATE,
    rescue_commands.MoveSeat: Right.RUN_SITTING,
    readiness_commands.OverrideReadiness: Right.OVERRIDE_READINESS,
    readiness_commands.WithdrawOverride: Right.OVERRIDE_READINESS,
    DecideBranchOrder: Right.RUN_SITTING,
    **{command: Right(right) for command, right in hall_commands.RIGHTS.items()},
}


def may(role: Role, right: Right) -> bool:
    """Whether officers of this role have this right."""
    return role in RIGHTS[right]


def right_for(command: commands.OfficerCommand) -> Right:
    """The right an officer's command needs."""
    return _NEEDED[type(command)]
