"""The checks that each simulator brings in its own `checks` module, found by being there."""

from __future__ import annotations

import importlib
from importlib.util import find_spec

from question_bank.simulators import simulators

for one in simulators().values():
    if find_spec(f"{one.package}.checks") is not None:
        importlib.import_module(f"{one.package}.checks")
