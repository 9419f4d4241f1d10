"""The sealed-package vectors' tools: a made-up form, and ways to put its package together wrongly (make_vectors.py)."""

from __future__ import annotations

import io
import json
import warnings
import zipfile
import zlib
from collections.abc import Callable, Sequence
from copy import deepcopy
from pathlib import Path
from typing import Any

from question_bank import canonical
from question_bank.bilingual import Bilingual
from question_bank.canonical import digest
from question_bank.custody import SecretKind, combine
from question_bank.custody_plan import Custodian, CustodyPlan, SecretPlan
from question_bank.form import Form, FormSection, SetName
from question_bank.ids import PackageId, SectionId
from question_bank.marking_scheme import Canary, MarkingItem, MarkingSection, Marks
from question_bank.sealed_keys import SigningKey
from question_bank.sealed_manifest import document
from question_bank.sealed_parts import PAD_BYTES
from question_bank.sealed_write import SealedBundle
from question_bank.sealed_zip import CENTRAL, END, Entry, frame, local_header, write

NOT_BEFORE_MS = 1_767_225_600_000  # 2026-01-01 00:00:00 UTC
NOW_MS = NOT_BEFORE_MS + 3_600_000
PACKAGE_ID = "pvectors2345a"
Contents = list[tuple[str, bytes]]
Doc = dict[str, Any]


def sample_form() -> Form:
    """Two sections of three items; every word made up."""
    sections, canaries = [], []
    for number, section_id in enumerate(("sabcde", "sfghij")):
        keys = [f"oaaa{number}{item}".translate(str.maketrans("01", "yz")) for item in "234"]
        others = [key.replace("a", "b") for key in keys]
        items = [f"iitem2{number}{place}".translate(str.maketrans("01", "yz")) for place in "abc"]
        views = [
            {"item_id": item, "type": "single_choice", "stem": f"Câu thử {place}: chọn phương án đúng.", "max_mark": 100,
             "stimulus_id": "", "plays": 0,
             "options": [{"option_id": key, "text": "Phương án một", "fixed": False},
                         {"option_id": other, "text": "Phương án hai", "fixed": False}]}
            for place, (item, key, other) in enumerate(zip(items, keys, others, strict=True), 1)
        ]  # fmt: skip
        title = Bilingual(f"Phần {number + 1}", f"Part {number + 1}")
        candidate = {"format": "exam-candidate/1", "package_id": PACKAGE_ID, "section_id": section_id,
                     "form_id": "fvector2", "title": title.document(), "duration_s": 900, "keep_order": False,
                     "stimuli": [], "items": views, "media": {}}  # fmt: skip
        marking = MarkingSection(section_id, "fvector2", tuple(
            MarkingItem(item, "single", [key], Marks(100), f"THU-00{place}", "0" * 64, "nhan_biet", "thu")
            for place, (item, key) in enumerate(zip(items, keys, strict=True), 1)
        ))  # fmt: skip
        sections.append(FormSection(SectionId(section_id), title, 900, 3, candidate, marking))  # type: ignore[arg-type]
        right = {item: {"options": [key]} for item, key in zip(items, keys, strict=True)}
        canaries.append(Canary(section_id, right, 3, Marks(300)))
    return Form(PackageId(PACKAGE_ID), "hoi-thi-mau", "chung-ket", SetName.PRIMARY,
                Bilingual("Hội thi mẫu – Vòng chung kết", "Sample contest – Final round"), "11" * 32, "22" * 32, "33" * 32,
                tuple(sections), tuple(canaries))  # fmt: skip


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
        facts = {"bytes": len(content), "sha256": digest(content).hex(), "crc32": zlib.crc32(content)}
        return self.signed(self.changed(lambda doc: doc["members"][place].update(facts)), contents)


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


def with_medium(v: Vectors, content: bytes) -> bytes:
    """A properly signed package with these bytes as a medium of the first section."""
    sha256 = digest(content).hex()
    name = f"media/{sha256}.age"
    member = {"name": name, "role": "media", "bytes": len(content), "sha256": sha256, "crc32": zlib.crc32(content),
              "recipient": v.doc["members"][0]["recipient"], "section_id": v.doc["members"][0]["section_id"]}  # fmt: skip
    contents = v.contents[2:]
    contents.insert(2, (name, content))
    return v.signed(v.changed(lambda doc: doc["members"].insert(2, member)), contents)
