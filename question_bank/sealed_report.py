"""What the commands say of a package, in the reader's language, and of a refusal."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from question_bank.canonical import JSON
from question_bank.custody_faults import TEXTS as CUSTODY_TEXTS
from question_bank.custody_faults import CustodyError
from question_bank.phrase import phrase
from question_bank.sealed import Package
from question_bank.sealed_faults import TEXTS as SEAL_TEXTS
from question_bank.sealed_faults import SealError
from question_bank.sealed_manifest import SecretCustody, document
from question_bank.sheets import VIETNAM
from question_bank.verification import Finding, Verification
from question_bank.wording import gettext, ngettext, render, title

CHECKED = (
    phrase("the container: every byte of it, and nothing before, between or behind its members"),
    phrase("the manifest: its one form, and every rule"),
    phrase("the signature, by the key given"),
    phrase("the size and digest of every member"),
)
NOT_CHECKED = (
    phrase("whether the key given is the committee's: compare it with the one the committee hands out by itself"),
    phrase("what is encrypted: opening it takes the custodians' shares"),
)


@dataclass(frozen=True, slots=True)
class PackageReport(Verification):
    """What a verification of a package found; `verdict` is "ok" or the name of the broken rule."""

    verdict: str
    found: Mapping[str, JSON]

    def facts(self) -> dict[str, JSON]:
        """The verdict, and the package or its refusal as every command shows them."""
        return {"verdict": self.verdict, **self.found}


def verified(package: Package, signer_name: str) -> PackageReport:
    """The report on a package that Package.open_file and verify() have accepted."""
    found = package_document(package) | {"signer_name": signer_name}
    return PackageReport("package", str(package.path), CHECKED, NOT_CHECKED, (), "ok", found)


def refused(file: Path, error: SealError) -> PackageReport:
    """The report on a package that was refused: the first broken rule ends the check."""
    problem = Finding(error.code.value, error.detail, SEAL_TEXTS[error.code][0])
    not_checked = (phrase("everything that comes after the first broken rule"), *NOT_CHECKED)
    return PackageReport("package", str(file), (), not_checked, (problem,), error.code.value, refusal_document(error))


def explained(error: SealError | CustodyError) -> tuple[str, str]:
    """What a refusal means and what to do about it."""
    text, hint = SEAL_TEXTS[error.code] if isinstance(error, SealError) else CUSTODY_TEXTS[error.code]
    return render(text), render(hint)


def refusal_document(error: SealError | CustodyError) -> dict[str, JSON]:
    """A refusal as `--json` prints it."""
    message, hint = explained(error)
    return {"verdict": error.code.value, "message": message, "hint": hint, "evidence": error.evidence}


def refusal_text(error: SealError | CustodyError) -> str:
    """A refusal for people; the name of the rule and the evidence stand in brackets for the technician."""
    message, hint = explained(error)
    evidence = f"{error.code.value}: {render(error.detail)}" if error.detail else error.code.value
    return f"{message} [{evidence}]\n{hint}"


def package_document(package: Package) -> dict[str, JSON]:
    """A package as `--json` prints it: the manifest and what was found of the file."""
    return {
        "verdict": "ok",
        "file": str(package.path),
        "bytes": package.size,
        "manifest_sha256": package.manifest_sha256,
        "fingerprint": package.fingerprint,
        "signer_pinned": package.signer_pinned,
        "manifest": document(package.manifest),
    }


def package_text(package: Package) -> str:
    """A package for people: everything the manifest says, a line each."""
    manifest = package.manifest
    sets = {"primary": gettext("Primary set"), "reserve": gettext("Reserve set")}
    not_before = gettext("any time") if manifest.not_before_ms is None else instant(manifest.not_before_ms)
    rows = [
        (gettext("Contest"), f"{title(manifest.title)} ({manifest.contest_id}, {manifest.round_id})"),
        (gettext("Package"), f"{manifest.package_id} · {sets[manifest.set_name]}"),
        (gettext("Fingerprint"), f"{package.fingerprint}  ({package.manifest_sha256})"),
        (gettext("Signed by"), manifest.signer),
        (gettext("Sealed"), instant(manifest.created_at_ms)),
        (gettext("Not before"), not_before),
        (gettext("Needs version"), manifest.requires_version),
        (gettext("Paper's shares"), _custody(manifest.custody.paper)),
        (gettext("Marking's shares"), _custody(manifest.custody.marking)),
    ]
    for section in manifest.sections:
        items = ngettext("%(n)s item", "%(n)s items", section.item_count)
        minutes, seconds = divmod(section.duration_s, 60)
        rows.append(
            (gettext("Section"), f"{section.section_id} · {title(section.title)} · {items} · {minutes}:{seconds:02d}")
        )
    rows += [(gettext("Member"), f"{member.name} · {member.size} B") for member in manifest.members]
    width = max(len(label) for label, _ in rows)
    return "\n".join(f"{label.ljust(width)}  {value}" for label, value in rows)


def instant(at_ms: int) -> str:
    """An instant on Vietnam's clock."""
    return datetime.fromtimestamp(at_ms // 1000, VIETNAM).strftime("%H:%M:%S, %d/%m/%Y (UTC+7)")


def advice(package: Package) -> str:
    """What looking at a file does not prove, when its signer was not compared with a known key."""
    if package.signer_pinned:
        return ""
    text = gettext("The file is whole and signed, but not compared with a key known beforehand: use verify --signer.")
    return textwrap.fill(text, 100)


def _custody(secret: SecretCustody) -> str:
    needed = gettext("%(threshold)s of %(shares)s", threshold=secret.threshold, shares=secret.shares)
    return f"{needed}: {', '.join(secret.bodies)}"
