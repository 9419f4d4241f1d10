"""What a sitting is made of, as its journal holds it: parts, rules, packages, and items without their words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, cast

from question_bank.canonical import JSON
from question_bank.order import Group, ItemOutline, SectionOutline
from server.domain.values import LateRule, MarkingOpens, Opening, ShowResult
from server.protocol.records import PartIndex
from server.protocol.shape import Digest, Id, Items, Members, Shaped, Text, Whole
from server.protocol.situation import MAX_ITEMS, MAX_OPTIONS

Ids = Annotated[tuple[Id, ...], Items(MAX_ITEMS)]
OptionIds = Annotated[tuple[Id, ...], Items(MAX_OPTIONS)]
Word = Annotated[str, Text(1, 64)]


@dataclass(frozen=True, slots=True)
class PartPlan(Shaped):
    """One part as the sitting's file states it."""

    index: PartIndex
    section_code: Id
    duration_s: Annotated[int, Whole(1, 86_400)]


@dataclass(frozen=True, slots=True)
class SittingRules(Shaped):
    """The contest's rules that decide about time and results."""

    show_result: ShowResult
    grace_s: Annotated[int, Whole(0, 3_600)]
    time_unit_ms: Annotated[int, Whole(1, 3_600_000)]
    opening: Opening
    marking_opens: MarkingOpens
    late_records: LateRule = LateRule.DECIDE


@dataclass(frozen=True, slots=True)
class PackageRef(Shaped):
    """A sealed package, pinned by its manifest."""

    package_id: Id
    manifest_sha256: Digest


@dataclass(frozen=True, slots=True)
class PackagePair(Shaped):
    """A sitting's two sets; a rehearsal may have no reserve."""

    primary: PackageRef
    reserve: PackageRef | None


@dataclass(frozen=True, slots=True)
class GroupPlan(Shaped):
    """Ids of an item that are shown in a drawn order, and those of them that keep their place."""

    ids: OptionIds
    fixed: OptionIds


@dataclass(frozen=True, slots=True)
class ItemPlan(Shaped):
    """What is known of an item without its words or key; `shape` is its type's own."""

    item_id: Id
    type: Word
    groups: Annotated[tuple[GroupPlan, ...], Items(MAX_OPTIONS)]
    shape: Annotated[Mapping[str, object], Members()]


@dataclass(frozen=True, slots=True)
class SectionPlan(Shaped):
    """What is known of an opened section; the n-th section is the n-th part. Each block of items stays together."""

    section_id: Id
    form_id: Id
    duration_s: Annotated[int, Whole(1, 86_400)]
    items: Annotated[tuple[ItemPlan, ...], Items(MAX_ITEMS)]
    blocks: Annotated[tuple[Ids, ...], Items(MAX_ITEMS)]
    keep_order: bool


def section_plan(outline: SectionOutline, duration_s: int) -> SectionPlan:
    """An outline as the journal holds it."""
    items = tuple(
        ItemPlan(
            item.item_id, item.type, tuple(GroupPlan(group.ids, tuple(sorted(group.fixed))) for group in item.groups),
            item.shape,
        )
        for item in outline.items
    )  # fmt: skip
    return SectionPlan(outline.section_id, outline.form_id, duration_s, items, outline.blocks, outline.keep_order)


def section_outline(plan: SectionPlan) -> SectionOutline:
    """The inverse of `section_plan`."""
    items = tuple(
        ItemOutline(
            item.item_id, item.type, tuple(Group(group.ids, frozenset(group.fixed)) for group in item.groups),
            cast("Mapping[str, JSON]", item.shape),
        )
        for item in plan.items
    )  # fmt: skip
    return SectionOutline(plan.section_id, plan.form_id, items, plan.blocks, plan.keep_order)
