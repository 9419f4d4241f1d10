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
from question_bank.form_file import write_form
from question_bank.sealed_write import SealedBundle
from question_bank.sheets import write_sheets
from server.domain.rights import Role
from server.drill.prepared_room import BANK, Rules, seal_contest, sitting_file
from server.store.officers import Officer
from server.web.passwords import hash_password

SITTING_ID = "tg2020-chung-ket-ca-1"
TITLE = ("Chung kết “Chính quyền số” · Ca 1", "Final “Digital government” · Sitting 1")
UNITS = ("Sở Nội vụ", "Sở Khoa học và Công nghệ", "Văn phòng Ủy ban nhân dân tỉnh", "Ủy ban nhân dân xã Mẫu Sơn")
FAMILY, MIDDLE = ("Nguyễn", "Trần", "Lê", "Phạm", "Đặng"), ("Văn", "Thị", "Minh", "Hoàng", "Ngọc Bảo")
GIVEN = (
    "An", "Ánh", "Bình", "Châu", "Dũng", "Đức", "Hà", "Khánh", "Linh", "Mai", "Nam", "Phúc", "Quỳnh", "Thảo", "Yến",
)  # fmt: skip


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


def make(folder: Path, *, candidates: int, duration_s: int) -> Material:
    """Draw and seal both sets, write the sitting file and the roster. Raises when the sample bank is short."""
    packages = folder / "packages"
    packages.mkdir(parents=True)
    contest = seal_contest(packages, duration_s=duration_s, seed=lambda _: secrets.token_bytes(32))
    for name, bundle in contest.bundles.items():
        write_form(contest.forms[name], folder / f"{name}.form.json")
        write_sheets(bundle, folder / "sheets" / name)
    people = sample_candidates(candidates)
    material = Material(
        folder=folder,
        bank=BANK,
        packages={name: bundle.package.path for name, bundle in contest.bundles.items()},
        shares={name: _texts(bundle) for name, bundle in contest.bundles.items()},
        sitting_file=folder / "ca-thi.yaml",
        roster=folder / "danh-sach.xlsx",
        candidates=people,
    )
    text = sitting_file(contest, Rules(duration_s=duration_s), SITTING_ID, TITLE)
    material.sitting_file.write_text(text, encoding="utf-8")
    _write_roster(material.roster, people)
    return material


def accounts(password: str, at_ms: int, officers: Sequence[SampleOfficer] = OFFICERS) -> list[Officer]:
    """The officers as a room registers them, all with one password."""
    hashed = hash_password(password)
    return [
        Officer(
            f"u-{one.user_name}", one.user_name, one.full_name, Role(one.role), one.body, hashed, False, at_ms, "cli"
        )
        for one in officers
    ]


def _texts(bundle: SealedBundle) -> dict[str, list[str]]:
    texts: dict[str, list[str]] = {}
    package_id = bundle.package.manifest.package_id
    for one in bundle.shares:
        texts.setdefault(one.kind.value, []).append(qr_text(package_id, one.kind, one.share))
    return texts


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
