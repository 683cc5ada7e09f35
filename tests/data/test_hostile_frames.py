"""Frames that nobody would make on purpose: read right, or refused with a reason."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from canvas_widget.data import ChartRequest, TableRequest, build_chart, build_table
from canvas_widget.document import ChartContent
from canvas_widget.errors import CanvasError, QueryError
from canvas_widget.render import render_svg
from render.kit import box, document, marks, texts

from .conftest import engine_of

MOMENT = pd.Timestamp("2024-07-01 12:00")


def column(values: Any, **how: Any) -> pd.DataFrame:
    return pd.DataFrame({"v": pd.Series(values, **how)})


def names(*columns: Any) -> pd.DataFrame:
    return pd.DataFrame([list(range(len(columns)))], columns=pd.Index(columns, dtype=object))


CASES: dict[str, tuple[Callable[[], Any], list[dict[str, Any]]]] = {
    "blank names": (lambda: names("", " ", "\t"), [{"column_1": 0, "column_2": 1, "column_3": 2}]),
    "names of JavaScript": (lambda: names("__proto__", "constructor"), [{"__proto__": 0, "constructor": 1}]),
    "a name that is no text": (lambda: names("\ud800x", None, 1.5), [{"\\ud800x": 0, "None": 1, "1.5": 2}]),
    "a name with NUL": (lambda: names("a\0b", "ab"), [{"ab": 0, "ab_2": 1}]),
    "names of two levels": (
        lambda: pd.DataFrame([[1, 2, 3]], columns=pd.MultiIndex.from_tuples([("a", "x"), ("a", "y"), ("a x", "")])),
        [{"a x": 1, "a y": 2, "a x_2": 3}],
    ),
    "rows of two levels": (
        lambda: pd.DataFrame({"v": [1]}, index=pd.MultiIndex.from_tuples([("a", 5)], names=["k", None])),
        [{"k": "a", "level_1": 5, "v": 1}],
    ),
    "groups": (
        lambda: pd.DataFrame({"g": ["x", "x", "y"], "v": [1, 2, 3]}).groupby("g").sum(),
        [{"g": "x", "v": 3}, {"g": "y", "v": 3}],
    ),
    "an index named as a column": (
        lambda: pd.DataFrame({"v": [1]}, index=pd.Index(["p"], name="v")),
        [{"v_2": "p", "v": 1}],
    ),
    "an index of times": (
        lambda: pd.DataFrame({"v": [1]}, index=[MOMENT]),
        [{"index": "2024-07-01T12:00:00", "v": 1}],
    ),
    "rows left over": (lambda: pd.DataFrame({"v": [1, 2]}).iloc[1:], [{"v": 2}]),
    "seconds": (lambda: column([MOMENT], dtype="datetime64[s]"), [{"v": "2024-07-01T12:00:00"}]),
    "years past 9999": (
        lambda: column(np.array(["12000-01-01"], dtype="datetime64[s]")),
        [{"v": "+012000-01-01T00:00:00"}],
    ),
    "time zones mixed": (
        lambda: column([MOMENT.tz_localize("UTC"), MOMENT.tz_localize("Asia/Tokyo")], dtype=object),
        [{"v": "2024-07-01T12:00:00Z"}, {"v": "2024-07-01T03:00:00Z"}],
    ),
    "an offset": (
        lambda: column([MOMENT.tz_localize(dt.timezone(dt.timedelta(hours=5, minutes=30)))]),
        [{"v": "2024-07-01T06:30:00Z"}],
    ),
    "dictionaries": (lambda: column([{"a": 1}, {"b": [1]}]), [{"v": "{'a': 1}"}, {"v": "{'b': [1]}"}]),
    "lists mixed": (lambda: column([[1, "a"], None]), [{"v": ["1", "a"]}, {"v": None}]),
    "bytes": (lambda: column([b"\xff\x00", None]), [{"v": "ff00"}, {"v": None}]),
    "decimals": (
        lambda: column([Decimal("1.5"), Decimal("NaN"), Decimal("1e40")]),
        [{"v": 1.5}, {"v": None}, {"v": 1e40}],
    ),
    "categories of numbers": (lambda: column(pd.Categorical([1.5, None])), [{"v": 1.5}, {"v": None}]),
    "categories mixed": (lambda: column(pd.Categorical([1, "a"])), [{"v": "1"}, {"v": "a"}]),
    "categories of times": (lambda: column(pd.Categorical([MOMENT])), [{"v": "2024-07-01T12:00:00"}]),
    "half floats": (lambda: column([1.5], dtype="float16"), [{"v": 1.5}]),
    "sets": (lambda: column([{1}, None]), [{"v": "{1}"}, {"v": None}]),
    "huge integers": (lambda: column([2**200, 1]), [{"v": str(2**200)}, {"v": "1"}]),
    "types mixed": (
        lambda: column([1, "a", None, dt.date(2024, 1, 1)], dtype=object),
        [{"v": "1"}, {"v": "a"}, {"v": None}, {"v": "2024-01-01"}],
    ),
    "nothing at all": (
        lambda: pd.DataFrame({"a": [None], "b": [np.nan], "c": [pd.NaT]}),
        [{"a": None, "b": None, "c": None}],
    ),
    "polars": (
        lambda: pl.DataFrame({
            "i": pl.Series([2**100], dtype=pl.Int128), "d": [dt.timedelta(1)], "t": [dt.time(1)], "b": [b"a"],
            "l": [[1]], "s": [{"a": 1}], "n": [None], "e": pl.Series(["a"], dtype=pl.Enum(["a"])),
            "o": pl.Series([Decimal("1.5")]), "a": pl.Series([[1, 2]], dtype=pl.Array(pl.Int64, 2)),
        }),
        [{"i": str(2**100), "d": "1 days", "t": "01:00:00", "b": "61", "l": [1], "s": {"a": 1}, "n": None, "e": "a",
          "o": 1.5, "a_2": [1, 2]}],
    ),
    "objects of polars": (
        lambda: pl.DataFrame({"v": pl.Series([{1}, None], dtype=pl.Object)}),
        [{"v": "{1}"}, {"v": None}],
    ),
    "arrow": (
        lambda: pa.table({
            "h": pa.array([1.5], pa.float16()), "d": pa.array([Decimal("1.5")], pa.decimal256(50, 2)),
            "n": pa.array([5]).dictionary_encode(), "m": pa.array([[("a", 1)]], pa.map_(pa.string(), pa.int64())),
            "u": pa.UnionArray.from_sparse(pa.array([0], pa.int8()), [pa.array([1])]), "z": pa.nulls(1),
            "s": pa.array([5], pa.duration("s")), "r": pa.RunEndEncodedArray.from_arrays([1], [7]),
        }),
        [{"h": 1.5, "d": 1.5, "n": 5, "m": [["a", 1]], "u": "1", "z": None, "s": "00:00:05", "r": "7"}],
    ),
    "an arrow column twice": (lambda: pa.table([[1], [2]], names=["a", "a"]), [{"a": 1, "a_2": 2}]),
}  # fmt: skip
CASES["polars"][1][0]["a"] = CASES["polars"][1][0].pop("a_2")


@pytest.mark.ledger("N3", "E7")
@pytest.mark.parametrize("name", CASES)
def test_odd_frames_are_read_as_they_are(name: str) -> None:
    make, expected = CASES[name]
    frame = make()
    engine = engine_of(data=frame)
    assert engine.run("select * from data").rows() == expected
    assert build_table(TableRequest(dataset="data"), engine).result.rows() == expected
    dataset = engine.catalogue.get("data")
    assert [field.name for field in dataset.fields] == list(expected[0])
    assert [column.nulls for column in dataset.profile()] == [
        sum(row[key] is None for row in expected) if key != "v" or name != "decimals" else 0 for key in expected[0]
    ]


# An axis names a list, bytes or a duration in the engine's words: they are what its SQL would be asked for.
AS_THE_ENGINE_WRITES = {
    ("lists mixed", "v"), ("bytes", "v"), ("arrow", "m"), *(("polars", name) for name in "dblsa"),
}  # fmt: skip


def on_the_wall(cell: Any) -> Any:
    """A moment as an axis of time shows it: what a clock in its zone says."""
    return re.sub(r"(\d\d:\d\d:\d\d)Z", r"\1", cell) if isinstance(cell, str) else cell


@pytest.mark.ledger("N3", "E7", "X3")
def test_each_column_of_an_odd_frame_is_drawn_as_bars_or_refused() -> None:
    """One bar for each different value of what was expected, as high as there are cells of it."""
    drawn, refused = 0, []
    for name, (make, expected) in CASES.items():
        engine = engine_of(data=make())
        for label in expected[0]:
            quoted = '"' + label.replace('"', '""') + '"'
            try:
                built = build_chart(ChartRequest(dataset="data", x=quoted, y="count()"), engine)
            except CanvasError as error:
                refused.append((name, label, error.message))
                continue
            place, value = built.encoding["x"], built.encoding["y"]
            found = Counter({json.dumps(row[place]): row[value] for row in built.result.rows()})
            cells = Counter(json.dumps(on_the_wall(row[label])) for row in expected)
            if (name, label) in AS_THE_ENGINE_WRITES:
                assert sorted(found.values()) == sorted(cells.values()), (name, label)
            else:
                assert found == cells, (name, label)
            content = ChartContent(sql=built.sql, mark=built.mark, spec=built.spec)
            svg = render_svg(document(box("c", content)), {"c": built.result})
            assert "NaN" not in svg, (name, label)
            assert "undefined" not in svg, (name, label)
            bars = marks(svg, "bar")
            assert len(bars) == len(cells), (name, label, texts(svg))
            drawn += 1
    assert drawn > len(CASES) * 0.8, refused
    assert all(message for _, _, message in refused)


@pytest.mark.ledger("N3", "X3")
@pytest.mark.parametrize("name", ["constructor", "toString", "valueOf", "hasOwnProperty", "__defineGetter__"])
@pytest.mark.parametrize("role", ["x", "series"])
def test_a_column_named_like_what_every_object_has_is_drawn(name: str, role: str) -> None:
    frame = pd.DataFrame({name: ["a", "b", "a"], "year": ["1", "2", "3"]})
    roles = {"x": "year", role: name}
    built = build_chart(ChartRequest(dataset="data", y="count()", **roles), engine_of(data=frame))
    content = ChartContent(sql=built.sql, mark=built.mark, spec=built.spec)
    svg = render_svg(document(box("c", content)), {"c": built.result})
    assert len(marks(svg, "bar")) == len(frame.groupby(list(roles.values())).size())
    assert {"a", "b"} <= set(texts(svg))


@pytest.mark.ledger("N3")
def test_a_text_with_half_a_character_is_refused_with_what_to_do() -> None:
    engine = engine_of(data=column(["\ud800x", "y"], dtype=object))
    for work in (lambda: engine.run("select * from data"), engine.catalogue.get("data").profile):
        with pytest.raises(QueryError, match=r"A text of data holds a lone surrogate.*str\.encode"):
            work()
    with pytest.raises(CanvasError):
        engine.run("select '\ud800'")


@pytest.mark.ledger("N3", "X5")
def test_a_frame_of_ten_thousand_columns_costs_what_its_mentioned_columns_cost() -> None:
    frame = pd.DataFrame(np.arange(20_000).reshape(2, 10_000), columns=[f"c{number}" for number in range(10_000)])
    engine = engine_of(wide=frame)
    engine.timeout = 600
    dataset = engine.catalogue.get("wide")
    assert len(dataset.fields) == 10_000
    seen: list[Any] = []
    readable = dataset.origin.readable

    def counted(name: str, columns: Any = None) -> Any:
        found = readable(name, columns)
        seen.append(len(found.columns))
        return found

    dataset.origin.readable = counted  # type: ignore[method-assign]
    assert engine.run("select sum(c9999) as s from wide where c5 > 0").rows() == [{"s": 9_999 + 19_999}]
    built = build_chart(ChartRequest(dataset="wide", x="c1", y="sum(c2)"), engine)
    assert built.result.row_count == 2
    assert dataset.profile(["c7", "c8"])[0].max == 10_007
    assert max(seen) <= 3
    assert engine.run("select * from wide").row_count == 2


TEXT = st.text(max_size=12) | st.sampled_from(
    ["", "a", "A", "a_2", "__proto__", '"', "'", "a.b", "select", "\ud800", "\0"]
)


@pytest.mark.ledger("N3")
@given(st.lists(TEXT, min_size=1, max_size=8))
def test_columns_of_any_names_are_read_in_their_order(columns: list[str]) -> None:
    frame = pd.DataFrame([list(range(len(columns)))], columns=pd.Index(columns, dtype=object))
    engine = engine_of(data=frame)
    fields = [field.name for field in engine.catalogue.get("data").fields]
    assert len({name.casefold() for name in fields}) == len(columns)
    for name, given_ in zip(fields, columns, strict=True):
        usable = given_.strip() and given_.isprintable() and "\ud800" not in given_
        first = [each.casefold() for each in columns].index(given_.casefold()) == columns.index(given_)
        if (
            usable
            and first
            and columns.count(given_) == 1
            and sum(e.casefold() == given_.casefold() for e in columns) == 1
        ):
            assert name == given_, "a name that needs no change is kept"
    assert list(engine.run("select * from data").rows()[0].values()) == list(range(len(columns)))
    assert list(build_table(TableRequest(dataset="data"), engine).result.rows()[0]) == fields
