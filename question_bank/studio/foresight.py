"""What the first page that asks for likeness would wait for, worked out beside the pages once the bank is open."""

from __future__ import annotations

import threading

from question_bank.vault.vault import Vault

SLICE = 50  # items for which the bank is held at once: some twentieth of a second, which nobody notices on a page
PAUSE_S = 0.02  # between two slices, or whoever waits for the bank would not get it: a lock is not given in turn


class Foresight:
    """One for an open bank; ends by itself when the words of all items are known."""

    def __init__(self, vault: Vault) -> None:
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._look, args=(vault,), name="studio-foresight")
        self._thread.start()

    def close(self) -> None:
        """Returns when it has ended: after at most a slice."""
        self._ending.set()
        self._thread.join()

    def _look(self, vault: Vault) -> None:
        while not self._ending.is_set() and vault.index_more(SLICE):
            self._ending.wait(PAUSE_S)
