"""What is wrong with an item that only its bank can tell: formulas, files, stimuli, other items it names. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set

from question_bank.content import Math, Medium, parse, walk
from question_bank.ids import BankItemId, StimulusId
from question_bank.items.model import Item, Stimulus
from question_bank.mathematics import NotMath, mathml
from question_bank.phrase import phrase
from question_bank.problems import Fault, Path, Severity
from question_bank.showing import MediumFile

# What a construct may show: a name's ending says nothing.
_KINDS = {"picture": "image/", "audio": "audio/", "video": "video/"}


def item_faults(
    item: Item, stimuli: Mapping[StimulusId, Stimulus], media: Mapping[str, MediumFile], ids: Set[BankItemId]
) -> list[Fault]:
    """Everything wrong with an item beyond itself; `ids` are the bank's items."""
    faults = text_faults(item.texts(), media)
    if item.common.stimulus and item.common.stimulus not in stimuli:
        message = phrase("there is no stimulus “%(id)s”", id=item.common.stimulus)
        faults.append(Fault("no_stimulus", ("stimulus",), message))
    for place, other in enumerate(item.common.excludes):
        if other not in ids:
            message = phrase("there is no item “%(id)s”", id=other)
            faults.append(Fault("no_item", ("excludes", place), message, None, Severity.WARNING))
    return faults


def text_faults(texts: Iterable[tuple[Path, str]], media: Mapping[str, MediumFile]) -> list[Fault]:
    """Formulas that cannot be drawn, and files that are not there or not what they are used as."""
    return [fault for path, text in texts if "{{" in text for fault in _faults(path, text, media)]


def _faults(path: Path, text: str, media: Mapping[str, MediumFile]) -> Iterator[Fault]:
    for node in walk(parse(text)[0]):
        match node:
            case Math(tex=tex, display=display) if isinstance(built := mathml(tex, display), NotMath):
                yield Fault("bad_formula", path, built.message)
            case Medium(kind=kind, name=name):
                file = media.get(name)
                if file is None:
                    hint = phrase("put it into the folder “media” beside the items")
                    yield Fault("no_file", path, phrase("there is no file “%(file)s”", file=name), hint)
                elif not file.media_type.startswith(_KINDS[kind]):
                    message = phrase("“%(file)s” is %(type)s", file=name, type=file.media_type)
                    yield Fault("wrong_file", path, message)
            case _:
                pass
