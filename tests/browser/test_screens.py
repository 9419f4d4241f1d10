"""Every screen there is has a picture, and no picture shows what no screen may show."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from client_kiosk.agent import Screen
from question_bank.front.door import Door
from question_bank.studio.app import create_app
from question_bank.studio.desk import Desk
from question_bank.vault.people import Person
from question_bank.vault.vault import Vault
from scripts import screens, screens_kiosk, screens_kiosk_states, screens_officers, screens_studio
from scripts.screens_picture import LANGUAGES
from scripts.screens_room import USERS, World, picture_room
from server.domain.rights import Role
from server.drill.prepared_room import seal_contest
from server.web.access import Open, access_of, roles_of

AXE = Path(__file__).parent / "vendor" / "axe.min.js"
# What is opened with GET and is no page: files, streams, data, documents, and what only leads on. The pictured rooms have no
# simulator, so that there is no run to look at (`runs.one`).
NOT_PAGES = {
    "static", "front", "staging.download", "staging.give", "runs.one", "runs.step", "runs.file", "health.healthz", "codes.slips", "officers.slips",
    "papers.sitting_minutes", "papers.opening", "papers.sign_out", "results.spreadsheet",
    "duty_papers.handover_sheet", "duty_papers.misconduct_minute", "console.readiness_sheet_pdf", "time_papers.everybody", "time_papers.candidate", "console.handover", "hall_display.now",
    "results.document", "closing.result", "console.machines_news", "console.before_news", "console.ceremony_news", "console.share_list",
}  # fmt: skip


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A new room, for its pages' addresses."""
    sealed = tmp_path_factory.mktemp("sealed")
    with picture_room(tmp_path_factory.mktemp("rooms") / "room", seal_contest(sealed, small=True)) as made:
        yield made


def addresses(app: Flask) -> set[str]:
    """The endpoints a browser can open."""
    return {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}


@pytest.mark.shared
def test_every_page_of_the_application_has_a_picture(world: World) -> None:
    pictured = {picture.page for picture in screens_officers.pictures()} - {"error"}
    assert addresses(world.hall.app) - pictured - NOT_PAGES == set(), "a page nobody has ever looked at"
    assert pictured - addresses(world.hall.app) == set(), "a picture of a page that is gone"
    assert pictured & NOT_PAGES == set()


@pytest.mark.shared
def test_what_is_not_pictured_is_no_page(world: World) -> None:
    client = world.hall.app.test_client()
    for role in Role:
        cookie = world.hall.officer(role, USERS[role])
        client.set_cookie(cookie["name"], cookie["value"], domain="127.0.0.1")
        for rule in world.hall.app.url_map.iter_rules():
            plain = "GET" in (rule.methods or ()) and not rule.arguments
            if (
                plain
                and rule.endpoint in NOT_PAGES
                and role in roles_of(access_of(world.hall.app, rule.endpoint) or Open.OFFICER)
            ):
                with client.get(rule.rule, base_url=world.hall.url) as answer:
                    assert answer.status_code >= 300 or answer.mimetype != "text/html", rule.endpoint


@pytest.mark.shared
def test_every_page_has_a_picture_for_every_role_that_may_open_it(world: World) -> None:
    seen: dict[str, set[str]] = {}
    for picture in screens_officers.pictures():
        seen.setdefault(picture.page, set()).add(picture.role)
    for endpoint in addresses(world.hall.app) - NOT_PAGES:
        access = access_of(world.hall.app, endpoint)
        if access not in (Open.EVERYONE, Open.CONSOLE, Open.NEWCOMER) and endpoint != "home.page":
            assert access is not None, endpoint
            assert {USERS[role] for role in roles_of(access)} - seen[endpoint] == set(), endpoint


def test_every_screen_of_the_kiosk_has_a_picture() -> None:
    pictured = {picture.page.removeprefix("kiosk.") for picture in screens_kiosk.pictures()}
    assert pictured == {screen.value for screen in Screen}
    assert all(name.partition(" ")[0] == view["screen"] for name, view in screens_kiosk_states.STATES.items())


# What the studio's pages fetch by themselves, what they give as files, and what only leads on.
NOT_PAGES_OF_THE_STUDIO = {
    "static", "files.front", "idle", "files.of_type", "files.medium", "waiting.first", "items.shown", "importing.shown",
    "kept_files.named", "statistics.as_file", "statistics.fresh", "blueprints.as_file", "blueprints.items",
    "forms.work", "forms.items", "forms.on_paper", "forms.offer", "sealing.folders", "sealing.sheet",
    "banks.folders",
}  # fmt: skip


def test_every_page_of_the_studio_has_a_picture(tmp_path: Path) -> None:
    bank = tmp_path / "bank.vault"
    Vault.create(bank, None, lambda: 1, Person("An")).close()
    desk = Desk(bank, None, lambda: 1)
    pages = addresses(create_app(desk, Door("127.0.0.1:1", "studio", lambda token: False))) - NOT_PAGES_OF_THE_STUDIO
    desk.close()
    pictured = {picture.page for picture in screens_studio.pictures()}
    assert pages - pictured == set(), "a page nobody has ever looked at: a line in scripts/screens_studio.py"
    assert pictured - pages == set(), "a picture of a page that is gone"


def test_no_two_pictures_have_one_name() -> None:
    names = [picture.name for picture in screens.pictures()]
    assert len(names) == len(set(names))


class Examiner:
    """A process that shows and examines the pictures of some rooms; what it says is read as far as it is needed."""

    def __init__(self, rooms: str, languages: str) -> None:
        arguments = ["--rooms", rooms, "--languages", languages, "--no-photographs", "--brief", "--axe", str(AXE)]
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - closed by end()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "scripts.screens", *arguments],
            cwd=screens.ROOT, stdout=subprocess.PIPE, stderr=self._errors, text=True,
        )  # fmt: skip
        self._groups: dict[str, tuple[int, list[str]]] = {}

    def of(self, group: str) -> tuple[int, list[str]]:
        """How many pictures of this group were taken, and everything that is wrong with them."""
        assert self._process.stdout is not None
        faults: list[str] = []
        while group not in self._groups:
            line = self._process.stdout.readline()
            assert line, f"the process ended with {self._process.wait()}, before {group}:\n{self._last_words()}"
            said = json.loads(line)
            if "done" in said:
                self._groups[said["done"]] = (said["taken"], faults)
                faults = []
            else:
                faults.append(f"{said['picture']}: {said['fault']}")
        return self._groups[group]

    def _last_words(self) -> str:
        self._errors.seek(0)
        return self._errors.read().decode(errors="replace")[-3000:]

    def end(self) -> None:
        """Whatever it still does is not wanted any more."""
        self._process.kill()
        self._process.wait()
        assert self._process.stdout is not None
        self._process.stdout.close()
        self._errors.close()


@pytest.fixture(scope="module")
def examiners(request: pytest.FixtureRequest) -> Iterator[dict[tuple[str, str], Examiner]]:
    """All that are asked for at work, side by side."""
    calls = [getattr(item, "callspec", None) for item in request.session.items]
    shards = {call.params["shard"] for call in calls if call is not None and "shard" in call.params}
    started = {shard: Examiner(*shard) for shard in screens.SHARDS if shard in shards}
    yield started
    for one in started.values():
        one.end()


def groups() -> Iterator[tuple[tuple[str, str], str, int]]:
    """Each shard's groups in the order they are taken, and the least number of pictures each has."""
    for rooms, languages in screens.SHARDS:
        if rooms == screens.KIOSK:
            for language in languages.split(","):
                for screen in Screen:
                    page = f"kiosk.{screen.value}"
                    states = sum(picture.page == page for picture in screens_kiosk.pictures())
                    yield (rooms, languages), screens_kiosk.group(page, language), states * len(screens_kiosk.HEARD)
            continue
        if rooms == screens.STUDIO:
            for studied in screens_studio.STAGES:
                count = len(studied.pictures) * len(languages.split(","))
                yield (rooms, languages), screens_studio.group(studied), count
            continue
        for room in rooms.split(","):
            for stage in screens_officers.ROOMS[room][0]:
                heavy = sum(not picture.light for picture in stage.pictures)
                yield (rooms, languages), screens_officers.group(room, stage), heavy * len(languages.split(","))


# The officers' pages in English are shorter than in Vietnamese, and the longest of all to look at.
LONG = ("hall", "en")


@pytest.mark.shared
@pytest.mark.parametrize(
    ("shard", "group", "least"),
    [pytest.param(*found, marks=[pytest.mark.soak] if found[0] == LONG else []) for found in groups()],
    ids=lambda value: "-".join(value) if isinstance(value, tuple) else None,
)
def test_no_screen_is_cut_or_covered_or_scrolls_sideways_or_speaks_two_languages_or_bars_anyone(
    examiners: dict[tuple[str, str], Examiner], shard: tuple[str, str], group: str, least: int
) -> None:
    taken, faults = examiners[shard].of(group)
    assert faults == []
    assert taken >= least


def test_both_languages_of_every_room_are_examined() -> None:
    examined = {
        (room, language)
        for rooms, languages in screens.SHARDS
        for room in rooms.split(",")
        for language in languages.split(",")
    }
    assert examined == {
        (room, language) for room in (screens.KIOSK, screens.STUDIO, *screens_officers.ROOMS) for language in LANGUAGES
    }
