"""Moodle's XML: questions with their files, tags and categories. Reads what has a counterpart here and says why the rest has none."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from question_bank.formats import moodle_gaps, moodle_types
from question_bank.formats.attachments import Attachments
from question_bank.formats.carried import Ids
from question_bank.formats.drafts import Draft
from question_bank.formats.exchange import (
    MAX_QUESTIONS,
    Defaults,
    Imported,
    Notice,
    NotThisFormat,
    Question,
)
from question_bank.formats.html_math import Budget
from question_bank.formats.lined_tree import Damaged, Node
from question_bank.formats.moodle_answers import UnusableError, no_counterpart
from question_bank.formats.moodle_asked import Around, Asked
from question_bank.formats.moodle_tree import read_tree
from question_bank.formats.moodle_write import MoodleWriter
from question_bank.formats.plain_file import refused, too_large, too_many
from question_bank.formats.stimuli import Stimuli, category_words, no_question
from question_bank.phrase import Phrase, phrase
from question_bank.wording import gettext

_READERS: Mapping[str, Callable[[Asked], Question]] = {**moodle_types.READERS, **moodle_gaps.READERS}
_REASONS: Mapping[str, Phrase] = {
    **dict.fromkeys(
        ("calculated", "calculatedsimple", "calculatedmulti"),
        phrase(
            "a question whose numbers are drawn anew for everybody has no counterpart here: every candidate of a paper gets the same"
        ),
    ),
    "ddimageortext": phrase("pictures dragged onto a picture have no counterpart here"),
    "random": phrase("a question drawn at random from a category is drawn by the blueprint here"),
    "randomsamatch": phrase("a question drawn at random from a category is drawn by the blueprint here"),
}


class Moodle(MoodleWriter):
    """Moodle XML, both ways."""

    NAME = "moodle"
    ENDINGS: tuple[str, ...] = (".xml",)

    def looks_like(self, data: bytes, name: str) -> bool:
        """The root element `quiz`."""
        head = data[:4096].replace(b"\0", b"")
        return b"<quiz" in head and head.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").startswith(b"<")

    def read(self, data: bytes, name: str, defaults: Defaults) -> Imported | NotThisFormat:
        """Every `<question>` of the file is a question, a category, or a description."""
        if (large := too_large(data)) is not None:
            return large
        found = read_tree(data)
        if isinstance(found, Damaged):
            return refused("bad_xml", found.message, found.line)
        root, cleaned = found
        if root.name != "quiz":
            return refused(
                "not_moodle", phrase("the file begins with “%(name)s”, not with “quiz”", name=root.name[:60]), root.line
            )
        nodes = list(root.all("question"))
        if len(nodes) > MAX_QUESTIONS:
            return too_many()
        reader = _Reader(Around(defaults, Ids(name), Attachments(len(data)), Budget.of(len(data))))
        for node in nodes:
            reader.take(node)
        notices = reader.notices
        if cleaned:
            notices.append(Notice("invisible_removed", "", phrase("characters that cannot be seen were taken out")))
        stimuli = reader.stimuli
        return Imported(
            tuple(reader.questions), stimuli.found(), reader.around.attachments.media, tuple(notices), stimuli.topics
        )


class _Reader:
    """Questions in order, with the category each is in."""

    def __init__(self, around: Around) -> None:
        self.around = around
        self.questions: list[Question] = []
        self.notices: list[Notice] = []
        self.stimuli = Stimuli()
        self.number = 0

    def take(self, node: Node) -> None:
        """One `<question>`."""
        kind = node.attributes.get("type", "").strip()
        if kind == "category":
            self.around.category = category_words(node.text("category"))
            self.stimuli.topic(self.around.category, Asked.of(node, Draft(""), self.around).carried)
            return
        self.number += 1
        name = " ".join(node.text("name").split())
        where = gettext("question %(number)s, line %(line)s", number=self.number, line=node.line)
        draft = Draft(f"{where}: {name[:60]}" if name else where)
        asked = Asked.of(node, draft, self.around)
        if kind == "description":
            self._description(asked)
            return
        self.questions.append(self._question(kind, asked))

    def _question(self, kind: str, asked: Asked) -> Question:
        try:
            if (reader := _READERS.get(kind)) is not None:
                return reader(asked)
            reason = _REASONS.get(kind)
            raise UnusableError("unsupported", reason) if reason else no_counterpart(kind)
        except UnusableError as error:
            return asked.rejected(error.code, error.message)

    def _description(self, asked: Asked) -> None:
        """Ours is a stimulus of the items that follow; any other is only mentioned."""
        stimulus = asked.carried.get("stimulus")
        if stimulus:
            self.stimuli.add(stimulus, asked.carried.get("title"), asked.stem())
            return
        self.notices.append(no_question(asked.source(), asked.draft.where))


FORMAT = Moodle()
