"""Forms in the studio: drawn beside the page, in the bank's file when the page says so, proven anew, swapped with a reason, printed."""

from __future__ import annotations

import io
import re
import threading
from typing import TYPE_CHECKING, Any

import pytest
from pypdf import PdfReader

from question_bank.canonical import JSON, decode, encode
from question_bank.form import Form, SetName, assemble_sets
from question_bank.form_document import parse_form
from question_bank.formats.blueprint import read_blueprint
from question_bank.ids import BankItemId
from question_bank.studio.failing import threads_say_no_more
from question_bank.studio.form_pages import blueprint_titles
from question_bank.studio.form_papers import read_name
from question_bank.vault.errors import VaultError, VaultFault
from question_bank.vault.states import Act
from question_bank.vault.uses import How
from question_bank.vault.vault import Vault

if TYPE_CHECKING:
    from tests.question_bank.studio.conftest import Studio

SEED = "5e" * 32
OPTION = re.compile("'(o[a-z2-7]{5})'")
PRIMARY, RESERVE = "nho.primary", "nho.reserve"


def ask(studio: Studio, **more: JSON) -> dict[str, Any]:
    body: JSON = {"blueprint": "nho", "sets": "both", "seed": SEED, **more}
    return dict(studio.call("/api/forms/assemble", body).get_json())


def done(studio: Studio) -> dict[str, Any]:
    """What the page would see once the work is over."""
    for thread in threading.enumerate():
        if thread.name == "studio-assembling":
            thread.join()
    return dict(studio.get("/api/forms/work").get_json())


def assemble(studio: Studio, **more: JSON) -> dict[str, Any]:
    answer = ask(studio, **more)
    assert answer["ok"], answer
    return done(studio)


def kept(vault: Vault, name: str, revision: int = 0) -> Form:
    found = vault.papers.get(f"form:{name}", revision)
    assert found is not None
    return parse_form(found.content)


def offers(studio: Studio, name: str, item: str) -> list[str]:
    return [one["id"] for one in studio.get(f"/api/forms/{name}/offers/{item}").get_json()["offers"]]


def swap(studio: Studio, old: str, new: str, why: str = "câu cũ đã lộ", revision: int = 1) -> dict[str, Any]:
    body: JSON = {"old": old, "new": new, "why": why, "revision": revision}
    return dict(studio.call(f"/api/forms/{PRIMARY}/swap", body).get_json())


def items_of(form: Form) -> list[str]:
    return [one.bank_item for section in form.sections for one in section.marking.items]


def test_both_sets_are_on_the_disk_with_their_uses_when_the_page_says_so(stocked: Studio) -> None:
    said = assemble(stocked)
    assert (said["stage"], said["forms"]) == ("done", [PRIMARY, RESERVE])
    with stocked.on_disk() as found:
        primary, reserve = kept(found, PRIMARY), kept(found, RESERVE)
        assert not primary.bank_items & reserve.bank_items
        used = {use.package: use.how for uses in found.uses.all().values() for use in uses}
        assert used == {primary.package_id: How.ASSEMBLED, reserve.package_id: How.ASSEMBLED}
    page = stocked.get(f"/forms/{PRIMARY}").text
    assert primary.sha256() in page
    assert 'data-holds="yes"' in page
    assert 'data-holds="no"' not in page
    assert PRIMARY in stocked.get("/forms").text


def test_the_page_draws_what_the_command_draws_from_the_same_seed(stocked: Studio) -> None:
    assemble(stocked)
    vault = stocked.desk.vault
    paper = vault.papers.get("blueprint:nho")
    assert paper is not None
    blueprint = read_blueprint(encode(paper.content), "nho").blueprint
    assert blueprint is not None
    drawn = assemble_sets(vault.sound(), blueprint, bytes.fromhex(SEED), tuple(SetName))
    assert isinstance(drawn, tuple)
    assert [one.sha256() for one in drawn] == [kept(vault, PRIMARY).sha256(), kept(vault, RESERVE).sha256()]


def test_what_is_short_is_listed_as_the_command_lists_it_and_nothing_is_kept(stocked: Studio) -> None:
    vault = stocked.desk.vault
    paper = vault.papers.get("blueprint:nho")
    assert paper is not None
    text = encode(paper.content).replace(b'"nhan_biet":2', b'"nhan_biet":300')
    assert read_blueprint(text, "lon").blueprint is not None
    vault.papers.write("blueprint:lon", decode(text, 10**6), stocked.desk.people()[0])
    said = assemble(stocked, blueprint="lon")
    assert said["stage"] == "short"
    assert any("dich-vu-cong" in one and "600" in one for one in said["said"])
    assert vault.papers.names("form") == ()
    assert not vault.uses.all()


def test_the_search_holds_neither_the_page_nor_the_vault(stocked: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slow(*given: Any) -> Any:
        begun.set()
        assert go_on.wait(30)
        return assemble_sets(*given)

    monkeypatch.setattr("question_bank.studio.form_work.assemble_sets", slow)
    assert ask(stocked)["ok"]
    assert begun.wait(30)
    assert stocked.get("/api/forms/work").get_json()["stage"] == "drawing"
    assert stocked.get("/items").status_code == 200
    entry = stocked.desk.vault.items.entries()[0]
    written = stocked.call(
        f"/api/rough/{entry.id}", {"fields": {"type": entry.type, "stem": "Vẫn gõ được?"}, "seen": 1}
    )
    assert written.get_json()["ok"]
    assert ask(stocked)["ok"] is False  # one at a time
    go_on.set()
    assert done(stocked)["stage"] == "done"


@pytest.mark.parametrize(
    ("broken", "language", "told"),
    [
        ("question_bank.studio.form_work.assemble_sets", "vi", "không có đề nào được tạo"),
        ("question_bank.studio.form_work.proven", "en", "No form was made"),
        ("question_bank.studio.form_desk.keep_forms", "en", "while the forms were being saved"),
    ],
)
def test_a_defect_while_assembling_reaches_the_page_with_what_to_do_and_no_word_of_the_bank(
    stocked: Studio, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], broken: str, language: str, told: str
) -> None:  # fmt: skip
    def fails(*given: Any, **more: Any) -> Any:
        raise KeyError(secret)

    secret = stocked.desk.vault.items.entries()[0].line
    stocked.post(f"/language/{language}")
    with threads_say_no_more(), monkeypatch.context() as changed:
        changed.setattr(broken, fails)
        said = assemble(stocked)
        for thread in threading.enumerate():
            if thread.name == "studio-assembling":
                thread.join()
    assert said["stage"] == "failed"
    assert told.lower() in " ".join(said["said"]).lower()
    assert "KeyError form_work.py:" in said["said"][-1]
    assert secret not in str(said) + stocked.get("/forms/new").text + capsys.readouterr().err
    assert stocked.desk.vault.papers.names("form") == ()
    assert assemble(stocked)["stage"] == "done"  # the next is not held up


def test_forms_that_cannot_be_saved_are_not_said_to_be(stocked: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as broken:

        def full(self: Vault) -> None:
            raise VaultError(VaultFault.NOT_WRITTEN, stocked.bank, "no room")

        broken.setattr(Vault, "save", full)
        assert assemble(stocked)["stage"] == "failed"
    with stocked.on_disk() as found:
        assert found.papers.names("form") == ()
    assert stocked.desk.keep() == ""
    with stocked.on_disk() as found:
        assert len(found.papers.names("form")) == 2


def test_assembling_again_adds_a_revision_and_one_set_stays_apart_from_the_other(stocked: Studio) -> None:
    assemble(stocked)
    for turn in range(8):
        assert assemble(stocked, sets="reserve", seed=f"{turn:02x}" * 32)["stage"] == "done"
        vault = stocked.desk.vault
        assert not kept(vault, RESERVE).bank_items & kept(vault, PRIMARY, 1).bank_items
    last = vault.papers.get(f"form:{RESERVE}")
    assert last is not None
    assert last.number == 9
    assert "revision=" not in stocked.get("/forms").text  # an earlier one that nobody sealed is history


def test_two_forms_never_have_one_package_number(stocked: Studio) -> None:
    assemble(stocked)
    vault = stocked.desk.vault
    before = kept(vault, PRIMARY)
    paper = vault.papers.get("blueprint:nho")
    assert paper is not None
    other = decode(encode(paper.content).replace(b'"nhan_biet":2', b'"nhan_biet":3'), 10**6)
    vault.papers.write("blueprint:khac", other, vault.people()[0])
    said = assemble(stocked, blueprint="khac")  # the same seed
    assert said["stage"] == "failed"
    assert before.package_id in said["said"][0]
    assert len(vault.papers.names("form")) == 2
    assert assemble(stocked)["stage"] == "done"  # the very same forms are no others
    last = vault.papers.get(f"form:{PRIMARY}")
    assert last is not None
    assert last.number == 1


@pytest.mark.parametrize(
    "body",
    [
        None, [], "x", {}, {"blueprint": "nho", "sets": "all", "seed": SEED}, {"blueprint": 5, "sets": [], "seed": {}},
    ],
)  # fmt: skip
def test_what_is_no_order_is_refused(stocked: Studio, body: JSON) -> None:
    assert stocked.call("/api/forms/assemble", body).status_code == 400


@pytest.mark.parametrize("path", ["/api/forms/assemble", "/api/forms/nho.primary/swap", "/api/seal", "/api/keygen"])
def test_a_list_in_a_list_without_end_is_refused(stocked: Studio, path: str) -> None:
    origin = {"Host": "127.0.0.1:4711", "Origin": "http://127.0.0.1:4711", "X-Form": stocked.form()}
    answer = stocked.client.post(path, data=b"[" * 200_000, headers=origin, content_type="application/json")
    assert answer.status_code in (400, 404)


@pytest.mark.parametrize(
    "wrong",
    [
        {"seed": "5e"}, {"seed": "zz" * 32}, {"blueprint": "khong-co"}, {"statistics": "[]"}, {"statistics": "{" * 100_000},
        {"statistics": '{"items": [{"id": "A", "facility": 7}]}', "statistics_name": "/etc/passwd"},
    ],
)  # fmt: skip
def test_what_cannot_be_drawn_from_is_said(stocked: Studio, wrong: dict[str, JSON]) -> None:
    answer = ask(stocked, **wrong)
    assert answer["ok"] is False
    assert answer["text"]
    assert "/etc" not in answer["text"]
    assert done(stocked)["stage"] == "idle"


@pytest.mark.parametrize(
    "name", ["x", "nho.third", "nho.primary.", "..primary", "nho.primary.1234567", "a" * 200 + ".primary"]
)
def test_what_is_no_forms_name_is_no_page(stocked: Studio, name: str) -> None:
    assert read_name(name) is None
    assert stocked.get(f"/forms/{name}").status_code == 404


def test_statistics_level_the_forms_and_are_shown(stocked: Studio) -> None:
    items: list[JSON] = [
        {"id": one.id, "facility": 0 if at % 2 else 1} for at, one in enumerate(stocked.desk.vault.items.entries())
    ]
    assemble(stocked, statistics=encode({"items": items}).decode(), statistics_name="stats.json")
    assert "50,0 %" in stocked.get(f"/forms/{PRIMARY}").text


def test_statistics_that_the_bank_keeps_level_the_forms_when_that_is_asked_for(stocked: Studio) -> None:
    vault = stocked.desk.vault
    items: list[JSON] = [{"id": one.id, "facility": at % 2} for at, one in enumerate(vault.items.entries())]
    older: list[JSON] = [{"id": one.id, "facility": 1} for one in vault.items.entries()]
    for day, figures in (("2026-01-01", items), ("2025-01-01", older)):  # the latest counts
        text = encode({"items": figures}).decode()
        vault.papers.write(f"statistics:{day}", {"held_on": day, "figures": text}, vault.people()[0])
    assemble(stocked)
    assert "50,0 %" not in stocked.get(f"/forms/{PRIMARY}").text
    assert 'id="kept"' in stocked.get("/forms/new").text
    assemble(stocked, kept=True, seed="6f" * 32)
    assert "50,0 %" in stocked.get(f"/forms/{PRIMARY}").text


@pytest.mark.parametrize(("items", "changed"), [("different", 1), ("same", 2)])
def test_with_several_forms_a_swap_changes_those_that_have_the_item_and_forgets_no_use(
    stocked: Studio, items: str, changed: int
) -> None:
    vault = stocked.desk.vault
    paper = vault.papers.get("blueprint:nho")
    assert paper is not None
    assert isinstance(paper.content, dict)
    vault.papers.write("blueprint:nho", {**paper.content, "forms": {"count": 2, "items": items}}, vault.people()[0])
    names = [
        f"nho.{name}.{code}" for name, codes in (("primary", (101, 102)), ("reserve", (201, 202))) for code in codes
    ]
    assert assemble(stocked)["forms"] == names
    old = items_of(kept(vault, names[0]))[0]
    new = offers(stocked, names[0], old)[0]
    body: JSON = {"old": old, "new": new, "why": "lộ đề", "revision": 1}
    assert stocked.call(f"/api/forms/{names[0]}/swap", body).get_json()["ok"]
    revisions = [vault.papers.get(f"form:{name}") for name in names]
    assert [one.number for one in revisions if one] == [2] * changed + [1] * (4 - changed)
    in_forms = frozenset().union(*(kept(vault, name).bank_items for name in names))
    assert set(vault.uses.all()) == in_forms
    assert {use.package for uses in vault.uses.all().values() for use in uses} == {
        kept(vault, name).package_id for name in names
    }
    assert 'data-holds="no"' not in stocked.get(f"/forms/{names[0]}").text


def test_another_item_takes_a_place_with_its_reason_and_everything_is_proven_again(stocked: Studio) -> None:
    assemble(stocked)
    vault = stocked.desk.vault
    before, reserve = kept(vault, PRIMARY), kept(vault, RESERVE)
    old = items_of(before)[0]
    possible = offers(stocked, PRIMARY, old)
    assert possible
    assert not {*possible} & (before.bank_items | reserve.bank_items)
    assert swap(stocked, old, possible[0]) == {"ok": True, "text": "", "to": f"/forms/{PRIMARY}"}
    with stocked.on_disk() as found:
        after = kept(found, PRIMARY)
        assert items_of(after) == [possible[0] if one == old else one for one in items_of(before)]
        assert after.package_id != before.package_id
        assert kept(found, PRIMARY, 1) == before
        by_item = found.uses.all()
        assert BankItemId(old) not in by_item
        assert by_item[BankItemId(possible[0])][0].package == after.package_id
        assert set(by_item) == after.bank_items | reserve.bank_items
    page = stocked.get(f"/forms/{PRIMARY}").text
    assert "câu cũ đã lộ" in page
    assert 'data-holds="no"' not in page


def test_a_swap_needs_a_reason_an_item_that_is_offered_and_the_page_of_now(stocked: Studio) -> None:
    assemble(stocked)
    vault = stocked.desk.vault
    old = items_of(kept(vault, PRIMARY))[0]
    new = offers(stocked, PRIMARY, old)[0]
    taken = items_of(kept(vault, RESERVE))[0]
    assert swap(stocked, old, new, why=" ")["ok"] is False
    assert swap(stocked, old, new, why="x" * 501)["ok"] is False
    assert swap(stocked, old, taken)["ok"] is False
    assert swap(stocked, old, "không có")["ok"] is False
    stale = stocked.call(f"/api/forms/{PRIMARY}/swap", {"old": old, "new": new, "why": "x", "revision": 7})
    assert stale.status_code == 409
    assert kept(vault, PRIMARY, 1) == kept(vault, PRIMARY)


def test_an_item_that_was_edited_is_said_and_taken_in_once_it_is_approved(stocked: Studio) -> None:
    assemble(stocked)
    vault = stocked.desk.vault
    name = BankItemId(items_of(kept(vault, PRIMARY))[0])
    held = vault.items.get(name)
    assert held is not None
    fields = {**held.content, "stem": "Câu dẫn đã sửa?"}
    stocked.call(f"/api/keep/{name}", {"fields": fields, "seen": held.entry.revision})
    assert "data-changed" in stocked.get(f"/forms/{PRIMARY}").text
    assert swap(stocked, "", "")["ok"] is False  # nobody has approved the new words
    vault.items.act(name, Act.REVIEW, vault.people()[0], "")
    vault.items.act(name, Act.APPROVE, vault.people()[1], "")
    assert swap(stocked, "", "", why="sửa câu dẫn")["ok"] is True
    shown = stocked.get(f"/api/forms/{PRIMARY}").get_json()["items"]
    assert [one["preview"]["item"]["stem"] for one in shown if one["id"] == name] == ["Câu dẫn đã sửa?"]
    assert "data-changed" not in stocked.get(f"/forms/{PRIMARY}").text


def test_the_paper_shows_every_item_with_its_key_and_no_key_in_what_a_candidate_gets(stocked: Studio) -> None:
    assemble(stocked)
    shown = stocked.get(f"/api/forms/{PRIMARY}").get_json()["items"]
    form = kept(stocked.desk.vault, PRIMARY)
    assert [one["id"] for one in shown] == items_of(form)
    for one, marked in zip(shown, form.sections[0].marking.items, strict=True):
        assert {*OPTION.findall(str(one["preview"]["right"]))} <= {*OPTION.findall(str(marked.key))}
        assert one["preview"]["key"]
        assert "key" not in one["preview"]["item"]


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize(("part", "word"), [("paper", "UBND"), ("answers", "UBND"), ("key", "dvc")])
def test_a_form_is_printed_in_memory_and_given_as_a_download(
    stocked: Studio, language: str, part: str, word: str
) -> None:
    assemble(stocked)
    answer = stocked.get(f"/forms/{PRIMARY}/print?part={part}&in={language}&issuer=UBND&body=Ban")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{part}-primary.pdf"'
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.data)).pages)
    assert word.lower() in text.lower()


@pytest.mark.parametrize(
    ("asked", "status"), [("part=x&in=vi", 404), ("part=key&in=fr", 404), (f"part=key&in=vi&body={'x' * 121}", 400)]
)
def test_what_cannot_be_printed_so_is_refused(stocked: Studio, asked: str, status: int) -> None:
    assemble(stocked)
    assert stocked.get(f"/forms/{PRIMARY}/print?{asked}").status_code == status


def test_a_form_is_written_in_no_page_as_markup(stocked: Studio) -> None:
    assemble(stocked)
    old = items_of(kept(stocked.desk.vault, PRIMARY))[0]
    swap(stocked, old, offers(stocked, PRIMARY, old)[0], why="<script>alert(1)</script>")
    page = stocked.get(f"/forms/{PRIMARY}?issuer=%22%3E%3Cscript%3E").text
    assert "<script>alert" not in page
    assert '"><script>' not in page


def test_a_blueprint_is_called_by_its_title_and_its_code_stands_beside_it(stocked: Studio) -> None:
    name, titled = next(iter(blueprint_titles(stocked.desk).items()))
    assert titled != name
    for path in ("/forms", "/forms/new", f"/blueprints/{name}"):
        page = stocked.get(path).text
        assert titled in page
        assert name in page
    assert f"<title>{titled} · " in stocked.get(f"/blueprints/{name}").text
