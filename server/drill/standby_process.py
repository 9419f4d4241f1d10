"""The room's second server as a process of its own: for scenarios, benches and rehearsals."""

from __future__ import annotations

import sys
from pathlib import Path

from server.drill.room_process import RoomProcess
from server.standby_kit import make_kit, new_words


class StandbyProcess(RoomProcess):
    """`examroom-server standby` on a folder of its own, made from a kit of the room in `room_folder`."""

    def __init__(
        self,
        folder: Path,
        room_folder: Path,
        of: str,
        *arguments: str,
        prefix: tuple[str, ...] = (),
        log: Path | None = None,
        python: str = sys.executable,
    ) -> None:
        super().__init__(folder, 0, 0, *arguments, prefix=prefix, python=python, log=log)
        self._of = of
        self._room_folder = room_folder

    def launch(self) -> None:
        """Start it and do not wait; the first time with its kit."""
        kit: list[str] = []
        if not self.folder.exists():
            words, file = new_words(), self.folder.with_suffix(".kit")
            file.write_bytes(make_kit(self._room_folder, words))
            written = self.folder.with_suffix(".words")
            written.write_text(words)
            kit = ["--kit", str(file), "--words-file", str(written)]
        self._begin = [*self.program, "standby", str(self.folder), "--of", self._of, *kit]
        super().launch()
