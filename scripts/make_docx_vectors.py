"""Write tests/vectors/formats/docx: Word files of the kinds that teachers send, and beside each what must come of it.

    python -m scripts.make_docx_vectors

What is expected is written down here, from how each file was made; it never comes from the reader. The files called
`libreoffice_…` are some of them opened and saved by LibreOffice (.docx to .odt and back); they are kept as they are.
"""

from __future__ import annotations

import json
from pathlib import Path

from scripts.docx_answer_kinds import ANSWERS
from scripts.docx_committees import COMMITTEES
from scripts.docx_key_kinds import KEYS
from scripts.docx_kinds import KINDS
from scripts.docx_layout_kinds import LAYOUTS
from scripts.docx_more_kinds import MORE
from scripts.docx_odd_kinds import ODD
from scripts.docx_programs import PROGRAMS
from scripts.docx_teachers import TEACHERS

FOLDER = Path(__file__).resolve().parent.parent / "tests/vectors/formats/docx"


def main() -> None:
    """All of them; files of kinds that are no more are removed."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    kept = set()
    for name, make in (KINDS | MORE | ODD | PROGRAMS | TEACHERS | COMMITTEES | KEYS | LAYOUTS | ANSWERS).items():
        data, expected = make()
        kept |= {f"{name}.docx", f"{name}.json"}
        (FOLDER / f"{name}.docx").write_bytes(data)
        text = json.dumps([one.document() for one in expected], ensure_ascii=False, indent=1)
        (FOLDER / f"{name}.json").write_text(text + "\n", encoding="utf-8")
    for path in FOLDER.glob("libreoffice_*.docx"):
        expected_of = FOLDER / f"{path.stem.removeprefix('libreoffice_')}.json"
        path.with_suffix(".json").write_text(expected_of.read_text(encoding="utf-8"), encoding="utf-8")
        kept |= {path.name, f"{path.stem}.json"}
    for path in FOLDER.iterdir():
        if path.name not in kept:
            path.unlink()


if __name__ == "__main__":
    main()
