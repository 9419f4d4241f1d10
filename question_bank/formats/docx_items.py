"""Questions found in a Word file as items: their type, their texts, their key with its evidence, and what is doubtful."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from question_bank.canonical import JSON
from question_bank.content import Holds, holds, parse
from question_bank.formats.carried import Ids
from question_bank.formats.docx_answers import Answer, truths_in
from question_bank.formats.docx_behind import answer_shown
from question_bank.formats.docx_content import Writer, of_key
from question_bank.formats.docx_found import FoundQuestion, FoundShared, KeyNote, Source
from question_bank.formats.docx_keys import Decision, choice_key, truth_key
from question_bank.formats.docx_looks import Habits
from question_bank.formats.docx_marks import KEY_TAG, Kind, key_line
from question_bank.formats.docx_messages import DOUBTS, NOTES
from question_bank.formats.docx_written import written_item
from question_bank.formats.drafts import Draft
from question_bank.formats.exchange import Defaults, Notice, Question
from question_bank.formats.literal_markup import look_at_stem
from question_bank.formats.word_text import Picture, Rich, Thing, join
from question_bank.ids import NO_STIMULUS, StimulusId
from question_bank.items._choice import LABELS
from question_bank.items.matching import RIGHT
from question_bank.items.model import Common, Stimulus
from question_bank.items.text import LIMITS
from question_bank.phrase import phrase
from question_bank.wording import gettext


@dataclass(slots=True)
class Items:
    """Makes the items of one file."""

    writer: Writer
    defaults: Defaults
    ids: Ids
    habits: Habits
    body: str
    stimuli: list[Stimulus] = field(default_factory=list)
    _made: dict[int, tuple[StimulusId, Draft]] = field(default_factory=dict)

    def question(
        self, found: FoundQuestion, answers: Sequence[Answer], shared: Sequence[FoundShared], where: str
    ) -> Question:
        """One question, whatever came of it."""
        draft = Draft(where)
        source = found.source_text()
        self._note(found, draft)
        if not found.stem and not found.options:
            return draft.rejected("empty_question", phrase("the question has no text"), source)
        made = self._made_item(found, answers, draft)
        stem = self.writer.text(found.stem, draft)
        look_at_stem(stem, draft)
        if not stem and found.shared >= 0 and found.number:
            stem = f"({found.number})"  # a gap of the shared text, named as it is there
        explanation = self.writer.text(found.explanation, draft)
        stimulus = self._stimulus(found, shared, draft)
        common = self._common(found, (stem, explanation), stimulus, draft)
        question = draft.question(made[0], common, made[1], source)
        if any(code.startswith("key_") for code, _ in draft.review):
            # That the key is empty is said already, and better.
            question = replace(question, review=tuple(one for one in question.review if not _says_no_key(one)))
        return question

    def _common(self, found: FoundQuestion, texts: tuple[str, str], stimulus: StimulusId, draft: Draft) -> Common:
        """The common fields; what a paper does not say comes from the defaults."""
        return Common(
            self.ids.take(""), self.defaults.topic, found.level or self.defaults.level, *texts, self.defaults.source,
            stimulus, tuple(dict.fromkeys(tag[: LIMITS["tag"]] for tag in found.tags)),
        )  # fmt: skip

    def _made_item(self, found: FoundQuestion, answers: Sequence[Answer], draft: Draft) -> tuple[str, dict[str, JSON]]:
        if found.options:
            if self._is_truths(found, answers):
                return self._truths(found, answers, draft)
            return self._choice(found, answers, draft)
        written = written_item(found, answers)
        draft.evidence += written.evidence
        for doubt in written.doubts:
            draft.doubt(doubt.code, doubt.message)
        if written.pairs is not None:
            left, right = written.pairs
            written.fields["left"] = {str(n): self.writer.text([line], draft) for n, line in enumerate(left, 1)}
            written.fields["right"] = {
                letter: self.writer.text([line], draft) for letter, line in zip(RIGHT, right, strict=False)
            }
        return written.type_name, written.fields

    def _choice(self, found: FoundQuestion, answers: Sequence[Answer], draft: Draft) -> tuple[str, dict[str, JSON]]:
        decision = choice_key(found, answers, self.habits, self.body)
        self._tell(decision, draft)
        if answer_shown(found, decision.places):
            draft.doubt(
                "key_in_text", phrase("a letter in brackets in the text names the right option: it may give it away")
            )
        after(found, draft)
        beside(found, draft)
        texts = self._texts(found, decision, draft)
        labels = list(LABELS[: len(texts)])
        options: dict[str, JSON] = dict(zip(labels, texts, strict=False))
        if len(texts) > len(LABELS):
            draft.doubt("too_many_options", phrase("more than %(most)s options", most=len(LABELS)))
        key: list[JSON] = [labels[place] for place in sorted(decision.places) if place < len(labels)]
        fixed: list[JSON] = [
            label for label, option in zip(labels, found.options, strict=False) if option.mark.startswith("#")
        ]
        fields: dict[str, JSON] = {"options": options, "key": key}
        if fixed:
            fields["fixed"] = fixed
        return ("multiple_choice" if decision.several else "single_choice"), fields

    def _truths(self, found: FoundQuestion, answers: Sequence[Answer], draft: Draft) -> tuple[str, dict[str, JSON]]:
        decision = truth_key(found, answers, self.habits, self.body)
        self._tell(decision, draft)
        after(found, draft)
        texts = self._texts(found, decision, draft)[:4]
        if len(found.options) > 4:
            draft.doubt("not_four", phrase("more than four statements: the others were left out"))
        statements: dict[str, JSON] = dict(zip("abcd", texts, strict=False))
        key: list[JSON] = ["abcd"[place] for place in sorted(decision.places) if place < 4]
        return "true_false_4", {"statements": statements, "key": key}

    def _texts(self, found: FoundQuestion, decision: Decision, draft: Draft) -> list[str]:
        """The texts of the options; emphasis that only the right ones have would tell, and goes."""
        dropped = of_key(decision.features)
        texts = [self.writer.text(option.lines, draft, dropped) for option in found.options]
        for at, text in enumerate(texts):
            if "\n" in text and not holds(parse(text)[0]) & (Holds.MEDIA | Holds.BLOCKS):
                texts[at] = text.replace("\n", " ")
                draft.note(
                    "lines_joined",
                    phrase("the lines of option %(label)s were put on one", label=found.options[at].letter),
                )
        return texts

    def _is_truths(self, found: FoundQuestion, answers: Sequence[Answer]) -> bool:
        """Whether the options are statements to judge: the part says so, or what is said of them does."""
        if found.kind is Kind.TRUE_FALSE:
            return True
        if found.kind is Kind.CHOICE and not found.lower():
            return False
        said = [note.value for note in found.keys] + [answer.value for answer in answers]
        if any(truths_in(value) is not None for value in said) or all(
            option.mark in ("Đ", "S") for option in found.options
        ):
            return True
        return found.lower() and len(found.options) == 4 and self.habits.capitals >= 2

    def _tell(self, decision: Decision, draft: Draft) -> None:
        draft.evidence += dict.fromkeys(decision.evidence)
        for doubt in decision.doubts:
            draft.doubt(doubt.code, doubt.message)
        for note in decision.notes:
            draft.note(note.code, note.message)

    def _note(self, found: FoundQuestion, draft: Draft) -> None:
        """What is to be known of the paragraphs the question came from."""
        for code in sorted(found.notes):
            if code in DOUBTS:
                draft.doubt(code, DOUBTS[code])
            elif code in NOTES:
                draft.note(code, NOTES[code])
        looks = [
            look for line in found.stem for look, sign in zip(line.looks, line.text, strict=True) if not sign.isspace()
        ]
        if looks and all(look.strike for look in looks):
            draft.doubt("struck", DOUBTS["struck"])
        for text in found.aside:
            draft.note(
                "aside_left_out", phrase("what stands beside it in the table was left out: “%(text)s”", text=text[:160])
            )
        if found.hidden.strip():
            tag = KEY_TAG.search(found.hidden)
            key = key_line(found.hidden.strip()) or (tag["value"].strip() if tag is not None else "")
            if key:
                found.keys.append(KeyNote(Source.HIDDEN, key))
            draft.note(
                "hidden_text", phrase("hidden text was left out: “%(text)s”", text=" ".join(found.hidden.split())[:80])
            )

    def _stimulus(self, found: FoundQuestion, shared: Sequence[FoundShared], draft: Draft) -> StimulusId:
        if found.shared < 0:
            return NO_STIMULUS
        one = shared[found.shared]
        if not one.numbers:
            draft.doubt("shared_open", DOUBTS["shared_open"])
        if found.shared not in self._made:
            inner = Draft(draft.where)
            text = self.writer.text(one.lines[1:] or one.lines, inner)
            title = " ".join(one.lines[0].plain().split())[: LIMITS["title"]]
            named = StimulusId(f"{self.ids.take('')}-NL"[:40])
            self.stimuli.append(Stimulus(named, title or gettext("Shared text"), text))
            self._made[found.shared] = (named, inner)
        named, inner = self._made[found.shared]
        for code, message in inner.review:
            draft.doubt(code, message)
        return named


def _says_no_key(notice: Notice) -> bool:
    return notice.code == "empty_field" and dict(notice.message.values).get("field") in ("key", "answers")


def after(found: FoundQuestion, draft: Draft) -> None:
    """Lines behind the last option: part of it when it is empty or they go on in it, else a person must say."""
    lines, found.after = found.after, []
    if not lines:
        return
    if found.options[-1].empty:
        found.options[-1].lines += lines
        return
    if all(is_heading(line) for line in lines):
        said = " ".join(" ".join(line.plain().split()) for line in lines)[:160]
        draft.note("heading_left_out", phrase("a heading behind it was left out: “%(text)s”", text=said))
        return
    if all(_only_things(line) for line in lines):
        found.stem += lines
        draft.doubt(
            "picture_behind", phrase("a picture or table stands behind the options: it was put into the question")
        )
        return
    said = " ".join(" ".join(line.plain().split()) for line in lines)[:200]
    draft.doubt("text_behind", phrase("text behind the options was left out: “%(text)s”", text=said))


def beside(found: FoundQuestion, draft: Draft) -> None:
    """A picture that floats beside the options, anchored in the words of one of them, is the question's."""
    holding = [
        option
        for option in found.options
        if any(_floats(thing) for line in option.lines for thing in line.things.values())
    ]
    if len(holding) != 1 or not any(line.text.replace("\ufffc", "").strip() for line in holding[0].lines):
        return
    for number, line in enumerate(holding[0].lines):
        kept = [line.cut(at, at + 1) for at in range(len(line.text)) if not _floats(line.things.get(at))]
        found.stem += [line.cut(at, at + 1) for at in sorted(line.things) if _floats(line.things[at])]
        holding[0].lines[number] = join(kept).strip()
    draft.note("picture_moved", phrase("a picture that floats beside the options was put into the question"))


def _floats(thing: Thing | None) -> bool:
    return isinstance(thing, Picture) and thing.floating


def _only_things(line: Rich) -> bool:
    return not line.text.replace("\ufffc", "").strip() and bool(line.things)


def is_heading(line: Rich) -> bool:
    """Whether a line looks like a chapter's or section's: short, and bold or in capitals all through."""
    words = line.text.strip()
    if not words or len(words) > 160 or line.things:
        return False
    letters = [character for character in words if character.isalpha()]
    bold = all(look.bold for character, look in zip(line.text, line.looks, strict=True) if not character.isspace())
    return bool(letters) and (bold or (words.upper() == words and len(letters) > 3))
