"""Checks of simulators: what every simulator's run can be asked, and what each simulator adds in its own `checks`."""
