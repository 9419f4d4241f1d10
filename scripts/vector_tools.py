"""The sealed-package vectors' tools: a made-up form, and ways to put its package together wrongly (make_vectors.py)."""

from __future__ import annotations

import io
import json
import shutil
import warnings
import zipfile
import zlib
from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from question_bank import canonical
from question_bank.bank import Bank, Count
from question_bank.bilingual import Bilingual
from question_bank.blueprint import Blueprint, Cell, SectionPlan
from question_bank.canonical import JSON, digest
from question_bank.custody import SecretKind, combine
from question_bank.custody_plan import Custodian, CustodyPlan, SecretPlan
from question_bank.form import Form, FormSection, SetName, assemble
from question_bank.formats.folder import read_bank
from question_bank.ids import PackageId, SectionId, TopicCode
from question_bank.items.model import Level
from question_bank.marking_scheme import Canary, MarkingItem, MarkingSection, Marks
from question_bank.sealed_keys import SigningKey
from question_bank.sealed_manifest import document
from question_bank.sealed_parts import PAD_BYTES, encrypt, padded
from question_bank.sealed_write import SealedBundle
from question_bank.sealed_zip import CENTRAL, END, Entry, frame, local_header, write

NOT_BEFORE_MS = 1_767_225_600_000  # 2026-01-01 00:00:00 UTC
NOW_MS = NOT_BEFORE_MS + 3_600_000
PACKAGE_ID = "pvectors2345a"
ITEMS = Path(__file__).resolve().parent.parent / "tests" / "vectors" / "items"
PICTURE = ITEMS / "media" / "van-ban.png"
Contents = list[tuple[str, bytes]]
Doc = dict[str, Any]


def sample_form() -> Form:
    """A section with an item of every type and a picture, and one of three plain items; every word made up."""
    every, canary = _every_type()
    plain, right = _plain_items()
    return Form(PackageId(PACKAGE_ID), "hoi-thi-mau", "chung-ket", SetName.PRIMARY,
                Bilingual("Hội thi mẫu – Vòng chung kết", "Sample contest – Final round"), "11" * 32, "22" * 32, "33" * 32,
                (every, plain), (canary, right))  # fmt: skip


def sample_media(sha256: str) -> bytes:
    """The one picture of the form."""
    data = PICTURE.read_bytes()
    assert digest(data).hex() == sha256
    return data


def _every_type() -> tuple[FormSection, Canary]:
    """Section `sabcde`: the items of tests/vectors/items/good_types.yaml, drawn by a fixed seed."""
    with TemporaryDirectory() as folder:
        shutil.copy(ITEMS / "good_types.yaml", folder)
        shutil.copytree(PICTURE.parent, Path(folder) / "media")
        bank = read_bank(Path(folder)).bank
    cells = tuple(Cell(count.topic, count.level, count.items) for count in _by_level(bank))
    plan = SectionPlan("moi-kieu", Bilingual("Phần 1", "Part 1"), 900, Marks(100), {}, cells)
    blueprint = Blueprint("hoi-thi-mau", "chung-ket", plan.title, (plan,))
    form = assemble(bank, blueprint, bytes(32), SetName.PRIMARY)
    assert isinstance(form, Form)
    made = form.sections[0]
    names: dict[str, JSON] = {"package_id": PACKAGE_ID, "section_id": "sabcde", "form_id": "fvector2"}
    marking = replace(made.marking, section_id="sabcde", form_id="fvector2")
    section = replace(made, section_id=SectionId("sabcde"), candidate={**made.candidate, **names}, marking=marking)
    return section, replace(form.canaries[0], section_id="sabcde")


def _by_level(bank: Bank) -> list[Count]:
    """How many items of each topic and level, whatever their types."""
    found: dict[tuple[TopicCode, Level], int] = {}
    for one in bank.counts():
        found[one.topic, one.level] = found.get((one.topic, one.level), 0) + one.items
    return [Count(topic, level, "", items) for (topic, level), items in found.items()]


def _plain_items() -> tuple[FormSection, Canary]:
    """Section `sfghij`: three choices between two options."""
    keys = [f"oaaaz{place}" for place in "234"]
    items = [f"iitem2z{place}" for place in "abc"]
    views = [
        {"item_id": item, "type": "single_choice", "stem": f"Câu thử {place}: chọn phương án đúng.", "max_mark": 100,
         "stimulus_id": "", "plays": 0,
         "options": [{"option_id": key, "text": "Phương án một", "fixed": False},
                     {"option_id": key.replace("a", "b"), "text": "Phương án hai", "fixed": False}]}
        for place, (item, key) in enumerate(zip(items, keys, strict=True), 1)
    ]  # fmt: skip
    title = Bilingual("Phần 2", "Part 2")
    candidate = {"format": "exam-candidate/1", "package_id": PACKAGE_ID, "section_id": "sfghij",
                 "form_id": "fvector2", "title": title.document(), "duration_s": 900, "keep_order": False,
                 "stimuli": [], "items": views, "media": {}}  # fmt: skip
    marking = MarkingSection("sfghij", "fvector2", tuple(
        MarkingItem(item, "single", [key], Marks(100), f"THU-00{place}", "0" * 64, "nhan_biet", "thu")
        for place, (item, key) in enumerate(zip(items, keys, strict=True), 1)
    ))  # fmt: skip
    right = {item: {"options": [key]} for item, key in zip(items, keys, strict=True)}
    section = FormSection(SectionId("sfghij"), title, 900, 3, candidate, marking)  # type: ignore[arg-type]
    return section, Canary("sfghij", right, 3, Marks(300))


def sample_plan() -> CustodyPlan:
    """Two of three for the paper, two of two for the marking."""
    exam = Custodian("Ban Đề thi", "Trưởng ban")
    organisers = Custodian("Ban Tổ chức", "Trưởng ban")
    return CustodyPlan(SecretPlan(2, (exam, organisers, Custodian("Ban Đề thi", "Phó Trưởng ban"))),
                       SecretPlan(2, (exam, Custodian("Ban Giám khảo", "Trưởng ban"))))  # fmt: skip


class Vectors:
    """The good package taken apart, ways to put it together wrongly, and what each must be called."""

    def __init__(self, folder: Path, key: SigningKey, bundle: SealedBundle) -> None:
        self.folder, self.key, self.bundle = folder, key, bundle
        self.good = bundle.package.path.read_bytes()
        with zipfile.ZipFile(io.BytesIO(self.good)) as file:
            self.contents: Contents = [(name, file.read(name)) for name in file.namelist()]
        manifest = bundle.package.manifest
        self.doc: Doc = json.loads(canonical.encode(document(manifest)))
        self.paper = combine(self.shares(SecretKind.PAPER)[:2], manifest.custody.paper.recipient)
        self.marking = combine(self.shares(SecretKind.MARKING), manifest.custody.marking.recipient)
        self.identities = bundle.package.sections(self.paper, NOW_MS)
        self.listed: list[Doc] = []

    def shares(self, kind: SecretKind) -> list[Any]:
        """The shares of one secret."""
        return [given.share for given in self.bundle.shares if given.kind is kind]

    def add(self, name: str, data: bytes, verdict: str, at: str, why: str, **given: Any) -> None:
        """One vector: the file, the fault it must give (or "ok"), at which step, and why."""
        (self.folder / f"{name}.exam").write_bytes(data)
        self.listed.append({"file": f"{name}.exam", "verdict": verdict, "at": at, "why": why, **given})

    def signed(self, doc: Doc, contents: Contents | None = None, *, key: SigningKey | None = None) -> bytes:
        """A container with this manifest, properly signed."""
        return self.packed(canonical.encode(doc), contents, key=key)

    def packed(self, data: bytes, contents: Contents | None = None, *, key: SigningKey | None = None) -> bytes:
        """A container with these bytes as manifest, properly signed."""
        signature = (key or self.key).sign(data)
        first = [("manifest.json", data), ("manifest.sig", signature)]
        return zipped([*first, *(self.contents[2:] if contents is None else contents)])

    def inside(self, place: int, change: Callable[[Doc], object]) -> bytes:
        """A properly encrypted and signed package in which the document of a candidate member is changed."""
        section_id = self.doc["members"][place]["section_id"]
        doc: Doc = json.loads(self.bundle.package.candidate(section_id, self.identities[section_id]).data)
        change(doc)
        return self.with_member(place, encrypt(padded(doc), self.doc["members"][place]["recipient"]))

    def changed(self, change: Callable[[Doc], object]) -> Doc:
        """The good manifest after a change."""
        doc = deepcopy(self.doc)
        change(doc)
        return doc

    def with_member(self, place: int, content: bytes) -> bytes:
        """A properly signed package in which one member has another content."""
        contents = self.contents[2:]
        name = contents[place][0]
        contents[place] = (name, content)
        return self.signed(self.changed(lambda doc: doc["members"][place].update(facts(content))), contents)


def zipped(contents: Sequence[tuple[str, bytes]]) -> bytes:
    """The container of these members."""
    out = io.BytesIO()
    write(out, contents)
    return out.getvalue()


def odd_zip(contents: Contents, name: str, **attributes: Any) -> bytes:
    """The container as Python's own writer makes it, one member having unusual attributes."""
    out = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(out, "w") as file:
        warnings.simplefilter("ignore")
        for member, content in contents:
            info = zipfile.ZipInfo(member)
            info.create_system = info.external_attr = 0
            info.create_version = info.extract_version = 10
            if member == name:
                for attribute, value in attributes.items():
                    setattr(info, attribute, value)
            file.writestr(info, content)
    return out.getvalue()


def streamed_zip(contents: Contents) -> bytes:
    """A container with data descriptors, as a writer to a pipe makes it."""

    class Pipe(io.RawIOBase):
        def __init__(self) -> None:
            self.data = bytearray()

        def writable(self) -> bool:
            return True

        def write(self, data: Any) -> int:
            self.data += data
            return len(data)

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w") as file:
        for member, content in contents:
            file.writestr(zipfile.ZipInfo(member), content)
    return bytes(pipe.data)


def flip(data: bytes, place: int) -> bytes:
    """The bytes with one bit changed."""
    return data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]


def flagged(v: Vectors, flags: int) -> tuple[bytes, bytes]:
    """What to replace so that marking.age has these general-purpose flags in the directory."""
    name, content = v.contents[-1]
    place = len(zipped(v.contents[:-1])) - END.size - sum(CENTRAL.size + len(name) for name, _ in v.contents[:-1])
    entry = frame([Entry(name, len(content), zlib.crc32(content))]).tail[: CENTRAL.size]
    entry = entry[:-4] + place.to_bytes(4, "little")
    return entry, entry[:8] + flags.to_bytes(2, "little") + entry[10:]


def with_gap(v: Vectors) -> bytes:
    """A container with one byte between two members and a directory that takes it into account."""
    name, content = v.contents[-1]
    start = v.good.index(local_header(Entry(name, len(content), zlib.crc32(content))))
    moved, gone = (start + 1).to_bytes(4, "little"), start.to_bytes(4, "little")
    tail = frame([Entry(name, len(content), zlib.crc32(content)) for name, content in v.contents]).tail
    directory = int.from_bytes(tail[-6:-2], "little")
    tail = tail.replace(gone, moved, 1)[:-6] + (directory + 1).to_bytes(4, "little") + tail[-2:]
    return v.good[:start] + b"\0" + v.good[start:directory] + tail


def padded_bytes(data: bytes) -> bytes:
    """Bytes with the padding of a document."""
    return data + b" " * (-len(data) % PAD_BYTES)


def crc_swapped(v: Vectors) -> tuple[bytes, bytes]:
    """The true CRC-32 of marking.age, and the wrong one."""
    right = v.doc["members"][-1]["crc32"]
    return right.to_bytes(4, "little"), (right ^ 1).to_bytes(4, "little")


def with_file(v: Vectors, content: bytes | None, sha256: str = "") -> bytes:
    """A properly signed package with these bytes as the member of its picture, and a candidate part that names it so.

    Without content there is no such member, though the candidate part names one; with `sha256` the part lists another file.
    """
    doc: Doc = json.loads(v.bundle.package.candidate("sabcde", v.identities["sabcde"]).data)
    ((known, medium),) = doc["media"].items()
    name = medium["member"] if content is None else f"media/{digest(content).hex()}.age"
    doc["media"] = {sha256 or known: {**medium, "member": name}}
    part = encrypt(padded(doc), v.doc["members"][0]["recipient"])
    contents = [(v.contents[2][0], part), v.contents[3], *v.contents[5:]]
    listed = [{**v.doc["members"][0], **facts(part)}, v.doc["members"][1], *v.doc["members"][3:]]
    if content is not None:
        contents.insert(2, (name, content))
        listed.insert(2, {**v.doc["members"][2], **facts(content), "name": name})
    return v.signed({**v.doc, "members": listed}, contents)


def facts(content: bytes) -> Doc:
    """What the manifest says of a member's bytes."""
    return {"bytes": len(content), "sha256": digest(content).hex(), "crc32": zlib.crc32(content)}
