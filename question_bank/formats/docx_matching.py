"""Which answers behind the paper belong to which questions: by part and number, in order where numbers begin anew. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, field

from question_bank.formats.docx_answer_tables import Section, left_columns, sections_of
from question_bank.formats.docx_answers import Answer, answers_in, short_answers_in, truths_in
from question_bank.formats.docx_found import AnswerLine, FoundQuestion, Reading
from question_bank.formats.docx_marks import Kind, PartHead, is_answer_head, part_head
from question_bank.formats.docx_papers import for_these, named_papers, papers_of, several_papers
from question_bank.formats.docx_reasons import reasoned_answer
from question_bank.formats.docx_solutions import explain
from question_bank.formats.docx_taking import chosen_in
from question_bank.formats.word_text import Rich
from question_bank.phrase import Phrase, phrase

_LETTERS = re.compile(r"\(?[A-Ja-j]\)?\.?(?:\s*[,;&/]\s*[A-J])*|[A-J]{2,4}")


_MOST_SAID = 20  # different answers kept for one question; two are a conflict already
_MOST_ANSWERS = 20_000  # 5,000 questions, each in a list, a table and a solution
_SHOWING = 60  # answers of a group that show what kind it is


@dataclass(slots=True)
class Group:
    """Answers of one list or table of one part of one paper, numbers rising."""

    part: PartHead | None
    paper: str = ""
    answers: list[Answer] = field(default_factory=list)

    @property
    def kind(self) -> Kind:
        """What the values look like: letters, truths of statements, or anything."""
        shown = self.answers[:_SHOWING]
        letters = sum(_LETTERS.fullmatch(one.value) is not None for one in shown)
        truths = sum(truths_in(one.value) is not None for one in shown)
        if 2 * truths > len(shown):
            return Kind.TRUE_FALSE
        return Kind.CHOICE if 2 * letters > len(shown) else Kind.SHORT


@dataclass(slots=True)
class Matched:
    """The answers of each question (by its place in the reading), and what could not be put to one."""

    answers: dict[int, list[Answer]] = field(default_factory=dict)
    loose: list[Phrase] = field(default_factory=list)


def matched(reading: Reading, main: Sequence[FoundQuestion], margins: Sequence[str]) -> Matched:
    """Every answer of the document put to its question; questions repeated behind the paper give their keys and explanations.

    `margins` is what stands above and below every page: the code of the paper may be there.
    """
    result = Matched()
    groups, loose = _groups(reading, reading.papers.union(*map(named_papers, margins)), papers_of(main))
    result.loose += loose
    runs = _runs(main)
    places = {id(question): at for at, question in enumerate(main)}
    tails = [question for question in reading.questions if question.tail]
    for tail in _runs(tails):
        result.loose += explain(tail, runs)
    for group, run in _assigned(groups, runs):
        if run is None:
            first, last = group.answers[0].number, group.answers[-1].number
            result.loose.append(
                phrase(
                    "answers %(first)s to %(last)s at the end could not be put to one part of the paper",
                    first=first,
                    last=last,
                )
            )
            continue
        by_number = {question.number: question for question in run}
        twice = _uncertain(group, run)
        for answer in group.answers:
            question = by_number.get(answer.number)
            if answer.number in twice:
                for one in run:
                    one.notes |= {"number_twice"} if one.number == answer.number else set()
            elif question is None:
                result.loose.append(
                    phrase("there is an answer for question %(number)s, but no such question", number=answer.number)
                )
            else:
                said = result.answers.setdefault(places[id(question)], [])
                if answer not in said and len(said) < _MOST_SAID:
                    said.append(answer)
                    _explained(question, answer)
    return result


def _explained(question: FoundQuestion, answer: Answer) -> None:
    """What explains an answer is the question's, and may name a key as other explanations do."""
    if answer.reason and [line.text for line in answer.reason] != [line.text for line in question.explanation]:
        question.explanation += answer.reason
        if question.options:
            question.keys += [note for line in answer.reason for note in chosen_in(line.text)]


def _twice(numbers: Iterable[int]) -> set[int]:
    """Those that come more than once."""
    return {number for number, times in Counter(numbers).items() if times > 1}


def _uncertain(group: Group, run: Sequence[FoundQuestion]) -> set[int]:
    """Numbers that do not say for certain which question an answer is for: those that are there twice, and those where as many
    answers as questions, one after the other, have other numbers than they (tables made by programs count by place)."""
    asked, said = [question.number for question in run], [answer.number for answer in group.answers]
    found = _twice(asked) | _twice(said)
    if len(asked) == len(said):
        found |= {number for number, other in zip(asked, said, strict=True) if number != other}
        found |= {other for number, other in zip(asked, said, strict=True) if number != other}
    return found


def _runs(questions: Iterable[FoundQuestion]) -> list[list[FoundQuestion]]:
    """Questions with rising numbers, as long as they rise and the part is the same."""
    found: list[list[FoundQuestion]] = []
    for question in questions:
        if not question.number:
            continue
        if found and question.run == found[-1][-1].run and question.number >= found[-1][-1].number:
            found[-1].append(question)
        else:
            found.append([question])
    return found


def _groups(reading: Reading, here: Set[str], papers: frozenset[str]) -> tuple[list[Group], list[Phrase]]:
    """The answers in the order of the file, a new group where a paper or part begins or numbers begin anew."""
    groups: list[Group] = []
    loose: list[Phrase] = []
    begun: PartHead | None = None
    read = 0
    codes = list(dict.fromkeys(line.paper for line in reading.answers if line.paper))
    unknown = len(papers) < 2 and len(codes) > 1 and len(here & set(codes)) != 1
    for line in reading.answers:
        sections = sections_of(line.table) if line.table is not None else _line_answers(line.rich, line.part)
        if line.table is None and (head := part_head(line.rich.text)) is not None:
            begun = head
            groups.append(Group(head, line.paper))
        for section in sections:
            found = section.answers
            parted, said = for_these(line, found, frozenset(here), papers)
            if unknown and line.paper and not any(answer.code for answer in found):
                parted, said = [], several_papers(codes)
            loose += [said] if said is not None else []
            for code, answers in parted:
                _grouped(groups, line, section.part or line.part or begun, code, answers)
            read += len(found)
        for text in left_columns(line.table, sections) if line.table is not None and sections else ():
            loose.append(phrase("a column beside the answers at the end was left out: “%(text)s”", text=text[:60]))
        if not sections and not _is_plain_head(line):
            said_there = " ".join(line.rich.plain().split())[:120]
            loose.append(
                phrase("behind the end stands what is no answer that could be read: “%(text)s”", text=said_there)
            )
        if read > _MOST_ANSWERS:
            loose.append(phrase("there are more than %(most)s answers: the others were left out", most=_MOST_ANSWERS))
            break
    return _joined([group for group in groups if group.answers]), loose


def _is_plain_head(line: AnswerLine) -> bool:
    """Whether a line behind the end is empty or only says what follows, or which paper."""
    text = line.rich.text.strip()
    return not text or bool(part_head(text) or is_answer_head(text) or named_papers(text))


def _grouped(groups: list[Group], line: AnswerLine, part: PartHead | None, code: str, answers: list[Answer]) -> None:
    """Answers go on in the last group, or begin one."""
    if line.table is not None:
        groups.append(Group(part, code))
    for answer in answers:
        last = groups[-1] if groups else None
        if (
            last is None
            or last.part is not part
            or last.paper != code
            or (last.answers and answer.number < last.answers[-1].number)
        ):
            last = Group(part, code)
            groups.append(last)
        last.answers.append(answer)


def _line_answers(rich: Rich, part: PartHead | None) -> list[Section]:
    found = answers_in(rich.text)
    if not found and part is not None and part.kind in (Kind.SHORT, Kind.ANY):
        head = part_head(rich.text)
        found = short_answers_in(head.rest if head is not None and head.rest else rich.text)
    found = found or reasoned_answer(rich)
    return [Section(None, found)] if found else []


def _joined(groups: list[Group]) -> list[Group]:
    """Lists that go on where the one before ended are one: 1 to 10 in one table, 11 to 20 in the next."""
    found: list[Group] = []
    for group in groups:
        last = found[-1] if found else None
        if (
            last is not None
            and last.part is group.part
            and last.paper == group.paper
            and last.kind is group.kind
            and group.answers[0].number > last.answers[-1].number
        ):
            last.answers += group.answers
        else:
            found.append(group)
    return found


def _assigned(
    groups: Sequence[Group], runs: list[list[FoundQuestion]]
) -> list[tuple[Group, list[FoundQuestion] | None]]:
    """Each group of answers with the run of questions it is for; None where that is not certain."""
    found: list[tuple[Group, list[FoundQuestion] | None]] = []
    counts = Counter(group.paper for group in groups)
    places: Counter[str] = Counter()
    for group in groups:
        found.append((group, _run_of(group, places[group.paper], counts[group.paper], runs)))
        places[group.paper] += 1
    return found


def _run_of(group: Group, at: int, groups: int, runs: list[list[FoundQuestion]]) -> list[FoundQuestion] | None:
    """`at` is the place of the group among all `groups` of its paper."""
    if len(runs) == 1:
        return runs[0]
    if group.paper and len(papers_of(run[0] for run in runs)) > 1:
        theirs = [run for run in runs if run[0].paper == group.paper]
        return _run_of(group, at, groups, theirs) if 0 < len(theirs) < len(runs) else None
    part = group.part
    if part is not None and part.number:
        same = [run for run in runs if run[0].part is not None and run[0].part.number == part.number]
        if len(same) == 1:
            return same[0]
    numbers = {answer.number for answer in group.answers}
    holding = [run for run in runs if numbers <= {question.number for question in run}]
    fitting = [run for run in holding if group.kind is _kind_of(run)]
    if len(fitting) == 1:
        return fitting[0]
    if groups == len(runs) and _fits(runs[at], group):
        return runs[at]
    return holding[0] if len(holding) == 1 and not fitting else None


def _fits(run: Sequence[FoundQuestion], group: Group) -> bool:
    return {answer.number for answer in group.answers} <= {question.number for question in run}


def _kind_of(run: Sequence[FoundQuestion]) -> Kind:
    """What the questions of a run look like."""
    if run[0].kind in (Kind.TRUE_FALSE, Kind.SHORT, Kind.CHOICE):
        return run[0].kind
    with_options = sum(len(question.options) >= 2 for question in run)
    if 2 * with_options <= len(run):
        return Kind.SHORT
    return Kind.TRUE_FALSE if all(question.lower() and len(question.options) == 4 for question in run) else Kind.CHOICE
