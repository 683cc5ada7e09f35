"""`make notebooks`: runs the notebooks and saves what their cells show, which is what tests compare.

No key and no setting: the built-in offline model answers. Saved outputs hold no widget state, no view of a live widget
(its id would differ each time, and where it stands no picture shows) and no times.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient

from environment import private_environment

__all__ = ["execute"]

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"


def execute(notebook: Any, folder: Path) -> None:
    """Runs all cells of `notebook` in a new kernel that works in `folder`."""
    client = NotebookClient(notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": str(folder)}})
    client.extra_arguments = ["--IPKernelApp.log_level=40"]
    client.store_widget_state = False
    client.execute()


def tidy(notebook: Any) -> None:
    """Takes away what differs from run to run."""
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        for output in cell.get("outputs", []):
            output.get("data", {}).pop(WIDGET_VIEW, None)
        if "outputs" in cell:
            cell.outputs = [output for output in cell.outputs if output.get("data", True)]


def main(arguments: list[str]) -> int:
    with tempfile.TemporaryDirectory(prefix="canvas-widget-notebooks-") as home:
        environment = private_environment(Path(home))
        for name in set(os.environ) - set(environment):
            del os.environ[name]
        os.environ.update(environment)
        for path in map(Path, arguments):
            notebook = nbformat.read(path, as_version=4)
            execute(notebook, path.parent)
            tidy(notebook)
            nbformat.write(notebook, path)
            print(f"{path} ran, its outputs are saved")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
