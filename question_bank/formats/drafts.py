"""What a reader notes about one question while it reads it, and the question that comes of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from question_bank.canonical import JSON
from question_bank.formats.exchange import Notice, Question, made, reasons
from question_bank.formats.legacy_text import suspicion
from question_bank.items._choice import Choice
from question_bank.items.model import Common, Item
from question_bank.phrase import Phrase, phrase
from question_bank.problems import Fault, Severity

MOST_SOURCE = 4000  # characters of a question as it stood in the file, kept for the preview


@dataclass(slots=True)
class Draft:
    """One question being read. Each reason and notice is kept once, in the order found."""

    where: str
    review: dict[tuple[str, Phrase], None] = field(default_factory=dict)
    notices: dict[tuple[str, Phrase], None] = field(default_factory=dict)
    evidence: list[Phrase] = field(default_factory=list)

    def doubt(self, code: str, message: Phrase) -> None:
        """A person must look at this before the item is used."""
        self.review[code, message] = None

    def note(self, code: str, message: Phrase) -> None:
        """Something to know; the item is whole without it."""
        self.notices[code, message] = None

    def rejected(self, code: str, message: Phrase, source_text: str = "") -> Question:
        """No item comes of it, for this reason."""
        reason = Notice(code, self.where, message)
        return Question(self.where, None, (reason,), self._noted(), (), source_text[:MOST_SOURCE])

    def question(
        self, type_name: str, common: Common, fields: Mapping[str, JSON], source_text: str = "", *, settle: bool = True
    ) -> Question:
        """The question with its item. With `settle`, options that speak of other options get what they need to be
        shown in a drawn order (a place of their own, or the order as written); a file of ours says it itself."""
        item, wrong = made(type_name, common, fields, self.where)
        faults = item.problems() if item else []
        if settle and isinstance(item, Choice) and (settled := self._settled(item, faults)) is not item:
            item, faults = settled, settled.problems()
        if item is not None:
            self._look_at_letters(item)
        for fault in faults:
            if fault.severity is Severity.WARNING:
                self.note(fault.code, fault.message)
        said = (Notice(code, self.where, text) for code, text in self.review)
        review = tuple(dict.fromkeys((*wrong, *reasons(faults, self.where), *said)))
        return Question(self.where, item, review, self._noted(), tuple(self.evidence), source_text[:MOST_SOURCE])

    def _settled(self, item: Choice, problems: Iterable[Fault]) -> Choice:
        """“Tất cả các phương án trên” stays last; where an option names others by letter, all stay where they are."""
        faults = {fault.code: fault for fault in problems}
        if "refers_to_labels" in faults:
            message = phrase("an option names others by letter: the options stay in the order of the file")
            self.note("kept_in_order", message)
            return replace(item, common=replace(item.common, shuffle=False))
        above = faults.get("not_fixed")
        label = str(above.path[-1]) if above else ""
        if not above or label != item.options[-1].label:
            return item
        self.note("kept_last", phrase("option %(label)s speaks of those above it: it stays last", label=label))
        return replace(item, fixed=(*item.fixed, label))

    def _look_at_letters(self, item: Item) -> None:
        """Text that was typed in a font or code page of before Unicode is legible to nobody."""
        texts = [text for _, text in item.texts()]
        found = next((name for text in (*texts, " ".join(texts)) if (name := suspicion(text))), "")
        if found:
            message = phrase(
                "the text is not readable as it stands: it seems to be %(encoding)s read as something else",
                encoding=found,
            )
            self.doubt("old_letters", message)

    def _noted(self) -> tuple[Notice, ...]:
        return tuple(Notice(code, self.where, text) for code, text in self.notices)
