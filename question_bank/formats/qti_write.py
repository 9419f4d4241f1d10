"""Items as a QTI 3.0 package: a manifest, a document for each item and stimulus, and the files they name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from question_bank.bank import Bank
from question_bank.formats.carried import value_tags, write_carried
from question_bank.formats.exchange import Exported, Loss
from question_bank.formats.moodle_answers import UnusableError
from question_bank.formats.qti_bodies import Body, body
from question_bank.formats.qti_cloze_write import cloze
from question_bank.formats.qti_paper import Paper, plain, quoted, tag
from question_bank.formats.zips import zipped
from question_bank.items.cloze import Cloze
from question_bank.items.model import Item, Stimulus

_ASI = "http://www.imsglobal.org/xsd/imsqtiasi_v3p0"
_SCHEMAS = "https://purl.imsglobal.org/spec/qti/v3p0/schema/xsd"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_CP = "http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1"
_LOM = "http://ltsc.ieee.org/xsd/LOM"
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_FEEDBACK = (
    '<qti-outcome-declaration identifier="FEEDBACK" cardinality="single" base-type="identifier">'
    "<qti-default-value><qti-value>explanation</qti-value></qti-default-value></qti-outcome-declaration>"
)


@dataclass(slots=True)
class _Resource:
    """A document of the package, its words in the manifest, and what it needs."""

    identifier: str
    kind: str
    path: str
    document: str
    keywords: Sequence[str]
    used: Iterable[str] = ()
    needs: Iterable[str] = ()

    def listed(self) -> str:
        """Its entry in the manifest."""
        strings = "".join(
            f"<imsmd:keyword><imsmd:string>{plain(one)}</imsmd:string></imsmd:keyword>" for one in self.keywords
        )
        metadata = (
            f"<metadata><imsmd:lom><imsmd:general>{strings}</imsmd:general></imsmd:lom></metadata>" if strings else ""
        )
        needed = "".join(
            f'<dependency identifierref="{quoted(one)}"/>' for one in (*self.needs, *map(_media_id, self.used))
        )
        head = f'<resource identifier="{quoted(self.identifier)}" type="{self.kind}" href="{quoted(self.path)}">'
        return f'{head}{metadata}<file href="{quoted(self.path)}"/>{needed}</resource>'


@dataclass(slots=True)
class _Package:
    bank: Bank
    media: Mapping[str, bytes]
    resources: list[_Resource] = field(default_factory=list)
    stimuli: dict[str, str] = field(default_factory=dict)  # the path of each stimulus by its id
    losses: list[Loss] = field(default_factory=list)

    def item(self, item: Item, number: int) -> bool:
        """Add an item; False where QTI has nothing like it."""
        paper = Paper(self.media)
        try:
            made = cloze(paper, item) if isinstance(item, Cloze) else body(paper, item)
        except UnusableError as error:
            self.losses.append(Loss(item.id, error.code, error.message))
            return False
        stimulus = self.bank.stimuli.get(item.common.stimulus)
        needs = [self._stimulus(stimulus)] if stimulus else []
        identity = item.id if item.id[:1].isalpha() else f"i-{item.id}"
        title = self.bank.topics.get(item.common.topic)
        titles = {"topic_vi": title.vi, "topic_en": title.en} if title else {}
        own = {**made.carried, **titles, "id": "" if identity == item.id else item.id}
        document = _document(paper, item, made, identity, self.stimuli.get(item.common.stimulus, ""))
        path = f"items/{number:04d}-{item.id}.xml"
        resource = _Resource(
            f"item-{number:04d}", "imsqti_item_xmlv3p0", path, document, write_carried(item, own), paper.used, needs
        )
        self.resources.append(resource)
        self.losses += [Loss(item.id, code, message) for code, message in paper.losses.items()]
        return True

    def _stimulus(self, stimulus: Stimulus) -> str:
        """Add a stimulus once; gives its identifier in the manifest."""
        if stimulus.id not in self.stimuli:
            number = len(self.stimuli) + 1
            path = self.stimuli[stimulus.id] = f"stimuli/{number:04d}-{stimulus.id}.xml"
            paper = Paper(self.media)
            inner = tag("stimulus-body", f"<div>{paper.text(stimulus.text)}</div>")
            identity = stimulus.id if stimulus.id[:1].isalpha() else f"s-{stimulus.id}"
            head = _opened(
                "assessment-stimulus",
                f"{_SCHEMAS}/imsqti_stimulusv3p0p1_v1p0.xsd",
                identifier=identity,
                title=stimulus.title,
            )
            words = [*value_tags("stimulus", stimulus.id), *value_tags("title", stimulus.title)]
            document = f"{head}{inner}</qti-assessment-stimulus>"
            self.resources.append(
                _Resource(f"stimulus-{number:04d}", "imsqti_stimulus_xmlv3p0", path, document, words, paper.used)
            )
        return f"stimulus-{list(self.stimuli).index(stimulus.id) + 1:04d}"

    def data(self) -> bytes:
        """The ZIP."""
        return zipped({
            "imsmanifest.xml": self._manifest().encode(),
            **{one.path: (_HEAD + one.document).encode() for one in self.resources},
            **{f"media/{name}": self.media[name] for name in self._used()},
        })  # fmt: skip

    def _used(self) -> list[str]:
        return list(dict.fromkeys(name for one in self.resources for name in one.used))

    def _manifest(self) -> str:
        places = f"{_CP} {_SCHEMAS}/imsqtiv3p0_imscpv1p2_v1p0.xsd {_LOM} https://purl.imsglobal.org/spec/md/v1p3/schema/xsd/imsmd_loose_v1p3p2.xsd"
        head = f'<manifest identifier="examroom-bank" xmlns="{_CP}" xmlns:imsmd="{_LOM}" xmlns:xsi="{_XSI}" xsi:schemaLocation="{places}">'
        files = [
            f'<resource identifier="{_media_id(name)}" type="webcontent" href="media/{quoted(name)}"><file href="media/{quoted(name)}"/></resource>'
            for name in self._used()
        ]
        listed = "\n".join([*(one.listed() for one in self.resources), *files])
        schema = "<metadata><schema>QTI Package</schema><schemaversion>3.0.0</schemaversion></metadata>"
        return f"{_HEAD}{head}{schema}<organizations/>\n<resources>\n{listed}\n</resources></manifest>\n"


class QtiWriter:
    """The writing half of the format."""

    NAME = "qti"

    def write(self, bank: Bank, items: Sequence[Item], media: Mapping[str, bytes]) -> Exported:
        """A package; items in the order given, each stimulus once."""
        package = _Package(bank, media)
        count = sum(package.item(item, number) for number, item in enumerate(items, 1))
        return Exported(package.data(), count, tuple(package.losses))


def _document(paper: Paper, item: Item, made: Body, identity: str, stimulus: str) -> str:
    stem = "" if made.whole else f"<div>{paper.text(item.common.stem)}</div>"
    said = item.common.explanation
    feedback = (
        tag(
            "modal-feedback",
            tag("content-body", f"<div>{paper.text(said)}</div>"),
            outcome_identifier="FEEDBACK",
            show_hide="show",
            identifier="explanation",
        )
        if said
        else ""
    )
    reference = tag("assessment-stimulus-ref", identifier="STIMULUS", href=f"../{stimulus}") if stimulus else ""
    head = _opened(
        "assessment-item",
        f"{_SCHEMAS}/imsqti_asiv3p0_v1p0.xsd",
        identifier=identity,
        title=item.id,
        adaptive="false",
        time_dependent="false",
    )
    parts = [
        made.declared,
        made.outcomes,
        _FEEDBACK if said else "",
        reference,
        tag("item-body", stem + made.interaction),
        made.rules,
        feedback,
    ]
    return "\n".join([head, *(one for one in parts if one), "</qti-assessment-item>\n"])


def _opened(name: str, schema: str, **attributes: object) -> str:
    written = "".join(f' {key.replace("_", "-")}="{quoted(value)}"' for key, value in attributes.items())
    return f'<qti-{name} xmlns="{_ASI}" xmlns:xsi="{_XSI}" xsi:schemaLocation="{_ASI} {schema}"{written} xml:lang="vi">'


def _media_id(name: str) -> str:
    return f"file-{name}"
