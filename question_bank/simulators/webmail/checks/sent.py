"""Letters that were sent: to whom, with what, how, when."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from question_bank.formats.nodes import Node, Series
from question_bank.phrase import Phrase, phrase
from question_bank.practical.arguments import Asked, Field, choice, choices, pattern, span, text, texts, texts_in
from question_bank.practical.catalogue import Request, check
from question_bank.practical.checks.sim.occurrences import AFTER, AFTER_MISSING, order_findings
from question_bank.practical.findings import Finding, Outcome, judged, quoted
from question_bank.practical.played import Played, plain, same, within
from question_bank.simulators.webmail.checks.mailbox import (
    address_of,
    addresses,
    best,
    file_names,
    file_of,
    final,
    listed,
    sending,
    title_of,
)
from question_bank.simulators.webmail.state.model import FORWARD, HIGH, LOW, NEW, NORMAL, REPLY, REPLY_ALL, Letter

_KINDS = {
    NEW: phrase("a letter of its own"), REPLY: phrase("an answer to the sender"), REPLY_ALL: phrase("an answer to all"),
    FORWARD: phrase("a letter sent on"),
}  # fmt: skip
_PRIORITIES = {HIGH: phrase("important"), NORMAL: phrase("usual"), LOW: phrase("unimportant")}
STEPS = (
    "sent",
    "kind",
    "to",
    "cc",
    "bcc",
    "recipients",
    "subject",
    "body",
    "attachments",
    "priority",
    "order",
    "count",
)


def exactly(name: str, title: Phrase) -> Field[tuple[str, ...]]:
    """A set of names, which may be none at all: `[]`."""
    one = texts(name, title)

    def read(node: Node) -> tuple[str, ...]:
        return () if isinstance(node, Series) and not node.items else texts_in(node)

    return replace(one, read=read)


KIND = choices("kind", phrase("how it came about"), _KINDS)
OF = text("of", phrase("the letter it answers or sends on"))
REACHES = texts("reaches", phrase("goes to one of these, in any field"))
ABOUT = text("subject", phrase("words of the subject"))
WHICH = (KIND, OF, REACHES, ABOUT)

TO = exactly("to", phrase("exactly these in To"))
CC = exactly("cc", phrase("exactly these in Cc"))
BCC = exactly("bcc", phrase("exactly these in Bcc"))
RECIPIENTS = exactly("recipients", phrase("exactly these in To and Cc together"))
SUBJECT = texts("subject", phrase("the subject is one of these"))
SUBJECT_HAS = texts("subject_has", phrase("all of these are in the subject"))
BODY_HAS = texts("body_has", phrase("all of these are in what was typed"))
BODY_LIKE = pattern("body_like", phrase("what was typed looks so"))
BODY_LACKS = texts("body_lacks", phrase("none of these is in what was typed"))
ATTACHED = exactly("attachments", phrase("exactly these files are attached"))
PRIORITY = choice("priority", phrase("priority"), _PRIORITIES)
COUNT = span("count", phrase("how many such letters"))
KEPT_FROM = texts("addresses", phrase("who must not be seen by the others"), required=True)


def chosen(played: Played, request: Request) -> list[Letter]:
    """The letters that went out and that the select means."""
    if request.refs is not None:
        return [one for one in request.refs if isinstance(one, Letter)]
    kinds, of, about = request.select[KIND], request.select[OF], request.select[ABOUT]
    reached = {address_of(played, one) for one in request.select[REACHES]}
    return [
        one
        for one in final(played).sent()
        if (not kinds or one.kind in kinds)
        and (not of or one.of == played.id_of(of))
        and (not reached or reached & addresses(one.recipients))
        and (not about or within(about, one.subject))
    ]


@check(
    "sim.mail.sent",
    phrase("A letter was sent as it should be"),
    "IU06",
    select=WHICH,
    expect=(
        KIND, OF, TO, CC, BCC, RECIPIENTS, SUBJECT, SUBJECT_HAS, BODY_HAS, BODY_LIKE, BODY_LACKS, ATTACHED, PRIORITY, COUNT,
        AFTER, AFTER_MISSING,
    ),
    steps=STEPS,
)  # fmt: skip
def sent(played: Played, request: Request) -> Outcome:
    """The letter meant that is right in the most: recipients as sets, subject and words in the canonical form, files by digest and name."""
    letters = chosen(played, request)
    if not letters:
        return Outcome.nothing(phrase("a letter that was sent"))
    shared: list[Finding] = []
    if (count := request.expect[COUNT]) is not None:
        right = count.holds(Fraction(len(letters)))
        shared = [judged(phrase("letters"), right, count.words(), str(len(letters)), "", "count")]
    found = [(one, [*_findings(played, one, request.expect), *shared]) for one in letters]
    return best(found)


def _findings(played: Played, letter: Letter, asked: Asked) -> Iterator[Finding]:
    where = title_of(letter)
    yield judged(phrase("letter"), True, phrase("sent"), phrase("sent"), where, "sent")
    if kinds := asked[KIND]:
        yield judged(phrase("kind"), letter.kind in kinds, _kinds(kinds), _KINDS[letter.kind], where, "kind")
    if of := asked[OF]:
        yield judged(
            phrase("letter"), letter.of == played.id_of(of), of, played.name_of(letter.of) or "–", where, "kind"
        )
    yield from _recipients(played, letter, asked)
    yield from _words(letter, asked)
    if asked.has(ATTACHED):
        names: tuple[str, ...] = asked[ATTACHED]
        wanted = sorted(file_of(played, one) for one in names)
        right = wanted == sorted(one.sha256 for one in letter.attachments)
        expected = listed(names)
        yield judged(phrase("files"), right, expected, file_names(letter.attachments), where, "attachments")
    if priority := asked[PRIORITY]:
        right = letter.priority == priority
        yield judged(phrase("priority"), right, _PRIORITIES[priority], _PRIORITIES[letter.priority], where, "priority")
    yield from order_findings(played, sending(played, letter), asked[AFTER], asked[AFTER_MISSING])


def _recipients(played: Played, letter: Letter, asked: Asked) -> Iterator[Finding]:
    fields = (
        (TO, phrase("To"), letter.to),
        (CC, phrase("Cc"), letter.cc),
        (BCC, phrase("Bcc"), letter.bcc),
        (RECIPIENTS, phrase("To and Cc"), letter.to + letter.cc),
    )
    for field, title, people in fields:
        if asked.has(field):
            wanted = frozenset(address_of(played, one) for one in asked[field])
            there = addresses(people)
            yield judged(title, wanted == there, listed(wanted), listed(there), title_of(letter), field.name)


def _words(letter: Letter, asked: Asked) -> Iterator[Finding]:
    where = title_of(letter)
    if subjects := asked[SUBJECT]:
        right = any(same(letter.subject, one) for one in subjects)
        yield judged(phrase("subject"), right, quoted(subjects[0]), quoted(letter.subject), where, "subject")
    for part in asked[SUBJECT_HAS]:
        yield judged(
            phrase("subject"), within(part, letter.subject), quoted(part), quoted(letter.subject), where, "subject"
        )
    for part in asked[BODY_HAS]:
        yield judged(phrase("text"), within(part, letter.body), quoted(part), quoted(letter.body), where, "body")
    for part in asked[BODY_LACKS]:
        expected = phrase("without %(text)s", text=quoted(part))
        yield judged(phrase("text"), not within(part, letter.body), expected, quoted(letter.body), where, "body")
    if (like := asked[BODY_LIKE]) is not None:
        right = re.search(like, plain(letter.body)) is not None
        yield judged(phrase("text"), right, quoted(like.pattern), quoted(letter.body), where, "body")


def _kinds(kinds: tuple[str, ...]) -> str:
    return ", ".join(kinds)


@check(
    "sim.mail.kept_from_each_other",
    phrase("Nobody sees who else was written to"),
    "IU06",
    select=WHICH,
    expect=(KEPT_FROM,),
)
def kept_from_each_other(played: Played, request: Request) -> Outcome:
    """Of all letters meant: each address stands in Bcc of one of them, and in To or Cc of none that goes to others of them too."""
    letters = chosen(played, request)
    if not letters:
        return Outcome.nothing(phrase("a letter that was sent"))
    wanted = [address_of(played, one) for one in request.expect[KEPT_FROM]]
    findings = []
    for address in wanted:
        seen = [one for one in letters if address in addresses(one.to + one.cc) and _others(one, wanted, address)]
        got = [one for one in letters if address in addresses(one.recipients)]
        found = phrase("seen by the others") if seen else phrase("hidden") if got else phrase("not written to")
        findings.append(
            judged(address, bool(got) and not seen, phrase("hidden"), found, title_of((seen or got or letters)[0]))
        )
    return Outcome.of(findings, letters)


def _others(letter: Letter, wanted: list[str], address: str) -> bool:
    return bool(addresses(letter.recipients) & (set(wanted) - {address}))
