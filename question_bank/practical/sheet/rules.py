"""Conditional formats and data validations, also those that newer versions keep in an extension (x14)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from question_bank.formats.office_package import whole
from question_bank.formats.xml_tree import Node
from question_bank.practical.sheet.address import Area, area
from question_bank.practical.sheet.colours import colour
from question_bank.practical.sheet.styles import Look, Styles, read_difference

_MOST = 5000  # rules of one sheet
_MOST_AREAS = 500  # of one rule


@dataclass(frozen=True, slots=True)
class Rule:
    """One conditional format. `kind` is the file's word (cellIs, expression, dataBar, colorScale, iconSet, top10 …)."""

    kind: str
    areas: tuple[Area, ...]
    operator: str = ""
    formulas: tuple[str, ...] = ()
    text: str = ""
    rank: int = 0
    bottom: bool = False
    percent: bool = False
    below: bool = False
    icons: str = ""
    colours: tuple[str, ...] = ()
    points: tuple[tuple[str, str], ...] = ()  # cfvo: type, value
    look: Look | None = None
    stops: bool = False


@dataclass(frozen=True, slots=True)
class Validation:
    """One rule of what may be typed."""

    kind: str  # none, whole, decimal, list, date, time, textLength, custom
    areas: tuple[Area, ...]
    operator: str = "between"
    formulas: tuple[str, ...] = ()
    may_be_blank: bool = False
    dropdown: bool = True
    error_shown: bool = False
    error_style: str = "stop"
    error_title: str = ""
    error: str = ""
    prompt_shown: bool = False
    prompt_title: str = ""
    prompt: str = ""


def areas(text: str) -> tuple[Area, ...]:
    """A list of areas, apart by spaces."""
    return tuple(found for one in text.split()[:_MOST_AREAS] if (found := area(one)) is not None)


def read_rules(top: Node, styles: Styles) -> tuple[Rule, ...]:
    """All conditional formats of a sheet; one that both parts of the file describe is told once."""
    found: list[Rule] = []
    known: set[str] = set()
    for owner in top.all("x:conditionalFormatting"):
        where = areas(owner.get("sqref"))
        for node in owner.all("x:cfRule"):
            if (linked := _linked(node)) is not None:
                known.add(linked)
            found.append(_rule(node, where, styles, "x"))
    for owner in _extended(top, "x14:conditionalFormatting"):
        place = owner.child("xm:sqref")
        where = areas(place.text if place else "")
        for node in owner.all("x14:cfRule"):
            if node.get("id") not in known:
                found.append(_rule(node, where, styles, "x14"))
    return tuple(found[:_MOST])


def _extended(top: Node, name: str) -> Iterator[Node]:
    extensions = top.child("x:extLst")
    return (node for node in extensions.walk() if node.name == name) if extensions else iter(())


def _linked(node: Node) -> str | None:
    inner = next((one for one in node.walk() if one.name == "x14:id"), None)
    return inner.text.strip() if inner else None


def _rule(node: Node, where: tuple[Area, ...], styles: Styles, prefix: str) -> Rule:
    scale = next(
        (one for name in ("dataBar", "colorScale", "iconSet") if (one := node.child(f"{prefix}:{name}"))), None
    )
    number, inline = whole(node.get("dxfId"), -1), node.child("x14:dxf")
    look = styles.differential[number] if 0 <= number < len(styles.differential) else None
    if inline is not None:
        look = read_difference(inline, styles.theme)
    inner = scale.children if scale else ()
    return Rule(
        node.get("type"),
        where,
        node.get("operator"),
        tuple(one.text.strip() for one in node.children if one.name in ("x:formula", "xm:f") and one.text.strip()),
        node.get("text"),
        whole(node.get("rank"), 0),
        node.get("bottom") in ("1", "true"),
        node.get("percent") in ("1", "true"),
        node.get("aboveAverage") in ("0", "false"),
        scale.get("iconSet", "3TrafficLights1") if scale and scale.name.endswith("iconSet") else "",
        tuple(colour(one, styles.theme) for one in inner if one.name.endswith(("color", "fillColor"))),
        tuple((one.get("type"), one.get("val") or _inner(one)) for one in inner if one.name.endswith("cfvo")),
        look,
        node.get("stopIfTrue") in ("1", "true"),
    )


def _inner(node: Node) -> str:
    found = node.child("xm:f")
    return found.text if found else ""


def read_validations(top: Node) -> tuple[Validation, ...]:
    """All validations of a sheet."""
    owner = top.child("x:dataValidations")
    found = [_validation(node, areas(node.get("sqref"))) for node in owner.all("x:dataValidation")] if owner else []
    for node in _extended(top, "x14:dataValidation"):
        place = node.child("xm:sqref")
        found.append(_validation(node, areas(place.text if place else "")))
    return tuple(found[:_MOST])


def _validation(node: Node, where: tuple[Area, ...]) -> Validation:
    def on(name: str) -> bool:
        return node.get(name) in ("1", "true")

    formulas: list[str] = []
    for name in ("formula1", "formula2"):
        said = node.child(f"x:{name}") or node.child(f"x14:{name}")
        if said is not None and (text := said.all_text().strip()):
            formulas.append(text)
    return Validation(
        node.get("type", "none"), where, node.get("operator", "between"), tuple(formulas), on("allowBlank"),
        not on("showDropDown"), on("showErrorMessage"), node.get("errorStyle", "stop"), node.get("errorTitle"),
        node.get("error"), on("showInputMessage"), node.get("promptTitle"), node.get("prompt"),
    )  # fmt: skip
