"""One spoilt solution for each check of a rubric (docs/practical.md §7): the author's own, or made by the check's type.

Works on the author's files, in this process and behind the prescan; what they are worth is judged in the sandbox as everything else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from question_bank.formats.zips import UnreadableFileError
from question_bank.practical.arguments import Asked
from question_bank.practical.catalogue import KINDS, Request
from question_bank.practical.marking import Marked, Opened, mark
from question_bank.practical.models import open_model
from question_bank.practical.prescan import Passed, prescan
from question_bank.practical.rubric import CheckPlan, Combine, Rubric


@dataclass(slots=True)
class Spoiler:
    """Makes mutants of one draw's solutions, which are by the rubric's names."""

    rubric: Rubric
    solutions: Mapping[str, bytes]
    _marked: Marked | None = field(default=None)

    def mutant(self, file: str, plan: CheckPlan) -> bytes | None:
        """The solution of this file spoilt so that the check should fail; None where nobody knows how."""
        solution = self.solutions.get(file)
        spoilt = self._spoilt(plan, solution) if solution is not None else None
        return None if spoilt == solution else spoilt

    def _spoilt(self, plan: CheckPlan, data: bytes) -> bytes | None:
        match plan.combine:
            case None:
                return self._by_type(plan, data)
            case Combine.NONE:
                return None  # what must not be there has to be put in: only the author knows what that looks like
            case Combine.ANY:
                wanted = len(plan.nested)
            case Combine.SOME:
                wanted = len(plan.nested) - plan.count + 1
            case Combine.ALL:
                wanted = 1
        done = 0
        for one in plan.nested:
            if done < wanted and (spoilt := self._spoilt(one, data)) is not None:
                data, done = spoilt, done + 1
        # Of `any_of` a nested check that the solution does not pass has nothing to spoil: the proof says whether it was enough.
        return data if done else None

    def _by_type(self, plan: CheckPlan, data: bytes) -> bytes | None:
        assert plan.type is not None
        if plan.type.mutation is None:
            return None
        try:
            return plan.type.mutation(data, self._request(plan))
        except Exception:  # noqa: BLE001 - one for each mutant: what a type cannot spoil the author must
            return None

    def _request(self, plan: CheckPlan) -> Request:
        """What the check asks; places of another check as that one finds them, or as it would be asked for them."""
        if not plan.ref:
            return Request(plan.select, plan.expect)
        found = {one.plan.id: one.outcome for one in self._in_process().checks}[plan.ref]
        select = next(one.select for _, one in self.rubric.checks() if one.id == plan.ref)
        return Request(Asked(select.values), plan.expect, found.targets if found.matched else None)

    def _in_process(self) -> Marked:
        if self._marked is None:
            opened = {
                one.name: _opened(one.name, self.solutions.get(one.name), one.accept) for one in self.rubric.files
            }
            self._marked = mark(self.rubric, opened, lambda _check, _error: None)
        return self._marked


def _opened(name: str, data: bytes | None, accept: tuple[str, ...]) -> Opened:
    if data is None:
        return Opened(missing=True)
    scanned = prescan(name, data, accept)
    if not isinstance(scanned, Passed) or scanned.kind not in KINDS:
        return Opened(missing=True)
    try:
        model: Any = open_model(scanned.kind, data)
    except UnreadableFileError:
        return Opened(missing=True)
    return Opened(model, data=data)
