"""Drill-down, brushing, controls, code and files, against pandas."""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from canvas_widget.data import Catalogue, ChartRequest, MetricRequest, TableRequest
from canvas_widget.errors import CanvasError, InvalidArgument, NotFound, QueryError
from canvas_widget.layout import Placing
from canvas_widget.workspace import Workspace, saved

_rng = np.random.default_rng(7)
N = 4_000
SALES = pd.DataFrame(
    {
        "region": _rng.choice(["north", "south", "it's", None], N, p=[0.4, 0.3, 0.2, 0.1]),
        "product": _rng.choice(list("xyz"), N),
        "revenue": _rng.gamma(2.0, 50.0, N).round(2),
        "units": _rng.integers(1, 9, N),
        "day": pd.Timestamp("2024-01-01") + pd.to_timedelta(_rng.integers(0, 366, N), "D"),
    }
)


def make() -> Workspace:
    catalogue = Catalogue()
    catalogue.register("sales", SALES)
    return Workspace("test", 1600, 1600, catalogue=catalogue)


@pytest.fixture
def workspace() -> Workspace:
    work = make()
    draw(work)
    return work


def draw(work: Workspace) -> None:
    def chart(name: str, **request: object) -> None:
        work.chart(name, ChartRequest(dataset="sales", **request))

    chart("hist", mark="histogram", x="bin(revenue)")
    chart("by_region", x="region", y="sum(revenue)")
    chart("by_month", mark="line", x="yearmonth(day)", y="count()")
    chart("means", x="product", y="mean(units)", series="region", stack="grouped")
    chart("medians", x="product", y="median(revenue)")
    chart("shares", mark="arc", x="product", y="sum(units)")
    work.metric("total", MetricRequest(dataset="sales", value="sum(revenue)"))
    work.table("rows", TableRequest(dataset="sales"))


def same(left: pd.Series, right: dict) -> None:
    """Whether groups have these values; those that are not there have none, or 0."""
    expected = left.to_dict()
    for key, value in right.items():
        assert (value or 0) == pytest.approx(expected.get(key, 0), rel=1e-9), key
    assert set(expected) <= set(right)


@pytest.mark.ledger("X3")
@pytest.mark.parametrize("name", ["hist", "by_region", "by_month", "means", "shares"])
def test_rows_behind_all_marks_are_all_rows_once(workspace: Workspace, name: str) -> None:
    behind = [workspace.rows_behind(name, row, 0, 10_000) for row in workspace.result_for(name).rows()]
    assert all(len(each.result.rows()) == each.row_count for each in behind)
    assert sum(each.row_count for each in behind) == len(SALES)


@pytest.mark.ledger("X3")
def test_rows_behind_one_mark_are_those_pandas_finds(workspace: Workspace) -> None:
    row = next(each for each in workspace.result_for("by_month").rows() if each["yearmonth_day"].startswith("2024-02"))
    found = workspace.rows_behind("by_month", row, 0, 10_000)
    expected = SALES[SALES.day.dt.month == 2]
    assert [each["revenue"] for each in found.result.rows()] == list(expected.revenue)
    quoted = workspace.rows_behind("by_region", {"region": "it's"})
    assert quoted.row_count == (SALES.region == "it's").sum()
    missing = workspace.rows_behind("by_region", {"region": None})
    assert missing.row_count == SALES.region.isna().sum()


@pytest.mark.ledger("X3")
def test_rows_behind_a_query_are_read_from_its_grouping_or_refused(workspace: Workspace) -> None:
    workspace.chart(
        "q", ChartRequest(sql="select product, sum(units) as n from sales where units > 2 group by product")
    )
    found = workspace.rows_behind("q", {"product": "x"}, 0, 10_000)
    assert found.row_count == ((SALES["product"] == "x") & (SALES.units > 2)).sum()
    for number, sql in enumerate(
        (
            "with s as (select * from sales) select product, count(*) n from s group by 1",
            "select distinct product, 1 as n from sales",
            "select product, sum(count(*)) over () as n from sales group by 1",
            "select product, count(*) n from sales group by 1 union all select 'w', 1",
        )
    ):
        workspace.chart(f"hard{number}", ChartRequest(sql=sql))
        with pytest.raises(QueryError, match="cannot be told"):
            workspace.rows_behind(f"hard{number}", {"product": "x"})


@pytest.mark.ledger("X5")
def test_a_brush_over_bins_filters_every_other_container_as_pandas_does(workspace: Workspace) -> None:
    done = workspace.select("hist", {"bin_revenue": {"range": [40, 160]}})
    low, high = done.selection["bin_revenue"]["range"]
    assert (low, high) == (40, 160)
    kept = SALES[(SALES.revenue >= low) & (SALES.revenue < high)]
    found = {each.container_id: each.rows for each in done.filtered}
    assert set(found) == {"by_region", "by_month", "means", "medians", "shares", "total", "rows"}
    sums = kept.fillna({"region": "-"}).groupby("region").revenue.sum()
    same(sums, {row["region"] or "-": row["sum_revenue"] for row in found["by_region"]})
    same(
        kept.groupby(kept.day.dt.strftime("%Y-%m")).size(),
        {row["yearmonth_day"][:7]: row["count"] for row in found["by_month"]},
    )
    means = kept.fillna({"region": "-"}).groupby(["product", "region"]).units.mean()
    same(means, {(row["product"], row["region"] or "-"): row["mean_units"] for row in found["means"]})
    same(kept.groupby("product").revenue.median(), {row["product"]: row["median_revenue"] for row in found["medians"]})
    assert sum(row["share"] for row in found["shares"]) == pytest.approx(1)
    assert found["total"][0]["sum_revenue"] == pytest.approx(kept.revenue.sum())
    assert next(each.row_count for each in done.filtered if each.container_id == "rows") == len(kept)


@pytest.mark.ledger("X5")
def test_a_table_under_a_brush_keeps_its_columns_its_order_and_its_limit(workspace: Workspace) -> None:
    workspace.table("top", TableRequest(dataset="sales", columns=["revenue", "product"], sort="-revenue", limit=5))
    done = workspace.select("by_month", {"yearmonth_day": {"range": ["2024-02-01T00:00:00", "2024-04-01T00:00:00"]}})
    spring = SALES[SALES.day.dt.month.isin([2, 3, 4])].sort_values("revenue", ascending=False)
    rows = done.rows("top")
    assert rows is not None
    assert [row["revenue"] for row in rows] == list(spring.revenue.head(5))
    assert [list(row) for row in rows] == [["revenue", "product"]] * 5
    assert next(each.row_count for each in done.filtered if each.container_id == "top") == 5
    assert workspace.select("by_month", None).rows("top") is None, "everything again"
    with pytest.raises(NotFound, match=r"filters no container 'nope'.*top"):
        done.rows("nope")


@pytest.mark.ledger("X5")
def test_brushes_hold_together_and_let_go_one_by_one(workspace: Workspace) -> None:
    workspace.select("by_region", {"region": {"values": ["north", None]}})
    done = workspace.select("by_month", {"yearmonth_day": {"range": ["2024-02-01T00:00:00", "2024-04-01T00:00:00"]}})
    north = SALES.region.isin(["north"]) | SALES.region.isna()
    spring = SALES.day.dt.month.isin([2, 3, 4])
    found = {each.container_id: each.rows for each in done.filtered}
    assert found["total"][0]["sum_revenue"] == pytest.approx(SALES[north & spring].revenue.sum())
    same(
        SALES[spring].fillna({"region": "-"}).groupby("region").revenue.sum(),
        {row["region"] or "-": row["sum_revenue"] for row in found["by_region"]},
    )
    done = workspace.select("by_month", None)
    found = {each.container_id: each.rows for each in done.filtered}
    assert found["total"][0]["sum_revenue"] == pytest.approx(SALES[north].revenue.sum())
    assert found["by_region"] is None, "its own selection does not filter it"
    assert all(each.rows is None for each in workspace.select("by_region", None).filtered)


@pytest.mark.ledger("X5")
def test_a_moved_brush_asks_the_engine_nothing(workspace: Workspace) -> None:
    for name in ("medians", "rows"):
        workspace.delete(name)
    workspace.select("hist", {"bin_revenue": {"range": [40, 160]}})
    built = workspace.brushes.built
    workspace.engine.run = None  # any query would fail
    for low in range(0, 100, 5):
        done = workspace.select("hist", {"bin_revenue": {"range": [low, low + 60]}})
        kept = SALES[(SALES.revenue >= low) & (SALES.revenue < low + 60)]
        total = next(each for each in done.filtered if each.container_id == "total")
        assert total.rows[0]["sum_revenue"] == pytest.approx(kept.revenue.sum())
    assert workspace.brushes.built == built


@pytest.mark.ledger("X14", "X5")
def test_a_control_filters_its_targets_and_is_undone_in_one_step(workspace: Workspace) -> None:
    workspace.control("pick", field="product", dataset="sales", targets=["by_region", "total", "rows"])
    before = workspace.document
    assert before["pick"].content.options == ["x", "y", "z"]
    workspace.set_control("pick", "y")
    kept = SALES[SALES["product"] == "y"]
    assert workspace.result_for("total").rows()[0]["sum_revenue"] == pytest.approx(kept.revenue.sum())
    assert workspace.page("rows", 0, 10).row_count == len(kept)
    assert workspace.document["hist"].content == before["hist"].content, "only its targets"
    workspace.redraw("by_region", {"mark": "arc"})
    workspace.refresh(["total"])
    assert workspace.result_for("total").rows()[0]["sum_revenue"] == pytest.approx(kept.revenue.sum())
    shown = {row["region"]: row["sum_revenue"] for row in workspace.result_for("by_region").rows()}
    assert shown["north"] == pytest.approx(kept[kept.region == "north"].revenue.sum())
    assert workspace.rows_behind("by_region", {"region": "north"}).row_count == (kept.region == "north").sum()
    workspace.set_control("pick", None)
    assert workspace.document["total"].content.request == before["total"].content.request
    assert workspace.result_for("total").rows()[0]["sum_revenue"] == pytest.approx(SALES.revenue.sum())
    workspace.set_control("pick", ["x", "z"])
    workspace.undo()
    assert workspace.document["pick"].content.value is None
    assert workspace.result_for("total").rows()[0]["sum_revenue"] == pytest.approx(SALES.revenue.sum())


@pytest.mark.ledger("X5")
def test_ranges_and_days_are_controls_too_and_what_does_not_fit_is_refused(workspace: Workspace) -> None:
    workspace.control("units", field="units", targets=["total"])
    workspace.control("days", field="day", targets=["total"])
    workspace.set_control("units", [2, 4])
    workspace.set_control("days", ["2024-03-01", "2024-03-31"])
    kept = SALES[SALES.units.between(2, 4) & (SALES.day.dt.month == 3)]
    assert workspace.result_for("total").rows()[0]["sum_revenue"] == pytest.approx(kept.revenue.sum())
    before = workspace.document
    for name, value in (("units", "many"), ("units", [1]), ("days", ["x", "y"]), ("total", 1), ("days", {"a": 1})):
        with pytest.raises(CanvasError):
            workspace.set_control(name, value)
    with pytest.raises(InvalidArgument):
        workspace.control("bad", field="revenue", control="date")
    assert workspace.document is before


@pytest.mark.ledger("X3", "X7")
def test_the_code_of_a_canvas_draws_the_same_rows_in_a_fresh_process(workspace: Workspace, tmp_path: Path) -> None:
    SALES.to_parquet(tmp_path / "sales.parquet")
    names = ["by_region", "by_month", "hist", "means"]
    head = f"import pandas as pd\nsales = pd.read_parquet({str(tmp_path / 'sales.parquet')!r})\n"
    tail = "print(json.dumps({n: globals()[n + '_chart'].to_dict()['datasets']['result'] for n in " + f"{names!r}}}))\n"
    (tmp_path / "code.py").write_text(head + workspace.code().python + tail)
    done = subprocess.run([sys.executable, str(tmp_path / "code.py")], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2_000:]
    found = json.loads(done.stdout.splitlines()[-1])
    sums = SALES.fillna({"region": "-"}).groupby("region").revenue.sum()
    same(sums, {row["region"] or "-": row["sum_revenue"] for row in found["by_region"]})
    months = SALES.groupby(SALES.day.dt.strftime("%Y-%m-01")).size()
    assert {row["yearmonth_day"][:10]: row["count"] for row in found["by_month"]} == months.to_dict()
    bins = sorted(row["bin_revenue"] for row in found["hist"])
    width = min(high - low for low, high in itertools.pairwise(bins))
    counts = (SALES.revenue // width * width).value_counts()
    same(counts, {row["bin_revenue"]: row["count"] for row in found["hist"]})
    assert sum(row["count"] for row in found["hist"]) == len(SALES)
    means = SALES.fillna({"region": "-"}).groupby(["product", "region"]).units.mean()
    same(means, {(row["product"], row["region"] or "-"): row["mean_units"] for row in found["means"]})
    for name in names:
        assert len(found[name]) == workspace.result_for(name).row_count


@pytest.mark.ledger("X13")
def test_a_canvas_comes_back_from_its_file_with_drags_and_controls(workspace: Workspace, tmp_path: Path) -> None:
    from canvas_widget.layout import Box

    workspace.modify("hist", box=Box(x=1000, y=900))
    workspace.control("pick", field="product", targets=["total"])
    workspace.set_control("pick", "x")
    file = saved.save(workspace, tmp_path / "a.canvas")
    assert "north" not in file.read_text(), "rows are not in the file"
    assert [each.name for each in tmp_path.iterdir()] == ["a.canvas"], "nothing is left over"
    other = make()
    held, results = saved.read(file)
    assert saved.restore(other, held, results, tmp_path) == []
    one, two = workspace.document.to_wire(), other.document.to_wire()
    strip = [{k: v for k, v in each.items() if k != "updated_at"} for each in one["containers"]]
    assert [{k: v for k, v in each.items() if k != "updated_at"} for each in two["containers"]] == strip
    assert other.result_for("total").rows() == workspace.result_for("total").rows()
    other.undo()
    assert len(other.document) == 0


@pytest.mark.ledger("X13")
def test_with_data_results_show_where_the_dataset_is_not(workspace: Workspace, tmp_path: Path) -> None:
    file = saved.save(workspace, tmp_path / "a.canvas", data=True)
    other = Workspace("other", 10, 10, catalogue=Catalogue())
    held, results = saved.read(file)
    assert saved.restore(other, held, results, tmp_path) == ["sales"]
    for name in ("by_region", "by_month", "means", "total"):
        assert other.result_for(name).rows() == workspace.result_for(name).rows()


@pytest.mark.ledger("X13")
def test_hostile_and_later_files_are_refused(workspace: Workspace, tmp_path: Path) -> None:
    file = saved.save(workspace, tmp_path / "a.canvas", data=True)
    good = json.loads(file.read_text())

    def spoilt(**change: object) -> str:
        return json.dumps(good | change)

    box = good["containers"][0]
    spec = box | {"content": box["content"] | {"spec": {"data": {"url": "file:///etc/passwd"}, "mark": "bar"}}}
    bad = {
        "empty": "",
        "text": "hello",
        "list": "[]",
        "deep": "[" * 100_000,
        "other": json.dumps({"app": "notes", "format": 1}),
        "later": spoilt(format=2),
        "odd": spoilt(format="1"),
        "unknown": spoilt(run="import os"),
        "twice": spoilt(containers=[box, box]),
        "outside": spoilt(containers=[box | {"x": 99_000}]),
        "id": spoilt(containers=[box | {"id": "../../etc"}]),
        "spec": spoilt(containers=[spec]),
        "huge": spoilt(canvas=good["canvas"] | {"width": 10**9}),
        "nan": file.read_text().replace('"format": 1', '"format": NaN'),
        "doubled": file.read_text().replace('"format": 1', '"format": 1, "format": 1'),
        "result": spoilt(results={"../x": {"schema": [], "rows": []}}),
        "cells": spoilt(results={"0" * 16: {"schema": [{"name": "a", "type": "integer"}], "rows": [["x"]]}}),
    }
    for name, text in bad.items():
        path = tmp_path / name
        path.write_text(text)
        with pytest.raises(InvalidArgument) as refused:
            saved.read(path)
        assert name != "later" or "newer" in refused.value.message
    with pytest.raises(NotFound):
        saved.read(tmp_path / "none")


@pytest.mark.ledger("X13")
def test_a_file_may_name_data_in_its_own_folder_only(tmp_path: Path) -> None:
    inside, outside = tmp_path / "home", tmp_path / "secret.csv"
    inside.mkdir()
    outside.write_text("a,b\n1,2\n")
    (inside / "mine.csv").write_text("a,b\n1,2\n")
    (inside / "link.csv").symlink_to(outside)
    (inside / "up").symlink_to(tmp_path)
    named = [
        {"name": "mine", "path": "mine.csv"},
        {"name": "up", "path": "../secret.csv"},
        {"name": "whole", "path": str(outside)},
        {"name": "link", "path": "link.csv"},
        {"name": "folder", "path": "up/secret.csv"},
    ]
    canvas = {"name": "a", "width": 800, "height": 600}
    file = inside / "a.canvas"
    file.write_text(json.dumps({"app": "canvas_widget", "format": 1, "canvas": canvas, "datasets": named}))
    work = Workspace("w", catalogue=Catalogue())
    held, results = saved.read(file)
    assert saved.restore(work, held, results, inside) == ["up", "whole", "link", "folder"]
    assert work.catalogue.names() == ["mine"]


@pytest.mark.ledger("X3")
def test_what_the_agent_made_says_of_which_prompt_and_keeps_the_canonical_text() -> None:
    from canvas_widget.render import render_text
    from canvas_widget.workspace import Actor

    texts = []
    for turn in ("one", "two"):
        work = make()
        actor = Actor(source="agent", turn_id=turn, prompt="Revenue by region, please")
        request = ChartRequest(dataset="sales", x="region", y="sum(revenue)")
        work.chart("a", request, actor=actor)
        made = work.document["a"].content.made_by
        assert (made.turn_id, made.prompt, made.datasets) == (turn, "Revenue by region, please", {"sales": 1})
        assert (made.rows, made.rows_read) == (4, len(SALES))
        assert made.at
        before = work.document
        work.chart("a", request, actor=actor, placing=Placing(replace=True))
        assert work.document["a"].content is before["a"].content, "the same again is nothing new"
        work.refresh(["a"])
        assert work.document["a"].content.made_by == made
        texts.append(render_text(work.document, {"a": work.result_for("a")}))
    assert texts[0] == texts[1]
