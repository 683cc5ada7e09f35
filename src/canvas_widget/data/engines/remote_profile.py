"""The profile of a table that stays in its engine: figures by a query there, never its rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from canvas_widget.data.cells import json_rows
from canvas_widget.data.profile import COUNTED, FREQUENT, ORDERED, SEARCHABLE, ColumnProfile
from canvas_widget.data.sql import identifier
from canvas_widget.data.types import Field

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["profile_there"]


def profile_there(ask: Callable[[str, int], pa.Table], table: str, fields: tuple[Field, ...]) -> list[ColumnProfile]:
    """The profile of some columns: one scan, and one per column of few distinct values.

    Args:
        ask: runs a generated query in the engine and gives at most so many rows.
        table: the dataset's name.
    """
    name = identifier(table)
    parts = ["count(*)"]
    for field in fields:
        column = identifier(field.name)
        comparable, ordered = field.type != "other", field.type in ORDERED
        finite = f" FILTER (WHERE isfinite({column}))" if field.db_type in {"DOUBLE", "FLOAT"} else ""
        parts += [
            f"count({column})",
            f"count(DISTINCT {column})" if comparable else "NULL",
            f"min({column}){finite}" if ordered else "NULL",
            f"max({column}){finite}" if ordered else "NULL",
        ]
    shown = ", ".join(f"{part} AS v{number}" for number, part in enumerate(parts))
    cells = list(json_rows(ask(f"SELECT {shown} FROM {name}", 1))[0].values())
    rows, found = int(cells[0]), []
    for position, field in enumerate(fields):
        present, distinct, low, high = cells[1 + position * 4 : 5 + position * 4]
        frequent: tuple[tuple[object, int], ...] = ()
        values: tuple[str, ...] = ()
        if field.type in COUNTED and distinct:
            column = identifier(field.name)
            counts = (
                f"SELECT {column} AS v, count(*) AS n FROM {name} WHERE {column} IS NOT NULL "
                f"GROUP BY 1 ORDER BY 2 DESC, 1"
            )
            most = SEARCHABLE if distinct <= SEARCHABLE else FREQUENT
            counted = [(row["v"], int(row["n"])) for row in json_rows(ask(counts, most))]
            frequent = tuple(counted[:FREQUENT])
            if field.type == "string" and distinct <= SEARCHABLE:
                values = tuple(sorted(str(value) for value, _ in counted))
        found.append(ColumnProfile(field.name, field.type, low, high, distinct, rows - int(present), frequent, values))
    return found
