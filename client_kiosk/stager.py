"""The thread that brings sealed packages and runs here, and tells the room how far it is."""

from __future__ import annotations

import contextlib
import threading
from dataclasses import dataclass
from pathlib import Path

from client_kiosk.agent import Notice
from client_kiosk.errors import LinkError, evidence
from client_kiosk.fetching import fetch_runs
from client_kiosk.kiosk import Kiosk
from client_kiosk.online import Online
from client_kiosk.staging import CHUNK_BYTES, Source, StagingError, StagingFault, Wanted, discard_others, fetch
from client_kiosk.tls import pinned
from question_bank.errors import ExamRoomError
from question_bank.sealed import Package, SealFault
from question_bank.sealed_keys import parse_public_key
from server.protocol.messages import Staged

_LOOK_S = 0.5  # between looks at what the room wants here; nothing is read from the disk when nothing changed
FAULT_MS = 5_000  # between tries of a package that was faulty: a disk is freed and a package replaced by hand
_TELL_EVERY = 16  # chunks: 4 MiB, a few seconds on a slow switch


@dataclass(frozen=True, slots=True)
class _Found:
    """What a look at a package came to. `final`: the same bytes would be found the same again."""

    token: str  # of the line it was told on
    sha256: str
    fault: str | None
    final: bool
    again_ms: int  # when one that is not final is looked at again, on the monotonic clock


class Stager:
    """Keeps the packages the room names waiting on this machine, verified."""

    def __init__(self, kiosk: Kiosk, online: Online) -> None:
        self._kiosk = kiosk
        self._online = online
        self._stopping = threading.Event()
        self._found: dict[str, _Found] = {}  # by package
        self._thread = threading.Thread(target=self._run, name="kiosk-stager")

    def start(self) -> None:
        """Begin; returns at once."""
        self._thread.start()

    def stop(self) -> None:
        """End after the piece under way."""
        self._stopping.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopping.wait(_LOOK_S):
            try:
                fetch_runs(self._kiosk, self._online)  # before packages: somebody waits for it
                self._round()
            except Exception as error:  # noqa: BLE001 - one for the loop: a later round, or a later paper, may be sound
                self._kiosk.warn(Notice("staging", type(error).__name__))

    def _round(self) -> None:
        with self._kiosk.lock:
            situation = self._kiosk.state.situation if self._kiosk.state.online else None
        if situation is None or situation.stage.signer is None:
            return
        offers = situation.stage.packages
        wanted = tuple(Wanted(offer.package_id, offer.bytes, offer.sha256, offer.path) for offer in offers)
        for package in wanted:
            self._one(package, situation.stage.signer)
        if wanted:
            with contextlib.suppress(OSError):  # what cannot be deleted now is looked at again in half a second
                discard_others(self._kiosk.folder.packages, wanted)

    def _one(self, wanted: Wanted, signer: str) -> None:
        """Fetch, check and report one package; a lost line is tried again on the next round."""
        where, membership = self._online.download(), self._kiosk.membership
        if where is None or membership is None:
            return
        address, token = where
        known = self._found.get(wanted.package_id)
        if known is not None and (known.token, known.sha256) == (token, wanted.sha256) and self._holds(known):
            return
        try:
            source = Source(address, pinned(membership.ca_pem), membership.room_id, token)
            fault, final = self._look(wanted, signer, source)
            report = Staged(wanted.package_id, wanted.size_bytes, fault is None, fault)
            if known is None or (known.token, known.sha256, known.fault) != (token, wanted.sha256, fault):
                self._online.tell("staged", report)
        except LinkError:
            return  # tried again on the next round, from the last byte that was kept
        again_ms = self._kiosk.monotonic_ms() + FAULT_MS
        self._found[wanted.package_id] = _Found(token, wanted.sha256, fault, final, again_ms)
        self._kiosk.staged(wanted.package_id, fault)

    def _holds(self, found: _Found) -> bool:
        """A faulty package is looked at again now and then: 300 kiosks at every half second would do nothing else."""
        return found.final or self._kiosk.monotonic_ms() < found.again_ms

    def _look(self, wanted: Wanted, signer: str, source: Source) -> tuple[str | None, bool]:
        """None when the package waits here whole and signed by the committee, else one word; and whether it is final."""
        try:
            file = fetch(self._kiosk.folder.packages, wanted, source, lambda have: self._progress(wanted, have))
            self._prove(file, signer)
        except StagingError as error:
            self._kiosk.warn(Notice("staging", evidence(error)))
            return error.fault.value, False
        except LinkError:
            raise
        except OSError as error:  # a disk that cannot be read or is full must not end this thread
            self._kiosk.warn(Notice("staging", str(error)))
            return StagingFault.DISK_FULL.value, False
        except ExamRoomError as error:
            self._kiosk.warn(Notice("staging", evidence(error)))
            code = getattr(error, "code", None)
            return getattr(code, "value", "not_a_package"), code is not SealFault.UNREADABLE
        return None, True

    def _prove(self, file: Path, signer: str) -> None:
        """Raises SealError when it is not a package of this committee; nothing unproved keeps a package's name."""
        committee = parse_public_key(signer).raw
        try:
            Package.open_file(file, committee, self._kiosk.version).verify()
        except ExamRoomError:
            file.unlink()
            raise

    def _progress(self, wanted: Wanted, have: int) -> None:
        """Tell the room now and then, so that a technician sees a slow switch before the start."""
        if have % (_TELL_EVERY * CHUNK_BYTES) < CHUNK_BYTES and have < wanted.size_bytes:
            self._online.tell("staged", Staged(wanted.package_id, have, False, None))
