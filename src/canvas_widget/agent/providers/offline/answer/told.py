"""One line on each tool call: what was made from what, or what failed and why."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from canvas_widget.agent.providers.offline.words.phrases import quote

__all__ = ["sentence"]

_MARKS = {
    "bar": "Bar chart",
    "line": "Line chart",
    "area": "Area chart",
    "point": "Scatter plot",
    "arc": "Pie chart",
    "donut": "Donut chart",
    "histogram": "Histogram",
    "box": "Box plot",
    "heatmap": "Heatmap",
    "density": "Density",
}
_TOOLS = {"create_table": "Table", "create_metric": "Metric", "create_pie_chart": "Pie chart"}
_ORDERS = {"-y": "largest first", "y": "smallest first", "x": "in rising order of x", "-x": "in falling order of x"}
_PLACES = {"above": "above", "below": "below", "left_of": "left of", "right_of": "right of"}
_NAMED = 3
"""So many that made room are named; more are counted."""
_OPS = {
    "=": "is",
    "!=": "is not",
    ">": "over",
    "<": "under",
    ">=": "at least",
    "<=": "at most",
    "in": "is one of",
    "is null": "is missing",
    "not null": "is not missing",
}


def sentence(
    tool: str,
    arguments: Mapping[str, Any],
    result: Mapping[str, Any],
    rows: Mapping[str, int],
    ours: frozenset[str] = frozenset(),
) -> str:
    """One line on one call; `ours` are the containers of this turn, whose moves go without saying."""
    if result.get("ok") is False:
        return _failure(tool, arguments, result)
    name = arguments.get("container_id", "")
    if tool in ("create_chart", "create_pie_chart", "create_table", "create_metric"):
        text = _drawn(tool, arguments, result, rows)
        if result.get("cost"):  # a heavy query of an engine, as the engine told before it ran
            text += f"; {result['cost']}"
    elif tool == "create_control":
        text = _control(arguments, result)
    elif tool == "write_text":
        text = f"Note {name}: {quote(str(arguments.get('markdown', '')))}"
    elif tool == "create_container":
        text = f"Empty container {name}"
    elif tool == "modify_container":
        text = _modified(arguments)
    else:
        text = _told(tool, arguments, result)
    text += _place(arguments) if tool.startswith(("create", "write")) else ""
    return f"{text.rstrip('.')}.{_layout(result, ours)}"


def _failure(tool: str, arguments: Mapping[str, Any], result: Mapping[str, Any]) -> str:
    error = result.get("error")
    message = str(error.get("message", error) if isinstance(error, Mapping) else error or "it failed").rstrip(".")
    options = [str(option) for option in result.get("alternatives") or ()][:5]
    close = f" Closest: {', '.join(options)}." if options and options[0] not in message else ""
    what = arguments.get("title") or arguments.get("container_id") or tool.replace("_", " ")
    return f"{what} failed: {message}.{close}"


def _drawn(tool: str, arguments: Mapping[str, Any], result: Mapping[str, Any], rows: Mapping[str, int]) -> str:
    dataset = str(arguments.get("dataset", ""))
    count = result.get("row_count")
    source = f"{dataset} ({rows[dataset]:,} rows)" if dataset in rows else dataset
    joined = [name for name in rows if f'JOIN "{name}" AS' in str(arguments.get("sql", ""))]
    if joined:
        source += f" joined with {' and '.join(joined)}"
    title = arguments.get("title") or arguments.get("container_id")
    what = _TOOLS.get(tool) or _MARKS.get(str(arguments.get("mark")), "Chart")
    parts: list[str] = []
    if tool == "create_metric":
        value = _single(result)
        parts.append(str(arguments.get("value", "count()")) + (f" = {value}" if value is not None else ""))
    elif tool == "create_table":
        if arguments.get("columns"):
            parts.append(", ".join(arguments["columns"]))
        if arguments.get("sort"):
            first = str(arguments["sort"][0])
            by = "by " if arguments.get("columns") else ""
            parts.append(f"{by}{first.removeprefix('-')}, {'largest' if first.startswith('-') else 'smallest'} first")
    else:
        x, y = arguments.get("x") or arguments.get("category"), arguments.get("y") or arguments.get("value")
        if arguments.get("mark") == "heatmap":
            parts.append(f"{arguments.get('color', 'count()')} by {x} and {y}")
        elif arguments.get("mark") == "density":
            parts.append(f"{x} and {y}" if y else f"how {x} spreads")
        elif y:
            parts.append(f"{y} by {x}" if x else f"how {y} spreads")
        else:
            parts.append(f"{x} in bins, rows counted")
        if arguments.get("facet"):
            parts.append(f"one small chart per {arguments['facet']}")
        if arguments.get("series"):
            parts.append(f"one colour per {arguments['series']}")
        if arguments.get("sort") in _ORDERS:
            parts.append(_ORDERS[str(arguments["sort"])])
    parts += [_condition(condition) for condition in arguments.get("where", ())]
    tail = (
        f", {count:,} {'row' if count == 1 else 'rows'} shown"
        if isinstance(count, int) and tool != "create_metric"
        else ""
    )
    return f"{what} **{title}**: {', '.join(part for part in parts if part) or 'all columns'}; from {source}{tail}"


def _control(arguments: Mapping[str, Any], result: Mapping[str, Any]) -> str:
    kind = {"choice": "a choice", "range": "a range", "date": "two days"}.get(str(result.get("control")), "a filter")
    filtered = result.get("filters")
    many = len(filtered) if isinstance(filtered, list | tuple) else 0
    value = arguments.get("value")
    chosen = f", {value if not isinstance(value, list) else ' and '.join(map(str, value))} chosen" if value else ""
    told = f"it filters {many} containers of {arguments.get('dataset')}, and later ones"
    return f"Filter by **{arguments.get('column')}**, {kind}{chosen}: {told}"


def _single(result: Mapping[str, Any]) -> str | None:
    first = (result.get("rows") or [None])[0]
    if not isinstance(first, Mapping) or not first:
        return None
    value = next(iter(first.values()))
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None if value is None else str(value)
    if isinstance(value, int):
        return f"{value:,}"
    return f"{value:,.1f}" if abs(value) >= 1 else f"{value:.3g}"


def _condition(condition: Mapping[str, Any]) -> str:
    value = condition.get("value")
    if isinstance(value, list | tuple):
        value = (" and " if condition.get("op") == "between" else ", ").join(str(v) for v in value)
    op = _OPS.get(str(condition["op"]), condition["op"])
    return f"{condition['field']} {op} {'' if value is None else value}".strip()


def _place(arguments: Mapping[str, Any]) -> str:
    said = [f"{word} {arguments[side]}" for side, word in _PLACES.items() if arguments.get(side)]
    if arguments.get("top"):
        said.append("on top")
    return f", {', '.join(said)}" if said else ""


def _layout(result: Mapping[str, Any], ours: frozenset[str]) -> str:
    layout = result.get("layout")
    if not isinstance(layout, Mapping):
        return ""
    moved = [str(entry.get("container_id")) for entry in layout.get("moved") or () if isinstance(entry, Mapping)]
    others = [name for name in moved if name != result.get("container_id") and name not in ours]
    notes = " ".join(str(note) for note in layout.get("notes") or ())
    text = f" {notes}" if notes else ""
    count = f"{len(others)} containers" if len(others) > _NAMED else ", ".join(others)
    return text + (f" Moved to make room: {count}." if others else "")


def _modified(arguments: Mapping[str, Any]) -> str:
    name = arguments["container_id"]
    done: list[str] = []
    if "title" in arguments:
        done.append(f"is now titled {quote(str(arguments['title']))}")
    done += [f"is {word} {arguments[side]}" for side, word in _PLACES.items() if arguments.get(side)]
    if "x" in arguments or "y" in arguments:
        done.append(f"is at {arguments.get('x', 'its x')}, {arguments.get('y', 'its y')}")
    if "width" in arguments or "height" in arguments:
        done.append(f"is {arguments.get('width', 'as')} × {arguments.get('height', 'before')} px")
    for key, on, off in (("locked", "is locked", "is unlocked"), ("hidden", "is hidden", "is shown")):
        if key in arguments:
            done.append(on if arguments[key] else off)
    return f"{name} {' and '.join(done)}"


def _told(tool: str, arguments: Mapping[str, Any], result: Mapping[str, Any]) -> str:
    if tool == "undo":
        kept = result.get("kept") or ()
        text = "Undone" if result.get("undone", True) else "There is nothing to undo"
        return text + (f"; edited since and kept: {', '.join(map(str, kept))}" if kept else "")
    if tool == "redo":
        return "Done again" if result.get("redone", True) else "There is nothing to redo"
    if tool == "clear_canvas":
        return f"Canvas cleared, {result.get('deleted', 'all')} containers deleted"
    if tool == "arrange_canvas":
        return "Arranged on a grid" if result.get("changed", True) else "Everything is on its grid already"
    if tool == "delete_container":
        return f"Deleted {arguments.get('container_id')}"
    if tool == "edit_canvas_size":
        size = {**arguments, **result}
        return f"The canvas is {size.get('width')} × {size.get('height')} px"
    if tool == "edit_canvas_settings":
        return ", ".join(
            f"{key.replace('_', ' ')} is {'on' if value else 'off'}" for key, value in arguments.items()
        ).capitalize()
    if tool == "get_canvas_size":
        return f"The canvas is {result.get('width')} × {result.get('height')} px"
    if tool == "get_canvas_settings":
        return ", ".join(
            f"{key.replace('_', ' ')} is {'on' if value else 'off'}"
            for key, value in result.items()
            if isinstance(value, bool) and key != "ok"
        ).capitalize()
    if tool == "take_screenshot":
        return f"Saved {result.get('filename', 'the picture')}"
    return _listed(tool, result)


def _listed(tool: str, result: Mapping[str, Any]) -> str:
    if tool == "get_canvas_state":
        found = result.get("containers") or []
        listed = "; ".join(
            f"{c.get('container_id')} ({c.get('mark') or c.get('kind')}, {' '.join(map(str, c.get('box', [])))})"
            for c in found[:30]
            if isinstance(c, Mapping)
        )
        size = f"{result.get('width')} × {result.get('height')} px"
        return f"The canvas ({size}) holds {listed}" if listed else f"The canvas ({size}) is empty"
    if tool == "list_datasets":
        found = result.get("datasets") or []
        listed = "; ".join(
            f"{d.get('name')}{_rows(d)} with {', '.join(list(d.get('columns') or ())[:12])}"
            for d in found[:12]
            if isinstance(d, Mapping)
        )
        return f"Datasets: {listed}" if listed else "No data is registered"
    if tool == "describe_dataset":
        columns = ", ".join(_column(c) for c in result.get("columns") or () if isinstance(c, Mapping))
        return f"{result.get('name')}{_rows(result)}: {columns}"
    if tool == "check_container_content":
        return _held(result)
    return tool.replace("_", " ")


def _held(result: Mapping[str, Any]) -> str:
    """What a container shows: its kind, what is drawn along what, and from how many rows."""
    mark, count = str(result.get("mark") or ""), result.get("row_count")
    what = _MARKS.get(mark, str(result.get("kind"))).lower()
    given = result.get("encoding")
    names = given if isinstance(given, Mapping) else {}
    along = [str(names[axis]).replace("_", " ") for axis in ("y", "x") if names.get(axis)]
    drawn = f" of {' by '.join(along)}" if along else ""
    if names.get("series"):
        drawn += f", one colour for each {str(names['series']).replace('_', ' ')}"
    rows = f"; {count:,} rows are drawn" if isinstance(count, int) and mark else ""
    rows = f", {count:,} rows" if isinstance(count, int) and not mark else rows
    source = f", from {result['dataset']}" if result.get("dataset") else ""
    title = f"**{result['title']}**" if result.get("title") else str(result.get("container_id"))
    return f"{title} is a {what}{drawn}{rows}{source}"


def _rows(entry: Mapping[str, Any]) -> str:
    return f" ({entry['rows']:,} rows)" if isinstance(entry.get("rows"), int) else ""


def _column(column: Mapping[str, Any]) -> str:
    spread = (
        f", {column['min']} to {column['max']}"
        if column.get("min") is not None and column.get("max") is not None and column.get("type") != "string"
        else ""
    )
    return f"{column.get('name')} ({column.get('type')}{spread})"
