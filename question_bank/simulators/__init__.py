"""Simulated office systems: each a folder with state, actions, pages, and, never on a kiosk, scenarios and checks."""
