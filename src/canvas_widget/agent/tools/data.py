"""Tools that look at the data: datasets, queries, and what the user wrote down about them."""

from __future__ import annotations

import difflib
from typing import Any

from pydantic import Field

from canvas_widget.agent.tools.base import FIRST_ROWS, Arguments, Listed, NoArguments, Tool, ToolContext, ToolOutput
from canvas_widget.agent.tools.reports import result_data, result_output
from canvas_widget.agent.workspace_views import dataset_view
from canvas_widget.data.pivot import pivot_sql
from canvas_widget.data.sql import identifier
from canvas_widget.errors import NotFound

__all__ = ["TOOLS"]

MOST_ROWS = 10_000


class ListDatasets(NoArguments):
    """The datasets there are, with their rows and columns."""


class DescribeDataset(Arguments):
    """A dataset's columns: types, ranges, distinct and missing values, frequent values."""

    name: str = Field(description="Dataset name.")


class RunQuery(Arguments):
    """Run a read-only SQL query over the datasets, to find something out: DuckDB's SQL, or that of the engine which a
    dataset names. It changes nothing on the canvas;
    the first 10 rows come back.
    """

    sql: str = Field(description='One SELECT; table names are dataset names, names with blanks in "double quotes".')
    limit: int = Field(default=1000, ge=1, le=MOST_ROWS, description="Rows to read at most.")


class SummarizeDataset(Arguments):
    """Figures of every column of a dataset in one look: lowest, highest, mean, spread, quartiles, distinct, missing."""

    name: str = Field(description="Dataset name.")


class Pivot(Arguments):
    """Work out a value by two things at once: one row per group of `rows`, one column per value of `columns`. It
    changes nothing on the canvas; the SQL comes back too, to be shown by create_table.
    """

    dataset: str
    rows: Listed[str] = Field(description="Columns or time units like year(day).", min_length=1)
    columns: str = Field(description="Column or time unit with at most 50 values.")
    value: str = Field(default="count()", description="What stands in the cells, like sum(revenue).")


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
    sql = context.workspace.engine.native_sql(arguments.sql)
    result = context.workspace.query(sql, arguments.limit, actor=context.actor)
    return result_output(result_data(result, context, arguments.sql), result)


def _summarize(arguments: SummarizeDataset, context: ToolContext) -> ToolOutput:
    dataset = context.workspace.catalogue.get(arguments.name)
    if not context.sharing.values([dataset.name]):
        return _describe(DescribeDataset(name=dataset.name), context)
    result = context.workspace.query(f"SUMMARIZE {identifier(dataset.name)}", actor=context.actor)
    shown = set(context.sharing.columns(dataset.name, [column.name for column in dataset.fields]))
    columns = [row for row in result.rows() if row["column_name"] in shown]
    return ToolOutput({"name": dataset.name, "rows": dataset.row_count, "columns": columns}, result.row_count)


def _pivot(arguments: Pivot, context: ToolContext) -> ToolOutput:
    workspace = context.workspace
    name = workspace.catalogue.get(arguments.dataset).name
    sql = pivot_sql(
        workspace.engine, name, arguments.rows, arguments.columns, arguments.value, cancel=context.actor.cancel
    )
    result = workspace.query(sql, MOST_ROWS, actor=context.actor)
    if not context.sharing.values([name]):  # the columns of a pivot are values, in its SQL too
        withheld = "The user shares no values, and the columns of a pivot are values. Draw a chart instead."
        return ToolOutput({"row_count": result.row_count, "withheld": withheld}, result.row_count)
    return result_output({**result_data(result, context), "sql": sql}, result)


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
    Tool("summarize_dataset", SummarizeDataset, _summarize),
    Tool("pivot", Pivot, _pivot),
    Tool("lookup_knowledge", LookupKnowledge, _lookup),
)
