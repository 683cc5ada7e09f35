"""`canvas.datasets`: what the canvas may query."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from canvas_widget.data import Dataset
from canvas_widget.workspace import Workspace

__all__ = ["Datasets"]


class Datasets:
    """The registered datasets and the notebook's own data frames, by name."""

    __slots__ = ("_workspace",)

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def register(
        self, name: str, source: Any, *, table: str | None = None, private: bool = False, remote: bool = False
    ) -> Dataset:
        """Register a source under a name.

        Args:
            source: a pandas or polars frame (LazyFrames too), an Arrow table or reader, the path of a CSV or Parquet
                file or of a folder of Parquet files, a DuckDB relation, or a connection to DuckDB or PostgreSQL, of
                which only `table` is read.
            private: keep its values out of prompts.
            remote: leave the table where it is, and run queries in its engine; only results travel.

        A name registered again gets a new version; what was drawn from the old one is marked stale. A file that is
        written again is noticed; a table that changed in its database is not: call `canvas.refresh()`.
        """
        dataset = self._workspace.catalogue.register(name, source, table=table, private=private, remote=remote)
        self._workspace.poll()
        return dataset

    def names(self) -> list[str]:
        """All names, sorted."""
        return self._workspace.catalogue.names()

    def get(self, name: str) -> Dataset:
        """The dataset of that name.

        Raises:
            NotFound: there is none; names the nearest.
        """
        return self._workspace.catalogue.get(name)

    def unregister(self, name: str) -> None:
        """Forget a registered dataset."""
        self._workspace.catalogue.unregister(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self.names())

    def __contains__(self, name: object) -> bool:
        return name in self._workspace.catalogue

    def __repr__(self) -> str:
        return f"Datasets({', '.join(self.names())})"
