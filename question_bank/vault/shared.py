"""What items share: topics with their titles, stimuli, and files that texts name. Each with revisions."""

from __future__ import annotations

import re
from collections.abc import Callable

from question_bank.bilingual import Bilingual
from question_bank.canonical import JSON
from question_bank.checking import text_faults
from question_bank.formats.authoring import ID_PATTERN
from question_bank.ids import BankItemId, StimulusId, TopicCode, is_code
from question_bank.items.model import Stimulus
from question_bank.items.text import LIMITS
from question_bank.items.text import text_faults as words_faults
from question_bank.media import read_medium
from question_bank.phrase import Phrase, phrase
from question_bank.problems import Fault
from question_bank.showing import MediumFile
from question_bank.vault.content import medium_document, read_medium_document, read_stimulus, read_title
from question_bank.vault.people import Person
from question_bank.vault.states import No, Refused
from question_bank.vault.store import Kind, Store

MOST_MEDIA_BYTES = 512 * 1024 * 1024  # of all files of a bank: it is held in memory
_ID = re.compile(ID_PATTERN)
_FILE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")

Written = Callable[[Kind, str], None]
"""Told of a new revision of a thing of this kind and name."""

Touched = Callable[[Kind, str, Person], list[BankItemId]]
"""Sends the items back to draft that a thing of this kind and name is part of; gives their ids."""


class Shared:
    """Topics, stimuli and files. Writing the same again changes nothing."""

    def __init__(self, store: Store, touched: Touched, written: Written) -> None:
        self._store = store
        self._touched = touched
        self._written = written

    # --- topics ------------------------------------------------------------------------------------------------------

    def topics(self) -> dict[TopicCode, Bilingual]:
        """Titles by code, in the order in which topics came."""
        latest = self._store.latest(Kind.TOPIC)
        order = [str(row[0]) for row in self._store.rows(
            "SELECT name FROM revision WHERE kind = 'topic' AND revision = 1 ORDER BY change, rowid")]  # fmt: skip
        return {TopicCode(name): read_title(latest[name].content) for name in order}

    def name_topic(self, code: TopicCode, title: Bilingual, by: Person, why: str = "") -> Refused | None:
        """Add a topic, or give it another title. Titles are not part of items: nothing goes back to draft."""
        if not is_code(code):
            return Refused(No.BAD_CONTENT, phrase("this is not the code of a topic"))
        for text in (title.vi, title.en):
            if faults := words_faults(("title",), text, LIMITS["title"]):
                return Refused(No.BAD_CONTENT, faults[0].message)
        self._write(Kind.TOPIC, code, title.document(), by, why)
        return None

    def have_topic(self, code: TopicCode, by: Person, title: Bilingual | None = None) -> None:
        """Make sure that there is a topic; without a title its code stands for it."""
        if self._store.revision(Kind.TOPIC, code) is None:
            self._write(Kind.TOPIC, code, (title or Bilingual(code, code)).document(), by, "")

    # --- stimuli -----------------------------------------------------------------------------------------------------

    def stimuli(self) -> dict[StimulusId, Stimulus]:
        """All of them by id."""
        return {
            StimulusId(name): read_stimulus(found.content) for name, found in self._store.latest(Kind.STIMULUS).items()
        }

    def stimulus(self, identity: StimulusId) -> Stimulus | None:
        """One as it is now."""
        found = self._store.revision(Kind.STIMULUS, identity)
        return read_stimulus(found.content) if found else None

    def write_stimulus(self, stimulus: Stimulus, by: Person, why: str = "") -> Refused | None:
        """Add a stimulus or a revision of it; the items that share it go back to draft."""
        if not _ID.fullmatch(stimulus.id):
            return Refused(No.BAD_CONTENT, phrase("this is not an id"))
        self._write(Kind.STIMULUS, stimulus.id, stimulus.document(), by, why)
        return None

    def stimulus_faults(self, stimulus: Stimulus) -> list[Fault]:
        """What is wrong with it, the files it names included."""
        return stimulus.problems() + text_faults([(("text",), stimulus.text)], self.media())

    # --- files -------------------------------------------------------------------------------------------------------

    def media(self) -> dict[str, MediumFile]:
        """What is known of each file, by the name that texts use."""
        return {name: read_medium_document(found.content) for name, found in self._store.latest(Kind.MEDIUM).items()}

    def add_medium(self, name: str, data: bytes, by: Person, why: str = "") -> MediumFile | Refused:
        """Add a file, or another in its place; the items that name it go back to draft."""
        if not _FILE.fullmatch(name):
            return Refused(No.BAD_CONTENT, phrase("a file's name has letters, digits, “.”, “_” and “-”, at most 100"))
        file = read_medium(data)
        if isinstance(file, Phrase):
            return Refused(No.BAD_CONTENT, file)
        digest = bytes.fromhex(file.sha256)
        with self._store.doing():
            [(held,)] = self._store.rows("SELECT coalesce(sum(length(data)), 0) FROM blob WHERE sha256 <> ?", (digest,))
            if int(held) + len(data) > MOST_MEDIA_BYTES:
                message = phrase("the files of a bank have at most %(limit)s MiB", limit=MOST_MEDIA_BYTES >> 20)
                return Refused(No.BAD_CONTENT, message)
            self._store.run("INSERT INTO blob (sha256, data) VALUES (?, ?) ON CONFLICT DO NOTHING", (digest, data))
            self._write(Kind.MEDIUM, name, medium_document(file), by, why)
        return file

    def blob(self, sha256: str) -> bytes:
        """The bytes of a file, also of one that no name leads to any more. Raises KeyError."""
        found = self._store.rows("SELECT data FROM blob WHERE sha256 = ?", (bytes.fromhex(sha256),))
        if not found:
            raise KeyError(sha256)
        return bytes(found[0][0])

    def medium(self, name: str) -> bytes | None:
        """The bytes that a name leads to now."""
        found = self._store.revision(Kind.MEDIUM, name)
        return self.blob(read_medium_document(found.content).sha256) if found else None

    def media_data(self) -> dict[str, bytes]:
        """All files by name, for writing in another format."""
        return {name: self.blob(file.sha256) for name, file in self.media().items()}

    def _write(self, kind: Kind, name: str, content: dict[str, JSON], by: Person, why: str) -> None:
        before = self._store.revision(kind, name)
        if before is not None and before.content == content:
            return
        with self._store.doing():
            sent_back: list[JSON] = []
            if before is not None and kind is not Kind.TOPIC:
                sent_back = [*self._touched(kind, name, by)]
            change = self._store.change(by, "written", kind, name, why, {"sent_back": sent_back} if sent_back else {})
            self._store.add_revision(kind, name, change, content)
            self._written(kind, name)
