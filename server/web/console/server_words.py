"""What the map says of the room's second server when something is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping

from question_bank.phrase import Phrase, phrase, phrases

SERVERS: Mapping[str, Phrase] = {
    "problem_turned_away": phrase("Machines wait for the standby and do not come back: see the page Servers"),
    "problem_standby_lost": phrase("The standby is lost: the room goes on with one server"),
    "problems_turned_away": phrases("machines wait for the standby", "machines wait for the standby", 0),
    "problems_standby_lost": phrases("%(n)s standby is missing", "%(n)s standbys are missing", 0),
    "advice_turned_away": phrase("have the standby take over, or go on here: on the page “Servers”"),
    "advice_standby_lost": phrase("everybody works on; tell the Technical Team"),
}
