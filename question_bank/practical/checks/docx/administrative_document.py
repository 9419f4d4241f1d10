"""The composite check of the form of administrative documents; what it asks stands in a legal profile (docs/legal-profiles.md)."""

from __future__ import annotations

from collections.abc import Callable

from question_bank.formats.nodes import Node, Text
from question_bank.phrase import phrase
from question_bank.practical.administrative.names import COMPONENTS
from question_bank.practical.administrative.spoiling import spoil
from question_bank.practical.administrative.whole import judge
from question_bank.practical.arguments import Field, WrongValueError, choices, text
from question_bank.practical.catalogue import Request, check
from question_bank.practical.findings import Outcome
from question_bank.practical.profiles.documents import DocumentProfile
from question_bank.practical.profiles.reading import document_profile, profile, profile_ids
from question_bank.practical.word.document import WordFile

_DECREE = "nd30-2020"
_PROFILES = tuple(one for one in profile_ids() if isinstance(profile(one), DocumentProfile))
_KINDS = tuple(dict.fromkeys(kind for one in _PROFILES for kind in document_profile(one).kinds))


def _known(known: tuple[str, ...]) -> Callable[[Node], str]:
    def read(node: Node) -> str:
        if not isinstance(node, Text) or node.text not in known:
            raise WrongValueError(phrase("known here: %(names)s", names=", ".join(known)), node)
        return node.text

    return read


TYPE = Field[str]("type", phrase("kind of document"), {"enum": list(_KINDS)}, _known(_KINDS), None, True)
PROFILE = Field[str]("profile", phrase("legal profile"), {"enum": list(_PROFILES)}, _known(_PROFILES), _DECREE)
WANTED = choices("components", phrase("components that must be there and are judged; none for all"), COMPONENTS)
# What the task says a component must say; its words are then told by likeness too.
TEXTS = {
    "parent-agency": text("parent_agency", phrase("parent agency")),
    "agency": text("agency", phrase("issuing agency")),
    "number": text("number", phrase("number and symbol")),
    "place-date": text("place_date", phrase("place and date")),
    "subject": text("subject", phrase("subject of the document")),
    "letter-subject": text("letter_subject", phrase("subject of a letter")),
    "addressee": text("addressee", phrase("addressee")),
    "signer-title": text("signer_title", phrase("authority and title of who signs")),
    "signer-name": text("signer_name", phrase("name of who signs")),
    "urgency": text("urgency", phrase("mark of urgency")),
}


def _spoilt(solution: bytes, request: Request) -> bytes | None:
    kind = document_profile(request.expect[PROFILE])
    wanted = request.expect[WANTED]
    wanted = wanted or kind.family(request.expect[TYPE]).required
    return spoil(solution, kind, request.expect[TYPE], wanted, _texts(request))


@check(
    "docx.administrative_document",
    phrase("form of an administrative document, component by component"),
    "IU03",
    expect=(TYPE, WANTED, PROFILE, *TEXTS.values()),
    steps=tuple(COMPONENTS),
    mutation=_spoilt,
)
def administrative_document(file: WordFile, request: Request) -> Outcome:
    """A finding for each component, its step the component's name: right or not, in part only where it is many paragraphs."""
    kind = request.expect[TYPE]
    asked = request.expect[WANTED]
    return Outcome.of(judge(file, document_profile(request.expect[PROFILE]), kind, asked, _texts(request)))


def _texts(request: Request) -> dict[str, str]:
    return {name: said for name, field in TEXTS.items() if (said := request.expect[field])}
