"""Box plots: quartiles, whiskers and outliers per group, all of them computed in the engine."""

from __future__ import annotations

from dataclasses import replace

from canvas_widget.data.charts.axes import Drawing, Spec, base, color, measured, place, tooltip
from canvas_widget.data.charts.channels import Channel
from canvas_widget.data.charts.drawn import BuiltChart
from canvas_widget.data.charts.facets import few_facets
from canvas_widget.data.charts.overlays import annotated, faceted
from canvas_widget.data.charts.plan import Plan
from canvas_widget.data.charts.roles import FACETS, channel_of, splits, with_unit
from canvas_widget.data.charts.sheet import MAX_CATEGORIES, MAX_MARKS, Sheet
from canvas_widget.data.charts.wording import plural
from canvas_widget.data.encode import Encoding
from canvas_widget.data.sql import identifier
from canvas_widget.errors import InvalidArgument

__all__ = ["build_box"]

OUTLIERS = 600
"""The most outliers that are drawn: the farthest."""
PARTS = {
    "low": "Lower whisker",
    "q1": "First quartile",
    "median": "Median",
    "q3": "Third quartile",
    "high": "Upper whisker",
}


def build_box(sheet: Sheet) -> BuiltChart:
    """A box from the first to the third quartile with a line at the median, per category.

    Whiskers reach to the farthest value within one and a half box lengths of the box; what lies beyond is an outlier.
    """
    request, source = sheet.request, sheet.source
    x, y = with_unit(request), request.y
    found = {axis: channel_of(text, source) for axis, text in (("x", x), ("y", y)) if text is not None}
    numbers = [axis for axis, each in found.items() if each.measure == "quantitative" and each.encoding.kind == "field"]
    if not numbers or any(each.aggregate for each in found.values()):
        raise InvalidArgument("A box plot needs y: a column of numbers; x, what there is a box for.")
    axis = "y" if "y" in numbers else "x"
    if len(numbers) == 2 and request.orient == "horizontal":
        axis = "x"
    other = "x" if axis == "y" else "y"
    value, category = found[axis], found.get(other)
    if category is not None and category.measure != "nominal":
        category = replace(category, measure="ordinal")
    frames = few_facets(sheet, splits(request, source))
    by = [each for each in (category, *(frames[role] for role in frames if role.split(" ")[0] in FACETS)) if each]
    result = sheet.run(_sql(sheet, value, by), limit=MAX_MARKS + OUTLIERS)
    median = replace(value, alias="median", encoding=Encoding("median", value.encoding.field), aggregate=True)
    channels = {axis: median, other: category or replace(value, alias="median", measure="ordinal"), **frames}
    drawing = Drawing(channels, result.rows(), sheet.format, sheet.scheme, request.scale, marks=sheet.marks)
    _notes(sheet, drawing, category, other)
    sheet.note_left_out([value])
    spec = annotated(sheet, _plan(sheet, channels, other, value), drawing, _spec(drawing, axis, category is not None))
    if category is None:
        channels = {axis: median, other: median, **frames}
    built = sheet.built(result, channels, faceted(sheet, drawing, spec))
    shown = {**built.encoding, other: None} if category is None else built.encoding
    return replace(built, encoding=shown)


def _plan(sheet: Sheet, channels: dict[str, Channel], other: str, value: Channel) -> Plan:
    return Plan(sheet.source, channels, other, needs=value.needs)


def _notes(sheet: Sheet, drawing: Drawing, category: Channel | None, other: str) -> None:
    if category is not None:
        groups = drawing.distinct(other)
        if len(groups) > MAX_CATEGORIES:
            raise InvalidArgument(
                f"{category.title} has {len(groups):,} values, too many boxes to read: filter them, or set top."
            )
        sheet.notes.append(plural(len(groups), "group"))
    outliers = sum(row["outlier"] is not None for row in drawing.rows)
    found = max((row["outliers"] for row in drawing.rows if row["outliers"] is not None), default=0)
    if found:
        all_of_them = plural(found, "outlier") + " beyond the whiskers"
        sheet.notes.append(f"{outliers:,} of {all_of_them}" if found > outliers else all_of_them)


def _sql(sheet: Sheet, value: Channel, by: list[Channel]) -> str:
    names = [identifier(each.alias) for each in by]
    orders = [(each, identifier(f"{each.alias} order")) for each in by if each.key is not None]
    groups = "".join(f"{each.sql} AS {name}, " for each, name in zip(by, names, strict=True))
    groups += "".join(f"{each.key} AS {name}, " for each, name in orders)
    every = [*names, *(name for _, name in orders)]
    keys = "".join(f"{name}, " for name in every)
    group = f"\n  GROUP BY {', '.join(every)}" if every else ""
    using = f"USING ({', '.join(every)})" if every else "ON TRUE"
    limited = ""
    if sheet.request.top is not None and by:
        limited = f"\n  ORDER BY count(*) DESC, 1 LIMIT {sheet.request.top}"
    sort = sheet.request.sort or ""
    down = " DESC" if sort.startswith("-") else ""
    first = [name for _, name in orders] + names
    if sort.lstrip("-+") in {"y", "x"} and sort.lstrip("-+") != "":
        value_axis = "y" if sheet.request.y is not None else "x"
        if sort.lstrip("-+") == value_axis:
            first = ['"median"', *first]
    order = ", ".join(
        [*(name + (down if place == 0 else "") for place, name in enumerate(first)), '"outlier" NULLS FIRST']
    )
    return (
        f'WITH "rows" AS (\n  SELECT {groups}{value.sql} AS "value"\n  '
        + sheet.source.clause(value.needs).replace("\n", "\n  ")
        + f'\n), "quartiles" AS (\n  SELECT {keys}quantile_cont("value", 0.25) AS "q1", median("value") AS "median", '
        f'quantile_cont("value", 0.75) AS "q3"\n  FROM "rows"{group}{limited}\n'
        f'), "ends" AS (\n  SELECT {keys}any_value("q1") AS "q1", any_value("median") AS "median", '
        f'any_value("q3") AS "q3",\n    '
        'min("value") FILTER (WHERE "value" >= "q1" - 1.5 * ("q3" - "q1")) AS "low",\n    '
        'max("value") FILTER (WHERE "value" <= "q3" + 1.5 * ("q3" - "q1")) AS "high"\n'
        f'  FROM "rows" JOIN "quartiles" {using}{group}\n'
        f'), "outside" AS (\n  SELECT {keys}"value" AS "outlier", "median", count(*) OVER () AS "outliers"\n'
        f'  FROM "rows" JOIN "ends" {using}\n  WHERE "value" < "low" OR "value" > "high"\n'
        f'  ORDER BY abs("value" - "median") / greatest("q3" - "q1", 1e-300) DESC LIMIT {OUTLIERS}\n)\n'
        f'SELECT {keys}"low", "q1", "median", "q3", "high", NULL AS "outlier", NULL AS "outliers" FROM "ends"\n'
        f'UNION ALL\nSELECT {keys}NULL, NULL, "median", NULL, NULL, "outlier", "outliers" FROM "outside"\n'
        f"ORDER BY {order}"
    )


def _spec(drawing: Drawing, axis: str, grouped: bool) -> Spec:
    other = "x" if axis == "y" else "y"
    along: Spec = {other: place(drawing, other, discrete=True)} if grouped else {}
    title = drawing.channels[axis].title
    scale = measured(drawing, axis, zero=False)

    def at(name: str) -> Spec:
        return {**scale, "field": name, "title": title}

    tips = tooltip(drawing, other) if grouped else []
    form = drawing.format or "~g"
    tips += [{"field": name, "type": "quantitative", "title": words, "format": form} for name, words in PARTS.items()]
    wide = {"width" if axis == "y" else "height": {"band": 0.5} if grouped else 56}
    solid = {"strokeDash": [1, 0], "strokeWidth": 1.5}
    hue = {"color": {**color(drawing, other), "legend": None}} if grouped and drawing.scheme else {}
    grey = {"color": {"value": "#808080"}}
    flat = any(row["q1"] is not None and row["q1"] == row["q3"] for row in drawing.rows)
    layers = [
        {
            "mark": {"type": "rule", "invalid": "filter", **solid},
            "encoding": {axis: at("low"), f"{axis}2": {"field": "high"}, **grey},
        },
        {
            "mark": {"type": "bar", "invalid": "filter", **wide},
            "encoding": {axis: at("q1"), f"{axis}2": {"field": "q3"}, "tooltip": tips, **hue},
        },
        {
            "mark": {
                "type": "tick",
                "invalid": "filter",
                "thickness": 2,
                "color": "#808080" if flat else "#ffffff",  # white would not be seen without a box behind it
                **(
                    {"width": {"band": 0.5}}
                    if grouped and axis == "y"
                    else {"height": {"band": 0.5}}
                    if grouped
                    else {"size": 56}
                ),
            },
            "encoding": {axis: at("median")},
        },
        {
            "mark": {"type": "point", "invalid": "filter", "size": 18, "opacity": 0.55},
            "encoding": {
                axis: at("outlier"),
                "tooltip": [{"field": "outlier", "type": "quantitative", "title": title, "format": form}],
                **hue,
            },
        },
    ]
    return base(encoding=along, layer=layers)
