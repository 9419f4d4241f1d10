"""Writes the start files and solutions of the sample tasks on presentations: `python -m scripts.make_practical_presentations`.

They are ours, and the same every time: a test compares them with what lies in the samples.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from scripts import practical_public_services, practical_quarter

SAMPLES: Final = Path(__file__).resolve().parent.parent / "question_bank" / "samples" / "practical"
FILES: Final[Mapping[str, Callable[[], bytes]]] = {
    "gioi-thieu-dich-vu-cong/start/GioiThieu.pptx": practical_public_services.start,
    "gioi-thieu-dich-vu-cong/key/GioiThieu.pptx": practical_public_services.solution,
    "bao-cao-quy/start/BaoCaoQuy.pptx": practical_quarter.start,
    "bao-cao-quy/key/BaoCaoQuy.pptx": practical_quarter.solution,
}


def main() -> None:
    """Write every file."""
    for name, make in FILES.items():
        path = SAMPLES / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(make())


if __name__ == "__main__":
    main()
