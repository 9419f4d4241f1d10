"""A room's identity: made once, read strictly, its secrets where only the room can read them."""

from __future__ import annotations

import shutil
import ssl
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509

from server import certificates
from server.identity import (
    CA_FILE,
    CA_KEY_FILE,
    KEY_FILE,
    LEAF_FILE,
    LEAF_KEY_FILE,
    ROOM_FILE,
    IdentityError,
    load_identity,
    write_identity,
)


def test_a_room_is_the_same_after_reading_its_folder_again_or_elsewhere(room_folder: Path, tmp_path: Path) -> None:
    first = load_identity(room_folder)
    moved = load_identity(shutil.copytree(room_folder, tmp_path / "moved"))
    assert (first.room_id, first.ca_sha256, first.server_key) == (moved.room_id, moved.ca_sha256, moved.server_key)
    assert moved.open_secret(first.seal_secret(b"identity", "paper p1"), "paper p1") == b"identity"


def test_secret_files_are_for_their_owner_alone(room_folder: Path) -> None:
    for name in (KEY_FILE, CA_KEY_FILE, LEAF_KEY_FILE):
        assert stat.S_IMODE((room_folder / name).stat().st_mode) == 0o600, name


def test_no_secret_shows_in_what_may_be_logged(room_folder: Path) -> None:
    identity = load_identity(room_folder)
    shown = repr(identity)
    assert identity.key.root.hex() not in shown
    assert repr(identity.key.root) not in shown


@pytest.mark.parametrize("name", [ROOM_FILE, KEY_FILE, CA_FILE, LEAF_FILE])
def test_a_missing_or_damaged_file_is_named(room_folder: Path, name: str) -> None:
    (room_folder / name).write_bytes(b"{}")
    with pytest.raises(IdentityError) as failure:
        load_identity(room_folder)
    assert failure.value.hint
    (room_folder / name).unlink()
    with pytest.raises(IdentityError, match=name):
        load_identity(room_folder)


@pytest.mark.parametrize("name", [ROOM_FILE, KEY_FILE, CA_FILE, LEAF_FILE])
def test_a_file_of_another_room_is_noticed(room_folder: Path, tmp_path: Path, name: str) -> None:
    other = tmp_path / "other"
    other.mkdir()
    write_identity(other, "Phòng khác")
    shutil.copyfile(other / name, room_folder / name)
    with pytest.raises(IdentityError):
        load_identity(room_folder)


def test_a_sealed_secret_opens_only_here_and_only_for_its_purpose(room_folder: Path, tmp_path: Path) -> None:
    other_folder = tmp_path / "other"
    other_folder.mkdir()
    room, other = load_identity(room_folder), write_identity(other_folder, "Phòng khác")
    sealed = room.seal_secret(b"age-identity", "paper p1")
    assert b"age-identity" not in sealed
    assert sealed != room.seal_secret(b"age-identity", "paper p1")
    for wrong_room, context, data in (
        (other, "paper p1", sealed),
        (room, "marking p1", sealed),
        (room, "paper p1", sealed[:-1]),
        (room, "paper p1", sealed[:-1] + bytes([sealed[-1] ^ 1])),
        (room, "paper p1", b"anything"),
    ):
        with pytest.raises(IdentityError):
            wrong_room.open_secret(data, context)


def test_the_rooms_keys_for_different_purposes_differ(room_folder: Path) -> None:
    identity = load_identity(room_folder)
    keys = {identity.access_code_key, identity.session_key, identity.key.derived("seal"), identity.key.root}
    assert len(keys) == 4


def test_certificates_are_valid_on_every_date_a_lab_clock_can_show(room_folder: Path) -> None:
    identity = load_identity(room_folder)
    for der in (identity.ca_der, identity.leaf_der):
        certificate = x509.load_der_x509_certificate(der)
        assert certificate.not_valid_before_utc <= datetime(1980, 1, 2, tzinfo=UTC)
        assert certificate.not_valid_after_utc >= datetime(2099, 1, 1, tzinfo=UTC)


def test_the_authority_can_vouch_for_this_room_alone(room_folder: Path) -> None:
    ca = x509.load_der_x509_certificate(load_identity(room_folder).ca_der)
    limits = ca.extensions.get_extension_for_class(x509.NameConstraints)
    assert limits.critical
    assert limits.value.permitted_subtrees is not None
    names = [name.value for name in limits.value.permitted_subtrees if isinstance(name, x509.DNSName)]
    assert names == [load_identity(room_folder).host_name]


def test_a_forged_leaf_with_the_same_names_is_not_this_rooms(room_folder: Path) -> None:
    identity = load_identity(room_folder)
    forged = certificates.make(identity.room_id, identity.room_name)
    forged_leaf, forged_ca = certificates.der(forged.leaf_pem), certificates.der(forged.ca_pem)
    assert certificates.problem(identity.leaf_der, identity.ca_der, identity.room_id) is None
    assert certificates.problem(forged_leaf, identity.ca_der, identity.room_id) is not None
    assert certificates.problem(identity.leaf_der, forged_ca, identity.room_id) is not None
    assert certificates.problem(identity.leaf_der, identity.ca_der, "rother") is not None


def test_the_certificates_pass_the_strictest_verification_python_has(room_folder: Path) -> None:
    identity = load_identity(room_folder)
    server, client = ssl.MemoryBIO(), ssl.MemoryBIO()
    context = ssl.create_default_context(cadata=identity.ca_pem)
    context.verify_flags |= ssl.VERIFY_X509_STRICT
    ours = identity.tls_context().wrap_bio(client, server, server_side=True)
    theirs = context.wrap_bio(server, client, server_hostname=identity.host_name)
    for _ in range(4):
        for side in (theirs, ours):
            try:
                side.do_handshake()
            except ssl.SSLWantReadError:
                continue
    assert theirs.getpeercert(binary_form=True) == identity.leaf_der


@pytest.mark.parametrize("name", ["", "   ", "x" * 81, "Phòng\n1", "\x1b[31m"])
def test_a_room_needs_an_ordinary_name(tmp_path: Path, name: str) -> None:
    with pytest.raises(IdentityError):
        write_identity(tmp_path, name)
    assert list(tmp_path.iterdir()) == []
