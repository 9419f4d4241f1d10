"""A complete demonstration room to try by hand: what `make run` starts, and leaves running until Ctrl-C.

Seals both sets of the sample bank, prepares a sitting with twelve candidates, starts the server and three kiosks, and
prints where to go, who may sign in, the access codes, and the custodians' shares. Everything is on this computer alone.
"""

from __future__ import annotations

import argparse
import os
import secrets
import shutil
import signal
import sys
import tempfile
import threading
from pathlib import Path

from scripts import rehearsal
from scripts.rehearsal_room import RehearsalRoom, fresh_password, package_paths
from server.domain import access_codes
from server.domain.names import tidy
from server.domain.roster import Roster, RosterRules
from server.domain.roster_reading import read_roster
from server.drill.prepared_room import give_codes, open_room, take_in
from server.heartbeat import wall_ms
from server.live.kit import KitDesk
from server.web.spreadsheet import FileProblem, read_table
from server.web.times import moment

CANDIDATES = 12
DURATION_S = 45 * 60
SEATS = ("A01", "A02", "A03")
PORT, LOCAL_PORT = 8443, 8480


def prepare(room: RehearsalRoom, material: rehearsal.Material) -> dict[str, str]:
    """Take in sitting, sets and roster, make access codes and a kit, before the server starts; the codes by SBD."""
    with open_room(room.directory) as opened:
        take_in(opened, material.sitting_file.read_text(encoding="utf-8"), package_paths(material))
        table = read_table(material.roster.read_bytes())
        roster = (
            None if isinstance(table, FileProblem) else read_roster(table, RosterRules(on=moment(wall_ms()).date()))
        )
        if not isinstance(roster, Roster):
            raise SystemExit(f"the roster is wrong: {roster}")
        people = opened.store.candidates.replace_all(
            rehearsal.SITTING_ID, roster.entries, "cli", wall_ms(), secrets.token_bytes
        )
        ids = [one.candidate_id for one in people]
        codes = give_codes(opened, rehearsal.SITTING_ID, ids, secrets.randbelow)
        kit = KitDesk(opened.identity, opened.store.machines, wall_ms).make(
            "cli", 10, 12 * 3_600_000, ["127.0.0.1"], room.server.port
        )
        kit_file = room.folder / "phong-may-a.kit"
        kit_file.write_bytes(kit.to_bytes())
        kit_file.chmod(0o600)
        return {tidy(one.entry.sbd): access_codes.shown(codes[one.candidate_id]) for one in people}


def main() -> int:
    """Runs until Ctrl-C."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--folder", type=Path, help="keep the room here (default: a folder that vanishes at the end)")
    parser.add_argument("--port", type=int, default=PORT)
    parser.add_argument("--local-port", type=int, default=LOCAL_PORT)
    given = parser.parse_args()
    folder = given.folder or Path(tempfile.mkdtemp(prefix="examroom-"))
    folder.mkdir(parents=True, exist_ok=True)
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    room = RehearsalRoom(folder, fresh_password(), given.port, given.local_port, discovery=True)
    try:
        print("Sealing both sets and preparing the room…", flush=True)
        material = rehearsal.make(folder / "material", candidates=CANDIDATES, duration_s=DURATION_S)
        room.init("Phòng máy A")
        codes = prepare(room, material)
        room.serve()
        links = _kiosks(room)
        print(_guide(room, material, codes, links), flush=True)
        for seat in links:
            threading.Thread(target=_print_next_links, args=(room, seat), daemon=True).start()
        stop.wait()
    finally:
        room.stop()
        if given.folder is None:
            shutil.rmtree(folder, ignore_errors=True)
    return 0


def _has_screen() -> bool:
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")) or sys.platform == "win32"


def _kiosks(room: RehearsalRoom) -> dict[str, str]:
    """Start three kiosks: in windows where there is a screen, else with a link for any browser of this computer."""
    kit = room.folder / "phong-may-a.kit"
    links: dict[str, str] = {}
    for number, seat in enumerate(SEATS):
        if _has_screen():
            sandbox = ("--no-sandbox",) if os.geteuid() == 0 else ()
            room.start_kiosk(seat, number, kit=kit, show="--windowed", more=sandbox)
        else:
            links[seat] = room.start_kiosk(seat, number, kit=kit)
    return links


def _print_next_links(room: RehearsalRoom, seat: str) -> None:
    """Each link opens a kiosk's pages once; print the next when one was used."""
    for link in room.kiosks[seat].lines():
        print(f"  {seat}, once more: {link}", flush=True)


def _guide(room: RehearsalRoom, material: rehearsal.Material, codes: dict[str, str], links: dict[str, str]) -> str:
    """What a person needs to try everything."""
    lines = [
        "",
        f"Console / Bảng điều khiển:  {room.console}/",
        f"  password of everyone / mật khẩu chung:  {room.password}",
    ]
    lines += [f"  {one.user_name:<10} {one.role:<12} {one.full_name}, {one.body}" for one in rehearsal.OFFICERS]
    lines += ["", "Kiosks / Máy trạm:"]
    lines += [f"  {seat}  {link}" for seat, link in links.items()] or ["  in their windows / trong cửa sổ riêng"]
    lines += ["", "Candidates / Thí sinh (SBD, access code):"]
    lines += [f"  {sbd}  {code}" for sbd, code in sorted(codes.items())]
    lines += ["", "Custodians' shares of the primary set, for the page “Mở đề” (two of three):"]
    for secret, texts in material.shares["primary"].items():
        lines += [f"  {secret}:", *(f"    {text}" for text in texts)]
    lines += ["", f"Sheets as printed: {material.folder / 'sheets'}", "", "Ctrl-C ends everything."]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
