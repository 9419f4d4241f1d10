"""The opening ceremony's page and its steps; what is typed as a share goes to the desk's memory and nowhere else.

No answer of these pages ever holds a word of a share. The page and its forms are open to signed-in officers at the
server's own computer or a paired console (guard.py), and every step asks for its own right.
"""

from __future__ import annotations

from typing import TypeAlias

from flask import Response, jsonify, redirect, render_template, request, url_for
from shamir_mnemonic.wordlist import WORDLIST
from werkzeug import Response as BaseResponse

from question_bank.custody import SecretKind
from question_bank.phrase import Phrase, phrase, phrases
from server.domain import events
from server.domain.event import ClockAnchored
from server.domain.hall_events import PaperReplaced, ReserveSwitchBegan, ReserveSwitchCalledOff
from server.domain.rights import Right
from server.live.ceremony import CeremonyRefused, ShareTaken
from server.protocol.hall import ClockRule
from server.web import acts, sessions, times
from server.web.access import needs, officer
from server.web.authenticate import SECOND_NAME, Unproven, second_officer
from server.web.console import ceremony_clock, news
from server.web.console.blueprint import blueprint
from server.web.console.ceremony_view import status_view
from server.web.console.desk_news import desk_changed, desk_news
from server.web.console.wording import ceremony_fault
from server.web.console.words import share_words
from server.web.context import now_ms, room
from server.web.hall_wording import MINUTE_MS
from server.web.language import say

REFRESH_S = 0.3
MAX_REASON = 200
MAX_LEAST_MINUTES = 360  # the longest part there is
# What in the journal brings the ceremony further.
STEPS = (
    events.SittingPrepared, events.SetChosen, events.PackageUnsealed, events.SittingOpened, events.SittingClosed,
    ClockAnchored, ReserveSwitchBegan, ReserveSwitchCalledOff, PaperReplaced,
)  # fmt: skip

Answer: TypeAlias = "BaseResponse | tuple[str, int]"


@blueprint.get("/ceremony")
@officer
def ceremony() -> str:
    """Whose share is missing? Is this the paper that was sealed? May we start?"""
    return _page()


@blueprint.get("/ceremony/news")
@officer
def ceremony_news() -> Response:
    """Tells the page when a share was given, or the sitting came further."""
    return news.stream((news.of(*STEPS), room().on_change, desk_news), None, REFRESH_S)


@blueprint.get("/ceremony/words")
@officer
def share_list() -> Response:
    """The public list of words that shares are made of (SLIP-39), in their order: the page checks slips with it."""
    return jsonify(WORDLIST)


@blueprint.post("/ceremony/choose")
@needs(Right.CHOOSE_SET)
def choose_set() -> Answer:
    """Choose the set by the contest's rule; a lot is drawn here and its seed recorded."""
    return _after(room().opening.choose_set(sessions.actor(sessions.current())), phrase("The set has been chosen."))


@blueprint.post("/ceremony/reserve")
@needs(Right.CHOOSE_SET)
def switch_to_reserve() -> Answer:
    """Take the reserve set instead, by two officers with a reason."""
    second = second_officer(sessions.current(), Right.CHOOSE_SET)
    if isinstance(second, Unproven):
        return _page(fault=say(second.sentence), at="reserve"), 422
    first = sessions.actor(sessions.current())
    rest = request.form.get("clock") == ClockRule.REST.value
    minutes = _text("least_minutes") if rest else "0"
    if not minutes.isascii() or not minutes.isdigit() or not 0 <= int(minutes[:4]) <= MAX_LEAST_MINUTES:
        return _page(
            fault=say(phrase("Give whole minutes, from 0 to %(most)s.", most=MAX_LEAST_MINUTES)), at="reserve"
        ), 422
    clock_rule = ClockRule.REST if rest else ClockRule.FULL
    opening, least_ms = room().opening, int(minutes) * MINUTE_MS
    refused = opening.switch_to_reserve(first, sessions.actor(second), _text("reason"), clock_rule, least_ms)
    return _after(refused, phrase("The reserve set is taken. Its own shares are asked for next."), at="reserve")


@blueprint.post("/ceremony/reserve/call-off")
@needs(Right.CHOOSE_SET)
def call_off_switch() -> Answer:
    """Go back to the set of before, while the other paper was not given, by two officers with a reason."""
    second = second_officer(sessions.current(), Right.CHOOSE_SET)
    if isinstance(second, Unproven):
        return _page(fault=say(second.sentence), at="calloff"), 422
    first = sessions.actor(sessions.current())
    refused = room().opening.call_off_switch(first, sessions.actor(second), _text("reason"))
    return _after(
        refused,
        phrase("The sitting goes on with the set it had. The clocks stand until a proctor lets them run."),
        at="calloff",
    )


@blueprint.post("/ceremony/clock")
@needs(Right.OPEN_PAPER)
def clock() -> Answer:
    """Confirm the room's date and time, or correct them."""
    wanted_ms, reason = None, "confirmed by an officer"
    if request.form.get("what") == "correct":
        wanted_ms, reason = ceremony_clock.read(_text("day"), _text("time")), "corrected by an officer"
        if wanted_ms is None or not ceremony_clock.may_become(wanted_ms, now_ms()):
            return _page(fault=say(ceremony_clock.REFUSED), at="clock"), 422
    actor, source = sessions.actor(sessions.current()), acts.form_source()
    fault = acts.asked(lambda: room().time.confirm(actor, source, reason, wanted_ms))
    if fault is not None:
        return _page(fault=say(fault), at="clock"), 409
    desk_changed()
    acts.done(phrase("Room time is %(at)s.", at=times.day_and_clock(now_ms())))
    return redirect(url_for("console.ceremony"), code=303)


@blueprint.post("/ceremony/paper/share")
@needs(Right.OPEN_PAPER)
def paper_share() -> Answer:
    """One custodian's share of the paper's key."""
    return _share(SecretKind.PAPER)


@blueprint.post("/ceremony/marking/share")
@needs(Right.OPEN_MARKING)
def marking_share() -> Answer:
    """One custodian's share of the marking's key."""
    return _share(SecretKind.MARKING)


@blueprint.post("/ceremony/paper/forget")
@needs(Right.OPEN_PAPER)
def forget_paper_shares() -> BaseResponse:
    """Wipe every share from memory now."""
    return _forgotten()


@blueprint.post("/ceremony/marking/forget")
@needs(Right.OPEN_MARKING)
def forget_marking_shares() -> BaseResponse:
    """Wipe every share from memory now."""
    return _forgotten()


@blueprint.post("/ceremony/paper/open")
@needs(Right.OPEN_PAPER)
def open_paper() -> Answer:
    """Open the paper with the shares held, by two officers."""
    sitting = room().sitting
    if sitting is not None and not ceremony_clock.is_confirmed(sitting):
        return _page(fault=say(phrase("Confirm the room's date and time first.")), at="clock"), 409
    second = second_officer(sessions.current(), Right.OPEN_PAPER)
    if isinstance(second, Unproven):
        return _page(fault=say(second.sentence), at="paper"), 422
    first = sessions.actor(sessions.current())
    refused = room().opening.open_paper(first, sessions.actor(second), _text("override") or None)
    return _after(refused, phrase("The paper is open. The candidates' screens open it when you start."), at="paper")


@blueprint.post("/ceremony/marking/open")
@needs(Right.OPEN_MARKING)
def open_marking() -> Answer:
    """Open the marking part with the shares held, by two officers."""
    second = second_officer(sessions.current(), Right.OPEN_MARKING)
    if isinstance(second, Unproven):
        return _page(fault=say(second.sentence), at="marking"), 422
    refused = room().opening.open_marking(sessions.actor(sessions.current()), sessions.actor(second))
    return _after(refused, phrase("The marking part is open."), at="marking")


# --- inside -----------------------------------------------------------------------------------------------------------


def _share(kind: SecretKind) -> Answer:
    """Take one share. A script asks for JSON and keeps what was typed until the share is right; a form starts anew."""
    taken = room().opening.enter_share(sessions.actor(sessions.current()), kind, request.form.get("share", ""))
    desk_changed()
    if isinstance(taken, ShareTaken):
        sentence = say(_taken(taken))
        if _asks_json():
            return jsonify(ok=True, sentence=sentence)
        acts.done(_taken(taken))
        return redirect(url_for("console.ceremony"), code=303)
    fault = say(ceremony_fault(taken))
    if _asks_json():
        return jsonify(ok=False, code=taken.code, sentence=fault)
    return _page(fault=fault, at=kind.value), 422


def _forgotten() -> BaseResponse:
    room().opening.forget_shares()
    acts.note("shares_forgotten")
    desk_changed()
    acts.done(phrase("Every share was wiped from memory. The custodians enter them again."))
    return redirect(url_for("console.ceremony"), code=303)


def _taken(taken: ShareTaken) -> Phrase:
    missing = max(0, taken.needed - taken.held)
    if missing == 0:
        return phrase("Share %(number)s of “%(body)s” is right.", number=taken.number, body=taken.body)
    return phrases(
        "Share %(number)s of “%(body)s” is right. %(n)s more is needed.",
        "Share %(number)s of “%(body)s” is right. %(n)s more are needed.",
        missing, number=taken.number, body=taken.body,
    )  # fmt: skip


def _asks_json() -> bool:
    return request.accept_mimetypes.best_match(("text/html", "application/json")) == "application/json"


def _after(refused: CeremonyRefused | None, done: Phrase, at: str = "") -> Answer:
    """Say what came of a step."""
    desk_changed()
    if refused is not None:
        return _page(fault=say(ceremony_fault(refused)), at=at), 409
    acts.done(done)
    return redirect(url_for("console.ceremony"), code=303)


def _text(name: str) -> str:
    return request.form.get(name, "").strip()[:MAX_REASON]


def _page(fault: str = "", at: str = "") -> str:
    """The page; `at` names the step a fault belongs to. Nothing typed as a share or a password goes back."""
    status = room().opening.status()
    sitting = room().sitting
    if status is None or sitting is None:
        return render_template("no_sitting.html")
    return render_template(
        "console/ceremony.html", view=status_view(status, sitting), fault=fault, at=at, share_words=share_words(),
        reason=_text("reason"), second_name=request.form.get(SECOND_NAME, "")[:100],
    )  # fmt: skip
