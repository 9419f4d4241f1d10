"""The committee's bank in one file: encrypted at rest, in memory while it is open (docs/vault.md)."""

from __future__ import annotations
