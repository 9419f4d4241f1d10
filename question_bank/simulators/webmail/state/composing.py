"""Letters that are being written and sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import cast

from question_bank.canonical import JSON
from question_bank.simulators.webmail.state.model import (
    DRAFTS,
    FORWARD,
    GONE,
    NEW,
    NORMAL,
    REPLY,
    REPLY_ALL,
    SENT,
    Letter,
    Made,
    Quote,
    State,
)
from question_bank.simulators.webmail.state.people import all_meant, answered, same, written

MOST_QUOTED = (
    6000  # characters of the letter below the answer: what a whole thread takes beyond that nobody reads again
)
_PREFIXES = {REPLY: "Re: ", REPLY_ALL: "Re: ", FORWARD: "Fwd: "}

Action = Mapping[str, JSON]


def compose(state: State, action: Action, n: int) -> State:
    """A new draft: empty, or an answer with the letter quoted, or a letter sent on with its attachments."""
    kind, name = str(action["kind"]), f"m{n}"
    below = _signature(state, kind)
    if kind == NEW:
        draft = Letter(name, DRAFTS, NEW, state.me, body=below, at_ms=state.now_ms, read=True)
        return _made(state, draft, "compose", n)
    original = state.letters[str(action["of"])]
    to, cc = answered(state, original, kind)
    draft = Letter(
        id=name,
        folder=DRAFTS,
        kind=kind,
        sender=state.me,
        subject=_subject(original.subject, kind),
        body=below,
        at_ms=state.now_ms,
        typed=(tuple(written(one) for one in to), tuple(written(one) for one in cc), ()),
        of=original.id,
        attachments=original.attachments if kind == FORWARD else (),
        quote=Quote(original.sender, original.to, original.subject, original.at_ms, _thread(original)[:MOST_QUOTED]),
        read=True,
    )
    return _made(state, draft, "compose", n)


def save(state: State, action: Action, n: int) -> State:
    """The draft with what is typed now."""
    return _made(state, _typed(state, action), "save", n)


def attach(state: State, action: Action, n: int) -> State:
    """One file of the simulated folder more."""
    file = next(one for one in state.files if one.id == action["file"])
    draft = state.letters[str(action["draft"])]
    return _made(state, replace(draft, attachments=(*draft.attachments, file)), "attach", n)


def detach(state: State, action: Action, n: int) -> State:
    """One attachment less."""
    draft, at = state.letters[str(action["draft"])], cast("int", action["attachment"])
    kept = draft.attachments[:at] + draft.attachments[at + 1 :]
    return _made(state, replace(draft, attachments=kept), "detach", n)


def send(state: State, action: Action, n: int) -> State:
    """The draft goes out as it is typed now."""
    draft = _typed(state, action)
    to, cc, bcc = (all_meant(state, typed) for typed in draft.typed)
    return _made(
        state,
        replace(draft, folder=SENT, to=to, cc=cc, bcc=bcc, at_ms=state.now_ms, sent_ms=max(1, state.now_ms)),
        "send",
        n,
    )


def undo_send(state: State, action: Action, n: int) -> State:
    """Taken back: a draft again; a letter that would have come because of it comes no more. Too late, it changes nothing."""
    letter = state.letters[str(action["message"])]
    if state.now_ms - letter.sent_ms > state.undo_ms:
        return replace(state, last=Made("too_late", letter.id, n))
    state = replace(
        state, coming=tuple(replace(one, due_ms=None, by="") if one.by == letter.id else one for one in state.coming)
    )
    return _made(state, replace(letter, folder=DRAFTS, sent_ms=0, to=(), cc=(), bcc=()), "undo_send", n)


def discard(state: State, action: Action, n: int) -> State:
    """The draft is gone."""
    return _made(state, replace(state.letters[str(action["draft"])], folder=GONE), "discard", n)


def _typed(state: State, action: Action) -> Letter:
    draft = state.letters[str(action["draft"])]
    to, cc, bcc = (tuple(str(one) for one in cast("list[JSON]", action[name])) for name in ("to", "cc", "bcc"))
    return replace(
        draft,
        subject=str(action["subject"]),
        body=str(action["body"]),
        priority=str(action.get("priority", NORMAL)),
        typed=(to, cc, bcc),
        at_ms=state.now_ms,
    )


def _subject(subject: str, kind: str) -> str:
    prefix = _PREFIXES[kind]
    return subject if same(subject).startswith(prefix.strip().casefold()) else prefix + subject


def _thread(letter: Letter) -> str:
    """A letter's words with those it quotes."""
    if letter.quote is None:
        return letter.body
    return f"{letter.body}\n\n{written(letter.quote.sender)}:\n{letter.quote.text}"


def _signature(state: State, kind: str) -> str:
    shown = state.signature.on_new if kind == NEW else state.signature.on_replies
    return f"\n\n--\n{state.signature.text}" if shown and state.signature.text else ""


def _made(state: State, letter: Letter, do: str, n: int) -> State:
    return replace(state.with_letter(letter), last=Made(do, letter.id, n))
