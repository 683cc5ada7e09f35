"""What `from canvas_widget import Canvas` costs, and which library that time belongs to."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections import defaultdict

from bench.measure import Row, Sample, sample

__all__ = ["run"]

LINE = re.compile(r"import time:\s+(\d+) \|\s+(\d+) \| ( *)(\S+)")
OURS = "from canvas_widget import Canvas"
BARE = "import anywidget"


def compiled(folder: str) -> dict[str, str]:
    """The environment of a process that finds and keeps byte code, as any installation by pip has it."""
    without = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**without, "PYTHONPYCACHEPREFIX": folder}


def seconds(statement: str, env: dict[str, str]) -> float:
    """Wall time of the statement alone, in a new interpreter."""
    script = f"import time; t = time.perf_counter(); {statement}; print(time.perf_counter() - t)"
    command = [sys.executable, "-c", script]
    return float(subprocess.run(command, check=True, capture_output=True, text=True, env=env).stdout)


def parts(statement: str, env: dict[str, str]) -> dict[str, float]:
    """Milliseconds of each library's own modules, largest first."""
    command = [sys.executable, "-X", "importtime", "-c", statement]
    report = subprocess.run(command, check=True, capture_output=True, text=True, env=env).stderr
    found: dict[str, float] = defaultdict(float)
    for own, _, _, name in LINE.findall(report):
        library = name.split(".")[0].lstrip("_")
        found["the standard library" if library in sys.stdlib_module_names else library] += int(own) / 1000
    return dict(sorted(found.items(), key=lambda item: -item[1]))


def run(n: int = 10) -> list[Row]:
    """The rows of this benchmark: the whole, and the largest parts."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        env = compiled(folder)
        taken: dict[str, list[float]] = {OURS: [], BARE: []}
        for round_ in range(n + 1):
            for statement, times in taken.items():
                took = seconds(statement, env)
                if round_:
                    times.append(took)
        share = parts(OURS, env)
    ours, bare = sample(taken[OURS]), sample(taken[BARE])
    rows = [Row("import", OURS, ours, BARE, bare, "time", ours.p50 / bare.p50, 3.0)]
    for library, took in list(share.items())[:8]:
        rows.append(Row("import", f"of it {library}", Sample(1, took, took), "", None, "", None, None))
    return rows
