"""The system prompt: the rules, and the datasets and the canvas quoted as data that cannot break out of its quotes."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from canvas_widget.agent.sharing import Sharing, mentions
from canvas_widget.agent.views import CanvasView, CatalogueView, ColumnView, ContainerView, DatasetView

__all__ = ["quote", "system_prompt"]

DATASET_BUDGET = 12_000
CONTAINER_BUDGET = 8_000
"""Characters that the quoted datasets and containers take at most; what does not fit is counted, and tools show it."""

LONGEST_TEXT = 120
LONGEST_NAME = 300
"""Characters of a column's name past which it is only counted: a shortened name would be no name."""

MOST_OTHERS = 200
FREQUENT_VALUES = 8

_SLOT = re.compile(r"\{\{(\w+)\}\}")
_MORE_COLUMNS = ', "more_columns": "10000 more; describe_dataset shows them", "columns": , "other_columns": '
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


def _column(column: ColumnView) -> dict[str, Any]:
    entry: dict[str, Any] = {"type": column.type}
    if column.min is not None or column.max is not None:
        entry["range"] = [_short(column.min), _short(column.max)]
    if column.distinct is not None:
        entry["distinct"] = column.distinct
    if column.nulls:
        entry["missing"] = column.nulls
    if column.values and column.type in ("string", "boolean"):
        entry["frequent"] = [_short(value) for value in column.values[:FREQUENT_VALUES]]
    return entry


def _dataset(dataset: DatasetView, sharing: Sharing, prompt: str, room: int) -> str | None:
    """A dataset as one quoted line of at most `room` characters; None when not even its columns' names fit.

    Columns that the prompt names come in full first, then the others, then names and types, then a count.
    """
    shown = sharing.columns(dataset.name, dataset.types)
    told = [name for name in shown if len(name) <= LONGEST_NAME]
    data: dict[str, Any] = {"dataset": dataset.name}
    if dataset.engine is not None:
        data["engine"] = dataset.engine
    full: dict[str, Any] = {}
    if sharing.values([dataset.name]):
        data["rows"] = dataset.row_count
        full = {column.name: _column(column) for column in dataset.columns if column.name in set(told)}
    plain: dict[str, Any] = {name: dataset.types[name] for name in told}
    if not full:
        full, plain = plain, {}
    if len(told) == len(shown):
        line = quote({**data, "columns": full})
        if len(line) <= room:
            return line
    ordered = sorted(told, key=lambda name: not mentions(prompt, name))
    left = room - len(quote(data)) - len(_MORE_COLUMNS)
    detailed, others = [], []
    for number, name in enumerate(ordered):
        rest = sum(len(quote(other)) + 14 for other in ordered[number + 1 :][:MOST_OTHERS]) if plain else 0
        size = len(quote({name: full[name]}))
        if size + min(rest, left // 2) <= left:
            detailed.append(name)
        elif plain and (size := len(quote({name: plain[name]}))) <= left:
            others.append(name)
        else:
            break
        left -= size
    if not detailed and not others:
        return None
    data["columns"] = {name: full[name] for name in told if name in set(detailed)}
    if others:
        data["other_columns"] = {name: plain[name] for name in told if name in set(others)}
    if more := len(shown) - len(detailed) - len(others):
        data["more_columns"] = f"{more} more; describe_dataset shows them"
    return quote(data)


def _datasets(datasets: Sequence[DatasetView], sharing: Sharing, prompt: str) -> Iterator[str]:
    """The datasets within the budget: those that the prompt names first, the last ones by name alone, then a count."""
    ranked = sorted(
        datasets,
        key=lambda view: 0 if mentions(prompt, view.name) else 1 if any(mentions(prompt, c) for c in view.types) else 2,
    )
    left = DATASET_BUDGET
    named = {view.name: quote({"dataset": view.name}) for view in ranked}
    reserve = min(DATASET_BUDGET // 4, sum(map(len, named.values())))
    bare = []
    for view in ranked:
        reserve = max(0, reserve - len(named[view.name]))
        line = _dataset(view, sharing, prompt, left - reserve) if left > reserve else None
        if line is None:
            bare.append(view.name)
            continue
        left -= len(line)
        yield line
    for number, name in enumerate(bare):
        left -= len(named[name])
        if left < 0:
            yield f"({len(bare) - number} more are not shown here; list_datasets shows them.)"
            return
        yield named[name]


def _container(container: ContainerView, sharing: Sharing) -> dict[str, Any]:
    hidden = sharing.hides(container.dataset, container.sql)
    data: dict[str, Any] = {"id": container.id, "kind": container.kind}
    if not hidden or mentions(sharing.prompt, container.title):
        data["title"] = _short(container.title)
    data["box"] = [container.x, container.y, container.width, container.height]
    data["placement"] = container.placement
    if container.locked:
        data["locked"] = True
    if container.mark:
        data["mark"] = container.mark
    if container.dataset and sharing.named(container.dataset):
        data["dataset"] = container.dataset
    if container.encoding and not hidden:
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
    prompt: str = "",
    guidance: Iterable[str] = (),
    earlier: Iterable[str] = (),
) -> str:
    """The system prompt of a turn.

    `rerun` are the containers that the turn's former run made and that this one replaces, `topics` what the user
    wrote notes about, `prompt` what is asked (it decides which data are told in full), `guidance` what holds for this
    turn alone, and `earlier` the older part of the conversation in few words.
    """
    datasets = [dataset for dataset in catalogue.datasets() if sharing.named(dataset.name)]
    containers = canvas.containers()
    remade, noted, said = list(rerun), list(topics), list(earlier)
    filled = {
        "width": str(canvas.width),
        "height": str(canvas.height),
        "auto_adjust": "on" if canvas.auto_adjust else "off",
        "overlap_prevention": "on" if canvas.overlap_prevention else "off",
        "rerun": "",
        "notes": "",
        "guidance": "\n".join(["", "# This turn", *guided, ""]) if (guided := list(guidance)) else "",
        "earlier": "\n".join(["", "<<<earlier", *map(quote, said), "earlier>>>"]) if said else "",
        "datasets": "\n".join(_datasets(datasets, sharing, prompt)) or "(none)",
        "containers": "\n".join(
            _fitting(
                (_container(each, sharing) for each in containers),
                CONTAINER_BUDGET,
                len(containers),
                "get_canvas_state",
            )
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
