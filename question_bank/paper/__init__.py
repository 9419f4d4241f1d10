"""Forms on paper: question paper, answer sheet and key sheet as PDF, for the day when nothing electronic works (docs/blueprint.md §6)."""
