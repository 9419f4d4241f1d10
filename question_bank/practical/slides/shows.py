"""What belongs to the show of slides: how they come, what moves on them, how it is run, what was remarked."""

from __future__ import annotations

from dataclasses import dataclass

from question_bank.formats.xml_tree import Node


@dataclass(frozen=True, slots=True)
class Transition:
    """How a slide comes: the element's name (`fade`, `push`, `morph`), seconds until the next without a click, milliseconds it takes."""

    kind: str
    by_click: bool
    after_ms: int | None
    duration_ms: int | None
    speed: str
    sound: bool
    node: Node | None = None


@dataclass(frozen=True, slots=True)
class Effect:
    """One animation. `family` is entrance, emphasis, exit, motion or media; `trigger` click, with, after or shape; times in ms; `by` the shape that is clicked."""

    shape: str
    family: str
    preset: int
    trigger: str
    duration_ms: int | None
    delay_ms: int
    path: str
    by: str
    paragraphs: bool
    node: Node


@dataclass(frozen=True, slots=True)
class Comment:
    """A remark: who wrote what."""

    author: str
    text: str


@dataclass(frozen=True, slots=True)
class ShowSettings:
    """How the show runs: `kind` is presented, browsed or kiosk; `of` is all, range or custom."""

    loop: bool = False
    kind: str = "presented"
    of: str = "all"
    narration: bool = True
    animation: bool = True
    timings: bool = True
