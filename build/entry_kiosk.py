"""Start of the frozen kiosk."""

from __future__ import annotations

import sys

from client_kiosk.cli import main

if __name__ == "__main__":
    sys.exit(main() or 0)
