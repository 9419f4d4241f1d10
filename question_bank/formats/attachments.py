"""Files that come inside what is imported: decoded once within bounds or refused, and named by their digest."""

from __future__ import annotations

import binascii
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote, unquote_to_bytes

from question_bank.content import Medium
from question_bank.formats.drafts import Draft
from question_bank.formats.exchange import media_name
from question_bank.media import read_medium
from question_bank.phrase import Phrase, phrase
from question_bank.showing import MediumFile
from question_bank.wording import render

# A picture costs its pixels, not its bytes: together at most so many, or so many for each byte of the file.
MOST_PIXELS = 64_000_000
PIXELS_PER_BYTE = 64
MOST_LABEL = 300  # characters of a description
_ENDINGS = {
    "image/png": "png", "image/jpeg": "jpg", "image/gif": "gif", "image/webp": "webp", "image/svg+xml": "svg",
    "audio/ogg": "ogg", "audio/mpeg": "mp3", "audio/mp4": "m4a", "audio/wav": "wav", "video/ogg": "ogv", "video/webm": "webm",
    "video/mp4": "mp4",
}  # fmt: skip
_NO_LABEL: Mapping[str, Phrase] = {
    "picture": phrase("a picture without a description"),
    "audio": phrase("a recording without a title"),
    "video": phrase("a film without a title"),
}


@dataclass(slots=True)
class Attachments:
    """The files of one import, by the names they get in the bank."""

    file_bytes: int
    media: dict[str, bytes] = field(default_factory=dict)
    _judged: dict[bytes, MediumFile | Phrase] = field(default_factory=dict)
    _pixels: int = 0

    def keep(self, data: bytes, kind: str, label: str, draft: Draft) -> Medium | None:
        """The construct for a file; None, with the reason to review, when it is none that a kiosk may show."""
        judged = self._judge(data)
        if not isinstance(judged, MediumFile):
            draft.doubt("bad_file", judged)
            return None
        shown = {"image": "picture"}.get(judged.media_type.partition("/")[0], judged.media_type.partition("/")[0])
        if (kind == "picture") != (shown == "picture"):
            draft.doubt(
                "wrong_file", phrase("a file is %(type)s, but stands as something else", type=judged.media_type)
            )
            return None
        name = media_name(data, _ENDINGS[judged.media_type])
        self.media[name] = data
        return Medium(shown, name, self._label(label, shown, draft))

    def inline(self, address: str, kind: str, label: str, draft: Draft) -> Medium | None:
        """The construct for a `data:` address."""
        head, comma, body = address.partition(",")
        data: bytes | None = None
        if comma and head.endswith(";base64"):
            data = from_base64(unquote(body))
        elif comma:
            data = unquote_to_bytes(body)
        if data is None:
            draft.doubt("bad_file", phrase("a file inside the text is damaged"))
            return None
        return self.keep(data, kind, label, draft)

    def _judge(self, data: bytes) -> MediumFile | Phrase:
        digest = hashlib.sha256(data).digest()
        if digest not in self._judged:
            if self._pixels > max(MOST_PIXELS, PIXELS_PER_BYTE * self.file_bytes):
                return phrase("the pictures of the file are too large together")
            judged = self._judged[digest] = read_medium(data)
            self._pixels += judged.width * judged.height if isinstance(judged, MediumFile) else 0
        return self._judged[digest]

    def _label(self, label: str, shown: str, draft: Draft) -> str:
        label = " ".join(label.split())[:MOST_LABEL].rstrip()
        if label:
            return label
        draft.note(
            "no_description",
            phrase("a picture or recording has no description: write one for who cannot see or hear it"),
        )
        return render(_NO_LABEL[shown])


def from_base64(text: str) -> bytes | None:
    """The bytes of a base64 text with line breaks in it; None when it is damaged."""
    try:
        return binascii.a2b_base64("".join(text.split()).encode("ascii"), strict_mode=True)
    except (binascii.Error, UnicodeEncodeError):
        return None
