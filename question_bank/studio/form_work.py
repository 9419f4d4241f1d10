"""Assembling beside the pages: one blueprint at a time, on a thread of its own, never holding the vault while it searches."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from contextvars import copy_context
from dataclasses import dataclass, replace
from enum import Enum
from fractions import Fraction

from question_bank.assembling import Ground, late_from_now, proven
from question_bank.assembly.usable import Circumstances
from question_bank.blueprint import Blueprint, SetName
from question_bank.errors import ExamRoomError
from question_bank.form import Form, assemble_sets
from question_bank.ids import BankItemId
from question_bank.phrase import Phrase, phrase
from question_bank.studio.failing import told
from question_bank.vault.people import Person


class Stage(Enum):
    """How far it has come."""

    IDLE = "idle"
    DRAWING = "drawing"
    PROVING = "proving"
    KEEPING = "keeping"
    DONE = "done"
    SHORT = "short"
    FAILED = "failed"


AT_WORK = frozenset({Stage.DRAWING, Stage.PROVING, Stage.KEEPING})


@dataclass(frozen=True, slots=True)
class Order:
    """What to draw: everything is in it, so that the vault may change meanwhile."""

    name: str
    blueprint: Blueprint
    ground: Ground
    circumstances: Circumstances
    sets: tuple[SetName, ...]
    seed: bytes
    by: Person

    @property
    def facility(self) -> Mapping[BankItemId, Fraction]:
        """What the forms are levelled by."""
        return self.circumstances.facility


@dataclass(frozen=True, slots=True)
class Progress:
    """What the page says: `said` are shortages or why it failed, `forms` what came of it."""

    stage: Stage = Stage.IDLE
    name: str = ""
    seed: str = ""
    by: str = ""
    said: tuple[Phrase | str, ...] = ()
    forms: tuple[str, ...] = ()

    @property
    def at_work(self) -> bool:
        """Whether it is not finished."""
        return self.stage in AT_WORK


Keep = Callable[[Order, tuple[Form, ...]], "str | Phrase"]
"""Put forms into the vault and save it; gives why not, or nothing."""


class Worker:
    """At most one assembling at a time; what came of the last stays until the next."""

    def __init__(self, keep: Keep) -> None:
        self._keep = keep
        self._lock = threading.Lock()
        self._progress = Progress()

    @property
    def progress(self) -> Progress:
        """How it stands now."""
        with self._lock:
            return self._progress

    def start(self, order: Order) -> bool:
        """Begin; false when another is being drawn."""
        with self._lock:
            if self._progress.at_work:
                return False
            self._progress = Progress(Stage.DRAWING, order.name, order.seed.hex(), order.by)
        # A daemon: a search may take seconds, and nobody who closes the studio waits for it. It writes nothing half.
        context = copy_context()  # it speaks the language of whoever began
        threading.Thread(target=context.run, args=(self._run, order), name="studio-assembling", daemon=True).start()
        return True

    def _run(self, order: Order) -> None:
        try:
            self._draw(order)
        except ExamRoomError as error:
            self._say(Stage.FAILED, error.said, error.advice)
        except Exception as error:  # one for the thread, raised again: the page says it too, without a word of the bank
            self._say(Stage.FAILED, *_defect(self.progress.stage, told(type(error), error.__traceback__)))
            raise

    def _draw(self, order: Order) -> None:
        bank = order.ground.bank
        drawn = assemble_sets(bank, order.blueprint, order.seed, order.sets, order.circumstances, late_from_now())
        if isinstance(drawn, list):
            self._say(Stage.SHORT, *(one.sentence() for one in drawn))
            return
        self._say(Stage.PROVING)
        proven(bank, order.blueprint, drawn, order.circumstances)
        self._say(Stage.KEEPING)
        fault = self._keep(order, drawn)
        names = tuple(".".join(part for part in (order.name, one.set_name.value, one.code) if part) for one in drawn)
        if fault:
            self._say(Stage.FAILED, fault)
        else:
            self._say(Stage.DONE, forms=names)

    def _say(self, stage: Stage, *said: Phrase | str, forms: tuple[str, ...] = ()) -> None:
        with self._lock:
            told = tuple(one for one in said if one)
            self._progress = replace(self._progress, stage=stage, said=told, forms=forms)


def _defect(stage: Stage, place: str) -> tuple[Phrase, ...]:
    """That the program itself failed: what has become of the forms, what to do, and what to pass on."""
    kept = (
        phrase(
            "It happened while the forms were being saved: look at the list of forms to see which of them are there."
        )
        if stage is Stage.KEEPING
        else phrase("No form was made, and the bank is as it was.")
    )
    again = phrase("Assemble again. Should it happen again, pass this line on to whoever looks after the program; it tells nothing of the items: %(place)s",
                   place=place)  # fmt: skip
    return phrase("a defect of the program ended the work"), kept, again
