"""A closed sitting as one file: it verifies anywhere, says whose receipt a code is, and shows every change."""

from __future__ import annotations

import hashlib
import json
import random
import shutil
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from question_bank.canonical import decode, encode
from question_bank.phrase import english
from server.domain.chain import link
from server.identity import load_identity, write_identity
from server.live.standby.branching import as_line
from server.protocol.kept_head import KeptHead
from server.result.container import TAG, signed_line
from server.result.reading import ResultReport, verify_bundle
from server.result.receipts import Asked
from server.result.sources import ResultError
from server.result.writing import write_bundle
from server.store.lines import line_of, read_line, read_named
from server.store.record import Record


def codes(report: ResultReport) -> set[str]:
    return {problem.code for problem in report.problems}


def lines(path: Path) -> list[bytes]:
    return path.read_bytes().splitlines(keepends=True)


@pytest.fixture
def forged(closed: Any, tmp_path: Path) -> Callable[..., Path]:
    """`forged(change)`: the bundle with its sections changed by somebody who has the room's key, and signed anew."""

    def make(
        change: Callable[[dict[str, list[Any]]], None], manifest: Callable[[Any], None] = lambda one: None
    ) -> Path:
        found = lines(closed.bundle)
        head: Any = decode(found[0][:-1], 1 << 20)
        rest, sections = found[2:], {}
        for section in head["sections"]:
            sections[section["name"]] = [json.loads(line) for line in rest[: section["lines"]]]
            rest = rest[section["lines"] :]
        change(sections)
        body = b""
        head["sections"] = []
        for name, values in sections.items():
            octets = b"".join(encode(value) + b"\n" for value in values)
            digest = hashlib.sha256(octets).hexdigest()
            head["sections"].append({"name": name, "lines": len(values), "bytes": len(octets), "sha256": digest})
            body += octets
        manifest(head)
        line = encode(head)
        signature = load_identity(closed.folder).signing_key.sign(TAG + line)
        path = tmp_path / "forged.result"
        path.write_bytes(line + b"\n" + signed_line(signature) + body)
        return path

    return make


def test_a_bundle_verifies_and_says_what_it_is_of(closed: Any) -> None:
    report = verify_bundle(closed.bundle)
    assert report.problems == ()
    document: Any = report.document(english)
    assert (document["what"], document["ok"]) == ("result", True)
    assert document["sitting"]["sitting_id"] == "thu-tai-1"
    assert document["room"]["ca_sha256"] == load_identity(closed.folder).ca_sha256.hex()
    assert (document["candidates"], document["ended"]) == (6, 5)
    assert document["closing"]["officer_id"] == "u-proctor"
    assert document["checked"]
    assert any("--heads" in sentence for sentence in document["not_checked"])
    assert any("--ca" in sentence for sentence in document["not_checked"])


def test_the_same_room_gives_the_same_bytes(closed: Any, tmp_path: Path) -> None:
    again = tmp_path / "again.result"
    write_bundle(closed.sources(), again)
    assert again.read_bytes() == closed.bundle.read_bytes()


def test_it_names_nobody(closed: Any) -> None:
    text = closed.bundle.read_text(encoding="utf-8")
    assert "Thí sinh" not in text
    assert "Đơn vị" not in text
    assert "TS0001" in text


def test_the_authoritys_fingerprint_makes_it_this_rooms_and_no_other(closed: Any, tmp_path: Path) -> None:
    fingerprint = load_identity(closed.folder).ca_sha256.hex()
    shown = f"{fingerprint[:8].upper()} {fingerprint[8:16].upper()}"
    for given in (fingerprint, shown):
        report = verify_bundle(closed.bundle, ca=given)
        assert report.ok
        assert not any("--ca" in english(sentence) for sentence in report.not_checked)
    (tmp_path / "other").mkdir()
    other = write_identity(tmp_path / "other", "Phòng khác").ca_sha256.hex()
    assert codes(verify_bundle(closed.bundle, ca=other)) == {"wrong_anchor"}
    assert codes(verify_bundle(closed.bundle, ca=fingerprint[:8])) == {"wrong_anchor"}, "too short to mean anything"


# --- receipts -------------------------------------------------------------------------------------------------------


def test_each_receipt_is_found_to_be_of_its_candidates_responses(closed: Any) -> None:
    asked = [Asked(code, sbd) for sbd, code in closed.receipts.items()]
    told: Any = verify_bundle(closed.bundle, asked=asked).told["receipts"]
    assert [(one["sbd"], one["receipt"], one["answered"]) for one in told] == [
        (sbd, code, 2 * n) for n, (sbd, code) in enumerate(closed.receipts.items())
    ]


def test_a_receipt_is_read_as_people_write_it(closed: Any) -> None:
    code = closed.receipts["TS0002"]
    typed = code.replace("-", " ").lower().replace("1", "l").replace("0", "o")
    report = verify_bundle(closed.bundle, asked=[Asked(typed, " ts0002 ")])
    assert report.ok
    assert report.told["receipts"]


def test_anothers_receipt_and_an_unknown_number_are_problems(closed: Any) -> None:
    report = verify_bundle(closed.bundle, asked=[Asked(closed.receipts["TS0001"], "TS0002")])
    assert codes(report) == {"not_this_receipt"}
    assert codes(verify_bundle(closed.bundle, asked=[Asked("AAAA-AAAA", "TS0099")])) == {"unknown_candidate"}
    assert codes(verify_bundle(closed.bundle, asked=[Asked("AAAA-AAAA", "TS0006")])) == {"unknown_candidate"}


def test_a_receipt_from_before_late_answers_were_accepted_is_still_the_candidates(
    decided_late: tuple[Any, str],
) -> None:
    found, before = decided_late
    report = verify_bundle(found.bundle, asked=[Asked(found.receipts["TS0001"], "TS0001"), Asked(before, "TS0001")])
    assert report.ok
    told: Any = report.told["receipts"]
    assert [(one["receipt"], one["answered"], one["earlier"]) for one in told] == [
        (found.receipts["TS0001"], 3, False), (before, 2, True),
    ]  # fmt: skip


# --- what kiosks kept -------------------------------------------------------------------------------------------------


def kept(record: Record, **other: Any) -> KeptHead:
    head = {
        "format": "exam-head/1", "room_id": other.pop("room_id"), "sitting_id": "thu-tai-1", "source": record.source.hex(),
        "epoch": record.epoch, "seq": record.seq, "hash": record.hash.hex(), "at_ms": record.at_ms, **other,
    }  # fmt: skip
    found = KeptHead.parse(head)
    assert isinstance(found, KeptHead)
    return found


@pytest.fixture
def some_record(closed: Any) -> Record:
    record = read_line(lines(closed.bundle)[-9][:-1])
    assert isinstance(record, Record)
    return record


def test_what_kiosks_kept_is_compared(closed: Any, some_record: Record) -> None:
    room_id = load_identity(closed.folder).room_id
    ours = kept(some_record, room_id=room_id)
    report = verify_bundle(closed.bundle, kept=[ours, kept(some_record, room_id="r-other"), ours])
    assert report.ok
    assert report.told["heads"] == {"compared": 2, "found": 2, "in_branches": 0, "others": 1}
    for other in (
        kept(some_record, room_id=room_id, hash="ab" * 32),
        kept(some_record, room_id=room_id, epoch=some_record.epoch + 1),
        kept(some_record, room_id=room_id, seq=10_000_000),
    ):
        assert codes(verify_bundle(closed.bundle, kept=[other])) == {"wrong_head_kept"}


# --- forgers who have the key -----------------------------------------------------------------------------------------


def test_signing_anew_without_a_change_still_verifies(forged: Callable[..., Path]) -> None:
    assert verify_bundle(forged(lambda sections: None)).problems == ()


def changed(section: str, place: int, field: str, value: Any) -> Callable[[dict[str, list[Any]]], None]:
    def change(sections: dict[str, list[Any]]) -> None:
        sections[section][place][field] = value

    return change


def dropped(section: str, place: int) -> Callable[[dict[str, list[Any]]], None]:
    return lambda sections: sections[section].pop(place) and None


def column(section: str, place: int, number: int, value: Any) -> Callable[[dict[str, list[Any]]], None]:
    def change(sections: dict[str, list[Any]]) -> None:
        sections[section][place][number] = value

    return change


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (changed("receipts", 1, "answered", 9), "wrong_receipts"),
        (dropped("receipts", 0), "wrong_receipts"),
        (changed("roster", 0, "sbd", "TS0000"), "wrong_receipts"),
        (dropped("roster", 0), "wrong_roster"),
        (changed("roster", 0, "name", "Lê An"), "wrong_roster"),
        (changed("minutes", 0, "outages_ms", [5]), "wrong_minutes"),
        (changed("packages", 0, "signature", "00" * 64), "wrong_package"),
        (dropped("packages", 0), "wrong_package"),
        (column("records", 20, 6, 1), "wrong_hash"),
        (column("records", 20, 8, "{}"), "wrong_body_digest"),
        (column("records", 20, 0, True), "not_canonical"),
        (column("records", 20, 2, "AB" * 16), "not_canonical"),
        (dropped("records", 20), "gap"),
        (dropped("records", -1), "not_closed"),
        (dropped("records", -1), "wrong_head"),
        (dropped("marks", -1), "wrong_marks"),
        (column("marks", 3, 8, None), "wrong_mark"),
        (column("marks", 3, 10, "00" * 32), "broken_link"),
    ],
)
def test_whoever_signs_it_the_parts_must_agree(
    forged: Callable[..., Path], change: Callable[[dict[str, list[Any]]], None], code: str
) -> None:
    assert code in codes(verify_bundle(forged(change)))


def test_a_key_that_the_authority_does_not_vouch_for_is_no_room(forged: Callable[..., Path], tmp_path: Path) -> None:
    def to_another(head: Any) -> None:
        head["room"]["room_id"] = "r-another"

    assert "wrong_anchor" in codes(verify_bundle(forged(lambda sections: None, to_another)))


def test_sections_of_another_order_or_name_are_no_bundle(forged: Callable[..., Path]) -> None:
    def turned(sections: dict[str, list[Any]]) -> None:
        sections["packages"] = sections.pop("packages")

    assert codes(verify_bundle(forged(turned))) == {"not_a_bundle"}


# --- bytes ------------------------------------------------------------------------------------------------------------


def noticed(path: Path, octets: bytes) -> None:
    path.write_bytes(octets)
    report = verify_bundle(path)
    assert not report.ok
    assert report.problems[0].code in ("not_a_bundle", "wrong_signature", "wrong_section")


def places(size: int, count: int, head: int) -> Sequence[int]:
    """Places spread over a file, half of them in its head."""
    source = random.Random(180)
    return [source.randrange(head if n % 2 else size) for n in range(count)]


def test_a_changed_byte_is_noticed_wherever_it_is(closed: Any, tmp_path: Path) -> None:
    octets = closed.bundle.read_bytes()
    head = sum(map(len, lines(closed.bundle)[:2]))
    for place in places(len(octets), 120, head):
        changed = bytearray(octets)
        changed[place] ^= 1 << (place % 8)
        noticed(tmp_path / "changed.result", bytes(changed))


@pytest.mark.soak
def test_every_changed_byte_is_noticed(closed: Any, tmp_path: Path) -> None:
    octets = closed.bundle.read_bytes()
    path = tmp_path / "changed.result"
    path.write_bytes(octets)
    with path.open("r+b", buffering=0) as file:
        for place in range(len(octets)):
            file.seek(place)
            file.write(bytes((octets[place] ^ 0x01,)))
            assert not verify_bundle(path).ok, place
            file.seek(place)
            file.write(octets[place : place + 1])
    assert verify_bundle(path).ok


def test_a_cut_or_longer_file_is_noticed(closed: Any, tmp_path: Path) -> None:
    octets = closed.bundle.read_bytes()
    for size in (0, 1, *places(len(octets), 20, 4000), len(octets) - 1):
        noticed(tmp_path / "cut.result", octets[:size])
    noticed(tmp_path / "long.result", octets + b"\n")
    noticed(tmp_path / "twice.result", octets + octets)


@pytest.mark.parametrize("octets", [b"\n" * 100, b"[" * 2_000_000, b"{}" * 10, b"\0" * 5000, b'{"format":1}\n{}\n'])
def test_a_hostile_file_is_a_problem_and_not_a_crash(tmp_path: Path, octets: bytes) -> None:
    noticed(tmp_path / "hostile.result", octets)


def test_a_file_that_is_not_there_is_a_problem(tmp_path: Path) -> None:
    assert codes(verify_bundle(tmp_path / "gone.result")) == {"unreadable_file"}


def test_a_line_without_end_is_bounded(forged: Callable[..., Path]) -> None:
    def endless(sections: dict[str, list[Any]]) -> None:
        sections["records"][5] = "x" * (9 << 20)

    assert "not_canonical" in codes(verify_bundle(forged(endless)))


# --- branches ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def with_branch(closed: Any, tmp_path: Path) -> Callable[..., Path]:
    """`with_branch(change)`: a bundle of the room with a branch of two records that leaves the journal at record 20."""

    def make(change: Callable[[list[Any]], None] = lambda lines: None, *, signed: bool = True) -> Path:
        shutil.copytree(closed.folder, tmp_path / "room")
        room = type(closed)(tmp_path / "room", closed.bundle, closed.receipts)
        records = [read_line(line[:-1]) for line in lines(closed.bundle)[-50:]]
        base, model = records[19], records[-4]
        assert isinstance(base, Record)
        assert isinstance(model, Record)
        found, head = [], base.head
        for number in (1, 2):
            one = model._replace(seq=head.seq + 1, epoch=9, source=b"o" * 16, source_seq=number, prev_hash=head.hash)
            found.append(one._replace(hash=link(*one[:8], one.body_sha256, one.prev_hash)))
            head = found[-1].head
        identity = load_identity(closed.folder)
        header = {
            "format": "exam-branch/1", "room_id": identity.room_id, "journal": "sittings/thu-tai-1.journal.sqlite", "server_id": "00" * 8,
            "from_seq": base.seq, "from_hash": base.hash.hex(), "to_seq": head.seq, "to_hash": head.hash.hex(),
        }  # fmt: skip
        values: list[Any] = [header, *(as_line(one) for one in found)]
        change(values)
        octets = b"".join(encode(value) + b"\n" for value in values)
        signature = identity.signing_key.sign(hashlib.sha256(octets).digest()) if signed else bytes(64)
        (tmp_path / "room" / "branches").mkdir()
        path = tmp_path / "room" / "branches" / "sittings.thu-tai-1.9.20.0123abcd.branch"
        path.write_bytes(octets + signed_line(signature))
        write_bundle(room.sources(), tmp_path / "branched.result")
        return tmp_path / "branched.result"

    return make


def test_a_branch_travels_in_the_bundle_and_what_kiosks_kept_of_it_is_found(
    closed: Any, with_branch: Callable[..., Path]
) -> None:
    path = with_branch()
    record = read_named(path.read_bytes().splitlines()[-52])
    assert isinstance(record, Record)
    assert record.epoch == 9
    report = verify_bundle(path, kept=[kept(record, room_id=load_identity(closed.folder).room_id)])
    assert report.problems == ()
    assert report.told["branches"] == [{"name": "branch-1", "epoch": 9, "records": 2}]
    assert report.told["heads"] == {"compared": 1, "found": 0, "in_branches": 1, "others": 0}


def changed_line(place: int, field: Any, value: Any) -> Callable[[list[Any]], None]:
    def change(values: list[Any]) -> None:
        values[place][field] = value

    return change


@pytest.mark.parametrize(
    "change",
    [
        changed_line(0, "from_hash", "ab" * 32),
        changed_line(0, "room_id", "r-other"),
        changed_line(0, "to_seq", 99),
        changed_line(1, "at_ms", 1),
        changed_line(2, "prev_hash", "ab" * 32),
        changed_line(1, "body", "{}"),
        lambda values: values.pop(),
    ],
)
def test_a_branch_that_is_not_whole_makes_no_bundle(
    with_branch: Callable[..., Path], change: Callable[[list[Any]], None]
) -> None:
    with pytest.raises(ResultError):
        with_branch(change)


def test_a_branch_that_nobody_signed_makes_no_bundle(with_branch: Callable[..., Path]) -> None:
    with pytest.raises(ResultError):
        with_branch(signed=False)


# --- making it --------------------------------------------------------------------------------------------------------


def test_a_sitting_that_is_not_closed_has_no_bundle(new_room: Callable[..., Any], tmp_path: Path) -> None:
    from server.result.sources import sources
    from server.store.room import RoomStore

    folder, _ = new_room(1)
    with RoomStore.open(folder) as store:
        found = sources(folder, load_identity(folder), store)
    with pytest.raises(ResultError):
        write_bundle(found, tmp_path / "early.result")
    assert list(tmp_path.glob("*early*")) == []


def test_a_journal_that_does_not_verify_makes_no_bundle(closed: Any, tmp_path: Path) -> None:
    shutil.copytree(closed.folder, tmp_path / "room")
    (journal,) = (tmp_path / "room" / "sittings").glob("*.sqlite")
    connection = sqlite3.connect(journal)
    for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        connection.execute(f"DROP TRIGGER {name}")
    connection.execute("UPDATE journal SET at_ms = at_ms + 1 WHERE seq = 12")
    connection.commit()
    connection.close()
    spoilt = type(closed)(tmp_path / "room", closed.bundle, closed.receipts)
    with pytest.raises(ResultError) as refused:
        write_bundle(spoilt.sources(), tmp_path / "spoilt.result")
    assert "export" in str(refused.value.advice)
    assert list(tmp_path.glob("*spoilt*")) == []


def test_a_record_is_the_same_after_its_line() -> None:
    record = Record(
        1, 2, b"s" * 16, 3, 0, "x/1", 9, b"r" * 32, '{"a":"ế\\u0001"}', b"b" * 32, b"p" * 32, b"h" * 32
    )  # fmt: skip
    assert read_line(line_of(record)) == record
    assert read_line(line_of(record._replace(body=None))) == record._replace(body=None)
