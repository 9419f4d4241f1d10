"""Making the second server: the kit opens with its words alone, and gives the same room another certificate."""

from __future__ import annotations

from pathlib import Path

import pytest

from server import certificates
from server.errors import ConfigError
from server.identity import load_identity, write_identity
from server.role import Role, read_standing
from server.standby_kit import make_kit, new_words, set_up


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, bytes, str]:
    """A room's folder, its kit, and the words."""
    room = tmp_path_factory.mktemp("kit") / "room"
    room.mkdir()
    write_identity(room, "Phòng thử")
    words = new_words()
    return room, make_kit(room, words), words


def test_the_second_server_is_the_same_room_with_a_certificate_of_its_own(
    made: tuple[Path, bytes, str], tmp_path: Path
) -> None:
    room, kit, words = made
    first, second = load_identity(room), set_up(tmp_path / "second", kit, f"  {words.upper()}\n", "10.20.0.1:8443")
    assert (second.room_id, second.ca_der, second.server_key) == (first.room_id, first.ca_der, first.server_key)
    assert second.open_secret(first.seal_secret(b"opened", "paper"), "paper") == b"opened"
    assert second.leaf_der != first.leaf_der
    assert certificates.problem(second.leaf_der, first.ca_der, first.room_id) is None
    standing = read_standing(tmp_path / "second")
    assert (standing.role, standing.peer) == (Role.STANDBY, "10.20.0.1:8443")
    assert (tmp_path / "second" / "room.key").stat().st_mode & 0o077 == 0


def test_the_kit_alone_opens_nothing_and_holds_no_key_in_the_clear(
    made: tuple[Path, bytes, str], tmp_path: Path
) -> None:
    room, kit, words = made
    wrong = " ".join(reversed(words.split()))
    with pytest.raises(ConfigError, match="does not open"):
        set_up(tmp_path / "second", kit, wrong, "10.20.0.1:8443")
    assert not (tmp_path / "second").exists()
    assert (room / "room.key").read_bytes()[40:80] not in kit
    assert len(words.split()) == 10


def test_a_folder_that_holds_something_is_left_alone(made: tuple[Path, bytes, str], tmp_path: Path) -> None:
    (tmp_path / "second").mkdir()
    (tmp_path / "second" / "file").touch()
    with pytest.raises(ConfigError, match="not empty"):
        set_up(tmp_path / "second", made[1], made[2], "10.20.0.1:8443")
    assert [path.name for path in (tmp_path / "second").iterdir()] == ["file"]
