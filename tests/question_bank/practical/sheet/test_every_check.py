"""Each check of workbooks: right, spoilt by its own mutation, and with nothing there; then after LibreOffice has saved the file."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from question_bank.practical.catalogue import Request, catalogue, check_type
from question_bank.practical.findings import Outcome
from question_bank.practical.models import open_model
from question_bank.wording import render

CASES = json.loads((Path(__file__).parent / "cases.json").read_text(encoding="utf-8"))
RECALCULATED = ("xlsx.recalculated_value", "xlsx.no_errors", "xlsx.what_if")
# A file with nothing in it has no error and no link elsewhere: that is what these two ask for.
RIGHT_WHEN_EMPTY = ("xlsx.no_errors", "xlsx.no_external_links")
Office = Callable[[Mapping[str, bytes], str], dict[str, bytes]]


def right(outcome: Outcome) -> bool:
    return bool(outcome.findings) and all(one.right for one in outcome.findings)


def told(outcome: Outcome) -> str:
    """What a failure should show."""
    return "; ".join(
        f"{render(one.item)}: {render(one.expected)} / {render(one.found)} @ {render(one.where)}"
        for one in outcome.findings
        if not one.right
    )


@pytest.fixture(scope="session")
def values(
    solution: bytes, empty: bytes, office: Office, request_of: Callable[..., Request]
) -> dict[tuple[str, str], dict[str, bytes]]:
    """What LibreOffice makes of the workbooks that checks want, of the solution, its mutants and an empty file: one start."""
    wanted: dict[str, bytes] = {}
    keys: dict[str, tuple[str, str, str]] = {}
    for type_name, select, expect, _ in CASES:
        if type_name not in RECALCULATED:
            continue
        kind, request = check_type(type_name), request_of(type_name, select, expect)
        assert kind is not None
        assert kind.wants is not None
        assert kind.mutation is not None
        mutant = kind.mutation(solution, request)
        assert mutant is not None
        for what, data in (("solution", solution), ("mutant", mutant), ("empty", empty)):
            for key, made in kind.wants(open_model("xlsx", data), request, data).items():
                name = f"w{len(wanted)}.xlsx"
                wanted[name], keys[name] = made, (type_name, what, key)
    found: dict[tuple[str, str], dict[str, bytes]] = {}
    for name, data in office(wanted, "xlsx").items():
        type_name, what, key = keys[name]
        found.setdefault((type_name, what), {})[key] = data
    return found


@pytest.mark.parametrize("case", CASES, ids=lambda case: case[0])
def test_a_solution_is_right_its_mutant_and_an_empty_file_are_not(
    case: Any,
    solution: bytes,
    empty: bytes,
    judge: Callable[..., Outcome],
    request_of: Callable[..., Request],
    request: pytest.FixtureRequest,
) -> None:
    type_name, select, expect, _ = case
    kind = check_type(type_name)
    assert kind is not None
    assert kind.mutation is not None
    given = request.getfixturevalue("values") if type_name in RECALCULATED else {}
    outcome = judge(type_name, select, expect, solution, given.get((type_name, "solution")))
    assert right(outcome), told(outcome)
    mutant = kind.mutation(solution, request_of(type_name, select, expect))
    assert mutant is not None, "there is nothing to spoil"
    assert not right(judge(type_name, select, expect, mutant, given.get((type_name, "mutant"))))
    assert right(judge(type_name, select, expect, empty, given.get((type_name, "empty")))) == (
        type_name in RIGHT_WHEN_EMPTY
    )


def test_every_check_of_workbooks_has_a_case() -> None:
    assert {case[0] for case in CASES} == {name for name, one in catalogue().items() if one.kind == "xlsx"}


@pytest.fixture(scope="session")
def saved_again(solution: bytes, office: Office) -> dict[str, bytes]:
    """The solution as LibreOffice saves it: again as .xlsx, and by way of .ods."""
    ods = office({"a.xlsx": solution}, "ods")["a.xlsx"]
    made = office({"x.xlsx": solution, "o.ods": ods}, "xlsx")
    return {"x": made["x.xlsx"], "o": made["o.ods"]}


@pytest.mark.parametrize(
    ("way", "case"),
    [(way, case) for case in CASES for way in case[3]],
    ids=lambda one: one[0] if isinstance(one, list) else one,
)
def test_what_libreoffice_keeps_is_still_right(
    way: str, case: Any, saved_again: dict[str, bytes], judge: Callable[..., Outcome]
) -> None:
    type_name, select, expect, _ = case
    if type_name in RECALCULATED:  # what LibreOffice saved is what it calculates
        given = {str(key): saved_again[way] for key in range(1)}
        if type_name == "xlsx.what_if":
            return
    else:
        given = {}
    outcome = judge(type_name, select, expect, saved_again[way], given)
    assert right(outcome), told(outcome)
