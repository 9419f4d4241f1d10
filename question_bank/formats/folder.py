"""A bank as a folder of authoring files: read all of them, and what only shows when they are read together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from question_bank.bank import Bank
from question_bank.bilingual import Bilingual
from question_bank.canonical import digest
from question_bank.checking import item_faults, text_faults
from question_bank.errors import ExamRoomError
from question_bank.formats.authoring import FoundItem, ItemsFile, read_items
from question_bank.formats.nodes import MAX_BYTES
from question_bank.formats.report import WHOLE_FILE, Report
from question_bank.ids import BankItemId, StimulusId, TopicCode
from question_bank.items.model import Item, Stimulus
from question_bank.media import read_file
from question_bank.phrase import phrase
from question_bank.problems import Problem, Severity
from question_bank.showing import MediumFile
from question_bank.wording import gettext

MOST_FILES = 500  # in one bank; a wrong folder (a home directory) is refused before it is read
MEDIA_FOLDER = "media"  # beside the items: what their texts name
_ENDINGS = (".yaml", ".yml")
_NOTES = (".md", ".txt")  # files that may lie beside the items


class BankFolderError(ExamRoomError):
    """A folder cannot be read as a bank at all."""


@dataclass(frozen=True, slots=True)
class BankReading:
    """A folder read: the usable items, and every problem in order of file and line."""

    bank: Bank
    files: tuple[str, ...]
    problems: tuple[Problem, ...]

    @property
    def errors(self) -> int:
        """How many problems are errors: with none, the bank is whole."""
        return sum(not problem.is_warning for problem in self.problems)


def read_bank(folder: Path) -> BankReading:
    """Every authoring file in a folder and its subfolders. Raises BankFolderError when there is nothing to read."""
    paths, strays = _paths(folder)
    files = [read_items(_content(path), str(path)) for path in paths]
    problems = [problem for file in files for problem in file.problems]
    for stray in strays:
        report = Report(str(stray))
        hint = phrase("only .yaml files are read; move it elsewhere")
        report.add(WHOLE_FILE, "not_read", phrase("this file is not part of the bank"), hint, Severity.WARNING)
        problems += report.problems
    topics, title_problems = _topics(files)
    media, media_problems = _media(folder / MEDIA_FOLDER)
    stimuli, stimulus_problems = _stimuli(files, media)
    items, item_problems = _items(files, stimuli, media)
    problems += title_problems + stimulus_problems + item_problems + media_problems
    bank = Bank.of(topics, items, stimuli.values(), media)
    return BankReading(bank, tuple(str(path) for path in paths), tuple(sorted(problems)))


def _paths(folder: Path) -> tuple[list[Path], list[Path]]:
    """Files to read, and files that are not items, both sorted; hidden ones are neither."""
    if not folder.is_dir():
        raise BankFolderError(gettext("%(folder)s is not a folder", folder=folder),
                              hint=gettext("Name the folder that holds the bank's .yaml files."))  # fmt: skip
    found: list[Path] = []
    strays: list[Path] = []
    for path in folder.rglob("*"):
        parts = path.relative_to(folder).parts
        if not path.is_file() or parts[0] == MEDIA_FOLDER or any(part.startswith(".") for part in parts):
            continue
        if path.suffix.lower() not in _NOTES:
            (found if path.suffix.lower() in _ENDINGS else strays).append(path)
        if len(found) + len(strays) > MOST_FILES:
            raise BankFolderError(
                gettext("%(folder)s holds more than %(most)s files", folder=folder, most=MOST_FILES),
                hint=gettext("Name the folder that holds the bank's .yaml files."),
            )
    if not found:
        raise BankFolderError(gettext("%(folder)s holds no .yaml file", folder=folder),
                              hint=gettext("Name the folder that holds the bank's .yaml files."))  # fmt: skip
    return sorted(found), sorted(strays)


def _content(path: Path) -> bytes:
    """At most one byte more than the bound, so that a huge file is named and not read."""
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: OSError) -> BankFolderError:
    return BankFolderError(gettext("%(file)s cannot be read: %(reason)s", file=path, reason=error.strerror),
                           hint=gettext("Check the file's permissions."))  # fmt: skip


def _topics(files: Iterable[ItemsFile]) -> tuple[dict[TopicCode, Bilingual], list[Problem]]:
    """Topics in the order of the files; one topic has one title."""
    first: dict[TopicCode, ItemsFile] = {}
    problems: list[Problem] = []
    for file in files:
        if not file.topic:
            continue
        known = first.setdefault(file.topic, file)
        if known.title != file.title:
            report = Report(file.file)
            message = phrase("the topic “%(topic)s” has another title in %(file)s", topic=file.topic, file=known.file)
            report.add(file.title_place, "other_title", message)
            problems += report.problems
    return {topic: file.title for topic, file in first.items()}, problems


def _media(folder: Path) -> tuple[dict[str, MediumFile], list[Problem]]:
    """The files of the bank that texts may name, by name."""
    media: dict[str, MediumFile] = {}
    problems: list[Problem] = []
    for path in sorted(folder.iterdir()) if folder.is_dir() else []:
        if not path.is_file() or path.name.startswith("."):
            continue
        report = Report(str(path))
        try:
            found = read_file(path)
        except OSError as error:
            raise _unreadable(path, error) from error
        if isinstance(found, MediumFile):
            media[path.name] = found
        else:
            report.add(WHOLE_FILE, "bad_file", found)
        problems += report.problems
    return media, problems


def _stimuli(
    files: Iterable[ItemsFile], media: Mapping[str, MediumFile]
) -> tuple[dict[StimulusId, Stimulus], list[Problem]]:
    """Usable stimuli with an id of their own."""
    stimuli: dict[StimulusId, Stimulus] = {}
    problems: list[Problem] = []
    for file in files:
        report = Report(file.file)
        for found in file.stimuli:
            if found.stimulus is None:
                continue
            faults = text_faults([(("text",), found.stimulus.text)], media)
            for fault in faults:
                report.add(found.place, fault.code, fault.message, fault.hint, fault.severity)
            if found.id in stimuli:
                report.add(found.place, "duplicate_id", phrase("the id “%(id)s” is already used", id=found.id))
            elif not faults:
                stimuli[found.id] = found.stimulus
        problems += report.problems
    return stimuli, problems


def _items(
    files: Sequence[ItemsFile], stimuli: Mapping[StimulusId, Stimulus], media: Mapping[str, MediumFile]
) -> tuple[list[Item], list[Problem]]:
    """Usable items with an id of their own; the second item of an id, or with the same words, is a problem."""
    every = frozenset(found.id for _, found in _found(files))
    items: list[Item] = []
    problems: list[Problem] = []
    ids: dict[BankItemId, str] = {}
    words: dict[bytes, BankItemId] = {}
    for file, found in _found(files):
        report = Report(file.file)
        here = f"{file.file}:{found.place.line}"
        if found.id and ids.setdefault(found.id, here) != here:
            message = phrase("the id “%(id)s” is already used at %(where)s", id=found.id, where=ids[found.id])
            report.add(found.place, "duplicate_id", message)
        elif found.item is not None:
            faults = item_faults(found.item, stimuli, media, every)
            for fault in faults:
                report.add(found.place, fault.code, fault.message, fault.hint, fault.severity)
            if all(fault.severity is Severity.WARNING for fault in faults):
                items.append(found.item)
            same = words.setdefault(digest(found.item.words()), found.id)
            if same != found.id:
                message = phrase("says the same as item %(id)s", id=same)
                report.add(found.place, "same_item", message, None, Severity.WARNING)
        problems += report.problems
    return items, problems


def _found(files: Iterable[ItemsFile]) -> Iterator[tuple[ItemsFile, FoundItem]]:
    return ((file, found) for file in files for found in file.items)
