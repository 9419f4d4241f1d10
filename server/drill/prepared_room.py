"""A room made ready in one go, for the load bench and for tests: sealed sets, roster, codes, officers, paired kiosks.

Everything goes through the doors people use (sealing, import, ceremony); only the clicks are missing.
"""

from __future__ import annotations

import random
import secrets
import ssl
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask
from flask.sessions import SecureCookieSessionInterface

from question_bank.bilingual import Bilingual
from question_bank.blueprint import Blueprint
from question_bank.custody import SecretKind
from question_bank.custody_plan import CustodyPlan, read_plan
from question_bank.form import Form, SetName, assemble
from question_bank.formats.blueprint import read_blueprint_file
from question_bank.formats.folder import read_bank
from question_bank.ids import BankItemId
from question_bank.sealed_keys import PublicKey, SigningKey
from question_bank.sealed_write import SealedBundle, seal
from server.composition import started
from server.domain import access_codes
from server.domain.pairing import MachineKind
from server.domain.rights import Role
from server.domain.roster import Entry
from server.drill.virtual_parts import RoomAddress, Sheet
from server.heartbeat import monotonic_ms, wall_ms
from server.identity import CA_FILE, load_identity, write_identity
from server.live.actors import OfficerActor
from server.live.clock import RoomClock
from server.live.room import Room
from server.logs import RoomLog
from server.store.async_port import THREADS
from server.store.machines import Machine
from server.store.officers import Officer

SAMPLES = Path(__file__).resolve().parents[2] / "question_bank" / "samples"
BANK = SAMPLES / "bank" / "trac-nghiem"  # choices in plain words: what scripted candidates know how to answer
VERSION = "0.1.0"
SITTING_ID = "thu-tai-1"
TITLE = ("Ca thi thử", "Trial sitting")
SETTING = OfficerActor("o-setting", Role.SETTING)
ORGANISING = OfficerActor("o-organising", Role.ORGANISING)
JURY = OfficerActor("o-jury", Role.JURY)
PROCTOR = OfficerActor("o-proctor", Role.PROCTOR)


@dataclass(frozen=True, slots=True)
class SealedContest:
    """Both sets sealed, with everything needed to open them again; `forms` hold the keys."""

    committee: PublicKey
    bundles: dict[str, SealedBundle]
    forms: dict[str, Form]
    bodies: tuple[str, ...]
    blueprint: Blueprint
    key: SigningKey

    def shares(self, set_name: str, kind: SecretKind) -> list[str]:
        """The words on the sheets of one secret."""
        return [one.share.mnemonic for one in self.bundles[set_name].shares if one.kind is kind]


@dataclass(frozen=True, slots=True)
class Rules:
    """What a test or bench wants different."""

    duration_s: int = 2700
    grace_s: int = 30
    opening: str = "primary"
    show_result: str = "at_once"
    marking_opens: str = "at_start"


def seal_contest(
    folder: Path, *, small: bool = False, not_before_ms: int | None = None, sections: int = 1,
    duration_s: int | None = None, seed: Callable[[int], bytes] = lambda place: bytes([place]) * 32,
    change: Callable[[Form], Form] = lambda form: form,
) -> SealedContest:  # fmt: skip
    """Assemble and seal both sets from the sample bank, into a folder that is there.

    `small` takes one item a cell, `duration_s` gives every section another length, `seed` is what the set of a place (0
    the primary) is drawn with, `change` may spoil a form.
    """
    bank = read_bank(BANK).bank
    blueprint = read_blueprint_file(SAMPLES / "blueprints" / "tien-giang.yaml").blueprint
    custody = read_plan((SAMPLES / "custody.yaml").read_bytes(), "custody.yaml")
    assert blueprint is not None
    assert isinstance(custody, CustodyPlan)
    if small:
        blueprint = _smaller(blueprint, sections)
    if duration_s is not None:
        plans = tuple(replace(plan, duration_s=duration_s) for plan in blueprint.sections)
        blueprint = replace(blueprint, sections=plans)
    key = SigningKey.generate()
    forms: dict[str, Form] = {}
    bundles: dict[str, SealedBundle] = {}
    used: frozenset[BankItemId] = frozenset()
    for place, set_name in enumerate(SetName):
        form = assemble(bank, blueprint, seed(place), set_name, used)
        assert isinstance(form, Form)
        used |= form.bank_items
        form = change(form)
        forms[set_name.value] = form
        bundles[set_name.value] = seal(
            form, key, custody, folder, created_at_ms=wall_ms(), not_before_ms=not_before_ms, requires_version=VERSION
        )
    bodies = tuple(dict.fromkeys(custody.paper.bodies + custody.marking.bodies))
    return SealedContest(PublicKey(key.public, "Ban Đề thi"), bundles, forms, bodies, blueprint, key)


def _smaller(blueprint: Blueprint, sections: int) -> Blueprint:
    """The same blueprint with one item in each of a few cells, in as many sections as wanted."""
    plan = blueprint.sections[0]
    cells = [replace(cell, count=1) for cell in plan.cells]
    size = min(10, len(cells) // sections)
    plans = tuple(
        replace(
            plan,
            code=f"phan-{n}",
            title=Bilingual(f"Phần {n + 1}", f"Part {n + 1}"),
            cells=tuple(cells[n * size : (n + 1) * size]),
        )
        for n in range(sections)
    )
    return replace(blueprint, sections=plans)


def sitting_file(
    contest: SealedContest, rules: Rules, sitting_id: str = SITTING_ID, title: tuple[str, str] = TITLE
) -> str:
    """The sitting file (`exam-sitting/1`) for a sealed contest; the title in Vietnamese and in English."""
    parts = "".join(
        f'  - {{section_code: {plan.code}, title: {{vi: "{plan.title.vi}", en: "{plan.title.en}"}}, '
        f"duration_s: {rules.duration_s}}}\n"
        for plan in contest.blueprint.sections
    )
    return (
        f'format: exam-sitting/1\nsitting_id: {sitting_id}\ntitle: {{vi: "{title[0]}", en: "{title[1]}"}}\n'
        f"contest_id: {contest.blueprint.contest_id}\nround_id: {contest.blueprint.round_id}\n"
        f"bodies: [{', '.join(contest.bodies)}]\nparts:\n{parts}"
        f"rules: {{opening: {rules.opening}, show_result: {rules.show_result}, time_unit_ms: 1000, "
        f"grace_s: {rules.grace_s}, marking_opens: {rules.marking_opens}}}\n"
        f'committee_key: "{contest.committee.line().strip()}"\n'
        f"packages: {{primary: {contest.forms['primary'].package_id}, reserve: {contest.forms['reserve'].package_id}}}\n"
        'sources: {show_result: "Kế hoạch tổ chức Cuộc thi, mục II.3"}\n'
    )


def take_in(room: Room, text: str, packages: Iterable[Path]) -> None:
    """A sitting file and sealed packages, as the technical team takes them in."""
    found = room.add_sitting(text, "cli")
    assert not isinstance(found, list), found
    for path in packages:
        with path.open("rb") as file:
            row = room.import_package(file, "cli")
        assert hasattr(row, "package_id"), row


def give_codes(room: Room, sitting_id: str, candidates: Sequence[str], below: Callable[[int], int]) -> dict[str, str]:
    """An access code for each of these candidates (by id), drawn with `below`; by candidate id."""
    codes = {one: access_codes.new_code(below) for one in candidates}
    key = room.identity.access_code_key
    room.store.candidates.issue_codes(
        [(one, access_codes.keyed_hash(key, sitting_id, one, code)) for one, code in codes.items()],
        "cli",
        room.clock.now_ms(),
    )
    return codes


def entries(count: int) -> list[Entry]:
    """Synthetic candidates: a number where a name would be."""
    return [
        Entry(f"TS{n:04d}", f"Thí sinh Số {n}", date(2000, 1 + n % 12, 1 + n % 28), f"Đơn vị {n % 20}", "Bảng A", "", "", "")
        for n in range(1, count + 1)
    ]  # fmt: skip


def make_room(
    directory: Path, contest: SealedContest, count: int, rules: Rules | None = None, name: str = "Phòng thử"
) -> list[Sheet]:
    """A new room in an empty folder, with so many candidates and as many paired kiosks: what each kiosk needs."""
    write_identity(directory, name)
    source = random.Random(7)
    sheets: list[Sheet] = []
    with open_room(directory) as room:
        now_ms = room.clock.now_ms()
        packages = [bundle.package.path for bundle in contest.bundles.values()]
        take_in(room, sitting_file(contest, rules or Rules()), packages)
        candidates = room.store.candidates.replace_all(SITTING_ID, entries(count), "cli", now_ms, source.randbytes)
        codes = give_codes(room, SITTING_ID, [one.candidate_id for one in candidates], source.randrange)
        for n, one in enumerate(candidates, start=1):
            code = codes[one.candidate_id]
            sheet = Sheet(f"k{n:016d}", Ed25519PrivateKey.generate(), f"M{n:03d}", one.entry.sbd, code)
            public = sheet.key.public_key().public_bytes_raw()
            room.store.machines.add(
                Machine(sheet.kiosk_id, public, MachineKind.KIOSK, sheet.seat_label, "bench", now_ms, "cli")
            )
            sheets.append(sheet)
    return sheets


def address_of(directory: Path, room_id: str, port: int, signer: bytes) -> RoomAddress:
    """How a kiosk reaches this room: loopback, the room's authority pinned."""
    tls = ssl.create_default_context(cafile=str(directory / CA_FILE))
    return RoomAddress("127.0.0.1", port, room_id, tls, signer, VERSION)


def hold_ceremony(room: Room, contest: SealedContest, *, marking: bool = True) -> None:
    """Choose the set by the rule, enter shares, open the paper, and the marking part too."""
    desk = room.opening
    assert desk.choose_set(SETTING) is None
    assert room.sitting is not None
    assert room.sitting.state.chosen is not None
    chosen = room.sitting.state.chosen.value
    for words in contest.shares(chosen, SecretKind.PAPER)[:2]:
        taken = desk.enter_share(SETTING, SecretKind.PAPER, words)
        assert hasattr(taken, "body"), taken
    refused = desk.open_paper(SETTING, ORGANISING)
    assert refused is None, refused
    if marking:
        for words in contest.shares(chosen, SecretKind.MARKING)[:2]:
            taken = desk.enter_share(JURY, SecretKind.MARKING, words)
            assert hasattr(taken, "body"), taken
        refused = desk.open_marking(JURY, SETTING)
        assert refused is None, refused


def officer_session(room: Room) -> str:
    """The Cookie header of a browser at the server's own computer, on which a proctor is signed in."""
    now_ms = room.clock.now_ms()
    officer = Officer("o-proctor", "giamthi", "Giám thị", Role.PROCTOR, "Ban Giám thị", "-", False, now_ms, "cli")
    room.store.officers.add([officer])
    token = secrets.token_urlsafe(32)
    room.store.officers.begin_session(token, officer.officer_id, now_ms, now_ms + 12 * 3_600_000)
    app = Flask("cookie")
    app.secret_key = room.identity.session_key
    serializer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert serializer is not None
    return f"examroom-local={serializer.dumps({'officer': token})}"


@contextmanager
def open_room(directory: Path, clock: RoomClock | None = None, log: RoomLog | None = None) -> Iterator[Room]:
    """The room in this folder, on real threads and without a listener; stopped and closed at the end.

    No machine can tell a room without a listener what it is like, so that its starts are not checked.
    """
    clock = clock or RoomClock(monotonic_ms, wall_ms, wall_ms())
    with started(directory, load_identity(directory), clock, THREADS, log or RoomLog(None)) as room:
        room.readiness.check_start = lambda sitting: None
        yield room
