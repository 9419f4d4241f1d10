"""The paper and the situation come as two messages, in either order: what the candidate sees is the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from types import MappingProxyType
from typing import cast

import pytest

from client_kiosk.config import KioskFolder
from client_kiosk.kiosk import Kiosk
from client_kiosk.media import PaperMedia
from client_kiosk.papers import ShownItem, ShownPaper
from question_bank.order import Group, ItemOutline
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
GIVEN = {"i1111111": {"options": ["o11111"]}}
PAPER = Paper(
    attempt_id="a1", part=0, package_id="p1", section_id="s1", form_id="f1", identity="x",
    order=Order(("i1111111", "i2222222"), MappingProxyType({"i1111111": ("o11111",), "i2222222": ("o22222",)})),
    responses=GIVEN, flagged=("i2222222",),
)  # fmt: skip


def situation() -> Situation:
    part = PartView(0, 1, {"vi": "", "en": ""}, 60, PartPhase.OPEN, 60_000, 60_000, None, (), None, None, "f1")
    attempt = AttemptView("a1", 2, SOURCE, "0001", "Một", "01/01/2000", "Đơn vị", True, False, part)
    sitting = SittingView("s", {"vi": "", "en": ""}, SittingPhase.OPEN, "at_once", "")
    return Situation(0, 1, "Phòng", "A01", sitting, Stage(None, ()), attempt, (StreamView(SOURCE, 1, "00" * 32),), ())


@pytest.fixture
def kiosk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Kiosk]:
    """A kiosk that can open the paper without a package."""
    items = tuple(
        ShownItem(
            item, "single_choice", "", item, {}, 100, 0, ItemOutline(item, "single_choice", (Group(("o11111",)),))
        )
        for item in PAPER.order.item_ids
    )
    no_media = cast("PaperMedia", None)
    monkeypatch.setattr(Kiosk, "_opened", lambda self, paper: ShownPaper("a1", 0, "f1", {}, items, (), no_media))
    made = Kiosk(KioskFolder(tmp_path), "0.1.0", lambda: 0)
    yield made
    made.close()


def paper(kiosk: Kiosk) -> None:
    kiosk.got_paper(PAPER)


def pushed(kiosk: Kiosk) -> None:
    kiosk.heard(situation())


def signed_in(kiosk: Kiosk) -> None:
    kiosk.signed_in(SOURCE, situation())


@pytest.mark.parametrize(
    "news",
    [
        (signed_in, paper, pushed),
        (signed_in, pushed, paper),
        (paper, signed_in, pushed),
        (paper, pushed, signed_in),
        (pushed, paper, signed_in),
    ],
    ids=lambda news: "-".join(one.__name__ for one in news),
)
def test_answers_given_elsewhere_are_shown_in_whatever_order_the_news_comes(
    kiosk: Kiosk, news: tuple[Callable[[Kiosk], None], ...]
) -> None:
    for one in news:
        one(kiosk)
    assert dict(kiosk.state.work.responses) == GIVEN
    assert kiosk.state.work.flagged == {"i2222222"}
    assert kiosk.state.paper_attempt == ("a1", 0, "f1")
