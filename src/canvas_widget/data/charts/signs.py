"""Values on both sides of zero: the line they stand on, and labels at the outer ends of their bars."""

from __future__ import annotations

from canvas_widget.data.charts.axes import ONCE, Drawing, Spec, scaled
from canvas_widget.data.charts.wording import number_text

__all__ = ["at_zero", "end_labels"]

CHARACTER = 7
"""The width of a digit of a label, px, generously."""
LINE = 18
"""The height of a label and its distance from a bar, px."""
APART = 8
"""How far the longest bar ends from the names of the categories, px."""
FROM_ZERO: Spec = {"type": "threshold", "domain": [0], "range": [0, 1]}
BELOW_ZERO: Spec = {"type": "threshold", "domain": [0], "range": [1, 0]}


def at_zero(spec: Spec, value: str) -> Spec:
    """The chart with a line at zero across its axis of values, in place of the one along its edge."""
    core = _apart({key: part for key, part in spec.items() if key != "data"}, value)
    rule: Spec = {"type": "rule", "strokeDash": [1, 0]}
    zero = {"data": ONCE, "mark": rule, "encoding": {value: {"datum": 0, "type": "quantitative"}}}
    return {"data": spec["data"], "layer": [core, zero]}


def _apart(spec: Spec, value: str) -> Spec:
    """The chart without the line along its edge, its marks apart from the names that stand there."""
    category, encoding = "y" if value == "x" else "x", spec["encoding"]
    place = encoding[category] | {"axis": encoding[category].get("axis", {}) | {"domain": False}}
    scale = encoding[value].get("scale", {})
    much = encoding[value] | ({} if "domain" in scale else {"scale": {"padding": APART, **scale}})
    return {**spec, "encoding": {**encoding, category: place, value: much}}


def end_labels(drawing: Drawing, value: str, spec: Spec) -> Spec:
    """Bars with their values beyond their ends.

    A spec may hold no condition, so where values lie on both sides every bar has two labels, and a scale of two steps
    shows the one on its side. The scale of the values leaves room for them at both ends.
    """
    channel = drawing.channels[value]
    form = drawing.label_format(value)
    text: Spec = {"field": channel.alias, "type": "quantitative", "format": form}
    mark: Spec = {"type": "text", "align": "left", "baseline": "middle", "dx": 4}
    under: Spec = {**mark, "align": "right", "dx": -4}
    if value == "y":
        mark = {"type": "text", "align": "center", "baseline": "bottom", "dy": -4}
        under = {**mark, "baseline": "top", "dy": 4}
    numbers = drawing.numbers(value)
    if min(numbers, default=0) >= 0:
        return {**spec, "layer": [*spec["layer"], {"mark": mark, "encoding": {"text": text}}]}
    layers = [
        {"mark": each, "encoding": {"text": text, "opacity": {**seen, "scale": scale, "legend": None}}}
        for seen in ({"field": channel.alias, "type": "quantitative", "title": channel.title},)
        for each, scale in ((mark, FROM_ZERO), (under, BELOW_ZERO))
    ]
    encoding = spec["encoding"]
    if not scaled(drawing, value):
        longest = max(len(number_text(number, form, whole=channel.whole)) for number in numbers)
        room = LINE if value == "y" else 8 + CHARACTER * longest
        measure = encoding[value]
        encoding = {**encoding, value: {**measure, "scale": {**measure.get("scale", {}), "padding": room}}}
    resolve = {"scale": {"opacity": "independent"}}
    return {**spec, "encoding": encoding, "layer": [*spec["layer"], *layers], "resolve": resolve}
