"""Who may import whom (docs/architecture.md): the arrows, the pure modules, and every module alone."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest

# What a module that decides must not touch: time comes in as `now`, randomness as a seed, ids as a function.
OUTSIDE = {
    "asyncio", "eventlet", "flask", "flask_socketio", "multiprocessing", "os", "random", "requests", "secrets", "select",
    "socket", "socketio", "sqlite3", "sqlite_utils", "subprocess", "threading", "time", "uuid", "zeroconf",
}  # fmt: skip
PURE = (
    "server.protocol", "server.domain", "client_kiosk.agent", "question_bank.assembly", "question_bank.blueprint", "question_bank.canonical",
    "question_bank.draw", "question_bank.form", "question_bank.item_stats", "question_bank.items", "question_bank.order",
    "question_bank.scoring", "question_bank.simulators.model", "question_bank.vault.content", "question_bank.vault.finding", "question_bank.vault.likeness",
    "question_bank.vault.people", "question_bank.vault.sentences", "question_bank.vault.states", "question_bank.vault.undoing",
)  # fmt: skip

BESIDE = "server (beside the layers)"
# For each part, the parts of ours it may import besides itself. The first part that holds a module counts.
# `server` at the end is what stands beside the layers (settings, identity, certificates): the edge shares it.
CODEC = (
    "question_bank.canonical",
    "question_bank.errors",
    "question_bank.phrase",
)  # standard library only, as the protocol
BELOW_DOMAIN = ("server.protocol", "question_bank")
BELOW_STORE = ("server.domain", "server.errors", *BELOW_DOMAIN)
BELOW_EDGE = ("server.store", *BELOW_STORE)
MAY_IMPORT: Mapping[str, tuple[str, ...]] = {
    "server.protocol": CODEC,
    "server.errors": CODEC,
    "server.domain": BELOW_DOMAIN,
    "server.store": BELOW_STORE,
    "server.web": (*BELOW_EDGE, BESIDE, "server.live", "server.result"),
    "server.result": (*BELOW_EDGE, BESIDE, "server.live"),  # what is made of a room that has closed
    "server.live": (*BELOW_EDGE, BESIDE),
    "server.marker": ("server.errors", "question_bank"),  # a process beside the room: it knows folders, and no room
    "server.announce": (*BELOW_EDGE, BESIDE),
    "server.faults": (*BELOW_EDGE, BESIDE, "server.live"),  # breaks a room on purpose; only the runtime may import it
    "server.composition": ("server", "question_bank"),
    "server.standby_composition": ("server", "question_bank"),
    "server.turns": ("server", "question_bank"),  # one role after the other: it composes both
    "server.setting_up": ("server", "question_bank"),  # what `init` does
    "server.backup_kit": ("server", "question_bank"),  # of a room at rest, and a rehearsal; imported by the command alone
    "server.drill": ("server", "question_bank"),  # a whole rehearsal: rooms, kiosks, officers; imported by the command alone
    "server.runtime": ("server", "question_bank"),
    "server.cli": ("server", "question_bank"),
    BESIDE: BELOW_EDGE,
    "client_kiosk": (
        "server.protocol", "question_bank.ballast", "question_bank.beats", "question_bank.canonical", "question_bank.command_line", "question_bank.computer", "question_bank.disk",
        "question_bank.draw", "question_bank.errors", "question_bank.fields", "question_bank.front", "question_bank.items",
        "question_bank.local_browser", "question_bank.order", "question_bank.outline", "question_bank.phrase", "question_bank.sealed", "question_bank.serial_tls",
        "question_bank.simulators", "question_bank.sql_reserve", "question_bank.stop_signals", "question_bank.wording",
    ),
    "question_bank": (),
}  # fmt: skip
SIMULATOR_PARTS_A_KIOSK_HOLDS = {"state", "actions", "pages", "model"}


def within(module: str, *parts: str) -> bool:
    """Whether a module is one of these parts or inside one."""
    return any(module == part or module.startswith(part + ".") for part in parts)


def ours(module: str) -> bool:
    return within(module, "server", "client_kiosk", "question_bank")


def part_of(module: str) -> str:
    """The entry of MAY_IMPORT a module of ours belongs to; cli_room and its like are parts of the command line."""
    if module.startswith("server.cli_"):
        return "server.cli"
    return next((part for part in MAY_IMPORT if within(module, part)), BESIDE)


def sealed(module: str) -> bool:
    """The sealed-package modules: question_bank.sealed and its parts beside it."""
    return module.startswith("question_bank.sealed")


def allowed(importer: str, imported: str) -> bool:
    """Whether one module of ours may import another."""
    part, target = part_of(importer), part_of(imported)
    if part == target:
        return True
    if sealed(imported):
        return part not in ("server.protocol", "server.domain", "server.store", "server.errors")
    return target in MAY_IMPORT[part] or within(imported, *MAY_IMPORT[part])


def reach(imports: Iterable[Any], start: str) -> dict[str, str]:
    """Every module reached from `start` through our own modules, with the importer it was first reached by."""
    edges: dict[str, set[str]] = {}
    for found in imports:
        edges.setdefault(found.importer, set()).add(found.imported)
    reached: dict[str, str] = {}
    todo = [start]
    while todo:
        here = todo.pop()
        for there in sorted(edges.get(here, ())):
            if there not in reached:
                reached[there] = here
                if ours(there):
                    todo.append(there)
    return reached


def test_imports_go_one_way_only(imports: tuple[Any, ...]) -> None:
    wrong = [str(found) for found in imports if ours(found.imported) and not allowed(found.importer, found.imported)]
    assert wrong == []


@pytest.mark.parametrize(
    ("importer", "imported", "expected"),
    [
        ("server.web.pages", "server.store.journal", True),
        ("server.store.journal", "server.web.pages", False),
        ("server.domain.sitting", "server.store.journal", False),
        ("server.domain.sitting", "question_bank.sealed", False),
        ("server.protocol.messages", "server.domain.events", False),
        ("server.web.pages", "server.live.room", True),
        ("server.live.room", "server.web.pages", False),
        ("server.web.pages", "server.runtime", False),
        ("server.web.pages", "server.identity", True),
        ("server.identity", "server.web.pages", False),
        ("server.composition", "server.web.pages", True),
        ("server.web.pages", "server.composition", False),
        ("server.cli_room", "server.live.room", True),
        ("server.live.room", "server.cli_room", False),
        ("server.runtime", "server.faults", True),
        ("server.live.room", "server.faults", False),
        ("server.cli_drill", "server.drill.hall", True),
        ("server.web.pages", "server.drill.hall", False),
        ("client_kiosk.link", "server.protocol.messages", True),
        ("client_kiosk.link", "server.domain.events", False),
        ("client_kiosk.staging", "question_bank.sealed_zip", True),
        ("client_kiosk.staging", "question_bank.scoring", False),
        ("question_bank.form", "server.protocol.messages", False),
        ("question_bank.form", "client_kiosk.link", False),
    ],
)
def test_the_rules_say_no_where_the_architecture_does(importer: str, imported: str, expected: bool) -> None:
    assert allowed(importer, imported) is expected


def test_modules_that_decide_never_reach_the_outside_world(imports: tuple[Any, ...], sources: tuple[Any, ...]) -> None:
    pure = [source.module for source in sources if within(source.module, *PURE)]
    assert pure
    wrong = []
    for module in pure:
        for reached, by in reach(imports, module).items():
            if reached.split(".")[0] in OUTSIDE:
                wrong.append(f"{module} reaches {reached} through {by}")
    assert wrong == []


def test_the_domain_uses_only_the_pure_modules_of_the_question_bank(imports: tuple[Any, ...]) -> None:
    used = {
        found.imported
        for found in imports
        if within(found.importer, "server.domain") and "question_bank" in found.imported
    }
    outside = {module: OUTSIDE & {name.split(".")[0] for name in reach(imports, module)} for module in used}
    assert {module: names for module, names in outside.items() if names} == {}


def test_protocol_needs_only_the_standard_library(imports: tuple[Any, ...], sources: tuple[Any, ...]) -> None:
    wrong = []
    for module in (source.module for source in sources if within(source.module, "server.protocol")):
        for reached, by in reach(imports, module).items():
            if not within(reached, "server.protocol", *CODEC) and reached.split(".")[0] not in sys.stdlib_module_names:
                wrong.append(f"{module} reaches {reached} through {by}")
    assert wrong == []


def test_eventlet_is_imported_by_the_runtime_alone(imports: tuple[Any, ...]) -> None:
    assert {found.importer for found in imports if within(found.imported, "eventlet")} <= {"server.runtime"}


def test_the_kiosk_reaches_no_server_code_but_the_protocol_and_no_eventlet(
    imports: tuple[Any, ...], sources: tuple[Any, ...]
) -> None:
    wrong = []
    for module in (source.module for source in sources if within(source.module, "client_kiosk")):
        for reached, by in reach(imports, module).items():
            if within(reached, "eventlet") or (within(reached, "server") and not within(reached, "server.protocol")):
                wrong.append(f"{module} reaches {reached} through {by}")
    assert wrong == []


def test_the_kiosk_decodes_no_picture_and_reads_no_latex_and_no_xml(
    imports: tuple[Any, ...], sources: tuple[Any, ...]
) -> None:
    """Those libraries have a large surface, and a kiosk needs none of them: its browser draws what was checked before."""
    heavy = ("PIL", "latex2mathml", "defusedxml", "question_bank.media", "question_bank.mathematics")
    wrong = [
        f"{module} reaches {reached} through {by}"
        for module in (
            source.module for source in sources if within(source.module, "client_kiosk", "question_bank.items")
        )
        for reached, by in reach(imports, module).items()
        if within(reached, *heavy)
    ]
    assert wrong == []


def test_the_kiosk_holds_no_simulator_check_and_no_variant_generator(imports: tuple[Any, ...]) -> None:
    wrong = [
        str(found)
        for found in imports
        if within(found.importer, "client_kiosk")
        and found.imported.startswith("question_bank.simulators.")
        and not SIMULATOR_PARTS_A_KIOSK_HOLDS & set(found.imported.split("."))
    ]
    assert wrong == []


def test_the_kiosk_reaches_neither_keys_nor_marks(imports: tuple[Any, ...], sources: tuple[Any, ...]) -> None:
    secret = ("question_bank.scoring", "question_bank.custody", "question_bank.bank", "question_bank.vault")
    wrong = []
    for module in (source.module for source in sources if within(source.module, "client_kiosk")):
        wrong += [
            f"{module} reaches {name} through {by}"
            for name, by in reach(imports, module).items()
            if within(name, *secret)
        ]
    assert wrong == []


def test_packaging_scripts_and_tests_are_never_imported_by_the_packages(imports: tuple[Any, ...]) -> None:
    assert [str(found) for found in imports if within(found.imported, "build", "scripts", "tests")] == []


# --- every module alone ---------------------------------------------------------------------------------------------

# Forks a child per module out of an interpreter that has imported nothing of ours: each child is as fresh as a new
# process, without its start-up time. A child writes one line: the module, what it loaded, how it failed. Modules of the
# edge start with the libraries they all use and with what decides, which never imports them; the latter, and the kiosk,
# start with nothing.
HEAVY = (
    "argon2",
    "cryptography.x509",
    "flask_babel",
    "flask_socketio",
    "flask_wtf",
    "openpyxl",
    "sqlite_utils",
    "typst",
    "server.domain.marking",
    "server.domain.readiness",
    "server.domain.sitting",
    "server.protocol.messages",
)
EDGE = ("server", "question_bank.formats", "question_bank.paper", "question_bank.studio", "question_bank.vault")
ALONE = """
import importlib, json, os, sys, traceback, warnings
sys.pycache_prefix, sys.dont_write_bytecode = sys.argv[1], False  # compile each file once, whoever imports it first
for library in sys.argv[2:]:
    importlib.import_module(library)
modules = json.load(sys.stdin)
for module in modules:
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read)
        warnings.simplefilter("ignore")
        failure = ""
        try:
            importlib.import_module(module)
        except BaseException:
            failure = traceback.format_exc(limit=-3)
        loaded = sorted({name.partition(".")[0] for name in sys.modules} | {n for n in sys.modules if n.startswith("server.")})
        os.write(write, json.dumps([module, loaded, failure]).encode())
        os._exit(0)
    os.close(write)
    with os.fdopen(read) as answer:
        print(answer.read(), flush=True)
    os.waitpid(child, 0)
"""


@pytest.fixture(scope="module")
def alone(
    sources: tuple[Any, ...], repository: Path, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, tuple[set[str], str]]:
    """For each module: the packages (and server.* modules) loaded once it is imported, and the failure if any."""
    modules = sorted(source.module for source in sources)
    edge = [module for module in modules if within(module, *EDGE) and not within(module, *PURE)]
    shares = {HEAVY: edge, (): [module for module in modules if module not in edge]}
    compiled = str(tmp_path_factory.mktemp("compiled"))
    runs = [
        subprocess.Popen(
            [sys.executable, "-c", ALONE, compiled, *first], stdin=-1, stdout=-1, text=True, cwd=repository
        )
        for first in shares
    ]
    for run, share in zip(runs, shares.values(), strict=True):
        assert run.stdin is not None
        run.stdin.write(json.dumps(share))
        run.stdin.close()
    found = {}
    for run in runs:
        assert run.stdout is not None
        for line in run.stdout:
            module, loaded, failure = json.loads(line)
            found[module] = (set(loaded), failure)
        run.stdout.close()
        assert run.wait() == 0
    assert sorted(found) == modules
    return found


def test_each_module_imports_alone_in_a_fresh_interpreter(alone: dict[str, tuple[set[str], str]]) -> None:
    failures = {module: failure for module, (_, failure) in alone.items() if failure}
    assert not failures, "\n".join(f"{module}:\n{failure}" for module, failure in failures.items())


def test_importing_a_kiosk_module_loads_neither_eventlet_nor_the_server(alone: dict[str, tuple[set[str], str]]) -> None:
    wrong = {
        module: extra
        for module, (loaded, _) in alone.items()
        if within(module, "client_kiosk")
        and (
            extra := {
                name
                for name in loaded
                if name == "eventlet" or (name.startswith("server.") and not within(name, "server.protocol"))
            }
        )
    }
    assert wrong == {}


def test_only_the_runtime_and_the_command_line_load_eventlet(alone: dict[str, tuple[set[str], str]]) -> None:
    loading = {module for module, (loaded, _) in alone.items() if "eventlet" in loaded}
    assert loading <= {"server.runtime", "server.cli"}


def test_importing_what_decides_loads_no_web_framework_and_no_database(alone: dict[str, tuple[set[str], str]]) -> None:
    heavy = {"eventlet", "flask", "flask_socketio", "socketio", "sqlite3", "sqlite_utils", "zeroconf"}
    wrong = {
        module: loaded & heavy for module, (loaded, _) in alone.items() if within(module, *PURE) and loaded & heavy
    }
    assert wrong == {}
