"""`canvas.datasets`: what the canvas may query."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from canvas_widget.data import Dataset
from canvas_widget.data.engines.connect import FORMS, connected
from canvas_widget.errors import InvalidArgument
from canvas_widget.notebook.kernel import config
from canvas_widget.settings import load_settings
from canvas_widget.workspace import Workspace

__all__ = ["Datasets"]


def _address() -> str:
    found = load_settings(config()).data_url
    if found is None:
        raise InvalidArgument(f"What is to be read? Pass a source, or set CANVAS_WIDGET_DATA_URL to {FORMS}.")
    return found.get_secret_value()


class Datasets:
    """The registered datasets and the notebook's own data frames, by name."""

    __slots__ = ("_workspace",)

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def register(
        self,
        name: str,
        source: Any = None,
        *,
        table: str | None = None,
        private: bool = False,
        remote: bool | None = None,
    ) -> Dataset:
        """Register a source under a name.

        Args:
            source: a pandas or polars frame (LazyFrames too), an Arrow table or reader, the path of a CSV or Parquet
                file or of a folder of Parquet files, a DuckDB relation, or a connection to DuckDB or PostgreSQL, of
                which only `table` is read. Without one it is a table of the database that `CANVAS_WIDGET_DATA_URL`
                names, where it stays.
            private: keep its values out of prompts.
            remote: leave the table where it is, and run queries in its engine; only results travel.

        Raises:
            InvalidArgument: nothing can be read of the source, or there is none and no `CANVAS_WIDGET_DATA_URL`.
            NotFound: no such file or table. QueryError: the database cannot be asked.

        A name registered again gets a new version; what was drawn from the old one is marked stale. A file that is
        written again is noticed; a table that changed in its database is not: call `canvas.refresh()`.
        """
        if source is None:
            address = _address()
            source, table = connected(address), table or name
            remote = remote is not False and not address.startswith("duckdb:")  # DuckDB's is read where the canvas is
        dataset = self._workspace.catalogue.register(name, source, table=table, private=private, remote=bool(remote))
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
