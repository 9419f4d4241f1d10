"""Make the vectors of docs/result.md: a bundle, and one bad file for each way of being wrong, with the codes it must give.

    .venv/bin/python scripts/make_result_vectors.py

Keys, ids and times are drawn anew: run it only when the format changes, and commit all of it.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from question_bank.canonical import encode
from scripts.bench_after import Hall
from server.drill.prepared_room import hold_ceremony, make_room, open_room, seal_contest
from server.identity import RoomIdentity
from server.result.container import TAG, signed_line
from server.result.reading import verify_bundle
from server.result.sources import sources
from server.result.writing import write_bundle

TARGET = Path(__file__).resolve().parent.parent / "tests" / "vectors" / "result"

Sections = dict[str, list[Any]]


def forged(octets: bytes, identity: RoomIdentity, change: Callable[[Sections], object]) -> bytes:
    """The bundle with its sections changed, and signed again by the room itself."""
    lines = octets.splitlines()
    head, rest, sections = json.loads(lines[0]), lines[2:], {}
    for section in head["sections"]:
        sections[section["name"]] = [json.loads(line) for line in rest[: section["lines"]]]
        rest = rest[section["lines"] :]
    change(sections)
    head["sections"], body = [], b""
    for name, values in sections.items():
        content = b"".join(encode(value) + b"\n" for value in values)
        digest = hashlib.sha256(content).hexdigest()
        head["sections"].append({"name": name, "lines": len(values), "bytes": len(content), "sha256": digest})
        body += content
    line = encode(head)
    return line + b"\n" + signed_line(identity.signing_key.sign(TAG + line)) + body


def bad_files(octets: bytes, identity: RoomIdentity) -> dict[str, bytes]:
    """Each bad file by name."""
    first, second, *rest = octets.splitlines(keepends=True)
    half = len(octets) // 2
    return {
        "cut": octets[:-1],
        "longer": octets + b"\n",
        "changed": octets[:half] + bytes((octets[half] ^ 1,)) + octets[half + 1 :],
        "not_a_bundle_text": b"not a bundle\n",
        "not_a_bundle_spaces": first.replace(b'":', b'": ', 1) + second + b"".join(rest),
        "wrong_signature": first + signed_line(bytes(64)) + b"".join(rest),
        "wrong_anchor": _renamed(first, rest, identity),
        "gap": forged(octets, identity, lambda found: found["records"].pop(9)),
        "wrong_receipts": forged(octets, identity, lambda found: found["receipts"].pop()),
        "wrong_minutes": forged(octets, identity, lambda found: found["minutes"][0].update(outages_ms=[1])),
        "wrong_package": forged(octets, identity, lambda found: found["packages"].pop(0)),
        "wrong_roster": forged(octets, identity, lambda found: found["roster"].reverse()),
        "not_closed": forged(octets, identity, lambda found: found["records"].pop()),
    }


def _renamed(first: bytes, rest: list[bytes], identity: RoomIdentity) -> bytes:
    """Another room's id over the same key, which the authority does not vouch for."""
    head = json.loads(first)
    head["room"]["room_id"] = "r-another"
    line = encode(head)
    return line + b"\n" + signed_line(identity.signing_key.sign(TAG + line)) + b"".join(rest)


def main() -> int:
    """Write all of them."""
    shutil.rmtree(TARGET, ignore_errors=True)
    TARGET.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        (folder / "sealed").mkdir()
        (folder / "room").mkdir()
        contest = seal_contest(folder / "sealed", small=True)
        make_room(folder / "room", contest, 2)
        with open_room(folder / "room") as room:
            hold_ceremony(room, contest, marking=False)
            hall = Hall(room, contest, 2)
            hall.take_seats()
            hall.answer(3)
            hall.hand_in()
            found, identity = sources(folder / "room", room.identity, room.store), room.identity
        good = TARGET / "good.result"
        assert write_bundle(found, good).ok
        for name, octets in bad_files(good.read_bytes(), identity).items():
            (TARGET / f"{name}.result").write_bytes(octets)
    verdicts = {
        path.name: sorted({one.code for one in verify_bundle(path).problems})
        for path in sorted(TARGET.glob("*.result"))
    }
    (TARGET / "verdicts.json").write_text(json.dumps(verdicts, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(verdicts, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
