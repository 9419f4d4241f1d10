"""Transitions and animations of a slide (ISO/IEC 29500-1, 19.5)."""

from __future__ import annotations

from collections.abc import Iterator

from question_bank.formats.xml_tree import Node
from question_bank.practical.slides.nodes import chosen, every, first, integer, on
from question_bank.practical.slides.shows import Effect, Transition

_BESIDE = ("p:sndAc", "p:extLst")  # inside a transition, and not its kind
_FAMILIES = {
    "entr": "entrance", "emph": "emphasis", "exit": "exit", "path": "motion", "mediacall": "media", "verb": "media",
}  # fmt: skip
_TRIGGERS = {"clickEffect": "click", "withEffect": "with", "afterEffect": "after"}
_SPEEDS = {"slow": 1500, "med": 750, "fast": 500}  # ms, as PowerPoint plays what says only its speed


def read_transition(slide: Node) -> Transition | None:
    """How the slide comes. None where nothing is said, also where an empty element says only what holds anyway."""
    node = first(slide, "p:transition")
    if node is None:
        return None
    kind = next((one for one in chosen(node) if one.name not in _BESIDE), None)
    after = node.get("advTm")
    name = kind.name.partition(":")[2] if kind else ""
    name = kind.get("prst") or name if kind and name == "prstTrans" else name
    by_click = on(node.get("advClick"), True)
    sound = first(node, "p:sndAc", "p:stSnd") is not None
    if not name and not after and by_click and not sound:
        return None
    speed = node.get("spd", "fast")
    duration = integer(node.get("p14:dur"), _SPEEDS.get(speed, 500)) if name else None
    return Transition(name, by_click, integer(after) if after else None, duration, speed, sound, node)


def read_effects(slide: Node) -> tuple[Effect, ...]:
    """The animations in the order they play; those a shape's click starts come after the main ones."""
    timing = first(slide, "p:timing")
    if timing is None:
        return ()
    found: list[Effect] = []
    for sequence in every(timing, "p:seq"):
        root = first(sequence, "p:cTn")
        if root is None:
            continue
        by = _clicked(root) if root.get("nodeType") == "interactiveSeq" else ""
        found += _inside(root, by)
    return tuple(found)


def _clicked(root: Node) -> str:
    condition = first(root, "p:stCondLst", "p:cond")
    target = next(every(condition, "p:spTgt"), None)
    return target.get("spid") if target else "?"


def _inside(root: Node, by: str) -> Iterator[Effect]:
    """Each effect: a time node that says its family."""
    started = False
    for node in every(root, "p:cTn"):
        if node.get("presetClass") not in _FAMILIES:
            continue
        said = _TRIGGERS.get(node.get("nodeType"), "click" if not started else "with")
        trigger = "shape" if by and said == "click" else said
        started = True
        targets = [*every(node, "p:spTgt")]
        path = next((one.get("path") for one in every(node, "p:animMotion")), "")
        yield Effect(
            shape=targets[0].get("spid") if targets else "",
            family=_FAMILIES[node.get("presetClass")],
            preset=integer(node.get("presetID")),
            trigger=trigger,
            duration_ms=_duration(node),
            delay_ms=_delay(node),
            path=path,
            by=by,
            paragraphs=any(first(one, "p:txEl") for one in targets),
            node=node,
        )


def _duration(effect: Node) -> int | None:
    """The longest of the behaviours; None where none says a time. Setting a property takes 1 ms by convention, which is no time."""
    times = [
        integer(one.get("dur")) for behaviour in every(effect, "p:cBhvr") for one in behaviour.all("p:cTn")
        if one.get("dur", "indefinite") != "indefinite"
    ]  # fmt: skip
    longest = max(times, default=None)
    return longest if longest is None or longest > 1 else 0


def _delay(effect: Node) -> int:
    condition = first(effect, "p:stCondLst", "p:cond")
    return integer(condition.get("delay")) if condition else 0
