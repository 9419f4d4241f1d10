"""The gate: start files earn nothing, solutions everything, a mutant costs its own check alone; what fails is told with its evidence."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.styles import Font

from question_bank.formats.zips import zipped
from question_bank.phrase import phrase
from question_bank.practical import catalogue
from question_bank.practical.catalogue import CheckType, Request
from question_bank.practical.findings import Outcome, judged
from question_bank.practical.gate import Fault, NoSandboxError, Proof, prove
from question_bank.practical.job import WorkDocument
from question_bank.practical.marking import Opened, mark
from question_bank.practical.mutants import edit_text, package_parts
from question_bank.practical.rubric_reading import read_rubric
from question_bank.practical.sandbox.port import Missing
from question_bank.practical.task_folder import draws, read_task, seed_of
from question_bank.practical.work import work_document

Run = Callable[..., tuple[int, str, str]]

HEAD = """format: exam-rubric/1
id: thu
version: 1
title: {vi: Thử, en: A trial}
files:
  - {name: A.docx, accept: [docx, odt], start: start.docx, solution: key.docx, mutants: mutants}
parameters: {tinh: {choose: [Huế, Vinh, Đà Nẵng]}}
points: POINTS
groups:
  - id: nhom
    title: {vi: Nhóm, en: Group}
    checks:
"""
TWO = """      - {id: a, type: docx.word, points: 1, select: {words: "a"}}
      - {id: b, type: docx.word, points: 1, select: {words: "b ${tinh}"}}
"""


def document(*lines: str) -> bytes:
    """A file that says these words, a paragraph each."""
    names = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    body = "".join(f"<w:p><w:r><w:t>{line}</w:t></w:r></w:p>" for line in lines)
    return zipped({"word/document.xml": f"<w:document {names}>{body}</w:document>".encode()})


def words_of(data: bytes) -> list[str]:
    return re.findall(r"<w:t>(.*?)</w:t>", package_parts(data)["word/document.xml"].decode())


def has_word(model: list[str], request: Request) -> Outcome:
    """Right when a paragraph says the words; an engine error where one says “boom”."""
    wanted = str(request.select.values["words"])
    if f"boom {wanted}" in model:
        raise RuntimeError(wanted)
    places = [one for one in model if one == wanted]
    found = judged("chữ", bool(places), wanted, places[0] if places else "không có", "đoạn 1")
    return Outcome.of([found], places, matched=bool(places))


def without_word(data: bytes, request: Request) -> bytes | None:
    wanted = str(request.select.values["words"])
    if wanted.startswith("stubborn"):
        raise KeyError(wanted)
    return edit_text(data, "word/document.xml", lambda text: text.replace(f">{wanted}<", "><"))


@pytest.fixture(autouse=True)
def _one_check_with_a_mutation(probes: Callable[[str], CheckType], monkeypatch: pytest.MonkeyPatch) -> None:
    word = replace(probes("docx.probe"), name="docx.word", run=has_word, mutation=without_word)
    simulated = replace(probes("sim.probe"), name="sim.word", run=has_word)
    known = dict(catalogue.catalogue()) | {"docx.word": word, "sim.word": simulated}
    monkeypatch.setattr(catalogue, "_ALL", known)


def engine(rubric: bytes, seed: bytes, files: Mapping[str, bytes]) -> WorkDocument:
    """The engine without its sandbox."""
    reading = read_rubric(rubric, "rubric.yaml", seed)
    assert reading.rubric is not None
    opened = {name: Opened(words_of(data)) for name, data in files.items()}
    return WorkDocument(work_document(mark(reading.rubric, opened, lambda *_: None), (), {}))


@pytest.fixture
def proof(tmp_path: Path) -> Callable[..., Proof]:
    """`proof(checks, start=…, key=…, points=2, mutants={id: lines})`: what the gate says of such a task."""

    def of(
        checks: str = TWO, start: tuple[str, ...] = ("x",), key: tuple[str, ...] = ("a", "b ${tinh}"), points: float = 2,
        mutants: Mapping[str, tuple[str, ...]] | None = None, marker: Any = engine,
    ) -> Proof:  # fmt: skip
        (tmp_path / "rubric.yaml").write_text(HEAD.replace("POINTS", str(points)) + checks, encoding="utf-8")
        (tmp_path / "start.docx").write_bytes(document(*start))
        (tmp_path / "key.docx").write_bytes(document(*key))
        (tmp_path / "mutants").mkdir()
        for name, lines in (mutants or {}).items():
            (tmp_path / "mutants" / f"{name}.docx").write_bytes(document(*lines))
        reading = read_task(tmp_path / "rubric.yaml")
        assert reading.task is not None, reading.problems
        return prove(reading.task, marker)

    return of


def told(found: Proof) -> list[tuple[str, str]]:
    return [(one.code, one.check) for one in found.faults]


def test_a_rubric_whose_files_prove_it(proof: Callable[..., Proof]) -> None:
    found = proof()
    assert found.holds
    assert (found.draws, found.checks, found.mutants) == (3, 2, 2)


def test_every_value_is_drawn_among_those_that_are_tried() -> None:
    rubric = (HEAD.replace("POINTS", "2") + TWO).encode()
    assert {read_rubric(rubric, "r", seed).values["tinh"] for seed in draws()} == {"Huế", "Vinh", "Đà Nẵng"}


def test_a_start_file_that_earns_is_told_with_what_it_earns(proof: Callable[..., Proof]) -> None:
    found = proof(start=("a",))
    assert told(found) == [("start_earns", "a")]
    assert (found.faults[0].expected, found.faults[0].found, found.faults[0].where) == ("a", "a", "đoạn 1")


def test_what_is_wrong_for_some_draws_only_names_them(proof: Callable[..., Proof]) -> None:
    found = proof(start=("b Vinh",), key=("a", "b ${tinh}"))
    assert told(found) == [("start_earns", "b")]
    rubric = (HEAD.replace("POINTS", "2") + TWO).encode()
    drawn = [read_rubric(rubric, "r", seed).values["tinh"] for seed in draws()]
    assert found.faults[0].draws == (drawn.index("Vinh") + 1,)


def test_a_check_that_the_start_file_passes_must_say_so(proof: Callable[..., Proof]) -> None:
    full = TWO.replace('points: 1, select: {words: "a"}', 'points: 1, start: full, select: {words: "a"}')
    assert proof(full, start=("a",)).holds


def test_start_full_must_be_full(proof: Callable[..., Proof]) -> None:
    full = TWO.replace('points: 1, select: {words: "a"}', 'points: 1, start: full, select: {words: "a"}')
    assert told(proof(full)) == [("start_loses", "a")]


def test_a_solution_that_is_not_full_is_told_once_for_all_draws(proof: Callable[..., Proof]) -> None:
    found = proof(key=("b ${tinh}",))
    assert told(found) == [("not_full", "a")]
    assert found.mutants == 0


def test_an_error_of_the_engine_proves_nothing(proof: Callable[..., Proof]) -> None:
    assert told(proof(key=("boom a", "b ${tinh}"))) == [("not_judged", "a")]


def test_a_place_that_nobody_draws_is_told(proof: Callable[..., Proof]) -> None:
    found = proof(start=("${huyen}",))
    assert [(one.code, one.file) for one in found.faults] == [("unknown_parameter", "A.docx")]


def test_a_mutant_that_loses_nothing(proof: Callable[..., Proof]) -> None:
    found = proof(mutants={"a": ("a", "b ${tinh}")})
    assert told(found) == [("mutant_survives", "a")]


def test_a_mutant_that_costs_another_check(proof: Callable[..., Proof]) -> None:
    found = proof(mutants={"a": ("b",)})
    assert told(found) == [("loses_too", "b")]
    assert found.faults[0].found == "không có"


def test_a_mutant_that_cannot_be_judged(proof: Callable[..., Proof]) -> None:
    assert told(proof(mutants={"a": ("boom a", "b ${tinh}")})) == [("not_judged", "a")]


def test_a_type_that_cannot_spoil_leaves_it_to_the_author(proof: Callable[..., Proof]) -> None:
    stubborn = TWO.replace('words: "a"', 'words: "stubborn"')
    assert told(proof(stubborn, key=("stubborn", "b ${tinh}"))) == [("no_mutant", "a")]


def test_a_mutant_of_the_author_is_taken_first(proof: Callable[..., Proof]) -> None:
    stubborn = TWO.replace('words: "a"', 'words: "stubborn"')
    assert proof(stubborn, key=("stubborn", "b ${tinh}"), mutants={"a": ("b ${tinh}",)}).holds


NEEDS = """      - {id: a, type: docx.word, points: 1, select: {words: "a"}}
      - {id: b, type: docx.word, points: 1, requires: [{check: a, is: full}], select: {words: "b"}}
      - {id: c, type: docx.word, points: 1, requires: [{check: b, is: found}], select: {words: "c"}}
"""


def test_checks_that_require_the_mutants_own_may_lose_with_it(proof: Callable[..., Proof]) -> None:
    assert proof(NEEDS, key=("a", "b", "c"), points=3).holds


ALSO = """      - {id: a, type: docx.word, points: 1, select: {words: "a"}}
      - {id: b, type: docx.word, points: 1, select: {words: "a"}SAYS}
"""


def test_two_checks_of_one_thing_must_say_also(proof: Callable[..., Proof]) -> None:
    assert told(proof(ALSO.replace("SAYS", ", also: [a]"), key=("a",))) == [("loses_too", "a")]


def test_also_is_said_by_the_check_that_loses(proof: Callable[..., Proof]) -> None:
    both = ALSO.replace("SAYS", ", also: [a]").replace("{id: a, ", "{id: a, also: [b], ")
    assert proof(both, key=("a",)).holds


COMBINED = """      - id: a
        type: TYPE
        points: 1
        checks: [{type: docx.word, select: {words: "a"}}, {type: docx.word, select: {words: "b"}}, {type: docx.word, select: {words: "c"}}]
      - {id: d, type: docx.word, points: 1, select: {words: "d"}}
"""


@pytest.mark.parametrize(
    ("kind", "key", "holds"),
    [
        ("any_of", ("a", "b", "d"), True), ("all_of", ("a", "b", "c", "d"), True), ("at_least\n        count: 2", ("a", "b", "c", "d"), True),
        ("none_of", ("d",), False),
    ],
)  # fmt: skip
def test_a_combination_is_spoilt_as_much_as_it_takes(
    proof: Callable[..., Proof], kind: str, key: tuple[str, ...], holds: bool
) -> None:
    start = ("a",) if kind == "none_of" else ("x",)
    found = proof(COMBINED.replace("TYPE", kind), start=start, key=key)
    assert told(found) == ([] if holds else [("no_mutant", "a")])


PENALTY = TWO + "penalties:\n  - {id: p, type: docx.word, points: -1, select: {words: p}}\n"


def test_a_penalty_needs_no_mutant_but_neither_start_nor_solution_may_cost_it(proof: Callable[..., Proof]) -> None:
    assert told(proof(PENALTY, start=("p",), key=("a", "b ${tinh}", "p"))) == [("start_earns", "p"), ("not_full", "p")]


def test_a_mutant_of_a_penalty_must_cost_it(proof: Callable[..., Proof]) -> None:
    assert proof(PENALTY, mutants={"p": ("a", "b ${tinh}", "p")}).mutants == 3


def test_a_mutant_of_a_penalty_that_costs_nothing_survives(proof: Callable[..., Proof]) -> None:
    assert told(proof(PENALTY, mutants={"p": ("a", "b ${tinh}")})) == [("mutant_survives", "p")]


def test_checks_that_read_no_file_are_named_and_not_tried(proof: Callable[..., Proof]) -> None:
    found = proof(TWO + '      - {id: s, type: sim.word, points: 1, select: {words: "s"}}\n', points=3)
    assert found.holds
    assert (found.checks, found.skipped) == (2, ("s",))


def test_where_there_is_no_sandbox_nothing_is_proven(proof: Callable[..., Proof]) -> None:
    missing = Missing(phrase("the file is empty"), phrase("delete it"))
    with pytest.raises(NoSandboxError):
        proof(marker=lambda *_: missing)


def test_a_file_without_a_solution(tmp_path: Path) -> None:
    text = HEAD.replace("POINTS", "2").replace(", start: start.docx, solution: key.docx, mutants: mutants", "") + TWO
    (tmp_path / "rubric.yaml").write_text(text, encoding="utf-8")
    task = read_task(tmp_path / "rubric.yaml").task
    assert task is not None
    assert [(one.code, one.file) for one in prove(task, engine).faults] == [("no_solution", "A.docx")]


def test_every_code_of_the_gate_is_in_the_specification(repository: Path) -> None:
    source = (repository / "question_bank/practical/gate.py").read_text(encoding="utf-8")
    codes = set(re.findall(r'(?:Fault|_said)\(\s*"(\w+)"', source))
    assert len(codes) > 6
    assert codes - set(re.findall(r"`(\w+)`", (repository / "docs/practical.md").read_text(encoding="utf-8"))) == set()
    fields = set(Fault("x", phrase("text")).document())
    page = (repository / "docs/practical.md").read_text(encoding="utf-8").partition("## 7")[2]
    assert fields - set(re.findall(r"`(\w+)`", page)) == set()


# --- a real one, through the sandbox ----------------------------------------------------------------------------------

REAL = """format: exam-rubric/1
id: bang-tinh
version: 1
title: {vi: Bảng tính, en: A sheet}
files:
  - {name: Bang.xlsx, accept: xlsx, start: start.xlsx, solution: key.xlsx}
parameters: {so: {number_between: [10, 11]}, tinh: {choose: Huế}}
points: 3
groups:
  - id: nhom
    title: {vi: Nhóm, en: Group}
    checks:
      - {id: so, type: xlsx.value, points: 1, select: {sheet: Sheet, cell: B1}, expect: {number: "${so}"}}
      - {id: tinh, type: xlsx.value, points: 1, select: {sheet: Sheet, cell: B2}, expect: {text: "${tinh}"}}
      - {id: dam, type: xlsx.font, points: 1, select: {sheet: Sheet, cell: A1}, expect: {bold: true}}
"""


def sheet(cells: Mapping[str, str], bold: bool) -> bytes:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    for name, value in cells.items():
        page[name] = value
    page["A1"].font = Font(bold=bold)
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


@pytest.fixture
def real(tmp_path: Path) -> Path:
    (tmp_path / "rubric.yaml").write_text(REAL, encoding="utf-8")
    (tmp_path / "start.xlsx").write_bytes(sheet({"A1": "Số ${so}", "A2": "Tỉnh"}, bold=False))
    (tmp_path / "key.xlsx").write_bytes(
        sheet({"A1": "Số ${so}", "A2": "Tỉnh", "B1": "${so}", "B2": "${tinh}"}, bold=True)
    )
    return tmp_path / "rubric.yaml"


def test_a_rubric_of_workbooks_is_proven_through_the_sandbox(run: Run, real: Path) -> None:
    status, out, _ = run("rubric", "prove", real, "--json")
    found = json.loads(out)
    assert found["faults"] == []
    assert (status, found["ok"], found["mutants"]) == (0, True, 3)
    assert found["draws"] == 2


def test_what_is_not_proven_is_told_with_its_evidence_until_it_is(run: Run, real: Path) -> None:
    (real.parent / "start.xlsx").write_bytes(sheet({"A1": "Số ${so}"}, bold=True))
    status, out, _ = run("--language", "en", "rubric", "prove", real)
    assert status == 3
    lines = out.splitlines()
    assert lines[0].startswith("dam: start_earns: the start file earns 1 of 1 already (draw ")
    assert lines[1].startswith("    expected ")
    assert lines[-1] == "not proven: 1 problem"
    (real.parent / "start.xlsx").write_bytes(sheet({"A1": "Số ${so}"}, bold=False))
    status, out, _ = run("--language", "en", "rubric", "prove", real)
    assert (status, out) == (0, "proven: 3 checks, 3 mutants, 2 draws of values\n")


def test_one_candidates_file_is_marked_through_the_sandbox(run: Run, real: Path) -> None:
    reading = read_rubric(REAL.encode(), "rubric.yaml", seed_of("An"))
    handed = real.parent / "Bang.xlsx"
    handed.write_bytes(sheet({"A1": "Số", "B1": "x", "B2": reading.values["tinh"]}, bold=True))
    status, out, _ = run("mark", real, handed, "--seed", "An", "--json")
    found = json.loads(out)
    assert (status, found["points"], found["pending"]) == (0, 2, 0)
    assert [one["verdict"] for one in found["checks"]] == ["fail", "pass", "pass"]


def test_a_candidates_file_is_never_opened_in_this_process(
    run: Run, real: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What reads ZIP and XML fails here; the sandbox, another process, has its own."""

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a candidate's file was opened outside of the sandbox")

    handed = real.parent / "Bang.xlsx"
    handed.write_bytes(sheet({"A1": "Số"}, bold=True))
    monkeypatch.setattr("zipfile.ZipFile", refuse)
    monkeypatch.setattr("xml.parsers.expat.ParserCreate", refuse)
    status, out, _ = run("mark", real, handed, "--json")
    assert (status, json.loads(out)["points"]) == (0, 1)


def test_a_rubric_with_problems_is_not_tried(run: Run, real: Path) -> None:
    real.write_text(REAL.replace("points: 3", "points: 4"), encoding="utf-8")
    found = json.loads(run("rubric", "prove", real, "--json")[1])
    assert (found["ok"], found["draws"], found["problems"][0]["code"]) == (False, 0, "wrong_sum")
