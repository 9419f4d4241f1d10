"""What a revision holds, as values and as the canonical JSON it is stored as. Pure."""

from __future__ import annotations

from question_bank.bilingual import Bilingual
from question_bank.canonical import JSON
from question_bank.ids import BankItemId, StimulusId, TopicCode
from question_bank.items import types
from question_bank.items.model import Common, Item, Level, Stimulus
from question_bank.problems import Fault
from question_bank.showing import MediumFile


def read_item(stored: JSON) -> Item | None:
    """The item of `Item.document()`; None when its type is not installed here, or a later version wrote it otherwise."""
    if not isinstance(stored, dict):
        return None
    known = types().get(_text(stored, "type"))
    levels = {level.value for level in Level}
    if known is None or _text(stored, "level") not in levels:
        return None
    faults: list[Fault] = []
    item: Item = known.read(_common(stored), stored, faults)
    return None if faults else item


def _common(stored: dict[str, JSON]) -> Common:
    plays = stored.get("plays", 0)
    return Common(
        id=BankItemId(_text(stored, "id")),
        topic=TopicCode(_text(stored, "topic")),
        level=Level(_text(stored, "level")),
        stem=_text(stored, "stem"),
        explanation=_text(stored, "explanation"),
        source=_text(stored, "source"),
        stimulus=StimulusId(_text(stored, "stimulus")),
        tags=tuple(_texts(stored, "tags")),
        excludes=tuple(BankItemId(one) for one in _texts(stored, "excludes")),
        shuffle=stored.get("shuffle", True) is not False,
        plays=plays if isinstance(plays, int) else 0,
    )


def read_stimulus(stored: JSON) -> Stimulus:
    """The stimulus of `Stimulus.document()`."""
    assert isinstance(stored, dict)
    return Stimulus(StimulusId(_text(stored, "id")), _text(stored, "title"), _text(stored, "text"))


def read_title(stored: JSON) -> Bilingual:
    """The title of a topic."""
    assert isinstance(stored, dict)
    return Bilingual(_text(stored, "vi"), _text(stored, "en"))


def medium_document(file: MediumFile) -> dict[str, JSON]:
    """What is known of a file beside its bytes."""
    return {
        "sha256": file.sha256,
        "type": file.media_type,
        "bytes": file.bytes,
        "width": file.width,
        "height": file.height,
    }


def read_medium_document(stored: JSON) -> MediumFile:
    """The inverse of `medium_document`."""
    assert isinstance(stored, dict)
    numbers = [value if isinstance(value := stored.get(name), int) else 0 for name in ("bytes", "width", "height")]
    return MediumFile(_text(stored, "sha256"), _text(stored, "type"), *numbers)


def _text(stored: dict[str, JSON], name: str) -> str:
    value = stored.get(name)
    return value if isinstance(value, str) else ""


def _texts(stored: dict[str, JSON], name: str) -> list[str]:
    value = stored.get(name)
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []
