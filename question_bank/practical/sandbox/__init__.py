"""The room without windows in which candidates' files are opened: one port, `port.run`, for each operating system (docs/practical.md §5)."""
