"""The file of a protected vault: a ZIP of three stored members that stock tools take apart (docs/vault.md §1)."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from pathlib import Path

from question_bank.vault.errors import VaultError, VaultFault
from question_bank.vault.keys import BODY_NAME, KEY_NAME, MAX_WRAPPED

FORMAT = "examroom-vault/1"
MAX_BYTES = 1 << 30  # the database is held in memory, twice while it is saved
_FAMILY = b"examroom-vault/"
_DATE = (1980, 1, 1, 0, 0, 0)  # the file tells nothing about when
_README = "README.txt"
_MAX_README = 16 * 1024

_ABOUT = f"""{FORMAT}

Đây là một ngân hàng câu hỏi đã được mã hóa. Mở bằng chương trình examroom; hoặc, khi không có chương trình, bằng age
(https://age-encryption.org) và mật khẩu của ngân hàng:

    unzip TỆP-NÀY key.age bank.age
    age -d -i key.age -o bank.sqlite bank.age

bank.sqlite là cơ sở dữ liệu SQLite, KHÔNG được mã hóa: xóa đi sau khi dùng.

This is an encrypted item bank. Open it with examroom; or, without that program, with age and the bank's passphrase:

    unzip THIS-FILE key.age bank.age
    age -d -i key.age -o bank.sqlite bank.age

bank.sqlite is an SQLite database and NOT encrypted: delete it after use.
"""


@dataclass(frozen=True, slots=True)
class Packed:
    """What is in the file: the identity under the passphrase, and the database under the identity."""

    wrapped: bytes
    body: bytes


def is_packed(data: bytes) -> bool:
    """Whether a file begins like a protected vault."""
    return data[:4] == b"PK\x03\x04" and data[30 : 30 + len(_README)] == _README.encode()


def pack(packed: Packed) -> bytes:
    """The bytes of the file."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as archive:
        for name, data in ((_README, _ABOUT.encode()), (KEY_NAME, packed.wrapped), (BODY_NAME, packed.body)):
            archive.writestr(zipfile.ZipInfo(name, _DATE), data)
    return made.getvalue()


def unpack(data: bytes, file: Path) -> Packed:
    """The parts of a file that `is_packed`. Raises VaultError newer, damaged, too_large."""
    bounds = {_README: _MAX_README, KEY_NAME: MAX_WRAPPED, BODY_NAME: MAX_BYTES}
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            about = _member(archive, members[0], _MAX_README, file) if members else b""
            if about.startswith(_FAMILY) and about.partition(b"\n")[0] != FORMAT.encode():
                raise VaultError(VaultFault.NEWER, file)
            if [member.filename for member in members] != list(bounds):
                raise VaultError(VaultFault.DAMAGED, file, "members")
            found = [_member(archive, member, bounds[member.filename], file) for member in members]
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, ValueError, OSError) as error:
        raise VaultError(VaultFault.DAMAGED, file, "ZIP") from error
    return Packed(found[1], found[2])


def _member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, most: int, file: Path) -> bytes:
    if member.compress_type != zipfile.ZIP_STORED or member.flag_bits & 1:
        raise VaultError(VaultFault.DAMAGED, file, member.filename)
    if member.file_size != member.compress_size:  # what is stored as it is has one size: this one was not written by us
        raise VaultError(VaultFault.DAMAGED, file, member.filename)
    if member.file_size > most:
        raise VaultError(VaultFault.TOO_LARGE, file, member.filename)
    return archive.read(member)
