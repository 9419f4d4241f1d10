"""The sheet of readiness: what every machine agreed on, what was found seat by seat, who looked; to be signed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from question_bank.canonical import JSON
from question_bank.phrase import Phrase, phrase
from server.domain.chain import Head
from server.protocol.machine import MachineFacts
from server.web import times
from server.web.console.readiness import STANDINGS, SeatLine, Standing
from server.web.documents.letterhead import Letterhead, day_in_words, signer
from server.web.documents.minutes import section, table
from server.web.documents.render import in_words, render_pdf


@dataclass(frozen=True, slots=True)
class SheetFacts:
    """What is printed. `packages`: SHA-256 of each sealed set by its title.

    `servers`: name, what it told (None: nothing), what it is like in words, what is wrong.
    """

    room_name: str
    sitting_id: str
    title: str
    at_ms: int
    build: str
    packages: Sequence[tuple[str, str]]
    servers: Sequence[tuple[Phrase, MachineFacts | None, Sequence[Phrase], Sequence[Phrase]]]
    lines: Sequence[SeatLine]
    officers: Mapping[str, str]
    head: Head
    digest: str


def readiness_sheet(facts: SheetFacts, head: Letterhead) -> bytes:
    """The PDF. Raises DocumentError. Slow."""
    data: dict[str, JSON] = {
        "office": head.data(),
        "kind": in_words(phrase("Readiness sheet")),
        "subject": in_words(phrase("Check before the start, sitting: %(title)s", title=facts.title)),
        "words": {"foot": f"{facts.sitting_id} · {facts.digest[:16]}"},
        "sections": [_beginning(facts), _servers(facts), _seats(facts), *_overridden(facts)],
        "closing": in_words(
            phrase("Those present compared the fingerprints above with the custodians' sheets, and agree and sign.")
        ),
        "people": [
            signer(in_words(phrase("For the Technical Team"))),
            signer(in_words(phrase("For the Proctors"))),
            signer(in_words(phrase("For the Organising Committee"))),
        ],
    }
    return render_pdf("minutes", data)


def _beginning(facts: SheetFacts) -> JSON:
    sentence = phrase(
        "At %(time)s on %(day)s, in %(room)s, the machines were checked. Program: examroom %(build)s.",
        time=times.clock(facts.at_ms), day=day_in_words(times.moment(facts.at_ms).date()), room=facts.room_name,
        build=facts.build,
    )  # fmt: skip
    digests = [(in_words(phrase("%(set)s, SHA-256", set=title)), sha256) for title, sha256 in facts.packages]
    digests += [
        (in_words(phrase("Hash of the last record (head of the journal)")), facts.head.hash.hex()),
        (in_words(phrase("Findings of all machines (SHA-256)")), facts.digest),
    ]
    return section(in_words(phrase("I. Time, place, what all must agree on")), [in_words(sentence)], None, digests)


def _servers(facts: SheetFacts) -> JSON:
    rows = [
        [
            in_words(name), "–" if one is None else one.build, "; ".join(map(in_words, like)) or "–",
            "; ".join(map(in_words, wrong)) or in_words(phrase("nothing wrong")),
        ]
        for name, one, like, wrong in facts.servers
    ]  # fmt: skip
    digests = [
        (in_words(phrase("%(server)s holds %(set)s", server=in_words(name), set=kept.package_id)), kept.sha256)
        for name, one, _, _ in facts.servers if one is not None for kept in one.packages if kept.verified
    ]  # fmt: skip
    titles = (phrase("Server"), phrase("Program"), phrase("What it is like"), phrase("Found"))
    return section(in_words(phrase("II. Servers")), [], table(titles, rows, (3, 2, 8, 7)), digests)


def _seats(facts: SheetFacts) -> JSON:
    calm = [one.seat_label for one in facts.lines if not one.report.findings]
    rest = [one for one in facts.lines if one.report.findings]
    said = [
        in_words(phrase("Machines: %(of)s. Nothing wrong: %(n)s.", of=len(facts.lines), n=len(calm))),
        in_words(phrase("Nothing wrong at: %(seats)s.", seats=", ".join(calm) or "–")),
    ]
    rows = [
        [one.seat_label, in_words(STANDINGS[one.standing]), "; ".join(in_words(wrong) for wrong, _, _ in one.said)]
        for one in rest
    ]
    found = table((phrase("Seat"), phrase("State"), phrase("Found")), rows, (2, 4, 12)) if rows else None
    return section(in_words(phrase("III. Seats")), said, found)


def _overridden(facts: SheetFacts) -> list[JSON]:
    rows = [
        [
            one.seat_label, times.clock(one.override.at_ms),
            facts.officers.get(one.override.officer_id, one.override.officer_id), one.override.reason, "",
        ]
        for one in facts.lines if one.override is not None and one.standing is not Standing.READY
    ]  # fmt: skip
    if not rows:
        return []
    titles = (phrase("Seat"), phrase("Time"), phrase("By whom"), phrase("Reason"), phrase("Signature"))
    return [section(in_words(phrase("IV. Overridden seats")), [], table(titles, rows, (2, 2, 4, 6, 4)))]
