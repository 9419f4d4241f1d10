"""What no page of ours sends is refused as such: it breaks nothing, and nothing of it is kept."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from question_bank.canonical import JSON
from question_bank.studio.seal_folders import Listing, listed

if TYPE_CHECKING:
    from pathlib import Path

    from tests.question_bank.studio.conftest import Studio

HOST = "127.0.0.1:4711"
CALLS = [
    "/api/look", "/api/rough/X", "/api/keep/X", "/api/stimulus/look", "/api/stimulus/rough/X", "/api/stimulus/keep/X",
    "/blueprints/x/rough", "/blueprints/x/keep", "/blueprints/check", "/api/forms/assemble", "/api/seal", "/api/keygen",
]  # fmt: skip
NONE_OF_OURS = [
    b"", b"null", b"[1]", b"{", b"\xff", b"[" * 100_000, b'{"fields":' * 50_000,
    b'{"seen": 1, "document": {}, "fields": ' + b'{"a":' * 70 + b"1" + b"}" * 71,
    b'{"seen": 1, "document": {}, "fields": {"type": "single_choice", "stem": "\\ud800"}}',
    b'{"seen": 1, "document": {}, "fields": {"type": "single_choice", "plays": 1.5}}',
    b'{"seen": 1, "document": {}, "fields": {"type": "single_choice", "plays": ' + b"9" * 30 + b"}}",
    b'{"seen": 1, "document": {}, "fields": {"type": "single_choice", "plays": ' + b"9" * 5000 + b"}}",
    b'{"seen": 1e400, "document": {}, "fields": {"type": "single_choice"}}',
]  # fmt: skip


@pytest.mark.parametrize("path", CALLS)
def test_a_call_with_what_is_no_document_is_refused(signed: Studio, path: str) -> None:
    headers = {"Host": HOST, "Origin": f"http://{HOST}", "X-Form": signed.form()}
    for body in NONE_OF_OURS:
        answer = signed.client.post(path, data=body, headers=headers, content_type="application/json")
        assert answer.status_code == 400, body[:100]
    assert signed.desk.vault.roughs.all() == ()


def test_a_rough_copy_of_no_type_is_never_kept_so_the_editor_always_opens(signed: Studio) -> None:
    name = signed.desk.vault.items.entries()[0].id
    kinds: tuple[dict[str, JSON], ...] = ({}, {"type": "nope"}, {"type": ["single_choice"]})
    for fields in kinds:
        assert signed.call(f"/api/rough/{name}", {"fields": fields, "seen": 1}).status_code == 400
    assert (
        signed.desk.vault.roughs.put(f"item:{name}", {"fields": {"type": "gone"}, "seen": 1}, signed.desk.people()[0])
        is None
    )
    assert signed.get(f"/edit/{name}").status_code == 200  # its type is not installed any more: what is kept is opened


@pytest.mark.parametrize("number", ["", "x", "-1", "²", "9" * 30, "9" * 5000])
def test_a_number_that_is_none_of_ours_settles_nothing_and_says_so(signed: Studio, number: str) -> None:
    name = signed.desk.vault.items.entries()[0].id
    answer = signed.post(f"/items/{name}/settle", reason=number, why="đã xem", seen="1")
    assert (answer.status_code, "error" in answer.text) == (200, True)
    assert (
        signed.call("/api/statistics", b"a,b\n1,0\n", **{"X-Marks-Bytes": number.replace("²", "2")}).get_json()["ok"]
        is False
    )


@pytest.mark.parametrize("path", ["/\t/evil.example", "/\n/evil.example", "/items\r\nX-Evil: 1", "/\x00"])
def test_a_path_that_browsers_read_as_another_computers_leads_to_the_first_page(signed: Studio, path: str) -> None:
    for answer in (signed.post("/sign-in", name="An", to=path), signed.post("/language/en", to=path)):
        assert (answer.status_code, answer.location) == (302, "/")
    name = signed.desk.vault.items.entries()[0].id
    assert signed.post(f"/items/{name}/forget", to="q=a\r\nX: y").location == "/"
    assert signed.post(f"/items/{name}/forget", to="q=a").location == f"/items/{name}?q=a"


@pytest.mark.skipif(os.name == "nt", reason="names are text there")
def test_a_folder_whose_name_is_no_text_does_not_hide_the_others(signed: Studio, tmp_path: Path) -> None:
    for name in (b"\xd0\xe7 cu", b"hai\ndong", "Đề thi".encode()):
        os.mkdir(os.fsencode(tmp_path) + b"/" + name)
    found = listed(tmp_path)
    assert isinstance(found, Listing)
    assert found.folders == ("Đề thi",)
    assert signed.get(f"/api/folders?path={tmp_path}").get_json()["folders"][0][0] == "Đề thi"


def test_an_import_takes_no_topic_that_nobody_has_named(signed: Studio) -> None:
    for topic in ("<b> U", "khong-co", "x" * 60):
        assert signed.call("/api/import", b"Q {=a ~b}", **{"X-File-Name": "De 1.gift", "X-Topic": topic}).get_json()[
            "ok"
        ]
        assert signed.desk.pending.imported
        [question] = signed.desk.pending.imported.questions
        assert question.item
        assert question.item.common.topic == "de-1"


def test_a_shared_text_never_has_the_number_that_is_the_page_for_new_ones(signed: Studio) -> None:
    body: JSON = {"fields": {"id": "new", "title": "Ngữ liệu", "text": "Một."}, "seen": 0}
    assert signed.call("/api/stimulus/keep/new", body).get_json()["ok"] is False
    assert signed.desk.vault.shared.stimuli() == {}
