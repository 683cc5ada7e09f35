"""Density in one dimension: a smooth curve over any number of rows, computed in the engine from narrow bins."""

from __future__ import annotations

from canvas_widget.data.charts.axes import Drawing, Spec, base, color, measured, tooltip
from canvas_widget.data.charts.bins import literal_number
from canvas_widget.data.charts.channels import Channel
from canvas_widget.data.charts.drawn import BuiltChart
from canvas_widget.data.charts.facets import few_facets
from canvas_widget.data.charts.overlays import annotated, faceted
from canvas_widget.data.charts.plan import Plan
from canvas_widget.data.charts.roles import FACETS, channel_of, splits
from canvas_widget.data.charts.sheet import MAX_SERIES, Sheet
from canvas_widget.data.charts.wording import plural
from canvas_widget.data.encode import Encoding
from canvas_widget.data.sql import identifier
from canvas_widget.errors import InvalidArgument, QueryError

__all__ = ["build_density"]

NARROW = 1_024
"""Bins that rows are counted in before they are smoothed: a thousandth of the range each."""
POINTS = 161
"""Points of a curve."""
REACH = 3
"""How far a curve goes beyond the data, in bandwidths."""


def build_density(sheet: Sheet) -> BuiltChart:
    """A kernel density (Gaussian, bandwidth by Scott's rule) of a column of numbers, per series where there is one."""
    request, source = sheet.request, sheet.source
    text = request.x or request.y
    if text is None:
        raise InvalidArgument("A density needs x: a column of numbers.")
    x = channel_of(text, source)
    if x.encoding.kind == "bin":
        x = channel_of(str(Encoding(None, x.encoding.field)), source)
    if x.aggregate or x.measure != "quantitative":
        raise InvalidArgument(f'A density needs a column of numbers as x, not "{text}".')
    found: dict[str, Channel] = {}
    if request.series is not None:
        found["series"] = channel_of(request.series, source)
    found = few_facets(sheet, {**found, **splits(request, source)})
    by = [channel for role, channel in found.items() if role == "series" or role.split(" ")[0] in FACETS]
    value = f"CAST({x.sql} AS DOUBLE)"
    clause = sheet.source.clause(x.needs)
    ends = sheet.run(f"SELECT min({value}) AS low, max({value}) AS high, count(*) AS n\n{clause}").rows()[0]
    if ends["low"] is None or not ends["low"] < ends["high"]:
        raise QueryError(f"{x.title} has fewer than two different values: there is no density to draw.")
    sql = _sql(x, by, clause, float(ends["low"]), float(ends["high"]))
    result = sheet.run(sql)
    y = Channel(Encoding("density", None), "density", "density", "quantitative", "Density", aggregate=True)
    channels = {"x": x, "y": y, **found}
    drawing = Drawing(channels, result.rows(), sheet.format, sheet.scheme, request.scale, marks=sheet.marks)
    if "series" in found and len(drawing.distinct("series")) > MAX_SERIES:
        raise InvalidArgument(
            f"A density has at most {MAX_SERIES} series, or it cannot be read. Filter, or use facets."
        )
    sheet.notes.append(plural(int(ends["n"]), "row"))
    sheet.note_left_out([x])
    encoding: Spec = {
        "x": {
            "field": x.alias,
            "type": "quantitative",
            "title": x.title,
            "scale": {"zero": False, "nice": False},
            "axis": {"grid": False, "tickCount": 6},
        },
        "y": measured(drawing, "y", zero=True, stack=None),
        "tooltip": tooltip(drawing, "x", "series", "y"),
    }
    encoding["y"]["axis"] = {"tickCount": 3, "format": ".2~g"}
    if "series" in found:
        encoding["color"] = color(drawing)
    spec = base(mark={"type": "area", "line": True, "fillOpacity": 0.25}, encoding=encoding)
    spec = annotated(sheet, Plan(sheet.source, channels, "x", needs=x.needs), drawing, spec)
    return sheet.built(result, channels, faceted(sheet, drawing, spec))


def _sql(x: Channel, by: list[Channel], clause: str, low: float, high: float) -> str:
    """Rows are counted in narrow bins; each point of the curve sums the bins, weighed by their distance.

    The bandwidth is Scott's: the standard deviation times n^(-1/5), per group, at least a narrow bin.
    """
    step = literal_number((high - low) / NARROW)
    value = f"CAST({x.sql} AS DOUBLE)"
    start, names = literal_number(low), [identifier(channel.alias) for channel in by]
    groups = "".join(f"{channel.sql} AS {name}, " for channel, name in zip(by, names, strict=True))
    keys = "".join(f"{name}, " for name in names)
    group = ", ".join(str(place) for place in range(1, len(by) + 2))
    using = f"USING ({', '.join(names)})" if by else "ON TRUE"
    over = f"GROUP BY {', '.join(names)}" if by else ""
    middle = f'{start} + ("bin" + 0.5) * {step}'
    return (
        f'WITH "narrow" AS (\n  SELECT {groups}least(floor(({value} - {start}) / {step}), {NARROW - 1}) AS "bin", '
        f'count(*) AS "n", sum({value} - {start}) AS "total", sum(pow({value} - {start}, 2)) AS "squares"\n  '
        + clause.replace("\n", "\n  ")
        + f"\n  GROUP BY {group}\n"
        f'), "width" AS (\n  SELECT {keys}sum("n") AS "all", min({middle}) AS "from", max({middle}) AS "to",\n'
        f'    greatest({step}, sqrt(greatest(0, sum("squares") - sum("total") * sum("total") / sum("n")) '
        f'/ greatest(1, sum("n") - 1)) * pow(sum("n"), -0.2)) AS "h"\n  FROM "narrow" {over}\n'
        f'), "curve" AS (\n  SELECT {keys}"all", "h", "from" - {REACH} * "h" + '
        f'("to" - "from" + {2 * REACH} * "h") * "place" / {POINTS - 1} AS "at"\n'
        f'  FROM "width", range({POINTS}) AS "points"("place")\n)\n'
        f'SELECT "at" AS {identifier(x.alias)}, {keys}'
        f'sum("n" * exp(-0.5 * pow(("at" - ({middle})) / "h", 2))) / (any_value("all") * any_value("h") '
        f'* sqrt(2 * pi())) AS "density"\nFROM "curve" JOIN "narrow" {using}\n'
        f'GROUP BY {keys}"at"\nORDER BY {keys}"at"'
    )
