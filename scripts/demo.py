"""`make demo`: runs the quickstart on real data with the built-in offline model, and prints what it answered.

The canvas is left as a picture and as an interactive page in `build/demo/`, beside the notebook as it ran.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import nbformat
from nbclient.exceptions import CellExecutionError

from environment import private_environment
from execute import execute

__all__: list[str] = []

ROOT = Path(__file__).resolve().parent.parent
QUICKSTART = ROOT / "notebooks" / "quickstart.ipynb"
TARGET = ROOT / "build" / "demo"
KEEP = """
from canvas_widget.notebook.living import newest as _newest
_newest().screenshot({picture!r})
_newest().to_html({page!r})
"""


def answer(cell: Any) -> str:
    """What a cell showed as text, without the canvas's state below an answer."""
    shown = []
    for output in cell.outputs:
        if output.output_type == "stream":
            shown.append(output.text)
        elif output.output_type in {"display_data", "execute_result"}:
            shown.append(output.data.get("text/plain", "").split("\n\n")[0])
    return "\n".join(text.strip() for text in shown if text.strip())


def run(notebook: Any, picture: Path, page: Path) -> None:
    notebook.cells.append(nbformat.v4.new_code_cell(KEEP.format(picture=str(picture), page=str(page))))
    try:
        execute(notebook, TARGET)
    finally:
        notebook.cells.pop()


def main() -> int:
    start = time.perf_counter()
    TARGET.mkdir(parents=True, exist_ok=True)
    picture, page = TARGET / "quickstart.png", TARGET / "quickstart.html"
    notebook = nbformat.read(QUICKSTART, as_version=4)
    with tempfile.TemporaryDirectory(prefix="canvas-widget-demo-") as home:
        environment = private_environment(Path(home))
        for name in set(os.environ) - set(environment):
            del os.environ[name]
        os.environ.update(environment)
        try:
            run(notebook, picture, page)
        except CellExecutionError as problem:
            print(problem, file=sys.stderr)
            return 1
    nbformat.write(notebook, TARGET / "quickstart.ipynb")
    for cell in notebook.cells:
        if cell.cell_type == "code" and cell.source.startswith("%%canvas"):
            print("\n" + "\n".join(f"> {line}" for line in cell.source.splitlines()[1:]))
            print(answer(cell))
    print(f"\nPicture  {picture.relative_to(ROOT)}")
    print(f"Page     {page.relative_to(ROOT)} (interactive, opens in any browser)")
    print(f"\nThe quickstart ran in {time.perf_counter() - start:.1f} s. `make lab` opens it.")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
