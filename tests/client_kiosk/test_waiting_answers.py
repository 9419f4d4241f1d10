"""A choice that does not count yet is not shown as if it did, and a later one takes its place."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, cast

import pytest
from flask import Flask
from flask_babel import Babel, force_locale

from client_kiosk.config import KioskFolder, Membership
from client_kiosk.kiosk import Kiosk
from client_kiosk.media import PaperMedia
from client_kiosk.pages.words import notice_text
from client_kiosk.papers import ShownItem, ShownPaper
from client_kiosk.view import view
from question_bank.marking_scheme import Response
from question_bank.order import Group, ItemOutline
from server.protocol.messages import Outcome, RecordVerdict
from server.protocol.situation import (
    AttemptView,
    Order,
    Paper,
    PartPhase,
    PartView,
    SittingPhase,
    SittingView,
    Situation,
    Stage,
    StreamView,
)

SOURCE = "ab" * 16
ITEMS = ("i1111111", "i2222222")
PAPER = Paper(
    attempt_id="a1", part=0, package_id="p1", section_id="s1", form_id="f1", identity="x",
    order=Order(ITEMS, MappingProxyType(dict.fromkeys(ITEMS, ("oaaaaa", "obbbbb")))), responses={}, flagged=(),
)  # fmt: skip
FIRST: Response = {"options": ["oaaaaa"]}
SECOND: Response = {"options": ["obbbbb"]}
TEXTS = {"vi": "", "en": ""}
OPEN = PartView(0, 1, TEXTS, 60, PartPhase.OPEN, 60_000, 60_000, None, (), None, None, "f1")
ATTEMPT = AttemptView("a1", 1, SOURCE, "0001", "Một", "01/01/2000", "Đơn vị", True, False, OPEN)
SITTING = SittingView("s", TEXTS, SittingPhase.OPEN, "at_once", "")
SITUATION = Situation(0, 1, "Phòng", "A01", SITTING, Stage(None, ()), ATTEMPT, (StreamView(SOURCE, 1, "00" * 32),), ())


@pytest.fixture
def make(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], Kiosk]]:
    """Start the kiosk, or start it again on the same disk; it can open the paper without a package."""
    group = Group(("oaaaaa", "obbbbb"))
    items = tuple(
        ShownItem(item, "single_choice", "", item, {}, 100, 0, ItemOutline(item, "single_choice", (group,)))
        for item in ITEMS
    )
    no_media = cast("PaperMedia", None)
    monkeypatch.setattr(Kiosk, "_opened", lambda self, paper: ShownPaper("a1", 0, "f1", {}, items, (), no_media))
    made: list[Kiosk] = []

    def start() -> Kiosk:
        for old in made:
            old.close()
        folder = KioskFolder(tmp_path / "kiosk")
        folder.join(Membership("r1", "Phòng", "k1", "A01", "-", "00", ("127.0.0.1:1",)))
        made.append(Kiosk(folder, "0.1.0", lambda: 0))
        return made[-1]

    yield start
    for kiosk in made:
        kiosk.close()


def verdict(seq: int, outcome: Outcome, reason: str | None = None) -> RecordVerdict:
    return RecordVerdict(seq, outcome, reason, 1, seq + 7, "00" * 32, 1)


def shown(kiosk: Kiosk) -> Any:
    return view(kiosk)["responses"]


@pytest.fixture
def back_on_the_line(make: Callable[[], Kiosk]) -> Kiosk:
    """Item 1 was answered; then the line went, the room paused, and the candidate changed it: now the room has said so."""
    kiosk = make()
    kiosk.signed_in(SOURCE, SITUATION)
    kiosk.got_paper(PAPER)
    assert kiosk.save(1, FIRST).ok
    kiosk.settled(SOURCE, [verdict(2, Outcome.ACCEPTED)])
    assert kiosk.save(1, SECOND).ok
    assert shown(kiosk) == {"1": SECOND}, "on this machine, as far as it knows"
    kiosk.settled(SOURCE, [verdict(3, Outcome.LATE, "paused")])
    return kiosk


def test_a_choice_that_waits_for_a_decision_is_named_and_the_one_that_counts_is_shown(back_on_the_line: Kiosk) -> None:
    kiosk = back_on_the_line
    assert shown(kiosk) == {"1": FIRST}
    assert view(kiosk)["notice"] == {"code": "late_paused", "detail": "1"}
    assert kiosk.pending() == 0, "it is on the server, where it waits"


def test_a_later_choice_takes_its_place_also_after_a_restart(
    back_on_the_line: Kiosk, make: Callable[[], Kiosk]
) -> None:
    assert back_on_the_line.save(1, SECOND).ok
    assert shown(back_on_the_line) == {"1": SECOND}
    back_on_the_line.settled(SOURCE, [verdict(4, Outcome.ACCEPTED)])
    assert shown(back_on_the_line) == {"1": SECOND}
    again = make()
    again.heard(SITUATION)
    again.got_paper(replace(PAPER, responses={ITEMS[0]: {"options": ["obbbbb"]}}))
    assert shown(again) == {"1": SECOND}


def test_a_restart_does_not_show_it_as_counting(back_on_the_line: Kiosk, make: Callable[[], Kiosk]) -> None:
    again = make()
    again.heard(SITUATION)
    again.got_paper(replace(PAPER, responses={ITEMS[0]: {"options": ["oaaaaa"]}}))
    assert shown(again) == {"1": FIRST}


def test_handing_in_during_a_pause_is_not_shown_as_handed_in(back_on_the_line: Kiosk) -> None:
    assert back_on_the_line.submit().ok
    assert view(back_on_the_line)["screen"] == "submitting"
    back_on_the_line.settled(SOURCE, [verdict(4, Outcome.LATE, "paused")])
    assert view(back_on_the_line)["screen"] == "exam"


def test_the_sentence_goes_with_the_last_choice_that_waits(back_on_the_line: Kiosk) -> None:
    kiosk = back_on_the_line
    assert kiosk.save(2, SECOND).ok
    kiosk.settled(SOURCE, [verdict(4, Outcome.LATE, "paused")])
    assert view(kiosk)["notice"] == {"code": "late_paused", "detail": "2"}
    assert kiosk.save(2, FIRST).ok
    assert view(kiosk)["notice"] == {"code": "late_paused", "detail": "1"}, "of those that wait the other one is left"
    assert kiosk.save(1, SECOND).ok
    assert view(kiosk)["notice"] is None


def test_what_came_for_the_earlier_paper_is_not_called_late(back_on_the_line: Kiosk) -> None:
    """The candidate is to work on the new one, not to wait for officials."""
    assert back_on_the_line.save(2, SECOND).ok
    back_on_the_line.settled(SOURCE, [verdict(4, Outcome.LATE, "replaced")])
    assert view(back_on_the_line)["notice"] == {"code": "late_replaced", "detail": ""}


def test_what_the_room_has_not_written_anywhere_is_said_to_be_on_this_machine_alone(back_on_the_line: Kiosk) -> None:
    assert back_on_the_line.save(2, SECOND).ok
    back_on_the_line.settled(SOURCE, [RecordVerdict(4, Outcome.REFUSED, "sitting_closed", 1, 0, None, 0)])
    assert view(back_on_the_line)["notice"] == {"code": "kept_here", "detail": ""}
    assert back_on_the_line.pending() == 1, "the room has nothing of it"


@pytest.mark.parametrize(("language", "word"), [("en", "waiting for the room's decision"), ("vi", "quyết định")])
def test_the_sentence_names_the_item_and_says_that_it_waits(repository: Path, language: str, word: str) -> None:
    app = Flask("words")
    Babel(app, default_translation_directories=str(repository / "client_kiosk/translations"))
    with app.app_context(), force_locale(language):
        assert word in notice_text("late_paused", "3, 7")
        assert "3, 7" in notice_text("late_paused", "3, 7")
        assert "pause" not in notice_text("late_paused", ""), "no code is shown to a candidate"


def test_a_choice_that_waits_is_marked_at_its_item_until_something_that_counts_replaces_it(
    back_on_the_line: Kiosk, make: Callable[[], Kiosk]
) -> None:
    assert view(back_on_the_line)["waiting"] == {"1": SECOND}
    again = make()
    again.heard(SITUATION)
    again.got_paper(PAPER)
    assert view(again)["waiting"] == {"1": SECOND}, "also after a restart"
    assert again.save(1, SECOND).ok
    shown_now = view(again)
    assert (shown_now["waiting"], shown_now["responses"], shown_now["notice"]) == ({}, {"1": SECOND}, None)


def test_an_answer_taken_back_too_late_waits_too(back_on_the_line: Kiosk) -> None:
    kiosk = back_on_the_line
    assert kiosk.clear(1).ok
    assert view(kiosk)["waiting"] == {}
    kiosk.settled(SOURCE, [verdict(4, Outcome.LATE, "paused")])
    assert view(kiosk)["waiting"] == {"1": {}}
    assert shown(kiosk) == {"1": FIRST}
