"""The sentences around a simulator in a paper: those of the item type `simulation`."""

from __future__ import annotations

from collections.abc import Mapping

from question_bank.phrase import Phrase, phrase

LABEL = phrase("simulated system")
WORDS: Mapping[str, Phrase] = {
    "how": phrase("work in the system below"),
    "failed": phrase("This was not done: this machine did not keep it. Call the proctor."),
    "loading": phrase("The system is starting …"),
}
