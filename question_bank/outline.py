"""The outline of a section: what candidates see, without a word of it. The room and the kiosk read it from the open paper."""

from __future__ import annotations

from itertools import groupby

from question_bank.canonical import JSON
from question_bank.fields import Fields
from question_bank.items import item_type
from question_bank.order import ItemOutline, SectionOutline

CANDIDATE_FORMAT = "exam-candidate/1"


def outline(candidate_doc: JSON) -> SectionOutline:
    """The outline of a candidate document. Raises DocumentError, or ItemTypeError for a type unknown here."""
    fields = Fields(candidate_doc, "candidate")
    fields.expect("format", CANDIDATE_FORMAT)
    section_id, form_id = fields.text("section_id"), fields.text("form_id")
    keep_order = fields.truth("keep_order")
    items = [(item.text("stimulus_id"), item_outline(item)) for item in fields.objects("items")]
    blocks = (
        tuple(item.item_id for _, item in run)
        # An item without a stimulus is a block of its own: its place tells it from its neighbours.
        for _, run in groupby(items, lambda found: found[0] or found[1].item_id)
    )
    return SectionOutline(section_id, form_id, tuple(item for _, item in items), tuple(blocks), keep_order)


def item_outline(item: Fields) -> ItemOutline:
    """The outline of one item of a candidate document; takes the fields of the type's own view."""
    item_id, type_name = item.text("item_id"), item.text("type")
    return item_type(type_name).outline(item_id, item.rest())
