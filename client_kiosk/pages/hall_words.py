"""The sentences of what happens in the hall, by name, in the request's language; `{…}` places are filled by the script."""

from __future__ import annotations

from flask_babel import gettext as _


def hall_words() -> dict[str, str]:
    """Of the switch to another paper, of messages, hands, locks and corrections."""
    return {
        "hand_down": _("Call a proctor"),
        "hand_up": _("Called at {since}"),
        "hand_ask": _("What do you need somebody for?"),
        "hand_waiting": _("You are waiting for a proctor since {since}: {what}"),
        "hand_equipment": _("the machine, keyboard or mouse"),
        "hand_paper": _("something about the paper"),
        "hand_health": _("not feeling well, or need to leave"),
        "hand_other": _("something else"),
        "message_head": _("From the proctors, {at}:"),
        "message_place": _("{n} of {of}"),
        "message_confirm": _("I have read this"),
        "message_close": _("Close"),
        "erratum_head": _("Item {number} was corrected."),
        "erratum_here": _("It is the item in front of you."),
        "erratum_there": _("You find the correction above the item."),
        "erratum_show": _("Show the correction"),
        "erratum_go": _("Go to item {number}"),
        "erratum_title": _("Correction by the exam-setting committee"),
        "erratum_back_title": _("Correction withdrawn"),
        "erratum_back_head": _("The correction of item {number} was withdrawn."),
        "erratum_back": _("The item holds as it is written. Your answer stays as it is; look at it again if you like."),
        "erratum_back_close": _("I have read this"),
        "lock_runs": _("Your clock runs on. You still have:"),
        "lock_stands": _("Your time stands still. You still have:"),
        "next_word_at": _("The next announcement is at {at}."),
        "next_word_due": _("The next announcement was due at {at}; it comes in a moment."),
        "next_word_in": _("in {left}"),
        "switch_full": _("Your time stands still. With the new paper you have the whole time of this part again."),
        "switch_rest": _("Your time stands still. With the new paper you go on with the time that was left."),
        "switch_least": _(
            "Your time stands still. With the new paper you go on with the time that was left, but you have at least {minutes} minutes."
        ),
        "switch_sealed": _("The reserve paper is still sealed; the officials are opening it now."),
        "switch_opened": _("The reserve paper is open. It is given out in a moment."),
    }
