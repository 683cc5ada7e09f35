"""Frames of the notebook and registered sources: names, versions, columns, whatever their shape."""

from __future__ import annotations

import datetime as dt
import math
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from canvas_widget.data import Catalogue, Engine
from canvas_widget.errors import InvalidArgument, NotFound, QueryError

from .conftest import engine_of


def frame(value: int = 1) -> pd.DataFrame:
    return pd.DataFrame({"x": [value]})


@pytest.mark.ledger("N3")
def test_frames_are_datasets_under_their_own_names() -> None:
    variables: dict[str, Any] = {"sales": frame(), "_": frame(), "_1": frame(), "n": 3, "pd": pd, "s": pd.Series([1])}
    catalogue = Catalogue(lambda: variables)
    catalogue.register("zones", frame())
    assert catalogue.names() == ["zones", "sales"]
    assert "sales" in catalogue
    assert "n" not in catalogue
    assert catalogue.get("sales").row_count == 1
    with pytest.raises(NotFound) as unknown:
        catalogue.get("sale")
    assert unknown.value.alternatives == ("sales",)
    assert "Data frames here: sales, zones" in unknown.value.message


@pytest.mark.ledger("X14")
def test_a_rebound_frame_is_a_new_version_and_is_reported_once() -> None:
    variables = {"a": frame(), "b": frame(), "unread": frame()}
    catalogue = Catalogue(lambda: variables)
    assert catalogue.versions(["b", "a"]) == (("a", 1), ("b", 1))
    assert catalogue.poll() == []
    variables["a"] = frame(2)
    variables["unread"] = frame(2)
    assert catalogue.poll() == ["a"]
    assert catalogue.poll() == []
    assert catalogue.versions(["a", "b"]) == (("a", 2), ("b", 1))
    variables["b"] = frame(2)
    assert catalogue.get("b").version == 2
    assert catalogue.poll() == ["b"]


@pytest.mark.ledger("X14")
def test_a_frame_that_was_deleted_and_made_again_is_a_new_version() -> None:
    variables = {"a": frame()}
    catalogue = Catalogue(lambda: variables)
    catalogue.get("a")
    del variables["a"]
    assert catalogue.poll() == []
    variables["a"] = frame()
    assert catalogue.get("a").version == 2
    assert catalogue.poll() == ["a"]


@pytest.mark.ledger("X14")
def test_registering_again_is_a_new_version_and_hides_the_variable() -> None:
    variables = {"a": frame(1)}
    catalogue = Catalogue(lambda: variables)
    engine = Engine(catalogue)
    assert engine.run("select x from a").rows() == [{"x": 1}]
    catalogue.register("a", frame(5))
    assert engine.run("select x from a").rows() == [{"x": 5}]
    assert catalogue.poll() == ["a"]
    catalogue.register("a", frame(6), private=True)
    assert (catalogue.get("a").version, catalogue.get("a").private) == (3, True)
    catalogue.unregister("a")
    assert catalogue.poll() == ["a"]
    assert engine.run("select x from a").rows() == [{"x": 1}]
    with pytest.raises(NotFound):
        catalogue.unregister("a")


@pytest.mark.ledger("X14", "N3")
@pytest.mark.parametrize(
    "change",
    [
        lambda data: data.__setitem__("y", data["x"] * 2),
        lambda data: data.__setitem__("x", data["x"] * 2),
        lambda data: data.loc.__setitem__((0, "x"), 9),
        lambda data: data.loc.__setitem__(5, [7]),
        lambda data: setattr(data, "columns", ["z"]),
    ],
    ids=["a column more", "a column again", "a cell", "a row more", "another name"],
)
def test_a_frame_changed_in_place_is_seen_and_what_was_read_before_stays(change: Any) -> None:
    data = pd.DataFrame({"x": [1, 2]})
    catalogue = Catalogue(lambda: {"a": data})
    engine = Engine(catalogue)
    before = catalogue.get("a")
    assert engine.run("select * from a").rows() == [{"x": 1}, {"x": 2}]
    assert catalogue.poll() == []
    for look in (data.describe, data.copy, data.to_numpy, data.sum):
        look()
    assert catalogue.poll() == []
    change(data)
    assert catalogue.poll() == ["a"]
    assert catalogue.poll() == []
    assert before.fields == (before.column("x"),)
    assert engine.run("select * from a").rows() == data.to_dict("records")


@pytest.mark.ledger("N3", "X14")
def test_a_poll_over_two_hundred_frames_reads_none_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    variables = {f"frame_{number}": frame(number) for number in range(200)} | {f"n{number}": 1 for number in range(500)}
    catalogue = Catalogue(lambda: variables)
    for name in catalogue.names():
        catalogue.get(name)

    def read(*_: Any) -> None:
        raise AssertionError("a poll read a frame")

    monkeypatch.setattr("canvas_widget.data.origins.prepare", read)
    monkeypatch.setattr(Engine, "run", read)
    assert catalogue.poll() == []
    variables["frame_7"] = frame(0)
    variables["frame_8"].loc[0, "x"] = 99
    assert catalogue.poll() == ["frame_7", "frame_8"]


def test_sources_of_other_kinds(tmp_path: Path) -> None:
    import polars as pl
    import pyarrow as pa

    engine = engine_of(p=pl.DataFrame({"x": [1, 2]}), t=pa.table({"x": [3, 4]}))
    assert engine.run("select sum(x) as s from p").rows() == [{"s": 3}]
    assert engine.run("select sum(x) as s from t").rows() == [{"s": 7}]
    path = tmp_path / "sales.csv"
    path.write_text('day,amount,note\n2024-01-01,10.5,a\n2024-01-02,,\n2024-01-03,3,"x, y"\n')
    dataset = engine.catalogue.register("sales", str(path))
    assert [(field.name, field.type) for field in dataset.fields] == [
        ("day", "date"),
        ("amount", "number"),
        ("note", "string"),
    ]
    assert engine.run("select sum(amount) as s, count(note) as n from sales").rows() == [{"s": 13.5, "n": 2}]
    for source, error, words in [
        (tmp_path / "sale.csv", NotFound, "CSV files there: sales.csv"),
        (tmp_path, InvalidArgument, "holds no Parquet file"),
        (3, InvalidArgument, "cannot be made of a int"),
        ([1, 2], InvalidArgument, "cannot be made of a list"),
    ]:
        with pytest.raises(error, match=words):
            engine.catalogue.register("bad", source)
    (tmp_path / "x.parquet").write_bytes(b"PAR1")
    with pytest.raises(InvalidArgument, match="cannot be read as Parquet"):
        engine.catalogue.register("bad", tmp_path / "x.parquet")
    (tmp_path / "x.xlsx").write_bytes(b"PK")
    with pytest.raises(InvalidArgument, match="is not a CSV file"):
        engine.catalogue.register("bad", tmp_path / "x.xlsx")
    (tmp_path / "bad.csv").write_text("a,b\n1,2,3\n")
    with pytest.raises(InvalidArgument, match="cannot be read as CSV"):
        engine.catalogue.register("bad", tmp_path / "bad.csv")
    for name in ("", "  ", "a\0b"):
        with pytest.raises(InvalidArgument):
            engine.catalogue.register(name, frame())


HOSTILE = ["a b", 'q"u"o', "it's", "a.b", "a[0]", "x\\y", "😀", "<b>x</b>", "select", "1", "a;drop", "--", "ä\u202eb"]


@pytest.mark.ledger("N3")
def test_columns_of_any_name_can_be_read() -> None:
    data = pd.DataFrame({name: [position] for position, name in enumerate(HOSTILE)})
    engine = engine_of(data=data)
    assert [field.name for field in engine.catalogue.get("data").fields] == HOSTILE
    assert engine.run("select * from data").rows() == [dict(zip(HOSTILE, range(len(HOSTILE)), strict=True))]


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        (["a", "a"], ["a", "a_2"]),
        (["a", "A"], ["a", "A_2"]),
        (["a", "a", "a_2"], ["a", "a_3", "a_2"]),
        ([1, 2], ["1", "2"]),
        ([1, "1"], ["1", "1_2"]),
        (["", "x"], ["column_1", "x"]),
        ([("a", "b"), ("a", "")], ["a b", "a"]),
    ],
)
def test_columns_whose_names_clash_or_are_no_text_get_names(columns: list[Any], expected: list[str]) -> None:
    data = pd.DataFrame([[10, 20, 30][: len(columns)]])
    data.columns = columns
    engine = engine_of(data=data)
    result = engine.run("select * from data")
    assert [field.name for field in result.fields] == expected
    assert list(result.rows()[0].values()) == [10, 20, 30][: len(columns)]
    assert list(data.columns) == columns


CELLS: list[tuple[str, Any, str, list[Any]]] = [
    ("str", pd.Series(["a", None], dtype="str"), "string", ["a", None]),
    ("category", pd.Series(["a", None, "b"]).astype("category"), "string", ["a", None, "b"]),
    ("category of numbers", pd.Series([3, 1]).astype("category"), "integer", [3, 1]),
    ("Int64", pd.Series([1, None], dtype="Int64"), "integer", [1, None]),
    ("int64 past 2^53", pd.Series([2**53, 2**53 + 1, -(2**60)]), "integer", [2**53, str(2**53 + 1), str(-(2**60))]),
    ("uint64", pd.Series([2**64 - 1], dtype="uint64"), "integer", [str(2**64 - 1)]),
    ("python integers", pd.Series([2**70, 1], dtype=object), "integer", [str(2**70), 1]),
    ("floats", pd.Series([0.1 + 0.2, math.nan, math.inf, -math.inf, -0.0]), "number", [0.3, None, None, None, 0.0]),
    ("float32", pd.Series([1.5], dtype="float32"), "number", [1.5]),
    ("boolean", pd.Series([True, None], dtype="boolean"), "boolean", [True, None]),
    ("datetime", pd.Series(pd.to_datetime(["2024-01-02 03:04:05", None])), "datetime", ["2024-01-02T03:04:05", None]),
    ("nanoseconds", pd.Series(pd.to_datetime(["2024-01-02"]).as_unit("ns")), "datetime", ["2024-01-02T00:00:00"]),
    (
        "time zone",
        pd.Series(pd.to_datetime(["2024-07-01 12:00"]).tz_localize("Europe/Berlin")),
        "datetime",
        ["2024-07-01T10:00:00Z"],
    ),
    ("dates", pd.Series([dt.date(2024, 1, 2), None], dtype=object), "date", ["2024-01-02", None]),
    ("times", pd.Series([dt.time(1, 2)], dtype=object), "time", ["01:02:00"]),
    ("timedelta", pd.Series(pd.to_timedelta([90], "min")), "other", ["01:30:00"]),
    ("decimals", pd.Series([Decimal("1.50"), None], dtype=object), "number", [1.5, None]),
    ("mixed", pd.Series([1, "a", 2.5, None], dtype=object), "string", ["1", "a", "2.5", None]),
    ("lists", pd.Series([[1, 2], None], dtype=object), "other", [[1, 2], None]),
    ("bytes", pd.Series([b"ab"], dtype=object), "other", ["6162"]),
    ("periods", pd.Series(pd.period_range("2024-01", periods=1, freq="M")), "datetime", ["2024-01-01T00:00:00"]),
    ("intervals", pd.cut(pd.Series([1.0]), [0, 2]), "string", ["(0, 2]"]),
    ("complex", pd.Series([1 + 2j]), "string", ["(1+2j)"]),
    ("sparse", pd.Series(pd.arrays.SparseArray([0, 7])), "integer", [0, 7]),
    ("nothing", pd.Series([None, None], dtype=object), "other", [None, None]),
]


@pytest.mark.ledger("N3")
@pytest.mark.parametrize(("series", "kind", "cells"), [case[1:] for case in CELLS], ids=[case[0] for case in CELLS])
def test_cells_of_every_type_arrive_as_json_holds_them(series: pd.Series, kind: str, cells: list[Any]) -> None:
    engine = engine_of(data=pd.DataFrame({"c": series}))
    result = engine.run("select c from data")
    assert result.fields[0].type == kind
    assert [row["c"] for row in result.rows()] == cells
    assert all(type(got) is type(wanted) for got, wanted in zip(result.column("c"), cells, strict=True))


def test_dates_no_calendar_of_python_holds_arrive_as_text() -> None:
    rows = engine_of().run("select timestamp 'infinity' as a, date '0044-03-15 (BC)' as b").rows()
    assert isinstance(rows[0]["a"], str)
    assert isinstance(rows[0]["b"], str)


def test_a_frame_without_columns_is_a_clear_error() -> None:
    engine = engine_of(nothing=pd.DataFrame(), rows_only=pd.DataFrame(index=[1, 2]))
    for name in ("nothing", "rows_only"):
        with pytest.raises(QueryError, match=f"{name} has no columns"):
            engine.run(f"select * from {name}")


@pytest.mark.ledger("E7")
def test_the_profile_says_what_pandas_says(engine: Engine, cars: pd.DataFrame) -> None:
    profile = {column.name: column for column in engine.catalogue.get("cars").profile()}
    for name, column in profile.items():
        assert column.nulls == int(cars[name].isna().sum())
        assert column.distinct == cars[name].nunique()
    assert (profile["Horsepower"].min, profile["Horsepower"].max) == (
        cars["Horsepower"].min(),
        cars["Horsepower"].max(),
    )
    assert profile["Year"].min == cars["Year"].min().isoformat()
    assert profile["Origin"].frequent == tuple(cars["Origin"].value_counts().items())
    assert profile["Origin"].values == ("Europe", "Japan", "USA")
    assert profile["Cylinders"].frequent[0] == (4, int((cars["Cylinders"] == 4).sum()))
    again = engine.catalogue.get("cars").profile()
    assert all(new is old for new, old in zip(again, profile.values(), strict=True)), "computed once a version"


@pytest.mark.ledger("E7")
def test_the_profile_of_odd_columns() -> None:
    data = pd.DataFrame({
        "inf": [1.0, math.inf, math.nan],
        "list": [[1], [2], None],
        "none": [None, None, None],
        "when": pd.to_datetime(["2024-01-01", "2024-02-01", None]).tz_localize("UTC"),
        "big": [2**60, 1, 2],
        "flag": [True, False, True],
    })  # fmt: skip
    profile = {column.name: column for column in engine_of(data=data).catalogue.get("data").profile()}
    assert (profile["inf"].min, profile["inf"].max, profile["inf"].nulls) == (1.0, 1.0, 1)
    assert profile["list"].distinct is None
    assert profile["none"].nulls == 3
    assert profile["when"].max == "2024-02-01T00:00:00Z"
    assert profile["big"].max == str(2**60)
    assert profile["flag"].frequent == ((True, 2), (False, 1))
    assert engine_of(data=data.iloc[:0]).catalogue.get("data").profile()[0].distinct == 0


@pytest.mark.ledger("E7")
def test_values_are_found_whatever_their_case(engine: Engine) -> None:
    found = engine.catalogue.find_values(" usa ")
    assert [(each.dataset, each.column, each.value) for each in found] == [("cars", "Origin", "USA")]
    assert engine.catalogue.find_values("nowhere") == []
    assert engine.catalogue.find_values("  ") == []


def test_a_large_profile_counts_roughly_and_fast() -> None:
    rng = np.random.default_rng(1)
    data = pd.DataFrame({"n": rng.integers(0, 50_000, 1_500_000)})
    column = engine_of(data=data).catalogue.get("data").profile()[0]
    assert column.distinct == pytest.approx(data["n"].nunique(), rel=0.1)
