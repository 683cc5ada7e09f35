"""Read-only views of datasets and canvas, as a provider sees them. Nothing here can change or query anything by itself.

`views_of` (in `canvas_widget.agent.workspace_views`) builds them from a workspace; tests build them by hand.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal

__all__ = [
    "CanvasView",
    "CatalogueView",
    "ColumnType",
    "ColumnView",
    "ContainerView",
    "DatasetView",
    "FoundValue",
    "Value",
]

ColumnType = Literal["integer", "number", "string", "boolean", "date", "datetime", "time", "other"]
Value = str | int | float | bool | None
"""A cell as JSON has it: dates are ISO strings, integers past 2^53 strings."""


@dataclass(frozen=True, slots=True)
class ColumnView:
    """One column and its profile; what was not computed (or may not leave) is None or empty.

    `min` and `max` are cells, `distinct` and `nulls` counts, `values` the frequent values, most frequent first.
    """

    name: str
    type: ColumnType
    min: Value = None
    max: Value = None
    distinct: int | None = None
    nulls: int | None = None
    values: tuple[Value, ...] = ()


class DatasetView:
    """A dataset: name, rows, and columns. `types` costs nothing; `columns` computes the profile on first use."""

    __slots__ = ("_columns", "_load", "engine", "name", "row_count", "types")

    def __init__(
        self,
        name: str,
        row_count: int,
        columns: Sequence[ColumnView] = (),
        *,
        types: Mapping[str, ColumnType] | None = None,
        load: Callable[[], Sequence[ColumnView]] | None = None,
        engine: str | None = None,
    ) -> None:
        self.name = name
        self.engine = engine
        self.row_count = row_count
        self.types: Mapping[str, ColumnType] = MappingProxyType(
            dict(types) if types is not None else {column.name: column.type for column in columns}
        )
        self._load = load
        self._columns = None if load else tuple(columns)

    @property
    def columns(self) -> tuple[ColumnView, ...]:
        """The columns with their profiles, in the dataset's order."""
        if self._columns is None:
            assert self._load is not None  # noqa: S101  (one of the two is always there)
            self._columns = tuple(self._load())
        return self._columns

    def column(self, name: str) -> ColumnView | None:
        """The column of that exact name."""
        return next((column for column in self.columns if column.name == name), None)

    def __repr__(self) -> str:
        return f"DatasetView({self.name!r}, {self.row_count} rows, {list(self.types)})"


@dataclass(frozen=True, slots=True)
class FoundValue:
    """A cell that matches a search: `value` as it stands in `column` of `dataset`."""

    dataset: str
    column: str
    value: str


class CatalogueView:
    """The datasets the turn may use."""

    __slots__ = ("_datasets", "_search")

    def __init__(
        self, datasets: Sequence[DatasetView] = (), search: Callable[[str], Sequence[FoundValue]] | None = None
    ) -> None:
        self._datasets = tuple(datasets)
        self._search = search

    def datasets(self) -> tuple[DatasetView, ...]:
        """All datasets, by name."""
        return self._datasets

    def dataset(self, name: str) -> DatasetView | None:
        """The dataset of that exact name."""
        return next((dataset for dataset in self._datasets if dataset.name == name), None)

    def find_values(self, text: str) -> tuple[FoundValue, ...]:
        """Cells of text columns equal to `text`, ignoring case and outer blanks; at most a few per column."""
        wanted = text.strip().casefold()
        if not wanted:
            return ()
        if self._search is not None:
            return tuple(self._search(text.strip()))
        return tuple(
            FoundValue(dataset.name, column.name, value)
            for dataset in self._datasets
            for column in dataset.columns
            for value in column.values
            if isinstance(value, str) and value.strip().casefold() == wanted
        )


@dataclass(frozen=True, slots=True)
class ContainerView:
    """A container and what it holds.

    `kind` is chart, table, metric, text or empty; `mark`, `sql`, `dataset`, `request` (the typed request its query
    came from) and `encoding` are there as far as the content has them; `markdown` is a text's.
    """

    id: str
    title: str = ""
    kind: str = "empty"
    x: int = 0
    y: int = 0
    width: int = 1
    height: int = 1
    placement: str = "auto"
    locked: bool = False
    hidden: bool = False
    dataset: str | None = None
    mark: str | None = None
    sql: str | None = None
    markdown: str | None = None
    encoding: Mapping[str, str | None] = field(default_factory=dict)
    request: Mapping[str, Any] | None = None
    created_at: str = ""


@dataclass(frozen=True, slots=True)
class CanvasView:
    """The canvas at one revision: size in px, settings, and containers in reading order."""

    width: int = 800
    height: int = 600
    items: tuple[ContainerView, ...] = ()
    auto_adjust: bool = True
    overlap_prevention: bool = False
    name: str = "canvas-1"
    rev: int = 0

    def containers(self) -> tuple[ContainerView, ...]:
        """All containers, in reading order."""
        return self.items

    def container(self, container_id: str) -> ContainerView | None:
        """The container of that exact id."""
        return next((item for item in self.items if item.id == container_id), None)

    def newest(self) -> ContainerView | None:
        """The container made last."""
        if not self.items:
            return None
        return max(enumerate(self.items), key=lambda pair: (pair[1].created_at, pair[0]))[1]
