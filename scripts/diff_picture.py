"""Takes docs/images/diff.png anew: the quickstart beside one with other data and another prompt."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import nbformat

from canvas_widget.command import main as canvas
from execute import execute, tidy

__all__: list[str] = []

ROOT = Path(__file__).resolve().parent.parent
QUICKSTART = ROOT / "notebooks" / "quickstart.ipynb"
CHANGES = (
    ("cars = data.cars()", 'cars = data.cars()\ncars.loc[0, "Miles_per_Gallon"] += 200\ncars = cars.iloc[:-1]'),
    (
        "Add a pie chart of the number of cars by cylinders",
        "Add a line chart of mean acceleration per year. Delete the metric.",
    ),
)


def main() -> int:
    notebook = nbformat.read(QUICKSTART, as_version=4)
    for cell in notebook.cells:
        for old, new in CHANGES:
            cell.source = cell.source.replace(old, new)
    with tempfile.TemporaryDirectory() as folder:
        changed = Path(folder) / "changed.ipynb"
        execute(notebook, Path(folder))
        tidy(notebook)
        nbformat.write(notebook, changed)
        code = canvas(["diff", str(QUICKSTART), str(changed), "-o", str(ROOT / "docs" / "images" / "diff.png")])
    return 0 if code == 1 else 1


if __name__ == "__main__":
    sys.exit(main())
