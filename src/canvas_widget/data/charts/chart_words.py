"""The words people have for marks, stacks, scales, formats and colours, and what they mean."""

# ruff: noqa: SIM905 (a list of words reads best as words)

from __future__ import annotations

import re
from typing import Any

__all__ = ["FORMATS", "OPERATORS", "SCHEMES", "d3_format", "read_mark", "read_scale", "read_stack"]

MARKS = {
    "pie": "arc", "scatter": "point", "scatterplot": "point", "circle": "point", "bubble": "point", "hist": "histogram",
    "column": "bar", "columns": "bar", "bars": "bar", "lines": "line", "boxplot": "box", "rect": "heatmap",
    "heat map": "heatmap", "kde": "density", "donut": "arc", "doughnut": "arc", "barh": "bar", "ring": "arc",
}  # fmt: skip
STACKS = {
    "zero": "stacked", "true": "stacked", "stack": "stacked", "group": "grouped", "dodge": "grouped",
    "side by side": "grouped", "normalize": "percent", "normalized": "percent", "100%": "percent", "100 %": "percent",
    "fill": "percent", "false": "none", "overlay": "none", "layered": "none",
}  # fmt: skip
OPERATORS = {"==": "=", "<>": "!=", "is not null": "not null", "like": "contains", "≤": "<=", "≥": ">="}
NAMED_FORMATS = {"percent": ".1~%", "currency": "$,.2f", "compact": ".3~s", "whole": ",.0f"}
FORMATS = re.compile(r"percent|currency|compact|whole|[+\-( ]?[$#]?0?\d{0,2},?(?:\.\d{1,2})?~?[bcdefgoprsxX%]?")

SCHEMES = frozenset(
    "category10 accent dark2 paired set1 set2 set3 tableau10 tableau20 blues greens greys oranges purples reds "
    "viridis magma inferno plasma cividis turbo bluegreen bluepurple goldgreen goldorange goldred lightgreyred "
    "lightgreyteal lightmulti lightorange lighttealblue tealblues teals warmgreys yellowgreen yelloworangered "
    "blueorange brownbluegreen purplegreen pinkyellowgreen purpleorange redblue redgrey redyellowblue redyellowgreen "
    "spectral".split()
)
"""Colour schemes a chart may ask for."""


def read_mark(given: dict[str, Any]) -> dict[str, Any]:
    """A request whose mark may be written as people say it: "stacked bar", "horizontal bars", "donut chart"."""
    if not isinstance(given.get("mark"), str):
        return given
    word = " ".join(given["mark"].casefold().replace("_", " ").replace("-", " ").split())
    word = word.removesuffix("chart").removesuffix("plot").strip() or word
    more: dict[str, Any] = {}
    for prefix, means in (
        ("stacked ", {"stack": "stacked"}),
        ("grouped ", {"stack": "grouped"}),
        ("100% ", {"stack": "percent"}),
        ("100 % ", {"stack": "percent"}),
        ("normalized ", {"stack": "percent"}),
        ("horizontal ", {"orient": "horizontal"}),
    ):
        if word.startswith(prefix):
            more |= means
            word = word.removeprefix(prefix)
    if word == "barh":
        more["orient"] = "horizontal"
    if word in {"donut", "doughnut", "ring"}:
        more["hole"] = True
    kept = {name: value for name, value in given.items() if value is not None or name not in more}
    return {**more, **kept, "mark": MARKS.get(word, word)}


def read_stack(value: Any) -> Any:
    if value is None:
        return None
    word = str(value).casefold().strip()
    return STACKS.get(word, word)


def read_scale(value: Any) -> Any:
    """“log” is a logarithmic y; `{"x": "log"}` is understood as `{"x": {"log": True}}`."""
    if value is None:
        return {}
    if isinstance(value, str):
        value = {"y": value}
    if not isinstance(value, dict):
        return value
    if value and not set(value) & {"x", "y"}:
        value = {"y": value}
    return {axis: _axis_scale(scale) for axis, scale in value.items()}


def _axis_scale(scale: Any) -> Any:
    if isinstance(scale, str):
        word = scale.casefold()
        return {"log": True} if word.startswith("log") else {"zero": True} if word == "zero" else {}
    if isinstance(scale, dict) and "type" in scale:
        return {**scale, "log": str(scale["type"]).casefold() == "log"}
    return scale


def d3_format(name: str | None) -> str | None:
    """The d3-format of a format's name."""
    return None if name is None else NAMED_FORMATS.get(name, name)
