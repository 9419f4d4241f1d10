"""Moodle's questions with something inside their text: embedded answers, words to drag or select, markers on a picture."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from question_bank.canonical import JSON
from question_bank.content import Holds, write
from question_bank.formats.attachments import from_base64
from question_bank.formats.cloze_text import CLOSE, OPEN, find_gaps, is_loose, read_gap, with_names
from question_bank.formats.exchange import Question
from question_bank.formats.lined_tree import Node
from question_bank.formats.moodle_answers import Made, UnusableError, too_many_options
from question_bank.formats.moodle_asked import Asked
from question_bank.formats.region_texts import exact_regions, region_numbers
from question_bank.items._cloze_gaps import LABELS as CHOICES
from question_bank.items._regions import SCALE
from question_bank.items.drag_words import LABELS as WORDS
from question_bank.items.text import folded
from question_bank.media import read_medium
from question_bank.phrase import phrase
from question_bank.showing import MediumFile

MOST_WORKED = 100  # gaps of one text
_PLACE = re.compile(r"\[\[([0-9]{1,3})\]\]")
_POINT = re.compile(r"\s*(-?[0-9]{1,5}(?:\.[0-9]{1,6})?)\s*,\s*(-?[0-9]{1,5}(?:\.[0-9]{1,6})?)\s*")


@dataclass(frozen=True, slots=True)
class _Word:
    """A word to drag or select: as a field of ours, its group, whether it may serve again."""

    text: str
    group: str
    again: bool


def cloze(asked: Asked) -> Question:
    """A text with embedded answers."""
    node = asked.node.child("questiontext")
    found = find_gaps(asked.html("questiontext"))
    if node is None or not found.gaps:
        raise UnusableError("no_gap", phrase("the text has no gap that can be read"))
    _bounded(len(found.gaps))
    if is_loose(found.text):
        asked.draft.doubt("gap_left", phrase("something in the text looks like a gap, but cannot be read as one"))
    lines = (node.attributes.get("format") or "html") == "moodle_auto_format"
    html = asked.reader(node, lines)
    html.budget.gaps -= len(found.gaps)
    if html.budget.gaps < 0:
        raise UnusableError(
            "too_many_gaps", phrase("the file has far more gaps than words: this question was not read")
        )
    names = asked.carried.gap_names(len(found.gaps))
    stem = asked.with_old_picture(html.text(with_names(found.text, names), Holds.ALL))
    gaps: dict[str, JSON] = {}
    said: list[tuple[str, str]] = []
    for name, gap in zip(names, found.gaps, strict=True):
        gaps[name] = asked.carried.compared(name, read_gap(gap, lambda text: html.text(text, Holds.LINE), asked.draft))
    kinds = {word for _, word, _ in found.gaps}
    if any(word.startswith(("MULTICHOICE", "MC")) for word in kinds) and not any(word.endswith("S") for word in kinds):
        asked.keep_order = not asked.carried.ours
    asked.draft.evidence.append(phrase("the right answers stand in the gaps"))
    return asked.question(Made("cloze", {"gaps": gaps}), said, stem)


def select_words(asked: Asked) -> Question:
    """Words to select at each place of the text: a choice for each gap, among the words of its group."""
    words = _words(asked, "selectoption")
    places, names, stem = _placed(asked, words)
    gaps: dict[str, JSON] = {}
    for name, place in zip(names, places, strict=True):
        if not words[place].text:
            raise UnusableError("no_key", phrase("a place in the text names no word"))
        group = [(number, word) for number, word in words.items() if word.group == words[place].group and word.text]
        if len(group) > len(CHOICES):
            raise too_many_options(len(group), len(CHOICES))
        options: dict[str, JSON] = {label: word.text for label, (_, word) in zip(CHOICES, group, strict=False)}
        key = next(label for label, (number, _) in zip(CHOICES, group, strict=False) if number == place)
        gaps[name] = {"kind": "choice", "options": options, "key": key}
    asked.draft.evidence.append(phrase("the places in the text name their words"))
    _order(asked)
    return asked.question(Made("cloze", {"gaps": gaps}), (), stem)


def drag_words(asked: Asked) -> Question:
    """Words to drag to places of the text; words that say the same are one that may serve again."""
    words = _words(asked, "dragbox")
    places, names, stem = _placed(asked, words)
    if len({word.group for word in words.values() if word.text}) > 1:
        asked.draft.note("groups_joined", phrase("the file has groups of words; here any word fits into any gap"))
    labels: dict[str, str] = {}
    texts: dict[str, JSON] = {}
    again = any(word.again for word in words.values()) or asked.carried.get("reuse") == "true"
    by_number: dict[str, str] = {}
    for number, word in words.items():
        if not word.text:
            continue
        if folded(word.text) not in labels and len(texts) == len(WORDS):
            raise UnusableError("too_many_options", phrase("more than %(most)s words", most=len(WORDS)))
        again = again or folded(word.text) in labels
        label = labels.setdefault(folded(word.text), WORDS[min(len(texts), len(WORDS) - 1)])
        texts.setdefault(label, word.text)
        by_number[number] = label
    if any(place not in by_number for place in places):
        raise UnusableError("no_key", phrase("a place in the text names no word"))
    again = again or len(set(places)) < len(places)
    gaps: dict[str, JSON] = {name: by_number[place] for name, place in zip(names, places, strict=True)}
    asked.draft.evidence.append(phrase("the places in the text name their words"))
    _order(asked)
    return asked.question(
        Made("drag_words", {"words": texts, "gaps": gaps, **({"reuse": "true"} if again else {})}), (), stem
    )


def markers(asked: Asked) -> Question:
    """Places to mark on a picture; only with one marker, since our points have no names."""
    drags, drops = list(asked.node.all("drag")), list(asked.node.all("drop"))
    file = asked.node.child("file")
    data = from_base64(file.inner()) if file else None
    judged = read_medium(data) if data else None
    if len(drags) != 1 or not drops or not isinstance(judged, MediumFile) or not judged.width or data is None:
        raise UnusableError(
            "markers",
            phrase("markers on a picture: only one marker on a picture of known size can become places to point at"),
        )
    size = judged.width, judged.height
    label = asked.plain(asked.text(drags[0], Holds.LINE))
    picture = asked.around.attachments.keep(data, "picture", asked.carried.get("label"), asked.draft)
    if picture is None:
        raise UnusableError("bad_file", phrase("a file inside the text is damaged"))
    regions = exact_regions(asked.carried, [_region(drop, size) for drop in drops], min(size), circles=True)
    if not asked.carried.ours:
        message = phrase(
            "markers became points: look whether the text asks for them; the marker was called %(marker)s",
            marker=label[:60],
        )
        asked.draft.doubt("markers", message)
    fields: dict[str, JSON] = {"picture": write((picture,)), "regions": [*regions]}
    most = asked.carried.get("most")
    return asked.question(Made("hotspot", fields | ({"most": most} if most else {})))


def _region(drop: Node, size: tuple[int, int]) -> dict[str, JSON]:
    """A drop zone in ten-thousandths of the picture."""
    parts = drop.text("coords").split(";")
    points = [_POINT.fullmatch(part) for part in parts[:25]]
    x_scale, y_scale = (Fraction(SCALE, side) for side in size)
    shape = drop.text("shape").lower()
    if points and points[0]:
        x, y = Fraction(points[0][1]) * x_scale, Fraction(points[0][2]) * y_scale
        if shape == "circle" and len(parts) == 2 and re.fullmatch(r"\s*[0-9]{1,5}(\.[0-9]{1,6})?\s*", parts[1]):
            radius = Fraction(parts[1].strip())
            return {"ellipse": region_numbers(x, y, radius * x_scale, radius * y_scale)}
        if shape == "rectangle" and len(parts) == 2 and points[1]:
            return {
                "rectangle": region_numbers(
                    x, y, x + Fraction(points[1][1]) * x_scale, y + Fraction(points[1][2]) * y_scale
                )
            }
        if shape == "polygon" and all(points):
            corners = [(Fraction(one[1]) * x_scale, Fraction(one[2]) * y_scale) for one in points if one]
            return {"polygon": region_numbers(*(at for corner in corners for at in corner))}
    raise UnusableError("bad_region", phrase("this is not a region of the picture"))


def _words(asked: Asked, name: str) -> dict[str, _Word]:
    """The words by their number in the file, from 1."""
    found: dict[str, _Word] = {}
    for number, node in enumerate(asked.node.all(name), 1):
        group = node.text("group") or node.text("draggroup") or "1"
        found[str(number)] = _Word(asked.text(node, Holds.LINE), group, node.child("infinite") is not None)
    return found


def _placed(asked: Asked, words: Mapping[str, _Word]) -> tuple[list[str], list[str], str]:
    """The places of the text: the numbers of their words, the names of their gaps, and the stem with the gaps."""
    node = asked.node.child("questiontext")
    source = asked.html("questiontext").replace(OPEN, "\ufffd").replace(CLOSE, "\ufffd")
    places = [place for place in _PLACE.findall(source) if place in words]
    if node is None or not places:
        raise UnusableError("no_gap", phrase("the text has no gap that can be read"))
    _bounded(len(places))
    met = iter(range(1, len(places) + 1))
    signed = _PLACE.sub(lambda found: f"{OPEN}{next(met)}{CLOSE}" if found[1] in words else found[0], source)
    if len(places) < len(_PLACE.findall(source)):
        asked.draft.doubt("gap_left", phrase("something in the text looks like a gap, but cannot be read as one"))
    names = asked.carried.gap_names(len(places))
    return places, names, asked.reader(node).text(with_names(signed, names), Holds.ALL)


def _bounded(gaps: int) -> None:
    """A text with far too many gaps is not worked out at all; one with a few too many is for somebody to divide."""
    if gaps > MOST_WORKED:
        raise UnusableError("too_many_gaps", phrase("more than %(most)s gaps", most=MOST_WORKED))


def _order(asked: Asked) -> None:
    asked.keep_order = (
        not asked.truth("shuffleanswers", True)
        and asked.node.child("shuffleanswers") is not None
        and not asked.carried.ours
    )


READERS: Mapping[str, Callable[[Asked], Question]] = {
    "multianswer": cloze,
    "cloze": cloze,
    "gapselect": select_words,
    "ddwtos": drag_words,
    "ddmarker": markers,
}
