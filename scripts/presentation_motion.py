"""Animations for presentations of ours, as PowerPoint writes them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

_NODES: Final = {"click": "clickEffect", "with": "withEffect", "after": "afterEffect"}
_CLASSES: Final = {"entrance": "entr", "emphasis": "emph", "exit": "exit", "motion": "path"}


@dataclass(frozen=True)
class Play:
    """One animation of a shape; times in ms. `path` for a motion, in parts of the slide."""

    shape: int
    family: str = "entrance"
    preset: int = 10
    trigger: str = "click"
    duration: int = 500
    delay: int = 0
    path: str = ""


def timing(plays: Sequence[Play]) -> str:
    """The timing of a slide: each click begins a part of its own."""
    parts = "".join(_part(one, 3 + 6 * at) for at, one in enumerate(plays))
    turns = "".join(
        f'<p:{kind}CondLst><p:cond evt="on{kind.title()}" delay="0"><p:tgtEl><p:sldTgt/></p:tgtEl></p:cond></p:{kind}CondLst>'
        for kind in ("prev", "next")
    )
    return (
        '<p:timing><p:tnLst><p:par><p:cTn id="1" dur="indefinite" restart="never" nodeType="tmRoot"><p:childTnLst>'
        '<p:seq concurrent="1" nextAc="seek"><p:cTn id="2" dur="indefinite" nodeType="mainSeq"><p:childTnLst>'
        f"{parts}</p:childTnLst></p:cTn>{turns}</p:seq></p:childTnLst></p:cTn></p:par></p:tnLst></p:timing>"
    )


def _part(one: Play, number: int) -> str:
    start = "indefinite" if one.trigger == "click" else "0"
    return (
        f'<p:par><p:cTn id="{number}" fill="hold"><p:stCondLst><p:cond delay="{start}"/></p:stCondLst><p:childTnLst>'
        f'<p:par><p:cTn id="{number + 1}" fill="hold"><p:stCondLst><p:cond delay="0"/></p:stCondLst><p:childTnLst>'
        f'<p:par><p:cTn id="{number + 2}" presetID="{one.preset}" presetClass="{_CLASSES[one.family]}" presetSubtype="0" fill="hold" '
        f'nodeType="{_NODES[one.trigger]}"><p:stCondLst><p:cond delay="{one.delay}"/></p:stCondLst><p:childTnLst>{_behaviour(one, number + 3)}'
        "</p:childTnLst></p:cTn></p:par></p:childTnLst></p:cTn></p:par></p:childTnLst></p:cTn></p:par>"
    )


def _behaviour(one: Play, number: int) -> str:
    target = f'<p:tgtEl><p:spTgt spid="{one.shape}"/></p:tgtEl>'
    if one.family == "motion":
        names = "<p:attrNameLst><p:attrName>ppt_x</p:attrName><p:attrName>ppt_y</p:attrName></p:attrNameLst>"
        return (
            f'<p:animMotion origin="layout" path="{one.path}" pathEditMode="relative"><p:cBhvr><p:cTn id="{number}" dur="{one.duration}" fill="hold"/>'
            f"{target}{names}</p:cBhvr></p:animMotion>"
        )
    shown = (
        f'<p:set><p:cBhvr><p:cTn id="{number}" dur="1" fill="hold"><p:stCondLst><p:cond delay="0"/></p:stCondLst></p:cTn>{target}'
        '<p:attrNameLst><p:attrName>style.visibility</p:attrName></p:attrNameLst></p:cBhvr><p:to><p:strVal val="visible"/></p:to></p:set>'
    )
    return f'{shown}<p:animEffect transition="in" filter="fade"><p:cBhvr><p:cTn id="{number + 1}" dur="{one.duration}"/>{target}</p:cBhvr></p:animEffect>'
