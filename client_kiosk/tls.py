"""One way to reach the room's server: TLS, pinned to the room's own certificate authority, checked by the room's name.

The server has no public name and its address may change, so its certificate is made out to `trust.host_name` and every
client asks for that name, whatever address it dialled.
"""

from __future__ import annotations

import contextlib
import errno
import socket
import ssl
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from client_kiosk.errors import LinkError
from question_bank.phrase import phrase
from question_bank.serial_tls import SerialTLSSocket

if TYPE_CHECKING:
    from typing_extensions import Buffer

ANSWER_TIMEOUT_S = 5.0  # a server that three hundred machines greet at once takes its time
CONNECT_TIMEOUT_S = 2.0  # a LAN answers in milliseconds; longer means a cable is out, and there may be another server
# A whole pairing takes under 16 KiB. What answers there has proven nothing yet, and the library takes messages of any size.
MAX_UNPROVEN_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Address:
    """Where a server listens. `host` is a name, an IPv4 address, or an IPv6 address that may carry a %scope."""

    host: str
    port: int

    @classmethod
    def parse(cls, text: str) -> Address | None:
        """`host:port`, `[v6%scope]:port`; None when it is neither."""
        host, colon, port = text.strip().rpartition(":")
        if not colon or not host or not port.isdecimal() or not 0 < int(port) < 65536:
            return None
        bare = host[1:-1] if host.startswith("[") and host.endswith("]") else host
        return cls(bare, int(port)) if bare and (":" not in bare or bare != host) else None

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


class _BoundedTLSSocket(SerialTLSSocket):
    """A socket to somebody who has proven nothing: it ends after so many bytes, and with it what they fill."""

    _received = 0

    def read(self, len: int = 1024, buffer: Buffer | None = None) -> bytes:  # noqa: A002 - the base class's name
        """Read as the base class does. Raises OSError once too much has come."""
        found = super().read(len, buffer)
        # Into a buffer, the base class answers with the number of bytes, whatever its annotation says.
        self._received += int(found) if buffer is not None else memoryview(found).nbytes
        if self._received > MAX_UNPROVEN_BYTES:
            raise OSError(errno.EMSGSIZE, "too much from somebody who has proven nothing")
        return found


class HeardTLSSocket(SerialTLSSocket):
    """A socket that knows when it last heard something of the other side."""

    heard_s = 0.0  # on time.monotonic

    def read(self, len: int = 1024, buffer: Buffer | None = None) -> bytes:  # noqa: A002 - the base class's name
        """Read as the base class does."""
        found = super().read(len, buffer)
        self.heard_s = time.monotonic()
        return found


def pinned(ca_pem: str) -> ssl.SSLContext:
    """A context that trusts this one authority and nothing else on the machine. Raises LinkError."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.sslsocket_class = HeardTLSSocket  # serial: the Socket.IO client reads and writes on two threads
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_verify_locations(cadata=ca_pem)
    except ssl.SSLError as error:
        raise LinkError(
            phrase("the room's certificate cannot be read"), hint=phrase("Pair this machine again.")
        ) from error
    return context


def unpinned() -> ssl.SSLContext:
    """A context for the first contact only: nothing is believed before two people compared the pairing code."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.sslsocket_class = _BoundedTLSSocket
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def dial(address: Address, context: ssl.SSLContext, name: str) -> ssl.SSLSocket:
    """An open TLS connection. Raises LinkError: nobody there, or somebody with another certificate."""
    plain = _reached(address)
    try:
        return context.wrap_socket(plain, server_hostname=name)
    except (ssl.SSLError, OSError) as error:
        with contextlib.suppress(OSError):
            plain.close()
        raise LinkError(
            phrase(
                "%(address)s is not the room this machine is paired with [%(error)s]",
                address=str(address),
                error=str(error),
            ),
            hint=phrase("Somebody else answers at this address, or the room was set up anew."),
        ) from error


def _reached(address: Address) -> socket.socket:
    try:
        plain = socket.create_connection((address.host, address.port), timeout=CONNECT_TIMEOUT_S)
        try:
            # A write per answer must leave at once: Nagle's algorithm would hold it for the previous ack.
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            plain.settimeout(ANSWER_TIMEOUT_S)
            # A server killed a moment ago has reset the connection by now; ssl would forget to close the socket then.
            plain.getpeername()
        except OSError:
            plain.close()
            raise
    except OSError as error:
        told = error.strerror or str(error)
        raise LinkError(
            phrase("no server answers at %(address)s [%(error)s]", address=str(address), error=told),
            hint=phrase("Check the cable and the switch."),
        ) from error
    return plain


def leaf_der(connection: ssl.SSLSocket) -> bytes:
    """The certificate the other side showed on this very connection. Raises LinkError when it showed none."""
    leaf = connection.getpeercert(binary_form=True)
    if leaf is None:
        raise LinkError(phrase("the server showed no certificate"))
    return leaf
