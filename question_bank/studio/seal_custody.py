"""The custody plan between the page and `exam-custody/1`: filled in there, taken from a file, kept for the next time."""

from __future__ import annotations

from collections.abc import Mapping

from question_bank.canonical import JSON, encode
from question_bank.custody_plan import FORMAT, SECRETS, CustodyPlan, SecretPlan, read_plan
from question_bank.phrase import Phrase, phrase
from question_bank.sealed_manifest import MAX_SHARES
from question_bank.vault.people import Person
from question_bank.vault.vault import Vault
from question_bank.wording import render

LAST = "custody:last"  # the paper with the plan of the last sealing
MOST_BYTES = 64 * 1024  # of a file; a plan has a few hundred
NAMES: Mapping[str, Phrase] = {"paper": phrase("Exam paper"), "marking": phrase("Answer keys")}


def filled_in(said: JSON) -> CustodyPlan | list[str]:
    """The plan that the page's fields say, or everything that is wrong with it, each with its secret."""
    plans = said if isinstance(said, dict) else {}
    documents = {name: _secret(plans.get(name)) for name in SECRETS}
    wrong: list[str] = []
    for name, document in documents.items():
        # Each by itself, in both places: a problem of the page has no line to be found at, but it has a secret.
        read = read_plan(encode({"format": FORMAT, **dict.fromkeys(SECRETS, document)}), name)
        if not isinstance(read, CustodyPlan):
            told = (f"{render(one.message)}. {render(one.hint) if one.hint else ''}".strip() for one in read)
            wrong += [f"{render(NAMES[name])}: {one}" for one in dict.fromkeys(told)]
    if wrong:
        return wrong
    plan = read_plan(encode({"format": FORMAT, **documents}), "")
    assert isinstance(plan, CustodyPlan)
    return plan


def from_file(data: bytes, name: str) -> CustodyPlan | list[str]:
    """The plan in a YAML file, or everything that is wrong with it."""
    if len(data) > MOST_BYTES:
        return [render(phrase("the file is too long to be a custody plan"))]
    read = read_plan(data, name)
    return read if isinstance(read, CustodyPlan) else [str(one) for one in read]


def document(plan: CustodyPlan) -> dict[str, JSON]:
    """As the page has it."""
    return {"paper": _fields(plan.paper), "marking": _fields(plan.marking)}


def last_plan(vault: Vault) -> dict[str, JSON]:
    """The plan of the last sealing; empty rows for the first."""
    found = vault.papers.get(LAST)
    if found is not None and isinstance(found.content, dict):
        return dict(found.content)
    rows: list[JSON] = [{"body": "", "title": ""} for _ in range(3)]
    empty: dict[str, JSON] = {"threshold": 2, "custodians": rows}
    return {"paper": empty, "marking": empty}


def keep_plan(vault: Vault, plan: CustodyPlan, by: Person) -> None:
    """Have it at hand for the next sealing; the caller saves."""
    vault.papers.write(LAST, document(plan), by)


def _fields(plan: SecretPlan) -> dict[str, JSON]:
    custodians: list[JSON] = [{"body": one.body, "title": one.title} for one in plan.custodians]
    return {"threshold": plan.threshold, "custodians": custodians}


def _secret(said: JSON) -> dict[str, JSON]:
    """One secret's document; a row without a word in it is none."""
    fields = said if isinstance(said, dict) else {}
    listed = fields.get("custodians")
    rows = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    texts = [{name: str(one.get(name) or "").strip()[:1000] for name in ("body", "title")} for one in rows]
    custodians: list[JSON] = [{**one} for one in texts if any(one.values())]
    threshold = str(fields.get("threshold", ""))[:10]
    return {"threshold": threshold, "custodians": custodians[: MAX_SHARES + 1]}
