"""The profile of columns against pandas; what counting costs is in the benchmarks."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from canvas_widget.data import Catalogue, ChartRequest, Engine, build_chart


def frame(seed: int, rows: int) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    data = pd.DataFrame(
        {
            "number": rng.choice([0.0, -0.0, 1.5, math.nan, math.inf, -math.inf, 7e300], rows),
            "whole": rng.integers(-3, 4, rows),
            "many": rng.integers(-(2**62), 2**62, rows),
            "word": rng.choice(["b", "a", "É", "", None, "it's"], rows),
            "words": [f"w{each}" for each in rng.integers(0, 3_000, rows)],
            "kind": pd.Categorical(rng.choice(["x", "y", None], rows), ["x", "y", "z"]),
            "yes": rng.choice([True, False], rows),
            "day": pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 900, rows), "h"),
            "none": [None] * rows,
            "list": [[1, 2]] * rows,
        }
    )
    data.loc[rng.random(rows) < 0.2, "day"] = pd.NaT
    return data


@pytest.mark.ledger("E7")
@settings(max_examples=5, deadline=None)
@given(seed=st.integers(0, 9_999), rows=st.sampled_from([1, 2, 50, 4_000]))
def test_a_profile_is_what_pandas_counts(seed: int, rows: int) -> None:
    data = frame(seed, rows)
    catalogue = Catalogue()
    catalogue.register("frame", data)
    profile = {each.name: each for each in catalogue.get("frame").profile()}
    for name, column in data.items():
        found = profile[str(name)]
        assert found.nulls == column.isna().sum()
        if name in {"list", "none"}:
            assert found.distinct is None, "it has no values to compare"
            continue
        assert found.distinct == column.nunique()
        if name in {"number", "whole", "many"}:
            finite = column[np.isfinite(column.astype(float))]
            ends = (finite.min(), finite.max()) if len(finite) else (None, None)
            held = tuple(None if each is None else float(each) for each in (found.min, found.max))
            assert held == pytest.approx(ends) if len(finite) else held == ends
        if name == "day":
            ends = [column.min(), column.max()]
            assert [found.min, found.max] == [None if pd.isna(each) else each.isoformat() for each in ends]
        if name in {"whole", "word", "words", "kind"}:
            counts = column.dropna().astype(str if name != "whole" else int).value_counts()
            text = name != "whole"
            ordered = sorted((-count, value.encode() if text else value) for value, count in counts.items())
            shown = [(-count, value.encode() if text else value) for value, count in found.frequent]
            assert shown == ordered[:10]
        if name in {"word", "words", "kind"}:
            few = column.nunique() <= 1_000
            assert list(found.values) == (sorted(column.dropna().astype(str).unique(), key=str.encode) if few else [])


@pytest.mark.ledger("A9", "X5")
@pytest.mark.parametrize("more", [{}, {"sort": "x"}, {"having": [{"field": "count()", "op": ">", "value": 2}]}])
def test_the_largest_of_many_groups_and_how_many_there_are_come_from_one_query(more: dict[str, object]) -> None:
    data = frame(1, 5_000)
    engine = Engine(Catalogue(lambda: {"frame": data}))
    asked = []
    run = engine.run
    engine.run = lambda sql, **how: asked.append(sql) or run(sql, **how)  # type: ignore[method-assign]
    request = {"dataset": "frame", "x": "words", "y": "count()", "sort": "-y", "limit": 10, **more}
    chart = build_chart(ChartRequest.model_validate(request), engine)
    counts = data.words.value_counts()
    counts = counts[counts > 2] if "having" in more else counts
    order = sorted(counts.items(), key=lambda each: each[0] if more.get("sort") else (-each[1], each[0]))[:10]
    assert [(row["words"], row["count"]) for row in chart.result.rows()] == order
    assert f"10 of {len(counts):,} groups" in chart.subtitle
    assert len(asked) == 1
    assert "groups in all" not in chart.sql, "the chart's own query is the plain one"
    assert run(chart.sql).rows() == chart.result.rows()
    assert [each.name for each in chart.result.fields] == ["words", "count"]
