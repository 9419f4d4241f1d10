"""QTI 2.1, 2.2 and 3.0 of 1EdTech: items, tests and packages are read, packages of 3.0 written (docs/formats.md, “QTI”)."""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections.abc import Iterable

from question_bank.bilingual import Bilingual
from question_bank.formats.attachments import Attachments
from question_bank.formats.carried import Carried, Ids, read_carried
from question_bank.formats.drafts import Draft
from question_bank.formats.exchange import (
    MAX_QUESTIONS,
    Defaults,
    Imported,
    Notice,
    NotThisFormat,
    Question,
)
from question_bank.formats.lined_tree import Damaged, Node
from question_bank.formats.plain_file import refused, too_large, too_many
from question_bank.formats.qti_asked import Around, Asked
from question_bank.formats.qti_expressions import BYTES_PER_STEP, MOST_STEPS, Steps
from question_bank.formats.qti_items import read_item
from question_bank.formats.qti_package import ITEM, OLD, STIMULUS, TEST, Package, Source, kind_of
from question_bank.formats.qti_text import inside
from question_bank.formats.qti_tree import Room, read_document
from question_bank.formats.qti_write import QtiWriter
from question_bank.formats.zips import UnreadableFileError
from question_bank.ids import TopicCode
from question_bank.phrase import Phrase, phrase
from question_bank.wording import gettext

_OLD = phrase("this is QTI 1.x; only 2.1, 2.2 and 3.0 are read: export it again in a newer version")
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")


class Qti(QtiWriter):
    """QTI, both ways."""

    NAME = "qti"
    ENDINGS: tuple[str, ...] = (".zip", ".xml")

    def looks_like(self, data: bytes, name: str) -> bool:
        """A document that begins as one of QTI's, or a ZIP with a manifest or with such documents, and no office file."""
        if not data.startswith(_ZIP):
            return kind_of(data[:8192]) in (ITEM, TEST, STIMULUS, OLD)
        try:
            names = zipfile.ZipFile(io.BytesIO(data)).namelist()
        except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError, IndexError, OverflowError):
            return False
        if "[Content_Types].xml" in names or "mimetype" in names:
            return False
        return any(posixpath.basename(one).lower().endswith(".xml") for one in names)

    def read(self, data: bytes, name: str, defaults: Defaults) -> Imported | NotThisFormat:
        """Every item of the file is a question."""
        if (large := too_large(data)) is not None:
            return large
        if data.startswith(_ZIP):
            try:
                package = Package.of(data)
            except UnreadableFileError as error:
                return refused("bad_zip", error.reason)
            sources = package.sources()
        else:
            package = Package(len(data), Room())
            root = read_document(data, package.room)
            if isinstance(root, Damaged):
                return refused("bad_xml", root.message, root.line)
            if root.name == OLD:
                return refused("old_version", _OLD)
            if root.name not in (ITEM, TEST):
                return refused(
                    "not_qti",
                    phrase("the file begins with “%(name)s”, which is no item and no test of QTI", name=root.name[:60]),
                    root.line,
                )
            sources = [Source("", root)] if root.name == ITEM else list(package.of_parts(root, ""))
        if len(sources) > MAX_QUESTIONS:
            return too_many()
        if not sources:
            return refused(*_nothing(package))
        return _imported(package, sources, name, defaults, len(data))


def _nothing(package: Package) -> tuple[str, Phrase]:
    names = package.archive.names if package.archive else ()
    old = any(kind_of((package.open(name) or b"")[:4096]) == OLD for name in names if name.lower().endswith(".xml"))
    return ("old_version", _OLD) if old else ("no_questions", phrase("the file holds no question of this format"))


def _imported(package: Package, sources: Iterable[Source], name: str, defaults: Defaults, size: int) -> Imported:
    around = Around(
        defaults,
        Ids(name),
        Attachments(size),
        package.open,
        steps=Steps(MOST_STEPS + size // BYTES_PER_STEP),
        room=package.room,
    )
    questions = tuple(question for source in sources for question in _questions(package, source, around))
    notices = tuple(Notice(code, "", message) for code, message in package.notes.items())
    return Imported(questions, around.stimuli.found(), around.attachments.media, notices, around.stimuli.topics)


def _questions(package: Package, source: Source, around: Around) -> list[Question]:
    document = source.document
    if isinstance(document, Damaged):
        where = gettext("line %(line)s", line=document.line) if document.line else ""
        draft = Draft(": ".join(one for one in (source.path, where) if one) or "?")
        return [draft.rejected("bad_item", document.message)]
    title = " ".join(document.attributes.get("title", "").split())
    draft = Draft(
        ": ".join(one for one in (source.path, title[:60]) if one) or gettext("line %(line)s", line=document.line)
    )
    carried = read_carried(source.keywords)
    base = posixpath.dirname(source.path)
    asked = Asked(document, draft, around, carried, base, source.group)
    _topic(around, carried)
    _stimuli(package, asked)
    _rubric(asked, source)
    return read_item(asked)


def _topic(around: Around, carried: Carried) -> None:
    """A topic's titles, where a file of ours gives them."""
    code, title = carried.get("topic"), carried.get("topic_vi")
    if code and title:
        around.stimuli.topic(title, carried)
        if TopicCode(code) in around.stimuli.topics:
            around.stimuli.topics[TopicCode(code)] = Bilingual(title, carried.get("topic_en") or title)


def _stimuli(package: Package, asked: Asked) -> None:
    """Documents that the item names as what it asks about; a second one goes into the stem."""
    for reference in asked.item.all("assessmentStimulusRef"):
        path = inside(asked.base, reference.attributes.get("href", ""))
        if path in asked.around.texts:
            page = ""
        else:
            root = package.document(path) if path else Damaged(phrase("the file is not in what was handed in"), 0)
            if isinstance(root, Damaged):
                asked.draft.doubt(
                    "no_file",
                    phrase(
                        "a file is not in what was handed in: %(file)s", file=reference.attributes.get("href", "?")[:80]
                    ),
                )
                continue
            page = _stimulus(package, asked, root, path)
        if asked.stimulus and asked.around.texts.get(path) != asked.stimulus:
            asked.markup.documents[path] = page
        else:
            asked.stimulus = asked.around.texts[path]


def _stimulus(package: Package, asked: Asked, root: Node, path: str) -> str:
    """Read a stimulus; gives its HTML, seen from the item."""
    carried = read_carried(package.keywords.get(path, ()))
    there = Asked(asked.item, asked.draft, asked.around, carried, posixpath.dirname(path))
    title = carried.get("title") or " ".join(root.attributes.get("title", "").split())
    wanted = carried.get("stimulus") or root.attributes.get("identifier", "")
    body = root.child("stimulusBody") or root
    asked.around.stimulus(path, wanted, title, there.text(body))
    return there.markup.inner(body)


def _rubric(asked: Asked, source: Source) -> None:
    """What a section of a test says to its candidates belongs to each of its items."""
    name, rubrics = source.rubric
    if not rubrics or asked.carried.ours:
        return
    if name not in asked.around.texts:
        text = "\n\n".join(one for one in (asked.text(rubric) for rubric in rubrics) if one)
        if not text:
            return
        asked.around.stimulus(name, "", source.group, text)
    if asked.stimulus:
        asked.draft.note(
            "section_text_dropped",
            phrase("what the test says before a section was left out: the question has a text of its own"),
        )
    else:
        asked.stimulus = asked.around.texts[name]


FORMAT = Qti()
