"""What officers did outside a sitting's journal: sign-ins, exports, accounts, prints."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, render_template

from question_bank.phrase import Phrase, phrase
from server.domain.rights import Right
from server.web.access import needs
from server.web.context import room
from server.web.language import say

blueprint = Blueprint("system", __name__)

SHOWN = 500  # of the newest acts; all of them stay in room.sqlite

ACTS: Mapping[str, Phrase] = {
    "signed_in": phrase("Signed in"),
    "signed_out": phrase("Signed out"),
    "sign_in_failed": phrase("Sign-in failed"),
    "password_changed": phrase("Changed their password"),
    "password_renewed": phrase("Gave a new first password"),
    "officers_added": phrase("Added officers"),
    "officers_confirmed": phrase("Confirmed accounts of officers"),
    "officer_disabled": phrase("Disabled an officer"),
    "officer_enabled": phrase("Enabled an officer"),
    "sitting_added": phrase("Took in a sitting file"),
    "sitting_activated": phrase("Made a sitting the active one"),
    "package_added": phrase("Took in a package"),
    "answers_rescued": phrase("Brought in answers by hand"),
    "machine_paired": phrase("Paired a machine"),
    "machine_refused": phrase("Refused a machine"),
    "machine_renamed": phrase("Renamed a machine"),
    "machine_unpaired": phrase("Unpaired a machine"),
    "kit_made": phrase("Made a pairing kit"),
    "kit_revoked": phrase("Revoked a pairing kit"),
    "shares_forgotten": phrase("Wiped the shares that were entered"),
    "roster_imported": phrase("Imported the roster"),
    "codes_made": phrase("Made access codes"),
    "results_exported": phrase("Exported the results"),
    "printed": phrase("Printed a document"),
    "continued_alone": phrase("Went on with this server, without the standby"),
}


@blueprint.get("/acts")
@needs(Right.SEE_SYSTEM)
def page() -> str:
    """The newest acts first."""
    names = {officer.officer_id: officer.full_name for officer in room().store.officers.everyone()}
    rows = [
        (act, names.get(act.officer_id or "", ""), say(ACTS[act.act]) if act.act in ACTS else act.act)
        for act in room().store.officers.acts(SHOWN)
    ]
    return render_template("acts.html", rows=rows, names=names)
