"""A studio's application without a network: a bank in tmp_path, and a browser that has its cookie or has not."""

from __future__ import annotations

import itertools
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from question_bank.canonical import JSON
from question_bank.formats.exchange import Defaults, Imported
from question_bank.formats.registry import readers
from question_bank.front.door import Door
from question_bank.ids import TopicCode
from question_bank.items.model import Item
from question_bank.local_browser import Launch
from question_bank.studio.app import create_app
from question_bank.studio.desk import Desk
from question_bank.vault.people import Person
from question_bank.vault.states import Act
from question_bank.vault.vault import Vault

HOST = "127.0.0.1:4711"
AN = Person("An Nguyễn")


@dataclass
class Studio:
    """A signed-in page, as its script talks."""

    desk: Desk
    client: FlaskClient
    launch: Launch
    bank: Path

    def enter(self) -> TestResponse:
        return self.client.get(self.launch.link().removeprefix(f"http://{HOST}"), headers={"Host": HOST})

    def get(self, path: str, **headers: str) -> TestResponse:
        return self.client.get(path, headers={"Host": HOST, **headers})

    def cookie(self) -> str:
        """What tells the browser that was let in."""
        found = self.client.get_cookie("examroom_studio_4711", HOST.partition(":")[0])
        assert found
        return found.value

    def form(self) -> str:
        """The token of a page opened now."""
        # Without a bank this leads to the first page.
        page = self.client.get("/sign-in", headers={"Host": HOST}, follow_redirects=True)
        found = re.search('data-form="([^"]+)"', page.text)
        assert found
        return found[1]

    def post(self, path: str, form: str | None = None, **data: str) -> TestResponse:
        origin = {"Host": HOST, "Origin": f"http://{HOST}"}
        return self.client.post(path, data={"form": form or self.form(), **data}, headers=origin)

    def call(self, path: str, body: JSON | bytes, **headers: str) -> TestResponse:
        origin = {"Host": HOST, "Origin": f"http://{HOST}", "X-Form": self.form(), **headers}
        if isinstance(body, bytes):
            return self.client.post(path, data=body, headers=origin, content_type="application/octet-stream")
        return self.client.post(path, json=body, headers=origin)

    def sign_in(self, name: str) -> None:
        assert self.post("/sign-in", name=name).status_code == 302

    def on_disk(self) -> Vault:
        """What another program would find in the file now."""
        return Vault.open(self.bank, None, lambda: 1, write=False)


@pytest.fixture(scope="session")
def samples() -> Callable[[str], Item]:
    """`samples(type)`: an item of this type from the sample bank."""
    folder = Path(__file__).parents[3] / "question_bank/samples/bank"
    found: dict[str, Item] = {}
    for file in sorted(folder.rglob("*.yaml")):
        read = readers()["yaml"].read(file.read_bytes(), file.name, Defaults(TopicCode("t")))
        assert isinstance(read, Imported)
        for question in read.questions:
            if question.item and (question.item.NAME not in found or "{{" in question.item.common.stem):
                found[question.item.NAME] = question.item
    return lambda name: found[name]


@pytest.fixture
def studio(tmp_path: Path, samples: Callable[[str], Item]) -> Iterator[Studio]:
    """A studio on a plain bank with two items, which nobody has entered yet."""
    bank, ticks = tmp_path / "bank.vault", itertools.count(1_700_000_000_000, 1000)
    with Vault.create(bank, None, lambda: next(ticks), AN) as vault:
        for name in ("single_choice", "matching"):
            vault.items.write(samples(name), AN)
        vault.save()
    desk, launch = Desk(bank, None, lambda: next(ticks)), Launch(f"http://{HOST}")
    app = create_app(desk, Door(HOST, "examroom_studio_4711", launch.use))
    yield Studio(desk, app.test_client(), launch, bank)
    desk.close()


@pytest.fixture
def signed(studio: Studio) -> Studio:
    """The same with An before it."""
    studio.enter()
    studio.sign_in(AN)
    return studio


BLUEPRINT: dict[str, JSON] = {
    "format": "exam-blueprint/1", "contest_id": "hoi-thi", "round_id": "vong-1",
    "title": {"vi": "Hội thi mẫu", "en": "Sample contest"},
    "sections": [{
        "code": "p1", "title": {"vi": "Trắc nghiệm", "en": "Choices"}, "duration_s": 900, "mark_per_item": 100,
        "cells": [{"topic": "dich-vu-cong", "nhan_biet": 2, "thong_hieu": 2}],
    }],
}  # fmt: skip


@pytest.fixture(scope="session")
def stocked_bank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bank's file with forty approved items of one topic, and the blueprint `nho` that asks for four of them."""
    path, ticks = tmp_path_factory.mktemp("stocked") / "bank.vault", itertools.count(1_600_000_000_000, 1000)
    file = Path(__file__).parents[3] / "question_bank/samples/bank/trac-nghiem/dich-vu-cong.yaml"
    read = readers()["yaml"].read(file.read_bytes(), file.name, Defaults(TopicCode("t")))
    assert isinstance(read, Imported)
    with Vault.create(path, None, lambda: next(ticks), AN) as vault:
        for name in vault.arrivals.add(read, file.name, AN).ids:
            assert name is not None
            vault.items.act(name, Act.REVIEW, AN, "")
            vault.items.act(name, Act.APPROVE, Person("Bình Trần"), "")
        vault.papers.write("blueprint:nho", BLUEPRINT, AN)
        vault.save()
    return path


@pytest.fixture
def stocked(tmp_path: Path, stocked_bank: Path) -> Iterator[Studio]:
    """A studio on a copy of that bank, with An before it."""
    bank, ticks = tmp_path / "bank.vault", itertools.count(1_700_000_000_000, 1000)
    shutil.copy(stocked_bank, bank)
    desk, launch = Desk(bank, None, lambda: next(ticks)), Launch(f"http://{HOST}")
    app = create_app(desk, Door(HOST, "examroom_studio_4711", launch.use))
    made = Studio(desk, app.test_client(), launch, bank)
    made.enter()
    made.sign_in(AN)
    yield made
    desk.close()


@pytest.fixture
def unset(tmp_path: Path) -> Iterator[Studio]:
    """A studio without a bank, entered."""
    ticks = itertools.count(1_700_000_000_000, 1000)
    desk, launch = Desk(None, None, lambda: next(ticks)), Launch(f"http://{HOST}")
    app = create_app(desk, Door(HOST, "examroom_studio_4711", launch.use))
    made = Studio(desk, app.test_client(), launch, tmp_path / "Đề 2026.vault")
    made.enter()
    yield made
    desk.close()
