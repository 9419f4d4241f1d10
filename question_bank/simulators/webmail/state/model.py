"""What a mailbox is made of. All of it is frozen; times are ms since 1970 of the system's own clock, which knows no zone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from question_bank.canonical import JSON

INBOX, SENT, DRAFTS, SPAM, BIN, ARCHIVE = "inbox", "sent", "drafts", "spam", "bin", "archive"
GONE = "gone"  # deleted for good: no page shows it, and what was sent stays sent
SYSTEM_FOLDERS = (INBOX, SENT, DRAFTS, ARCHIVE, SPAM, BIN)
RECEIVED, NEW, REPLY, REPLY_ALL, FORWARD = "received", "new", "reply", "reply_all", "forward"
HIGH, NORMAL, LOW = "high", "normal", "low"


@dataclass(frozen=True, slots=True)
class Person:
    """A name, which may be empty, and an address."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class File:
    """A file of the simulated folder, or attached to a letter: `text` is what opening it shows; `sha256` of the file, hex."""

    id: str
    name: str
    folder: str
    size: int
    sha256: str
    text: str


@dataclass(frozen=True, slots=True)
class Link:
    """A link in a letter's body: characters `start` to `end`, and the address it really leads to."""

    start: int
    end: int
    target: str


@dataclass(frozen=True, slots=True)
class Headers:
    """What the receiving server wrote above a letter: who sent it really, and what the tests of the sender's domain gave."""

    return_path: str
    reply_to: str
    spf: str
    dkim: str
    dmarc: str
    received: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Quote:
    """The letter that is answered or sent on, as it stands below what is typed."""

    sender: Person
    to: tuple[Person, ...]
    subject: str
    at_ms: int
    text: str


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter. `of` is the letter it answers or sends on; `before` the folder it lay in before bin or spam; `sent_ms` when it was sent, 0: never."""

    id: str
    folder: str
    kind: str
    sender: Person
    subject: str = ""
    body: str = ""
    at_ms: int = 0
    to: tuple[Person, ...] = ()
    cc: tuple[Person, ...] = ()
    bcc: tuple[Person, ...] = ()
    of: str = ""
    priority: str = NORMAL
    attachments: tuple[File, ...] = ()
    links: tuple[Link, ...] = ()
    headers: Headers | None = None
    quote: Quote | None = None
    read: bool = False
    starred: bool = False
    reported: bool = False
    labels: frozenset[str] = frozenset()
    before: str = INBOX
    sent_ms: int = 0
    typed: tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]] = ((), (), ())  # of a draft: To, Cc, Bcc as typed

    @property
    def recipients(self) -> tuple[Person, ...]:
        """Everybody it goes to."""
        return self.to + self.cc + self.bcc


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder that was made by a person, in the world or since."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody in the address book."""

    id: str
    name: str
    address: str
    note: str


@dataclass(frozen=True, slots=True)
class Group:
    """Several contacts under one name."""

    id: str
    name: str
    members: tuple[str, ...]  # ids of contacts


@dataclass(frozen=True, slots=True)
class Rule:
    """What is done with letters that arrive and fit every condition that is not empty; all texts are found in any case."""

    id: str
    name: str
    sender: str
    to: str
    subject: str
    words: str
    move_to: str
    label: str
    read: bool
    star: bool


@dataclass(frozen=True, slots=True)
class Signature:
    """What stands below letters: of new ones, of answers."""

    text: str = ""
    on_new: bool = False
    on_replies: bool = False


@dataclass(frozen=True, slots=True)
class Away:
    """The automatic answer; days are YYYY-MM-DD, both included."""

    on: bool = False
    first: str = ""
    last: str = ""
    subject: str = ""
    text: str = ""
    contacts_only: bool = False


@dataclass(frozen=True, slots=True)
class Coming:
    """A letter that is on its way: so long after the start, or after the first action that has all of these fields.

    `due_ms` is known once that has happened; `by` is the letter that was sent then, which may still be taken back.
    """

    letter: Letter
    delay_ms: int
    after: Mapping[str, JSON] | None
    due_ms: int | None = None
    by: str = ""


@dataclass(frozen=True, slots=True)
class Search:
    """What was searched for last, and the letters found."""

    text: str
    found: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Made:
    """What the last action was, and the id of what it made or changed."""

    do: str = ""
    id: str = ""
    n: int = 0


@dataclass(frozen=True, slots=True)
class State:
    """A whole mailbox. `began_ms` is room time of the first action; the system's clock stands at `start_ms` until then."""

    me: Person
    start_ms: int
    undo_ms: int
    letters: Mapping[str, Letter]
    coming: tuple[Coming, ...] = ()
    folders: tuple[Folder, ...] = ()
    labels: tuple[str, ...] = ()
    files: tuple[File, ...] = ()
    contacts: tuple[Contact, ...] = ()
    groups: tuple[Group, ...] = ()
    rules: tuple[Rule, ...] = ()
    signature: Signature = field(default_factory=Signature)
    away: Away = field(default_factory=Away)
    search: Search | None = None
    began_ms: int | None = None
    now_ms: int = 0
    last: Made = field(default_factory=Made)

    def folder_ids(self) -> tuple[str, ...]:
        """Every folder there is."""
        return SYSTEM_FOLDERS + tuple(one.id for one in self.folders)

    def in_folder(self, folder: str) -> tuple[Letter, ...]:
        """Its letters, the newest first."""
        found = (one for one in self.letters.values() if one.folder == folder)
        return tuple(sorted(found, key=lambda one: (-one.at_ms, one.id)))

    def sent(self) -> tuple[Letter, ...]:
        """Every letter that went out and was not taken back, wherever it lies now, in the order of sending."""
        return tuple(sorted((one for one in self.letters.values() if one.sent_ms), key=lambda one: one.sent_ms))

    def with_letter(self, letter: Letter) -> State:
        """With this letter instead of the one with its id, or besides all others."""
        return replace(self, letters={**self.letters, letter.id: letter})

    def changed(self, ids: Iterable[str], change: Callable[[Letter], Letter]) -> State:
        """With these letters changed."""
        wanted = set(ids)
        return replace(
            self, letters={name: change(one) if name in wanted else one for name, one in self.letters.items()}
        )
