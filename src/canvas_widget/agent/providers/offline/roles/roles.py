"""Which linked columns are measures, which are groups: a walk over the request from left to right."""

from __future__ import annotations

from collections.abc import Sequence

from canvas_widget.agent.providers.offline.link.column import Column, Link
from canvas_widget.agent.providers.offline.link.source import Source
from canvas_widget.agent.providers.offline.query.aggregate import is_key
from canvas_widget.agent.providers.offline.query.dates import is_year
from canvas_widget.agent.providers.offline.query.joined import label_of
from canvas_widget.agent.providers.offline.query.query import Dimension, Measure, Query
from canvas_widget.agent.providers.offline.roles.items import Item, read_items
from canvas_widget.agent.providers.offline.roles.shapes import for_facets
from canvas_widget.agent.providers.offline.roles.waiting import Roles, State
from canvas_widget.agent.providers.offline.words.lexicon import Unit
from canvas_widget.agent.providers.offline.words.phrases import Phrase
from canvas_widget.agent.providers.offline.words.similar import GRAMMAR
from canvas_widget.agent.providers.offline.words.verbs import RELATING
from canvas_widget.agent.providers.offline.words.vocabulary import words

__all__ = ["Roles", "read_roles"]

_OF = words("of each every the any all by a their its and with from 's to ' ’")
_DATING = words("on date dates when in at day month year")
_BEHIND = words("altogether typically overall")


def read_roles(phrase: Phrase, links: Sequence[Link], query: Query) -> Roles:
    """Fills the query's measures, dimensions and series, takes the words, and returns what has no role yet."""
    items = read_items(phrase, links, query)
    for item in items:
        phrase.take(item.start, item.end, item.kind)
    roles = Roles()
    found = [item.value[0] for item in items if item.kind == "column"]
    roles.named = [link.column for link in found if link.how == "exact" and link.score >= 1 and not link.others]
    if any(_brought_about(phrase, link) for link in found):
        query.hints.add("brought about")
    roles.named = [column for column in roles.named if not column.temporal or not _said_as_verb(phrase, column, found)]
    walk = _Walk(phrase, query, roles, {link.start: link for link in links})
    walk.timed = any(item.kind in ("unit", "time", "years") for item in items)
    for number, item in enumerate(items):
        walk.step(item, items[number - 1] if number else None, items[number + 1] if number + 1 < len(items) else None)
    walk.finish()
    return roles


def _participle(phrase: Phrase, index: int) -> bool:
    written = phrase.tokens[index].text.lower() if index < len(phrase) else ""
    return len(written) > 4 and written.endswith("ed") and phrase.tokens[index].kind == "word"


def _brought_about(phrase: Phrase, link: Link) -> bool:
    """“litres brewed”, “goals scored”: a quantity and how it came about, which is told of by its total."""
    plural = phrase.word(link.end - 1).endswith("s")
    return link.column.numeric and not is_key(link.column) and plural and _participle(phrase, link.end)


def _said_as_verb(phrase: Phrase, column: Column, found: Sequence[Link]) -> bool:
    """“litres brewed” where there is brewed_on: the verb names no date."""
    own = [link for link in found if link.column == column]
    return all(
        link.end == link.start + 1 and (_participle(phrase, link.start) or phrase.word(link.start) in RELATING)
        for link in own
    )


class _Walk(State):
    """Gives each item its role."""

    def step(self, item: Item, before: Item | None, after: Item | None) -> None:
        if item.kind == "aggregate" and self._trails(item, after):
            self.roles.trailing = item.value
        elif item.kind == "aggregate":
            grouping = self.mode == "dimension" and before is not None and before.kind == "group"
            if item.value == "count" and grouping and after is not None and after.kind == "column":
                return
            numbered = after is not None and after.kind == "column" and after.value[0].column.numeric
            if item.value == "count" and self.pending in ("min", "max", "mean", "median") and numbered:
                return  # “the maximum number of passengers”
            self._count_waiting()
            if {"number", "many", "count"} & {token.stem for token in self.phrase.tokens[item.start : item.end]}:
                self.query.hints.add("counting")
            self.pending, self.pending_end = item.value, item.end
            self.mode = "measure"
        elif item.kind == "rows":
            part = self.query.source.part_at(self.phrase, item.start)
            grouping = before is not None and before.kind == "group"
            owning = self.phrase.word(item.end - 1).endswith("'s")
            if part is not None and grouping and self._qualifies(part, item, after):
                return
            if part is not None and before is not None and before.kind == "series" and self._coloured(part):
                return
            if part is not None and grouping and not owning and self._each(part):
                self.mode = "measure"
                return
            if grouping and (owning or after is None or after.kind != "column" or after.start > item.end):
                self.mode = "measure"
            self._mention(part)
            self.query.rows = item.value
            if grouping:
                self.query.hints.add("each row")
            if self.pending == "count" and part is not None and (key := self._coarse(part)) is not None:
                self._add(Measure("distinct", key))
                self.pending = None
            if self.pending in ("count", "distinct"):
                self._add(Measure("count"))
                self.pending = None
        elif item.kind == "start":
            self._count_waiting()
            self.mode = "measure"
        elif item.kind in ("group", "series", "versus"):
            self._count_waiting()
            self.mode = {"group": "dimension"}.get(item.kind, item.kind)
            if item.kind != "versus" and for_facets(self.phrase, item.start):
                self.mode = "facet"
        elif item.kind == "relation":
            self.query.hints.add("relation")
        elif item.kind == "years":
            self.query.hints |= {"time", "by years"}
        elif item.kind in ("time", "distribution", "share"):
            self.query.hints.add(item.kind)
        elif item.kind == "unit":
            self._unit(item, before, after)
        elif item.kind == "column":
            link, unit = item.value
            self._column(link, unit, before)
        elif item.kind == "and" and before is not None and before.kind != "and" and self.mode == "versus":
            self.mode = "measure"

    def _qualifies(self, part: Source, item: Item, after: Item | None) -> bool:
        """“per director nationality”, “by directors of each nationality”: the dataset only says whose column it is."""
        at = item.end
        while self.phrase.word(at) in _OF and not (after is not None and after.kind == "column" and after.start == at):
            at += 1
        link = self.starts.get(at)
        if link is None or link.value is not None:
            return False
        return part.name in {column.table for column in (link.column, *link.others)}

    def _each(self, part: Source) -> bool:
        """“for each club”: the rows of a joined dataset are the groups, told by what names them."""
        label = label_of(self.query.source, part.name)
        if label is None:
            return False
        self._count_waiting()
        self._group(Dimension(label))
        self.implied[part.name] = label
        return True

    def _coloured(self, part: Source) -> bool:
        """“coloured by country”: the rows of a joined dataset are the colours, told by what names them."""
        label = label_of(self.query.source, part.name)
        if label is not None:
            self.query.series = Dimension(label)
        return label is not None

    def _trails(self, item: Item, after: Item | None) -> bool:
        """“… on average”, “… altogether”: said behind what it is about, or far in front of it."""
        first, last = self.phrase.word(item.start), self.phrase.word(item.end - 1)
        if last not in _BEHIND and not (last in ("average", "total") and first in ("on", "in")):
            return False
        return after is None or after.kind != "column" or after.start > item.end

    def _coarse(self, part: Source) -> Column | None:
        """What tells the rows of a dataset apart where the join repeats them."""
        source = self.query.source
        if part is source.parts[0]:
            return None
        rows = part.view.row_count
        columns = [c for c in source.columns if c.table == part.name]
        return next((c for c in columns if (v := source.view.column(c.name)) and v.distinct == rows), None)

    def _mention(self, part: Source | None) -> None:
        """“the 3 vessels with the highest fare”: a joined dataset's rows may be the groups, told by what names them."""
        source = self.query.source
        if part is not None and part is not source.parts[0]:
            self.mentioned = label_of(source, part.name)

    def _compares(self) -> None:
        """“Compare the wards by average hours”: what is named without a role is what the number is told of."""
        query, bare = self.query, self.roles.bare
        grouped = bool(query.dimensions or query.series or self.roles.versus) or any(not c.numeric for c in bare)
        number = [d for d in query.dimensions if d.column.numeric and d.unit is None and not is_key(d.column)]
        told = self.mentioned is not None or any(not c.numeric for c in bare)
        alone = len(query.dimensions) == len(number) == 1 and not query.measures
        if told and alone and "relation" in query.hints:  # “compare the towns by amount”
            query.dimensions, query.measures = [], [Measure(self.roles.trailing, number[0].column)]
            grouped = any(not c.numeric for c in bare)
        charted = query.kind is not None and query.kind.tool == "chart"
        aggregated = any(m.aggregate is not None for m in query.measures)
        if self.mentioned is None or grouped or not (charted or (aggregated and query.hints & {"relation", "ranked"})):
            return
        self._group(Dimension(self.mentioned))

    def finish(self) -> None:
        self._count_waiting()
        if self.unit_waiting is not None:
            self._time(self.unit_waiting)
        self._compares()

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
            self.phrase.word(link.start) in RELATING or _participle(self.phrase, link.start)
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
