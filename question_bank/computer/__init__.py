"""What a computer is like, as its operating system tells: for kiosks and servers alike (docs/readiness.md §1)."""
