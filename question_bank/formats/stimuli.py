"""What stands between the questions of a file: descriptions that several ask about, categories that are our topics."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from question_bank.bilingual import Bilingual
from question_bank.formats.carried import Carried
from question_bank.formats.exchange import Notice
from question_bank.ids import StimulusId, TopicCode, is_code
from question_bank.items.model import Item, Stimulus
from question_bank.items.text import LIMITS
from question_bank.phrase import phrase

_SLASH = re.compile(r"(?<!/)/(?!/)")
_NOBODY = re.compile(r"\$.*\$|top|default for .*", re.IGNORECASE)


def category_words(path: str) -> str:
    """The innermost category of a path that somebody named; “//” is a slash of a name."""
    names = [" ".join(name.replace("//", "/").split()) for name in _SLASH.split(path)]
    last = names[-1] if names else ""
    return "" if _NOBODY.fullmatch(last) else last


def no_question(text: str, where: str) -> Notice:
    """A text without answers, which is only mentioned."""
    message = phrase("a text without answers is no question: %(text)s", text=" ".join(text.split())[:80])
    return Notice("description", where, message)


def category_path(title: str) -> str:
    """A topic's title as a category below the course's top."""
    return f"$course$/top/{title.replace('/', '//')}"


@dataclass(slots=True)
class Stimuli:
    """Stimuli and topics of one file, as they are met."""

    topics: dict[TopicCode, Bilingual] = field(default_factory=dict)
    _found: dict[StimulusId, Stimulus] = field(default_factory=dict)

    def topic(self, category: str, carried: Carried) -> None:
        """A category that one of our files says is a topic."""
        code = carried.get("topic")
        if is_code(code) and category:
            self.topics[TopicCode(code)] = Bilingual(category, carried.get("en") or category)

    def add(self, identity: str, title: str, text: str) -> None:
        """A description that one of our files says is a stimulus."""
        known = StimulusId(identity[:40])
        self._found.setdefault(known, Stimulus(known, " ".join(title.split())[: LIMITS["title"]] or known, text))

    def found(self) -> tuple[Stimulus, ...]:
        """All of them."""
        return tuple(self._found.values())


def in_groups(
    items: Iterable[Item], stimuli: Mapping[StimulusId, Stimulus]
) -> list[tuple[TopicCode, list[Item | Stimulus]]]:
    """Items by topic in the order given; each stimulus once, before the first item that names it."""
    topics: dict[TopicCode, list[Item | Stimulus]] = {}
    shown: set[StimulusId] = set()
    for item in items:
        group = topics.setdefault(item.common.topic, [])
        stimulus = stimuli.get(item.common.stimulus)
        if stimulus and stimulus.id not in shown:
            shown.add(stimulus.id)
            group.append(stimulus)
        group.append(item)
    return list(topics.items())
