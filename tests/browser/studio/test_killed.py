"""A studio killed at any instant, alone, with its browser, or its browser alone: nothing readable stays, nothing saved is lost.

Studio and browser run where the whole system is read-only to them but for one small disk (for /tmp, /var/tmp, the home folder and
the bank) and a /dev/shm of their own. After each kill every byte of that disk's image is searched, freed blocks too.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import io
import itertools
import os
import random
import re
import subprocess
import sys
import threading
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import pytest
from PIL import Image, PngImagePlugin
from playwright.sync_api import Error, Page

from question_bank.bilingual import Bilingual
from question_bank.ids import TopicCode
from question_bank.vault.keys import Key
from question_bank.vault.people import Person
from question_bank.vault.vault import Vault

AN, PASSPHRASE, MARKER = Person("Nguyễn Văn An"), "MatKhauKhongAiDuocThay", "DauHieuMatKhongDuocLo"
KINDS = ("studio", "both", "browser")
DISK_BYTES, MEMORY_BYTES = 64 << 20, 512 << 20
# The image is opened outside: a file open for writing would keep the system from becoming read-only.
OUTSIDE = 'device=$(losetup --find --show "$1") || exit 77; shift; exec unshare --mount sh -c "$ROOM" sh "$device" "$@"'
ROOM = """
mount "$1" "$2"; mounted=$?; losetup --detach "$1"; [ $mounted = 0 ] || exit 77
mkdir "$2/repository" "$2/bin" "$2/home" "$2/bank" "$2/var" || exit 77
mount --bind "$3" "$2/repository" && mount -o remount,ro,bind "$2/repository"
mount --bind "$4" "$2/bin"
mount -t tmpfs -o size=$5 tmpfs /dev/shm
mount -o remount,ro,bind / || exit 77
mount --bind "$2/var" /var/tmp
mount --rbind "$2" /tmp
echo ready; exec cat
"""
Told = dict[str, bytes]
DEAD = "#main-frame-error"  # what Chromium shows where nobody answers
PARTS = ("typed", "pasted", "kept", "imported")


def forms(text: str) -> Iterator[bytes]:
    """How a text may stand in memory or in a file: as it is, in UTF-16, in base64 at each alignment, as grey pixels."""
    for data in (text.encode(), text.encode("utf-16-le")):
        yield data
        for shift in range(3):
            kept = base64.b64encode(b"\0" * shift + data)[4:-4]
            yield kept
    yield b"".join(bytes((one, one, one, 255)) for one in text.encode())


# zlib (of a browser's caches, of pictures), gzip, and the members of a ZIP archive behind names of up to 64 bytes
DEFLATED = (
    (rb"\x78[\x01\x5e\x9c\xda]", 15),
    (rb"\x1f\x8b\x08", 31),
    (rb"PK\x03\x04[\s\S]{4}\x08[\s\S]{21}[\w./-]{1,64}", -15),
)
LOOKED_FOR = [one for text in (MARKER, PASSPHRASE) for one in forms(text)]


def readable(data: bytes) -> list[bytes]:
    """Which of them is in these bytes, or in what is deflated there."""
    found, view = [one for one in LOOKED_FOR if one in data], memoryview(data)
    for begins, bits in DEFLATED:
        for place in re.finditer(begins, data):
            with contextlib.suppress(zlib.error):
                inside = zlib.decompressobj(bits).decompress(
                    view[place.end() if bits < 0 else place.start() :][: 1 << 20]
                )
                found += [one for one in LOOKED_FOR if one in inside]
    return found


def picture(token: str) -> bytes:
    """A grey picture that says the token, in its pixels too, which are stored as they are."""
    words = f"{MARKER} {token} ".encode()
    pixels = (words * (64 * 64 // len(words) + 1))[: 64 * 64]
    said, made = PngImagePlugin.PngInfo(), io.BytesIO()
    said.add_text("Comment", f"{MARKER} {token}")
    Image.frombytes("L", (64, 64), pixels).save(made, "PNG", pnginfo=said, compress_level=0)
    return made.getvalue()


@dataclass
class Room:
    """The only disk a studio may write to, and a bank on it."""

    holder: subprocess.Popen[str]
    image: Path
    key: Key
    environment: dict[str, str]

    @property
    def seen(self) -> Path:
        """Its root as this process sees it."""
        return Path(f"/proc/{self.holder.pid}/root")

    def command(self, *words: str) -> list[str]:
        inside = ["sh", "-c", 'cd /tmp/home && exec "$@"', "sh", *words]
        return ["nsenter", f"--mount=/proc/{self.holder.pid}/ns/mnt", *inside]

    def found(self) -> dict[str, list[bytes]]:
        """Where something readable is: on the disk, or in files in memory."""
        subprocess.run(["sync", "-f", self.seen / "tmp/bank"], check=True)
        data = self.image.read_bytes()
        assert b"age-encryption.org" in data  # it is the disk that was written to
        there = {"disk": readable(data)}
        for path in (self.seen / "dev/shm").rglob("*"):
            with contextlib.suppress(FileNotFoundError):
                there |= {str(path): readable(path.read_bytes())} if path.is_file() else {}
        return {where: what for where, what in there.items() if what}

    def vault(self, folder: Path) -> Vault:
        """The bank as it lies there now; a dead studio's lock is in nobody's way."""
        copy = folder / "copy.vault"
        copy.write_bytes((self.seen / "tmp/bank/bank.vault").read_bytes())
        return Vault.open_with(copy, lambda _: self.key, lambda: 1, write=False)


@pytest.fixture
def room(tmp_path: Path, repository: Path, spawn: Any, started_browser: Any) -> Room:
    image, place, bank, key = tmp_path / "disk", tmp_path / "room", tmp_path / "bank.vault", Key.new(PASSPHRASE)
    with Vault.create_with(bank, key, lambda: 1, AN) as vault:
        vault.shared.name_topic(TopicCode("t"), Bilingual("Chủ đề", "Topic"), AN)
        vault.save()
    place.mkdir()
    with image.open("wb") as made:
        made.truncate(DISK_BYTES)
    environment = started_browser.install("--headless", "--disable-gpu")
    python = Path(sys.executable)
    python = Path("/tmp/repository") / python.relative_to(repository) if repository in python.parents else python
    environment |= {
        "PATH": "/tmp/bin:/usr/bin:/bin", "HOME": "/tmp/home", "TMPDIR": "/tmp", "PYTHONPATH": "/tmp/repository",
        "PYTHONDONTWRITEBYTECODE": "1", "ROOM_PYTHON": str(python),
    }  # fmt: skip
    environment = {name: value for name, value in environment.items() if not name.startswith("XDG_")}
    if subprocess.run(["mkfs.ext4", "-q", image], capture_output=True, check=False).returncode:
        pytest.skip("needs mkfs.ext4 and loop devices")
    words = ["sh", "-c", OUTSIDE, "sh", image, place, repository, tmp_path / "bin", str(MEMORY_BYTES)]
    holder = spawn(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={**os.environ, "ROOM": ROOM})
    if holder.stdout.readline() != "ready\n":
        pytest.skip("needs mkfs.ext4 and loop devices")
    made_room = Room(holder, image, key, environment)
    (made_room.seen / "tmp/bank/bank.vault").write_bytes(bank.read_bytes())
    return made_room


@dataclass
class Author:
    """Works in the studio as fast as its pages allow, until something dies; remembers what a page said was saved."""

    draw: random.Random
    page: Page = field(init=False)
    base: str = ""
    numbers: Iterator[int] = field(default_factory=itertools.count)
    saved: set[str] = field(default_factory=set)
    pictures: set[str] = field(default_factory=set)
    done: dict[str, int] = field(default_factory=lambda: dict.fromkeys(PARTS, 0))

    def sit_down(self, page: Page) -> None:
        self.page = page
        page.wait_for_selector("#passphrase")
        self.base = page.url.partition("/sign-in")[0]
        page.fill("#name", AN)
        page.fill("#passphrase", PASSPHRASE)
        page.keyboard.press("Enter")
        page.wait_for_selector("header form[action='/sign-out'], main .error")
        assert page.locator("main .error").count() == 0, page.inner_text("main .error")

    def token(self) -> str:
        return f"{MARKER}-{next(self.numbers):05d}-"

    def work(self) -> None:
        """Raises Error once the studio or the browser is dead."""
        while True:
            if self.draw.random() < 0.4:
                self.bring()
            self.page.goto(self.base + "/items")
            offered = self.page.locator(".notice a")
            if offered.count():
                offered.first.click()
            else:
                self.page.goto(self.base + "/new/essay")
            self.page.wait_for_selector("#fields:not([inert])")
            for _ in range(self.draw.randint(1, 3)):
                self.draw.choice((self.type, self.type, self.paste))()
            if self.draw.random() < 0.5 or len(self.page.input_value("[data-field=stem]")) > 2000:
                self.keep()

    def _saved(self) -> None:
        self.page.wait_for_selector("#saved[data-state=saved], #saved[data-state=not_saved]")
        if self.page.get_attribute("#saved", "data-state") != "saved":
            raise Error("not saved")

    def type(self) -> None:
        token = self.token()
        self.page.focus("[data-field=stem]")
        self.page.keyboard.press("Control+End")
        self.page.keyboard.type(token)
        self._saved()
        self.saved.add(token)
        self.done["typed"] += 1

    def paste(self) -> None:
        data = picture(self.token())
        self.page.evaluate(
            """data => { const field = document.querySelector("[data-field=stem]"), held = new DataTransfer();
              held.items.add(new File([Uint8Array.from(atob(data), one => one.charCodeAt(0))], "picture.png", { type: "image/png" }));
              field.dispatchEvent(new ClipboardEvent("paste", { clipboardData: held })); window.before = field.value; }""",
            base64.b64encode(data).decode(),
        )
        self.page.wait_for_function(
            "() => document.querySelector('[data-field=stem]').value !== window.before || !document.getElementById('refused').hidden"
        )
        if self.page.locator("#refused").is_visible():
            raise Error(self.page.inner_text("#refused"))
        self._saved()
        self.pictures.add(hashlib.sha256(data).hexdigest())
        self.done["pasted"] += 1

    def keep(self) -> None:
        self.page.keyboard.press("Control+s")
        self.page.wait_for_function(
            "() => location.pathname.startsWith('/items/') || !document.getElementById('refused').hidden"
        )
        if "/items/" not in self.page.url:
            raise Error(self.page.inner_text("#refused"))
        self.done["kept"] += 1

    def bring(self) -> None:
        tokens = [self.token() for _ in range(3)]
        text = "\n\n".join(f"::{n}:: {token} hỏi gì? {{={token}đúng ~{token}sai}}" for n, token in enumerate(tokens))
        self.page.goto(self.base + "/import")
        if self.page.locator("#file").count():
            self.page.set_input_files("#file", {"name": "cau.gift", "mimeType": "text/plain", "buffer": text.encode()})
            self.page.click("#read")
            self.page.wait_for_selector("#take-ready, #refused:not([hidden])")
            self.page.click("#take-ready", timeout=2000)
            self.page.wait_for_selector(f"p.fine[role=status], p.error:not([hidden]), {DEAD}")
            if not self.page.locator("p.fine[role=status]").count():
                raise Error("not taken")
            self.saved.update(tokens)
            self.done["imported"] += 1
        self.page.click("form[action='/import/drop'] button")
        self.page.wait_for_selector(f"#file, {DEAD}", state="attached")


def look(room: Room, author: Author, folder: Path) -> None:
    """Nothing readable anywhere, and all that was said to be saved in the bank."""
    assert room.found() == {}
    with room.vault(folder) as vault:
        texts = [str(one.content) for one in vault.roughs.all()]
        texts += [str(vault.items.get(name).content) for name in vault.items.ids()]  # type: ignore[union-attr]
        whole = "\n".join(texts)
        assert [token for token in sorted(author.saved) if token not in whole] == []
        for sha256 in author.pictures:
            assert vault.shared.blob(sha256)


def kills(count: int, within_s: float, room: Room, spawn: Any, started_browser: Any, folder: Path) -> Author:
    """Start it, work, kill at some instant, look; so many times on one bank."""
    draw = random.Random(count)
    author = Author(draw)
    for number in range(count):
        kind = KINDS[number % len(KINDS)]
        words = ("-m", "question_bank.cli", "studio", "--bank", "/tmp/bank/bank.vault", "--no-sandbox")
        studio = spawn(room.command(room.environment["ROOM_PYTHON"], *words), env=room.environment)
        page = started_browser.page()
        there: list[psutil.Process] = []
        killed = threading.Event()

        def kill(kind: str = kind, studio: Any = studio, there: Any = there, killed: Any = killed) -> None:
            there.extend(psutil.Process(studio.pid).children(recursive=True))
            killed.set()
            if kind != "browser":
                os.kill(studio.pid, 9)
            if kind != "studio":
                end(there)

        timer = threading.Timer(draw.uniform(0.1, within_s), kill)
        try:
            author.sit_down(page)
            timer.start()
            with pytest.raises(Error) as raised:
                author.work()
            assert killed.is_set(), raised.value
            timer.join()
        finally:
            timer.cancel()
            if not killed.is_set():
                kill("both")
            started_browser.leave()
            end(there)  # a studio killed alone leaves its browser
        # Without its browser it ends by itself; that the browser was killed and not closed is said, with status 1.
        assert (studio.wait() in (0, 1)) is (kind == "browser")
        look(room, author, folder)
    return author


def end(processes: list[psutil.Process]) -> None:
    """Kill them, and wait until they are gone."""
    for one in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            one.kill()
    psutil.wait_procs(processes, timeout=10)


@pytest.mark.root
def test_a_kill_of_the_studio_or_of_its_browser_too_leaves_nothing_readable_and_loses_nothing_saved(
    room: Room, spawn: Callable[..., Any], started_browser: Any, tmp_path: Path
) -> None:
    kills(2, 2.0, room, spawn, started_browser, tmp_path)
    # It would be found, also after it was deleted.
    left = room.seen / "tmp/home/left"
    left.write_bytes(zlib.compress(MARKER.encode() * 9) + b"\0" * 4096 + PASSPHRASE.encode("utf-16-le"))
    subprocess.run(["sync", "-f", left], check=True)
    left.unlink()
    assert len(room.found()["disk"]) >= 2


@pytest.mark.root
@pytest.mark.soak
def test_fifty_kills_leave_nothing_readable_and_lose_nothing_saved(
    room: Room, spawn: Callable[..., Any], started_browser: Any, tmp_path: Path, record_property: Callable[..., None]
) -> None:
    author = kills(50, 4.0, room, spawn, started_browser, tmp_path)
    record_property("done", author.done)
    assert min(author.done.values()) > 2, author.done
    print(author.done, f"{len(author.saved)} texts and {len(author.pictures)} pictures said to be saved")
