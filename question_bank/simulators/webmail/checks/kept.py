"""What is kept in the mailbox at the end: letters and where they lie, folders, rules, address book, automatic answer; and searching."""

from __future__ import annotations

from collections.abc import Iterator

from question_bank.phrase import phrase
from question_bank.practical.arguments import Asked, text, texts, truth, whole
from question_bank.practical.catalogue import Request, check
from question_bank.practical.findings import Finding, Outcome, Words, judged, quoted
from question_bank.practical.played import Played, same, within
from question_bank.simulators.webmail.checks.mailbox import (
    address_of,
    addresses,
    best,
    final,
    letters_of,
    listed,
    title_of,
)
from question_bank.simulators.webmail.state.arriving import fits
from question_bank.simulators.webmail.state.model import Contact, Letter, Person, Rule, State

_YES, _NO = phrase("yes"), phrase("no")

LETTERS = texts("letters", phrase("letters by their names in the scenario"), required=True)
FOLDER = text("folder", phrase("folder: one of the system, of the scenario, or by what it is called"))
LABELS = texts("labels", phrase("labels it has"))
READ = truth("read", phrase("whether it has been read"))
STARRED = truth("starred", phrase("whether it has a star"))
REPORTED = truth("reported", phrase("whether it was reported as phishing"))
CALLED = text("name", phrase("name"), required=True)
CATCHES = texts("catches", phrase("letters it is for"))
SPARES = texts("spares", phrase("letters it is not for"))
ADDRESS = text("address", phrase("address"), required=True)
NOTE_HAS = texts("note_has", phrase("all of these are in the note"))
MEMBERS = texts("members", phrase("exactly these addresses"), required=True)
ON = truth("on", phrase("whether it is switched on"), default=True)
FIRST = text("first", phrase("first day, YYYY-MM-DD"))
LAST = text("last", phrase("last day, YYYY-MM-DD"))
SUBJECT_HAS = texts("subject_has", phrase("all of these are in the subject"))
TEXT_HAS = texts("text_has", phrase("all of these are in the text"))
CONTACTS_ONLY = truth("contacts_only", phrase("whether only contacts get it"))
ON_NEW = truth("on_new", phrase("whether it stands below new letters"))
ON_REPLIES = truth("on_replies", phrase("whether it stands below answers"))
FINDS = text("finds", phrase("the letter that is found"), required=True)
MOST = whole("most", phrase("how many letters the search may find"))


def _folder_is(played: Played, state: State, opaque: str, wanted: str) -> bool:
    if opaque in (wanted, played.id_of(wanted)):
        return True
    return any(one.id == opaque and same(one.name, wanted) for one in state.folders)


def _folder_name(state: State, opaque: str) -> str:
    return next((one.name for one in state.folders if one.id == opaque), opaque)


def _truth(item: Words, wanted: bool | None, found: bool, where: Words) -> Iterator[Finding]:
    if wanted is not None:
        yield judged(item, wanted == found, _YES if wanted else _NO, _YES if found else _NO, where)


def _texts_in(item: Words, wanted: tuple[str, ...], found: str, where: Words) -> Iterator[Finding]:
    for one in wanted:
        yield judged(item, within(one, found), quoted(one), quoted(found), where)


@check(
    "sim.mail.letters",
    phrase("Letters lie where they should, and are marked as they should"),
    "IU06",
    select=(LETTERS,),
    expect=(FOLDER, LABELS, READ, STARRED, REPORTED),
)
def letters(played: Played, request: Request) -> Outcome:
    """Each letter for each thing that is asked."""
    names: tuple[str, ...] = request.select[LETTERS]
    there = letters_of(played, names)
    found = [one for letter in there for one in _of_letter(played, letter, request.expect)]
    missing = len(names) - len(there)
    found += [judged(phrase("letter"), False, phrase("there"), phrase("has not come"), "") for _ in range(missing)]
    return Outcome.of(found, there, matched=bool(there))


def _of_letter(played: Played, letter: Letter, asked: Asked) -> Iterator[Finding]:
    state, where = final(played), title_of(letter)
    if folder := asked[FOLDER]:
        right = _folder_is(played, state, letter.folder, folder)
        yield judged(phrase("folder"), right, folder, _folder_name(state, letter.folder), where)
    for one in asked[LABELS]:
        right = any(same(one, label) for label in letter.labels)
        yield judged(phrase("label"), right, quoted(one), listed(letter.labels), where)
    yield from _truth(phrase("read"), asked[READ], letter.read, where)
    yield from _truth(phrase("star"), asked[STARRED], letter.starred, where)
    yield from _truth(phrase("reported"), asked[REPORTED], letter.reported, where)


@check("sim.mail.folder", phrase("There is a folder"), "IU06", expect=(CALLED,))
def folder(played: Played, request: Request) -> Outcome:
    """A folder with this name."""
    wanted, state = request.expect[CALLED] or "", final(played)
    right = any(same(one.name, wanted) for one in state.folders)
    return Outcome.of(
        [judged(phrase("folder"), right, quoted(wanted), listed(one.name for one in state.folders), "")], matched=right
    )


@check(
    "sim.mail.rule",
    phrase("There is a rule that does what it should"),
    "IU06",
    expect=(CATCHES, SPARES, FOLDER, LABELS, READ, STARRED),
)
def rule(played: Played, request: Request) -> Outcome:
    """Judged by what it does: which letters of the scenario it fits, however its conditions are written, and what it does with them."""
    rules = final(played).rules
    if not rules:
        return Outcome.nothing(phrase("a rule"))
    return best([(one, list(_of_rule(played, one, request.expect))) for one in rules])


def _of_rule(played: Played, one: Rule, asked: Asked) -> Iterator[Finding]:
    state, where = final(played), quoted(one.name)
    yield judged(phrase("rule"), True, phrase("there"), phrase("there"), where)
    for names, wanted in ((asked[CATCHES], True), (asked[SPARES], False)):
        for letter in letters_of(played, names):
            right = fits(letter, one) is wanted
            yield judged(title_of(letter), right, _YES if wanted else _NO, _YES if right is wanted else _NO, where)
    if folder_wanted := asked[FOLDER]:
        right = _folder_is(played, state, one.move_to, folder_wanted)
        yield judged(phrase("folder"), right, folder_wanted, _folder_name(state, one.move_to) or "–", where)
    for label in asked[LABELS]:
        yield judged(phrase("label"), same(label, one.label), quoted(label), quoted(one.label), where)
    yield from _truth(phrase("read"), asked[READ], one.read, where)
    yield from _truth(phrase("star"), asked[STARRED], one.star, where)


@check("sim.mail.contact", phrase("Somebody is in the address book"), "IU06", expect=(CALLED, ADDRESS, NOTE_HAS))
def contact(played: Played, request: Request) -> Outcome:
    """The entry that is right in the most."""
    known = final(played).contacts
    if not known:
        return Outcome.nothing(phrase("a contact"))
    return best([(one, list(_of_contact(one, request.expect))) for one in known])


def _of_contact(one: Contact, asked: Asked) -> Iterator[Finding]:
    where, name, address = quoted(one.name), asked[CALLED] or "", asked[ADDRESS] or ""
    yield judged(phrase("name"), same(one.name, name), quoted(name), quoted(one.name), where)
    yield judged(phrase("address"), same(one.address, address), address, one.address, where)
    yield from _texts_in(phrase("note"), asked[NOTE_HAS], one.note, where)


@check("sim.mail.group", phrase("There is a group of contacts"), "IU06", expect=(CALLED, MEMBERS))
def group(played: Played, request: Request) -> Outcome:
    """The group of this name with exactly these members."""
    state, wanted = final(played), request.expect[CALLED] or ""
    named = [one for one in state.groups if same(one.name, wanted)]
    if not named:
        return Outcome.nothing(quoted(wanted))
    asked = frozenset(address_of(played, one) for one in request.expect[MEMBERS])
    found = []
    for one in named:
        there = addresses(Person("", each.address) for each in state.contacts if each.id in one.members)
        found.append((one, [judged(phrase("members"), there == asked, listed(asked), listed(there), quoted(one.name))]))
    return best(found)


@check(
    "sim.mail.away",
    phrase("The automatic answer"),
    "IU06",
    expect=(ON, FIRST, LAST, SUBJECT_HAS, TEXT_HAS, CONTACTS_ONLY),
)
def away(played: Played, request: Request) -> Outcome:
    """As it is set at the end."""
    one, asked, where = final(played).away, request.expect, phrase("automatic answer")
    found = list(_truth(phrase("switched on"), asked[ON], one.on, where))
    for title, wanted, there in (
        (phrase("first day"), asked[FIRST], one.first),
        (phrase("last day"), asked[LAST], one.last),
    ):
        if wanted:
            found.append(judged(title, wanted == there, wanted, there or "–", where))
    found += _texts_in(phrase("subject"), asked[SUBJECT_HAS], one.subject, where)
    found += _texts_in(phrase("text"), asked[TEXT_HAS], one.text, where)
    found += _truth(phrase("contacts only"), asked[CONTACTS_ONLY], one.contacts_only, where)
    return Outcome.of(found, matched=one.on)


@check("sim.mail.signature", phrase("The signature"), "IU06", expect=(TEXT_HAS, ON_NEW, ON_REPLIES))
def signature(played: Played, request: Request) -> Outcome:
    """As it is set at the end."""
    one, asked, where = final(played).signature, request.expect, phrase("signature")
    found = list(_texts_in(phrase("text"), asked[TEXT_HAS], one.text, where))
    found += _truth(phrase("below new letters"), asked[ON_NEW], one.on_new, where)
    found += _truth(phrase("below answers"), asked[ON_REPLIES], one.on_replies, where)
    return Outcome.of(found, matched=bool(one.text))


@check("sim.mail.searched", phrase("A letter was found by searching"), "IU06", expect=(FINDS, MOST))
def searched(played: Played, request: Request) -> Outcome:
    """A search whose result holds the letter and not more than so many others."""
    wanted, most = played.id_of(request.expect[FINDS] or ""), request.expect[MOST]
    searches = [state.search for taken, state in played.run.taken if taken.action.get("do") == "search"]
    told: Words = "; ".join(f"{quoted(one.text)} ({len(one.found)})" for one in searches[-3:]) or phrase("no search")
    right = any(wanted in one.found and (most is None or len(one.found) <= most) for one in searches)
    return Outcome.of([judged(phrase("search"), right, request.expect[FINDS] or "", told, "")], matched=bool(searches))
