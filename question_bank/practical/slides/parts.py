"""The parts of a presentation while it is read: each tree once, each picture's digest once, and what names what."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from question_bank.formats.office_package import OfficePackage, Relation
from question_bank.formats.xml_tree import Node
from question_bank.practical.slides.model import Action

_JUMPS = {
    "firstslide": "first", "lastslide": "last", "nextslide": "next", "previousslide": "previous", "lastslideviewed": "back", "endshow": "end",
}  # fmt: skip
_KINDS = {
    "program": "program", "hlinkfile": "file", "hlinkpres": "file", "media": "media", "ole": "other", "macro": "program",
}  # fmt: skip
_PAGE = re.compile(r"#\D{0,40}(\d{1,4})")


@dataclass(slots=True)
class Parts:
    """Trees and digests by the name of the part; `numbers` are the slides' places in the show."""

    package: OfficePackage
    numbers: Mapping[str, int] = field(default_factory=dict)
    shows: Mapping[str, str] = field(default_factory=dict)
    trees: dict[str, Node] = field(default_factory=dict)
    _digests: dict[str, str] = field(default_factory=dict)

    def tree(self, part: str) -> Node | None:
        """A part's XML, None where it is not there. Raises UnreadableFileError."""
        if part not in self.trees:
            found = self.package.xml(part)
            if found is None:
                return None
            self.trees[part] = found
        return self.trees[part]

    def digest(self, part: str) -> str:
        """SHA-256 of a part's bytes in hex; empty where it is not there. Raises UnreadableFileError."""
        if part not in self._digests:
            data = self.package.parts.read(part)
            self._digests[part] = "" if data is None else hashlib.sha256(data).hexdigest()
        return self._digests[part]

    def relation(self, part: str, name: str) -> Relation | None:
        """What a part names by an id."""
        return self.package.relations(part).get(name)

    def inside(self, part: str, name: str) -> str:
        """The part that an id leads to; empty where it leads outside or nowhere."""
        found = self.relation(part, name)
        return found.target if found and not found.outside else ""

    def action(self, part: str, node: Node) -> Action:
        """What an `hlinkClick` of this part does."""
        said = node.get("action")
        verb, _, asked = said.removeprefix("ppaction://").partition("?")
        found = self.relation(part, node.get("r:id"))
        target = found.target if found else ""
        if found and found.kind == "slide":
            return Action("slide", target, self.numbers.get(target, 0))
        if verb == "hlinkshowjump":
            return Action("jump", _JUMPS.get(asked.removeprefix("jump="), "other"))
        if verb == "customshow":
            number = asked.partition("id=")[2].partition("&")[0]
            return Action("show", self.shows.get(number, number))
        if verb in _KINDS:
            return Action(_KINDS[verb], target or asked)
        if page := _PAGE.fullmatch(target):
            return Action("slide", target, int(page[1]))
        return Action("url" if target else "other", target)
