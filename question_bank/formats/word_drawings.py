"""Pictures, drawings and embedded objects of a Word file, by the parts they lie in. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from question_bank.formats.office_package import whole
from question_bank.formats.word_text import Equation, Missing, Picture, Thing
from question_bank.formats.xml_tree import Node

# What Word and other programs write by themselves describes nothing to somebody who cannot see.
_NO_ALT = re.compile(
    r"^(?:(?:a |hình |ảnh )?(?:picture|image|hình ảnh|hình|ảnh|graphic|object|screenshot|untitled)\s*\d*"
    r"|.*\.(?:png|jpe?g|gif|bmp|emf|wmf|tiff?|webp)|.*[\\/].*|[0-9a-f-]{16,}|)$|automatically generated|được tạo tự động",
    re.IGNORECASE,
)
_EQUATIONS = re.compile(r"^(?:Equation|MathType)", re.IGNORECASE)
_MOST_ALT = 300  # characters, as `attachments`
_WHOLE = 100_000  # a crop is in thousandths of a percent


def drawing_things(node: Node, part_of: Callable[[str], str]) -> Iterator[Thing]:
    """What a `w:drawing` or `w:pict` shows, text boxes apart; something that cannot be taken over is Missing."""
    found = False
    floating = any(inner.name == "wp:anchor" for inner in node.children) or "position:absolute" in _vml_style(node)
    alt = _described(node)
    for inner in node.walk():
        if inner.name == "pic:pic":
            blip = inner.path("pic:blipFill", "a:blip")
            part = part_of(blip.get("r:embed")) if blip else ""
            yield Picture(part, alt, floating, _crop(inner)) if part else Missing("linked_picture")
            found = True
        elif inner.name == "v:imagedata":
            part = part_of(inner.get("r:id"))
            yield Picture(part, alt, floating) if part else Missing("linked_picture")
            found = True
    if not found and not _is_ornament(node):
        yield Missing("chart" if any(inner.name.startswith("c:") for inner in node.walk()) else "drawing")


def object_thing(node: Node, part_of: Callable[[str], str]) -> Thing:
    """A `w:object`: an equation with its preview, another program's object as its picture."""
    ole = next((inner for inner in node.walk() if inner.name == "o:OLEObject"), None)
    image = next((inner for inner in node.walk() if inner.name == "v:imagedata"), None)
    preview = part_of(image.get("r:id")) if image else ""
    if ole is not None and _EQUATIONS.match(ole.get("ProgID")):
        return Equation(part_of(ole.get("r:id")), preview, ole.get("ProgID")[:40])
    return Picture(preview, _described(node)) if preview else Missing("object")


def text_boxes(node: Node) -> list[Node]:
    """The contents of text boxes, outermost first; those of older programs when there are no others."""
    found: list[Node] = []
    todo = [node]
    while todo:
        here = todo.pop()
        if here.name == "w:txbxContent":
            found.append(here)
        elif here.name == "mc:AlternateContent":
            chosen = here.child("mc:Choice") or here.child("mc:Fallback")
            todo += [chosen] if chosen else []
        else:
            todo += reversed(here.children)
    return [box for box in found if box.all_text().strip() or any(one.name == "m:oMath" for one in box.walk())]


def _described(node: Node) -> str:
    for inner in node.walk():
        if inner.name in ("wp:docPr", "pic:cNvPr"):
            said = (inner.get("descr") or inner.get("title")).strip()
            if inner.get("name").startswith("Examroom "):
                return said[:_MOST_ALT]  # of our own export: a description, whatever it says
        elif inner.name == "v:shape":
            said = inner.get("alt").strip()
        else:
            continue
        if said and not _NO_ALT.search(" ".join(said.split())):
            return " ".join(said.split())[:_MOST_ALT]
    return ""


def _crop(node: Node) -> tuple[int, int, int, int]:
    """What is cut off, in thousandths of a percent; a negative crop only adds a margin."""
    cut = node.path("pic:blipFill", "a:srcRect")
    if cut is None:
        return (0, 0, 0, 0)
    left, top, right, bottom = (max(whole(cut.get(side), 0), 0) for side in ("l", "t", "r", "b"))
    if left + right >= _WHOLE or top + bottom >= _WHOLE:
        return (0, 0, 0, 0)
    return (left, top, right, bottom)


def _vml_style(node: Node) -> str:
    shape = node.child("v:shape")
    return shape.get("style").replace(" ", "") if shape else ""


def _is_ornament(node: Node) -> bool:
    """A line or an empty frame: nothing that a question could mean."""
    kinds = {inner.name for inner in node.walk()}
    if any(inner.get("o:hr") in ("t", "true") for inner in node.walk()):
        return True
    shapes = [inner.get("prst") for inner in node.walk() if inner.name == "a:prstGeom"]
    if shapes:
        return all(shape in ("line", "straightConnector1") for shape in shapes)
    return (bool(kinds & {"v:line"}) and not kinds & {"v:shape", "v:group", "v:oval"}) or kinds <= {
        "w:pict",
        "w:drawing",
        "v:shapetype",
    }
