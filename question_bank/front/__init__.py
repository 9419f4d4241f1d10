"""The front end that server and kiosk share: typefaces, tokens, the Socket.IO client. Served under /front/…

Data only; it lives in the package both may read from.
"""

from __future__ import annotations

from pathlib import Path

PATH = Path(__file__).resolve().parent
