from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask, session

from question_bank.phrase import phrase
from server.domain.pairing import MachineKind
from server.domain.rights import Role
from server.errors import JournalError
from server.live.room import Room
from server.store.machines import Machine
from server.web import guard, limits, passwords, sessions
from server.web.system import ACTS
from server.web.tickets import TICKET_MS, console_tickets

Browsers = Callable[..., Any]


def console(room: Room, machine_id: str = "k-console") -> Machine:
    key = Ed25519PrivateKey.generate().public_key().public_bytes_raw()
    machine = Machine(machine_id, key, MachineKind.CONSOLE, f"CONSOLE-{machine_id[-2:].upper()}", "test", 1, "cli")
    room.store.machines.add(machine)
    return machine


# --- signing in -----------------------------------------------------------------------------------------------------


def test_an_officer_signs_in_and_lands_on_the_first_page_of_the_role(browser: Browsers) -> None:
    found = browser()
    assert found.sign_in("secretariat").headers["Location"] == "/"
    assert found.get("/").headers["Location"] == "/roster"
    assert found.get("/roster").status_code == 200


def test_a_wrong_name_and_a_wrong_password_get_the_same_answer(browser: Browsers) -> None:
    answers = [browser().sign_in("proctor", "sai mat khau"), browser().sign_in("nobody", "sai mat khau")]
    texts = [answer.get_data(as_text=True).replace("nobody", "proctor") for answer in answers]
    assert [answer.status_code for answer in answers] == [422, 422]
    assert "Tên đăng nhập hoặc mật khẩu không đúng." in texts[0]
    assert len({text.partition("<main")[2].partition("csrf_token")[0] for text in texts}) == 1


def test_a_disabled_officer_is_signed_out_everywhere_and_cannot_return(
    room: Room, browser: Browsers, someone: Browsers
) -> None:
    found = someone("jury")
    assert found.get("/results").status_code == 200
    room.store.officers.disable("u-jury", room.clock.now_ms())
    assert found.get("/results").headers["Location"].startswith("/sign-in")
    assert browser().sign_in("jury").status_code == 422


def test_a_session_ends_after_a_long_day(room: Room, someone: Browsers) -> None:
    found = someone("jury")
    with found.client.session_transaction(base_url="http://127.0.0.1:8480") as cookie:
        token = cookie["officer"]
    assert room.store.officers.officer_of_session(token, room.clock.now_ms()) is not None
    assert room.store.officers.officer_of_session(token, room.clock.now_ms() + 3_600_001) is None


def test_signing_out_ends_the_session_on_the_server_and_tells_the_consoles(
    room: Room, app: Flask, someone: Browsers
) -> None:
    found = someone("proctor")
    told: list[str] = []
    with app.app_context():
        from server.web.context import web

        web().signed_out.append(told.append)
    with found.client.session_transaction(base_url="http://127.0.0.1:8480") as cookie:
        token = cookie["officer"]
    assert found.post("/sign-out").status_code == 303
    assert room.store.officers.officer_of_session(token, room.clock.now_ms()) is None
    assert told == ["u-proctor"]


def test_the_session_an_attacker_planted_is_not_the_one_that_is_signed_in(browser: Browsers) -> None:
    found = browser()
    found.get("/sign-in")
    with found.client.session_transaction(base_url="http://127.0.0.1:8480") as cookie:
        cookie["planted"] = "x"
    found.sign_in("proctor")
    with found.client.session_transaction(base_url="http://127.0.0.1:8480") as cookie:
        assert "planted" not in cookie


def test_who_signs_in_on_another_officers_browser_ends_that_officers_session_on_the_server(
    room: Room, browser: Browsers
) -> None:
    found = browser()
    tokens = []
    for user_name in ("proctor", "jury"):
        found.token = ""
        found.get("/password")
        found.sign_in(user_name)
        with found.client.session_transaction(base_url="http://127.0.0.1:8480") as cookie:
            tokens.append(cookie["officer"])
    assert [room.store.officers.officer_of_session(one, room.clock.now_ms()) is None for one in tokens] == [True, False]


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "\x0b/x"]
)
def test_signing_in_never_leads_to_another_server(browser: Browsers, password: str, elsewhere: str) -> None:
    found = browser()
    found.get("/sign-in")
    answer = found.post("/sign-in", {"user_name": "proctor", "password": password, "next": elsewhere})
    assert answer.headers["Location"] == "/"


def test_a_form_from_elsewhere_is_refused(browser: Browsers, someone: Browsers, password: str) -> None:
    assert browser().post("/sign-in", {"user_name": "proctor", "password": password}, token=False).status_code == 400
    assert someone("proctor").post("/sign-out", token=False).status_code == 400


# --- passwords ------------------------------------------------------------------------------------------------------


def first_time(room: Room) -> None:
    proctor = room.store.officers.by_user_name("proctor")
    assert proctor is not None
    fresh = replace(proctor, officer_id="u-new", user_name="moi", must_change=True)
    room.store.officers.add([fresh])


def test_a_first_password_opens_only_the_page_to_change_it(room: Room, browser: Browsers, password: str) -> None:
    first_time(room)
    found = browser()
    assert found.sign_in("moi").headers["Location"] == "/password"
    assert found.get("/roster").headers["Location"] == "/password"
    with found.app.test_request_context(base_url="http://127.0.0.1:8480"):
        with found.client.session_transaction(base_url="http://127.0.0.1:8480") as cookie:
            session.update(cookie)
        assert sessions.signed_in(session) is not None
        assert sessions.officer_from_session(session) is None
    new = {"old": password, "new": "mat khau cua toi", "again": "mat khau cua toi"}
    assert found.post("/password", new).headers["Location"] == "/"
    assert found.get("/roster").status_code == 200
    assert browser().sign_in("moi", "mat khau cua toi").headers["Location"] == "/"


@pytest.mark.parametrize(
    ("old", "new", "again", "says"),
    [
        ("sai", "mat khau cua toi", "mat khau cua toi", "Mật khẩu hiện tại không đúng."),
        ("", "mat khau cua toi", "mat khau khac roi", "Hai lần nhập mật khẩu mới không giống nhau."),
        ("", "ngan", "ngan", "Mật khẩu cần ít nhất 10 ký tự."),
        ("", "aaaaaaaaaaaa", "aaaaaaaaaaaa", "Mật khẩu chỉ lặp lại vài ký tự."),
        ("", "moimoi1234", "moimoi1234", ""),
        ("", "secretary1", "secretary1", ""),
    ],
)
def test_a_poor_new_password_is_refused_with_its_reason(
    someone: Browsers, password: str, old: str, new: str, again: str, says: str
) -> None:
    found = someone("secretariat")
    answer = found.post("/password", {"old": old or password, "new": new, "again": again})
    if says:
        assert answer.status_code == 422
        assert says in answer.get_data(as_text=True)
    else:
        assert answer.status_code == 303


def test_a_password_typed_with_separate_tone_marks_is_the_same_password() -> None:
    hashed = passwords.hash_password("mật khẩu dài lắm")
    assert passwords.verify(hashed, "mật khẩu dài lắm")
    assert not passwords.verify(hashed, "mat khau dai lam")
    assert not passwords.verify(None, "mật khẩu dài lắm")
    assert not passwords.verify(hashed, "x" * 1_000_000)


def test_a_new_password_ends_the_officers_other_sessions(someone: Browsers, password: str) -> None:
    here, there = someone("secretariat"), someone("secretariat")
    assert (
        here.post("/password", {"old": password, "new": "mat khau moi tinh", "again": "mat khau moi tinh"}).status_code
        == 303
    )
    assert here.get("/roster").status_code == 200
    assert there.get("/roster").headers["Location"].startswith("/sign-in")


def test_initial_passwords_differ_and_hold_no_sign_that_is_misread() -> None:
    made = {passwords.initial_password() for _ in range(50)}
    assert len(made) == 50
    assert not set("".join(made)) & set("0o1liuaeyd ")
    assert all(passwords.fault(one, "x") is None for one in made)


# --- the pace -------------------------------------------------------------------------------------------------------


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords that are compared at once: these tests try many of them."""
    monkeypatch.setattr(passwords, "verify", lambda hashed, text: hashed is not None and text == "mot mat khau dai")


@pytest.mark.usefixtures("quick")
def test_after_five_wrong_passwords_even_the_right_one_waits(browser: Browsers) -> None:
    found = browser()
    for _ in range(limits.PASSWORD.tries):
        assert found.sign_in("proctor", "sai").status_code == 422
    answer = found.sign_in("proctor")
    assert answer.status_code == 429
    assert "Hãy chờ" in answer.get_data(as_text=True)


@pytest.mark.usefixtures("quick")
def test_nobody_locks_an_officer_out_from_another_machine(room: Room, browser: Browsers, lan: str) -> None:
    attacker = paired_browser(room, browser, lan, "192.0.2.66")
    for _ in range(limits.PASSWORD.tries + 2):
        attacker.sign_in("proctor", "sai")
    assert browser().sign_in("proctor").status_code == 303


@pytest.mark.usefixtures("quick")
def test_three_hundred_officers_behind_one_address_all_get_in(room: Room, browser: Browsers) -> None:
    proctor = room.store.officers.by_user_name("proctor")
    assert proctor is not None
    crowd = [replace(proctor, officer_id=f"u-{n}", user_name=f"canbo{n}") for n in range(300)]
    room.store.officers.add(crowd)
    found = browser()
    assert all(found.sign_in(one.user_name).status_code == 303 for one in crowd)


@pytest.mark.usefixtures("quick")
def test_only_wrong_passwords_count_towards_the_bound_over_all_machines(browser: Browsers) -> None:
    """A colleague who signs forty acts of two officers in ten minutes is no attack."""
    for _ in range(limits.PASSWORD_ANYWHERE.tries + 5):
        assert browser().sign_in("proctor").status_code == 303


def test_a_right_password_takes_back_its_own_try_and_no_other() -> None:
    limiter, rule = limits.Limiter(), limits.PASSWORD_ANYWHERE
    for _ in range(rule.tries - 1):
        limiter.count(rule, "a", 0)
    for _ in range(3):
        limiter.count(rule, "a", 0)
        limiter.take_back(rule, "a")
        assert limiter.wait_ms(rule, "a", 0) == 0
    limiter.count(rule, "a", 0)
    assert limiter.wait_ms(rule, "a", 0) > 0
    assert limiter.wait_ms(rule, "a", -86_400_000) == 0, "room time was set back: nobody waits a day"


def test_tries_are_forgotten_in_time_and_by_the_right_password() -> None:
    limiter = limits.Limiter()
    for _ in range(5):
        limiter.count(limits.PASSWORD, "x", 1_000)
    assert limiter.wait_ms(limits.PASSWORD, "x", 1_000) == limits.PASSWORD.pause_ms
    assert limiter.wait_ms(limits.PASSWORD, "y", 1_000) == 0
    limiter.count(limits.PASSWORD, "x", 20_000)
    assert limiter.wait_ms(limits.PASSWORD, "x", 20_000) == 2 * limits.PASSWORD.pause_ms
    limiter.forget(limits.PASSWORD, "x")
    assert limiter.wait_ms(limits.PASSWORD, "x", 20_000) == 0


def test_the_longest_wait_is_bounded_and_so_is_memory() -> None:
    limiter = limits.Limiter()
    for _ in range(200):
        limiter.count(limits.PASSWORD, "x", 5_000)
    assert limiter.wait_ms(limits.PASSWORD, "x", 5_000) == limits.PASSWORD.longest_ms
    for n in range(limits.MAX_KEYS + 10):
        limiter.count(limits.PASSWORD, f"made up {n}", 5_000)
    assert limiter.wait_ms(limits.PASSWORD, "x", 5_000) == 0
    assert len(limiter._tries[limits.PASSWORD]) == limits.MAX_KEYS


def test_a_flood_of_addresses_makes_nobody_forget_the_tries_of_a_password() -> None:
    """Anybody on the network may post to the pages that are open to everyone, from as many IPv6 addresses as they like."""
    limiter = limits.Limiter()
    for _ in range(5):
        limiter.count(limits.PASSWORD, "x", 5_000)
    for n in range(limits.MAX_KEYS + 10):
        limiter.count(limits.REQUESTS, f"2001:db8::{n:x}", 5_000)
    assert limiter.wait_ms(limits.PASSWORD, "x", 5_000) > 0


# --- which machine --------------------------------------------------------------------------------------------------


def paired_browser(room: Room, browser: Browsers, lan: str, address: str = "192.0.2.50") -> Any:
    machine = console(room, f"k-{address[-2:]}")
    found = browser(lan, address)
    assert found.get(console_tickets(room)(machine)).headers["Location"] == "/"
    return found


def test_a_machine_that_is_not_paired_gets_only_the_advice_how_to_pair(browser: Browsers, lan: str) -> None:
    found = browser(lan, "192.0.2.50")
    for path in ("/", "/sign-in", "/results", "/roster"):
        answer = found.get(path)
        assert answer.status_code == 403
        assert "Máy này không phải máy điều khiển" in answer.get_data(as_text=True)
    assert found.post("/sign-in", {"user_name": "proctor", "password": "x"}, token=False).status_code == 403


def test_a_paired_console_enters_with_a_ticket_that_works_once(room: Room, browser: Browsers, lan: str) -> None:
    machine = console(room)
    path = console_tickets(room)(machine)
    first, second = browser(lan, "192.0.2.50"), browser(lan, "192.0.2.51")
    entered = first.get(path)
    cookie = next(value for name, value in entered.headers if name == "Set-Cookie" and guard.DEVICE_COOKIE in value)
    assert cookie.startswith("__Host-")
    assert {"Secure", "HttpOnly", "SameSite=Strict", "Path=/"} <= {part.strip() for part in cookie.split(";")}
    assert first.get("/sign-in").status_code == 200
    assert second.get(path).status_code == 403
    assert second.get("/sign-in").status_code == 403


def test_a_ticket_is_for_a_minute_and_for_the_encrypted_listener(room: Room, browser: Browsers, lan: str) -> None:
    machine = console(room)
    assert TICKET_MS <= 60_000
    path = console_tickets(room)(machine)
    assert browser().get(path).status_code == 403
    assert browser(lan, "192.0.2.50").get(path).headers["Location"] == "/"


def test_a_console_is_one_browser_so_that_a_ticket_that_was_read_over_the_shoulder_does_not_stay_unnoticed(
    room: Room, browser: Browsers, lan: str
) -> None:
    """The ticket stands on the browser's command line, which other users of the same laptop can read."""
    machine = console(room)
    thief, owner = browser(lan, "192.0.2.50"), browser(lan, "192.0.2.50")
    path = console_tickets(room)(machine)
    assert thief.get(path).headers["Location"] == "/"
    assert "đã được dùng" in owner.get(path).get_data(as_text=True)
    assert owner.get(console_tickets(room)(machine)).headers["Location"] == "/"
    assert thief.get("/sign-in").status_code == 403
    assert owner.get("/sign-in").status_code == 200


def test_a_ticket_that_is_too_old_or_made_up_opens_nothing(room: Room, browser: Browsers, lan: str) -> None:
    machine = console(room)
    now_ms = room.clock.now_ms()
    room.store.officers.put_ticket("old", machine.machine_id, now_ms - TICKET_MS, now_ms)
    for ticket in ("old", "made-up", ""):
        assert browser(lan, "192.0.2.50").get(f"/console/enter?ticket={ticket}").status_code == 403


def test_a_console_that_is_unpaired_is_out_at_once(room: Room, browser: Browsers, lan: str) -> None:
    found = paired_browser(room, browser, lan)
    found.sign_in("proctor")
    assert found.get("/roster").status_code == 200
    room.store.machines.revoke("k-50", "u-technical", room.clock.now_ms())
    assert found.get("/roster").status_code == 403


def test_the_plain_listener_answers_its_own_computer_only(browser: Browsers) -> None:
    assert browser("http://127.0.0.1:8480", "127.0.0.1").get("/sign-in").status_code == 200
    assert browser("http://127.0.0.1:8480", "192.0.2.50").get("/sign-in").status_code == 403


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "evil.example:8443"])
def test_a_page_that_resolves_its_own_name_to_the_room_gets_nothing(browser: Browsers, host: str) -> None:
    assert browser(f"https://{host}", "192.0.2.50").get("/healthz").status_code == 400


def test_the_room_answers_to_its_own_name_and_to_addresses(room: Room, browser: Browsers) -> None:
    for host in (room.identity.host_name, "192.0.2.7:8443", "[2001:db8::7]:8443", "localhost"):
        assert browser(f"https://{host}", "192.0.2.50").get("/healthz").status_code == 200


# --- what every answer carries --------------------------------------------------------------------------------------


def test_answers_forbid_scripts_from_elsewhere_framing_and_keeping(browser: Browsers, lan: str) -> None:
    headers = browser(lan, "192.0.2.50").get("/").headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert "wss://192.0.2.7:8443" in policy
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_cookies_are_secure_where_there_is_tls_and_never_readable_by_scripts(
    room: Room, browser: Browsers, lan: str
) -> None:
    tls, plain = paired_browser(room, browser, lan).get("/sign-in"), browser().get("/sign-in")
    for answer, name, secure in ((tls, "__Host-examroom=", True), (plain, "examroom-local=", False)):
        cookie = next(value for key, value in answer.headers if key == "Set-Cookie" and value.startswith(name))
        parts = {part.strip() for part in cookie.split(";")}
        assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= parts
        assert ("Secure" in parts) is secure


def test_pages_speak_vietnamese_unless_the_reader_chooses_otherwise(browser: Browsers) -> None:
    found = browser()
    assert '<html lang="vi">' in found.get("/sign-in").get_data(as_text=True)
    answer = found.post("/language", {"language": "en", "next": "/sign-in"})
    assert answer.headers["Location"] == "/sign-in"
    assert '<html lang="en">' in found.get("/sign-in").get_data(as_text=True)


def test_a_computer_set_up_in_english_gets_the_first_page_in_vietnamese(browser: Browsers) -> None:
    page = browser().get("/sign-in", headers={"Accept-Language": "en-GB,en;q=0.8"}).get_data(as_text=True)
    assert '<html lang="vi">' in page


def test_health_tells_programs_how_the_room_is(browser: Browsers, lan: str) -> None:
    answer = browser(lan, "192.0.2.50").get("/healthz")
    assert answer.get_json() == {"ok": True, "room_state": "prepared", "problems": []}


def test_a_loop_that_failed_shows_in_the_health_as_on_the_console(room: Room, browser: Browsers) -> None:
    room.fault("rounds", RuntimeError("nobody foresaw this"))
    answer = browser().get("/healthz")
    assert answer.get_json() == {"ok": False, "room_state": "prepared", "problems": ["room_fault"]}
    assert answer.status_code == 200, "answers are still stored"


def test_a_room_that_stores_nothing_more_says_so_in_its_status(room: Room, browser: Browsers) -> None:
    assert room.sitting is not None
    room.sitting._committer.stop()
    answer = browser().get("/healthz")
    assert answer.get_json() == {"ok": False, "room_state": "stopped", "problems": ["not_stored"]}
    assert answer.status_code == 503


@pytest.mark.parametrize(("path", "status"), [("/nowhere", 404), ("/kiosk/package/pxxxxxxxxxxxx", 401)])
def test_failures_have_their_own_page_or_a_bare_status_for_programs(browser: Browsers, path: str, status: int) -> None:
    answer = browser().get(path)
    assert answer.status_code == status
    assert (answer.mimetype == "text/html") is (status == 404)


def test_a_failure_inside_shows_a_page_and_no_trace(
    room: Room, someone: Browsers, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = someone("jury")

    def broken() -> list[object]:
        raise ZeroDivisionError("secret detail")

    monkeypatch.setattr(room.marks, "results", broken)
    found.app.testing = False
    answer = found.get("/results")
    assert answer.status_code == 500
    assert "secret detail" not in answer.get_data(as_text=True)
    assert "Máy chủ không thực hiện được việc này" in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    ("language", "says", "never"),
    [
        (
            "vi",
            "Nội dung bản ghi 7 đã bị thay đổi. Hãy chạy `examroom-server verify journal` trên thư mục của phòng và khôi phục bản sao tốt gần nhất.",
            "was changed",
        ),
        ("en", "The content of record 7 was changed. Run `examroom-server verify journal` on this room", "Nội dung"),
    ],
)
def test_what_the_room_itself_found_wrong_is_said_in_the_readers_language(
    room: Room, someone: Browsers, monkeypatch: pytest.MonkeyPatch, language: str, says: str, never: str
) -> None:
    hint = phrase("Run `examroom-server verify journal` on this room's folder, and restore the last good copy.")
    found = someone("jury")
    found.post("/language", {"language": language, "next": "/"})

    def damaged() -> list[object]:
        raise JournalError(phrase("the content of record %(seq)s was changed", seq=7), hint=hint)

    monkeypatch.setattr(room.marks, "results", damaged)
    answer = found.get("/results")
    assert answer.status_code == 500
    page = answer.get_data(as_text=True)
    assert says in page
    assert never not in page


def test_what_officers_do_outside_the_journal_is_on_record_for_good(room: Room, browser: Browsers) -> None:
    found = browser()
    found.sign_in("proctor", "sai")
    found.sign_in("proctor")
    found.post("/sign-out")
    assert [(act.act, act.officer_id) for act in reversed(room.store.officers.acts())] == [
        ("sign_in_failed", "u-proctor"),
        ("signed_in", "u-proctor"),
        ("signed_out", "u-proctor"),
    ]


def test_the_technical_team_reads_that_record_in_words(room: Room, browser: Browsers, someone: Browsers) -> None:
    browser().sign_in("proctor", "sai")
    page = someone("technical").get("/acts").get_data(as_text=True)
    assert "Đăng nhập không thành công" in page
    assert "Nguyễn Thị Coi" in page


def test_every_act_that_is_noted_has_words(repository: Path) -> None:
    noted: set[str] = set()
    for file in (repository / "server" / "web").rglob("*.py"):
        text = file.read_text(encoding="utf-8")
        noted |= set(re.findall(r"note\(\"(\w+)\"", text)) | set(re.findall(r'\bAct\([^"]*?, "(\w+)"', text))
    assert {"signed_in", "roster_imported", "officers_added"} <= noted
    assert noted <= set(ACTS)


def test_every_role_has_a_first_page(someone: Browsers) -> None:
    for role in Role:
        answer = someone(role.value).get("/", follow_redirects=True)
        assert answer.status_code == 200, role
