"""Practical tasks that mark themselves: rubric, prescan, checks, sandbox (docs/practical.md)."""
