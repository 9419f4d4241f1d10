"""The balance report as text: one column a form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from question_bank.aligned import aligned
from question_bank.assembly.balance import Balance, FormBalance, Kind
from question_bank.items import types
from question_bank.items.model import Level
from question_bank.wording import gettext, language, render


def balance_text(report: Balance) -> str:
    """Counts, marks, difficulty and places of the key by form; shared items; and what was proven."""
    parts = [aligned(balance_rows(report.forms), text_columns=3)]
    if len(report.forms) > 1:
        parts.append(gettext("Items that two forms share:") + "\n" + aligned(_overlaps(report), text_columns=1))
    if report.facility_spread is not None:
        spread = percent(report.facility_spread)
        parts.append(
            gettext("Mean expected facility: %(spread)s between the easiest and the hardest form.", spread=spread)
        )
    marks = {True: "✓", False: "✗"}
    parts.append("\n".join(f"{marks[proof.holds]} {render(proof.statement)}" for proof in report.proofs))
    return "\n\n".join(parts)


def percent(value: Fraction | None) -> str:
    """A share with one decimal, with the reader's decimal sign; a dash when it is not known."""
    if value is None:
        return "–"
    text = f"{float(value) * 100:.1f} %"
    return text.replace(".", ",") if language() == "vi" else text


def balance_rows(forms: Sequence[FormBalance], topics: Mapping[str, str] | None = None) -> list[list[str]]:
    """The table: a head, then topic (by its code, or as `topics` call it), level, type, and what each form has."""
    called = topics or {}
    kinds = {kind: None for form in forms for kind in form.counts}
    levels = list(Level)
    ordered = sorted(kinds, key=lambda kind: (kind.topic, levels.index(kind.level), kind.type))
    rows = [[gettext("topic"), gettext("level"), gettext("type"), *(form.name for form in forms)]]
    rows += [
        [
            called.get(kind.topic, kind.topic),
            render(kind.level.label),
            _type(kind),
            *(str(form.counts.get(kind, 0)) for form in forms),
        ]
        for kind in ordered
    ]
    rows.append([gettext("items"), "", "", *(str(form.items) for form in forms)])
    rows.append([gettext("marks"), "", "", *(_marks(form.marks) for form in forms)])
    if any(form.known for form in forms):
        rows.append([gettext("mean expected facility"), "", "", *(percent(form.facility) for form in forms)])
        rows.append([gettext("items whose facility is known"), "", "", *(str(form.known) for form in forms)])
    for place in range(max((len(form.key_places) for form in forms), default=0)):
        name = gettext("right option at place %(letter)s", letter="ABCDEFGHIJ"[place])
        rows.append([name, "", "", *(_at(form.key_places, place) for form in forms)])
    return rows


def _overlaps(report: Balance) -> list[list[str]]:
    names = [form.name for form in report.forms]
    return [["", *names], *([name, *map(str, row)] for name, row in zip(names, report.overlaps, strict=True))]


def _type(kind: Kind) -> str:
    known = types().get(kind.type)
    return render(known.LABEL) if known else kind.type


def _marks(marks: int) -> str:
    text = f"{marks / 100:.2f}".rstrip("0").rstrip(".")
    return text.replace(".", ",") if language() == "vi" else text


def _at(places: Sequence[int], place: int) -> str:
    return str(places[place]) if place < len(places) else "0"
