"""“A dashboard of sales”, “summarise the orders”: key figures, what happens over time, the largest groups, a spread."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from itertools import accumulate

from canvas_widget.agent.providers.offline.canvas.context import Context
from canvas_widget.agent.providers.offline.canvas.model import Part
from canvas_widget.agent.providers.offline.link.column import Column
from canvas_widget.agent.providers.offline.link.source import Source
from canvas_widget.agent.providers.offline.query.aggregate import default_aggregate, is_key
from canvas_widget.agent.providers.offline.query.dates import time_column
from canvas_widget.agent.providers.offline.query.query import Dimension, Measure, Query, Sort
from canvas_widget.agent.providers.offline.roles.periods import thing_at_each
from canvas_widget.agent.providers.offline.words.charts import Kind
from canvas_widget.agent.providers.offline.words.lexicon import Unit
from canvas_widget.agent.providers.offline.words.phrases import Hit, Phrase, PhraseTable
from canvas_widget.agent.providers.offline.words.similar import GRAMMAR
from canvas_widget.agent.providers.offline.words.synonyms import FILLERS
from canvas_widget.agent.providers.offline.words.vocabulary import table, words

__all__ = ["overview"]

_ASKED: PhraseTable[str] = PhraseTable(
    table("""
overview:: dashboard, overview, summary, summarise, summarize, explore, exploration, analyse, analyze, analysis,
    at a glance, key figures, main figures, key numbers, insights, quick look, first look, report
""")
)
_AROUND = words(
    "data dataset table frame make build create short quick small little brief main whole complete about on"
)
_TILES, _LINES, _FEW, _MANY = 4, 6, 6, 25
MARGIN, GAP, TILE, LEAST_WIDTH, LEAST_ROW = 16, 16, 110, 760, 180
Draw = Callable[[Query, dict[str, object]], None]


def overview(phrase: Phrase, context: Context, part: Part, draw: Draw) -> bool:
    """Draws an overview of a dataset when a request asks for nothing more exact; False when it asks for something else.

    `draw` makes a container of a query at a place.
    """
    hits = list(_ASKED.scan(phrase))
    if not hits or not context.linker.sources:
        return False
    source, said = _source(phrase, context)
    if any(not _said(phrase, index, said) for index in range(len(phrase)) if not _inside(index, hits)):
        return False
    for hit in hits:
        phrase.take(hit.start, hit.end, "overview")
    tiles, charts = list(_tiles(source)), list(_charts(source))
    boxes = _boxes(len(tiles), len(charts), context)
    shown = [*tiles, *(charts if boxes is None else charts[: len(boxes) - len(tiles)])]
    for position, query in enumerate(shown):
        draw(query, {} if boxes is None else {"box": boxes[position]})
    if said is None and len(context.linker.sources) > 1:
        part.notes.append(f"No dataset was named, so it is {source.name}.")
    return True


def _inside(index: int, hits: Sequence[Hit[str]]) -> bool:
    return any(hit.start <= index < hit.end for hit in hits)


def _said(phrase: Phrase, index: int, named: range | None) -> bool:
    """Whether a word beside “dashboard” adds nothing: grammar, politeness, the dataset's name."""
    token = phrase.tokens[index]
    return (
        token.kind == "symbol" or token.stem in GRAMMAR or token.lower in GRAMMAR or token.lower in FILLERS
        or token.lower in _AROUND or token.stem in _AROUND or (named is not None and index in named)
    )  # fmt: skip


def _source(phrase: Phrase, context: Context) -> tuple[Source, range | None]:
    """The dataset that is named and where, else the one used last, else the largest."""
    sources = context.linker.sources
    for index in range(len(phrase)):
        for source in sources:
            end = source.named_at(phrase, index)
            if end is not None:
                return source, range(index, end)
    recent = next((each for each in sources if each.name == context.recent_dataset), None)
    return recent or max(sources, key=lambda each: each.view.row_count), None


def _numbers(source: Source) -> list[Column]:
    """What can be summed or averaged: what adds up first, and of that what has the most different values."""
    when = time_column(Query(source))
    found = [c for c in source.columns if c.numeric and c != when and not is_key(c) and (_distinct(source, c) or 2) > 1]
    return sorted(found, key=lambda c: (default_aggregate(c) != "sum", -(_distinct(source, c) or 0)))


def _distinct(source: Source, column: Column) -> int | None:
    view = source.view.column(column.name)
    return view.distinct if view is not None else None


def _finest(source: Source, numbers: list[Column]) -> Column:
    """The number whose spread says most: the one with the most different values."""
    return max(numbers, key=lambda each: _distinct(source, each) or 0)


def _groups(source: Source) -> list[Column]:
    """Categories of which a chart can show every one, those with the fewest first."""
    found = [(c, _distinct(source, c) or 0) for c in source.columns if c.type == "string"]
    return [c for c, distinct in sorted(found, key=lambda each: each[1]) if 2 <= distinct <= _MANY]


def _tiles(source: Source) -> Iterator[Query]:
    when = time_column(Query(source))
    here = source.view.engine is None  # an engine elsewhere is not asked for lists, which a trend is one of
    trend = Dimension(when, _unit(source, when)) if when is not None and when.temporal and here else None
    measures = [Measure("count"), *(Measure(default_aggregate(c), c) for c in _numbers(source)[: _TILES - 1])]
    for measure in measures:
        yield Query(source, Kind("metric"), [measure], trend=trend)


def _charts(source: Source) -> Iterator[Query]:
    numbers, groups = _numbers(source), _groups(source)
    main = Measure(default_aggregate(numbers[0]), numbers[0]) if numbers else Measure("count")
    when = time_column(Query(source))
    if when is not None:
        line = Query(source, Kind("chart", "line"), [main], [Dimension(when, _unit(source, when))])
        thing = thing_at_each(line, when)
        line.series = Dimension(thing) if thing is not None and (_distinct(source, thing) or 0) <= _LINES else None
        yield line
    for position, group in enumerate(reversed(groups[:2])):
        share = position and (_distinct(source, group) or 0) <= _FEW and main.aggregate in ("sum", "count")
        kind = Kind("chart", "arc", hole=True) if share else Kind("chart", "bar")
        yield Query(source, kind, [main], [Dimension(group)], sort=Sort("y", True))
    if numbers:
        yield Query(source, Kind("chart", "histogram"), [Measure("count")], [Dimension(_finest(source, numbers))])
        named = [c for c in source.columns if c == when or c in groups or (c.type == "string" and not is_key(c))]
        shown = [*named[:1], numbers[0], *named[1:3]]  # a narrow table shows its first columns
        yield Query(source, Kind("table"), sort=Sort(numbers[0], True), limit=10, columns=shown)
    if len(numbers) > 1:
        pair = Dimension(numbers[-1]), Measure(None, numbers[0])
        yield Query(source, Kind("chart", "point"), [pair[1]], [pair[0]])


def _unit(source: Source, column: Column) -> Unit | None:
    """Days of a season, months of some years, else years; years too where the data has one date a year."""
    if not column.temporal:
        return None
    view = source.view.column(column.name)
    try:
        first, last = (date.fromisoformat(str(each)[:10]) for each in (view.min, view.max)) if view else (None, None)
    except ValueError:
        return Unit("yearmonth", running=True)
    days = (last - first).days if first is not None and last is not None else 400
    distinct = _distinct(source, column) or 10**9
    if distinct <= days / 365 + 2:
        return Unit("year", running=True)
    return Unit("day" if days <= 92 else "yearmonth" if days <= 12 * 366 else "year", running=True)


def _boxes(tiles: int, charts: int, context: Context) -> list[dict[str, int]] | None:
    """Places on an empty canvas: a row of numbers, then two rows of charts; None where it is not empty or too small."""
    width, height = context.size
    row = (height - 2 * MARGIN - TILE - 2 * GAP) // 2
    if context.things or width < LEAST_WIDTH or row < LEAST_ROW:
        return None
    wide = width >= 1000
    first, most = ((2, 1) if wide else (1, 1))[:charts], 3 if wide else 2
    rows = (first, (1,) * min(charts - len(first), most)) if charts > len(first) else (first,)
    row = row if len(rows) > 1 else 2 * row + GAP
    found = _row((1,) * tiles, MARGIN, TILE, width)
    for number, shares in enumerate(each for each in rows if each):
        found += _row(shares, MARGIN + TILE + GAP + number * (row + GAP), row, width)
    return found


def _row(shares: tuple[int, ...], y: int, height: int, width: int) -> list[dict[str, int]]:
    """Boxes side by side whose widths are as `shares`, as wide as the canvas together."""
    unit = (width - 2 * MARGIN + GAP) / sum(shares)
    ends = [round(unit * each) for each in accumulate(shares)]
    starts = [0, *ends[:-1]]
    return [
        {"x": MARGIN + start, "y": y, "width": end - start - GAP, "height": height}
        for start, end in zip(starts, ends, strict=True)
    ]
