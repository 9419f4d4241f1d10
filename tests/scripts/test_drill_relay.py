"""A drill's line on one computer does to what runs through it what a fault says; otherwise a drill rehearses nothing."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

import pytest

from server.drill.relay import AGAIN_S, MOST_LOSSES, Relay
from server.drill.world import Harm, OneComputer


class Echo:
    """Says back whatever it hears, and remembers it."""

    def __init__(self) -> None:
        self.heard: list[bytes] = []
        self.port = 0

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while piece := await reader.read(100):
            self.heard.append(piece)
            writer.write(piece)
        writer.close()


def with_lines(play: Callable[[Echo, Relay, Relay], Awaitable[None]]) -> None:
    """Two lines to one server."""

    async def played() -> None:
        echo = Echo()
        server = await asyncio.start_server(echo, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        lines = Relay(port, 1), Relay(port, 2)
        for line in lines:
            await line.start()
        async with asyncio.timeout(20):
            await play(echo, *lines)
        for line in lines:
            await line.stop()
        server.close()
        await server.wait_closed()

    asyncio.run(played())


def test_nothing_comes_through_a_line_that_is_cut_and_all_of_it_once_it_is_mended() -> None:
    async def play(echo: Echo, cut: Relay, whole: Relay) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", cut.port)
        writer.write(b"before")
        assert await reader.readexactly(6) == b"before"
        cut.cut()
        writer.write(b"during")
        other_reader, other_writer = await asyncio.open_connection("127.0.0.1", whole.port)
        for _ in range(20):  # so often something has come and gone beside it, and nothing here
            other_writer.write(b"beside")
            assert await other_reader.readexactly(6) == b"beside"
        assert b"during" not in echo.heard
        cut.mend()
        assert await reader.readexactly(6) == b"during"
        for one in (writer, other_writer):
            one.close()

    with_lines(play)


def test_a_connection_breaks_with_a_piece_where_pieces_break_connections() -> None:
    async def play(echo: Echo, line: Relay, _: Relay) -> None:
        line.breaks = 1.0
        reader, writer = await asyncio.open_connection("127.0.0.1", line.port)
        writer.write(b"never")
        with contextlib.suppress(ConnectionResetError):
            assert await reader.read() == b""
        assert echo.heard == []
        writer.close()

    with_lines(play)


def test_a_lost_piece_comes_as_late_as_tcp_would_send_it_again_and_a_slow_line_is_slow() -> None:
    line = Relay(0, 1)
    assert line._wait_s() == 0.0
    line.delay_s = (0.2, 0.6)
    waits = [line._wait_s() for _ in range(200)]
    assert 0.2 <= min(waits) < 0.3 < 0.5 < max(waits) <= 0.6
    line.delay_s, line.loss = (0.0, 0.0), 1.0
    assert line._wait_s() == pytest.approx(sum(AGAIN_S * 2**turn for turn in range(MOST_LOSSES)))
    line.loss = 0.1
    assert 10 < sum(line._wait_s() > 0 for _ in range(200)) < 40


def test_each_harm_of_one_computer_touches_its_own_lines_and_is_taken_back() -> None:
    async def play() -> None:
        world = OneComputer(1)
        for harm in (Harm.DROP, Harm.DELAY, Harm.CUT_SWITCH, Harm.CUT_SERVERS):
            harmed, others = world._switch, world._between
            if harm is Harm.CUT_SERVERS:
                harmed, others = others, harmed
            await world.do(harm)
            assert all(_is_harmed(line) for line in harmed), harm
            assert not any(_is_harmed(line) for line in others), harm
            await world.undo(harm)
            assert not any(_is_harmed(line) for line in (*harmed, *others)), harm

    asyncio.run(play())


def _is_harmed(line: Relay) -> bool:
    return line.loss > 0 or line.delay_s[1] > 0 or not line._whole.is_set()
