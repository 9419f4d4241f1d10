"""Custody: any threshold of the shares give the secret back, fewer or other ones never do, and words stay unseen."""

from __future__ import annotations

import dataclasses
import itertools
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shamir_mnemonic.wordlist import WORD_INDEX_MAP, WORDLIST

from question_bank.custody import (
    WORDS,
    CustodyError,
    CustodyFault,
    SecretKind,
    Share,
    bodies,
    combine,
    misplaced,
    open_secret,
    parse_share,
    qr_text,
    split,
    unknown_words,
)
from question_bank.custody_plan import Custodian, CustodyPlan, SecretPlan
from question_bank.sealed_keys import fresh_identity, identity_of, recipient_of, secret_of

Sealed = Any  # the conftest's class: conftest modules cannot be imported
PAPER, MARKING = SecretKind.PAPER, SecretKind.MARKING
secrets = st.binary(min_size=32, max_size=32)


def refused(action: Callable[[], object]) -> CustodyFault:
    with pytest.raises(CustodyError) as caught:
        action()
    assert caught.value.hint
    return caught.value.code


@given(
    secrets,
    st.integers(2, 5).flatmap(lambda k: st.tuples(st.just(k), st.integers(k, 7))),
    st.integers(0, 2**15 - 1),
    st.data(),
)
def test_any_threshold_of_the_shares_give_the_identity_back(
    secret: bytes, plan: tuple[int, int], identifier: int, data: st.DataObject
) -> None:
    threshold, count = plan
    shares = split(secret, threshold, count, identifier)
    assert [share.index for share in shares] == list(range(count))
    identity = identity_of(secret)
    chosen = data.draw(st.permutations(shares))[: data.draw(st.integers(threshold, count))]
    assert combine(chosen, recipient_of(identity)) == identity
    assert refused(lambda: combine(chosen[: threshold - 1], recipient_of(identity))) is CustodyFault.TOO_FEW


@given(secrets)
def test_the_bech32_library_reads_and_writes_identities_as_age_does(secret: bytes) -> None:
    identity = identity_of(secret)
    assert len(identity) == 74
    assert secret_of(identity) == secret
    assert recipient_of(identity).startswith("age1")


def test_the_commitment_is_what_age_itself_says(tmp_path: Path) -> None:
    for identity in (fresh_identity(), identity_of(bytes(range(32))), identity_of(b"\xff" * 32)):
        (tmp_path / "identity").write_text(identity + "\n")
        found = subprocess.run(["age-keygen", "-y", tmp_path / "identity"], capture_output=True, text=True, check=True)
        assert found.stdout.strip() == recipient_of(identity)


@given(
    secrets,
    st.sampled_from(
        ["{words}", "  {upper}\n", "{lines}", "{numbered}", "{commas}", "{qr}", "{QR}", "\u00a0{words}\u3000"]
    ),
)
def test_a_share_is_read_however_it_is_written(secret: bytes, form: str) -> None:
    share = split(secret, 2, 3, 77)[1]
    numbered = " ".join(f"{place}.{word}" for place, word in enumerate(share.words, 1))
    qr = qr_text("pabcdefghijkl", MARKING, share)
    text = form.format(words=share.mnemonic, upper=share.mnemonic.upper(), lines="\r\n".join(share.words), numbered=numbered,
                       commas=", ".join(share.words), qr=qr, QR=qr.upper())  # fmt: skip
    tagged = "qr" in form.lower()
    assert parse_share(text) == replace(
        share, package_id="pabcdefghijkl" if tagged else None, kind=MARKING if tagged else None
    )


@given(st.text(max_size=300))
def test_any_text_is_a_share_or_a_named_fault(text: str) -> None:
    assert isinstance(parse_share(text), (CustodyFault, Share))


@given(secrets, st.integers(0, WORDS - 1), st.integers(0, WORDS - 1), st.integers(1, 1023))
def test_a_wrong_word_or_two_exchanged_words_never_pass(secret: bytes, place: int, other: int, by: int) -> None:
    words = list(split(secret, 2, 3, 9)[0].words)
    wrong = words.copy()
    wrong[place] = WORDLIST[(WORD_INDEX_MAP[wrong[place]] + by) % 1024]
    assert parse_share(" ".join(wrong)) is CustodyFault.BAD_CHECKSUM
    words[place], words[other] = words[other], words[place]
    fault = parse_share(" ".join(words))
    assert isinstance(fault, Share) is (words == list(split_words(fault)))


def split_words(share: Share | CustodyFault) -> tuple[str, ...]:
    return share.words if isinstance(share, Share) else ()


def test_the_places_of_unknown_words_are_pointed_at(sealed: Sealed) -> None:
    words = list(sealed.shares(PAPER)[0].words)
    words[6], words[30] = "đề", "acadmic"
    assert unknown_words(" ".join(words)) == (7, 31)
    assert unknown_words(sealed.shares(PAPER)[0].mnemonic) == ()


def test_shares_of_another_package_secret_or_split_are_told_apart_as_soon_as_they_can_be(
    sealed: Sealed, make_sealed: Callable[..., Sealed], tmp_path: Path
) -> None:
    other = make_sealed(tmp_path)
    manifest = sealed.package.manifest
    paper, marking = sealed.shares(PAPER), sealed.shares(MARKING)
    assert all(misplaced(share, manifest, PAPER) is None for share in paper)
    assert misplaced(marking[0], manifest, PAPER) is CustodyFault.WRONG_SECRET
    assert misplaced(paper[0], manifest, MARKING) is CustodyFault.WRONG_SECRET
    assert (
        misplaced(replace(paper[0], package_id=other.package.manifest.package_id), other.package.manifest, PAPER)
        is not None
    )
    typed = replace(paper[0], package_id="pzzzzzzzzzzzz", kind=PAPER)
    assert misplaced(typed, manifest, PAPER) is CustodyFault.WRONG_PACKAGE
    assert misplaced(replace(paper[0], identifier=(paper[0].identifier + 1) % 2**15), manifest, PAPER) in {
        CustodyFault.WRONG_PACKAGE, CustodyFault.WRONG_SECRET,
    }  # fmt: skip


def test_two_shares_of_one_body_do_not_open_and_two_bodies_do(sealed: Sealed) -> None:
    manifest, shares = sealed.package.manifest, sealed.shares(PAPER)
    assert bodies(shares, manifest.custody.paper) == {"Ban Đề thi", "Ban Tổ chức"}
    assert refused(lambda: open_secret([shares[0], shares[2]], manifest, PAPER)) is CustodyFault.ONE_BODY
    opened = {open_secret(pair, manifest, PAPER) for pair in itertools.permutations(shares, 2) if shares[1] in pair}
    assert len(opened) == 1


def test_no_pair_of_shares_from_different_secrets_opens_anything(sealed: Sealed) -> None:
    """Even where the public numbers agree, SLIP-39's digest or the commitment refuses."""
    manifest, paper = sealed.package.manifest, sealed.shares(PAPER)
    twin = split(secret_of(fresh_identity()), 2, 3, manifest.custody.paper.identifier)
    recipient = manifest.custody.paper.recipient
    assert refused(lambda: combine([paper[0], twin[1]], recipient)) is CustodyFault.MIXED
    assert refused(lambda: combine([*paper[:2], twin[2]], recipient)) is CustodyFault.MIXED
    assert refused(lambda: combine(twin[:2], recipient)) is CustodyFault.COMMITMENT_MISMATCH
    assert refused(lambda: combine([paper[0], sealed.shares(MARKING)[1]], recipient)) is CustodyFault.MIXED
    assert refused(lambda: combine([paper[0], twin[0]], recipient)) is CustodyFault.MIXED
    assert refused(lambda: combine([paper[0], paper[0], paper[1]], recipient)) is CustodyFault.DUPLICATE_SHARE
    assert refused(lambda: combine([], recipient)) is CustodyFault.TOO_FEW


def test_a_share_scanned_and_the_same_typed_is_one_share(sealed: Sealed) -> None:
    typed = sealed.shares(PAPER)[0]
    scanned = parse_share(qr_text(sealed.package.manifest.package_id, PAPER, typed))
    assert isinstance(scanned, Share)
    fault = refused(lambda: open_secret([typed, scanned], sealed.package.manifest, PAPER))
    assert fault is CustodyFault.DUPLICATE_SHARE


def test_the_two_secrets_never_carry_the_same_number(make_sealed: Callable[..., Sealed], tmp_path: Path) -> None:
    for number in range(3):
        (tmp_path / str(number)).mkdir()
        custody = make_sealed(tmp_path / str(number)).package.manifest.custody
        assert custody.paper.identifier != custody.marking.identifier


def test_sixteen_custodians_can_share_a_secret(make_sealed: Callable[..., Sealed], tmp_path: Path) -> None:
    many = SecretPlan(9, tuple(Custodian(f"Ban {n % 4}", f"Ủy viên {n}") for n in range(16)))
    made = make_sealed(tmp_path, custody=CustodyPlan(many, many))
    assert made.package.sections(open_secret(made.shares(PAPER)[7:], made.package.manifest, PAPER), made.now_ms)


def test_words_are_in_no_repr(sealed: Sealed) -> None:
    for share in sealed.shares(PAPER):
        shown = repr(share)
        assert "words" not in shown
        # “index” is a word of SLIP-39's list too: names of fields say nothing.
        names = {field.name for field in dataclasses.fields(share)}
        assert not (set(share.words) - names) & set(shown.replace("=", " ").replace("(", " ").split())


@pytest.mark.parametrize(("secret", "threshold", "shares", "identifier"), [
    (b"x" * 31, 2, 3, 1), (b"x" * 32, 1, 3, 1), (b"x" * 32, 4, 3, 1), (b"x" * 32, 2, 17, 1), (b"x" * 32, 2, 3, 2**15),
])  # fmt: skip
def test_a_split_that_cannot_be_is_refused(secret: bytes, threshold: int, shares: int, identifier: int) -> None:
    with pytest.raises(ValueError, match="cannot be split"):
        split(secret, threshold, shares, identifier)
