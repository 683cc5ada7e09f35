"""Words for what is made: kinds of charts, tables, metrics and texts, and charts that cannot be drawn."""

from __future__ import annotations

from dataclasses import dataclass, replace

from canvas_widget.agent.providers.offline.words.phrases import PhraseTable
from canvas_widget.agent.providers.offline.words.vocabulary import table, words

__all__ = ["ARTEFACTS", "DRAWN", "KINDS", "UNSUPPORTED", "Kind"]


@dataclass(frozen=True, slots=True)
class Kind:
    """What to make: `tool` is chart, table, metric or text; `mark` the chart's; `sure` when no data word reads so.

    `grouped` charts have a colour for each group; a pie with a `hole` is a donut.
    """

    tool: str
    mark: str | None = None
    sure: bool = True
    horizontal: bool = False
    grouped: bool = False
    hole: bool = False


_CHARTS = table("""
bar:: bar, column, vertical bar, layered bar, multi bar, clustered bar, clustered column, stack column, stacked bar,
    grouped bar, stacked column, grouped column, stacking bar,
    grouping bar, stack bar, group bar
horizontal:: horizontal bar, sideways bar
line:: line, lines, trend, curve, multi series line, multiple line, grouping line, grouped line, group line, multi
    line, time series
area:: area, stacked area
point:: scatter, scattered, point, dot, bubble, xy, grouping scatter, grouped scatter, group scatter
arc:: sector, sectored, wheel, cake, pie, circular, circle, round, pie shaped
donut:: donut, doughnut, ring
histogram:: frequency
box:: box, box and whisker, box - and - whisker, whisker
heatmap:: heat, heat map, heatmap
density:: density, kde, kernel density
""")

_CHART_NOUNS = (
    "chart", "graph", "plot", "diagram", "visualization", "visualisation", "visual", "figure", "representation",
    "display", "view", "graphic", "drawing",
)  # fmt: skip

_GROUPED = ("group", "stack", "layered", "clustered", "multi")

_SURE = table("""
bar:: barchart, bargraph, stacked bar, grouped bar, stacked histogram, stacked column, layered bar, vertical bars,
    stacking bar
horizontal:: horizontal bars
line:: linechart, trend line, time series
point:: scatterplot, scatter, scattergram, scattergraph, scatter points, dotplot
arc:: pie, piechart
donut:: donut, doughnut, donuts
histogram:: histogram, hist
box:: boxplot, box plots, box and whiskers, box - and - whiskers, as boxes
heatmap:: heatmap, heat map, heat - map
density:: density curve, kde, kernel density estimate
table:: data table, grid of, spreadsheet
metric:: kpi, key figure, big number, single number, headline number, headline figure, number card, score card,
    scorecard, just the number, only the number, just a number, as a number, as one number, as a single value
text:: text note, text box
""")

_WEAK = table("""
bar:: bar
line:: line, trend, curve
area:: area
density:: density
point:: points, dots
chart:: chart, graph, plot, visualization, visualisation, figure, diagram
table:: table, listing
metric:: metric, card, indicator, tile
text:: note, text, comment, caption, heading, annotation, markdown
""")


def _kind(meaning: str, *, sure: bool) -> Kind:
    if meaning in ("table", "metric", "text"):
        return Kind(meaning, None, sure)
    if meaning == "chart":
        return Kind("chart", None, sure)
    mark = {"horizontal": "bar", "donut": "arc"}.get(meaning, meaning)
    return Kind("chart", mark, sure, horizontal=meaning == "horizontal", hole=meaning == "donut")


KINDS: PhraseTable[Kind] = PhraseTable(
    {phrase: _kind(meaning, sure=False) for phrase, meaning in _WEAK.items()}
    | {
        f"{phrase} {noun}": replace(_kind(meaning, sure=True), grouped=phrase.startswith(_GROUPED))
        for phrase, meaning in _CHARTS.items()
        for noun in _CHART_NOUNS
    }
    | {phrase: _kind(meaning, sure=True) for phrase, meaning in _SURE.items()}
    | {phrase: Kind("chart", "area", grouped=True) for phrase in ("stacked area", "stacked areas")}
)
"""What a request may ask to be made."""

UNSUPPORTED: PhraseTable[str] = PhraseTable(
    {
        name: name
        for name in table("""
    violin plot, map, choropleth, radar chart, treemap, tree map, sankey diagram, sankey, funnel chart, gauge,
    waterfall chart, candlestick chart, word cloud, sunburst, network graph, 3d chart, gantt chart
""")
    }
)
"""Charts that cannot be drawn yet: they are named in the answer, and nothing else is drawn in their place."""

DRAWN = (
    "bar, line, area, scatter, pie and donut charts, histograms, box plots, heatmaps, density curves, small multiples, "
    "tables and metrics"
)

ARTEFACTS = words("""
    chart graph plot bar line pie donut doughnut histogram hist scatterplot scatter table metric kpi card scorecard note
    text box container panel figure diagram area tile heading caption comment heatmap boxplot
""")
"""Stems of nouns that name something on a canvas."""
