"""Tools that look at the data: datasets, queries, and what the user wrote down about them."""

from __future__ import annotations

import difflib
from typing import Any

from pydantic import Field

from canvas_widget.agent.tools.base import FIRST_ROWS, Arguments, NoArguments, Tool, ToolContext, ToolOutput
from canvas_widget.agent.tools.reports import result_data, result_output
from canvas_widget.agent.workspace_views import dataset_view
from canvas_widget.errors import NotFound

__all__ = ["TOOLS"]

MOST_ROWS = 10_000


class ListDatasets(NoArguments):
    """The datasets there are, with their rows and columns."""


class DescribeDataset(Arguments):
    """A dataset's columns: types, ranges, distinct and missing values, frequent values."""

    name: str = Field(description="Dataset name.")


class RunQuery(Arguments):
    """Run a read-only SQL query (DuckDB) over the datasets, to find something out. It changes nothing on the canvas;
    the first 10 rows come back.
    """

    sql: str = Field(description='One SELECT; table names are dataset names, names with blanks in "double quotes".')
    limit: int = Field(default=1000, ge=1, le=MOST_ROWS, description="Rows to read at most.")


class LookupKnowledge(Arguments):
    """Look up what the user wrote down about the data: definitions, units, rules."""

    topic: str


def _list(_: ListDatasets, context: ToolContext) -> ToolOutput:
    catalogue, sharing = context.workspace.catalogue, context.sharing
    listed = []
    for name in catalogue.names():
        dataset = catalogue.get(name)
        if not sharing.named(name):
            continue
        shown = set(sharing.columns(name, [column.name for column in dataset.fields]))
        entry: dict[str, Any] = {"name": name}
        if sharing.values([name]):
            entry["rows"] = dataset.row_count
        entry["columns"] = {column.name: column.type for column in dataset.fields if column.name in shown}
        listed.append(entry)
    return ToolOutput({"datasets": listed})


def _describe(arguments: DescribeDataset, context: ToolContext) -> ToolOutput:
    sharing = context.sharing
    view = dataset_view(context.workspace, arguments.name)
    shown = set(sharing.columns(view.name, view.types))
    if not sharing.values([view.name]):
        columns = [{"name": name, "type": kind} for name, kind in view.types.items() if name in shown]
        return ToolOutput({"name": view.name, "columns": columns, "withheld": "The user shares no values."})
    columns = []
    for column in view.columns:
        entry: dict[str, Any] = {"name": column.name, "type": column.type}
        for key in ("min", "max", "distinct", "nulls"):
            if (value := getattr(column, key)) is not None:
                entry[key] = value
        if column.values:
            entry["frequent"] = list(column.values[:FIRST_ROWS])
        columns.append(entry)
    return ToolOutput({"name": view.name, "rows": view.row_count, "columns": columns})


def _query(arguments: RunQuery, context: ToolContext) -> ToolOutput:
    result = context.workspace.query(arguments.sql, arguments.limit, actor=context.actor)
    return result_output(result_data(result, context), result)


def _lookup(arguments: LookupKnowledge, context: ToolContext) -> ToolOutput:
    knowledge = context.knowledge
    if knowledge is None or not knowledge.topics():
        raise NotFound("The user wrote nothing down yet. Answer from the data, and say what you assume.")
    found = knowledge.lookup(arguments.topic)
    if not found:
        topics = knowledge.topics()
        near = difflib.get_close_matches(arguments.topic, topics, n=5, cutoff=0.4) or topics[:5]
        raise NotFound(f"Nothing on {arguments.topic!r}. Topics: {', '.join(topics[:20])}.", alternatives=near)
    return ToolOutput({"notes": [{"topic": topic, "note": note} for topic, note in found]})


TOOLS: tuple[Tool[Any], ...] = (
    Tool("list_datasets", ListDatasets, _list, pure=True),
    Tool("describe_dataset", DescribeDataset, _describe, pure=True),
    Tool("run_query", RunQuery, _query, pure=True),
    Tool("lookup_knowledge", LookupKnowledge, _lookup),
)
