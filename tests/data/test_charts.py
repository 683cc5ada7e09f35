"""Charts draw what pandas computes, in the order asked for."""

from __future__ import annotations

import pandas as pd
import pytest

from canvas_widget.data import ChartRequest, Engine, build_chart


@pytest.mark.ledger("N3", "X3")
def test_a_bar_chart_holds_the_means_of_pandas_in_descending_order(engine: Engine, cars: pd.DataFrame) -> None:
    chart = build_chart(
        ChartRequest(dataset="cars", mark="bar", x="Origin", y="mean(Miles_per_Gallon)", sort="-y"), engine
    )
    expected = cars.groupby("Origin")["Miles_per_Gallon"].mean().sort_values(ascending=False)
    rows = chart.result.rows()
    assert [row[str(chart.encoding["x"])] for row in rows] == list(expected.index)
    assert [row[str(chart.encoding["y"])] for row in rows] == pytest.approx(list(expected), rel=1e-11)
    assert chart.title == "Mean miles per gallon by origin"
    assert chart.subtitle == "3 groups"
