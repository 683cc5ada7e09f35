"""Tables: as many rows as fit, and a line that says how many do not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from canvas_widget.document import Container, TableContent
from canvas_widget.render import svg
from canvas_widget.render.measure import cut, text_width
from canvas_widget.render.numbers import column
from canvas_widget.render.theme import Theme, geometry

if TYPE_CHECKING:
    from canvas_widget.data.types import Result

__all__ = ["column_widths", "table_body", "table_columns", "table_note"]


LONGEST = 1_000
"""The most characters of a cell that are looked at; no column is wide enough for more."""

LEAST = 84
"""How narrow the first column may get beside the one the table is sorted by, px."""

SAMPLE = 100
"""How many rows decide on widths, decimals and bars: a page of the live table, which shows the same columns."""


@dataclass(frozen=True)
class _Column:
    name: str
    label: str
    cells: list[str]
    values: list[Any]
    numeric: bool
    sorted: str = ""
    arrow: str = ""


def table_columns(content: TableContent, result: Result) -> list[str]:
    """The names of the columns shown, in order: those the content names, or all."""
    there = [field.name for field in result.fields]
    if content.columns is None:
        return there
    return [name for name in content.columns if name in there] or there


def table_note(result: Result) -> str:
    """How much of the data the table holds: "20 of 406"."""
    if result.rows_read is not None and result.rows_read > result.row_count:
        return f"{result.row_count:,} of {result.rows_read:,}"
    if result.truncated:
        return f"first {result.row_count:,} rows"
    return f"{result.row_count:,} row{'' if result.row_count == 1 else 's'}"


def _sorting(content: TableContent) -> dict[str, str]:
    """The arrow of each column the request sorts by, the first of which leads."""
    keys = (content.request or {}).get("sort") or []
    keys = [keys] if isinstance(keys, str) else keys
    return {str(key).lstrip("-"): "↓" if str(key).startswith("-") else "↑" for key in keys[:1]}


def column_widths(natural: Sequence[float], least: Sequence[float], room: float) -> list[float]:
    """The widths that share `room`: the widest give way first, none below its `least`; what is left goes to all alike.

    Columns that cannot have their least are left out, from the right; the first always stays.
    """
    count = len(natural)
    while count > 1 and sum(least[:count]) > room:
        count -= 1
    wanted, floors = list(natural[:count]), list(least[:count])
    if sum(wanted) <= room:
        spare = (room - sum(wanted)) / count if count else 0.0
        return [width + spare for width in wanted]
    if sum(floors) > room:
        return [room] * count
    low, high = 0.0, max(wanted)
    for _ in range(40):
        middle = (low + high) / 2
        total = sum(max(floor, min(width, middle)) for width, floor in zip(wanted, floors, strict=True))
        low, high = (middle, high) if total <= room else (low, middle)
    return [max(floor, min(width, low)) for width, floor in zip(wanted, floors, strict=True)]


def table_body(container: Container, content: TableContent, result: Result, theme: Theme, bottom: int) -> str:
    """Header row, rows and the note below, from the container's top; `bottom` px stay free at its end."""
    look = geometry("table")
    names = table_columns(content, result)
    top, pitch, header = look["top"], look["row"], look["header"]
    space = container.height - bottom - top - header
    fit = max(0, int((space + 4) // pitch))
    with_note = min(result.row_count, max(0, int((space - 20) // pitch)))
    columns = _columns(names, content, result, result.rows(0, max(SAMPLE, min(fit, result.row_count))))
    columns, widths = _shown(columns, look, container.width)
    left_out = len(names) - len(widths)
    shown = result.row_count if result.row_count <= fit and not left_out else with_note
    parts = [svg.line(0, container.width, top + header - 1, stroke=theme["hairline"])]
    edge = 0.0
    for item, width in zip(columns, widths, strict=False):
        parts.extend(_draw(item, edge, width, shown, theme=theme, look=look))
        edge += width
    parts.extend(
        svg.line(
            look["padding"], container.width - look["padding"], top + header + pitch * place - 1, stroke=theme["grid"]
        )
        for place in range(1, shown + (shown < result.row_count))
    )
    rest = result.row_count - shown
    note = _rest(rest, left_out)
    if note and top + header + pitch * shown + 16 <= container.height - bottom:
        y = top + header + pitch * shown + 4
        parts.append(
            svg.text(note, look["padding"], y, fill=theme["muted"], width=container.width - 2 * look["padding"])
        )
    return "".join(parts)


def _shown(columns: list[_Column], look: dict[str, Any], room: float) -> tuple[list[_Column], list[float]]:
    """The columns that have room, and their widths; the one the table is sorted by stays, in the last place."""

    def widths(of: list[_Column]) -> list[float]:
        return column_widths([_natural(item, look) for item in of], [_least(item, look) for item in of], room)

    held = widths(columns)
    left = columns[len(held) :]
    leading = next((item for item in left if item.arrow), None)
    if leading is None:
        return columns[: len(held)], held
    for kept in range(len(held), 0, -1):
        chosen = [*columns[:kept], leading]
        if len(fits := widths(chosen)) == len(chosen):
            return chosen, fits
    if room - (width := _least(leading, look)) >= LEAST:
        return [columns[0], leading], [room - width, width]
    return columns[: len(held)], held


def _rest(rows: int, columns: int) -> str:
    parts = [
        f"{count:,} more {noun}{'' if count == 1 else 's'}"
        for count, noun in ((rows, "row"), (columns, "column"))
        if count
    ]
    return "+ " + " and ".join(parts) if parts else ""


def _columns(names: list[str], content: TableContent, result: Result, rows: list[dict[str, Any]]) -> list[_Column]:
    types = {field.name: field.type for field in result.fields}
    arrows = _sorting(content)
    marks = content.marks.model_dump() if content.marks else None
    found = []
    for name in names:
        values = [row[name] for row in rows]
        arrow = arrows.get(name, "")
        numeric = types[name] in {"integer", "number"}
        found.append(
            _Column(
                name,
                f"{name} {arrow}".strip(),
                [cell[:LONGEST] for cell in column(name, types[name], values, marks)],
                values,
                numeric,
                arrow if numeric else "",
                arrow,
            )
        )
    return found


def _widest(item: _Column, size: float) -> float:
    """The width of the widest cell."""
    weight = 600 if item.sorted else 400
    return max((text_width(cell, size, weight) for cell in item.cells[:SAMPLE]), default=0.0)


def _natural(item: _Column, look: dict[str, Any]) -> float:
    """The width a column would like, its padding on the left and right included."""
    widest = max(text_width(item.label, look["size"]), _widest(item, look["size"]))
    bar = look["bar"] + look["barGap"] if item.sorted else 0
    return float(min(widest, look["columnMax"]) + bar + 2 * look["padding"])


def _least(item: _Column, look: dict[str, Any]) -> float:
    """The width below which a column is better left out: numbers stay whole, text and headers may be cut."""
    header, cells = text_width(item.label, look["size"]), _widest(item, look["size"])
    room = max(cells, min(header, look["headerMin"])) if item.numeric else min(max(header, cells), look["textMin"])
    return float(min(room, look["columnMax"]) + 2 * look["padding"])


def _heading(item: _Column, room: float, size: float) -> str:
    """The header as it fits; the arrow of the column the table is sorted by is never what is cut."""
    if not item.arrow or text_width(item.label, size) <= room:
        return item.label
    mark = item.label[len(item.name) :]
    return cut(item.name, room - text_width(mark, size), size) + mark


def _draw(item: _Column, edge: float, width: float, shown: int, *, theme: Theme, look: dict[str, Any]) -> list[str]:
    padding = look["padding"]
    room = width - 2 * padding
    x, anchor = (edge + width - padding, "end") if item.numeric else (edge + padding, "start")
    style: dict[str, Any] = {"size": look["size"], "line": look["line"], "anchor": anchor, "width": room}
    parts = [svg.text(_heading(item, room, look["size"]), x, look["top"] + 3, fill=theme["muted"], **style)]
    first = look["top"] + look["header"]
    for place, cell in enumerate(item.cells[:shown]):
        y = first + look["row"] * place + 4
        fill = theme["muted"] if item.values[place] is None else theme["text"]
        parts.append(svg.text(svg.clean(cell), x, y, fill=fill, weight=600 if item.sorted else 400, **style))
    return parts + _bars(item, x, first, shown, room=room, theme=theme, look=look)


def _bars(
    item: _Column, x: float, first: float, shown: int, *, room: float, theme: Theme, look: dict[str, Any]
) -> list[str]:
    """Bars beside the values of the column the table is sorted by, where all are positive and there is room."""
    numbers = [value for value in item.values if isinstance(value, (int, float))]
    widest = _widest(item, look["size"])
    if (
        not item.sorted
        or not numbers
        or min(numbers) < 0
        or max(numbers) <= 0
        or room < look["bar"] + look["barGap"] + widest
    ):
        return []
    parts = []
    for place, value in enumerate(item.values[:shown]):
        if isinstance(value, (int, float)):
            length = max(1.0, look["bar"] * value / max(numbers))
            y = first + look["row"] * place + 8
            parts.append(
                svg.rect(
                    x - widest - look["barGap"] - length, y, length, look["barHeight"], fill=theme["bar"], radius=1
                )
            )
    return parts
