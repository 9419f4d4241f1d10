"""Every route as every role; docs/roles.md says the same to people, line by line."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from flask import Flask
from werkzeug.routing import Rule

from server.domain.commands import OfficerCommand
from server.domain.rights import RIGHTS, TWO_OFFICERS, Right, Role, may, right_for
from server.web.access import Open, access_of, roles_of

Browsers = Callable[..., Any]

OPEN_WORDS = {
    Open.EVERYONE: "any machine",
    Open.CONSOLE: "any console",
    Open.NEWCOMER: "any signed-in officer, also before choosing a password",
    Open.OFFICER: "any signed-in officer",
}


def routes(app: Flask) -> Iterator[tuple[str, Rule]]:
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield method, rule


def filled(rule: Rule) -> str:
    """A path of this rule; nothing is called so."""
    return re.sub(r"<(?:\w+:)?(\w+)>", lambda found: "nothing-" + found[1].replace("_", "-"), rule.rule)


def asked(browser: Any, method: str, path: str) -> int:
    return int(browser.post(path).status_code if method == "POST" else browser.get(path).status_code)


def test_no_route_is_without_a_word_on_who_may_open_it(app: Flask) -> None:
    assert [rule.rule for _, rule in routes(app) if access_of(app, rule.endpoint) is None] == []


@pytest.mark.parametrize("role", list(Role))
def test_every_route_opens_for_the_roles_of_its_right_and_for_no_other(
    app: Flask, someone: Browsers, role: Role
) -> None:
    found = someone(role.value)
    found.get("/password")
    wrong = []
    for method, rule in routes(app):
        access = access_of(app, rule.endpoint)
        assert access is not None
        if rule.endpoint == "sign_in.leave" or access is Open.EVERYONE:
            continue  # signing out would end the test's own session; the open ones have their own test
        status = asked(found, method, filled(rule))
        allowed = role in roles_of(access)
        if (status == 403) is allowed or status >= 500:
            wrong.append((method, rule.rule, status))
    assert wrong == []


def test_without_signing_in_nothing_but_the_way_in_opens(app: Flask, browser: Browsers) -> None:
    for method, rule in routes(app):
        access = access_of(app, rule.endpoint)
        answer = browser().post(filled(rule)) if method == "POST" else browser().get(filled(rule))
        if access in (Open.EVERYONE, Open.CONSOLE):
            assert answer.headers.get("Location", "").startswith("/sign-in") is False, rule.rule
        else:
            assert answer.status_code == 303, rule.rule
            assert answer.headers["Location"].startswith("/sign-in"), rule.rule


def test_from_an_unpaired_machine_only_what_is_for_everyone_opens(app: Flask, browser: Browsers, lan: str) -> None:
    for method, rule in routes(app):
        if access_of(app, rule.endpoint) is Open.EVERYONE:
            continue
        found = browser(lan, "192.0.2.50")
        answer = found.open(method, filled(rule), headers={"Referer": f"{lan}/"})
        assert answer.status_code == 403, rule.rule
        assert "examroom-kiosk console" in answer.get_data(as_text=True), rule.rule


def test_a_page_that_says_nothing_is_closed_to_everybody(app: Flask, someone: Browsers) -> None:
    app.add_url_rule("/forgotten", "forgotten", lambda: "secret")
    assert someone("technical").get("/forgotten").status_code == 403


def test_no_page_tells_a_candidates_name_to_a_role_that_may_not_see_the_roster(
    app: Flask, someone: Browsers, play: Any, pdf_text: Callable[[bytes], str]
) -> None:
    play.opened(2)
    names = [one.entry.full_name for one in play.room.store.candidates.of_sitting(play.sitting.sitting_id)]
    seen = set()
    for role in (one for one in Role if not may(one, Right.SEE_ROSTER) and not may(one, Right.SEE_MARKS)):
        found = someone(role.value)
        for method, rule in routes(app):
            access = access_of(app, rule.endpoint)
            if method != "GET" or access is None or role not in roles_of(access) or rule.endpoint.endswith("_news"):
                continue
            path = rule.rule.replace("<machine_id>", "k0")
            answer = found.get(filled(rule) if "<" in path else path)
            is_pdf = answer.mimetype == "application/pdf"
            text = pdf_text(answer.get_data()) if is_pdf else answer.get_data(as_text=True)
            assert [name for name in names if name in text] == [], (role, path)
            seen.add(path)
    assert {"/console", "/console/seat/k0", "/console/before", "/console/machines", "/prepare"} <= seen


def test_a_post_without_the_forms_token_is_refused_on_every_route(app: Flask, someone: Browsers) -> None:
    by_role = {role: someone(role.value) for role in Role}
    for method, rule in routes(app):
        access = access_of(app, rule.endpoint)
        if method != "POST" or access is None:
            continue
        role = min(roles_of(access))
        assert by_role[role].post(filled(rule), token=False).status_code == 400, rule.rule


# --- docs/roles.md --------------------------------------------------------------------------------------------------


def who(access: object) -> str:
    return f"`{access.value}`" if isinstance(access, Right) else OPEN_WORDS[access]  # type: ignore[index]


def marks(roles: frozenset[Role]) -> str:
    return " | ".join("✓" if role in roles else "" for role in Role)


def rights_table() -> list[str]:
    return [
        f"| `{right.value}`{' (two officers)' if right in TWO_OFFICERS else ''} | {marks(RIGHTS[right])} |"
        for right in Right
    ]


def routes_table(app: Flask) -> list[str]:
    rows = []
    for method, rule in routes(app):
        access = access_of(app, rule.endpoint)
        assert access is not None
        rows.append(f"| `{method} {rule.rule}` | {who(access)} |")
    return sorted(rows)


def commands_table() -> list[str]:
    rights = {command: right_for(object.__new__(command)) for command in get_args(OfficerCommand)}
    return sorted(f"| `{command.__name__}` | `{right.value}` |" for command, right in rights.items())


def written(repository: Path, heading: str) -> list[str]:
    text = (repository / "docs" / "roles.md").read_text(encoding="utf-8")
    section = text.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    rows = [line for line in section.splitlines() if line.startswith("| ")]
    return rows[1:]


def assert_written(repository: Path, heading: str, rows: list[str]) -> None:
    if written(repository, heading) != rows:
        pytest.fail(f"docs/roles.md, section {heading}, should list:\n" + "\n".join(rows), pytrace=False)


def test_the_page_on_roles_lists_every_right_as_it_is(repository: Path) -> None:
    assert_written(repository, "Rights", rights_table())


def test_the_page_on_roles_lists_every_route_as_it_is(repository: Path, app: Flask) -> None:
    assert_written(repository, "Routes", routes_table(app))


def test_the_page_on_roles_lists_every_command_as_it_is(repository: Path) -> None:
    assert_written(repository, "Commands", commands_table())


def test_a_proctor_sees_no_marks_and_no_keys() -> None:
    for right in (Right.SEE_MARKS, Right.EXPORT_RESULTS, Right.PUBLISH_RESULTS, Right.OPEN_PAPER, Right.OPEN_MARKING):
        assert not may(Role.PROCTOR, right)


def test_who_keeps_the_machines_decides_nothing_about_marks_or_the_paper() -> None:
    for right in (Right.SEE_MARKS, Right.EXPORT_RESULTS, Right.OPEN_PAPER, Right.OPEN_MARKING, Right.RUN_SITTING):
        assert not may(Role.TECHNICAL, right)
