from __future__ import annotations

import pandas as pd
import pytest

from canvas_widget.agent.views import FoundValue
from canvas_widget.agent.workspace_views import views_of
from canvas_widget.data import ChartRequest
from canvas_widget.workspace import Workspace


@pytest.mark.ledger("E7")
def test_datasets_have_the_figures_pandas_computes(workspace: Workspace, cars: pd.DataFrame) -> None:
    catalogue, _ = views_of(workspace)
    [dataset] = catalogue.datasets()
    assert (dataset.name, dataset.row_count) == ("cars", len(cars))
    assert list(dataset.types.items())[:2] == [("Name", "string"), ("Origin", "string")]
    weight, origin = dataset.column("Weight_in_lbs"), dataset.column("Origin")
    assert weight is not None
    assert origin is not None
    assert (weight.min, weight.max) == (cars["Weight_in_lbs"].min(), cars["Weight_in_lbs"].max())
    assert (origin.distinct, origin.nulls) == (cars["Origin"].nunique(), 0)
    assert set(origin.values) == set(cars["Origin"])
    assert catalogue.find_values(" europe ") == (FoundValue("cars", "Origin", "Europe"),)
    assert catalogue.find_values("") == ()


@pytest.mark.ledger("E7")
def test_only_the_datasets_asked_for_are_seen(workspace: Workspace, cars: pd.DataFrame) -> None:
    workspace.catalogue.register("more", cars)
    catalogue, _ = views_of(workspace, datasets=["more"])
    assert [dataset.name for dataset in catalogue.datasets()] == ["more"]
    assert {found.dataset for found in catalogue.find_values("Europe")} == {"more"}


def test_a_frame_without_columns_keeps_none_of_the_others_from_being_seen(workspace: Workspace) -> None:
    workspace.catalogue.register("bare", pd.DataFrame())
    catalogue, _ = views_of(workspace)
    bare, cars = catalogue.datasets()
    assert (bare.name, bare.columns) == ("bare", ())
    assert cars.columns


@pytest.mark.ledger("A10", "X11")
def test_the_canvas_is_seen_as_it_is_without_what_is_hidden(workspace: Workspace) -> None:
    request = ChartRequest(dataset="cars", mark="bar", x="Origin", y="count()")
    workspace.chart("origins", request, title="Cars by origin")
    workspace.text("note", "**Hello**")
    _, canvas = views_of(workspace)
    chart, note = canvas.containers()
    assert (chart.id, chart.kind, chart.mark, chart.dataset, chart.title) == (
        "origins",
        "chart",
        "bar",
        "cars",
        "Cars by origin",
    )
    assert chart.request is not None
    assert chart.request["x"] == "Origin"
    assert (note.kind, note.markdown) == ("text", "**Hello**")
    newest = canvas.newest()
    assert newest is not None
    assert newest.id == "note"
    assert canvas.container("nope") is None
    _, hidden = views_of(workspace, hidden={"note"})
    assert [view.id for view in hidden.containers()] == ["origins"]
