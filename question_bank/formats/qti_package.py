"""What was handed in as QTI: a package (ZIP with a manifest), a heap of items in a ZIP, one item, or one test.

Every item of it is a source, in the order of the tests, then of the manifest, then of the names. Only files inside are opened.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass, field

from question_bank.formats.lined_tree import Damaged, Node
from question_bank.formats.qti_items import Keywords
from question_bank.formats.qti_text import inside
from question_bank.formats.qti_tree import Room, elements, read_document, walk
from question_bank.formats.zips import Unpacked, UnreadableFileError, unpack
from question_bank.phrase import Phrase, phrase

ITEM, TEST, SECTION, STIMULUS = "assessmentItem", "assessmentTest", "assessmentSection", "assessmentStimulus"
OLD = "questestinterop"  # QTI 1.x
MOST_XML = 8 * 1024 * 1024  # bytes of one document
ALLOWED_XML = 4 * 1024 * 1024  # bytes of all documents together: so many, and MOST_XML_RATIO for each byte of the file
MOST_XML_RATIO = 16
_KEPT = 64 * 1024 * 1024  # bytes of files kept while reading: several items show the same picture


@dataclass(frozen=True, slots=True)
class Source:
    """One item of what was handed in: its document or why there is none, and what stands around it.

    `section` is the part of a test it stands in: its title, and a text for all of the section's items (by a name of its own).
    """

    path: str
    document: Node | Damaged
    keywords: tuple[str, ...] = ()
    group: str = ""
    rubric: tuple[str, tuple[Node, ...]] = ("", ())


@dataclass(slots=True)
class Package:
    """The members of a ZIP, or one document alone."""

    size: int
    room: Room
    archive: Unpacked | None = None
    keywords: dict[str, tuple[str, ...]] = field(default_factory=dict)
    notes: dict[str, Phrase] = field(default_factory=dict)
    _kept: dict[str, bytes] = field(default_factory=dict)
    _held: int = 0
    _xml: int = 0

    @classmethod
    def of(cls, data: bytes) -> Package:
        """The package of a ZIP. Raises UnreadableFileError."""
        return cls(len(data), Room(max(Room().left, len(data) // 20)), unpack(data))

    def open(self, path: str) -> bytes | None:
        """A member, or nothing where there is none or it is damaged."""
        if path in self._kept:
            return self._kept[path]
        try:
            data = self.archive.read(path) if self.archive else None
        except UnreadableFileError:
            return None
        if data is not None and self._held + len(data) <= _KEPT:
            self._kept[path] = data
            self._held += len(data)
        return data

    def document(self, path: str) -> Node | Damaged:
        """The document of a member."""
        size = self.archive.size(path) if self.archive else 0
        if self.archive is None or not (size or path in self.archive.names):
            return Damaged(phrase("the file is not in what was handed in"), 0)
        self._xml += size
        if size > MOST_XML or self._xml > ALLOWED_XML + MOST_XML_RATIO * self.size:
            return Damaged(phrase("the file is too large or nested too deeply"), 0)
        try:
            data = self.archive.read(path, MOST_XML)
        except UnreadableFileError as error:
            return Damaged(error.reason, 0)
        return read_document(data or b"", self.room)

    def sources(self) -> list[Source]:
        """Every item, each once."""
        found: dict[str, Source] = {}
        tests, items = self._listed()
        for path in tests:
            for source in self._of_test(path):
                found.setdefault(source.path, source)
        for path in items:
            if path not in found:
                found[path] = Source(path, self.document(path), self.keywords.get(path, ()))
        return [one for one in found.values() if isinstance(one.document, Damaged) or one.document.name == ITEM]

    def _listed(self) -> tuple[list[str], list[str]]:
        """The paths of tests and of items: what the manifest calls so, and documents nobody named that begin like one."""
        names = self.archive.names if self.archive else ()
        tests: list[str] = []
        items: list[str] = []
        listed: set[str] = set()
        for kind, path in self._resources(names):
            listed.add(path)
            if kind == "test":
                tests.append(path)
            elif kind == "item":
                items.append(path)
        for name in sorted(name for name in names if name.lower().endswith(".xml") and name not in listed):
            kind = (
                kind_of((self.open(name) or b"")[:4096]) if self.archive and self.archive.size(name) <= MOST_XML else ""
            )
            if kind == TEST:
                tests.append(name)
            elif kind == ITEM:
                items.append(name)
        return tests, items

    def _resources(self, names: tuple[str, ...]) -> Iterator[tuple[str, str]]:
        """What each resource of the manifest is, and its path. The manifest is the one nearest to the top."""
        manifests = sorted(
            (name for name in names if posixpath.basename(name).lower() == "imsmanifest.xml"),
            key=lambda name: (name.count("/"), name),
        )
        if not manifests:
            return
        root = self.document(manifests[0])
        if isinstance(root, Damaged):
            self.notes["bad_manifest"] = phrase(
                "the package's list of contents is damaged; its items were found by looking"
            )
            return
        base = posixpath.dirname(manifests[0])
        yield "manifest", manifests[0]
        for resource in (one for one in walk(root) if one.name == "resource"):
            kind = resource.attributes.get("type", "").lower()
            href = resource.attributes.get("href") or next(
                (one.attributes.get("href", "") for one in resource.all("file")), ""
            )
            path = inside(base, href)
            if not path:
                continue
            self.keywords[path] = Keywords.of(resource).words
            if kind.startswith(("imsqti_item", "imsqti_apipitem")):
                yield "item", path
            elif kind.startswith(("imsqti_test", "imsqti_apiptest", "imsqti_assessment_")):
                yield "test", path

    def _of_test(self, path: str) -> Iterator[Source]:
        root = self.document(path)
        if isinstance(root, Damaged):
            self.notes[path] = root.message
            return
        yield from self.of_parts(root, path)

    def of_parts(self, root: Node, path: str, group: str = "", depth: int = 0) -> Iterator[Source]:
        """The items that a test or section names, in order."""
        for node in elements(root):
            if node.name in ("preCondition", "branchRule"):
                self.notes["adaptive_test"] = phrase(
                    "a test of the file goes on by what was answered; here a blueprint decides"
                )
            if node.name == "assessmentItemRef":
                here = inside(posixpath.dirname(path), node.attributes.get("href", "")) or node.attributes.get(
                    "href", "?"
                )
                rubric = (f"{path}#{root.attributes.get('identifier', '')}", tuple(_rubrics(root)))
                if node.child("weight"):
                    self.notes["weights"] = phrase(
                        "a test of the file weighs its items; here the blueprint gives marks"
                    )
                yield Source(here, self.document(here), self.keywords.get(here, ()), group, rubric)
            elif node.name == "assessmentSectionRef" and depth < 3:
                here = inside(posixpath.dirname(path), node.attributes.get("href", ""))
                section = self.document(here)
                if isinstance(section, Node):
                    yield from self.of_parts(section, here, _title(section) or group, depth + 1)
                else:
                    self.notes[here] = section.message
            elif node.name in ("testPart", SECTION):
                yield from self.of_parts(node, path, _title(node) or group, depth)


def _title(node: Node) -> str:
    return " ".join(node.attributes.get("title", "").split()) if node.name == SECTION else ""


def _rubrics(section: Node) -> Iterator[Node]:
    """What a section says to its candidates."""
    for one in section.all("rubricBlock"):
        if "candidate" in one.attributes.get("view", "candidate"):
            yield one


def kind_of(head: bytes) -> str:
    """What a document is by how it begins: ITEM, TEST, STIMULUS, OLD, or nothing known."""
    head = head.replace(b"\0", b"")
    at = {
        kind: min((place for word in words if (place := head.find(word)) >= 0), default=-1)
        for kind, words in _HEADS.items()
    }
    known = {kind: place for kind, place in at.items() if place >= 0}
    return min(known, key=known.__getitem__) if known else ""


_HEADS = {
    ITEM: (b"assessmentItem", b"qti-assessment-item"),
    TEST: (b"<assessmentTest", b"<qti-assessment-test", b":assessmentTest"),
    STIMULUS: (b"<assessmentStimulus", b"<qti-assessment-stimulus"),
    OLD: (b"<questestinterop",),
}
