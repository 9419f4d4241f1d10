"""LibreOffice in a sandbox of its own: converts OpenDocument files, and recalculates workbooks.

One start for each job, with a fresh copy of a profile that was warmed up once: two starts on one profile disturb each other, and the first
start on a new one ends at once (exit status 81). Exit status 0 does not say that anything was made: only the files do.
LibreOffice 7.4 does without any other process and without `/proc`, and takes 1.1 … 1.4 s a start.
"""

from __future__ import annotations

import functools
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path, PurePath

from question_bank.phrase import phrase
from question_bank.practical.sandbox.port import (
    MIB,
    Command,
    Limits,
    Missing,
    Stopped,
    inside,
    prepared,
    read_made,
    run,
)

MOST_MADE = 64 * MIB  # bytes of one file that LibreOffice makes
LIMITS = Limits(
    wall_s=60, cpu_s=60, memory_bytes=3 << 30, made_bytes=256 * MIB, file_bytes=MOST_MADE, descriptors=512, threads=True,
    temporary=True,
)  # fmt: skip
_TRIES = 2
_NEW_PROFILE = 81  # exit status: the profile was made, start again
_FILTERS: Mapping[str, str] = {
    "docx": "MS Word 2007 XML", "xlsx": "Calc MS Excel 2007 XML", "pptx": "Impress MS PowerPoint 2007 XML",
}  # fmt: skip
_PROGRAM = "soffice.bin"
_PLACES = (
    "/usr/lib/libreoffice/program", "/usr/lib64/libreoffice/program", "/opt/libreoffice/program",
    r"C:\Program Files\LibreOffice\program",
)  # fmt: skip
_SETTINGS_OF_SYSTEM = ("/etc/libreoffice", "/etc/fonts", "/var/cache/fontconfig", "/var/lib/libreoffice")
_COMMON = "/org.openoffice.Office.Common/Security/Scripting"
_CALC, _WRITER = "/org.openoffice.Office.Calc", "/org.openoffice.Office.Writer"
# 0 recalculates whatever a file has kept, of Excel's files and of OpenDocument; 2 never follows links; no macros, whoever signed them.
_SETTINGS = (
    (f"{_CALC}/Formula/Load", "OOXMLRecalcMode", "0"), (f"{_CALC}/Formula/Load", "ODFRecalcMode", "0"),
    (f"{_CALC}/Content/Update", "Link", "2"), (f"{_WRITER}/Content/Update", "Link", "2"),
    (_COMMON, "MacroSecurityLevel", "3"), (_COMMON, "DisableMacrosExecution", "true"),
    (_COMMON, "BlockUntrustedRefererLinks", "true"),
)  # fmt: skip


def convert(files: Mapping[str, bytes], source: str, target: str) -> Mapping[str, bytes | None] | Missing:
    """Files of the kind `source` as files of the kind `target`, by their names here; None for what LibreOffice could not make.

    All in one start; what is missing then is tried once more in another.
    """
    program = _program()
    if program is None:
        return Missing(
            phrase("LibreOffice is missing, which this rubric needs"),
            phrase(
                "Install it as an administrator: apt-get install --no-install-recommends libreoffice-writer libreoffice-calc libreoffice-impress fonts-liberation2"
            ),
        )
    made: dict[str, bytes | None] = dict.fromkeys(files)
    for _ in range(_TRIES):
        left = {name: data for name, data in files.items() if made[name] is None}
        if not left:
            break
        found = _one_start(program, left, source, target)
        if isinstance(found, Missing):
            return found
        made.update(found)
    return made


def recalculate(workbooks: Mapping[str, bytes]) -> Mapping[str, bytes | None] | Missing:
    """Workbooks (.xlsx) with the values that their formulas have now, by their names here; None for what could not be made."""
    return convert(workbooks, "xlsx", "xlsx")


def _one_start(
    program: Path, files: Mapping[str, bytes], source: str, target: str
) -> Mapping[str, bytes | None] | Missing:
    names = {name: f"f{number}" for number, name in enumerate(files)}
    given = {f"{names[name]}.{source}": data for name, data in files.items()}
    profile = _warm(program)
    if not isinstance(profile, dict):
        return profile if isinstance(profile, Missing) else dict.fromkeys(files)
    with tempfile.TemporaryDirectory(prefix="examroom-office-") as name:
        folder = Path(name)
        prepared(folder, given)
        _lay(folder / "out" / "profile", profile)
        words = ("--convert-to", f"{target}:{_FILTERS[target]}", "--outdir", "out", *(f"in/{one}" for one in given))
        done = run(folder, _command(program, inside(folder), words), LIMITS)
        if isinstance(done, Missing):
            return done
        return {one: read_made(folder, f"{names[one]}.{target}", MOST_MADE) or None for one in files}


@functools.cache
def _warm(program: Path) -> dict[str, bytes] | Stopped | Missing:
    """The files of a profile that LibreOffice has started with once, with our settings. Made once for each process of ours."""
    with tempfile.TemporaryDirectory(prefix="examroom-office-") as name:
        folder = Path(name)
        prepared(folder, {})
        profile = folder / "out" / "profile"
        _lay(profile, {"user/registrymodifications.xcu": _settings()})
        done = run(folder, _command(program, inside(folder), ("--terminate_after_init",)), LIMITS)
        if isinstance(done, Missing) or (
            isinstance(done, Stopped) and f"exit status {_NEW_PROFILE}" not in done.detail
        ):
            return done
        # Ours alone has been in this sandbox: no candidate's file could have put a link there.
        return {
            one.relative_to(profile).as_posix(): one.read_bytes() for one in sorted(profile.rglob("*")) if one.is_file()
        }


def _lay(folder: Path, files: Mapping[str, bytes]) -> None:
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def _settings() -> bytes:
    items = "".join(
        f'<item oor:path="{path}"><prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop></item>'
        for path, name, value in _SETTINGS
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><oor:items xmlns:oor="http://openoffice.org/2001/registry"'
        f' xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">{items}</oor:items>'
    ).encode()


def _command(program: Path, job: PurePath, words: tuple[str, ...]) -> Command:
    home = program.parent.parent
    start = (str(program), "--headless", "--invisible", "--norestore", "--nologo", "--nodefault", "--nolockcheck")
    return Command(
        (*start, f"-env:UserInstallation={(job / 'out' / 'profile').as_uri()}", *words),
        (home, *(Path(one) for one in _SETTINGS_OF_SYSTEM)),
        {
            "HOME": str(job / "out"),
            "TMPDIR": str(job / "out"),
            "LANG": "C.UTF-8",
            "SAL_USE_VCLPLUGIN": "svp",  # draws into memory: no display is looked for
            "LD_LIBRARY_PATH": str(program.parent),  # its own search needs /proc
        },
    )


def _program() -> Path | None:
    """The program itself: the scripts in front of it start other programs, which the sandbox does not allow."""
    found = shutil.which("soffice")
    places = [Path(found).resolve().parent] if found else []
    return next((path / _PROGRAM for path in (*places, *map(Path, _PLACES)) if (path / _PROGRAM).is_file()), None)
