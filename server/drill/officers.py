"""The officers of a rehearsal, who work at the server's own computer: their accounts, and the ceremony through their pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from question_bank.custody import SecretKind
from server.domain.rights import Role
from server.drill.prepared_room import SealedContest
from server.drill.room_process import OfficerAtServer
from server.live.room import Room
from server.store.officers import Officer
from server.web import passwords

PROCTOR: Final = "giamthi"
OFFICERS: Final[Mapping[str, Role]] = {
    PROCTOR: Role.PROCTOR, "bande": Role.SETTING, "tochuc": Role.ORGANISING, "giamkhao": Role.JURY, "thuky": Role.SECRETARIAT,
}  # fmt: skip


def add_officers(room: Room, password: str) -> None:
    """Register all of them with one password."""
    hashed = passwords.hash_password(password)
    room.store.officers.add(
        [Officer(f"o-{name}", name, name, role, "Ban", hashed, False, 0, "cli") for name, role in OFFICERS.items()]
    )


def hold_ceremony(local_port: int, contest: SealedContest, password: str, *, marking: bool = False) -> None:
    """Open the primary paper, and the marking part when asked, as officers do; the server runs. Raises PermissionError."""
    page, paper = "/console/ceremony", SecretKind.PAPER
    setting = OfficerAtServer(local_port, "bande", password)
    setting.sign_in()
    done = [setting.press(page, f"{page}/choose"), setting.press(page, f"{page}/clock", what="confirm")]
    done += [setting.press(page, f"{page}/paper/share", share=one) for one in contest.shares("primary", paper)[:2]]
    done.append(setting.press(page, f"{page}/paper/open", second_user_name="tochuc", second_password=password))
    if marking:
        jury = OfficerAtServer(local_port, "giamkhao", password)
        jury.sign_in()
        shares = contest.shares("primary", SecretKind.MARKING)[:2]
        done += [jury.press(page, f"{page}/marking/share", share=one) for one in shares]
        done.append(jury.press(page, f"{page}/marking/open", second_user_name="bande", second_password=password))
    if any(answer.status != 303 for answer in done):
        raise PermissionError(f"the ceremony was refused: {[answer.status for answer in done]}")


def results(local_port: int, password: str) -> str:
    """The results of the closed sitting as a program gets them. Raises PermissionError."""
    secretariat = OfficerAtServer(local_port, "thuky", password)
    secretariat.sign_in()
    answer = secretariat.request("GET", "/results.json")
    if answer.status != 200:
        raise PermissionError(f"the results cannot be had: {answer.status}")
    return answer.body
