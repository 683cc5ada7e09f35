"""What a sentence draws, beside what pandas computes."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
from pydantic import ValidationError

from agent.offline.desk_data import DESK, desk_frames
from agent.offline.fresh_data import FRESH, fresh_frames
from agent.offline.paraphrase_data import tables
from agent.offline.phrasing_data import DATABASES, frames_of
from agent.offline.spoken_data import SPOKEN, spoken_frames
from canvas_widget.agent.providers.offline.plan import read
from canvas_widget.agent.tools import DEFAULT_TOOLS
from canvas_widget.agent.tools.base import ToolContext
from canvas_widget.agent.workspace_views import views_of
from canvas_widget.data import Catalogue
from canvas_widget.errors import CanvasError
from canvas_widget.workspace import Workspace

__all__ = ["Asked", "asked_in", "drawn", "expected_rows", "right"]


@dataclass(frozen=True)
class Asked:
    """A sentence, and what it has to draw."""

    domain: str
    mark: str
    expected: str
    order: str
    sentence: str


def asked_in(file: str) -> list[Asked]:
    """The sentences of a file: `## domain | chart | expected | order`, then one sentence a line."""
    found: list[Asked] = []
    head: list[str] = []
    for line in Path(__file__).with_name(file).read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            head = [part.strip() for part in line[3:].split(" | ")]
        elif line and not line.startswith("#"):
            found.append(Asked(head[0], head[1], head[2], head[3] if len(head) > 3 else "", line))
    return found


def frames(domain: str) -> dict[str, pd.DataFrame]:
    if domain in DESK:
        return desk_frames(domain)
    if domain in FRESH:
        return fresh_frames(domain)
    if domain in SPOKEN:
        return spoken_frames(domain)
    return frames_of(domain) if domain in DATABASES else tables(domain)


@cache
def _catalogue(domain: str) -> Catalogue:
    catalogue = Catalogue()
    for name, data in frames(domain).items():
        catalogue.register(name, data)
    return catalogue


@cache
def drawn(asked: Asked) -> tuple[str, list[tuple[Any, ...]], str]:
    """The mark, the rows in drawn order, and what was asked or left unread."""
    workspace = Workspace(catalogue=_catalogue(asked.domain))
    reading = read(asked.sentence, *views_of(workspace))
    doubt = "; ".join(text for part in reading.parts for text in (*part.asks, *part.unread))
    for call in reading.calls:
        tool = next(tool for tool in DEFAULT_TOOLS if tool.name == call.tool)
        try:
            result = tool.run(tool.arguments.model_validate(call.arguments), ToolContext(workspace))
        except (CanvasError, ValidationError) as error:
            doubt = f"{doubt}; refused: {error}".strip("; ")
            continue
        if call.tool == "run_query":
            return "answer", [tuple(_cell(v) for v in row.values()) for row in result.data["rows"]], doubt
    shown = [c for c in workspace.document if c.content.kind in ("chart", "metric", "table")]
    if not shown:
        return "", [], doubt
    content: Any = shown[-1].content
    rows = workspace.result_for(shown[-1].id).rows()
    if content.kind in ("metric", "table"):
        return content.kind, [tuple(_cell(v) for v in row.values()) for row in rows], doubt
    names = [n for c, n in content.encoding.items() if c in ("x", "y", "series", "category", "value") and n]
    return content.mark, [tuple(_cell(row.get(name)) for name in names) for row in rows], doubt


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, int | float):
        return f"{value:.4f}"
    text = str(value)
    text = text[:3] if text in calendar.day_name else text
    day = text[:10]
    return (
        f"{float(text[:4]):.4f}"
        if day.endswith("-01-01") and len(text) in (10, 19)
        else day
        if day[4:5] == "-"
        else text
    )


def told(rows: pd.DataFrame, key: str, name: str) -> dict[Any, str]:
    """The name of each key, with the key behind it where several rows have that name."""
    shared = rows[name].duplicated(keep=False)
    return dict(zip(rows[key], rows[name].where(~shared, rows[name] + " (" + rows[key].astype(str) + ")"), strict=True))


def expected_rows(asked: Asked) -> list[tuple[str, ...]]:
    """What pandas computes."""
    found = eval(asked.expected, {"pd": pd, "told": told}, dict(frames(asked.domain)))
    if isinstance(found, pd.DataFrame) and asked.mark == "best":
        return [(_cell(found.iloc[0, 0]),)]
    if isinstance(found, pd.DataFrame):
        return [tuple(_cell(v) for v in row) for row in found.dropna().itertuples(index=False)]
    if len(found) == 1 and found.index[0] == "mean":
        return [(_cell(float(found.iloc[0])),)]
    rows = []
    for key, value in found.items():
        x, *series = key if isinstance(key, tuple) else (key,)
        rows.append((_cell(x), _cell(float(value)), *[_cell(s) for s in series]))
    return rows


@cache
def right(asked: Asked) -> tuple[bool, str]:
    """Whether the sentence drew the chart, the rows and their order; and what was drawn."""
    mark, rows, doubt = drawn(asked)
    wanted = expected_rows(asked)
    if asked.mark in ("number", "best"):
        first = rows[0] if rows and (asked.mark == "best" or len(rows) == 1) else ()
        return wanted[0][0] in first, f"{mark} {rows[:2]} {doubt}"
    texts = [tuple(str(v) for v in row if v != "None") if mark == "point" else row for row in rows]
    complete = [row for row in texts if len(row) == len(wanted[0])]
    same = sorted(complete) == sorted(wanted) or sorted(tuple(r[:2][::-1] + r[2:]) for r in complete) == sorted(wanted)
    fits = mark == asked.mark or (asked.mark == "any" and bool(mark))
    axis, _, way = asked.order.partition(" ")
    values = [row[0] if axis == "x" else float(row[1]) for row in complete] if axis and same else []
    ordered = values == sorted(values, reverse=way == "desc")
    return fits and same and ordered, f"{mark} {rows[:3]} {doubt}"
