"""Keep the catalogues of the three packages in step with their sources.

    .venv/bin/python scripts/translations.py [--check] [PACKAGE …]

Without `--check`: extract the sentences of each package, bring `<package>/translations/vi/LC_MESSAGES/messages.po` up to
date (what is translated stays, what is new is empty, what is gone is printed and removed), and compile the `.mo` beside it.
With `--check`: write nothing, and say everything that is missing, fuzzy, stale, or not compiled; exit 1 if there is any.
Both also name what people would read in English whatever they speak: a sentence that is printed, raised or shown as help
and that no catalogue can hold, because it is not in `gettext`, `phrase` or the like.
Only the packages named are read or written; the files are the same whenever and wherever they are made.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import io
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("server", "client_kiosk", "question_bank")
LANGUAGE = "vi"  # message ids are English; Vietnamese is the one catalogue
HEADER = "# Vietnamese; written by people, kept in step by scripts/translations.py."
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "lazy_gettext": None,
    "lazy_ngettext": (1, 2),
    "_l": None,
    "phrase": None,
    "phrases": (1, 2),
}
ROOT_ERROR = "ExamRoomError"  # every class below it is shown to people, with its hint
TECHNICAL = frozenset(
    {"DocumentError", "CanonicalError"}
)  # they name fields of what programs write: evidence, in brackets
SHOWN_CALLS = frozenset({"print", "input", "getpass", "SystemExit"})
SHOWN_NAMES = frozenset({"help", "description", "epilog", "title"})  # of argparse's methods
PARSING = frozenset({"add_argument", "add_parser", "add_subparsers", "add_argument_group", "ArgumentParser", "Parser"})
_WORD = re.compile(r"[^\W\d_]{2,}")
_PLACE = re.compile(r"%(?:\((\w+)\))?[#0\- +]*\d*(?:\.\d+)?[sdif]")


class SteadyCatalog(Catalog):
    """A catalogue whose header holds no date and no program version, so that equal sentences give equal files."""

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        """The header that gettext readers need, and nothing that changes by itself."""
        return [
            ("Project-Id-Version", "examroom"),
            ("Language", LANGUAGE),
            ("Plural-Forms", "nplurals=1; plural=0;"),
            ("MIME-Version", "1.0"),
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Transfer-Encoding", "8bit"),
        ]


def main(arguments: list[str]) -> int:
    """Exit status: 0 in step, 1 not (or not translated), 2 wrong usage."""
    parser = argparse.ArgumentParser(description="Update, compile and check the Vietnamese catalogues.")
    parser.add_argument("packages", nargs="*", metavar="PACKAGE", help=f"one of {', '.join(PACKAGES)}; default all")
    parser.add_argument("--check", action="store_true", help="write nothing; fail on anything missing or stale")
    parser.add_argument("--root", type=Path, default=ROOT, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if unknown := set(options.packages) - set(PACKAGES):
        parser.error(f"unknown package {', '.join(sorted(unknown))}")
    faults: list[str] = []
    for package in options.packages or PACKAGES:
        faults += check(options.root, package) if options.check else update(options.root, package)
    for fault in faults:
        print(fault)
    return 1 if faults else 0


def update(root: Path, package: str) -> list[str]:
    """Write a package's catalogue and its compiled form; what still has no translation is returned, one line each."""
    old = stored(root, package)
    new = extracted(root, package)
    for message in sentences(new):
        known = old.get(message.id, message.context)
        if known is not None and same_shape(known, message) and not known.fuzzy:
            message.string = known.string
    gone = [message for message in sentences(old) if new.get(message.id, message.context) is None]
    for message in gone:
        print(f"{package}: removed, no longer in the sources: {shown(message)} = {message.string!r}")
    if not len(new) and not len(old):
        return []
    path = catalogue(root, package)
    path.parent.mkdir(parents=True, exist_ok=True)
    replace(path, as_po(new))
    replace(path.with_suffix(".mo"), as_mo(new))
    return [f"{package}: {fault}" for fault in (*unseen(root, package), *unspoken(root, package), *faults_of(new))]


def check(root: Path, package: str) -> list[str]:
    """Everything in which a package's catalogue is not in step with its sources, one line each."""
    kept, new = stored(root, package), extracted(root, package)
    faults = [*unseen(root, package), *unspoken(root, package), *faults_of(kept)]
    faults += [f"not in the catalogue: {shown(m)}" for m in sentences(new) if kept.get(m.id, m.context) is None]
    faults += [f"no longer in the sources: {shown(m)}" for m in sentences(kept) if new.get(m.id, m.context) is None]
    faults += [f"no longer in the sources: {shown(m)}" for m in kept.obsolete.values()]
    compiled = catalogue(root, package).with_suffix(".mo")
    if len(new) and (not compiled.exists() or compiled.read_bytes() != as_mo(kept)):
        faults.append(f"{compiled.relative_to(root)} is not compiled from the .po beside it")
    advice = f"run: .venv/bin/python scripts/translations.py {package}"
    return [f"{package}: {fault} ({advice})" for fault in faults]


def faults_of(kept: Catalog) -> Iterator[str]:
    """What is missing, fuzzy, or has other `%(name)s` places than its source."""
    for message in sentences(kept):
        strings = message.string if isinstance(message.string, (list, tuple)) else (message.string,)
        if "%%" in str(message.id) and not any(places(one) for one in ids_of(message)):
            yield f"%% stands for % only where something is filled in: {shown(message)}"
        if not all(strings) or not strings:
            yield f"not translated: {shown(message)}"
        elif message.fuzzy:
            yield f"fuzzy: {shown(message)}"
        else:
            allowed = [places(one) for one in ids_of(message)]
            # A language without plural says the number always; English may leave it out of its singular.
            if any(places(string) not in allowed for string in strings):
                yield f"other places than its source: {shown(message)} = {message.string!r}"


def ids_of(message: Message) -> tuple[str, ...]:
    """The sentence, or its two numbers."""
    return tuple(message.id) if isinstance(message.id, (list, tuple)) else (message.id,)


def unseen(root: Path, package: str) -> Iterator[str]:
    """Sentences inside an f-string, which extraction does not look into: they would stay English without a word."""
    for path in sorted((root / package).rglob("*.py")):
        try:
            tree = ast.parse(path.read_text(encoding="utf-8"))
        except SyntaxError as error:
            yield f"{path.relative_to(root)}:{error.lineno}: not Python, so its sentences cannot be read"
            continue
        for outer in ast.walk(tree):
            if isinstance(outer, ast.JoinedStr) and any(is_sentence(inner) for inner in ast.walk(outer)):
                yield f"{path.relative_to(root)}:{outer.lineno}: a sentence inside an f-string; give it a line of its own"


def unspoken(root: Path, package: str) -> Iterator[str]:
    """Sentences that people are shown and that no catalogue can hold."""
    errors = error_classes(root)
    for path, tree in sources(root, package):
        known = plain_texts(tree)
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
            for value in shown_by(call, errors):
                for text in known.get(value.id, ()) if isinstance(value, ast.Name) else (value,):
                    if len(_WORD.findall(literal(text))) > 1:
                        yield f"{path.relative_to(root)}:{text.lineno}: shown, but in no catalogue: {literal(text)!r}"


def shown_by(call: ast.Call, errors: frozenset[str]) -> Iterator[ast.expr]:
    """What a call shows to people: the arguments of an error and of `print`, the help of a command."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if name in errors - TECHNICAL:
        yield from (*call.args, *(given.value for given in call.keywords))
    elif name in SHOWN_CALLS:
        yield from call.args
    elif name in PARSING:
        yield from (given.value for given in call.keywords if given.arg in SHOWN_NAMES)


def error_classes(root: Path) -> frozenset[str]:
    """The names of every class of ours below the root of errors."""
    bases: dict[str, set[str]] = {}
    for package in PACKAGES:
        for _, tree in sources(root, package):
            for node in ast.walk(tree):
                if isinstance(node, ast.ClassDef):
                    bases.setdefault(node.name, set()).update(getattr(base, "id", "") for base in node.bases)
    found = {ROOT_ERROR}
    while more := {name for name, above in bases.items() if above & found} - found:
        found |= more
    return frozenset(found)


def plain_texts(tree: ast.AST) -> dict[str, list[ast.expr]]:
    """The names that a module gives to texts of its own, with those texts."""
    found: dict[str, list[ast.expr]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and literal(node.value):
            for target in node.targets:
                if isinstance(target, ast.Name):
                    found.setdefault(target.id, []).append(node.value)
    return found


def literal(node: ast.AST) -> str:
    """The text that is written out in an expression, "…" for what an f-string fills in; "" when there is none."""
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=parts):
            return "".join(literal(part) if isinstance(part, ast.Constant) else "…" for part in parts)
        case ast.IfExp(body=one, orelse=other):
            return " ".join(filter(None, (literal(one), literal(other))))
    return ""


def sources(root: Path, package: str) -> Iterator[tuple[Path, ast.Module]]:
    """The modules of a package that can be read; `unseen` names the others."""
    for path in sorted((root / package).rglob("*.py")):
        with contextlib.suppress(SyntaxError):
            yield path, ast.parse(path.read_text(encoding="utf-8"))


def is_sentence(node: ast.AST) -> bool:
    """Whether this is a call such as `gettext("…")`."""
    if not isinstance(node, ast.Call) or not node.args or not isinstance(node.args[0], ast.Constant):
        return False
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    return name in KEYWORDS and isinstance(node.args[0].value, str)


def places(text: str | None) -> list[str]:
    """The places of a sentence that take values, sorted."""
    return sorted(match.group(1) or match.group() for match in _PLACE.finditer((text or "").replace("%%", "")))


def extracted(root: Path, package: str) -> SteadyCatalog:
    """The sentences in a package's sources, untranslated. A source that cannot be read is an error, not an omission."""
    with (root / "babel.cfg").open(encoding="utf-8") as mapping:
        methods, options = parse_mapping_cfg(mapping)  # type: ignore[no-untyped-call]
    found = steady()
    rows = extract_from_dir(
        root / package, methods, options, KEYWORDS, comment_tags=("Translators:",), strip_comment_tags=True
    )
    for filename, _, message, comments, context in rows:
        # Files but no line numbers: a catalogue changes when a sentence does, not whenever code moves.
        found.add(
            message, None, [(f"{package}/{Path(filename).as_posix()}", 0)], auto_comments=comments, context=context
        )
    return found


def steady() -> SteadyCatalog:
    """An empty catalogue."""
    return SteadyCatalog(locale=LANGUAGE, charset="utf-8", header_comment=HEADER, fuzzy=False)


def stored(root: Path, package: str) -> Catalog:
    """A package's catalogue as committed; empty when there is none."""
    path = catalogue(root, package)
    if not path.exists():
        return Catalog(locale=LANGUAGE)
    with path.open("rb") as file:
        try:
            return read_po(file, locale=LANGUAGE, charset="utf-8", abort_invalid=True)
        except PoFileError as error:
            raise SystemExit(f"{path}: {error}") from error


def catalogue(root: Path, package: str) -> Path:
    """Where a package's catalogue is."""
    return root / package / "translations" / LANGUAGE / "LC_MESSAGES" / "messages.po"


def sentences(kept: Catalog) -> Iterator[Message]:
    """The messages but the header."""
    return (message for message in kept if message.id)


def same_shape(one: Message, other: Message) -> bool:
    """Whether both count, or neither: a translation of the one fits the other."""
    return isinstance(one.id, str) == isinstance(other.id, str)


def shown(message: Message) -> str:
    """A message as a line names it."""
    files = sorted({name for name, _ in message.locations})
    return repr(message.id if isinstance(message.id, str) else message.id[0]) + (f" [{files[0]}]" if files else "")


def as_po(kept: Catalog) -> bytes:
    """The catalogue as text, sorted by sentence."""
    buffer = io.BytesIO()
    write_po(buffer, kept, width=120, sort_output=True, include_lineno=False, ignore_obsolete=True)
    return buffer.getvalue()


def as_mo(kept: Catalog) -> bytes:
    """The catalogue compiled; depends on the sentences and translations alone."""
    compiled = steady()
    for message in sentences(kept):
        if not message.fuzzy:
            compiled.add(message.id, message.string, context=message.context)
    buffer = io.BytesIO()
    write_mo(buffer, compiled)
    return buffer.getvalue()


def replace(path: Path, content: bytes) -> None:
    """Put a file in place whole; untouched when nothing changed."""
    if path.exists() and path.read_bytes() == content:
        return
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    temporary.write_bytes(content)
    temporary.replace(path)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
