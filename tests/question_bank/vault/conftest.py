"""Vaults for tests: plain ones at once, protected ones with a key that was made once (scrypt takes seconds, on purpose)."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from question_bank.items.model import Item
from question_bank.vault.keys import Key
from question_bank.vault.people import Person
from question_bank.vault.states import Act, Standing
from question_bank.vault.vault import Vault

AN, BINH = Person("An Nguyễn"), Person("Bình Trần")


@pytest.fixture(scope="session")
def passphrase() -> str:
    return "một mật khẩu dài để thử"


@pytest.fixture(scope="session")
def key(passphrase: str) -> Key:
    """The key of the protected vaults of all tests."""
    return Key.new(passphrase)


@pytest.fixture
def now() -> Callable[[], int]:
    """A clock that goes one second on at each look."""
    ticks = itertools.count(1_700_000_000_000, 1000)
    return lambda: next(ticks)


@pytest.fixture
def vault(tmp_path: Path, now: Callable[[], int]) -> Iterator[Vault]:
    """An empty plain vault, open."""
    with Vault.create(tmp_path / "bank.vault", None, now, AN) as made:
        yield made


@pytest.fixture
def approve() -> Callable[[Vault, Item], None]:
    """`approve(vault, item)`: written by An, reviewed by An, approved by Bình."""

    def sign(vault: Vault, item: Item) -> None:
        vault.items.write(item, AN)
        for act, by in ((Act.REVIEW, AN), (Act.APPROVE, BINH)):
            assert isinstance(vault.items.act(item.id, act, by), Standing)

    return sign
