"""Notebooks as they are saved, made without a kernel."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
from nbformat.v4 import new_code_cell, new_notebook, new_output

from canvas_widget.data import Catalogue, ChartRequest, MetricRequest, TableRequest
from canvas_widget.layout import Box, Placing
from canvas_widget.render import SUMMARY_MIME, canvas_summary, render_text, still_png
from canvas_widget.workspace import Workspace

FRAME = pd.DataFrame({"region": ["North", "South", "East"], "sales": [10.0, 20.0, 30.0]})
VIEW = "application/vnd.jupyter.widget-view+json"
STATE = "application/vnd.jupyter.widget-state+json"


def workspace(frame: pd.DataFrame = FRAME, name: str = "canvas-1") -> Workspace:
    """A canvas with a chart, a metric, a table and a note."""
    made = Workspace(name, 800, 600, catalogue=Catalogue(lambda: {"sales": frame}))
    chart = ChartRequest(dataset="sales", mark="bar", x="region", y="sum(sales)")
    made.chart("by_region", chart, title="Sales by region", placing=Placing(box=Box(16, 16, 376, 240)))
    made.metric(
        "total",
        MetricRequest(dataset="sales", value="sum(sales)", label="Total"),
        placing=Placing(box=Box(408, 16, 376, 96)),
    )
    made.table("rows", TableRequest(dataset="sales"), title="All rows", placing=Placing(box=Box(16, 272, 376, 240)))
    made.text("note", "Three regions.", placing=Placing(box=Box(408, 272, 376, 120)))
    return made


def outputs(canvas: Workspace, *, answer: str = "", summary: bool = True) -> list[Any]:
    """What a cell shows of a canvas: its state as text, for machines, and its picture."""
    results = {each.id: result for each in canvas.document if (result := canvas.result_for(each.id)) is not None}
    text = render_text(canvas.document, results)
    state: dict[str, Any] = {"text/plain": f"{answer}\n\n{text}" if answer else text}
    if summary:
        state[SUMMARY_MIME] = canvas_summary(canvas.document, results)
    picture = base64.b64encode(still_png(canvas.document, results)).decode()
    return [
        new_output("display_data", data=state),
        new_output("display_data", data={"text/plain": f"Picture of {canvas.document.name}", "image/png": picture}),
    ]


def saved(path: Path, *cells: tuple[str, list[Any]], **metadata: Any) -> Path:
    """A notebook file whose cells have run in order."""
    made = [new_code_cell(source, outputs=shown, execution_count=n) for n, (source, shown) in enumerate(cells, 1)]
    nbformat.write(new_notebook(cells=made, metadata=metadata), path)
    return path
