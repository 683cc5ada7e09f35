"""The notebooks are regression tests: they pass unchanged, and a changed value of the data turns them red."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest

from validate import validate

QUICKSTART = Path(__file__).resolve().parent.parent / "notebooks" / "quickstart.ipynb"


@pytest.mark.ledger("N5")
@pytest.mark.parametrize(
    "change",
    ['cars.loc[0, "Miles_per_Gallon"] += 1', 'cars.loc[3, "Horsepower"] = 500', "cars = cars.iloc[:-1]"],
    ids=["a mean", "a yearly mean", "a count"],
)
def test_a_changed_value_of_the_data_turns_the_quickstart_red(tmp_path: Path, change: str) -> None:
    notebook = nbformat.read(QUICKSTART, as_version=4)
    cell = next(cell for cell in notebook.cells if "cars = data.cars()" in cell.source)
    cell.source = cell.source.replace("cars = data.cars()", f"cars = data.cars()\n{change}")
    changed = tmp_path / "changed.ipynb"
    nbformat.write(notebook, changed)
    run = validate([changed], quiet=True)
    assert run.returncode == 1, run.stdout
    assert "failed" in run.stdout


@pytest.mark.ledger("N5")
def test_every_cell_of_the_saved_quickstart_has_run_and_each_prompt_has_its_answer() -> None:
    notebook = nbformat.read(QUICKSTART, as_version=4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))
    assert all(cell.outputs for cell in code if cell.source.startswith("%%canvas"))
    assert any("image/png" in output.get("data", {}) for cell in code for output in cell.outputs)


@pytest.mark.ledger("N5")
def test_the_saved_quickstart_carries_no_widget_state_and_no_secret_of_a_machine() -> None:
    notebook = nbformat.read(QUICKSTART, as_version=4)
    assert "widgets" not in notebook.metadata
    text = QUICKSTART.read_text(encoding="utf-8")
    assert "/home/" not in text
    assert "/tmp/" not in text
    assert str(Path.cwd()) not in text
