"""The pictures of the officers' pages: rooms brought from stage to stage, each page opened by those who may."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Error, Page

from scripts import screens_hall, screens_lots, screens_new_room
from scripts.screens_picture import OLD_MONITOR, PATIENCE_MS, WIDE_MONITOR, Look, Picture, Shown, Wish
from scripts.screens_room import World, picture_room
from scripts.screens_stages import Stage
from server.drill.prepared_room import SealedContest, seal_contest

# room -> its stages in their order, and how its sets are sealed
ROOMS: dict[str, tuple[Sequence[Stage], Callable[[Path], SealedContest]]] = {
    "new": (screens_new_room.STAGES, lambda folder: seal_contest(folder, small=True)),
    "hall": (screens_hall.STAGES, seal_contest),
    "lots": (screens_lots.STAGES, screens_lots.contest),
}


def pictures() -> list[Picture[World]]:
    """Every picture of the officers' pages."""
    return [picture for stages, _ in ROOMS.values() for stage in stages for picture in stage.pictures]


@dataclass(slots=True)
class _Windows:
    """Browser windows by who sits before them, one for each officer and language; signed in anew at every stage."""

    browser: Browser
    world: World
    contexts: dict[tuple[str, str], BrowserContext] = field(default_factory=dict)
    signed_in: set[tuple[str, str]] = field(default_factory=set)

    def page(self, user_name: str, language: str) -> Page:
        """A new page of this officer's browser."""
        who = (user_name, language)
        if who not in self.contexts:
            self.contexts[who] = self._context(language)
        if user_name and who not in self.signed_in:
            officer = self.world.hall.room.store.officers.by_user_name(user_name)
            assert officer is not None, user_name
            self.contexts[who].add_cookies([self.world.hall.officer(officer.role, user_name)])  # type: ignore[list-item]
            self.signed_in.add(who)
        return self.contexts[who].new_page()

    def _context(self, language: str) -> BrowserContext:
        hall = self.world.hall
        context = self.browser.new_context(
            viewport={"width": OLD_MONITOR[0], "height": OLD_MONITOR[1]}, base_url=hall.url, locale="vi-VN"
        )
        context.set_default_timeout(PATIENCE_MS)
        for url in (hall.url, self.world.elsewhere):
            context.add_cookies([{"name": "examroom-language", "value": language, "url": url}])
        return context

    def close(self) -> None:
        """All of them."""
        for context in self.contexts.values():
            context.close()


def show_all(
    browser: Browser, folder: Path, look: Look, wish: Wish | None = None, rooms: Sequence[str] = tuple(ROOMS)
) -> None:
    """Show every picture of these rooms that is wished for to `look`. Rooms are made below `folder`, which is empty."""
    wish = wish or Wish()
    for name in rooms:
        stages, seal = ROOMS[name]
        sealed = folder / f"sealed-{name}"
        sealed.mkdir(parents=True)
        with ExitStack() as stack:
            world = stack.enter_context(picture_room(folder / name, seal(sealed)))
            windows = _Windows(browser, world)
            stack.callback(windows.close)
            for stage in stages:
                stage.arrange(world)
                windows.signed_in.clear()
                for picture, language in _wanted(stage, wish):
                    try:
                        _show(windows, picture, language, look)
                    except Error as error:
                        error.add_note(f"while taking {language}/{picture.name}")
                        raise
                wish.done(group(name, stage))


def group(room: str, stage: Stage) -> str:
    """The name of the pictures of one stage."""
    return f"{room}, {stage.name}"


def _wanted(stage: Stage, wish: Wish) -> Iterator[tuple[Picture[World], str]]:
    for picture in stage.pictures:
        for language in wish.languages:
            if wish.wants(picture, language):
                yield picture, language


def _show(windows: _Windows, picture: Picture[World], language: str, look: Look) -> None:
    page = windows.page(picture.role, language)
    path = picture.path if isinstance(picture.path, str) else picture.path(windows.world)
    page.goto(path)
    picture.act(page, windows.world)
    page.evaluate("() => document.fonts.ready")
    look(Shown(page, picture, language, light=picture.light))  # type: ignore[arg-type]
    if picture.wide:
        page.set_viewport_size({"width": WIDE_MONITOR[0], "height": WIDE_MONITOR[1]})
        look(Shown(page, picture, language, "1920x1080", light=True))  # type: ignore[arg-type]
    page.close()
