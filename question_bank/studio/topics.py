"""Topics: their codes and titles, and how many items of each level and state they have."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from question_bank.bilingual import Bilingual
from question_bank.ids import TopicCode
from question_bank.items import types
from question_bank.items.model import Level
from question_bank.studio.desk import Desk
from question_bank.studio.seat import Seat
from question_bank.vault.entries import Entry
from question_bank.vault.states import State
from question_bank.wording import gettext, render


@dataclass(frozen=True, slots=True)
class Stock:
    """What a topic has: items by level and state."""

    counts: Counter[tuple[Level, State]]

    def of(self, level: Level | None = None, state: State | None = None) -> int:
        """How many of a level, of a state, of both; withdrawn ones only where they are asked for."""
        return sum(
            count for (at, stands), count in self.counts.items()
            if level in (None, at) and (stands is state if state else stands is not State.WITHDRAWN)
        )  # fmt: skip


def topic_pages(desk: Desk, seat: Seat) -> Blueprint:
    """`/topics`, and naming a topic, for the first time or anew."""
    pages = Blueprint("topics", __name__)

    @pages.get("/topics")
    def listed() -> str:
        return _page(desk, "")

    @pages.post("/topics")
    def name_topic() -> BaseResponse | str:
        shared, form = desk.vault.shared, request.form
        vi, en = (" ".join(form.get(name, "").split()) for name in ("vi", "en"))
        code = TopicCode(form.get("code", "").strip())
        if form.get("anew") != "1" and code in shared.topics():
            said = gettext("There is a topic of this code already; name it anew in the list of topics.")
        else:
            refused = shared.name_topic(code, Bilingual(vi, en or vi), seat.who)
            said = render(refused.message) if refused else desk.keep()
        beginning = form.get("to") == "/new"
        if said and beginning:
            return render_template("new.html", types=types(), topics=shared.topics(), refused=said)
        return _page(desk, said) if said else redirect("/new" if beginning else "/topics")

    return pages


def stocks(entries: tuple[Entry, ...]) -> dict[TopicCode, Stock]:
    """What each topic has."""
    counts: dict[TopicCode, Counter[tuple[Level, State]]] = {}
    for entry in entries:
        counts.setdefault(entry.topic, Counter())[entry.level, entry.state] += 1
    return {topic: Stock(one) for topic, one in counts.items()}


def _page(desk: Desk, refused: str) -> str:
    return render_template(
        "topics.html", topics=desk.vault.shared.topics(), stocks=stocks(desk.vault.items.entries()), empty=Stock(Counter()),
        levels=list(Level), states=list(State), State=State, refused=refused,
    )  # fmt: skip
