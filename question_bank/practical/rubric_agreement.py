"""What no single field of a rubric shows: sums, names given twice, what checks need of each other and of their files."""

from __future__ import annotations

from collections.abc import Mapping

from question_bank.formats.nodes import Place, Table
from question_bank.formats.report import Report
from question_bank.phrase import phrase
from question_bank.practical.rubric import FILELESS, CheckPlan, Rubric
from question_bank.practical.rubric_fields import said_points

_FAMILIES = {"odt": "docx", "ods": "xlsx", "odp": "pptx"}


def family(kind: str) -> str:
    """The kind of check that reads a kind of file: ODF is read as what it is converted to."""
    return _FAMILIES.get(kind, kind)


def report_disagreements(rubric: Rubric, tree: Table, report: Report) -> None:
    """Report all of it."""
    _sums(rubric, tree, report)
    _names(rubric, report)
    # A task in a simulator alone hands in no file.
    if not rubric.files and not (rubric.groups and all(one.kinds <= FILELESS for _, one in rubric.checks())):
        report.missing(tree, ["files"])
    kinds = {one.name: {family(kind) for kind in one.accept} for one in rubric.files}
    for group in rubric.groups:
        if rubric.files and group.file not in kinds:
            message = phrase("there is no file “%(name)s” in this rubric", name=group.file)
            report.add(group.place, "unknown_file", message)
        for plan in group.checks:
            _reads(plan, kinds.get(group.file, set()), report)
    for plan in rubric.penalties:
        if rubric.files and plan.file not in kinds:
            message = phrase("there is no file “%(name)s” in this rubric", name=plan.file)
            report.add(plan.place, "unknown_file", message)
        _reads(plan, kinds.get(plan.file, set()), report)
    _needs(rubric, report)


def _sums(rubric: Rubric, tree: Table, report: Report) -> None:
    given: int = sum(one.points for group in rubric.groups for one in group.checks)
    given = given + sum(one.points for one in rubric.manual)
    place = (tree.get("points") or tree).place
    if given != rubric.points:
        message = phrase(
            "the checks and criteria come to %(sum)s points, the rubric says %(points)s",
            sum=said_points(given), points=said_points(rubric.points),
        )  # fmt: skip
        report.add(place, "wrong_sum", message)
    for name, marks in (("points", rubric.points), ("floor", rubric.floor)):
        if marks % rubric.rounding:
            message = phrase("“%(field)s” must be a multiple of “rounding”", field=name)
            report.add((tree.get(name) or tree).place, "wrong_rounding", message)


def _names(rubric: Rubric, report: Report) -> None:
    checks = [(one.place, one.id) for _, one in rubric.checks()] + [(one.place, one.id) for one in rubric.manual]
    _twice("duplicate_file", [(one.place, one.name.casefold()) for one in rubric.files], report)
    _twice("duplicate_group", [(one.place, one.id) for one in rubric.groups], report)
    _twice("duplicate_check", checks, report)


def _twice(code: str, named: list[tuple[Place, str]], report: Report) -> None:
    seen: set[str] = set()
    for place, name in named:
        if name and name in seen:
            report.add(place, code, phrase("“%(id)s” is there twice", id=name))
        seen.add(name)


def _reads(plan: CheckPlan, kinds: set[str], report: Report) -> None:
    """A check and all nested in it read one kind, which is its file's, or no file at all."""
    for kind in sorted(plan.kinds - FILELESS - kinds if kinds else set()):
        message = phrase("“%(id)s” reads %(kind)s, and its file is none", id=plan.id, kind=kind)
        report.add(plan.place, "wrong_kind", message)
    if len(plan.kinds) > 1:
        message = phrase("“%(id)s” mixes checks of several kinds: %(names)s", id=plan.id, names=", ".join(sorted(plan.kinds)))  # fmt: skip
        report.add(plan.place, "mixed_kinds", message)


def _needs(rubric: Rubric, report: Report) -> None:
    """Every check that another names comes before it, and has the step, or stands in the file, that is asked for."""
    seen: dict[str, tuple[str, CheckPlan]] = {}
    for source, plan in rubric.checks():
        refs = {one.ref for one in plan.parts() if one.ref}
        for other in sorted({need.check for need in plan.requires if need.check} | refs):
            if other not in seen:
                message = phrase("“%(id)s” needs “%(other)s”, which is no check before it", id=plan.id, other=other)
                report.add(plan.place, "unknown_check", message)
            elif other in refs and seen[other][0] != source:
                message = phrase("“%(id)s” takes its places from “%(other)s”, which reads another file", id=plan.id, other=other)  # fmt: skip
                report.add(plan.place, "other_file", message)
        _known_steps(plan, seen, report)
        seen.setdefault(plan.id, (source, plan))
    for _, plan in seen.values():
        for other in plan.also:
            if other not in seen:
                message = phrase("“%(id)s” names “%(other)s”, which is no check", id=plan.id, other=other)
                report.add(plan.place, "unknown_check", message)


def _known_steps(plan: CheckPlan, seen: Mapping[str, tuple[str, CheckPlan]], report: Report) -> None:
    for need in plan.requires:
        _, other = seen.get(need.check, ("", None))
        if need.step and other is not None and (other.type is None or need.step not in other.type.steps):
            message = phrase("“%(other)s” has no step “%(step)s”", other=need.check, step=need.step)
            report.add(plan.place, "unknown_step", message)
