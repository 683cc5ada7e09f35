"""A Vega-Lite spec per mark. Sizes, colours and fonts come from the theme, never from here."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

from canvas_widget.data.charts.axes import Drawing, Spec, base, color, measured, place, shade, tooltip
from canvas_widget.data.charts.sheet import MAX_SERIES
from canvas_widget.data.charts.signs import at_zero, end_labels
from canvas_widget.data.charts.wording import axis_format

__all__ = ["ERROR_HIGH", "ERROR_LOW", "arc_spec", "bar_spec", "histogram_spec", "line_spec", "point_spec"]

LABELLED_BARS = 12
LABELLED_SLICES = 6
LABELLED_LINES = 6
MANY_COLORS = "tableau20"
"""The scheme of a pie with more slices than the theme has colours."""
MARKED_POINTS = 24
"""A line of so many points or fewer shows each."""


STACKS = {"stacked": "zero", "percent": "normalize"}


def bar_spec(drawing: Drawing, category: str, stack: str | None = None, *, labels: bool = True) -> Spec:
    """Bars from zero, in the rows' order; their values at their ends where there is room.

    `stack` as in a request: without one, series are stacked where they add up, else they stand side by side.
    """
    value = "x" if category == "y" else "y"
    channel = drawing.channels[value]
    own = "series" in drawing and drawing.channels["series"].alias == drawing.channels[category].alias
    split = ("series" in drawing and not own) or any(role.startswith("group") for role in drawing.channels)
    stack = stack or ("stacked" if split and channel.additive else "grouped" if split else "none")
    encoding: Spec = {
        category: place(drawing, category, discrete=True),
        value: measured(drawing, value, zero=True, stack=STACKS.get(stack) if split else None),
        "tooltip": tooltip(drawing, category, "series", value),
    }
    shape: Spec = {"type": "bar"}
    if "series" in drawing:
        encoding["color"] = color(drawing)
        if stack == "grouped":
            order = {key: part for key, part in encoding["color"].items() if key in {"field", "type", "sort"}}
            if "domain" in encoding["color"].get("scale", {}):
                order["scale"] = {"domain": encoding["color"]["scale"]["domain"]}
            encoding["xOffset" if value == "y" else "yOffset"] = order
        elif stack == "none" and not own:
            shape["opacity"] = 0.6
    below = stack != "percent" and min(drawing.numbers(value), default=0) < 0
    if ERROR_LOW in (drawing.rows[0] if drawing.rows else {}):
        below = below or any((row[ERROR_LOW] or 0) < 0 for row in drawing.rows)
        drawn = base(encoding=encoding, layer=[{"mark": {**shape, "opacity": 0.55}}, _error_bars(drawing, value)])
        return at_zero(drawn, value) if below else drawn
    temporal = drawing.channels[category].measure == "temporal"
    several = split or any(role in drawing for role in ("series", "facet", "row", "column"))
    if several or temporal or not labels or not 0 < len(drawing.rows) <= LABELLED_BARS:
        drawn = base(mark=shape, encoding=encoding)
    else:
        drawn = end_labels(drawing, value, base(encoding=encoding, layer=[{"mark": shape}]))
    return at_zero(drawn, value) if below else drawn


ERROR_LOW, ERROR_HIGH = "error from", "error to"


def _error_bars(drawing: Drawing, value: str) -> Spec:
    title = drawing.channels[value].title
    ends = {
        value: {"field": ERROR_LOW, "type": "quantitative", "title": title},
        f"{value}2": {"field": ERROR_HIGH},
    }
    return {"mark": {"type": "rule", "strokeWidth": 2, "strokeDash": [1, 0]}, "encoding": ends}


def line_spec(drawing: Drawing, mark: str, stack: str | None = None) -> Spec:
    """Lines or areas along an axis; series named at the ends of their lines, or in a legend where those would meet."""
    area, series = mark == "area", "series" in drawing
    stack = stack or ("stacked" if drawing.channels["y"].additive else "none")
    stacked = area and stack in STACKS
    shape: Spec = {"type": mark}
    if area:
        shape["line"] = not series
        if series and not stacked:
            shape["fillOpacity"] = 0.4
    elif len(drawing.rows) <= MARKED_POINTS * (len(drawing.distinct("series")) if series else 1):
        shape["point"] = {"size": 28}
    along = place(drawing, "x", discrete=False)
    encoding: Spec = {
        "x": along,
        "y": measured(drawing, "y", zero=area, stack=STACKS[stack] if stacked else None),
        "tooltip": tooltip(drawing, "x", "series", "y"),
    }
    hue = {"color": color(drawing)} if series else {}
    if ERROR_LOW in (drawing.rows[0] if drawing.rows else {}):
        band: Spec = {
            "mark": {"type": "area", "opacity": 0.2, "line": False},
            "encoding": {"x": along, "y": {**encoding["y"], "field": ERROR_LOW}, "y2": {"field": ERROR_HIGH}},
        }
        if series and hue["color"].get("legend", {}) is not None:  # in the line's colour, not in the band's pale one
            hue["color"]["legend"] = {**hue["color"].get("legend", {}), "symbolOpacity": 1}
        return base(encoding=hue, layer=[band, {"mark": shape, "encoding": encoding}])
    if area and stack != "percent" and min(drawing.numbers("y"), default=0) < 0:
        return at_zero(base(mark=shape, encoding={**encoding, **hue}), "y")
    if not series:
        return base(mark=shape, encoding=encoding)
    if any(role in drawing for role in ("facet", "row", "column")):
        return base(mark=shape, encoding={**encoding, **hue})
    if area or along["type"] == "nominal" or drawing.channels["x"].key or not _ends_apart(drawing):
        return base(mark=shape, encoding={**encoding, "color": color(drawing)})
    return base(
        encoding={"color": color(drawing, legend=False)},
        layer=[{"mark": shape, "encoding": encoding}, _end_labels(drawing, along)],
    )


def _ends_apart(drawing: Drawing) -> bool:
    """Whether all series end in one place and far enough apart for their names to stand there."""
    x, y = drawing.channels["x"].alias, drawing.channels["y"].alias
    names = drawing.distinct("series")
    last = max((value for value in drawing.values("x") if value is not None), default=None)
    ends = sorted(row[y] for row in drawing.rows if row[x] == last and isinstance(row[y], int | float))
    numbers = drawing.numbers("y")
    if not 1 < len(names) == len(ends) <= LABELLED_LINES or None in names or max(map(len, map(str, names))) > 14:
        return False
    apart = 0.09 * (max(numbers) - min(numbers))
    return all(high - low > apart for low, high in pairwise(ends))


def _end_labels(drawing: Drawing, along: Spec) -> Spec:
    x, y, series = (drawing.channels[role].alias for role in ("x", "y", "series"))
    last: Spec = {"field": x, "type": along["type"], "aggregate": "max"}
    if along["type"] == "ordinal":
        last = {"datum": max(drawing.values("x")), "type": "ordinal"}
    encoding: Spec = {
        "x": last,
        "y": {"field": y, "type": "quantitative", "aggregate": {"argmax": x}},
        "text": {"field": series, "type": "nominal"},
    }
    return {"mark": {"type": "text", "align": "left", "baseline": "middle", "dx": 6}, "encoding": encoding}


def point_spec(drawing: Drawing) -> Spec:
    """A mark per row; scales follow the values and need not start at zero. Areas show `size`."""
    encoding: Spec = {}
    for role in ("x", "y"):
        if drawing.channels[role].measure == "quantitative":
            encoding[role] = measured(drawing, role, zero=False)
        else:
            encoding[role] = place(drawing, role, discrete=drawing.channels[role].measure != "temporal")
    hidden = [role for role in drawing.channels if role.startswith("group")]
    encoding["tooltip"] = tooltip(drawing, *hidden, "x", "y", "series", "size")
    if "series" in drawing:
        numbers = drawing.channels["series"].measure == "quantitative" and len(drawing.distinct("series")) > MAX_SERIES
        encoding["color"] = shade(drawing, "series") if numbers else color(drawing)
    shape: Spec = {"type": "point"}
    if "size" in drawing:
        channel = drawing.channels["size"]
        form = drawing.format or axis_format(drawing.numbers("size")) or "~g"
        encoding["size"] = {
            "field": channel.alias,
            "type": "quantitative",
            "title": channel.title,
            "scale": {"range": [8, 640], "zero": True},
            "legend": {"format": form, "tickCount": 3} if "series" not in drawing else None,
        }
        encoding["order"] = {"field": channel.alias, "type": "quantitative", "sort": "descending"}
        shape["opacity"] = 0.65
    elif len(drawing.rows) > 1_000:
        shape |= {"size": 14, "opacity": 0.45}
    return base(mark=shape, encoding=encoding)


def histogram_spec(drawing: Drawing, step: float) -> Spec:
    """Adjoining bars between the edges of bins (channels "x" and "x2")."""
    low, high = drawing.channels["x"], drawing.channels["x2"]
    along: Spec = {"field": low.alias, "type": "quantitative", "title": low.title}
    along |= {"bin": {"binned": True, "step": step}, "axis": {"grid": False, "tickCount": 6}}
    edges = [
        {"field": low.alias, "type": "quantitative", "title": f"{low.title} from", "format": ",~g"},
        {"field": high.alias, "type": "quantitative", "title": f"{low.title} below", "format": ",~g"},
    ]
    encoding: Spec = {
        "x": along,
        "x2": {"field": high.alias},
        "y": measured(drawing, "y", zero=True, stack="zero" if "series" in drawing else None),
        "tooltip": [*edges, *tooltip(drawing, "series", "y")],
    }
    if "series" in drawing:
        encoding["color"] = color(drawing)
    return base(mark={"type": "bar"}, encoding=encoding)


def arc_spec(drawing: Drawing, share: str, *, hole: bool = False) -> Spec:
    """Slices clockwise, the largest first; their shares around them where slices are few. A donut has a hole."""
    value = drawing.channels["y"]
    if drawing.scheme is None and len(drawing.rows) > MAX_SERIES:
        drawing = replace(drawing, scheme=MANY_COLORS)
    hue = color(drawing, "x")
    hue["legend"] = {**hue.get("legend", {}), "orient": "right", "direction": "vertical", "offset": 16}
    part: Spec = {"field": share, "type": "quantitative", "title": "Share", "format": ".1%"}
    encoding: Spec = {
        "theta": {"field": value.alias, "type": "quantitative", "stack": True, "title": value.title},
        "order": {"field": value.alias, "type": "quantitative", "sort": "descending"},
        "color": hue,
        "tooltip": [*tooltip(drawing, "x", "y"), *([part] if value.additive else [])],
    }
    shares: list[Any] = [row[share] for row in drawing.rows]
    few = 0 < len(shares) <= LABELLED_SLICES and all(isinstance(each, int | float) and each >= 0.04 for each in shares)
    inside = {"radius2": {"datum": HOLE, "type": "quantitative"}} if hole else {}
    if not few:
        ring = {"radius": _radius(1, 1), **inside} if hole else {}
        return base(mark={"type": "arc"}, encoding={**encoding, **ring})
    around = {key: channel for key, channel in encoding.items() if key != "color"}
    label = {"field": share, "type": "quantitative", "format": ".0%"}
    if not value.additive:
        label = {"field": value.alias, "type": "quantitative", "format": drawing.label_format("y")}
    detail = {"field": drawing.channels["x"].alias, "type": "nominal"}
    return base(
        layer=[
            {"mark": {"type": "arc"}, "encoding": {**encoding, "radius": _radius(1), **inside}},
            {"mark": {"type": "text"}, "encoding": {**around, "radius": _radius(1.2), "text": label, "detail": detail}},
        ]
    )


HOLE = 0.58
"""A donut's hole, as a share of its radius."""


def _radius(share: float, room: float = 1.3) -> Spec:
    """A distance from the centre, as a share of a pie's radius; the pie leaves room for what stands around it."""
    scale = {"type": "linear", "domain": [0, room], "zero": True, "nice": False}
    return {"datum": share, "type": "quantitative", "stack": None, "scale": scale}
