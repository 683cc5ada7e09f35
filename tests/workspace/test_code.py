"""The code of a canvas: each chart of docs/charts.md again, by Altair and DuckDB where this package is not."""

from __future__ import annotations

import json
import pickle
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pytest

import chart_pictures
from canvas_widget import Canvas
from canvas_widget.data import Catalogue, ChartRequest, MetricRequest, TableRequest
from canvas_widget.workspace import Workspace

PICTURED = dict(chart_pictures.cells(chart_pictures.PAGE.read_text(encoding="utf-8")))
CELLS = {name: code for name, code in PICTURED.items() if "canvas.chart(" in code}
RUN = """
import json, pickle, re, sys
from pathlib import Path

sys.modules["canvas_widget"] = None  # an analyst who does not have it
import vl_convert

made = pickle.loads(Path("frames.pickle").read_bytes())
exec(compile(Path("code.py").read_text(encoding="utf-8"), "code.py", "exec"), made)
shown = {}
for variable in [key for key in made if key.endswith("_chart")]:
    spec = made[variable].to_dict()
    picture = vl_convert.vegalite_to_svg(json.dumps(spec), vl_version="6.4", allowed_base_urls=[])
    marks = re.findall('<(?:path|text|line)[^>]* aria-roledescription="([^"]*)"', picture)
    shown[variable] = [spec["datasets"]["result"], len(marks), "NaN" in picture]
Path("shown.json").write_text(json.dumps(shown), encoding="utf-8")
"""


class Named:
    """A canvas whose charts get a given id, whatever the cell draws."""

    def __init__(self, canvas: Canvas, name: str) -> None:
        self._canvas, self._name = canvas, name

    def chart(self, **given: Any) -> Any:
        return self._canvas.chart(self._name, **given)

    def theme(self, **given: Any) -> Any:
        return self._canvas.theme(**given)


@pytest.fixture(scope="module")
def canvas() -> Canvas:
    """A canvas with every chart of the page, each named after its picture."""
    canvas = Canvas(4_000, 3_000)
    for name, frame in chart_pictures.frames().items():
        canvas.datasets.register(name, frame)
    for name, code in CELLS.items():
        exec(compile(code, name, "exec"), {"canvas": Named(canvas, name.replace("-", "_"))})
    assert {box.id for box in canvas} == {name.replace("-", "_") for name in CELLS}
    return canvas


def plain(value: Any) -> Any:
    """A value as the JSON of either side has it: times to the second and without a zone."""
    if isinstance(value, str) and value[4:5] == value[7:8] == "-":
        return value[:19].replace(" ", "T").removesuffix("T00:00:00")
    return value


def near(value: Any) -> Any:
    return pytest.approx(value, rel=1e-9, abs=1e-15) if isinstance(value, float) else plain(value)


@pytest.mark.ledger("X3", "X7")
def test_the_code_of_every_chart_on_the_page_draws_its_rows_where_the_package_is_not(
    canvas: Canvas, tmp_path: Path
) -> None:
    """One process runs the code of the whole canvas; the rows in each chart are those that its box holds."""
    code = canvas.to_code()
    assert "canvas_widget" not in code
    (tmp_path / "code.py").write_text(code, encoding="utf-8")
    (tmp_path / "frames.pickle").write_bytes(pickle.dumps(chart_pictures.frames()))
    done = subprocess.run([sys.executable, "-c", RUN], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3_000:]
    shown = json.loads((tmp_path / "shown.json").read_text(encoding="utf-8"))
    assert set(shown) == {f"{box.id}_chart" for box in canvas}
    for box in canvas:
        drawn, marks, broken = shown[f"{box.id}_chart"]
        held = [{key: near(value) for key, value in row.items()} for row in box.rows()]
        assert held, box.id
        assert [{key: plain(value) for key, value in row.items()} for row in drawn] == held, box.id
        assert marks >= 1, box.id
        assert not broken, box.id


ORDERS = pd.DataFrame(
    {
        "order": range(1, 41),
        "customer": [f"c{number % 7}" for number in range(40)],
        "amount": [float(number * 37 % 101) + 0.25 for number in range(40)],
        "day": pd.Timestamp("2024-01-01") + pd.to_timedelta([number * 5 for number in range(40)], "D"),
    }
)
CUSTOMERS = pd.DataFrame({"customer": [f"c{number}" for number in range(7)], "city": list("aabbccc")})
BY_CITY = ORDERS.merge(CUSTOMERS).groupby(["city", ORDERS.day.dt.month.rename("month")]).amount.agg(["sum", "size"])
WIDE = ORDERS.pivot_table(index="customer", columns=ORDERS.day.dt.quarter, values="amount", aggfunc=["sum", "max"])
MANY = pd.DataFrame({"t": range(6_060), "v": [number * 7 % 1_009 for number in range(6_060)]})
MANY = MANY.assign(d=pd.Timestamp("2024-01-01") + pd.to_timedelta(MANY.t // 60, "D"), s="s" + (MANY.t % 60).astype(str))
VALUES = """
import json, pickle, sys
from pathlib import Path

sys.modules["canvas_widget"] = None  # an analyst who does not have it
import duckdb

made = pickle.loads(Path("frames.pickle").read_bytes())
made["con"] = duckdb.connect("shop.duckdb")
made["big"] = made["con"].sql("select * from shop where amount > 50")
exec(compile(Path("code.py").read_text(encoding="utf-8"), "code.py", "exec"), made)
frames = {key: json.loads(each.to_json(orient="values")) for key, each in made.items() if hasattr(each, "iloc")}
plain = {key: each for key, each in made.items() if isinstance(each, (int, float, str)) and key[0] != "_"}
charts = {key: each.to_dict()["datasets"]["result"] for key, each in made.items() if key.endswith("_chart")}
Path("shown.json").write_text(json.dumps({**frames, **plain, **charts}, default=str), encoding="utf-8")
"""


@pytest.mark.ledger("X3", "X7", "N3")
def test_the_code_of_tables_metrics_joins_filters_and_texts(tmp_path: Path) -> None:
    """Each value where the package is not is that of pandas: also of a frame with an index, and of a database."""
    mine = duckdb.connect(str(tmp_path / "shop.duckdb"))
    mine.register("frame", ORDERS)
    mine.execute("create table shop as select * from frame")
    frames = {"orders": ORDERS, "customers": CUSTOMERS, "by_city": BY_CITY, "wide": WIDE, "many": MANY}
    frames |= {"renamed": pl.DataFrame({"A": [1, 2, 3], "a": [4, 5, 6]})}
    big = mine.sql("select * from shop where amount > 50")
    work = Workspace("code", 4_000, 4_000, catalogue=Catalogue(lambda: {**frames, "con": mine, "big": big}))
    work.catalogue.register("shop", mine, table="shop")
    work.catalogue.register("large orders", big)

    work.chart("cities", ChartRequest(dataset="by_city", x="month", y="sum(sum)", series="city"))
    work.table("quarters", TableRequest(dataset="wide", sort="customer"))
    work.metric("spring", MetricRequest(dataset="orders", value="sum(amount)", previous="yearquarter(day)"))
    work.table("top", TableRequest(dataset="orders", columns=["order", "amount"], sort="-amount", limit=3))
    joins = [{"dataset": "customers"}]
    work.chart("joined", ChartRequest(dataset="orders", x="city", y="mean(amount)", joins=joins))
    work.chart("chosen", ChartRequest(dataset="orders", x="customer", y="count()"))
    work.control("pick", field="customer", dataset="orders", targets=["chosen"])
    work.control("days", field="day", dataset="orders", targets=["chosen"])
    work.set_control("pick", ["c1", "c2", "c3"])
    work.set_control("days", ["2024-02-01", "2024-05-31"])
    work.text("said", "{select count(*) from orders} orders of {select max(amount) from shop | ,.1f} at most")
    work.chart("of_database", ChartRequest(dataset="shop", x="customer", y="sum(amount)"))
    work.metric("of_relation", MetricRequest(dataset="large orders", value="count()"))
    work.metric("of_letters", MetricRequest(dataset="renamed", value="sum(a_2)"))
    work.table("first", TableRequest(sql="select t, v from many order by t", limit=10))
    work.chart("heat", ChartRequest(dataset="many", mark="heatmap", x="day(d)", y="s", color="sum(v)"))

    code = work.code().python
    fresh = tmp_path / "fresh"
    fresh.mkdir()
    mine.execute("checkpoint")
    shutil.copy(tmp_path / "shop.duckdb", fresh)  # the one that the canvas reads is locked
    (fresh / "code.py").write_text(code, encoding="utf-8")
    (fresh / "frames.pickle").write_bytes(pickle.dumps(frames))
    done = subprocess.run([sys.executable, "-c", VALUES], cwd=fresh, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3_000:]
    shown = json.loads((fresh / "shown.json").read_text(encoding="utf-8"))

    cities = {(row["city"], row["month"]): row["sum_sum"] for row in shown["cities_chart"]}
    assert cities == pytest.approx(BY_CITY["sum"].to_dict())
    assert shown["quarters"] == json.loads(WIDE.reset_index().to_json(orient="values"))
    quarters = ORDERS.groupby(ORDERS.day.dt.to_period("Q")).amount.sum()
    assert shown["spring"][0][:2] == pytest.approx([quarters.iloc[-1], quarters.iloc[-2]])
    assert shown["top"] == ORDERS.nlargest(3, "amount")[["order", "amount"]].to_numpy().tolist()
    means = ORDERS.merge(CUSTOMERS).groupby("city").amount.mean()
    assert {row["city"]: row["mean_amount"] for row in shown["joined_chart"]} == pytest.approx(means.to_dict())
    kept = ORDERS[ORDERS.customer.isin(["c1", "c2", "c3"]) & ORDERS.day.between("2024-02-01", "2024-05-31")]
    assert {row["customer"]: row["count"] for row in shown["chosen_chart"]} == kept.customer.value_counts().to_dict()
    assert (shown["said_1"], shown["said_2"]) == (len(ORDERS), ORDERS.amount.max())
    sums = ORDERS.groupby("customer").amount.sum()
    assert {row["customer"]: row["sum_amount"] for row in shown["of_database_chart"]} == pytest.approx(sums.to_dict())
    assert (shown["of_relation"], shown["of_letters"]) == ([[int((ORDERS.amount > 50).sum())]], [[15]])
    assert shown["first"] == MANY.head(10)[["t", "v"]].to_numpy().tolist(), "no more rows than the canvas shows"
    heat = [row["sum_v"] for row in work.result_for("heat").rows()]
    assert len(heat) == 5_000
    assert [row["sum_v"] for row in shown["heat_chart"]] == heat
