"""What every request passes before its page: the host's name, the pace, the machine, the officer, the right."""

from __future__ import annotations

from ipaddress import ip_address

from flask import Flask, abort, current_app, g, redirect, render_template, request, session, url_for
from werkzeug import Response

from question_bank.sealed_zip import MAX_PACKAGE_BYTES
from server.web import limits, sessions
from server.web.access import Access, Open, access_of, roles_of
from server.web.context import now_ms, room, web

DEVICE_COOKIE = "examroom-console"
# Of a whole request, in bytes. Werkzeug writes large uploads to the server's disk while it reads them, so only the one page
# that takes sealed packages may be sent so much; a list is at most 4 MiB, a form far less.
MAX_REQUEST_BYTES = 6 * 2**20
LARGE_REQUESTS = {
    "prepare.add_package": MAX_PACKAGE_BYTES + 2**20,
    "console.rescue_files": 64 * 2**20,  # a stick with a dead row's files
    "console.rescue_photos": 256 * 2**20,  # sixty photographs of a phone
}


def prepare(app: Flask) -> None:
    """Put the checks before every page of this app, in their order."""
    for check in (_known_host, _pace, _access, _size):
        app.before_request(check)


def at_the_server() -> bool:
    """Whether the request came by the plain listener, which only the server's own computer reaches."""
    return not request.is_secure and _is_loopback(request.remote_addr or "")


def console_machine() -> str | None:
    """The paired console this browser belongs to; None for every other browser, and once the console is unpaired."""
    device = request.cookies.get(sessions.cookie_name(DEVICE_COOKIE))
    machine_id = room().store.officers.machine_of_device(device) if device else None
    machine = room().store.machines.by_id(machine_id) if machine_id else None
    return machine.machine_id if machine is not None and not machine.revoked else None


def _known_host() -> None:
    """Refuse requests for other names: a page elsewhere that resolves its own name to us (DNS rebinding) gets nothing.

    An address cannot be rebound, so any address of ours will do.
    """
    host = request.host.rsplit(":", 1)[0] if not request.host.endswith("]") else request.host
    if host.casefold() in ("localhost", room().identity.host_name.casefold()):
        return
    try:
        ip_address(host.strip("[]"))
    except ValueError:
        abort(400)


def _pace() -> None:
    if request.method != "POST":
        return
    address = request.remote_addr or ""
    if web().limiter.wait_ms(limits.REQUESTS, address, now_ms()):
        abort(429)
    web().limiter.count(limits.REQUESTS, address, now_ms())


def _access() -> Response | tuple[str, int] | None:
    """Let pass, or answer for the page."""
    if request.endpoint is None:
        return None  # 404 and 405 have their pages
    access = access_of(current_app, request.endpoint)
    if access is None:
        abort(403)
    g.officer = None
    if access is Open.EVERYONE:
        return None
    if not at_the_server() and console_machine() is None:
        return render_template("pair.html", identity=room().identity), 403
    return None if access is Open.CONSOLE else _officer(access)


def _officer(access: Access) -> Response | None:
    officer = sessions.signed_in(session)
    if officer is None:
        return redirect(url_for("sign_in.page", next=request.full_path if request.method == "GET" else "/"), code=303)
    g.officer = officer
    if access is Open.NEWCOMER:
        return None
    if officer.must_change:
        return redirect(url_for("sign_in.password_page"), code=303)
    if officer.role not in roles_of(access):
        abort(403)
    return None


def _size() -> None:
    request.max_content_length = LARGE_REQUESTS.get(request.endpoint or "", MAX_REQUEST_BYTES)


def _is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False
