"""The system prompt: the rules, and the datasets and the canvas quoted as data that cannot break out of its quotes."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from canvas_widget.agent.sharing import Sharing
from canvas_widget.agent.views import CanvasView, CatalogueView, ContainerView, DatasetView

__all__ = ["quote", "system_prompt"]

DATASET_BUDGET = 12_000
CONTAINER_BUDGET = 8_000
"""Characters that the quoted datasets and containers take at most; what does not fit is counted, and tools show it."""

LONGEST_TEXT = 120
FREQUENT_VALUES = 8

_SLOT = re.compile(r"\{\{(\w+)\}\}")
_BREAKING = re.compile(r"[<>`]")


@cache
def _template() -> str:
    return files("canvas_widget.agent").joinpath("prompts/system.md").read_text(encoding="utf-8")


def _escaped(match: re.Match[str]) -> str:
    return f"\\u{ord(match.group()):04x}"


def quote(value: Any) -> str:
    """A value as one line of JSON, with what could end the quotation or hide in the text escaped."""
    text = _BREAKING.sub(_escaped, json.dumps(value, ensure_ascii=False, separators=(", ", ": ")))
    return "".join(
        json.dumps(character)[1:-1]
        if unicodedata.category(character) in ("Cc", "Cf", "Zl", "Zp", "Co", "Cs")
        else character
        for character in text
    )


def _short(value: Any) -> Any:
    if isinstance(value, str) and len(value) > LONGEST_TEXT:
        return value[:LONGEST_TEXT] + "…"
    return value


def _dataset(dataset: DatasetView, sharing: Sharing) -> dict[str, Any]:
    shown = sharing.columns(dataset.name, dataset.types)
    data: dict[str, Any] = {"dataset": dataset.name}
    if not sharing.values([dataset.name]):
        return {**data, "columns": {name: dataset.types[name] for name in shown}}
    columns = {}
    for column in dataset.columns:
        entry: dict[str, Any] = {"type": column.type}
        if column.min is not None or column.max is not None:
            entry["range"] = [_short(column.min), _short(column.max)]
        if column.distinct is not None:
            entry["distinct"] = column.distinct
        if column.nulls:
            entry["missing"] = column.nulls
        if column.values and column.type in ("string", "boolean"):
            entry["frequent"] = [_short(value) for value in column.values[:FREQUENT_VALUES]]
        columns[column.name] = entry
    return {**data, "rows": dataset.row_count, "columns": columns}


def _container(container: ContainerView) -> dict[str, Any]:
    data: dict[str, Any] = {
        "id": container.id,
        "kind": container.kind,
        "title": _short(container.title),
        "box": [container.x, container.y, container.width, container.height],
        "placement": container.placement,
    }
    if container.locked:
        data["locked"] = True
    if container.mark:
        data["mark"] = container.mark
    if container.dataset:
        data["dataset"] = container.dataset
    if container.encoding:
        data["encoding"] = dict(container.encoding)
    return data


def _fitting(entries: Iterable[Mapping[str, Any]], budget: int, count: int, tool: str) -> Iterator[str]:
    left = budget
    for number, entry in enumerate(entries):
        line = quote(entry)
        left -= len(line)
        if left < 0 and number:
            yield f"({count - number} more are not shown here; {tool} shows them.)"
            return
        yield line


def system_prompt(
    catalogue: CatalogueView,
    canvas: CanvasView,
    sharing: Sharing,
    *,
    rerun: Iterable[str] = (),
    topics: Iterable[str] = (),
) -> str:
    """The system prompt of a turn.

    `rerun` are the containers that the turn's former run made and that this one replaces, `topics` what the user
    wrote notes about.
    """
    datasets = [dataset for dataset in catalogue.datasets() if sharing.named(dataset.name)]
    described = (_dataset(dataset, sharing) for dataset in datasets)
    containers = canvas.containers()
    remade, noted = list(rerun), list(topics)
    filled = {
        "width": str(canvas.width),
        "height": str(canvas.height),
        "auto_adjust": "on" if canvas.auto_adjust else "off",
        "overlap_prevention": "on" if canvas.overlap_prevention else "off",
        "rerun": "",
        "notes": "",
        "datasets": "\n".join(_fitting(described, DATASET_BUDGET, len(datasets), "list_datasets")) or "(none)",
        "containers": "\n".join(
            _fitting(map(_container, containers), CONTAINER_BUDGET, len(containers), "get_canvas_state")
        )
        or "(none)",
    }
    if remade:
        filled["rerun"] = (
            "\nThis prompt runs again. What its former run made is replaced, and not listed below; make it again, "
            f"with these ids where they still fit: {quote(remade)}\n"
        )
    if noted:
        filled["notes"] = f"\nlookup_knowledge has the user's notes on: {quote(noted[:50])}\n"
    return _SLOT.sub(lambda match: filled[match.group(1)], _template())
