"""What the engine answers, `exam-work/1`: every check with its evidence, in both languages."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from contextvars import copy_context
from dataclasses import dataclass
from types import MappingProxyType

from question_bank.bilingual import Bilingual
from question_bank.canonical import JSON, encode
from question_bank.phrase import Phrase, phrase, phrases
from question_bank.practical.findings import Finding, Words
from question_bank.practical.marking import Judged, Marked, Verdict
from question_bank.practical.rubric import ManualCriterion
from question_bank.wording import LANGUAGES, Language, language, render, title, use_language

WORK_FORMAT = "exam-work/1"
ENGINE = "1"  # of the engine: the same files may be marked differently by another
MOST_BYTES = 256 * 1024  # of the whole answer: what a worker may say (docs/practical.md §5)
SENTENCES = frozenset({"title", "expected", "found", "where", "message", "item"})
_SHOWN = 3  # findings named in one sentence; the list has more of them
_MOST_NOTICES = 100  # twelve files with every notice there is
_PLACE = re.compile(r"\{(found|expected|where|item)\}")


@dataclass(frozen=True, slots=True)
class Notice:
    """Something the jury should know of a file; `stops` when no check looked at it (docs/practical.md §4)."""

    code: str
    file: str
    message: Phrase
    stops: bool = False


@dataclass(frozen=True, slots=True)
class _Detail:
    """How much is said: findings of each check, characters of a piece of evidence, of a message, of a title."""

    findings: int
    evidence: int
    message: int
    title: int


# The first that fits into MOST_BYTES is taken. The last always does: 400 checks with ids, points and verdicts alone are 160 KiB.
_DETAILS = (
    _Detail(1000, 500, 2000, 200), _Detail(100, 500, 1000, 200), _Detail(20, 400, 800, 200), _Detail(5, 200, 400, 200),
    _Detail(0, 60, 200, 80), _Detail(0, 0, 40, 0), _Detail(0, 0, 0, 0),
)  # fmt: skip
_LEAST_OF_A_FINDING = 120  # bytes of one that says nothing: with more findings than so many fit, none is put into words


def inputs_document(
    rubric: bytes,
    values: Mapping[str, str],
    files: Mapping[str, bytes],
    stamps: Mapping[str, str] = MappingProxyType({}),
) -> dict[str, JSON]:
    """What an answer is a function of, as SHA-256 in hex: the rubric's bytes, the candidate's values, the files and the stamps they should
    have by name."""
    return {
        "rubric": hashlib.sha256(rubric).hexdigest(),
        "values": hashlib.sha256(encode(dict(values))).hexdigest(),
        "files": {name: hashlib.sha256(data).hexdigest() for name, data in sorted(files.items())},
        "stamps": {name: hashlib.sha256(stamp.encode()).hexdigest() for name, stamp in sorted(stamps.items())},
    }


def work_document(marked: Marked, notices: Iterable[Notice], inputs: Mapping[str, JSON]) -> dict[str, JSON]:
    """The whole answer, its sentences as `{"vi": …, "en": …}`; points in hundredths; at most MOST_BYTES of canonical JSON."""
    told = tuple(notices)[:_MOST_NOTICES]
    for detail in _DETAILS:
        findings = sum(min(detail.findings, len(one.findings)) for one in marked.checks)
        if findings * _LEAST_OF_A_FINDING > MOST_BYTES:
            continue
        document = _bilingual(marked, told, detail) | {"inputs": dict(inputs)}
        if len(encode(document)) <= MOST_BYTES:
            break
    return document


def in_language(document: JSON, spoken: Language) -> JSON:
    """An answer with its sentences in one language."""
    if isinstance(document, list):
        return [in_language(one, spoken) for one in document]
    if not isinstance(document, dict):
        return document
    return {
        name: value[spoken] if name in SENTENCES and isinstance(value, dict) else in_language(value, spoken)
        for name, value in document.items()
    }


def _bilingual(marked: Marked, notices: Sequence[Notice], detail: _Detail) -> dict[str, JSON]:
    vi, en = (copy_context().run(_spoken, one, marked, notices, detail) for one in LANGUAGES)
    return {name: _both(name, value, en[name]) for name, value in vi.items()}


def _spoken(one: Language, marked: Marked, notices: Sequence[Notice], detail: _Detail) -> dict[str, JSON]:
    use_language(one)
    return _document(marked, notices, detail)


def _both(name: str, vi: JSON, en: JSON) -> JSON:
    """Two answers that differ in their sentences alone, as one."""
    if name in SENTENCES:
        return {"vi": vi, "en": en}
    if isinstance(vi, list) and isinstance(en, list):
        return [_both("", *pair) for pair in zip(vi, en, strict=True)]
    if isinstance(vi, dict) and isinstance(en, dict):
        return {inner: _both(inner, value, en[inner]) for inner, value in vi.items()}
    return vi


def _document(marked: Marked, notices: Sequence[Notice], detail: _Detail) -> dict[str, JSON]:
    return {
        "format": WORK_FORMAT,
        "rubric": marked.rubric.id,
        "version": marked.rubric.version,
        "engine": ENGINE,
        "points": marked.points,
        "max": marked.rubric.points,
        "pending": marked.pending,
        "checks": [
            *(_check(one, detail) for one in marked.checks),
            *(_criterion(one, detail) for one in marked.rubric.manual),
        ],
        "notices": [
            {"code": one.code, "file": one.file, "message": _cut(one.message, detail.message), "stops": one.stops}
            for one in notices
        ],
    }


def _check(judged: Judged, detail: _Detail) -> JSON:
    plan = judged.plan
    shown = _told(judged)
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
        "title": _cut(title(plan.title) if plan.title else plan.type.title if plan.type else "", detail.title),
        **{name: _cut(said, detail.evidence) for name, said in parts.items()},
        "message": _cut(_message(judged, parts, shown), detail.message),
        "skill": plan.skill,
        "tags": list(plan.tags) if detail.title else [],
        "findings": [_finding(one, detail) for one in judged.findings[: detail.findings]],
    }


def _criterion(one: ManualCriterion, detail: _Detail) -> JSON:
    return {
        "id": one.id,
        "points": 0,
        "max": one.points,
        "verdict": Verdict.MANUAL.value,
        "title": _cut(title(one.title), detail.title),
        "expected": "",
        "found": "",
        "where": "",
        "message": _cut(phrase("a person judges this"), detail.message),
        "skill": "",
        "tags": list(one.tags) if detail.title else [],
        "findings": [],
    }


def _told(judged: Judged) -> tuple[Finding, ...]:
    """The findings that a sentence names: of a check the wrong ones, of a penalty those it is for; all where there are none."""
    against = judged.plan.points < 0
    telling = tuple(one for one in judged.findings if (one.credit > 0 if against else not one.right))
    return (telling or judged.findings)[:_SHOWN]


def _message(judged: Judged, parts: Mapping[str, str], shown: tuple[Finding, ...]) -> str:
    """The author's own feedback where something is wrong, else a sentence of ours."""
    if judged.why is not None:
        return render(judged.why)
    if judged.plan.points < 0 and not judged.share:
        return render(phrase("nothing is taken off"))
    if judged.plan.points > 0 and judged.verdict is Verdict.PASSED:
        return render(phrase("right"))
    if judged.plan.feedback is not None:
        return _filled(judged.plan.feedback, {**parts, "item": _joined(one.item for one in shown)})
    said = "; ".join(_line(one) for one in shown)
    tally = judged.outcome.tally()
    if judged.plan.points < 0:
        return render(phrase("points are taken off: %(why)s", why=said))
    if (rest := tally.items - tally.right - len(shown)) > 0:
        said += "; " + render(phrases("and %(n)s more", "and %(n)s more", rest))
    return said


def _line(one: Finding) -> str:
    line = phrase(
        "%(item)s: expected %(expected)s, found %(found)s", item=one.item, expected=one.expected, found=one.found
    )
    return render(line)


def _filled(feedback: Bilingual, shown: Mapping[str, str]) -> str:
    """In one pass: what a file says is never taken for a place itself."""
    return _PLACE.sub(lambda found: shown[found[1]], feedback.in_language(language()))


def _finding(one: Finding, detail: _Detail) -> JSON:
    return {
        "item": _cut(one.item, detail.evidence),
        "credit": f"{one.credit.numerator}/{one.credit.denominator}",
        "expected": _cut(one.expected, detail.evidence),
        "found": _cut(one.found, detail.evidence),
        "where": _cut(one.where, detail.evidence),
        "step": one.step,
    }


def _joined(words: Iterable[Words]) -> str:
    """Each once, in order."""
    return "; ".join(dict.fromkeys(said for one in words if (said := render(one))))


def _cut(words: Words, most: int) -> str:
    """In the current language, of so many characters at most; what cannot be printed is a space."""
    said = render(words)
    said = said if len(said) <= most else f"{said[: max(0, most - 1)]}…" if most else ""
    return said if said.isprintable() else "".join(one if one.isprintable() else " " for one in said)
