"""What is wrong with a machine, and what helps, in sentences: one of each for every finding (docs/readiness.md §2)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from question_bank.phrase import Phrase, phrase, phrases
from question_bank.sealed_faults import TEXTS, SealFault
from server.domain.readiness import Finding, Lack
from server.web.times import span

_REMEDIES: dict[Lack, Phrase] = {
    Lack.OFF_LINE: phrase("Switch the machine on and look at its cable; what its screen says tells more."),
    Lack.BUILD_DIFFERS: phrase("Install the room's program on it, or use a spare machine."),
    Lack.PACKAGE_FAULT: phrase("It is fetched again by itself. If this stays, use a spare machine."),
    Lack.DIGEST_DIFFERS: phrase(
        "It holds another file under this name. Take the machine out of the room and look at it."
    ),
    Lack.PACKAGE_MISSING: phrase("Nothing to do: the machine is fetching them."),
    Lack.CLOCK_OFF: phrase("It asks for the time again by itself. If this stays, start its program again."),
    Lack.CLOCK_UNSURE: phrase("The machine keeps asking for the time. If this stays, look at its cable."),
    Lack.INTERNET: phrase("Pull the way out: the router's cable, a telephone on USB, Wi-Fi. Then look again."),
    Lack.DISK_LOW: phrase("Make space, or use a spare machine."),
    Lack.DISK_SOON: phrase("Find what is writing there (updates, a copy) and stop it; make space."),
    Lack.LETTERS: phrase("Start its browser again; if this stays, install a typeface with Vietnamese letters."),
    Lack.BATTERY: phrase("Plug in its power supply and look at the socket's switch."),
    Lack.SERVER_UNREACHABLE: phrase("Look at the cable of that server, and at firewalls on the way."),
    Lack.LINE_LOST: phrase("Change its cable or its port on the switch."),
    Lack.SLOW_LINE: phrase("Use a cable instead of Wi-Fi; look at the switch."),
    Lack.NO_RESERVE: phrase("Make space on its disk; the reserve is taken by itself."),
    Lack.INPUT_METHOD: phrase("Start UniKey, EVKey or the system's keyboard, and type the test sentence on it."),
    Lack.SCREENS_MANY: phrase("Unplug every screen but the candidate's."),
    Lack.SCREEN_SMALL: phrase("Set a larger resolution, or reduce the size of text in the system."),
    Lack.ADAPTERS: phrase("Switch off Wi-Fi and unplug telephones: one cable to the room is enough."),
    Lack.MEMORY_LOW: phrase("Close other programs, or start the machine again."),
    Lack.WALL_CLOCK: phrase("Set the date in the system; answers are not affected, certificates may be."),
    Lack.INTERNET_UNKNOWN: phrase("Start its program without --no-internet-probe: that is for rehearsals."),
    Lack.NO_FACTS: phrase("It tells within half a minute. If not, start its program again."),
    Lack.IDENTITY: phrase("Ask the candidate to read the name on the screen and confirm."),
}
_PLAIN: dict[Lack, Phrase] = {
    Lack.OFF_LINE: phrase("no connection to the server"),
    Lack.DIGEST_DIFFERS: phrase("its sealed paper is another one"),
    Lack.PACKAGE_MISSING: phrase("the sealed papers are not all there"),
    Lack.CLOCK_UNSURE: phrase("not sure of the room's time"),
    Lack.LETTERS: phrase("letters of Vietnamese are not drawn"),
    Lack.NO_RESERVE: phrase("no space is held back for answers"),
    Lack.INPUT_METHOD: phrase("no way to type Vietnamese was found"),
    Lack.INTERNET_UNKNOWN: phrase("told not to look for the internet"),
    Lack.NO_FACTS: phrase("has not told what it is like"),
    Lack.IDENTITY: phrase("identity not confirmed"),
}


def _whole(value: str | int) -> int:
    return value if isinstance(value, int) else 0


def _mib(value: str | int) -> int:
    return _whole(value) // 2**20


def _span(value: str | int) -> str:
    return span(abs(_whole(value)))


# Those that tell a value.
_VALUED: dict[Lack, Callable[[str | int], Phrase]] = {
    Lack.BUILD_DIFFERS: lambda value: phrase("another version of the program: %(build)s", build=value),
    Lack.PACKAGE_FAULT: lambda value: phrase("the sealed paper is refused: %(fault)s", fault=_fault(str(value))),
    Lack.CLOCK_OFF: lambda value: phrase("its time differs by %(span)s", span=_span(value)),
    Lack.INTERNET: lambda value: phrase("the internet can be reached (%(by)s)", by=value),
    Lack.DISK_LOW: lambda value: phrase("little space on its disk: %(mb)s MB", mb=_mib(value)),
    Lack.DISK_SOON: lambda value: phrase("its disk is full in %(span)s", span=_span(value)),
    Lack.BATTERY: lambda value: phrase("runs on battery: %(percent)s %%", percent=value),
    Lack.SERVER_UNREACHABLE: lambda value: phrase("does not reach %(address)s", address=value),
    Lack.LINE_LOST: lambda value: phrases("lost its line %(n)s time", "lost its line %(n)s times", _whole(value)),
    Lack.SLOW_LINE: lambda value: phrase("slow line: %(ms)s ms", ms=value),
    Lack.SCREENS_MANY: lambda value: phrases("%(n)s screen", "%(n)s screens", _whole(value)),
    Lack.SCREEN_SMALL: lambda value: phrase("small screen: %(size)s", size=value),
    Lack.ADAPTERS: lambda value: phrase("more than one network: %(names)s", names=value),
    Lack.MEMORY_LOW: lambda value: phrase("little memory: %(mb)s MB", mb=_mib(value)),
    Lack.WALL_CLOCK: lambda value: phrase("its own date is wrong by %(span)s", span=_span(value)),
}
# Over a group of seats, where each has a number of its own.
_TITLES: dict[Lack, Phrase] = {
    Lack.CLOCK_OFF: phrase("their time is not the room's"),
    Lack.DISK_LOW: phrase("little space on the disk"),
    Lack.DISK_SOON: phrase("the disk is filling up"),
    Lack.BATTERY: phrase("on battery"),
    Lack.LINE_LOST: phrase("lose their line"),
    Lack.SLOW_LINE: phrase("slow line"),
    Lack.SCREENS_MANY: phrase("more than one screen"),
    Lack.SCREEN_SMALL: phrase("small screen"),
    Lack.ADAPTERS: phrase("more than one network"),
    Lack.MEMORY_LOW: phrase("little memory"),
    Lack.WALL_CLOCK: phrase("wrong date of their own"),
}


def title(finding: Finding) -> Phrase:
    """What is wrong, over all seats that lack the same; what differs in kind (a version, a fault) is told apart."""
    return _TITLES.get(finding.lack) or what(finding)


def what(finding: Finding) -> Phrase:
    """What is wrong, short enough for a row of a table."""
    told = _VALUED.get(finding.lack)
    return _PLAIN[finding.lack] if told is None else told(finding.value)


def remedy(lack: Lack) -> Phrase:
    """What helps."""
    return _REMEDIES[lack]


def _fault(code: str) -> Phrase:
    """What a kiosk says is wrong with a package; a code of another version is told as it is."""
    known = code in {fault.value for fault in SealFault}
    return TEXTS[SealFault(code)][0] if known else phrase("%(code)s", code=code)


# What holds a start up, as the map's dialog names it; a value is on the page “Readiness”.
ON_THE_MAP: Mapping[Lack, Phrase] = {
    **{
        lack: _PLAIN[lack]
        for lack in (Lack.OFF_LINE, Lack.DIGEST_DIFFERS, Lack.PACKAGE_MISSING, Lack.NO_FACTS, Lack.CLOCK_UNSURE)
    },
    Lack.BUILD_DIFFERS: phrase("another version of the program"),
    Lack.PACKAGE_FAULT: phrase("the sealed paper is refused"),
    Lack.CLOCK_OFF: _TITLES[Lack.CLOCK_OFF],
}
# Sentences of the map's scripts about readiness and disks (server/web/console/words.py).
READINESS: Mapping[str, Phrase] = {
    "problem_server_disk_full": phrase("The server's disk is full"),
    "problem_server_disk_soon": phrases(
        "The server's disk is full in %(n)s minute", "The server's disk is full in %(n)s minutes", 0
    ),
    "problem_server_disk_low": phrase("Little space left on the server's disk"),
    "problem_standby_disk_full": phrase("The standby's disk is full"),
    "problem_standby_disk_soon": phrases(
        "The standby's disk is full in %(n)s minute", "The standby's disk is full in %(n)s minutes", 0
    ),
    "problem_standby_disk_low": phrase("Little space left on the standby's disk"),
    "problem_disk_filling": phrase("The machine's disk is filling up"),
    "problems_disk_filling": phrases(
        "The disk of %(n)s machine is filling up", "The disks of %(n)s machines are filling up", 0
    ),
    "advice_server_disk_full": phrase(
        "Make space on the server's disk now. Answers have their reserved place, and machines keep what is not taken."
    ),
    "advice_server_disk_soon": phrase("tell the Technical Team: find what is writing, and make space"),
    "advice_server_disk_low": phrase("tell the Technical Team; logs and old copies give way before answers do"),
    "advice_standby_disk_full": phrase(
        "Make %(mb)s MB free on the standby. Until then answers are on the machines and on this server; it joins again by"
        " itself.", mb="",
    ),
    "advice_standby_disk_soon": phrase("tell the Technical Team: find what is writing on that computer, and make space"),
    "advice_standby_disk_low": phrase("tell the Technical Team: make space on that computer before it runs out"),
    "advice_disk_filling": phrase("tell the Technical Team: find what is writing there"),
    "start_locked": phrases("The start is locked by %(n)s seat", "The start is locked by %(n)s seats", 0),
    "start_locked_what": phrase(
        "All machines of those who start must agree on program, papers and time. Mend these seats, or let an official"
        " override them under “Readiness”. You may also start the others now; these are started alone later."
    ),
    "start_locked_seat": phrase("%(seat)s: %(what)s", seat="", what=""),
    "start_others": phrases("Start %(n)s other now", "Start the %(n)s others now", 0),
    "start_locked_none": phrase("Nobody else is ready to start."),
}  # fmt: skip
