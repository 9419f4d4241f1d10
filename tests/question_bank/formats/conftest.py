"""Items of every type with texts of every kind, drawn for round trips; files to import; what becomes of them."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume
from hypothesis import strategies as st
from PIL import Image

from question_bank.bank import Bank
from question_bank.bilingual import Bilingual
from question_bank.canonical import JSON
from question_bank.content import (
    Content,
    Entries,
    Gap,
    Grid,
    Listing,
    Math,
    Medium,
    Node,
    Span,
    Words,
    joined,
    parse,
    trim,
    write,
)
from question_bank.formats.exchange import Defaults, Exported, Imported, NotThisFormat, media_name
from question_bank.formats.registry import readers
from question_bank.ids import BankItemId, StimulusId, TopicCode
from question_bank.items import types
from question_bank.items._choice import LABELS
from question_bank.items.model import Common, Item, Level, Stimulus
from question_bank.problems import Severity
from question_bank.wording import use_language

SIGNS = ["=", "~", "#", "{", "}", ":", "\\", "<", ">", "&", "%", "[", "]", "$", "*", "|", '"', "//", "->", "\\(", "$$", "{{", "%50%",
         "[[1]]", "{1:SA:=x}", "::", "=5", "T", "&amp", "]]>", "\\n", "1.234"]  # fmt: skip
WORDS = [
    "văn bản",
    "thủ tục",
    "hồ sơ",
    "Đúng",
    "ký số",
    "a",
    "B2",
    "x<y",
    "năm 2026",
    "mật khẩu",
    "hòa",
    "thuý",
    "…",
    "“trích”",
]
FORMULAS = [
    r"\frac{a}{b}",
    "x^2",
    r"\sqrt{2}",
    "a<b",
    r"\{1;2\}",
    r"5\%",
    r"\sum_{i=1}^{n} i",
    r"a \neq b",
    "p=q",
    "m~n",
    "x_{1}",
]


def picture(side: int) -> bytes:
    """A small PNG; another side is another file."""
    made = io.BytesIO()
    Image.new("RGB", (side, side), (side % 256, 10, 90)).save(made, "PNG")
    return made.getvalue()


PICTURES = {media_name(data, "png"): data for data in (picture(40), picture(64))}

spaced = st.lists(st.sampled_from([*WORDS, *SIGNS]), min_size=1, max_size=5).map(" ".join)
twice_spaced = st.lists(st.sampled_from(WORDS), min_size=2, max_size=3).map("  ".join)
plain_words = spaced | twice_spaced | st.sampled_from(WORDS)
lines = plain_words | st.tuples(plain_words, st.sampled_from(["\n", "\n\n"]), plain_words).map("".join)


@st.composite
def inline(draw: st.DrawFn, depth: int = 0, media: bool = True, several_lines: bool = False) -> Content:
    """Words and constructs in a line, spaces only between them."""
    found: list[Node] = []
    for at in range(draw(st.integers(1, 3))):
        if at and draw(st.booleans()):
            found.append(Words(" "))
        kind = draw(
            st.sampled_from(
                ["words", "words", "words", "span", "math", "media"] if media else ["words", "words", "span", "math"]
            )
        )
        if kind == "words":
            found.append(Words(draw(lines if several_lines else plain_words)))
        elif kind == "span" and depth < 3:
            inner = draw(inline(depth + 1, media=False))
            found.append(Span(draw(st.sampled_from(["b", "i", "u", "s", "sub", "sup", "code"])), inner))
        elif kind == "math":
            found.append(Math(draw(st.sampled_from(FORMULAS)), draw(st.booleans()) and depth == 0))
        else:
            found.append(
                Medium(
                    "picture",
                    draw(st.sampled_from(sorted(PICTURES))),
                    draw(st.sampled_from(["sơ đồ", "hình | 2", 'a "b"'])),
                )
            )
    return trim(joined(found))


@st.composite
def block(draw: st.DrawFn) -> Node:
    """A listing, a list or a table."""
    kind = draw(st.sampled_from(["pre", "list", "table"]))
    if kind == "pre":
        return Listing(
            "\n".join(
                draw(
                    st.lists(st.sampled_from(["int a;", "  b = {1}", "if (x < y) {", "", "}"]), min_size=1, max_size=4)
                )
            ).strip("\n")
            or "x"
        )
    if kind == "list":
        return Entries(draw(st.booleans()), tuple(draw(st.lists(inline(1), min_size=1, max_size=3))))
    width = draw(st.integers(2, 3))
    rows = draw(st.lists(st.lists(inline(1), min_size=width, max_size=width), min_size=2, max_size=3))
    return Grid(tuple(tuple(row) for row in rows))


@st.composite
def long_text(draw: st.DrawFn) -> str:
    """A stem or explanation: lines, and now and then a block between them."""
    found: list[Node] = [*draw(inline(several_lines=True))]
    for _ in range(draw(st.integers(0, 2))):
        found += [
            Words(draw(st.sampled_from(["", "\n", "\n\n"]))),
            draw(block()),
            Words(draw(st.sampled_from(["", "\n", "\n\n"]))),
        ]
        found += [*draw(inline(several_lines=True))]
    return write(trim(joined(found)))


option = inline().map(write)
line = inline(media=False).map(write)
typed = spaced.map(lambda text: " ".join(text.split())) | st.sampled_from(WORDS)
percent = st.sampled_from(["100", "50", "33.33333", "25", "5"])
decimals = st.decimals(-(10**6), 10**6, places=3).map(lambda value: str(value).replace("+", ""))


def different(one: st.SearchStrategy[str], least: int, most: int) -> st.SearchStrategy[list[str]]:
    """Several texts that differ whatever their case."""
    return st.lists(one, min_size=least, max_size=most, unique_by=lambda text: " ".join(text.casefold().split()))


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


@dataclass(frozen=True, slots=True)
class Exchange:
    """What round trips need: items drawn, a bank around them, an import of what was exported."""

    media: Mapping[str, bytes]
    titles: Mapping[TopicCode, Bilingual]
    stimulus: Stimulus

    def items(self, name: str) -> st.SearchStrategy[Item]:
        """Items of a type."""
        return items(name)

    def called(self, item: Item, identity: str) -> Item:
        """The item with another id."""
        return replace(item, common=replace(item.common, id=BankItemId(identity)))

    def bank(self, found: Sequence[Item]) -> Bank:
        """A bank of them, with the stimulus that some name."""
        return Bank.of(self.titles, found, [self.stimulus])

    def back(self, made: Exported, read: Callable[[bytes, str, Defaults], Imported | NotThisFormat]) -> Imported:
        """What was written, read again; in a bank of another topic, so that nothing comes from the defaults."""
        found = read(made.data, "xuat.txt", Defaults(TopicCode("noi-khac"), Level.NHAN_BIET, "nguồn khác"))
        assert isinstance(found, Imported), found
        return found


@pytest.fixture(scope="session")
def exchange() -> Exchange:
    """Strategies and helpers for round trips, for every format."""
    titles = {
        TopicCode("dich-vu-cong"): Bilingual("Dịch vụ công", "Public services"),
        TopicCode("van-thu"): Bilingual("Văn thư", "Records"),
    }
    return Exchange(PICTURES, titles, Stimulus(StimulusId("BANG-1"), "Bảng lương", "Bảng:\n{{table:\na | b\n1 | 2\n}}"))


VECTORS = Path(__file__).resolve().parents[2] / "vectors" / "formats"


def summary(found: Imported | NotThisFormat) -> JSON:
    """What became of a file, for golden files: keys and codes, not sentences."""
    if isinstance(found, NotThisFormat):
        return {"refused": found.notice.code, "where": found.notice.where}
    questions: list[JSON] = []
    for one in found.questions:
        made: dict[str, JSON] = {"where": one.where, "outcome": one.outcome.value}
        if one.item:
            common = one.item.common
            made |= {"id": common.id, "type": one.item.NAME, "level": common.level.value, "stem": common.stem}
            made |= {"explanation": common.explanation} if common.explanation else {}
            made |= {"tags": [*common.tags]} if common.tags else {}
            made |= {} if common.shuffle else {"shuffle": False}
            made["fields"] = one.item.own_fields()
        made |= {name: [*dict.fromkeys(notice.code for notice in notices)] for name, notices in
                 (("review", one.review), ("notices", one.notices)) if notices}  # fmt: skip
        questions.append(made)
    notices: list[JSON] = [{"code": one.code, "where": one.where} for one in found.notices]
    return {"questions": questions, "notices": notices, "media": [*found.media]}


@pytest.fixture(scope="session")
def import_vector() -> Callable[[str, str], tuple[Imported | NotThisFormat, JSON, JSON]]:
    """`import_vector(format, file)`: what was read, its summary, and the golden summary beside the file."""

    def read(format_name: str, file: str) -> tuple[Imported | NotThisFormat, JSON, JSON]:
        use_language("vi")
        path = VECTORS / format_name / file
        found = readers()[format_name].read(
            path.read_bytes(), file, Defaults(TopicCode("chu-de"), Level.NHAN_BIET, "Tài liệu mẫu")
        )
        golden = path.with_suffix(".json")
        if os.environ.get("EXAMROOM_GOLDEN") == "write":
            golden.write_text(json.dumps(summary(found), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        return found, summary(found), json.loads(golden.read_text(encoding="utf-8"))

    return read


@pytest.fixture(scope="session")
def read_text() -> Callable[..., Imported | NotThisFormat]:
    """`read_text(format, text)`: a file of these words."""

    def read(format_name: str, text: str | bytes, name: str = "bai.txt") -> Imported | NotThisFormat:
        data = text.encode() if isinstance(text, str) else text
        return readers()[format_name].read(data, name, Defaults(TopicCode("chu-de")))

    return read
