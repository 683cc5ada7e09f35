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

    def register(self, name: str, source: Any, *, private: bool = False) -> Dataset:
        """Register a data frame, or the path of a CSV file, under a name.

        A name registered again gets a new version; what was drawn from the old one is marked stale. A frame changed in
        place cannot be noticed: register it again, or call `canvas.refresh()`.
        """
        dataset = self._workspace.catalogue.register(name, source, private=private)
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
