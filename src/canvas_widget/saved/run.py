"""Running a notebook to record its prompts or to replay them, in a kernel of its own."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

from canvas_widget.errors import CanvasError, InvalidArgument
from canvas_widget.saved.files import Notebook, joined, write_bytes
from canvas_widget.saved.strip import strip

__all__ = ["RunFailed", "record", "replay"]

Mode = Literal["record", "replay"]
_VARIABLES = ("CANVAS_WIDGET_CASSETTE_MODE", "CANVAS_WIDGET_CASSETTE", "JPY_SESSION_NAME")


class RunFailed(CanvasError):
    """A cell failed; the message names it. Nothing was written."""


def record(notebook: Notebook, *, kernel: str | None = None, timeout: float = 600) -> Path:
    """Run all cells asking the provider; save the outputs, and the answers as the notebook's cassette (returned).

    Both files are replaced when all cells have run, and are as they were otherwise.

    Raises:
        RunFailed: a cell failed.
        InvalidArgument: there is no such kernel.
    """
    target = notebook.path.absolute().with_suffix(".cassette.json")
    with tempfile.TemporaryDirectory(prefix="canvas-widget-record-") as folder:
        tape = Path(folder) / target.name
        ran = _run(notebook, "record", tape, kernel, timeout)
        if not tape.exists():
            raise InvalidArgument(f"No cell of {notebook.path} asked a provider, so there is nothing to record.")
        done = Notebook(notebook.path, ran)
        strip(done)
        write_bytes(target, tape.read_bytes())
    done.save()
    return target


def replay(notebook: Notebook, *, kernel: str | None = None, timeout: float = 600) -> Notebook:
    """Run all cells from the cassette beside the notebook, with no key and nobody asked; returns it as it ran.

    Raises:
        RunFailed: a cell failed; where its prompt or the data changed since it was recorded, the message shows how.
        InvalidArgument: there is no such kernel.
    """
    own = notebook.path.absolute().with_suffix(".cassette.json")
    return Notebook(notebook.path, _run(notebook, "replay", own if own.exists() else None, kernel, timeout))


@contextmanager
def _environment(values: dict[str, str]) -> Iterator[None]:
    before = {name: os.environ.pop(name, None) for name in _VARIABLES}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value


def _run(notebook: Notebook, mode: Mode, tape: Path | None, kernel: str | None, timeout: float) -> dict[str, Any]:
    import nbformat
    from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

    spec = notebook.content["metadata"].get("kernelspec")
    name = kernel or (str(spec.get("name") or "") if isinstance(spec, dict) else "") or "python3"
    made: Any = nbformat.reads(json.dumps(notebook.content), as_version=4)
    values = {"CANVAS_WIDGET_CASSETTE_MODE": mode, "JPY_SESSION_NAME": str(notebook.path.absolute())}
    if tape is not None:
        values["CANVAS_WIDGET_CASSETTE"] = str(tape)
    folder = str(notebook.path.absolute().parent)
    client = NotebookClient(made, timeout=timeout, kernel_name=name, resources={"metadata": {"path": folder}})
    client.store_widget_state = False
    client.extra_arguments = ["--IPKernelApp.log_level=40"]
    with _environment(values):
        try:
            client.execute()
        except NoSuchKernel:
            there = ", ".join(sorted(KernelSpecManager().find_kernel_specs())) or "none"
            raise InvalidArgument(
                f"There is no kernel {name!r}. There are: {there}. --kernel NAME chooses one."
            ) from None
        except CellExecutionError as error:
            raise RunFailed(_failed(notebook.path, made, error)) from None
        except CellTimeoutError:
            raise RunFailed(f"{notebook.path}: a cell did not end within {timeout:g} s.") from None
        except DeadKernelError:
            raise RunFailed(f"{notebook.path}: the kernel ended while the notebook ran.") from None
    for cell in made.cells:
        cell.metadata.pop("execution", None)
    ran: dict[str, Any] = json.loads(nbformat.writes(made))
    return {**ran, "metadata": notebook.content["metadata"]}


def _failed(path: Path, made: Any, error: Any) -> str:
    for number, cell in enumerate(made.cells, 1):
        for output in cell.get("outputs", []):
            if output.get("output_type") == "error" and "raises-exception" not in cell.metadata.get("tags", []):
                count = cell.get("execution_count")
                first = joined(cell.source).strip().partition("\n")[0]
                where = f"{path}, cell {number}" + (f" (In [{count}])" if count else "") + f" “{first:.60}”"
                return f"{where}: {output.get('ename')}: {output.get('evalue')}"
    return f"{path}: {error.ename}: {error.evalue}"
