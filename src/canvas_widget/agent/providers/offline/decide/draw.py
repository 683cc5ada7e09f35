"""Reads one data request: dataset, links, clauses, roles; gives a decided query or what has to be asked first."""

from __future__ import annotations

from canvas_widget.agent.providers.offline.conditions.calendar_words import read_calendar
from canvas_widget.agent.providers.offline.conditions.filters import read_filters
from canvas_widget.agent.providers.offline.conditions.years import read_compared, read_years
from canvas_widget.agent.providers.offline.decide.decide import decide
from canvas_widget.agent.providers.offline.decide.doubts import namesakes
from canvas_widget.agent.providers.offline.decide.lost import lost
from canvas_widget.agent.providers.offline.decide.order import check_sort, judged, rank, which_ascends
from canvas_widget.agent.providers.offline.link.linker import Linker
from canvas_widget.agent.providers.offline.link.source import Source
from canvas_widget.agent.providers.offline.query.query import Dimension, Measure, Query, Sort
from canvas_widget.agent.providers.offline.roles.clauses import read_limit, read_sort
from canvas_widget.agent.providers.offline.roles.periods import rank_periods
from canvas_widget.agent.providers.offline.roles.ranking import read_ranking
from canvas_widget.agent.providers.offline.roles.ranks import Ranked, read_superlative
from canvas_widget.agent.providers.offline.roles.rates import read_change, read_derived, read_rate
from canvas_widget.agent.providers.offline.roles.roles import Roles, read_roles
from canvas_widget.agent.providers.offline.roles.shapes import split_apart
from canvas_widget.agent.providers.offline.words.charts import Kind
from canvas_widget.agent.providers.offline.words.lexicon import Unit
from canvas_widget.agent.providers.offline.words.normalise import human, stem
from canvas_widget.agent.providers.offline.words.phrases import Phrase

__all__ = ["read_query", "refine"]


def read_query(phrase: Phrase, source: Source, kind: Kind | None, linker: Linker) -> Query:
    """Reads the free words of the phrase as a data request over `source`, and decides what was left open."""
    query = Query(source, kind, question=phrase.word(0) in ("which", "what", "who", "whose"))
    if split_apart(phrase):
        query.hints.add("facets")
    roles, ranked, up = _read(phrase, query, linker)
    _elsewhere(roles, query, linker)
    said = next((token.lower for token in phrase.tokens if token.lower in ("rows", "records")), None)
    if said is not None and Measure("count") in query.measures:
        query.rows = f"{said} in {human(source.name)}"
    if not rank_periods(phrase, query, ranked):
        rank(query, roles, ranked, up)
    _only_conditions(query, roles)
    decide(query, roles)
    check_sort(query)
    judged(query, phrase)
    which_ascends(query, phrase)
    _bins_of_time(query, phrase)
    namesakes(query, phrase)
    lost(query, roles, phrase)
    return query


def _elsewhere(roles: Roles, query: Query, linker: Linker) -> None:
    """Counted rows that are those of a dataset that is not read: they are not the rows of this one."""
    noun = stem(roles.noun) if roles.noun is not None else ""
    read = {part.name for part in query.source.parts or (query.source,)}
    for other in linker.sources if noun else ():
        if other.name not in read and other.words == (noun,):
            query.unknown.append(f"“{roles.noun}”: nothing relates {other.name} to {query.source.name}")


def _only_conditions(query: Query, roles: Roles) -> None:
    """A column named without a role that carries a condition is not drawn as well, when enough else is."""
    fields = {c.field for c in query.conditions} | {c.field for o in query.conditions if o.op == "or" for c in o.value}
    others = [column for column in roles.bare if column.name not in fields]
    if query.measures and (query.dimensions or others):
        roles.bare = others
    excluded = {c.field for c in query.conditions if c.op in ("!=", "not in")}
    kept = [d for d in query.dimensions if d.column.name not in excluded]
    if kept and len(kept) < len(query.dimensions):  # “sales per product, for all regions except West”
        query.dimensions = kept


def refine(phrase: Phrase, query: Query, linker: Linker) -> Query:
    """Reads a follow-up into the parts of a fresh query over the same source; nothing is decided yet."""
    part = Query(query.source)
    roles, ranked, up = _read(phrase, part, linker)
    if ranked is not None:
        part.sort = Sort(ranked.column or "y", ranked.descending)
    elif up is not None and part.sort is None:
        part.sort = Sort("y", up)
    part.columns = [*roles.bare, *roles.versus]
    part.dimensions = [Dimension(d.column, roles.units.get(d.column.name, d.unit)) for d in part.dimensions]
    return part


def _read(phrase: Phrase, query: Query, linker: Linker) -> tuple[Roles, Ranked | None, bool | None]:
    links = linker.links(phrase, query.source)
    read_ranking(phrase, links, query)
    read_calendar(phrase, query)
    read_years(phrase, query)
    read_sort(phrase, links, query)
    up = read_limit(phrase, query)
    ranked = read_superlative(phrase, links, query)
    if up is not None or ranked is not None:
        query.hints.add("ranked")
    read_rate(phrase, links, query)
    read_derived(phrase, query)
    read_filters(phrase, links, query, linker)
    read_compared(phrase, query)
    read_change(phrase, query)
    roles = read_roles(phrase, links, query)
    return roles, ranked, up


def _bins_of_time(query: Query, phrase: Phrase) -> None:
    """“Bin the dates”: months, where it does not say how wide the bins are, which the answer names as a guess."""
    first = query.dimensions[0] if query.dimensions else None
    said = {token.stem for token in phrase.tokens} & {"bin", "binned", "bucket", "interval"}
    if said and first is not None and first.column.temporal and first.unit is None:
        query.dimensions[0] = Dimension(first.column, Unit("yearmonth", running=True))
        query.unknown.append(f"how wide the bins of {first.column.name} are (months were taken)")
