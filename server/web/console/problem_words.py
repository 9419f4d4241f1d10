"""What needs somebody, in words: each problem of the room's picture with its advice, and the acts on its row.

A place the script fills is written `{place}` when it arrives there (words.py).
"""

from __future__ import annotations

from collections.abc import Mapping

from question_bank.phrase import Phrase, phrase, phrases
from server.live.backups import FAULTS

PROBLEMS: Mapping[str, Phrase] = {
    "lasting": phrase("%(what)s for %(lasted)s", what="", lasted=""),
    "problem_not_stored": phrase("The server stores nothing any more"),
    "problem_room_fault": phrase("A part of the server failed and started over"),
    "problem_lost_in_exam": phrase("Machine disconnected"),
    "problem_disputed": phrase("The submission does not match what the server holds"),
    "problem_two_machines": phrase("Signed in on two machines%(others)s", others=""),
    "problem_moving": phrase("On the way to another seat"),
    "problem_unsent": phrase("Answers not reaching the server"),
    "problem_package_fault": phrase("The sealed paper on this machine is damaged"),
    "problem_not_started": phrase("Came late, waits for the clock to start"),
    "problem_not_confirmed": phrase("Has not confirmed their identity"),
    "problem_time_lost": phrase("Lost %(amount)s, to be given back or not", amount=""),
    "problem_late_answers": phrase("Answers came too late, to be decided"),
    "problem_not_staged": phrase("Sealed paper not on this machine yet"),
    "problem_disk_low": phrase("Little space left on the machine's disk"),
    "problem_lost": phrase("Machine disconnected"),
    "problem_paused_long": phrase("Still paused"),
    "problems_not_stored": phrases("%(n)s server stores nothing", "%(n)s servers store nothing", 0),
    "problems_room_fault": phrases("%(n)s part of the server failed", "%(n)s parts of the server failed", 0),
    "problems_lost_in_exam": phrases("%(n)s machine disconnected", "%(n)s machines disconnected", 0),
    "problems_disputed": phrases("%(n)s submission does not match", "%(n)s submissions do not match", 0),
    "problems_two_machines": phrases("%(n)s candidate on two machines", "%(n)s candidates on two machines", 0),
    "problems_moving": phrases(
        "%(n)s candidate on the way to another seat", "%(n)s candidates on the way to another seat", 0
    ),
    "problems_unsent": phrases(
        "%(n)s machine's answers not reaching the server", "%(n)s machines' answers not reaching the server", 0
    ),
    "problems_package_fault": phrases("%(n)s machine with a damaged paper", "%(n)s machines with a damaged paper", 0),
    "problems_not_started": phrases("%(n)s late-comer waits for the clock", "%(n)s late-comers wait for the clock", 0),
    "problems_not_confirmed": phrases(
        "%(n)s candidate has not confirmed their identity", "%(n)s candidates have not confirmed their identity", 0
    ),
    "problems_time_lost": phrases("%(n)s candidate lost time", "%(n)s candidates lost time", 0),
    "problems_late_answers": phrases("Late answers of %(n)s candidate", "Late answers of %(n)s candidates", 0),
    "problems_not_staged": phrases(
        "Sealed paper not on %(n)s machine yet", "Sealed paper not on %(n)s machines yet", 0
    ),
    "problems_disk_low": phrases("Little disk space on %(n)s machine", "Little disk space on %(n)s machines", 0),
    "problems_lost": phrases("%(n)s machine disconnected", "%(n)s machines disconnected", 0),
    "problems_paused_long": phrases("%(n)s candidate still paused", "%(n)s candidates still paused", 0),
    "advice_not_stored": phrase(
        "Call the Technical Team at once. Candidates may go on: their machines keep everything."
    ),
    "advice_room_fault": phrase("it goes on by itself; tell the Technical Team to look into the log"),
    "advice_lost_in_exam": phrase("the work stays on the machine; check its cable and power"),
    "advice_disputed": phrase("no result is shown until an official has looked"),
    "advice_two_machines": phrase("the newer sign-in counts; ask who sits where"),
    "advice_moving": phrase("has not signed in there yet; number and access code as on the slip"),
    "advice_unsent": phrase("the work stays on the machine; check its cable"),
    "advice_package_fault": phrase("use a spare machine, and tell the Technical Team"),
    "advice_not_started": phrase("has confirmed; the full time begins when you start it"),
    "advice_not_confirmed": phrase("ask them to read and confirm on their screen"),
    "advice_time_lost": phrase("as machine and server saw it; more on the page “Lost time”"),
    "help_decide": phrase("Decide…"),
    "help_compensate": phrase("Give back %(amount)s", amount=""),
    "help_refuse_time": phrase("Do not give…"),
    "help_servers": phrase("Servers…"),
    "help_ceremony": phrase("To the opening…"),
    "help_before": phrase("Readiness…"),
    "help_closing": phrase("Backup stick…"),
    "help_late": phrase("Decide…"),
    "advice_late_answers": phrase("kept with the time they were made"),
    "advice_not_staged": phrase("it is being fetched by itself"),
    "advice_disk_low": phrase("tell the Technical Team before the machine is used"),
    "advice_lost": phrase("check its cable and power"),
    "advice_paused_long": phrase("did somebody forget?"),
    "help_move": phrase("Change machine…"),
    "help_incident": phrase("Incident…"),
    "help_start": phrase("Start the clock…"),
    "help_resume": phrase("Resume"),
    "help_look": phrase("Look"),
    **{f"problem_{code}": title for code, (title, _) in FAULTS.items()},
    **{f"advice_{code}": advice for code, (_, advice) in FAULTS.items()},
}
