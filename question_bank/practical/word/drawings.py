"""Pictures and shapes of a Word file: DrawingML, and VML where a program wrote only that. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from question_bank.formats.office_package import whole
from question_bank.formats.word_measures import EMU_OF_MM, vml_millimetres
from question_bank.formats.xml_tree import Node
from question_bank.practical.word.content import At, Drawing
from question_bank.practical.word.places import Place

_LINES = ("line", "lineInv", "straightConnector1")
_WRAPS = {
    "wp:wrapSquare": "square", "wp:wrapTight": "tight", "wp:wrapThrough": "through", "wp:wrapTopAndBottom": "top_bottom",
}  # fmt: skip
_VML_WRAPS = {"square": "square", "tight": "tight", "through": "through", "topAndBottom": "top_bottom"}
_VML_SHAPES = {
    "v:line": "line",
    "v:rect": "rect",
    "v:roundrect": "roundRect",
    "v:oval": "ellipse",
    "v:shape": "",
    "v:polyline": "polyline",
}
_WORD_ART = re.compile(r"_x0000_t1(?:3[6-9]|[4-6][0-9]|7[0-5])$")  # the shape types 136 … 175 of VML are text effects
_STRAIGHT = "_x0000_t32"
_FACTOR = 60_000  # a rotation is in 60,000ths of a degree


def read_drawings(node: Node, at: At, place: Place, part_of: Callable[[str], str]) -> Iterator[Drawing]:
    """What a `w:drawing`, `w:pict` or `w:object` shows; each shape of a group, which the text boxes in it are no part of."""
    plain = Drawing("shape", at, place)
    if node.name == "w:drawing":
        for frame in node.children:
            if frame.name in ("wp:inline", "wp:anchor"):
                yield from _framed(frame, plain, part_of)
    else:
        shapes = list(_vml(node))
        for shape in shapes:
            yield _of_vml(shape, replace(plain, grouped=len(shapes) > 1), part_of, is_object=node.name == "w:object")


def box_of(node: Node) -> Node | None:
    """The text box of one shape of a group or of none, None without one."""
    return node.path("wps:txbx", "w:txbxContent") or node.path("v:textbox", "w:txbxContent")


def shapes_of(node: Node) -> list[Node]:
    """The nodes of the shapes that `read_drawings` gives, in its order."""
    if node.name == "w:drawing":
        return [one for frame in node.children for one in _leaves(frame)]
    return list(_vml(node))


def _framed(frame: Node, plain: Drawing, part_of: Callable[[str], str]) -> Iterator[Drawing]:
    extent = frame.child("wp:extent")
    described = frame.child("wp:docPr")
    wrap = next((word for name, word in _WRAPS.items() if frame.child(name) is not None), "")
    behind = frame.get("behindDoc") in ("1", "true")
    floating = frame.name == "wp:anchor"
    one = replace(
        plain,
        width_mm=_emu(extent, "cx"),
        height_mm=_emu(extent, "cy"),
        wrap=(wrap or ("behind" if behind else "front")) if floating else "inline",
        behind=behind,
        alt=(described.get("descr") or described.get("title")).strip() if described else "",
        align=_alignment(frame),
    )
    leaves = _leaves(frame)
    for leaf in leaves:
        yield _of_leaf(leaf, one if len(leaves) == 1 else replace(one, grouped=True), part_of)


def _leaves(frame: Node) -> list[Node]:
    """The single pictures, shapes, charts of a drawing, groups opened."""
    found: list[Node] = []
    todo = [frame]
    while todo:
        here = todo.pop()
        if here.name in ("pic:pic", "wps:wsp", "c:chart", "dgm:relIds"):
            found.append(here)
        elif here.name == "mc:AlternateContent":
            chosen = here.child("mc:Choice") or here.child("mc:Fallback")
            todo += [chosen] if chosen else []
        else:
            todo += reversed(here.children)
    return found


def _of_leaf(leaf: Node, plain: Drawing, part_of: Callable[[str], str]) -> Drawing:
    if leaf.name == "c:chart":
        return replace(plain, kind="chart", part=part_of(leaf.get("r:id")))
    if leaf.name == "dgm:relIds":
        return replace(plain, kind="diagram", part=part_of(leaf.get("r:dm")))
    form = leaf.child("wps:spPr") or leaf.child("pic:spPr")
    moved = form.child("a:xfrm") if form else None
    size = moved.child("a:ext") if moved else None
    if plain.grouped and size is not None:
        plain = replace(plain, width_mm=_emu(size, "cx"), height_mm=_emu(size, "cy"))
    plain = replace(plain, rotation=whole(moved.get("rot"), 0) / _FACTOR if moved else 0.0)
    if leaf.name == "pic:pic":
        blip = leaf.path("pic:blipFill", "a:blip")
        return replace(plain, kind="picture", part=part_of(blip.get("r:embed")) if blip else "")
    return _shape(leaf, form, plain)


def _shape(leaf: Node, form: Node | None, plain: Drawing) -> Drawing:
    geometry = form.child("a:prstGeom") if form else None
    shape = geometry.get("prst") if geometry else ""
    outline = form.child("a:ln") if form else None
    warp = leaf.path("wps:bodyPr", "a:prstTxWarp")
    box = box_of(leaf)
    kind = "line" if shape in _LINES else "shape"
    if warp is not None and warp.get("prst") not in ("", "textNoShape"):
        kind = "word_art"
    elif box is not None and (
        shape in ("rect", "") or (leaf.child("wps:cNvSpPr") or leaf).get("txBox") in ("1", "true")
    ):
        kind = "text_box"
    dash = outline.child("a:prstDash") if outline else None
    return replace(
        plain,
        kind=kind,
        shape=shape,
        fill=_solid(form),
        colour=_solid(outline),
        line_pt=whole(outline.get("w"), 0) / 12_700 if outline else 0.0,
        dashed=dash is not None and dash.get("val") not in ("", "solid"),
        text=_text(box) if box is not None else "",
    )


def _solid(node: Node | None) -> str:
    colour = node.path("a:solidFill", "a:srgbClr") if node else None
    return colour.get("val").upper() if colour else ""


def _alignment(frame: Node) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for axis, name in (("h", "wp:positionH"), ("v", "wp:positionV")):
        said = frame.path(name, "wp:align")
        if said is not None and said.text.strip():
            found[axis] = said.text.strip()
    return found


def _vml(node: Node) -> Iterator[Node]:
    """The shapes of a `w:pict`, groups opened, without those inside text boxes."""
    todo = list(reversed(node.children))
    while todo:
        here = todo.pop()
        if here.name in _VML_SHAPES:
            yield here
        elif here.name != "w:txbxContent":
            todo += reversed(here.children)


def _of_vml(shape: Node, plain: Drawing, part_of: Callable[[str], str], *, is_object: bool) -> Drawing:
    style = dict(piece.strip().lower().partition(":")[::2] for piece in shape.get("style").split(";"))
    floating = style.get("position", "static").strip() == "absolute"
    wrap = next((one.get("type") for one in shape.children if one.name.endswith(":wrap")), "")
    image, path, box = shape.child("v:imagedata"), shape.child("v:textpath"), shape.path("v:textbox", "w:txbxContent")
    kind = "shape"
    if path is not None and (path.get("string") or _WORD_ART.search(shape.get("type"))):
        kind = "word_art"
    elif is_object:
        kind = "object"
    elif image is not None:
        kind = "picture"
    elif shape.name == "v:line" or shape.get("type").endswith(_STRAIGHT) or shape.get("o:hr") in ("t", "true"):
        kind = "line"
    elif box is not None:
        kind = "text_box"
    behind = style.get("z-index", "").strip().startswith("-")
    width, height = _vml_size(shape, style)
    colour, fill = (shape.get(name).lstrip("#").upper() for name in ("strokecolor", "fillcolor"))
    return replace(
        plain, kind=kind, shape=_VML_SHAPES[shape.name], width_mm=width, height_mm=height, behind=behind,
        wrap=(_VML_WRAPS.get(wrap) or ("behind" if behind else "front")) if floating else "inline",
        alt=shape.get("alt").strip(), part=part_of(image.get("r:id")) if image else "",
        text=path.get("string") if path is not None else _text(box) if box is not None else "",
        colour=colour if re.fullmatch("[0-9A-F]{6}", colour) else "",
        fill=fill if re.fullmatch("[0-9A-F]{6}", fill) else "",
    )  # fmt: skip


def _vml_size(shape: Node, style: Mapping[str, str]) -> tuple[float, float]:
    if shape.name != "v:line":
        return vml_millimetres(style.get("width", "")), vml_millimetres(style.get("height", ""))
    ends = [[vml_millimetres(one) for one in shape.get(name).split(",")] for name in ("from", "to")]
    if any(len(end) != 2 for end in ends):
        return 0.0, 0.0
    return abs(ends[1][0] - ends[0][0]), abs(ends[1][1] - ends[0][1])


def _emu(node: Node | None, name: str) -> float:
    return round(whole(node.get(name), 0) / EMU_OF_MM, 2) if node else 0.0


def _text(node: Node) -> str:
    """The words of a text box, its paragraphs on lines."""
    lines = (one for one in node.walk() if one.name == "w:p")
    return "\n".join("".join(text.text for text in line.walk() if text.name == "w:t") for line in lines)
