"""Reading and writing what people hand in: one module per format."""

from __future__ import annotations
