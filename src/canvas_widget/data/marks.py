"""A Vega-Lite spec per mark. Sizes, colours and fonts come from the theme, never from here."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from canvas_widget.data.axes import Drawing, Spec, base, color, measured, place, tooltip
from canvas_widget.data.wording import label_format

__all__ = ["arc_spec", "bar_spec", "histogram_spec", "line_spec", "point_spec"]

LABELLED_BARS = 12
LABELLED_SLICES = 6
LABELLED_LINES = 6
MARKED_POINTS = 24
"""A line of so many points or fewer shows each."""


def bar_spec(drawing: Drawing, category: str) -> Spec:
    """Bars from zero, in the rows' order; their values at their ends where there is room."""
    value = "x" if category == "y" else "y"
    channel = drawing.channels[value]
    stacked = "series" in drawing and channel.additive
    encoding: Spec = {
        category: place(drawing, category, discrete=True),
        value: measured(drawing, value, zero=True, stack="zero" if stacked else None),
        "tooltip": tooltip(drawing, category, "series", value),
    }
    if "series" in drawing:
        encoding["color"] = color(drawing)
        if not stacked:
            order = {key: part for key, part in encoding["color"].items() if key in {"field", "type", "sort", "scale"}}
            encoding["xOffset" if value == "y" else "yOffset"] = order
    numbers = drawing.numbers(value)
    temporal = drawing.channels[category].measure == "temporal"
    few = 0 < len(drawing.rows) <= LABELLED_BARS and all(number >= 0 for number in numbers)
    if "series" in drawing or temporal or not few:
        return base(mark={"type": "bar"}, encoding=encoding)
    text = {"field": channel.alias, "type": "quantitative", "format": label_format(numbers, whole=channel.whole)}
    end: Spec = {"align": "left", "baseline": "middle", "dx": 4}
    if value == "y":
        end = {"align": "center", "baseline": "bottom", "dy": -4}
    labels = {"mark": {"type": "text", **end}, "encoding": {"text": text}}
    return base(encoding=encoding, layer=[{"mark": {"type": "bar"}}, labels])


def line_spec(drawing: Drawing, mark: str) -> Spec:
    """Lines or areas along an axis; series named at the ends of their lines, or in a legend where those would meet."""
    area, series = mark == "area", "series" in drawing
    stacked = area and drawing.channels["y"].additive
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
        "y": measured(drawing, "y", zero=area, stack="zero" if stacked else None),
        "tooltip": tooltip(drawing, "x", "series", "y"),
    }
    if not series:
        return base(mark=shape, encoding=encoding)
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
    """A mark per row; scales follow the values and need not start at zero."""
    encoding: Spec = {}
    for role in ("x", "y"):
        if drawing.channels[role].measure == "quantitative":
            encoding[role] = measured(drawing, role, zero=False)
        else:
            encoding[role] = place(drawing, role, discrete=drawing.channels[role].measure != "temporal")
    encoding["tooltip"] = tooltip(drawing, "x", "y", "series")
    if "series" in drawing:
        encoding["color"] = color(drawing)
    shape: Spec = {"type": "point"}
    if len(drawing.rows) > 1_000:
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


def arc_spec(drawing: Drawing, share: str) -> Spec:
    """Slices clockwise, the largest first; their shares around them where slices are few."""
    value = drawing.channels["y"]
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
    if not few:
        return base(mark={"type": "arc"}, encoding=encoding)
    around = {key: channel for key, channel in encoding.items() if key != "color"}
    label = {"field": share, "type": "quantitative", "format": ".0%"}
    if not value.additive:
        label = {
            "field": value.alias,
            "type": "quantitative",
            "format": label_format(drawing.numbers("y"), whole=value.whole),
        }
    detail = {"field": drawing.channels["x"].alias, "type": "nominal"}
    return base(
        layer=[
            {"mark": {"type": "arc"}, "encoding": {**encoding, "radius": _radius(1)}},
            {"mark": {"type": "text"}, "encoding": {**around, "radius": _radius(1.2), "text": label, "detail": detail}},
        ]
    )


def _radius(share: float) -> Spec:
    """A distance from the centre, as a share of a pie's radius; the pie leaves room for what stands around it."""
    scale = {"type": "linear", "domain": [0, 1.3], "zero": True, "nice": False}
    return {"datum": share, "type": "quantitative", "stack": None, "scale": scale}
