from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain import access_codes
from server.domain.roster import Entry
from server.domain.values import RosterChange
from server.store.candidates import MIGRATIONS, Candidate, CandidateError, CandidateStore
from server.store.database import open_database

SITTING = "tg2020-ca-1"
KEY = bytes(range(32))
AN = Entry("0147", "Lê Văn An", date(1990, 9, 5), "Sở Nội vụ", "A", "Chuyên viên", "P1", "A01")
BINH = Entry("0148", "Trần Thị Bình", date(1991, 1, 2), "Sở Y tế")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[CandidateStore]:
    database = open_database(tmp_path / "room.sqlite", [("candidates", MIGRATIONS)])
    yield CandidateStore(database)
    database.close()


def imported(store: CandidateStore, *entries: Entry, at_ms: int = 1) -> tuple[Candidate, ...]:
    return store.replace_all(SITTING, entries, "cli", at_ms, secrets.token_bytes)


def give_code(store: CandidateStore, candidate: Candidate, code: str = "2345CFHJ", at_ms: int = 5) -> str:
    hashed = access_codes.keyed_hash(KEY, SITTING, candidate.candidate_id, code)
    store.issue_codes([(candidate.candidate_id, hashed)], "u1", at_ms)
    return code


def test_an_imported_entry_comes_back_as_it_was(store: CandidateStore) -> None:
    an, _ = imported(store, AN, BINH)
    assert store.find_by_sbd(SITTING, " 0147 ") == an == store.by_id(an.candidate_id)
    assert [one.entry for one in store.of_sitting(SITTING)] == [AN, BINH]
    assert store.count(SITTING) == 2
    assert store.count("another") == 0


def test_a_second_import_keeps_the_id_and_the_code_of_who_stayed_and_nobody_elses(store: CandidateStore) -> None:
    an, binh = imported(store, AN, BINH)
    an_code, binh_code = give_code(store, an), give_code(store, binh, "CFHJ2345")
    other = replace(BINH, full_name="Trần Thị Bích")
    again, new = imported(store, replace(AN, position="Trưởng phòng"), other)
    assert again.candidate_id == an.candidate_id
    assert again.entry_sha256 != an.entry_sha256
    assert new.candidate_id != binh.candidate_id
    assert store.check_code(KEY, SITTING, "0147", an_code) == again
    assert store.check_code(KEY, SITTING, "0148", binh_code) is None


def test_a_code_opens_for_its_candidate_only_and_under_the_rooms_key_only(store: CandidateStore) -> None:
    an, binh = imported(store, AN, BINH)
    give_code(store, an, "2345CFHJ")
    give_code(store, binh, "CFHJ2345")
    assert store.check_code(KEY, SITTING, "0147", "2345-cfhj") == an
    assert store.check_code(KEY, SITTING, "0148", "2345CFHJ") is None
    assert store.check_code(KEY, "another", "0147", "2345CFHJ") is None
    assert store.check_code(bytes(32), SITTING, "0147", "2345CFHJ") is None
    assert store.check_code(KEY, SITTING, "9999", "2345CFHJ") is None
    assert store.check_code(KEY, SITTING, "0147", "") is None


def test_a_reissued_code_kills_the_old_one_and_both_stay_on_record(store: CandidateStore) -> None:
    (an,) = imported(store, AN)
    give_code(store, an, "2345CFHJ", at_ms=5)
    give_code(store, an, "CFHJ2345", at_ms=9)
    assert store.check_code(KEY, SITTING, "0147", "2345CFHJ") is None
    assert store.check_code(KEY, SITTING, "0147", "CFHJ2345") == an
    assert [(one.issue, one.dead_at_ms) for one in store.issues(an.candidate_id)] == [(1, 9), (2, None)]
    assert store.with_code(SITTING) == {an.candidate_id}


def test_no_file_of_the_store_holds_a_code(store: CandidateStore, tmp_path: Path) -> None:
    (an,) = imported(store, AN)
    code = give_code(store, an)
    for file in tmp_path.iterdir():
        assert code.encode() not in file.read_bytes()


def changed(candidate: Candidate, **fields: str) -> Candidate:
    return Candidate(
        candidate.candidate_id, SITTING, candidate.revision + 1, replace(candidate.entry, **fields), bytes(16)  # type: ignore[arg-type]
    )  # fmt: skip


def test_a_correction_counts_once_it_is_settled_and_keeps_the_code(store: CandidateStore) -> None:
    (an,) = imported(store, AN)
    code = give_code(store, an)
    corrected = changed(an, sbd="0200")
    store.propose(corrected, RosterChange.CORRECTED, "Sai số báo danh", ("u1", "u2"), 7)
    assert store.by_id(an.candidate_id) == an
    (revision,) = store.proposed()
    store.settle(revision, made=True, now_ms=8)
    assert store.by_id(an.candidate_id) == corrected
    assert store.check_code(KEY, SITTING, "0200", code) == corrected
    assert store.proposed() == ()
    assert [(one.change, one.reason, one.first_by, one.second_by) for one in store.revisions(SITTING)] == [
        ("corrected", "Sai số báo danh", "u1", "u2")
    ]


def test_a_substitution_kills_the_code_that_someone_else_holds(store: CandidateStore) -> None:
    (an,) = imported(store, AN)
    code = give_code(store, an)
    store.propose(changed(an, full_name="Lê Văn Ân"), RosterChange.SUBSTITUTED, "Ốm", ("u1", "u2"), 7)
    store.settle(store.proposed()[0], made=True, now_ms=8)
    assert store.check_code(KEY, SITTING, "0147", code) is None


def test_a_refused_change_changes_nothing_and_stays_on_record(store: CandidateStore) -> None:
    (an,) = imported(store, AN)
    store.propose(changed(an, unit="Sở Tài chính"), RosterChange.CORRECTED, "x", ("u1", "u2"), 7)
    (revision,) = store.proposed()
    store.settle(revision, made=False, now_ms=8)
    store.settle(revision, made=True, now_ms=9)
    assert store.by_id(an.candidate_id) == an
    assert [one.outcome for one in store.revisions(SITTING)] == ["refused"]


def test_two_changes_at_once_cannot_both_be_proposed(store: CandidateStore) -> None:
    an, binh = imported(store, AN, BINH)
    store.propose(changed(an, sbd="0200"), RosterChange.CORRECTED, "x", ("u1", "u2"), 7)
    with pytest.raises(CandidateError):
        store.propose(changed(an, unit="x"), RosterChange.CORRECTED, "x", ("u1", "u2"), 7)
    with pytest.raises(CandidateError):
        store.propose(changed(binh, sbd="0200"), RosterChange.CORRECTED, "x", ("u1", "u2"), 7)
    with pytest.raises(CandidateError):
        store.propose(changed(binh, sbd="0147"), RosterChange.CORRECTED, "x", ("u1", "u2"), 7)
    with pytest.raises(CandidateError):
        imported(store, AN)


def test_people_of_another_sitting_are_found_when_they_come_to_the_wrong_door(store: CandidateStore) -> None:
    imported(store, AN)
    (other,) = store.replace_all("ca-2", [BINH], "cli", 1, secrets.token_bytes)
    assert store.elsewhere(SITTING) == (other,)


@given(st.integers(0, 2**32))
def test_a_code_survives_being_read_aloud_printed_and_typed(seed: int) -> None:
    state = [seed]

    def below(n: int) -> int:
        state[0] = (state[0] * 6364136223846793005 + 1442695040888963407) % 2**64
        return (state[0] >> 33) % n

    code = access_codes.new_code(below)
    assert access_codes.read(access_codes.shown(code)) == code
    assert access_codes.read(f" {code[:4].lower()}-{code[4:].lower()} ") == code


@pytest.mark.parametrize("typed", ["", "2345CFH", "2345CFHJJ", "2345CFHO", "2345CFH1", "2345ĐFHJ"])
def test_what_cannot_be_a_code_is_not_taken_for_one(typed: str) -> None:
    assert access_codes.read(typed) is None


def test_no_sign_of_a_code_is_turned_into_another_by_a_vietnamese_keyboard() -> None:
    assert not set("AEIOUYDW[]{}") & set(access_codes.ALPHABET)
    assert len(access_codes.ALPHABET) ** access_codes.LENGTH > 2**34
