"""What shares and a package give when they fit: the work of an opening that touches nothing of the room."""

from __future__ import annotations

from collections.abc import Sequence

from question_bank import custody
from question_bank.custody import SecretKind, Share
from question_bank.outline import outline
from question_bank.sealed import Package
from server.domain.plan import SectionPlan, section_plan


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
        plans.append(section_plan(outline(dict(part.document)), section.duration_s))
    return identity, identities, tuple(plans)


def unsealed_marking(package: Package, shares: Sequence[Share], now_ms: int) -> str:
    """The marking identity, tried on the marking part. Raises SealError, CustodyError."""
    identity = custody.open_secret(shares, package.manifest, SecretKind.MARKING)
    package.marking(identity, now_ms, override=True)  # the paper has passed the check of time
    return identity
