"""The rows of a table of questions as items."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from question_bank.canonical import JSON
from question_bank.formats.carried import Ids, plays_of
from question_bank.formats.docx_answers import truths_in
from question_bank.formats.docx_marks import TRUTH_WORDS, is_true, level_word
from question_bank.formats.drafts import Draft
from question_bank.formats.exchange import Defaults, Question
from question_bank.formats.literal_markup import as_code, look_at_stem
from question_bank.formats.table_fields import read_fields
from question_bank.formats.table_headers import Column, Head, folded_head
from question_bank.formats.table_keys import KeyHabits, places
from question_bank.formats.table_rows import Row
from question_bank.formats.table_types import type_of
from question_bank.formats.table_values import Values
from question_bank.formats.typed_keys import is_number, may_be_a_date
from question_bank.ids import BankItemId, StimulusId, TopicCode, is_code
from question_bank.items import types
from question_bank.items._choice import LABELS
from question_bank.items.model import Common, Level
from question_bank.items.text import LIMITS, folded
from question_bank.phrase import phrase
from question_bank.wording import gettext

_TRUTHS = {word: "true" if is_true(word) else "false" for word in TRUTH_WORDS}
_INSTRUCTION = re.compile(r"\((?:required|optional|bắt buộc|tuỳ chọn|tùy chọn|không bắt buộc)\b", re.IGNORECASE)
_ONE_LETTER = re.compile(r"\(?[A-Ja-j]\)?[.)]?")
_ONE = re.compile(r"\b(?:mot|1|single|radio)\b|_")  # words that say that one option is right


@dataclass(slots=True)
class Rows:
    """Makes items of the rows below one row of headings."""

    heads: Mapping[int, Head]
    habits: KeyHabits
    defaults: Defaults
    ids: Ids
    own: bool  # this program wrote the table: its texts are an author's, its ids are good
    sheet: str = ""
    strays: dict[str, None] = field(default_factory=dict)

    def question(self, row: Row) -> Question | None:
        """One row; None for one that holds nothing of a question."""
        cells = {self.heads[at]: (at, cell) for at, cell in row.cells.items() if at in self.heads}
        if not any(head.column in (Column.STEM, Column.OPTION, Column.KEY) for head in cells):
            return None
        if sum(bool(_INSTRUCTION.search(cell.text)) for cell in row.cells.values()) > 1:
            return None
        draft = Draft(self.where(row.number))
        for _, (_, cell) in sorted(cells.items(), key=lambda one: one[1][0]):
            if cell.doubt is not None:
                draft.doubt(cell.doubt.code, cell.doubt.message)
        values = Values.of(row.number, cells, self.own)
        self._one_key(values, draft)
        source = " | ".join(cell.text.strip() for _, cell in sorted(row.cells.items()))
        if not values.content(Column.STEM):
            return draft.rejected("empty_question", phrase("the question has no text"), source)
        extra = self._extra(values, draft)
        options = values.options(draft)
        type_name, fields = self._made(values, options, extra, draft)
        return draft.question(type_name, self._common(values, extra, draft), fields, source, settle=not self.own)

    def _one_key(self, values: Values, draft: Draft) -> None:
        """Two columns for the key must not contradict each other."""
        one, other = values.text(Column.KEY), values.text(Column.KEY, 1)
        if one and other and folded(one) != folded(other):
            places_of = values.place(Column.KEY), values.place(Column.KEY, 1)
            message = phrase("cell %(one)s says “%(key)s”, but cell %(other)s says “%(else)s”", one=places_of[0], key=one[:60],
                             other=places_of[1], **{"else": other[:60]})  # fmt: skip
            draft.doubt("key_conflict", message)
            values.cells.pop(Head(Column.KEY), None)
            values.cells.pop(Head(Column.KEY, 1), None)
        elif other and not one:
            values.cells[Head(Column.KEY)] = values.cells.pop(Head(Column.KEY, 1))

    def where(self, number: int) -> str:
        """A row as people find it."""
        return f"{self.sheet}!{number}" if self.sheet else gettext("line %(line)s", line=number)

    def _extra(self, values: Values, draft: Draft) -> dict[str, JSON]:
        """What our own export wrote of fields that have no column."""
        text = values.text(Column.EXTRA) if self.own else ""
        if not text:
            return {}
        found = read_fields(text)
        if found is None:
            draft.doubt("bad_extra", phrase("cell %(cell)s cannot be read", cell=values.place(Column.EXTRA)))
            return {}
        return found

    def _common(self, values: Values, extra: dict[str, JSON], draft: Draft) -> Common:
        topic, tags = values.text(Column.TOPIC), list(_words(extra.get("tags")))
        code = topic if self.own and is_code(topic) else self.defaults.topic
        if topic and code == self.defaults.topic and not self.own:
            tags.append(topic)
        wanted = values.text(Column.ID)
        level = self._level(values, draft)
        if values.text(Column.PICTURE):
            message = phrase(
                "cell %(cell)s names a picture, which a table cannot hold", cell=values.place(Column.PICTURE)
            )
            draft.doubt("picture_lost", message)
        tags += [one for one in re.split(r"\s*[,;]\s*", values.text(Column.TAGS)) if one]
        plays = str(extra.get("plays", "0"))
        stem, explanation = self._shown([values.content(Column.STEM), values.content(Column.EXPLANATION)], draft)
        if not self.own:
            look_at_stem(stem, draft)
        return Common(
            self.ids.take(wanted), TopicCode(code), level, stem, explanation,
            values.text(Column.SOURCE) or self.defaults.source, StimulusId(values.text(Column.STIMULUS) if self.own else ""),
            tuple(dict.fromkeys(tag[: LIMITS["tag"]].strip() for tag in tags)),
            tuple(BankItemId(one) for one in _words(extra.get("excludes"))), extra.get("shuffle") != "false",
            plays_of(plays),
        )  # fmt: skip

    def _level(self, values: Values, draft: Draft) -> Level:
        text = values.text(Column.LEVEL)
        known = {one.value: one for one in Level}
        level = known.get(folded(text)) or level_word(text)
        if text and level is None:
            draft.note("unknown_level", phrase("cell %(cell)s has the level “%(level)s”, which is not known", cell=values.place(Column.LEVEL),
                                               level=text[:40]))  # fmt: skip
        return level or self.defaults.level

    def _made(
        self, values: Values, options: Sequence[str], extra: dict[str, JSON], draft: Draft
    ) -> tuple[str, dict[str, JSON]]:
        """The type and the fields of the item."""
        said = values.text(Column.TYPE)
        key = values.text(Column.KEY)
        name = type_of(said, len(options), key, self.own)
        own = {one: value for one, value in extra.items() if one in _own_fields(name)}
        if said and not name:
            draft.doubt("unknown_type", phrase("cell %(cell)s has the type “%(type)s”, which is not known", cell=values.place(Column.TYPE),
                                               type=said[:40]))  # fmt: skip
        name = name or ("single_choice" if options else "essay")
        if name in ("single_choice", "multiple_choice"):
            return self._choice(name, values, options, draft, own)
        if name == "true_false_4":
            return name, self._truths(values, options, draft) | own
        if name == "true_false":
            truth = self._truth(values, self._meant(values, options, key, draft), draft)
            if truth is None:  # a statement has no key that is none: a choice has
                return "single_choice", {"options": {"A": "Đúng", "B": "Sai"}, "key": []}
            return name, {"key": truth, **own}
        if name == "ordering" and options:
            return name, {"entries": [*options], **own}
        if name in ("numeric", "short_text") and "answers" not in own:
            return self._typed(name if said else "", values, options, draft, own)
        if name == "essay" and not said:
            draft.doubt("no_options", phrase("no options and no answer were found: it was read as an essay"))
        if own.keys() < set(types()[name].REQUIRED):
            draft.doubt(
                "key_missing", phrase("a table cannot hold a question of this type but in a file of this program")
            )
        return name, own

    def _meant(self, values: Values, options: Sequence[str], key: str, draft: Draft) -> str:
        """The option that the key of a statement names where it is not the word itself: “1” of “Đúng”, “Sai”."""
        if not key or folded(key).strip(" .") in _TRUTHS or {folded(one) in _TRUTHS for one in options} != {True}:
            return key
        right = sorted(self._right(values, options, draft))
        return options[right[0]] if len(right) == 1 else ""

    def _choice(
        self, name: str, values: Values, options: Sequence[str], draft: Draft, own: dict[str, JSON]
    ) -> tuple[str, dict[str, JSON]]:
        right = self._right(values, options, draft)
        if len(right) > 1 and name == "single_choice" and not _ONE.search(folded_head(values.text(Column.TYPE))):
            name = "multiple_choice"
        labels = list(LABELS[: len(options)])
        texts: dict[str, JSON] = dict(zip(labels, self._shown(options, draft), strict=False))
        key: list[JSON] = [labels[at] for at in sorted(right)]
        return name, {"options": texts, "key": key, **own}

    def _right(self, values: Values, options: Sequence[str], draft: Draft) -> frozenset[int]:
        """The right options, none when that is not certain."""
        key, place = values.text(Column.KEY), values.place(Column.KEY)
        if not key:
            self._no_key(place, draft)
            return frozenset()
        if values.right_first:
            draft.evidence.append(phrase("cell %(cell)s holds the right option, others hold wrong ones", cell=place))
            return frozenset({0})
        at = values.option_places()  # where the options stand in the row: a letter names a column
        spread = [""] * (max(at, default=-1) + 1)
        for place_of, text in zip(at, options, strict=True):
            spread[place_of] = text
        readings = {
            frozenset(at.index(one) for one in reading)
            for reading in places(key, spread, self.habits, self.own)
            if all(one in at for one in reading)
        }
        sentence = phrase("cell %(cell)s says “%(value)s”", cell=place, value=key[:60])
        draft.evidence.append(sentence)
        if not readings:
            draft.doubt("key_unreadable", phrase("%(said)s, which is none of the options", said=sentence))
            return frozenset()
        if len(readings) > 1:
            draft.doubt("key_ambiguous", phrase("%(said)s, which can be read in two ways", said=sentence))
            return frozenset()
        return next(iter(readings))

    def _shown(self, texts: Sequence[str], draft: Draft) -> list[str]:
        """Texts with literal tags as code; our own export has constructs already."""
        return [text if self.own else as_code(text, draft) for text in texts]

    def _no_key(self, place: str, draft: Draft) -> None:
        if not any(code == "key_conflict" for code, _ in draft.review):
            draft.doubt("key_missing", phrase("cell %(cell)s, which holds the key, is empty", cell=place))

    def _truths(self, values: Values, options: Sequence[str], draft: Draft) -> dict[str, JSON]:
        statements: dict[str, JSON] = dict(zip("abcd", self._shown(options, draft), strict=False))
        key, place = values.text(Column.KEY), values.place(Column.KEY)
        truths = truths_in(key)
        letters = re.findall(r"[a-d]", key.lower()) if re.fullmatch(r"[a-dA-D](?:\s*[,;]?\s*[a-dA-D])*", key) else []
        if self.own and key in ("", "–"):
            letters, truths = [], {}
        if truths is None and not letters:
            draft.doubt("key_missing" if not key else "key_unreadable",
                        phrase("cell %(cell)s does not say which statements are true: “%(value)s”", cell=place, value=key[:60]))  # fmt: skip
        else:
            sentence = phrase("cell %(cell)s says “%(value)s”", cell=place, value=key[:60])
            draft.evidence.append(sentence)
            if truths and len(truths) < len(statements):
                draft.doubt("key_incomplete", phrase("%(said)s, but not of every statement", said=sentence))
        true: list[JSON] = [*letters] if letters else [letter for letter, truth in (truths or {}).items() if truth]
        return {"statements": statements, "key": true}

    def _truth(self, values: Values, key: str, draft: Draft) -> str | None:
        found = _TRUTHS.get(folded(key).strip(" ."))
        place = values.place(Column.KEY)
        if found is None:
            draft.doubt(
                "key_missing",
                phrase("cell %(cell)s does not say whether it is true: “%(value)s”", cell=place, value=key[:60]),
            )
            return None
        draft.evidence.append(phrase("cell %(cell)s says “%(value)s”", cell=place, value=key[:60]))
        return found

    def _typed(
        self, name: str, values: Values, options: Sequence[str], draft: Draft, own: dict[str, JSON]
    ) -> tuple[str, dict[str, JSON]]:
        key, place = values.text(Column.KEY), values.place(Column.KEY)
        if options and not self.own:
            message = phrase("a question that is answered by typing has options: they were taken as accepted answers")
            draft.doubt("options_as_answers", message)
            accepted: dict[str, JSON] = {"answers": [*options]}
            return name or "short_text", accepted | own
        if not name and _ONE_LETTER.fullmatch(key):
            message = phrase("cell %(cell)s says “%(value)s”, but no options were found", cell=place, value=key[:60])
            draft.doubt("no_options", message)
        if not key:
            self._no_key(place, draft)
            return name or "short_text", {"answers": []} | own
        draft.evidence.append(phrase("cell %(cell)s says “%(value)s”", cell=place, value=key[:60]))
        texts = [one.strip() for one in re.split(r"\s*\|\s*|\s+hoặc\s+", key) if one.strip()]
        number = all(map(is_number, texts))
        if not name and any(may_be_a_date(values.text(Column.STEM), one) for one in texts):
            draft.doubt("date_or_fraction", phrase("“%(value)s” may be a date or a fraction", value=key[:60]))
            return "short_text", {"answers": [*texts]} | own
        if name == "numeric" and not number:
            draft.doubt(
                "key_unreadable",
                phrase("cell %(cell)s does not hold a number: “%(value)s”", cell=place, value=key[:60]),
            )
            return name, {"answers": []} | own
        answers: list[JSON] = ["".join(one.split()) for one in texts] if number and name != "short_text" else [*texts]
        return name or ("numeric" if number else "short_text"), {"answers": answers} | own


def _own_fields(name: str) -> tuple[str, ...]:
    kind = types().get(name)
    return (*kind.REQUIRED, *kind.OPTIONAL) if kind else ()


def _words(value: JSON | None) -> list[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []
