"""What is being typed in simulators and is no action yet: on this machine's disk, never sent, gone with its outbox.

One file for each sign-in, canonical JSON, replaced whole: {item id: {key: text}}.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from question_bank import canonical
from question_bank.disk import lasting_folder, replace_private

MAX_BYTES = 4 * 1024 * 1024  # of one file: what a page may keep for one item, twice over for every item of a long paper


class Drafts:
    """The drafts on this machine. Used under the kiosk's lock."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._read: dict[str, dict[str, dict[str, str]]] = {}

    def of(self, source: str, item_id: str) -> Mapping[str, str]:
        """What is being typed in one item. A file that cannot be read holds nothing: an action is never only there."""
        return self._of(source).get(item_id, {})

    def keep(self, source: str, item_id: str, texts: Mapping[str, str], most: int) -> bool:
        """Keep these texts by key, at most `most` keys of an item; an empty one is forgotten. False: the disk did not take it."""
        every = self._of(source)
        item = {key: text for key, text in {**every.get(item_id, {}), **texts}.items() if text}
        changed = {**every, item_id: item}
        data = canonical.encode(changed)
        if len(item) > most or len(data) > MAX_BYTES:
            return False
        try:
            lasting_folder(self._folder, 0o700)
            replace_private(self._file(source), data)
        except OSError:
            return False
        self._read[source] = changed
        return True

    def forget(self, source: str) -> None:
        """This sign-in is over. Raises OSError."""
        self._read.pop(source, None)
        self._file(source).unlink(missing_ok=True)

    def _file(self, source: str) -> Path:
        return self._folder / f"{source}.json"

    def _of(self, source: str) -> dict[str, dict[str, str]]:
        if source not in self._read:
            self._read[source] = _read(self._file(source))
        return self._read[source]


def _read(file: Path) -> dict[str, dict[str, str]]:
    try:
        value = canonical.decode(file.read_bytes(), MAX_BYTES)
    except (OSError, canonical.CanonicalError):
        return {}
    if not isinstance(value, dict):
        return {}
    return {
        item: {key: text for key, text in texts.items() if isinstance(text, str)}
        for item, texts in value.items()
        if isinstance(texts, dict)
    }
