"""The code of a canvas: each chart of docs/charts.md again, by Altair and DuckDB where this package is not."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import chart_pictures
from canvas_widget import Canvas

PICTURED = dict(chart_pictures.cells(chart_pictures.PAGE.read_text(encoding="utf-8")))
CELLS = {name: code for name, code in PICTURED.items() if "canvas.chart(" in code}
RUN = """
import json, pickle, re, sys
from pathlib import Path

sys.modules["canvas_widget"] = None  # an analyst who does not have it
import vl_convert

made = pickle.loads(Path("frames.pickle").read_bytes())
exec(compile(Path("code.py").read_text(encoding="utf-8"), "code.py", "exec"), made)
shown = {}
for variable in [key for key in made if key.endswith("_chart")]:
    spec = made[variable].to_dict()
    picture = vl_convert.vegalite_to_svg(json.dumps(spec), vl_version="6.4", allowed_base_urls=[])
    marks = re.findall('<(?:path|text|line)[^>]* aria-roledescription="([^"]*)"', picture)
    shown[variable] = [spec["datasets"]["result"], len(marks), "NaN" in picture]
Path("shown.json").write_text(json.dumps(shown), encoding="utf-8")
"""


class Named:
    """A canvas whose charts get a given id, whatever the cell draws."""

    def __init__(self, canvas: Canvas, name: str) -> None:
        self._canvas, self._name = canvas, name

    def chart(self, **given: Any) -> Any:
        return self._canvas.chart(self._name, **given)

    def theme(self, **given: Any) -> Any:
        return self._canvas.theme(**given)


@pytest.fixture(scope="module")
def canvas() -> Canvas:
    """A canvas with every chart of the page, each named after its picture."""
    canvas = Canvas(4_000, 3_000)
    for name, frame in chart_pictures.frames().items():
        canvas.datasets.register(name, frame)
    for name, code in CELLS.items():
        exec(compile(code, name, "exec"), {"canvas": Named(canvas, name.replace("-", "_"))})
    assert {box.id for box in canvas} == {name.replace("-", "_") for name in CELLS}
    return canvas


def plain(value: Any) -> Any:
    """A value as the JSON of either side has it: times to the second and without a zone."""
    if isinstance(value, str) and value[4:5] == value[7:8] == "-":
        return value[:19].replace(" ", "T").removesuffix("T00:00:00")
    return value


def near(value: Any) -> Any:
    return pytest.approx(value, rel=1e-9, abs=1e-15) if isinstance(value, float) else plain(value)


@pytest.mark.ledger("X3", "X7")
def test_the_code_of_every_chart_on_the_page_draws_its_rows_where_the_package_is_not(
    canvas: Canvas, tmp_path: Path
) -> None:
    """One process runs the code of the whole canvas; the rows in each chart are those that its box holds."""
    code = canvas.to_code()
    assert "canvas_widget" not in code
    (tmp_path / "code.py").write_text(code, encoding="utf-8")
    (tmp_path / "frames.pickle").write_bytes(pickle.dumps(chart_pictures.frames()))
    done = subprocess.run([sys.executable, "-c", RUN], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3_000:]
    shown = json.loads((tmp_path / "shown.json").read_text(encoding="utf-8"))
    assert set(shown) == {f"{box.id}_chart" for box in canvas}
    for box in canvas:
        drawn, marks, broken = shown[f"{box.id}_chart"]
        held = [{key: near(value) for key, value in row.items()} for row in box.rows()]
        assert held, box.id
        assert [{key: plain(value) for key, value in row.items()} for row in drawn] == held, box.id
        assert marks >= 1, box.id
        assert not broken, box.id
