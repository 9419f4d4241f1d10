"""What a program in the sandbox and who started it agree on. Alone here, because the worker imports it: each import is counted."""

from __future__ import annotations

MOST_ANSWER = 256 * 1024  # bytes that are read of what a program prints
MOST_COMPLAINT = 16 * 1024  # bytes that are kept of what it prints as errors
NO_MEMORY = 86  # exit status of a worker that ran out of memory and could still say so
