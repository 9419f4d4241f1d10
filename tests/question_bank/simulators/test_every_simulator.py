"""What every simulator keeps to, whoever builds it (docs/simulators.md §1)."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator, Mapping
from copy import deepcopy
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from question_bank.canonical import JSON, decode, encode
from question_bank.fields import DocumentError
from question_bank.phrase import Phrase
from question_bank.simulators import KIOSK_MODULES, Simulator, read_world
from question_bank.simulators.model import (
    MOST_ACTION_BYTES,
    MOST_VIEW_BYTES,
    MOST_WORLD_BYTES,
    Refused,
    Standing,
    Taken,
    replay,
)
from question_bank.wording import render, use_language

fuzzed = settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)


@pytest.fixture
def world(scenario: Any) -> JSON:
    made: JSON = scenario.world(*scenario.sample())
    return made


@pytest.fixture
def actions(scenario: Any) -> tuple[Mapping[str, JSON], ...]:
    made: tuple[Mapping[str, JSON], ...] = scenario.sample_actions()
    return made


def taken(actions: tuple[Mapping[str, JSON], ...]) -> list[Taken]:
    return [Taken(n, action, 1_790_000_000_000 + 1000 * n) for n, action in enumerate(actions, 1)]


def played(found: Simulator, world: JSON, actions: tuple[Mapping[str, JSON], ...]) -> Iterator[Any]:
    """The state at the start and after each action, none of which may be refused."""
    run = replay(found, world, taken(actions))
    assert [(one.action, render(why.reason)) for one, why in run.refused] == []
    yield run.initial
    yield from (state for _, state in run.taken)


def near(actions: tuple[Mapping[str, JSON], ...]) -> st.SearchStrategy[dict[str, JSON]]:
    """Actions of the sample with some of their fields made something else, left out or added."""

    def changed(action: Mapping[str, JSON]) -> st.SearchStrategy[dict[str, JSON]]:
        other = {name: st.just(value) | values for name, value in action.items()}
        return st.fixed_dictionaries({}, optional={**other, "": values})

    return st.sampled_from(list(actions)).flatmap(changed) | st.dictionaries(st.text(max_size=8), values, max_size=4)


# --- worlds ---------------------------------------------------------------------------------------------------------


def test_a_world_that_has_travelled_gives_the_same_start(found: Simulator, world: JSON) -> None:
    data = encode(found.world_document(world))
    assert len(data) <= MOST_WORLD_BYTES
    simulator, arrived = read_world(decode(data, MOST_WORLD_BYTES, canonical=True))
    assert simulator is found
    assert found.initial(arrived) == found.initial(world)
    assert encode(arrived) == encode(world), "reading a world changes it"


@fuzzed
@given(data=st.data())
def test_what_is_no_world_is_refused_as_a_document(found: Simulator, world: JSON, data: st.DataObject) -> None:
    assert isinstance(world, dict)
    name = data.draw(st.sampled_from(sorted(world)))
    for wrong in ({**world, name: data.draw(values)}, {**world, "x" * 9: 1}, data.draw(values)):
        try:
            state = found.initial(wrong)
        except DocumentError:
            continue
        assert isinstance(wrong, dict)
        assert set(wrong) == set(world), "a field nobody knows was passed over"
        assert len(encode(found.view(state))) <= MOST_VIEW_BYTES


def test_no_world_view_or_page_has_a_word_of_what_is_hidden(
    found: Simulator, scenario: Any, world: JSON, actions: tuple[Mapping[str, JSON], ...], folder: Path
) -> None:
    words = scenario.hidden_words(*scenario.sample())
    assert words, "a scenario hides something, or there is nothing to mark"
    assert encode(scenario.hidden(*scenario.sample())), "what is hidden can be digested"
    shown = {"the world": encode(world).decode()}
    shown |= {f"view {n}": encode(found.view(state)).decode() for n, state in enumerate(played(found, world, actions))}
    shown |= {path.name: path.read_text(encoding="utf-8") for path in (folder / "pages").iterdir() if path.is_file()}
    modules = (
        path for part in ("state", "actions") for path in [*folder.glob(f"{part}.py"), *folder.glob(f"{part}/*.py")]
    )
    held = {str(path.relative_to(folder)): path.read_text(encoding="utf-8") for path in modules}
    assert [
        (word, place)
        for word in words
        for place, text in {**shown, **held}.items()
        if word.casefold() in text.casefold()
    ] == []


# --- the machine ----------------------------------------------------------------------------------------------------


def test_the_sample_actions_are_taken_and_each_changes_what_is_there(
    found: Simulator, world: JSON, actions: tuple[Mapping[str, JSON], ...]
) -> None:
    states = list(played(found, world, actions))
    assert len(states) == len(actions) + 1 > 1
    assert all(before != after for before, after in pairwise(states))


def test_the_same_actions_give_the_same_run(
    found: Simulator, world: JSON, actions: tuple[Mapping[str, JSON], ...]
) -> None:
    once = replay(found, world, taken(actions))
    again = replay(found, decode(encode(world), MOST_WORLD_BYTES), reversed(taken(actions)))
    assert once == again
    assert encode(found.view(once.final)) == encode(found.view(again.final))


@fuzzed
@given(data=st.data())
def test_deciding_and_evolving_are_total_and_change_nothing_they_are_given(
    found: Simulator, world: JSON, actions: tuple[Mapping[str, JSON], ...], data: st.DataObject
) -> None:
    upto = data.draw(st.integers(0, len(actions)))
    state = replay(found, world, taken(actions[:upto])).final
    action = data.draw(near(actions))
    before_state, before_action = deepcopy(state), deepcopy(action)
    refused = found.decide(state, action)
    assert refused == found.decide(state, action)
    after = found.evolve(state, action, upto + 1, 1_790_000_000_000)
    assert after == found.evolve(state, action, upto + 1, 1_790_000_000_000)
    assert (state, action) == (before_state, before_action)
    shown = found.view(after)
    assert len(encode(shown)) <= MOST_VIEW_BYTES, "the view is too large, or no JSON"
    if refused is not None:
        assert isinstance(refused, Refused)
        assert isinstance(refused.reason, Phrase)
        assert render(refused.reason)


@fuzzed
@given(data=st.data())
def test_what_may_be_done_is_decided_one_by_one_and_played_again_alike(
    found: Simulator, world: JSON, actions: tuple[Mapping[str, JSON], ...], data: st.DataObject
) -> None:
    """A kiosk that lives through a run and a jury that plays its records see the same states."""
    standing = Standing(found, found.initial(world))
    records = []
    for action in data.draw(st.lists(near(actions), max_size=6)) + [dict(one) for one in actions]:
        at_ms = 1_790_000_000_000 + 1000 * standing.n
        after = standing.after(action, at_ms)
        if isinstance(after, Standing):
            records.append(Taken(after.n, action, at_ms))
            standing = after
    run = replay(found, world, records)
    assert run.refused == ()
    assert run.final == standing.state


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_sentence_of_a_page_has_words(found: Simulator, language: Any) -> None:
    use_language(language)
    assert render(found.TITLE)
    assert all(render(sentence) for sentence in found.WORDS.values())


def test_an_action_beyond_its_bound_is_refused_whatever_the_system(found: Simulator, world: JSON) -> None:
    after = Standing(found, found.initial(world)).after({"text": "x" * MOST_ACTION_BYTES}, 0)
    assert isinstance(after, Refused)


# --- files ----------------------------------------------------------------------------------------------------------

# What a page could reach the world with. Its actions, drafts and media go through its tools alone.
BEYOND_ITS_TOOLS = re.compile(
    r"\bfetch\b|XMLHttpRequest|WebSocket|EventSource|sendBeacon|\beval\b|new Function|import\(|innerHTML|outerHTML|"
    r"insertAdjacentHTML|document\.write|document\.cookie|localStorage|sessionStorage|indexedDB|window\.open|"
    r"\blocation\b|\bhistory\b|postMessage|navigator\.(?!language)|\bsrcdoc\b|createElement\(\"(?:iframe|script|form|object|embed)"
)


def test_a_page_can_do_nothing_but_act(folder: Path) -> None:
    scripts = {path.name: path.read_text(encoding="utf-8") for path in (folder / "pages").glob("*.js")}
    assert "page.js" in scripts
    wrong = [
        f"{name}:{at}: {found.group(0)}"
        for name, text in scripts.items()
        for at, line in enumerate(text.splitlines(), 1)
        if not line.strip().startswith(("//", "*", "/*")) and (found := BEYOND_ITS_TOOLS.search(line))
    ]
    assert wrong == []
    taken = [name for text in scripts.values() for name in re.findall(r'from "([^"]+)"', text)]
    assert [name for name in taken if not name.startswith(("./", "/front/paper/"))] == []
    styles = "".join(path.read_text(encoding="utf-8") for path in (folder / "pages").glob("*.css"))
    assert "url(" not in styles
    assert "@import" not in styles


# What a simulator's part on a kiosk may use: nothing that knows the time, chance, files, networks, checks or scenarios.
MAY_USE = {
    "question_bank.canonical", "question_bank.comparing", "question_bank.draw", "question_bank.errors", "question_bank.fields",
    "question_bank.phrase", "question_bank.simulators.model",
}  # fmt: skip
STANDARD = {
    "__future__", "abc", "bisect", "collections", "collections.abc", "dataclasses", "datetime", "enum", "functools",
    "ipaddress", "itertools", "math", "operator", "re", "string", "types", "typing", "unicodedata",
}  # fmt: skip


def test_the_parts_on_a_kiosk_import_nothing_that_a_kiosk_may_not_hold(found: Simulator, folder: Path) -> None:
    reached = {file_of(folder, part): part for part in KIOSK_MODULES}
    todo, wrong = list(reached), []
    while todo:
        path = todo.pop()
        for name in imported(path):
            if name.startswith(f"{found.package}."):
                own = name.removeprefix(f"{found.package}.")
                if own.partition(".")[0] in ("scenario", "checks"):
                    wrong.append(f"{path.name} imports {name}")
                elif (there := file_of(folder, own)) not in reached:
                    reached[there] = own
                    todo.append(there)
            elif name not in MAY_USE | STANDARD | {found.package}:
                wrong.append(f"{path.name} imports {name}")
    assert wrong == []


def file_of(folder: Path, module: str) -> Path:
    """state -> state.py, pages -> pages/__init__.py; a name inside a module is that module."""
    path = folder.joinpath(*module.split("."))
    if path.is_dir():
        return path / "__init__.py"
    return path.with_suffix(".py") if path.with_suffix(".py").is_file() else file_of(folder, module.rpartition(".")[0])


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.module
            assert not node.level
            known = node.module in MAY_USE | STANDARD or node.module in sys.stdlib_module_names
            yield from [node.module] if known else (f"{node.module}.{alias.name}" for alias in node.names)
