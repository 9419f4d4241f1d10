"""Texts of every kind as an author may write them, drawn for round trips."""

from __future__ import annotations

import io

from hypothesis import strategies as st
from PIL import Image

from question_bank.content import (
    Content,
    Entries,
    Grid,
    Listing,
    Math,
    Medium,
    Node,
    Span,
    Words,
    joined,
    trim,
    write,
)
from question_bank.formats.exchange import media_name

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

PAGE_CODE = ("<br>", "<b>x</b>", "<!-- chú thích -->", "&nbsp;", "<a href='#x'>", "<script>a</script>", "&lt;p&gt;")

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
            of_page = Span("code", (Words(draw(st.sampled_from(PAGE_CODE))),))
            look = Span(draw(st.sampled_from(["b", "i", "u", "s", "sub", "sup", "code"])), inner)
            found.append(draw(st.sampled_from([look, look, of_page])))
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
                    st.lists(
                        st.sampled_from(["int a;", "<p>", "&lt;", "  b = {1}", "if (x < y) {", "", "}"]),
                        min_size=1,
                        max_size=4,
                    )
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
