"""The house rule: imports point down only, and each heavy library has one room. An `ast` walk, so lazy ones count."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

import canvas_widget

PACKAGE = Path(canvas_widget.__file__).parent
# What each room may import besides itself and the ground floor (errors, settings, theme, the version).
MAY_IMPORT: dict[str, set[str]] = {
    "errors": set(),
    "first_use": set(),
    "settings": set(),
    "written": set(),
    "theme": set(),
    "scrub": set(),
    "surrogates": set(),
    "logs": set(),
    "document": set(),
    "layout": {"document"},
    "data": set(),
    "render": {"document", "data"},
    "workspace": {"document", "layout", "data", "render"},
    "agent": {"document", "layout", "data", "render", "workspace"},
    "session": {"document", "layout", "data", "render", "workspace", "agent"},
    "store": {"session", "document"},
    "notebook": {"document", "layout", "data", "render", "workspace", "agent", "session"},
    "saved": {"document", "data", "render", "agent", "session"},
    "mcp": {"document", "data", "render", "workspace", "agent", "session"},
    "server": {"document", "layout", "data", "render", "workspace", "agent", "session", "store", "mcp"},
    "command": {"saved", "server", "mcp"},
}
GROUND = {"errors", "first_use", "settings", "written", "theme", "scrub", "surrogates", "logs"}
# Libraries with one home: only modules below these folders import them, and only inside a function unless noted.
HOMES: dict[str, tuple[str, ...]] = {
    "openai": ("agent/providers",),
    "duckdb": ("data",),
    "vl_convert": ("render",),
    "IPython": ("notebook",),
    "ipykernel": ("notebook",),
    "anywidget": ("notebook",),
    "comm": ("notebook",),
    "tornado": ("server",),
    "jupyter_server": ("server",),
    "sqlalchemy": ("store",),
    "jwt": ("server",),
    "argon2": ("server",),
    "mcp": ("mcp", "server"),
    "mcp_types": ("mcp",),
    "altair": (),
}
LAZY = {"duckdb", "pyarrow", "pandas", "polars", "numpy", "openai", "vl_convert", "jsonschema", "altair", "sqlglot"}
# The pure rooms: same input, same output, no clock, no file, no thread.
PURE = {"document", "layout"}
PURE_THIRD_PARTY = {"pydantic", "immutables", "canvas_widget", "__future__"}
IMPURE_STDLIB = {
    "asyncio",
    "io",
    "os",
    "pathlib",
    "random",
    "shutil",
    "socket",
    "sqlite3",
    "subprocess",
    "tempfile",
    "threading",
}


def modules() -> list[Path]:
    return sorted(path for path in PACKAGE.rglob("*.py") if "node_modules" not in path.parts)


def room_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(path: Path) -> Iterator[tuple[str, int, bool]]:
    """(dotted name, line, whether it runs when the module is imported) of each import in a module."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    later = [node for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))]
    later += [node for node in ast.walk(tree) if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)]
    inside = {id(node) for outer in later for node in ast.walk(outer)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, node.lineno, id(node) not in inside
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: imports are absolute here"
            names = [f"{node.module}.{alias.name}" for alias in node.names] if node.module == "canvas_widget" else [""]
            for name in names:
                yield name or str(node.module), node.lineno, id(node) not in inside


@pytest.mark.parametrize("path", modules(), ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_a_module_imports_only_rooms_below_its_own(path: Path) -> None:
    room = room_of(path)
    if room == "__init__":
        return
    assert room in MAY_IMPORT, f"{room} is no room yet: give it its place in MAY_IMPORT and in docs/architecture.md"
    allowed = MAY_IMPORT[room] | GROUND | {room, "__version__"}
    for name, line, _ in imports(path):
        package, _, rest = name.partition(".")
        if package == "canvas_widget":
            assert rest.split(".")[0] in allowed, f"{path}:{line}: {room} may not import {name}"


@pytest.mark.parametrize("path", modules(), ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_a_heavy_library_stays_in_its_room_and_loads_on_first_use(path: Path) -> None:
    inside = path.relative_to(PACKAGE).as_posix()
    for name, line, at_import in imports(path):
        library = name.split(".")[0]
        homes = HOMES.get(library)
        if homes is not None:
            assert any(inside.startswith(f"{home}/") for home in homes), (
                f"{path}:{line}: {library} has its home elsewhere"
            )
        if library in LAZY:
            assert not at_import, f"{path}:{line}: import {library} inside the function that needs it"


@pytest.mark.parametrize("room", sorted(PURE))
def test_a_pure_room_touches_nothing_outside(room: str) -> None:
    for path in sorted((PACKAGE / room).rglob("*.py")):
        for name, line, _ in imports(path):
            library = name.split(".")[0]
            known = library in sys.stdlib_module_names or library in PURE_THIRD_PARTY
            assert known, f"{path}:{line}: {room} stands on the standard library, pydantic and immutables, not {name}"
            assert library not in IMPURE_STDLIB, f"{path}:{line}: {room} is pure and may not import {name}"


def test_no_module_is_imported_by_what_it_imports() -> None:
    """Imports in functions count: they only hide a circle. The package's own module, which loads on use, does not."""
    paths = {
        ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__"): path
        for path in modules()
    }
    edges: dict[str, set[str]] = {}
    for name, path in paths.items():
        found: set[str] = set()
        for node in ast.walk(_run(path)):
            if isinstance(node, ast.ImportFrom):
                found |= {
                    whole if (whole := f"{node.module}.{each.name}") in paths else str(node.module)
                    for each in node.names
                }
        edges[name] = (found & paths.keys()) - {name, "canvas_widget"}
    try:
        TopologicalSorter(edges).prepare()
    except CycleError as error:
        pytest.fail("a circle of imports: " + " imports ".join(reversed(error.args[1])))


def _run(path: Path) -> ast.Module:
    """A module without what only a type checker reads."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    tree.body = [
        node for node in tree.body if not (isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test))
    ]
    return tree


# Folders of the data room, and which of its other folders each may import.
DATA_FOLDERS: dict[str, set[str]] = {
    "guards": set(),
    "engines": {"guards"},
    "charts": {"guards"},
    "brushing": {"charts"},
}


@pytest.mark.parametrize("folder", sorted(DATA_FOLDERS))
def test_a_folder_of_the_data_room_imports_only_those_below_it(folder: str) -> None:
    assert (PACKAGE / "data" / folder).is_dir()
    for path in sorted((PACKAGE / "data" / folder).rglob("*.py")):
        for name, line, _ in imports(path):
            other = name.removeprefix("canvas_widget.data.").split(".")[0]
            if name.startswith("canvas_widget.data.") and other in DATA_FOLDERS and other != folder:
                assert other in DATA_FOLDERS[folder], f"{path}:{line}: data/{folder} may not import {name}"


# The stages of the offline model, in the order in which they may import each other.
OFFLINE = ("words", "link", "query", "conditions", "roles", "decide", "canvas", "answer")


def test_the_stages_of_the_offline_model_import_only_stages_before_them() -> None:
    home = PACKAGE / "agent" / "providers" / "offline"
    assert {path.name for path in home.iterdir() if path.is_dir()} - {"__pycache__"} == set(OFFLINE)
    for number, stage in enumerate(OFFLINE):
        for path in (home / stage).glob("*.py"):
            for name, line, _ in imports(path):
                _, found, rest = name.partition("canvas_widget.agent.providers.offline.")
                below = rest.split(".")[0] in OFFLINE[: number + 1]
                assert not found or below, f"{path}:{line}: {stage} stands below {name}"


# What a canvas that shows nothing yet has no use for: libraries, and our own rooms and modules.
NOT_AT_START = LAZY | {"httpx", "markdown_it", "PIL", "sqlalchemy", "tornado.web"}
NOT_OURS_AT_START = {"agent.providers", "agent.tools", "agent.turn", "mcp", "saved", "server", "store"} | {
    *("data.build", "data.brushing.cubes", "data.charts.chart", "data.guards.spec_guard"),
    *("render.canvas", "render.html", "render.svg"),
    *("workspace.brushing", "workspace.paging"),
}


def loaded_by(script: str) -> set[str]:
    """The modules that a new interpreter has after the script."""
    command = [sys.executable, "-c", f"{script}\nimport sys; print('\\n', *sys.modules)"]
    return set(subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()[-1].split())


def test_what_a_canvas_works_with_loads_no_heavy_library() -> None:
    loaded = loaded_by("import canvas_widget.notebook.live")
    forbidden = NOT_AT_START | {f"canvas_widget.{name}" for name in NOT_OURS_AT_START}
    assert not sorted(forbidden & loaded), "load it on first use: a notebook's first cell waits for each import"


@pytest.mark.ledger("N1")
def test_a_canvas_is_shown_before_what_it_works_with_is_loaded() -> None:
    """Its view, its text and its picture: what a cell that says `Canvas()` waits for."""
    loaded = loaded_by("from canvas_widget import Canvas; Canvas()._ipython_display_()")
    rooms = ("agent", "data", "document", "layout", "session", "workspace", "settings")
    forbidden = {"pydantic", "pydantic_core", "immutables", *(f"canvas_widget.{room}" for room in rooms)}
    assert "canvas_widget.render.blank" in loaded
    assert not sorted(forbidden & loaded), "an empty canvas needs none of it to be shown: make it in notebook/live.py"


def test_importing_the_package_builds_no_model() -> None:
    """A model's validator takes a millisecond or more to build, so it is built when first used (`defer_build`)."""
    script = """
import canvas_widget.notebook.live
from pydantic import BaseModel
below = lambda kind: [each for one in kind.__subclasses__() for each in (one, *below(one))]
ours = [each for each in below(BaseModel) if each.__module__.startswith("canvas_widget")]
print(len(ours), *[each.__name__ for each in ours if each.__pydantic_complete__])
"""
    told = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True).stdout.split()
    assert int(told[0]) > 50
    assert told[1:] == []


def test_no_module_outgrows_one_idea() -> None:
    long = {path.relative_to(PACKAGE).as_posix(): n for path in modules() if (n := path.read_text().count("\n")) > 400}
    assert not long, "past 300 lines a file usually holds two ideas"
