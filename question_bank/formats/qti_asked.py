"""One item of QTI being read: its texts, its files, its rules, and the question that comes of it."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from question_bank.canonical import JSON
from question_bank.content import Holds, Medium
from question_bank.formats.attachments import Attachments
from question_bank.formats.authoring import ID_PATTERN
from question_bank.formats.carried import Carried, Ids, common_of
from question_bank.formats.drafts import Draft
from question_bank.formats.exchange import Defaults, Question, prefix_of
from question_bank.formats.html import Html
from question_bank.formats.html_math import Budget
from question_bank.formats.lined_tree import Node
from question_bank.formats.moodle_answers import Made, UnusableError, carried_fields, explanation, too_many_options
from question_bank.formats.qti_expressions import Steps
from question_bank.formats.qti_scoring import Scorer
from question_bank.formats.qti_text import Finder, Markup, Open, no_files, texts_of
from question_bank.formats.qti_tree import Room, walk, words
from question_bank.formats.qti_values import Declared, Value
from question_bank.formats.stimuli import Stimuli
from question_bank.ids import NO_STIMULUS, StimulusId
from question_bank.items._choice import LABELS
from question_bank.media import read_medium
from question_bank.phrase import phrase
from question_bank.showing import MediumFile

_ID = re.compile(ID_PATTERN)


@dataclass(slots=True)
class Around:
    """What the items of one file share while it is read."""

    defaults: Defaults
    ids: Ids
    attachments: Attachments
    open: Open = no_files
    budget: Budget = field(default_factory=Budget)
    steps: Steps = field(default_factory=Steps)
    room: Room = field(default_factory=Room)
    stimuli: Stimuli = field(default_factory=Stimuli)
    kept: dict[tuple[str, str, str], Medium | None] = field(default_factory=dict)  # files by path, kind and description
    sizes: dict[str, tuple[int, int]] = field(default_factory=dict)  # of pictures by name, in pixels
    paintable: int = 8_000_000  # pixels of pictures that letters may still be painted on: a second
    texts: dict[str, StimulusId] = field(default_factory=dict)  # stimuli by the path of their document

    def size(self, name: str) -> tuple[int, int]:
        """The size of a picture among the media, measured once; nothing for a drawing."""
        if name not in self.sizes:
            judged = read_medium(self.attachments.media[name])
            self.sizes[name] = (judged.width, judged.height) if isinstance(judged, MediumFile) else (0, 0)
        return self.sizes[name]

    def stimulus(self, path: str, wanted: str, title: str, text: str) -> StimulusId:
        """The stimulus of a document; the first to name it makes it."""
        if path not in self.texts:
            made = wanted if _ID.fullmatch(wanted) else prefix_of(posixpath.basename(path))
            used, number = set(self.texts.values()), 1
            while (name := StimulusId(made if number == 1 else f"{made[:34]}-{number}")) in used:
                number += 1
            self.texts[path] = name
            self.stimuli.add(name, title or made, text)
        return self.texts[path]


@dataclass(slots=True)
class Asked:
    """An item being read. `group` is the title of the section it stands in."""

    item: Node
    draft: Draft
    around: Around
    carried: Carried
    base: str = ""
    group: str = ""
    stimulus: StimulusId = NO_STIMULUS
    keep_order: bool = False
    scorer: Scorer = field(init=False)
    markup: Markup = field(init=False)
    notes: list[str] = field(default_factory=list)  # more for the explanation
    ready: dict[str, Medium] = field(default_factory=dict)  # pictures made here, by the address they have in the HTML
    part: Node | None = None  # the part of the body that is asked here, where an item asks several things
    before: str = ""  # a text that the parts share and that is no stimulus
    number: int = 0  # which part it is, from 1
    others: dict[str, Value] = field(default_factory=dict)  # responses to the other parts, all right

    def __post_init__(self) -> None:
        self.scorer = Scorer.of(self.item, self.around.steps)
        self.markup = Markup(self.draft, self.base, self.around.open, known=self.around.texts, room=self.around.room)

    @property
    def body(self) -> Node:
        """The `itemBody`, or its part. Raises UnusableError."""
        if self.part is not None:
            return self.part
        found = self.item.child("itemBody")
        if found is None:
            raise UnusableError("no_body", phrase("the item has no body"))
        return found

    def declared(self, interaction: Node) -> Declared:
        """The response variable of an interaction. Raises UnusableError."""
        found = self.scorer.responses.get(interaction.attributes.get("responseIdentifier", ""))
        if found is None:
            raise UnusableError("no_declaration", phrase("an interaction names a response that is not declared"))
        return found

    def html(self) -> Html:
        """What reads the item's HTML."""
        return Html(
            self.draft,
            Finder(self.base, self.around.open, self.around.attachments, self.ready, self.around.kept),
            self.around.budget,
        )

    def text(self, node: Node | None, holds: Holds = Holds.STEM) -> str:
        """What is inside an element as a field of ours."""
        return self.html().text(self.markup.inner(node).strip(), holds) if node is not None else ""

    def option(self, node: Node) -> tuple[str, str]:
        """An option's text, and what is said to who chose it."""
        before = len(self.markup.feedback)
        made = self.text(node, Holds.OPTION)
        said = [self._said(one) for one in self.markup.feedback[before:]]
        del self.markup.feedback[before:]
        return made, " ".join(one for one in said if one)

    def options(self, nodes: Sequence[Node]) -> tuple[dict[str, Node], dict[str, str], list[tuple[str, str]]]:
        """Options by their letters, their texts, and what is said to each. Raises UnusableError for too many."""
        if len(nodes) > len(LABELS):
            raise too_many_options(len(nodes), len(LABELS))
        made = {label: self.option(one) for label, one in zip(LABELS, nodes, strict=False)}
        return (
            dict(zip(LABELS, nodes, strict=False)),
            {label: text for label, (text, _) in made.items()},
            [(label, said) for label, (_, said) in made.items()],
        )

    def picture(self, node: Node | None, label: str = "") -> Medium | None:
        """The picture of an `object` or `img`; None, with the reason to review, when it is not there."""
        if node is None:
            return None
        address = node.attributes.get("data") or node.attributes.get("src", "")
        said = node.attributes.get("alt") or words(node) or label
        return Finder(self.base, self.around.open, self.around.attachments, kept=self.around.kept)(
            address, "picture", said, self.draft
        )

    def stem(self, holds: Holds = Holds.STEM) -> str:
        """The body as a stem, with what `markup.swap` puts in the place of interactions."""
        made = self.html().text(self.markup.inner(self.body).strip(), holds)
        made = f"{self.before}\n\n{made}" if self.before else made
        for path, page in self.markup.documents.items():
            made = self._beside(path, page, made)
        return made

    def _beside(self, path: str, page: str, stem: str) -> str:
        """A document that stands beside the question becomes its stimulus, a second one a part of its stem."""
        if self.stimulus and self.around.texts.get(path) != self.stimulus:
            shown = {one.id: one.text for one in self.around.stimuli.found()}
            text = self.html().text(page) if page else shown.get(self.around.texts.get(path, NO_STIMULUS), "")
            self.draft.note("stimulus_in_stem", phrase("a second text beside the question went into its stem"))
            return f"{text}\n\n{stem}" if text else stem
        self.stimulus = self.around.texts.get(path) or self.around.stimulus(path, "", "", self.html().text(page))
        return stem

    def question(self, made: Made, stem: str, said: Iterable[tuple[str, str]] = ()) -> Question:
        """The question with its item. `said`: what is said to single answers."""
        general = self._general()
        texts = (stem, explanation(general, said, self.draft))
        wanted = self.carried.get("id") or self.item.attributes.get("identifier", "")
        identity = self.around.ids.take(f"{wanted[:37]}-{self.number}" if self.number > 1 else wanted)
        common = common_of(self.carried, self.around.defaults, identity, texts, self.draft, self.group)
        if self.stimulus and not common.stimulus:
            common = replace(common, stimulus=self.stimulus)
        if self.keep_order and not self.carried.ours:
            common = replace(common, shuffle=False)
        if self.markup.plays and not self.carried.ours:
            common = replace(common, plays=self.markup.plays)
        fields: dict[str, JSON] = carried_fields(made, self.carried).fields
        return self.draft.question(made.type, common, fields, self.source(), settle=not self.carried.ours)

    def rejected(self, error: UnusableError) -> Question:
        """No item comes of it."""
        return self.draft.rejected(error.code, error.message, self.source())

    def source(self) -> str:
        """The words of the item as they stand in the file."""
        body = self.item.child("itemBody")
        return words(body)

    def _general(self) -> str:
        """The explanation: feedback of the whole item and what markers are told, each once."""
        modal = list(self.item.all("modalFeedback"))
        rubrics = [] if self.carried.ours else self.markup.rubrics
        found = [
            *self.notes,
            *(self._said(one) for one in (*self.markup.feedback, *modal)),
            *(self.text(one) for one in rubrics),
        ]
        return "\n".join(dict.fromkeys(one for one in found if one))

    def _said(self, node: Node) -> str:
        """What a feedback says, after its title."""
        title = " ".join(node.attributes.get("title", "").split())
        text = self.text(node)
        return f"{title}: {text}" if title and text else text

    def interactions(self) -> list[Node]:
        """The interactions of the body in order."""
        return [one for one in walk(self.body) if one.name.endswith("Interaction")]

    def inside(self, name: str) -> list[Node]:
        """The elements of a name in the body."""
        return texts_of(self.body, name)
