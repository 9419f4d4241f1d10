"""Documents are held to the code: every command, message, event kind and refusal is described where readers look."""

from __future__ import annotations

import importlib
import json
import re
import subprocess
import sys
from enum import Enum
from pathlib import Path
from typing import Any

import pytest

# Stops a program where it would read its arguments, and prints its commands; in a process of its own, because the
# server's command line imports the runtime, which patches the standard library.
COMMANDS = """
import argparse, importlib, json, sys
def commands(parser, path):
    yield path
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, inner in action.choices.items():
                yield from commands(inner, f"{path} {name}")
parse = argparse.ArgumentParser.parse_known_args
def stop(self, *arguments, **named):
    found = list(commands(self, program))
    if len(found) == 1:  # a parser of one option that is asked before the real one
        return parse(self, *arguments, **named)
    print(json.dumps(found))
    raise SystemExit(0)
module, program = sys.argv[1:]
argparse.ArgumentParser.parse_known_args = stop
sys.argv = [program]
importlib.import_module(module).main()
"""


def words(text: str) -> set[str]:
    """What a document says in code marks, one by one."""
    return {
        word for quoted in re.findall(r"`([^`\n]+)`", text) for word in (quoted, *re.split(r"[\s,|/{}()]+", quoted))
    }


@pytest.mark.parametrize(
    ("module", "program"),
    [
        ("server.cli", "examroom-server"),
        ("client_kiosk.cli", "examroom-kiosk"),
        ("question_bank.cli", "examroom-bank"),
    ],
)
def test_every_command_is_in_the_handbook_of_commands(repository: Path, module: str, program: str) -> None:
    found = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", COMMANDS, module, program],
        cwd=repository, check=True, capture_output=True, text=True,
    )  # fmt: skip
    commands = json.loads(found.stdout.splitlines()[-1])
    assert len(commands) > 1
    handbook = (repository / "docs/cli.md").read_text(encoding="utf-8")
    assert [command for command in commands if not re.search(rf"{re.escape(command)}(?![-\w])", handbook)] == []


@pytest.mark.parametrize(
    ("module", "registry"),
    [("server.protocol.messages", "MESSAGES"), ("server.domain.events", "KINDS")],
)
def test_every_message_and_every_event_kind_is_in_the_protocol(repository: Path, module: str, registry: str) -> None:
    names = set(getattr(importlib.import_module(module), registry))
    assert names
    assert names - words((repository / "docs/protocol.md").read_text(encoding="utf-8")) == set()


def test_every_refusal_is_in_the_protocol(repository: Path) -> None:
    reasons: Any = importlib.import_module("server.domain.reasons").Reason
    assert issubclass(reasons, Enum)
    values = {str(reason.value) for reason in reasons}
    assert values
    assert values - words((repository / "docs/protocol.md").read_text(encoding="utf-8")) == set()


def test_the_protocol_tells_every_reason_to_stop_and_no_other(repository: Path) -> None:
    protocol = (repository / "docs/protocol.md").read_text(encoding="utf-8")
    section = re.search(r"^### `stop`\n(.*?)(?=^##)", protocol, re.MULTILINE | re.DOTALL)
    assert section
    reasons: Any = importlib.import_module("server.protocol.messages").StopReason
    assert set(re.findall(r"`(\w+)`", section[1])) == {"reason", *(str(reason.value) for reason in reasons)}


def test_every_fault_of_a_sealed_package_is_in_its_specification(repository: Path) -> None:
    faults: Any = importlib.import_module("question_bank.sealed_faults").SealFault
    values = {str(fault.value) for fault in faults}
    assert values
    assert values - words((repository / "docs/sealed-package.md").read_text(encoding="utf-8")) == set()


@pytest.mark.parametrize("readme", ["README.md", "README.vi.md"])
def test_a_readme_opens_with_the_two_commands_and_a_picture(repository: Path, readme: str) -> None:
    opening = (repository / readme).read_text(encoding="utf-8").split("\n## ")[0]
    commands = re.search(r"```sh\n(.*?)\n```", opening, re.DOTALL)
    assert commands
    assert [line.split("#")[0].strip() for line in commands[1].splitlines()] == ["make run", "make test"]
    assert "docs/images/room-map.png" in opening


def test_every_make_target_the_readmes_name_exists_and_is_explained(repository: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):.*## ", (repository / "Makefile").read_text(), re.MULTILINE))
    for readme in ("README.md", "README.vi.md", "docs/architecture.md"):
        named = set(re.findall(r"`make ([a-z]+)", (repository / readme).read_text(encoding="utf-8")))
        assert named <= targets, readme
    phony = re.search(r"^\.PHONY: (.*)$", (repository / "Makefile").read_text(), re.MULTILINE)
    assert phony
    assert set(phony[1].split()) == targets


def test_links_between_documents_lead_somewhere(repository: Path) -> None:
    documents = [*repository.glob("*.md"), *(repository / "docs").rglob("*.md")]
    broken = []
    for document in documents:
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", document.read_text(encoding="utf-8")):
            if "://" not in target and not (document.parent / target).exists():
                broken.append(f"{document.relative_to(repository)}: {target}")
    assert broken == []


FOLDERS = ("server", "client_kiosk", "question_bank", "tests", "scripts", "docs", "build", "requirements", ".ci")


def alternatives(path: str) -> list[str]:
    """`a/{b,c}.md` as paths without braces."""
    found = re.fullmatch(r"([^{]*)\{([^}]*)\}(.*)", path)
    if found is None:
        return [path]
    return [f"{found[1]}{one}{rest}" for one in found[2].split(",") for rest in alternatives(found[3])]


def is_there(repository: Path, path: str) -> bool:
    """A file or folder; a module without its ending and a decision by its number are named so too."""
    return any(any(repository.glob(f"{path}{ending}")) for ending in ("", ".py", "-*.md"))


def test_every_path_that_a_document_names_exists(repository: Path) -> None:
    named = re.compile(rf"(?<![\w/.-])((?:{'|'.join(map(re.escape, FOLDERS))})/[\w./{{}},*-]*[\w}}*])")
    documents = [*repository.glob("*.md"), repository / "NOTICE"]
    documents += [path for folder in FOLDERS for path in (repository / folder).rglob("*.md")]
    found = {
        (document, path)
        for document in documents
        for token in named.findall(document.read_text(encoding="utf-8"))
        for path in alternatives(token)
    }
    assert len(found) > 100
    assert (
        sorted(f"{doc.relative_to(repository)}: {path}" for doc, path in found if not is_there(repository, path)) == []
    )


def test_every_document_that_the_source_names_exists(repository: Path) -> None:
    endings = {".py", ".js", ".css", ".html", ".sh", ".typ", ".spec", ".service", ".cfg", ".toml"}
    sources = [path for folder in FOLDERS for path in (repository / folder).rglob("*") if path.suffix in endings]
    found = {
        (source, path)
        for source in sources
        for path in re.findall(
            r"(?<![\w/.-])(docs/(?:[\w/-]+\.md|decisions/\d{4}))", source.read_text(encoding="utf-8")
        )
    }
    assert len(found) > 20
    assert (
        sorted(f"{one.relative_to(repository)}: {path}" for one, path in found if not is_there(repository, path)) == []
    )


def test_the_documents_a_reader_expects_are_there(repository: Path) -> None:
    expected = ("architecture", "protocol", "sealed-package", "threats", "cli", "roles", "benchmarks", "lab", "STATUS")
    assert [name for name in expected if not (repository / "docs" / f"{name}.md").is_file()] == []


def test_the_lab_page_opens_the_ports_that_the_programs_use(repository: Path) -> None:
    lab = (repository / "docs/lab.md").read_text(encoding="utf-8")
    port = importlib.import_module("server.settings").DEFAULT_PORT
    for command in ("-Protocol TCP -LocalPort {}", "ufw allow {}/tcp", "| server | TCP {} |"):
        assert command.format(port) in lab


def test_the_changelog_tells_of_this_version(repository: Path) -> None:
    version = re.search(r"^version = (.*)$", (repository / "setup.cfg").read_text(), re.MULTILINE)
    assert version
    assert f"## {version[1]}" in (repository / "CHANGELOG.md").read_text(encoding="utf-8")


def test_catalogues_are_complete_and_compiled(repository: Path) -> None:
    subprocess.run([sys.executable, "scripts/translations.py", "--check"], cwd=repository, check=True)
