"""Servers for property tests, which need one for every example."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(scope="session")
def at_rest_server(server_class: Any) -> Callable[[Path], Any]:
    """`at_rest_server(folder)`: a server on a journal in this folder, for its caller to close."""
    kind, sample = server_class
    return lambda folder: kind(folder / "sitting.journal.sqlite", sample())
