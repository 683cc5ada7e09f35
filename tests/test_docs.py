"""The documentation says what is: its links lead somewhere, its tables match the code, its claims have tests."""

from __future__ import annotations

import ast
import inspect
import re
import shlex
import subprocess
from pathlib import Path
from typing import get_args

import nbformat
import pandas as pd
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from canvas_widget import errors
from canvas_widget.data.encode import AGGREGATES, TIME_UNITS
from canvas_widget.data.requests import MARKS, Operator
from canvas_widget.notebook.commands import COMMANDS
from canvas_widget.session import helptext
from canvas_widget.session.protocol import CLIENT_FRAMES, SERVER_FRAMES
from canvas_widget.settings import RateLimit, Settings, variable_of
from environment import private_environment
from execute import execute, tidy

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]
ROWS = {"A": 17, "B": 4, "C": 11, "D": 7, "E": 9, "N": 6, "X": 14}
"""How many rows each chapter of the ledger has; a number is never given twice, and none is left out."""
LINK = re.compile(r"\]\(([^)]+)\)")


def anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading).strip().lower().replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_leads_somewhere(page: Path) -> None:
    for link in LINK.findall(page.read_text()):
        if "://" in link:
            continue
        name, _, anchor = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        assert target.exists(), f"{page.name}: {link}"
        if anchor:
            assert anchor in anchors(target), f"{page.name}: {link}"


def test_the_table_of_errors_is_the_one_of_the_code() -> None:
    classes = [value for _, value in inspect.getmembers(errors, inspect.isclass) if value.__module__ == errors.__name__]
    written = re.findall(r"^\| (\d+) \| `(\w+)` \| `(\w+)` \|", (ROOT / "docs" / "errors.md").read_text(), re.MULTILINE)
    assert sorted(written) == sorted((str(cls.code), cls.error_code, cls.__name__) for cls in classes)


@pytest.mark.ledger("E9")
def test_every_symbol_that_the_code_gives_an_error_is_on_the_page() -> None:
    given = {cls.error_code for _, cls in inspect.getmembers(errors, inspect.isclass) if hasattr(cls, "error_code")}
    for path in (ROOT / "src" / "canvas_widget").glob("*/**/*.py"):
        if "node_modules" in path.parts:
            continue
        for line in path.read_text().splitlines():
            if "error_code" in line or "symbols" in line:
                given |= set(re.findall(r'"([A-Z]+(?:_[A-Z]+)*)"', line))
    written = re.findall(r"^\| \d+ \| `(\w+)` \|", (ROOT / "docs" / "errors.md").read_text(), re.MULTILINE)
    assert sorted(set(written)) == sorted(given)


@pytest.mark.parametrize("frames", [CLIENT_FRAMES, SERVER_FRAMES], ids=["client", "server"])
def test_the_protocol_page_names_every_frame_and_its_fields(frames: dict[str, type]) -> None:
    page = (ROOT / "docs" / "protocol.md").read_text()
    for kind, model in frames.items():
        assert f"`{kind}`" in page
        for field in model.model_fields:  # type: ignore[attr-defined]
            name = field.rstrip("_")
            assert f"`{name}`" in page or f'"{name}"' in page, f"{kind}.{name}"


def named_rows() -> set[str]:
    """The rows of the ledger that a test names."""
    found: set[str] = set()
    for path in (ROOT / "tests").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("mark.ledger"):
                found |= {str(row.value) for row in node.args if isinstance(row, ast.Constant)}
    for path in (ROOT / "src" / "canvas_widget" / "js" / "src").rglob("*.test.ts*"):
        found |= set(re.findall(r"\[([A-Z]\d+)\]", path.read_text()))
    return found


def test_what_is_called_available_has_a_test_and_a_page() -> None:
    rows = re.findall(
        r"^\| ([A-Z]\d+) \| .+? \| ([a-z ]+) \| (.*?) ?\|$",
        (ROOT / "docs" / "capabilities.md").read_text(),
        re.MULTILINE,
    )
    assert [row for row, _, _ in rows] == [f"{letter}{number + 1}" for letter in ROWS for number in range(ROWS[letter])]
    assert {status for _, status, _ in rows} <= {"available", "in part", "planned"}
    available = {row for row, status, _ in rows if status == "available"}
    assert not available - named_rows()
    assert not [row for row, status, more in rows if status == "available" and not LINK.search(more)]


def guide_names(begin: str, end: str) -> list[str]:
    """What stands as code in the guide from some words to others, the first word of each."""
    text = (ROOT / "docs" / "guide.md").read_text()
    (part,) = re.findall(rf"{re.escape(begin)}(.*?){re.escape(end)}", text, re.DOTALL)
    return [name.split(" ")[0] for name in re.findall(r"`([^`]+)`", part)]


def test_the_guide_lists_every_mark_operator_function_and_command() -> None:
    assert guide_names("`mark` is ", " An encoding") == list(MARKS)
    text = (ROOT / "docs" / "guide.md").read_text()
    (operators,) = re.findall(r"with `op` one of (.*?)\. Where it goes", text, re.DOTALL)
    assert re.findall(r"`([^`]+)`", operators) == list(get_args(Operator))
    for row, known in (("aggregates", AGGREGATES), ("dates", TIME_UNITS)):
        (told,) = re.findall(rf"^\| {row} \| (.*) \|$", text, re.MULTILINE)
        assert set(re.findall(r"`(\w+)\(", told)) - {"avg"} == set(known)
    acts = {name for name in guide_names("`%canvas COMMAND` acts on", "`-s STRATEGY`") if not name.startswith(".")}
    assert acts == set(COMMANDS) == set(helptext.COMMANDS.split())


def written_settings() -> dict[str, list[str]]:
    """The variables in the tables of the pages, each with the defaults that are written beside it."""
    found: dict[str, list[str]] = {}
    for page in PAGES:
        for first, second in re.findall(r"^\| (`[A-Z…][^|]*) \| ([^|]*) \|", page.read_text(), re.MULTILINE):
            names = [name.removeprefix("…") for name in re.findall(r"`([^`]+)`", first)]
            defaults = [each.strip("` ") for each in second.split(", ")]
            for name, default in zip(names, defaults * len(names) if len(defaults) == 1 else defaults, strict=False):
                found.setdefault(f"CANVAS_WIDGET{name}" if name.startswith("_") else name, []).append(default)
    return found


@pytest.mark.ledger("A15")
@pytest.mark.parametrize("field", sorted(Settings.model_fields))
def test_every_setting_is_in_a_table_with_its_default(field: str) -> None:
    default, written = Settings.model_fields[field].default, written_settings().get(variable_of(field))
    if field in ("cassette", "cassette_mode", "database_url"):  # told of in words
        assert any(variable_of(field) in page.read_text() for page in PAGES)
        return
    assert written, f"{variable_of(field)} is in no table of the pages"
    if isinstance(default, bool):
        assert set(written) == {str(default).lower()}
    elif isinstance(default, int | float):
        assert {float(each) for each in written} == {float(default)}
    elif isinstance(default, str | RateLimit):
        assert set(written) == {str(default)}


def test_the_commands_of_the_pages_exist() -> None:
    targets = set(re.findall(r"^([a-z-]+):.*## ", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for page in PAGES:
        for target in re.findall(r"(?:^|`)make ([a-z-]+)", page.read_text(), re.MULTILINE):
            assert target in targets, f"{page.name}: make {target}"


def test_the_examples_of_the_guide_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    frame = pd.DataFrame(
        {
            "region": ["North", "South", "North", "East"],
            "revenue": [10.0, 20.0, 5.0, 7.5],
            "day": pd.to_datetime(["2026-01-01", "2026-01-15", "2026-02-01", "2026-02-03"]),
        }
    )
    frame.to_csv("orders.csv", index=False)
    Path("data_dictionary.md").write_text("# Data dictionary\n\n- **churn**: Customers who left.\n")
    blocks = re.findall(r"^```python\n(.*?)^```", (ROOT / "docs" / "guide.md").read_text(), re.MULTILINE | re.DOTALL)
    assert len(blocks) >= 5
    names = {"frame": frame}
    for block in blocks:
        source = "\n".join(line for line in block.splitlines() if not line.startswith("%"))
        exec(compile(source, "guide.md", "exec"), names)
    assert "trend" in names["canvas"]


@pytest.mark.ledger("N5")
def test_the_line_that_tests_a_notebook_works_as_the_readme_has_it(tmp_path: Path) -> None:
    (line,) = re.findall(r"^pytest --nbval .*$", (ROOT / "README.md").read_text(), re.MULTILINE)
    path = tmp_path / line.split()[-1]
    source = 'sales = pd.DataFrame({"region": ["North", "South"], "amount": [10, 20]})'
    cells = [f"%load_ext canvas_widget\nimport pandas as pd\n{source}", "%%canvas\nBar chart of total amount by region"]
    made = new_notebook(cells=[new_code_cell(cell) for cell in cells])
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("CANVAS_WIDGET_CASSETTE_MODE", raising=False)
        execute(made, tmp_path)
    tidy(made)

    def run() -> subprocess.CompletedProcess[str]:
        nbformat.write(made, path)
        environment = private_environment(tmp_path / "home")
        return subprocess.run(
            shlex.split(line), cwd=tmp_path, env=environment, check=False, text=True, capture_output=True
        )

    green = run()
    assert green.returncode == 0, green.stdout + green.stderr
    made.cells[0].source = made.cells[0].source.replace("20]", "21]")
    red = run()
    assert red.returncode == 1, red.stdout + red.stderr
    assert "Cell outputs differ" in red.stdout


def test_the_first_screen_of_the_readme_is_a_picture_and_two_commands() -> None:
    first = (ROOT / "README.md").read_text().splitlines()[:14]
    assert any("![" in line for line in first)
    assert [line.split()[1] for line in first if line.startswith("make ")] == ["demo", "lab"]
