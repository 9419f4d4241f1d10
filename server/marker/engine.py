"""The engine behind the marker: one job through the sandbox. What it answers is `exam-work/1`, as canonical JSON."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from question_bank.phrase import phrase
from question_bank.practical.job import WrongRubric, mark_submission
from question_bank.practical.sandbox.port import Missing
from question_bank.practical.work import ENGINE
from server.marker.jobs import Job, JobError

_LOG = logging.getLogger("examroom.marker")


def marked(job: Job, files: Mapping[str, bytes]) -> bytes:
    """What a job's files are worth. Raises JobError when this program, or this computer, cannot mark them."""
    if job.engine != ENGINE:
        told = phrase("the job is for engine %(wanted)s, and this program has %(own)s", wanted=job.engine, own=ENGINE)
        raise JobError(told, hint=phrase("Update this computer, or the room."))
    found = mark_submission(job.rubric.encode(), job.seed, files)
    match found:
        case Missing():
            raise JobError(found.message, hint=found.hint)
        case WrongRubric():
            told = phrase(
                "the rubric of the job %(key)s is wrong, or its files are none of those it names", key=job.key[:16]
            )
            raise JobError(told, hint=phrase("Have the committee prove the rubric again."))
    if found.log:
        _LOG.warning("%s: %s", job.key[:16], found.log)
    return found.encoded()
