"""What tools say: containers, layouts and results as compact data for the model."""

from __future__ import annotations

from typing import Any

from canvas_widget.agent.tools.base import FIRST_ROWS, ToolContext, ToolOutput
from canvas_widget.data import Result
from canvas_widget.document import Container
from canvas_widget.layout import LayoutReport
from canvas_widget.workspace import Outcome

__all__ = ["container_data", "layout_data", "placed", "result_data", "result_output"]

LONGEST_CELL = 200


def container_data(container: Container) -> dict[str, Any]:
    """A container in short: `box` is [x, y, width, height] in px."""
    data: dict[str, Any] = {
        "container_id": container.id,
        "kind": container.kind,
        "title": container.title,
        "box": [container.x, container.y, container.width, container.height],
        "placement": container.placement,
    }
    if container.locked:
        data["locked"] = True
    if container.hidden:
        data["hidden"] = True
    return data


def layout_data(report: LayoutReport) -> dict[str, Any]:
    """What the layout did: what moved and where to, and how much of the canvas is used."""
    data: dict[str, Any] = {"utilisation": round(report.utilisation, 3)}
    if report.moved:
        data["moved"] = [
            {"container_id": moved.id, "box": [moved.after.x, moved.after.y, moved.after.width, moved.after.height]}
            for moved in report.moved
        ]
    if report.notes:
        data["notes"] = list(report.notes)
    return data


def _cell(value: Any) -> Any:
    if isinstance(value, str) and len(value) > LONGEST_CELL:
        return value[:LONGEST_CELL] + "…"
    return value


def result_data(result: Result, context: ToolContext, sql: str = "") -> dict[str, Any]:
    """A result in short: its columns, how many rows it has, and the first of them as far as values may be told.

    `sql` is the query: where no value may be told, columns are named that it or the dataset names, not a pivot's.
    """
    sharing, datasets = context.sharing, [name for name, _ in result.datasets]
    told = sharing.values(datasets)
    columns = result.schema()
    data: dict[str, Any] = {
        "columns": columns
        if told
        else [column for column in columns if _known(column["name"], datasets, sql, context)],
        "row_count": result.row_count,
    }
    if result.truncated:
        data["truncated"] = True
    if result.cost:
        data["cost"] = result.cost
    if told:
        data["rows"] = [{name: _cell(value) for name, value in row.items()} for row in result.rows(0, FIRST_ROWS)]
    else:
        data["rows_withheld"] = "The user shares no values; the canvas shows them."
    return data


def _known(name: str, datasets: list[str], sql: str, context: ToolContext) -> bool:
    """Whether a result's column may be named where no value may be told: those of a pivot are values."""
    if name.casefold() in sql.casefold():
        return True
    fields = {
        field.name: dataset
        for dataset in datasets
        if dataset in context.workspace.catalogue.names()
        for field in context.workspace.catalogue.get(dataset).fields
    }
    return name in fields and name in context.sharing.columns(fields[name], [name])


def result_output(data: dict[str, Any], result: Result | None) -> ToolOutput:
    """A tool's output that rests on a result."""
    if result is None:
        return ToolOutput(data)
    nulls = int(sum(column.null_count for column in result.table.columns))
    notes = []
    if result.truncated:
        notes.append(f"The result was cut at {result.row_count:,} rows.")
    return ToolOutput(data, result.row_count, nulls, tuple(notes))


def placed(outcome: Outcome, context: ToolContext, **more: Any) -> ToolOutput:
    """The output of an operation on a container: what was actually applied."""
    container_id = outcome.container_id or ""
    context.remade.add(container_id)
    container = context.workspace.document.get(container_id)
    data: dict[str, Any] = container_data(container) if container else {"container_id": container_id}
    data["layout"] = layout_data(outcome.report)
    data.update(more)
    if outcome.result is not None:
        sql = getattr(container.content, "sql", None) if container else None
        data.update(result_data(outcome.result, context, sql or ""))
    return result_output(data, outcome.result)
