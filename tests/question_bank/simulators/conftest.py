"""The simulators there are, and a tiny one that is only for tests."""

from __future__ import annotations

import importlib
import pkgutil
from pathlib import Path
from typing import Any

import pytest

from question_bank import simulators

NAMES = sorted(one.name for one in pkgutil.iter_modules(simulators.__path__) if one.ispkg)


@pytest.fixture(params=["noticeboard", *NAMES])
def found(request: pytest.FixtureRequest, noticeboard: simulators.Simulator) -> simulators.Simulator:
    """Each simulator in turn."""
    return simulators.simulator(str(request.param))


@pytest.fixture
def scenario(found: simulators.Simulator) -> Any:
    """Its module of scenarios, which no kiosk has."""
    return importlib.import_module(f"{found.package}.scenario")


@pytest.fixture
def folder(found: simulators.Simulator) -> Path:
    """Where its files are."""
    return Path(str(importlib.import_module(found.package).__file__)).parent
