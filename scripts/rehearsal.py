"""Everything a room needs for a rehearsal, made here and now: two sealed sets, a sitting file, a roster, officers.

Used by `make run`, `make demo`, `make screens` and the scenario tests. It goes the committee's own way (the bank's public
functions); nothing here is a short cut through the room.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from openpyxl import Workbook

from question_bank.custody import qr_text
from question_bank.custody_plan import CustodyPlan, read_plan
from question_bank.form import Form, SetName, assemble
from question_bank.form_file import write_form
from question_bank.formats.blueprint import read_blueprint_file
from question_bank.formats.folder import read_bank
from question_bank.sealed_keys import PublicKey, SigningKey
from question_bank.sealed_write import SealedBundle, seal
from question_bank.sheets import write_sheets

SAMPLES = Path(__file__).resolve().parent.parent / "question_bank" / "samples"
SITTING_ID = "tg2020-chung-ket-ca-1"
UNITS = ("Sở Nội vụ", "Sở Khoa học và Công nghệ", "Văn phòng Ủy ban nhân dân tỉnh", "Ủy ban nhân dân xã Mẫu Sơn")
FAMILY, MIDDLE = ("Nguyễn", "Trần", "Lê", "Phạm", "Đặng"), ("Văn", "Thị", "Minh", "Hoàng", "Ngọc Bảo")
GIVEN = ("An", "Ánh", "Bình", "Châu", "Dũng", "Đức", "Hà", "Khánh", "Linh", "Mai", "Nam", "Phúc", "Quỳnh", "Thảo", "Yến")


@dataclass(frozen=True, slots=True)
class SampleOfficer:
    """An officer of the rehearsal; the name is a role's, never a person's."""

    user_name: str
    full_name: str
    role: str
    body: str


OFFICERS = (
    SampleOfficer("kythuat", "Kỹ thuật viên mẫu", "technical", "Tổ Kỹ thuật"),
    SampleOfficer("coithi1", "Cán bộ coi thi mẫu một", "proctor", "Ban Coi thi"),
    SampleOfficer("coithi2", "Cán bộ coi thi mẫu hai", "proctor", "Ban Coi thi"),
    SampleOfficer("bande", "Trưởng Ban Đề thi mẫu", "setting", "Ban Đề thi"),
    SampleOfficer("tochuc", "Phó Trưởng Ban Tổ chức mẫu", "organising", "Ban Tổ chức"),
    SampleOfficer("giamkhao", "Giám khảo mẫu", "jury", "Ban Giám khảo"),
    SampleOfficer("thuky", "Thư ký mẫu", "secretariat", "Tổ Thư ký"),
)


@dataclass(frozen=True, slots=True)
class SampleCandidate:
    """A candidate of the rehearsal."""

    sbd: str
    full_name: str
    birth_date: str
    unit: str


@dataclass(frozen=True, slots=True)
class Material:
    """What was made, and where. `shares[set][secret]` are the custodians' texts as their QR codes hold them."""

    folder: Path
    bank: Path
    packages: Mapping[str, Path]
    shares: Mapping[str, Mapping[str, Sequence[str]]]
    sitting_file: Path
    roster: Path
    candidates: Sequence[SampleCandidate]
    duration_s: int


def make(folder: Path, *, candidates: int, duration_s: int) -> Material:
    """Draw and seal both sets, write the sitting file and the roster. Raises when the sample bank is short."""
    folder.mkdir(parents=True, exist_ok=True)
    bundles = _seal_both(folder, duration_s)
    people = sample_candidates(candidates)
    material = Material(
        folder=folder,
        bank=SAMPLES / "bank",
        packages={name: bundle.package.path for name, bundle in bundles.items()},
        shares={name: _texts(bundle) for name, bundle in bundles.items()},
        sitting_file=folder / "ca-thi.yaml",
        roster=folder / "danh-sach.xlsx",
        candidates=people,
        duration_s=duration_s,
    )
    ids = {name: bundle.package.manifest.package_id for name, bundle in bundles.items()}
    key_line = (folder / "keys" / "committee.pub").read_text(encoding="utf-8").strip()
    material.sitting_file.write_text(_sitting_text(ids, key_line, duration_s), encoding="utf-8")
    _write_roster(material.roster, people)
    return material


def _seal_both(folder: Path, duration_s: int) -> dict[str, SealedBundle]:
    reading = read_bank(SAMPLES / "bank")
    text = (SAMPLES / "blueprints" / "tien-giang.yaml").read_text(encoding="utf-8")
    shortened = folder / "ma-tran-de.yaml"
    shortened.write_text(text.replace("duration_s: 2700", f"duration_s: {duration_s}"), encoding="utf-8")
    blueprint = read_blueprint_file(shortened).blueprint
    plan = read_plan((SAMPLES / "custody.yaml").read_bytes(), "custody.yaml")
    if blueprint is None or not isinstance(plan, CustodyPlan):
        raise SystemExit(f"the sample blueprint or custody plan is wrong: {blueprint} {plan}")
    key = SigningKey.generate()
    keys = folder / "keys"
    keys.mkdir()
    key.save(keys / "committee.key")
    (keys / "committee.pub").write_text(PublicKey(key.public, "Ban Đề thi (mẫu)").line(), encoding="utf-8")
    found: dict[str, SealedBundle] = {}
    used: frozenset[object] = frozenset()
    for set_name in (SetName.PRIMARY, SetName.RESERVE):
        form = assemble(reading.bank, blueprint, secrets.token_bytes(32), set_name, used)  # type: ignore[arg-type]
        if not isinstance(form, Form):
            raise SystemExit(f"the sample bank is short: {form}")
        write_form(form, folder / f"{set_name.value}.form.json")
        used = frozenset(item.bank_item for section in form.sections for item in section.marking.items)
        out = folder / "packages"
        out.mkdir(exist_ok=True)
        bundle = seal(form, key, plan, out, created_at_ms=1, not_before_ms=None, requires_version="0.1.0")
        write_sheets(bundle, folder / "sheets" / set_name.value)
        found[set_name.value] = bundle
    return found


def _texts(bundle: SealedBundle) -> dict[str, list[str]]:
    texts: dict[str, list[str]] = {}
    package_id = bundle.package.manifest.package_id
    for one in bundle.shares:
        texts.setdefault(one.kind.value, []).append(qr_text(package_id, one.kind, one.share))
    return texts


def _sitting_text(packages: Mapping[str, str], key_line: str, duration_s: int) -> str:
    return f"""format: exam-sitting/1
sitting_id: {SITTING_ID}
title: {{vi: "Chung kết “Chính quyền số” · Ca 1", en: "Final “Digital government” · Sitting 1"}}
contest_id: tien-giang-2020
round_id: chung-ket
bodies: [Ban Đề thi, Ban Tổ chức, Ban Giám khảo, Tổ Thư ký]
parts:
  - {{section_code: ly-thuyet, title: {{vi: Phần thi trắc nghiệm, en: Multiple-choice part}}, duration_s: {duration_s}}}
rules: {{opening: primary, show_result: at_once, time_unit_ms: 1000, grace_s: 30, marking_opens: at_start}}
sources:
  show_result: "Kế hoạch tổ chức Cuộc thi, mục II.3"
committee_key: "{key_line}"
packages: {{primary: {packages["primary"]}, reserve: {packages["reserve"]}}}
"""


def sample_candidates(count: int) -> list[SampleCandidate]:
    """Synthetic people: no two alike, names in Vietnamese order, none of a living person on purpose."""
    found = []
    for n in range(count):
        given = GIVEN[n % len(GIVEN)]
        name = f"{FAMILY[n % len(FAMILY)]} {MIDDLE[n // 3 % len(MIDDLE)]} {given} {_roman(n // len(GIVEN))}".strip()
        birth = f"{n % 28 + 1:02d}/{n % 12 + 1:02d}/{1970 + n % 33}"
        found.append(SampleCandidate(f"{n + 1:04d}", name, birth, UNITS[n % len(UNITS)]))
    return found


def _roman(n: int) -> str:
    """A harmless mark that keeps large rosters' names apart."""
    return "" if n == 0 else f"Mẫu {''.join(chr(ord('A') + int(digit)) for digit in str(n))}"


def _write_roster(path: Path, people: Sequence[SampleCandidate]) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["SBD", "Họ và tên", "Ngày sinh", "Đơn vị", "Bảng", "Chức vụ"])
    for one in people:
        sheet.append([one.sbd, one.full_name, one.birth_date, one.unit, "", "Chuyên viên"])
    book.save(path)
