"""The canvases that the parity test draws twice, and what the headless renderer draws of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple
from xml.etree import ElementTree as ET

import pandas as pd
from vega_datasets import data

from canvas_widget.data import Catalogue, ChartRequest, ChartStyle, MetricRequest, Result, TableRequest
from canvas_widget.document import ChartContent, Container
from canvas_widget.layout import Box, Placing
from canvas_widget.render import render_container_svg
from canvas_widget.render.chart import chart_rows, full_spec
from canvas_widget.render.measure import text_width
from canvas_widget.render.renderer_process import VEGA_LITE
from canvas_widget.render.states import STALE_HEIGHT
from canvas_widget.render.theme import FONTS, geometry, theme
from canvas_widget.workspace import Workspace

__all__ = ["CANVASES", "NO_ROWS", "Drawing", "Line", "build", "headless", "texts"]

SVG = "{http://www.w3.org/2000/svg}"
Drawing = list[dict[str, Any]]


class Line(NamedTuple):
    """Words drawn in one line: x of their left end and y of the baseline, px in the container; the font's size."""

    words: str
    x: float
    y: float
    size: float


SIZES = [(376, 224), (376, 288), (248, 200), (560, 264)]

MPG, HP, YEAR = "mean(Miles_per_Gallon)", "mean(Horsepower)", "year(Year)"

# name, mark, dataset, encodings and the rest of the request
CHARTS: list[tuple[str, str, str, dict[str, Any]]] = [
    ("bars", "bar", "cars", {"x": "Origin", "y": MPG, "sort": "-y"}),
    ("bars by count", "bar", "cars", {"x": "Cylinders", "y": "count()"}),
    ("stacked bars", "bar", "cars", {"x": "Origin", "y": "count()", "series": "Cylinders"}),
    ("bars of few names", "bar", "cars", {"x": "Name", "y": MPG, "sort": "-y", "limit": 5}),
    ("bars of many names", "bar", "cars", {"x": "Name", "y": MPG, "sort": "-y", "limit": 24}),
    ("bars over bars", "bar", "cars", {"x": "Name", "y": MPG, "sort": "y", "limit": 90}),
    ("bars of years", "bar", "cars", {"x": YEAR, "y": "count()"}),
    ("line", "line", "cars", {"x": YEAR, "y": HP}),
    ("lines", "line", "cars", {"x": YEAR, "y": MPG, "series": "Origin"}),
    ("lines by month", "line", "stocks", {"x": "yearmonth(date)", "y": "mean(price)", "series": "symbol"}),
    ("lines by day", "line", "stocks", {"x": "date", "y": "price", "series": "symbol"}),
    ("lines of eight", "line", "long", {"x": "step", "y": "sum(value)", "series": "name"}),
    ("area", "area", "cars", {"x": YEAR, "y": "count()"}),
    ("areas", "area", "cars", {"x": YEAR, "y": "count()", "series": "Origin"}),
    ("points", "point", "cars", {"x": "Weight_in_lbs", "y": "Miles_per_Gallon"}),
    ("points by origin", "point", "cars", {"x": "Weight_in_lbs", "y": "Horsepower", "series": "Origin"}),
    ("pie", "arc", "cars", {"x": "Origin", "y": "count()"}),
    ("pie of cylinders", "arc", "cars", {"x": "Cylinders", "y": "count()"}),
    ("histogram", "histogram", "cars", {"x": "Horsepower"}),
    ("histogram of decimals", "histogram", "cars", {"x": "Acceleration"}),
    ("bars of long names", "bar", "long", {"x": "name", "y": "sum(value)"}),
    ("stacked long names", "bar", "long", {"x": "step", "y": "sum(value)", "series": "name"}),
    ("nulls", "bar", "gaps", {"x": "kind", "y": "sum(value)"}),
    ("points with nulls", "point", "gaps", {"x": "value", "y": "big"}),
    ("big numbers", "bar", "gaps", {"x": "kind", "y": "sum(big)"}),
    ("negative numbers", "bar", "gaps", {"x": "kind", "y": "min(value)"}),
    ("temperatures", "line", "weather", {"x": "yearmonth(date)", "y": "mean(temp_max)"}),
    ("weather by month", "bar", "weather", {"x": "month(date)", "y": "count()", "series": "weather"}),
    ("out of date", "bar", "fleeting", {"x": "Origin", "y": "count()"}),
    ("no rows", "bar", "cars", {"x": "Origin", "y": "count()"}),
    ("odd.name[1]", "bar", "gaps", {"x": '"a.b[c]"', "y": "count()"}),
    ("grouped bars", "bar", "cars", {"x": "Cylinders", "y": "count()", "series": "Origin", "stack": "grouped"}),
    ("shares", "bar", "cars", {"x": YEAR, "y": "count()", "series": "Origin", "stack": "percent"}),
    ("lying bars", "bar", "cars", {"x": "Origin", "y": MPG, "orient": "horizontal", "annotations": [{"y": "overall"}]}),
    ("largest and others", "bar", "cars", {"x": "Name", "y": "count()", "top": 6, "other": True}),
    (
        "shares over time",
        "area",
        "weather",
        {"x": "yearmonth(date)", "y": "count()", "series": "weather", "stack": "percent"},
    ),
    ("log scale", "line", "stocks", {"x": "date", "y": "price", "series": "symbol", "scale": {"y": {"log": True}}}),
    (
        "bands and labels",
        "line",
        "stocks",
        {
            "x": "yearmonth(date)",
            "y": "mean(price)",
            "annotations": [
                {"x": ["2008-01", "2009-06"], "text": "Crisis"},
                {"y": 100, "text": "Goal"},
                {"x": "2005-01", "y": 120, "text": "Here"},
            ],
        },
    ),
    ("bubbles", "point", "cars", {"x": HP, "y": MPG, "size": "count()", "series": "Origin", "group": ["Cylinders"]}),
    ("donut", "arc", "cars", {"x": "Origin", "y": "count()", "hole": True}),
    ("donut of many", "arc", "cars", {"x": "Cylinders", "y": "count()", "hole": True}),
    ("boxes", "box", "cars", {"x": "Origin", "y": "Horsepower"}),
    ("lying boxes", "box", "weather", {"x": "temp_max", "y": "month(date)"}),
    ("one box", "box", "cars", {"y": "Horsepower"}),
    ("heatmap", "heatmap", "weather", {"x": "month(date)", "y": "year(date)", "color": "mean(temp_max)"}),
    ("bins by bins", "density", "cars", {"x": "Horsepower", "y": "Miles_per_Gallon"}),
    ("densities", "density", "cars", {"x": "Miles_per_Gallon", "series": "Origin", "title": "How far"}),
    ("error bars", "bar", "cars", {"x": "Origin", "y": MPG, "error": "ci"}),
    ("error bands", "line", "cars", {"x": YEAR, "y": MPG, "error": "stderr"}),
    ("small histograms", "histogram", "cars", {"x": "Miles_per_Gallon", "facet": "Cylinders"}),
    ("small lines", "line", "stocks", {"x": "yearmonth(date)", "y": "mean(price)", "facet": "symbol", "columns": 3}),
    ("small bars", "bar", "weather", {"x": "weather", "y": "count()", "facet": "month(date)"}),
    (
        "a grid",
        "point",
        "cars",
        {
            "x": "Horsepower",
            "y": "Miles_per_Gallon",
            "row": "Origin",
            "column": "Cylinders",
            "title": "Power",
            "series": "Origin",
        },
    ),
    ("german euros", "bar", "stocks", {"x": "symbol", "y": "max(price)", "format": "currency"}),
    ("falling days", "bar", "stocks", {"x": "date", "y": "max(price)", "sort": "-y", "limit": 6}),
    ("地域別の売上", "bar", "scripts", {"x": "地域", "y": "sum(金額)", "sort": "-y"}),
    ("매출 – 销售额", "bar", "scripts", {"x": "地域", "y": "sum(金額)", "orient": "horizontal"}),
    ("Έσοδα και Доход", "line", "scripts", {"x": "年", "y": "sum(金額)", "series": "Товар"}),
    ("도시별 매출", "arc", "scripts", {"x": "Товар", "y": "sum(金額)"}),
    ("profits", "bar", "profits", {"x": "unit", "y": "sum(profit)"}),
    ("lying profits", "bar", "profits", {"x": "unit", "y": "sum(profit)", "orient": "horizontal"}),
    ("profits over time", "area", "profits", {"x": "month", "y": "sum(turnover)"}),
    (
        "long words at the edge",
        "line",
        "stocks",
        {
            "x": "yearmonth(date)",
            "y": "mean(price)",
            "annotations": [{"x": "2009-10", "text": "The price list of October came into force on this day"}],
        },
    ),
]
NO_ROWS = "no rows"
"""Builders refuse a query without rows; a query may lose them later."""
NOTES = {
    "short": "Japan leads.",
    "long": "Cars from **Japan** go farther on a gallon than those from anywhere else, and that has been so in each of "
    "the twelve years that the data hold, without a single exception.\n\nHeavier cars need more.",
    "list": "# Findings\n\n- The heaviest car weighs 5,140 lbs and comes from the **USA**\n- Mean horsepower fell from "
    "147.8 in 1970 to 81.5 in 1982, which is almost by half\n\n## Next\n\nLook at Europe.",
    "words": "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichenverordnung in one line, AVAVA To. We. fi fl "
    "1,234.56 − 7 · 8 – 9 … “quoted” ‘so’ — and that is that.",
}
SCRIPTS = {
    "japanese": "# 概要\n\n売上は、**前年比12.5％増**（第3四半期）でした。「東京」と『大阪』で伸び、北京では"
    "ＡＢＣ商品の販売が始まった。データ・センターのコストは、2024-03に下がったー。",
    "chinese": "销售额同比增长12.5%，其中**北京**和上海增长最快。“新产品”的份额为34%；退货率从2.1%降到1.8%。"
    "\n\n- 第一季度：¥1,234\n- 第二季度：¥2,345，比计划高",
    "korean": "서울의 매출은 전년보다 **12.5% 증가**했습니다. 부산에서는 신제품이 잘 팔렸고, 반품률은 2.1%에서 1.8%로 "
    "줄었습니다.",
    "greek": "Οι πωλήσεις στην **Αθήνα** αυξήθηκαν κατά 12,5 %. Выручка в **Москве** выросла на 12,5 %, а возвраты "
    "упали; well-known end-to-end figures of 2024-03.",
}
"""Notes of other scripts, beside the charts over the dataset of that name."""
TABLES: list[tuple[str, TableRequest]] = [
    ("20 heaviest cars", TableRequest(dataset="cars", sort="-Weight_in_lbs", limit=20)),
    ("Three", TableRequest(dataset="cars", columns=("Name", "Origin", "Horsepower"), sort="Horsepower", limit=3)),
    ("With gaps", TableRequest(dataset="gaps")),
    ("A title that is far too long for the header of a table", TableRequest(dataset="long", sort="-value")),
]
METRICS: list[tuple[str, MetricRequest]] = [
    ("Number of cars", MetricRequest(dataset="cars", value="count()")),
    ("Mean miles per gallon of all cars that there are", MetricRequest(dataset="cars", value=MPG)),
    ("Everything", MetricRequest(dataset="gaps", value="sum(big)", label="A label of its own")),
    ("Share", MetricRequest(dataset="cars", value="mean(Acceleration)", format=".3f")),
]
CANVASES = 63
"""One for each chart; a note, table or metric stands beside some."""


def _frames() -> dict[str, pd.DataFrame]:
    names = [
        f"{word} of considerable length" for word in ("Alpha", "Beta", "Gamma", "Delta", "Eps", "Zeta", "Eta", "Th")
    ]
    rows = [(step, name, (step * 7 + place * 13) % 29 + 1) for place, name in enumerate(names) for step in range(6)]
    gaps = {
        "kind": ["a", "b", None, "d", "e"],
        "value": [1.5, None, -3.25, 4.0, 12.125],
        "big": pd.array([2**60, 10**12, None, 3, 987_654_321], dtype="Int64"),
        "a.b[c]": ["x", "y", "x", None, "it's"],
    }
    return {
        "cars": data.cars(),
        "fleeting": data.cars(),
        "stocks": data.stocks(),
        "weather": data.seattle_weather(),
        "long": pd.DataFrame(rows, columns=["step", "name", "value"]),
        "gaps": pd.DataFrame(gaps),
        "profits": pd.DataFrame(
            {
                "unit": ["North", "South", "East", "West", "Middle"] * 2,
                "profit": [12.5, -8.25, 3.0, -0.5, 20.0, 1.0, -2.0, 0.25, 0.0, 4.5],
                "turnover": [31_000, -22_000, 14_500, -3_000, 9_000, 40_000, -40_000, 0, 12_000, 8_000],
                "month": pd.date_range("2024-01-01", periods=10, freq="MS"),
            }
        ),
        "scripts": pd.DataFrame(
            {
                "地域": ["東京", "大阪府大阪市北区", "北京", "서울특별시", "부산", "Αθήνα", "Москва"] * 3,
                "Товар": ["книга", "βιβλίο", "本"] * 7,
                "年": [2022] * 7 + [2023] * 7 + [2024] * 7,
                "金額": [(place * 37) % 90 + 10 for place in range(21)],
            }
        ),
    }


def build() -> Iterator[tuple[str, Workspace, str]]:
    """Name, canvas and theme, for each of the canvases."""
    frames = _frames()
    for place, (name, mark, dataset, asked) in enumerate(CHARTS):
        known = dict(frames)
        work = Workspace(name, 800, 512, catalogue=Catalogue(lambda known=known: known))
        width, height = SIZES[place % len(SIZES)]
        if name == "german euros":
            work.style = ChartStyle(locale="de", currency="€", scheme="set2")
        request = ChartRequest.model_validate({"dataset": dataset, "mark": mark, **asked})
        work.chart("chart", request, placing=Placing(box=Box(16, 16, width, height)))
        if dataset == "fleeting":
            known[dataset] = known[dataset].iloc[:100]
            work.poll()
        if dataset == "scripts":
            text = SCRIPTS[list(SCRIPTS)[place % len(SCRIPTS)]]
            work.text("note", text, title="概要 요약 Περίληψη", placing=Placing(box=Box(592, 16, 192, 264)))
            request = TableRequest(dataset="scripts", columns=("地域", "Товар", "金額"))
            work.table("table", request, title="売上 매출 Έσοδα", placing=Placing(box=Box(16, 304, 392, 192)))
        elif name == "german euros":
            request = TableRequest(dataset="stocks", columns=("symbol", "price"), sort="-price")
            work.table("table", request, title="Kurse", placing=Placing(box=Box(16, 304, 392, 192)))
            number = MetricRequest(dataset="stocks", value="sum(price)", format="currency")
            work.metric("metric", number, placing=Placing(box=Box(592, 16, 192, 120)))
        elif place < 2 * len(NOTES):
            text = list(NOTES.values())[place % len(NOTES)]
            title = "What stands out" if place < len(NOTES) else None
            work.text("note", text, title=title, placing=Placing(box=Box(592, 16, 192, 264)))
        elif place < 2 * len(NOTES) + 2 * len(TABLES):
            title, table = TABLES[place % len(TABLES)]
            work.table("table", table, title=title, placing=Placing(box=Box(16, 304, 768 if place % 2 else 392, 192)))
        else:
            title, metric = METRICS[place % len(METRICS)]
            work.metric("metric", metric, title=title, placing=Placing(box=Box(592, 16, 192, 96)))
        yield name, work, "dark" if place % 3 == 2 else "light"


def headless(container: Container, result: Result, mode: str) -> Drawing:
    """Everything that is drawn of a chart, as the browser side tells it (`sceneIn` of the bundle)."""
    import vl_convert

    assert isinstance(container.content, ChartContent)
    inset = geometry("chart")
    bottom = STALE_HEIGHT if container.content.stale else inset["bottom"]
    size = container.width - inset["left"] - inset["right"], container.height - inset["top"] - bottom
    vl_convert.register_font_directory(str(FONTS))
    spec = full_spec(container.content.spec, chart_rows(result), *size, theme(mode))
    scene = vl_convert.vegalite_to_scenegraph(spec, vl_version=VEGA_LITE, allowed_base_urls=[])
    found: Drawing = []
    _flatten(scene["scenegraph"], *scene["origin"], found)
    return found


def _flatten(node: Mapping[str, Any], left: float, top: float, found: Drawing) -> None:
    for item in node["items"]:
        own = {key: value for key, value in item.items() if isinstance(value, int | float | str)}
        found.append({**own, "mark": node["marktype"], "role": node.get("role") or "", "left": left, "top": top})
        for child in item.get("items", []):
            _flatten(child, left + item.get("x", 0), top + item.get("y", 0), found)


def texts(container: Container, result: Result | None, mode: str) -> list[Line]:
    """The lines of text that are drawn outside a chart, without the bullets of lists."""
    root = ET.fromstring(render_container_svg(container, result, theme=mode))
    found: list[Line] = []

    def walk(element: ET.Element) -> None:
        for child in element:
            if child.tag == f"{SVG}text":
                words = re.sub(r"\s+", " ", "".join(child.itertext())).strip()
                size, x = float(child.get("font-size", "0")), float(child.get("x", "0"))
                spacing = float(child.get("letter-spacing", "0"))
                width = text_width(words, size, int(child.get("font-weight", "400")), spacing)
                x -= {"end": width, "middle": width / 2}.get(child.get("text-anchor", ""), 0.0)
                if words != "•":
                    found.append(Line(words, x, float(child.get("y", "0")), size))
            elif not (child.tag == f"{SVG}svg" and child.get("stroke-miterlimit")):
                walk(child)

    walk(root)
    return found
