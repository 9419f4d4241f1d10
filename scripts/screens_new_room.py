"""Pictures of a room in which nothing has been done yet, then of one with a sitting and nobody in it."""

from __future__ import annotations

from playwright.sync_api import Page

from scripts.rehearsal import TITLE
from scripts.screens_room import BY_RULE, LONG_OFFICER, LONG_TITLE, LONG_UNIT, NEWCOMER, PASSWORD, World
from scripts.screens_stages import Officers, Stage, choose, each, fill, on_map, one, send, upload
from server.domain.rights import Right, Role
from server.store.officers import Officer

_T, _P, _S, _J, _K, _O = Role.TECHNICAL, Role.PROCTOR, Role.SETTING, Role.JURY, Role.SECRETARIAT, Role.ORGANISING
SIGN_IN = "form.card button.primary"


def _nothing(world: World) -> None:
    """As it was made."""


def _tries(page: Page, world: World) -> None:
    for _ in range(6):
        fill(SIGN_IN, user_name="thuky2", password="khong phai")(page, world)


def _stale(page: Page, world: World) -> None:
    page.evaluate("() => { document.querySelector('form.card [name=csrf_token]').value = 'cu'; }")
    fill(SIGN_IN, user_name="kythuat", password=PASSWORD)(page, world)


def _new_password(page: Page, world: World) -> None:
    fill(SIGN_IN, old=PASSWORD, new="ba con sáo nhỏ", again="ba con sáo")(page, world)


def _bad_officer(page: Page, world: World) -> None:
    page.select_option("#role", "proctor")
    fill("form:has(#role) button.primary", full_name="Nguyễn", body="Ban Coi thi")(page, world)


def _nothing_yet() -> list[Officers]:
    """The way in, and every page before there is a sitting."""
    return [
        one("sign_in.page", "empty", "", "/sign-in"),
        one(
            "sign_in.page", "wrong password", "", "/sign-in", fill(SIGN_IN, user_name="coithi1", password="khong phai")
        ),
        one("sign_in.page", "too many tries", "", "/sign-in", _tries),
        one("sign_in.page", "stale form", "", "/sign-in", _stale),
        one("sign_in.password_page", "first password", NEWCOMER, "/password"),
        one("sign_in.password_page", "not repeated", NEWCOMER, "/password", _new_password),
        one("sign_in.password_page", "another password", _K, "/password"),
        one("home.page", "elsewhere on the network", "", lambda world: f"{world.elsewhere}/"),
        one("home.enter", "link used before", "", lambda world: f"{world.elsewhere}/console/enter?ticket=cu"),
        one("error", "no such page", _P, "/khong-co"),
        one("error", "not for this role", _J, "/officers"),
        *each("prepare.page", "empty", Right.MANAGE_SITTINGS, "/prepare"),
        one("prepare.page", "mistakes in the sitting file", _T, "/prepare", upload("sitting", "ca-thi-sai.yaml")),
        *each("officers.page", "few", Right.CONFIRM_OFFICERS, "/officers"),
        one("officers.page", "mistakes in the list", _T, "/officers", upload("list", "can-bo-sai.csv")),
        one("officers.page", "not a spreadsheet", _T, "/officers", upload("list", "khong-phai-bang-tinh.xlsx")),
        one("officers.page", "mistake in the form", _T, "/officers", _bad_officer),
        *(one(page, "no sitting", role, path) for page, role, path in _WITHOUT_SITTING),
        one("console.map", "no sitting", _P, "/console", on_map()),
        one("console.machines", "none", _T, "/console/machines"),
        one("system.page", "little", _T, "/acts"),
    ]


_WITHOUT_SITTING = (
    ("roster.page", _K, "/roster"), ("roster_import.page", _K, "/roster/import"), ("codes.page", _P, "/codes"),
    ("check_in.page", _P, "/check-in"), ("results.page", _J, "/results"), ("papers.page", _O, "/papers"),
    ("console.before", _P, "/console/before"), ("console.ceremony", _S, "/console/ceremony"),
)  # fmt: skip


def _taken_in(world: World) -> None:
    """The sitting's file; its sealed sets are still on their way."""
    world.take_in(LONG_TITLE, BY_RULE, "tg2026-chung-ket-ca-2", packages=False)


def _import_roster(file_name: str) -> object:
    def do(page: Page, world: World) -> None:
        page.fill("[name=min_age]", "18")
        page.fill("[name=divisions]", "A, B")
        page.fill("[name=rooms]", "Phòng máy A" if file_name == "danh-sach-sai.csv" else "")
        upload("roster", file_name)(page, world)

    return do


def _without_packages() -> list[Officers]:
    """A sitting without sealed sets and without people."""
    return [
        one("prepare.page", "sealed sets missing", _T, "/prepare"),
        one("prepare.page", "not a sealed package", _T, "/prepare", upload("package", "khong-phai-de.exam")),
        one("console.ceremony", "sealed sets missing", _S, "/console/ceremony"),
        one("console.before", "sealed sets missing", _T, "/console/before"),
        one("console.map", "long title", "coithi2", "/console", on_map()),
        one("roster.page", "empty", _K, "/roster"),
        one("roster.add_page", "empty", _K, "/roster/add"),
        one("roster_import.page", "empty", _K, "/roster/import"),
        one("roster_import.page", "twenty mistakes", _K, "/roster/import", _import_roster("danh-sach-sai.csv")),  # type: ignore[arg-type]
        one(
            "roster_import.page",
            "not a spreadsheet",
            _K,
            "/roster/import",
            upload("roster", "khong-phai-bang-tinh.xlsx"),
        ),
        one("codes.page", "empty", _P, "/codes"),
        one("check_in.page", "empty", _P, "/check-in"),
        one("results.page", "empty", _J, "/results"),
        one("papers.page", "empty", _O, "/papers"),
    ]


def _with_packages(world: World) -> None:
    """Both sets are here too, and officers whom the technician has added."""
    world.take_in(TITLE, BY_RULE, "tg2026-chung-ket-ca-1")
    world.hall.room.activate("tg2026-chung-ket-ca-1")
    at_ms = world.hall.room.clock.now_ms()
    people = (
        ("coithi3", "Cán bộ coi thi mẫu ba", _P, "Ban Coi thi"), ("coithi4", LONG_OFFICER, _P, LONG_UNIT),
        ("giamkhao2", "Giám khảo mẫu hai", _J, "Ban Giám khảo"),
    )  # fmt: skip
    world.hall.room.store.officers.add(
        [Officer(f"u-{who}", who, name, role, body, "-", False, at_ms, "u-kythuat") for who, name, role, body in people]
    )


def _slips(page: Page, world: World) -> None:
    send(page, "form:has([value=missing]) button.primary")


def _with_roster() -> list[Officers]:
    return [
        one("prepare.page", "two sittings", _T, "/prepare", choose("summary")),
        one("roster_import.page", "imported", _K, "/roster/import", _import_roster("danh-sach.csv")),  # type: ignore[arg-type]
        one("roster_import.page", "roster present", _T, "/roster/import"),
        one("officers.page", "accounts to confirm", _O, "/officers"),
        one("officers.page", "accounts to confirm", _P, "/officers"),
        one("officers.page", "accounts not confirmed", _T, "/officers"),
        one("officers.page", "slips to print", _T, "/officers", upload("list", "can-bo.csv")),
        one("codes.page", "none made", _P, "/codes"),
    ]


STAGES = (
    Stage("a new room", _nothing, _nothing_yet()),
    Stage("a sitting without sealed sets", _taken_in, _without_packages()),
    Stage("a sitting without people", _with_packages, _with_roster()),
)
