"""An opened marking part, and what the contest's journal is told of it."""

from __future__ import annotations

from dataclasses import dataclass

from question_bank import canonical
from question_bank.canonical import JSON
from question_bank.scoring import CanaryFault, canary_faults
from question_bank.sealed import MarkingPart, Package
from server.domain.marking import MarkingOpened, WrongCanary


@dataclass(frozen=True, slots=True)
class Scheme:
    """An opened marking part and the digest that names it."""

    part: MarkingPart
    sha256: str


def read_scheme(package: Package, identity: str, now_ms: int) -> Scheme:
    """The marking part, and the digest of everything that decides marks. Raises SealError."""
    part = package.marking(identity, now_ms, override=True)
    documents: list[JSON] = [section.document() for section in part.sections]
    return Scheme(part, canonical.digest({"package_id": package.manifest.package_id, "sections": documents}).hex())


def opening_of(
    scheme: Scheme, sitting_id: str, package_id: str, officers: tuple[str, str], bodies: tuple[str, ...]
) -> MarkingOpened:
    """The event that records the opening, its canaries graded."""
    faults = canary_faults(scheme.part.sections, scheme.part.canaries)
    return MarkingOpened(
        sitting_id=sitting_id,
        package_id=package_id,
        scheme_sha256=scheme.sha256,
        canaries=len(scheme.part.canaries),
        wrong=tuple(_wrong(fault) for fault in faults),
        bodies=bodies,
        officers=officers,
    )


def _wrong(fault: CanaryFault) -> WrongCanary:
    return WrongCanary(
        fault.canary, fault.section_id, fault.expected_right, fault.right, fault.expected_mark, fault.marks
    )
