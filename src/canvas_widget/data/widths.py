"""How long the texts of datasets are, and whether what a query makes of them fits into the memory.

Within one vector of rows the database makes texts that its limit of memory does not count and no interrupt reaches:
300 texts of 1 MB joined to themselves take 600 MB, whatever the limit says. So such a query is refused before it runs.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping
from typing import Any

from canvas_widget.data.dataset import Dataset
from canvas_widget.data.sql import identifier
from canvas_widget.data.types import Field, GuardedQuery
from canvas_widget.errors import QueryRefused

__all__ = ["Widths"]

VECTOR = 2_048
"""The rows that the database works on at once, on each thread."""
MOST = 10_000
SHORT = 64
"""Bytes of a number or a time as text."""


class Widths:
    """The longest text of each column, kept while its dataset is the version that was asked."""

    def __init__(self, engine: Any) -> None:
        self._engine = engine
        self._held: dict[tuple[str, int, str], int] = {}

    def check(
        self,
        guarded: GuardedQuery,
        datasets: Mapping[str, Dataset],
        memory: int,
        cancel: threading.Event | None = None,
    ) -> None:
        """Look at what a query makes of texts.

        Raises:
            QueryRefused: it could take more than `memory` bytes at once.
        """
        made = guarded.made
        rows = VECTOR * (os.cpu_count() or 1)
        longest = max(made.constant, SHORT)
        if longest * made.others * rows > memory:
            raise _too_long(longest, made.others, rows, memory, "a text or list that the query writes out")
        if not made.copies:
            return
        for dataset in datasets.values():
            if dataset.stays:
                continue
            fields = [each for each in dataset.fields if each.type in {"string", "other"}]
            if made.columns is not None:
                fields = [each for each in fields if each.name.lower() in made.columns]
            most = rows if made.repeats or len(datasets) > 1 else min(rows, dataset.row_count)
            for name, width in self._widths(dataset, fields, cancel).items():
                if width * made.copies * most > memory:
                    raise _too_long(width, made.copies, most, memory, f'"{name}" of {dataset.name}')

    def _widths(self, dataset: Dataset, fields: list[Field], cancel: threading.Event | None) -> dict[str, int]:
        keys = {each.name: (dataset.name, dataset.version, each.name) for each in fields}
        lacking = [each for each in fields if keys[each.name] not in self._held]
        if lacking:
            if len(self._held) > MOST:
                self._held.clear()
            texts = (
                identifier(each.name) if each.db_type == "VARCHAR" else f"CAST({identifier(each.name)} AS VARCHAR)"
                for each in lacking
            )
            asked = ", ".join(f"max(strlen({text})) AS w{number}" for number, text in enumerate(texts))
            row = self._engine.run(f"SELECT {asked} FROM {identifier(dataset.name)}", cancel=cancel).rows()[0]
            self._held |= {keys[each.name]: int(row[f"w{n}"] or 0) for n, each in enumerate(lacking)}
        return {name: self._held[key] for name, key in keys.items()}


def _too_long(width: int, copies: float, rows: int, memory: int, what: str) -> QueryRefused:
    need = width * copies * rows
    return QueryRefused(
        f"The longest text in {what} has up to {width:,} bytes. Of {rows:,} rows at once this query could make "
        f"{need / 2**20:,.0f} MB, and {memory / 2**20:,.0f} MB may be used. Write left(column, 1000) for the column."
    )
