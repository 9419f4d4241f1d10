"""Write start files and solutions of the sample tasks with documents, question_bank/samples/practical/. The bytes are the same on every run.

.venv/bin/python -m scripts.make_practical_documents [FOLDER]
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from scripts.practical_budget import budget_solution, budget_start
from scripts.practical_dossiers import dossiers_solution, dossiers_start
from scripts.practical_letter import letter_solution, letter_start
from scripts.practical_plan import plan_solution, plan_start

FOLDER = Path(__file__).resolve().parent.parent / "question_bank/samples/practical"
FILES: Mapping[str, Callable[[], bytes]] = {
    "ke-hoach/start/KeHoach.docx": plan_start,
    "ke-hoach/key/KeHoach.docx": plan_solution,
    "cong-van/start/CongVan.docx": letter_start,
    "cong-van/key/CongVan.docx": letter_solution,
    "tong-hop-ho-so/start/TongHopHoSo.xlsx": dossiers_start,
    "tong-hop-ho-so/key/TongHopHoSo.xlsx": dossiers_solution,
    "du-toan-chi/start/DuToanChi.xlsx": budget_start,
    "du-toan-chi/key/DuToanChi.xlsx": budget_solution,
}


def main() -> int:
    """Every file, with its folders."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    for name, make in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(make())
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
