"""Every sentence a script asks for exists, and none stands there for nobody."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import pytest
from flask import Flask

from server.domain.readiness import BLOCKING
from server.domain.reasons import Reason
from server.live.hall_trouble import HARMS
from server.live.trouble import _TROUBLES
from server.protocol.situation import PartPhase
from server.web.console.hall_map_words import HALL
from server.web.console.problem_words import PROBLEMS
from server.web.console.readiness_words import ON_THE_MAP, READINESS
from server.web.console.words import ACTS, DENIED, MAP, SHARES, TIMES, share_words, words
from server.web.language import COOKIE

MAP_SCRIPTS = (
    "acts",
    "commands",
    "drawer",
    "hall",
    "issues",
    "line",
    "map",
    "model",
    "summary",
    "tiles",
    "time",
    "words",
)
MADE = re.compile(r"`([a-z_]+_)\$\{")


def scripts(repository: Path, names: Iterable[str]) -> str:
    folder = repository / "server" / "web" / "static" / "console"
    return "\n".join((folder / f"{name}.js").read_text(encoding="utf-8") for name in names)


def asked(text: str) -> set[str]:
    chosen = re.findall(r'say\([^`)?]*\? "([a-z_]+)" : "([a-z_]+)"\)', text)
    return {*re.findall(r'say\("([a-z_]+)"', text), *(one for pair in chosen for one in pair)}


def test_the_map_asks_for_no_sentence_that_does_not_exist(repository: Path) -> None:
    known = {*TIMES, *MAP, *PROBLEMS, *ACTS, *DENIED, *READINESS, *HALL}
    assert asked(scripts(repository, MAP_SCRIPTS)) - known == set()


def test_the_ceremony_asks_for_no_sentence_that_does_not_exist(repository: Path) -> None:
    text = scripts(repository, ("ceremony",))
    wanted = {*asked(text), *re.findall(r'"(share_[a-z]+)"', text)}
    assert wanted <= set(SHARES)
    assert wanted


def test_no_sentence_stands_there_for_nobody(repository: Path) -> None:
    text = scripts(repository, MAP_SCRIPTS)
    families = (*MADE.findall(text), "reason_", "denied_")
    unused = {
        name for family in (TIMES, MAP, PROBLEMS, ACTS, DENIED, READINESS, HALL) for name in family
        if name not in asked(text) and not name.startswith(families)
    }  # fmt: skip
    assert unused == set()


def test_every_problem_the_room_may_tell_has_its_words() -> None:
    codes = {"not_stored", *(trouble.code for trouble in _TROUBLES), *HARMS}
    for code in codes:
        assert {f"problem_{code}", f"problems_{code}", f"advice_{code}"} <= {*PROBLEMS, *READINESS, *HALL}, code


def test_whatever_holds_a_start_up_has_its_words() -> None:
    assert ON_THE_MAP.keys() == BLOCKING


def test_every_phase_and_every_refusal_has_its_words(app: Flask) -> None:
    with app.test_request_context():
        found = words()
    assert {f"phase_{phase.value}" for phase in PartPhase} <= set(found)
    assert {f"reason_{reason.value}" for reason in Reason} <= set(found)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_places_arrive_open_and_counting_sentences_in_two_forms(app: Flask, language: str) -> None:
    with app.test_request_context(headers={"Cookie": f"{COOKIE}={language}"}):
        found = words()
        assert share_words()["share_count"] == {"vi": "{n}/{of} từ", "en": "{n} of {of} words"}[language]
    assert found["safe_of"] == {"vi": "{safe} trên {of} an toàn", "en": "{safe} of {of} safe"}[language]
    assert found["candidates"] == {"vi": ["{n} thí sinh"] * 2, "en": ["{n} candidate", "{n} candidates"]}[language]
