"""Queries in an engine's own SQL as datasets: what they give can be charted, filtered and paged like a table there."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from typing import Any

from canvas_widget.data.dataset import Dataset
from canvas_widget.data.engines.native_guard import native, tables_of
from canvas_widget.data.engines.remote import RemoteOrigin
from canvas_widget.errors import QueryRefused

__all__ = ["PREFIX", "NativeOrigin", "bases_of", "native_dataset", "their_engine"]

PREFIX = "query_"
"""How datasets that stand for a query begin."""


class NativeOrigin(RemoteOrigin):
    """A query in an engine's own SQL. `bases` are the datasets that it reads."""

    def __init__(self, bases: tuple[Dataset, ...], sql: str, make: Any) -> None:
        super().__init__(sql, make(), make)
        self.bases = bases

    def row_count(self) -> int:
        return sum(each.row_count for each in self.bases)

    def counted(self) -> int | None:
        known = [each.origin.counted() for each in self.bases if isinstance(each.origin, RemoteOrigin)]
        return None if None in known else sum(filter(None, known))

    def renewed(self) -> RemoteOrigin:
        return NativeOrigin(self.bases, self.source, self._make)


def bases_of(datasets: Iterable[Dataset]) -> list[Dataset]:
    """The datasets themselves, and instead of a query those that it reads."""
    found: dict[str, Dataset] = {}
    for each in datasets:
        origin = each.origin
        for base in origin.bases if isinstance(origin, NativeOrigin) else (each,):
            found[base.name] = base
    return list(found.values())


def their_engine(sql: str, datasets: Iterable[Dataset]) -> list[Dataset]:
    """The datasets that stay in an engine and that a text could mean, when all that it could mean stay in one.

    A word of the text that is the name of a dataset anywhere else makes it a query to be run here.
    """
    words = {word.lower() for word in re.findall(r"[^\W\d][\w$]*", sql)}
    mentioned = [
        each for each in datasets if each.name.lower() in words or f'"{each.name}"' in sql or f"`{each.name}`" in sql
    ]
    staying = [each for each in mentioned if isinstance(each.origin, RemoteOrigin)]
    same = len({each.origin.port.key for each in staying if isinstance(each.origin, RemoteOrigin)}) == 1
    return staying if same and len(staying) == len(mentioned) else []


def native_dataset(sql: str, there: list[Dataset], database: Any) -> Dataset:
    """A query over datasets of one engine as a dataset.

    Raises:
        QueryError: it is no query of that engine, or the engine refuses it. QueryRefused: the guard does.
    """
    port: Any = there[0].origin.port  # type: ignore[attr-defined]
    tree, names = tables_of(sql, port.language)
    known = {each.name.lower(): each for each in there}
    for name in names:
        if name.lower() not in known:
            raise QueryRefused(f'There is no dataset "{name}" in {port.language.title}. It reads: {", ".join(known)}.')
    bases = tuple(known[name.lower()] for name in names)
    columns = {field.name.lower() for each in bases for field in each.fields}
    written = native(tree, port.language, columns, lambda name: str(known[name.lower()].origin.port.table()))  # type: ignore[attr-defined]
    key = hashlib.sha256("\n".join([written, *(f"{each.name} {each.version}" for each in bases)]).encode()).hexdigest()
    origin = NativeOrigin(bases, sql, lambda: port.query(written))
    name = (
        f"{PREFIX}{key[:12]} of {', '.join(each.name for each in bases)}"  # whoever reads it knows what it is made of
    )
    return Dataset(name, 1, origin, database, private=any(each.private for each in bases))
