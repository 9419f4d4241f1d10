"""Who decides what is asked of the hall."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from server.domain import hall_acts, hall_commands, hall_duty_acts, reserve_acts
from server.domain.event import Event
from server.domain.reasons import Refused
from server.domain.state import SittingState

ACTS: Mapping[type, Callable[[SittingState, Any, int], tuple[Event, ...] | Refused]] = {
    hall_commands.SwitchToReserve: reserve_acts.begin,
    hall_commands.CallOffSwitch: reserve_acts.call_off,
    hall_commands.GiveReserve: reserve_acts.give,
    hall_commands.SendMessage: hall_acts.send_message,
    hall_commands.WithdrawMessage: hall_acts.withdraw_message,
    hall_commands.AnswerHand: hall_acts.answer_hand,
    hall_commands.SetNextWord: hall_acts.set_next_word,
    hall_commands.LockSeat: hall_acts.lock,
    hall_commands.UnlockSeat: hall_acts.unlock,
    hall_commands.AddToIncident: hall_acts.add_to_incident,
    hall_commands.RecordMisconduct: hall_duty_acts.record_misconduct,
    hall_commands.WithdrawMisconduct: hall_duty_acts.withdraw_misconduct,
    hall_commands.ReleaseErratum: hall_duty_acts.release_erratum,
    hall_commands.WithdrawErratum: hall_duty_acts.withdraw_erratum,
    hall_commands.HandOverShift: hall_duty_acts.hand_over,
}
