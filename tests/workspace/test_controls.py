"""Controls: which containers one filters, what a value does to them, and what is left when it goes."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from canvas_widget.data import Catalogue, ChartRequest, MetricRequest, TableRequest
from canvas_widget.document import ControlContent, Remove
from canvas_widget.errors import InvalidArgument
from canvas_widget.workspace import Workspace, saved

SALES = pd.DataFrame(
    {
        "region": ["north", "south", "north", "east", "south"],
        "revenue": [10.0, 20.0, 5.5, 7.25, 1.0],
        "units": [1, 2, 3, 4, 5],
    }
)
OTHERS = pd.DataFrame({"region": ["north", "west"], "revenue": [1.0, 2.0]})


@pytest.fixture
def work() -> Workspace:
    return Workspace("controls", 1200, 900, catalogue=Catalogue(lambda: {"sales": SALES, "others": OTHERS}))


def total(work: Workspace, name: str, column: str = "revenue") -> float:
    result = work.result_for(name)
    assert result is not None
    return float(sum(row[f"sum_{column}"] for row in result.rows()))


def metric(dataset: str | None = "sales", **more: object) -> MetricRequest:
    return MetricRequest.model_validate({"dataset": dataset, "value": "sum(revenue)", **more})


def of(*regions: str) -> float:
    return float(SALES[SALES.region.isin(regions)].revenue.sum())


@pytest.mark.ledger("E7", "X3")
def test_a_control_without_targets_filters_what_is_made_later_too(work: Workspace) -> None:
    work.metric("before", metric())
    work.control("pick", field="region", dataset="sales", value="south")
    work.metric("after", metric())
    work.chart("bars", ChartRequest(dataset="sales", x="region", y="sum(revenue)"))
    work.table("rows", TableRequest(dataset="sales"))
    work.metric("other", metric("others"))
    work.metric("sql", MetricRequest(sql="select sum(revenue) as sum_revenue from sales"))
    assert [total(work, name) for name in ("before", "after", "bars")] == [of("south")] * 3
    result = work.result_for("rows")
    assert result is not None
    assert [row["units"] for row in result.rows()] == list(SALES[SALES.region == "south"].units)
    assert (total(work, "other"), total(work, "sql")) == (OTHERS.revenue.sum(), SALES.revenue.sum())
    work.set_control("pick", ["north", "east"])
    assert [total(work, name) for name in ("before", "after", "bars")] == [of("north", "east")] * 3
    work.set_control("pick", None)
    assert [total(work, name) for name in ("before", "after", "bars")] == [SALES.revenue.sum()] * 3


@pytest.mark.ledger("E7")
def test_targets_that_are_named_are_all(work: Workspace) -> None:
    work.metric("one", metric())
    work.metric("two", metric())
    work.control("pick", field="region", dataset="sales", targets=["one"], value="north")
    work.metric("three", metric())
    assert [total(work, name) for name in ("one", "two", "three")] == [of("north"), *[SALES.revenue.sum()] * 2]
    work.metric("other", metric("others"))
    with pytest.raises(InvalidArgument, match="not drawn from columns of sales"):
        work.control("more", field="region", dataset="sales", targets=["other"])


@pytest.mark.ledger("E7")
def test_a_chart_redrawn_is_still_filtered(work: Workspace) -> None:
    work.control("pick", field="region", dataset="sales", value=["north", "south"])
    work.chart("bars", ChartRequest(dataset="sales", x="region", y="sum(revenue)"))
    work.redraw("bars", {"y": "sum(units)"})
    assert total(work, "bars", "units") == SALES[SALES.region != "east"].units.sum()
    work.refresh()
    assert total(work, "bars", "units") == SALES[SALES.region != "east"].units.sum()


@pytest.mark.ledger("E7", "X4")
def test_undo_of_a_value_draws_what_was_made_since_without_it(work: Workspace) -> None:
    work.metric("before", metric())
    work.control("pick", field="region", dataset="sales")
    work.set_control("pick", "south")
    work.metric("after", metric())
    assert [total(work, name) for name in ("before", "after")] == [of("south")] * 2
    work.undo()
    assert "after" not in work.document
    work.undo()
    assert total(work, "before") == SALES.revenue.sum()
    work.redo()
    work.redo()
    assert [total(work, name) for name in ("before", "after")] == [of("south")] * 2


@pytest.mark.ledger("E7", "X4")
@pytest.mark.parametrize("by", ["python", "view"])
def test_what_a_deleted_control_filtered_shows_all_again(work: Workspace, by: str) -> None:
    work.metric("sum", metric())
    work.control("pick", field="region", dataset="sales", value="south")
    if by == "python":
        work.delete("pick")
    else:
        work.edit([Remove(path="/containers/pick")])
    assert total(work, "sum") == SALES.revenue.sum()
    work.undo()
    content = work.document["pick"].content
    assert isinstance(content, ControlContent)
    assert (content.value, total(work, "sum")) == ("south", of("south"))


@pytest.mark.ledger("E7", "X13")
def test_a_saved_control_filters_what_is_made_after_loading(work: Workspace, tmp_path: Path) -> None:
    work.control("pick", field="region", dataset="sales", value="south")
    path = saved.save(work, tmp_path / "a.canvas.json")
    held, results = saved.read(path)
    again = Workspace("controls", 1200, 900, catalogue=Catalogue(lambda: {"sales": SALES}))
    saved.restore(again, held, results, tmp_path)
    again.metric("sum", metric(None))
    assert total(again, "sum") == of("south")
    content = again.document["pick"].content
    assert isinstance(content, ControlContent)
    assert content.targets is None
