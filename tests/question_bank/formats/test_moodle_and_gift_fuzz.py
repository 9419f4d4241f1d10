"""Files that something went wrong with: no reader crashes, hangs or takes memory, whatever bytes it is given.

Each format is tried in a process of its own, whose memory and whose time for one file are bounded by the system.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from question_bank.formats.registry import readers

VECTORS = Path(__file__).resolve().parents[2] / "vectors" / "formats"
# Formats with files to start from here; others bring a folder of theirs and join by that.
FORMATS = sorted(name for name in readers() if (VECTORS / name).is_dir())

PROGRAM = r'''
import json, random, resource, signal, sys
from pathlib import Path

folder, name, count, seed = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))
from question_bank.formats.exchange import Defaults, Imported, NotThisFormat, Outcome
from question_bank.formats.registry import readers
from question_bank.wording import render, use_language

use_language("vi")
reader, chance = readers()[name], random.Random(seed)
starts = [path.read_bytes() for path in sorted(folder.iterdir()) if path.suffix not in (".json", ".md")]
SIGNS = [b"{", b"}", b"~", b"=", b"#", b"\\", b"->", b"%50%", b"::", b"<", b">", b"&", b"<![CDATA[", b"]]>", b"<!--", b"\\(", b"$$", b"{{", b"|",
         b"<text>", b"</text>", b"<answer fraction=\"100\">", b"<b>", b"<table><tr><td>", b"[[1]]", b"{1:MC:", b"&#9999999999;", b"\0", b"\xff",
         b"\n\n", b"ANSWER: ", b"A) ", b"$CATEGORY: ", b"[html]", b"data:image/png;base64,", b"9" * 400, b"e999", b"\xcc\x81", b"*"]

def mutated(data):
    data = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 5, 20))):
        at, kind = chance.randrange(len(data) + 1), chance.randrange(7)
        if kind == 0 and data: data[at - 1] = chance.randrange(256)
        elif kind == 1: data[at:at] = chance.choice(SIGNS) * chance.choice((1, 1, 3, 200))
        elif kind == 2: del data[at:at + chance.choice((1, 10, 300))]
        elif kind == 3: data[at:at] = data[chance.randrange(len(data) + 1):][:chance.choice((5, 200, 3000))]
        elif kind == 4: del data[at:]
        elif kind == 5: data[at:at] = bytes(chance.randrange(256) for _ in range(8))
        else: data[at:at + 30] = data[at:at + 30][::-1]
    return bytes(data)

def late(*_): raise SystemExit("two seconds of the processor for one file: " + repr(last[:3000]))
signal.signal(signal.SIGPROF, late)
outcomes = {}
for number in range(count):
    last = mutated(chance.choice(starts))
    signal.setitimer(signal.ITIMER_PROF, 2.0)
    try:
        reader.looks_like(last, "a.txt")
        found = reader.read(last, "a.txt", Defaults("chu-de"))
    except Exception as error:
        import traceback
        traceback.print_exc()
        raise SystemExit(f"{type(error).__name__} at number {number}: {last!r}"[:6000])
    signal.setitimer(signal.ITIMER_PROF, 0)
    assert isinstance(found, Imported | NotThisFormat)
    if isinstance(found, Imported):
        assert sum(found.count(outcome) for outcome in Outcome) == len(found.questions)
        for question in found.questions:
            assert question.item is not None or question.review
            for notice in (*question.review, *question.notices, *found.notices): render(notice.message)
            if question.item is not None:
                question.item.document()
    key = "refused" if isinstance(found, NotThisFormat) else "read"
    outcomes[key] = outcomes.get(key, 0) + 1
print(json.dumps(outcomes | {"peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10}))
'''


def run(name: str, count: int, seed: int) -> dict[str, int]:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(VECTORS / name), name, str(count), str(seed)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-8000:]
    found: dict[str, int] = json.loads(done.stdout.splitlines()[-1])
    return found


@pytest.mark.parametrize("name", FORMATS)
def test_damaged_files_are_read_or_refused(name: str) -> None:
    found = run(name, 300, 20260101)
    assert found.get("read", 0) + found.get("refused", 0) == 300
    assert found.get("read", 0) > 0


@pytest.mark.soak
@pytest.mark.parametrize("name", FORMATS)
def test_ten_thousand_damaged_files_in_three_hundred_mebibytes(name: str) -> None:
    found = run(name, 10_000, 7)
    assert found.get("read", 0) + found.get("refused", 0) == 10_000
    assert found["peak_mib"] < 300
