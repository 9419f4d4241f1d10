"""A sealed contest of one part with an item of every type, from the vector of items: for rooms in tests."""

from __future__ import annotations

import shutil
from pathlib import Path

from question_bank.bilingual import Bilingual
from question_bank.blueprint import Blueprint, Cell, SectionPlan
from question_bank.custody_plan import CustodyPlan, read_plan
from question_bank.form import Form, SetName, assemble
from question_bank.formats.folder import read_bank
from question_bank.marking_scheme import Marks
from question_bank.media_source import from_folder
from question_bank.sealed_keys import PublicKey, SigningKey
from question_bank.sealed_write import seal
from server.drill.prepared_room import SAMPLES, VERSION, SealedContest
from server.heartbeat import wall_ms

ITEMS = Path(__file__).resolve().parent.parent / "tests" / "vectors" / "items"
TITLE = Bilingual("Mỗi kiểu một câu", "One item of each type")


def seal_every_type(folder: Path) -> SealedContest:
    """Both sets, into a folder that is there; the reserve has the same items in another order."""
    source = folder / "bank"
    source.mkdir()
    shutil.copy(ITEMS / "good_types.yaml", source)
    shutil.copytree(ITEMS / "media", source / "media")
    bank = read_bank(source).bank
    cells = tuple(Cell(count.topic, count.level, count.items, (count.type,)) for count in bank.counts())
    blueprint = Blueprint("moi-kieu", "thu", TITLE, (SectionPlan("moi-kieu", TITLE, 2700, Marks(100), {}, cells),))
    custody = read_plan((SAMPLES / "custody.yaml").read_bytes(), "custody.yaml")
    assert isinstance(custody, CustodyPlan)
    key, forms, bundles = SigningKey.generate(), {}, {}
    for place, name in enumerate(SetName):
        form = assemble(bank, blueprint, bytes([place]) * 32, name)
        assert isinstance(form, Form)
        forms[name.value] = form
        bundles[name.value] = seal(
            form, key, custody, folder, created_at_ms=wall_ms(), not_before_ms=None, requires_version=VERSION,
            media=from_folder(source / "media"),
        )  # fmt: skip
    bodies = tuple(dict.fromkeys(custody.paper.bodies + custody.marking.bodies))
    return SealedContest(PublicKey(key.public, "Ban Đề thi"), bundles, forms, bodies, blueprint, key)
