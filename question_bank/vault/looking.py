"""The commands that look at a vault: info, list and search, show, history, duplicates."""

from __future__ import annotations

import argparse
import json
from collections import Counter
from datetime import datetime

from question_bank.canonical import JSON
from question_bank.formats.authoring import write_items
from question_bank.ids import BankItemId
from question_bank.items.model import Level
from question_bank.sheets import VIETNAM
from question_bank.vault.access import opened, read_either
from question_bank.vault.entries import Entry, Held, Wanted
from question_bank.vault.finding import first_line
from question_bank.vault.likeness import Alike, alike, prints
from question_bank.vault.states import State
from question_bank.vault.store import Change, Kind
from question_bank.vault.uses import Use
from question_bank.vault.vault import Vault
from question_bank.wording import gettext, ngettext, render, title

OK = 0
NO = 3


def run_info(arguments: argparse.Namespace) -> int:
    """How many items are in which state, and what was done last."""
    with opened(arguments.bank, arguments, write=False) as vault:
        entries, topics = vault.items.entries(), vault.shared.topics()
        states = Counter(entry.state for entry in entries)
        open_reasons = sum(entry.open_reasons for entry in entries)
        [last] = vault.history(most=1)
        said: dict[str, JSON] = {
            "bank": str(vault.path), "protected": vault.protected, "items": len(entries),
            "states": {state.value: states[state] for state in State}, "open_reasons": open_reasons,
            "topics": {code: titles.document() for code, titles in topics.items()}, "stimuli": len(vault.shared.stimuli()),
            "media": len(vault.shared.media()), "last_change": last.document(),
        }  # fmt: skip
    lines = [f"{render(state.label)}: {states[state]}" for state in State]
    lines.append(gettext("open reasons to review: %(count)s", count=open_reasons))
    lines += [f"{code}: {title(titles)}" for code, titles in topics.items()]
    lines.append(gettext("last change: number %(number)s, %(line)s", number=last.number, line=change_line(last)))
    _say(arguments, said, "\n".join(lines))
    return OK


def run_list(arguments: argparse.Namespace) -> int:
    """List or search. Exit status 0, also when nothing is found."""
    wanted = Wanted(
        frozenset(State(name) for name in arguments.state), arguments.topic,
        Level(arguments.level) if arguments.level else None, arguments.type, arguments.tag,
        words=" ".join(getattr(arguments, "words", [])), open_reasons=arguments.open,
    )  # fmt: skip
    with opened(arguments.bank, arguments, write=False) as vault:
        entries = vault.items.entries(wanted)
    lines = [entry_line(entry) for entry in entries]
    lines.append(ngettext("%(n)s item", "%(n)s items", len(entries)))
    _say(arguments, {"items": [entry.document() for entry in entries]}, "\n".join(lines))
    return OK


def run_show(arguments: argparse.Namespace) -> int:
    """One item. Exit status 0, 3 when there is none."""
    with opened(arguments.bank, arguments, write=False) as vault:
        held = vault.items.get(BankItemId(arguments.item))
        if held is None:
            text = gettext("there is no item “%(id)s”", id=arguments.item)
            _say(arguments, {"refused": [{"item": arguments.item, "code": "no_item", "message": text}]}, text)
            return NO
        near = vault.like(held.item) if held.item else []
        uses = vault.uses.of(held.entry.id)
        faults = [render(fault.message) for fault in vault.items.faults(held.entry.id)]
        _say(arguments, _held_document(held, near, uses, faults), _held_text(vault, held, near, uses, faults))
    return OK


def run_history(arguments: argparse.Namespace) -> int:
    """What was done, the latest first."""
    with opened(arguments.bank, arguments, write=False) as vault:
        changes = (vault.item_history(BankItemId(arguments.item), arguments.most) if arguments.item
                   else vault.history(arguments.most))  # fmt: skip
    _say(arguments, {"changes": [one.document() for one in changes]}, "\n".join(change_line(one) for one in changes))
    return OK


def run_duplicates(arguments: argparse.Namespace) -> int:
    """Couples that say nearly the same, of a vault or of a folder. A warning is no failure: exit status 0."""
    if arguments.bank.is_dir():
        bank = read_either(arguments.bank, arguments).bank
        items = {item.id: item for item in bank.items}
        couples = alike({name: prints(item) for name, item in items.items()}, arguments.percent)
    else:
        with opened(arguments.bank, arguments, write=False) as vault:
            couples, items = vault.duplicates(arguments.percent), vault.items.all()
    found: list[JSON] = [{"first": one.first, "second": one.second, "percent": one.percent} for one in couples]

    def line(couple: Alike) -> str:
        stems = f"{first_line(items[couple.first])}\n      {first_line(items[couple.second])}"
        return f"{couple.percent} %  {couple.first}  {couple.second}\n      {stems}"

    lines = [line(couple) for couple in couples]
    lines.append(
        ngettext("%(n)s couple that says nearly the same", "%(n)s couples that say nearly the same", len(couples))
    )
    _say(arguments, {"couples": found}, "\n".join(lines))
    return OK


def entry_line(entry: Entry) -> str:
    """An item in one line."""
    marks = f" [!{entry.open_reasons}]" if entry.open_reasons else ""
    return f"{entry.id}  {render(entry.state.label)}{marks}  {entry.topic}  {render(entry.level.label)}  {entry.type}  {entry.line}"


def change_line(change: Change) -> str:
    """A change in one line: when, who, what, why. What was done is the stored word: programs and people say the same."""
    thing = "" if change.kind is Kind.BANK else f" {change.kind.value} {change.name}"
    why = f" — {change.why}" if change.why else ""
    return f"{_when(change.at_ms)}  {change.person}  {change.act}{thing}{why}"


def _when(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms / 1000, VIETNAM).strftime("%Y-%m-%d %H:%M:%S")


def _held_document(
    held: Held, near: list[tuple[BankItemId, int]], uses: tuple[Use, ...], faults: list[str]
) -> dict[str, JSON]:
    origin = held.origin
    reasons: list[JSON] = [
        {"number": one.number, "code": one.code, "where": one.where, "message": render(one.message),
         "settled_by": one.settled_by, "how": one.how}
        for one in held.reasons
    ]  # fmt: skip
    came: JSON = None if origin is None else {
        "file": origin.file, "where": origin.where, "evidence": [render(one) for one in origin.evidence],
        "source_text": origin.source_text,
    }  # fmt: skip
    return {
        **held.entry.document(), "content": {**held.content}, "reasons": reasons, "origin": came, "errors": [*faults],
        "alike": [{"item": name, "percent": percent} for name, percent in near],
        "used": [use.document() for use in uses],
    }  # fmt: skip


def _held_text(
    vault: Vault, held: Held, near: list[tuple[BankItemId, int]], uses: tuple[Use, ...], faults: list[str]
) -> str:
    entry = held.entry
    lines = [entry_line(entry), ""]
    if held.item is not None:
        topics, stimulus = vault.shared.topics(), vault.shared.stimulus(entry.stimulus) if entry.stimulus else None
        lines.append(write_items(entry.topic, topics[entry.topic], [held.item], [stimulus] if stimulus else []))
    if entry.reviewer:
        lines.append(gettext("reviewed by %(name)s", name=entry.reviewer))
    if entry.approver:
        lines.append(gettext("approved by %(name)s", name=entry.approver))
    to_review = gettext("to review")
    for reason in held.reasons:
        told = f"{reason.number}. {reason.where}: {render(reason.message)}"
        settled = gettext("dealt with by %(name)s: %(how)s", name=reason.settled_by or "", how=reason.how)
        lines.append(f"{told} — {settled}" if reason.settled_by else f"{to_review} {told}")
    lines += [gettext("error: %(message)s", message=fault) for fault in faults]
    if held.origin:
        lines.append(gettext("from %(file)s, %(where)s", file=held.origin.file, where=held.origin.where))
        lines += [f"  {render(one)}" for one in held.origin.evidence]
    lines += [gettext("nearly the same as %(id)s (%(percent)s %%)", id=name, percent=percent) for name, percent in near]
    lines += [
        f"{_when(use.at_ms)}  {use.how.value}  {use.contest} {use.round} {use.form_set} {use.package}" for use in uses
    ]
    return "\n".join(lines)


def _say(arguments: argparse.Namespace, document: JSON, text: str) -> None:
    print(json.dumps(document, ensure_ascii=False, indent=2) if arguments.json else text)
