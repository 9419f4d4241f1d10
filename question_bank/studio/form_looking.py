"""One form: the paper as a candidate sees it, its balance, another item in the place of one, and the form on paper."""

from __future__ import annotations

from urllib.parse import quote

from flask import Blueprint, Response, abort, jsonify, make_response, render_template, request

from question_bank.assemble_text import balance_rows, percent
from question_bank.errors import ExamRoomError
from question_bank.ids import BankItemId
from question_bank.items import types
from question_bank.items.model import Item, Level
from question_bank.paper.pdf import Head, PaperForm
from question_bank.phrase import Phrase
from question_bank.printing import MOST_HEAD, head_line, lacking, name_of, printed, what_of
from question_bank.studio.bodies import sent_object, typed_number
from question_bank.studio.form_desk import FormDesk
from question_bank.studio.form_papers import FORMS, KeptForm, read_name
from question_bank.studio.form_swapping import MOST_WHY, Swap, offered, swap
from question_bank.studio.form_views import marks, paper
from question_bank.studio.seat import Seat
from question_bank.studio.words import why_not
from question_bank.vault.store import Kind
from question_bank.wording import LANGUAGES, render, title

_PARTS = ("paper", "answers", "key")


def looking_pages(pages: Blueprint, forms: FormDesk, seat: Seat) -> None:
    """`/forms/<form>`, what its script asks for, and the PDFs."""

    @pages.get("/forms/<name>")
    def look(name: str) -> str:
        return form_page(forms, found(forms, name), "")

    @pages.get("/api/forms/<name>")
    def items(name: str) -> Response:
        return jsonify(items=paper(found(forms, name).form))

    @pages.get("/forms/<name>/print")
    def on_paper(name: str) -> Response | str:
        return _on_paper(forms, found(forms, name))

    @pages.get("/api/forms/<name>/offers/<item>")
    def offer(name: str, item: str) -> Response:
        possible = offered(forms, found(forms, name), BankItemId(item))
        if isinstance(possible, Phrase):
            return jsonify(ok=False, text=render(possible), offers=[])
        lines = {one.id: one for one in forms.desk.vault.items.entries()} if possible else {}
        shown = [{**_offer(one), "line": lines[one.id].line, "uses": lines[one.id].uses} for one in possible]
        return jsonify(ok=True, offers=shown)

    @pages.post("/api/forms/<name>/swap")
    def exchange(name: str) -> Response:
        body, kept = sent_object(), found(forms, name)
        old, new, why = (str(body.get(field, ""))[: 2 * MOST_WHY] for field in ("old", "new", "why"))
        if body.get("revision") != kept.revision or bool(old) != bool(new):
            abort(409)
        said = swap(forms, kept, Swap(BankItemId(old), BankItemId(new), why), seat.who)
        return jsonify(ok=not said, text=render(said), to=f"/forms/{kept.name.text}")


def found(forms: FormDesk, name: str) -> KeptForm:
    """The form of an address, in the revision it asks for; 404 when there is none."""
    known = read_name(name)
    number = typed_number(request.args.get("revision", ""), 0)
    kept = forms.shelf.get(forms.desk.vault, known, number) if known else None
    if kept is None:
        abort(404)
    return kept


def form_page(forms: FormDesk, kept: KeptForm, fault: str) -> str:
    """The page of a form; `fault` is why something asked for was not done."""
    vault = forms.desk.vault
    standing = forms.standing(kept)
    topics: dict[str, str] = {code: title(one) for code, one in vault.shared.topics().items()}
    report = standing.report
    rows = balance_rows(report.forms, topics) if report else []
    drawn = {change.number: change for change in vault.store.history(Kind.PAPER, f"{FORMS}:{kept.name.text}", 50)}
    return render_template(
        "form.html", kept=kept, standing=standing, report=report, rows=rows, items=paper(kept.form), topics=topics,
        types={code: one.LABEL for code, one in types().items()}, history=[*drawn.values()], fault=fault, marks=marks,
        lacking=[(one, what_of(one)) for one in lacking(kept.form)], percent=percent, languages=LANGUAGES,
        most_head=MOST_HEAD, most_why=MOST_WHY, levels={one.value: render(one.label) for one in Level}, issuer=request.args.get("issuer", ""),
        body=request.args.get("body", ""),
    )  # fmt: skip


def _offer(item: Item) -> dict[str, object]:
    return {"id": item.id, "type": render(item.LABEL), "source": item.common.source[:120]}


def _on_paper(forms: FormDesk, kept: KeptForm) -> Response | str:
    """One PDF, made in memory and given as a download."""
    asked = request.args
    part, language = asked.get("part", ""), next((one for one in LANGUAGES if one == asked.get("in")), None)
    if part not in _PARTS or language is None:
        abort(404)
    issuer, body = head_line(asked.get("issuer", "")), head_line(asked.get("body", ""))
    if max(len(issuer), len(body)) > MOST_HEAD:
        abort(400)
    try:
        made = printed(kept.form, forms.desk.vault.shared.blob, Head(issuer, body), language)
    except ExamRoomError as error:
        return form_page(forms, kept, why_not(error))
    response = make_response(_page(made.pages, part))
    response.mimetype = "application/pdf"
    # The same name as the command gives: it tells which set and code, and nothing of what is asked.
    file = quote(f"{part}-{name_of(kept.form)}.pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="{file}"'
    return response


def _page(pages: PaperForm, part: str) -> bytes:
    return {"paper": pages.paper, "answers": pages.answers, "key": pages.key}[part]
