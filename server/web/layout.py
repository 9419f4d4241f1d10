"""What every page's frame shows: the room, the sitting, the officer, and the pages their role may open."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Flask, current_app, g, has_request_context, request, url_for

from question_bank.bilingual import Bilingual
from question_bank.phrase import Phrase, phrase
from server.domain.names import search_key
from server.domain.rights import Right
from server.domain.rights import may as has_right
from server.domain.values import PartStage, SittingStage
from server.live.replaying import has_simulators
from server.store.officers import Officer
from server.web import signatories, times
from server.web.access import access_of, roles_of
from server.web.attendance import attendance_mark
from server.web.console.words import needs_words
from server.web.context import now_ms, room
from server.web.language import language, say
from server.web.wording import ROLES, STAGES

if TYPE_CHECKING:
    from server.live.marks import ResultRow
    from server.live.sitting_service import Sitting

# Where a tired proctor looks: the map first, then by the time of day, then what the room itself is made of. Within each the
# order people work in; an entry shows when its page exists and the officer's role may open it.
NAVIGATION: tuple[tuple[Phrase | None, tuple[tuple[str, Phrase], ...]], ...] = (
    (None, (("console.map", phrase("Room map")),)),
    (
        phrase("Before the exam"),
        (
            ("prepare.page", phrase("Prepare")),
            ("officers.page", phrase("Officers")),
            ("roster_import.page", phrase("Roster import")),
            ("roster.page", phrase("Roster")),
            ("codes.page", phrase("Access codes")),
            ("console.before", phrase("Readiness")),
            ("check_in.page", phrase("Check-in")),
            ("console.ceremony", phrase("Opening")),
        ),
    ),
    (
        phrase("During the exam"),
        (
            ("duty.page", phrase("Duty log")),
            ("console.time", phrase("Lost time")),
            ("late.page", phrase("Late answers")),
            ("console.rescue", phrase("Rescue")),
        ),
    ),
    (
        phrase("After the exam"),
        (
            ("closing.page", phrase("Closing")),
            ("results.page", phrase("Results")),
            ("runs.page", phrase("Work in systems")),
            ("papers.page", phrase("Documents")),
        ),
    ),
    (
        phrase("The room"),
        (
            ("console.machines", phrase("Machines")),
            ("servers.page", phrase("Servers")),
            ("system.page", phrase("Acts of officers")),
        ),
    ),
)
GIB = 2**30
FEW = 5  # so many pages stand side by side on any screen: nothing is folded away for their sake


@dataclass(frozen=True, slots=True)
class Tab:
    """One page in the navigation."""

    endpoint: str
    title: str
    current: bool


@dataclass(frozen=True, slots=True)
class Group:
    """Pages that stand together; one alone stands for itself, and is not folded away."""

    title: str
    tabs: tuple[Tab, ...]

    @property
    def current(self) -> Tab | None:
        """The page of this group that is open."""
        return next((tab for tab in self.tabs if tab.current), None)


def prepare(app: Flask) -> None:
    """Give templates what the frame needs."""
    app.context_processor(_frame)
    app.jinja_env.filters.update(
        clock=times.clock, day=times.day, day_and_clock=times.day_and_clock, span=times.span, figures=figures,
        gigabytes=gigabytes, marks=marks, search_text=search_text,
    )  # fmt: skip
    app.jinja_env.globals.update(
        say=say, in_language=in_language, new_source=new_source, may=may, may_sign=may_sign, attendance_mark=attendance_mark,
        has_page=lambda endpoint: endpoint in app.view_functions,
    )  # fmt: skip


def in_language(text: Bilingual) -> str:
    """A text in the reader's language."""
    return text.in_language(language())


def figures(number: int) -> str:
    """A whole number with its thousands parted: 1.234 in Vietnamese, 1,234 in English."""
    return f"{number:,}".replace(",", "." if language() == "vi" else ",")


def gigabytes(size: int) -> str:
    """A size in bytes as GB with one decimal: 38,2 in Vietnamese, 38.2 in English."""
    return f"{size / GIB:.1f}".replace(".", "," if language() == "vi" else ".")


def marks(hundredths: int) -> str:
    """Hundredths of a mark as people write marks: 42 or 8,25."""
    whole, rest = divmod(hundredths, 100)
    decimals = f"{rest:02}".rstrip("0")
    return f"{whole}{',' if language() == 'vi' else '.'}{decimals}" if decimals else str(whole)


def search_text(row: ResultRow) -> str:
    """What a search as you type looks through: number, name and unit, folded."""
    return search_key(f"{row.sbd} {row.full_name} {row.unit}")


def new_source() -> str:
    """A stream id for one form: sent twice, the form is still one act (journal.source, 16 bytes in hex)."""
    return secrets.token_hex(16)


def may(right: str) -> bool:
    """Whether the officer of this page has a right; pages show no button that would be refused."""
    officer: Officer | None = g.get("officer")
    return officer is not None and has_right(officer.role, Right(right))


def may_sign() -> bool:
    """Whether the officer of this page may be one of two who sign: said before they have gathered everybody."""
    officer: Officer | None = g.get("officer")
    return officer is not None and officer.confirmed


def _frame() -> dict[str, object]:
    if not has_request_context():
        return {}
    officer: Officer | None = g.get("officer")
    sitting = room().sitting
    has_map = officer is not None and has_right(officer.role, Right.SEE_ROOM)
    return {
        "language": language(),
        "now_ms": now_ms(),
        "room_name": room().identity.room_name,
        "sitting_title": in_language(sitting.definition.title) if sitting is not None else None,
        "stage": _stage(sitting),
        "me": officer,
        "my_role": say(ROLES[officer.role]) if officer is not None else "",
        "nav_groups": _groups(officer) if officer is not None and not officer.must_change else [],
        "has_map": has_map,
        "needs_words": needs_words() if has_map and officer is not None and not officer.must_change else None,
    }


def _groups(officer: Officer) -> list[Group]:
    found = [(title, _tabs(entries, officer)) for title, entries in NAVIGATION]
    if sum(len(tabs) for _, tabs in found) <= FEW:
        return [Group(tab.title, (tab,)) for _, tabs in found for tab in tabs]
    return [Group(say(title) if title is not None else tabs[0].title, tabs) for title, tabs in found if tabs]


def _tabs(entries: tuple[tuple[str, Phrase], ...], officer: Officer) -> tuple[Tab, ...]:
    found = []
    for endpoint, title in entries:
        access = access_of(current_app, endpoint)
        if access is not None and officer.role in roles_of(access) and _is_wanted(endpoint, officer):
            found.append(Tab(endpoint, say(title), _is_current(endpoint)))
    return tuple(found)


def _is_wanted(endpoint: str, officer: Officer) -> bool:
    """Who only confirms accounts is shown their page while there are some to confirm; the jury theirs of systems when there are any."""
    if endpoint == "runs.page":
        return _is_current(endpoint) or has_simulators(room().sitting)
    if endpoint != "officers.page" or has_right(officer.role, Right.MANAGE_OFFICERS) or _is_current(endpoint):
        return True
    store = room().store.officers
    return bool(signatories.confirmable(officer, store.everyone(), ever=store.ever_confirmed()))


def _is_current(endpoint: str) -> bool:
    """A page's tab stays lit on the pages and forms beneath it; the console's pages are tabs each of their own."""
    area = endpoint.partition(".")[0]
    if area != "console":
        return request.blueprint == area
    if endpoint == "console.map":
        return request.endpoint in ("console.map", "console.seat")
    return request.endpoint == endpoint or request.path.startswith(f"{url_for(endpoint)}/")


def _stage(sitting: Sitting | None) -> str:
    if sitting is None:
        return ""
    state = sitting.state
    if state.stage is SittingStage.UNSEALED and state.open_part is not None:
        return say(phrase("Running"))
    if state.stage is SittingStage.UNSEALED and PartStage.CLOSED in state.parts:
        return say(phrase("Between two parts") if PartStage.WAITING in state.parts else phrase("Ended"))
    return say(STAGES[state.stage])
