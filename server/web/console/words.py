"""The sentences the map's scripts show, by name; a place the script fills is written `{place}` when it arrives there.

What counts takes its number as `n` and comes in two forms, for one and for many.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TypeAlias

from question_bank.phrase import Phrase, Value, phrase, phrases
from server.web.console.hall_map_words import HALL
from server.web.console.problem_words import PROBLEMS
from server.web.console.readiness_words import ON_THE_MAP, READINESS
from server.web.console.server_words import SERVERS
from server.web.console.wording import COPIES, NEVER_SAVED
from server.web.language import say
from server.web.sheet_wording import SHEETS
from server.web.wording import REASONS

Words: TypeAlias = dict[str, "str | list[str]"]

TIMES: Mapping[str, Phrase] = {
    "decimal_mark": phrase("."),
    "seconds_tenths": phrase("%(s)s s", s=""),
    "seconds": phrase("%(s)s s", s=""),
    "minutes_seconds": phrase("%(m)s min %(s)s s", m="", s=""),
    "hours_minutes": phrase("%(h)s h %(m)s min", h="", m=""),
    "time_left": phrase("%(left)s left", left=""),
    "left_until": phrase("%(left)s left · ends %(at)s", left="", at=""),
}

MAP: Mapping[str, Phrase] = {
    "seats": phrases("%(n)s seat", "%(n)s seats", 0),
    "sbd": phrase("No."),
    "set_primary": phrase("Primary set"),
    "set_reserve": phrase("Reserve set"),
    "stage_no_sitting": phrase("No sitting"),
    "stage_absent": phrase("Not prepared"),
    "stage_preparing": phrase("Preparing"),
    "stage_unsealed": phrase("Paper opened"),
    "stage_between": phrase("Between two parts"),
    "stage_running": phrase("Running"),
    "stage_paused": phrase("All paused"),
    "stage_ended": phrase("Ended"),
    "stage_closed": phrase("Closed"),
    "advice_no_sitting": phrase("No sitting is active. The Technical Team adds one under “Prepare”."),
    "advice_absent": phrase(
        "The sealed papers are not all in the room yet: the Technical Team takes them in under “Prepare”."
    ),
    "advice_preparing": phrase("The clock can start once the paper has been opened."),
    "advice_unsealed": phrase("The paper is open. Start once the candidates have confirmed their identity."),
    "advice_closed": phrase("The sitting is closed. Results and documents are ready on their pages."),
    "not_stored": phrase("Nothing is being stored"),
    "safe_of": phrase("%(safe)s of %(of)s safe", safe="", of=""),
    "ready_of": phrase("%(ready)s of %(of)s machines ready", ready="", of=""),
    "ready_text": phrases(
        "%(n)s candidate signed in, %(confirmed)s confirmed", "%(n)s candidates signed in, %(confirmed)s confirmed", 0,
        confirmed="",
    ),
    "copies": phrases("%(n)s copy: %(where)s", "%(n)s copies: %(where)s", 0, where=""),
    "copies_missing": phrases("only %(n)s copy: the standby is missing", "only %(n)s copies: the standby is missing", 0),
    "copies_alone": phrase("machine, server"),
    "copies_with_standby": phrase("machine, server, standby"),
    "copies_oldest": phrase("oldest unsent %(lasted)s", lasted=""),
    "copies_none_wait": phrase("none waits to be sent"),
    "count_work": phrase("working"),
    "count_work_paused": phrases("working · %(n)s paused", "working · %(n)s paused", 0),
    "count_done": phrase("submitted"),
    "count_done_closed": phrases("handed in · %(n)s by the room", "handed in · %(n)s by the room", 0),
    "count_warn": phrase("to look at"),
    "count_bad": phrase("act now"),
    "count_none": phrase("not signed in"),
    "count_none_noted": phrases("not signed in · %(n)s absent", "not signed in · %(n)s absent", 0),
    "found": phrases("%(n)s seat found", "%(n)s seats found", 0),
    "issues_count": phrases("%(n)s thing · worst on top", "%(n)s things · worst on top", 0),
    "answered_of": phrase("%(answered)s/%(of)s answered", answered="", of=""),
    "saved_never": NEVER_SAVED,
    "saved_ago": phrase("saved %(ago)s ago", ago=""),
    **{f"copies_{where.value}": sentence for where, sentence in COPIES.items()},
    "unsent": phrases("%(n)s record not on the server", "%(n)s records not on the server", 0),
    "and_others": phrases("%(seats)s and %(n)s more", "%(seats)s and %(n)s more", 0, seats=""),
    "seat_off": phrase("off"),
    "seat_free": phrase("free"),
    "phase_waiting": phrase("waiting"),
    "phase_open": phrase("working"),
    "phase_paused": phrase("paused"),
    "phase_grace": phrase("time over, collecting"),
    "phase_submitted": phrase("submitted"),
    "phase_closed": phrase("closed by the room"),
    "line_lost": phrase(
        "No connection to the server for %(lasted)s. What you see is from %(at)s. The machines go on saving by themselves;"
        " this page comes back by itself.", lasted="", at="",
    ),
    "line_elsewhere": phrase(
        "Has the other server taken over? Close the browser and run examroom-kiosk console again: it goes to %(address)s.",
        address="",
    ),
    "line_signed_out": phrase("You are signed out. Reload the page to sign in again."),
    "loading": phrase("Looking up what happened…"),
    "details_later": phrase("The history cannot be shown now; it comes with the next change."),
}  # fmt: skip

ACTS: Mapping[str, Phrase] = {
    "act_pause": phrase("Pause…"),
    "act_resume": phrase("Resume"),
    "act_extend": phrase("Give time…"),
    "act_close": phrase("End…"),
    "resume_everybody": phrase("Resume everybody…"),
    "resume_many": phrases("Resume %(n)s…", "Resume %(n)s…", 0),
    "candidates": phrases("%(n)s candidate", "%(n)s candidates", 0),
    "everybody": phrases("everybody (%(n)s candidate)", "everybody (%(n)s candidates)", 0),
    "the_room": phrase("the room"),
    "doing": phrase("Doing it…"),
    "waits_for_line": phrase("▲ Not sent yet: no connection to the server. It is sent if the connection is back within 30 seconds."),
    "just_done": phrase("Just now,"),
    "not_done": phrase("Not done"),
    "reason_needed": phrase("A reason is needed; it stands in the minutes."),
    "note_needed": phrase("Say what happened; it stands in the minutes."),
    "minutes_needed": phrase("Give whole minutes, from 1 to 180."),
    "no_such_seat": phrase("There is no such seat: %(seats)s", seats=""),
    "nobody_there": phrase("Nobody on these seats can be touched by this now."),
    "machine_fails": phrase("The machine does not work"),
    "resumed_by_mistake": phrase("Resumed by mistake"),
    "paused_by_mistake": phrase("Paused by mistake"),
    "cause_is_gone": phrase("The cause is dealt with"),
    "pause_one": phrase("Pause %(seat)s, %(name)s?", seat="", name=""),
    "pause_all": phrases("Pause %(n)s candidate?", "Pause %(n)s candidates?", 0),
    "pause_what": phrase("The clock stops, the paper is covered, and the screen shows your reason. Nobody loses time."),
    "resume_one": phrase("Let %(seat)s, %(name)s go on?", seat="", name=""),
    "resume_some": phrases("Let %(n)s candidate go on?", "Let %(n)s candidates go on?", 0),
    "resume_what": phrase("The clock runs again and the paper is shown. The time of the pause is not counted."),
    "extend_one": phrase("Give time to %(seat)s, %(name)s?", seat="", name=""),
    "extend_all": phrase("Give time?"),
    "extend_what": phrase("The time is added at once and the candidates see it. It cannot be taken back."),
    "close_one": phrase("End the exam of %(seat)s, %(name)s?", seat="", name=""),
    "close_one_what": phrase(
        "What the server holds is collected as it is: %(answered)s of %(of)s answered. The candidate cannot go on"
        " afterwards. This cannot be taken back.", answered="", of="",
    ),
    "close_unsent": phrase("Answers may still be on the machine and not here: %(seats)s. They will come as late.", seats=""),
    "start_all": phrases("Start “%(part)s” for %(n)s candidate?", "Start “%(part)s” for %(n)s candidates?", 0, part=""),
    "start_late": phrase("Start the clock for %(seats)s?", seats=""),
    "start_what": phrases(
        "The paper opens on their screens and their %(n)s minute begins; the time ends at %(at)s."
        " This cannot be taken back.",
        "The paper opens on their screens and their %(n)s minutes begin; the time ends at %(at)s."
        " This cannot be taken back.", 0, at="",
    ),
    "start_unconfirmed": phrases(
        "Not started: %(n)s candidate who has not confirmed (%(seats)s)",
        "Not started: %(n)s candidates who have not confirmed (%(seats)s)", 0, seats="",
    ),
    "start_absent": phrases("%(n)s candidate has not signed in", "%(n)s candidates have not signed in", 0),
    "start_later": phrase("Who comes later is started alone, with their full time."),
    "move_title": phrase("%(seat)s: %(name)s goes on at another machine", seat="", name=""),
    "move_what": phrase("The candidate takes their work along by signing in again with number %(sbd)s and the code on their slip.", sbd=""),
    "move_there": phrase("The %(answered)s of %(of)s answers that the server holds appear there at once.", answered="", of=""),
    "move_keep": phrase(
        "Nothing more can be answered at %(seat)s. Leave it as it is: what is only there arrives when it is connected"
        " again, or is brought by hand (page “Rescue”).", seat="",
    ),
    "move_slip": phrase("The slip is lost? A new code is made on the candidate's page of the roster."),
    "move_free": phrase("a free machine, to be found"),
    "move_nowhere": phrase("No spare machine is ready: pair one, or repair this one."),
    "done_move": phrase("%(name)s is on the way from %(seat)s to %(to)s", name="", seat="", to=""),
    "close_part": phrases("End “%(part)s” for %(n)s candidate?", "End “%(part)s” for %(n)s candidates?", 0, part=""),
    "close_part_what": phrase("Nobody can go on with this part afterwards. This cannot be taken back."),
    "close_done": phrases("%(n)s candidate has handed in already", "%(n)s candidates have handed in already", 0),
    "close_forced": phrases(
        "%(n)s candidate is still working and is collected from as it is: %(seats)s",
        "%(n)s candidates are still working and are collected from as they are: %(seats)s", 0, seats="",
    ),
    "close_sitting": phrase("Close the sitting's journal?"),
    "close_sitting_what": phrase(
        "The journal ends, results can be made final, and the machines may delete their copies. Nothing can be added"
        " to this sitting afterwards, late answers neither. This cannot be taken back."
    ),
    "close_sitting_unsent": phrases(
        "%(n)s machine may still hold answers that are not here: %(seats)s. They would be lost to this sitting.",
        "%(n)s machines may still hold answers that are not here: %(seats)s. They would be lost to this sitting.", 0,
        seats="",
    ),
    "close_sitting_safe": phrase("Everything the machines have said they hold is here."),
    "incident_at": phrase("Record an incident at %(seat)s", seat=""),
    "incident_room": phrase("Record an incident in the room"),
    "incident_what": phrase("It stands in the journal and in the minutes, with your name and the time. It changes nobody's clock."),
    "done_pause": phrase("paused %(whom)s — %(reason)s", whom="", reason=""),
    "done_resume": phrase("resumed %(whom)s — %(reason)s", whom="", reason=""),
    "done_extend": phrases(
        "gave %(whom)s %(n)s minute — %(reason)s", "gave %(whom)s %(n)s minutes — %(reason)s", 0, whom="", reason=""
    ),
    "done_close": phrase("ended %(seat)s", seat=""),
    "done_start": phrases("started %(n)s candidate", "started %(n)s candidates", 0),
    "done_close_part": phrases("ended the part, collected from %(n)s candidate", "ended the part, collected from %(n)s candidates", 0),
    "done_close_sitting": phrase("closed the sitting's journal"),
    "refuse_time_one": phrase("Not give back %(amount)s to %(seat)s, %(name)s?", amount="", seat="", name=""),
    "refuse_time_what": phrase("The time that was lost stays lost. It stands in the time account with your reason and name."),
    "done_compensate": phrase("gave %(amount)s back to %(seat)s", amount="", seat=""),
    "done_refuse_time": phrase("not given back: %(amount)s to %(seat)s — %(reason)s", amount="", seat="", reason=""),
    "done_incident": phrase("recorded an incident at %(where)s", where=""),
}  # fmt: skip

DENIED: Mapping[str, Phrase] = {
    "denied_stale": phrase(
        "The connection was lost for too long, and nothing was sent. Do it again if it is still needed."
    ),
    "denied_malformed": phrase("The server did not understand it. Reload the page."),
    "denied_signed_out": phrase("You are signed out. Reload the page to sign in again."),
    "denied_not_allowed": phrase("Your role does not have the right to do this."),
    "denied_no_sitting": phrase("No sitting is active."),
    "denied_not_stored": phrase("The server's disk did not take it: nothing was changed."),
    "denied_stopped": phrase("The server stores nothing more. Call the Technical Team."),
    "reason_conflict": phrase("The same command was sent before with other contents. Reload the page."),
    "reason_gap": phrase("A command before this one is missing. Reload the page."),
    "unknown_code": phrase("the server says “%(code)s”", code=""),
}


SHARES: Mapping[str, Phrase] = {
    "share_hint": phrase("Four letters of a word are enough; a space completes it."),
    "share_count": phrase("%(n)s of %(of)s words", n="", of=""),
    "share_unknown": phrase("Not in the list: word %(places)s. Compare with the sheet.", places=""),
    "share_long": phrase("%(n)s words are more than 33: one may stand twice.", n=""),
    "share_broken": phrase("33 words, but they do not fit together: at least one is wrong or out of place."),
    "share_fits": phrase("33 words, and they fit together."),
    "share_scanned": phrase("Scanned, and the words fit together."),
    "share_checking": phrase("Checking…"),
    "share_later": phrase("The server did not answer. What you typed is still here; try again."),
    "unknown_code": phrase("the server says “%(code)s”", code=""),
}


NEEDS: Mapping[str, Phrase] = {
    "needs_n": phrases("%(n)s thing needs you", "%(n)s things need you", 0),
    "needs_nobody": phrase("nobody needs you now"),
    "needs_lost": phrase("No connection to the server"),
    "needs_blind": phrase("This page is not told what happens: look at the room map"),
}

FAMILIES = (TIMES, MAP, PROBLEMS, ACTS, DENIED, HALL, READINESS, SERVERS, SHEETS)


def share_words() -> Words:
    """What the ceremony's script says, in the reader's language."""
    return {name: _pattern(sentence) for name, sentence in SHARES.items()}


def words() -> Words:
    """Everything the map may say, in the reader's language."""
    found: Words = {f"reason_{reason.value}": say(sentence) for reason, sentence in REASONS.items()}
    found |= {f"lack_{lack.value}": say(sentence) for lack, sentence in ON_THE_MAP.items()}
    for family in FAMILIES:
        found |= {name: _pattern(sentence) for name, sentence in family.items()}
    return found


def needs_words() -> Words:
    """What every page's head says of the room: the problems by their names, and how many."""
    named = {name: one for family in FAMILIES for name, one in family.items() if name.startswith("problem")}
    return {name: _pattern(sentence) for name, sentence in {**named, **TIMES, **NEEDS}.items()}


def _pattern(sentence: Phrase) -> str | list[str]:
    """A sentence with its places open: `{place}`."""
    values: tuple[tuple[str, Value], ...] = tuple((place, f"{{{place}}}") for place, _ in sentence.values)
    if not sentence.plural:
        return say(replace(sentence, values=values))
    return [say(replace(sentence, values=values, n=n)) for n in (1, 2)]
