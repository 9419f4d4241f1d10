"""A mailbox out of its YAML, with every mistake at its line."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from question_bank.canonical import JSON
from question_bank.formats.nodes import Node, Series, Table, Text
from question_bank.formats.report import Report
from question_bank.phrase import phrase
from question_bank.practical.arguments import Asked, WrongValueError, texts_in
from question_bank.practical.scenarios import Names, asked, each
from question_bank.simulators.webmail import scenario_fields as given
from question_bank.simulators.webmail.state.model import INBOX, SYSTEM_FOLDERS
from question_bank.simulators.webmail.state.people import ADDRESS
from question_bank.simulators.webmail.state.shapes import SHAPES

_LINK = re.compile(r"\[([^\[\]]+)\]\(([^()\s]+)\)")
_ME = "me"
_NOBODY: Mapping[str, JSON] = {"name": "", "address": ""}
_NAMED = ("message", "of", "draft", "file", "folder", "contact", "group")  # fields of actions that hold an id


@dataclass
class Mailbox:
    """What a scenario says of one mailbox, filled for one candidate."""

    report: Report
    names: Names = field(default_factory=Names)
    people: dict[str, dict[str, JSON]] = field(default_factory=dict)
    made: dict[str, JSON] = field(default_factory=dict)
    attached: dict[str, JSON] = field(default_factory=dict)  # every file, by its opaque id
    phishing: set[str] = field(default_factory=set)
    inside: tuple[str, ...] = ()
    secret_files: tuple[str, ...] = ()
    secret_texts: tuple[str, ...] = ()

    @classmethod
    def read(cls, tree: Table, report: Report) -> Mailbox:
        """The whole mailbox; what is wrong is reported."""
        box = cls(report)
        box._read_people(tree)
        box.made["me"] = box.people.get(_ME, dict(_NOBODY))
        box.made["start"] = box._instant(tree, "start")
        undo = asked(tree, given.TOP, report)[given.UNDO] or 0
        box.made["undo_s"] = undo
        box.made["labels"] = list(_texts(tree, "labels", report))
        box._read_files(tree)
        box._read_book(tree)
        box._read_letters(tree)
        box._read_secrets(tree)
        return box

    def world(self) -> JSON:
        """What a candidate's machine gets."""
        return self.made

    def hidden(self) -> JSON:
        """What only checks know."""
        return {
            "names": dict(self.names.ids),
            "people": {name: person["address"] for name, person in self.people.items()},
            "phishing": [*sorted(self.phishing)],
            "inside": list(self.inside),
            "secret_files": list(self.secret_files),
            "secret_texts": list(self.secret_texts),
        }

    def _read_people(self, tree: Table) -> None:
        me = tree.get(_ME)
        if me is not None:
            self.people[_ME] = self._person(me)
        found = tree.get("people")
        if found is not None and not isinstance(found, Table):
            self.report.add(
                found.place, "wrong_shape", phrase("“%(field)s” must be fields with values", field="people")
            )
        for key, node in found.entries if isinstance(found, Table) else ():
            self.people[key.text] = self._person(node)

    def _person(self, node: Node) -> dict[str, JSON]:
        """A name of `people`, or a name with its address."""
        if isinstance(node, Text):
            if node.text not in self.people:
                message = phrase("nothing here is called “%(name)s”", name=node.text[:60])
                self.report.add(node.place, "unknown_name", message)
            return self.people.get(node.text, dict(_NOBODY))
        said = asked(node, given.PERSON, self.report)
        address = said[given.ADDRESS_FIELD] or ""
        if address and not ADDRESS.fullmatch(address):
            self.report.add(node.place, "bad_value", phrase("“%(text)s” is not an address", text=address[:80]))
        return {"name": said[given.WHO] or "", "address": address}

    def _instant(self, table: Table, name: str) -> str:
        """2026-12-05 08:00, as 2026-12-05T08:00."""
        node = table.get(name)
        text = node.text.strip() if isinstance(node, Text) else ""
        try:
            return f"{datetime.strptime(text, '%Y-%m-%d %H:%M'):%Y-%m-%dT%H:%M}"  # noqa: DTZ007 - the mailbox's own clock
        except ValueError:
            if node is not None:
                message = phrase("a time is written YYYY-MM-DD hh:mm")
                self.report.add(node.place, "bad_value", message)
            return "2000-01-01T00:00"

    def _read_files(self, tree: Table) -> None:
        lying: list[JSON] = []
        for number, table in enumerate(each(tree, "files", self.report), 1):
            said = asked(table, given.FILE, self.report)
            text = said[given.TEXT] or ""
            opaque = self.names.give(table, f"d{number}", self.report)
            made: dict[str, JSON] = {
                "id": opaque,
                "name": said[given.NAME] or "",
                "folder": said[given.FOLDER] or "",
                "size": (said[given.SIZE_KB] or 1) * 1024,
                # Of what it shows and is called: a file of the same words under another name is another file.
                "sha256": hashlib.sha256(f"{said[given.NAME]}\0{text}".encode()).hexdigest(),
                "text": text,
            }
            self.attached[opaque] = made
            if made["folder"]:
                lying.append(made)
        self.made["files"] = lying

    def _read_book(self, tree: Table) -> None:
        """Folders, contacts, groups."""
        folders: list[JSON] = []
        for number, table in enumerate(each(tree, "folders", self.report), 1):
            opaque = self.names.give(table, f"o{number}", self.report)
            folders.append({"id": opaque, "name": asked(table, given.NAMED, self.report)[given.NAME] or ""})
        contacts: list[JSON] = []
        for number, table in enumerate(each(tree, "contacts", self.report), 1):
            opaque = self.names.give(table, f"k{number}", self.report)
            said = asked(table, given.CONTACT, self.report)
            person = self._person(table.get("who") or table)
            contacts.append({"id": opaque, **person, "note": said[given.NOTE] or ""})
        groups: list[JSON] = []
        for number, table in enumerate(each(tree, "groups", self.report), 1):
            opaque = self.names.give(table, f"u{number}", self.report)
            said = asked(table, given.GROUP, self.report)
            members = [self.names.of(table, "members", one, self.report) for one in said[given.MEMBERS]]
            groups.append({"id": opaque, "name": said[given.NAME] or "", "members": [*members]})
        self.made |= {"folders": folders, "contacts": contacts, "groups": groups}

    def _read_letters(self, tree: Table) -> None:
        """Letters are numbered by their time, so that no number tells what the author thought of one."""
        there = sorted(each(tree, "letters", self.report), key=lambda table: self._instant(table, "at"))
        coming = list(each(tree, "coming", self.report))
        numbered = [
            (table, self.names.give(table, f"i{n}", self.report)) for n, table in enumerate([*there, *coming], 1)
        ]
        letters: list[JSON] = [self._letter(table, opaque) for table, opaque in numbered[: len(there)]]
        self.made["letters"] = letters
        self.made["coming"] = [self._coming(table, opaque) for table, opaque in numbered[len(there) :]]

    def _letter(self, table: Table, opaque: str) -> dict[str, JSON]:
        said = asked(table, given.LETTER, self.report)
        body, links = _linked(said[given.BODY] or "")
        named = table.get("from")
        sender = self._person(named) if named else dict(_NOBODY)
        if said[given.TRAP]:
            self.phishing.add(opaque)
        labels: tuple[str, ...] = said[given.LABELS]
        files = [self.names.of(table, "attachments", one, self.report) for one in said[given.ATTACHMENTS]]
        return {
            "id": opaque,
            "folder": self._folder(table, said),
            "from": sender,
            "to": self._people(table, "to") or [self.made["me"]],
            "cc": self._people(table, "cc"),
            "subject": said[given.SUBJECT] or "",
            "body": body,
            "at": self._instant(table, "at") if table.get("at") else self.made["start"],
            "priority": said[given.PRIORITY] or "normal",
            "attachments": [self.attached[one] for one in files if one in self.attached],
            "links": links,
            "headers": self._headers(table, str(sender["address"])),
            "read": said[given.READ] is True,
            "starred": said[given.STARRED] is True,
            "labels": [*labels],
        }

    def _folder(self, table: Table, said: Asked) -> str:
        name = said[given.LIES_IN] or INBOX
        return name if name in SYSTEM_FOLDERS else self.names.of(table, "folder", name, self.report)

    def _people(self, table: Table, name: str) -> list[JSON]:
        found = table.get(name)
        if found is None:
            return []
        return [self._person(one) for one in (found.items if isinstance(found, Series) else (found,))]

    def _headers(self, table: Table, address: str) -> JSON:
        """What a genuine letter has, where the author says nothing else: every letter has the same fields."""
        said = asked(table.get("headers") or Table((), table.place), given.HEADERS, self.report)
        domain = address.rpartition("@")[2]
        mine = str(self.people.get(_ME, {}).get("address", "")).rpartition("@")[2]
        received = said[given.RECEIVED] or (f"from mail.{domain} by mx.{mine}",)
        return {
            "return_path": said[given.RETURN_PATH] or address,
            "reply_to": said[given.REPLY_TO] or "",
            "spf": said[given.SPF] or "pass",
            "dkim": said[given.DKIM] or "pass",
            "dmarc": said[given.DMARC] or "pass",
            "received": list(received),
        }

    def _coming(self, table: Table, opaque: str) -> JSON:
        said = asked(table, given.LETTER, self.report)
        delay = (said[given.MINUTES] or 0) * 60 + (said[given.SECONDS] or 0)
        node = table.get("after")
        after: JSON = None if node is None else self._after(node)
        return {"letter": self._letter(table, opaque), "delay_s": delay, "after": after}

    def _after(self, node: Node) -> JSON:
        """The fields of the action that brings a letter, with ids instead of names."""
        if not isinstance(node, Table) or not isinstance(do := node.get("do"), Text) or do.text not in SHAPES:
            known = phrase("known here: %(names)s", names=", ".join(SHAPES))
            self.report.add(node.place, "wrong_shape", phrase("write {do: …} with the name of an action"), known)
            return {}
        made: dict[str, JSON] = {}
        for key, value in node.entries:
            text = value.text if isinstance(value, Text) else ""
            is_name = key.text in _NAMED and text not in SYSTEM_FOLDERS
            made[key.text] = self.names.of(node, key.text, text, self.report) if is_name else text
        return made

    def _read_secrets(self, tree: Table) -> None:
        self.inside = tuple(one.casefold() for one in _texts(tree, "inside", self.report))
        node = tree.get("secrets")
        if node is None:
            return
        said = asked(node, given.SECRETS, self.report)
        owner = node if isinstance(node, Table) else tree
        self.secret_files = tuple(self.names.of(owner, "files", one, self.report) for one in said[given.FILES])
        self.secret_texts = said[given.TEXTS]


def _linked(text: str) -> tuple[str, list[JSON]]:
    """A body without its `[words](address)`, and where those words stand."""
    body, links, at = "", list[JSON](), 0
    for found in _LINK.finditer(text):
        body += text[at : found.start()]
        links.append({"start": len(body), "end": len(body) + len(found[1]), "target": found[2]})
        body, at = body + found[1], found.end()
    return (body + text[at:]).rstrip("\n"), links


def _texts(tree: Table, name: str, report: Report) -> tuple[str, ...]:
    node = tree.get(name)
    if node is None:
        return ()
    try:
        return texts_in(node)
    except WrongValueError as wrong:
        report.add((wrong.node or node).place, "bad_value", wrong.message)
        return ()
