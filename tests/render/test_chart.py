"""Charts drawn by the real Vega-Lite renderer: what is drawn is what the rows say, and nothing else gets in."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pandas as pd
import pytest

from canvas_widget.render import render_svg
from canvas_widget.render.measure import text_width
from render.kit import BAR, HOSTILE, ROOT, SVG, box, cars, chart, document, marks, parse, result, texts

MPG = cars().groupby("Origin").Miles_per_Gallon.mean().sort_values(ascending=False).rename("mpg").reset_index()


@pytest.mark.ledger("A9")
def test_bars_and_labels_are_those_of_the_data() -> None:
    svg = render_svg(document(box("b", chart(), title="Mpg")), {"b": result(MPG)})
    bars = marks(svg, "bar")
    heights = [float(re.search(r"v(-?[\d.]+)h", bar.get("d"))[1]) for bar in bars]
    assert [bar.get("aria-label").split(";")[0] for bar in bars] == ["Origin: Japan", "Origin: Europe", "Origin: USA"]
    assert [height / heights[0] for height in heights] == pytest.approx([v / MPG.mpg[0] for v in MPG.mpg], abs=1e-6)
    shown = texts(svg)
    assert [f"{value:.1f}" for value in MPG.mpg] == [text for text in shown if re.fullmatch(r"\d\d\.\d", text)]
    assert [text for text in shown if text in set(MPG.Origin)] == list(MPG.Origin)


def test_title_and_subtitle_stand_in_the_header_once() -> None:
    content = chart({**BAR, "description": "Mean, sorted descending"})
    shown = texts(render_svg(document(box("b", content, title="Mpg by origin")), {"b": result(MPG)}))
    assert shown.count("Mpg by origin") == 1
    assert shown.count("Mean, sorted descending") == 1


def test_charts_in_one_picture_keep_their_ids_apart() -> None:
    line = {
        "mark": {"type": "line", "clip": True},
        "encoding": {"x": {"field": "Origin", "type": "nominal"}, "y": {"field": "mpg", "type": "quantitative"}},
    }
    boxes = [box(f"c{n}", chart(line), at=(16, 16 + 290 * n, 380, 280)) for n in range(2)]
    rows = result(MPG)
    root = parse(render_svg(document(*boxes), {"c0": rows, "c1": rows}))
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    used = {value[5:-1] for element in root.iter() for value in element.attrib.values() if value.startswith("url(#")}
    assert len(ids) == len(set(ids)) == 2
    assert used == set(ids)


def test_labels_at_the_ends_of_bars_and_lines_stay_inside_the_chart() -> None:
    name, value = "Origin", {"field": "mpg", "type": "quantitative", "format": ",.1f"}
    label = {"mark": {"type": "text", "align": "left", "dx": 4}, "encoding": {"text": value}}
    bars = {
        "layer": [{"mark": "bar"}, label],
        "encoding": {"y": {"field": name, "type": "nominal"}, "x": {**value, "scale": {"domainMax": 10_000_000}}},
    }
    frame = pd.DataFrame({"Origin": ["a", "b"], "mpg": [10_000_000.0, 1.0]})
    svg = render_svg(document(box("b", chart(bars))), {"b": result(frame)})
    chart_box = next(element for element in parse(svg).iter(f"{SVG}svg") if element.get("stroke-miterlimit"))
    first = next(chart_box.iter(f"{SVG}g"))
    left = float(re.search(r"translate\(([\d.]+)", first.get("transform"))[1])
    (end,) = (e for e in chart_box.iter(f"{SVG}text") if e.text == "10,000,000.0")
    x = left + float(re.search(r"translate\(([\d.]+)", end.get("transform"))[1])
    assert x + text_width("10,000,000.0", 11, 600) <= float(chart_box.get("width"))


@pytest.mark.ledger("X14")
def test_stale_marks_fade_while_labels_stay_readable() -> None:
    fresh = render_svg(document(box("b", chart(), title="Mpg")), {"b": result(MPG)})
    stale = render_svg(document(box("b", chart(stale=True), title="Mpg")), {"b": result(MPG)})

    def faded(svg: str) -> set[str]:
        groups = (element for element in parse(svg).iter() if element.get("opacity") == "0.42")
        return {word for element in groups for word in element.get("class", "").split() if word.startswith("mark-")}

    assert faded(fresh) == set()
    assert faded(stale) == {"mark-rect"}
    assert "Data changed since" in texts(stale)
    assert "Data changed since" not in texts(fresh)


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_categories_are_text(words: str) -> None:
    frame = pd.DataFrame({"Origin": [words.replace("\ud800", "\ufffd"), "plain"], "mpg": [1.0, 2.0]})
    svg = render_svg(document(box("b", chart(), title=words)), {"b": result(frame)})
    assert len(marks(svg, "bar")) == 2
    assert {element.tag.rpartition("}")[2] for element in parse(svg).iter()} <= {
        "svg",
        "style",
        "g",
        "rect",
        "path",
        "text",
        "line",
    }


def test_a_spec_with_a_way_out_is_refused_in_its_own_container() -> None:
    spec = {**BAR, "data": {"url": "http://127.0.0.1:9/rows.json"}}
    boxes = box("bad", chart(spec), title="Bad"), box("good", chart(), at=(416, 16, 380, 280), title="Good")
    svg = render_svg(document(*boxes), {"bad": result(MPG), "good": result(MPG)})
    assert "This chart could not be drawn" in texts(svg)
    assert len(marks(svg, "bar")) == 3


def test_a_spec_that_vega_cannot_draw_says_so_and_spares_the_rest() -> None:
    spec = {"mark": "bar", "encoding": {"x": {"field": "a'b", "type": "nominal"}}}
    boxes = box("bad", chart(spec), title="Bad"), box("good", chart(), at=(416, 16, 380, 280), title="Good")
    svg = render_svg(document(*boxes), {"bad": result(MPG), "good": result(MPG)})
    assert "This chart could not be drawn" in texts(svg)
    assert len(marks(svg, "bar")) == 3


def test_no_rows_are_said_in_words() -> None:
    shown = texts(render_svg(document(box("b", chart(), title="Mpg")), {"b": result(MPG.head(0))}))
    assert shown == ["Mpg", "The query found no rows"]


def test_integers_past_2_to_the_53_are_measured() -> None:
    frame = pd.DataFrame({"Origin": ["a", "b"], "mpg": [2**60, 2**61]})
    bars = marks(render_svg(document(box("b", chart())), {"b": result(frame)}), "bar")
    first, second = (float(re.search(r"v(-?[\d.]+)h", bar.get("d"))[1]) for bar in bars)
    assert second / first == pytest.approx(2, abs=1e-6)


DATED = """
import pandas as pd
from canvas_widget.render import render_svg
from canvas_widget.render.measure import text_width
from render.kit import box, chart, document, result
days = pd.to_datetime(["1970-01-01", "1971-01-01", "1972-01-01"])
when, what = {"field": "t", "type": "temporal"}, {"field": "v", "type": "quantitative"}
spec = {"mark": "line", "encoding": {"x": when, "y": what}}
frames = [pd.DataFrame({"t": d, "v": [1, 2, 3]}) for d in (days, days.date, days.tz_localize("Asia/Tokyo"))]
pictures = [render_svg(document(box("l", chart(spec))), {"l": result(frame)}) for frame in frames]
assert all("1970" in picture and "1969" not in picture for picture in pictures[:2])
print(*pictures)
"""


def test_dates_do_not_shift_with_the_time_zone_of_the_machine() -> None:
    def run(zone: str) -> str:
        env = {**os.environ, "TZ": zone, "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path])}
        return subprocess.run(
            [sys.executable, "-c", DATED], env=env, cwd=ROOT, capture_output=True, text=True, check=True
        ).stdout

    assert run("America/Los_Angeles") == run("Asia/Tokyo") != ""
