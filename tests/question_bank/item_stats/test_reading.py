"""Tables of marks and choices as people have them, the command, and statistics of results."""

from __future__ import annotations

import json
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from question_bank.bank import Bank
from question_bank.blueprint import Blueprint, FormItems, FormsPlan, SetName
from question_bank.form import assemble_sets
from question_bank.item_stats.distractors import Choices
from question_bank.item_stats.matrix import Matrix
from question_bank.item_stats.measures import statistics
from question_bank.item_stats.reading import read_choices, read_matrix
from question_bank.item_stats.results import Sat, from_results, known_form
from question_bank.marking_scheme import key_ids


def matrix(text: str) -> Matrix:
    found = read_matrix(text.encode())
    assert isinstance(found, Matrix), found
    return found


@pytest.mark.parametrize(
    "text",
    [
        "sbd,C1,C2\n01,1,0.5\n02,,0\n",
        "\ufeffsbd;C1;C2\r\n01;1;0,5\r\n\r\n02;;0\r\n",
        "sbd\tC1\tC2\n01\t1\t0,5\n02\tNA\t0\n",
        "sbd;C1;C2;\n01;1;1/2;\n02;-;0\n",
        '"sbd","C1","C2"\n"01","1.0","5e-1"\n"02","",""0\n'.replace('""0', '"0"'),
    ],
)
def test_a_table_is_read_however_it_was_saved(text: str) -> None:
    found = matrix(text)
    assert (found.items, found.candidates) == (("C1", "C2"), ("01", "02"))
    assert [[None if one is None else Fraction(one, found.scale) for one in row] for row in found.rows] == [
        [1, Fraction(1, 2)], [None, 0],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", [(1, 0, "no_items")]),
        ("sbd\n1\n", [(1, 0, "no_items")]),
        ("sbd,A,A\n1,1,1\n", [(1, 3, "repeated_item")]),
        ("sbd,A,,B\n1,1,1,1\n", [(1, 3, "no_name")]),
        ("sbd,A\n1,đúng\n2,1.5\n3,1\n4,-1.1\n", [(2, 2, "not_a_share"), (3, 2, "not_a_share"), (5, 2, "not_a_share")]),
        ("sbd,A\n1,1,1\n", [(2, 3, "too_many_cells")]),
    ],
)
def test_everything_wrong_with_a_table_is_said_with_its_place(text: str, expected: list[tuple[int, int, str]]) -> None:
    found = read_matrix(text.encode())
    assert isinstance(found, list)
    assert [(one.row, one.column, one.code) for one in found] == expected


@given(st.binary(max_size=300) | st.text(max_size=200).map(str.encode))
@example(b"\xff\xfe")
@example(b"a,b\n1,1e99\n")
@example(b"a,b\n1,nan\n2,inf\n")
def test_no_bytes_break_the_reading(data: bytes) -> None:
    found = read_matrix(data)
    if isinstance(found, Matrix):
        statistics(found)


def test_choices_are_read_beside_the_marks() -> None:
    found = read_choices(b"sbd,C1,C2\nkey,A,AC\n01,A,AC\n02,B,\n", matrix("sbd,C1,C2\n01,1,1\n02,0,0\n03,0,0\n"))
    assert isinstance(found, Choices)
    assert found.options == {"C1": ("A", "B"), "C2": ("A", "C")}
    assert found.keys == {"C1": frozenset("A"), "C2": frozenset("AC")}
    assert [[None if one is None else "".join(sorted(one)) for one in row] for row in found.rows] == [
        ["A", "AC"],
        ["B", ""],
        [None, None],
    ]
    refused = read_choices(b"sbd,C1\n01,A\n", matrix("sbd,C1\n01,1\n"))
    assert isinstance(refused, list)
    assert refused[0].code == "no_key"


def test_the_command_prints_items_in_the_order_of_the_columns(
    run: Callable[..., tuple[int, str, str]], tmp_path: Path
) -> None:
    table, options = tmp_path / "marks.csv", tmp_path / "choices.csv"
    table.write_text("sbd,Z,A,M\n1,1,0,1\n2,0,0,1\n3,1,0,0\n", encoding="utf-8")
    options.write_text("sbd,Z,A,M\nkey,A,B,C\n1,A,D,C\n2,B,D,C\n3,A,D,A\n", encoding="utf-8")
    status, out, _ = run("stats", table, "--json")
    found = json.loads(out)
    assert status == 0
    assert [item["id"] for item in found["items"]] == ["Z", "A", "M"]
    assert {"id", "facility", "sd", "discrimination", "discriminative_efficiency"} <= set(found["items"][0])
    assert found["items"][1]["discrimination"] is None
    assert "alpha" in found
    assert "options" not in found["items"][0]
    status, out, _ = run("stats", table, "--choices", options, "--json")
    assert [one["option"] for one in json.loads(out)["items"][1]["options"]] == ["B", "D"]
    status, out, _ = run("stats", table, "--choices", options)
    assert status == 0
    assert "alpha" in out


def test_the_command_says_what_is_wrong_with_a_table(run: Callable[..., tuple[int, str, str]], tmp_path: Path) -> None:
    table = tmp_path / "marks.csv"
    table.write_text("sbd,Z\n1,x\n", encoding="utf-8")
    status, out, _ = run("stats", table)
    assert (status, out.startswith(f"{table}:2:2: not_a_share")) == (3, True)
    status, out, _ = run("stats", table, "--json")
    assert (status, json.loads(out)["problems"][0]["code"]) == (3, "not_a_share")


def test_candidates_of_different_forms_are_put_beside_each_other(
    make_bank: Callable[..., Bank], make_blueprint: Callable[..., Blueprint]
) -> None:
    """Two forms of the same items: other ids, other orders; everybody chooses the key of the odd items and nothing else."""
    from dataclasses import replace

    blueprint = replace(make_blueprint(), forms=FormsPlan(2, FormItems.SAME))
    forms = assemble_sets(make_bank(), blueprint, bytes(32), (SetName.PRIMARY,))
    assert isinstance(forms, tuple)
    known = [known_form(form) for form in forms]
    sat = [
        Sat(f"{number}", form, {
            one.marking.item_id: {"options": list(key_ids(one.marking))}
            for one in form.items
            if one.marking.rule == "single" and int(one.marking.bank_item[-1]) % 2
        })
        for number, form in enumerate(known * 3)
    ]  # fmt: skip
    table, choices = from_results(sat)
    assert len(table.items) == 16
    found = {item.id: item for item in statistics(table, choices).items}
    for name, item in found.items():
        [*right] = (use for use in item.options if use.right)
        if int(name[-1]) % 2 and len(right) == 1:
            assert (item.facility, right[0].chosen, right[0].share) == (1, 6, 1)
        else:
            assert item.facility == 0
            assert {use.chosen for use in item.options if use.option} == {0}
