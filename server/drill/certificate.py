"""What a drill leaves for the exam file: a signed statement about its files, and a page of paper that names it.

`certificate.json` is `{"statement": …, "signature": hex}`; Ed25519 by the room's key over `examroom/drill/1\\0` ‖ the canonical JSON of
the statement. The statement holds the digest of every file beside it, so that whoever has the folder can count again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from question_bank.canonical import JSON, CanonicalError, decode, encode
from question_bank.disk import replace_private
from question_bank.phrase import Phrase, phrase
from question_bank.verification import Finding, Verification
from server.drill import check_drill
from server.identity import RoomIdentity
from server.web import times
from server.web.documents.letterhead import Letterhead, signer
from server.web.documents.parts import section, table
from server.web.documents.render import in_words, render_pdf

FORMAT: Final = "exam-drill/1"
STATEMENT_FILE: Final = "certificate.json"
PAPER_FILE: Final = "certificate.pdf"
REPORT_FILE: Final = "report.json"
MAX_BYTES: Final = 1 << 20
_TAG: Final = b"examroom/drill/1\0"
_COUNTED: Final = ("seats", "acked", "lost", "duplicated", "late", "canaries", "canaries_wrong")


def write(folder: Path, report: Mapping[str, Any], identity: RoomIdentity, own_room: bool, held_at_ms: int) -> None:
    """Write statement and paper beside the drill's files, the report among them. Raises OSError, DocumentError.

    `own_room`: the key is that of the rehearsal's room, since no other was given.
    """
    text = json.dumps(report, ensure_ascii=False, indent=2) + "\n"
    replace_private(folder / REPORT_FILE, text.encode("utf-8"))
    statement: dict[str, JSON] = {
        "format": FORMAT,
        "room_id": identity.room_id,
        "room_name": identity.room_name,
        "own_room": own_room,
        "key": identity.server_key.hex(),
        "held_at_ms": held_at_ms,
        "version": str(report["version"]),
        "ok": bool(report["ok"]),
        "faults": [str(one["fault"]) for one in report["faults"]],
        "not_rehearsed": [str(one["fault"]) for one in report["not_rehearsed"]],
        **{name: int(report[name]) for name in _COUNTED},
        "files": {name: _sha256(folder / name) for name in (*check_drill.FILES, REPORT_FILE)},
    }
    signature = identity.signing_key.sign(_TAG + encode(statement)).hex()
    replace_private(folder / STATEMENT_FILE, encode({"statement": statement, "signature": signature}))
    replace_private(folder / PAPER_FILE, _paper(report, statement))


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


# --- paper ------------------------------------------------------------------------------------------------------------


def fingerprint(key: str) -> str:
    """A key as people compare it: the first 16 hex digits of its digest."""
    return hashlib.sha256(bytes.fromhex(key)).hexdigest()[:16].upper()


def _paper(report: Mapping[str, Any], statement: Mapping[str, Any]) -> bytes:
    at_ms = int(statement["held_at_ms"])
    on: date = times.moment(at_ms).date()
    data: dict[str, JSON] = {
        "office": Letterhead("", "", "", "", on).data(),
        "kind": in_words(phrase("Certificate")),
        "subject": in_words(phrase("of a technical drill of room “%(room)s”", room=statement["room_name"])),
        "words": {"foot": in_words(phrase("Printed %(when)s", when=times.day_and_clock(at_ms)))},
        "sections": [_held(report, statement), _figures(report), _faults(report), _proof(statement)],
        "closing": in_words(phrase("This certificate is filed with the papers of the exam.")),
        "people": [signer(in_words(phrase("Technical team"))), signer(in_words(phrase("Chief proctor")))],
    }
    return render_pdf("minutes", data)


def _held(report: Mapping[str, Any], statement: Mapping[str, Any]) -> JSON:
    said = [
        phrase("The drill was held on %(when)s with %(seats)s virtual candidates, on rehearsal papers made for it.",
               when=times.day_and_clock(int(statement["held_at_ms"])), seats=report["seats"]),
        phrase("Program version %(version)s, seed %(seed)s.", version=report["version"], seed=report["seed"]),
        phrase("Passed: nothing lost, nothing twice, every time and every known answer right.")
        if report["ok"] else phrase("NOT PASSED. The report names what is wrong."),
    ]  # fmt: skip
    if report["not_rehearsed"]:
        names = ", ".join(fault_in_words(str(one["fault"])) for one in report["not_rehearsed"])
        said.append(phrase("Not rehearsed here: %(faults)s.", faults=names))
    return section(in_words(phrase("I. The drill")), [in_words(one) for one in said])


def _figures(report: Mapping[str, Any]) -> JSON:
    rows = [
        (phrase("Answers acknowledged"), report["acked"]),
        (phrase("of these lost"), report["lost"]),
        (phrase("of these held twice"), report["duplicated"]),
        (phrase("of these recorded as late"), report["late"]),
        (phrase("All back at a server after its loss (s, longest)"), report["failover_s"]),
        (phrase("Everything acknowledged after a fault was mended (s, longest)"), report["reconcile_s"]),
        (phrase("Paper open at the last seat after the start (ms)"), report["start_spread_ms"]),
        (phrase("99 of 100 answers acknowledged within, undisturbed (ms)"), report["ack_p99_ms"]),
        (phrase("Largest error of a remaining time (ms)"), report["time_off_ms"]),
        (phrase("Known answers marked wrongly"), f"{report['canaries_wrong']} / {report['canaries']}"),
    ]
    cells = [[in_words(name), _cell(value)] for name, value in rows]
    found = table([phrase("Figure"), phrase("Value")], cells, [5, 1], [1])
    return section(in_words(phrase("II. Figures")), [], found)


def _faults(report: Mapping[str, Any]) -> JSON:
    titles = [
        phrase("Fault"), phrase("Acked"), phrase("Lost"), phrase("Twice"), phrase("Back (s)"), phrase("Settled (s)"),
        phrase("p99 (ms)"),
    ]  # fmt: skip
    names = ("acked", "lost", "duplicated", "failover_s", "reconcile_s", "ack_p99_ms")
    rows = [[fault_in_words(str(one["fault"])), *(_cell(one[name]) for name in names)] for one in report["faults"]]
    found = table(titles, rows, [5, 2, 2, 2, 2, 2, 2], range(1, len(titles)))
    return section(in_words(phrase("III. Faults, one after the other")), [], found)


def fault_in_words(fault: str) -> str:
    """A fault, or two, as the paper names them."""
    said = {
        check_drill.CALM: phrase("Undisturbed"),
        "kill_server": phrase("Server killed"),
        "cut_switch": phrase("Switch cut off"),
        "drop": phrase("Packets lost"),
        "delay": phrase("Packets delayed"),
        "duplicate": phrase("Messages sent twice"),
        "reorder": phrase("Messages in the wrong order"),
        "fill_disk": phrase("Server's disk full"),
        "step_clock": phrase("Server's clock an hour ahead"),
        "power_row": phrase("Power cut at every second seat"),
        "power_all": phrase("Power cut everywhere"),
        "kill_standby": phrase("Standby killed"),
        "cut_standby": phrase("Standby cut off"),
        "promote": phrase("Server gone, the standby takes over"),
    }
    return " + ".join(in_words(said[one]) if one in said else one for one in fault.split("+"))


def _cell(value: object) -> str:
    return "–" if value is None else str(value).replace(".", ",")


def _proof(statement: Mapping[str, Any]) -> JSON:
    said = [phrase("To check this certificate, on any computer with the program: %(command)s",
                   command="examroom-server verify drill FOLDER")]  # fmt: skip
    if statement["own_room"]:
        said.append(
            phrase("The key is that of the rehearsal's own room: it proves only that nothing was changed since.")
        )
    digests = [
        (in_words(phrase("Fingerprint of the key it is signed with")), fingerprint(statement["key"])),
        (in_words(phrase("SHA-256 of the statement")), hashlib.sha256(encode(dict(statement))).hexdigest()),
    ]
    return section(in_words(phrase("IV. Proof")), [in_words(one) for one in said], None, digests)


# --- checking ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DrillReport(Verification):
    """A drill's folder, checked; `statement` is empty when there is none to be read."""

    statement: Mapping[str, JSON]

    def facts(self) -> dict[str, JSON]:
        """What the statement says, and whose key signed it."""
        key = str(self.statement.get("key", ""))
        return {"statement": dict(self.statement), "key": fingerprint(key) if key else ""}


def verify(folder: Path) -> DrillReport:
    """Check signature and digests, and count everything again; needs no server, network or key."""
    found: list[Finding] = []
    try:
        whole = decode((folder / STATEMENT_FILE).read_bytes(), MAX_BYTES)
        statement, key, signature = _parts(whole)
        key.verify(signature, _TAG + encode(statement))
    except (OSError, CanonicalError, ValueError) as error:
        why = phrase("It cannot be read [%(error)s].", error=type(error).__name__)
        return _report(folder, [Finding("unreadable_file", STATEMENT_FILE, why)], {})
    except InvalidSignature:
        return _report(
            folder, [Finding("wrong_signature", STATEMENT_FILE, phrase("The signature is not this key's."))], {}
        )
    found += _wrong_files(folder, statement)
    if not found:
        found += _wrong_figures(folder, statement)
    if statement.get("ok") is not True:
        found.append(Finding("not_passed", "", phrase("The drill was not passed; its report says why.")))
    return _report(folder, found, statement)


def _parts(whole: JSON) -> tuple[dict[str, JSON], Ed25519PublicKey, bytes]:
    match whole:
        case {"statement": dict(statement), "signature": str(signature)} if statement.get("format") == FORMAT:
            key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(str(statement.get("key"))))
            return statement, key, bytes.fromhex(signature)
    raise ValueError(FORMAT)


def _wrong_files(folder: Path, statement: Mapping[str, JSON]) -> list[Finding]:
    files = statement.get("files")
    named = files if isinstance(files, dict) else {}
    wrong = []
    for name in (*check_drill.FILES, REPORT_FILE):
        try:
            same = named.get(name) == _sha256(folder / name)
        except OSError:
            same = False
        if not same:
            wrong.append(
                Finding("wrong_digest", name, phrase("The file is missing, or is not the one that was signed."))
            )
    return wrong


def _wrong_figures(folder: Path, statement: Mapping[str, JSON]) -> list[Finding]:
    try:
        counted = check_drill.check(folder)
        told = json.loads((folder / REPORT_FILE).read_bytes())
    except (OSError, ValueError, KeyError, StopIteration) as error:
        why = phrase("It cannot be read [%(error)s].", error=type(error).__name__)
        return [Finding("unreadable_file", REPORT_FILE, why)]
    other: Phrase = phrase("Counted again it comes out otherwise.")
    figures = [name for name in counted if name not in ("ok", "problems") and counted[name] != told.get(name)]
    figures += [name for name in _COUNTED if counted[name] != statement.get(name) and name not in figures]
    return [Finding("other_figures", name, other) for name in figures]


def _report(folder: Path, found: Sequence[Finding], statement: Mapping[str, JSON]) -> DrillReport:
    checked = (
        phrase("the signature, and the digest of every file of the drill"),
        phrase("every figure, counted again from what candidates gave, kiosks heard, the journal and the results"),
    )
    not_checked = (
        phrase("whose key it is: compare its fingerprint with the room's"),
        phrase("whether the drill's own logs told the truth when they were written"),
    )
    return DrillReport("drill", str(folder), checked, not_checked, tuple(found), statement)
