"""Example prompts that fit the data at hand."""

from __future__ import annotations

from canvas_widget.agent.providers.offline.link.column import Column
from canvas_widget.agent.providers.offline.link.source import Source
from canvas_widget.agent.providers.offline.query.aggregate import default_aggregate, is_key
from canvas_widget.agent.providers.offline.query.query import AGGREGATE_WORDS
from canvas_widget.agent.providers.offline.words.normalise import human
from canvas_widget.agent.views import CatalogueView

__all__ = ["suggest"]

FEW = 30


def suggest(catalogue: CatalogueView, dataset: str | None = None) -> list[str]:
    """Three prompts over real columns of the dataset (the largest when none is meant); none without data."""
    views = catalogue.datasets()
    if not views:
        return []
    view = next((v for v in views if v.name == dataset), None) or max(views, key=lambda v: v.row_count)
    source = Source.of(view)
    distinct = {column.name: column.distinct for column in view.columns}
    numbers = [c for c in source.columns if c.numeric and not is_key(c)]
    groups = [c for c in source.columns if c.type in ("string", "boolean")]
    groups.sort(key=lambda c: not 1 < (distinct.get(c.name) or 0) <= FEW)
    dates = [c for c in source.columns if c.temporal or c.words[-1] == "year"]
    numbers = [c for c in numbers if c not in dates] or numbers
    many = len(views) > 1
    tail = f" in {view.name}" if many else ""
    found: list[str] = []
    if numbers and groups:
        found.append(f"Bar chart of {_measure(numbers[0])} by {human(groups[0].name)}{tail}, sorted descending")
    if numbers and dates:
        number = numbers[min(1, len(numbers) - 1)]
        found.append(
            f"Line chart of {_measure(number)} per {'year' if dates[0].words[-1] == 'year' else 'month'}{tail}"
        )
    if numbers:
        found.append(f"Table of the 10 rows with the highest {human(numbers[-1].name)}{tail}")
    if len(numbers) > 1 and len(found) < 3:
        found.append(f"Scatter plot of {human(numbers[0].name)} against {human(numbers[1].name)}{tail}")
    if groups and len(found) < 3:
        found.append(f"Pie chart of the number of rows by {human(groups[0].name)}{tail}")
    found.append(f"Number of rows{tail or ' in ' + view.name} as a metric")
    found.append(f"Table of the first 10 rows{tail or ' of ' + view.name}")
    return found[:3]


def _measure(column: Column) -> str:
    return f"{AGGREGATE_WORDS[default_aggregate(column)]} {human(column.name)}"
