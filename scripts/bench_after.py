"""What the end of a sitting and the backup stick cost: export and verification of a bundle, and what a backup does to acks.

    scripts/bench_after.py [--seats 300] [--answers 60] [--json]

One process plays the hall through the room's own functions (no network); export and verification run in processes of their
own, whose peak memory is measured. For the stick, candidates answer at exam pace (one in 10 s each) while the backup process
packs the room again and again; a folder on the room's own disk is the stick, which is the worst case for the room.
"""

from __future__ import annotations

import argparse
import json
import random
import secrets
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import quantiles

from question_bank.items._choice import right_options
from server.backup import code
from server.backup.stick import generations
from server.domain import commands
from server.domain.rights import Role
from server.drill.prepared_room import SITTING_ID, SealedContest, hold_ceremony, make_room, open_room, seal_contest
from server.live.actors import OfficerActor
from server.live.room import Room
from server.protocol.receipt import responses_sha256
from server.protocol.records import ConfirmIdentity, SaveResponse, SubmitPart
from server.store.batch import Delivery

PROCTOR = OfficerActor("o-proctor", Role.PROCTOR)
PACE_S = 10.0  # one answer of each candidate
WATCHED_S = 30.0  # with a stick and without one
# Runs the command line in its own process, and says on the last line what it took at most.
MEASURED = "import resource, sys; from server.cli import main; code = main(sys.argv[1:]); print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss); sys.exit(code)"


class Hall:
    """Candidates who answer, by the records their machines would send."""

    def __init__(self, room: Room, contest: SealedContest, seats: int) -> None:
        self.room, self.seats = room, seats
        self._items = contest.forms["primary"].sections[0].marking.items
        self._sent = [2] * seats

    def order(self, command: commands.OfficerCommand) -> None:
        """An officer's command."""
        verdict = self.room.order(PROCTOR, secrets.token_bytes(16), 1, command)
        assert verdict.reason is None, verdict

    def take_seats(self) -> None:
        """Everybody signs in, confirms, and is started."""
        assert self.room.sitting is not None
        for n, one in enumerate(self.room.store.candidates.of_sitting(SITTING_ID)):
            source, now_ms = f"{n + 1:032x}", self.room.clock.now_ms()
            seat = commands.SeatCandidate(one.candidate_id, f"a{n}", f"k{n}", f"M{n:03d}", source)
            confirmed = ConfirmIdentity(f"a{n}", 1, now_ms, 5)
            deliveries = [
                Delivery(bytes.fromhex(source), 1, b"sign in", seat),
                Delivery(bytes.fromhex(source), 2, confirmed.text(), commands.KioskRecord(confirmed, source, 2)),
            ]
            self.room.sitting.submit(deliveries)
        self.order(commands.StartPart(0, None, bytes(32), PROCTOR.officer_id))

    def record(self, n: int, make: object = None) -> Delivery:
        """The n-th candidate's next answer, or the record given."""
        self._sent[n] += 1
        seq, source = self._sent[n], f"{n + 1:032x}"
        item = self._items[seq % len(self._items)]
        response = {"options": sorted(right_options(item))}
        saved = make or SaveResponse(f"a{n}", 1, 0, item.item_id, response, self.room.clock.now_ms(), 5)
        assert isinstance(saved, SaveResponse | SubmitPart)
        return Delivery(bytes.fromhex(source), seq, saved.text(), commands.KioskRecord(saved, source, seq))

    def answer(self, times: int) -> None:
        """Everybody answers so many times, as fast as it goes."""
        assert self.room.sitting is not None
        for _ in range(times):
            for start in range(0, self.seats, 256):
                self.room.sitting.submit([self.record(n) for n in range(start, min(start + 256, self.seats))])

    def hand_in(self) -> None:
        """Everybody submits, and the sitting is closed."""
        assert self.room.sitting is not None
        for n in range(self.seats):
            responses = self.room.sitting.state.attempts[f"a{n}"].parts[0].responses
            digest, last = responses_sha256(f"a{n}", 0, responses), self._sent[n]
            submitted = SubmitPart(f"a{n}", 1, 0, last, digest.hex(), self.room.clock.now_ms(), 5)
            self.room.sitting.submit([self.record(n, submitted)])
        self.order(commands.ClosePart(0, "bench", PROCTOR.officer_id))
        self.order(commands.CloseSitting(PROCTOR.officer_id, "bench"))

    def paced(self, seconds: float) -> list[float]:
        """How long each ack took, in ms, while everybody answers once in ten seconds at moments of their own."""
        assert self.room.sitting is not None
        source, found, end = random.Random(7), [], time.monotonic() + seconds
        while (now := time.monotonic()) < end:
            n = source.randrange(self.seats)
            self.room.sitting.submit([self.record(n)])
            found.append((time.monotonic() - now) * 1000)
            time.sleep(source.expovariate(self.seats / PACE_S))
        return found


def with_stick(hall: Hall, stick: Path) -> tuple[list[float], list[int]]:
    """Acks while the backup process goes on at its densest, and how long its rounds took in ms."""
    command = [
        sys.executable,
        "-m",
        "server.cli",
        "backup",
        str(hall.room.directory),
        str(stick),
        "--follow",
        "--every",
        "3",
    ]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdin is not None
    assert process.stdout is not None
    lines: list[str] = []
    out = process.stdout
    reader = threading.Thread(target=lambda: lines.extend(out))
    reader.start()
    acks = hall.paced(WATCHED_S)
    process.stdin.close()
    process.wait()
    reader.join()
    out.close()
    rounds = [json.loads(line) for line in lines]
    assert not any(one["fault"] for one in rounds), rounds
    return acks, [one["took_ms"] for one in rounds]


def spread(acks: Sequence[float]) -> dict[str, float]:
    """p50, p99 and the slowest, in ms."""
    cuts = quantiles(acks, n=100)
    return {
        "n": len(acks),
        "p50_ms": round(cuts[49], 2),
        "p99_ms": round(cuts[98], 2),
        "slowest_ms": round(max(acks), 1),
    }


def measured(*words: str) -> tuple[float, int]:
    """Seconds and peak MB of one command in a process of its own."""
    began = time.monotonic()
    done = subprocess.run([sys.executable, "-c", MEASURED, *words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return round(time.monotonic() - began, 2), int(done.stdout.split()[-1]) // 1024


def bench(folder: Path, seats: int, answers: int) -> dict[str, object]:
    """Everything, in a folder that is there."""
    (folder / "sealed").mkdir()
    contest, room_folder, stick = seal_contest(folder / "sealed"), folder / "room", folder / "stick"
    room_folder.mkdir()
    stick.mkdir()
    make_room(room_folder, contest, seats)
    code.keep_recipient(room_folder, (code.new_half(), code.new_half()))
    with open_room(room_folder) as room:
        hold_ceremony(room, contest)
        hall = Hall(room, contest, seats)
        hall.take_seats()
        hall.answer(answers)
        alone = spread(hall.paced(WATCHED_S))
        acks, rounds = with_stick(hall, stick)
        backup = max(one.path.stat().st_size for one in generations(next((stick / "examroom-backup").glob("r*"))))
        hall.hand_in()
        assert room.sitting is not None
        records = room.sitting.head.seq
    target = folder / "bench.result"
    export_s, export_mb = measured("result", "export", str(room_folder), str(target))
    verify_s, verify_mb = measured("verify", "result", str(target))
    return {
        "seats": seats, "answers": answers, "records": records, "journal_mb": _mb(room_folder / "sittings"),
        "bundle_mb": round(target.stat().st_size / 2**20, 1), "export_s": export_s, "export_peak_mb": export_mb,
        "verify_s": verify_s, "verify_peak_mb": verify_mb, "acks_alone": alone, "acks_with_stick": spread(acks),
        "backup_rounds": len(rounds), "backup_slowest_ms": max(rounds), "backup_mb": round(backup / 2**20, 2),
    }  # fmt: skip


def _mb(folder: Path) -> float:
    return round(sum(path.stat().st_size for path in folder.iterdir()) / 2**20, 1)


def main() -> int:
    """Run it and print the figures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seats", type=int, default=300)
    parser.add_argument("--answers", type=int, default=60)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-after-") as folder:
        found = bench(Path(folder), given.seats, given.answers)
    print(json.dumps(found) if given.json else "\n".join(f"{name}: {value}" for name, value in found.items()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
