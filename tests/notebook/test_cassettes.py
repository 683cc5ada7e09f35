"""Notebooks recorded once against a real server replay under strict nbval, with no key and nobody to ask."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from agent.scripted_server import ScriptedServer, calls, text, usage
from execute import execute, tidy
from validate import validate

from .kernel import kernel

DATA = """\
%load_ext canvas_widget
from vega_datasets import data
{name} = data.{name}()"""

NOTEBOOKS = {
    "cars": (
        ["Mileage by origin", "Add the number of cars"],
        [
            [
                *calls(
                    (
                        "create_chart",
                        {
                            "container_id": "mpg",
                            "mark": "bar",
                            "x": "Origin",
                            "y": "mean(Miles_per_Gallon)",
                            "sort": "-y",
                        },
                    )
                ),
                usage(900, 40, cost=0.0011),
            ],
            [*text("Japan’s cars go farthest."), usage(950, 8, cost=0.001)],
            calls(("list_datasets", {}), ("create_metric", {"container_id": "cars", "value": "count()"})),
            text("There are 406 cars."),
        ],
    ),
    "stocks": (
        ["Each company’s price over time"],
        [
            calls(
                (
                    "create_chart",
                    {"container_id": "prices", "mark": "line", "x": "date", "y": "price", "series": "nosuch"},
                )
            ),
            calls(
                (
                    "create_chart",
                    {"container_id": "prices", "mark": "line", "x": "date", "y": "price", "series": "symbol"},
                ),
                say="That column is not there.",
            ),
            text("Five companies are drawn."),
        ],
    ),
}


def notebook(name: str, prompts: list[str]) -> Any:
    cells = [new_code_cell(DATA.format(name=name))]
    cells += [new_code_cell(f"%%canvas --replay\n{prompt}") for prompt in prompts]
    return new_notebook(cells=cells)


@pytest.fixture(scope="module")
def recordings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two notebooks, their outputs and their cassettes; the server that answered them is gone."""
    folder = tmp_path_factory.mktemp("recorded")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CANVAS_WIDGET_CASSETTE_MODE", "record")
        patch.setenv("CANVAS_WIDGET_MODEL", "scripted")
        patch.setenv("CANVAS_WIDGET_API_KEY", "planted-key-9876543210")
        for name, (prompts, answers) in NOTEBOOKS.items():
            path = folder / f"{name}.ipynb"
            made = notebook(name, prompts)
            with ScriptedServer(answers) as server:
                patch.setenv("CANVAS_WIDGET_BASE_URL", server.url)
                patch.setenv("JPY_SESSION_NAME", str(path))
                execute(made, folder)
                assert len(server.requests) == len(answers)
            tidy(made)
            nbformat.write(made, path)
    return folder


@pytest.fixture
def recorded(recordings: Path, tmp_path: Path) -> list[Path]:
    """A copy of the two notebooks, beside their cassettes."""
    folder = Path(shutil.copytree(recordings, tmp_path / "copy"))
    return [folder / f"{name}.ipynb" for name in NOTEBOOKS]


@pytest.mark.ledger("X2", "N5")
def test_two_notebooks_recorded_once_replay_the_same_twice(recorded: list[Path]) -> None:
    folder = recorded[0].parent
    tapes = {path.name: path.read_bytes() for path in folder.glob("*.cassette.json")}
    assert set(tapes) == {"cars.cassette.json", "stocks.cassette.json"}
    saved = [path.read_bytes() for path in recorded]
    assert all(b"planted-key" not in content for content in (*tapes.values(), *saved))
    again = Path(shutil.copytree(folder, folder.with_name("again")))
    run = validate([*recorded, *(again / path.name for path in recorded)], quiet=True)
    assert run.returncode == 0, run.stdout
    for there in (folder, again):
        assert [(there / path.name).read_bytes() for path in recorded] == saved
        assert {path.name: path.read_bytes() for path in there.glob("*.cassette.json")} == tapes


def shown(cell: Any) -> list[str]:
    return [output.data["text/plain"] for output in cell.outputs if output.output_type != "stream"]


@pytest.mark.ledger("X2")
def test_a_cell_records_and_replays_by_its_own_option(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "mileage.ipynb"
    tape = tmp_path / "mileage.cassette.json"
    monkeypatch.delenv("CANVAS_WIDGET_CASSETTE_MODE", raising=False)
    monkeypatch.setenv("CANVAS_WIDGET_MODEL", "scripted")
    monkeypatch.setenv("CANVAS_WIDGET_API_KEY", "planted-key-9876543210")
    monkeypatch.setenv("JPY_SESSION_NAME", str(path))
    made = notebook("cars", [])
    made.cells.append(new_code_cell("%%canvas --record\nMileage by origin"))
    with ScriptedServer(NOTEBOOKS["cars"][1][:2]) as server:
        monkeypatch.setenv("CANVAS_WIDGET_BASE_URL", server.url)
        execute(made, tmp_path)
        assert len(server.requests) == 2
    first, written = shown(made.cells[1]), tape.read_bytes()
    assert "Japan’s cars go farthest." in first[-1]
    assert b"planted-key" not in written

    made.cells[1].source = made.cells[1].source.replace("--record", "--replay")
    both = new_code_cell("%%canvas --record --replay\nMileage by origin")
    both.metadata["tags"] = ["raises-exception"]
    made.cells.append(both)
    made.cells[1].outputs = []
    execute(made, tmp_path)
    assert shown(made.cells[1]) == first
    (refused,) = made.cells[2].outputs
    assert refused.output_type == "error"
    assert "argument --replay: not allowed with argument --record" in refused.evalue
    assert tape.read_bytes() == written


@pytest.mark.ledger("X2", "N5")
def test_a_changed_prompt_and_a_changed_value_turn_a_recorded_notebook_red(recorded: list[Path]) -> None:
    cars = nbformat.read(recorded[0], as_version=4)
    cars.cells[1].source = "%%canvas --replay\nMileage by country"
    nbformat.write(cars, recorded[0])
    stocks = nbformat.read(recorded[1], as_version=4)
    stocks.cells[0].source += "\nstocks.loc[0, 'price'] += 1"
    nbformat.write(stocks, recorded[1])
    run = validate(recorded, quiet=True)
    assert run.returncode == 1
    red = re.findall(r"^(?:FAILED|ERROR) (?:.*/)?(\w+\.ipynb)::(Cell \d+)", run.stdout, re.MULTILINE)
    stale = [("cars.ipynb", "Cell 1"), ("cars.ipynb", "Cell 2"), ("stocks.ipynb", "Cell 1")]
    assert red == stale, "the cells that are stale, and what was said after one of them"
    said = [line for line in run.stdout.splitlines() if "CassetteMiss" in line and ": The prompt" in line]
    assert "“Mileage by country” is not recorded" in said[0]
    assert "The nearest recorded prompt is “Mileage by origin”" in said[0]
    assert "“Each company’s price over time” is not recorded as it runs now" in said[-1]
    assert "the result of create_chart changed from" in said[-1]


@pytest.mark.ledger("X2")
def test_a_stale_cell_is_named_by_its_number_where_it_has_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CANVAS_WIDGET_CASSETTE", str(tmp_path / "none.cassette.json"))
    stale = "%%canvas --replay\nMileage by origin"
    with kernel() as running:
        running.good("%load_ext canvas_widget")
        assert running.run(stale).error.startswith("CassetteMiss: In [2]: The prompt “Mileage by origin”")
        unnumbered = running.finish(running.start(stale, store_history=False))
        assert unnumbered.error.startswith("CassetteMiss: The prompt “Mileage by origin”"), "as nbval runs it"
