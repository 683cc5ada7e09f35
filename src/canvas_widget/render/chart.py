"""Charts: a Vega-Lite spec and its rows become SVG elements, sized to a box and safe to nest in a larger picture."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

from canvas_widget.data.guards.spec_guard import check_spec
from canvas_widget.data.guards.spec_limits import check_steps
from canvas_widget.render.fit import fitted, label_room
from canvas_widget.render.frames import is_framed
from canvas_widget.render.limits import without_limits
from canvas_widget.render.renderer import Job, draw
from canvas_widget.render.svg import clean
from canvas_widget.render.theme import FAMILY, STACK, Theme, geometry

if TYPE_CHECKING:
    from canvas_widget.data.types import Result

__all__ = ["CHART", "MAX_MARKS", "chart_inner", "chart_job", "chart_rows", "full_spec", "subtitle"]

MAX_MARKS = 5_000
"""The most rows a chart is drawn from; builders bound their queries before that and say so."""

_OFFSET = re.compile(r"(?:Z|[+-]\d{2}:?\d{2})$")
_ALLOWED = frozenset({"svg", "g", "path", "text", "tspan", "rect", "line", "circle", "defs", "clipPath", "title"}) | {
    "linearGradient",
    "radialGradient",
    "stop",
}


def subtitle(spec: Mapping[str, Any]) -> str:
    """The line beside a chart's title: the spec's description, which is not part of the drawing."""
    text = spec.get("description")
    return text if isinstance(text, str) else ""


def chart_rows(result: Result) -> list[dict[str, Any]]:
    """The rows as the renderer wants them.

    Dates and times are wall-clock times without a zone, so that a picture does not depend on where it is drawn, and
    text holds no character that XML cannot hold.
    """
    temporal = {field.name for field in result.fields if field.type in {"date", "datetime"}}

    def value(name: str, raw: Any) -> Any:
        if not isinstance(raw, str):
            return raw
        if name in temporal:
            local = _OFFSET.sub("", raw) if "T" in raw else raw
            return local if "T" in local else f"{local}T00:00:00"
        return clean(raw)

    return [{name: value(name, raw) for name, raw in row.items()} for row in result.rows(0, MAX_MARKS)]


def full_spec(spec: Mapping[str, Any], rows: list[dict[str, Any]], width: int, height: int, theme: Theme) -> str:
    """The spec completed for drawing, as JSON: rows, size, padding and the theme's config. px."""
    chart = geometry("chart")
    kept = {key: value for key, value in spec.items() if key not in {"description", "title", "$schema", "locale"}}
    sized = {"width": width, "height": height, "autosize": {"type": "fit", "contains": "padding"}}
    if is_framed(kept):
        sized = {"autosize": "pad"}
    done = without_limits(fitted(kept, rows, width, height), rows) | {
        "data": {"name": "result", "values": rows},
        **sized,
        "padding": {**chart["padding"], "right": max(chart["padding"]["right"], label_room(spec, rows))},
        "background": None,
        "config": _config(spec, theme),
    }
    return clean(json.dumps(done, ensure_ascii=False, sort_keys=True, allow_nan=False))


def _config(spec: Mapping[str, Any], theme: Theme) -> dict[str, Any]:
    """The theme's config, with the marks of numbers that the spec asks for."""
    asked = spec.get("locale")
    if not isinstance(asked, dict) or not isinstance(asked.get("number"), dict):
        return theme.vega
    locale = theme.vega["locale"]
    return {**theme.vega, "locale": {**locale, "number": {**locale["number"], **asked["number"]}}}


CHART = ' fill="none" stroke-miterlimit="10"'
"""What the element around a drawn chart says."""


def chart_job(spec: Mapping[str, Any], result: Result, *, width: int, height: int, theme: Theme) -> Job:
    """What the renderer is asked for a chart.

    Raises:
        InvalidArgument: the spec holds what no spec may hold.
    """
    check_spec(dict(spec))
    rows = chart_rows(result)
    check_steps(spec, rows)
    return Job("V", full_spec(spec, rows, width, height, theme))


def chart_inner(
    spec: Mapping[str, Any],
    result: Result,
    *,
    width: int,
    height: int,
    theme: Theme,
    prefix: str,
    stale: bool = False,
) -> str:
    """The elements of a chart, to stand in one that says CHART and clips them; their ids start with `prefix`.

    Raises:
        InvalidArgument: the spec holds what no spec may hold.
        TimedOut: drawing it took too long.
        ValueError: the renderer cannot draw it.
    """
    drawn = draw(chart_job(spec, result, width=width, height=height, theme=theme)).decode()
    root = ET.fromstring(drawn.replace(' xmlns="http://www.w3.org/2000/svg"', "", 1))  # noqa: S314 our own
    _adopt(root, prefix, stale=stale)
    return "".join(ET.tostring(child, encoding="unicode") for child in root)


def _adopt(root: ET.Element, prefix: str, *, stale: bool) -> None:
    """Make a drawn chart fit to nest: own ids, the font with its fallbacks, only elements that show."""
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag not in _ALLOWED or (child.tag == "text" and child.get("opacity") == "0"):
                parent.remove(child)
    for element in root.iter():
        attributes = element.attrib
        for name in [name for name in attributes if name.startswith(("{", "on"))]:
            del attributes[name]
        if "id" in attributes:
            attributes["id"] = f"{prefix}-{attributes['id']}"
        if attributes.get("font-family") == FAMILY:
            attributes["font-family"] = STACK
        for name, value in attributes.items():
            if value.startswith("url(#"):
                attributes[name] = f"url(#{prefix}-{value[5:]}"
        kinds = attributes.get("class", "").split()
        if stale and "role-mark" in kinds and "mark-text" not in kinds:
            attributes["opacity"] = str(geometry("chart")["staleOpacity"])
