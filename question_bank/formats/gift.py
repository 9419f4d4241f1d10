"""Moodle's GIFT: plain text with one question between blank lines. Reads all its types; positions are line numbers."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from question_bank.content import Holds, Medium, literal
from question_bank.formats.attachments import Attachments
from question_bank.formats.carried import Ids, common_of, read_carried
from question_bank.formats.drafts import Draft
from question_bank.formats.exchange import MAX_QUESTIONS, Defaults, Imported, Notice, NotThisFormat, Question
from question_bank.formats.gift_answers import is_answer, read_answers
from question_bank.formats.gift_text import Block, blocks, identity, plain, tags, text_format
from question_bank.formats.gift_write import GiftWriter
from question_bank.formats.html import Html
from question_bank.formats.html_math import Budget
from question_bank.formats.html_text import looks_like_html, nothing_found, visible
from question_bank.formats.literal_markup import as_code
from question_bank.formats.markdown import to_html
from question_bank.formats.moodle_answers import UnusableError, carried_fields, explanation
from question_bank.formats.plain_file import line_name, plain_file, refused, too_many
from question_bank.formats.stimuli import Stimuli, category_words, no_question
from question_bank.phrase import phrase

_BRACES = re.compile(r"\{([^{}]*)\}")
_QUESTION = re.compile(r"(?<!\\)\{[^{}]*(?<!\\)\}|^::", re.MULTILINE)
_ATE_BACKSLASH = re.compile(r"\udc6e(?=(?:eq|abla|ot|leq|geq|exists|mid|parallel|subseteq)(?![A-Za-z]))")
_BLANK = "_____"


class Gift(GiftWriter):
    """GIFT, both ways."""

    NAME = "gift"
    ENDINGS: tuple[str, ...] = (".gift", ".txt")

    def looks_like(self, data: bytes, name: str) -> bool:
        """Braces or a title, in a text that is not XML, YAML or Aiken."""
        found = plain_file(data[: 64 * 1024].rsplit(b"\n", 1)[0] if len(data) > 64 * 1024 else data)
        if isinstance(found, NotThisFormat):
            return False
        head = found.text.lstrip()
        return not head.startswith(("<", "format:")) and _QUESTION.search(head) is not None

    def read(self, data: bytes, name: str, defaults: Defaults) -> Imported | NotThisFormat:
        """Every block of the file is a question, a category, or a text without answers."""
        found = plain_file(data)
        if isinstance(found, NotThisFormat):
            return found
        reader = _Reader(defaults, Ids(name), Attachments(len(data)), Budget.of(len(data)))
        for block in blocks(found.text):
            reader.take(block)
            if max(len(reader.questions), len(reader.notices)) > MAX_QUESTIONS:
                return too_many(block.line)
        if not reader.questions:
            return refused("no_questions", phrase("the file holds no question of this format"))
        notices = (*found.notices, *reader.notices)
        stimuli = reader.stimuli
        return Imported(tuple(reader.questions), stimuli.found(), reader.attachments.media, notices, stimuli.topics)


@dataclass(slots=True)
class _Reader:
    defaults: Defaults
    ids: Ids
    attachments: Attachments
    budget: Budget
    questions: list[Question] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    stimuli: Stimuli = field(default_factory=Stimuli)
    category: str = ""

    def take(self, block: Block) -> None:
        """One block."""
        if block.text.startswith("$CATEGORY:"):
            self.category = category_words(plain(block.text[len("$CATEGORY:") :]))
            self.stimuli.topic(self.category, read_carried(tags(block.comments)))
            return
        title, text = _title(block.text)
        where = f"{line_name(block.line)}: {title[:60]}" if title else line_name(block.line)
        draft = Draft(where)
        if "{" not in text and "}" not in text:
            self._without_answers(text, block, draft)
            return
        try:
            self.questions.append(self._question(text, block, draft))
        except UnusableError as error:
            self.questions.append(draft.rejected(error.code, error.message, block.source))

    def _question(self, text: str, block: Block, draft: Draft) -> Question:
        before, inside, after = _parted(text, draft)
        carried = read_carried(tags(block.comments))
        answers, mark, general = inside.strip().rpartition("####")
        if not mark:
            answers, general = inside.strip(), ""
        stem_text = before + ((_BLANK + after) if after.strip() else "")
        kind, stem_text = text_format(stem_text, "moodle")
        texts = _Texts(self, draft, kind)
        stem = texts.read(stem_text, kind, Holds.STEM)
        self._notice(block, text, draft)
        answered = read_answers(answers.strip(), texts, draft, carried.get("type"))
        made = carried_fields(answered.made, carried)
        said = explanation(texts.any(general), answered.feedback, draft)
        taken = self.ids.take_named(identity(block.comments), draft)
        common = common_of(carried, self.defaults, taken, (stem, said), draft, self.category)
        return draft.question(made.type, common, made.fields, block.source, settle=not carried.ours)

    def _notice(self, block: Block, text: str, draft: Draft) -> None:
        if block.joined:
            draft.note("blank_line", phrase("blank lines inside the braces: Moodle would end the question there"))
        if block.split:
            draft.doubt(
                "blank_line_in_text",
                phrase("a blank line in the question's text: Moodle would begin another question there"),
            )
        if _ATE_BACKSLASH.search(text):
            draft.doubt("ate_backslash", phrase("“\\n” is a line break in GIFT: write “\\\\neq” for ≠"))

    def _without_answers(self, text: str, block: Block, draft: Draft) -> None:
        """A description. Ours is a stimulus of the items that follow; any other is only mentioned."""
        carried = read_carried(tags(block.comments))
        kind, words = text_format(text, "moodle")
        stimulus = carried.get("stimulus")
        if stimulus:
            self.stimuli.add(stimulus, carried.get("title"), _Texts(self, draft, kind).read(words, kind, Holds.STEM))
            return
        self.notices.append(no_question(plain(words), draft.where))


@dataclass(frozen=True, slots=True)
class _Texts:
    """The texts of one question; each may name a format of its own, else it has the question's."""

    reader: _Reader
    draft: Draft
    kind: str

    def option(self, text: str) -> str:
        """A text beside the stem."""
        kind, words = text_format(text, self.kind)
        return self.read(words, kind, Holds.OPTION)

    def typed(self, text: str) -> str:
        """A text to type, as it is compared."""
        return " ".join(visible(plain(text), self.draft).split())

    def chosen(self, text: str) -> str:
        """A text of a list to choose from."""
        words = self.typed(text)
        return self.read(text, "html", Holds.OPTION) if looks_like_html(words) else literal(words)

    def any(self, text: str) -> str:
        """A text for people."""
        kind, words = text_format(text, self.kind)
        return self.read(words, kind, Holds.STEM) if words else ""

    def read(self, text: str, kind: str, holds: Holds) -> str:
        """A text in its format."""
        words = plain(text)
        if kind == "plain":
            return as_code(literal(visible(words, self.draft)).replace("\t", " ").strip(), self.draft)
        if kind == "markdown":
            words = to_html(words)
        html = Html(self.draft, self._find, self.reader.budget, lines=kind == "moodle")
        return html.text(words, holds)

    def _find(self, address: str, kind: str, label: str, draft: Draft) -> Medium | None:
        if address.startswith("data:"):
            return self.reader.attachments.inline(address, kind, label, draft)
        return nothing_found(address, kind, label, draft)


def _title(text: str) -> tuple[str, str]:
    """The title between `::` and the rest."""
    if text.startswith("::"):
        title, end, rest = text[2:].partition("::")
        if end:
            return " ".join(plain(title).split()), rest.strip()
    return "", text


def _parted(text: str, draft: Draft) -> tuple[str, str, str]:
    """What stands before the answers, between their braces, and behind."""
    groups = list(_BRACES.finditer(text))
    if len(groups) == 1 and text.count("{") == text.count("}") == 1:
        only = groups[0]
        return text[: only.start()], only[1], text[only.end() :]
    likely = [group for group in groups if is_answer(group[1])]
    if len(likely) != 1:
        raise UnusableError(
            "braces", phrase("braces without a partner, or several pairs of them; write “\\{” for a brace of the text")
        )
    draft.doubt(
        "braces", phrase("the text holds braces of its own; write “\\{” for them. Look whether these are the answers")
    )
    return text[: likely[0].start()], likely[0][1], text[likely[0].end() :]


FORMAT = Gift()
