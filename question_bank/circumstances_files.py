"""What assembling wants to know beside bank and blueprint, from files: earlier uses of items, and their facilities."""

from __future__ import annotations

import json
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path

from question_bank.assembly.usable import Use
from question_bank.errors import ExamRoomError
from question_bank.ids import BankItemId
from question_bank.wording import gettext

MAX_BYTES = 32 * 1024 * 1024  # statistics of a thousand items with their options are two
MOST_MS = 4_102_444_800_000  # the year 2100: anything later is no instant in milliseconds


class CircumstancesError(ExamRoomError):
    """Such a file cannot be read, or is not what it should be."""


def read_exposure(path: Path) -> dict[BankItemId, tuple[Use, ...]]:
    """`{"ITEM": [[used_at_ms, contest_id, round_id], …]}`. Raises CircumstancesError."""
    found: dict[BankItemId, tuple[Use, ...]] = {}
    for item, uses in _object(_content(path), path).items():
        if not isinstance(uses, list):
            raise _wrong(path, item)
        found[BankItemId(item)] = tuple(_use(path, item, use) for use in uses)
    return found


def read_facilities(path: Path) -> dict[BankItemId, Fraction]:
    """The facilities of what `stats --json` printed; unknown ones are left out. Raises CircumstancesError."""
    return facilities_in(_content(path), path)


def facilities_in(data: bytes, path: Path | str) -> dict[BankItemId, Fraction]:
    """The same of a file's content; `path` names it in what is said. Raises CircumstancesError."""
    items = _object(data, path).get("items")
    if not isinstance(items, list):
        raise _wrong(path, "items")
    found: dict[BankItemId, Fraction] = {}
    for place, item in enumerate(items):
        name = item.get("id") if isinstance(item, dict) else None
        facility = item.get("facility") if isinstance(item, dict) else None
        if not isinstance(name, str):
            raise _wrong(path, f"items[{place}].id")
        if facility is None:
            continue
        if isinstance(facility, bool) or not isinstance(facility, (int, Fraction)) or not 0 <= facility <= 1:
            raise _wrong(path, f"items[{place}].facility")
        found[BankItemId(name)] = Fraction(facility)
    return found


def _use(path: Path, item: str, use: object) -> Use:
    match use:
        case [int(at_ms), str(contest), str(round_id)] if not isinstance(at_ms, bool) and 0 <= at_ms <= MOST_MS:
            return Use(at_ms, contest, round_id)
        case _:
            raise _wrong(path, item)


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        raise CircumstancesError(gettext("%(file)s cannot be read: %(reason)s", file=path, reason=error.strerror),
                                 hint=gettext("Check the path and the file's permissions.")) from error  # fmt: skip


def _object(data: bytes, path: Path | str) -> Mapping[str, object]:
    if len(data) > MAX_BYTES:
        raise _wrong(path, "")
    try:
        found = json.loads(data, parse_float=Fraction)
    except (ValueError, RecursionError) as error:
        raise _wrong(path, "") from error
    if not isinstance(found, dict):
        raise _wrong(path, "")
    return found


def _wrong(path: Path | str, where: str) -> CircumstancesError:
    place = f"{path}: {where}" if where else str(path)
    return CircumstancesError(gettext("%(place)s is not what was expected there", place=place),
                              hint=gettext("docs/blueprint.md says what such a file holds."))  # fmt: skip
