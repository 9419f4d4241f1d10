"""Material that is made for each candidate. Pure: the same draw gives the same. Never on a kiosk."""

from __future__ import annotations

from question_bank.draw import Draw

_ACCOUNTS = ("vanthu", "ketoan", "motcua", "diachinh", "tuphap", "quantri")
_DAY_S = 24 * 3600


def ssh_log(draw: Draw) -> tuple[list[str], dict[str, str]]:
    """Lines of a day's sign-ins in the order of time, and the facts of the break-in among them.

    One address guesses the password of one account until it is let in; another tries many accounts a few times each and is not;
    people of the office sign in from inside and mistype now and then. Addresses outside are those of RFC 5737, for documents.
    """
    attacker = f"203.0.113.{10 + draw.below(200)}"
    other = f"198.51.100.{10 + draw.below(200)}"
    victim, *rest = draw.shuffled(_ACCOUNTS)
    begin = 3600 + draw.below(3 * 3600)
    failures = 24 + draw.below(30)
    events: list[tuple[int, str]] = []
    at = begin
    for _ in range(failures):
        events.append((at, f"Failed password for {victim} from {attacker} port {40000 + draw.below(20000)} ssh2"))
        at += 2 + draw.below(9)
    entered = at + 3
    events.append((entered, f"Accepted password for {victim} from {attacker} port {40000 + draw.below(20000)} ssh2"))
    for _ in range(12 + draw.below(6)):
        name = ("admin", "test", *rest)[draw.below(len(rest) + 2)]
        events.append(
            (
                7200 + draw.below(_DAY_S - 9000),
                f"Failed password for invalid user {name} from {other} port {40000 + draw.below(20000)} ssh2",
            )
        )
    for account in _ACCOUNTS:
        inside = f"10.20.{1 + draw.below(4)}.{10 + draw.below(200)}"
        start = 7 * 3600 + draw.below(7200)
        events.append((start, f"Accepted password for {account} from {inside} port {40000 + draw.below(20000)} ssh2"))
        if draw.below(2):
            events.append(
                (start - 20, f"Failed password for {account} from {inside} port {40000 + draw.below(20000)} ssh2")
            )
    lines = [f"Dec 07 {_clock(at)} may-chu sshd[{1000 + n}]: {words}" for n, (at, words) in enumerate(sorted(events))]
    facts = {
        "attacker": attacker, "account": victim, "first": _clock(begin), "failures": str(failures), "entered": _clock(entered),
    }  # fmt: skip
    return lines, facts


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
