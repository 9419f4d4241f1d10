#!/usr/bin/env python3
"""Make the test vectors of the sealed package: good files, and at least one bad file for each rule.

    .venv/bin/python scripts/make_vectors.py [FOLDER]

Writes `sealed/*.exam`, `verdicts.json` and `custody.json` under tests/vectors (or FOLDER). Keys and age files are random, so
each run gives other bytes with the same verdicts; the committed files are changed only when docs/sealed-package.md is.
"""

from __future__ import annotations

import io
import json
import sys
import tempfile
import warnings
import zipfile
import zlib
from collections.abc import Callable, Sequence
from copy import deepcopy
from pathlib import Path
from typing import Any

import pyrage

from question_bank import canonical
from question_bank.bilingual import Bilingual
from question_bank.canonical import digest
from question_bank.custody import SecretKind, combine, qr_text, split
from question_bank.custody_plan import Custodian, CustodyPlan, SecretPlan
from question_bank.form import Form, FormSection, SetName
from question_bank.ids import PackageId, SectionId
from question_bank.marking_scheme import Canary, MarkingItem, MarkingSection, Marks
from question_bank.sealed_keys import SigningKey, fresh_identity, recipient_of, secret_of
from question_bank.sealed_manifest import MAX_MANIFEST_BYTES, document
from question_bank.sealed_parts import encrypt, padded
from question_bank.sealed_write import SealedBundle, seal
from question_bank.sealed_zip import CENTRAL, END, Entry, frame, local_header, write

ROOT = Path(__file__).resolve().parent.parent
NOT_BEFORE_MS = 1_767_225_600_000  # 2026-01-01 00:00:00 UTC
NOW_MS = NOT_BEFORE_MS + 3_600_000
ROOM_VERSION = "0.1.0"
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
             "options": [{"option_id": key, "text": "Phương án một", "fixed": False},
                         {"option_id": other, "text": "Phương án hai", "fixed": False}]}
            for place, (item, key, other) in enumerate(zip(items, keys, others, strict=True), 1)
        ]  # fmt: skip
        title = Bilingual(f"Phần {number + 1}", f"Part {number + 1}")
        candidate = {"format": "exam-candidate/1", "package_id": PACKAGE_ID, "section_id": section_id,
                     "form_id": "fvector2", "title": title.document(), "duration_s": 900, "items": views}  # fmt: skip
        marking = MarkingSection(section_id, "fvector2", tuple(
            MarkingItem(item, "single", (key,), Marks(100), f"THU-00{place}", "0" * 64, "nhan_biet", "thu")
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


def good_files(v: Vectors) -> None:
    """Files that every reader accepts."""
    v.add("good", v.good, "ok", "marking", "as the sealing tool writes it")
    v.add("good_no_date", v.signed(v.changed(lambda doc: doc.update(not_before_ms=None))), "ok", "marking", "no earliest time")
    v.add("good_on_time", v.good, "ok", "marking", "exactly at the earliest time", now_ms=NOT_BEFORE_MS)
    v.add("good_override", v.good, "ok", "marking", "too early, with an override", now_ms=0, override=True)
    v.add("good_newer_room", v.good, "ok", "marking", "a newer room", room_version="0.10.0")
    section = v.doc["sections"][0]["section_id"]
    recipient = v.doc["members"][0]["recipient"]
    medium = encrypt(b"a made-up picture " * 5000, recipient)
    sha256 = digest(medium).hex()
    member = {"name": f"media/{sha256}.age", "role": "media", "bytes": len(medium), "sha256": sha256,
              "crc32": zlib.crc32(medium), "recipient": recipient, "section_id": section}  # fmt: skip
    contents = v.contents[2:]
    contents.insert(2, (member["name"], medium))
    v.add("good_media", v.signed(v.changed(lambda doc: doc["members"].insert(2, member)), contents), "ok", "marking",
          "a medium of the first section", media_sha256=digest(b"a made-up picture " * 5000).hex())  # fmt: skip


def bad_containers(v: Vectors) -> None:
    """One file or more for each rule of docs/sealed-package.md §2."""
    names, good = [name for name, _ in v.contents], v.good
    shape = frame([Entry(name, len(content), zlib.crc32(content)) for name, content in v.contents])
    cut = [content for name, content in v.contents if name == "marking.age"][0]
    v.add("not_a_package_text", b"exam\n" * 40, "not_a_package", "open", "a text file")
    v.add("not_a_package_empty", b"", "not_a_package", "open", "an empty file")
    v.add("not_a_package_prefix", b"#!/bin/sh\n" + good, "not_a_package", "open", "bytes before the first member")
    v.add("truncated_half", good[: len(good) // 2], "truncated", "open", "half of the file")
    v.add("truncated_one_byte", good[:-1], "truncated", "open", "the last byte is missing")
    v.add("truncated_start", good[:3], "truncated", "open", "three bytes")
    v.add("trailing_byte", good + b"\0", "trailing_bytes", "open", "one byte after the end")
    v.add("trailing_package", good + good, "trailing_bytes", "open", "a second package after the first")
    v.add("zip_comment", good[:-2] + b"\5\0hello", "unusual_zip", "open", "a comment of the archive")
    v.add("zip_compressed", odd_zip(v.contents, "sections.age", compress_type=zipfile.ZIP_DEFLATED), "unusual_zip", "open",
          "a compressed member")  # fmt: skip
    v.add("zip_descriptor", streamed_zip(v.contents), "unusual_zip", "open", "data descriptors")
    v.add("zip_extra", odd_zip(v.contents, "sections.age", extra=b"XX\2\0hi"), "unusual_zip", "open", "an extra field")
    v.add("zip_member_comment", odd_zip(v.contents, "marking.age", comment=b"hi"), "unusual_zip", "open", "a member's comment")
    v.add("zip_date", odd_zip(v.contents, "marking.age", date_time=(2026, 1, 1, 0, 0, 0)), "unusual_zip", "open", "a date")
    v.add("zip_mode", odd_zip(v.contents, "marking.age", external_attr=0o777 << 16), "unusual_zip", "open", "attributes")
    v.add("zip_encrypted", odd_zip(v.contents, "none").replace(*flagged(v, 1)), "unusual_zip", "open", "ZIP's encryption flag")
    v.add("zip_gap", with_gap(v), "unusual_zip", "open", "a byte between two members")
    renamed = good.replace(shape.locals[-1], shape.locals[-1].replace(b"marking", b"markinG"), 1)
    v.add("zip_local_name", renamed, "unusual_zip", "open", "a local header that names another member")
    v.add("zip_crc", flip(good, shape.offsets[-1] - len("marking.age") - 16), "unusual_zip", "open", "a wrong CRC-32")
    v.add("duplicate_member", odd_zip([*v.contents, v.contents[-1]], "none"), "duplicate_name", "open", "one name twice")
    v.add("duplicate_manifest", odd_zip([*v.contents, v.contents[0]], "none"), "duplicate_name", "open", "two manifests")
    for label, name in {"parent": "../marking.age", "root": "/etc/exam.age", "drive": "c:/exam.age", "case": "Marking.age",
                        "backslash": "..\\marking.age", "folder": "media/", "accent": "d\u1ec1.age"}.items():  # fmt: skip
        v.add(f"unsafe_{label}", odd_zip([*v.contents, (name, b"")], "none"), "unsafe_path", "open", f"a member {name}")
    v.add("unknown_member", zipped([*v.contents, ("notes.txt", b"hello")]), "unknown_member", "open", "one member more")
    v.add("missing_marking", zipped(v.contents[:-1]), "missing_member", "open", "no marking.age")
    v.add("missing_candidate", zipped([*v.contents[:2], *v.contents[3:]]), "missing_member", "open", "one section missing")
    v.add("missing_signature", zipped([v.contents[0], *v.contents[2:]]), "missing_member", "open", "no signature")
    v.add("missing_manifest", zipped(v.contents[1:]), "missing_member", "open", "no manifest")
    swapped = [*v.contents[:-2], v.contents[-1], v.contents[-2]]
    v.add("wrong_order", zipped(swapped), "wrong_order", "open", "the last two members exchanged")
    v.add("wrong_order_signature", zipped([v.contents[1], v.contents[0], *v.contents[2:]]), "wrong_order", "open",
          "the signature before the manifest")  # fmt: skip
    v.add("wrong_size", zipped([*v.contents[:-1], (names[-1], cut[:-100])]), "wrong_size", "open", "a shorter member")
    v.add("too_large_manifest", zipped([("manifest.json", b" " * (MAX_MANIFEST_BYTES + 1)), *v.contents[1:]]), "too_large",
          "open", "a manifest over its bound")  # fmt: skip


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


def bad_manifests(v: Vectors) -> None:
    """One file or more for each rule of docs/sealed-package.md §3, all properly signed unless the rule is the signature."""
    data = canonical.encode(v.doc)
    spelled = {"spaces": data.replace(b'","', b'", "', 1), "repeated_key": data[:-1] + b',"set":"primary"}',
               "fraction": data.replace(b'"created_at_ms":', b'"created_at_ms":0.5,"x":', 1),
               "not_utf8": data.replace("ộ".encode(), b"\xff\xfe", 1), "not_json": data[:-1]}  # fmt: skip
    for label, spelling in spelled.items():
        v.add(f"not_canonical_{label}", v.packed(spelling), "not_canonical", "open", f"the manifest's JSON: {label}")
    changes: dict[str, Callable[[Doc], object]] = {
        "unknown_field": lambda doc: doc.update(note="hello"),
        "missing_field": lambda doc: doc.pop("title"),
        "wrong_type": lambda doc: doc.update(created_at_ms="yesterday"),
        "package_id": lambda doc: doc.update(package_id="../../etc"),
        "set": lambda doc: doc.update(set="third"),
        "version": lambda doc: doc.update(requires_version="newest"),
        "control_character": lambda doc: doc["title"].update(vi="Hội thi\u202e"),
        "section_twice": lambda doc: doc["sections"].append(doc["sections"][0]),
        "no_sections_member": lambda doc: doc["members"].pop(-2),
        "name_not_of_role": lambda doc: doc["members"][0].update(name="candidate/other.age"),
        "section_of_another": lambda doc: doc["members"][0].update(section_id="szzzzz"),
        "recipient_not_of_custody": lambda doc: doc["members"][-1].update(recipient=recipient_of(fresh_identity())),
        "one_recipient": lambda doc: doc["members"][0].update(recipient=doc["members"][1]["recipient"]),
        "threshold_of_one": lambda doc: doc["custody"]["paper"].update(threshold=1),
        "threshold_over_shares": lambda doc: doc["custody"]["paper"].update(threshold=4),
        "one_body": lambda doc: doc["custody"]["paper"].update(bodies=["Ban Đề thi"] * 3),
        "bodies_not_shares": lambda doc: doc["custody"]["paper"]["bodies"].pop(),
        "one_identifier": lambda doc: doc["custody"]["paper"].update(identifier=doc["custody"]["marking"]["identifier"]),
    }
    for label, change in changes.items():
        v.add(f"bad_manifest_{label}", v.signed(v.changed(change)), "bad_manifest", "open", f"the manifest: {label}")
    newer = v.changed(lambda doc: doc.update(format="exam-package/2"))
    v.add("unknown_format", v.signed(newer), "unknown_format", "open", "a later format")
    unsafe = v.changed(lambda doc: doc["members"][0].update(name="../candidate.age"))
    v.add("unsafe_in_manifest", v.signed(unsafe), "unsafe_path", "open", "the signed manifest lists an unsafe path")
    huge = v.changed(lambda doc: doc["members"][0].update(bytes=33 * 2**20))
    v.add("too_large_member", v.signed(huge), "too_large", "open", "a member over its bound")
    other = SigningKey.generate()
    mine = v.changed(lambda doc: doc.update(signer=other.public.hex()))
    v.add("wrong_signer", v.signed(mine, key=other), "wrong_signer", "open", "signed by another committee")
    v.add("bad_signature_other_key", v.signed(v.doc, key=other), "bad_signature", "open", "another key under this one's name")
    v.add("bad_signature_changed", zipped([("manifest.json", canonical.encode(newer | {"format": "exam-package/1", "set": "reserve"})),
          *v.contents[1:]]), "bad_signature", "open", "the set was changed after signing")  # fmt: skip
    bare = v.key._key.sign(data)  # what a tool that forgets the leading text would make
    v.add("bad_signature_no_tag", zipped([("manifest.json", data), ("manifest.sig", bare), *v.contents[2:]]), "bad_signature",
          "open", "signed without the leading text")  # fmt: skip
    short = ("manifest.sig", v.contents[1][1][:-1])
    v.add("bad_signature_short", zipped([v.contents[0], short, *v.contents[2:]]), "bad_signature", "open", "63 bytes")
    v.add("too_old_room", v.good, "too_old_room", "open", "the room is older than the package asks", room_version="0.0.9")


def bad_contents(v: Vectors) -> None:
    """One file or more for each rule of docs/sealed-package.md §5 and §7."""
    for place, (name, content) in enumerate(v.contents[2:], 2):
        label = name.split("/")[0].removesuffix(".age")
        altered = [*v.contents[:place], (name, flip(content, len(content) // 2)), *v.contents[place + 1 :]]
        data = zipped(altered).replace(zlib.crc32(altered[place][1]).to_bytes(4, "little"), zlib.crc32(content).to_bytes(4, "little"))
        v.add(f"wrong_digest_{label}_{place}", data, "wrong_digest", "verify", f"one bit of {name}")
    v.add("wrong_crc", v.signed(v.changed(lambda doc: doc["members"][-1].update(crc32=doc["members"][-1]["crc32"] ^ 1)),
          None).replace(*crc_swapped(v)), "wrong_digest", "verify", "a manifest and headers with a wrong CRC-32")  # fmt: skip
    v.add("too_early", v.good, "too_early", "sections", "one millisecond too early", now_ms=NOT_BEFORE_MS - 1)
    candidate, sections, marking = (v.contents[2 + place][1] for place in (0, 2, 3))
    recipients = [member["recipient"] for member in v.doc["members"]]
    v.add("damaged_cut", v.with_member(0, candidate[:-1]), "damaged_ciphertext", "candidate", "an age file cut before it was signed")
    v.add("damaged_marking", v.with_member(3, flip(marking, len(marking) - 1)), "damaged_ciphertext", "marking", "damaged, then signed")
    v.add("damaged_sections", v.with_member(2, sections + b"\0"), "damaged_ciphertext", "sections", "a byte after the age file")
    v.add("damaged_other_recipient", v.with_member(0, encrypt(padded({}), recipients[1])), "damaged_ciphertext", "candidate",
          "encrypted to another recipient than the manifest says")  # fmt: skip
    armoured = pyrage.encrypt(padded({}), [pyrage.x25519.Recipient.from_str(recipients[0])], armored=True)
    v.add("damaged_armoured", v.with_member(0, armoured), "damaged_ciphertext", "candidate", "an armoured age file")

    def inside(label: str, place: int, plain: bytes, verdict: str, why: str) -> None:
        at = ("candidate", "candidate", "sections", "marking")[place]
        v.add(f"{verdict}_{label}", v.with_member(place, encrypt(plain, recipients[place])), verdict, at, why)

    sample = v.bundle.package.candidate("sabcde", v.identities["sabcde"])
    doc: Doc = json.loads(sample.data)
    inside("part_unpadded", 0, sample.data + b" ", "not_canonical", "the plaintext is not padded")
    inside("part_overpadded", 0, padded(doc) + b" " * 8192, "not_canonical", "the plaintext is padded too far")
    inside("part_spelling", 0, padded_bytes(json.dumps(doc).encode()), "not_canonical", "the plaintext is not canonical")
    inside("other_package", 0, padded(doc | {"package_id": "pother2345abc"}), "bad_part", "a part of another package")
    inside("other_section", 0, padded(doc | {"section_id": "sfghij"}), "bad_part", "the part of another section")
    inside("other_duration", 0, padded(doc | {"duration_s": 901}), "bad_part", "another duration than the manifest's")
    inside("fewer_items", 0, padded(doc | {"items": doc["items"][:2]}), "bad_part", "fewer items than the manifest says")
    held: Doc = {"format": "exam-sections/1", "package_id": PACKAGE_ID, "identities": v.identities}
    inside("lost_identity", 2, padded(held | {"identities": {"sabcde": v.identities["sabcde"]}}), "bad_part", "one identity missing")
    crossed = dict(zip(v.identities, reversed(v.identities.values()), strict=True))
    inside("crossed_identities", 2, padded(held | {"identities": crossed}), "bad_part", "identities exchanged")
    inside("no_identity", 2, padded(held | {"identities": dict.fromkeys(v.identities, "hello")}), "bad_part", "not identities")
    keys: Doc = {"format": "exam-marking/1", "package_id": PACKAGE_ID, "sections": [], "canaries": [],
                 "form": {"seed": "", "blueprint_sha256": "", "bank_sha256": ""}}  # fmt: skip
    inside("no_marking", 3, padded(keys), "bad_part", "the marking of no section")
    inside("not_marking", 3, padded(doc), "bad_part", "a candidate part where the marking should be")


def padded_bytes(data: bytes) -> bytes:
    """Bytes with the padding of a document."""
    return data + b" " * (-len(data) % 8192)


def crc_swapped(v: Vectors) -> tuple[bytes, bytes]:
    """The true CRC-32 of marking.age, and the wrong one."""
    right = v.doc["members"][-1]["crc32"]
    return right.to_bytes(4, "little"), (right ^ 1).to_bytes(4, "little")


def custody_cases(v: Vectors) -> list[Doc]:
    """Shares as custodians may give them for good.exam, and what they must be called."""
    paper, marking = v.shares(SecretKind.PAPER), v.shares(SecretKind.MARKING)
    custody = v.bundle.package.manifest.custody.paper
    stranger = split(secret_of(fresh_identity()), 2, 3, (custody.identifier + 1) % 2**15)
    if stranger[0].identifier == marking[0].identifier:
        stranger = split(secret_of(fresh_identity()), 2, 3, (custody.identifier + 2) % 2**15)
    twin = split(secret_of(fresh_identity()), 2, 3, custody.identifier)
    words = [share.mnemonic for share in paper]
    numbered = "\n".join(f"{place}. {word.upper()}" for place, word in enumerate(paper[1].words, 1))
    misspelt, swapped = words[0].replace(paper[0].words[7], "đề", 1), " ".join(reversed(paper[0].words))
    long = split(secret_of(fresh_identity()), 3, 3, custody.identifier)[0].mnemonic
    return [
        {"name": name, "secret": secret, "shares": shares, "verdict": verdict}
        for name, secret, shares, verdict in (
            ("two of three", "paper", words[:2], "ok"),
            ("the other two", "paper", words[1:], "ok"),
            ("all three", "paper", words, "ok"),
            ("capitals, numbers and line breaks", "paper", [words[0], numbered], "ok"),
            ("QR texts", "paper", [qr_text(PACKAGE_ID, SecretKind.PAPER, share) for share in paper[:2]], "ok"),
            ("the marking's", "marking", [share.mnemonic for share in marking], "ok"),
            ("one of three", "paper", words[:1], "too_few"),
            ("none", "paper", [], "too_few"),
            ("one twice", "paper", [words[0], words[0]], "duplicate_share"),
            ("a word not in the list", "paper", [misspelt, words[1]], "unknown_word"),
            ("32 words", "paper", [words[0].rpartition(" ")[0], words[1]], "wrong_length"),
            ("two of one body", "paper", [words[0], words[2]], "one_body"),
            ("words in another order", "paper", [swapped, words[1]], "bad_checksum"),
            ("of the other secret", "paper", [words[0], marking[1].mnemonic], "wrong_secret"),
            ("a QR text of the other secret", "paper", [qr_text(PACKAGE_ID, SecretKind.MARKING, paper[0]), words[1]], "wrong_secret"),
            ("a QR text of another package", "paper", [qr_text("pother2345abc", SecretKind.PAPER, paper[0]), words[1]], "wrong_package"),
            ("of another package", "paper", [words[0], stranger[1].mnemonic], "wrong_package"),
            ("another threshold", "paper", [long, words[1]], "wrong_package"),
            ("of another split with the same number", "paper", [words[0], twin[1].mnemonic], "mixed"),
            ("of another secret with the same number", "paper", [twin[0].mnemonic, twin[1].mnemonic], "commitment_mismatch"),
            ("a share of another kind of secret", "paper", [foreign_share(), words[1]], "unusual_share"),
        )
    ]  # fmt: skip


def foreign_share() -> str:
    """A valid SLIP-39 share of a 32-byte secret, in two groups: a wallet's, perhaps."""
    from shamir_mnemonic import generate_mnemonics  # noqa: PLC0415

    return generate_mnemonics(2, [(2, 3), (2, 3)], bytes(32))[0][0]


def main(target: Path) -> None:
    """Write all vectors under `target`."""
    folder = target / "sealed"
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.exam"):
        old.unlink()
    key = SigningKey.generate()
    with tempfile.TemporaryDirectory() as scratch:
        bundle = seal(sample_form(), key, sample_plan(), Path(scratch), created_at_ms=NOT_BEFORE_MS - 86_400_000,
                      not_before_ms=NOT_BEFORE_MS, requires_version=ROOM_VERSION)  # fmt: skip
        vectors = Vectors(folder, key, bundle)
        for make in (good_files, bad_containers, bad_manifests, bad_contents):
            make(vectors)
        custody = custody_cases(vectors)
    head = {"format": "exam-vectors/1", "package_id": PACKAGE_ID, "signer": key.public.hex(), "room_version": ROOM_VERSION,
            "now_ms": NOW_MS, "identities": {"paper": vectors.paper, "marking": vectors.marking, "sections": vectors.identities},
            "paper_shares": [share.mnemonic for share in vectors.shares(SecretKind.PAPER)[:2]],
            "marking_shares": [share.mnemonic for share in vectors.shares(SecretKind.MARKING)]}  # fmt: skip
    for name, content in (("verdicts.json", head | {"vectors": vectors.listed}), ("custody.json", head | {"cases": custody})):
        (target / name).write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(f"{len(vectors.listed)} packages, {len(custody)} sets of shares in {target}")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "tests/vectors")
