"""The paper as its authors hold it (`form.json`, the bank): ids, the texts people see, the key. For the checker.

Imports nothing of the product: the files are read as plain JSON and YAML.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML


def folded(text: str) -> str:
    """Texts are compared as they read: white space folded."""
    return " ".join(text.split())


@dataclass(frozen=True, slots=True)
class PaperItem:
    """One item: its stem, the texts of its options by id (folded), and its marks in hundredths."""

    stem: str
    options: Mapping[str, str]
    max_mark: int


@dataclass(frozen=True, slots=True)
class Paper:
    """The items by id, over all sections."""

    items: Mapping[str, PaperItem]

    @classmethod
    def read(cls, path: Path) -> Paper:
        """Read a form file. Raises OSError, ValueError and KeyError."""
        sections: Any = json.loads(path.read_text(encoding="utf-8"))["sections"]
        found: dict[str, PaperItem] = {}
        for section in sections:
            for item in section["candidate"]["items"]:
                options = {one["option_id"]: folded(one["text"]) for one in item["options"]}
                found[item["item_id"]] = PaperItem(folded(item["stem"]), options, item["max_mark"])
        return cls(found)

    @property
    def of(self) -> int:
        """How many items there are."""
        return len(self.items)

    @property
    def max_marks(self) -> int:
        """The marks of a paper without a mistake, in hundredths."""
        return sum(item.max_mark for item in self.items.values())

    def marks(self, stems: frozenset[str]) -> int:
        """The marks of these items, in hundredths; an item that is not on the paper gives none."""
        return sum(item.max_mark for item in self.items.values() if item.stem in stems)

    def said(self, item_id: str, response: object) -> tuple[str, frozenset[str]] | None:
        """A response (None: taken back) as stem and texts of the chosen options; None: not of this paper."""
        item = self.items.get(item_id)
        chosen = response.get("options") if isinstance(response, Mapping) else []
        if item is None or not isinstance(chosen, list) or not item.options.keys() >= set(chosen):
            return None
        return item.stem, frozenset(item.options[option] for option in chosen)


def keys(bank: Path) -> dict[str, frozenset[str]]:
    """The texts of the right options, by stem."""
    found: dict[str, frozenset[str]] = {}
    for file in sorted(bank.glob("*.yaml")):
        for item in YAML(typ="safe").load(file)["items"]:
            letters = item["key"] if isinstance(item["key"], list) else [item["key"]]
            found[folded(item["stem"])] = frozenset(folded(str(item["options"][letter])) for letter in letters)
    return found
