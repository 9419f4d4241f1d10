"""What the engine answers, `exam-work/1`: every check with its evidence, in both languages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from question_bank.bilingual import Bilingual
from question_bank.canonical import JSON
from question_bank.phrase import Phrase, phrase, phrases
from question_bank.practical.findings import Finding, Words
from question_bank.practical.marking import Judged, Marked, Verdict
from question_bank.wording import language, render

WORK_FORMAT = "exam-work/1"
ENGINE = "1"  # of the engine: the same files may be marked differently by another
_SHOWN = 3  # findings named in one sentence; all of them are in the list


@dataclass(frozen=True, slots=True)
class Notice:
    """Something the jury should know of a file; `stops` when no check looked at it (docs/practical.md §4)."""

    code: str
    file: str
    message: Phrase
    stops: bool = False


def work_document(marked: Marked, notices: Iterable[Notice] = ()) -> dict[str, JSON]:
    """The whole answer in the current language; points in hundredths."""
    checks: list[JSON] = [_check(one) for one in marked.checks]
    checks += [
        {"id": one.id, "points": 0, "max": one.points, "verdict": Verdict.MANUAL.value, "title": _in(one.title),
         "expected": "", "found": "", "where": "", "message": render(phrase("a person judges this")), "tags": list(one.tags),
         "skill": "", "findings": []}
        for one in marked.rubric.manual
    ]  # fmt: skip
    return {
        "format": WORK_FORMAT,
        "rubric": marked.rubric.id,
        "version": marked.rubric.version,
        "engine": ENGINE,
        "points": marked.points,
        "max": marked.rubric.points,
        "pending": marked.pending,
        "checks": checks,
        "notices": [
            {"code": one.code, "file": one.file, "message": render(one.message), "stops": one.stops} for one in notices
        ],
    }


def _check(judged: Judged) -> dict[str, JSON]:
    plan = judged.plan
    shown = _told(judged)
    title = _in(plan.title) if plan.title else render(plan.type.title) if plan.type else ""
    parts = {
        "expected": _joined(one.expected for one in shown),
        "found": _joined(one.found for one in shown),
        "where": _joined(one.where for one in shown),
    }
    return {
        "id": plan.id,
        "points": judged.points,
        "max": plan.points,
        "verdict": judged.verdict.value,
        "title": title,
        **parts,
        "message": _message(judged, parts, shown),
        "skill": plan.skill,
        "tags": list(plan.tags),
        "findings": [_finding(one) for one in judged.findings],
    }


def _told(judged: Judged) -> tuple[Finding, ...]:
    """The findings that a sentence names: the wrong ones, or all where nothing is wrong."""
    wrong = tuple(one for one in judged.findings if not one.right)
    return (wrong or judged.findings)[:_SHOWN]


def _message(judged: Judged, parts: Mapping[str, str], shown: tuple[Finding, ...]) -> str:
    """The author's own feedback where something is wrong, else a sentence of ours."""
    if judged.why is not None:
        return render(judged.why)
    if judged.verdict is Verdict.PASSED:
        return render(phrase("right"))
    if judged.plan.feedback is not None:
        said = _in(judged.plan.feedback)
        for name, value in {**parts, "item": _joined(one.item for one in shown)}.items():
            said = said.replace(f"{{{name}}}", value)
        return said
    lines = [
        render(
            phrase(
                "%(item)s: expected %(expected)s, found %(found)s",
                item=one.item,
                expected=one.expected,
                found=one.found,
            )
        )
        for one in shown
    ]
    if (rest := sum(not one.right for one in judged.findings) - len(shown)) > 0:
        lines.append(render(phrases("and %(n)s more", "and %(n)s more", rest)))
    return "; ".join(lines)


def _finding(one: Finding) -> dict[str, JSON]:
    return {
        "item": render(one.item),
        "credit": f"{one.credit.numerator}/{one.credit.denominator}",
        "expected": render(one.expected),
        "found": render(one.found),
        "where": render(one.where),
        "step": one.step,
    }


def _joined(words: Iterable[Words]) -> str:
    """Each once, in order."""
    return "; ".join(dict.fromkeys(said for one in words if (said := render(one))))


def _in(title: Bilingual) -> str:
    return title.in_language(language())
