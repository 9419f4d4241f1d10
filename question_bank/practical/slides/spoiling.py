"""Mutants of presentations: the model's own trees are changed in place and written back. For files of the author only."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from xml.sax.saxutils import escape, quoteattr

from question_bank.formats.office_package import PREFIXES, OfficePackage
from question_bank.formats.xml_tree import Node, writable
from question_bank.practical.catalogue import Mutation, Request
from question_bank.practical.mutants import with_parts
from question_bank.practical.slides.model import Presentation
from question_bank.practical.slides.places import Place, any_is_enough, slides_of
from question_bank.practical.slides.presentation import open_model

Find = Callable[[Presentation, Request], Sequence[Place]]
Change = Callable[[Place, Request], bool]
_NAMES: Mapping[str, str] = {prefix: name for name, prefix in reversed(list(PREFIXES.items()))}


def _slide_part(place: Place) -> str:
    return place.slide.sheet.part


def chart_part(place: Place) -> str:
    """The part that holds a chart's numbers."""
    return place.shape.chart.part if place.shape and place.shape.chart else ""


def spoils(
    find: Find, change: Change, part: Callable[[Place], str] = _slide_part, *, everywhere: bool = False
) -> Mutation:
    """A mutation: the last place that can be changed is; where one is enough, or `everywhere`, all of them. `change` answers whether it did, `part` which
    part it is in.
    """

    def mutate(data: bytes, request: Request) -> bytes | None:
        deck = open_model(data)
        parts: list[str] = []
        for place in reversed(find(deck, request)):
            if change(place, request):
                parts.append(part(place))
                if not everywhere and not any_is_enough(request):
                    break
        return written(deck, parts) if parts else None

    return mutate


def spoils_part(change: Callable[[Presentation, Request], str]) -> Mutation:
    """A mutation of another part: `change` answers its name, empty where there is nothing to spoil."""

    def mutate(data: bytes, request: Request) -> bytes | None:
        deck = open_model(data)
        part = change(deck, request)
        return written(deck, [part]) if part else None

    return mutate


def spoils_related(kind: str, change: Callable[[Node], bool]) -> Mutation:
    """A mutation of the parts of a kind that slides name (their notes, their comments): of the last, where one is enough of all."""

    def mutate(data: bytes, request: Request) -> bytes | None:
        deck = open_model(data)
        package = OfficePackage.open(data)
        parts: list[str] = []
        for slide in reversed(slides_of(deck, request)):
            name = package.related(slide.sheet.part, kind)
            if name in deck.trees and change(deck.trees[name]):
                parts.append(name)
                if not any_is_enough(request):
                    break
        return written(deck, parts) if parts else None

    return mutate


def drop_all(top: Node, *names: str) -> bool:
    """Take all elements of these names out of a tree; whether there were any."""
    held = list(top.walk())
    return sum(drop(one, *names) for one in held) > 0


def whole_slides(deck: Presentation, request: Request) -> list[Place]:
    """The slides that a check looks at, as places."""
    return [Place(one) for one in slides_of(deck, request)]


def written(deck: Presentation, parts: Iterable[str]) -> bytes:
    """The file with these parts as their trees are now."""
    return with_parts(deck.data, {part: tree_bytes(deck.trees[part]) for part in parts})


def tree_bytes(top: Node) -> bytes:
    """A part from its tree, under the prefixes of our table; what stands in namespaces that it does not know is left out."""
    declared = "".join(f" xmlns:{prefix}={quoteattr(name)}" for prefix, name in _NAMES.items())
    return "".join(_written(top, declared)).encode()


def _written(node: Node, declared: str = "") -> Iterator[str]:
    if node.name.startswith("?:"):
        return
    told = "".join(
        f" {key}={quoteattr(writable(said))}" for key, said in node.attributes.items() if not key.startswith("?:")
    )
    yield f"<{node.name}{declared}{told}>{escape(writable(node.text))}"
    for one in node.children:
        yield from _written(one)
    yield f"</{node.name}>"


def put(node: Node, **attributes: str) -> bool:
    """Give attributes these values; a `:` in a name is written `__`. Always true, to end a change with."""
    node.attributes = {**node.attributes, **{name.replace("__", ":"): said for name, said in attributes.items()}}
    return True


def drop(node: Node, *names: str) -> bool:
    """Take away the children of these names; whether there were any."""
    kept = [one for one in node.children if one.name not in names]
    changed = len(kept) != len(node.children)
    node.children = kept
    return changed


def take_out(top: Node, wanted: Node) -> bool:
    """Take an element out of the tree it stands in, wherever that is."""
    for one in top.walk():
        if any(child is wanted for child in one.children):
            one.children = [child for child in one.children if child is not wanted]
            return True
    return False


def child(node: Node, name: str, at: int = 0) -> Node:
    """The child of this name, a new one at this place where there was none."""
    found = node.child(name)
    if found is None:
        found = Node(name, {})
        node.children = [*node.children[:at], found, *node.children[at:]]
    return found


def say(node: Node, words: str) -> bool:
    """Give a paragraph other words, in the look of its first run. Always true."""
    runs = [one for one in node.children if one.name == "a:r"]
    first = runs[0] if runs else child(node, "a:r", len(node.children))
    node.children = [one for one in node.children if one.name not in ("a:r", "a:br", "a:fld") or one is first]
    first.children = [one for one in first.children if one.name != "a:t"]
    first.add(worded("a:t", words))
    return True


def worded(name: str, words: str) -> Node:
    """A new element that holds these words."""
    made = Node(name, {})
    made.add_text(words)
    return made


def runs_of(place: Place) -> list[Node]:
    """The `rPr` of every run of a shape, made where there was none."""
    found = []
    for body in place.shape.bodies() if place.shape else ():
        for paragraph in body.paragraphs:
            found += [child(run.node, "a:rPr") for run in paragraph.runs if run.node is not None]
    return found


def paragraphs_of(place: Place) -> list[Node]:
    """The `pPr` of every paragraph of a shape, made where there was none."""
    bodies = place.shape.bodies() if place.shape else ()
    return [child(one.node, "a:pPr") for body in bodies for one in body.paragraphs]
