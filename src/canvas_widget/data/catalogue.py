"""The datasets a canvas may read: frames of the notebook under their own names, and what was registered."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from canvas_widget.data.database import Database
from canvas_widget.data.dataset import Dataset
from canvas_widget.data.frames import Kind, is_frame, kind_of, read_csv
from canvas_widget.data.names import missing, nearest
from canvas_widget.data.profile import matching
from canvas_widget.data.types import Versions
from canvas_widget.errors import InvalidArgument, NotFound

__all__ = ["Catalogue", "Found"]


@dataclass(frozen=True, slots=True)
class Found:
    """A cell that holds a text that was searched for."""

    dataset: str
    column: str
    value: str


def _nothing() -> Mapping[str, Any]:
    return {}


class Catalogue:
    """Names and versions of datasets. Any thread may use it.

    Args:
        namespace: returns the notebook's variables; each frame there whose name does not start with `_` is a dataset.
            A registered dataset of the same name comes first.
    """

    def __init__(self, namespace: Callable[[], Mapping[str, Any]] | None = None) -> None:
        self.database = Database()
        self._namespace = namespace or _nothing
        self._lock = threading.RLock()
        self._registered: dict[str, Dataset] = {}
        self._seen: dict[str, Dataset] = {}
        self._versions: dict[str, int] = {}
        self._changed: set[str] = set()

    def register(self, name: str, source: Any, *, private: bool = False) -> Dataset:
        """Make a frame or a CSV file readable under a name; the same name again makes a new version.

        Args:
            name: 1 to 200 characters.
            source: a pandas or polars frame, an Arrow table, or the path of a CSV file.
            private: keep its values out of prompts.

        Raises:
            InvalidArgument: the name is empty, or the source is nothing that can be read.
            NotFound: no such file.
        """
        if not isinstance(name, str) or not name.strip() or "\0" in name or len(name) > 200:
            raise InvalidArgument("A dataset needs a name of 1 to 200 characters.")
        kind = kind_of(source)
        held = read_csv(source) if kind == "csv" and isinstance(source, str | os.PathLike) else source
        with self._lock:
            dataset = self._new(name, kind, held, private=private)
            self._registered[name] = dataset
            return dataset

    def unregister(self, name: str) -> None:
        """Forget a registered dataset.

        Raises:
            NotFound: nothing was registered under that name.
        """
        with self._lock:
            if name not in self._registered:
                raise self._unknown(name, list(self._registered))
            del self._registered[name]
            self._changed.add(name)

    def _new(self, name: str, kind: Kind, source: Any, *, private: bool = False) -> Dataset:
        version = self._versions.get(name, 0) + 1
        self._versions[name] = version
        if version > 1:
            self._changed.add(name)
        return Dataset(name, version, kind, source, self.database, private=private)

    def _frames(self) -> dict[str, Any]:
        """The frames of the namespace; a variable may appear or vanish while it is read."""
        for _ in range(5):
            try:
                variables = dict(self._namespace())
                break
            except RuntimeError:  # changed size while it was copied
                continue
        else:
            return {}
        return {
            name: value
            for name, value in variables.items()
            if isinstance(name, str) and not name.startswith("_") and is_frame(value)
        }

    def names(self) -> list[str]:
        """All names, registered ones first, each group in alphabetical order."""
        with self._lock:
            registered = sorted(self._registered)
        return registered + sorted(name for name in self._frames() if name not in registered)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and (name in self._registered or name in self._frames())

    def get(self, name: str) -> Dataset:
        """The dataset of that name in its present version; case aside when no name is spelt exactly so.

        Raises:
            NotFound: no such dataset; names the nearest and lists all.
        """
        with self._lock:
            if name in self._registered:
                return self._registered[name]
            frames = self._frames()
            if name in frames:
                return self._current(name, frames[name])
            known = [*self._registered, *(each for each in frames if each not in self._registered)]
            same = [each for each in known if each.casefold() == name.casefold()]
            if len(same) == 1:
                return self._registered.get(same[0]) or self._current(same[0], frames[same[0]])
            raise self._unknown(name, known)

    def _current(self, name: str, frame: Any) -> Dataset:
        held = self._seen.get(name)
        if held is None or held.source is not frame:
            held = self._seen[name] = self._new(name, kind_of(frame), frame)
        return held

    def _unknown(self, name: str, known: list[str]) -> NotFound:
        if not known:
            return NotFound(
                f'No data frame "{name}", and there is no other. Assign a frame to a variable, or register one with '
                "canvas.datasets.register(name, frame)."
            )
        return NotFound(
            missing("data frame", name, "", sorted(known), "Data frames here"), alternatives=nearest(name, known)
        )

    def versions(self, names: Iterable[str]) -> Versions:
        """(name, version) of each dataset, by name."""
        found = {dataset.name: dataset.version for dataset in map(self.get, names)}
        return tuple(sorted(found.items()))

    def poll(self) -> list[str]:
        """The names that stand for other data than at the last poll. Cheap: it compares identities."""
        with self._lock:
            frames = self._frames()
            for name in list(self._seen):
                if name in frames:
                    self._current(name, frames[name])
                else:
                    del self._seen[name]  # the frame can be freed; the same name later is a new version
            changed = sorted(self._changed)
            self._changed.clear()
            return changed

    def find_values(self, text: str, most: int = 5) -> list[Found]:
        """Cells of text columns with few distinct values that equal a text, case and outer blanks aside.

        Private datasets are searched too: what leaves is for the caller to decide.
        """
        found: list[Found] = []
        for name in self.names():
            dataset = self.get(name)
            if not dataset.row_count:
                continue
            for column in dataset.profile():
                found += [Found(name, column.name, value) for value in matching(column, text)[:most]]
        return found
