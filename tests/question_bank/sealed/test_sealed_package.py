"""A sealed package as a room, a kiosk and an official meet it."""

from __future__ import annotations

import io
import json
import os
import pickle
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from question_bank import canonical, sealed_zip
from question_bank.custody import SecretKind
from question_bank.form import Form
from question_bank.items._choice import right_options
from question_bank.sealed import Package, SealError, SealFault
from question_bank.sealed_keys import SIGNATURE_TAG, SigningKey, fresh_identity, public_pem
from question_bank.sealed_manifest import Role
from question_bank.sealed_write import check_candidate_documents, seal
from question_bank.sealed_zip import MAX_PACKAGE_BYTES

Sealed = Any  # the conftest's class: conftest modules cannot be imported
PAPER, MARKING = SecretKind.PAPER, SecretKind.MARKING


def refused(action: Callable[[], object]) -> SealFault:
    with pytest.raises(SealError) as caught:
        action()
    assert caught.value.hint
    return caught.value.code


def test_what_was_sealed_comes_out_again(sealed: Sealed) -> None:
    package = Package.open_file(sealed.package.path, sealed.key.public, "0.1.0")
    package.verify()
    identities = package.sections(sealed.identity(PAPER), sealed.now_ms)
    assert list(identities) == [section.section_id for section in sealed.form.sections]
    for section in sealed.form.sections:
        part = package.candidate(section.section_id, identities[section.section_id])
        assert part.document == section.candidate
        assert part.data == canonical.encode(section.candidate)
    marking = package.marking(sealed.identity(MARKING), sealed.now_ms)
    assert marking.sections == tuple(section.marking for section in sealed.form.sections)
    assert marking.canaries == sealed.form.canaries
    assert marking.origin.seed == sealed.form.seed


def test_a_kiosk_needs_one_section_identity_and_can_open_nothing_else(sealed: Sealed) -> None:
    first, second = sealed.form.sections
    identity = sealed.package.sections(sealed.identity(PAPER), sealed.now_ms)[first.section_id]
    kiosk = Package.open_file(sealed.package.path, sealed.key.public, "0.1.0")
    assert kiosk.candidate(first.section_id, identity).document == first.candidate
    assert refused(lambda: kiosk.candidate(second.section_id, identity)) is SealFault.WRONG_IDENTITY
    assert refused(lambda: kiosk.sections(identity, sealed.now_ms)) is SealFault.WRONG_IDENTITY
    assert refused(lambda: kiosk.marking(identity, sealed.now_ms)) is SealFault.WRONG_IDENTITY
    assert refused(lambda: kiosk.marking(sealed.identity(PAPER), sealed.now_ms)) is SealFault.WRONG_IDENTITY


@pytest.mark.parametrize(
    "identity",
    ["", "hello", "AGE-SECRET-KEY-1", fresh_identity(), fresh_identity().lower()],
    ids=["empty", "a word", "a beginning", "another", "in small letters"],
)
def test_a_wrong_identity_is_named_as_such(sealed: Sealed, identity: str) -> None:
    assert refused(lambda: sealed.package.sections(identity, sealed.now_ms)) is SealFault.WRONG_IDENTITY
    assert refused(lambda: sealed.package.media("media/x.age", identity, io.BytesIO())) is SealFault.MISSING_MEMBER


def test_the_secrets_are_refused_one_millisecond_early_and_taken_on_time(sealed: Sealed) -> None:
    paper, marking = sealed.identity(PAPER), sealed.identity(MARKING)
    early = sealed.now_ms - 1
    assert refused(lambda: sealed.package.sections(paper, early)) is SealFault.TOO_EARLY
    assert refused(lambda: sealed.package.marking(marking, early)) is SealFault.TOO_EARLY
    assert sealed.package.sections(paper, early, override=True) == sealed.package.sections(paper, sealed.now_ms)
    assert sealed.package.marking(marking, early, override=True).sections


@pytest.mark.parametrize(
    ("room", "required", "usable"),
    [("0.1.0", "0.1.0", True), ("0.1.1", "0.1.0", True), ("0.10.0", "0.9.9", True), ("1.0.0rc1", "1.0.0", True),
     ("0.1.0", "0.1.1", False), ("0.9.9", "0.10.0", False), ("0.9", "0.1.0", False), ("", "0.1.0", False)],
)  # fmt: skip
def test_an_old_room_refuses_and_a_new_one_accepts(
    make_sealed: Callable[..., Sealed], tmp_path: Path, room: str, required: str, usable: bool
) -> None:
    made = make_sealed(tmp_path, requires_version=required)
    if usable:
        assert Package.open_file(made.package.path, made.key.public, room).manifest.requires_version == required
    else:
        fault = refused(lambda: Package.open_file(made.package.path, made.key.public, room))
        assert fault is SealFault.TOO_OLD_ROOM


def test_another_committees_package_is_refused_and_can_only_be_looked_at(sealed: Sealed) -> None:
    stranger = SigningKey.generate().public
    assert refused(lambda: Package.open_file(sealed.package.path, stranger, "0.1.0")) is SealFault.WRONG_SIGNER
    assert not Package.open_file(sealed.package.path, None, None).signer_pinned


def test_a_staged_file_that_changed_since_is_not_used(make_sealed: Callable[..., Sealed], tmp_path: Path) -> None:
    made = make_sealed(tmp_path)
    package: Package = made.package
    identities = package.sections(made.identity(PAPER), made.now_ms)
    first = package.members[0]
    data = bytearray(package.path.read_bytes())
    data[data.index(b"age-encryption.org") + 400] ^= 1
    package.path.write_bytes(data)
    assert refused(package.verify) is SealFault.WRONG_DIGEST
    section_id = first.section_id
    assert section_id is not None
    assert refused(lambda: package.candidate(section_id, identities[section_id])) is SealFault.WRONG_DIGEST
    package.path.write_bytes(bytes(data[:4000]))
    assert refused(lambda: package.marking(made.identity(MARKING), made.now_ms)) is SealFault.WRONG_DIGEST
    package.path.unlink()
    assert refused(package.verify) is SealFault.UNREADABLE


def test_a_folder_a_missing_file_and_a_pipe_are_unreadable(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path, tmp_path / "none.exam", tmp_path / "pipe"):
        assert refused(lambda path=path: Package.open_file(path, None, None)) is SealFault.UNREADABLE  # type: ignore[misc]


def test_a_file_over_the_bound_is_refused_without_being_read(sealed: Sealed, tmp_path: Path) -> None:
    path = tmp_path / "huge.exam"
    path.write_bytes(sealed.package.path.read_bytes())
    os.truncate(path, MAX_PACKAGE_BYTES + 1)  # sparse
    assert refused(lambda: Package.open_file(path, None, None)) is SealFault.TOO_LARGE


def test_changing_every_key_leaves_the_candidate_plaintext_as_it_was(
    make_form: Callable[..., Form], make_sealed: Callable[..., Sealed], tmp_path: Path
) -> None:
    plaintexts, keys = [], []
    for shift in range(3):
        folder = tmp_path / str(shift)
        folder.mkdir()
        form = make_form(key_of=lambda n, shift=shift: "ABCD"[(n + shift) % 4])
        made = make_sealed(folder, form=form)
        identities = made.package.sections(made.identity(PAPER), made.now_ms)
        plaintexts.append([made.package.candidate(section, key).data for section, key in identities.items()])
        keys.append([item.key for section in form.sections for item in section.marking.items])
    assert plaintexts[0] == plaintexts[1] == plaintexts[2]
    assert all(len({canonical.encode(key) for key in item}) > 1 for item in zip(*keys, strict=True)), (
        "every key was another one"
    )


def test_sizes_do_not_tell_how_many_options_are_right(
    make_form: Callable[..., Form], make_sealed: Callable[..., Sealed], tmp_path: Path
) -> None:
    """Age writes up to 300 bytes of its own noise into a header; all else is rounded up to 8,192."""
    sizes = set()
    for name, key in (("few", "A"), ("many", "ABC")):
        (tmp_path / name).mkdir()
        made = make_sealed(tmp_path / name, form=make_form(key_of=lambda n, key=key: key if n % 3 == 0 else "A"))
        sizes.add(made.package.manifest.only(Role.MARKING).size // 8192)
    assert len(sizes) == 1


def test_nothing_public_holds_a_key_an_item_or_a_secret(sealed: Sealed) -> None:
    """The whole file, the manifest and every repr: no stem, no option, no bank id, no seed, no word of a share."""
    data = sealed.package.path.read_bytes()
    form: Form = sealed.form
    hidden = [form.seed, form.bank_sha256, sealed.identity(PAPER), sealed.identity(MARKING)]
    for section in form.sections:
        hidden += [item.bank_item for item in section.marking.items] + [item.item_id for item in section.marking.items]
        hidden += [option for item in section.marking.items for option in right_options(item)]
    assert not [text for text in hidden if text.encode() in data]
    shown = repr(sealed.package) + repr(sealed.bundle) + repr(sealed.key)
    assert not [text for text in hidden if text in shown]
    for given in sealed.bundle.shares:
        assert " ".join(given.share.words) not in shown
        assert f"'{given.share.words[7]}', '{given.share.words[8]}'" not in shown


def test_the_candidate_part_holds_no_trace_of_the_key(sealed: Sealed) -> None:
    """What a kiosk can decrypt: only known fields, no bank id, no digest, no rule, no explanation."""
    identities = sealed.package.sections(sealed.identity(PAPER), sealed.now_ms)
    for section in sealed.form.sections:
        data = sealed.package.candidate(section.section_id, identities[section.section_id]).data.decode()
        for item in section.marking.items:
            assert item.item_sha256 not in data
            assert data.count(item.bank_item) == data.count(f" {item.bank_item} h") + data.count(
                f' {item.bank_item}"'
            ), "the fixture's own stems and options name the item; nothing else may"
        for word in (
            "key",
            "rule",
            "explanation",
            "level",
            "nhan_biet",
            "source",
            "correct",
            "seed",
            "sha256",
            "Vì X-",
        ):
            assert word not in data


@pytest.mark.parametrize(
    "place",
    [lambda doc: doc, lambda doc: doc["items"][0], lambda doc: doc["items"][-1]["options"][0]],
    ids=["top", "item", "option"],
)
def test_a_candidate_document_with_an_unknown_field_is_not_sealed(
    make_form: Callable[..., Form], make_sealed: Callable[..., Sealed], tmp_path: Path, place: Callable[[Any], Any]
) -> None:
    form = make_form()
    document = json.loads(canonical.encode(form.sections[0].candidate))
    place(document)["right"] = True
    leaky = replace(form, sections=(replace(form.sections[0], candidate=document), *form.sections[1:]))
    assert refused(lambda: make_sealed(tmp_path, form=leaky)) is SealFault.BAD_FORM
    assert not list(tmp_path.iterdir())


def test_a_form_that_contradicts_itself_is_not_sealed(make_form: Callable[..., Form]) -> None:
    form = make_form()
    other = make_form(seed=bytes([1]) * 32)
    for wrong in (
        replace(form, package_id=other.package_id),
        replace(form, sections=(replace(form.sections[0], duration_s=1), *form.sections[1:])),
        replace(form, sections=(replace(form.sections[0], marking=other.sections[0].marking), *form.sections[1:])),
    ):
        assert refused(lambda wrong=wrong: check_candidate_documents(wrong)) is SealFault.BAD_FORM  # type: ignore[misc]


@pytest.mark.parametrize("version", ["1", "01.0.0", "1.0.0-beta", "newest", ""])
def test_a_manifest_that_would_break_a_rule_is_not_written(
    make_sealed: Callable[..., Sealed], tmp_path: Path, version: str
) -> None:
    assert refused(lambda: make_sealed(tmp_path, requires_version=version)) is SealFault.BAD_MANIFEST
    assert not list(tmp_path.iterdir())


def test_sealing_never_replaces_a_file_and_never_seals_alike_twice(
    make_sealed: Callable[..., Sealed], make_form: Callable[..., Form], tmp_path: Path
) -> None:
    made = make_sealed(tmp_path)
    before = made.package.path.read_bytes()
    with pytest.raises(FileExistsError):
        make_sealed(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [made.package.path.name]
    assert made.package.path.read_bytes() == before
    (tmp_path / "again").mkdir()
    again = make_sealed(tmp_path / "again")
    mine = {member.recipient for member in made.package.members}
    assert not mine & {member.recipient for member in again.package.members}, "every package has fresh identities"


def test_a_stick_that_fills_up_while_sealing_leaves_no_half_package(
    make_sealed: Callable[..., Sealed], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        make_sealed(tmp_path)
    assert not list(tmp_path.iterdir())


def test_the_stock_age_command_decrypts_a_member(sealed: Sealed, tmp_path: Path) -> None:
    """In the worst case an official needs no program of ours: unzip, age and the identity."""
    with zipfile.ZipFile(sealed.package.path) as file:
        assert file.testzip() is None
        file.extractall(tmp_path)
    (tmp_path / "paper.txt").write_text(sealed.identity(PAPER) + "\n")
    sections = subprocess.run(
        ["age", "-d", "-i", tmp_path / "paper.txt", tmp_path / "sections.age"], capture_output=True, check=True
    )
    identities = json.loads(sections.stdout)["identities"]
    for section in sealed.form.sections:
        (tmp_path / "section.txt").write_text(identities[section.section_id])
        member = sealed.package.manifest.candidate_member(section.section_id)
        command = ["age", "-d", "-i", tmp_path / "section.txt", tmp_path / member.name]
        assert json.loads(subprocess.run(command, capture_output=True, check=True).stdout) == section.candidate


def test_the_signature_verifies_with_any_ed25519_tool(sealed: Sealed) -> None:
    with zipfile.ZipFile(sealed.package.path) as file:
        manifest, signature = file.read("manifest.json"), file.read("manifest.sig")
    key = load_pem_public_key(public_pem(sealed.key.public))
    assert isinstance(key, Ed25519PublicKey)
    key.verify(signature, b"examroom sealed package v1\0" + manifest)
    assert SIGNATURE_TAG == b"examroom sealed package v1\0"


def test_a_package_value_survives_being_passed_to_another_process(sealed: Sealed) -> None:
    assert pickle.loads(pickle.dumps(sealed.package)) == sealed.package


def test_reading_a_package_needs_neither_custody_nor_sheets_nor_forms() -> None:
    """What a kiosk imports brings no share, no printer and no assembler with it."""
    program = "import sys, question_bank.sealed; print(*sorted(m for m in sys.modules if 'question_bank' in m or m in ('shamir_mnemonic', 'typst', 'segno', 'ruamel')))"
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()
    assert not {"shamir_mnemonic", "typst", "segno", "ruamel"} & set(found)
    assert not {
        name
        for name in found
        if name.rpartition(".")[2] in ("custody", "form", "scoring", "bank", "sheets", "sealed_write")
    }


def test_a_medium_is_streamed_out_and_refused_when_a_byte_of_it_changed(repository: Path, tmp_path: Path) -> None:
    verdicts = json.loads((repository / "tests/vectors/verdicts.json").read_text())
    path = tmp_path / "media.exam"
    data = (repository / "tests/vectors/sealed/good_media.exam").read_bytes()
    path.write_bytes(data)
    package = Package.open_file(path, bytes.fromhex(verdicts["signer"]), "0.1.0")
    medium = next(member for member in package.members if member.role is Role.MEDIA)
    assert medium.section_id is not None
    identity = verdicts["identities"]["sections"][medium.section_id]
    out = io.BytesIO()
    package.media(medium.name, identity, out)
    listed = next(vector for vector in verdicts["vectors"] if vector["file"] == "good_media.exam")
    assert canonical.digest(out.getvalue()).hex() == listed["media_sha256"]
    assert refused(lambda: package.media(medium.name, fresh_identity(), io.BytesIO())) is SealFault.WRONG_IDENTITY
    start = data.index(medium.name.encode() + b"age-encryption.org") + len(medium.name)
    for place in (0, 150, medium.size // 2, medium.size - 1):
        path.write_bytes(data[: start + place] + bytes([data[start + place] ^ 1]) + data[start + place + 1 :])
        fault = refused(lambda: package.media(medium.name, identity, io.BytesIO()))
        assert fault is SealFault.WRONG_DIGEST
    path.write_bytes(data[: start + medium.size // 2])
    assert refused(lambda: package.media(medium.name, identity, io.BytesIO())) is SealFault.WRONG_DIGEST


def test_a_disk_that_fills_up_under_a_medium_is_not_called_damage(repository: Path) -> None:
    class Full(io.BytesIO):
        def write(self, data: Any) -> int:
            raise OSError(28, "No space left on device")

    verdicts = json.loads((repository / "tests/vectors/verdicts.json").read_text())
    package = Package.open_file(repository / "tests/vectors/sealed/good_media.exam", None, None)
    medium = next(member for member in package.members if member.role is Role.MEDIA)
    with pytest.raises(OSError, match="No space"):
        package.media(medium.name, verdicts["identities"]["sections"][medium.section_id], Full())


def test_a_file_that_was_replaced_since_the_form_was_drawn_is_not_sealed(
    make_form: Callable[..., Form], plan: Any, tmp_path: Path
) -> None:
    drawn, other = b"the picture as it was approved", b"another picture, just as long.."[:30]
    assert len(drawn) == len(other)
    form = make_form(sections=1)
    named: Any = {canonical.digest(drawn).hex(): {"type": "image/png", "bytes": len(drawn)}}
    [section] = form.sections
    form = replace(form, sections=(replace(section, candidate={**section.candidate, "media": named}),))

    def sealing(data: bytes) -> object:
        return seal(form, SigningKey.generate(), plan, tmp_path, created_at_ms=1, not_before_ms=None,
                    requires_version="0.1.0", media=lambda _: data)  # fmt: skip

    for data in (other, drawn + b"\0", b""):
        assert refused(partial(sealing, data)) is SealFault.BAD_FORM
        assert list(tmp_path.iterdir()) == []
    sealing(drawn)
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize("role", [Role.CANDIDATE, Role.SECTIONS, Role.MARKING])
def test_a_package_that_came_out_wrong_on_the_disk_is_found_out_before_it_has_its_name(
    make_sealed: Callable[..., Sealed], sealed: Sealed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, role: Role
) -> None:
    """As a room will, the finished file is opened from its shares on: a disk that lost a byte is noticed while all is there."""

    def wrong(out: Any, packed: list[tuple[str, bytes]]) -> None:
        name = next(name for name, _ in packed if name.startswith(role.value))
        sealed_zip.write(
            out, [(one, data[:-1] + bytes([data[-1] ^ 1]) if one == name else data) for one, data in packed]
        )

    monkeypatch.setattr("question_bank.sealed_write.write", wrong)
    with pytest.raises(SealError):
        make_sealed(tmp_path, form=sealed.form)
    assert list(tmp_path.iterdir()) == []
