"""Datasets, the guarded query engine, and the builders of charts, tables and metrics, which load on first use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from canvas_widget.data.catalogue import Catalogue, Found
from canvas_widget.data.charts.options import ChartOptions, chart_options
from canvas_widget.data.charts.style import ChartStyle, Locale
from canvas_widget.data.dataset import Dataset
from canvas_widget.data.encode import Encoding, parse
from canvas_widget.data.engine import Engine
from canvas_widget.data.profile import ColumnProfile
from canvas_widget.data.requests import (
    MARKS,
    Annotation,
    AxisScale,
    ChartRequest,
    Filter,
    Join,
    Mark,
    MetricRequest,
    Operator,
    TableRequest,
)
from canvas_widget.data.results import ResultStore
from canvas_widget.data.telling import Listener, tell_to, telling
from canvas_widget.data.types import Field, FieldType, GuardedQuery, Result, Versions
from canvas_widget.first_use import on_first_use

if TYPE_CHECKING:
    from canvas_widget.data.build import BuiltChart, BuiltMetric, BuiltTable, build_chart, build_metric, build_table
    from canvas_widget.data.guards.spec_guard import check_spec

__all__ = [
    "MARKS",
    "Annotation",
    "AxisScale",
    "BuiltChart",
    "BuiltMetric",
    "BuiltTable",
    "Catalogue",
    "ChartOptions",
    "ChartRequest",
    "ChartStyle",
    "ColumnProfile",
    "Dataset",
    "Encoding",
    "Engine",
    "Field",
    "FieldType",
    "Filter",
    "Found",
    "GuardedQuery",
    "Join",
    "Listener",
    "Locale",
    "Mark",
    "MetricRequest",
    "Operator",
    "Result",
    "ResultStore",
    "TableRequest",
    "Versions",
    "build_chart",
    "build_metric",
    "build_table",
    "chart_options",
    "check_spec",
    "parse",
    "tell_to",
    "telling",
]

__getattr__ = on_first_use(
    __name__,
    {
        "build": ("BuiltChart", "BuiltMetric", "BuiltTable", "build_chart", "build_metric", "build_table"),
        "guards.spec_guard": ("check_spec",),
    },
)
