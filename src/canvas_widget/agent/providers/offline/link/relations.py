"""Which columns point at which rows: foreign keys read from names and values, and ways to join several datasets."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from canvas_widget.agent.providers.offline.link.column import Column
from canvas_widget.agent.providers.offline.link.source import Source
from canvas_widget.agent.providers.offline.words.normalise import name_words
from canvas_widget.agent.providers.offline.words.vocabulary import words
from canvas_widget.agent.views import ColumnView

__all__ = ["Key", "Relations"]

_KEYED = words("id key code no number identifier nr abbreviation")
_GLUED = ("id", "key", "code", "no", "num", "nr")
"""Ends of a key's name written as one word: `deptno`, `stuid`."""
BY_VALUES = 0.5
_FEW = 4
_COUNTED_FROM = 20
"""Keys that count from the ground up look like any small number: there the names have to say it."""
_MOST = 30
"""Datasets that are looked at; of more, only those that come first."""


@dataclass(frozen=True, slots=True)
class Key:
    """`child.column` holds values of `parent.key`, of which each stands in one row; `score` from 0 to 1."""

    child: str
    column: str
    parent: str
    key: str
    score: float


class Relations:
    """The foreign keys between datasets, found when first asked for."""

    def __init__(self, sources: Sequence[Source]) -> None:
        self._sources = {source.name: source for source in sources[:_MOST]}
        self._keys: tuple[Key, ...] | None = None

    @property
    def keys(self) -> tuple[Key, ...]:
        """The best key for each pair of datasets and child column."""
        if self._keys is None:
            best: dict[tuple[str, str], Key] = {}
            for key in self._found():
                known = best.get((key.child, key.column))
                if known is None or key.score > known.score:
                    best[key.child, key.column] = key
            self._keys = tuple(best.values())
        return self._keys

    def _found(self) -> Iterable[Key]:
        for parent in self._sources.values():
            for key in parent.columns:
                view = parent.view.column(key.name)
                if view is None or not _unique(view, parent.view.row_count):
                    continue
                for child in self._sources.values():
                    if child is parent:
                        continue
                    for column in child.columns:
                        held = child.view.column(column.name)
                        score = _named_alike(column, key, parent)
                        if score and _held(held, view):
                            yield Key(child.name, column.name, parent.name, key.name, score)
                        elif not score and key is parent.columns[0] and _only_values(held, view):
                            yield Key(child.name, column.name, parent.name, key.name, BY_VALUES)

    def of(self, child: str, column: str) -> Key | None:
        """The key that a column is, if it is one."""
        return next((key for key in self.keys if key.child == child and key.column == column), None)

    def path(self, names: Sequence[str], most: int = 4, said: frozenset[str] = frozenset()) -> tuple[Key, ...] | None:
        """The keys that join these datasets, with others between them where needed; None when nothing does.

        Of several keys to one dataset those are taken whose names have words of `said` (“home” of home_team_id).
        """
        tree, used = {names[0]}, []
        for name in names[1:]:
            if name in tree:
                continue
            way = self._shortest(tree, name, said)
            if way is None:
                return None
            used += way
            tree |= {end for key in way for end in (key.child, key.parent)}
        return tuple(used) if len(tree) <= most else None

    def role(self, key: Key) -> tuple[str, ...]:
        """What a key's name says beyond its dataset: “home” of home_team_id."""
        parent = self._sources[key.parent]
        own = {*parent.words, *name_words(parent.name), *name_words(key.key), *_KEYED, *_GLUED}
        return tuple(word for word in name_words(key.column) if word not in own)

    def rivals(self, key: Key) -> bool:
        """Whether another key leads from the same dataset to the same one."""
        return any(
            other.child == key.child and other.parent == key.parent and other.column != key.column
            for other in self.keys
        )

    def _shortest(self, tree: set[str], goal: str, said: frozenset[str]) -> list[Key] | None:
        ways: list[tuple[float, str, list[Key]]] = [(0.0, name, []) for name in sorted(tree)]
        seen: set[str] = set()
        while ways:
            ways.sort(key=lambda way: way[0])
            cost, here, way = ways.pop(0)
            if here == goal:
                return way
            if here in seen or len(way) >= 3:
                continue
            seen.add(here)
            for key in self.keys:
                if here in (key.child, key.parent):
                    there = key.parent if here == key.child else key.child
                    named = 0.25 * bool(said.intersection(self.role(key)))
                    ways.append((cost + 1.5 - key.score - named, there, [*way, key]))
        return None


def _unique(view: ColumnView, rows: int) -> bool:
    if view.type not in ("integer", "string") or not rows or view.distinct is None:
        return False
    return view.distinct == rows


def _named_alike(column: Column, key: Column, parent: Source) -> float:
    """How well the names say that `column` points at `key`."""
    mine, theirs, table = column.words, key.words, {*parent.words, *name_words(parent.name)}
    keyed = theirs[-1] in _KEYED
    if mine == theirs:
        if len(theirs) == 1 and keyed:
            return 0.0
        if keyed or (key is parent.columns[0] and theirs[-1].endswith(_GLUED) and len(theirs[-1]) > 4):
            return 1.0
        return 0.6 if not column.numeric else 0.0
    if keyed and len(mine) > len(theirs) and mine[-len(theirs) :] == theirs:
        rest = set(mine[: -len(theirs)])
        return 0.95 if rest <= table else 0.75 if len(theirs) > 1 else 0.0
    first = parent.columns[0] is key
    if set(mine) <= table and (keyed or first):
        return 0.8
    if mine[-1] in _KEYED and set(mine[:-1]) and set(mine[:-1]) <= table and (keyed or first):
        return 0.85
    return 0.0


def _only_values(child: ColumnView | None, parent: ColumnView) -> bool:
    """Whether the values alone say so: not few, all held, most of them used, and numbers too high to mean amounts."""
    if child is None or not child.distinct or not parent.distinct or not _held(child, parent):
        return False
    if not 0.4 * parent.distinct <= child.distinct <= parent.distinct or child.distinct < _FEW:
        return False
    if child.type == "integer":
        low, high = parent.min, parent.max
        dense = isinstance(low, int) and isinstance(high, int) and high - low < 3 * parent.distinct
        return dense and isinstance(low, int) and low > _COUNTED_FROM
    mine = {str(value).casefold() for value in child.values}
    return mine <= {str(value).casefold() for value in parent.values}


def _held(child: ColumnView | None, parent: ColumnView) -> bool:
    """Whether the child's values can all be values of the parent."""
    if child is None or child.type != parent.type or not child.distinct:
        return False
    if child.type == "integer":
        low, high = (child.min, parent.min), (child.max, parent.max)
        if not all(isinstance(each, int) for each in (*low, *high)):
            return False
        return int(low[0] or 0) >= int(low[1] or 0) and int(high[0] or 0) <= int(high[1] or 0)
    mine = {str(value).casefold() for value in child.values}
    theirs = {str(value).casefold() for value in parent.values}
    return bool(mine) and len(mine & theirs) >= 0.8 * len(mine)
