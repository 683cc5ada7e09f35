"""Records the cassette of notebooks/recorded-run.ipynb against the scripted provider of the tests, always the same way.

`make notebooks` runs it before the notebooks are run and saved.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from environment import private_environment

__all__: list[str] = []

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOK = ROOT / "notebooks" / "recorded-run.ipynb"


def main() -> int:
    sys.path.insert(0, str(ROOT / "tests"))
    from agent.scripted_server import ScriptedServer, calls, text, usage
    from canvas_widget.command import main as canvas

    chart = {"container_id": "by_region", "mark": "bar", "x": "region", "y": "sum(amount)", "sort": "-y"}
    metric = {"container_id": "total", "value": "sum(amount)", "label": "Total"}
    answers = [
        [*calls(("create_chart", {**chart, "title": "Amount by region"})), usage(900, 40)],
        [*text("**North** sold most: 180, before South with 105.5."), usage(1_000, 20)],
        [*calls(("create_metric", metric)), usage(1_100, 30)],
        [*text("All regions together sold 375.5; North’s 180 are 48 % of it."), usage(1_200, 20)],
    ]
    with tempfile.TemporaryDirectory(prefix="canvas-widget-record-") as home, ScriptedServer(answers) as server:
        environment = private_environment(Path(home))
        for name in set(os.environ) - set(environment):
            del os.environ[name]
        os.environ.update(environment)
        os.environ["CANVAS_WIDGET_BASE_URL"] = server.url
        os.environ["CANVAS_WIDGET_MODEL"] = "scripted"
        os.environ["CANVAS_WIDGET_API_KEY"] = "none"
        return canvas(["record", str(NOTEBOOK)])


if __name__ == "__main__":
    raise SystemExit(main())
