"""What Vega's own fitting leaves to us: legends that wrap, names that turn, labels that would lie on one another.

Builders do not know how wide a chart will be; this does. The browser does the same (js/src/charts), so that both
draw the same chart.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

from canvas_widget.render.frames import Frame, framed_size, is_framed, named, widest_label
from canvas_widget.render.labels import is_worded, lined
from canvas_widget.render.measure import text_width
from canvas_widget.render.numbers import format_number
from canvas_widget.render.theme import geometry

__all__ = ["fitted", "label_room"]

Rows = list[dict[str, Any]]

LABEL_GAP = 4
WORDS_AT = 1.2 / 1.3
"""How far from its middle the words around a pie stand, as a share of its room."""
NARROWEST = 12
"""The narrowest band, in px, whose turned name does not touch the next one."""


def _cell(row: Mapping[str, Any], field: str) -> Any:
    """The value a spec's field names; the spec escapes dots, brackets and quotes with backslashes."""
    return row.get(re.sub(r"\\(.)", r"\1", field))


def label_room(spec: Mapping[str, Any], rows: Rows) -> int:
    """How far labels that begin at the end of a mark (`align: left`) reach beyond it, in px; 0 where there are none."""
    room = 0.0
    for layer in spec.get("layer", []):
        room = max(room, label_room(layer, rows))
        mark, encoding = layer.get("mark"), layer.get("encoding", {})
        text = encoding.get("text", {})
        if "opacity" in encoding:  # labels on both sides of zero, which the axis itself leaves room for
            continue
        if isinstance(mark, dict) and mark.get("type") == "text" and mark.get("align") == "left" and "field" in text:
            shown = (_label(_cell(row, text["field"]), text.get("format")) for row in rows)
            widest = max((text_width(label, 11, 600) for label in shown), default=0.0)
            room = max(room, mark.get("dx", 0) + widest)
    return math.ceil(room)


def _label(value: Any, form: str | None) -> str:
    return value if isinstance(value, str) and form is None else format_number(value, form)


def fitted(spec: Mapping[str, Any], rows: Rows, width: int, height: int = 0) -> dict[str, Any]:
    """The spec for a chart so many px wide, and for small charts so many px high in all.

    Colour legends lose their titles (the header names them) and wrap, move beside the chart, or go where they would
    leave no room for it. Names along the x axis turn when one does not fit its band. Words beside rules break into
    lines. Labels on columns are left out when they would touch one another.
    """
    if is_framed(spec):
        return _framed(spec, rows, width, height)
    if height:
        spec = _axis_titles(spec, height)
    if "layer" in spec and "x" not in spec.get("encoding", {}):
        done = _legends({**spec, "layer": []}, rows, width, height)
        plot = width - geometry("legend")["axis"] - _names_beside(spec, rows)
        given = _round(spec["layer"], rows, width, height)
        layers = [lined(each, plot) if is_worded(each) else fitted(each, rows, width, height) for each in given]
        return done | {"layer": layers}
    done = _legends(spec, rows, width - _names_beside(spec, rows), height)
    x = done.get("encoding", {}).get("x")
    if not isinstance(x, dict) or x.get("type") != "nominal" or "field" not in x:
        return done
    names = {str(_cell(row, x["field"])) for row in rows}
    band = (width - geometry("legend")["axis"]) / max(1, len(names))
    turned = max((text_width(name, 11) for name in names), default=0.0) + LABEL_GAP > band
    axis = {**(x.get("axis") or {}), "labelAngle": -40 if turned else 0, "labelOverlap": "parity"}
    if turned and band >= NARROWEST:
        axis["labelOverlap"] = False
    if x.get("axis", {}) is not None:
        done["encoding"] = {**done["encoding"], "x": {**x, "axis": axis}}
    if "layer" in done:
        done["layer"] = [layer for layer in done["layer"] if not _crowded(layer, rows, band)]
    return done


def _round(layers: list[dict[str, Any]], rows: Rows, width: int, height: int) -> list[dict[str, Any]]:
    """The layers of a pie, which fills its room where the words around it would be cut off; others as they are."""
    if not height or len(layers) != 2 or layers[0].get("mark") != {"type": "arc"}:
        return layers
    slices, text = layers[0], layers[1].get("encoding", {}).get("text", {})
    look, color = geometry("legend"), slices.get("encoding", {}).get("color", {})
    if "field" not in text or "field" not in color:
        return layers
    names = max((text_width(name, 11) for name in _names(color, rows)), default=0.0)
    room = width - look["symbol"] - look["gap"] - min(names, look["labelMost"])
    words = max((text_width(_label(_cell(row, text["field"]), text.get("format")), 11, 600) for row in rows), default=0)
    if room >= WORDS_AT * min(room, height) + words:
        return layers
    radius = slices["encoding"].get("radius", {})
    whole = {**radius, "scale": {**radius.get("scale", {}), "domain": [0, 1]}}
    return [{**slices, "encoding": {**slices["encoding"], "radius": whole}}]


def _axis_titles(spec: Mapping[str, Any], height: int) -> dict[str, Any]:
    """The spec without axis titles where they would leave no room to draw in, that of y no longer than the chart."""
    look = geometry("titles")
    done = dict(spec)
    if isinstance(spec.get("layer"), list):
        done["layer"] = [_axis_titles(layer, height) for layer in spec["layer"]]
    encoding = spec.get("encoding")
    if not isinstance(encoding, dict):
        return done
    for axis in ("x", "y"):
        part = encoding.get(axis)
        if not isinstance(part, dict) or not isinstance(part.get("title"), str):
            continue
        if height < look["least"]:
            encoding = {**encoding, axis: {**part, "title": None}}
        elif (
            axis == "y" and part.get("axis", {}) is not None and text_width(part["title"], 11) > height - look["beside"]
        ):
            limit = (height - look["beside"]) // look["step"] * look["step"]
            encoding = {**encoding, axis: {**part, "axis": {**part.get("axis", {}), "titleLimit": limit}}}
    return {**done, "encoding": encoding}


def _names_beside(spec: Mapping[str, Any], rows: Rows) -> int:
    """How much more room than usual the names along the y axis take from a legend above the plot, px."""
    y = named(spec, "y")
    if y is None or y.get("type") not in {"nominal", "ordinal"}:
        return 0
    most = (y.get("axis") or {}).get("labelLimit") or geometry("legend")["labelMost"]
    return int(max(0, min(most, widest_label(y, rows)) + geometry("facets")["axis"] - geometry("legend")["axis"]))


def _framed(spec: Mapping[str, Any], rows: Rows, width: int, height: int) -> dict[str, Any]:
    """Small charts: each with its size, fewer ticks, and its value as a heading."""
    inner = _legends(spec["spec"], rows, width)
    frame = framed_size(spec, rows, width, height, _legend_room(inner))
    look = geometry("facets")
    inner = fitted(spec["spec"], rows, frame.width + geometry("legend")["axis"])
    inner = _with_legend(inner, _legends(spec["spec"], rows, width))
    counts = {"x": max(1, frame.width // look["tickX"]), "y": max(2, min(4, frame.height // look["tickY"]))}
    inner = _ticked(inner, counts, look["labelMost"]) | {"width": frame.width, "height": frame.height}
    inner = _titled(inner, frame)
    if frame.width < look["words"] and isinstance(inner.get("layer"), list):
        inner["layer"] = [layer for layer in inner["layer"] if not is_worded(layer)]
    facet = spec["facet"]
    down = {"title": None, "labelPadding": 5, "labelLimit": frame.height}
    across = {"title": None, "labelPadding": 5, "labelLimit": frame.width, "labelAnchor": "start"}
    if "field" in facet:
        facet = {**facet, "header": across}
    else:
        sides = {"row": down, "column": across}
        facet = {side: {**part, "header": sides[side]} for side, part in facet.items()}
    done = {key: part for key, part in spec.items() if key not in {"spec", "facet"}}
    return done | {"facet": facet, "spec": inner, "spacing": look["gap"]}


def _ticked(spec: Mapping[str, Any], counts: Mapping[str, int], limit: int) -> dict[str, Any]:
    """The spec with fewer ticks on its axes of numbers and times."""
    done = dict(spec)
    if isinstance(spec.get("encoding"), dict):
        encoding = dict(spec["encoding"])
        for axis, count in counts.items():
            part = encoding.get(axis)
            if not isinstance(part, dict) or part.get("axis", {}) is None:
                continue
            more: dict[str, Any] = {"labelLimit": limit, "labelSeparation": 6}
            if axis == "x" and part.get("type") in {"quantitative", "temporal"}:
                more |= {"labelFlush": True, "labelOverlap": "greedy"}
            if part.get("type") in {"quantitative", "temporal"}:
                more["tickCount"] = count
            encoding[axis] = {**part, "axis": {**part.get("axis", {}), **more}}
        done["encoding"] = encoding
    if isinstance(spec.get("layer"), list):
        done["layer"] = [_ticked(layer, counts, limit) for layer in spec["layer"]]
    return done


def _titled(spec: Mapping[str, Any], frame: Frame) -> dict[str, Any]:
    """The spec without the titles of axes that do not fit beside one small chart."""
    done = dict(spec)
    if isinstance(spec.get("encoding"), dict):
        encoding = dict(spec["encoding"])
        for axis, room in (("x", frame.width), ("y", frame.height)):
            part = encoding.get(axis)
            if isinstance(part, dict) and isinstance(part.get("title"), str) and text_width(part["title"], 11) > room:
                encoding[axis] = {**part, "title": None}
        done["encoding"] = encoding
    if isinstance(spec.get("layer"), list):
        done["layer"] = [_titled(layer, frame) for layer in spec["layer"]]
    return done


def _with_legend(spec: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """The spec with the colour legend that another width gave it: the one of all small charts together."""
    done = dict(spec)
    if "color" in other.get("encoding", {}):
        done["encoding"] = {**spec["encoding"], "color": other["encoding"]["color"]}
    if isinstance(spec.get("layer"), list):
        pairs = zip(spec["layer"], other["layer"], strict=False)
        done["layer"] = [_with_legend(one, two) for one, two in pairs]
    return done


def _legend_room(spec: Mapping[str, Any]) -> tuple[int, int]:
    """What the colour legend takes beside and above a chart, px."""
    color = named(spec, "color")
    if color is None or color.get("legend", {}) is None:
        return 0, 0
    look, legend = geometry("legend"), color.get("legend", {})
    if legend.get("orient", "top") != "top":
        return look["symbol"] + look["labelBeside"] + look["gap"], 0
    lines = 2 if color.get("type") == "quantitative" or "columns" in legend else 1
    return 0, look["above"] + look["line"] * lines


def _crowded(layer: Mapping[str, Any], rows: Rows, band: float) -> bool:
    """Whether a layer holds labels above columns that are wider than the columns stand apart."""
    mark, text = layer.get("mark"), layer.get("encoding", {}).get("text", {})
    if not isinstance(mark, dict) or mark.get("type") != "text" or mark.get("align") == "left" or "field" not in text:
        return False
    shown = (_label(_cell(row, text["field"]), text.get("format")) for row in rows)
    return max((text_width(label, 11, 600) for label in shown), default=0.0) > band


def _legends(spec: Mapping[str, Any], rows: Rows, width: int, height: int = 0) -> dict[str, Any]:
    done = dict(spec)
    if isinstance(spec.get("encoding"), dict):
        done["encoding"] = _wrapped(spec["encoding"], rows, width, height)
    if isinstance(spec.get("layer"), list):
        done["layer"] = [_legends(layer, rows, width, height) for layer in spec["layer"]]
    return done


def _wrapped(encoding: dict[str, Any], rows: Rows, width: int, height: int) -> dict[str, Any]:
    color = encoding.get("color")
    if not isinstance(color, dict) or "field" not in color or color.get("legend", {}) is None:
        return encoding
    legend: dict[str, Any] | None = {"title": None, **color.get("legend", {})}
    if legend and legend.get("orient", "top") == "top":
        number = color.get("type") == "quantitative"
        placed = _ramp(width, height) if number else _placed(_names(color, rows), width, height)
        legend = None if placed is None else legend | placed
    return {**encoding, "color": {**color, "legend": legend}}


def _names(color: Mapping[str, Any], rows: Rows) -> list[str]:
    """The entries of a legend, in its order."""
    found = {str(_cell(row, color["field"])) for row in rows}
    order = [str(name) for name in color["sort"]] if isinstance(color.get("sort"), list) else sorted(found)
    return [name for name in order if name in found]


def _placed(names: list[str], width: int, height: int) -> dict[str, Any] | None:
    """Where a legend goes: above the chart in one or two rows, or beside it where these do not suffice or leave no
    room to draw in; None where it would leave none there either. A height of 0 is one that is not known.
    """
    look = geometry("legend")
    wide = [look["symbol"] + min(text_width(name, 11), look["labelMost"]) for name in names]
    for rows in range(1, look["rows"] + 1):
        columns = max(1, math.ceil(len(names) / rows))
        used = sum(max(wide[place::columns]) for place in range(min(columns, len(wide))))
        if used + look["gap"] * (columns - 1) <= width - look["axis"] and _drawable(height, rows):
            return {} if rows == 1 else {"columns": columns}
    beside = {"orient": "right", "labelLimit": look["labelBeside"]}
    if not height:
        return beside
    room = width - look["axis"] - look["plotWide"] - look["symbol"] - look["gap"]
    most = (height - look["ends"]) // look["lineBeside"]
    if room < look["labelLeast"] or most < min(len(names), 2):
        return None
    if len(names) > most:  # the last line says how many more there are
        return beside | {"labelLimit": min(max(room, look["more"]), look["labelBeside"]), "symbolLimit": most - 1}
    return beside | {"labelLimit": min(room, look["labelBeside"])}


def _ramp(width: int, height: int) -> dict[str, Any] | None:
    """Where the legend of a number goes: above the chart, or beside it where that would leave no room to draw in."""
    look = geometry("legend")
    if _drawable(height, 2):
        return {}
    length = height - look["ends"] - look["below"]
    if length < look["plotTall"] or width - look["axis"] - look["ramp"] < look["plotWide"]:
        return None
    return {"orient": "right", "gradientLength": length}


def _drawable(height: int, rows: int) -> bool:
    """Whether a legend of so many rows above a chart leaves room to draw in."""
    look = geometry("legend")
    taken = look["ends"] + look["below"] + look["above"] + look["line"] * rows
    return not height or height - taken >= look["plotTall"]
