"""Who may open a page: every view says so, and one that says nothing is closed to everybody.

    @blueprint.get("/results")
    @needs(Right.SEE_MARKS)
    def page() -> str: …

Kept on the view itself, so that the table of all routes can be asked by a test and printed in docs/roles.md.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import TypeAlias, TypeVar

from flask import Flask

from server.domain.rights import RIGHTS, Right, Role

View = TypeVar("View", bound=Callable[..., object])


class Open(Enum):
    """Pages that no right guards."""

    EVERYONE = "everyone"  # any machine on the network: pairing advice, health, fonts
    CONSOLE = "console"  # the server's own computer and paired consoles: the sign-in page
    NEWCOMER = "newcomer"  # signed in, even with a first password that must be changed
    OFFICER = "officer"  # signed in


Access: TypeAlias = Right | Open

_MARK = "examroom_access"


def public(view: View) -> View:
    """Anyone on the network may open this."""
    return _marked(view, Open.EVERYONE)


def console(view: View) -> View:
    """Anyone at the server's own computer or at a paired console may open this."""
    return _marked(view, Open.CONSOLE)


def newcomer(view: View) -> View:
    """Any signed-in officer may open this, also before changing the first password."""
    return _marked(view, Open.NEWCOMER)


def officer(view: View) -> View:
    """Any signed-in officer may open this."""
    return _marked(view, Open.OFFICER)


def needs(right: Right) -> Callable[[View], View]:
    """Officers whose role has this right may open this."""
    return lambda view: _marked(view, right)


def access_of(app: Flask, endpoint: str | None) -> Access | None:
    """Who may open an endpoint; None when its view does not say, and then nobody may."""
    said: dict[str, Access] = app.extensions.get(_MARK, {})
    return said.get(endpoint or "") or getattr(app.view_functions.get(endpoint or ""), _MARK, None)


def open_endpoint(app: Flask, endpoint: str, access: Access) -> None:
    """Say who may open a view this package did not write (the framework's static files, the kiosks' downloads)."""
    app.extensions.setdefault(_MARK, {})[endpoint] = access


def roles_of(access: Access) -> frozenset[Role]:
    """The roles that may open something; all of them where no right is asked."""
    return RIGHTS[access] if isinstance(access, Right) else frozenset(Role)


def _marked(view: View, access: Access) -> View:
    setattr(view, _MARK, access)
    return view
