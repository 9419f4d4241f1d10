"""Items of every type, drawn for round trips."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from hypothesis import assume
from hypothesis import strategies as st

from question_bank.canonical import JSON
from question_bank.content import (
    Gap,
    Node,
    Words,
    joined,
    parse,
    trim,
    write,
)
from question_bank.ids import BankItemId, StimulusId, TopicCode
from question_bank.items import types
from question_bank.items._choice import LABELS
from question_bank.items.model import Common, Item, Level
from question_bank.problems import Severity
from tests.question_bank.formats.drawn_texts import (
    PICTURES,
    decimals,
    different,
    inline,
    line,
    long_text,
    option,
    percent,
    plain_words,
    typed,
)


@st.composite
def own_fields(draw: st.DrawFn, name: str) -> tuple[dict[str, JSON], str]:
    """A type's own fields, and the stem that goes with them (empty: any)."""
    makers: Mapping[str, Callable[[], tuple[dict[str, JSON], str]]] = {
        "single_choice": lambda: choice(draw, several=False),
        "multiple_choice": lambda: choice(draw, several=True),
        "true_false": lambda: ({"key": draw(st.sampled_from(["true", "false"]))}, ""),
        "true_false_4": lambda: four(draw),
        "matching": lambda: pairs(draw),
        "ordering": lambda: ({"entries": [*draw(different(option, 3, 5))]}, ""),
        "numeric": lambda: numbers(draw),
        "short_text": lambda: texts(draw),
        "cloze": lambda: gaps(draw),
        "drag_words": lambda: dragged(draw),
        "hotspot": lambda: spots(draw),
        "essay": lambda: essay(draw),
        "prediction": lambda: ({"most": "1000"}, ""),
        "file_task": lambda: ({"task": "cong-van-01"}, ""),
    }
    return makers[name]()


def choice(draw: st.DrawFn, several: bool) -> tuple[dict[str, JSON], str]:
    found = draw(different(option, 2, 6))
    labels = list(LABELS[: len(found)])
    fields: dict[str, JSON] = {
        "options": dict(zip(labels, found, strict=True)),
        "fixed": [*draw(st.lists(st.sampled_from(labels), unique=True, max_size=2).map(sorted))],
    }
    if not several:
        return fields | {"key": draw(st.sampled_from(labels))}, ""
    key = sorted(draw(st.lists(st.sampled_from(labels), unique=True, min_size=1)))
    fields["key"] = [*key]
    if draw(st.booleans()):
        shares = {1: "100", 2: "50", 3: "33.33333", 4: "25", 5: "20", 6: "16.66667"}
        wrong = draw(st.sampled_from(["0", "-50", "-100", "-33.33333"]))
        fields["weights"] = {label: shares[len(key)] if label in key else wrong for label in labels}
    return fields | ({"most": str(len(key))} if draw(st.booleans()) else {}), ""


def four(draw: st.DrawFn) -> tuple[dict[str, JSON], str]:
    found = draw(different(option, 4, 4))
    key = sorted(draw(st.lists(st.sampled_from("abcd"), unique=True)))
    return {"statements": dict(zip("abcd", found, strict=True)), "key": [*key]}, ""


def pairs(draw: st.DrawFn) -> tuple[dict[str, JSON], str]:
    left, right = (
        draw(different(option, 2, 5)),
        draw(different(plain_words.map(lambda text: " ".join(text.split())), 2, 6)),
    )
    reuse = len(right) < len(left) or draw(st.booleans())
    labels = list("ABCDEF"[: len(right)])
    mates = [draw(st.sampled_from(labels)) for _ in left] if reuse else draw(st.permutations(labels))[: len(left)]
    numbered = [str(n) for n in range(1, len(left) + 1)]
    escaped: dict[str, JSON] = {label: write((Words(text),)) for label, text in zip(labels, right, strict=True)}
    fields: dict[str, JSON] = {
        "left": dict(zip(numbered, left, strict=True)),
        "right": escaped,
        "pairs": dict(zip(numbered, mates, strict=True)),
    }
    return fields | ({"reuse": "true"} if reuse else {}), ""


def number_answers(draw: st.DrawFn) -> list[JSON]:
    first: dict[str, JSON] = {"value": draw(decimals), "tolerance": draw(st.sampled_from(["0", "0.5", "0.125", "2"]))}
    more: list[dict[str, JSON]] = [
        {"value": draw(decimals), "percent": draw(percent)} for _ in range(draw(st.integers(0, 2)))
    ]
    return [first, *more]


def numbers(draw: st.DrawFn) -> tuple[dict[str, JSON], str]:
    fields: dict[str, JSON] = {"answers": number_answers(draw)}
    if draw(st.booleans()):
        factors = draw(st.lists(st.sampled_from(["1", "60", "1/3", "0.001"]), min_size=1, max_size=3))
        fields["units"] = [
            {"unit": unit, "factor": factor} for unit, factor in zip(("giây", "m/s", "độ C"), factors, strict=False)
        ]
        fields |= {"unit_required": "true"} if draw(st.booleans()) else {}
    return fields, ""


def text_answers(draw: st.DrawFn) -> list[JSON]:
    found = draw(
        st.lists(
            typed,
            min_size=1,
            max_size=3,
            unique_by=lambda text: "".join(one for one in text.casefold() if one.isalnum()) or text,
        )
    )
    more: list[JSON] = [{"text": one, "percent": draw(percent)} for one in found[1:]]
    return [found[0], *more]


@st.composite
def compares(draw: st.DrawFn) -> dict[str, JSON]:
    """How texts are compared, where it is not as usual."""
    other: dict[str, JSON] = {"case": "exact", "accents": "ignore", "punctuation": "ignore", "spaces": "ignore"}
    return {name: other[name] for name in draw(st.lists(st.sampled_from(sorted(other)), unique=True))}


def texts(draw: st.DrawFn) -> tuple[dict[str, JSON], str]:
    return {"answers": text_answers(draw), "compare": draw(compares())}, ""


def gaps(draw: st.DrawFn) -> tuple[dict[str, JSON], str]:
    names = draw(
        st.lists(st.sampled_from(["so", "viec", "chuong", "1", "2", "a-b"]), min_size=1, max_size=3, unique=True)
    )
    made: dict[str, JSON] = {}
    for name in names:
        kind = draw(st.sampled_from(["text", "number", "choice"]))
        gap: dict[str, JSON] = {"kind": kind}
        if kind == "choice":
            found = draw(different(line, 2, 4))
            gap |= {
                "options": dict(zip(LABELS, found, strict=False)),
                "key": draw(st.sampled_from(LABELS[: len(found)])),
            }
        elif kind == "number":
            gap["answers"] = number_answers(draw)
        else:
            gap |= {"answers": text_answers(draw), "compare": draw(compares())}
        made[name] = gap | ({"weight": "2"} if draw(st.booleans()) else {})
    return {"gaps": made}, gapped(draw, names)


def gapped(draw: st.DrawFn, names: Sequence[str]) -> str:
    found: list[Node] = [*draw(inline(several_lines=True))]
    for name in names:
        found += [Words(" "), Gap(name), Words(" "), *draw(inline())]
    return write(trim(joined(found)))


def dragged(draw: st.DrawFn) -> tuple[dict[str, JSON], str]:
    names = draw(st.lists(st.sampled_from(["mot", "hai", "3", "4"]), min_size=1, max_size=3, unique=True))
    found = draw(different(line, max(2, len(names)), 5))
    labels = [str(n) for n in range(1, len(found) + 1)]
    reuse = draw(st.booleans())
    chosen = [draw(st.sampled_from(labels)) for _ in names] if reuse else draw(st.permutations(labels))[: len(names)]
    fields: dict[str, JSON] = {
        "words": dict(zip(labels, found, strict=True)),
        "gaps": dict(zip(names, chosen, strict=True)),
    }
    return fields | ({"reuse": "true"} if reuse else {}), gapped(draw, names)


def spots(draw: st.DrawFn) -> tuple[dict[str, JSON], str]:
    at = st.integers(0, 4000)
    shapes: list[JSON] = []
    for _ in range(draw(st.integers(1, 3))):
        x, y, side = draw(at), draw(at), draw(st.integers(400, 4000))
        made: list[dict[str, JSON]] = [
            {"rectangle": f"{x} {y} {x + side} {y + side}"}, {"ellipse": f"{x} {y} {side} {side // 2 + 1}"},
            {"polygon": f"{x} {y} {x + side} {y} {x} {y + side}"},
        ]  # fmt: skip
        shapes.append(draw(st.sampled_from(made)))
    name = draw(st.sampled_from(sorted(PICTURES)))
    return {"picture": f"{{{{picture:{name}|Mẫu công văn}}}}", "regions": shapes, "most": str(len(shapes))}, ""


def essay(draw: st.DrawFn) -> tuple[dict[str, JSON], str]:
    fields: dict[str, JSON] = {"least_words": "100", "most_words": "500"} if draw(st.booleans()) else {}
    if draw(st.booleans()):
        found = draw(different(line, 2, 2))
        fields["criteria"] = [{"text": found[0], "percent": "40"}, {"text": found[1], "percent": "60"}]
    return fields, ""


@st.composite
def items(draw: st.DrawFn, name: str) -> Item:
    """An item of a type, without errors; its pictures are those of PICTURES."""
    fields, stem = draw(own_fields(name))
    common = Common(
        id=BankItemId("T-001"),
        topic=TopicCode(draw(st.sampled_from(["dich-vu-cong", "van-thu"]))),
        level=draw(st.sampled_from(list(Level))),
        stem=stem or draw(long_text()),
        explanation=draw(long_text()),
        source=draw(plain_words.map(lambda text: " ".join(text.split()))),
        stimulus=StimulusId(draw(st.sampled_from(["", "", "BANG-1"]))),
        tags=tuple(draw(st.lists(st.sampled_from(["phím tắt", "lớp 5", "a:b", "x=y"]), unique=True, max_size=2))),
        excludes=tuple(
            draw(st.lists(st.sampled_from([BankItemId("T-002"), BankItemId("DVC-9")]), unique=True, max_size=2))
        ),
        shuffle=name == "ordering" or draw(st.booleans()),
        plays=draw(st.sampled_from([0, 0, 2])),
    )
    faults: list[Any] = []
    item = types()[name].read(common, fields, faults)
    errors = [fault for fault in (*faults, *item.problems()) if fault.severity is Severity.ERROR]
    whole = not errors and all(write(parse(text)[0]) == text for _, text in item.texts())
    assume(whole)
    return item
