"""A correction that the committee signs: nobody else's, and nothing of it changed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from question_bank.bilingual import Bilingual
from question_bank.erratum import Erratum, ErratumFault, read_erratum, signed_erratum
from question_bank.sealed_keys import SigningKey

TEXT = Bilingual("Trong đáp án C, đọc “30 ngày”.", "In option C read “30 days”.")
KEY = SigningKey.generate()
FILE = signed_erratum(KEY, "iabcdefg", "1.12 · Cơ quan nào", TEXT, 1_790_000_000_000)


def test_what_the_committee_signed_is_read_as_it_was_written() -> None:
    found = read_erratum(FILE, KEY.public)
    assert isinstance(found, Erratum)
    assert (found.item_id, found.item_ref, found.text) == ("iabcdefg", "1.12 · Cơ quan nào", TEXT)
    assert read_erratum(b"\n" + FILE + b"\n", KEY.public) == found


def test_another_committees_correction_is_refused() -> None:
    assert read_erratum(FILE, SigningKey.generate().public) is ErratumFault.NOT_SIGNED


@given(st.integers(0, len(FILE) - 1), st.integers(1, 255))
def test_no_changed_octet_passes(place: int, change: int) -> None:
    changed = bytearray(FILE)
    changed[place] ^= change
    assert isinstance(read_erratum(bytes(changed), KEY.public), ErratumFault)


@pytest.mark.parametrize("data", [b"", b"{}", b"[1]", b"x" * 20_000, b'{"format":"exam-erratum/1"}'])
def test_what_is_no_correction_is_said_to_be_none(data: bytes) -> None:
    assert read_erratum(data, KEY.public) is ErratumFault.NOT_ONE


def test_a_signature_of_a_package_is_none_of_a_correction() -> None:
    fields = json.loads(FILE)
    fields.pop("signature")
    from question_bank.canonical import encode

    forged = encode({**fields, "signature": KEY.sign(encode(fields)).hex()})
    assert read_erratum(forged, KEY.public) is ErratumFault.NOT_SIGNED


def test_the_same_correction_has_the_same_name(tmp_path: Path) -> None:
    again = signed_erratum(KEY, "iabcdefg", "1.12 · Cơ quan nào", TEXT, 1_790_000_000_000)
    assert again == FILE
