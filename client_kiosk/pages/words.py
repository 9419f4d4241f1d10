"""The sentences that the pages' script shows, and those behind codes; all through the catalogue."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from flask_babel import gettext as _
from flask_babel import ngettext

from client_kiosk.pages.hall_words import hall_words
from client_kiosk.pairing import JOIN_FAULTS
from client_kiosk.signing_in import SignInAnswer
from question_bank.phrase import Phrase


def words() -> dict[str, str]:
    """The script's sentences by name, in the request's language; `{…}` places are filled by the script."""
    return {**_of_the_paper(), **_where_answers_are(), **_around_the_paper(), **hall_words()}


def _of_the_paper() -> dict[str, str]:
    return {
        "item_of": _("Item {number} of {of}"),
        "marks": _("{marks} marks"),
        "mark_one": _("1 mark"),
        "mark_none": _("earns no marks"),
        "count_answered": _("{count} answered"),
        "count_left": _("{count} not yet"),
        "count_flagged": _("{count} flagged"),
        "count_waiting": _("{count} to be decided"),
        "flag": _("Flag for review"),
        "unflag": _("Take the flag away"),
        "item_plain": _("Item {number}, not answered"),
        "item_answered": _("Item {number}, answered"),
        "item_partly": _("Item {number}, answered in part"),
        "item_flagged": _("flagged"),
        "item_current": _("shown now"),
        "play": _("Play"),
        "playing": _("Playing …"),
        "plays_left": _("{left} times left"),
        "item_waiting": _("a choice waits for a decision"),
    }


def _where_answers_are() -> dict[str, str]:
    return {
        "saved_server": _("Saved on the server"),
        "saved_machine": _("Saved on this machine"),
        "saved_machine_detail": _("changes not yet on the server: {pending}"),
        "saved_offline_detail": _("no connection to the server · keep working, nothing is lost"),
        "saved_server_detail": _("{at} · a copy stays on this machine"),
        "saved_server_plain": _("a copy stays on this machine"),
        "saved_saving": _("Saving …"),
        "saved_saving_detail": _("not on this machine's disk yet"),
        "saved_held": _("What you typed last is on this page only; it is saved when the exam goes on"),
        "saved_idle": _("Nothing to save yet"),
        "saved_fault": _("Not saved"),
        "not_saved": _("This machine did not keep the last click. Call the proctor."),
        "waits_line": _(
            "What is marked ▲ was chosen while the clock was not running: it does not count yet, the room decides. You may choose again; the new choice takes its place."
        ),
        "waits_cleared": _(
            "This answer was taken back while the clock was not running: it counts until the room decides. You may choose again."
        ),
        "waits_other": _(
            "An answer of yours was given while the clock was not running: it does not count yet, the room decides. You may answer again; the new answer takes its place."
        ),
    }


def _around_the_paper() -> dict[str, str]:
    return {
        "ends_at": _("left · ends at {at}"),
        "ends_soon": _("nearly over · ends at {at}"),
        "left": _("left"),
        "clock_before": _("time for the paper"),
        "clock_stands": _("left · stands still"),
        "room": _("Exam room"),
        "seat": _("Seat {seat}"),
        "candidate_number": _("Candidate number {sbd}"),
        "minutes_left": _("Minutes left: {minutes}"),
        "all_answered": _("You have answered every item."),
        "unanswered_list": _("Not answered yet: {items}"),
        "partly_list": _("Answered in part only: {items}"),
        "flagged_list": _("Flagged: {items}"),
        "waiting_list": _("Waiting for the room's decision, not counted yet: {items}"),
        "submit_warning": _("Items not answered: {left}. After submitting you cannot change anything."),
        "submit_plain": _("After submitting you cannot change anything."),
        "extension": _("More time was given: {minutes} min"),
        "result_right": _("{right} of {of} right"),
        "result_jury": _(
            "A step was recorded for you in the hall. The jury decides about it; this result is before its decision."
        ),
        "result_time": _("in {minutes} min {seconds} s"),
        "submitted_counts": _("{answered} of {of} items answered, submitted at {at}"),
        "forced_counts": _("{answered} of {of} items answered, closed at {at}"),
        "leave_kept": _("What this machine alone has stays on its disk."),
        "leave_kept_replaced": _(
            "This machine has answers that are not on the server. If this is the true machine, do not leave: choose “Connect again”, and they are sent. After leaving it has another key, and cannot send them any more."
        ),
        "pause_since": _("Paused since {since}"),
        "rest_left": _("Rest breaks you still have: {minutes} min; ask a proctor for one"),
        "rest_none": _("You have taken all your rest breaks"),
        "rest_ends": _(
            "This is your rest break. At {at} at the latest your clock goes on by itself; tell a proctor if you want to go on earlier."
        ),
        "staging": _("Sealed papers on this machine: {ready} of {total}"),
        "typing_right": _("Right. Your keyboard types Vietnamese."),
        "typing_wrong": _("Not the same yet. Check the typing method (Telex or VNI), or call the proctor."),
        "address_wrong": _("This is not an address. It looks like 192.168.1.10:8443."),
    }


def notice_text(code: str | None, detail: str) -> str:
    """The sentence behind a notice's code; `detail` is for the technician and follows in brackets."""
    if code == "late_paused" and detail:
        return str(
            _(
                "Items %(items)s: chosen while the clock was stopped, waiting for the room's decision. You may choose again.",
                items=detail,
            )
        )
    known = _SENTENCES.get(code or "")
    sentence = str(known() if known is not None else _("Something is wrong on this machine. Call the proctor."))
    return f"{sentence} ({detail})" if detail else sentence


def stopped_text(why: str) -> dict[str, str]:
    """What the screen of a machine that was let go says: a `title`, and what to do (`text`), for the technician."""
    title, text = _STOPPED.get(why, _STOPPED["unpaired"])
    return {"title": str(title()), "text": str(text())}


def kept_text(records: int, sittings: str, folder: str) -> str:
    """One line for the technician: answers that are on this machine only, and what becomes of them."""
    count = ngettext("One change", "%(num)d changes", records)
    return str(
        _(
            "%(count)s of the sitting %(sittings)s are on this machine only. When the server serves that sitting again, "
            "they are sent by themselves. Otherwise carry them to the server by hand, below. Delete nothing (%(folder)s).",
            count=count, sittings=sittings, folder=folder,
        )
    )  # fmt: skip


def sign_in_text(answer: SignInAnswer) -> str:
    """Why a sign-in was turned away, and what to do."""
    if answer.reason == "wrong_code":
        left = answer.tries_left
        base = str(_("The candidate number and the access code do not belong together."))
        if left is None:
            return base
        rest = ngettext("One try is left.", "%(num)d tries are left.", left)
        return f"{base} {rest}"
    if answer.reason == "too_many_tries":
        wait = answer.wait_s or 0
        if wait >= 60:
            minutes = -(-wait // 60)
            return str(_("Too many wrong tries. Wait %(wait)d min, or ask the proctor for a new code.", wait=minutes))
        return str(_("Too many wrong tries. Wait %(wait)d s, or ask the proctor for a new code.", wait=wait))
    return notice_text(answer.reason, "")


_STOPPED: Mapping[str, tuple[Callable[[], object], Callable[[], object]]] = {
    "unpaired": (
        lambda: _("This machine was taken out of the room"),
        lambda: _("An officer has unpaired it. To use it in this room again, leave the room and pair anew."),
    ),
    "unknown_kiosk": (
        lambda: _("The room does not know this machine"),
        lambda: _("Its pairing is not, or no longer, in the room's list. Leave the room and pair anew."),
    ),
    "wrong_signature": (
        lambda: _("The room does not accept this machine's key"),
        lambda: _("This machine's key is not the one that was paired. Leave the room and pair anew."),
    ),
    "wrong_protocol": (
        lambda: _("This machine runs another version of the program than the room"),
        lambda: _("Install the room's version on this machine; pairing anew does not help."),
    ),
    "replaced": (
        lambda: _("Another machine uses the same pairing"),
        lambda: _(
            "A machine with the same key has come into the room: one of the two disks is a copy of the other. Only one of "
            "them can be in the room. At the copy, choose “Leave the room and pair anew”; at the true machine, choose "
            "“Connect again”."
        ),
    ),
}


def _said(sentence: Phrase) -> object:
    return _(sentence.message)


_SENTENCES: Mapping[str, Callable[[], object]] = {
    "no_server": lambda: _("The server does not answer at the moment. Wait a little and try again."),
    "no_sitting": lambda: _("No sitting is open in this room yet."),
    "not_now": lambda: _("This cannot be done now."),
    "not_a_response": lambda: _("This cannot be an answer to the item; nothing was saved."),
    "no_such_item": lambda: _("This item is not on your paper."),
    "disk_full": lambda: _("This machine's disk is full: the last answer was NOT saved. Call the proctor."),
    "moved": lambda: _("You go on at another machine: sign in there, or ask the proctor."),
    "late": lambda: _("Something arrived after the time; the officials will decide about it."),
    "late_paused": lambda: _("Something was done while the clock was stopped; the officials will decide about it."),
    "late_replaced": lambda: _(
        "Answers to the earlier paper have arrived: they are kept and do not count. Work on the new paper."
    ),
    "sheet_waits": lambda: _(
        "The room's other server has taken over and does not have your paper yet. What you have answered is safe on this "
        "machine. Stay seated: the officials open the paper again, and everything comes back by itself."
    ),
    "refused": lambda: _("The last change was not accepted. Call the proctor."),
    "conflict": lambda: _("This machine and the server disagree about a record. Call the proctor."),
    "unreadable": lambda: _("The server could not read the last change. Call the proctor."),
    "paper_fault": lambda: _("The paper on this machine cannot be opened. Call the proctor."),
    "kept_here": lambda: _(
        "The sitting was closed before everything had arrived. What is missing is kept on this machine: call the proctor."
    ),
    "program_fault": lambda: _(
        "The connection to the server had to be started again. If this message stays, call the technician."
    ),
    "not_left": lambda: _("This machine's disk did not take the change; nothing was changed."),
    "no_outbox": lambda: _("This machine's disk takes nothing, so nobody can sign in here. Call the technician."),
    "bad_answer": lambda: _("The server's answer was not understood. Try again, or call the proctor."),
    "outbox_held_back": lambda: _("Older answers on this machine wait for the technician; nothing was deleted."),
    "damaged_outbox": lambda: _("A file with answers on this machine is damaged; call the technician before going on."),
    "staging": lambda: _("The sealed paper could not be fetched. The technician has been told."),
    "bad_push": lambda: _("The server said something this machine does not understand. Call the technician."),
    "unknown_candidate": lambda: _("The candidate number and the access code do not belong together."),
    "wrong_sitting": lambda: _("This candidate number belongs to another sitting or room. Ask the proctor."),
    "sitting_closed": lambda: _("The sitting is closed."),
    "already_submitted": lambda: _("This candidate has already submitted."),
    **{f"join_{fault.value}": partial(_said, sentence) for fault, sentence in JOIN_FAULTS.items()},
}
