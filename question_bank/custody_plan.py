"""The custody plan, `exam-custody/1`: how many shares each secret has, how many open it, and which office holds each.

A YAML file that the committee writes once for a contest. It names bodies and titles, never persons.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from question_bank.custody import BODIES
from question_bank.formats.nodes import Node, Series, Table, Text
from question_bank.formats.report import Report, read_document
from question_bank.phrase import phrase
from question_bank.problems import Problem
from question_bank.sealed_fields import MAX_TITLE, is_title
from question_bank.sealed_manifest import MAX_SHARES

FORMAT = "exam-custody/1"
SECRETS = ("paper", "marking")


@dataclass(frozen=True, slots=True)
class Custodian:
    """Who keeps one share: a body of the contest, and the office in it."""

    body: str
    title: str


@dataclass(frozen=True, slots=True)
class SecretPlan:
    """The custodians of one secret, in the order of their shares; any `threshold` of them open it."""

    threshold: int
    custodians: tuple[Custodian, ...]

    @property
    def bodies(self) -> tuple[str, ...]:
        """The body of each share, in order."""
        return tuple(custodian.body for custodian in self.custodians)


@dataclass(frozen=True, slots=True)
class CustodyPlan:
    """The custody of a package's two secrets."""

    paper: SecretPlan
    marking: SecretPlan


def read_plan(data: bytes, file: str) -> CustodyPlan | list[Problem]:
    """The plan in a file, or everything that is wrong with it. `file` names it in problems. Never raises."""
    report = Report(file)
    tree = read_document(data, report, FORMAT, SECRETS)
    plans = [_secret(tree.get(name), report) for name in SECRETS] if tree is not None else []
    found = [plan for plan in plans if plan is not None]
    if report.problems or len(found) != len(SECRETS):
        return report.problems
    return CustodyPlan(*found)


def _secret(node: Node | None, report: Report) -> SecretPlan | None:
    if node is None:  # reported as missing already
        return None
    if not isinstance(node, Table):
        report.add(node.place, "wrong_shape", phrase("a threshold and a list of custodians were expected"))
        return None
    report.unknown_keys(node, ("threshold", "custodians"))
    report.missing(node, ("threshold", "custodians"))
    listed = node.get("custodians")
    if not isinstance(listed, Series):
        if listed is not None:
            report.add(listed.place, "wrong_shape", phrase("“custodians” must be a list of custodians"))
        return None
    custodians = tuple(_custodian(item, report) for item in listed.items)
    if not BODIES <= len(custodians) <= MAX_SHARES:
        message = phrase("%(found)s custodians; from %(least)s to %(most)s are needed", found=len(custodians),
                         least=BODIES, most=MAX_SHARES)  # fmt: skip
        report.add(listed.place, "wrong_number", message)
    elif len({custodian.body for custodian in custodians}) < BODIES:
        hint = phrase("one body alone must not open a paper: name custodians of at least two bodies")
        report.add(listed.place, "one_body", phrase("every custodian is of the same body"), hint)
    return SecretPlan(_threshold(node.get("threshold"), len(custodians), report), custodians)


def _threshold(node: Node | None, most: int, report: Report) -> int:
    if node is None or most < BODIES:  # too few custodians: that is said, and no number would be right
        return 0
    text = node.text if isinstance(node, Text) else ""
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(MAX_SHARES)) and BODIES <= int(text) <= most):
        message = phrase("the threshold is not a whole number from %(least)s to %(most)s", least=BODIES, most=most)
        report.add(node.place, "bad_threshold", message, phrase("two of three custodians is usual: “threshold: 2”"))
        return 0
    return int(text)


def _custodian(node: Node, report: Report) -> Custodian:
    if not isinstance(node, Table):
        report.add(node.place, "wrong_shape", phrase("a custodian is written {body: …, title: …}"))
        return Custodian("", "")
    report.unknown_keys(node, ("body", "title"))
    report.missing(node, ("body", "title"))
    texts: dict[str, str] = {"body": "", "title": ""}
    for name in texts:
        inner = node.get(name)
        if inner is None:
            continue
        text = unicodedata.normalize("NFC", inner.text.strip()) if isinstance(inner, Text) else ""
        if not is_title(text):
            message = phrase("“%(field)s” must be a text of one line, at most %(most)s characters", field=name,
                             most=MAX_TITLE)  # fmt: skip
            report.add(inner.place, "bad_text", message)
        texts[name] = text
    return Custodian(texts["body"], texts["title"])
