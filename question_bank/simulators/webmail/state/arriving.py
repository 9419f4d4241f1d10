"""Letters that come while somebody works. Pure: they come with the first action at or after their time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from question_bank.canonical import JSON
from question_bank.simulators.webmail.state.model import INBOX, SPAM, Coming, Letter, Rule, State
from question_bank.simulators.webmail.state.people import same, written

MOST_RUN_MS = 7 * 24 * 3600 * 1000  # a clock that was set wrong moves the mailbox's by a week at most


def at(state: State, at_ms: int) -> State:
    """The mailbox with its clock at this room time; the clock starts with the first action and never goes back."""
    began = at_ms if state.began_ms is None else state.began_ms
    now = max(state.now_ms, state.start_ms + min(at_ms - began, MOST_RUN_MS))
    timed = (
        replace(one, due_ms=state.start_ms + one.delay_ms) if one.after is None and one.due_ms is None else one
        for one in state.coming
    )
    return replace(state, began_ms=began, now_ms=now, coming=tuple(timed))


def announced(state: State, action: Mapping[str, JSON]) -> State:
    """Letters that wait for an action like this one are on their way."""
    sent = state.last.id if action.get("do") == "send" else ""
    coming = (
        replace(one, due_ms=state.now_ms + one.delay_ms, by=sent)
        if one.due_ms is None and one.after is not None and _fits(state, action, one.after)
        else one
        for one in state.coming
    )
    return replace(state, coming=tuple(coming))


def arrived(state: State) -> State:
    """With every letter that is due, each through the rules."""
    due = sorted((one for one in state.coming if _is_due(state, one)), key=lambda one: one.due_ms or 0)
    if not due:
        return state
    letters = dict(state.letters)
    for one in due:
        letter = replace(one.letter, at_ms=one.due_ms or 0)
        letters[letter.id] = ruled(letter, state.rules) if letter.folder == INBOX else letter
    left = tuple(one for one in state.coming if not _is_due(state, one))
    return replace(state, letters=letters, coming=left)


def ruled(letter: Letter, rules: Iterable[Rule]) -> Letter:
    """The letter after all rules that fit it, in their order."""
    for rule in rules:
        if fits(letter, rule):
            letter = replace(
                letter,
                folder=rule.move_to or letter.folder,
                before=INBOX if rule.move_to == SPAM else letter.before,
                labels=letter.labels | {rule.label} if rule.label else letter.labels,
                read=letter.read or rule.read,
                starred=letter.starred or rule.star,
            )
    return letter


def fits(letter: Letter, rule: Rule) -> bool:
    """Whether every condition holds that says something; a rule without any fits nothing."""
    recipients = " ".join(written(one) for one in letter.recipients)
    pairs = (
        (rule.sender, written(letter.sender)),
        (rule.to, recipients),
        (rule.subject, letter.subject),
        (rule.words, f"{letter.subject} {letter.body}"),
    )
    said = [(same(wanted), same(there)) for wanted, there in pairs if wanted]
    return bool(said) and all(wanted in there for wanted, there in said)


def _is_due(state: State, one: Coming) -> bool:
    return one.due_ms is not None and one.due_ms <= state.now_ms


def _fits(state: State, action: Mapping[str, JSON], wanted: Mapping[str, JSON]) -> bool:
    """Whether the action has all these fields; of a letter that was sent `of` and `recipient` count too."""
    said = dict(action)
    sent = state.letters.get(str(action.get("draft", ""))) if action.get("do") == "send" else None
    if sent is not None:
        said["of"] = sent.of
        if "recipient" in wanted and any(same(one.address) == wanted["recipient"] for one in sent.recipients):
            said["recipient"] = wanted["recipient"]
    return all(said.get(name) == value for name, value in wanted.items())
