"""What a browser may do with an answer: nothing but what comes from this server, and keep nothing of it."""

from __future__ import annotations

from flask import Response, request

_PDF = "application/pdf"

# Where codes are read off another machine's screen; every act of that page answers with it.
CAMERA_PAGES = frozenset(
    {"console.rescue", "console.rescue_files", "console.rescue_photos", "console.rescue_again", "console.rescue_forget"}
)


def protect(response: Response) -> Response:
    """Put the headers on an answer."""
    if request.endpoint in ("static", "front"):
        response.headers["Cache-Control"] = "no-cache"
    else:
        response.headers["Cache-Control"] = "no-store"
    host, scheme = request.host, "wss" if request.is_secure else "ws"
    policy = (
        "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:;"
        f" connect-src 'self' {scheme}://{host}; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
    # A browser's own PDF viewer is script and style that the page's policy would forbid.
    response.headers["Content-Security-Policy"] = "frame-ancestors 'none'" if response.mimetype == _PDF else policy
    response.headers["X-Frame-Options"] = "DENY"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    camera = "(self)" if request.endpoint in CAMERA_PAGES else "()"
    response.headers["Permissions-Policy"] = f"camera={camera}, microphone=(), geolocation=(), usb=(), payment=()"
    return response
