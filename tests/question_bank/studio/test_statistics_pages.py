"""A contest's marks become figures beside the bank's items; marks and candidates are not kept."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from werkzeug.test import TestResponse

from question_bank.item_stats.kept import FORMAT
from question_bank.item_stats.matrix import Matrix
from question_bank.item_stats.measures import TestStatistics, statistics
from question_bank.item_stats.reading import read_choices, read_matrix
from question_bank.studio.statistics_table import COLUMNS, rows, table_file
from question_bank.vault.figures import last_figures
from question_bank.vault.people import Person

if TYPE_CHECKING:
    from tests.question_bank.studio.conftest import Studio

Take = Callable[..., TestResponse]


def tables(*items: str, candidates: int = 60) -> tuple[str, str]:
    """The first item's key is wrong: the strong choose C, the weak A; of the others the strong know more."""
    marks, choices = [f"sbd,{','.join(items)}"], [f"sbd,{','.join(items)}", f"key,{','.join('A' * len(items))}"]
    for n in range(candidates):
        strong = [n % 7 + at < 6 for at in range(len(items) - 1)]
        chosen = ["C" if n % 7 < 3 else "A", *("A" if one else "B" for one in strong)]
        marks.append(f"SBD{n:03},{','.join(str(int(one == 'A')) for one in chosen)}")
        choices.append(f"SBD{n:03},{','.join(chosen)}")
    return "\n".join(marks), "\n".join(choices)


@pytest.fixture
def take(signed: Studio) -> Take:
    """`take(marks, choices="")`: send files as the page does."""

    def send(marks: str | bytes, choices: str = "") -> TestResponse:
        data = marks if isinstance(marks, bytes) else marks.encode()
        names = {"X-File-Name": quote("điểm.csv"), "X-Choices-Name": quote("chọn.csv")}
        return signed.call("/api/statistics", data + choices.encode(), **{"X-Marks-Bytes": str(len(data))}, **names)

    return send


def test_figures_are_those_of_the_command_and_stand_beside_the_item(signed: Studio, take: Take, tmp_path: Path) -> None:
    first, second = sorted(signed.desk.vault.items.ids())
    marks, choices = tables(first, second, "LA-1")
    assert take(marks, choices).get_json() == {"ok": True, "to": "/statistics/new"}
    page = signed.get("/statistics/new").text
    assert f'href="/items/{first}"' in page
    assert 'href="/items/LA-1"' not in page  # not in the bank
    with signed.on_disk() as found:
        assert found.papers.names("statistics") == ()  # only looked at
    kept = signed.post("/statistics/keep", turn="1", title="Vòng sơ khảo", held_on="2026-09-12")
    assert kept.location == "/statistics/2026-09-12-vong-so-khao"
    with signed.on_disk() as found:
        [name] = found.papers.names("statistics")
        paper = found.papers.get(name)
        assert paper
        content = paper.content
        assert isinstance(content, dict)
        assert "SBD0" not in str(content)  # no candidate
        item, at, contest = last_figures(found)[first]
        assert (item.n, at, contest.title) == (60, name, "Vòng sơ khảo")
        assert item.suspicion
    (tmp_path / "m.csv").write_text(marks)
    (tmp_path / "c.csv").write_text(choices)
    command: list[str | Path] = [
        sys.executable,
        "-m",
        "question_bank.cli",
        "stats",
        tmp_path / "m.csv",
        "--choices",
        tmp_path / "c.csv",
    ]
    printed = subprocess.run([*command, "--json"], capture_output=True, text=True, check=True).stdout
    assert content["figures"] == printed.rstrip("\n")
    assert 'href="/statistics/2026-09-12-vong-so-khao"' in signed.get(f"/items/{first}").text
    assert signed.get("/statistics/new").status_code == 302


def test_the_figures_of_the_last_contest_count(signed: Studio, take: Take) -> None:
    name = min(signed.desk.vault.items.ids())
    for turn, day, title, candidates in (("1", "2026-09-12", "Sau", 50), ("2", "2025-09-12", "Trước", 60)):
        take(tables(name, "LA-1", candidates=candidates)[0])
        signed.post("/statistics/keep", turn=turn, title=title, held_on=day)
    assert last_figures(signed.desk.vault)[name][0].n == 50


def test_a_page_keeps_no_figures_but_those_it_shows(signed: Studio, take: Take) -> None:
    take(tables("A", "B", candidates=50)[0])
    assert 'name="turn" value="1"' in signed.get("/statistics/new").text
    take(tables("A", "B", candidates=60)[0])  # in another tab
    assert signed.post("/statistics/keep", turn="1", title="Vòng 1", held_on="2026-09-12").location == "/statistics/new"
    assert signed.desk.vault.papers.names("statistics") == ()
    signed.post("/statistics/keep", turn="2", title="Vòng 1", held_on="2026-09-12")
    assert len(signed.desk.vault.papers.names("statistics")) == 1


@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04", b'{"format": "exam-results-export/1"}', b"a\n1", b"sbd,X\n1,hai", b"\xff\xfe"]
)
def test_what_is_no_table_of_marks_is_refused_and_said(signed: Studio, take: Take, content: bytes) -> None:
    answer = take(content).get_json()
    assert answer["ok"] is False
    assert answer["text"]
    assert signed.get("/statistics/new").status_code == 302


def test_a_contest_without_a_title_or_day_is_not_kept(signed: Studio, take: Take) -> None:
    take(tables("A", "B")[0])
    for title, day in (("", "2026-09-12"), ("Vòng 1", ""), ("Vòng 1", "12/9")):
        assert 'role="alert"' in signed.post("/statistics/keep", turn="1", title=title, held_on=day).text
    assert signed.desk.vault.papers.names("statistics") == ()
    signed.post("/statistics/drop")
    assert signed.post("/statistics/keep", turn="1", title="Vòng 1", held_on="2026-09-12").status_code == 404


def worked_out(*items: str) -> TestStatistics:
    marks, choices = tables(*items)
    matrix = read_matrix(marks.encode())
    assert isinstance(matrix, Matrix)
    chosen = read_choices(choices.encode(), matrix)
    assert not isinstance(chosen, list)
    return statistics(matrix, chosen)


def test_possible_wrong_keys_come_first_and_each_column_sorts() -> None:
    found = worked_out("Z", "B", "C")
    assert rows(found, {}, "", False)[0].figures.id == "Z"
    assert rows(found, {}, "", False)[0].look_at()
    for column in COLUMNS:
        up, down = (rows(found, {}, column, way) for way in (False, True))
        assert {row.figures.id for row in up} == {row.figures.id for row in down} == {"Z", "B", "C"}
    facility = [row.figures.facility or 0 for row in rows(found, {}, "facility", True)]
    assert facility == sorted(facility, reverse=True)


def test_a_file_for_spreadsheets_holds_no_formula() -> None:
    found = worked_out("=1+1", "@B", "C")
    table = table_file(rows(found, {"C": "-2+3"}, "item", False), ["h"] * 10).decode("utf-8-sig")
    cells = [cell for row in csv.reader(io.StringIO(table), delimiter=";") for cell in row]
    assert not [cell for cell in cells if cell[:1] in ("=", "@", "+") or (cell[:1] == "-" and not cell[1:2].isdigit())]
    assert "'=1+1" in cells
    assert "'-2+3" in cells


def test_the_kept_table_is_offered_as_a_file(signed: Studio, take: Take) -> None:
    name = min(signed.desk.vault.items.ids())
    take(tables(name, "LA-1")[0])
    assert name in signed.get("/statistics/new.csv").get_data(as_text=True)
    signed.post("/statistics/keep", turn="1", title="Vòng 1", held_on="2026-09-12")
    file = signed.get("/statistics/2026-09-12-vong-1.csv?by=item&down=1")
    assert file.headers["Content-Disposition"].endswith('"statistics-2026-09-12-vong-1.csv"')
    assert file.data.startswith(b"\xef\xbb\xbf")
    assert signed.get("/statistics/khong-co.csv").status_code == 404
    assert signed.get("/statistics/khong-co").status_code == 404


def test_a_paper_that_cannot_be_read_is_left_out(signed: Studio) -> None:
    signed.desk.vault.papers.write("statistics:la", {"format": FORMAT}, Person("An Nguyễn"))
    assert signed.get("/statistics").status_code == 200
