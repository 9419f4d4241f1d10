"""The stream of news: it tells that something changed, and ends when its officer may no longer look."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest

from server.live.room import Room
from server.protocol.messages import Pulse
from server.web.console import news

Someone = Callable[..., Any]


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look at the officer often, so that the test need not wait."""
    monkeypatch.setattr(news, "BEAT_S", 0.05)


@pytest.fixture
def stream(someone: Someone) -> Iterator[Callable[..., Iterator[str]]]:
    """`stream("technical", path)`: the lines of a page's news as they come."""
    answers = []

    def start(user_name: str, path: str = "/console/machines/news") -> Iterator[str]:
        answer = someone(user_name).get(path)
        assert answer.mimetype == "text/event-stream"
        answers.append(answer)
        return iter(chunk.decode() for chunk in answer.response)

    yield start
    for answer in answers:
        answer.close()


def test_a_machine_that_comes_is_news_and_its_signs_of_life_are_not(
    quick: None, room: Room, stream: Callable[..., Iterator[str]]
) -> None:
    lines = stream("technical")
    assert next(lines).startswith("retry:")
    machine = room.pairing.machines()[0]
    room.presence.arrived(machine.machine_id, machine.seat_label, "sid", "127.0.0.9", "0.1.0")
    assert next(line for line in lines if "here" not in line).startswith("event: changed")
    room.presence.pulse(machine.machine_id, Pulse("waiting", 3, 9, 10**9, 5, None))
    assert [next(lines) for _ in range(4)] == [": here\n\n"] * 4


def test_the_stream_ends_when_its_officer_signs_out(
    quick: None, room: Room, stream: Callable[..., Iterator[str]]
) -> None:
    lines = stream("technical")
    next(lines)
    next(lines)
    room.store.officers.disable("u-technical", room.clock.now_ms())
    assert len(list(lines)) <= 2


def test_there_is_a_bound_and_a_closed_stream_frees_its_place(
    quick: None, monkeypatch: pytest.MonkeyPatch, someone: Someone
) -> None:
    monkeypatch.setattr(news, "_places", news.Places(most=1))
    first = someone("technical").get("/console/machines/news")
    assert next(iter(first.response)) == b"retry: 1000\n\n"
    second = someone("proctor").get("/console/machines/news")
    assert list(second.response) == [b"retry: 5000\n\n"]
    first.close()
    third = someone("proctor").get("/console/machines/news")
    assert next(iter(third.response)) == b"retry: 1000\n\n"
    third.close()


def test_one_officers_pages_leave_places_for_the_others() -> None:
    places = news.Places()
    assert [places.take("technical") for _ in range(news.MAX_OF_ONE + 1)] == [True] * news.MAX_OF_ONE + [False]
    assert places.take("proctor")
    places.free("technical")
    assert places.take("technical")


def test_a_share_given_elsewhere_is_news_for_every_open_ceremony_page(
    quick: None, stream: Callable[..., Iterator[str]], someone: Someone
) -> None:
    lines = stream("organising", "/console/ceremony/news")
    next(lines)
    for path in ("/console/ceremony/choose", "/console/ceremony/paper/share"):
        elsewhere(partial(someone("setting").post, path, {"share": "một hai ba"}))
        assert "changed" in next(line for line in lines if "here" not in line)


def elsewhere(act: Callable[[], Any]) -> None:
    """Do something in a thread of its own, as another browser's request is: a stream keeps its context in this one."""
    thread = threading.Thread(target=act)
    thread.start()
    thread.join()
