"""The handover sheet of the backup kit: which sealed sets lie where, compared digest by digest; to be signed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from question_bank.canonical import JSON
from question_bank.phrase import Phrase, phrase
from server.web import times
from server.web.documents.letterhead import DOTS, Letterhead, day_in_words, signer
from server.web.documents.minutes import section, table
from server.web.documents.render import in_words, render_pdf


@dataclass(frozen=True, slots=True)
class SetHeld:
    """One sealed set and who holds it checked; `missing`: seats that do not."""

    title: Phrase
    package_id: str
    sha256: str
    manifest_sha256: str
    places: Sequence[Phrase]
    seats: int
    of: int
    missing: Sequence[str]
    paper_copies: str


@dataclass(frozen=True, slots=True)
class HandoverFacts:
    """What is printed. `sticks`: what is written on them; empty ones are left as dots."""

    room_name: str
    sitting_id: str
    title: str
    at_ms: int
    fingerprint: str
    sets: Sequence[SetHeld]
    sticks: Sequence[str]


def handover_sheet(facts: HandoverFacts, head: Letterhead) -> bytes:
    """The PDF. Raises DocumentError. Slow."""
    data: dict[str, JSON] = {
        "office": head.data(),
        "kind": in_words(phrase("Handover sheet")),
        "subject": in_words(phrase("Backup kit of the sitting: %(title)s", title=facts.title)),
        "words": {"foot": f"{facts.sitting_id} · {facts.fingerprint}"},
        "sections": [
            _beginning(facts),
            *(_one_set(number, one) for number, one in enumerate(facts.sets, 2)),
            _sticks(facts),
        ],
        "closing": in_words(
            phrase(
                "The sets are sealed; nobody present has seen their contents. Both sides counted, compared and sign."
            )
        ),
        "people": [
            signer(in_words(phrase("Handed over by (Technical Team)"))),
            signer(in_words(phrase("Received by (Proctors)"))),
            signer(in_words(phrase("Witness (Organising Committee)"))),
        ],
    }
    return render_pdf("minutes", data)


def _beginning(facts: HandoverFacts) -> JSON:
    sentence = phrase(
        "At %(time)s on %(day)s, in %(room)s, the backup kit was checked and handed over.",
        time=times.clock(facts.at_ms), day=day_in_words(times.moment(facts.at_ms).date()), room=facts.room_name,
    )  # fmt: skip
    digests = [(in_words(phrase("Fingerprint of the room's key, as every stick shows it")), facts.fingerprint)]
    return section(in_words(phrase("I. Time, place, the room")), [in_words(sentence)], None, digests)


def _one_set(number: int, one: SetHeld) -> JSON:
    roman = ("", "I", "II", "III", "IV", "V")[number]
    said = [
        in_words(phrase("Held and checked by: %(places)s.", places=", ".join(map(in_words, one.places)) or "–")),
        in_words(phrase("Machines: %(n)s of %(of)s.", n=one.seats, of=one.of)),
        in_words(phrase("Sealed paper copies: %(n)s.", n=one.paper_copies or DOTS * 3)),
    ]
    if one.missing:
        said.insert(2, in_words(phrase("Not held at: %(seats)s.", seats=", ".join(one.missing))))
    digests = [
        (in_words(phrase("File (SHA-256)")), one.sha256),
        (in_words(phrase("Fingerprint of the manifest (SHA-256)")), one.manifest_sha256),
    ]
    return section(f"{roman}. {in_words(one.title)} · {one.package_id}", said, None, digests)


def _sticks(facts: HandoverFacts) -> JSON:
    rows: list[list[str]] = [[label or DOTS * 2, "", "", ""] for label in facts.sticks]
    titles = (phrase("Stick"), phrase("Checked (yes/no)"), phrase("Kept by"), phrase("Signature"))
    said = [
        in_words(
            phrase("Each stick was checked with “examroom-server backup-kit check”; its fingerprint is the one above.")
        )
    ]
    return section(in_words(phrase("IV. Sticks")), said, table(titles, rows, (4, 4, 5, 5)))
