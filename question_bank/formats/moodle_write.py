"""Items as Moodle XML: what Moodle has a type for, with their files; what it has no place for in tags (`carried`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from question_bank.bank import Bank
from question_bank.formats.carried import value_tags, write_carried
from question_bank.formats.exchange import Exported, Loss
from question_bank.formats.moodle_answers import UnusableError
from question_bank.formats.moodle_items import body
from question_bank.formats.moodle_paper import Paper, element, inner_text
from question_bank.formats.stimuli import category_path, in_groups
from question_bank.ids import TopicCode
from question_bank.items.model import Item, Stimulus


class MoodleWriter:
    """The writing half of the format."""

    NAME = "moodle"

    def write(self, bank: Bank, items: Sequence[Item], media: Mapping[str, bytes]) -> Exported:
        """Topics become categories, stimuli descriptions before their items."""
        written = ['<?xml version="1.0" encoding="UTF-8"?>', "<quiz>"]
        losses: list[Loss] = []
        count = 0
        for topic, group in in_groups(items, bank.stimuli):
            written.append(_category(bank, topic))
            for one in group:
                paper = Paper(media)
                if isinstance(one, Stimulus):
                    written.append(_stimulus(paper, one))
                    continue
                try:
                    kind, stem, fields, carried = body(paper, one)
                except UnusableError as error:
                    losses.append(Loss(one.id, error.code, error.message))
                    continue
                count += 1
                tags = write_carried(one, carried)
                general = paper.text("generalfeedback", one.common.explanation)
                written.append(
                    _question(
                        kind, one.id, [stem or paper.text("questiontext", one.common.stem), general], fields, tags
                    )
                )
                losses += [Loss(one.id, code, message) for code, message in paper.losses.items()]
        return Exported("\n".join([*written, "</quiz>", ""]).encode(), count, tuple(losses))


def _question(kind: str, identity: str, texts: Iterable[str], fields: Iterable[str], tags: Iterable[str]) -> str:
    named = [f"<tag>{inner_text(tag)}</tag>" for tag in tags]
    lines = [
        f'<question type="{kind}">', f"<name>{inner_text(identity)}</name>", *texts, element("penalty", 0), element("hidden", 0),
        element("idnumber", identity), *fields, f"<tags>{''.join(named)}</tags>", "</question>",
    ]  # fmt: skip
    return "\n".join(lines)


def _stimulus(paper: Paper, stimulus: Stimulus) -> str:
    tags = [*value_tags("stimulus", stimulus.id), *value_tags("title", stimulus.title)]
    return _question("description", stimulus.id, [paper.text("questiontext", stimulus.text)], (), tags)


def _category(bank: Bank, topic: TopicCode) -> str:
    title = bank.topics.get(topic)
    tags = [*value_tags("topic", topic), *(value_tags("en", title.en) if title else ())]
    named = "".join(f"<tag>{inner_text(tag)}</tag>" for tag in tags)
    path = inner_text(category_path(title.vi if title else topic))
    return f'<question type="category"><category>{path}</category><tags>{named}</tags></question>'
