"""Who wants to know that the opening desk changed: shares are in its memory only, so no commit tells of them."""

from __future__ import annotations

from collections.abc import Callable

_listeners: list[Callable[[], None]] = []  # bound: one for each open ceremony page, and those are counted (news.py)


def desk_news(tell: Callable[..., None]) -> Callable[[], None]:
    """Hear of it until the returned function is called."""
    listener: Callable[[], None] = lambda: tell()  # noqa: E731 - one object a page, so that it can be taken out again
    _listeners.append(listener)
    return lambda: _listeners.remove(listener)


def desk_changed() -> None:
    """A share was given or wiped, or a step was done."""
    for listener in tuple(_listeners):
        listener()
