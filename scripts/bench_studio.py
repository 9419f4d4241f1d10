"""How long a person waits in the studio at a large bank: each page and act, by the clock, over HTTP.

    .venv/bin/python scripts/bench_studio.py [--items 5000] [--pictures 200] [--json]

A protected bank in a folder of its own on this machine's disk: items by lot from the words of the sample bank (bench_vault.py), pictures of
about 100 kB that no compression makes smaller, every 25th item with one; nine items of ten are approved. The studio serves its pages as its command does; the
browser's own work is not in the figures. A file of 500 questions is imported at the end.
"""

from __future__ import annotations

import argparse
import http.client
import io
import json
import random
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import quote, urlencode

from PIL import Image

from question_bank.canonical import JSON
from question_bank.studio.running import Running
from question_bank.studio.seat import Seat
from question_bank.vault.access import now_ms
from question_bank.vault.people import Person
from question_bank.vault.states import Act
from question_bank.vault.vault import Vault
from scripts.bench_vault import PASSPHRASE, made

AN, BINH = Person("An"), Person("Bình")
TYPED = "chữ ký số của cơ quan"
QUESTIONS = 500


@dataclass(slots=True)
class Timed:
    """What was done, and how many seconds each time took, in order."""

    name: str
    seconds: list[float] = field(default_factory=list)

    def document(self) -> dict[str, JSON]:
        """Seconds with four places; canonical documents hold no fractions, so they are texts."""
        ordered = sorted(self.seconds)
        nearly_all = ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]
        figures = {"first": self.seconds[0], "p50": statistics.median(ordered), "p99": nearly_all}
        return {"name": self.name, "times": len(ordered), **{name: f"{one:.4f}" for name, one in figures.items()}}


class Browser:
    """Asks as a page of the studio does."""

    def __init__(self, link: str) -> None:
        self.host = link.split("/")[2]
        self.cookie, self.form = "", ""
        self.times: list[Timed] = []
        self.ask("GET", "/enter?" + link.partition("?")[2])

    def ask(self, method: str, path: str, body: bytes | None = None, kind: str = "", **headers: str) -> str:
        """One request; what came back. Raises SystemExit where it is not what a person would get."""
        connection = http.client.HTTPConnection(self.host, timeout=300)
        sent = {"Cookie": self.cookie, "Origin": f"http://{self.host}", "X-Form": self.form, **headers}
        connection.request(method, path, body, sent | ({"Content-Type": kind} if kind else {}))
        answer = connection.getresponse()
        text = answer.read().decode()
        if answer.status >= 400 or (text.startswith("{") and json.loads(text).get("ok") is False):
            sys.exit(f"{method} {path}: {answer.status} {text[:300]}")
        if cookie := answer.getheader("Set-Cookie"):
            self.cookie = cookie.partition(";")[0]
        if found := re.search('data-form="([^"]+)"', text):
            self.form = found[1]
        connection.close()
        return text

    def act(self, path: str, **fields: str) -> str:
        """A form is sent."""
        body = urlencode({"form": self.form, **fields}).encode()
        return self.ask("POST", path, body, "application/x-www-form-urlencoded")

    def call(self, path: str, body: JSON) -> str:
        """A script of the page asks."""
        return self.ask("POST", path, json.dumps(body).encode(), "application/json")

    def time(self, name: str, do: Callable[[], object]) -> None:
        """Do it once, and note how long it took under this name."""
        start = time.perf_counter()
        do()
        taken = time.perf_counter() - start
        if not self.times or self.times[-1].name != name:
            self.times.append(Timed(name))
        self.times[-1].seconds.append(taken)


def fill(path: Path, items: int, pictures: int) -> None:
    """The bank."""
    draw = random.Random(1)
    with Vault.create(path, PASSPHRASE, now_ms, AN) as vault:
        with vault.store.doing():
            for n in range(pictures):
                data = io.BytesIO()
                Image.frombytes("RGB", (256, 128), draw.randbytes(256 * 128 * 3)).save(data, "PNG")
                vault.shared.add_medium(f"hinh-{n:03d}.png", data.getvalue(), AN)
            for n, item in enumerate(made(items)):
                shown = f"{{{{image:hinh-{n // 25 % pictures:03d}.png|hình}}}}" if pictures and n % 25 == 0 else ""
                stem = f"{item.common.stem} {shown}".strip()
                vault.items.write(replace(item, common=replace(item.common, stem=stem)), AN)
                for act, by in ((Act.REVIEW, AN), (Act.APPROVE, BINH))[: 2 if n % 10 else 0]:
                    vault.items.act(item.id, act, by)
        vault.save()


@contextmanager
def served(path: Path) -> Iterator[tuple[Browser, Running]]:
    """The studio on it, signed in; opening is the first figure."""
    start = time.perf_counter()
    with Running(path, PASSPHRASE, 0, now_ms, Seat()) as running:
        taken = time.perf_counter() - start
        browser = Browser(running.launch.link())
        browser.times.append(Timed("open the bank (scrypt, on purpose)", [taken]))
        browser.ask("GET", "/sign-in")
        browser.act("/sign-in", name=AN)
        yield browser, running


def look(browser: Browser, running: Running) -> None:
    """What somebody does who only looks."""
    draw, ids = random.Random(2), sorted(running.desk.vault.items.ids())
    for path, name in (("/waiting", "what waits for me, the first page"), ("/items", "the list of items")):
        for _ in range(10):
            browser.time(name, lambda path=path: browser.ask("GET", path))  # type: ignore[misc]
    for _ in range(3):
        for end in range(1, len(TYPED) + 1):
            browser.time(
                "search, after each letter typed",
                lambda end=end: browser.ask("GET", f"/items?q={quote(TYPED[:end])}"),  # type: ignore[misc]
            )
    for name in draw.sample(ids, 50):
        browser.time("an item with all that is known of it", lambda name=name: browser.ask("GET", f"/items/{name}"))  # type: ignore[misc]
    for _ in range(3):
        browser.time("near duplicates of the whole bank", running.desk.vault.duplicates)


def write(browser: Browser, running: Running) -> None:
    """What somebody does who writes."""
    ids = sorted(running.desk.vault.items.ids())[:200]
    contents = [dict(held.content) for name in ids if (held := running.desk.vault.items.get(name))]
    for content in contents[:20]:
        browser.time("open the editor", lambda name=content["id"]: browser.ask("GET", f"/edit/{name}"))  # type: ignore[misc]
    for n, content in enumerate(contents):
        body: JSON = {"fields": {**content, "stem": f"{content['stem']} {n}"}, "seen": 1}
        browser.time(
            "autosave: checked, previewed, encrypted, on the disk",
            lambda name=content["id"], body=body: browser.call(f"/api/rough/{name}", body),  # type: ignore[misc]
        )
    for n, content in enumerate(contents[:50]):
        body = {"fields": {**content, "stem": f"{content['stem']} {n}"}, "seen": 1}
        browser.time(
            "keep a revision, on the disk",
            lambda name=content["id"], body=body: browser.call(f"/api/keep/{name}", body),  # type: ignore[misc]
        )
    drafts = [content for content in contents[50:] if str(content["id"]).endswith("0")]
    for content in drafts:
        browser.time(
            "review an item, and see it again",
            lambda name=content["id"]: (browser.act(f"/items/{name}/review", seen="1"), browser.ask("GET", f"/items/{name}")),  # type: ignore[misc]
        )  # fmt: skip


def bring(browser: Browser) -> None:
    """A file of questions, looked at and taken."""
    questions = list(made(QUESTIONS))
    text = "\n\n".join(
        f"::{n}:: {one.common.stem} lần {n} {{={one.options[0].text} " + " ".join(f"~{other.text}" for other in one.options[1:]) + "}"
        for n, one in enumerate(questions)
    )  # fmt: skip
    name = {"X-File-Name": "cau-hoi.gift"}
    browser.time(
        f"import: read {QUESTIONS} questions",
        lambda: browser.ask("POST", "/api/import", text.encode(), "application/octet-stream", **name),
    )
    browser.time("import: see them beside the bank", lambda: browser.ask("GET", "/import"))
    browser.time("import: take them all", lambda: browser.act("/import/take", which="ready"))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Measure the studio at a large bank.")
    parser.add_argument("--items", type=int, default=5000, help="how many items the bank has")
    parser.add_argument("--pictures", type=int, default=200, help="how many pictures")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bank.vault"
        fill(path, arguments.items, arguments.pictures)
        megabytes = round(path.stat().st_size / 1e6, 1)
        with served(path) as (browser, running):
            look(browser, running)
            write(browser, running)
            bring(browser)
    figures = [one.document() for one in browser.times]
    if arguments.json:
        print(json.dumps({"items": arguments.items, "file_mb": megabytes, "figures": figures}, ensure_ascii=False))
        return
    print(f"{arguments.items} items, {arguments.pictures} pictures, a file of {megabytes} MB; seconds by the clock\n")
    print("| | times | first | p50 | p99 |\n|---|---|---|---|---|")
    for one in figures:
        print(f"| {one['name']} | {one['times']} | {one['first']} | {one['p50']} | {one['p99']} |")


if __name__ == "__main__":
    main()
