"""What round trips of formats need; files to import; what becomes of them."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from hypothesis import strategies as st

from question_bank.bank import Bank
from question_bank.bilingual import Bilingual
from question_bank.canonical import JSON
from question_bank.formats.exchange import Defaults, Exported, Imported, NotThisFormat
from question_bank.formats.registry import readers
from question_bank.ids import BankItemId, StimulusId, TopicCode
from question_bank.items.model import Item, Level, Stimulus
from question_bank.wording import use_language
from tests.question_bank.formats.drawn_items import items
from tests.question_bank.formats.drawn_texts import PICTURES


@dataclass(frozen=True, slots=True)
class Exchange:
    """What round trips need: items drawn, a bank around them, an import of what was exported."""

    media: Mapping[str, bytes]
    titles: Mapping[TopicCode, Bilingual]
    stimulus: Stimulus

    def items(self, name: str) -> st.SearchStrategy[Item]:
        """Items of a type."""
        return items(name)

    def called(self, item: Item, identity: str) -> Item:
        """The item with another id."""
        return replace(item, common=replace(item.common, id=BankItemId(identity)))

    def bank(self, found: Sequence[Item]) -> Bank:
        """A bank of them, with the stimulus that some name."""
        return Bank.of(self.titles, found, [self.stimulus])

    def back(self, made: Exported, read: Callable[[bytes, str, Defaults], Imported | NotThisFormat]) -> Imported:
        """What was written, read again; in a bank of another topic, so that nothing comes from the defaults."""
        found = read(made.data, "xuat.txt", Defaults(TopicCode("noi-khac"), Level.NHAN_BIET, "nguồn khác"))
        assert isinstance(found, Imported), found
        return found


@pytest.fixture(scope="session")
def exchange() -> Exchange:
    """Strategies and helpers for round trips, for every format."""
    titles = {
        TopicCode("dich-vu-cong"): Bilingual("Dịch vụ công", "Public services"),
        TopicCode("van-thu"): Bilingual("Văn thư", "Records"),
    }
    return Exchange(PICTURES, titles, Stimulus(StimulusId("BANG-1"), "Bảng lương", "Bảng:\n{{table:\na | b\n1 | 2\n}}"))


VECTORS = Path(__file__).resolve().parents[2] / "vectors" / "formats"


def summary(found: Imported | NotThisFormat) -> JSON:
    """What became of a file, for golden files: keys and codes, not sentences."""
    if isinstance(found, NotThisFormat):
        return {"refused": found.notice.code, "where": found.notice.where}
    questions: list[JSON] = []
    for one in found.questions:
        made: dict[str, JSON] = {"where": one.where, "outcome": one.outcome.value}
        if one.item:
            common = one.item.common
            made |= {"id": common.id, "type": one.item.NAME, "level": common.level.value, "stem": common.stem}
            made |= {"explanation": common.explanation} if common.explanation else {}
            made |= {"tags": [*common.tags]} if common.tags else {}
            made |= {} if common.shuffle else {"shuffle": False}
            made["fields"] = one.item.own_fields()
        made |= {name: [*dict.fromkeys(notice.code for notice in notices)] for name, notices in
                 (("review", one.review), ("notices", one.notices)) if notices}  # fmt: skip
        questions.append(made)
    notices: list[JSON] = [{"code": one.code, "where": one.where} for one in found.notices]
    return {"questions": questions, "notices": notices, "media": [*found.media]}


@pytest.fixture(scope="session")
def import_vector() -> Callable[[str, str], tuple[Imported | NotThisFormat, JSON, JSON]]:
    """`import_vector(format, file)`: what was read, its summary, and the golden summary beside the file."""

    def read(format_name: str, file: str) -> tuple[Imported | NotThisFormat, JSON, JSON]:
        use_language("vi")
        path = VECTORS / format_name / file
        found = readers()[format_name].read(
            path.read_bytes(), file, Defaults(TopicCode("chu-de"), Level.NHAN_BIET, "Tài liệu mẫu")
        )
        golden = path.with_suffix(".json")
        if os.environ.get("EXAMROOM_GOLDEN") == "write":
            golden.write_text(json.dumps(summary(found), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        return found, summary(found), json.loads(golden.read_text(encoding="utf-8"))

    return read


@pytest.fixture(scope="session")
def read_text() -> Callable[..., Imported | NotThisFormat]:
    """`read_text(format, text)`: a file of these words."""

    def read(format_name: str, text: str | bytes, name: str = "bai.txt") -> Imported | NotThisFormat:
        data = text.encode() if isinstance(text, str) else text
        return readers()[format_name].read(data, name, Defaults(TopicCode("chu-de")))

    return read
