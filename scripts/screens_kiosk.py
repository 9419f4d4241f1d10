"""The pictures of a candidate's machine: every screen of the agent, and what people do on it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import groupby

from playwright.sync_api import Browser, Page

from client_kiosk.agent import Screen
from client_kiosk.signing_in import SignInAnswer
from scripts.screens_desk import ScriptedDesk, served_desk
from scripts.screens_kiosk_states import LONGEST_AT, SEVERAL_AT, STATES, paper
from scripts.screens_picture import LANGUAGES, OLD_MONITOR, PATIENCE_MS, WIDE_MONITOR, Look, Picture, Shown, Wish

Act = Callable[[Page, ScriptedDesk], None]


def _item(number: int) -> Act:
    return lambda page, desk: page.locator(f"#grid .cell[data-number='{number}']").click()


def _wrong_code(page: Page, desk: ScriptedDesk, answer: SignInAnswer) -> None:
    desk.answer = answer
    page.fill("#sbd", "0147")
    page.fill("#code", "ABCD 2345")
    page.locator("[data-form=sign-in] button.main").click()
    page.wait_for_selector("[data-form=sign-in] [data-error]:not([hidden])")


def _address(page: Page, desk: ScriptedDesk) -> None:
    page.locator("details:visible summary").click()
    page.locator("[name=address]:visible").fill("phong may a")
    page.locator("form[data-form=address]:visible button").click()
    page.wait_for_selector("[data-error]:not([hidden]):visible")


def _type(text: str) -> Act:
    return lambda page, desk: page.fill("#typing-field", text)


def _review(page: Page, desk: ScriptedDesk) -> None:
    page.locator("#to-review").click()
    page.wait_for_selector("body[data-screen=review]")


def _ask(page: Page, desk: ScriptedDesk) -> None:
    _review(page, desk)
    page.locator("#submit-ask").click()


def _full_disk(page: Page, desk: ScriptedDesk) -> None:
    desk.fault = "disk_full"
    page.locator("#grid .cell[data-number='30']").click()
    page.locator("#options .option").first.click()
    page.wait_for_selector("#saved[data-state=fault]")


def _all_answered(page: Page, desk: ScriptedDesk) -> None:
    desk.tell(responses={str(n): [1] for n in range(1, 61)}, answered=60, flagged=[])
    page.wait_for_selector("#grid .cell[data-number='60'][data-answered]")
    _review(page, desk)


# further pictures of a state: name -> (the state, what is done there)
ACTS: Mapping[str, tuple[str, Act]] = {
    "searching by hand": ("searching", _address),
    "sign_in wrong code": ("sign_in", lambda p, d: _wrong_code(p, d, SignInAnswer(False, "wrong_code", 2))),
    "sign_in too many tries": ("sign_in", lambda p, d: _wrong_code(p, d, SignInAnswer(False, "too_many_tries", None, 240))),
    "sign_in no server": ("sign_in", lambda p, d: _wrong_code(p, d, SignInAnswer(False, "no_server"))),
    "typing right": ("typing", _type("Cải cách hành chính phục vụ người dân")),
    "typing wrong": ("typing", _type("Cari cachs hanhf chinhs phucj vuj nguowif daan")),
    "exam item 23": ("exam working", _item(23)),
    "exam longest item": ("exam working", _item(LONGEST_AT)),
    "exam longest several": ("exam working", _item(SEVERAL_AT)),
    "exam last item": ("exam working", _item(60)),
    "exam not saved": ("exam working", _full_disk),
    "exam review": ("exam working", _review),
    "exam review all answered": ("exam working", _all_answered),
    "exam review asked": ("exam working", _ask),
    "exam review long": ("exam fresh", _review),
}  # fmt: skip
WIDE = ("exam working", "exam item 23")

PLAIN = {"textSize": "100", "contrast": "normal"}
WIDE_VARIANT = "1920x1080"
HEARD = ("", "high-contrast", "text-200")  # variants that are examined for barriers too
# how else a candidate may see it: the monitor, and what they chose on the page
VARIANTS: Mapping[str, tuple[tuple[int, int], Mapping[str, str]]] = {
    "": (OLD_MONITOR, PLAIN),
    "high-contrast": (OLD_MONITOR, {**PLAIN, "contrast": "high"}),
    "text-200": (OLD_MONITOR, {**PLAIN, "textSize": "200"}),
    "1024x768": ((1024, 768), PLAIN),
    WIDE_VARIANT: (WIDE_MONITOR, PLAIN),
}


def pictures() -> list[Picture[ScriptedDesk]]:
    """Every picture of the candidate's pages."""
    found = [_picture(name) for name in STATES] + [_picture(name, act) for name, (_, act) in ACTS.items()]
    return sorted(found, key=lambda picture: list(Screen).index(Screen(picture.page.removeprefix("kiosk."))))


def group(page: str, language: str) -> str:
    """The name of the pictures of one screen in one language."""
    return f"{page}, {language}"


def _picture(name: str, act: Act | None = None) -> Picture[ScriptedDesk]:
    screen, _, state = name.partition(" ")
    return Picture(f"kiosk.{screen}", state or "plain", act=act or (lambda page, desk: None), wide=name in WIDE)


def show_all(browser: Browser, look: Look, wish: Wish | None = None) -> None:
    """Show every picture that is wished for to `look`, one language after the other."""
    wish = wish or Wish()
    desk = ScriptedDesk(STATES["searching"], paper())
    with served_desk(desk) as door:
        context = browser.new_context(viewport={"width": OLD_MONITOR[0], "height": OLD_MONITOR[1]}, locale="vi-VN")
        context.set_default_timeout(PATIENCE_MS)
        page = context.new_page()
        page.goto(door)
        for language in wish.languages:
            desk.show(STATES["sign_in"])  # whoever sat there before has gone, and the page looks as at first
            page.wait_for_selector("body[data-screen=sign_in]")
            speak(page, language)
            heard = ("",) if wish.brief and language != LANGUAGES[0] else HEARD
            for screen, group_of in groupby(pictures(), lambda picture: picture.page):
                for picture in group_of:
                    if wish.wants(picture, language):
                        _show(page, desk, picture, language, look, heard)
                wish.done(group(screen, language))
        context.close()


def speak(page: Page, language: str) -> None:
    """Turn the page to a language by its own switch."""
    page.wait_for_selector("body:not([data-screen=loading])")
    button = page.locator(f".tools button[lang={language}]")
    if button.count():
        button.click()
        page.wait_for_selector(f"html[lang={language}] body:not([data-screen=loading])")


def _show(
    page: Page, desk: ScriptedDesk, picture: Picture[ScriptedDesk], language: str, look: Look, heard: Sequence[str]
) -> None:
    name = f"{picture.page.removeprefix('kiosk.')} {picture.state}".removesuffix(" plain")
    view = STATES[ACTS[name][0] if name in ACTS else name]
    desk.fault = None
    desk.show(STATES["searching"])
    page.wait_for_selector("body[data-screen=searching]")
    page.evaluate("() => { for (const one of document.querySelectorAll('form[data-form]')) one.reset(); }")
    desk.show(view)
    page.wait_for_selector(f"body[data-screen={view['screen']}]")
    picture.act(page, desk)
    page.evaluate("() => document.fonts.ready")
    for variant, (size, dress) in VARIANTS.items():
        if variant == WIDE_VARIANT and not picture.wide:
            continue
        page.set_viewport_size({"width": size[0], "height": size[1]})
        page.evaluate("wanted => Object.assign(document.documentElement.dataset, wanted)", dress)
        look(Shown(page, picture, language, variant, light=variant not in heard))  # type: ignore[arg-type]
    page.set_viewport_size({"width": OLD_MONITOR[0], "height": OLD_MONITOR[1]})
    page.evaluate("wanted => Object.assign(document.documentElement.dataset, wanted)", PLAIN)
