"""The custodians' sheets: one A4 page for each share, with its words and QR code, for a sealed paper envelope.

A sheet is the only place where a share exists after sealing. It is written with mode 0600, never beside the package.
"""

from __future__ import annotations

import io
import os
from collections.abc import Sequence
from contextvars import copy_context
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import segno
import typst

from question_bank import canonical, front
from question_bank.bilingual import Bilingual
from question_bank.canonical import JSON
from question_bank.custody import SecretKind, qr_text
from question_bank.disk import write_new
from question_bank.phrase import Phrase, phrase
from question_bank.sealed_faults import SealError, SealFault
from question_bank.sealed_manifest import Manifest
from question_bank.sealed_write import CustodianShare, SealedBundle
from question_bank.wording import Language, render, use_language

FONTS = front.PATH / "fonts-print"
TEMPLATE = Path(__file__).resolve().parent / "typst" / "sheet.typ"
VIETNAM = timezone(timedelta(hours=7))  # one zone, no summer time (Decree 134/2002/NĐ-CP)

_TEXTS = {
    "secret": phrase("CONFIDENTIAL – DO NOT COPY"),
    "body": phrase("Body"),
    "office": phrase("Office of the custodian"),
    "share": phrase("Share"),
    "set": phrase("Set"),
    "opens": phrase("Opens"),
    "not_before": phrase("Not before"),
    "package": phrase("Package"),
    "fingerprint": phrase("Fingerprint"),
    "words": phrase("The share: 33 words, in this order"),
    "qr": phrase("The same as a QR code"),
    "qr_same": phrase("Words or code: either is enough. Give the share only at the opening, on the room's own screen."),
    "do_head": phrase("Do"),
    "never_head": phrase("Never"),
    "date": phrase("Date …… / …… / 20……"),
    "made": phrase("Made by (signature, full name)"),
    "kept": phrase("Custodian (signature, full name)"),
    "footer": phrase("Exactly one copy of this sheet exists. Destroy it, with minutes, once the results are final."),
}
_TITLES = {
    SecretKind.PAPER: phrase("Custodian's sheet: key to the paper"),
    SecretKind.MARKING: phrase("Custodian's sheet: key to the marking"),
}
_KINDS = {SecretKind.PAPER: phrase("Exam paper"), SecretKind.MARKING: phrase("Answer keys")}
_SETS = {"primary": phrase("Primary set"), "reserve": phrase("Reserve set")}
_DO = (
    phrase("Put this sheet into an opaque envelope now, seal it, and sign across the seal."),
    phrase("Before giving the share, compare the package number and the fingerprint with the screen."),
    phrase("At the opening, type the 33 words yourself or scan the code; then take the sheet back."),
    phrase("If the envelope is lost or was opened, report it at once: the paper must be sealed again."),
)
_NEVER = (
    phrase("Never photograph or copy this sheet, and never read it aloud."),
    phrase("Never send it by telephone, e-mail or message, or store it on a computer."),
    phrase("Never keep it together with another custodian's sheet or with the file of the package."),
    phrase("Never give it to anybody, of whatever rank, outside the opening with its minutes."),
)


def write_sheets(bundle: SealedBundle, folder: Path) -> tuple[Path, ...]:
    """Write one PDF a share, named `<package_id>-<paper|marking>-<number>.pdf`, mode 0600, and return their paths.

    Makes the folder (mode 0700) when it is not there. Raises SealError when it is the package's or inside it, and
    OSError; a sheet already there is never replaced. When one cannot be written, none is left.
    """
    check_apart(bundle.package.path.parent, folder)
    pages = [(sheet_name(bundle, given), sheet(bundle, given)) for given in bundle.shares]
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    written: list[Path] = []
    try:
        for name, page in pages:
            write_new(folder / name, page)
            written.append(folder / name)
    except OSError:
        for path in written:
            path.unlink(missing_ok=True)
        raise
    return tuple(written)


def check_apart(package_folder: Path, sheets_folder: Path) -> None:
    """Raise SealError beside_package when sheets would lie in the package's folder or below: a copy would take both."""
    # Path.resolve raises RuntimeError for links that lead in a circle; writing there gives an OSError in its turn
    package, sheets = Path(os.path.realpath(package_folder)), Path(os.path.realpath(sheets_folder))
    if sheets.is_relative_to(package):
        raise SealError(SealFault.BESIDE_PACKAGE, str(sheets_folder))


def sheet_name(bundle: SealedBundle, given: CustodianShare) -> str:
    """The file name of one sheet."""
    return f"{bundle.package.manifest.package_id}-{given.kind.value}-{given.number}.pdf"


def sheet(bundle: SealedBundle, given: CustodianShare) -> bytes:
    """One custodian's sheet as PDF: A4, one page, Vietnamese with English below."""
    manifest = bundle.package.manifest
    qr = io.BytesIO()
    code = segno.make(qr_text(manifest.package_id, given.kind, given.share), error="m", micro=False)
    code.save(qr, kind="svg", xmldecl=False, border=2, dark="#000", light="#fff", unit="mm")
    page = canonical.encode(_page(bundle, given)).decode("utf-8")
    return bytes(
        typst.compile(
            TEMPLATE,
            font_paths=[FONTS],
            ignore_system_fonts=True,
            sys_inputs={"sheet": page, "qr": qr.getvalue().decode("utf-8")},
            timestamp=datetime.fromtimestamp(manifest.created_at_ms // 1000, UTC),
        )
    )


def _page(bundle: SealedBundle, given: CustodianShare) -> dict[str, JSON]:
    manifest = bundle.package.manifest
    plan = bundle.plan.paper if given.kind is SecretKind.PAPER else bundle.plan.marking
    needed = phrase("any %(threshold)s of %(shares)s, from two bodies", threshold=plan.threshold,
                    shares=len(plan.custodians))  # fmt: skip
    texts = {**_TEXTS, "title": _TITLES[given.kind], "needed": needed}
    sha256 = bundle.package.manifest_sha256
    return {
        "text": {name: _both(text) for name, text in texts.items()},
        "title": manifest.title.document(),
        "package_id": manifest.package_id,
        "set": _both(_SETS[manifest.set_name]),
        "kind": _both(_KINDS[given.kind]),
        "not_before": not_before_text(manifest),
        "body": given.custodian.body,
        "office": given.custodian.title,
        "number": given.number,
        "shares": len(plan.custodians),
        "words": list(given.share.words),
        "fingerprint": bundle.package.fingerprint,
        "sha256": [sha256[place : place + 8] for place in range(0, len(sha256), 8)],
        "do": _list(_DO),
        "never": _list(_NEVER),
    }


def not_before_text(manifest: Manifest) -> str:
    """The instant before which the package is not opened, on Vietnam's clock; a dash when there is none."""
    if manifest.not_before_ms is None:
        return "–"
    instant = datetime.fromtimestamp(manifest.not_before_ms // 1000, VIETNAM)
    return instant.strftime("%H:%M, %d/%m/%Y" if not instant.second else "%H:%M:%S, %d/%m/%Y") + " (UTC+7)"


def _list(phrases: Sequence[Phrase]) -> list[JSON]:
    return [_both(each) for each in phrases]


def _both(text: Phrase) -> dict[str, JSON]:
    """A phrase in both languages, whatever the language of this process."""
    return Bilingual(_in("vi", text), _in("en", text)).document()


def _in(language: Language, text: Phrase) -> str:
    def spoken() -> str:
        use_language(language)
        return render(text)

    return copy_context().run(spoken)
