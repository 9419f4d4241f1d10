"""The steps against misconduct that a contest's rules name, and those that hold where its file names none."""

from __future__ import annotations

from server.domain.hall_duty_events import MisconductStep

MAX_STEPS = 8  # of one contest's rules; four are usual

# As regulations of contests for officials name them (nhắc nhở, khiển trách, cảnh cáo, đình chỉ).
DEFAULT_STEPS: tuple[MisconductStep, ...] = (
    MisconductStep("reminder", "Nhắc nhở", "Reminder", 0, ends_part=False, two_officers=False),
    MisconductStep("reprimand", "Khiển trách", "Reprimand", 25, ends_part=False, two_officers=True),
    MisconductStep("warning", "Cảnh cáo", "Warning", 50, ends_part=False, two_officers=True),
    MisconductStep("suspension", "Đình chỉ thi", "Suspension", 100, ends_part=True, two_officers=True),
)
