"""Disk, memory, power, screens and network adapters of this computer. What cannot be found is None, never guessed.

`root` is "/" but in tests: files of the system are read below it.
"""

from __future__ import annotations

import platform
import shutil
import socket
import sys
from dataclasses import dataclass
from pathlib import Path

import psutil

ROOT = Path("/")
MAX_ADAPTERS = 16
# What is up on many computers and leads nowhere: containers', virtual machines' and the system's own loops.
_OWN = ("lo", "loopback", "docker", "veth", "br-", "virbr", "vmnet", "vethernet", "isatap", "teredo")


@dataclass(frozen=True, slots=True)
class Space:
    """Bytes free for this user, and in all."""

    free: int
    total: int


@dataclass(frozen=True, slots=True)
class Supply:
    """Where the electricity comes from: `mains`, `battery` or `unknown`; the battery's charge in percent, if it has one."""

    power: str
    percent: int | None


def system_name() -> str:
    """The operating system, as people name it."""
    return f"{platform.system()} {platform.release()}"[:100]


def disk(folder: Path) -> Space:
    """The disk a folder is on. Raises OSError."""
    usage = shutil.disk_usage(folder)
    return Space(usage.free, usage.total)


def memory() -> Space | None:
    """Memory that programs can have without writing other programs' to the disk."""
    try:
        found = psutil.virtual_memory()
    except (psutil.Error, OSError):
        return None
    return Space(int(found.available), int(found.total))


def supply(root: Path = ROOT) -> Supply:
    """Mains or battery. Linux tells by files (kernel: Documentation/ABI/testing/sysfs-class-power), Windows by a call."""
    if sys.platform == "win32":
        return _battery_of(psutil.sensors_battery())
    folder = root / "sys/class/power_supply"
    mains: list[bool] = []
    percent: int | None = None
    discharging = False
    for one in sorted(folder.iterdir()) if folder.is_dir() else ():
        match _line(one / "type"), _line(one / "scope"):
            case "Mains" | "USB", _:
                mains.append(_line(one / "online") == "1")
            case "Battery", "Device":
                continue  # of a mouse or a headset
            case "Battery", _:
                charge = _line(one / "capacity")
                percent = int(charge) if charge.isdigit() else percent
                discharging = discharging or _line(one / "status") == "Discharging"
    if any(mains):
        return Supply("mains", percent)
    if discharging or (mains and percent is not None):
        return Supply("battery", percent)
    # A desktop computer names no supply at all: it runs, so it has mains.
    return Supply("mains" if percent is None else "unknown", percent)


def _battery_of(found: object) -> Supply:
    """What `psutil.sensors_battery` says; None on a computer without a battery."""
    if found is None:
        return Supply("mains", None)
    plugged, percent = getattr(found, "power_plugged", None), getattr(found, "percent", None)
    charge = max(0, min(100, int(percent))) if isinstance(percent, int | float) else None
    if plugged is None:
        return Supply("unknown", charge)
    return Supply("mains" if plugged else "battery", charge)


def screens(root: Path = ROOT) -> int | None:
    """Screens that are attached; None where the system does not tell."""
    if sys.platform == "win32":
        import ctypes

        return int(ctypes.windll.user32.GetSystemMetrics(80)) or None  # SM_CMONITORS
    states = [_line(one) for one in sorted((root / "sys/class/drm").glob("card*-*/status"))]
    return states.count("connected") or None


def adapters() -> tuple[str, ...]:
    """Network adapters that are up and have an address other than a link's own; loopback and containers' aside."""
    try:
        states, addresses = psutil.net_if_stats(), psutil.net_if_addrs()
    except (psutil.Error, OSError):
        return ()
    found = []
    for name, state in sorted(states.items()):
        own = name.lower().startswith(_OWN)
        reachable = any(_leads_somewhere(one.family, one.address) for one in addresses.get(name, ()))
        if state.isup and not own and reachable:
            found.append(name[:64])
    return tuple(found[:MAX_ADAPTERS])


def _leads_somewhere(family: int, address: str) -> bool:
    """Whether an address is one of a network: not a card's own number, not one a computer gave itself."""
    of_network = family in (socket.AF_INET, socket.AF_INET6)
    return of_network and not address.startswith(("127.", "169.254.", "fe80:", "::1"))


def _line(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""
