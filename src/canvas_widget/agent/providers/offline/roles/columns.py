"""The role of a column that was named: measure, group, colour, or none yet."""

from __future__ import annotations

from canvas_widget.agent.providers.offline.link.column import Column, Link
from canvas_widget.agent.providers.offline.query.aggregate import is_key
from canvas_widget.agent.providers.offline.query.dates import is_year
from canvas_widget.agent.providers.offline.query.query import Dimension, Measure
from canvas_widget.agent.providers.offline.roles.items import Item
from canvas_widget.agent.providers.offline.roles.waiting import State
from canvas_widget.agent.providers.offline.words.lexicon import Unit
from canvas_widget.agent.providers.offline.words.phrases import Phrase
from canvas_widget.agent.providers.offline.words.similar import GRAMMAR
from canvas_widget.agent.providers.offline.words.verbs import RELATING
from canvas_widget.agent.providers.offline.words.vocabulary import words

__all__ = ["Columns", "participle"]

_DATING = words("on date dates when in at day month year")


def participle(phrase: Phrase, index: int) -> bool:
    """Whether a word says how something came about: “brewed”, “scored”."""
    written = phrase.tokens[index].text.lower() if index < len(phrase) else ""
    return len(written) > 4 and written.endswith("ed") and phrase.tokens[index].kind == "word"


class Columns(State):
    """Gives each column its role, by what waits for it and by what stands before it."""

    def _column(self, link: Link, unit: Unit | None, before: Item | None) -> None:
        column = self._settle(link)
        grouping = before is not None and before.kind in ("group", "series", "and")
        if column is None or ((self.mode == "measure" or not grouping) and self._happens(link)):
            return
        column = self._again(link, column)
        if self.unit_waiting is not None and column.temporal:
            unit, self.unit_waiting = self.unit_waiting, None
        if unit is not None and not column.temporal:
            unit = None
        joined = before is not None and before.kind == "and"
        if self.pending == "count" and self._noun_before(link.start):
            self._count_waiting()
        if self.pending is not None:
            self._aggregated(column, self.phrase.written(link.start, link.end))
        elif link.how == "degree":
            self.roles.bare.append(column)
        elif self._names_group(link, before):
            return
        elif self.mode == "facet":
            self.query.facet, self.mode = Dimension(column, unit), "measure"
        elif self.mode == "series":
            self.query.series = Dimension(column, unit)
        elif self.mode == "versus":
            self.roles.versus.append(column)
            if unit is not None:
                self.roles.units[column.name] = unit
        elif self.mode == "dimension" and self._told_of_groups(column, unit, before):
            self.roles.bare.append(column)
        elif self.mode == "dimension":
            if before is not None and before.kind == "group":
                self._instead(column)
            self._group(Dimension(column, unit))
        elif link.how != "exact" and is_key(column) and (column.short or not self.query.question):
            self.query.rows = self.phrase.written(link.start, link.end)
            self.mentioned = column
        elif self.carried and joined and column.numeric:
            self._add(Measure(self.carried, column))
        elif column == self.roles.counted and column.numeric and link.how != "exact":
            return
        else:
            self.roles.bare.append(column)
            if unit is not None:
                self.roles.units[column.name] = unit

    def _again(self, link: Link, column: Column) -> Column:
        """“the location codes and the number in each location”: the group is the column that was named in full."""
        said = {token.stem for token in self.phrase.tokens[link.start : link.end]}
        named = [bare for bare in self.roles.bare if said <= set(bare.words) and bare != column]
        if self.mode not in ("dimension", "series") or link.how != "part" or len(named) != 1:
            return column
        self.roles.bare.remove(named[0])
        return named[0]

    def _happens(self, link: Link) -> bool:
        """“the hours they worked”: a verb, and no word for the date of that name, when nothing is asked by time."""
        verb = link.end - link.start == 1 and (
            self.phrase.word(link.start) in RELATING or participle(self.phrase, link.start)
        )
        return verb and link.column.temporal and not self.timed and self.phrase.word(link.end) not in _DATING

    def _told_of_groups(self, column: Column, unit: Unit | None, before: Item | None) -> bool:
        """“How much did every region make in revenue”: a quantity behind the groups is what is told of them."""
        grouping = before is not None and before.kind in ("group", "and")
        groups = [d.column for d in self.query.dimensions]
        quantity = column.numeric and unit is None and not is_key(column) and not is_year(self.query, column)
        return bool(groups) and column not in groups and quantity and not grouping

    def _names_group(self, link: Link, before: Item | None) -> bool:
        """“each director by name”: the name of the group that was named by its key."""
        last = self.query.dimensions[-1].column if self.query.dimensions else None
        return (
            last is not None and is_key(last) and before is not None and before.kind == "group"
            and self.phrase.tokens[link.start].stem == "name" and link.how != "exact"
        )  # fmt: skip

    def _noun_before(self, index: int) -> bool:
        """Whether a noun that nothing fits stands between "number of" and the column: that is what is counted."""
        return any(
            self.phrase.free(k) and self.phrase.tokens[k].kind == "word" and self.phrase.tokens[k].stem not in GRAMMAR
            for k in range(self.pending_end, index)
        )

    def _aggregated(self, column: Column, said: str) -> None:
        pending, self.pending = self.pending, None
        if pending == "count":
            self.roles.counted, self.roles.counted_words = column, said
            self._add(Measure("count"))
        elif pending == "distinct" or column.numeric or (pending in ("min", "max") and column.temporal):
            self._add(Measure(pending, column))
            self.carried = pending if pending not in ("count", "distinct") else None
        elif pending == "sum" and not column.numeric:
            self.roles.counted = column
            self._add(Measure("count"))
        else:
            self.query.unknown.append(f"{column.name} is not a number, so it has no {pending}")

    def _by_role(self, options: list[Column]) -> list[Column]:
        """“How many home games did each team play”: of home_team and away_team, the one whose other word is said."""
        said = {token.stem for token in self.phrase.tokens}
        shared = set(options[0].words).intersection(*(column.words for column in options))
        named = [column for column in options if said & (set(column.words) - shared)]
        return named if len(named) == 1 else options

    def _settle(self, link: Link) -> Column | None:
        """The column of a link; a tie is settled by type where the request says so, else asked about."""
        options = [link.column, *link.others]
        if len(options) > 1 and self.pending == "count":
            self.query.rows = self.phrase.written(link.start, link.end)
            self._add(Measure("count"))
            self.pending = None
            return None
        if len(options) > 1 and (self.pending in ("mean", "sum", "median", "stdev")):
            options = [column for column in options if column.numeric] or options
        if len(options) > 1:
            options = self._by_role(options)
        if len(options) > 1:
            names = ", ".join(c.name for c in options[:-1][:4]) + f" and {options[-1].name}"
            words = self.phrase.written(link.start, link.end)
            self.query.asks.append(f"“{words}” fits {names} equally well. Which one?")
            return None
        if link.how in ("synonym", "typo") or (link.how == "part" and link.score < 0.7):
            words = self.phrase.written(link.start, link.end)
            self.query.notes.append(f"“{words}” was read as {options[0].name}.")
        return options[0]
