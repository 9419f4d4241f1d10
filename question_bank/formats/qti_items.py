"""One assessment item of QTI as a question: which of our types carries it, or why none does."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from question_bank.formats import qti_graphic, qti_pairs, qti_types
from question_bank.formats.exchange import Question
from question_bank.formats.lined_tree import Node
from question_bank.formats.moodle_answers import UnusableError, no_counterpart
from question_bank.formats.qti_asked import Asked
from question_bank.formats.qti_gaps import cloze, drag_words
from question_bank.formats.qti_parts import asking_in, split
from question_bank.formats.qti_text import FEEDBACK
from question_bank.formats.qti_tree import elements, walk
from question_bank.phrase import Phrase, phrase

_READERS: Mapping[str, Callable[[Asked, Node], Question]] = {
    **qti_types.READERS,
    **qti_pairs.READERS,
    **qti_graphic.READERS,
    "inlineChoiceInteraction": lambda asked, interaction: cloze(asked, [interaction]),
    "gapMatchInteraction": drag_words,
}
_REASONS: Mapping[str, Phrase] = {
    "drawingInteraction": phrase("a drawing to be made has no counterpart here"),
    "customInteraction": phrase(
        "an interaction of its maker's own (custom) runs a program, which has no counterpart here"
    ),
    "portableCustomInteraction": phrase(
        "an interaction of its maker's own (custom) runs a program, which has no counterpart here"
    ),
    "mediaInteraction": phrase("a recording to be played asks nothing that could be marked"),
}


def read_item(asked: Asked) -> list[Question]:
    """The questions of an `assessmentItem`: one, or one for each part where it asks several things that are no gaps of one text."""
    try:
        parts = split(asked) if asked.carried.get("type") != "cloze" else []
    except UnusableError as error:
        return [asked.rejected(error)]
    return [_question(one) for one in parts or [asked]]


def _question(asked: Asked) -> Question:
    try:
        return _read(asked)
    except UnusableError as error:
        return asked.rejected(error)


def _read(asked: Asked) -> Question:
    item = asked.item
    if item.child("templateDeclaration") or item.child("templateProcessing"):
        message = phrase(
            "a question whose numbers are drawn anew for everybody has no counterpart here: every candidate of a paper gets the same"
        )
        raise UnusableError("template", message)
    found, asking = asked.interactions(), asking_in(asked)
    if any(one.name == "endAttemptInteraction" for one in found):
        asked.draft.note("hints_dropped", phrase("hints were left out"))
    if item.child("stylesheet"):
        asked.draft.note("looks_dropped", phrase("colours, sizes and fonts were left out"))
    if item.flag("adaptive"):
        _adaptive(asked, asking)
    if not asking:
        raise UnusableError(
            "no_interaction", _REASONS["mediaInteraction"] if found else phrase("the item asks nothing")
        )
    if asked.carried.get("type") == "cloze" or len(asking) > 1:
        return cloze(asked, asking)
    return _alone(asked, asking[0])


def _adaptive(asked: Asked, asking: list[Node]) -> None:
    """An item that only helps on request can be looked at; one that asks something else with each attempt cannot be read."""
    hidden = {id(one) for block in walk(asked.body) if block.name in FEEDBACK for one in walk(block)}
    message = phrase("an adaptive item changes with each attempt; here a question is answered once")
    if any(id(one) in hidden for one in asking):
        raise UnusableError("adaptive", message)
    asked.draft.doubt("adaptive", message)


def _alone(asked: Asked, interaction: Node) -> Question:
    reader = _READERS.get(interaction.name)
    if reader is None:
        reason = _REASONS.get(interaction.name)
        raise UnusableError("unsupported", reason) if reason else no_counterpart(interaction.name)
    return reader(asked, interaction)


@dataclass(frozen=True, slots=True)
class Keywords:
    """The words that a manifest gives to a resource."""

    words: tuple[str, ...]

    @classmethod
    def of(cls, resource: Node) -> Keywords:
        """The keywords of its LOM metadata, each once."""
        found: dict[str, None] = {}
        todo = deque(one for one in elements(resource) if one.name == "metadata")
        while todo:
            here = todo.popleft()
            if here.name == "keyword":
                for string in elements(here):
                    found[string.inner().strip() if not elements(string) else ""] = None
            else:
                todo += elements(here)
        return cls(tuple(one for one in found if one))
