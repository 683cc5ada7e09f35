"""What brushing shows over a table that stays in an engine, compared with what pandas has of the rows that are kept."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from canvas_widget.data import Catalogue, ChartRequest, MetricRequest
from canvas_widget.workspace import Workspace
from tests.data.constructs import events

__all__ = ["brushed_as_pandas"]


def _number(value: Any) -> float | None:
    return None if value is None or pd.isna(value) else float(value)


def _agree(rows: list[dict[str, Any]] | None, keys: list[str], value: str, expected: Any, empty: float | None) -> None:
    """Each row has what pandas has of its group, or `empty` where it has none; and no group of pandas is lacking."""
    assert rows is not None
    wanted = {
        tuple(None if pd.isna(each) else each for each in (key if isinstance(key, tuple) else (key,))): _number(number)
        for key, number in expected.items()
    }
    shown = {tuple(row[key] for key in keys): _number(row[value]) for row in rows}
    assert set(wanted) <= set(shown)
    for key, number in shown.items():
        want = wanted.get(key, empty)
        assert number == (None if want is None else pytest.approx(want, rel=1e-9, abs=1e-9)), (value, key)


def brushed_as_pandas(catalogue: Catalogue, asked: list[str]) -> None:
    """Brush a canvas over `events` by numbers, by times and by both.

    Args:
        catalogue: has `events`, as an engine holds them.
        asked: grows by each query that the engine is asked.
    """
    work = Workspace("brushed", 2000, 2000, catalogue=catalogue)
    work.engine.timeout = 600
    for name, request in {
        "prices": {"mark": "histogram", "x": "bin(price)"},
        "months": {"mark": "line", "x": "yearmonth(at)", "y": "count()"},
        "sums": {"x": "name", "y": "sum(units)"},
        "means": {"x": "name", "y": "mean(price)", "series": "flag", "stack": "grouped"},
        "days": {"x": "weekday(at)", "y": "count(units)", "where": [{"field": "units", "op": ">", "value": 0}]},
        "medians": {"x": "flag", "y": "median(price)"},
    }.items():
        work.chart(name, ChartRequest(dataset="events", **request))
    work.metric("all", MetricRequest(dataset="events", value="count()"))
    frame = events()
    by: dict[str, Any] = {"dropna": False}

    def check(selected: Any, kept: pd.DataFrame) -> None:
        assert [each.error for each in selected.filtered if each.error] == []
        rows = {each.container_id: each.rows for each in selected.filtered}
        sums = kept.groupby("name", **by)["units"].agg(lambda each: each.sum() if each.count() else None)
        _agree(rows["sums"], ["name"], "sum_units", sums, None)
        _agree(
            rows["means"], ["name", "flag"], "mean_price", kept.groupby(["name", "flag"], **by)["price"].mean(), None
        )
        up = kept[(kept["units"] > 0).fillna(False)]
        days = up.groupby(up["at"].dt.strftime("%a"), **by)["units"].count()
        _agree(rows["days"], ["weekday_at"], "count_units", days, 0)
        _agree(rows["medians"], ["flag"], "median_price", kept.groupby("flag", **by)["price"].median(), None)
        assert [list(row.values()) for row in rows["all"]] == [[len(kept)]]

    def between(span: list[float]) -> pd.Series:
        return (frame["price"] >= span[0]) & (frame["price"] < span[1])

    first = work.select("prices", {"bin_price": {"range": [-20, 30]}})
    check(first, frame[between(first.selection["bin_price"]["range"])])
    asked.clear()
    moved = work.select("prices", {"bin_price": {"range": [-5, 42]}})
    check(moved, frame[between(moved.selection["bin_price"]["range"])])
    assert len(asked) == 1, "only the median, which does not follow from counts and sums, asks the engine again"
    assert "count(*)" not in asked[0]

    narrow = work.select("months", {"yearmonth_at": {"range": ["1980-01-01T00:00:00", "1999-12-01T00:00:00"]}})
    years = (frame["at"] >= "1980-01-01") & (frame["at"] < "2000-01-01")
    both = between(moved.selection["bin_price"]["range"]) & years
    check(narrow, frame[both])
    work.select("prices", None)
    check(
        work.select("months", {"yearmonth_at": {"range": ["1980-01-01T00:00:00", "1999-12-01T00:00:00"]}}), frame[years]
    )
    work.select("months", None)
    assert all(each.rows is None for each in work.select("months", None).filtered)
