"""The first chart by other tools: `python -m bench.chart_peers NAME ROWS` prints the seconds and the bytes as JSON.

Each draws the sums of the same frame's revenue by region in the tool's own way, to what a browser gets. It runs in
whatever Python has the tool; nothing of this project is needed for it.
"""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

__all__ = ["NOT_INSTALLED", "PEERS", "frame", "measured"]

ROOT = Path(__file__).resolve().parent.parent
MISSING = 3
"""What the process ends with where the tool is not installed."""
NOT_INSTALLED = "not installed"
LONGEST = 300
"""So many seconds a tool may take."""


def frame(rows: int) -> Any:
    """Sales of eight regions: a text column, a number, an integer."""
    import numpy as np
    import pandas as pd

    rng = np.random.default_rng(20_260_101)
    names = np.array([f"Region {index}" for index in range(8)], dtype=object)
    return pd.DataFrame(
        {
            "region": pd.Series(names[rng.integers(0, 8, rows)], dtype="str"),
            "revenue": rng.gamma(2.0, 50.0, rows),
            "units": rng.integers(1, 9, rows),
        }
    )


def altair(sales: Any) -> int:
    """The columns it needs, inline in the spec that goes to the browser."""
    import altair as alt

    alt.data_transformers.disable_max_rows()
    return len(json.dumps(_bars(alt, sales).to_dict(), default=str))


def vegafusion(sales: Any) -> int:
    """The same chart of Altair's, its transforms done in the kernel."""
    import altair as alt

    importlib.import_module("vegafusion")  # Altair only says so when it is too late

    alt.data_transformers.enable("vegafusion")
    return len(json.dumps(_bars(alt, sales).to_dict(format="vega"), default=str))


def _bars(alt: Any, sales: Any) -> Any:
    shown = alt.Chart(sales[["region", "revenue"]]).mark_bar()
    return shown.encode(x=alt.X("region:N").sort("-y"), y="sum(revenue):Q")


def plotly(sales: Any) -> int:
    """A histogram's sums, the columns whole in the figure: the browser adds up."""
    px = importlib.import_module("plotly.express")

    return len(px.histogram(sales, x="region", y="revenue", histfunc="sum").to_json())


def pygwalker(sales: Any) -> int:
    """The page of its explorer over the frame, computed in the kernel; its chart is asked for from there."""
    pyg = importlib.import_module("pygwalker")

    return len(pyg.to_html(sales))


PEERS = {"Altair": altair, "vegafusion": vegafusion, "plotly": plotly, "pygwalker": pygwalker}


def measured(name: str, rows: int, python: str | None = None) -> tuple[float, int] | str:
    """Seconds and bytes of one tool in a process of its own; or why there are none.

    Args:
        python: the interpreter that has the tool; this one when None.
    """
    command = [python or sys.executable, "-m", "bench.chart_peers", name, str(rows)]
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=LONGEST)
    except subprocess.TimeoutExpired:
        return f"not done after {LONGEST} s"
    if done.returncode == MISSING:
        return NOT_INSTALLED
    if done.returncode:
        lines = done.stderr.strip().splitlines()
        return f"failed: {lines[-1][:80]}" if lines else f"ended with {done.returncode}"
    seconds, size = json.loads(done.stdout.splitlines()[-1])
    return seconds, size


def main() -> int:
    name, rows = sys.argv[1], int(sys.argv[2])
    draw = PEERS[name]
    try:
        draw(frame(100))  # its imports, and what it does only once
    except ImportError:
        return MISSING
    sales = frame(rows)
    start = time.perf_counter()
    size = draw(sales)
    print(json.dumps([time.perf_counter() - start, size]), flush=True)
    os._exit(0)  # a tool that reports home would wait for its network here


if __name__ == "__main__":
    sys.exit(main())
