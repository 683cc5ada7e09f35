"""Small charts fill their box: none reaches beyond it, all of them are there, each with its heading."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd
import pytest
from vega_datasets import local_data

from canvas_widget.data import BuiltChart, Catalogue, ChartRequest, Engine, build_chart
from canvas_widget.render.chart import chart_rows, full_spec
from canvas_widget.render.renderer_process import VEGA_LITE
from canvas_widget.render.theme import FONTS, theme

CARS = {"dataset": "cars", "x": "Horsepower", "y": "Miles_per_Gallon", "mark": "point"}
REQUESTS: list[tuple[dict[str, Any], int]] = [
    ({**CARS, "facet": "Origin"}, 3),
    ({**CARS, "facet": "Cylinders", "columns": 2, "series": "Origin"}, 5),
    ({**CARS, "row": "Origin", "column": "Cylinders"}, 15),
    ({"dataset": "cars", "x": "Origin", "y": "count()", "facet": "month(Year)"}, 1),
    ({"dataset": "cars", "x": "Name", "y": "count()", "limit": 6, "facet": "Origin", "sort": "-y"}, 2),
    ({"dataset": "barley", "mark": "point", "x": "yield", "y": "variety", "facet": "site", "series": "year"}, 6),
    ({"dataset": "cars", "mark": "histogram", "x": "Acceleration", "facet": "Origin",
      "annotations": [{"x": "mean"}]}, 3),
]  # fmt: skip


@pytest.fixture(scope="module")
def engine() -> Engine:
    frames = {"cars": local_data.cars(), "barley": local_data.barley()}
    return Engine(Catalogue(lambda: frames))


def scene(built: BuiltChart, width: int, height: int) -> dict[str, Any]:
    import vl_convert

    vl_convert.register_font_directory(str(FONTS))
    spec = full_spec(built.spec, chart_rows(built.result), width, height, theme("light"))
    drawn = vl_convert.vegalite_to_scenegraph(spec, vl_version=VEGA_LITE, allowed_base_urls=[])
    return dict(json.loads(drawn) if isinstance(drawn, str) else drawn)


def cells(node: dict[str, Any]) -> list[dict[str, Any]]:
    found = list(node["items"]) if node.get("name") == "cell" else []
    for item in node["items"]:
        for child in item.get("items", []):
            found += cells(child) if isinstance(child, dict) and "items" in child else []
    return found


@pytest.mark.ledger("X7")
@pytest.mark.parametrize("size", [(352, 232), (560, 300), (900, 500)])
@pytest.mark.parametrize(("request_", "many"), REQUESTS)
def test_small_charts_fill_their_box_and_stay_in_it(
    engine: Engine, request_: dict[str, Any], many: int, size: tuple[int, int]
) -> None:
    drawn = scene(build_chart(ChartRequest(**request_), engine), *size)
    if size != (352, 232) or many < 10:
        assert drawn["width"] <= size[0] + 2
        assert drawn["height"] <= size[1] + 2
    assert drawn["width"] > 0.7 * size[0]
    assert drawn["height"] > 0.7 * size[1]
    assert len(cells(drawn["scenegraph"])) == many


def test_too_many_small_charts_are_refused() -> None:
    frame = pd.DataFrame({"a": range(100), "b": range(100)})
    engine = Engine(Catalogue(lambda: {"d": frame}))
    built = build_chart(ChartRequest(dataset="d", mark="point", x="a", y="b"), engine)
    spec = {**built.spec, "facet": {"field": "a", "type": "nominal"}, "spec": built.spec}
    with pytest.raises(ValueError, match="100 small charts are too many"):
        full_spec(spec, chart_rows(built.result), 400, 300, theme("light"))
