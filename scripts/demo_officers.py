"""The officers of the demonstration: they prepare the room, pair machines, open the paper, run and close the sitting.

All of it through their pages in real Chromium, each officer in a browser of their own.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import Browser, Error, Page, expect

from scripts import room_pages
from scripts.rehearsal import Material
from scripts.rehearsal_room import RehearsalRoom, package_paths


class DemoOfficers:
    """Signed-in officers, by what they do."""

    def __init__(self, browser: Browser, room: RehearsalRoom) -> None:
        self._browser = browser
        self._room = room
        self._pages: dict[str, Page] = {}

    def page(self, user_name: str) -> Page:
        """This officer's browser, signed in once."""
        if user_name not in self._pages:
            self._pages[user_name] = room_pages.officer(
                self._browser, self._room.console, user_name, self._room.password
            )
        return self._pages[user_name]

    def prepare(self, material: Material) -> dict[str, str]:
        """Sitting file, both sets, roster, access codes; the codes by candidate number."""
        technical = self.page("kythuat")
        room_pages.upload(technical, "/prepare", "sitting", [material.sitting_file])
        room_pages.upload(technical, "/prepare", "package", package_paths(material))
        room_pages.upload(self.page("thuky"), "/roster/import", "roster", [material.roster])
        codes = room_pages.access_codes(self.page("coithi1"))
        missing = [one.sbd for one in material.candidates if one.sbd not in codes]
        if missing:
            raise SystemExit(f"no code was printed for {missing}")
        return codes

    def make_kit(self, into: Path) -> Path:
        """The technician makes a kit and takes it along."""
        technical = self.page("kythuat")
        technical.goto("/console/machines")
        with technical.expect_download() as download:
            technical.locator("#kit-form button").click()
        download.value.save_as(into)
        return into

    def pair_by_code(self, code: str) -> None:
        """Find the machine that shows this code on its own screen, and pair it with one click."""
        technical = self.page("kythuat")
        technical.goto("/console/machines")
        shown = f"{code[:3]} {code[3:]}"
        offer = technical.locator(".offer", has=technical.get_by_text(shown, exact=True))
        offer.locator("button.primary").click()
        technical.wait_for_load_state()
        expect(technical.locator("[role=alert]")).to_have_count(0)

    def open_papers(self, material: Material) -> None:
        """The ceremony: set by the rule, clock confirmed, two shares of each secret, two officers for each opening."""
        page = self.page("bande")
        page.goto("/console/ceremony")
        self._press(page, "form[action$='/ceremony/choose'] button")
        self._press(page, "form:has([value=confirm]) button")
        self._open(page, "paper", material.shares["primary"]["paper"][:2], "tochuc")
        jury = self.page("giamkhao")
        jury.goto("/console/ceremony")
        self._open(jury, "marking", material.shares["primary"]["marking"][:2], "bande")

    def _open(self, page: Page, secret: str, shares: Sequence[str], second: str) -> None:
        for count, share in enumerate(shares, 1):
            page.fill(f"#share-{secret}", share)
            page.locator(f"#give-{secret} [data-give]").click()
            expect(page.locator(f"[data-live={secret}-held] li.given")).to_have_count(count)
        page.fill(f"#open-{secret} [name=second_user_name]", second)
        page.fill(f"#open-{secret} [name=second_password]", self._room.password)
        self._press(page, f"#open-{secret} button.primary")

    def _press(self, page: Page, button: str) -> None:
        """Press a form's button and see that the next page says nothing is wrong."""
        with page.expect_navigation():
            page.locator(button).click()
        expect(page.locator("[role=alert]")).to_have_count(0)

    def act(self, name: str, *, reason: str | None = None) -> None:
        """One of the acts at the foot of the room map, with its reason, confirmed."""
        proctor = self.page("coithi1")
        if not proctor.url.endswith("/console"):
            proctor.goto("/console")
        try:
            proctor.locator(f"[data-act={name}]").first.click()
        except Error as error:
            said, line = proctor.text_content("#just-done"), proctor.get_attribute("body", "data-line")
            raise SystemExit(f"the room map does not offer {name}; line {line}, last said: {said}") from error
        dialog = proctor.locator(f"dialog#act-{name}")
        if reason is not None:
            dialog.locator("[name=reason]").fill(reason)
        dialog.locator("button[value=do]").click()
        expect(dialog).not_to_be_visible()

    def close(self) -> None:
        """End the part for everybody, then close the journal."""
        self.act("close_part", reason="Hết giờ làm bài")
        self.act("close_sitting", reason="Hết giờ")

    def sees_everybody_paused(self, paused: bool) -> None:
        """Wait until the room map says so, or no longer."""
        stage = self.page("coithi1").locator("#stage")
        if paused:
            expect(stage).to_have_attribute("data-tone", "paused", timeout=room_pages.PATIENCE_MS)
        else:
            expect(stage).not_to_have_attribute("data-tone", "paused", timeout=room_pages.PATIENCE_MS)

    def results(self, folder: Path) -> None:
        """What the secretariat can have of the closed sitting: results.json, results.xlsx, and the page as it is read."""
        secretariat = self.page("thuky")
        # In English, so that a program can tell the columns apart.
        secretariat.context.add_cookies([{"name": "examroom-language", "value": "en", "url": self._room.console}])
        for name in ("results.json", "results.xlsx"):
            answer = secretariat.context.request.get(f"{self._room.console}/{name}")
            if not answer.ok:
                raise SystemExit(f"{name} cannot be had: {answer.status}")
            (folder / name).write_bytes(answer.body())
        secretariat.context.clear_cookies(name="examroom-language")
        secretariat.goto("/results")
        rows = [row.locator("td, th").all_inner_texts() for row in secretariat.locator("#results tr").all()]
        (folder / "results-page.json").write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")
