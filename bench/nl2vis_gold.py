"""Replays verified charts of NL2VIS (`python -m bench.nl2vis_gold FOLDER [--evaluate evaluate.py]`).

The folder holds `dev_expressiveness.jsonl` and `tables/`, as described in its README; nothing of it is in this
repository. Each chart's SQL is read as what an analyst would ask of the chart tool by typed arguments; what these
cannot say goes to it as SQL. The charts are then drawn and their values are measured in the drawing.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench.gold_request import NotTyped, typed_request
from bench.measure import Row, sample
from bench.readback import read_back
from bench.report import table

__all__ = ["replay", "rows_of"]

KEPT = Path(__file__).resolve().parent.parent / "build" / "bench" / "gold.json"
MOST = {"data": 0.0, "order": 0.0, "chart": 0.01}
"""The largest share of charts that may be wrong in what the evaluator calls data, order and chart (the type)."""
MOST_RAW = 0.15
"""The largest share that may need SQL of its own."""

MARKS = {"bar": "bar", "pie": "arc", "line": "line", "scatter": "point", "stacked": "bar", "grouping": ""}


def mark_of(chart_type: str) -> str:
    words = chart_type.split()
    return MARKS[words[-1]]


def tables(folder: Path, paths: list[str]) -> dict[str, Any]:
    """The tables of one chart, read by DuckDB, as Arrow tables."""
    import duckdb

    connection = duckdb.connect()
    found = {}
    for path in paths:
        query = "SELECT * FROM read_csv(?, header=true, sample_size=-1, nullstr='', auto_detect=true)"
        found[Path(path).stem] = connection.sql(query, params=[str(folder / path)]).to_arrow_table()
    return found


def chart(folder: Path, gold: dict[str, Any]) -> tuple[dict[str, Any], str]:
    """The chart that the tool draws for a gold row, and how: "typed", or "sql: why"."""
    from canvas_widget.agent.tools.base import ToolContext
    from canvas_widget.agent.tools.content import TOOLS
    from canvas_widget.data import Catalogue
    from canvas_widget.document import ChartContent
    from canvas_widget.errors import CanvasError
    from canvas_widget.workspace import Workspace

    frames = tables(folder, gold["tables"])
    tool = next(tool for tool in TOOLS if tool.name == "create_chart")
    mark = mark_of(gold["chart_type"])
    raw = {"sql": gold["sql"], "x": "x", "y": "y", **({"series": "series"} if gold["series"] else {})}
    how = "typed"
    try:
        asked = typed_request(gold["sql"], list(frames), {name: table.column_names for name, table in frames.items()})
    except NotTyped as why:
        asked, how = raw, f"sql: {why}"
    workspace = Workspace("gold", 800, 600, catalogue=Catalogue(lambda: frames))

    def ask(arguments: dict[str, Any]) -> None:
        given = {"container_id": "chart", "mark": mark, **arguments}
        tool.run(tool.arguments.model_validate(given), ToolContext(workspace))

    try:
        ask(asked)
    except CanvasError as error:
        if how != "typed":
            raise
        how = f"sql: {error.message}"
        ask(raw)
    content = workspace.document["chart"].content
    result = workspace.result_for("chart")
    if not isinstance(content, ChartContent) or result is None:
        raise CanvasError("The tool drew no chart.")
    return {"id": gold["id"], "spec": content.spec, "rows": result.rows(), "schema": result.schema()}, how


def rows_of(scores: dict[str, int], raw: int, times: Sequence[float]) -> list[Row]:
    """The rows of the report: of how large a share each may be wrong, and how large it is."""
    drawn, count = sample(times), scores["n"]
    said = {"data": "other values than verified", "order": "another order than asked for", "chart": "another type"}
    shares = [(words, (count - scores.get(key, 0)) / count, MOST[key]) for key, words in said.items()]
    shares.append(("drawn by SQL, not by typed encodings", raw / count, MOST_RAW))
    return [
        Row("gold", f"{count} verified charts: {words}", drawn, "", None, "of the charts", share, most)
        for words, share, most in shares
    ]


def replay(folder: Path) -> tuple[list[dict[str, Any]], Counter[str], list[float]]:
    """The predictions for all gold rows, how often the tool was asked in which way, and the seconds each took."""
    gold = [json.loads(line) for line in (folder / "dev_expressiveness.jsonl").read_text("utf-8").splitlines() if line]
    charts, ways = [], Counter[str]()
    failed, times = [], []
    for row in gold:
        started = time.perf_counter()
        try:
            drawn, how = chart(folder, row)
        except Exception as error:
            failed.append({"id": row["id"], "error": f"{type(error).__name__}: {error}"})
            ways["failed"] += 1
            continue
        times.append(time.perf_counter() - started)
        charts.append(drawn)
        ways[how] += 1
    return [*read_back(charts), *failed], ways, times


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.nl2vis_gold", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--evaluate", type=Path, help="the folder's evaluator; its figures are printed")
    parser.add_argument("--out", type=Path, help="where to write the predictions")
    parser.add_argument("--errors", type=Path, help="where to write what does not score")
    options = parser.parse_args()
    answers, ways, times = replay(options.folder)
    raw = sum(count for way, count in ways.items() if way != "typed")
    with tempfile.TemporaryDirectory() as scratch:
        out = options.out or Path(scratch) / "predictions.jsonl"
        out.write_text("".join(json.dumps(answer) + "\n" for answer in answers), encoding="utf-8")
        for way, count in ways.most_common():
            print(f"{count:5d}  {way}")
        print(f"raw SQL: {raw} of {len(answers)}, {raw / max(1, len(answers)):.1%}")
        if options.evaluate is not None:
            gold = options.folder / "dev_expressiveness.jsonl"
            command = [sys.executable, str(options.evaluate), "--gold", str(gold), "--pred", str(out), "--by", "chart"]
            command += ["--errors", str(options.errors)] if options.errors else []
            scored = Path(scratch) / "scores.json"
            subprocess.run([*command, "--json", str(scored)], check=True)
            rows = rows_of(json.loads(scored.read_text(encoding="utf-8"))["all"], raw, times)
            KEPT.parent.mkdir(parents=True, exist_ok=True)
            KEPT.write_text(json.dumps([row.as_dict() for row in rows]), encoding="utf-8")
            print(table(rows))
            return 1 if any(row.holds is False for row in rows) else 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
