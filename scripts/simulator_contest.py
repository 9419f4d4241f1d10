"""A sealed contest of one part with a simulator and two items to choose from: for rooms in tests."""

from __future__ import annotations

from pathlib import Path

from question_bank.bilingual import Bilingual
from question_bank.blueprint import Blueprint, Cell, SectionPlan
from question_bank.custody_plan import CustodyPlan, read_plan
from question_bank.form import Form, SetName, assemble
from question_bank.formats.folder import read_bank
from question_bank.ids import TopicCode
from question_bank.items.model import Level
from question_bank.marking_scheme import Marks
from question_bank.sealed_keys import PublicKey, SigningKey
from question_bank.sealed_write import seal
from server.drill.prepared_room import SAMPLES, VERSION, SealedContest
from server.heartbeat import wall_ms

TITLE = Bilingual("Hệ thống giả lập", "A simulated system")
ITEMS = """format: exam-items/1
topic: he-thong
topic_title: {{vi: Hệ thống, en: Systems}}
items:
  - id: H-1
    type: simulation
    level: van_dung
    stem: Gỡ thông báo đã cũ và dán thông báo mới.
    simulator: {simulator}
    scenario: {scenario}
    explanation: Vì thế.
    source: Sách
  - {{id: H-2, type: single_choice, level: nhan_biet, stem: Thủ đô của Việt Nam?, options: {{A: Hà Nội, B: Huế}}, key: A, explanation: Vì thế., source: Sách}}
  - {{id: H-3, type: single_choice, level: nhan_biet, stem: Cố đô của Việt Nam?, options: {{A: Hà Nội, B: Huế}}, key: B, explanation: Vì thế., source: Sách}}
"""


def seal_simulation(folder: Path, simulator: str, scenario: str) -> SealedContest:
    """Both sets, into a folder that is there; the reserve has the same items in another order."""
    source = folder / "bank"
    source.mkdir()
    text = ITEMS.format(simulator=simulator, scenario=_scalar(scenario))
    (source / "he-thong.yaml").write_text(text, encoding="utf-8")
    reading = read_bank(source)
    assert [str(problem) for problem in reading.problems] == []
    topic = TopicCode("he-thong")
    cells = (Cell(topic, Level.VAN_DUNG, 1), Cell(topic, Level.NHAN_BIET, 2))
    blueprint = Blueprint("gia-lap", "thu", TITLE, (SectionPlan("gia-lap", TITLE, 2700, Marks(100), {}, cells),))
    custody = read_plan((SAMPLES / "custody.yaml").read_bytes(), "custody.yaml")
    assert isinstance(custody, CustodyPlan)
    key, forms, bundles = SigningKey.generate(), {}, {}
    for place, name in enumerate(SetName):
        form = assemble(reading.bank, blueprint, bytes([place]) * 32, name)
        assert isinstance(form, Form), form
        forms[name.value] = form
        bundles[name.value] = seal(
            form, key, custody, folder, created_at_ms=wall_ms(), not_before_ms=None, requires_version=VERSION
        )
    bodies = tuple(dict.fromkeys(custody.paper.bodies + custody.marking.bodies))
    return SealedContest(PublicKey(key.public, "Ban Đề thi"), bundles, forms, bodies, blueprint, key)


def _scalar(text: str) -> str:
    """As one YAML scalar between double quotes."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
