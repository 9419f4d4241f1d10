"""One question of a Moodle XML file: its texts in their formats, its files, its answers, its tags."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from urllib.parse import unquote

from question_bank.canonical import JSON
from question_bank.content import Holds, Medium, literal, write
from question_bank.formats.attachments import Attachments, from_base64
from question_bank.formats.carried import Carried, Ids, common_of, read_carried
from question_bank.formats.drafts import Draft
from question_bank.formats.exchange import Defaults, Question
from question_bank.formats.html import Html
from question_bank.formats.html_math import Budget
from question_bank.formats.html_text import looks_like_html, nothing_found, visible
from question_bank.formats.html_tokens import unescaped
from question_bank.formats.lined_tree import Node
from question_bank.formats.markdown import to_html
from question_bank.formats.moodle_answers import Answer, Made, carried_fields, explanation, percent_of
from question_bank.phrase import Phrase, phrase

PLUGINFILE = "@@PLUGINFILE@@"
_TAGS = re.compile(r"<[^<>]{0,300}>")
# What Moodle itself writes for every question: that it is lost is nothing to know.
_STANDARD = frozenset({
    "your answer is correct.", "your answer is partially correct.", "your answer is incorrect.",
    "câu trả lời của bạn đúng", "câu trả lời của bạn đúng một phần.", "câu trả lời của bạn sai.",
})  # fmt: skip


@dataclass(slots=True)
class Around:
    """What the questions of one file share while it is read."""

    defaults: Defaults
    ids: Ids
    attachments: Attachments
    budget: Budget
    category: str = ""


@dataclass(slots=True)
class Asked:
    """A question being read."""

    node: Node
    draft: Draft
    around: Around
    carried: Carried
    keep_order: bool = False  # the file says that options are not shuffled

    @classmethod
    def of(cls, node: Node, draft: Draft, around: Around) -> Asked:
        """The question of a `<question>` element."""
        groups = [*node.all("tags"), *node.all("coursetags")]
        found = [tag.text("text") or tag.inner().strip() for group in groups for tag in group.all("tag")]
        return cls(node, draft, around, read_carried(found))

    def field(self, name: str) -> str:
        """The text of a field, empty for none."""
        return self.node.text(name)

    def truth(self, name: str, default: bool) -> bool:
        """A field that is true or false, as Moodle reads it; an empty element means true."""
        found = self.node.child(name)
        return default if found is None else found.inner().strip().lower() not in ("false", "0", "no")

    def html(self, name: str) -> str:
        """A field's text as HTML, whatever its format."""
        found = self.node.child(name)
        return self._as_html(found)[0] if found else ""

    def text(self, node: Node | None, holds: Holds = Holds.STEM) -> str:
        """A text with its files as a field of ours; empty for none."""
        if node is None:
            return ""
        source, lines, plain = self._as_html(node)
        return literal(source.strip()) if plain else self.reader(node, lines).text(source, holds)

    def reader(self, node: Node, lines: bool = False) -> Html:
        """What reads the HTML of an element that has files."""
        return Html(self.draft, self._finder(node), self.around.budget, lines)

    def stem(self) -> str:
        """The question's text."""
        return self.with_old_picture(self.text(self.node.child("questiontext")))

    def with_old_picture(self, words: str) -> str:
        """A stem, and below it the picture that files of Moodle 1.9 have beside it."""
        name, data = self.field("image"), self.field("image_base64")
        if not name:
            return words
        decoded = from_base64(data) if data else None
        made = (
            self.around.attachments.keep(decoded, "picture", "", self.draft)
            if decoded
            else nothing_found(name, "", "", self.draft)
        )
        return f"{words}\n{write((made,))}" if made else words

    def answers(self, holds: Holds = Holds.OPTION) -> list[Answer]:
        """The `<answer>` elements with their texts as options."""
        return [
            Answer(self.text(one, holds), self.percent(one), self.text(one.child("feedback")))
            for one in self.node.all("answer")
        ]

    def typed_answers(self) -> list[Answer]:
        """The `<answer>` elements with their texts as candidates would type them."""
        return [
            Answer(
                self.plain(_own_text(one)), self.percent(one), self.text(one.child("feedback")), one.text("tolerance")
            )
            for one in self.node.all("answer")
        ]

    def percent(self, answer: Node) -> Fraction:
        """What an answer earns; the element that old files have counts in ones."""
        old = answer.text("fraction")
        found = percent_of(answer.attributes.get("fraction", "")) if not old else percent_of(old)
        if found is None and (old or answer.attributes.get("fraction")):
            self.draft.doubt(
                "bad_fraction", phrase("what an answer earns is no number: %(fraction)s", fraction=(old or "?")[:40])
            )
        return (found or Fraction(0)) * (100 if old else 1)

    def plain(self, text: str) -> str:
        """A plain text, its spaces and invisible characters put right."""
        return " ".join(visible(text, self.draft).split())

    def chosen(self, text: str) -> str:
        """A plain text of a list to choose from as an option of ours."""
        words = self.plain(text)
        return (
            Html(self.draft, nothing_found, self.around.budget).text(words, Holds.OPTION)
            if looks_like_html(words)
            else literal(words)
        )

    def question(
        self, made: Made, said: Iterable[tuple[str, str]] = (), stem: str | None = None, extra: Sequence[str] = ()
    ) -> Question:
        """The question with its item. `said`: what is said to single answers; `extra`: more for the explanation."""
        self._left_out()
        general = "\n".join(text for text in (self.text(self.node.child("generalfeedback")), *extra) if text)
        texts = (self.stem() if stem is None else stem, explanation(general, said, self.draft))
        identity = self.around.ids.take_named(self.field("idnumber"), self.draft)
        common = common_of(self.carried, self.around.defaults, identity, texts, self.draft, self.around.category)
        if self.keep_order:
            common = replace(common, shuffle=False)
        fields: dict[str, JSON] = carried_fields(made, self.carried).fields
        return self.draft.question(made.type, common, fields, self.source(), settle=not self.carried.ours)

    def rejected(self, code: str, message: Phrase) -> Question:
        """No item comes of it."""
        return self.draft.rejected(code, message, self.source())

    def source(self) -> str:
        """The question's text as it stands in the file."""
        return self.html("questiontext").strip()

    def _left_out(self) -> None:
        if any(hint.inner().strip() for hint in self.node.all("hint")):
            self.draft.note("hints_dropped", phrase("hints were left out"))
        for name in ("correctfeedback", "partiallycorrectfeedback", "incorrectfeedback"):
            words = " ".join(_TAGS.sub(" ", unescaped(self.html(name))).split())
            if words and words.casefold() not in _STANDARD:
                self.draft.note(
                    "feedback_dropped", phrase("what is said to right and wrong answers as a whole was left out")
                )
        grade = self.field("defaultgrade")
        if grade and percent_of(grade) not in (None, Fraction(1)):
            self.draft.note(
                "grade_dropped",
                phrase("the file gives the question %(marks)s marks; here the blueprint does", marks=grade[:20]),
            )

    def _as_html(self, node: Node) -> tuple[str, bool, bool]:
        """(the text, whether its line breaks count, whether it is plain)."""
        source = _own_text(node)
        form = node.attributes.get("format") or self._form()
        if form == "plain_text":
            return visible(source, self.draft).replace("\t", " "), False, True
        if form == "markdown":
            return to_html(source), False, False
        if form == "wiki_like":
            self.draft.note("wiki", phrase("a text in Moodle's old wiki format was read as HTML"))
        return source, form == "moodle_auto_format", False

    def _form(self) -> str:
        found = self.node.child("questiontext")
        return (found.attributes.get("format") if found else "") or "html"

    def _finder(self, node: Node) -> _Finder:
        return _Finder(node, self.node, self.around.attachments)


@dataclass(frozen=True, slots=True)
class _Finder:
    """Finds the files of one text, else of the whole question."""

    node: Node
    question: Node
    attachments: Attachments

    def __call__(self, address: str, kind: str, label: str, draft: Draft) -> Medium | None:
        """The construct for an address."""
        if address.startswith("data:"):
            return self.attachments.inline(address, kind, label, draft)
        path = unquote(address.partition("?")[0])
        if not path.startswith(PLUGINFILE):
            return nothing_found(address, kind, label, draft)
        file = self._file(path.removeprefix(PLUGINFILE).strip("/"))
        if file is None:
            return nothing_found(path.rpartition("/")[2], kind, label, draft)
        data = from_base64(file.inner()) if file.attributes.get("encoding", "base64") == "base64" else None
        if data is None:
            draft.doubt("bad_file", phrase("a file inside the text is damaged"))
            return None
        return self.attachments.keep(data, kind, label, draft)

    def _file(self, path: str) -> Node | None:
        here = list(self.node.all("file"))
        for files in (
            here,
            [one for part in self.question.children if isinstance(part, Node) for one in part.all("file")],
        ):
            for file in files:
                full = f"{file.attributes.get('path', '/').strip('/')}/{file.attributes.get('name', '')}".strip("/")
                if path in (full, file.attributes.get("name", "")):
                    return file
        return None


def _own_text(node: Node) -> str:
    """The text of an element: in its `<text>`, or (in old files) its own."""
    inside = node.child("text")
    if inside is not None:
        return inside.inner()
    return "".join(one for one in node.children if isinstance(one, str))
