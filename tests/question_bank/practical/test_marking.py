"""What checks come to: shares, combinations, requirements, penalties, floor, rounding; and what an error never does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from question_bank.bilingual import Bilingual
from question_bank.canonical import encode
from question_bank.marking_scheme import Marks
from question_bank.phrase import phrase
from question_bank.practical.arguments import Asked, text
from question_bank.practical.catalogue import CheckType, Request
from question_bank.practical.findings import MOST_FINDINGS, Finding, Outcome, judged
from question_bank.practical.marking import Marked, Opened, Verdict, mark
from question_bank.practical.rubric import CheckPlan, Combine, Group, HandedIn, Partial, Requirement, Rubric
from question_bank.practical.work import MOST_BYTES, Notice, in_language, inputs_document, work_document

TITLE = Bilingual("Thử", "A trial")
WORDS = text("words", phrase("text"))
HALF = Fraction(1, 2)
Model = Mapping[str, "Outcome | Exception"]


def run(model: Model, request: Request) -> Outcome:
    found = model[request.select[WORDS] or ""]
    if isinstance(found, Exception):
        raise found
    return found if request.refs is None else Outcome.of(found.findings, request.refs)


PROBE = CheckType("docx.probe", phrase("text"), "IU03", (WORDS,), (), run, ("value", "formula"))


def check(name: str, points: int = 100, **more: object) -> CheckPlan:
    more.setdefault("select", Asked({"words": name}))
    return CheckPlan(name, Marks(points), PROBE, **more)  # type: ignore[arg-type]


def over(combine: Combine, *nested: CheckPlan, points: int = 100, **more: object) -> CheckPlan:
    return CheckPlan("whole", Marks(points), None, combine, nested, **more)  # type: ignore[arg-type]


def rubric(*plans: CheckPlan, rounding: int = 1, floor: int = 0, penalties: tuple[CheckPlan, ...] = ()) -> Rubric:
    points = Marks(sum(one.points for one in plans))
    group = Group("nhom", TITLE, "A.docx", plans)
    files = (HandedIn("A.docx", ("docx",)),)
    return Rubric("thu", 1, TITLE, "", files, points, Marks(rounding), Marks(floor), (group,), penalties)


def found(*each: Fraction | int | tuple[str, Fraction | int], matched: bool = True) -> Outcome:
    """An outcome of findings with these credits, or steps with theirs."""
    pairs = [one if isinstance(one, tuple) else ("", one) for one in each]
    return Outcome.of(
        (judged("ý", Fraction(one), "đúng", "sai", "đoạn 1", step) for step, one in pairs), matched=matched
    )


def marked(
    plans: Rubric | CheckPlan, model: Model, opened: Opened | None = None, told: list[str] | None = None
) -> Marked:
    whole = plans if isinstance(plans, Rubric) else rubric(plans)
    errors = told if told is not None else []
    return mark(whole, {"A.docx": opened or Opened(model)}, lambda name, _: errors.append(name))


@pytest.mark.parametrize(
    ("partial", "each", "points", "verdict"),
    [
        (Partial.ALL_OR_NOTHING, (1, 1), 100, "pass"),
        (Partial.ALL_OR_NOTHING, (1, HALF), 0, "fail"),
        (Partial.PER_ITEM, (1, HALF, 0), 33, "partial"),
        (Partial.PER_ITEM, (1, 1, 0), 67, "partial"),
        (Partial.RATIO, (1, HALF, 0), 50, "partial"),
        (Partial.RATIO, (Fraction(1, 200),), 1, "partial"),  # half a hundredth, up
        (Partial.RATIO, (0, 0), 0, "fail"),
        (Partial.PER_ITEM, (), 0, "fail"),
        (Partial.ALL_OR_NOTHING, (), 0, "fail"),
    ],
)
def test_findings_become_a_share_of_the_points(
    partial: Partial, each: tuple[Fraction | int, ...], points: int, verdict: str
) -> None:
    one = marked(check("a", partial=partial), {"a": found(*each)}).checks[0]
    assert (one.points, one.verdict.value) == (points, verdict)


def test_steps_weigh_what_they_are_named_for_and_a_step_that_is_not_there_gives_nothing() -> None:
    plan = check("a", partial=Partial.STEPS, steps={"value": Fraction(3, 10), "formula": Fraction(7, 10)})
    assert marked(plan, {"a": found(("value", 1), ("formula", 0))}).points == 30
    assert marked(plan, {"a": found(("formula", 1), ("formula", 0), ("", 0))}).points == 35
    assert marked(plan, {"a": found(("value", 1), ("formula", 1), ("", 0))}).points == 100


ALL, ANY, NONE, SOME = Combine.ALL, Combine.ANY, Combine.NONE, Combine.SOME


@pytest.mark.parametrize(
    ("combine", "partial", "count", "shares", "points"),
    [
        (ANY, Partial.ALL_OR_NOTHING, 1, (0, HALF, Fraction(1, 4)), 50),
        (ALL, Partial.ALL_OR_NOTHING, 1, (1, 1, HALF), 0),
        (ALL, Partial.ALL_OR_NOTHING, 1, (1, 1, 1), 100),
        (ALL, Partial.PER_ITEM, 1, (1, 1, HALF, 0), 50),
        (ALL, Partial.RATIO, 1, (1, 1, HALF, 0), 63),
        (NONE, Partial.ALL_OR_NOTHING, 1, (0, 0), 100),
        (NONE, Partial.ALL_OR_NOTHING, 1, (0, Fraction(1, 9)), 0),
        (SOME, Partial.ALL_OR_NOTHING, 2, (1, 0, 1), 100),
        (SOME, Partial.ALL_OR_NOTHING, 2, (1, 0, HALF), 0),
        (SOME, Partial.PER_ITEM, 2, (1, 0, HALF), 50),
        (SOME, Partial.RATIO, 2, (1, 0, HALF), 75),
        (SOME, Partial.PER_ITEM, 2, (1, 1, 1), 100),
    ],
)
def test_nested_checks_come_to_one_share(
    combine: Combine, partial: Partial, count: int, shares: tuple[Fraction | int, ...], points: int
) -> None:
    nested = [check(str(n), 0, partial=Partial.RATIO) for n in range(len(shares))]
    model = {str(n): found(share) for n, share in enumerate(shares)}
    assert marked(over(combine, *nested, partial=partial, count=count), model).points == points


def test_credit_is_what_a_nested_check_is_worth() -> None:
    nested = (check("a", 0), check("b", 0, credit=HALF, partial=Partial.RATIO))
    assert marked(over(ANY, *nested), {"a": found(1), "b": found(0)}).points == 100
    assert marked(over(ANY, *nested), {"a": found(0), "b": found(1)}).points == 50
    assert marked(over(ANY, *nested), {"a": found(0), "b": found(HALF)}).points == 25


def test_what_none_of_finds_is_shown_as_wrong() -> None:
    one = marked(over(NONE, check("a", 0), check("b", 0)), {"a": found(1), "b": found(0)}).checks[0]
    assert [(finding.right, finding.found) for finding in one.findings] == [(False, "sai")]


def test_any_of_leads_to_what_its_best_check_found() -> None:
    first, second = Outcome.of(found(0).findings, ["first"]), Outcome.of(found(1).findings, ["second"])
    plan = over(ANY, check("a", 0), check("b", 0))
    after = check("after", ref="whole")
    done = marked(rubric(plan, after), {"a": first, "b": second, "after": found(1)})
    assert done.checks[1].outcome.targets == ("second",)


@pytest.mark.parametrize(
    ("need", "first", "met"),
    [
        (Requirement("a", found=True), found(0), True),
        (Requirement("a", found=True), found(0, matched=False), False),
        (Requirement("a", share=Fraction(1)), found(1), True),
        (Requirement("a", share=Fraction(1)), found(1, 0), False),
        (Requirement("a", share=HALF), found(1, 0), True),
        (Requirement("a", share=HALF), found(1, 0, 0), False),
        (Requirement("a", step="value"), found(("value", 1), ("formula", 0)), True),
        (Requirement("a", step="formula"), found(("value", 1), ("formula", 0)), False),
        (Requirement("a", step="formula"), found(("value", 1)), False),
    ],
)
def test_a_check_is_reached_when_what_it_requires_is_met(need: Requirement, first: Outcome, met: bool) -> None:
    plans = rubric(check("a", partial=Partial.PER_ITEM), check("b", requires=(need,)))
    second = marked(plans, {"a": first, "b": found(1)}).checks[1]
    assert (second.verdict, second.points) == ((Verdict.PASSED, 100) if met else (Verdict.NOT_REACHED, 0))


def test_an_error_waits_for_a_person_with_all_its_points_and_the_other_checks_go_on() -> None:
    told: list[str] = []
    done = marked(rubric(check("a", 300), check("b", 200)), {"a": KeyError("x"), "b": found(1)}, told=told)
    assert [one.verdict for one in done.checks] == [Verdict.ERROR, Verdict.PASSED]
    assert (done.points, done.pending, told) == (200, 300, ["a"])


def test_what_hangs_on_an_error_waits_too_unless_something_else_decides_it() -> None:
    needs = (Requirement("a", share=Fraction(1)), Requirement("b", share=Fraction(1)))
    plans = rubric(check("a"), check("b"), check("c", requires=needs), check("d", ref="a"), check("e", ref="c"))
    model: dict[str, Outcome | Exception] = {
        "a": ValueError(),
        "b": found(1),
        "c": found(1),
        "d": found(1),
        "e": found(1),
    }
    assert [one.verdict.value for one in marked(plans, model).checks] == ["error", "pass", "error", "error", "error"]
    model["b"] = found(0)
    verdicts = [one.verdict.value for one in marked(plans, model).checks]
    assert verdicts == ["error", "fail", "not_reached", "error", "not_reached"]


def test_a_penalty_that_could_not_be_judged_waits_for_a_person() -> None:
    done = marked(rubric(check("a"), penalties=(check("p", -50, file="A.docx"),)), {"a": found(1), "p": ValueError()})
    assert (done.points, done.pending) == (100, 50)


@pytest.mark.parametrize(
    ("combine", "count", "others", "verdict"),
    [
        (ANY, 1, (1,), "pass"), (ANY, 1, (HALF,), "error"), (ALL, 1, (0,), "fail"), (ALL, 1, (1,), "error"), (NONE, 1, (1,), "fail"),
        (NONE, 1, (0,), "error"), (SOME, 1, (1,), "pass"), (SOME, 2, (0,), "fail"), (SOME, 2, (1,), "error"),
    ],
)  # fmt: skip
def test_a_nested_error_counts_only_where_it_makes_a_difference(
    combine: Combine, count: int, others: tuple[Fraction], verdict: str
) -> None:
    nested = [check(str(n), 0, partial=Partial.RATIO) for n in range(len(others))]
    model: Model = {"boom": RuntimeError(), **{str(n): found(one) for n, one in enumerate(others)}}
    told: list[str] = []
    one = marked(over(combine, check("boom", 0), *nested, count=count), model, told=told).checks[0]
    assert one.verdict.value == verdict
    assert told == ["boom"]


def test_an_error_that_is_worth_less_than_what_is_there_decides_nothing() -> None:
    plan = over(ANY, check("a", 0, credit=HALF), check("boom", 0, credit=Fraction(1, 4)))
    assert marked(plan, {"a": found(1), "boom": ValueError()}).points == 50


def test_what_a_nested_error_may_have_found_waits_for_a_person_too() -> None:
    plans = rubric(over(ALL, check("a", 0), check("boom", 0)), check("b", requires=(Requirement("whole", found=True),)))
    done = marked(plans, {"a": found(0, matched=False), "boom": ValueError(), "b": found(1)})
    assert [one.verdict for one in done.checks] == [Verdict.ERROR, Verdict.ERROR]


def test_a_file_that_could_not_be_opened_is_for_a_person_and_one_that_is_missing_earns_nothing() -> None:
    plans = rubric(check("a"), over(NONE, check("b", 0)), penalties=(check("p", -50, file="A.docx"),))
    shut = marked(plans, {}, Opened(trouble=phrase("text")))
    assert {one.verdict for one in shut.checks} == {Verdict.ERROR}
    assert (shut.points, shut.pending) == (0, 250)
    missing = marked(plans, {}, Opened(missing=True))
    assert {one.verdict for one in missing.checks} == {Verdict.FAIL}
    assert (missing.points, missing.pending) == (0, 0)


def test_penalties_are_taken_off_once_down_to_the_floor() -> None:
    penalties = (check("p", -80, file="A.docx"), check("q", -50, file="A.docx", partial=Partial.PER_ITEM))
    model = {"a": found(1), "p": found(1), "q": found(1, 0)}
    assert [one.points for one in marked(rubric(check("a"), penalties=penalties), model).checks] == [100, -80, -25]
    assert marked(rubric(check("a"), penalties=penalties), model).points == 0
    assert marked(rubric(check("a"), penalties=penalties, floor=-100), model).points == -5


@pytest.mark.parametrize(("earned", "total"), [(0, 0), (12, 0), (13, 25), (37, 25), (38, 50), (100, 100)])
def test_the_total_is_rounded_half_up_to_the_step(earned: int, total: int) -> None:
    assert rubric(check("a"), rounding=25).total(earned) == total


def test_of_ten_thousand_findings_all_count_and_the_wrong_ones_are_kept() -> None:
    many = Outcome.of(judged(str(n), n % 10 != 0, "", "", "") for n in range(10_000))
    assert len(many.findings) == MOST_FINDINGS
    assert not any(one.right for one in many.findings)
    assert marked(check("a", partial=Partial.PER_ITEM), {"a": many}).points == 90


def test_a_credit_beyond_its_bounds_is_an_error_of_the_check() -> None:
    with pytest.raises(ValueError, match="credit"):
        Finding("", Fraction(3, 2), "", "", "")


def test_checks_that_read_no_file_get_what_they_read_by_its_kind() -> None:
    simulated = replace(check("s"), type=replace(PROBE, name="sim.probe"))
    done = mark(
        rubric(simulated, check("a")), {"A.docx": Opened({"a": found(0)}), "sim": Opened({"s": found(1)})}, print
    )
    assert [one.points for one in done.checks] == [100, 0]


# --- whatever the rubric ---------------------------------------------------------------------------------------------

CREDITS = st.sampled_from([Fraction(0), Fraction(1), HALF, Fraction(1, 3), Fraction(2, 7)])
OUTCOMES = st.builds(
    lambda each, matched: found(*each, matched=matched),
    st.lists(st.tuples(st.sampled_from(["", "value", "formula"]), CREDITS), max_size=4), st.booleans(),
)  # fmt: skip
SCRIPTED: st.SearchStrategy[Outcome | Exception] = OUTCOMES | st.builds(ValueError)
STEPS = st.sampled_from([{"value": Fraction(1)}, {"value": Fraction(1, 4), "formula": Fraction(3, 4)}])


LEAVES = st.builds(
    lambda words, partial, steps, credit: check(words, 0, partial=partial, steps=steps, credit=credit),
    st.sampled_from("abcd"), st.sampled_from(list(Partial)), STEPS, st.sampled_from([Fraction(1), HALF]),
)  # fmt: skip


def combinations(inner: st.SearchStrategy[CheckPlan]) -> st.SearchStrategy[CheckPlan]:
    partial = st.sampled_from([Partial.ALL_OR_NOTHING, Partial.PER_ITEM, Partial.RATIO])
    return st.builds(
        lambda combine, nested, partial, count: over(combine, *nested, points=0, partial=partial, count=min(count, len(nested))),
        st.sampled_from(list(Combine)), st.lists(inner, min_size=1, max_size=3), partial, st.integers(1, 3),
    )  # fmt: skip


PLANS = st.recursive(LEAVES, combinations, max_leaves=5)


NEEDS = st.lists(
    st.builds(Requirement, st.integers(0, 3).map(lambda n: f"c{n}"), st.booleans(), CREDITS, st.sampled_from(["", "value"])),
    max_size=2,
)  # fmt: skip


def joined(parts: list[tuple[CheckPlan, list[Requirement], int]], against: list[CheckPlan], floor: int) -> Rubric:
    plans = [
        replace(plan, id=f"c{n}", points=Marks(points), requires=tuple(one for one in needs if int(one.check[1:]) < n))
        for n, (plan, needs, points) in enumerate(parts)
    ]
    penalties = tuple(replace(one, id=f"p{n}", points=Marks(-50), file="A.docx") for n, one in enumerate(against))
    return rubric(*plans, floor=floor, penalties=penalties)


RUBRICS = st.builds(
    joined, st.lists(st.tuples(PLANS, NEEDS, st.integers(1, 300)), min_size=1, max_size=5), st.lists(PLANS, max_size=2),
    st.sampled_from([0, -30]),
)  # fmt: skip
MODELS = st.fixed_dictionaries(dict.fromkeys("abcd", SCRIPTED))


@given(RUBRICS, MODELS)
def test_marks_stay_within_their_bounds_and_what_is_unsure_is_pending(plans: Rubric, model: Model) -> None:
    done = marked(plans, model)
    for one in done.checks:
        low, high = sorted((0, one.plan.points))
        assert low <= one.points <= high
        assert 0 <= one.share <= 1
        assert (one.share == 1) == (one.verdict is Verdict.PASSED)
        assert one.verdict is not Verdict.ERROR or one.share == 0
    assert plans.floor <= done.points <= plans.points
    assert done.pending == sum(abs(one.plan.points) for one in done.checks if one.verdict is Verdict.ERROR)


@given(RUBRICS, MODELS, st.data())
def test_whatever_an_error_would_have_been_a_mark_that_is_not_pending_stays(
    plans: Rubric, model: Model, data: st.DataObject
) -> None:
    """The rule behind `pending`: put anything in place of the errors, and no check that was decided changes."""
    settled = {name: data.draw(OUTCOMES) if isinstance(one, Exception) else one for name, one in model.items()}
    before, after = marked(plans, model), marked(plans, settled)
    for unsure, sure in zip(before.checks, after.checks, strict=True):
        if unsure.verdict is not Verdict.ERROR:
            assert (unsure.share, unsure.verdict) == (sure.share, sure.verdict)


@given(RUBRICS, MODELS)
def test_the_same_again_gives_the_same_bytes(plans: Rubric, model: Model) -> None:
    first, second = (encode(work_document(marked(plans, model), (), {})) for _ in range(2))
    assert first == second


# --- the answer ------------------------------------------------------------------------------------------------------


def work(plans: Rubric | CheckPlan, model: Model, spoken: str = "en") -> dict[str, object]:
    document = in_language(work_document(marked(plans, model), (), {}), "en" if spoken == "en" else "vi")
    assert isinstance(document, dict)
    return document  # type: ignore[return-value]


def message(plans: Rubric | CheckPlan, model: Model, spoken: str = "en") -> object:
    checks = work(plans, model, spoken)["checks"]
    assert isinstance(checks, list)
    return checks[0]["message"]


def test_an_answer_has_its_sentences_in_both_languages() -> None:
    assert message(check("a"), {"a": found(1)}) == "right"
    assert message(check("a"), {"a": found(1)}, "vi") == "đúng"
    assert message(check("a"), {"a": found(0)}) == "ý: expected đúng, found sai"
    assert message(check("a"), {"a": found(0, 0, 0, 0, 0)}) == "ý: expected đúng, found sai; " * 3 + "and 2 more"


def test_feedback_is_filled_once_whatever_the_file_says() -> None:
    said = Bilingual("Đang là {found}", "It is {found}, not {expected}, at {where}")
    sly = Outcome.of([judged("ý", False, "20 mm", "“{expected}”", "đoạn 1")])
    assert message(check("a", feedback=said), {"a": sly}) == "It is “{expected}”, not 20 mm, at đoạn 1"
    assert message(check("a", feedback=said), {"a": sly}, "vi") == "Đang là “{expected}”"


def test_a_penalty_says_what_points_are_taken_off_for() -> None:
    plans = rubric(penalties=(check("p", -50, file="A.docx"),))
    assert message(plans, {"p": found(1)}) == "points are taken off: ý: expected đúng, found sai"
    assert message(plans, {"p": found(0)}) == "nothing is taken off"


def test_an_answer_fits_whatever_was_found_and_keeps_every_verdict() -> None:
    words = "“" + "ẵ" * 2000 + "”"
    long = Outcome.of(judged(words, False, words, words, words) for _ in range(1000))
    plans = rubric(*(check(f"{n:040d}", select=Asked({"words": "a"}), title=Bilingual("ẵ" * 200, "x" * 200), tags=("t" * 40,) * 20)
                     for n in range(400)))  # fmt: skip
    notices = [Notice("macros", "A.docx", phrase("“%(name)s” in the file is damaged", name="ẵ" * 80))] * 200
    document = work_document(
        marked(plans, {"a": long}), notices, inputs_document(b"r", {"tinh": "Huế"}, {"A.docx": b"a"})
    )
    assert len(encode(document)) <= MOST_BYTES
    checks = document["checks"]
    assert isinstance(checks, list)
    assert len(checks) == 400
    few = work_document(marked(check("a"), {"a": found(0)}), notices[:1], {})
    assert few["checks"][0]["findings"]  # type: ignore[call-overload, index]


def test_an_answer_names_what_it_is_a_function_of() -> None:
    first = inputs_document(b"rubric", {"tinh": "Huế"}, {"A.docx": b"a"})
    assert first == inputs_document(b"rubric", {"tinh": "Huế"}, {"A.docx": b"a"})
    others = [
        (b"other", {"tinh": "Huế"}, {"A.docx": b"a"}),
        (b"rubric", {"tinh": "Vinh"}, {"A.docx": b"a"}),
        (b"rubric", {}, {}),
    ]
    assert all(inputs_document(*one) != first for one in others)
