"""The datasets a canvas may read: frames of the notebook under their own names, and what was registered."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from canvas_widget.data.database import Database
from canvas_widget.data.dataset import Dataset
from canvas_widget.data.engines.native import native_dataset, their_engine
from canvas_widget.data.frames import is_frame
from canvas_widget.data.names import missing, nearest
from canvas_widget.data.origins import Origin, origin_of
from canvas_widget.data.profile import matching
from canvas_widget.data.types import Versions
from canvas_widget.errors import CanvasError, InvalidArgument, NotFound

__all__ = ["Catalogue", "Found"]

_log = logging.getLogger(__name__)
MOST_QUERIES = 200
"""So many queries in an engine's own SQL are kept as datasets."""


@dataclass(frozen=True, slots=True)
class Found:
    """A cell that holds a text that was searched for."""

    dataset: str
    column: str
    value: str


def _printable(name: str) -> bool:
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


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
        self._queries: dict[str, Dataset] = {}
        self._changed: set[str] = set()

    def register(
        self, name: str, source: Any, *, table: str | None = None, private: bool = False, remote: bool = False
    ) -> Dataset:
        """Make a source readable under a name; the same name again makes a new version.

        Args:
            name: 1 to 200 characters.
            source: a pandas or polars frame (LazyFrames too), an Arrow table or reader, the path of a CSV or Parquet
                file or of a folder of Parquet files, a DuckDB relation, or a connection to DuckDB or PostgreSQL.
            table: the table of a connection, with its schema where that is needed.
            private: keep its values out of prompts.
            remote: leave a connection's table where it is, and run queries there.

        Raises:
            InvalidArgument: the name is empty, or the source is nothing that can be read.
            NotFound: no such file or table.
            QueryError: the database cannot be asked.
        """
        if not isinstance(name, str) or not name.strip() or "\0" in name or len(name) > 200 or not _printable(name):
            raise InvalidArgument("A dataset needs a name of 1 to 200 characters.")
        origin = origin_of(source, table, remote=remote)
        with self._lock:
            dataset = self._registered[name] = self._new(name, origin, private=private)
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

    def _new(self, name: str, origin: Origin, *, private: bool = False) -> Dataset:
        version = self._versions.get(name, 0) + 1
        self._versions[name] = version
        if version > 1:
            self._changed.add(name)
        return Dataset(name, version, origin, self.database, private=private)

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

    def variable(self, source: Any, name: str) -> str | None:
        """The variable of the notebook that holds a source: the one of that name, else the first; None for none."""
        variables = dict(self._namespace())
        held = [each for each, value in variables.items() if value is source and not each.startswith("_")]
        return name if name in held else next((each for each in held if each.isidentifier()), None)

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
                return self._fresh(name)
            frames = self._frames()
            if name in frames:
                return self._current(name, frames[name])
            known = [*self._registered, *(each for each in frames if each not in self._registered)]
            same = [each for each in known if each.casefold() == name.casefold()]
            if len(same) == 1:
                return self._fresh(same[0]) if same[0] in self._registered else self._current(same[0], frames[same[0]])
            if name in self._queries:
                return self._queries[name]
            raise self._unknown(name, known)

    def query_there(self, sql: str) -> Dataset | None:
        """A query in the SQL of the engine that holds all it reads, as a dataset that no list shows; else None.

        Raises:
            QueryError: the engine refuses it. QueryRefused: the guard of its dialect does.
        """
        there = their_engine(sql, [self.get(name) for name in self.names()])
        if not there:
            return None
        made = native_dataset(sql, there, self.database)
        with self._lock:
            held = self._queries.setdefault(made.name, made)
            while len(self._queries) > MOST_QUERIES:
                del self._queries[next(iter(self._queries))]
            return held

    def _fresh(self, name: str) -> Dataset:
        """The registered dataset, read again where its source can be seen to have changed."""
        held = self._registered[name]
        if held.origin.changed():
            held = self._registered[name] = self._new(name, held.origin.renewed(), private=held.private)
        return held

    def _current(self, name: str, frame: Any) -> Dataset:
        held = self._seen.get(name)
        if held is None or held.source is not frame or held.origin.changed():
            held = self._seen[name] = self._new(name, origin_of(frame))
        return held

    def renew(self, names: Iterable[str]) -> dict[str, CanvasError]:
        """Read these datasets again where they could hold other data unseen: frames and tables of databases.

        Returns those that cannot be found again, with the reason; they stay as they were.
        """
        lost: dict[str, CanvasError] = {}
        with self._lock:
            for name in set(names):
                for group in (self._registered, self._seen):
                    held = group.get(name)
                    if held is None or not held.origin.renewable:
                        continue
                    try:
                        group[name] = self._new(name, held.origin.renewed(), private=held.private)
                    except CanvasError as error:  # an engine that is down must not keep the others from being read
                        lost[name] = error
        return lost

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
        """The names that stand for other data than at the last poll. Cheap: it compares identities and file times."""
        with self._lock:
            frames = self._frames()
            for name in list(self._seen):
                if name in frames:
                    self._current(name, frames[name])
                else:
                    del self._seen[name]  # the frame can be freed; the same name later is a new version
            for name, held in list(self._registered.items()):
                try:
                    self._fresh(name)
                except CanvasError as error:  # half written, perhaps: the next poll looks again
                    _log.info("%s (%s) cannot be read again: %s", name, held.kind, error)
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
