"""What `from canvas_widget import Canvas` costs, and which library that time belongs to."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import defaultdict

from bench.measure import Row, Sample, sample

__all__ = ["run"]

LINE = re.compile(r"import time:\s+(\d+) \|\s+(\d+) \| ( *)(\S+)")
OURS = "from canvas_widget import Canvas"
BARE = "import anywidget"


def seconds(statement: str) -> float:
    """Wall time of the statement alone, in a new interpreter."""
    script = f"import time; t = time.perf_counter(); {statement}; print(time.perf_counter() - t)"
    return float(subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True).stdout)


def parts(statement: str) -> dict[str, float]:
    """Milliseconds of each library's own modules, largest first."""
    command = [sys.executable, "-X", "importtime", "-c", statement]
    report = subprocess.run(command, check=True, capture_output=True, text=True).stderr
    found: dict[str, float] = defaultdict(float)
    for own, _, _, name in LINE.findall(report):
        library = name.split(".")[0].lstrip("_")
        found["the standard library" if library in sys.stdlib_module_names else library] += int(own) / 1000
    return dict(sorted(found.items(), key=lambda item: -item[1]))


def run(n: int = 10) -> list[Row]:
    """The rows of this benchmark: the whole, and the largest parts."""
    seconds(OURS)
    ours, bare = sample([seconds(OURS) for _ in range(n)]), sample([seconds(BARE) for _ in range(n)])
    rows = [Row("import", OURS, ours, BARE, bare, "time", ours.p50 / bare.p50, None)]
    for library, took in list(parts(OURS).items())[:8]:
        rows.append(Row("import", f"of it {library}", Sample(1, took, took), "", None, "", None, None))
    return rows
