"""Packages that are right until they are decrypted (make_vectors.py)."""

from __future__ import annotations

import json
import zlib

import pyrage

from question_bank.sealed_parts import PAD_BYTES, encrypt, padded
from scripts.vector_tools import NOT_BEFORE_MS, PACKAGE_ID, Doc, Vectors, crc_swapped, flip, padded_bytes, zipped

SECTIONS, MARKING = 3, 4  # places among the encrypted members, after two candidate parts and a picture


def bad_ciphertexts(v: Vectors) -> None:
    """Members changed after or before they were signed, and opening too early (§5, §7)."""
    for place, (name, content) in enumerate(v.contents[2:], 2):
        label = name.split("/")[0].removesuffix(".age")
        altered = [*v.contents[:place], (name, flip(content, len(content) // 2)), *v.contents[place + 1 :]]
        data = zipped(altered).replace(
            zlib.crc32(altered[place][1]).to_bytes(4, "little"), zlib.crc32(content).to_bytes(4, "little")
        )
        v.add(f"wrong_digest_{label}_{place}", data, "wrong_digest", "verify", f"one bit of {name}")
    v.add("wrong_crc", v.signed(v.changed(lambda doc: doc["members"][-1].update(crc32=doc["members"][-1]["crc32"] ^ 1)),
          None).replace(*crc_swapped(v)), "wrong_digest", "verify", "a manifest and headers with a wrong CRC-32")  # fmt: skip
    v.add("too_early", v.good, "too_early", "sections", "one millisecond too early", now_ms=NOT_BEFORE_MS - 1)
    candidate, sections, marking = (v.contents[2 + place][1] for place in (0, SECTIONS, MARKING))
    recipients = [member["recipient"] for member in v.doc["members"]]
    v.add(
        "damaged_cut",
        v.with_member(0, candidate[:-1]),
        "damaged_ciphertext",
        "candidate",
        "an age file cut before it was signed",
    )
    v.add(
        "damaged_marking",
        v.with_member(MARKING, flip(marking, len(marking) - 1)),
        "damaged_ciphertext",
        "marking",
        "damaged, then signed",
    )
    v.add(
        "damaged_sections",
        v.with_member(SECTIONS, sections + b"\0"),
        "damaged_ciphertext",
        "sections",
        "a byte after the age file",
    )
    v.add("damaged_other_recipient", v.with_member(0, encrypt(padded({}), recipients[1])), "damaged_ciphertext", "candidate",
          "encrypted to another recipient than the manifest says")  # fmt: skip
    armoured = pyrage.encrypt(padded({}), [pyrage.x25519.Recipient.from_str(recipients[0])], armored=True)
    v.add("damaged_armoured", v.with_member(0, armoured), "damaged_ciphertext", "candidate", "an armoured age file")


def inside(v: Vectors, label: str, place: int, plain: bytes, verdict: str, why: str) -> None:
    """A properly encrypted and signed package with this plaintext in one member."""
    at = ("candidate", "candidate", "", "sections", "marking")[place]
    content = encrypt(plain, v.doc["members"][place]["recipient"])
    v.add(f"{verdict}_{label}", v.with_member(place, content), verdict, at, why)


def bad_parts(v: Vectors) -> None:
    """Candidate parts with the wrong thing in them (§5)."""
    sample = v.bundle.package.candidate("sabcde", v.identities["sabcde"])
    doc: Doc = json.loads(sample.data)
    spelled = padded_bytes(json.dumps(doc).encode())
    inside(v, "part_unpadded", 0, sample.data + b" ", "not_canonical", "the plaintext is not padded")
    inside(v, "part_overpadded", 0, padded(doc) + b" " * PAD_BYTES, "not_canonical", "padded too far")
    inside(v, "part_spelling", 0, spelled, "not_canonical", "the plaintext is not canonical")
    inside(v, "other_package", 0, padded(doc | {"package_id": "pother2345abc"}), "bad_part", "of another package")
    inside(v, "other_section", 0, padded(doc | {"section_id": "sfghij"}), "bad_part", "of another section")
    inside(v, "other_duration", 0, padded(doc | {"duration_s": 901}), "bad_part", "not the manifest's duration")
    inside(v, "fewer_items", 0, padded(doc | {"items": doc["items"][:2]}), "bad_part", "fewer items than promised")
    inside(v, "not_marking", MARKING, padded(doc), "bad_part", "a candidate part where the marking should be")


def bad_secrets(v: Vectors) -> None:
    """Identities and marking with the wrong thing in them (§5)."""
    held: Doc = {"format": "exam-sections/1", "package_id": PACKAGE_ID, "identities": v.identities}
    lost = held | {"identities": {"sabcde": v.identities["sabcde"]}}
    crossed = held | {"identities": dict(zip(v.identities, reversed(v.identities.values()), strict=True))}
    words = held | {"identities": dict.fromkeys(v.identities, "hello")}
    inside(v, "lost_identity", SECTIONS, padded(lost), "bad_part", "one identity missing")
    inside(v, "crossed_identities", SECTIONS, padded(crossed), "bad_part", "identities exchanged")
    inside(v, "no_identity", SECTIONS, padded(words), "bad_part", "not identities")
    origin: Doc = {"seed": "", "blueprint_sha256": "", "bank_sha256": ""}
    keys: Doc = {"format": "exam-marking/1", "package_id": PACKAGE_ID, "sections": [], "canaries": [], "form": origin}
    inside(v, "no_marking", MARKING, padded(keys), "bad_part", "the marking of no section")


def wrong_identities(v: Vectors) -> None:
    """The good file, opened with another part's identity (§7); readers that take shares never get that far."""
    first, second = v.identities.values()
    for label, at, given, why in (
        ("paper", "sections", {"paper": v.marking}, "the marking's identity given for the paper"),
        ("section", "candidate", {"sections": {"sabcde": second, "sfghij": first}}, "another section's identity"),
        ("marking", "marking", {"marking": v.paper}, "the paper's identity given for the marking"),
    ):
        v.add(f"wrong_identity_{label}", v.good, "wrong_identity", at, why, identities=given)
