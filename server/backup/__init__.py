"""Backups of a running room on a stick, encrypted to a code that two officers hold on paper; and the way back (docs/backup.md)."""
