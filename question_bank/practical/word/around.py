"""What a Word file says beside its texts: settings, properties, the words of remarks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from question_bank.formats.office_package import OfficePackage, truth, value, whole
from question_bank.formats.xml_tree import Node
from question_bank.practical.word.content import Comment, Range

_CORE = {
    "dc:title": "title", "dc:subject": "subject", "dc:creator": "author", "cp:keywords": "keywords",
    "dc:description": "comments", "cp:category": "category", "cp:contentStatus": "status", "cp:lastModifiedBy": "last_modified_by",
    "dcterms:created": "created", "dcterms:modified": "modified", "cp:revision": "revision", "dc:identifier": "identifier",
    "dc:language": "language",
}  # fmt: skip
_EXTENDED = {"Company": "company", "Manager": "manager", "Application": "application"}


@dataclass(frozen=True, slots=True)
class Settings:
    """Of the whole file. `protection` is what editing is restricted to (readOnly, comments, trackedChanges, forms), empty without;
    `tab_stop` is twips."""

    tracking: bool = False
    protection: str = ""
    protected_by_password: bool = False
    mirror_margins: bool = False
    gutter_at_top: bool = False
    even_and_odd: bool = False
    tab_stop: int = 720
    hyphenation: bool = False
    read_only_recommended: bool = False
    merges: bool = False
    merge_source: str = ""


@dataclass(frozen=True, slots=True)
class Properties:
    """What the file says of itself: by our names (`title`, `author`, `company` …), and the author's own by theirs."""

    core: Mapping[str, str] = field(default_factory=dict)
    custom: Mapping[str, str] = field(default_factory=dict)


def read_settings(top: Node | None) -> Settings:
    """Of `settings.xml`, or of a file without."""
    if top is None:
        return Settings()
    guard, write, merge = (top.child(name) for name in ("w:documentProtection", "w:writeProtection", "w:mailMerge"))
    guarded = guard is not None and guard.get("w:enforcement", "0").lower() in ("1", "true", "on")
    secret = bool(guard and (guard.get("w:hash") or guard.get("w:hashValue")))
    return Settings(
        tracking=truth(top.child("w:trackRevisions")),
        protection=(guard.get("w:edit") or "readOnly") if guard and guarded else "",
        protected_by_password=guarded and secret,
        mirror_margins=truth(top.child("w:mirrorMargins")),
        gutter_at_top=truth(top.child("w:gutterAtTop")),
        even_and_odd=truth(top.child("w:evenAndOddHeaders")),
        tab_stop=whole(value(top.child("w:defaultTabStop")), 720),
        hyphenation=truth(top.child("w:autoHyphenation")),
        read_only_recommended=write is not None and write.get("w:recommended").lower() in ("1", "true", "on"),
        merges=merge is not None,
        merge_source=value(merge.child("w:query")) if merge else "",
    )


def read_properties(package: OfficePackage) -> Properties:
    """Raises UnreadableFileError for parts that are damaged."""
    core: dict[str, str] = {}
    top = package.xml(package.related("", "core-properties"))
    for node in top.children if top else ():
        if node.name in _CORE:
            core[_CORE[node.name]] = node.text.strip()
    extended = package.xml(package.related("", "extended-properties"))
    for node in extended.children if extended else ():
        name = _EXTENDED.get(node.name.rpartition(":")[2])
        if name:
            core[name] = node.text.strip()
    custom = package.xml(package.related("", "custom-properties"))
    own = {one.get("name"): one.all_text().strip() for one in custom.children} if custom else {}
    return Properties(core, own)


def read_comments(top: Node | None, ranges: Mapping[str, Range], extended: Node | None) -> tuple[Comment, ...]:
    """The remarks of the file; `extended` says which are done with (Word 2012), by the id of their last paragraph."""
    done = {
        one.get("w15:paraId")
        for one in (extended.children if extended else ())
        if one.get("w15:done").lower() in ("1", "true")
    }
    found: list[Comment] = []
    for node in top.all("w:comment") if top else ():
        lines = [one for one in node.walk() if one.name == "w:p"]
        text = "\n".join("".join(text.text for text in line.walk() if text.name == "w:t") for line in lines)
        resolved = bool(lines) and lines[-1].get("w14:paraId") in done
        number = node.get("w:id")
        found.append(Comment(number, node.get("w:author"), text, ranges.get(number), resolved))
    return tuple(found)
