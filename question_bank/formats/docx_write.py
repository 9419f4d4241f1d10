"""Items as a Word file that people print and edit: questions as teachers write them, the answers in a table at the end.

What the page does not show stands in hidden text beside it (`carried`), the roles of paragraphs are styles of ours.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from question_bank.bank import Bank
from question_bank.bilingual import Bilingual
from question_bank.canonical import JSON
from question_bank.content import parse
from question_bank.formats.carried import PREFIX, value_tags, write_carried
from question_bank.formats.docx_own import (
    EXPLANATION_STYLE,
    KEY_STYLE,
    LABEL_STYLE,
    QUESTION_STYLE,
    ROW_STYLE,
    SHARED_STYLE,
    TOPIC_STYLE,
)
from question_bank.formats.docx_package_write import Pictures, package, style_id
from question_bank.formats.docx_shown import VISIBLE, is_plain, key_cell, rows_of
from question_bank.formats.docx_text_write import TextWriter, paragraph, run, table
from question_bank.formats.exchange import Exported, Loss
from question_bank.formats.stimuli import in_groups
from question_bank.formats.table_fields import write_fields
from question_bank.items.model import Item, Stimulus
from question_bank.media import read_medium
from question_bank.phrase import Phrase, phrase
from question_bank.showing import MediumFile

_LOST: Mapping[str, Phrase] = {
    "medium": phrase(
        "Word plays no recordings, and a picture that is not there cannot be shown: only its description was written"
    ),
    "formula": phrase("a formula has no form among Word's equations: it was written as LaTeX"),
    "blocks": phrase("a list or table inside another one was left out"),
}
_SHORT = 12  # characters of an answer of which three stand beside each other in the table
_ENDINGS = {"image/png": "png", "image/jpeg": "jpg", "image/gif": "gif", "image/webp": "webp", "image/svg+xml": "svg"}


def write_docx(bank: Bank, items: Sequence[Item], media: Mapping[str, bytes]) -> Exported:
    """The file, and what of the items Word cannot show."""
    writer = _Writer(media)
    for topic, group in in_groups(items, bank.stimuli):
        writer.topic(topic, bank.topics.get(topic))
        for one in group:
            if isinstance(one, Stimulus):
                writer.stimulus(one)
            else:
                writer.item(one)
    writer.answers()
    return Exported(package(writer.blocks, writer.pictures, writer.texts.lists), len(items), tuple(writer.losses))


@dataclass(slots=True)
class _Writer:
    """One file being written."""

    media: Mapping[str, bytes]
    blocks: list[str] = field(default_factory=list)
    losses: list[Loss] = field(default_factory=list)
    pictures: Pictures = field(default_factory=Pictures)
    texts: TextWriter = field(init=False)
    _key: list[tuple[str, str]] = field(default_factory=list)
    _judged: dict[str, MediumFile | Phrase] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.texts = TextWriter(self._picture)

    def topic(self, code: str, title: Bilingual | None) -> None:
        """A heading above its items."""
        tags = [*value_tags("topic", code), *(value_tags("en", title.en) if title else ())]
        self.blocks.append(paragraph([_hidden(tags), run(title.vi if title else code)], style_id(TOPIC_STYLE)))

    def stimulus(self, one: Stimulus) -> None:
        """A shared text: its title, and its paragraphs below."""
        tags = [*value_tags("stimulus", one.id), *value_tags("title", one.title), *value_tags("text", one.text)]
        self.blocks.append(paragraph([_hidden(tags), _label("Ngữ liệu. "), run(one.title)], style_id(SHARED_STYLE)))
        self.blocks += self.texts.blocks(parse(one.text)[0])

    def item(self, item: Item) -> None:
        """A question, its rows, its explanation; its key is kept for the table."""
        number = str(len(self._key) + 1)
        fields = item.own_fields()
        rows = rows_of(fields)
        common = item.common
        kept = {
            name: text
            for name, text in (("stem", common.stem), ("explanation", common.explanation))
            if not is_plain(text)
        }
        own = {
            "id": item.id,
            **kept,
            "tags": "\n".join(common.tags),
            "fields": write_fields(_hidden_fields(item.NAME, fields)),
        }
        tags = [tag for tag in write_carried(item, own) if tag.startswith(PREFIX) and tag not in common.tags]
        lead = _hidden(tags) + _label(f"Câu {number}. ")
        self.blocks += self.texts.blocks(parse(common.stem)[0], style_id(QUESTION_STYLE), lead)
        for row in rows:
            label = _label(f"{row.shown} ") if row.shown else ""
            self.blocks += self.texts.blocks(parse(row.text)[0], style_id(ROW_STYLE), label)
        if common.explanation:
            label = _label("Lời giải: ")
            self.blocks += self.texts.blocks(parse(common.explanation)[0], style_id(EXPLANATION_STYLE), label)
        self._key.append((number, key_cell(item.NAME, fields)))
        self.losses += [Loss(item.id, code, _LOST[code]) for code in self.texts.lost]
        self.texts.lost = {}

    def answers(self) -> None:
        """The table at the end: three pairs of columns where answers are short."""
        self.blocks.append(paragraph([run("ĐÁP ÁN")], style_id(KEY_STYLE)))
        columns = 3 if len(self._key) > 3 and all(len(said) <= _SHORT for _, said in self._key) else 1
        rows = [["Câu", "Đáp án"] * columns]
        for at in range(0, len(self._key), columns):
            pairs = self._key[at : at + columns]
            rows.append([text for pair in pairs for text in pair] + [""] * (2 * (columns - len(pairs))))
        self.blocks.append(table([[paragraph([run(text)]) for text in row] for row in rows], heading=True))

    def _picture(self, name: str) -> tuple[str, int, int] | None:
        data = self.media.get(name)
        if data is None:
            return None
        if name not in self._judged:
            self._judged[name] = read_medium(data)
        judged = self._judged[name]
        if not isinstance(judged, MediumFile) or judged.media_type not in _ENDINGS:
            return None
        return self.pictures.relation(name, _ENDINGS[judged.media_type], data), judged.width, judged.height


def _hidden(tags: Sequence[str]) -> str:
    return run("".join(f"[{tag}]" for tag in tags), hidden=True)


def _label(text: str) -> str:
    return run(text, style=style_id(LABEL_STYLE))


def _hidden_fields(type_name: str, fields: Mapping[str, JSON]) -> dict[str, JSON]:
    """The fields that the page does not give back: all but a key and plain rows of the types that it shows whole."""
    shown = VISIBLE.get(type_name, ())
    plain = all(is_plain(row.text) for row in rows_of(fields))
    left = {name: value for name, value in fields.items() if name not in shown or (name != "key" and not plain)}
    return {name: value for name, value in left.items() if value not in ([], {})}
