"""The components of an administrative document, found by what they say and where they stand. What they look like decides nothing here
beyond what a reader would need to tell them apart."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from question_bank.practical.administrative.lines import FULL, LEFT, RIGHT, Line, is_rule, joined, lines_of
from question_bank.practical.profiles.documents import DocumentProfile
from question_bank.practical.word.canon import canon
from question_bank.practical.word.document import WordFile

LIKE = 0.8  # how alike words must be to be meant for others: one wrong letter in five
_HEAD = 40  # lines: the longest head of a document, with names over several lines
_NUMBER = re.compile(r"^số ?:")
_DAY = re.compile(r"\bngày\b.*\btháng\b.*\bnăm\b")
_LONGEST_DAY = 80  # characters of place and date
_MARKS = ("secrecy", "urgency", "circulation")
_RECIPIENTS = re.compile(r"nơi nhận ?(:|$)")


@dataclass(slots=True)
class Parts:
    """Lines by component. `body` are the lines between head and end; `others` what is neither."""

    file: WordFile
    lines: tuple[Line, ...]
    found: dict[str, tuple[Line, ...]] = field(default_factory=dict)
    body: tuple[Line, ...] = ()

    def get(self, name: str) -> tuple[Line, ...]:
        """The lines of a component, in order; none where it is not there."""
        return self.found.get(name, ())

    def put(self, name: str, lines: Iterable[Line]) -> tuple[Line, ...]:
        """Enter what was found; nothing is not entered."""
        listed = tuple(lines)
        if listed:
            self.found[name] = listed
        return listed


def parts_of(file: WordFile, profile: DocumentProfile, kind: str, said: Mapping[str, str]) -> Parts:
    """All components; `said` are texts that the task gives by component, which find them too."""
    parts = Parts(file, lines_of(file))
    lines = [one for one in parts.lines if not is_rule(one)]
    _marks(parts, lines, profile)
    taken = {one for name in _MARKS for one in parts.get(name)}
    lines = [one for one in lines if one not in taken]
    start = _head(parts, lines, profile, kind, said)
    _Tail(parts, lines[start:], profile).find()
    return parts


def likeness(one: str, other: str) -> float:
    """How alike two canonical texts are, 0 … 1."""
    return 1.0 if one == other else SequenceMatcher(None, one, other, autojunk=False).ratio()


def _marks(parts: Parts, lines: Sequence[Line], profile: DocumentProfile) -> None:
    for name in _MARKS:
        texts = [canon(one) for one in profile.components[name].rule.text]
        parts.put(name, [one for one in lines[:_HEAD] if one.plain in texts][:1])


def _head(parts: Parts, lines: Sequence[Line], profile: DocumentProfile, kind: str, said: Mapping[str, str]) -> int:
    """Everything above the body; the number of the first line of the rest."""
    for name in ("national-title", "motto"):
        parts.put(name, _likest(lines[:_HEAD], [canon(one) for one in profile.components[name].rule.text]))
    names = [canon(one.name) for one in profile.kinds.values()]
    fixed = {one for name in ("national-title", "motto") for one in parts.get(name)}
    letter = profile.family(kind).id == "letter"
    titled = next((at for at, one in enumerate(lines[:_HEAD]) if one.plain in names and one not in fixed), None)
    parts.put("number", [one for one in lines[:titled][:_HEAD] if _NUMBER.match(one.plain)][:1])
    parts.put("place-date", [one for one in lines[:titled][:_HEAD] if _DAY.search(one.plain) and len(one.plain) < _LONGEST_DAY and one not in fixed][:1])  # fmt: skip
    fixed |= {*parts.get("number"), *parts.get("place-date")}
    _agencies(parts, [one for one in lines[: _head_end(lines, parts, titled)] if one not in fixed], said)
    end = max((lines.index(one) for one in {*fixed, *parts.get("agency")}), default=-1) + 1
    if letter:
        return _letter_subject(parts, lines, end)
    if titled is not None:
        parts.put("kind", [lines[titled]])
        return _subject(parts, lines, titled + 1, profile, signed=profile.family(kind).id == "decision")
    return end


def _head_end(lines: Sequence[Line], parts: Parts, titled: int | None) -> int:
    """Up to which line names of agencies are looked for: the number, else the end of the head's table, else the kind."""
    if parts.get("number"):
        return lines.index(parts.get("number")[0])
    anchor = next(iter(parts.get("national-title") or parts.get("motto")), None)
    if anchor is not None:
        rows = [at for at, one in enumerate(lines) if one.beside[:2] == anchor.beside[:2]]
        return max(rows) + 1
    return titled or 0


def _likest(lines: Sequence[Line], texts: Sequence[str]) -> list[Line]:
    best = max(lines, key=lambda one: max(likeness(one.plain, text) for text in texts), default=None)
    found = best is not None and max(likeness(best.plain, text) for text in texts) >= LIKE
    return [best] if best is not None and found else []


def _agencies(parts: Parts, lines: Sequence[Line], said: Mapping[str, str]) -> None:
    """Parent agency and agency: by the task's own words where it gives them, else by what is bold."""
    names = [one for one in lines if one.column != RIGHT and not re.match(r"v/v\b", one.plain)]
    names = [one for one in names if one.column == LEFT] or names
    if not names:
        return
    cuts = range(len(names))
    if "agency" in said:
        wanted = canon(said["agency"])
        cut = max(cuts, key=lambda at: likeness(canon(joined(names[at:])), wanted))
    else:
        bold = [at for at in cuts if names[at].bold]
        cut = min((at for at in bold if all(names[later].bold for later in range(at, len(names)))), default=len(names) - 1)  # fmt: skip
    parts.put("parent-agency", names[:cut])
    parts.put("agency", names[cut:])


def _letter_subject(parts: Parts, lines: Sequence[Line], end: int) -> int:
    """What a letter is about, under its number; the number of the first line behind the head."""
    first = next((at for at, one in enumerate(lines[:_HEAD]) if re.match(r"(v/v|về việc)\b", one.plain)), None)
    if first is None:
        return end
    subject = [lines[first]]
    for one in lines[first + 1 :]:
        same = (one.cell is not None and one.cell is lines[first].cell) or one.paragraph is lines[first].paragraph
        if not same or one.column != lines[first].column or one in parts.get("place-date"):
            break
        subject.append(one)
    parts.put("letter-subject", subject)
    return max(end, lines.index(subject[-1]) + 1)


def _subject(parts: Parts, lines: Sequence[Line], first: int, profile: DocumentProfile, *, signed: bool) -> int:
    """What a document with a named kind is about: the titles under its kind. Under a decision's own, whose it is stands in capitals."""
    rules = [profile.components[name].rule.pattern for name in ("grounds", "addressee", "headings", "articles", "chapters", "sections")]  # fmt: skip
    subject: list[Line] = []
    for one in lines[first:]:
        if (
            one.column != FULL
            or (one.capitals and (signed or subject))
            or any(rule and rule.search(one.words) for rule in rules)
        ):
            break
        if subject and not (one.align == subject[0].align == "center" and one.bold == subject[0].bold):
            break
        if not subject and one.align == "justify" and one.plain.endswith((".", ":", ";")):
            break
        subject.append(one)
    parts.put("subject", subject)
    return first + len(subject)


class _Tail:
    """Body, grounds, addressee, signature, recipients and annex: everything behind the head."""

    def __init__(self, parts: Parts, lines: Sequence[Line], profile: DocumentProfile) -> None:
        self._parts = parts
        self._lines = list(lines)
        self._profile = profile

    def find(self) -> None:
        """Enter all of them."""
        annex = self._annex()
        self._lines = self._lines[:annex]
        self._addressee()
        end = self._end()
        tail, self._lines = self._lines[end:], self._lines[:end]
        self._recipients(tail)
        taken = {one for name in ("recipients-title", "recipients", "file-copy") for one in self._parts.get(name)}
        self._signer([one for one in tail if one not in taken])
        self._grounds()
        self._parts.body = tuple(one for one in self._lines if one.cell is None and one.column == FULL)

    def _pattern(self, name: str) -> re.Pattern[str]:
        return self._profile.components[name].rule.pattern or re.compile(r"(?!)")

    def _annex(self) -> int:
        """Where the annex begins."""
        lines = self._lines
        signed = next((at for at, one in enumerate(lines) if _RECIPIENTS.match(one.plain)), None)
        for at in range(signed + 1 if signed is not None else len(lines), len(lines)):
            if lines[at].column == FULL and re.match(r"phụ lục\b", lines[at].plain) and lines[at].cell is None:
                note = next((n for n in range(at + 1, min(at + 6, len(lines))) if lines[n].plain.startswith(("(kèm", "kèm"))), None)  # fmt: skip
                self._parts.put("annex", [lines[at]])
                titles = lines[at + 1 : note] if note is not None else lines[at + 1 : at + 2]
                self._parts.put("annex-title", titles)
                self._parts.put("annex-note", [lines[note]] if note is not None else [])
                return at
        return len(lines)

    def _addressee(self) -> None:
        lines = self._lines
        first = next((at for at, one in enumerate(lines) if one.plain.startswith("kính gửi")), None)
        if first is None or first > _HEAD:
            return
        end = first + 1
        while end < len(lines) and (lines[end].plain.startswith("-") or lines[end].beside == lines[first].beside):
            end += 1
        self._parts.put("addressee", lines[first:end])
        self._lines = lines[:first] + lines[end:]

    def _end(self) -> int:
        """Where signature and recipients begin: the first line of the row, or the paragraph, that one of them stands in."""
        lines = self._lines
        for at, one in enumerate(lines):
            if _RECIPIENTS.match(one.plain):
                same = (n for n, other in enumerate(lines) if other.beside[:2] == one.beside[:2])
                return min(at, *same)
        aside = [at for at, one in enumerate(lines) if one.column == RIGHT and one.capitals]
        return min(aside, default=len(lines))

    def _recipients(self, tail: Sequence[Line]) -> None:
        first = next((at for at, one in enumerate(tail) if _RECIPIENTS.match(one.plain)), None)
        if first is None:
            return
        self._parts.put("recipients-title", [tail[first]])
        listed = [one for one in tail[first + 1 :] if one.column == tail[first].column or one.column == LEFT]
        dashed = [one for one in listed if one.plain.startswith(("-", "lưu"))]
        copies = [one for one in dashed if re.match(r"-? ?lưu\b", one.plain)]
        self._parts.put("recipients", [one for one in dashed if one not in copies])
        self._parts.put("file-copy", copies[:1])

    def _signer(self, tail: Sequence[Line]) -> None:
        """Titles, then the name, which is the last that is said; what stands in brackets is for the hand that signs."""
        said = [one for one in tail if not one.plain.startswith(("(", "["))]
        aside = [one for one in said if one.column == RIGHT] or said
        titles = 0
        while titles < len(aside) and aside[titles].capitals:
            titles += 1
        titles = titles or min(len(aside), 1)
        self._parts.put("signer-title", aside[:titles])
        self._parts.put("signer-name", aside[titles:][-1:])

    def _grounds(self) -> None:
        """The grounds stand before the first heading, article or clause, each a paragraph of its own."""
        rule = self._pattern("grounds")
        first = [self._pattern(name) for name in ("headings", "articles", "chapters", "sections", "clauses")]
        end = next((at for at, one in enumerate(self._lines) if any(one_rule.search(one.words) for one_rule in first)), len(self._lines))  # fmt: skip
        grounds = {one: None for one in self._lines[:end] if rule.search(one.words) and not one.plain.endswith(":")}
        self._parts.put("grounds", grounds)
        self._lines = [one for one in self._lines if one not in grounds]
