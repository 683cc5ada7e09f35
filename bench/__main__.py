"""`python -m bench [--only NAME …] [--runs 3] [--rows 10000000] [--peers PYTHON] [--gold FOLDER] [--write]`:
benchmarks, each in a process of its own.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import subprocess
import sys
from pathlib import Path

from bench.measure import Row
from bench.report import machine, table, worst, write

__all__: list[str] = []

ROOT = Path(__file__).resolve().parent.parent
NAMES = (
    "edit", "chart", "queries", "tables", "brush", "brush_page", "layout", "shown", "front", "board", "agent", "server",
    "server_load", "server_rest", "engines", "import",
)  # fmt: skip
KEPT = ROOT / "build" / "bench"
PEERS = ROOT / "build" / "peers" / "bin" / "python"
MODULES = {"import": "imports"}
sys.path[:0] = [str(ROOT / "scripts"), str(ROOT / "tests")]


def one(name: str) -> None:
    """Runs one benchmark here; prints its rows as JSON on the last line."""
    module = importlib.import_module(f"bench.{MODULES.get(name, name)}")
    print(json.dumps([row.as_dict() for row in module.run()]))


def in_a_process(name: str) -> list[Row]:
    command = [sys.executable, "-m", "bench", "--here", name]
    done = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    return [Row.from_dict(data) for data in json.loads(done.stdout.splitlines()[-1])]


def kept() -> list[Row]:
    """The rows of the last runs of all benchmarks, in their order."""
    files = [KEPT / f"{name}.json" for name in (*NAMES, "gold")]
    return [Row.from_dict(data) for file in files if file.exists() for data in json.loads(file.read_text())]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--only", nargs="+", choices=NAMES, default=NAMES)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--write", action="store_true", help="write docs/benchmarks.md")
    peers = str(PEERS) if PEERS.exists() else None
    told = "a Python with other tools and libraries, to compare with them; that of `make peers` where it is there"
    parser.add_argument("--peers", default=peers, help=told)
    parser.add_argument("--here", choices=NAMES, help=argparse.SUPPRESS)
    parser.add_argument("--rows", type=int, help="of the frame that the first chart is drawn from")
    parser.add_argument(
        "--gold", metavar="FOLDER", type=Path, help="only replay the charts of FOLDER, for the next --write"
    )
    parser.add_argument("--gold-engines", metavar="FOLDER", type=Path, help="only compare them on all engines")
    parser.add_argument("--evaluate", type=Path, help="the evaluator of that folder, whose figures are printed")
    options = parser.parse_args()
    if options.gold:
        score = ["--evaluate", str(options.evaluate.resolve())] if options.evaluate else []
        command = [sys.executable, "-m", "bench.nl2vis_gold", str(options.gold.resolve()), *score]
        return subprocess.run(command, cwd=ROOT, check=False).returncode
    if options.gold_engines:
        command = [sys.executable, "-m", "bench.engines_gold", str(options.gold_engines.resolve())]
        return subprocess.run(command, cwd=ROOT, check=False).returncode
    if options.rows is not None:
        os.environ["CANVAS_WIDGET_BENCH_ROWS"] = str(options.rows)
    if options.here:
        one(options.here)
        return 0
    if options.peers:
        os.environ["CANVAS_WIDGET_BENCH_PEERS"] = options.peers
    rows: list[Row] = []
    KEPT.mkdir(parents=True, exist_ok=True)
    for name in options.only:
        runs = []
        for number in range(options.runs):
            print(f"{name}, run {number + 1} of {options.runs}", file=sys.stderr)
            runs.append(in_a_process(name))
        found = worst(runs)
        rows += found
        (KEPT / f"{name}.json").write_text(json.dumps([row.as_dict() for row in found]), encoding="utf-8")
        print(table(found), file=sys.stderr)
    print(f"\n{machine()}; of {options.runs} runs the worst\n")
    print(table(rows))
    if options.write:
        write(ROOT / "docs" / "benchmarks.md", kept(), options.runs)
    return 1 if any(row.holds is False for row in rows) else 0


if __name__ == "__main__":
    raise SystemExit(main())
