"""How large the texts and lists of a query can get: what is made within one vector of rows, no limit of memory sees.

The database counts tables, sorts and aggregates against its memory, but not the texts that a function makes for the
rows it is at, up to 2,048 of them on each thread. So each level of a query is looked at: how many times longer than
what it reads its texts are, and whether something of unknown length (`string_agg`, `list`) is repeated row by row.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from canvas_widget.data.types import Made
from canvas_widget.errors import QueryRefused

__all__ = ["LONG", "Sizes"]

MAX_GROWTH = 1_024
"""How many times as long as its input a text may become in one query."""
LONG = frozenset({"string_agg", "group_concat", "listagg", "list", "array_agg", "histogram"})
"""Aggregates that hold all the rows of a group in one value."""


@dataclass
class _Level:
    """One SELECT. What WITH offers it is in `scope`, what it reads in `inputs`: how many times longer than the data.

    `long` is where a text or list of a whole group is read, `repeats` where rows stand beside more than one other row,
    `repeated` where both came together; `beside` where a subquery that may see such a text makes texts,
    `given` where one is handed on unchanged.
    """

    scope: float = 1.0
    scope_long: bool = False
    scope_repeated: bool = False
    inputs: float = 1.0
    path: float = 1.0
    longest: float = 1.0
    copies: float = 0.0
    others: float = 0.0
    columns: int = 0
    shortened: int = 0
    calls: int = 0
    long: bool = False
    repeats: bool = False
    repeated: bool = False
    beside: bool = False
    casts: bool = False
    values: int = 0
    given: bool = False
    own: bool = False
    window: bool = False


@dataclass
class Sizes:
    """Follows a walk over a query."""

    _levels: list[_Level] = field(default_factory=lambda: [_Level()])
    _copies: float = 0.0
    _others: float = 0.0
    _constant: int = 0
    _repeats: bool = False
    _queries: int = 0
    _names: set[str | None] = field(default_factory=set)
    _made_of: set[str | None] = field(default_factory=set)

    @property
    def made(self) -> Made:
        """What it comes to. A column of a query within may be any of those that are met there."""
        names = self._made_of if self._queries == 1 else self._names
        columns = None if None in names else frozenset(filter(None, names))
        return Made(self._copies, self._others, self._constant, self._repeats, columns)

    @contextmanager
    def query(self) -> Iterator[None]:
        """A SELECT within what is walked. What it gives, the level around it reads."""
        outer = self._levels[-1]
        level = _Level(outer.scope, outer.scope_long, outer.scope_repeated)
        self._levels.append(level)
        yield
        self._levels.pop()
        inputs = max(level.inputs, level.scope)
        growth = level.longest * inputs
        self._check(growth * outer.path)
        self._copies += level.copies * inputs
        self._others += level.others * inputs
        self._repeats = self._repeats or level.repeats
        self._queries += 1
        long = level.long or level.scope_long
        repeated = level.repeated or level.scope_repeated or (long and level.repeats)
        if (repeated and (level.copies or level.beside or level.casts)) or (level.window and level.copies):
            raise QueryRefused(
                "A text or list of all rows of a group (string_agg, list) is changed here once for each of other rows, "
                "which could fill the memory. Shorten it first with left(string_agg(…), 1000), or do it in a query of "
                "its own."
            )
        outer.inputs = max(outer.inputs, growth)
        if outer.path > 1:
            outer.longest = max(outer.longest, outer.path * growth)
        outer.beside = outer.beside or level.beside or bool(level.copies and not (level.long or level.own))
        if outer.values and not outer.calls:  # given on as it is: only what reads this level may change it
            outer.given = outer.given or level.long or level.given or level.own
        else:
            outer.long = outer.long or level.long or level.given or level.own
        outer.repeated = outer.repeated or repeated or level.window or (level.given and level.repeats)

    def seen(self) -> None:
        """What was walked so far is a part of WITH: all that follows may read it."""
        level = self._levels[-1]
        level.scope = max(level.scope, level.inputs)
        level.scope_long, level.scope_repeated = level.scope_long or level.long, level.scope_repeated or level.repeated
        level.beside = False

    @contextmanager
    def call(self, factor: float) -> Iterator[None]:
        """A function that makes a text or list so many times as long as what it is given; 0 for one that makes none."""
        level, before = self._levels[-1], self._levels[-1].path
        columns, shortened = level.columns, level.shortened
        if factor:
            level.calls += 1
            level.shortened = 0  # what is cut afterwards is made at its full length first
            level.path *= max(1.0, factor)
            level.longest = max(level.longest, level.path)
            self._check(level.longest)
        made = level.path
        yield
        if factor:
            level.others += made
            level.copies += made if level.columns > columns else 0.0
            level.shortened = shortened
            level.calls -= 1
        level.path = before

    @contextmanager
    def cast(self) -> Iterator[None]:
        """A cast writes a list out as a text. Of what is not long that is short."""
        level = self._levels[-1]
        level.casts = True
        level.calls += 1
        yield
        level.calls -= 1

    @contextmanager
    def value(self) -> Iterator[None]:
        """A query as a value: it stands beside each row."""
        level = self._levels[-1]
        level.repeats = True
        level.values += 1
        yield
        level.values -= 1

    def column(self, *names: str) -> None:
        """A column, by all that could be its name; or all of them. Where it is not cut, at its full length."""
        level = self._levels[-1]
        if level.shortened:
            return
        level.columns += 1
        said: set[str | None] = {name.lower() for name in names} or {None}
        self._names |= said
        if level.calls:
            self._made_of |= said

    @contextmanager
    def shortened(self) -> Iterator[None]:
        """Whatever is within is cut to a length that is known."""
        self._levels[-1].shortened += 1
        yield
        self._levels[-1].shortened -= 1

    def constant(self, nbytes: int) -> None:
        """A text or list of that size is written out."""
        self._constant = max(self._constant, nbytes)

    def long(self, *, window: bool = False) -> None:
        """An aggregate that holds all rows of its group in one value; as a window, once for each row."""
        level = self._levels[-1]
        if not level.shortened:
            level.own, level.window = True, level.window or window

    def repeats(self) -> None:
        """Rows stand beside more than one other row here: a join, a subquery as a value, `unnest`."""
        self._levels[-1].repeats = True

    def _check(self, growth: float) -> None:
        if growth > MAX_GROWTH:
            raise QueryRefused("The query joins text to itself too often and could fill the memory. Use fewer steps.")
