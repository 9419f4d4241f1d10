"""What one kind of stage is, and the hands that officers' pictures need: choosing files, filling forms, opening dialogs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from playwright.sync_api import Page

from question_bank.custody import SecretKind
from scripts.screens_picture import Picture
from scripts.screens_room import PASSWORD, USERS, World
from server.domain.rights import RIGHTS, Right, Role

Act = Callable[[Page, World], None]
Officers = Picture[World]


@dataclass(frozen=True, slots=True)
class Stage:
    """The room has come so far (`arrange` brings it there), and this is what its pages show."""

    name: str
    arrange: Callable[[World], None]
    pictures: Sequence[Officers] = field(default_factory=tuple)


def one(
    page: str,
    state: str,
    who: Role | str,
    path: str | Callable[[World], str],
    act: Act | None = None,
    *,
    wide: bool = False,
) -> Officers:
    """One picture; `who` is a role, a user name, or "" for nobody signed in."""
    name = USERS[who] if isinstance(who, Role) else who
    return Picture(page, state, name, path, act or (lambda page, world: None), wide)


def each(
    page: str, state: str, right: Right | None, path: str | Callable[[World], str], act: Act | None = None
) -> list[Officers]:
    """A picture for every role that has this right (None: every role)."""
    roles: Iterable[Role] = Role if right is None else sorted(RIGHTS[right])
    found = [one(page, state, role, path, act) for role in roles]
    return [found[0], *(replace(picture, light=True) for picture in found[1:])]


def upload(field_name: str, file_name: str) -> Act:
    """Choose a file and send the form it belongs to."""

    def do(page: Page, world: World) -> None:
        page.set_input_files(f"[name={field_name}]", world.folder / file_name)
        send(page, f"form:has([name={field_name}]) button:not([formaction])")

    return do


def send(page: Page, button: str) -> None:
    """Press a button that loads the page anew, and wait for it."""
    page.evaluate("() => { window.before = true; }")
    page.locator(button).first.click()
    page.wait_for_function("() => window.before !== true && document.readyState === 'complete'")


def fill(button: str, **fields: str) -> Act:
    """Fill fields by their names and send the form."""

    def do(page: Page, world: World) -> None:
        for name, value in fields.items():
            page.fill(f"[name={name}]", value)
        send(page, button)

    return do


def choose(button: str) -> Act:
    """Click something that stays on the page."""
    return lambda page, world: page.locator(button).first.click()


def sign_second(page: Page, who: str, password: str = PASSWORD) -> None:
    """The colleague's fields of the form in sight."""
    page.locator("[name=second_user_name]:visible").fill(who)
    page.locator("[name=second_password]:visible").fill(password)


def on_map(act: Act | None = None) -> Act:
    """Wait for the room's picture, then do something on the map."""

    def do(page: Page, world: World) -> None:
        page.wait_for_selector("body[data-line=open]")
        page.wait_for_function("() => document.querySelectorAll('.tile, .seats-none:not([hidden])').length > 0")
        if act is not None:
            act(page, world)

    return do


def dialog(name: str, act: Act | None = None) -> Act:
    """Open one of the map's dialogs."""

    def do(page: Page, world: World) -> None:
        page.locator(f".acts [data-act={name}]").click()
        page.wait_for_selector(f"dialog#act-{name}[open]")
        if act is not None:
            act(page, world)

    return on_map(do)


def give_share(kind: SecretKind, number: int, change: Callable[[str], str] = lambda words: words) -> Act:
    """Type a custodian's words (changed, when a wrong share is wanted) and give them."""

    def do(page: Page, world: World) -> None:
        page.fill(f"#share-{kind.value}", change(world.share(kind, number)))
        page.locator(f"#give-{kind.value} [data-give]").click()
        page.wait_for_timeout(300)

    return do
