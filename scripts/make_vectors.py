"""Make the test vectors of the sealed package: good files, and at least one bad file for each rule.

    .venv/bin/python -m scripts.make_vectors [FOLDER]

Writes `sealed/*.exam`, `verdicts.json` and `custody.json` under tests/vectors (or FOLDER). Keys and age files are random, so
each run gives other bytes with the same verdicts; the committed files are changed only when docs/sealed-package.md is.
"""

from __future__ import annotations

import json
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

from question_bank import canonical
from question_bank.canonical import digest
from question_bank.custody import SecretKind
from question_bank.sealed_keys import SigningKey, fresh_identity, recipient_of
from question_bank.sealed_manifest import MAX_MANIFEST_BYTES
from question_bank.sealed_parts import encrypt
from question_bank.sealed_write import seal
from question_bank.sealed_zip import Entry, frame
from scripts.vector_parts import bad_ciphertexts, bad_parts, bad_secrets, wrong_identities
from scripts.vector_shares import custody_cases
from scripts.vector_tools import (
    NOT_BEFORE_MS,
    NOW_MS,
    PACKAGE_ID,
    PICTURE,
    Doc,
    Vectors,
    flagged,
    flip,
    odd_zip,
    sample_form,
    sample_media,
    sample_plan,
    streamed_zip,
    with_file,
    with_gap,
    zipped,
)

ROOT = Path(__file__).resolve().parent.parent
ROOM_VERSION = "0.1.0"


def good_files(v: Vectors) -> None:
    """Files that every reader accepts."""
    v.add("good", v.good, "ok", "marking", "as the sealing tool writes it")
    v.add(
        "good_no_date",
        v.signed(v.changed(lambda doc: doc.update(not_before_ms=None))),
        "ok",
        "marking",
        "no earliest time",
    )
    v.add("good_on_time", v.good, "ok", "marking", "exactly at the earliest time", now_ms=NOT_BEFORE_MS)
    v.add("good_override", v.good, "ok", "marking", "too early, with an override", now_ms=0, override=True)
    v.add("good_newer_room", v.good, "ok", "marking", "a newer room", room_version="0.10.0")


def media_files(v: Vectors) -> None:
    """The picture of the first section: whole, damaged, missing, another one."""
    plain = PICTURE.read_bytes()
    sha256, recipient = digest(plain).hex(), v.doc["members"][0]["recipient"]
    v.add("good_media", v.good, "ok", "marking", "a picture of the first section", media_sha256=sha256)
    damaged = with_file(v, flip(v.contents[4][1], len(v.contents[4][1]) - 1))
    v.add("damaged_media", damaged, "damaged_ciphertext", "candidate", "a picture damaged before it was signed")
    other = with_file(v, encrypt(plain + b"\0", recipient))
    v.add("bad_part_other_file", other, "bad_part", "candidate", "another file under the picture's digest")
    v.add("bad_part_no_file", with_file(v, None), "bad_part", "candidate", "a picture that is not in the package")
    unlisted = v.inside(0, lambda doc: doc.update(media={}))
    v.add(
        "bad_part_unlisted_file", unlisted, "bad_part", "candidate", "a picture that the candidate part does not list"
    )
    typed = v.inside(0, lambda doc: doc["media"][sha256].update(type="text/html"))
    v.add("bad_part_file_type", typed, "bad_part", "candidate", "a file of a type that no page shows")


def bad_ends(v: Vectors) -> None:
    """Files that begin or end as no package does (docs/sealed-package.md §2)."""
    good = v.good
    v.add("not_a_package_text", b"exam\n" * 40, "not_a_package", "open", "a text file")
    v.add("not_a_package_empty", b"", "not_a_package", "open", "an empty file")
    v.add("not_a_package_prefix", b"#!/bin/sh\n" + good, "not_a_package", "open", "bytes before the first member")
    v.add("truncated_half", good[: len(good) // 2], "truncated", "open", "half of the file")
    v.add("truncated_one_byte", good[:-1], "truncated", "open", "the last byte is missing")
    v.add("truncated_start", good[:3], "truncated", "open", "three bytes")
    v.add("trailing_byte", good + b"\0", "trailing_bytes", "open", "one byte after the end")
    v.add("trailing_package", good + good, "trailing_bytes", "open", "a second package after the first")


def bad_headers(v: Vectors) -> None:
    """ZIP files of the right members in another way (§2)."""
    good = v.good
    shape = frame([Entry(name, len(content), zlib.crc32(content)) for name, content in v.contents])
    v.add("zip_comment", good[:-2] + b"\5\0hello", "unusual_zip", "open", "a comment of the archive")
    v.add("zip_compressed", odd_zip(v.contents, "sections.age", compress_type=zipfile.ZIP_DEFLATED), "unusual_zip", "open",
          "a compressed member")  # fmt: skip
    v.add("zip_descriptor", streamed_zip(v.contents), "unusual_zip", "open", "data descriptors")
    v.add("zip_extra", odd_zip(v.contents, "sections.age", extra=b"XX\2\0hi"), "unusual_zip", "open", "an extra field")
    v.add(
        "zip_member_comment",
        odd_zip(v.contents, "marking.age", comment=b"hi"),
        "unusual_zip",
        "open",
        "a member's comment",
    )
    v.add(
        "zip_date", odd_zip(v.contents, "marking.age", date_time=(2026, 1, 1, 0, 0, 0)), "unusual_zip", "open", "a date"
    )
    v.add(
        "zip_mode", odd_zip(v.contents, "marking.age", external_attr=0o777 << 16), "unusual_zip", "open", "attributes"
    )
    v.add(
        "zip_encrypted",
        odd_zip(v.contents, "none").replace(*flagged(v, 1)),
        "unusual_zip",
        "open",
        "ZIP's encryption flag",
    )
    v.add("zip_gap", with_gap(v), "unusual_zip", "open", "a byte between two members")
    renamed = good.replace(shape.locals[-1], shape.locals[-1].replace(b"marking", b"markinG"), 1)
    v.add("zip_local_name", renamed, "unusual_zip", "open", "a local header that names another member")
    v.add("zip_crc", flip(good, shape.offsets[-1] - len("marking.age") - 16), "unusual_zip", "open", "a wrong CRC-32")


def bad_members(v: Vectors) -> None:
    """Containers of other members than the manifest's (§1, §2)."""
    name, content = v.contents[-1]
    v.add(
        "duplicate_member", odd_zip([*v.contents, v.contents[-1]], "none"), "duplicate_name", "open", "one name twice"
    )
    v.add(
        "duplicate_manifest", odd_zip([*v.contents, v.contents[0]], "none"), "duplicate_name", "open", "two manifests"
    )
    for label, unsafe in {"parent": "../marking.age", "root": "/etc/exam.age", "drive": "c:/exam.age", "case": "Marking.age",
                        "backslash": "..\\marking.age", "folder": "media/", "accent": "d\u1ec1.age"}.items():  # fmt: skip
        v.add(
            f"unsafe_{label}",
            odd_zip([*v.contents, (unsafe, b"")], "none"),
            "unsafe_path",
            "open",
            f"a member {unsafe}",
        )
    v.add("unknown_member", zipped([*v.contents, ("notes.txt", b"hello")]), "unknown_member", "open", "one member more")
    v.add("missing_marking", zipped(v.contents[:-1]), "missing_member", "open", "no marking.age")
    v.add(
        "missing_candidate", zipped([*v.contents[:2], *v.contents[3:]]), "missing_member", "open", "one section missing"
    )
    v.add("missing_signature", zipped([v.contents[0], *v.contents[2:]]), "missing_member", "open", "no signature")
    v.add("missing_manifest", zipped(v.contents[1:]), "missing_member", "open", "no manifest")
    swapped = [*v.contents[:-2], v.contents[-1], v.contents[-2]]
    v.add("wrong_order", zipped(swapped), "wrong_order", "open", "the last two members exchanged")
    v.add("wrong_order_signature", zipped([v.contents[1], v.contents[0], *v.contents[2:]]), "wrong_order", "open",
          "the signature before the manifest")  # fmt: skip
    v.add("wrong_size", zipped([*v.contents[:-1], (name, content[:-100])]), "wrong_size", "open", "a shorter member")
    v.add("too_large_manifest", zipped([("manifest.json", b" " * (MAX_MANIFEST_BYTES + 1)), *v.contents[1:]]), "too_large",
          "open", "a manifest over its bound")  # fmt: skip


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
        "one_identifier": lambda doc: doc["custody"]["paper"].update(
            identifier=doc["custody"]["marking"]["identifier"]
        ),
    }
    for label, change in changes.items():
        v.add(f"bad_manifest_{label}", v.signed(v.changed(change)), "bad_manifest", "open", f"the manifest: {label}")


def bad_signatures(v: Vectors) -> None:
    """Manifests that another format, committee, version or bound speaks against (§3, §4)."""
    data = canonical.encode(v.doc)
    newer = v.changed(lambda doc: doc.update(format="exam-package/2"))
    v.add("unknown_format", v.signed(newer), "unknown_format", "open", "a later format")
    unsafe = v.changed(lambda doc: doc["members"][0].update(name="../candidate.age"))
    v.add("unsafe_in_manifest", v.signed(unsafe), "unsafe_path", "open", "the signed manifest lists an unsafe path")
    huge = v.changed(lambda doc: doc["members"][0].update(bytes=33 * 2**20))
    v.add("too_large_member", v.signed(huge), "too_large", "open", "a member over its bound")
    other = SigningKey.generate()
    mine = v.changed(lambda doc: doc.update(signer=other.public.hex()))
    v.add("wrong_signer", v.signed(mine, key=other), "wrong_signer", "open", "signed by another committee")
    v.add(
        "bad_signature_other_key",
        v.signed(v.doc, key=other),
        "bad_signature",
        "open",
        "another key under this one's name",
    )
    v.add("bad_signature_changed", zipped([("manifest.json", canonical.encode(newer | {"format": "exam-package/1", "set": "reserve"})),
          *v.contents[1:]]), "bad_signature", "open", "the set was changed after signing")  # fmt: skip
    bare = v.key._key.sign(data)  # what a tool that forgets the leading text would make
    v.add("bad_signature_no_tag", zipped([("manifest.json", data), ("manifest.sig", bare), *v.contents[2:]]), "bad_signature",
          "open", "signed without the leading text")  # fmt: skip
    short = ("manifest.sig", v.contents[1][1][:-1])
    v.add("bad_signature_short", zipped([v.contents[0], short, *v.contents[2:]]), "bad_signature", "open", "63 bytes")
    v.add(
        "too_old_room", v.good, "too_old_room", "open", "the room is older than the package asks", room_version="0.0.9"
    )


def main(target: Path) -> None:
    """Write all vectors under `target`."""
    folder = target / "sealed"
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.exam"):
        old.unlink()
    key = SigningKey.generate()
    with tempfile.TemporaryDirectory() as scratch:
        bundle = seal(sample_form(), key, sample_plan(), Path(scratch), created_at_ms=NOT_BEFORE_MS - 86_400_000,
                      not_before_ms=NOT_BEFORE_MS, requires_version=ROOM_VERSION, media=sample_media)  # fmt: skip
        vectors = Vectors(folder, key, bundle)
        for make in (
            good_files,
            media_files,
            bad_ends,
            bad_headers,
            bad_members,
            bad_manifests,
            bad_signatures,
            bad_ciphertexts,
            bad_parts,
            bad_secrets,
            wrong_identities,
        ):
            make(vectors)
        custody = custody_cases(vectors)
    head = {"format": "exam-vectors/1", "package_id": PACKAGE_ID, "signer": key.public.hex(), "room_version": ROOM_VERSION,
            "now_ms": NOW_MS, "identities": {"paper": vectors.paper, "marking": vectors.marking, "sections": vectors.identities},
            "paper_shares": [share.mnemonic for share in vectors.shares(SecretKind.PAPER)[:2]],
            "marking_shares": [share.mnemonic for share in vectors.shares(SecretKind.MARKING)]}  # fmt: skip
    for name, content in (
        ("verdicts.json", head | {"vectors": vectors.listed}),
        ("custody.json", head | {"cases": custody}),
    ):
        (target / name).write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(f"{len(vectors.listed)} packages, {len(custody)} sets of shares in {target}")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "tests/vectors")
