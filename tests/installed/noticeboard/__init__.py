"""A notice board: the smallest simulator that has everything a simulator has. For tests."""
