"""What a computer says of its power, screens, programs and ways out, on made-up systems and on this one."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from question_bank.computer import hardware, internet, software
from question_bank.computer.hardware import Supply


def write(root: Path, **files: str) -> Path:
    for name, text in files.items():
        path = root / name.replace("__", "/").replace("_D_", "-")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text + "\n", encoding="utf-8")
    return root


def supplies(root: Path, **kinds: dict[str, str]) -> Path:
    for name, files in kinds.items():
        for field, value in files.items():
            write(root, **{f"sys__class__power_supply__{name}__{field}": value})
    return root


MAINS_ON, MAINS_OFF = {"type": "Mains", "online": "1"}, {"type": "Mains", "online": "0"}
BATTERY = {"type": "Battery", "capacity": "37", "status": "Discharging"}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows tells by a call")
@pytest.mark.parametrize(
    ("kinds", "expected"),
    [
        ({}, Supply("mains", None)),  # a desktop
        ({"AC": MAINS_ON, "BAT0": BATTERY | {"status": "Charging"}}, Supply("mains", 37)),
        ({"AC": MAINS_OFF, "BAT0": BATTERY}, Supply("battery", 37)),
        ({"BAT0": BATTERY}, Supply("battery", 37)),
        ({"BAT0": BATTERY | {"status": "Full"}}, Supply("unknown", 37)),
        ({"mouse": BATTERY | {"scope": "Device"}}, Supply("mains", None)),
        ({"BAT0": {"type": "Battery", "capacity": "?"}}, Supply("mains", None)),
    ],
)
def test_the_supply_is_what_the_system_s_files_say(
    tmp_path: Path, kinds: dict[str, dict[str, str]], expected: Supply
) -> None:
    assert hardware.supply(supplies(tmp_path, **kinds)) == expected


@pytest.mark.skipif(sys.platform == "win32", reason="Windows tells by a call")
def test_screens_are_counted_when_they_are_attached(tmp_path: Path) -> None:
    assert hardware.screens(tmp_path) is None, "a system that does not tell"
    for name, state in (("card0-HDMI-A-1", "connected"), ("card0-DP-1", "disconnected"), ("card0-eDP-1", "connected")):
        folder = tmp_path / "sys/class/drm" / name
        folder.mkdir(parents=True)
        (folder / "status").write_text(f"{state}\n")
    assert hardware.screens(tmp_path) == 2


def test_this_computer_tells_its_disk_and_memory(tmp_path: Path) -> None:
    space, memory = hardware.disk(tmp_path), hardware.memory()
    assert 0 < space.free <= space.total
    assert memory is not None
    assert 0 < memory.free <= memory.total
    assert hardware.system_name()


@pytest.mark.root
def test_an_adapter_counts_once_it_is_up_and_leads_somewhere() -> None:
    """In a network of its own: a cable, then a telephone beside it."""
    script = (
        "ip link set lo up; ip link add lan0 type veth peer name far0; ip link add usb0 type veth peer name far1;"
        " ip addr add 10.9.8.7/24 dev lan0; ip addr add 192.168.42.3/24 dev usb0; ip link set lan0 up;"
        ' ip link set far0 up; {py} -c "{show}"; ip link set usb0 up; ip link set far1 up; {py} -c "{show}"'
    )
    show = "from question_bank.computer import hardware; print(*hardware.adapters())"
    command = script.format(py=sys.executable, show=show)
    found = subprocess.run(["unshare", "--net", "sh", "-c", command], check=True, capture_output=True, text=True)
    assert found.stdout.splitlines() == ["lan0", "lan0 usb0"]


# --- programs ---------------------------------------------------------------------------------------------------------


def test_office_programs_are_found_by_their_files_and_never_started(tmp_path: Path) -> None:
    assert software.office_programs(tmp_path) == ()
    write(tmp_path, **{"usr/lib/libreoffice/program/versionrc": "[Version]\nMsiProductVersion=24.2.7.2"})
    (tmp_path / "opt/kingsoft/wps-office/office6").mkdir(parents=True)
    assert software.office_programs(tmp_path) == (
        software.Program("LibreOffice", "24.2.7.2"),
        software.Program("WPS Office", ""),
    )


def test_typefaces_of_documents_are_found(tmp_path: Path) -> None:
    for name in ("Times_New_Roman_Bold.ttf", "LiberationSerif-Regular.ttf", "Comic.ttf", "times.txt"):
        path = tmp_path / "usr/share/fonts/truetype" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"")
    assert software.fonts(tmp_path) == ("Times New Roman", "Liberation Serif")


@pytest.mark.parametrize(
    ("running", "engine", "expected"),
    [
        ((), None, ()),
        (("UniKeyNT.exe", "explorer.exe"), None, ("UniKey",)),
        (("EVKey64.exe",), None, ("EVKey",)),
        (("ibus-daemon",), None, ()),  # a frame without an engine types no Vietnamese
        (("ibus-daemon",), "usr/share/ibus/component/bamboo.xml", ("IBus", "IBus Bamboo")),
        ((), "usr/share/fcitx5/inputmethod/unikey.conf", ("Fcitx5 Unikey",)),
    ],
)
def test_ways_to_type_vietnamese_are_running_programs_and_installed_engines(
    tmp_path: Path, running: tuple[str, ...], engine: str | None, expected: tuple[str, ...]
) -> None:
    if engine is not None:
        write(tmp_path, **{engine: "x"})
    assert software.input_methods(tmp_path, running) == expected


# --- the internet -----------------------------------------------------------------------------------------------------


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """Somebody who accepts."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        yield found


def test_whoever_accepts_is_the_internet(listener: socket.socket) -> None:
    target = ("127.0.0.1", listener.getsockname()[1])
    assert internet.answering([target]) == (f"127.0.0.1:{target[1]}",)
    assert internet.takes_connections(target)


def test_a_firewall_that_says_no_is_not_the_internet() -> None:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        target = ("127.0.0.1", bound.getsockname()[1])
        assert internet.answering([target]) == ()
        assert not internet.takes_connections(target)


TRAP = """
ip link set lo up
ip link add lan0 type veth peer name far0
ip addr add 10.9.8.7/24 dev lan0
ip link set lan0 up
ip link set far0 up
{route}
exec {py} -c '{listen}
from question_bank.computer import internet
print(*internet.answering())'
"""


@pytest.mark.root
@pytest.mark.parametrize(
    ("route", "listen", "expected"),
    [
        ("", "", ""),  # no way out at all
        ("ip route add default via 10.9.8.1", "", ""),  # a gateway that nothing comes back from
        ("ip route add blackhole default", "", ""),
        (
            "ip addr add 1.1.1.1/32 dev lo",
            'import socket; world = socket.create_server(("1.1.1.1", 443))',
            "1.1.1.1:443",
        ),
    ],
)
def test_the_probe_in_a_network_of_its_own(route: str, listen: str, expected: str) -> None:
    """The real addresses, in a namespace where a trap stands for the world outside."""
    script = "set -e" + TRAP.format(route=route, listen=listen, py=sys.executable)
    found = subprocess.run(
        ["unshare", "--net", "sh", "-c", script], check=True, capture_output=True, text=True, timeout=60
    )
    assert found.stdout.strip() == expected
