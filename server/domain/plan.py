"""What a sitting is made of, as its journal holds it: parts, rules, packages, and items without their words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from server.domain.values import MarkingOpens, Opening, ShowResult
from server.protocol.records import PartIndex
from server.protocol.shape import Digest, Id, Items, Shaped, Text, Whole
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
class ItemPlan(Shaped):
    """What is known of an item without its content or key."""

    item_id: Id
    type: Word
    option_ids: OptionIds
    fixed: OptionIds


@dataclass(frozen=True, slots=True)
class SectionPlan(Shaped):
    """What is known of an opened section; the n-th section is the n-th part."""

    section_id: Id
    form_id: Id
    duration_s: Annotated[int, Whole(1, 86_400)]
    items: Annotated[tuple[ItemPlan, ...], Items(MAX_ITEMS)]
