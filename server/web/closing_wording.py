"""Why a candidate's work is not known to be in every copy, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping

from question_bank.phrase import Phrase, phrase
from server.live.closing import Why

WHYS: Mapping[Why, tuple[Phrase, Phrase]] = {
    Why.UNSENT: (
        phrase("answers wait on the machine to be sent"),
        phrase("Leave the machine on; it sends by itself. Look again in a moment."),
    ),
    Why.UNHEARD: (
        phrase("the machine cannot be heard, and may hold answers that nobody else has"),
        phrase("Turn it on, look at its cable; if it cannot be reached, carry its answers here with a stick."),
    ),
    Why.HANDED_IN: (
        phrase("handed in, so everything is on the servers; the copy on the machine is out of reach"),
        phrase("Turn the machine on, or close with a reason: nothing of the candidate's is missing."),
    ),
    Why.STANDBY: (
        phrase("the standby does not have everything"),
        phrase("Look at the standby: it catches up by itself once it is reached."),
    ),
}
