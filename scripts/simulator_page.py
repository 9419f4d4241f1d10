"""Serve one simulator's page with its sample scenario on loopback, by the routes of a kiosk: for whoever builds a simulator.

    python scripts/simulator_page.py NAME [--language vi|en]

Nothing is kept: the run begins anew with each start.
"""

from __future__ import annotations

import argparse
import importlib
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from flask import Flask, Response

from client_kiosk.acting import Acted, ShownRun
from client_kiosk.pages.runs import run_pages
from question_bank.canonical import JSON
from question_bank.front.door import Door, shut
from question_bank.front.serving import front_files
from question_bank.simulators import Simulator, simulator
from question_bank.simulators.model import Refused, Standing, Taken
from question_bank.wording import Language
from scripts.quiet_server import quiet_server

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

START_MS = (
    1_790_000_000_000  # room time of the first action; each takes a second more, so that a run can be played again
)
PAGE = """<!doctype html>
<html lang="{language}">
<head><meta charset="utf-8"><title>{title}</title><link rel="icon" href="data:,">
<link rel="stylesheet" href="/front/tokens.css"><link rel="stylesheet" href="/front/paper/paper.css">
<link rel="stylesheet" href="/bench.css"></head>
<body><main class="simulator" id="place"></main><script type="module" src="/bench.js"></script></body>
</html>"""
SCRIPT = """import { Shown } from "/front/paper/simulator.js";
const shown = new Shown(document.getElementById("place"), "/api/runs/1", { failed: "failed" });
addEventListener("pagehide", () => shown.drafts?.last());
await shown.begin();
document.body.dataset.shown = "yes";
"""
STYLE = "body { margin: 0 } main { width: 1000px; height: 600px; overflow: auto }"


def sample_world(found: Simulator) -> JSON:
    """The world of a simulator's sample scenario."""
    scenario: Any = importlib.import_module(f"{found.package}.scenario")
    world: JSON = scenario.world(*scenario.sample())
    return world


@dataclass
class Bench:
    """One run in memory, as `client_kiosk.pages.runs.Runs`; `fault` is why nothing can be kept (None: it can)."""

    simulator: Simulator
    world: JSON
    actions: list[Taken] = field(default_factory=list)
    drafts: dict[str, str] = field(default_factory=dict)
    fault: str | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        """At the start of the world."""
        self.standing = Standing(self.simulator, self.simulator.initial(self.world))

    def run(self, number: int) -> ShownRun | None:
        """The one run there is."""
        if number != 1:
            return None
        return ShownRun(self.simulator, self.standing.n, self.simulator.view(self.standing.state), dict(self.drafts))

    def act(self, number: int, action: Mapping[str, JSON]) -> Acted:
        """Kept in memory."""
        with self.lock:
            if self.fault is not None:
                return Acted(reason=self.fault)
            at_ms = START_MS + 1000 * len(self.actions)
            after = self.standing.after(action, at_ms)
            if isinstance(after, Refused):
                return Acted(refused=after.reason)
            self.standing = after
            self.actions.append(Taken(after.n, action, at_ms))
            return Acted(after.n, self.simulator.view(after.state))

    def draft(self, number: int, texts: Mapping[str, str]) -> bool:
        """Kept in memory."""
        if self.fault is not None:
            return False
        self.drafts.update(texts)
        return True


@contextmanager
def served_simulator(bench: Bench, language: Language = "vi") -> Iterator[str]:
    """The simulator's page before this bench, on a free port of loopback: the address of its door, open to any token."""

    def pages(host: str) -> WSGIApplication:
        app = Flask(__name__, static_folder=None)
        app.json.ensure_ascii = False  # type: ignore[attr-defined]
        shut(app, Door(host, "exam-simulator", lambda token: True))
        runs = run_pages(bench, lambda: language, lambda code: code)
        front_files(runs, frozenset(), lambda sha256: None)
        app.register_blueprint(runs)
        title = bench.simulator.NAME
        app.add_url_rule("/", "page", lambda: PAGE.format(language=language, title=title))
        app.add_url_rule("/bench.js", "script", lambda: Response(SCRIPT, mimetype="text/javascript"))
        app.add_url_rule("/bench.css", "style", lambda: Response(STYLE, mimetype="text/css"))
        return app

    with quiet_server(pages) as host:
        yield f"http://{host}/enter?token=any"


def main() -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name")
    parser.add_argument("--language", choices=("vi", "en"), default="vi")
    given = parser.parse_args()
    found = simulator(given.name)
    with served_simulator(Bench(found, sample_world(found)), given.language) as address:
        print(address, flush=True)
        threading.Event().wait()


if __name__ == "__main__":
    main()
