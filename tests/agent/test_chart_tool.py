"""The chart tool takes what models write: each argument reaches the chart, however it is spelt."""

from __future__ import annotations

from typing import Any

import pytest

from canvas_widget.agent.tools.base import ToolContext
from canvas_widget.agent.tools.content import TOOLS
from canvas_widget.document import ChartContent
from canvas_widget.errors import CanvasError
from canvas_widget.workspace import Workspace


def draw(workspace: Workspace, **arguments: Any) -> ChartContent:
    tool = next(tool for tool in TOOLS if tool.name == "create_chart")
    given = {"container_id": "chart", "replace": True, **arguments}
    tool.run(tool.arguments.model_validate(given), ToolContext(workspace))
    content = workspace.document["chart"].content
    assert isinstance(content, ChartContent)
    return content


BARS = {"mark": "bar", "x": "Origin", "y": "mean(Miles_per_Gallon)"}


@pytest.mark.ledger("E7")
@pytest.mark.parametrize(
    ("arguments", "kept"),
    [
        ({"mark": "donut", "x": "Origin", "y": "count()"}, {"mark": "arc", "hole": True}),
        ({"mark": "boxplot", "x": "Origin", "y": "Weight_in_lbs"}, {"mark": "box"}),
        ({"mark": "Stacked Bar Chart", "x": "Origin", "y": "count()", "series": "Name"}, {"stack": "stacked"}),
        ({**BARS, "y": "count()", "series": "Name", "stack": "100%"}, {"stack": "percent"}),
        ({**BARS, "annotations": {"y": "mean"}}, {"annotations": [{"y": "mean"}]}),
        ({**BARS, "annotations": '[{"y": 20, "text": "Goal"}]'}, {"annotations": [{"y": 20, "text": "Goal"}]}),
        ({**BARS, "scale": '{"y": {"type": "log"}}'}, {"scale": {"y": {"log": True}}}),
        ({**BARS, "scale": "log"}, {"scale": {"y": {"log": True}}}),
        ({**BARS, "largest": "2", "other": True}, {"top": 2, "other": True}),
        ({**BARS, "having": {"field": "count()", "value": 2}}, {"having": [{"field": "count()", "value": 2}]}),
        ({**BARS, "where": [{"any": [{"field": "Origin", "value": "USA"}, {"field": "Name", "value": "golf"}]}]},
         {"where": [{"any": [{"field": "Origin", "value": "USA"}, {"field": "Name", "value": "golf"}]}]}),
        ({"mark": "point", "x": "Weight_in_lbs", "y": "Miles_per_Gallon", "facet": "Origin", "columns": 2},
         {"facet": "Origin", "columns": 2}),
        ({"mark": "heatmap", "x": "Origin", "y": "Name", "color": "mean(Weight_in_lbs)"},
         {"color": "mean(Weight_in_lbs)"}),
    ],
)  # fmt: skip
def test_an_argument_reaches_the_chart(workspace: Workspace, arguments: dict[str, Any], kept: dict[str, Any]) -> None:
    content = draw(workspace, **arguments)
    assert content.request is not None
    assert kept.items() <= content.request.items()


@pytest.mark.parametrize("joins", ["makers", '["makers"]', [{"dataset": "makers", "left": "Name", "right": "Name"}]])
def test_a_join_however_it_is_written(workspace: Workspace, joins: Any) -> None:
    import pandas as pd

    workspace.catalogue.register("makers", pd.DataFrame({"Name": ["golf", "beetle"], "Maker": ["VW", "VW"]}))
    draw(workspace, mark="bar", dataset="cars", x="Maker", y="count()", joins=joins)
    result = workspace.result_for("chart")
    assert result is not None
    assert result.rows() == [{"Maker": "VW", "count": 2}]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({**BARS, "annotations": [{"text": "nowhere"}]}, "needs a place"),
        ({**BARS, "scheme": "nosuch"}, "No colour scheme"),
        ({**BARS, "format": "'+1"}, "d3-format"),
        ({**BARS, "joins": ["nosuch"]}, "nosuch"),
    ],
)
def test_what_cannot_be_goes_back_in_words(workspace: Workspace, arguments: dict[str, Any], words: str) -> None:
    with pytest.raises(CanvasError) as failed:
        draw(workspace, **{**arguments, "series": "Name"} if "scheme" in arguments else arguments)
    assert words in failed.value.message
