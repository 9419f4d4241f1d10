"""What an export cannot carry is told, item by item, and what it does not tell comes back."""

from __future__ import annotations

import io
from typing import Any

import pytest
from PIL import Image

from question_bank.bank import Bank
from question_bank.bilingual import Bilingual
from question_bank.canonical import JSON
from question_bank.formats.exchange import Defaults, Imported, media_name
from question_bank.formats.registry import readers, writers
from question_bank.ids import BankItemId, TopicCode
from question_bank.items import types
from question_bank.items.model import Common, Item, Level
from question_bank.problems import Fault

TOPIC = TopicCode("chu-de")
FORMATS = sorted(writers())
OPTIONS: JSON = {"A": "một", "B": "hai", "C": "ba"}


def item(type_name: str, stem: str = "Hỏi gì?", **fields: JSON) -> Item:
    faults: list[Fault] = []
    common = Common(BankItemId("X-1"), TOPIC, Level.NHAN_BIET, stem, "Vì thế.", "Sách")
    made = types()[type_name].read(common, fields, faults)
    assert faults == []
    return made


def choice(stem: str = "Hỏi gì?") -> Item:
    return item("single_choice", stem, options=OPTIONS, key="A")


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("L", (100, 80)).save(out, "PNG")
    return out.getvalue()


MEDIA = {"x.png": picture(), "x.ogg": b"OggS" + bytes(40)}
WEIGHTS: JSON = {"A": "1/3", "B": "200/3", "C": "-50"}
CASES: dict[str, tuple[Item, dict[str, list[str]]]] = {
    "nothing": (choice(), {}),
    "a sound": (
        choice("Nghe {{audio:x.ogg|đoạn}}"),
        {"docx": ["medium"], "gift": ["medium"], "table": ["files_left_out"], "yaml": ["medium"]},
    ),
    "a picture": (choice("Xem {{picture:x.png|hình}}"), {"table": ["files_left_out"], "yaml": ["medium"]}),
    "a picture that is not there": (
        choice("Xem {{picture:y.png|hình}}"),
        {name: ["medium"] for name in FORMATS if name != "table"} | {"table": ["files_left_out"]},
    ),
    "units": (
        item("numeric", answers=["3"], units=["giây", {"unit": "phút", "factor": "60"}]),
        {"gift": ["units"], "qti": ["units"]},
    ),
    "a third": (item("numeric", answers=["1/3"]), {name: ["number"] for name in ("gift", "moodle", "qti")}),
    "weights in thirds": (
        item("multiple_choice", options=OPTIONS, key=["A", "B"], weights=WEIGHTS),
        {"gift": ["weights"], "moodle": ["weights"]},
    ),
    "looks on the right side": (
        item("matching", left={"1": "m", "2": "n"}, right={"A": "{{b:x}}", "B": "y"}, pairs={"1": "A", "2": "B"}),
        {"gift": ["right"], "moodle": ["right"]},
    ),
    "four statements": (
        item("true_false_4", statements={one: f"Ý {one}" for one in "abcd"}, key=["a"]),
        {"gift": ["type"], "moodle": ["plug_in"]},
    ),
    "a prediction": (item("prediction"), {"gift": ["type"], "moodle": ["type"]}),
    "a task with files": (item("file_task", task="thuc-hanh"), {"gift": ["type"], "moodle": ["type"]}),
    "an ellipse": (
        item("hotspot", picture="{{picture:x.png|hình}}", regions=[{"ellipse": "5000 5000 500 900"}]),
        {"gift": ["type"], "moodle": ["circle"], "table": ["files_left_out"], "yaml": ["medium"]},
    ),
    "a gap": (item("cloze", "Một {{gap:1}}", gaps={"1": {"kind": "text", "answers": ["a"]}}), {"gift": ["type"]}),
    "a text longer than a cell": (choice("x" * 33_000), {"table": ["cell_cut"]}),
}


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("case", CASES)
def test_every_loss_is_told_and_what_is_not_told_comes_back(name: str, case: str) -> None:
    whole, expected = CASES[case]
    bank = Bank.of({TOPIC: Bilingual("Chủ đề", "Topic")}, [whole])
    made = writers()[name].write(bank, [whole], MEDIA)
    lost = [loss.code for loss in made.losses]
    assert lost == expected.get(name, [])
    assert {loss.item for loss in made.losses} <= {whole.id}
    assert made.items == ("type" not in lost), "an item that has no place in the file is not counted"
    if not lost:
        found: Any = readers()[name].read(made.data, "xuat.txt", Defaults(TopicCode("khac")))
        assert isinstance(found, Imported)
        [question] = found.questions
        assert question.item is not None
        assert said(question.item) == said(whole)


def said(one: Item) -> str:
    """What candidates and markers get; files are named by their digests on the way."""
    text = f"{one.common.stem} {one.own_fields()}"
    for name, data in MEDIA.items():
        text = text.replace(media_name(data, name.partition(".")[2]), name)
    return text
