"""What shares and a package give when they fit: the work of an opening that touches nothing of the room."""

from __future__ import annotations

from collections.abc import Sequence

from question_bank import custody
from question_bank.custody import SecretKind, Share
from question_bank.order import ItemOutline, SectionOutline, outline
from question_bank.sealed import Package
from server.domain.events import ItemPlan, SectionPlan


def unsealed_paper(
    package: Package, shares: Sequence[Share], now_ms: int
) -> tuple[str, dict[str, str], tuple[SectionPlan, ...]]:
    """The paper's identity, each section's, and their outlines for the journal: ids and types, no content.

    Raises SealError, CustodyError. Touches nothing of the room: it runs beside the hub.
    """
    identity = custody.open_secret(shares, package.manifest, SecretKind.PAPER)
    identities = package.sections(identity, now_ms, override=True)
    plans: list[SectionPlan] = []
    for section in package.manifest.sections:
        part = package.candidate(section.section_id, identities[section.section_id])
        found: SectionOutline = outline(dict(part.document))
        items = tuple(_item_plan(item) for item in found.items)
        plans.append(SectionPlan(section.section_id, section.form_id, section.duration_s, items))
    return identity, identities, tuple(plans)


def unsealed_marking(package: Package, shares: Sequence[Share], now_ms: int) -> str:
    """The marking identity, tried on the marking part. Raises SealError, CustodyError."""
    identity = custody.open_secret(shares, package.manifest, SecretKind.MARKING)
    package.marking(identity, now_ms, override=True)  # the paper has passed the check of time
    return identity


def _item_plan(item: ItemOutline) -> ItemPlan:
    return ItemPlan(item.item_id, item.type, item.option_ids, item.fixed_option_ids)
