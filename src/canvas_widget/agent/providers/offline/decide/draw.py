"""Reads one data request: dataset, links, clauses, roles; gives a decided query or what has to be asked first."""

from __future__ import annotations

from canvas_widget.agent.providers.offline.conditions.calendar_words import read_calendar
from canvas_widget.agent.providers.offline.conditions.filters import read_filters
from canvas_widget.agent.providers.offline.conditions.years import read_compared, read_years
from canvas_widget.agent.providers.offline.decide.decide import decide
from canvas_widget.agent.providers.offline.decide.doubts import namesakes
from canvas_widget.agent.providers.offline.decide.lost import lost
from canvas_widget.agent.providers.offline.link.column import Column
from canvas_widget.agent.providers.offline.link.linker import Linker
from canvas_widget.agent.providers.offline.link.source import Source
from canvas_widget.agent.providers.offline.query.aggregate import default_aggregate, is_key
from canvas_widget.agent.providers.offline.query.query import Dimension, Measure, Query, Sort
from canvas_widget.agent.providers.offline.roles.bare import label_rows
from canvas_widget.agent.providers.offline.roles.clauses import read_limit, read_sort
from canvas_widget.agent.providers.offline.roles.periods import rank_periods
from canvas_widget.agent.providers.offline.roles.ranking import read_ranking
from canvas_widget.agent.providers.offline.roles.ranks import Ranked, read_superlative
from canvas_widget.agent.providers.offline.roles.rates import read_change, read_derived, read_rate
from canvas_widget.agent.providers.offline.roles.roles import Roles, read_roles
from canvas_widget.agent.providers.offline.roles.shapes import split_apart
from canvas_widget.agent.providers.offline.words.charts import KINDS, Kind
from canvas_widget.agent.providers.offline.words.lexicon import Unit
from canvas_widget.agent.providers.offline.words.normalise import human, name_words, stem
from canvas_widget.agent.providers.offline.words.phrases import Phrase
from canvas_widget.agent.providers.offline.words.roots import related
from canvas_widget.agent.providers.offline.words.synonyms import UNWANTED
from canvas_widget.agent.providers.offline.words.vocabulary import words

__all__ = ["read_kind", "read_query", "read_title", "refine"]


_LEADING = words("a an as simple single one by with using in through via into the")
_BESIDES = ("by", "with", "using", "in", "through", "via", "into", "the")


def read_title(phrase: Phrase) -> str | None:
    """Finds `titled "…"`, `called "…"`, `with the title "…"` and takes it."""
    for index, token in enumerate(phrase.tokens):
        if token.kind != "quoted" or not phrase.free(index):
            continue
        at = index - 1
        while at >= 0 and phrase.word(at) in (":", "=", "as", "it", "the", "of"):
            at -= 1
        if phrase.word(at) in (
            "titled",
            "title",
            "called",
            "named",
            "entitled",
            "labelled",
            "labeled",
            "heading",
            "caption",
            "name",
        ):
            while phrase.word(at - 1) in ("the", "a", "with", "and", "title", ","):
                at -= 1
            phrase.take(at, index + 1, "title")
            return token.text.strip() or None
    for index, token in enumerate(phrase.tokens):
        if token.lower in ("titled", "entitled") and index + 1 < len(phrase) and phrase.free(index):
            end = index + 1
            while end < len(phrase) and phrase.free(end) and phrase.word(end) not in (",", "and", "sorted"):
                end += 1
            title = phrase.written(index + 1, end)
            phrase.take(index, end, "title")
            return title or None
    return None


def read_kind(phrase: Phrase, named: frozenset[str] = frozenset()) -> Kind | None:
    """Finds what to make and takes the words. `named` are the words of the data, which win over weak kind words."""
    hits = list(KINDS.scan(phrase))
    sure = [hit for hit in hits if hit.value.sure]
    weak = [hit for hit in hits if not hit.value.sure and not _is_data(phrase, hit.start, named)]
    specific = sure or [hit for hit in weak if hit.value.mark or hit.value.tool != "chart"] or weak
    if not specific:
        return None
    chosen = specific[0]
    for hit in [chosen, *[h for h in weak if h.value.tool == "chart" and h.value.mark is None]]:
        start = hit.start
        phrase.take(start, hit.end, "kind")
        while start > 0 and phrase.word(start - 1) in _LEADING and phrase.free(start - 1):
            start -= 1
            phrase.take(start, start + 1, "kind")
            if phrase.word(start) in _BESIDES and phrase.word(start) != "the":
                break
        if (
            phrase.word(hit.end) in ("of", "showing", "that", "for")
            and phrase.free(hit.end)
            and phrase.word(hit.end) == "of"
        ):
            phrase.take(hit.end, hit.end + 1, "kind")
    if chosen.value.mark == "bar" and any(
        phrase.word(k) in ("horizontal", "horizontally", "sideways") for k in range(len(phrase))
    ):
        for k in range(len(phrase)):
            if phrase.word(k) in ("horizontal", "horizontally", "sideways"):
                phrase.take(k, k + 1, "kind")
        return Kind("chart", "bar", horizontal=True)
    return chosen.value


def _is_data(phrase: Phrase, index: int, named: frozenset[str]) -> bool:
    """Whether a weak kind word ("area", "bar") names a column here: no article is before it."""
    articled = phrase.word(index - 1) in ("a", "an") or phrase.word(index - 2) == "as"
    return phrase.tokens[index].stem in named and not articled


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
        _rank(query, roles, ranked, up)
    _only_conditions(query, roles)
    decide(query, roles)
    _check_sort(query)
    _judged(query, phrase)
    _which_ascends(query, phrase)
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


def _rank(query: Query, roles: Roles, ranked: Ranked | None, up: bool | None) -> None:
    """What "top 5 … by revenue" and "the 20 heaviest" mean for measures, order and kind."""
    chart = query.kind is not None and query.kind.tool == "chart"
    metric = query.kind is not None and query.kind.tool == "metric"
    grouped = [d for d in query.dimensions if not d.column.numeric or d.unit is not None or "year" in d.column.words]
    if ranked is not None and not ranked.plain and ranked.column is None:
        query.asks.append(_which_column(query, ranked.word))
        return
    if ranked is not None and ranked.column is not None:
        _ranked_column(query, roles, ranked, chart=chart, metric=metric, grouped=bool(grouped))
        return
    descending = ranked.descending if ranked is not None else up
    if descending is None:
        return
    keys = [c for c in roles.bare if is_key(c)]
    rows = ranked is not None and ranked.column is None and query.rows != "rows" and query.source.parts == ()
    if rows and keys and not query.measures and not query.dimensions:  # “which 3 directors made the most films”
        roles.bare = [c for c in roles.bare if c not in keys]
        query.dimensions, query.measures = [Dimension(keys[0])], [Measure("count")]
        query.sort = query.sort or Sort("y", descending)
        return
    numeric = [d for d in query.dimensions if d.column.numeric and d not in grouped]
    categories = [*grouped, *[Dimension(c) for c in roles.bare if not c.numeric and not c.temporal]]
    if numeric and not query.measures:
        by = numeric[0]
        query.dimensions.remove(by)
        if categories or chart:
            if not categories:
                label_rows(query, by.column)
            query.measures.append(Measure(default_aggregate(by.column) if categories else None, by.column))
            query.sort = query.sort or Sort("y", descending)
        else:
            query.kind = query.kind or Kind("table")
            query.sort = query.sort or Sort(by.column, descending)
        return
    if query.measures or categories or chart or (query.kind is None and any(c.numeric for c in roles.bare)):
        query.sort = query.sort or Sort("y", descending)
        return
    if query.sort is None and not metric:
        numbers = [c for c in query.source.columns if c.numeric]
        if len(numbers) == 1:
            query.sort = Sort(numbers[0], descending)
            query.notes.append(f"“{ranked.word if ranked else 'top'}” was read by {numbers[0].name}, the only number.")
            query.kind = query.kind or Kind("table")
        else:
            query.asks.append(_which_column(query, ranked.word if ranked else "top"))


def _which_column(query: Query, word: str) -> str:
    numbers = [c.name for c in query.source.columns if c.numeric or c.temporal]
    listed = f" {query.source.name} has {', '.join(numbers[:6])}." if numbers else ""
    return f"No column of {query.source.name} tells what “{word}” is. Say by which column.{listed}"


def _ranked_column(query: Query, roles: Roles, ranked: Ranked, *, chart: bool, metric: bool, grouped: bool) -> None:
    column = ranked.column
    if column is None:
        return
    roles.bare = [c for c in roles.bare if c != column]
    query.dimensions = [d for d in query.dimensions if d.column != column]
    extreme = Measure("max" if ranked.descending else "min", column)
    category = [c for c in roles.bare if not c.numeric and not c.temporal]
    period = "which period" in query.hints and grouped
    if metric or (ranked.plain and grouped and query.limit is None and not query.measures and not period):
        query.measures = [extreme]
    elif (ranked.plain or query.question) and query.limit is None and (category or period) and query.kind is None:
        usual = default_aggregate(column)
        literal = ranked.plain and usual == "mean" and roles.trailing is None  # “which share had the highest price”
        query.measures = query.measures or ([extreme] if literal else [Measure(usual, column)])
        query.sort = query.sort or Sort("y", ranked.descending)
    elif chart:
        if not grouped and not category:
            label_rows(query, column)
        query.measures = query.measures or [Measure(default_aggregate(column) if grouped or category else None, column)]
        query.sort = query.sort or Sort("y", ranked.descending)
    else:
        query.kind = query.kind or Kind("table")
        query.sort = query.sort or Sort(column, ranked.descending)
        if ranked.singular and query.limit is None:
            query.limit = 1
        elif query.limit is None and not ranked.plain:
            query.limit = 10
            query.notes.append("No number was given, so it shows 10.")


def _bins_of_time(query: Query, phrase: Phrase) -> None:
    """“Bin the dates”: months, where it does not say how wide the bins are, which the answer names as a guess."""
    first = query.dimensions[0] if query.dimensions else None
    said = {token.stem for token in phrase.tokens} & {"bin", "binned", "bucket", "interval"}
    if said and first is not None and first.column.temporal and first.unit is None:
        query.dimensions[0] = Dimension(first.column, Unit("yearmonth", running=True))
        query.unknown.append(f"how wide the bins of {first.column.name} are (months were taken)")


def _judged(query: Query, phrase: Phrase) -> None:
    """“Worst first” of what nobody wants, delays and errors: the largest."""
    sort, measure = query.sort, query.measures[0] if query.measures else None
    column = measure.column if measure is not None else None
    counted = set(name_words(query.rows)) | set(query.source.words) if measure == Measure("count") else set()
    named = set(column.words) if column is not None else counted
    bad = any(word in UNWANTED or any(related(word, other) for other in UNWANTED) for word in named)
    said = {token.lower for index, token in enumerate(phrase.tokens) if phrase.role(index) == "sort"}
    if sort is not None and bad and said & {"worst", "best"} and sort.on != "x":
        query.sort = Sort(sort.on, "worst" in said, sort.measure)


def _which_ascends(query: Query, phrase: Phrase) -> None:
    """“The bars in ascending order”: of names as likely as of numbers, which the answer says."""
    sort, first = query.sort, query.dimensions[0] if query.dimensions else None
    charted = query.kind is not None and query.kind.mark == "bar" and first is not None and bool(query.measures)
    if not charted or first is None or sort is None or sort.on is not None or first.column.type != "string":
        return
    said = {token.lower for index, token in enumerate(phrase.tokens) if phrase.role(index) == "sort"}
    if sort.descending is False and said & {"ascending", "asc"}:
        query.unknown.append(f"whether {first.column.name} or the number ascends (the number was taken)")


def _check_sort(query: Query) -> None:
    sort, kind = query.sort, query.kind
    if sort is None or kind is None:
        return
    if kind.tool == "table" and not (query.measures or query.dimensions):
        if isinstance(sort.on, Column):
            query.sort = Sort(sort.on, sort.descending if sort.descending is not None else False)
            return
        options = [c for c in query.columns if (c.numeric if sort.on != "x" else True)]
        column = options[0] if options else None
        query.sort = Sort(column, sort.descending is not False) if column is not None else None
        if column is None:
            query.unknown.append("which column to sort by")
        return
    if kind.tool == "metric":
        query.sort = None
        return
    if isinstance(sort.on, Column):
        fits = [d.column for d in query.dimensions[:1]] + [m.column for m in query.measures[:1]]
        plain = any(m.column == sort.on and m.aggregate is None for m in query.measures[:1])
        if plain and sort.descending is None:
            query.sort = Sort(sort.on, False)
            query.notes.append(f"No direction was named, so the smallest {sort.on.name} comes first.")
        if sort.on not in fits:
            query.unknown.append(f"sorting by {sort.on.name}, which is not in the chart")
            query.sort = None
    elif sort.on is None and sort.descending is None:
        query.notes.append("No order was named, so the largest come first.")
