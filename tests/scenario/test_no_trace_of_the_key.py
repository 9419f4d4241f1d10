"""Acceptance: the opened candidate part, everything a kiosk holds, and everything sent to it hold no trace of the key."""

from __future__ import annotations

import asyncio
import base64
import http.client
import json
import re
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pyrage
import pytest
from ruamel.yaml import YAML

from question_bank import canonical
from question_bank.custody import SecretKind, Share, open_secret, parse_share
from question_bank.formats.folder import read_bank
from question_bank.items._choice import right_options
from question_bank.sealed import Package, SealError
from scripts.scene import Scene
from scripts.served_room import served_room
from scripts.wire_tap import WireTap
from server.domain.commands import StartPart
from server.domain.rights import Role
from server.drill import prepared_room
from server.drill.prepared_room import BANK, SealedContest, seal_contest
from server.live import kiosk_records
from server.live.actors import OfficerActor

Stage = Callable[..., AbstractContextManager[Scene]]
PROCTOR = OfficerActor("o-proctor", Role.PROCTOR)
KIT_MS = 3_600_000
# Names of JSON members that belong to the marking part or the bank alone.
MEMBERS = ("key", "keys", "explanation", "rubric", "rule", "canaries", "seed", "bank_item", "item_sha256", "level", "topic",
           "expected_right", "correct", "answer", "fixed_key")  # fmt: skip


def identity(contest: SealedContest, set_name: str, kind: SecretKind) -> str:
    """The age identity that the custodians' shares give."""
    shares = [parse_share(text) for text in contest.shares(set_name, kind)[:2]]
    manifest = contest.bundles[set_name].package.manifest
    return open_secret([share for share in shares if isinstance(share, Share)], manifest, kind)


def bank_items() -> Iterator[dict[str, Any]]:
    for file in sorted(BANK.glob("*.yaml")):
        yield from YAML(typ="safe").load(file)["items"]


def spellings(secret: bytes) -> list[bytes]:
    """A secret in every dress it might travel in."""
    encoded = base64.b64encode(secret)
    raw = [secret] if len(set(secret)) > 1 else []  # the first sample seed is 32 zeros, of which any file has some
    return [*raw, secret.hex().encode(), secret.hex().upper().encode(), encoded, base64.urlsafe_b64encode(secret),
            base64.b32encode(secret), encoded.rstrip(b"=")]  # fmt: skip


def key_traces(contest: SealedContest) -> dict[str, list[bytes]]:
    """What must be nowhere, by what it would give away."""
    forms = list(contest.forms.values())
    marking = [item for form in forms for section in form.sections for item in section.marking.items]
    explanations = [" ".join(str(item["explanation"]).split()).encode() for item in bank_items()]
    identities = [identity(contest, name, kind) for name in contest.forms for kind in SecretKind]
    return {
        "a key as a list": [json.dumps(sorted(right_options(item)), separators=(",", ":")).encode() for item in marking],
        "a key beside its item": [
            part for item in marking for option in right_options(item)
            for part in (f"{item.item_id}:{option}".encode(), f"{item.item_id}\":\"{option}".encode(), f"{item.item_id},{option}".encode())
        ],
        "a bank item's id": [str(item["id"]).encode() for item in bank_items()],
        "a bank item's digest": [part for item in marking for part in spellings(bytes.fromhex(item.item_sha256))],
        "an explanation": explanations + [text[len(text) // 2 :] for text in explanations],
        "a level or topic": sorted({item.level.encode() for item in marking} | {item.topic.encode() for item in marking}),
        "a seed": [part for form in forms for part in spellings(bytes.fromhex(form.seed))],
        "a digest of bank or blueprint": [
            part for form in forms for text in (form.bank_sha256, form.blueprint_sha256)
            for part in spellings(bytes.fromhex(text))
        ],
        "an identity of custody": [one.encode() for one in identities],
        "a custodian's share": [
            words.encode() for name in contest.forms for kind in SecretKind for words in contest.shares(name, kind)
        ],
        "the committee's private key": spellings(contest.key._key.private_bytes_raw()),
    }  # fmt: skip


def room_secrets(scene: Scene) -> dict[str, list[bytes]]:
    """What of the room itself no kiosk may have."""
    stored = json.loads((scene.room_folder / "room.key").read_bytes())
    texts = [text for text in _texts(stored) if len(text) >= 32]
    return {
        "a key of the room": [part for text in texts for part in (text.encode(), *_decoded(text))],
        "another candidate's code": [scene.sheets[1].code.encode()],
        "another candidate": [b"TS0002", "Thí sinh Số 2".encode()],
    }


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for part in value.values():
            yield from _texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from _texts(part)
    elif isinstance(value, str):
        yield value


def _decoded(text: str) -> list[bytes]:
    return spellings(bytes.fromhex(text)) if re.fullmatch("(?:[0-9a-f]{2}){16,}", text) else []


def unescaped(content: bytes) -> bytes:
    """The same with JSON's \\uXXXX written out: what is sent is escaped, what is searched for is not."""
    return re.sub(
        rb"\\u([0-9a-fA-F]{4})", lambda found: chr(int(found[1], 16)).encode("utf-8", "surrogatepass"), content
    )


def traces(places: dict[str, bytes], wanted: dict[str, list[bytes]]) -> list[str]:
    """Where something of it is, in words."""
    found = []
    for place, content in places.items():
        for spelling in (content, unescaped(content), b" ".join(unescaped(content).split())):
            found += [
                f"{place}: {what}: {one[:60]!r}" for what, ones in wanted.items() for one in ones if one in spelling
            ]
    return sorted(set(found))


def members(places: dict[str, bytes]) -> list[str]:
    """JSON members of the marking part or of the bank, plain or escaped inside a string."""
    pattern = re.compile(rb'\\?"(' + "|".join(MEMBERS).encode() + rb')\\?"\s*:')
    return sorted(
        {f"{place}: {found[1].decode()}" for place, content in places.items() for found in pattern.finditer(content)}
    )


def folder(path: Path) -> dict[str, bytes]:
    return {f"{path.name}/{file.relative_to(path)}": file.read_bytes() for file in path.rglob("*") if file.is_file()}


# --- one whole sitting, overheard -------------------------------------------------------------------------------------


class Overheard:
    """Everything one kiosk got in one sitting."""

    def __init__(self, scene: Scene, ports: Callable[[], int]) -> None:
        self.scene = scene
        self.places: dict[str, bytes] = {}
        self.papers: list[dict[str, Any]] = []
        self._ports = ports

    def run(self) -> None:
        scene = self.scene
        kit = scene.folder / "room.kit"
        with scene.opened() as room:
            kit.write_bytes(room.pairing.kits.make("o", 1, KIT_MS, [], scene.port).to_bytes())
        scene.server.start()
        tap = WireTap(scene.room_folder, self._ports(), scene.port)
        room_port, scene.port = scene.port, tap.port
        tap.start()
        kiosk = scene.kiosk(0, self._ports(), "--kit", str(kit), name="overheard", paired=False)
        kiosk.traffic = []
        try:
            asyncio.run(self._sit(kiosk))
            self._keep("folder", folder(kiosk.folder))
        finally:
            kiosk.kill()
            tap.stop()
            scene.port = room_port
        self._keep("wire", {str(n): bytes(heard) for n, heard in enumerate(tap.heard)})
        self._keep("page", {str(n): content for n, content in enumerate(kiosk.traffic)})

    def _keep(self, what: str, places: dict[str, bytes]) -> None:
        self.places.update({f"{what} {name}": content for name, content in places.items()})

    async def _sit(self, kiosk: Any) -> None:
        """A whole sitting as a candidate lives it, with a pause, more time, a crash of each side and a wrong answer each."""
        scene, officer = self.scene, self.scene.officer
        player = scene.player(0, kiosk)
        call = asyncio.to_thread
        await call(kiosk.start)
        await call(player.arrive)
        for path in ("/", "/api/view"):
            await call(kiosk.get, path)
        self._keep("folder before", await call(folder, kiosk.folder))
        assert (await officer.ordered("start", part=0, who=None))["verdict"] == "accepted"
        await call(player.read_paper)
        for number in range(1, len(player.items) + 1):
            assert await call(player.choose, number, self._wrong(player.items[number - 1]))
            await call(kiosk.post, "flag", number=number, flagged=number % 2 == 0)
        assert await call(player.choose, 1, [])
        await officer.command("pause", who=None, reason="Mất điện", cause="hall")
        await call(kiosk.wait_for, "paused")
        await officer.command("resume", who=None, reason="power is back")
        await call(kiosk.wait_for, "exam")
        await officer.command("extend", who=None, ms=60_000, reason="Bù giờ", cause="hall")
        await call(scene.server.kill)
        await call(scene.server.start)
        await call(kiosk.kill)
        self._keep("folder in mid-exam", await call(folder, kiosk.folder))
        await call(kiosk.start)
        await call(player.read_paper)
        assert await call(player.choose, 1, self._wrong(player.items[0]))
        await call(self._event, kiosk)
        await call(player.submit)
        assert (await call(self._result, kiosk))["right"] == 0
        await officer.command("close_part", part=0, reason="Hết giờ")
        await officer.command("close_sitting", reason="Hết giờ")
        await call(kiosk.wait_for, "submitted")
        await officer.close()

    def _result(self, kiosk: Any) -> dict[str, Any]:
        """The result, once it is shown."""
        while (result := kiosk.view()["result"]) is None:
            time.sleep(0.02)
        shown: dict[str, Any] = result
        return shown

    def _wrong(self, item: dict[str, Any]) -> list[int]:
        """One option that is not a whole key: the candidate's own answers must not look like keys."""
        right = self.scene.right_texts()[" ".join(item["stem"].split())]
        wrong = [
            n for n, option in enumerate(item["view"]["options"], 1) if " ".join(option["text"].split()) not in right
        ]
        return wrong[:1]

    def _event(self, kiosk: Any) -> None:
        """The first event of the page's stream."""
        connection = http.client.HTTPConnection(kiosk.host, kiosk.port, timeout=10)
        connection.request("GET", "/api/events", headers={"Cookie": kiosk._cookie})
        response = connection.getresponse()
        kiosk.traffic.append(response.read1(65536))
        connection.close()


@pytest.fixture(scope="module")
def overheard(
    tmp_path_factory: pytest.TempPathFactory, contest: SealedContest, free_port: Callable[[], int]
) -> Iterator[Overheard]:
    from scripts.scene import scene  # the fixture `stage` lives for one test only

    with scene(tmp_path_factory.mktemp("overheard"), contest, 2, free_port) as made:
        found = Overheard(made, free_port)
        found.run()
        yield found


@pytest.fixture(scope="module")
def everything(overheard: Overheard, contest: SealedContest) -> dict[str, bytes]:
    """Every place, and the candidate part decrypted with what the kiosk was given."""
    places = dict(overheard.places)
    wire = b"".join(content for name, content in places.items() if name.startswith("wire"))
    identities = set(re.findall(rb"AGE-SECRET-KEY-1[A-Z0-9]+", wire))
    assert len(identities) == 1, "one section was opened, and its identity was sent"
    package = Package.open_file(*staged(places, overheard, contest), "0.1.0")
    (section,) = package.manifest.sections
    part = package.candidate(section.section_id, next(iter(identities)).decode())
    places["the opened candidate part"] = canonical.encode(dict(part.document))
    return places


def staged(places: dict[str, bytes], overheard: Overheard, contest: SealedContest) -> tuple[Path, bytes]:
    """The kiosk's own copy of the primary package, and its signer."""
    name = contest.bundles["primary"].package.path.name
    (content,) = {content for place, content in places.items() if place.endswith(name)}
    copy = overheard.scene.folder / f"copy-of-{name}"
    copy.write_bytes(content)
    return copy, contest.committee.raw


@pytest.mark.shared
def test_the_search_finds_what_it_looks_for(everything: dict[str, bytes], contest: SealedContest) -> None:
    """The same search finds what is meant to be there, escaped on the wire and plain on the page."""
    (section,) = contest.forms["primary"].sections
    items: Any = section.candidate["items"]
    stem = items[0]["stem"].encode()
    wire = {name: content for name, content in everything.items() if name.startswith("wire")}
    page = {name: content for name, content in everything.items() if name.startswith("page")}
    assert traces(wire, {"item": [items[0]["item_id"].encode()], "name": ["Thí sinh Số 1".encode()]})
    assert traces(page, {"stem": [b" ".join(stem.split())]})
    assert traces({"x": everything["the opened candidate part"]}, {"stem": [stem]})
    assert members({"x": b'{"a":{"key":["o1"]}}', "y": rb'"{\"seed\": 1}"'}) == ["x: key", "y: seed"]
    assert sum(len(content) for content in wire.values()) > 50_000, "both packages were downloaded through the tap"


@pytest.mark.shared
def test_nothing_that_reaches_a_kiosk_holds_a_trace_of_the_key(
    everything: dict[str, bytes], contest: SealedContest
) -> None:
    assert traces(everything, key_traces(contest)) == []


@pytest.mark.shared
def test_nothing_that_reaches_a_kiosk_is_named_as_a_part_of_the_marking(everything: dict[str, bytes]) -> None:
    assert members(everything) == []


@pytest.mark.shared
def test_nothing_that_reaches_a_kiosk_is_a_secret_of_the_room_or_of_another_candidate(
    everything: dict[str, bytes], overheard: Overheard
) -> None:
    assert traces(everything, room_secrets(overheard.scene)) == []


@pytest.mark.shared
def test_the_page_knows_no_id_of_item_or_package(everything: dict[str, bytes], contest: SealedContest) -> None:
    documents: list[Any] = [section.candidate for form in contest.forms.values() for section in form.sections]
    ids = [item["item_id"].encode() for document in documents for item in document["items"]]
    page = {name: content for name, content in everything.items() if name.startswith("page")}
    packages = [form.package_id.encode() for form in contest.forms.values()]
    assert traces(page, {"id": ids + packages, "identity": [b"AGE-SECRET-KEY"]}) == []


@pytest.mark.shared
def test_what_a_kiosk_was_given_opens_one_section_and_nothing_else(
    everything: dict[str, bytes], overheard: Overheard, contest: SealedContest
) -> None:
    held = b"".join(everything.values())
    identities = {found.decode() for found in re.findall(rb"AGE-SECRET-KEY-1[A-Z0-9]+", held)}
    opened = []
    for name, bundle in contest.bundles.items():
        package = bundle.package
        for member in package.members:
            content = package.path.read_bytes()[package._offsets[member.name] :][: member.size]
            for one in identities:
                try:
                    pyrage.decrypt(content, [pyrage.x25519.Identity.from_str(one)])
                except pyrage.DecryptError:
                    continue
                opened.append((name, member.role.value))
        for one in identities:
            with pytest.raises(SealError):
                package.marking(one, 10**13, override=True)
    assert opened == [("primary", "candidate")]


# --- every key changed ------------------------------------------------------------------------------------------------


def with_other_keys(folder: Path) -> Path:
    """The sample bank with every key another one: the next option, or the next options, round the letters."""
    yaml = YAML()
    yaml.width = 10_000
    folder.mkdir()
    for file in sorted(BANK.glob("*.yaml")):
        document = yaml.load(file)
        for item in document["items"]:
            letters = list(item["options"])
            old = item["key"] if isinstance(item["key"], list) else [item["key"]]
            new = [letters[(letters.index(letter) + 1) % len(letters)] for letter in old]
            item["key"] = sorted(new) if isinstance(item["key"], list) else new[0]
            item["explanation"] = f"Đã đổi: {item['id']}"
        yaml.dump(document, folder / file.name)
    return folder


async def paper_seen(scene: Scene, room: Any) -> dict[str, bytes]:
    """A sitting of one candidate: the documents the kiosk opened, by section, as bytes."""
    kiosk = scene.virtual(0)
    kiosk.start()
    await kiosk.ready.wait()
    await kiosk.stage()
    await kiosk.sign_in()
    verdict = room.order(PROCTOR, bytes(16), 1, StartPart(0, None, bytes(range(32)), PROCTOR.officer_id))
    assert verdict.reason is None
    await kiosk.opened.wait()
    paper = kiosk.paper
    part = kiosk._packages[paper["package_id"]].candidate(paper["section_id"], paper["identity"])
    await kiosk.stop()
    order = json.dumps(paper["order"], sort_keys=True).encode()
    return {"document": canonical.encode(dict(part.document)), "order": order}


def test_the_same_sitting_with_every_key_changed_shows_the_same_paper_byte_for_byte(
    stage: Stage, contest: SealedContest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed = read_bank(with_other_keys(tmp_path / "bank"))
    assert not changed.problems, changed.problems[:3]
    monkeypatch.setattr(prepared_room, "read_bank", lambda _: changed)
    sealed = tmp_path / "sealed"
    sealed.mkdir()
    other = seal_contest(sealed, small=True)
    # The order is drawn for each attempt by its id: the same candidate gets the same id in both sittings.
    monkeypatch.setattr(kiosk_records, "secrets", SimpleNamespace(token_hex=lambda size: "0" * (2 * size)))

    def sit(which: SealedContest) -> dict[str, bytes]:
        with (
            stage(1, contest=which, name=str(id(which))) as scene,
            served_room(scene.room_folder, which.committee.raw) as served,
        ):
            scene.port = served.address.port
            return asyncio.run(paper_seen(scene, served.room))

    assert sit(contest) == sit(other)
    keys = [
        [item.key for section in which.forms["primary"].sections for item in section.marking.items]
        for which in (contest, other)
    ]
    assert all(one != another for one, another in zip(*keys, strict=True)), "every key is another one"
