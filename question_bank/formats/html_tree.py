"""HTML tokens as a tree of bounded depth, tags of other languages and things that are no tags told apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from question_bank.formats.html_tokens import RAW, Chars, End, Raw, Start, Token, Unclosed, tokens

MOST_TAGS = 100_000  # of one text; each costs about ten microseconds
MAX_DEPTH = 100  # elements inside each other; what is deeper is read as if its tags were not there

VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"]
)
MATHML = frozenset({
    "math", "mrow", "mi", "mn", "mo", "mtext", "mspace", "ms", "mfrac", "msqrt", "mroot", "mstyle", "merror",
    "mpadded", "mphantom", "mfenced", "menclose", "msub", "msup", "msubsup", "munder", "mover", "munderover",
    "mmultiscripts", "mprescripts", "none", "mtable", "mtr", "mtd", "maction", "semantics", "annotation",
    "annotation-xml"
})  # fmt: skip
BLOCKS = frozenset({
    "address", "article", "aside", "blockquote", "center", "details", "dd", "div", "dl", "dt", "fieldset",
    "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hgroup", "hr", "legend",
    "main", "nav", "p", "section", "summary"
})  # fmt: skip
_KNOWN = frozenset({
    "a", "abbr", "acronym", "applet", "area", "audio", "b", "base", "basefont", "bdi", "bdo", "big", "br", "button",
    "canvas", "caption", "cite", "code", "col", "colgroup", "data", "datalist", "del", "dfn", "dir", "em", "embed",
    "font", "frame", "frameset", "i", "iframe", "img", "input", "ins", "kbd", "label", "li", "link", "listing", "map",
    "mark", "meta", "meter", "nobr", "noscript", "object", "ol", "optgroup", "option", "output", "param", "picture",
    "pre", "progress", "q", "rp", "rt", "ruby", "s", "samp", "script", "select", "slot", "small", "source", "span",
    "strike", "strong", "style", "sub", "sup", "svg", "table", "tbody", "td", "template", "tex", "textarea", "tfoot",
    "th", "thead", "time", "title", "tr", "track", "tt", "u", "ul", "var", "video", "wbr", "xmp", "body", "head",
    "html"
})  # fmt: skip
KNOWN = _KNOWN | BLOCKS | MATHML
# What a start tag ends without an end tag of its own, up to the element that bounds it.
_ENDS: Mapping[str, tuple[frozenset[str], frozenset[str]]] = {
    "li": (frozenset({"li"}), frozenset({"ul", "ol"})),
    "tr": (frozenset({"tr", "td", "th", "caption"}), frozenset({"table"})),
    "td": (frozenset({"td", "th"}), frozenset({"tr", "table"})),
    "th": (frozenset({"td", "th"}), frozenset({"tr", "table"})),
    "dt": (frozenset({"dt", "dd"}), frozenset({"dl"})),
    "dd": (frozenset({"dt", "dd"}), frozenset({"dl"})),
    "option": (frozenset({"option"}), frozenset({"select"})),
}
_AFTER_P = BLOCKS | {"ul", "ol", "table", "pre"}
_P = frozenset({"p"})
_P_BOUNDS = frozenset({"td", "th", "li", "div", "blockquote", "table"})
_CLOSE_CELLS = frozenset({"tr", "table", "tbody", "thead", "tfoot", "ul", "ol"})


@dataclass(slots=True)
class Element:
    """An element; the root has no name. `children` are elements, texts and what a browser would have run or hidden."""

    name: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    children: list[Element | str] = field(default_factory=list)

    def texts(self) -> Iterator[str]:
        """All the text inside, in order."""
        todo = self.children[::-1]
        while todo:
            child = todo.pop()
            if isinstance(child, str):
                yield child
            else:
                todo += child.children[::-1]

    def walk(self) -> Iterator[Element]:
        """All elements inside, outer before inner, in order."""
        todo = [*self.elements()][::-1]
        while todo:
            element = todo.pop()
            yield element
            todo += [*element.elements()][::-1]

    def elements(self) -> Iterator[Element]:
        """The children that are elements."""
        return (child for child in self.children if isinstance(child, Element))


@dataclass(frozen=True, slots=True)
class Tree:
    """The root, and what could not be read as it stands: words as codes, in `html.py`'s terms."""

    root: Element
    odd: tuple[str, ...]
    tags: int = 0


def tree(text: str, most: int = MOST_TAGS) -> Tree:
    """The tree of a text; what stands behind the tags up to `most` is left out. Codes in `odd`: `too_deep`, `unclosed`,
    `unknown_tag`, `too_many_tags`."""
    builder = _Builder()
    for token in tokens(text):
        if isinstance(token, Start | End):
            builder.tags += 1
            if builder.tags > most:
                builder.odd["too_many_tags"] = None
                break
        builder.take(token)
    return Tree(builder.stack[0], tuple(builder.odd), builder.tags)


class _Builder:
    """The elements that are open, outermost first, and how many there are of each name (so that most end tags cost nothing)."""

    __slots__ = ("odd", "opened", "stack", "tags")

    def __init__(self) -> None:
        self.stack = [Element("")]
        self.opened: Counter[str] = Counter()
        self.odd: dict[str, None] = {}
        self.tags = 0

    def take(self, token: Token) -> None:
        """Put one token into the tree."""
        children = self.stack[-1].children
        match token:
            case Chars(text=words):
                children.append(words)
            case Raw(text=words):
                element = children[-1]  # its start tag has just been taken
                assert isinstance(element, Element)
                element.children.append(words)
            case Unclosed(text=words):
                self.odd["unclosed"] = None
                children.append(Element("script", {}, [words]))
            case Start(name=name) | End(name=name) if ":" in name:
                pass  # Word's own elements (o:p, st1:City) say nothing
            case Start(name=name, source=source) | End(name=name, source=source) if (
                name not in KNOWN and not name.startswith("mjx-")
            ):
                self.odd["unknown_tag"] = None
                children.append(source)
            case Start():
                self._start(token)
            case End():
                self._end(token.name)

    def _start(self, token: Start) -> None:
        name = token.name
        if name in _AFTER_P:
            self._close(_P, _P_BOUNDS)
        if name in _ENDS:
            self._close(*_ENDS[name])
        element = Element(name, token.attributes)
        self.stack[-1].children.append(element)
        if name in VOID or name in RAW or token.source.endswith("/>"):
            return
        if len(self.stack) > MAX_DEPTH:
            self.odd["too_deep"] = None
            return
        self.stack.append(element)
        self.opened[name] += 1

    def _end(self, name: str) -> None:
        if name == "p" and not self.opened["p"]:
            self.stack[-1].children.append(Element("p"))  # as browsers do
        if not self.opened[name]:
            return
        for at in range(len(self.stack) - 1, 0, -1):
            here = self.stack[at].name
            if here == name:
                self._cut(at)
                return
            if here in ("td", "th", "li") and name not in _CLOSE_CELLS:
                return  # an end tag that has no start in this cell

    def _close(self, names: frozenset[str], bounds: frozenset[str]) -> None:
        """End the elements of these names that are open inside the nearest bound."""
        if not any(self.opened[name] for name in names):
            return
        for at in range(len(self.stack) - 1, 0, -1):
            if self.stack[at].name in bounds:
                return
            if self.stack[at].name in names:
                self._cut(at)

    def _cut(self, at: int) -> None:
        for element in self.stack[at:]:
            self.opened[element.name] -= 1
        del self.stack[at:]
