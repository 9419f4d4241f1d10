"""What a standby knows when it becomes the primary, so that nothing has to be read or guessed again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from server.store.batch import Committed


@dataclass(frozen=True, slots=True)
class Handover:
    """`warm`: by journal, what its records have made. `heard_ms`: room time when the old primary was last heard."""

    warm: Mapping[str, Committed[Any]] = field(default_factory=dict)
    heard_ms: int | None = None
