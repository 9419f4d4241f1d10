"""A bank's folder as what an import adds to and an export reads: drafts with errors in them count, unlike in `formats.folder`.

An import adds files and changes none: pictures and recordings first, then items, each file whole or not there at all.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from question_bank.bank import Bank
from question_bank.bilingual import Bilingual
from question_bank.disk import sync_folder, write_new
from question_bank.errors import ExamRoomError
from question_bank.formats.authoring import read_items, write_items
from question_bank.formats.exchange import Imported, Question, item_ids, prefix_of
from question_bank.formats.folder import MEDIA_FOLDER, MOST_FILES
from question_bank.formats.nodes import MAX_BYTES
from question_bank.ids import BankItemId, StimulusId, TopicCode
from question_bank.items.model import Item, Stimulus
from question_bank.media import read_file
from question_bank.showing import MediumFile
from question_bank.wording import gettext, render

MOST_IN_FILE = 500  # items: the reader takes seconds per megabyte, people longer
MOST_BYTES = MAX_BYTES // 2
_SAFE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


class ExchangeError(ExamRoomError):
    """A folder or file cannot be read or written."""


@dataclass(frozen=True, slots=True)
class FolderBank:
    """What a folder holds now: items and drafts by id, stimuli, titles of topics."""

    folder: Path
    items: Mapping[BankItemId, Item]
    ids: frozenset[str]
    stimuli: Mapping[StimulusId, Stimulus]
    topics: Mapping[TopicCode, Bilingual]

    @classmethod
    def read(cls, folder: Path) -> FolderBank:
        """The folder as it is; one that is not there yet is an empty bank. Raises ExchangeError."""
        items: dict[BankItemId, Item] = {}
        ids: set[str] = set()
        stimuli: dict[StimulusId, Stimulus] = {}
        topics: dict[TopicCode, Bilingual] = {}
        for path in _item_files(folder):
            file = read_items(_bytes(path), str(path))
            for found in file.items:
                ids.add(found.id)
                if item := found.item or found.draft:
                    items.setdefault(found.id, item)
            ids |= {found.id for found in file.stimuli}
            stimuli |= {one.stimulus.id: one.stimulus for one in file.stimuli if one.stimulus and one.id not in stimuli}
            if file.topic and file.title.vi:
                topics.setdefault(file.topic, file.title)
        return cls(folder, items, frozenset(ids), stimuli, topics)

    def bank(self) -> Bank:
        """All of it, for writing in another format."""
        media = {path.name: found for path in self.media_files() if isinstance(found := read_file(path), MediumFile)}
        topics = dict(self.topics) | {one.common.topic: Bilingual(one.common.topic, one.common.topic) for one in self.items.values()
                                      if one.common.topic not in self.topics}  # fmt: skip
        return Bank.of(topics, self.items.values(), self.stimuli.values(), media)

    def media_files(self) -> list[Path]:
        """The files that texts may name."""
        folder = self.folder / MEDIA_FOLDER
        return (
            sorted(path for path in folder.iterdir() if path.is_file() and _SAFE.fullmatch(path.name))
            if folder.is_dir()
            else []
        )

    def media(self) -> dict[str, bytes]:
        """Their content. Raises ExchangeError."""
        return {path.name: _bytes(path, None) for path in self.media_files()}

    def add(self, imported: Imported, name: str) -> list[Path]:
        """Write what an import brought; gives the new files of items. Raises ExchangeError."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._add_media(imported.media)
            made = [self._add_file(text, name) for text in self._texts(renamed(imported, self.ids, name))]
            sync_folder(self.folder)
        except OSError as error:
            hint = gettext("Check that the folder can be written to and has room.")
            message = gettext("%(file)s cannot be written: %(reason)s", file=self.folder, reason=error.strerror)
            raise ExchangeError(message, hint=hint) from error
        return made

    def _add_media(self, media: Mapping[str, bytes]) -> None:
        folder = self.folder / MEDIA_FOLDER
        if not media:
            return
        folder.mkdir(exist_ok=True)
        for name, data in media.items():
            if not (folder / name).exists():  # named by its digest: what is there is the same
                _write_whole(folder, name, data)
        sync_folder(folder)

    def _add_file(self, text: str, name: str) -> Path:
        """A new file, whole or not there at all, under a name that no file has."""
        stem = slug(name)
        for number in range(1, 10 * MOST_FILES):
            path = self.folder / f"{stem}{'' if number == 1 else f'-{number}'}.yaml"
            if not path.exists() and _write_whole(self.folder, path.name, text.encode()):
                return path
        raise ExchangeError(gettext("%(folder)s holds more than %(most)s files", folder=self.folder, most=MOST_FILES))

    def _texts(self, imported: Imported) -> Iterator[str]:
        """One file for each topic, several for a topic with many items. What has no item of its own goes with the first."""
        topics: dict[TopicCode, list[Question]] = {}
        for question in imported.questions:
            if question.item:
                topics.setdefault(question.item.common.topic, []).append(question)
        left = {one.id: one for one in imported.stimuli}
        for topic, questions in topics.items():
            title = self.topics.get(topic) or imported.topics.get(topic) or Bilingual(topic, topic)
            for part in _parts(questions):
                items = [one.item for one in part if one.item]
                shared = [left.pop(item.common.stimulus) for item in items if item.common.stimulus in left]
                yield _commented(write_items(topic, title, items, shared), part)


def renamed(imported: Imported, taken: Iterable[str], name: str) -> Imported:
    """The same with ids that a bank does not have yet, and with its items naming each other by them."""
    used = set(taken)
    fresh = iter(item_ids(prefix_of(name), used | {one.item.id for one in imported.questions if one.item}))
    new: dict[str, str] = {}
    for known in [*(one.id for one in imported.stimuli), *(one.item.id for one in imported.questions if one.item)]:
        if known in used or not known:
            new[known] = next(fresh)
        used.add(new.get(known, known))
    stimuli = tuple(replace(one, id=StimulusId(new.get(one.id, one.id))) for one in imported.stimuli)
    questions = tuple(_renamed(one, new) for one in imported.questions)
    return replace(imported, questions=questions, stimuli=stimuli)


def _renamed(question: Question, new: Mapping[str, str]) -> Question:
    if question.item is None:
        return question
    common = question.item.common
    common = replace(
        common,
        id=BankItemId(new.get(common.id, common.id)),
        stimulus=StimulusId(new.get(common.stimulus, common.stimulus)),
        excludes=tuple(BankItemId(new.get(one, one)) for one in common.excludes),
    )
    return replace(question, item=replace(question.item, common=common))


def slug(name: str) -> str:
    """A file's name from another file's: small letters without marks, digits and hyphens, at most forty."""
    plain = unicodedata.normalize("NFD", name.rpartition(".")[0] or name).replace("đ", "d").replace("Đ", "D")
    return (
        re.sub(r"[^a-z0-9]+", "-", plain.encode("ascii", "ignore").decode().lower()).strip("-")[:40].strip("-")
        or "nhap"
    )


def _parts(questions: Sequence[Question]) -> Iterator[list[Question]]:
    part: list[Question] = []
    size = 0
    for question in questions:
        long = sum(len(text.encode()) for _, text in question.item.texts()) + 2000 if question.item else 0
        if part and (len(part) == MOST_IN_FILE or size + long > MOST_BYTES):
            yield part
            part, size = [], 0
        part.append(question)
        size += long
    if part:
        yield part


def _commented(text: str, questions: Iterable[Question]) -> str:
    """The file with the reasons to review above each item, for people: what has no reason left is theirs to delete."""
    reasons = {
        one.item.id: [*dict.fromkeys(render(notice.message) for notice in one.review)] for one in questions if one.item
    }
    head, items, body = text.partition("\nitems:\n")
    lines: list[str] = []
    for line in body.split("\n"):
        if line.startswith("  - id: "):
            identity = BankItemId(line.removeprefix("  - id: ").strip('"'))
            label = gettext("to review")
            lines += [f"  # {label}: {' '.join(reason.split())}" for reason in reasons.get(identity, ())]
        lines.append(line)
    return head + items + "\n".join(lines)


def _write_whole(folder: Path, name: str, data: bytes) -> bool:
    """Write a file under its name at one stroke; False when somebody has just taken the name. Raises OSError."""
    temporary = folder / f".{name}.{os.getpid()}.tmp"
    temporary.unlink(missing_ok=True)
    write_new(temporary, data)
    try:
        os.link(temporary, folder / name)
    except FileExistsError:
        return False
    finally:
        temporary.unlink(missing_ok=True)
    return True


def _item_files(folder: Path) -> list[Path]:
    if not folder.exists():
        return []
    if not folder.is_dir():
        raise ExchangeError(gettext("%(folder)s is not a folder", folder=folder),
                            hint=gettext("Name the folder that holds the bank's .yaml files."))  # fmt: skip
    found: list[Path] = []
    for path in folder.rglob("*"):
        parts = path.relative_to(folder).parts
        hidden = parts[0] == MEDIA_FOLDER or any(part.startswith(".") for part in parts)
        if not hidden and path.suffix.lower() in (".yaml", ".yml") and path.is_file():
            found.append(path)
        if len(found) > MOST_FILES:
            raise ExchangeError(gettext("%(folder)s holds more than %(most)s files", folder=folder, most=MOST_FILES))
    return sorted(found)


def _bytes(path: Path, most: int | None = MAX_BYTES) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read() if most is None else file.read(most + 1)
    except OSError as error:
        raise ExchangeError(gettext("%(file)s cannot be read: %(reason)s", file=path, reason=error.strerror),
                            hint=gettext("Check the file's permissions.")) from error  # fmt: skip
