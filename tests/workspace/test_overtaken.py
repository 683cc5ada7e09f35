"""What happens to a container while a slow query draws it: nothing of it is lost, and nothing comes back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from canvas_widget.data import Catalogue, ChartRequest, MetricRequest
from canvas_widget.document import ChartContent
from canvas_widget.workspace import Workspace, controls, drawing, redrawing, request_of

SALES = pd.DataFrame({"region": ["north", "south", "north", "east"], "revenue": [10.0, 20.0, 5.5, 7.25]})

Meanwhile = Callable[[Any, Callable[[], object]], None]


@pytest.fixture
def work() -> Workspace:
    made = Workspace("overtaken", 1200, 900, catalogue=Catalogue(lambda: {"sales": SALES}))
    made.chart("bars", ChartRequest(dataset="sales", x="region", y="sum(revenue)"))
    made.metric("total", MetricRequest(dataset="sales", value="sum(revenue)"))
    return made


@pytest.fixture
def meanwhile(monkeypatch: pytest.MonkeyPatch) -> Meanwhile:
    """Has something happen once, while a module runs its first query."""

    def plan(module: Any, happens: Callable[[], object]) -> None:
        build, left = module.build, [happens]

        def slow(*given: Any, **more: Any) -> Any:
            drawn = build(*given, **more)
            if left:
                left.pop()()
            return drawn

        monkeypatch.setattr(module, "build", slow)

    return plan


def chart(work: Workspace) -> ChartRequest:
    request = request_of(work.document["bars"].content)
    assert isinstance(request, ChartRequest)
    return request


@pytest.mark.ledger("A8", "A16")
def test_a_refresh_does_not_bring_back_what_was_drawn_anew_or_deleted_meanwhile(
    work: Workspace, meanwhile: Meanwhile
) -> None:
    meanwhile(drawing, lambda: (work.redraw("bars", {"mark": "line"}), work.delete("total")))
    assert work.refresh() == {"bars": None}
    assert chart(work).mark == "line"
    assert work.document.ids() == ("bars",)


@pytest.mark.ledger("A16")
def test_two_parts_of_a_chart_changed_at_once_are_both_changed(work: Workspace, meanwhile: Meanwhile) -> None:
    meanwhile(redrawing, lambda: work.redraw("bars", {"sort": "-y"}))
    work.redraw("bars", {"mark": "line"})
    assert (chart(work).mark, chart(work).sort) == ("line", "-y")


@pytest.mark.ledger("E7", "A16")
def test_a_controls_value_and_a_chart_drawn_anew_at_once_both_hold(work: Workspace, meanwhile: Meanwhile) -> None:
    work.control("pick", field="region", dataset="sales")
    meanwhile(controls, lambda: work.redraw("bars", {"mark": "line"}))
    work.set_control("pick", "north")
    assert chart(work).mark == "line"
    result = work.result_for("bars")
    assert result is not None
    assert [row["sum_revenue"] for row in result.rows()] == [15.5]
    work.undo()
    assert isinstance(content := work.document["bars"].content, ChartContent)
    assert content.mark == "line"


@pytest.mark.ledger("E7")
def test_what_brushing_has_prepared_goes_with_what_it_was_prepared_for(work: Workspace) -> None:
    held = []
    for number in range(6):
        work.redraw("bars", {"title": f"{number}", "sort": ("-y", "y")[number % 2]})
        work.select("bars", {"region": {"values": ["north"]}})
        brushes = work.brushes
        held.append(sum(map(len, (brushes._origins, brushes._scales, brushes._maps, brushes._cubes))))
    assert held[-1] <= held[0]
