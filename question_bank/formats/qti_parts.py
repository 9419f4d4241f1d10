"""Items that ask several things: as gaps of one text where they stand among words, else a question for each.

Each part has the largest block of the body that asks nothing else; what is outside of all blocks is a text that the parts share.
"""

from __future__ import annotations

from dataclasses import replace

from question_bank.formats.drafts import Draft
from question_bank.formats.lined_tree import Node
from question_bank.formats.moodle_answers import UnusableError
from question_bank.formats.qti_asked import Asked
from question_bank.formats.qti_gaps import INLINE, right_response
from question_bank.formats.qti_text import FEEDBACK, Markup
from question_bank.formats.qti_tree import elements, walk
from question_bank.formats.qti_values import Value
from question_bank.phrase import phrase
from question_bank.wording import gettext

MOST_PARTS = 20
_IN_LINE = frozenset({"inlineChoiceInteraction", "textEntryInteraction"})
_SILENT = frozenset({"mediaInteraction", "endAttemptInteraction"})


def asking_in(asked: Asked) -> list[Node]:
    """The interactions that ask something."""
    return [one for one in asked.interactions() if one.name not in _SILENT]


def split(asked: Asked) -> list[Asked]:
    """The parts of an item; none when it is one question. Raises UnusableError for too many."""
    if asked.item.child("itemBody") is None:
        return []
    asking = asking_in(asked)
    in_text = any(one.name in _IN_LINE for one in asking) and all(one.name in INLINE for one in asking)
    hidden = {id(one) for block in walk(asked.body) if block.name in FEEDBACK for one in walk(block)}
    if (
        len(asking) < 2
        or in_text
        or any(id(one) in hidden for one in asking)
        or asked.item.child("templateDeclaration")
    ):
        return []
    if len(asking) > MOST_PARTS:
        raise UnusableError(
            "several_interactions", phrase("more than %(most)s interactions in one item", most=MOST_PARTS)
        )
    blocks = [_block(asked.body, one, asking) for one in asking]
    _share(asked, blocks)
    right = {name: right_response(asked, declared) for name, declared in asked.scorer.responses.items()}
    return [_part(asked, block, number, len(blocks), right) for number, block in enumerate(blocks, 1)]


def _block(body: Node, interaction: Node, asking: list[Node]) -> Node:
    """The largest element that holds this interaction and no other."""
    found, here = interaction, body
    others = {id(one) for one in asking if one is not interaction}
    while here is not interaction:
        inner = next(one for one in elements(here) if any(node is interaction for node in walk(one)))
        if not any(id(node) in others for node in walk(inner)):
            return inner
        found = here = inner
    return found


def _share(asked: Asked, blocks: list[Node]) -> None:
    """What stands outside of the parts becomes the stimulus of all; beside another stimulus it begins the stem of each."""
    markup = Markup(asked.draft, asked.base, asked.around.open, {id(one): "" for one in blocks}, room=asked.around.room)
    text = asked.html().text(markup.inner(asked.body).strip())
    if not text:
        return
    if asked.stimulus:
        asked.before = text
        return
    path = f"{asked.draft.where}#parts"
    title = " ".join(asked.item.attributes.get("title", "").split())
    asked.stimulus = asked.around.stimulus(path, "", title, text)


def _part(asked: Asked, block: Node, number: int, count: int, right: dict[str, Value]) -> Asked:
    draft = Draft(
        gettext("%(where)s, part %(number)s of %(count)s", where=asked.draft.where, number=number, count=count)
    )
    draft.review.update(asked.draft.review)
    draft.notices.update(asked.draft.notices)
    draft.note(
        "parts",
        phrase("an item that asks several things became a question for each; what they share is their common text"),
    )
    body = Node("itemBody", {}, block.line, [block])
    return replace(asked, draft=draft, part=body, number=number, others=dict(right), notes=[], ready={})
