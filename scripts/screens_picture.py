"""What a picture of a screen is, for all that takes, checks or lists pictures."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from playwright.sync_api import Page

LANGUAGES = ("vi", "en")
OLD_MONITOR, WIDE_MONITOR = (1366, 768), (1920, 1080)
PATIENCE_MS = 60_000  # five browsers at once on two cores; only what hangs waits so long

World = TypeVar("World")


def nothing(page: Page, world: object) -> None:
    """The page is what it is when it is opened."""


@dataclass(frozen=True, slots=True)
class Picture(Generic[World]):
    """One page in one state. `page` is an endpoint of the server's application, or `kiosk.<screen>`.

    `path` is where it is opened (a function where that depends on the room); `act` is what a person does there before
    the picture. `wide`: it is also taken on a wide monitor. `light`: another picture is nearly the same, so that axe need
    not look at this one.
    """

    page: str
    state: str
    role: str = ""
    path: str | Callable[[World], str] = ""
    act: Callable[[Page, World], None] = nothing
    wide: bool = False
    light: bool = False

    @property
    def name(self) -> str:
        """The file's name without its ending: page, state, and who looks at it."""
        words = [self.page.replace(".", "-"), self.state, *([self.role] if self.role else [])]
        return "--".join(re.sub(r"[^a-z0-9-]+", "-", word.replace("_", "-")) for word in words)


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture as it stands in the browser now, to be photographed or examined."""

    page: Page
    picture: Picture[object]
    language: str
    variant: str = ""
    light: bool = False

    @property
    def file_name(self) -> str:
        """Where the photograph goes, below the folder of the language."""
        return f"{self.picture.name}{'--' if self.variant else ''}{self.variant}.png"

    def __str__(self) -> str:
        return f"{self.language}/{self.file_name}"


Look = Callable[[Shown], None]


@dataclass(frozen=True, slots=True)
class Wish:
    """Which pictures are wanted: in these languages, with names that hold `only`.

    `brief`: where another picture is nearly the same, one language will do. `done` hears the name of each group of
    pictures once all of them were shown.
    """

    languages: Sequence[str] = LANGUAGES
    only: str = ""
    brief: bool = False
    done: Callable[[str], None] = lambda name: None

    def wants(self, picture: Picture[World], language: str) -> bool:
        """Whether this one is wanted."""
        return self.only in picture.name and not (self.brief and picture.light and language != LANGUAGES[0])
