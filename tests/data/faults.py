"""A canvas with one chart of a table in an engine and one metric of a frame, to see what a fault of the engine does."""

from __future__ import annotations

from typing import Any

import pandas as pd

from canvas_widget.data import Catalogue, ChartRequest, MetricRequest
from canvas_widget.workspace import Workspace

__all__ = ["Board"]


class Board:
    """`there` is a chart over the dataset "there", `mine` a metric over a frame."""

    def __init__(self, source: Any, x: str, **how: Any) -> None:
        self.catalogue = Catalogue()
        self.catalogue.register("mine", pd.DataFrame({"a": [1, 2]}))
        self.catalogue.register("there", source, **how)
        self.work = Workspace("faults", 800, 600, catalogue=self.catalogue)
        self.work.engine.timeout = 600
        self.work.metric("mine", MetricRequest(dataset="mine", value="sum(a)"))
        self.work.chart("there", ChartRequest(dataset="there", x=x, y="count()"))

    def refused(self) -> str:
        """What a refresh says of the chart; the metric goes on, and the chart keeps its picture."""
        before = self.work.result_for("there")
        report = self.work.refresh()
        assert report["mine"] is None
        assert report["there"] is not None
        assert self.work.result_for("there") is before
        return report["there"].message

    def mended(self) -> None:
        """A retry goes right."""
        assert self.work.refresh(["there"]) == {"there": None}
