"""Draws the pictures of docs/charts.md from the cells that stand there (`python scripts/chart_pictures.py [--check]`).

Each picture stands under the cell that makes it: the cell's `canvas.chart(…)` (or `table`, `metric`, `control`) is run
over the data sets of `vega_datasets`, and its container is drawn without a browser, a chart in one size, others in
their own.
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path
from typing import Any

__all__ = ["cells", "draw"]

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "charts.md"
PICTURES = PAGE.parent / "images" / "charts"
CELL = re.compile(r"```python\n((?:(?!```).)*)```\n\n!\[([^\]]*)\]\(images/charts/([a-z0-9-]+)\.png\)", re.DOTALL)
SIZE = (480, 296)
SCALE = 1.25
LIMIT = 40_000


def cells(page: str) -> list[tuple[str, str]]:
    """The cells of the page that have a picture: its name and the code."""
    return [(name, code) for code, _, name in CELL.findall(page)]


def frames() -> dict[str, Any]:
    from vega_datasets import local_data as sets

    return {
        "cars": sets.cars(),
        "stocks": sets.stocks(),
        "weather": sets.seattle_weather(),
        "barley": sets.barley(),
        "airports": sets.airports(),
        "temperatures": sets.seattle_temps(),
    }


def draw(code: str) -> bytes:
    """The picture of the last container that the code makes, a PNG.

    Raises:
        RuntimeError: the picture shows that it could not be drawn, as on a machine that is too busy.
    """
    from canvas_widget import Canvas
    from canvas_widget.render import render_container_svg
    from canvas_widget.render.png import repack
    from canvas_widget.render.renderer import png_of

    canvas = Canvas()
    for name, frame in frames().items():
        canvas.datasets.register(name, frame)
    exec(compile(code, "docs/charts.md", "exec"), {"canvas": canvas})
    box = list(canvas)[-1]
    container = canvas.workspace.document[box.id]
    sized = container
    if container.kind == "chart":
        sized = container.model_copy(update={"width": SIZE[0], "height": SIZE[1]})
    svg = render_container_svg(sized, canvas.workspace.result_for(box.id), theme="light")
    if "could not be drawn" in svg:
        raise RuntimeError("The picture says that it could not be drawn; try again when the machine has less to do.")
    return repack(png_of(svg, SCALE))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="only run the cells and measure the pictures")
    options = parser.parse_args()
    PICTURES.mkdir(parents=True, exist_ok=True)
    named = cells(PAGE.read_text(encoding="utf-8"))
    for name, code in named:
        picture = draw(code)
        if len(picture) > LIMIT:
            print(f"{name}.png has {len(picture):,} bytes; {LIMIT:,} is the limit.", file=sys.stderr)
            return 1
        if not options.check:
            (PICTURES / f"{name}.png").write_bytes(picture)
    left = {path.stem for path in PICTURES.glob("*.png")} - {name for name, _ in named}
    for stem in left if not options.check else ():
        (PICTURES / f"{stem}.png").unlink()
    print(f"{len(named)} pictures")
    return 0


if __name__ == "__main__":
    sys.exit(main())
