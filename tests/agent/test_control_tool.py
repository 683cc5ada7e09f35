"""The agent puts a filter on the canvas; what it filters is what pandas finds."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from canvas_widget.agent.sharing import Sharing
from canvas_widget.agent.tools.base import ToolContext, ToolOutput
from canvas_widget.agent.tools.registry import DEFAULT_TOOLS
from canvas_widget.data import ChartRequest, MetricRequest
from canvas_widget.document import ControlContent
from canvas_widget.errors import InvalidArgument, QueryError
from canvas_widget.workspace import Workspace

TOOL = DEFAULT_TOOLS.get("create_control")
ALL = Sharing()


@pytest.fixture
def drawn(workspace: Workspace) -> Workspace:
    workspace.chart("bars", ChartRequest(dataset="cars", x="Origin", y="mean(Miles_per_Gallon)"))
    workspace.metric("mean", MetricRequest(dataset="cars", value="mean(Weight_in_lbs)"))
    return workspace


def control(workspace: Workspace, sharing: Sharing = ALL, **arguments: Any) -> ToolOutput:
    given = {"container_id": "pick", **arguments}
    return TOOL.run(TOOL.arguments.model_validate(given), ToolContext(workspace, sharing=sharing))


def content(workspace: Workspace) -> ControlContent:
    made = workspace.document["pick"].content
    assert isinstance(made, ControlContent)
    return made


def mean(workspace: Workspace) -> float:
    result = workspace.result_for("mean")
    assert result is not None
    return float(result.rows()[0]["mean_Weight_in_lbs"])


@pytest.mark.ledger("A8")
def test_a_choice_filters_what_is_drawn_from_the_dataset(drawn: Workspace, cars: pd.DataFrame) -> None:
    output = control(drawn, column="Origin")
    assert output.data["filters"] == ["bars", "mean"]
    assert output.data["options"] == sorted(cars.Origin.unique())
    assert mean(drawn) == pytest.approx(cars.Weight_in_lbs.mean()), "nothing is chosen yet"
    control(drawn, column="Origin", value=["Japan", "USA"], replace=True)
    kept = cars[cars.Origin != "Europe"]
    assert mean(drawn) == pytest.approx(kept.Weight_in_lbs.mean())
    bars = drawn.result_for("bars")
    assert bars is not None
    assert {row["Origin"] for row in bars.rows()} == {"Japan", "USA"}


@pytest.mark.ledger("A8")
@pytest.mark.parametrize(
    ("arguments", "kind", "value"),
    [
        ({"column": "Weight_in_lbs", "control": "slider", "value": "[1800, 2300]"}, "range", [1800, 2300]),
        ({"column": "Origin", "control": "Dropdown", "value": "Japan"}, "choice", "Japan"),
    ],
)
def test_a_control_however_it_is_written(
    drawn: Workspace, cars: pd.DataFrame, arguments: dict[str, Any], kind: str, value: Any
) -> None:
    control(drawn, targets="mean", **arguments)
    assert (content(drawn).control, content(drawn).value, content(drawn).targets) == (kind, value, ["mean"])
    kept = cars[cars.Weight_in_lbs.between(1800, 2300)] if kind == "range" else cars[cars.Origin == "Japan"]
    assert mean(drawn) == pytest.approx(kept.Weight_in_lbs.mean())


@pytest.mark.ledger("A8")
def test_two_days(workspace: Workspace) -> None:
    days = pd.DataFrame({"day": pd.date_range("2024-01-01", periods=60), "n": range(60)})
    workspace.catalogue.register("days", days)
    workspace.metric("sum", MetricRequest(dataset="days", value="sum(n)"))
    control(workspace, dataset="days", column="day", value=["2024-01-10", "2024-01-12"])
    result = workspace.result_for("sum")
    assert result is not None
    assert content(workspace).control == "date"
    assert result.rows()[0]["sum_n"] == days[days.day.between("2024-01-10", "2024-01-12")].n.sum()


@pytest.mark.ledger("X12")
def test_values_that_are_not_shared_are_not_told(drawn: Workspace) -> None:
    schema = Sharing(share="schema", prompt="a filter")
    output = control(drawn, schema, column="Origin")
    assert "Europe" not in str(output.data)
    assert output.data["column"] == "Origin"
    with pytest.raises(InvalidArgument) as refused:
        control(drawn, schema, column="Origin", value="Atlantis", replace=True)
    assert "Europe" not in str(refused.value)
    with pytest.raises(InvalidArgument, match="Values: Europe, Japan, USA"):
        control(drawn, column="Origin", value="Atlantis", replace=True)
    hidden = control(drawn, Sharing(share="none", prompt="a filter"), column="Origin", replace=True)
    assert "column" not in hidden.data


@pytest.mark.ledger("A8")
def test_a_value_that_leaves_nothing_changes_nothing(drawn: Workspace) -> None:
    before = drawn.document
    with pytest.raises(QueryError):
        control(drawn, column="Weight_in_lbs", value=[1, 2])
    assert drawn.document == before
