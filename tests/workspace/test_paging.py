"""Pages of tables: any number of rows, sorted and filtered in the engine, the same rows as pandas."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from canvas_widget.data import Filter, TableRequest
from canvas_widget.data.pages import Pages
from canvas_widget.errors import InvalidArgument, NotFound, QueryError
from canvas_widget.layout import Placing
from canvas_widget.workspace import Workspace

ROWS = 30_000
RNG = np.random.default_rng(7)
SALES = pd.DataFrame(
    {
        "region": RNG.choice(["north", "south", "east", None], ROWS),
        "revenue": np.where(RNG.random(ROWS) < 0.1, np.nan, RNG.normal(size=ROWS).round(3)),
        "units": RNG.integers(0, 50, ROWS),
        "day": pd.Timestamp("2020-01-01") + pd.to_timedelta(RNG.integers(0, 1000, ROWS), unit="D"),
        "kind": pd.Categorical(RNG.choice(["a", "b"], ROWS)),
        "mixed": pd.Series([[1], "x", 2.5] * (ROWS // 3), dtype=object).map(str),
    }
)
SALES["number"] = np.arange(ROWS)


def workspace_of(source: Any, request: TableRequest | None = None) -> Workspace:
    workspace = Workspace()
    workspace.catalogue.register("sales", source)
    workspace.table("t", TableRequest(dataset="sales") if request is None else request)
    return workspace


@pytest.fixture(scope="module")
def workspace() -> Workspace:
    return workspace_of(SALES)


def numbers(workspace: Workspace, offset: int = 0, limit: int = 100, **how: Any) -> list[int]:
    return [row["number"] for row in workspace.page("t", offset, limit, **how).as_result().rows()]


@pytest.mark.ledger("X5")
@pytest.mark.parametrize("kind", ["pandas", "polars", "lazy", "arrow", "chunked", "parquet", "query"])
def test_a_page_of_every_source_is_that_of_pandas(tmp_path: Path, kind: str) -> None:
    table = pa.Table.from_pandas(SALES)
    if kind == "parquet":
        SALES.to_parquet(tmp_path / "sales.parquet")
    source = {
        "pandas": lambda: SALES,
        "polars": lambda: pl.from_pandas(SALES),
        "lazy": lambda: pl.from_pandas(SALES).lazy(),
        "arrow": lambda: table,
        "chunked": lambda: pa.Table.from_batches(table.to_batches(max_chunksize=7_000)),
        "parquet": lambda: tmp_path / "sales.parquet",
        "query": lambda: SALES,
    }[kind]()
    workspace = workspace_of(source, TableRequest(sql="select * from sales") if kind == "query" else None)
    assert numbers(workspace, 29_000, 50) == list(range(29_000, 29_050))
    wanted = SALES.sort_values(["region", "revenue"], ascending=[True, False], kind="stable")["number"]
    how = {"sort": [("region", False), ("revenue", True)]}
    assert numbers(workspace, 12_345, 80, **how) == wanted.iloc[12_345:12_425].tolist()
    page = workspace.page("t", 0, 5, filters=[Filter(field="units", op=">=", value=25)], **how)
    kept = SALES[SALES["units"] >= 25].sort_values(["region", "revenue"], ascending=[True, False], kind="stable")
    assert (page.row_count, page.rows_read) == (len(kept), ROWS)
    assert [row["number"] for row in page.as_result().rows()] == kept["number"].head().tolist()
    assert numbers(workspace, ROWS + 5, 10) == []


@pytest.mark.ledger("X5")
@given(
    sort=st.lists(st.tuples(st.sampled_from(list(SALES.columns)), st.booleans()), max_size=3, unique_by=lambda x: x[0]),
    low=st.integers(-2, 55),
    offset=st.integers(0, ROWS),
)
def test_any_sort_filter_and_offset_gives_the_rows_of_pandas(
    workspace: Workspace, sort: list[tuple[str, bool]], low: int, offset: int
) -> None:
    kept = SALES[SALES["units"] < low]
    plain = kept.assign(kind=kept["kind"].astype("str"))
    if sort:
        plain = plain.sort_values([name for name, _ in sort], ascending=[not down for _, down in sort], kind="stable")
    page = workspace.page("t", offset, 20, sort=sort, filters=[Filter(field="units", op="<", value=low)])
    assert page.row_count == len(kept)
    assert [row["number"] for row in page.as_result().rows()] == plain["number"].iloc[offset : offset + 20].tolist()


@pytest.mark.ledger("X5")
def test_the_order_is_built_once_and_only_the_query_is_in_the_document() -> None:
    workspace = workspace_of(SALES)
    for offset in range(0, 1_000, 100):
        numbers(workspace, offset, sort=[("revenue", True)])
    assert workspace.pages.built == 1
    assert workspace.pages.nbytes == 4 * ROWS
    content = workspace.document["t"].model_dump_json()
    assert "select" in content.lower()
    assert len(content) < 2_000
    assert workspace.row_count("t") == ROWS


@pytest.mark.ledger("X5", "X14")
def test_a_new_version_is_paged_anew_and_the_old_rows_are_let_go() -> None:
    workspace = workspace_of(SALES)
    assert numbers(workspace, 0, 1, sort=[("number", True)]) == [ROWS - 1]
    workspace.catalogue.register("sales", SALES.head(10))
    workspace.poll()
    assert workspace.pages.nbytes == 0
    assert numbers(workspace, 0, 1, sort=[("number", True)]) == [9]


def test_indexes_are_kept_within_their_bytes() -> None:
    workspace = workspace_of(SALES)
    workspace.pages = Pages(capacity=9 * ROWS)
    for name in ("revenue", "units", "day", "region"):
        numbers(workspace, 0, 1, sort=[(name, False)])
    assert workspace.pages.nbytes == 8 * ROWS


@pytest.mark.ledger("A16", "X5")
def test_building_is_told_and_a_page_after_it_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("canvas_widget.workspace.paging.WORTH_TELLING", 1_000)
    workspace = workspace_of(SALES)
    told: list[tuple[str, float | None]] = []
    for offset in (0, 100):
        workspace.page("t", offset, 10, sort=[("day", False)], progress=lambda *what: told.append(what))
    assert told == [(f"Sorting {ROWS:,} rows", None), ("", None)], (
        "what an empty text without a fraction ends, the view takes away"
    )


@pytest.mark.ledger("X5")
def test_a_sorted_filtered_request_pages_in_its_own_order() -> None:
    request = TableRequest(
        dataset="sales", columns=("number", "units"), sort="-units", where=(Filter(field="region", value="north"),)
    )
    workspace = workspace_of(SALES, request)
    kept = SALES[SALES["region"] == "north"].sort_values(["units", "number"], ascending=[False, True])
    page = workspace.page("t", 2_000, 5)
    assert page.row_count == len(kept)
    assert page.as_result().rows() == kept[["number", "units"]].iloc[2_000:2_005].to_dict("records")
    first = workspace.page("t", 0, 50).as_result().rows()
    assert first == workspace.result_for("t").rows(0, 50), "what is shown first is the first page"


def test_what_cannot_be_paged_says_why(workspace: Workspace) -> None:
    workspace.text("words", "hello", placing=Placing(replace=True))
    for name, how, error in [
        ("nowhere", {}, NotFound),
        ("words", {}, InvalidArgument),
        ("t", {"offset": -1}, InvalidArgument),
        ("t", {"limit": 10_001}, InvalidArgument),
        ("t", {"sort": [("revenu", False)]}, QueryError),
        ("t", {"filters": [Filter(field="units", value="many")]}, QueryError),
        ("t", {"filters": [Filter(field="units); drop table x; --", value=1)]}, QueryError),
    ]:
        with pytest.raises(error):
            workspace.page(name, **how)
