"""What other programs' formats have no place for, kept in tags: `examroom:level=van_dung` is a tag to Moodle, a level to us.

Moodle keeps tags through import and export and shows them to no candidate; GIFT has them in comments. A tag holds 200
characters here (Moodle: 255); a longer value goes on in `examroom:source.2=…`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote

from question_bank.canonical import JSON
from question_bank.comparing import Compare
from question_bank.formats.authoring import ID_PATTERN
from question_bank.formats.drafts import Draft
from question_bank.formats.exchange import Defaults, item_ids, prefix_of
from question_bank.ids import BankItemId, StimulusId, TopicCode, is_code
from question_bank.items._cloze_gaps import ClozeGap
from question_bank.items._gaps import GAP_NAME_PATTERN
from question_bank.items._typed import compare_fields
from question_bank.items.model import Common, Item, Level
from question_bank.items.text import LIMITS
from question_bank.phrase import phrase

PREFIX = "examroom:"
MOST = 200  # characters of one tag
_ENCODED = re.compile(r"[%<>`\[\],\\\x00-\x1f]")
_EDGE = re.compile(r"^ | $")
_ID = re.compile(ID_PATTERN)
_NAME = re.compile(r"([a-z_]+)(?:\.([0-9]{1,3}))?=(.*)", re.DOTALL)
_GAP = re.compile(GAP_NAME_PATTERN)


@dataclass(frozen=True, slots=True)
class Carried:
    """The tags of a question taken apart: our own values by name, and everybody's tags."""

    values: Mapping[str, str] = field(default_factory=dict)
    tags: tuple[str, ...] = ()

    @property
    def ours(self) -> bool:
        """Whether this program wrote the question."""
        return bool(self.values)

    def get(self, name: str) -> str:
        """A value, empty for none."""
        return self.values.get(name, "")

    def words(self, name: str) -> tuple[str, ...]:
        """A value that is a list of words."""
        return tuple(self.get(name).split())

    def gap_names(self, count: int) -> list[str]:
        """The names of so many gaps: those a file of ours gives, else numbers from 1."""
        names = [*self.words("gaps")]
        good = len(set(names)) == len(names) == count and all(_GAP.fullmatch(name) for name in names)
        return names if good else [str(number) for number in range(1, count + 1)]

    def compared(self, name: str, gap: dict[str, JSON]) -> dict[str, JSON]:
        """A gap with what a file of ours says about comparing its texts."""
        for entry in self.get("compare").split(";"):
            gap_name, _, pairs = entry.strip().partition(" ")
            if gap_name == name and gap["kind"] == "text":
                gap["compare"] = compared_by(pairs.split())
        return gap


def read_carried(tags: Iterable[str]) -> Carried:
    """Tags as a format has them."""
    parts: dict[str, dict[int, str]] = {}
    others: dict[str, None] = {}
    for tag in tags:
        found = _NAME.fullmatch(tag.removeprefix(PREFIX)) if tag.startswith(PREFIX) else None
        if found:
            parts.setdefault(found[1], {})[int(found[2] or 1)] = found[3]
        elif tag.strip():
            others[" ".join(tag.split())] = None
    values = {name: unquote("".join(text for _, text in sorted(pieces.items()))) for name, pieces in parts.items()}
    return Carried(values, tuple(others))


def write_carried(item: Item, own: Mapping[str, str]) -> list[str]:
    """The tags of an item: its own, its common fields, and what the format has no place for in this type's fields."""
    common = item.common
    values = {
        "type": item.NAME,
        "topic": common.topic,
        "level": common.level.value,
        "source": common.source,
        "stimulus": common.stimulus,
        "excludes": " ".join(common.excludes),
        "shuffle": "" if common.shuffle else "false",
        "plays": str(common.plays or ""),
        **own,
    }
    return [*common.tags, *(tag for name, value in values.items() if value for tag in value_tags(name, value))]


def value_tags(name: str, value: str) -> Iterator[str]:
    """One value as one tag or several. Spaces at the edges of a tag are lost on the way, and are written as codes."""
    text = _ENCODED.sub(lambda one: f"%{ord(one[0]):02X}", value)
    for number, at in enumerate(range(0, len(text), MOST), 1):
        piece = _EDGE.sub("%20", text[at : at + MOST])
        yield f"{PREFIX}{name}{f'.{number}' if number > 1 else ''}={piece}"


@dataclass(slots=True)
class Ids:
    """Ids for the questions of one file: the file's own where it has good ones, else made from its name."""

    name: str
    used: set[str] = field(default_factory=set)
    _made: Iterator[BankItemId] | None = None

    def take(self, wanted: str) -> BankItemId:
        """An id that no question of the file has yet."""
        if _ID.fullmatch(wanted) and wanted not in self.used:
            self.used.add(wanted)
            return BankItemId(wanted)
        self._made = self._made or iter(item_ids(prefix_of(self.name), ()))
        made = next(one for one in self._made if one not in self.used)
        self.used.add(made)
        return made

    def take_named(self, wanted: str, draft: Draft) -> BankItemId:
        """`take`, noted where the file names an id and it is not that."""
        taken = self.take(wanted)
        if wanted and taken != wanted:
            draft.note("new_id", phrase("the id “%(id)s” of the file is used already or is none here", id=wanted[:60]))
        return taken


def common_of(
    carried: Carried, defaults: Defaults, identity: BankItemId, texts: tuple[str, str], draft: Draft, category: str = ""
) -> Common:
    """The common fields from tags, what the file leaves to the defaults, and `texts`: stem and explanation."""
    stem, explanation = texts
    topic, level, plays = carried.get("topic"), carried.get("level"), carried.get("plays")
    tags = carried.tags if carried.ours or not category else (*carried.tags, category)
    # A teacher's tag may name a level as people do, whole.
    known = {one.value: one for one in Level} | ({} if carried.ours else {one.term: one for one in Level})
    said = next((known[tag.casefold()] for tag in carried.tags if tag.casefold() in known), defaults.level)
    return Common(
        id=identity,
        topic=TopicCode(topic) if is_code(topic) else defaults.topic,
        level=known.get(level, said),
        stem=stem,
        explanation=explanation,
        source=carried.get("source") or defaults.source,
        stimulus=StimulusId(carried.get("stimulus")),
        tags=_short(tags, draft),
        excludes=tuple(BankItemId(one) for one in carried.words("excludes") if _ID.fullmatch(one)),
        shuffle=carried.get("shuffle") != "false",
        plays=plays_of(plays),
    )


def plays_of(text: str) -> int:
    """How often a recording may be played, as a tag says; 0, no limit, for anything but a number of two digits."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 3 else 0


def compare_words(compare: Compare) -> str:
    """What makes a difference between texts, beside the defaults, as words of a tag."""
    return " ".join(f"{name}:{value}" for name, value in compare_fields(compare).items())


def compared_by(words: Iterable[str]) -> dict[str, JSON]:
    """The inverse of `compare_words`, as the field `compare`."""
    return {**dict(pair.partition(":")[::2] for pair in words)}


def compared_gaps(gaps: Mapping[str, ClozeGap]) -> str:
    """`compare_words` of each gap with a text, for the tag `compare`; those that have only defaults are left out."""
    said = {name: compare_words(gap.compare) for name, gap in gaps.items() if gap.kind == "text"}
    return ";".join(f"{name} {words}" for name, words in said.items() if words)


def _short(tags: Iterable[str], draft: Draft) -> tuple[str, ...]:
    most = LIMITS["tag"]
    found: dict[str, None] = {}
    for tag in tags:
        if len(tag) > most:
            draft.note("tag_cut", phrase("a long tag was cut: %(tag)s", tag=tag[:80]))
        found[tag[:most].strip()] = None
    return tuple(found)
