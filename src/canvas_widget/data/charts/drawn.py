"""What the builders hand out: the query, its result, and how it is shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from canvas_widget.data.charts.channels import Channel
from canvas_widget.data.source import Source
from canvas_widget.data.types import Result

__all__ = ["BuiltChart", "BuiltMetric", "BuiltTable"]


@dataclass(frozen=True)
class BuiltChart:
    """A chart. `encoding` maps a channel to the result's column (None when it has none).

    `spec` is a Vega-Lite spec whose rows are named "result"; `subtitle` says what the title does not: how much of the
    data is shown, and what was left out. `source` and `channels` are what the query was made of.
    """

    sql: str
    result: Result = field(repr=False)
    mark: str
    encoding: dict[str, str | None]
    spec: dict[str, Any] = field(repr=False)
    title: str
    subtitle: str
    dataset: str | None
    request: dict[str, Any]
    source: Source | None = field(default=None, repr=False)
    channels: Mapping[str, Channel] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class BuiltTable:
    """A table. `columns` are the ones shown, in order; None for all of the result's."""

    sql: str
    result: Result = field(repr=False)
    columns: tuple[str, ...] | None
    title: str
    subtitle: str
    dataset: str | None
    request: dict[str, Any]


@dataclass(frozen=True)
class BuiltMetric:
    """One number: the first cell of the result's only row."""

    sql: str
    result: Result = field(repr=False)
    format: str
    label: str
    title: str
    dataset: str | None
    request: dict[str, Any]
    previous: str | None = None
    compared_with: str = ""
    trend: str | None = None

    @property
    def value(self) -> Any:
        """The number as JSON has it."""
        return next(iter(self.result.rows(0, 1)[0].values()))
