"""The fields authors write for a mailbox."""

from __future__ import annotations

from typing import Any

from question_bank.phrase import phrase
from question_bank.practical.arguments import Field, choice, text, texts, truth, whole
from question_bank.simulators.webmail.state.model import HIGH, LOW, NORMAL

_PRIORITIES = {HIGH: phrase("important"), NORMAL: phrase("usual"), LOW: phrase("unimportant")}
_TESTS = {one: phrase("result of a test") for one in ("pass", "fail", "softfail", "neutral", "none")}
_TRAPS = {"phishing": phrase("somebody pretends to be another")}


def _anything(name: str) -> Field[None]:
    """A field that is read elsewhere."""
    return Field(name, phrase("read elsewhere"), {}, lambda node: None)


UNDO = whole("undo_seconds", phrase("how long a letter can be taken back"), default=10)
TOP: tuple[Field[Any], ...] = (
    UNDO,
    *(
        _anything(name)
        for name in (
            "format", "simulator", "id", "me", "start", "people", "labels", "folders", "contacts", "groups", "files",
            "letters", "coming", "inside", "secrets",
        )
    ),
)  # fmt: skip

ID = _anything("id")
NAME = text("name", phrase("name"), required=True)
ADDRESS_FIELD = text("address", phrase("address"), required=True)
NOTE = text("note", phrase("note"))
MEMBERS = texts("members", phrase("ids of contacts"), required=True)
WHO = text("name", phrase("name"))
PERSON = (WHO, ADDRESS_FIELD)
NAMED = (ID, NAME)
CONTACT = (ID, _anything("who"), NOTE)
GROUP = (ID, NAME, MEMBERS)

FOLDER = text("folder", phrase("folder it lies in; none: it is only attached to letters"))
SIZE_KB = whole("size_kb", phrase("size"))
TEXT = text("text", phrase("what opening it shows"), required=True)
FILE = (ID, NAME, FOLDER, SIZE_KB, TEXT)

LIES_IN = text("folder", phrase("folder"))
SUBJECT = text("subject", phrase("subject"), required=True)
BODY = text("body", phrase("text, with [words](address) for links"), required=True)
PRIORITY = choice("priority", phrase("priority"), _PRIORITIES)
ATTACHMENTS = texts("attachments", phrase("ids of files"))
READ = truth("read", phrase("whether it has been read"))
STARRED = truth("starred", phrase("whether it has a star"))
LABELS = texts("labels", phrase("labels"))
TRAP = choice("trap", phrase("what it is, which only checks know"), _TRAPS)
MINUTES = whole("minutes", phrase("how long after the start, or after the action"))
SECONDS = whole("seconds", phrase("how long after the start, or after the action"))
LETTER = (
    ID, LIES_IN, _anything("from"), _anything("to"), _anything("cc"), SUBJECT, BODY, _anything("at"), PRIORITY, ATTACHMENTS,
    READ, STARRED, LABELS, TRAP, _anything("headers"), MINUTES, SECONDS, _anything("after"),
)  # fmt: skip

RETURN_PATH = text("return_path", phrase("address that undeliverable letters go to"))
REPLY_TO = text("reply_to", phrase("address that answers go to"))
SPF = choice("spf", phrase("SPF"), _TESTS)
DKIM = choice("dkim", phrase("DKIM"), _TESTS)
DMARC = choice("dmarc", phrase("DMARC"), _TESTS)
RECEIVED = texts("received", phrase("ways it took, the last first"))
HEADERS = (RETURN_PATH, REPLY_TO, SPF, DKIM, DMARC, RECEIVED)

FILES = texts("files", phrase("ids of files"))
TEXTS = texts("texts", phrase("words"))
SECRETS = (FILES, TEXTS)
