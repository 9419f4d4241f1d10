"""A paired laptop as the proctor's console: joins the room like a kiosk, then opens the installed browser on its pages.

The browser cannot know the room's own authority, so it is told the one public key it may accept (`spki`), taken from a
connection that was verified against the pinned authority a moment before; with any other key it shows an error page.
Each time it also keeps where the room's other server is: the next time may be the day the first one has died.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import subprocess
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from client_kiosk.asking import DeniedError, greeted, proven
from client_kiosk.config import KioskFolder, Membership
from client_kiosk.errors import KioskError, LinkError
from client_kiosk.finder import typed_address
from client_kiosk.joining import Joining, JoinStage, JoinView
from client_kiosk.link import Line
from client_kiosk.pairing import JOIN_FAULTS, JoinFault
from client_kiosk.promises import PromiseFile, after_meeting
from client_kiosk.shell import PROFILE, find_browser
from client_kiosk.tls import Address, pinned
from question_bank.local_browser import QUIET, profile_folder
from question_bank.phrase import Phrase, phrase
from server.protocol.messages import MESSAGES, ConsoleTicket, ConsoleTicketAck
from server.protocol.trust import host_name

Say = Callable[[str], None]
Ask = Callable[[str], bool]

MAX_ADDRESSES = 8  # as many as a kiosk keeps


@dataclass(frozen=True, slots=True)
class Opening:
    """What the browser needs: where to go once, and the only public key it may accept there."""

    url: str
    spki: str
    host: str  # where the server that gave it is


def join_by_code(folder: KioskFolder, build: str, address: str, name: str, say: Say, equal: Ask) -> None:
    """Pair this laptop by comparing codes. Raises KioskError with the reason."""
    where = _typed(address)
    ended, asked = threading.Event(), threading.Event()

    def changed(view: JoinView) -> None:
        if view.stage is JoinStage.COMPARING:
            asked.set()
        if view.stage in (JoinStage.JOINED, JoinStage.FAILED):
            asked.set()
            ended.set()

    joining = Joining(folder.key, "console", build, folder.join, changed)
    joining.join((where,), None, name)
    asked.wait()
    if joining.view.stage is JoinStage.COMPARING:
        say(joining.view.code)
        (joining.equal if equal(joining.view.code) else joining.differ)()
    ended.wait()
    fault = joining.view.fault
    joining.give_up()
    if fault is not None:
        raise KioskError(_not_paired(fault), hint=phrase("Nothing was kept; try again."))


def _typed(address: str) -> str:
    where = typed_address(address)
    if where is None:
        raise KioskError(
            phrase("%(address)s is no address", address=address), hint=phrase("It looks like 192.168.1.10:8443.")
        )
    return where


def _not_paired(fault: JoinFault) -> Phrase:
    return phrase("this laptop was not paired: %(why)s", why=JOIN_FAULTS[fault])


def opening(folder: KioskFolder, membership: Membership, build: str, address: str | None = None) -> Opening:
    """A one-use way in for this laptop's browser; `address`, as somebody typed it, is tried first.

    Raises KioskError when it is no address, LinkError when no server answers or it does not know us.
    """
    typed = () if address is None else (_typed(address),)
    last = LinkError(phrase("the room has no address"))
    for text in dict.fromkeys((*typed, *membership.addresses)):
        where = Address.parse(text)
        if where is None:
            continue
        try:
            return _opening_at(where, folder, membership, build)
        except DeniedError:
            raise  # the room has answered: another of its servers would say the same
        except LinkError as error:  # it is gone, it hangs, or it is the primary no more: the other server is asked
            last = error
    raise LinkError(
        last.said,
        hint=phrase("Another computer serves the room by now? Name it: --address HOST:PORT (its own screen shows it)."),
    )


def _opening_at(where: Address, folder: KioskFolder, membership: Membership, build: str) -> Opening:
    promises = PromiseFile(folder.path)
    line = Line.open(where, pinned(membership.ca_pem), membership.room_id, lambda event, payload: None)
    try:
        known = greeted(line, membership, build, "console", promises.of(membership.room_id))
        if known.role == "standby":
            raise LinkError(phrase("the room's standby answers, and no primary"))
        promises.keep(after_meeting(promises.of(membership.room_id), known.serving))
        situation = proven(line, membership, folder.key(), known).situation
        _keep(folder, membership, str(where), situation.standby)
        answer = MESSAGES["console_ticket"].read_ack(line.call("console_ticket", ConsoleTicket().wire()))
        if not isinstance(answer, ConsoleTicketAck):
            raise LinkError(phrase("the room gives this laptop no way in [%(answer)s]", answer=str(answer)))
        return Opening(
            f"https://{host_name(membership.room_id)}:{where.port}{answer.path}", spki(line.leaf_der), where.host
        )
    finally:
        line.close()


def _keep(folder: KioskFolder, membership: Membership, here: str, other: str) -> None:
    """Where the room is now comes first the next time, then its other server."""
    known = tuple(dict.fromkeys(one for one in (here, other, *membership.addresses) if one))[:MAX_ADDRESSES]
    if known != membership.addresses:
        with contextlib.suppress(OSError):  # a full disk: the pages open all the same
            folder.join(replace(membership, addresses=known))


def show(membership: Membership, ready: Opening, *, sandbox: bool) -> int:
    """Open the pages in a fresh browser until it is closed; its exit status."""
    target = f"[{ready.host}]" if ":" in ready.host else ready.host
    with profile_folder(PROFILE) as profile:
        command = [
            find_browser(), *QUIET, f"--user-data-dir={profile}",
            f"--ignore-certificate-errors-spki-list={ready.spki}",
            f"--host-resolver-rules=MAP {host_name(membership.room_id)} {target}",
            *([] if sandbox else ["--no-sandbox"]), ready.url,
        ]  # fmt: skip
        return subprocess.run(command, check=False).returncode


def spki(leaf_der: bytes) -> str:
    """SHA-256 of a certificate's public key (RFC 7469 §2.4), base64, as Chromium's switch takes it."""
    key = x509.load_der_x509_certificate(leaf_der).public_key()
    return base64.b64encode(
        hashlib.sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).digest()
    ).decode()
