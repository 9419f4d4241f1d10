"""A form, its custody and its sealed package, for tests about sealing."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from question_bank.bank import Bank
from question_bank.blueprint import Blueprint
from question_bank.custody import SecretKind, Share, open_secret
from question_bank.custody_plan import Custodian, CustodyPlan, SecretPlan
from question_bank.form import Form, SetName, assemble
from question_bank.sealed import Package
from question_bank.sealed_keys import SigningKey
from question_bank.sealed_write import SealedBundle, seal

NOT_BEFORE_MS = 1_780_000_000_000
VERSION = "0.1.0"


@dataclass(frozen=True, slots=True)
class Sealed:
    """A sealed package with everything that opens it; `now_ms` is when it may be opened."""

    bundle: SealedBundle
    form: Form
    key: SigningKey
    now_ms: int = NOT_BEFORE_MS

    @property
    def package(self) -> Package:
        return self.bundle.package

    def shares(self, kind: SecretKind) -> list[Share]:
        return [given.share for given in self.bundle.shares if given.kind is kind]

    def identity(self, kind: SecretKind) -> str:
        return open_secret(self.shares(kind)[:2], self.package.manifest, kind)


@pytest.fixture(scope="session")
def make_form(make_bank: Callable[..., Bank], make_blueprint: Callable[..., Blueprint]) -> Callable[..., Form]:
    """`make_form(key_of=…, seed=…, sections=2, count=1)`."""

    def make(seed: bytes = bytes(32), sections: int = 2, count: int = 1, **bank: Any) -> Form:
        form = assemble(make_bank(**bank), make_blueprint(count, sections), seed, SetName.PRIMARY)
        assert isinstance(form, Form)
        return form

    return make


@pytest.fixture(scope="session")
def plan() -> CustodyPlan:
    setters, organisers = Custodian("Ban Đề thi", "Trưởng ban"), Custodian("Ban Tổ chức", "Phó Trưởng ban")
    paper = SecretPlan(2, (setters, organisers, Custodian("Ban Đề thi", "Phó Trưởng ban")))
    return CustodyPlan(paper, SecretPlan(2, (setters, Custodian("Ban Giám khảo", "Trưởng ban"))))


@pytest.fixture(scope="session")
def make_sealed(make_form: Callable[..., Form], plan: CustodyPlan) -> Callable[..., Sealed]:
    """`make_sealed(folder, form=…, key=…, not_before_ms=…, requires_version=…)`."""

    def make(
        folder: Path, form: Form | None = None, key: SigningKey | None = None, custody: CustodyPlan = plan,
        not_before_ms: int | None = NOT_BEFORE_MS, requires_version: str = VERSION,
    ) -> Sealed:  # fmt: skip
        form, key = form or make_form(), key or SigningKey.generate()
        bundle = seal(form, key, custody, folder, created_at_ms=NOT_BEFORE_MS - 1000, not_before_ms=not_before_ms,
                      requires_version=requires_version)  # fmt: skip
        return Sealed(bundle, form, key)

    return make


@pytest.fixture(scope="session")
def sealed(make_sealed: Callable[..., Sealed], tmp_path_factory: pytest.TempPathFactory) -> Sealed:
    """One package for all tests that only read it."""
    return make_sealed(tmp_path_factory.mktemp("sealed"))


@pytest.fixture
def bank(run: Callable[..., tuple[int, str, str]]) -> Callable[..., tuple[int, Any]]:
    """`bank("verify", path, …)`: the exit status of examroom-bank and what it said, read as JSON with "--json"."""

    def ask(*arguments: object) -> tuple[int, Any]:
        status, out, err = run(*arguments)
        return status, json.loads(out) if "--json" in arguments else out + err

    return ask
