"""Sealing in the studio: packages and sheets apart, all or none, the bank remembers, the minutes get their numbers; hostile fields are bounded."""

from __future__ import annotations

import io
import os
import stat
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from pypdf import PdfReader

from question_bank.canonical import JSON
from question_bank.form_document import parse_form
from question_bank.sealed import Package
from question_bank.sealed_keys import read_public_key
from question_bank.sealing import seal_forms
from question_bank.studio.seal_folders import Listing, listed, new_folder, typed_path
from question_bank.vault.errors import VaultError, VaultFault
from question_bank.vault.uses import How
from question_bank.vault.vault import Vault

if TYPE_CHECKING:
    from tests.question_bank.studio.conftest import Studio

HOST = "127.0.0.1:4711"
NAMES = ["nho.primary", "nho.reserve"]
HOLDERS: list[JSON] = [
    {"body": "Ban Đề thi", "title": "Trưởng ban"},
    {"body": "Ban Tổ chức", "title": "Phó Trưởng ban"},
    {"body": "Tổ Thư ký", "title": "Tổ trưởng"},
]
SECRET: JSON = {"threshold": "2", "custodians": HOLDERS}
CUSTODY: JSON = {"paper": SECRET, "marking": SECRET}


@pytest.fixture
def drawn(stocked: Studio, tmp_path: Path) -> Studio:
    """Both sets drawn, and the committee's key in `key/`."""
    assert stocked.call("/api/forms/assemble", {"blueprint": "nho", "sets": "both", "seed": "5e" * 32}).get_json()["ok"]
    for thread in threading.enumerate():
        if thread.name == "studio-assembling":
            thread.join()
    made = stocked.call("/api/keygen", {"folder": str(tmp_path / "key"), "name": "Ban Đề thi"}).get_json()
    assert made["ok"], made
    return stocked


def order(folder: Path, **more: JSON) -> dict[str, JSON]:
    return {
        "forms": [*NAMES], "revisions": [1, 1], "key": str(folder / "key" / "committee.key"), "out": str(folder / "packages"),
        "sheets": str(folder / "sheets"), "not_before": "2026-12-01T07:00", "custody": CUSTODY, "despite": False, **more,
    }  # fmt: skip


def seal(studio: Studio, folder: Path, **more: JSON) -> dict[str, Any]:
    return dict(studio.call("/api/seal", order(folder, **more)).get_json())


def left(folder: Path) -> list[str]:
    return sorted(one.name for one in folder.rglob("*") if one.suffix in (".exam", ".pdf"))


def test_both_sets_are_sealed_and_the_bank_on_the_disk_knows_it(drawn: Studio, tmp_path: Path) -> None:
    assert seal(drawn, tmp_path) == {"ok": True, "text": "", "said": [], "to": "/seal/done"}
    signer = read_public_key(tmp_path / "key" / "committee.pub")
    page = drawn.get("/seal/done").text
    with drawn.on_disk() as found:
        for name in NAMES:
            paper = found.papers.get(f"form:{name}")
            assert paper is not None
            form = parse_form(paper.content)
            package = Package.open_file(tmp_path / "packages" / f"{form.package_id}.exam", signer.raw, "0.1.0")
            package.verify()
            assert package.manifest.not_before_ms == 1_796_083_200_000
            for told in (form.package_id, package.fingerprint, package.manifest_sha256):
                assert told in page
            assert package.manifest_sha256 in drawn.get(f"/forms/{name}").text
            assert {use.how for item in form.bank_items for use in found.uses.of(item)} == {How.SEALED}
    sheets = sorted((tmp_path / "sheets").iterdir())
    assert len(sheets) == 12
    assert {stat.S_IMODE(one.stat().st_mode) for one in sheets} == {0o600}
    assert [one.suffix for one in (tmp_path / "packages").iterdir()] == [".exam", ".exam"]


def test_a_package_is_named_by_its_number_alone(drawn: Studio, tmp_path: Path) -> None:
    seal(drawn, tmp_path)
    for name in left(tmp_path / "packages"):
        assert name[0] == "p"
        assert len(name) == len("p123456789012.exam")


def test_a_sheet_is_opened_to_print_and_destroyed(drawn: Studio, tmp_path: Path) -> None:
    seal(drawn, tmp_path)
    first = drawn.get("/seal/done/0")
    assert (first.mimetype, first.headers["Content-Disposition"]) == ("application/pdf", "inline")
    assert "Ban Đề thi" in PdfReader(io.BytesIO(first.data)).pages[0].extract_text()
    assert drawn.get("/seal/done/99").status_code == 404
    assert drawn.post("/seal/done/destroy").status_code == 200
    assert left(tmp_path / "sheets") == []
    assert drawn.get("/seal/done/0").status_code == 404


def test_no_word_of_a_share_is_kept_in_the_bank(drawn: Studio, tmp_path: Path) -> None:
    seal(drawn, tmp_path)
    words = PdfReader(tmp_path / "sheets" / left(tmp_path / "sheets")[0]).pages[0].extract_text()
    third = next(line.split()[-1] for line in words.splitlines() if line.strip().startswith("3 "))
    with drawn.on_disk() as found:
        papers = [found.papers.get(name) for name in found.papers.names()]
        said = [
            str(one.content)
            for one in papers
            if one and isinstance(one.content, dict) and "sections" not in one.content
        ]
    assert said
    assert not any(f" {third} " in one for one in said)


@pytest.mark.parametrize(
    ("more", "word"),
    [
        ({"forms": []}, ""), ({"forms": ["khong.primary"]}, ""), ({"forms": [*NAMES, "khong.primary"]}, ""), ({"forms": "x"}, ""),
        ({"key": "committee.key"}, ""), ({"key": "/khong/co.key"}, "unreadable"), ({"out": "packages"}, ""),
        ({"out": "/khong/co/dau"}, "/khong/co"), ({"sheets": "a\0b"}, ""), ({"sheets": "/" + "x" * 5000}, ""),
        ({"not_before": "mai"}, ""), ({"not_before": "2022-12-01T07:00"}, "đã qua"), ({"revisions": [1, 2]}, "ghép lại"), ({"revisions": None}, ""),
        ({"out": "/" + "x" * 300}, ""), ({"sheets": "/" + "x" * 300}, ""), ({"key": "/" + "x" * 300}, ""), ({"not_before": "9999-12-31T23:59:59-23:59"}, ""), ({"custody": None}, ""), ({"custody": []}, ""),
        ({"custody": {"paper": SECRET}}, ""), ({"custody": {"paper": SECRET, "marking": {"threshold": {}, "custodians": [1, None]}}}, ""),
        ({"custody": {"paper": SECRET, "marking": {"threshold": "9" * 500, "custodians": HOLDERS}}}, ""),
        ({"custody": {"paper": SECRET, "marking": {"threshold": "2", "custodians": HOLDERS * 500}}}, "17"),
        ({"custody": {"paper": SECRET, "marking": {"threshold": "2", "custodians": [HOLDERS[0], HOLDERS[0]]}}}, ""),
    ],
)  # fmt: skip
def test_a_refused_seal_says_why_and_leaves_nothing(
    drawn: Studio, tmp_path: Path, more: dict[str, JSON], word: str
) -> None:
    answer = seal(drawn, tmp_path, **more)
    assert answer["ok"] is False
    assert answer["text"]
    assert word in f"{answer['text']} {answer['said']}"
    assert left(tmp_path) == []
    assert not (tmp_path / "packages").exists()
    assert not (tmp_path / "sheets").exists()
    assert all(use.how is How.ASSEMBLED for uses in drawn.desk.vault.uses.all().values() for use in uses)


@pytest.mark.parametrize("inside", ["packages", "packages/sheets"])
def test_sheets_beside_the_packages_are_refused(drawn: Studio, tmp_path: Path, inside: str) -> None:
    (tmp_path / "packages").mkdir()
    answer = seal(drawn, tmp_path, sheets=str(tmp_path / inside))
    assert answer["ok"] is False
    assert "beside_package" in answer["text"]
    assert left(tmp_path) == []


def test_when_the_second_form_cannot_be_sealed_nothing_of_the_first_is_left(drawn: Studio, tmp_path: Path) -> None:
    paper = drawn.desk.vault.papers.get(f"form:{NAMES[1]}")
    assert paper is not None
    (tmp_path / "packages").mkdir()
    there = tmp_path / "packages" / f"{parse_form(paper.content).package_id}.exam"
    there.write_text("mine")
    assert seal(drawn, tmp_path)["ok"] is False
    assert left(tmp_path) == [there.name]
    assert there.read_text() == "mine"
    assert not (tmp_path / "sheets").exists()
    assert "is sealed" not in drawn.get(f"/forms/{NAMES[0]}").text


def test_a_bank_that_cannot_be_saved_seals_nothing(
    drawn: Studio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: Vault) -> None:
        raise VaultError(VaultFault.NOT_WRITTEN, drawn.bank, "no room")

    monkeypatch.setattr(Vault, "save", full)
    assert seal(drawn, tmp_path)["ok"] is False
    assert left(tmp_path) == []


def test_a_sealed_form_is_not_exchanged_and_not_sealed_again_by_mistake(drawn: Studio, tmp_path: Path) -> None:
    seal(drawn, tmp_path)
    paper = drawn.desk.vault.papers.get(f"form:{NAMES[0]}")
    assert paper is not None
    form = parse_form(paper.content)
    item = form.sections[0].marking.items[0].bank_item
    assert drawn.get(f"/api/forms/{NAMES[0]}/offers/{item}").get_json()["ok"] is False
    other = {"out": str(tmp_path / "again"), "sheets": str(tmp_path / "sheets-again")}
    refused = seal(drawn, tmp_path, **other)
    assert refused["ok"] is False
    assert refused["said"]
    assert not (tmp_path / "again").exists()
    assert seal(drawn, tmp_path, **other, despite=True)["ok"] is True
    # Drawn anew, the sealed one stays in the list and can be looked at.
    drawn.call("/api/forms/assemble", {"blueprint": "nho", "sets": "both", "seed": "6f" * 32})
    while drawn.get("/api/forms/work").get_json()["at_work"]:
        pass
    assert f"/forms/{NAMES[0]}?revision=1" in drawn.get("/forms").text
    assert form.sha256() in drawn.get(f"/forms/{NAMES[0]}?revision=1").text


def test_what_speaks_against_a_form_must_be_overruled(drawn: Studio, tmp_path: Path) -> None:
    paper = drawn.desk.vault.papers.get(f"form:{NAMES[0]}")
    assert paper is not None
    name = parse_form(paper.content).sections[0].marking.items[0].bank_item
    held = drawn.desk.vault.items.get(name)  # type: ignore[arg-type]
    assert held is not None
    drawn.call(f"/api/keep/{name}", {"fields": {**held.content, "stem": "Sửa rồi?"}, "seen": held.entry.revision})
    refused = seal(drawn, tmp_path)
    assert refused["ok"] is False
    assert name in str(refused["said"])
    assert left(tmp_path) == []


def test_the_plan_comes_from_a_file_and_is_there_the_next_time(drawn: Studio, tmp_path: Path) -> None:
    file = Path(__file__).parents[3] / "question_bank/samples/custody.yaml"
    answer = drawn.call("/api/custody", file.read_bytes(), **{"X-File-Name": "custody.yaml"}).get_json()
    assert answer["plan"]["marking"]["custodians"][1] == {"body": "Ban Giám khảo", "title": "Trưởng ban"}
    assert seal(drawn, tmp_path, custody=answer["plan"])["ok"] is True
    assert "Ban Giám khảo" in drawn.get("/seal").text


@pytest.mark.parametrize("data", [b"", b"\xff\xfe", b"a: [", b"x" * 70_000, b"&a [*a]", b"format: exam-custody/1\n"])
def test_a_file_that_is_no_plan_is_refused_with_its_problems(drawn: Studio, data: bytes) -> None:
    answer = drawn.call("/api/custody", data, **{"X-File-Name": "..%2F..%2Fx%00.yaml"}).get_json()
    assert answer["ok"] is False
    assert answer["said"]


def test_a_key_is_made_once_and_never_over_another(drawn: Studio, tmp_path: Path) -> None:
    key = tmp_path / "key" / "committee.key"
    before = key.read_bytes()
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    answer = drawn.call("/api/keygen", {"folder": str(tmp_path / "key"), "name": "Khác"}).get_json()
    assert answer["ok"] is False
    assert key.read_bytes() == before
    (tmp_path / "half").mkdir()
    (tmp_path / "half" / "committee.pem").write_text("mine")
    assert drawn.call("/api/keygen", {"folder": str(tmp_path / "half"), "name": "Khác"}).get_json()["ok"] is False
    assert os.listdir(tmp_path / "half") == ["committee.pem"]
    for name in ("", "x" * 201, "a\x07b"):
        assert drawn.call("/api/keygen", {"folder": str(tmp_path / "new"), "name": name}).get_json()["ok"] is False
    assert not (tmp_path / "new").exists()


def test_folders_are_listed_without_files_but_for_keys(drawn: Studio, tmp_path: Path) -> None:
    (tmp_path / ".hidden").mkdir()
    (tmp_path / "thu muc").mkdir()
    found = drawn.get(f"/api/folders?path={tmp_path}").get_json()
    assert [name for name, _ in found["folders"]] == ["key", "thu muc"]
    assert found["files"] == []
    keys = drawn.get(f"/api/folders?path={tmp_path / 'key'}&for=key").get_json()
    assert [name for name, _ in keys["files"]] == ["committee.key"]
    for wrong in ("tuong/doi", "/khong/co", "a" * 2000, "%00"):
        answer = drawn.get(f"/api/folders?path={wrong}").get_json()
        assert (answer["ok"], "folders" in answer) == (False, False)


def test_paths_are_whole_and_their_folder_is_there(tmp_path: Path) -> None:
    assert typed_path(f"  {tmp_path} ") == tmp_path
    assert new_folder(str(tmp_path / "one")) == tmp_path / "one"
    (tmp_path / "file").write_text("")
    for wrong in (tmp_path / "one" / "two", tmp_path / "file"):
        assert not isinstance(new_folder(str(wrong)), Path)
    for number in range(600):
        (tmp_path / f"{number:03d}").mkdir()
    many = listed(tmp_path)
    assert isinstance(many, Listing)
    assert (len(many.folders), many.more) == (500, True)


@pytest.mark.parametrize("body", [None, [], "x", 5])
@pytest.mark.parametrize("path", ["/api/seal", "/api/keygen"])
def test_what_is_no_order_is_refused(drawn: Studio, path: str, body: JSON) -> None:
    assert drawn.call(path, body).status_code == 400


def test_there_is_nothing_to_show_before_anything_was_sealed(stocked: Studio) -> None:
    assert stocked.get("/seal/done").status_code == 302
    assert stocked.get("/seal").status_code == 200
    assert stocked.get("/seal/done/0").status_code == 404


def test_two_who_seal_at_once_do_not_make_two_packages_of_one_number(
    drawn: Studio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cookie, form, answers = drawn.cookie(), drawn.form(), list[bool]()

    def second() -> None:
        other = drawn.client.application.test_client()
        other.set_cookie("examroom_studio_4711", cookie, domain="127.0.0.1")
        headers = {"Host": HOST, "Origin": f"http://{HOST}", "X-Form": form}
        body = order(tmp_path, out=str(tmp_path / "second"), sheets=str(tmp_path / "sheets-2"))
        answers.append(other.post("/api/seal", json=body, headers=headers).get_json()["ok"])

    thread = threading.Thread(target=second)

    def seal_meanwhile(*asked: Any) -> Any:
        if not thread.ident:
            thread.start()
        return seal_forms(*asked)

    monkeypatch.setattr("question_bank.studio.seal_desk.seal_forms", seal_meanwhile)
    assert seal(drawn, tmp_path)["ok"] is True
    thread.join()
    assert answers == [False]
    assert not (tmp_path / "second").exists()
    assert len(left(tmp_path / "packages")) == 2


@pytest.mark.skipif(os.name == "nt", reason="links need a right there")
@pytest.mark.parametrize("which", ["out", "sheets", "key"])
def test_a_link_that_leads_in_a_circle_is_no_folder(drawn: Studio, tmp_path: Path, which: str) -> None:
    (tmp_path / "circle").symlink_to(tmp_path / "circle")
    answer = seal(drawn, tmp_path, **{which: str(tmp_path / "circle")})
    assert (answer["ok"], left(tmp_path)) == (False, [])


def test_a_form_that_was_drawn_anew_since_the_page_was_opened_is_not_sealed_unseen(
    drawn: Studio, tmp_path: Path
) -> None:
    vault = drawn.desk.vault
    paper = vault.papers.get("form:nho.primary")
    assert paper is not None
    item = next(iter(parse_form(paper.content).bank_items))
    [new, *_] = drawn.get(f"/api/forms/nho.primary/offers/{item}").get_json()["offers"]
    body: JSON = {"old": item, "new": new["id"], "why": "lộ", "revision": 1}
    assert drawn.call("/api/forms/nho.primary/swap", body).get_json()["ok"] is True
    assert (seal(drawn, tmp_path)["ok"], left(tmp_path)) == (False, [])
    assert 'value="nho.primary" data-revision="2"' in drawn.get("/seal").text
    assert seal(drawn, tmp_path, revisions=[2, 1])["ok"] is True
