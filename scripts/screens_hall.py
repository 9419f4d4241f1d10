"""The hall of three hundred from the morning to the published results."""

from __future__ import annotations

from scripts import screens_hall_before, screens_hall_exam

STAGES = (*screens_hall_before.STAGES, *screens_hall_exam.STAGES)
