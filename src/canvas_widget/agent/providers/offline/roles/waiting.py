"""What a walk over a request has found so far, and which units of time the columns are grouped by."""

from __future__ import annotations

from dataclasses import dataclass, field

from canvas_widget.agent.providers.offline.link.column import Column, Link
from canvas_widget.agent.providers.offline.query.aggregate import unique
from canvas_widget.agent.providers.offline.query.dates import is_year, time_column
from canvas_widget.agent.providers.offline.query.query import Dimension, Measure, Query
from canvas_widget.agent.providers.offline.roles.items import Item
from canvas_widget.agent.providers.offline.words.lexicon import Unit
from canvas_widget.agent.providers.offline.words.phrases import Phrase
from canvas_widget.agent.providers.offline.words.similar import GRAMMAR
from canvas_widget.agent.providers.offline.words.vocabulary import words

__all__ = ["Roles", "State"]

_ADVERBS = words("yearly annual annually quarterly monthly weekly daily hourly")


@dataclass(slots=True)
class Roles:
    """What the walk found: columns named without a role are `bare`; `counted` is the column after "number of".

    `named` are those named in full, whatever became of them.
    """

    bare: list[Column] = field(default_factory=list)
    units: dict[str, Unit] = field(default_factory=dict)
    counted: Column | None = None
    versus: list[Column] = field(default_factory=list)
    noun: str | None = None
    counted_words: str | None = None
    trailing: str | None = None
    named: list[Column] = field(default_factory=list)


class State:
    """Which role the next column takes, and the aggregate and the unit of time that wait for their column.

    `mentioned` stands for the rows of a dataset that was named and not counted: its label or its key.
    """

    def __init__(self, phrase: Phrase, query: Query, roles: Roles, starts: dict[int, Link]) -> None:
        self.phrase = phrase
        self.starts = starts
        self.query = query
        self.roles = roles
        self.mode = "measure"
        self.pending: str | None = None
        self.carried: str | None = None
        self.pending_end = 0
        self.unit_waiting: Unit | None = None
        self.mentioned: Column | None = None
        self.timed = False
        self.implied: dict[str, Column] = {}

    def _add(self, measure: Measure) -> None:
        if measure not in self.query.measures:
            self.query.measures.append(measure)

    def _count_waiting(self) -> None:
        """A count whose column never came counts rows; other aggregates without a column are not understood."""
        if self.pending is None:
            return
        if self.pending in ("count", "distinct"):
            self._noun()
            self._add(Measure("count"))
        elif self.pending == "sum":
            self.query.hints.add("total")
        else:
            self.query.hints.add(f"lost:{self.pending}")
        self.pending = None

    def _noun(self) -> None:
        index = self.pending_end
        while self.phrase.word(index) in ("the", "all", "of"):
            index += 1
        token = self.phrase.tokens[index] if index < len(self.phrase) else None
        if token is not None and token.kind == "word" and self.phrase.free(index) and token.stem not in GRAMMAR:
            end = index + 1
            self.phrase.take(index, end, "rows")
            self.roles.noun = self.query.rows = token.text

    def _group(self, dimension: Dimension) -> None:
        """Adds a dimension; the same column again only says its unit."""
        for index, known in enumerate(self.query.dimensions):
            if known.column == dimension.column:
                finer = known.unit is not None and dimension.unit is not None and dimension.unit.function == "day"
                if finer and known.unit is not None and known.unit.function == "weekday":
                    return  # “by day of the week …, on each day”
                self.query.dimensions[index] = dimension if dimension.unit is not None else known
                return
        self.query.dimensions.append(dimension)

    def _instead(self, column: Column) -> None:
        """“for each customer, by last name”: a column of the rows that are the groups, and not what would name them."""
        label = self.implied.pop(column.table, None)
        self.query.dimensions = [d for d in self.query.dimensions if label is None or d.column != label]

    def _unit(self, item: Item, before: Item | None, after: Item | None) -> None:
        unit: Unit = item.value
        if self.pending == "count" and (before is None or before.kind == "aggregate"):
            self._count_units(unit, item)
            return
        plural = self.phrase.tokens[item.start].lower != self.phrase.tokens[item.start].stem
        if self.phrase.word(item.start - 1) == "in" and plural and item.end == item.start + 1:
            return  # “the longest time in days”: what it is measured in
        adverb = self.phrase.word(item.start) in _ADVERBS
        last = before.value[0].column if before is not None and before.kind == "column" else None
        if before is not None and before.kind in ("group", "series") and last is None:
            previous = self.query.dimensions[-1].column if self.query.dimensions else None
            if previous is not None and previous.temporal and self.query.dimensions[-1].unit is None:
                self.query.dimensions[-1] = Dimension(previous, unit)
                return
            bare = self.roles.bare[-1] if self.roles.bare and self.roles.bare[-1].temporal else None
            if bare is not None:
                said = self.roles.units.get(bare.name)
                if said is None or (said.function, unit.function) != ("weekday", "day"):
                    self.roles.units[bare.name] = unit
                return
        if (
            after is not None
            and after.kind == "column"
            and after.value[0].column.temporal
            and self.phrase.word(item.end) in ("of", "in", "from", "(")
        ) or (
            after is not None and after.kind == "column" and after.start == item.end and after.value[0].column.temporal
        ):
            self.unit_waiting = unit
            if self.mode == "measure" and (self.query.measures or self.pending):
                self._count_waiting()
            return
        if last is not None and last.temporal:
            self.roles.units[last.name] = unit
            return
        if self.mode in ("dimension", "series") or adverb:
            self._time(unit, series=self.mode == "series" and not adverb)
        else:
            self.unit_waiting = unit

    def _count_units(self, unit: Unit, item: Item) -> None:
        """“Number of days”: rows where each has its own date, else different dates."""
        self.pending = None
        self.query.rows = self.phrase.written(item.start, item.end)
        column = time_column(self.query)
        if column is not None and unit.function in ("day", "") and not unique(self.query, column):
            self._add(Measure("distinct", column))
            self.query.notes.append(f"Different values of {column.name} are counted, each once.")
        elif column is None or unit.function not in ("day", "") or not unique(self.query, column):
            self.query.unknown.append(f"the number of {self.query.rows}")
            self.query.hints.add("lost:count")
        else:
            self._add(Measure("count"))

    def _time(self, unit: Unit, *, series: bool = False) -> None:
        self.unit_waiting = None
        if unit.function and any(m.column is not None and f"{unit.function}ly" in m.column.words for m in self._said()):
            return
        named = [*(d.column for d in self.query.dimensions), *self.roles.bare]
        if unit.function == "year" and any(
            column.type == "integer" and is_year(self.query, column) for column in named
        ):
            return
        column = time_column(self.query)
        if column is None:
            self.query.unknown.append(
                f"{self.query.source.name} has no date column to group by {unit.function or 'date'}"
            )
            return
        dimension = Dimension(column, unit if column.temporal else None)
        if series:
            self.query.series = dimension
        else:
            self._group(dimension)

    def _said(self) -> list[Measure]:
        return [*self.query.measures, *(Measure(None, column) for column in self.roles.bare if column.numeric)]
