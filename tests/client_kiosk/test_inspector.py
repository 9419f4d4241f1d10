"""A machine looks at itself: it tells at once, again when asked, and otherwise only what a person would act on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from client_kiosk.agent import Step
from client_kiosk.config import KioskFolder
from client_kiosk.errors import LinkError
from client_kiosk.inspector import Inspector, news
from client_kiosk.kiosk import Kiosk
from client_kiosk.tls import Address
from question_bank.computer.hardware import Supply
from server.protocol import clock
from server.protocol.machine import Display, HeldPackage, Internet, MachineFacts
from server.protocol.messages import MAX_MESSAGE_BYTES
from server.protocol.shape import Shaped
from server.protocol.situation import PackageOffer, Situation, Stage

NOW = 1_795_000_000_000
HERE = Address("127.0.0.1", 1)


class Line:
    """Stands for the kiosk's line: who it is connected to, and what was told."""

    def __init__(self) -> None:
        self.token: str | None = "token-1"
        self.told: list[MachineFacts] = []
        self.broken = False

    def download(self) -> tuple[Address, str] | None:
        return None if self.token is None else (HERE, self.token)

    def tell(self, event: str, message: Shaped) -> None:
        if self.broken:
            raise LinkError("the line is gone")
        assert event == "machine"
        found = MachineFacts.parse(message.wire())
        assert isinstance(found, MachineFacts), found
        self.told.append(found)


@pytest.fixture
def kiosk(tmp_path: Path) -> Iterator[Kiosk]:
    made = Kiosk(KioskFolder(tmp_path), "0.1.0", lambda: 60_000)
    yield made
    made.close()


@pytest.fixture
def line() -> Line:
    return Line()


@pytest.fixture
def inspect(kiosk: Kiosk, line: Line) -> Iterator[Callable[..., Inspector]]:
    """`inspect(targets, addresses)`: an inspector that runs until the test ends."""
    with ExitStack() as running:

        def start(targets: tuple[tuple[str, int], ...] = (), addresses: tuple[str, ...] = ()) -> Inspector:
            made = Inspector(kiosk, line, "0.1.0", lambda: addresses, targets)  # type: ignore[arg-type]
            made.start()
            running.callback(made.stop)
            return made

        yield start


def test_a_machine_tells_once_a_connection_and_again_when_asked(
    kiosk: Kiosk, line: Line, inspect: Callable[..., Inspector], eventually: Callable[..., None]
) -> None:
    inspect()
    eventually(lambda: line.told and line.told[-1].memory_total_bytes, what="the first word")
    assert line.told[-1].build == "0.1.0"
    assert line.told[-1].lines == 1
    before = len(line.told)
    kiosk.inspect.set()
    eventually(lambda: len(line.told) > before, what="the answer to the room's question")
    line.token = "token-2"
    eventually(lambda: line.told[-1].lines == 2, what="the word on the next line")


def test_a_sealed_set_that_has_come_is_told_at_once_since_the_start_waits_for_it(
    kiosk: Kiosk, line: Line, inspect: Callable[..., Inspector], eventually: Callable[..., None]
) -> None:
    offer = PackageOffer("p1", 1_000, "aa" * 32, "/kiosk/package/p1")
    kiosk.heard(Situation(NOW, 1, "Phòng A", "B07", None, Stage("signer", (offer,)), None, (), ()))
    inspect()
    eventually(lambda: line.told and line.told[-1].memory_total_bytes, what="the first word")
    assert not line.told[-1].packages
    kiosk.staged("p1", None)  # long before it would look by itself: this kiosk's clock stands still
    eventually(lambda: line.told[-1].packages == (HeldPackage("p1", "aa" * 32, True),), what="the word of the package")


def test_what_a_broken_line_did_not_take_is_told_on_the_next(
    line: Line, inspect: Callable[..., Inspector], eventually: Callable[..., None]
) -> None:
    line.broken = True
    inspect()
    line.token = "token-2"
    line.broken = False
    eventually(lambda: line.told, what="the word on the line that works")


def test_the_internet_is_unknown_until_it_was_looked_for(
    line: Line, inspect: Callable[..., Inspector], eventually: Callable[..., None], free_port: Callable[[], int]
) -> None:
    inspect(targets=(("127.0.0.1", free_port()),), addresses=(str(HERE), f"127.0.0.1:{free_port()}", "no address"))
    eventually(lambda: line.told and line.told[-1].internet is Internet.ABSENT, what="the probe")
    assert line.told[0].internet is Internet.UNKNOWN, "the room need not wait for the probe"
    assert [one.reachable for one in line.told[-1].servers] == [True, False, False]


def test_facts_tell_the_clock_the_screen_and_what_was_typed(kiosk: Kiosk, line: Line) -> None:
    inspector = Inspector(kiosk, line, "0.1.0", tuple, ())  # type: ignore[arg-type]
    assert inspector.facts().estimate_at_ms is None
    kiosk.learn_time(clock.Exchange(59_980, NOW, NOW + 4, 60_000))
    kiosk.display = Display(1366, 768, False, True)
    kiosk.step_done(Step.TYPING)
    kiosk.ballast.take()
    found = inspector.facts()
    assert found.estimate_at_ms == kiosk.room_at_ms()
    assert found.round_trip_ms == 16
    assert found.typed
    assert found.display == kiosk.display
    assert found.reserved_bytes == kiosk.ballast.octets
    assert found.wall_off_ms is not None


@pytest.fixture
def facts(kiosk: Kiosk, line: Line) -> MachineFacts:
    return Inspector(kiosk, line, "0.1.0", tuple, ()).facts()  # type: ignore[arg-type]


def test_a_byte_is_no_news_and_a_pulled_plug_is(facts: MachineFacts) -> None:
    calm = replace(facts, disk_free_bytes=10**10, power=facts.power.MAINS)
    assert not news(calm, replace(calm, disk_free_bytes=10**10 - 4096, estimate_at_ms=7, uncertainty_ms=3))
    assert news(calm, replace(calm, disk_free_bytes=10**9))
    assert news(calm, replace(calm, power=facts.power.BATTERY))
    assert news(calm, replace(calm, internet=Internet.REACHABLE))


def test_the_longest_facts_fit_into_a_message(facts: MachineFacts) -> None:
    long = tuple("ữ" * 64 for _ in range(16))
    largest = replace(facts, system="ữ" * 100, fonts=long, input_methods=long, adapters=long)
    assert isinstance(MachineFacts.parse(largest.wire()), MachineFacts)
    assert len(str(largest.wire()).encode()) < MAX_MESSAGE_BYTES // 4


def test_a_machine_on_battery_says_so(kiosk: Kiosk, line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("question_bank.computer.hardware.supply", lambda: Supply("battery", 41))
    found = Inspector(kiosk, line, "0.1.0", tuple, ()).facts()  # type: ignore[arg-type]
    assert (found.power.value, found.battery_percent) == ("battery", 41)
