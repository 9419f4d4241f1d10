"""A paper with an item of every type, as a kiosk's page gets it: from the sealed vectors, opened as a kiosk opens them."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from pathlib import Path

from client_kiosk.media import File
from client_kiosk.papers import ShownPaper, open_paper
from client_kiosk.view import page_paper
from question_bank.canonical import JSON
from question_bank.outline import outline
from question_bank.sealed import Package
from server.protocol.situation import Order, Paper

VECTORS = Path(__file__).resolve().parent.parent / "tests" / "vectors"
SECTION = "sabcde"


@dataclass(frozen=True, slots=True)
class EveryType:
    """The paper, its form for the page, and its files by digest; `places` gives the number of each type's item."""

    opened: ShownPaper
    paper: dict[str, JSON]
    media: dict[str, File]
    places: dict[str, int]


def every_type() -> EveryType:
    """Open it."""
    known = json.loads((VECTORS / "verdicts.json").read_text(encoding="utf-8"))
    file = VECTORS / "sealed" / "good.exam"
    identity = known["identities"]["sections"][SECTION]
    package = Package.open_file(file, None, None)
    items = outline(dict(package.candidate(SECTION, identity).document)).items
    order = Order(tuple(item.item_id for item in items), {item.item_id: item.option_ids for item in items})
    form_id = package.manifest.sections[0].form_id
    paper = Paper("a1", 0, known["package_id"], SECTION, form_id, identity, order, {}, ())
    signer = f"exam-committee {base64.b64encode(bytes.fromhex(known['signer'])).decode()} Ban Đề thi"
    opened = open_paper(file, signer, known["room_version"], paper)
    found = {sha256: opened.media.read(sha256) for sha256 in opened.media.names}
    media = {sha256: one for sha256, one in found.items() if one is not None}
    return EveryType(opened, page_paper(opened), media, {item.type: n for n, item in enumerate(opened.items, 1)})
