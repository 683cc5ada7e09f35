"""Which linked columns are measures, which are groups: a walk over the request from left to right."""

from __future__ import annotations

from collections.abc import Sequence

from canvas_widget.agent.providers.offline.link.column import Column, Link
from canvas_widget.agent.providers.offline.link.source import Source
from canvas_widget.agent.providers.offline.query.aggregate import is_key
from canvas_widget.agent.providers.offline.query.joined import label_of
from canvas_widget.agent.providers.offline.query.query import Dimension, Measure, Query
from canvas_widget.agent.providers.offline.roles.columns import Columns, participle
from canvas_widget.agent.providers.offline.roles.items import Item, read_items
from canvas_widget.agent.providers.offline.roles.shapes import for_facets
from canvas_widget.agent.providers.offline.roles.waiting import Roles
from canvas_widget.agent.providers.offline.words.phrases import Phrase
from canvas_widget.agent.providers.offline.words.verbs import RELATING
from canvas_widget.agent.providers.offline.words.vocabulary import words

__all__ = ["Roles", "read_roles"]

_OF = words("of each every the any all by a their its and with from 's to ' ’")
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


def _brought_about(phrase: Phrase, link: Link) -> bool:
    """“litres brewed”, “goals scored”: a quantity and how it came about, which is told of by its total."""
    plural = phrase.word(link.end - 1).endswith("s")
    return link.column.numeric and not is_key(link.column) and plural and participle(phrase, link.end)


def _said_as_verb(phrase: Phrase, column: Column, found: Sequence[Link]) -> bool:
    """“litres brewed” where there is brewed_on: the verb names no date."""
    own = [link for link in found if link.column == column]
    return all(
        link.end == link.start + 1 and (participle(phrase, link.start) or phrase.word(link.start) in RELATING)
        for link in own
    )


class _Walk(Columns):
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
