"""Acceptance: a package altered in any byte, or opened with wrong, too few or mixed shares, or too early, gives its own
named error through the room, and the room is as usable as before."""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from question_bank.custody import SecretKind, split
from question_bank.custody_plan import CustodyPlan, read_plan
from question_bank.sealed_faults import SealFault
from question_bank.sealed_keys import SigningKey
from question_bank.sealed_write import seal
from server.domain.events import PackageUnsealed
from server.domain.values import SittingStage
from server.drill import prepared_room
from server.drill.prepared_room import (
    JURY,
    ORGANISING,
    PROCTOR,
    SAMPLES,
    SETTING,
    VERSION,
    Rules,
    SealedContest,
    hold_ceremony,
    make_room,
    open_room,
    seal_contest,
    sitting_file,
)
from server.heartbeat import wall_ms
from server.identity import write_identity
from server.live.ceremony import CeremonyRefused, ShareTaken
from server.live.clock import RoomClock
from server.live.room import Room
from server.live.staging import ImportRefused
from server.store.journal import Journal
from server.store.packages import PackageRow

HOUR_MS = 3_600_000


@pytest.fixture
def unfilled(tmp_path: Path, contest: SealedContest) -> Iterator[Room]:
    """A room that knows its sitting and waits for both packages."""
    folder = tmp_path / "unfilled"
    folder.mkdir()
    write_identity(folder, "Phòng thử")
    with open_room(folder) as room:
        room.add_sitting(sitting_file(contest, Rules()), "cli")
        yield room


@contextmanager
def ready(folder: Path, clock: RoomClock | None = None) -> Iterator[Room]:
    """A prepared room whose set is chosen."""
    with open_room(folder, clock) as room:
        assert room.opening.choose_set(SETTING) is None
        yield room


def altered(content: bytes, place: int, mask: int) -> bytes:
    return content[:place] + bytes([content[place] ^ mask]) + content[place + 1 :]


def take_in(room: Room, content: bytes) -> PackageRow | ImportRefused:
    return room.import_package(io.BytesIO(content), "cli")


def expect_usable(room: Room, contest: SealedContest) -> None:
    """The right packages go in, and the whole ceremony works."""
    for bundle in contest.bundles.values():
        assert isinstance(take_in(room, bundle.package.path.read_bytes()), PackageRow)
    hold_ceremony(room, contest)
    assert room.sitting is not None
    assert room.sitting.state.stage is SittingStage.UNSEALED
    assert room.marks.canaries_wrong() == ()


def refuse_every_alteration(room: Room, contest: SealedContest, places: Callable[[int], list[tuple[int, int]]]) -> None:
    content = contest.bundles["primary"].package.path.read_bytes()
    for place, mask in places(len(content)):
        found = take_in(room, altered(content, place, mask))
        assert isinstance(found, ImportRefused), f"byte {place} ^ {mask:#x} was taken in"
        assert isinstance(found.fault, SealFault), f"byte {place} ^ {mask:#x}: {found}"
    kept = list((room.directory / "packages").iterdir())
    assert kept == [], "a refused package leaves nothing behind"
    expect_usable(room, contest)


def test_a_package_with_any_byte_altered_is_not_taken_in(unfilled: Room, contest: SealedContest) -> None:
    source = random.Random(5)

    def places(size: int) -> list[tuple[int, int]]:
        ends = [*range(0, 120, 3), *range(size - 120, size, 3)]
        spread = [source.randrange(size) for _ in range(220)]
        return [(place, 1 << source.randrange(8)) for place in (*ends, *spread)]

    refuse_every_alteration(unfilled, contest, places)


@pytest.mark.soak
def test_a_package_with_each_single_byte_altered_is_not_taken_in(unfilled: Room, contest: SealedContest) -> None:
    source = random.Random(6)
    refuse_every_alteration(
        unfilled, contest, lambda size: [(place, source.randrange(1, 256)) for place in range(size)]
    )


def resealed(contest: SealedContest, folder: Path, key: SigningKey, version: str = VERSION) -> bytes:
    """The primary form sealed again: the same package id in another file."""
    plan = read_plan((SAMPLES / "custody.yaml").read_bytes(), "custody.yaml")
    assert isinstance(plan, CustodyPlan)
    form = contest.forms["primary"]
    bundle = seal(form, key, plan, folder, created_at_ms=1, not_before_ms=None, requires_version=version)
    return bundle.package.path.read_bytes()


@pytest.mark.parametrize(
    ("make", "fault"),
    [
        (lambda contest, content, folder: content[:-1], "truncated"),
        (lambda contest, content, folder: content[: len(content) // 2], "truncated"),
        (lambda contest, content, folder: content + b"\0", "trailing_bytes"),
        (lambda contest, content, folder: b"", "not_a_package"),
        (lambda contest, content, folder: b"%PDF-1.7 " + content, "not_a_package"),
        (lambda contest, content, folder: resealed(contest, folder, SigningKey.generate()), "wrong_signer"),
        (lambda contest, content, folder: resealed(contest, folder, contest.key, "99.0.0"), "too_old_room"),
    ],
    ids=["cut", "half", "longer", "empty", "prefixed", "wrong signer", "newer program"],
)
def test_a_package_that_is_not_the_one_meant_is_refused_by_name(
    unfilled: Room,
    contest: SealedContest,
    tmp_path: Path,
    make: Callable[[SealedContest, bytes, Path], bytes],
    fault: str,
) -> None:
    content = contest.bundles["primary"].package.path.read_bytes()
    found = take_in(unfilled, make(contest, content, tmp_path))
    assert isinstance(found, ImportRefused)
    assert found.fault.value == fault
    expect_usable(unfilled, contest)


def test_a_package_that_no_sitting_names_is_not_taken_in(unfilled: Room, contest: SealedContest) -> None:
    text = sitting_file(contest, Rules())
    unfilled.add_sitting(text.replace(contest.forms["primary"].package_id, "p" + "a" * 12), "cli")
    found = take_in(unfilled, contest.bundles["primary"].package.path.read_bytes())
    assert isinstance(found, ImportRefused)
    assert found.fault.value == "not_named"
    unfilled.add_sitting(text, "cli")
    expect_usable(unfilled, contest)


def test_a_package_that_rots_on_the_rooms_own_disk_is_named_and_can_be_copied_again(
    new_room: Callable[..., tuple[Path, object]], contest: SealedContest
) -> None:
    folder, _ = new_room()
    package = contest.bundles["primary"].package
    stored = folder / "packages" / package.path.name
    with ready(folder) as room:
        for share in contest.shares("primary", SecretKind.PAPER)[:2]:
            assert isinstance(room.opening.enter_share(SETTING, SecretKind.PAPER, share), ShareTaken)
        content = stored.read_bytes()
        stored.write_bytes(altered(content, len(content) // 2, 4))
        refused = room.opening.open_paper(SETTING, ORGANISING)
        assert isinstance(refused, CeremonyRefused)
        assert refused.code in ("wrong_digest", "unusual_zip")
        assert isinstance(take_in(room, content), PackageRow)
        assert room.opening.open_paper(SETTING, ORGANISING) is None, "the shares given before still count"


# --- shares ---------------------------------------------------------------------------------------------------------


class Sheets:
    """What custodians may bring to the table: right sheets, and every kind of wrong one."""

    def __init__(self, contest: SealedContest, other: SealedContest) -> None:
        manifest = contest.bundles["primary"].package.manifest
        self.paper = contest.shares("primary", SecretKind.PAPER)
        self.marking = contest.shares("primary", SecretKind.MARKING)
        self.reserve = contest.shares("reserve", SecretKind.PAPER)
        self.elsewhere = other.shares("primary", SecretKind.PAPER)
        # The same public numbers, another secret: what a forger would make, or a sheet of an earlier printing.
        forged = split(bytes(range(32)), 2, 3, manifest.custody.paper.identifier)
        self.forged = [share.mnemonic for share in forged]
        again = split(bytes(range(1, 33)), 2, 3, manifest.custody.paper.identifier)
        self.forged_again = [share.mnemonic for share in again]
        words = self.paper[0].split()
        self.misspelt = " ".join(["khong", *words[1:]])
        self.swapped = " ".join([*words[:10], words[11], words[10], *words[12:]])
        self.short = " ".join(words[:-1])


@pytest.fixture(scope="module")
def sheets(contest: SealedContest, tmp_path_factory: pytest.TempPathFactory) -> Sheets:
    return Sheets(contest, seal_contest(tmp_path_factory.mktemp("other"), small=True))


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        (lambda sheets: [], "too_few"),
        (lambda sheets: sheets.paper[:1], "too_few"),
        (lambda sheets: [sheets.paper[0], sheets.paper[0]], "duplicate_share"),
        (lambda sheets: [sheets.paper[0], sheets.marking[1]], "wrong_secret"),
        (lambda sheets: [sheets.paper[0], sheets.reserve[1]], "wrong_package"),
        (lambda sheets: [sheets.paper[0], sheets.elsewhere[1]], "wrong_package"),
        (lambda sheets: [sheets.paper[0], sheets.forged[1]], "mixed"),
        (lambda sheets: [sheets.paper[0], sheets.forged[0]], "mixed"),
        (lambda sheets: [sheets.forged[0], sheets.forged[1]], "commitment_mismatch"),
        (lambda sheets: [*sheets.paper[:2], sheets.forged[2]], "mixed"),
        (lambda sheets: [sheets.forged[0], sheets.forged_again[1]], "mixed"),
        (lambda sheets: [sheets.misspelt], "unknown_word"),
        (lambda sheets: [sheets.swapped], "bad_checksum"),
        (lambda sheets: [sheets.short], "wrong_length"),
        (lambda sheets: [""], "wrong_length"),
    ],
    ids=[
        "none", "one", "the same twice", "the marking's", "the reserve's", "another contest's", "a forged second",
        "a forged twin", "both forged", "a forged third", "two forgeries", "a misspelt word", "swapped words",
        "a word missing", "nothing typed",
    ],
)  # fmt: skip
def test_wrong_too_few_or_mixed_shares_are_named_and_the_right_ones_open_afterwards(
    new_room: Callable[..., tuple[Path, object]],
    contest: SealedContest,
    sheets: Sheets,
    given: Callable[[Sheets], list[str]],
    fault: str,
) -> None:
    folder, _ = new_room()
    with ready(folder) as room:
        faults = []
        for share in given(sheets):
            taken = room.opening.enter_share(SETTING, SecretKind.PAPER, share)
            if isinstance(taken, CeremonyRefused):
                faults.append(taken.code)
        if not faults:
            refused = room.opening.open_paper(SETTING, ORGANISING)
            assert isinstance(refused, CeremonyRefused)
            faults.append(refused.code)
        assert faults == [fault]
        assert room.sitting is not None
        assert room.sitting.state.stage is SittingStage.CHOSEN
        assert not room.store.packages.holds_an_opened_one()
        room.opening.forget_shares()
        for share in sheets.paper[1:]:
            assert isinstance(room.opening.enter_share(SETTING, SecretKind.PAPER, share), ShareTaken)
        assert room.opening.open_paper(SETTING, ORGANISING) is None


def test_shares_of_one_body_alone_never_open_a_paper(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # A plan in which one body holds two of three sheets: those two are enough words, and still one body.
    plan = read_plan(
        (SAMPLES / "custody.yaml").read_bytes().replace("Tổ Thư ký".encode(), "Ban Đề thi".encode()), "custody.yaml"
    )
    assert isinstance(plan, CustodyPlan)
    monkeypatch.setattr(prepared_room, "read_plan", lambda *_: plan)
    sealed = seal_contest(tmp_path, small=True)
    folder = tmp_path / "room"
    folder.mkdir()
    make_room(folder, sealed, 1)
    held = sealed.bundles["primary"].package.manifest.custody.paper.bodies
    one_body = [n for n, body in enumerate(held) if body == "Ban Đề thi"]
    assert len(one_body) == 2
    shares = sealed.shares("primary", SecretKind.PAPER)
    with ready(folder) as room:
        for n in one_body:
            assert isinstance(room.opening.enter_share(SETTING, SecretKind.PAPER, shares[n]), ShareTaken)
        refused = room.opening.open_paper(SETTING, ORGANISING)
        assert isinstance(refused, CeremonyRefused)
        assert refused.code == "one_body"
        (other,) = set(range(3)) - set(one_body)
        assert isinstance(room.opening.enter_share(SETTING, SecretKind.PAPER, shares[other]), ShareTaken)
        assert room.opening.open_paper(SETTING, ORGANISING) is None


def test_a_marking_share_opens_nothing_before_the_paper_is_open(
    new_room: Callable[..., tuple[Path, object]], contest: SealedContest
) -> None:
    folder, _ = new_room()
    with ready(folder) as room:
        taken = room.opening.enter_share(JURY, SecretKind.MARKING, contest.shares("primary", SecretKind.MARKING)[0])
        assert isinstance(taken, CeremonyRefused)
        assert taken.code == "paper_first"
        proctor = room.opening.enter_share(PROCTOR, SecretKind.PAPER, contest.shares("primary", SecretKind.PAPER)[0])
        assert isinstance(proctor, CeremonyRefused)
        assert proctor.code == "not_allowed"


def test_a_package_opened_too_early_is_named_and_opens_at_its_hour(tmp_path: Path, clock: RoomClock) -> None:
    sealed = seal_contest(tmp_path, small=True, not_before_ms=wall_ms() + HOUR_MS)
    folder = tmp_path / "room"
    folder.mkdir()
    make_room(folder, sealed, 1)
    with ready(folder, clock) as room:
        for share in sealed.shares("primary", SecretKind.PAPER)[:2]:
            assert isinstance(room.opening.enter_share(SETTING, SecretKind.PAPER, share), ShareTaken)
        refused = room.opening.open_paper(SETTING, ORGANISING)
        assert isinstance(refused, CeremonyRefused)
        assert refused.code == "too_early"
        status = room.opening.status()
        assert status is not None
        assert status.too_early_ms > HOUR_MS - 60_000
        clock.set(clock.now_ms() + HOUR_MS)
        # Shares are wiped after ten minutes: the custodians give them again.
        for share in sealed.shares("primary", SecretKind.PAPER)[:2]:
            assert isinstance(room.opening.enter_share(SETTING, SecretKind.PAPER, share), ShareTaken)
        assert room.opening.open_paper(SETTING, ORGANISING) is None


def test_two_officers_with_a_reason_may_open_too_early_and_the_journal_says_so(tmp_path: Path) -> None:
    sealed = seal_contest(tmp_path, small=True, not_before_ms=wall_ms() + HOUR_MS)
    folder = tmp_path / "room"
    folder.mkdir()
    make_room(folder, sealed, 1)
    with ready(folder) as room:
        for share in sealed.shares("primary", SecretKind.PAPER)[:2]:
            room.opening.enter_share(SETTING, SecretKind.PAPER, share)
        alone = room.opening.open_paper(SETTING, None, "Đồng hồ sai")
        assert isinstance(alone, CeremonyRefused)
        assert alone.code == "two_officers"
        assert room.opening.open_paper(SETTING, ORGANISING, "Đồng hồ sai") is None
        assert room.sitting is not None
        with Journal.open_to_read(room.sitting.journal_path) as journal:
            told = [one.body for one in journal.read() if one.kind == PackageUnsealed.kind]
        assert "Đồng hồ sai" in str(told)
