"""Content controls (ISO/IEC 29500-1, 17.5.2). Pure."""

from __future__ import annotations

from question_bank.formats.office_package import truth, value
from question_bank.formats.xml_tree import Node
from question_bank.practical.word.content import Control, Range

_KINDS = {
    "w:text": "text", "w:richText": "rich_text", "w:dropDownList": "drop_down", "w:comboBox": "combo_box", "w:date": "date",
    "w14:checkbox": "check_box", "w:picture": "picture", "w:docPartObj": "building_block", "w:docPartList": "gallery",
    "w:group": "group", "w:citation": "citation", "w:bibliography": "bibliography", "w15:repeatingSection": "repeating",
    "w:equation": "equation",
}  # fmt: skip
_MOST_CHOICES = 200  # of one list


def read_control(node: Node, place: Range) -> Control | None:
    """A `w:sdt` that stands around this part of the text; None without properties."""
    form = node.child("w:sdtPr")
    if form is None:
        return None
    kind = next((_KINDS[one.name] for one in form.children if one.name in _KINDS), "rich_text")
    listed = form.child("w:dropDownList") or form.child("w:comboBox")
    choices = [one.get("w:displayText") or one.get("w:value") for one in listed.all("w:listItem")] if listed else []
    box = form.child("w14:checkbox")
    return Control(
        kind, value(form.child("w:alias")), value(form.child("w:tag")), tuple(choices[:_MOST_CHOICES]),
        truth(box.child("w14:checked")) if box else False, truth(form.child("w:showingPlcHdr")), place,
    )  # fmt: skip
