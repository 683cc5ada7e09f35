"""Cubes over a table that stays in its engine: it groups by the bins of a brush and the keys of a chart.

Only the cells of the cube travel: one row for each bin and group that has rows.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from canvas_widget.data.brushing.cube_scan import TIMEOUT, Cells, Columns, Filling, Wanted, codes, numbers_of
from canvas_widget.data.brushing.cubes import Cube, Scale
from canvas_widget.data.engine import Engine

if TYPE_CHECKING:
    import numpy as np

__all__ = ["ask_cube"]


def ask_cube(
    engine: Engine,
    wanted: Wanted,
    scale: Scale,
    conditions: tuple[str, ...],
    *,
    cancel: threading.Event | None = None,
) -> Cube | None:
    """Build the cube of a chart by one query of its engine.

    Args:
        conditions: on the rows besides those of the chart, such as those of other brushes.

    Returns:
        the cube; None where it has more cells than a result may, or counts and sums do not tell its values exactly.

    Raises:
        as `Engine.run`.
    """
    columns = Columns()
    keys = [columns.key(sql, wanted.groups.column(at)) for at, sql in enumerate(wanted.keys)]
    cells = Cells(scale.count, keys, None)
    filling = Filling(wanted, columns, keys, cells)
    read = columns.read
    counted = [each for each in cells.counts if each is not None]
    summed = list(cells.sums)
    shown = [
        f'{scale.place_sql} AS "bin"',
        *(f'{sql} AS "k{at}"' for at, sql in enumerate(wanted.keys)),
        'count(*) AS "every"',
        *(f'count({read[each]}) AS "n{each}"' for each in counted),
        *(f'sum({read[each]}) AS "s{each}"' for each in summed),
    ]
    under = tuple(dict.fromkeys((*wanted.conditions, *conditions)))
    where = f"\nWHERE {' AND '.join(under)}" if under else ""
    by = ", ".join(str(number + 1) for number in range(len(keys) + 1))
    sql = f"SELECT {', '.join(shown)}\nFROM {wanted.table}{where}\nGROUP BY {by}"
    result = engine.run(sql, cancel=cancel, timeout=TIMEOUT)
    if result.truncated:
        return None
    _fill(cells, result.table, scale, counted, summed)
    return filling.cube()


def _fill(cells: Cells, table: Any, scale: Scale, counted: list[int], summed: list[int]) -> None:
    """Put the engine's rows into the cells; rows in no bin, or of no group that is shown, are left out."""
    import numpy as np

    bins: np.ndarray[Any, Any] = numbers_of(table.column("bin").combine_chunks(), missing=-1)
    held = [codes(table.column(f"k{at}").combine_chunks(), key.values) for at, key in enumerate(cells.keys)]
    kept = (bins >= 0) & (bins < scale.count)
    for each in held:
        kept &= each >= 0
    at = bins[kept].astype(np.int64)
    if held:
        at = at * cells.size + cells.joined([each[kept] for each in held])

    def add(into: np.ndarray[Any, Any], name: str) -> None:
        np.add.at(into, at, numbers_of(table.column(name).combine_chunks())[kept].astype(into.dtype))

    if None in cells.counts:
        add(cells.counts[None], "every")
    for number in counted:
        add(cells.counts[number], f"n{number}")
    for number in summed:
        add(cells.sums[number], f"s{number}")
