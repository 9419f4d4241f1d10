"""Marking practical work beside the room: jobs on disk, a queue that only wakes workers, and the process that works (docs/work-files.md §4)."""
