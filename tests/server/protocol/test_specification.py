"""docs/protocol.md and docs/journal.md name every field, verdict and code, where a reader looks for it."""

from __future__ import annotations

import re
from dataclasses import fields
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest

from server.domain import marking
from server.domain.events import KINDS
from server.domain.values import Attendance, Cause, CloseCause, HowChosen, IncidentCategory, LateWhy, RosterChange
from server.protocol.messages import MESSAGES, Denial, Outcome
from server.protocol.records import RECORDS
from server.protocol.situation import PartPhase, SittingPhase
from server.store.verify import CONTEST, SITTING


@pytest.fixture(scope="session")
def text(repository: Path) -> str:
    return (repository / "docs/protocol.md").read_text(encoding="utf-8")


def marked(text: str) -> set[str]:
    return set(re.findall(r"`([^`\s]+)`", text))


@pytest.mark.parametrize("name", sorted(MESSAGES))
def test_every_field_of_a_message_is_in_its_section(text: str, name: str) -> None:
    section = re.search(rf"^### `{name}`\n(.*?)(?=^##)", text, re.MULTILINE | re.DOTALL)
    assert section, name
    spec: Any = MESSAGES[name]
    wanted = {field.name for shape in (spec.payload, spec.ack) if shape is not None for field in fields(shape)}
    assert wanted - marked(section[1]) == set()


@pytest.mark.parametrize("kind", sorted(KINDS | marking.KINDS))
def test_every_field_of_an_event_is_in_its_row(text: str, kind: str) -> None:
    row = next((line for line in text.splitlines() if line.startswith("|") and f"`{kind}`" in line.split("|")[1]), None)
    assert row is not None, kind
    if "as above" not in row:
        shape: Any = (KINDS | marking.KINDS)[kind].event
        assert {field.name for field in fields(shape)} - marked(row) == set()


@pytest.mark.parametrize("kind", sorted(RECORDS))
def test_every_field_of_a_record_is_in_its_row(text: str, kind: str) -> None:
    row = next(line for line in text.splitlines() if line.startswith(f"| `{kind}`"))
    shared = set() if "…" not in row else {"attempt_id", "generation", "made_at_ms", "uncertainty_ms"}
    shape: Any = RECORDS[kind]
    assert {field.name for field in fields(shape)} - marked(row) - shared == set()


@pytest.mark.parametrize(
    "values",
    [
        Outcome,
        Denial,
        LateWhy,
        PartPhase,
        SittingPhase,
        Cause,
        CloseCause,
        HowChosen,
        IncidentCategory,
        Attendance,
        RosterChange,
    ],
)
def test_every_value_that_travels_or_is_recorded_is_explained(text: str, values: type[StrEnum]) -> None:
    assert {value.value for value in values} - marked(text) == set()


def test_every_code_of_a_verification_is_explained(repository: Path) -> None:
    source = (repository / "server/store/verify.py").read_text(encoding="utf-8")
    codes = set(re.findall(r'(?:problem|_say|Finding)\((?:record, )?"([a-z_]+)"', source))
    codes |= {subject.objection for subject in (SITTING, CONTEST)}
    assert len(codes) > 10
    assert codes - marked((repository / "docs/journal.md").read_text(encoding="utf-8")) == set()
