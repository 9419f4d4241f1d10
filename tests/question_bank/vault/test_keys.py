"""A passphrase opens its bank also where the computer is busy; and what is no passphrase is told from what is too slow."""

from __future__ import annotations

import base64
import re
from pathlib import Path

import pyrage
import pytest

from question_bank.vault.errors import VaultError, VaultFault
from question_bank.vault.keys import Key, cost, dearest

FILE = Path("bank.vault")


@pytest.fixture
def endless(key: Key) -> bytes:
    """The same wrapped key, but saying that it took 2^60 steps: no computer will try."""
    plain = base64.b64decode("".join(key.wrapped.decode().splitlines()[1:-1]))
    return re.sub(rb"(-> scrypt \S+) \d+", rb"\1 60", plain, count=1)


def test_another_passphrase_is_called_that(key: Key) -> None:
    with pytest.raises(VaultError) as raised:
        Key.unlock(key.wrapped, "another one", FILE)
    assert raised.value.fault is VaultFault.WRONG_PASSPHRASE


def test_a_key_that_no_computer_can_work_out_is_not_called_a_wrong_passphrase(endless: bytes, passphrase: str) -> None:
    with pytest.raises(VaultError) as raised:
        Key.unlock(endless, passphrase, FILE)
    assert raised.value.fault is VaultFault.TOO_SLOW
    assert raised.value.hint


def test_a_computer_that_was_busy_for_a_moment_is_asked_again(
    key: Key, endless: bytes, passphrase: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    there, tries = pyrage.passphrase.decrypt, []

    def busy_at_first(wrapped: bytes, typed: str) -> bytes:
        tries.append(typed)
        return bytes(there(endless if len(tries) < 3 else wrapped, typed))

    monkeypatch.setattr(pyrage.passphrase, "decrypt", busy_at_first)
    assert str(Key.unlock(key.wrapped, passphrase, FILE)._identity) == str(key._identity)
    assert len(tries) == 3


def saying(cost: int) -> bytes:
    """An age file's armour around the first lines of its header."""
    head = base64.b64encode(f"age-encryption.org/v1\n-> scrypt c2FsdA {cost}\nbody\n".encode())
    return b"-----BEGIN AGE ENCRYPTED FILE-----\n" + head + b"\n-----END AGE ENCRYPTED FILE-----\n"


@pytest.mark.parametrize(
    ("offered", "taken", "tries"),
    [([18], 18, 1), ([15, 19, 20], 19, 2), ([15, 17, 16], 17, 3), ([12, 12, 13, 20], 13, 3)],
)
def test_a_passphrase_is_not_guarded_less_because_the_computer_was_busy_for_a_moment(
    offered: list[int], taken: int, tries: int
) -> None:
    left = list(offered)
    assert cost(dearest(lambda: saying(left.pop(0)))) == taken
    assert len(offered) - len(left) == tries


def test_what_a_key_cost_is_read_from_what_age_wrote(key: Key) -> None:
    plain = base64.b64decode("".join(key.wrapped.decode().splitlines()[1:-1]))
    assert re.search(rb"-> scrypt \S+ %d\n" % cost(key.wrapped), plain)
