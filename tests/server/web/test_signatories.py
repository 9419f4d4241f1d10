"""No single person, by whatever accounts they make or take over, signs an act of two officers alone."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from hypothesis.strategies import data, sampled_from
from pypdf import PdfReader

from server.domain.rights import Right, Role, may
from server.live.room import Room
from server.store.database import open_database
from server.store.officers import MIGRATIONS, Officer, OfficerStore
from server.web import signatories

Browsers = Callable[..., Any]
OWN = "mat khau tu chon lau"


@pytest.fixture
def take_over() -> Callable[..., Any]:
    """`take_over(maker, user_name)`: sign in with the password that `maker` has printed, and choose one of one's own."""

    def take(maker: Any, user_name: str) -> Any:
        (slips,) = re.findall(r'href="(/officers/slips/[^"]+)"', maker.get("/officers").get_data(as_text=True))[:1]
        pages = PdfReader(io.BytesIO(maker.get(slips).data)).pages
        (first,) = re.findall(r"[2-9a-z]{4}-[2-9a-z]{4}-[2-9a-z]{4}", "\n".join(page.extract_text() for page in pages))
        found = type(maker)(maker.app)
        assert found.sign_in(user_name, first).headers["Location"] == "/password"
        assert found.post("/password", {"old": first, "new": OWN, "again": OWN}).headers["Location"] == "/"
        return found

    return take


def add(maker: Any, full_name: str, user_name: str, role: str) -> None:
    assert maker.post("/officers", {"full_name": full_name, "role": role, "user_name": user_name}).status_code == 303


def confirm(browser: Any) -> int:
    """Press the button on the list as it is shown; 0 when there is none."""
    found = re.search(r'name="list" value="([0-9a-f]{64})"', browser.get("/officers").get_data(as_text=True))
    return int(browser.post("/officers/confirm", {"list": found[1]}).status_code) if found else 0


def change(room: Room, browser: Any, second: str, password: str = OWN) -> Any:
    """Correct a candidate's name, with a second officer."""
    assert room.sitting is not None
    one = room.store.candidates.of_sitting(room.sitting.sitting_id)[0]
    entry, path = one.entry, f"/roster/{one.candidate_id}/change"
    form = {
        "change": "corrected", "sbd": entry.sbd, "full_name": "Lê Thị Sửa", "birth_date": f"{entry.birth_date:%d/%m/%Y}",
        "unit": entry.unit, "division": entry.division, "position": "", "room": "", "seat": "",
        "reason": "Sai tên trên giấy giới thiệu", "second_user_name": second, "second_password": password,
    }  # fmt: skip
    browser.get(path)
    return browser.post(path, form)


# --- the pages ------------------------------------------------------------------------------------------------------


def test_one_technician_with_two_officers_of_their_own_making_signs_nothing(
    room: Room, someone: Browsers, take_over: Callable[..., Any]
) -> None:
    technician = someone("technical")
    add(technician, "Lê Văn Giả Một", "gia1", "proctor")
    first = take_over(technician, "gia1")
    add(technician, "Lê Văn Giả Hai", "gia2", "proctor")
    take_over(technician, "gia2")
    answer = change(room, first, "gia2")
    assert answer.status_code == 422
    assert "Tài khoản của bạn chưa được xác nhận" in answer.get_data(as_text=True)
    assert confirm(first) == confirm(technician) == 0  # neither may say who they are
    assert confirm(someone("organising")) == 303
    assert change(room, first, "gia2").status_code == 303


def test_the_second_of_two_must_be_confirmed_too(room: Room, someone: Browsers, take_over: Callable[..., Any]) -> None:
    technician = someone("technical")
    add(technician, "Lê Văn Giả", "gia", "proctor")
    take_over(technician, "gia")
    answer = change(room, someone("proctor"), "gia")
    assert answer.status_code == 422
    assert "Tài khoản của cán bộ thứ hai chưa được xác nhận" in answer.get_data(as_text=True)


def test_whose_password_was_given_out_anew_waits_to_be_confirmed_again(
    room: Room, someone: Browsers, take_over: Callable[..., Any]
) -> None:
    technician = someone("technical")
    technician.post("/officers/u-proctor2/password")
    taken = take_over(technician, "proctor2")
    assert change(room, someone("proctor"), "proctor2").status_code == 422
    assert confirm(taken) == 0
    assert confirm(someone("proctor")) == 303
    assert change(room, someone("proctor"), "proctor2").status_code == 303


def test_who_has_not_signed_in_is_not_confirmed_along_with_the_rest(
    room: Room, someone: Browsers, take_over: Callable[..., Any]
) -> None:
    """The slip is still in the hands of whoever printed it."""
    technician = someone("technical")
    add(technician, "Lê Văn Đây", "day", "proctor")
    take_over(technician, "day")
    add(technician, "Lê Văn Chưa", "chua", "proctor")
    organising = someone("organising")
    page = organising.get("/officers").get_data(as_text=True)
    assert "1 tài khoản chờ bạn xác nhận" in page
    assert confirm(organising) == 303
    confirmed = {one.user_name for one in room.store.officers.everyone() if one.confirmed}
    assert "day" in confirmed
    assert "chua" not in confirmed


def test_an_account_that_slips_in_after_the_look_is_not_confirmed_unseen(
    room: Room, someone: Browsers, take_over: Callable[..., Any]
) -> None:
    technician, organising = someone("technical"), someone("organising")
    add(technician, "Lê Văn Một", "mot", "proctor")
    take_over(technician, "mot")
    (seen,) = re.findall(r'name="list" value="([0-9a-f]{64})"', organising.get("/officers").get_data(as_text=True))
    add(technician, "Lê Văn Hai", "hai", "proctor")
    take_over(technician, "hai")
    assert organising.post("/officers/confirm", {"list": seen}).status_code == 409
    assert not any(one.confirmed for one in room.store.officers.everyone() if one.user_name in ("mot", "hai"))
    technician.post("/officers/u-proctor/password")  # and a taken-over account is another list as well
    take_over(technician, "proctor")
    (seen,) = re.findall(r'name="list" value="([0-9a-f]{64})"', organising.get("/officers").get_data(as_text=True))
    technician.post("/officers/u-proctor/password")
    take_over(technician, "proctor")
    assert organising.post("/officers/confirm", {"list": seen}).status_code == 409


def test_a_proctor_is_led_to_the_list_while_somebody_waits_there(
    someone: Browsers, take_over: Callable[..., Any]
) -> None:
    technician, proctor = someone("technical"), someone("proctor")
    tab = '<a href="/officers"'
    assert tab not in proctor.get("/check-in").get_data(as_text=True)
    add(technician, "Lê Văn Một", "mot", "proctor")
    assert tab not in proctor.get("/check-in").get_data(as_text=True)
    take_over(technician, "mot")
    assert tab in proctor.get("/check-in").get_data(as_text=True)
    assert "formaction" not in proctor.get("/officers").get_data(as_text=True)  # confirming is all they do there
    confirm(proctor)
    assert tab not in proctor.get("/check-in").get_data(as_text=True)


def test_who_confirmed_whom_is_recorded_and_shown(room: Room, someone: Browsers, take_over: Callable[..., Any]) -> None:
    technician, organising = someone("technical"), someone("organising")
    add(technician, "Lê Văn Một", "mot", "proctor")
    take_over(technician, "mot")
    confirm(organising)
    known = room.store.officers.by_user_name("mot")
    assert known is not None
    assert known.confirmed_by == "u-organising"
    act = next(one for one in room.store.officers.acts() if one.act == "officers_confirmed")
    assert (act.officer_id, act.detail) == ("u-organising", known.officer_id)
    row = technician.get("/officers").get_data(as_text=True).partition("Lê Văn Một")[2][:800]
    assert "Cán bộ organising" in row
    assert "Đã xác nhận tài khoản cán bộ" in technician.get("/acts").get_data(as_text=True)


def test_two_accounts_in_one_name_are_one_person(room: Room, someone: Browsers, password: str) -> None:
    proctor = room.store.officers.by_user_name("proctor")
    assert proctor is not None
    room.store.officers.add([replace(proctor, officer_id="u-again", user_name="again", full_name="nguyễn  thị Coi")])
    answer = change(room, someone("proctor"), "again", password)
    assert answer.status_code == 422
    assert "phải là người khác" in answer.get_data(as_text=True)
    assert "tên này có nhiều tài khoản" in someone("technical").get("/officers").get_data(as_text=True)


def test_a_room_fresh_from_setting_up_comes_to_two_signatures_in_one_click(
    bare_room: Room, browser_of: Browsers, take_over: Callable[..., Any], password: str
) -> None:
    """The first who confirms is of the Organising Committee; their own account is on the list, once in a room's life."""
    technician = browser_of(bare_room)
    technician.sign_in("technical", password)
    people = {}
    for user_name, role in (("tochuc", "organising"), ("coithi1", "proctor"), ("coithi2", "proctor")):
        add(technician, f"Lê Văn {user_name}", user_name, role)
        people[user_name] = take_over(technician, user_name)
    assert confirm(technician) == confirm(people["coithi1"]) == 0
    assert confirm(people["tochuc"]) == 303
    assert all(one.confirmed for one in bare_room.store.officers.everyone())

    # From now on nobody is first any more, whatever becomes of those who were confirmed.
    known = bare_room.store.officers.by_user_name("tochuc")
    assert known is not None
    technician.post(f"/officers/{known.officer_id}/password")
    assert confirm(take_over(technician, "tochuc")) == 0
    assert confirm(people["coithi1"]) == 303


def test_in_a_room_of_an_earlier_version_who_was_set_up_on_the_server_is_confirmed_and_the_rest_wait(
    tmp_path: Path,
) -> None:
    path = tmp_path / "room.sqlite"
    before = open_database(path, [("officers", MIGRATIONS[:1])])
    for name, must_change, by in (("first", 0, "cli"), ("list", 1, "cli"), ("page", 0, "first")):
        before.execute(
            "INSERT INTO officer VALUES (?,?,?,'proctor','','-',?,7,?,NULL)", (name, name, name, must_change, by)
        )
    before.conn.commit()
    before.close()
    after = open_database(path, [("officers", MIGRATIONS)])
    found = {one.officer_id: (one.confirmed_by, one.handed_by) for one in OfficerStore(after).everyone()}
    after.close()
    assert found == {"first": ("cli", "cli"), "list": (None, "cli"), "page": (None, "first")}


# --- the rule -------------------------------------------------------------------------------------------------------


def account(officer_id: str, role: Role, handed_by: str = "cli", confirmed_by: str | None = None) -> Officer:
    at_ms = None if confirmed_by is None else 1
    return Officer(
        officer_id, officer_id, officer_id, role, "", "-", False, 1, "cli", None, handed_by, at_ms, confirmed_by
    )


class OneAttacker(RuleBasedStateMachine):
    """A technician who makes accounts, takes accounts over, and confirms with all of them; and honest colleagues, who
    confirm only accounts whose holders they know to be honest.
    """

    def __init__(self) -> None:
        super().__init__()
        people = [account("T", Role.TECHNICAL, confirmed_by="cli")]
        people += [account(f"{role.value}{n}", role, confirmed_by="cli") for role in Role for n in (1, 2)]
        self.everyone = {one.officer_id: one for one in people}
        self.evil = {"T"}
        self.made = 0

    def pick(self, choice: Any, among: Sequence[str]) -> Officer | None:
        return self.everyone[choice.draw(sampled_from(sorted(among)))] if among else None

    def managers(self, *, evil: bool) -> list[str]:
        return [
            one.officer_id for one in self.everyone.values()
            if (one.officer_id in self.evil) is evil and not one.must_change and may(one.role, Right.MANAGE_OFFICERS)
        ]  # fmt: skip

    def hand_out(self, by: Officer, officer_id: str, role: Role, *, evil: bool) -> None:
        """A first password, and its holder chose another at once."""
        self.everyone[officer_id] = account(officer_id, role, handed_by=signatories.hands(by))
        (self.evil.add if evil else self.evil.discard)(officer_id)

    @rule(choice=data(), role=sampled_from(Role), evil=sampled_from([True, False]))
    def somebody_adds_an_account_and_its_holder_signs_in(self, choice: Any, role: Role, evil: bool) -> None:
        by = self.pick(choice, self.managers(evil=evil))
        if by is not None and self.made < 8:
            self.made += 1
            self.hand_out(by, f"n{self.made}", role, evil=evil)

    @rule(choice=data(), evil=sampled_from([True, False]))
    def somebody_gives_out_a_new_password(self, choice: Any, evil: bool) -> None:
        """The honest give it to the person whose account it is; of an account the attacker made nobody knows one."""
        by = self.pick(choice, self.managers(evil=evil))
        one = self.pick(choice, [who for who in self.everyone if who != "T"])
        if by is not None and one is not None and one.officer_id != by.officer_id:
            self.hand_out(by, one.officer_id, one.role, evil=evil)

    @rule(choice=data())
    def the_attacker_confirms(self, choice: Any) -> None:
        by = self.pick(choice, [who for who in self.evil if may(self.everyone[who].role, Right.CONFIRM_OFFICERS)])
        if by is not None:
            self.confirm(by, signatories.confirmable(by, tuple(self.everyone.values()), ever=True))

    @rule(choice=data())
    def an_honest_officer_confirms_a_list_without_strangers(self, choice: Any) -> None:
        honest = [one.officer_id for one in self.everyone.values() if one.officer_id not in self.evil]
        by = self.pick(choice, [who for who in honest if may(self.everyone[who].role, Right.CONFIRM_OFFICERS)])
        shown = () if by is None else signatories.confirmable(by, tuple(self.everyone.values()), ever=True)
        if by is not None and not any(one.officer_id in self.evil for one in shown):
            self.confirm(by, shown)

    def confirm(self, by: Officer, accounts: Sequence[Officer]) -> None:
        for one in accounts:
            self.everyone[one.officer_id] = replace(one, confirmed_at_ms=2, confirmed_by=by.officer_id)

    @invariant()
    def the_attacker_has_one_signature_and_no_more(self) -> None:
        assert [who for who in sorted(self.evil) if self.everyone[who].confirmed] == ["T"]


TestOneAttacker = OneAttacker.TestCase
