"""The commands about drills: `drill`, which holds one, and `verify drill`."""

from __future__ import annotations

import argparse
import json
import secrets
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from question_bank.phrase import phrase
from server.errors import ConfigError
from server.wording import gettext, render

if TYPE_CHECKING:
    from server.drill.rehearsal import Plan
    from server.identity import RoomIdentity

REFUSED = 3
MAX_SEATS = 1000  # one computer plays all of them; above this it would measure itself
SEATS, PACE_S, HOLD_S = 24, 10.0, 5.0
SEEDS = 1_000_000


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `drill` to the program's commands."""
    about = gettext("rehearse a sitting with virtual candidates, and break things on purpose")
    drill = commands.add_parser("drill", help=about)
    drill.add_argument("--seats", type=_seats, default=SEATS, help=gettext("how many virtual candidates"))
    drill.add_argument(
        "--faults", default="", help=gettext("which faults, by commas; a+b for two at once; without it all")
    )
    drill.add_argument(
        "--pace", type=_positive, default=PACE_S, help=gettext("seconds between two answers of a candidate")
    )
    drill.add_argument("--hold", type=_positive, default=HOLD_S, help=gettext("seconds that each fault lasts"))
    drill.add_argument("--seed", type=int, help=gettext("repeat the drill of this seed"))
    drill.add_argument("--room", type=Path, help=gettext("the real room's folder, whose key signs the certificate"))
    drill.add_argument("--to", type=Path, help=gettext("a new folder for report, logs and certificate"))
    drill.add_argument(
        "--json", action="store_true", help=gettext("print the report as one JSON object, as the last line")
    )
    drill.set_defaults(act=_drill)


def add_verification(what: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `drill` to what `verify` checks."""
    about = gettext("a drill's folder: signature, digests, and every figure counted again")
    drill = what.add_parser("drill", help=about)
    drill.add_argument("folder", type=Path, help=gettext("what `drill --to` made"))
    drill.add_argument("--json", action="store_true", help=gettext("print one JSON object instead of text"))
    drill.set_defaults(act=_verify)


def _seats(text: str) -> int:
    value = int(text)
    if not 1 <= value <= MAX_SEATS:
        raise ValueError(text)
    return value


def _positive(text: str) -> float:
    value = float(text)
    if not 0 < value <= 3600:
        raise ValueError(text)
    return value


# --- holding one ------------------------------------------------------------------------------------------------------


def _drill(given: argparse.Namespace) -> int:
    from server.composition import room_version
    from server.drill import certificate, rehearsal
    from server.identity import load_identity

    chosen, left_out = _chosen(given.faults)
    identity = load_identity(given.room) if given.room is not None else None
    seed = given.seed if given.seed is not None else secrets.randbelow(SEEDS)
    plan = rehearsal.Plan(given.seats, chosen, given.pace, given.hold, seed)
    with _folders(given.to) as (scratch, kept):
        held_at_ms = time.time_ns() // 1_000_000
        report = {
            **_held(plan, scratch, kept, _saying(given.json)),
            "version": room_version(),
            "not_rehearsed": left_out,
        }
        own = load_identity(scratch / "room") if identity is None else identity
        report["room"] = own.room_name
        if given.to is not None:
            report["certificate"] = str(kept / certificate.PAPER_FILE)
            _certify(kept, report, own, identity is None, held_at_ms)
    print(json.dumps(report, ensure_ascii=False) if given.json else "\n".join(_lines(report)), flush=True)
    return 0 if report["ok"] else REFUSED


def _held(plan: Plan, scratch: Path, kept: Path, say: Callable[[str, str], None]) -> dict[str, Any]:
    from server.drill import rehearsal

    try:
        return rehearsal.hold(plan, scratch, kept, say)
    except (OSError, RuntimeError, TimeoutError) as error:
        log = scratch / "server.log"
        words = log.read_text(encoding="utf-8", errors="replace")[-300:].strip() if log.exists() else ""
        told = phrase(
            "the drill could not be held [%(error)s]", error=f"{type(error).__name__}: {error} {words}".strip()
        )
        raise ConfigError(
            told, hint=phrase("Look at the computer's memory and disk, then try with fewer seats.")
        ) from error


def _certify(kept: Path, report: Mapping[str, Any], identity: RoomIdentity, own_room: bool, held_at_ms: int) -> None:
    from server.drill import certificate

    try:
        certificate.write(kept, report, identity, own_room, held_at_ms)
    except OSError as error:
        told = phrase("%(file)s cannot be written [%(error)s]", file=str(kept), error=error.strerror or str(error))
        raise ConfigError(told, hint=phrase("Make space on the disk.")) from error


def _chosen(text: str) -> tuple[list[tuple[str, ...]], list[dict[str, str]]]:
    """The faults to rehearse, and those that cannot be here, with the reason. Raises ConfigError for one that was asked for."""
    from server.drill.faults import FAULTS, IMPOSSIBLE, missing_here

    missing = missing_here()
    if not text:
        here: list[tuple[str, ...]] = [(name,) for name, fault in FAULTS.items() if fault.needs not in missing]
        left = [{"fault": name, "needs": str(fault.needs)} for name, fault in FAULTS.items() if fault.needs in missing]
        return here, left
    chosen = [tuple(one.split("+")) for one in text.split(",")]
    for names in chosen:
        if len(names) > 2 or len(set(names)) != len(names) or any(name not in FAULTS for name in names):
            told = phrase("%(fault)s is no fault that can be rehearsed", fault=repr("+".join(names)))
            raise ConfigError(
                told, hint=phrase("Choose from %(faults)s; a+b for two at once.", faults=", ".join(FAULTS))
            )
        if frozenset(names) in IMPOSSIBLE:
            told = phrase("%(fault)s leaves nobody who knows the time", fault="+".join(names))
            raise ConfigError(told, hint=phrase("An officer has to set it then; leave this pair out."))
        for name in names:
            if FAULTS[name].needs in missing:
                told = phrase(
                    "%(fault)s cannot be rehearsed here [%(needs)s]", fault=name, needs=str(FAULTS[name].needs)
                )
                raise ConfigError(told, hint=phrase("A small disk needs Linux and root."))
    return chosen, []


@contextmanager
def _folders(to: Path | None) -> Iterator[tuple[Path, Path]]:
    """A folder for what vanishes, and one for what is kept. Raises ConfigError."""
    with tempfile.TemporaryDirectory(prefix="examroom-drill-") as temporary:
        scratch, kept = Path(temporary) / "scratch", to or Path(temporary) / "kept"
        scratch.mkdir()
        try:
            kept.mkdir(parents=True)
        except OSError as error:
            told = phrase("%(file)s cannot be written [%(error)s]", file=str(kept), error=error.strerror or str(error))
            raise ConfigError(told, hint=phrase("Give the name of a new folder.")) from error
        yield scratch, kept


# --- telling ----------------------------------------------------------------------------------------------------------


def _saying(as_json: bool) -> Callable[[str, str], None]:
    """What is told while it goes on, with the seconds since it began; beside the report's stream when that is for a program."""
    began = time.monotonic()
    stream = sys.stderr if as_json else sys.stdout

    def say(what: str, fault: str) -> None:
        sentence = {
            "prepare": gettext("sealing both sets, making the room"),
            "arrive": gettext("machines connect, fetch both sets, candidates sign in"),
            "start": gettext("start for all"),
            "phase": gettext("now: %(fault)s", fault=fault),
            "clocks": gettext("not every clock is right again"),
            "submit": gettext("everybody submits, the sitting is closed"),
            "check": gettext("the checker counts"),
        }[what]
        print(f"{time.monotonic() - began:6.1f} s  {sentence}", file=stream, flush=True)

    return say


def _lines(report: Mapping[str, Any]) -> list[str]:
    """The report for people."""
    lines = [_line(one) for one in report["faults"]]
    lines.append(
        gettext(
            "%(acked)s answers acknowledged, %(lost)s lost, %(twice)s held twice, %(late)s late; known answers wrong: %(wrong)s",
            acked=report["acked"], lost=report["lost"], twice=report["duplicated"], late=report["late"],
            wrong=f"{report['canaries_wrong']}/{report['canaries']}",
        )
    )  # fmt: skip
    lines += [gettext("not rehearsed here: %(fault)s (%(needs)s)", **one) for one in report["not_rehearsed"]]
    lines += [f"  {problem}" for problem in report["problems"]]
    if "certificate" in report:
        lines.append(gettext("Certificate: %(file)s", file=report["certificate"]))
    lines.append(gettext("PASSED") if report["ok"] else gettext("NOT PASSED"))
    return lines


def _line(one: Mapping[str, Any]) -> str:
    def shown(name: str) -> str:
        return "–" if one[name] is None else str(one[name])

    return gettext(
        "%(fault)s: %(acked)s acknowledged, %(lost)s lost, %(twice)s twice, settled after %(settled)s s, server back for all after %(back)s s, p99 %(p99)s ms",
        fault=one["fault"], acked=one["acked"], lost=one["lost"], twice=one["duplicated"],
        settled=shown("reconcile_s"), back=shown("failover_s"), p99=shown("ack_p99_ms"),
    )  # fmt: skip


def _verify(given: argparse.Namespace) -> int:
    from server.drill.certificate import verify

    report = verify(given.folder)
    if given.json:
        print(json.dumps(report.document(render), ensure_ascii=False, indent=2))
        return 0 if report.ok else REFUSED
    facts: Mapping[str, Any] = report.facts()
    verdict = gettext("in order") if report.ok else gettext("WRONG")
    print(f"{report.file}: {verdict}")
    if facts["key"]:
        print(
            "  "
            + gettext("signed with the key %(key)s of room %(room)s", key=facts["key"], room=_room(facts["statement"]))
        )
    told: Sequence[str] = [f"{render(one.where)}: {one.code}: {render(one.message)}" for one in report.problems]
    told = [*told, *(gettext("not checked: %(what)s", what=render(sentence)) for sentence in report.not_checked)]
    print("\n".join(f"  {line}" for line in told))
    return 0 if report.ok else REFUSED


def _room(statement: Mapping[str, Any]) -> str:
    name = str(statement.get("room_name", ""))[:100]
    return "".join(sign if sign.isprintable() else "\ufffd" for sign in name)
