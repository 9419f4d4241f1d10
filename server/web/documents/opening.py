"""Minutes of an opening (biên bản mở đề): which set, whose shares, and that it is the paper that was sealed."""

from __future__ import annotations

from question_bank.canonical import JSON
from question_bank.phrase import phrase
from server.domain import events as e
from server.web import times
from server.web.documents.letterhead import Letterhead, day_in_words, signer
from server.web.documents.minutes import Facts
from server.web.documents.parts import section, table
from server.web.documents.render import in_words, render_pdf
from server.web.wording import SETS


def opening_minutes(facts: Facts, head: Letterhead) -> bytes | None:
    """The PDF for every paper opened in this sitting; None while none is. Raises DocumentError. Slow."""
    opened = facts.chronicle.unsealed
    if not opened:
        return None
    data: dict[str, JSON] = {
        "office": head.data(),
        "kind": in_words(phrase("Official minutes")),
        "subject": in_words(phrase("Opening of the exam paper, sitting: %(title)s", title=facts.definition.title.vi)),
        "words": {"foot": f"{facts.definition.sitting_id} · {facts.head.hash.hex()[:16]}"},
        "sections": [_beginning(facts, opened[0][0]), _choice(facts), *(_paper(facts, *one) for one in opened)],
        "closing": in_words(
            phrase(
                "The fingerprints above were compared with the custodians' sheets, and those present agree and sign."
            )
        ),
        "people": [
            signer(in_words(phrase("Custodians"))),
            signer(in_words(phrase("For the Proctors"))),
            signer(in_words(phrase("For the Organising Committee"))),
        ],
    }
    return render_pdf("minutes", data)


def _beginning(facts: Facts, at_ms: int) -> JSON:
    sentence = phrase(
        "At %(time)s on %(day)s, in %(room)s, the sealed exam paper of this sitting was opened.",
        time=times.clock(at_ms), day=day_in_words(times.moment(at_ms).date()), room=facts.room_name,
    )  # fmt: skip
    people = [[name, role] for name, role in sorted(facts.officers.values(), key=lambda one: (one[1], one[0]))]
    said = [in_words(sentence), in_words(phrase("Present:"))]
    return section(
        in_words(phrase("I. Time, place, those present")), said,
        table((phrase("Full name"), phrase("Role"), phrase("Signature")), [[*one, ""] for one in people], (5, 5, 4)),
    )  # fmt: skip


def _choice(facts: Facts) -> JSON:
    said = []
    for at_ms, event in facts.chronicle.chosen:
        lot = in_words(phrase("Seed of the lot: %(seed)s.", seed=event.draw_seed)) if event.draw_seed else ""
        reason = in_words(phrase("Reason: %(reason)s.", reason=event.reason)) if event.reason else ""
        who = ", ".join(facts.officer(one) for one in (event.officer_id, event.second_officer_id) if one)
        sentence = phrase("%(time)s: %(set)s (%(who)s).", time=times.clock(at_ms), set=SETS[event.set], who=who)
        said.append(" ".join(part for part in (in_words(sentence), lot, reason) if part))
    return section(in_words(phrase("II. The set that was chosen")), said)


def _paper(facts: Facts, at_ms: int, event: e.PackageUnsealed) -> JSON:
    items = sum(len(part.items) for part in event.sections)
    sentence = phrase(
        "%(time)s: opened with the shares of %(bodies)s; %(items)s items in %(parts)s parts. Officers: %(officers)s.",
        time=times.clock(at_ms), bodies=", ".join(event.bodies), items=items, parts=len(event.sections),
        officers=", ".join(facts.officer(one) for one in event.officers),
    )  # fmt: skip
    early = (
        [in_words(phrase("Opened before its time, because: %(why)s.", why=event.override))] if event.override else []
    )
    digests = [
        (in_words(phrase("Package")), event.package_id),
        (in_words(phrase("Fingerprint of the manifest (SHA-256)")), event.manifest_sha256),
    ]
    title = in_words(phrase("III. The paper that was opened: %(set)s", set=SETS[event.set]))
    return section(title, [in_words(sentence), *early], None, digests)
