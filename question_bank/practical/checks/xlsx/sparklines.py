"""Small charts in cells."""

from __future__ import annotations

from collections.abc import Iterator
from xml.dom.minidom import Element

from question_bank.phrase import phrase
from question_bank.practical.arguments import choice, text
from question_bank.practical.catalogue import Request, check
from question_bank.practical.findings import Finding, Outcome, judged
from question_bank.practical.sheet.address import area
from question_bank.practical.sheet.anchors import CELLS, Target, each
from question_bank.practical.sheet.edits import drop
from question_bank.practical.sheet.spoiling import spoil_sheet
from question_bank.practical.sheet.words import NOTHING, joined
from question_bank.practical.sheet.workbook import Workbook

_SPARKLINES = {"line": phrase("lines"), "column": phrase("columns"), "stacked": phrase("wins and losses")}
SPARK_KIND = choice("kind", phrase("kind of sparkline"), _SPARKLINES)
DATA = text("data", phrase("cells the sparklines are about"))


def _sparkless(top: Element) -> bool:
    return drop(top, "sparklineGroups")


@check(
    "xlsx.sparkline", phrase("Small charts in cells"), "IU08", select=CELLS, expect=(SPARK_KIND, DATA),
    mutation=lambda data, request: spoil_sheet(data, request, _sparkless),
)  # fmt: skip
def sparkline(book: Workbook, request: Request) -> Outcome:
    """Every cell of the place has one."""
    kind, data = request.expect[SPARK_KIND], request.expect[DATA]

    def judge(target: Target) -> Iterator[Finding]:
        there = {where: one for one in target.sheet.parts.sparklines if (where := area(one[2])) is not None}
        cells = list(target.sheet.within(target.area))
        missing = [cell for cell in cells if not any(where.holds(cell.row, cell.column) for where in there)]
        yield judged(
            phrase("small charts in cells"),
            bool(cells) and not missing,
            str(len(cells)),
            str(len(cells) - len(missing)),
            target.words,
        )
        shown = [one for where, one in there.items() if where.within(target.area)]
        if kind is not None:
            yield judged(phrase("kind of sparkline"), bool(shown) and all(one[0] == kind for one in shown), _SPARKLINES[kind], joined(one[0] for one in shown) or NOTHING, target.words)  # fmt: skip
        if data is not None:
            wanted = book.resolve(data, target.sheet.name)
            used = [place for one in shown if (place := book.resolve(one[1], target.sheet.name)) is not None]
            right = (
                wanted is not None
                and bool(used)
                and all(wanted[0] is one[0] and wanted[1].covers(one[1]) for one in used)
            )
            yield judged(
                phrase("cells the sparklines are about"),
                right,
                data,
                joined(one[1] for one in shown) or NOTHING,
                target.words,
            )

    return each(book, request, judge)
