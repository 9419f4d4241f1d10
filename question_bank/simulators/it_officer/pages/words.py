"""The sentences of the tasks' page."""

from __future__ import annotations

from collections.abc import Mapping

from question_bank.phrase import Phrase, phrase

TITLE = phrase("Tasks of an IT officer")
WORDS: Mapping[str, Phrase] = {
    "tasks": phrase("Tasks"),
    "answered": phrase("answered"),
    "keep": phrase("Keep the answer"),
    "kept": phrase("Kept. You can change it until the time is up."),
    "changed": phrase("Changed, not kept yet."),
    "action": phrase("Action"),
    "protocol": phrase("Protocol"),
    "source": phrase("From network"),
    "target": phrase("To network"),
    "port": phrase("Port"),
    "allow": phrase("allow"),
    "deny": phrase("deny"),
    "add_rule": phrase("Add a rule"),
    "rule": phrase("Rule {n}"),
    "up": phrase("Up"),
    "down": phrase("Down"),
    "remove": phrase("Remove"),
    "first_match": phrase("The first rule that fits decides; what fits none is denied."),
    "need": phrase("Network for"),
    "hosts": phrase("Machines"),
    "network": phrase("Network (a.b.c.d/n)"),
    "gateway": phrase("Gateway"),
    "verdict": phrase("Verdict"),
    "genuine": phrase("genuine"),
    "phishing": phrase("false"),
    "signs": phrase("Signs that show it"),
    "sign_sender": phrase("Sender's address"),
    "sign_reply_to": phrase("Reply-To differs"),
    "sign_authentication": phrase("SPF, DKIM or DMARC fails"),
    "sign_look_alike": phrase("Domain that looks alike"),
    "sign_link": phrase("Link leads elsewhere"),
    "sign_attachment": phrase("Dangerous file"),
    "sign_urgency": phrase("Presses for time"),
    "sign_asks_secret": phrase("Asks for secrets"),
    "file": phrase("Configuration"),
    "log": phrase("Log"),
    "step_up": phrase("Up: {step}"),
    "step_down": phrase("Down: {step}"),
}
