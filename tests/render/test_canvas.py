"""The whole canvas as a picture: what stands where, the same bytes everywhere, everything inside its box."""

from __future__ import annotations

import hashlib
import math
import os
import re
import subprocess
import sys
import zlib
from xml.etree import ElementTree as ET

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from canvas_widget.document import EmptyContent, MetricContent, TableContent, TextContent
from canvas_widget.render import picture_size, render_container_svg, render_pdf, render_png, render_svg
from canvas_widget.render.measure import text_width
from canvas_widget.render.theme import FONTS
from render.kit import (
    HOSTILE,
    ROOT,
    SVG,
    box,
    cars,
    chart,
    document,
    marks,
    parse,
    pixels,
    result,
    texts,
)

CARS = cars()
MPG = CARS.groupby("Origin").Miles_per_Gallon.mean().sort_values(ascending=False).rename("mpg").reset_index()
HEAVY = CARS.sort_values("Weight_in_lbs", ascending=False).head(20)[["Name", "Origin", "Horsepower", "Weight_in_lbs"]]


def story() -> tuple[object, dict[str, object]]:
    """A metric on top, a bar chart and a note beside it, a table below."""
    boxes = (
        box("count", MetricContent(sql="", format=","), at=(16, 16, 768, 80), title="Number of cars"),
        box("mpg", chart(), at=(16, 112, 376, 216), title="Mpg by origin"),
        box("note", TextContent(markdown="Japan **leads**."), at=(408, 112, 376, 216), title="What stands out"),
        box("heavy", TableContent(sql=""), at=(16, 344, 768, 240), title="Heaviest cars"),
    )
    results = {
        "count": result(pd.DataFrame({"count": [len(CARS)]})),
        "mpg": result(MPG),
        "heavy": result(HEAVY, rows_read=len(CARS)),
    }
    return document(*boxes), results


@pytest.mark.ledger("A9", "N6")
def test_the_picture_shows_every_container_with_its_data() -> None:
    canvas, results = story()
    shown = texts(render_svg(canvas, results))
    assert [text for text in shown if text in {box.title for box in canvas}] == [
        "Number of cars",
        "Mpg by origin",
        "What stands out",
        "Heaviest cars",
    ]
    assert "406" in shown
    assert "Japan leads." in shown
    assert "20 of 406" in shown
    assert [text for text in shown if text in set(HEAVY.Name)] == list(HEAVY.Name)[:6]
    assert "+ 14 more rows" in shown
    assert "5,140" in shown


@pytest.mark.ledger("A9", "X7")
def test_the_png_has_the_size_of_the_canvas_and_is_not_blank() -> None:
    canvas, results = story()
    width, height, rows = pixels(render_png(canvas, results, scale=1.5))
    assert (width, height) == (1200, 900)
    assert rows[870][600 * 4 : 600 * 4 + 4] == bytes([0xFF] * 4) != rows[12][600 * 4 : 600 * 4 + 4]
    assert len({row[x : x + 4] for row in rows for x in range(0, len(row), 4)}) > 50


def test_a_picture_is_small_enough_for_a_notebook() -> None:
    import vl_convert

    canvas, results = story()
    vl_convert.register_font_directory(str(FONTS))
    plain = vl_convert.svg_to_png(render_svg(canvas, results, fonts=False), scale=2)
    small = render_png(canvas, results)
    assert len(small) < len(plain) / 2
    width, height, rows = pixels(small)
    assert (width, height) == pixels(plain)[:2]
    assert far(rows, pixels(plain)[2]) <= 2  # an edge is blended once less than in a layer of its own
    assert all(zlib.crc32(small[a - 4 : b]) == int.from_bytes(small[b : b + 4]) for a, b in spans(small))


def far(rows: list[bytes], others: list[bytes]) -> int:
    """How far two pictures are apart at most, in any channel of any pixel."""
    pairs = (np.frombuffer(each, dtype=np.uint8).astype(int) for each in (b"".join(rows), b"".join(others)))
    return int(np.abs(next(pairs) - next(pairs)).max())


def spans(png: bytes) -> list[tuple[int, int]]:
    """Where the data of each chunk begins and ends."""
    found, place = [], 8
    while place < len(png):
        end = place + 8 + int.from_bytes(png[place : place + 4])
        found.append((place + 8, end))
        place = end + 4
    return found


@pytest.mark.parametrize("side", [(1, 1), (100_000, 1), (20_000, 20_000)])
def test_a_canvas_of_any_size_becomes_a_picture_of_bounded_size(side: tuple[int, int]) -> None:
    long = box("a", TextContent(markdown="word " * 200_000), at=(0, 0, 1, 1), title="x" * 200_000)
    png = render_png(document(long, width=side[0], height=side[1]), {})
    width, height = (int.from_bytes(png[at : at + 4]) for at in (16, 20))
    assert 1 <= width * height <= 51_000_000


PICTURE = """
import hashlib, sys
sys.path[:0] = {path!r}
from render.test_canvas import story
from canvas_widget.render import render_png, render_svg, render_text
canvas, results = story()
for theme in ("light", "dark"):
    print(hashlib.sha256(render_png(canvas, results, theme=theme, footer="Still picture.")).hexdigest())
print(hashlib.sha256(render_svg(canvas, results).encode()).hexdigest())
print(render_text(canvas, results))
"""


@pytest.mark.ledger("A9", "N6")
def test_two_processes_make_the_same_bytes() -> None:
    def run(seed: str) -> str:
        env = {**os.environ, "PYTHONHASHSEED": seed}
        code = PICTURE.format(path=sys.path)
        return subprocess.run(
            [sys.executable, "-c", code], env=env, cwd=ROOT, capture_output=True, text=True, check=True
        ).stdout

    first = run("1")
    assert first == run("2")
    canvas, results = story()
    here = hashlib.sha256(render_png(canvas, results, footer="Still picture.")).hexdigest()
    assert here == first.splitlines()[0]


def test_light_and_dark_are_two_pictures() -> None:
    canvas, results = story()
    light, dark = (pixels(render_png(canvas, results, theme=name, scale=1))[2] for name in ("light", "dark"))
    x = 4 * 8
    assert tuple(light[300][x : x + 3]) == (0xF7, 0xF7, 0xF7)
    assert tuple(dark[300][x : x + 3]) == (0x17, 0x17, 0x17)


@pytest.mark.ledger("N6")
def test_a_footer_adds_a_line_and_leaves_the_canvas_alone() -> None:
    canvas, results = story()
    words = "Still picture. Run the cell to make it live."
    svg = render_svg(canvas, results, footer=words)
    assert texts(svg) == [*texts(render_svg(canvas, results)), words]
    assert (parse(svg).get("width"), parse(svg).get("height")) == ("800", "632")
    assert picture_size(canvas, words) == (800, 632)
    assert picture_size(canvas) == (800, 600)


@pytest.mark.ledger("N6")
def test_the_footer_of_a_png_stands_below_the_canvas_and_covers_nothing_of_it() -> None:
    canvas, results = story()
    plain = pixels(render_png(canvas, results, scale=1))[2]
    width, height, footed = pixels(render_png(canvas, results, footer="Still picture.", scale=1))
    assert (width, height) == (800, 632)
    assert [y for y in range(12, 588) if footed[y] != plain[y]] == []
    ground = footed[594][4 * 400 : 4 * 401]
    below = {row[at : at + 4] for row in footed[600:624] for at in range(4 * 16, 4 * 300, 4)}
    assert len(below - {ground}) > 5, "letters have shades"


def test_a_higher_container_is_drawn_later_and_a_hidden_one_not_at_all() -> None:
    boxes = box("a", z=2, title="Top"), box("b", z=1, title="Below"), box("c", hidden=True, title="Hidden")
    shown = [text for text in texts(render_svg(document(*boxes), {})) if text in {"Top", "Below", "Hidden"}]
    assert shown == ["Below", "Top"]


def test_an_empty_canvas_says_how_to_begin() -> None:
    shown = texts(render_svg(document(), {}))
    assert "Nothing on this canvas yet" in shown
    assert any("%%canvas" in text for text in shown)


def test_without_rows_a_container_waits_and_with_an_error_it_says_it() -> None:
    boxes = box("a", chart(), title="A"), box("b", MetricContent(sql=""), at=(416, 16, 280, 96), title="B")
    svg = render_svg(document(*boxes), {}, errors={"b": "No column “mpgs” in cars. Closest match: mpg."})
    assert texts(svg) == ["A", "Waiting for data", "B", "No column “mpgs” in cars", "Closest match: mpg."]


@pytest.mark.ledger("X14")
@pytest.mark.parametrize("content", [MetricContent(sql="", stale=True), TableContent(sql="", stale=True)])
def test_a_stale_number_or_table_says_so(content: object) -> None:
    rows = {"a": result(pd.DataFrame({"n": range(30)}))}
    assert "Data changed since" in texts(render_svg(document(box("a", content, title="A")), rows))
    fresh = content.model_copy(update={"stale": False})
    assert "Data changed since" not in texts(render_svg(document(box("a", fresh, title="A")), rows))


@pytest.mark.ledger("X14")
@pytest.mark.parametrize("height", [72, 96, 112, 128, 160])
def test_a_stale_numbers_line_and_note_end_above_what_says_so(height: int) -> None:
    metric = MetricContent(sql="", stale=True, previous="before", trend="course", compared_with="the month before")
    rows = result(pd.DataFrame({"now": [120.0], "before": [100.0], "course": [[80.0, 100.0, 120.0]]}))
    svg = parse(render_svg(document(box("a", metric, at=(0, 0, 220, height), title="Revenue")), {"a": rows}))
    said = [text for text in svg.iter(f"{SVG}text") if "20.0%" in "".join(text.itertext())]
    course = [path for path in svg.iter(f"{SVG}path") if (path.get("d") or "").startswith("M12,")]
    assert (len(said), len(course)) == {72: (0, 0), 96: (1, 0), 112: (1, 0)}.get(height, (1, 1))
    for path in course:
        lowest = max(float(point.split(",")[1]) for point in (path.get("d") or "M").lstrip("M").split("L"))
        assert lowest <= height - 24


@pytest.mark.ledger("X7")
def test_one_container_alone_and_the_pdf() -> None:
    canvas, results = story()
    alone = render_container_svg(canvas["mpg"], results["mpg"])
    assert (parse(alone).get("width"), parse(alone).get("height")) == ("376", "216")
    assert len(marks(alone, "bar")) == 3
    assert render_pdf(canvas, results).startswith(b"%PDF")


def test_importing_the_room_loads_no_renderer() -> None:
    heavy = "[name for name in ('vl_convert', 'pyarrow', 'duckdb', 'pandas') if name in sys.modules]"
    code = f"import sys; sys.path[:0] = {sys.path!r}; import canvas_widget.render; print({heavy})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def length(text: ET.Element) -> float:
    """How wide a line of text is, its spans included."""
    spacing = float(text.get("letter-spacing", 0))

    def part(words: str | None, of: ET.Element) -> float:
        size, weight = of.get("font-size") or text.get("font-size"), of.get("font-weight")
        return text_width(words or "", float(size), int(weight), spacing)

    spans = (part(span.text, span) + part(span.tail, text) + float(span.get("dx", 0)) for span in text)
    return part(text.text, text) + sum(spans)


def overflows(svg: str) -> list[str]:
    """Texts of ours that reach beyond the box they are nested in; charts measure and clip their own."""
    found: list[str] = []

    def walk(element: ET.Element, width: float, height: float) -> None:
        for child in element:
            if child.tag == f"{SVG}svg":
                if child.get("stroke-miterlimit") is None:
                    walk(child, float(child.get("width")), float(child.get("height")))
            elif child.tag == f"{SVG}text":
                wide = length(child)
                x = (
                    float(child.get("x"))
                    - {"start": 0, "middle": wide / 2, "end": wide}[child.get("text-anchor", "start")]
                )
                if x < 0 or x + wide > width + 0.01 or (height >= 64 and float(child.get("y")) > height):
                    found.append("".join(child.itertext()))

    root = parse(svg)
    walk(root, math.inf, math.inf)
    return found


WORDS = st.one_of(st.text(max_size=60), st.sampled_from(HOSTILE))
CELLS = st.one_of(st.none(), st.text(st.characters(exclude_categories=["Cs"]), max_size=40), st.just("W" * 200))


@pytest.mark.ledger("A9")
@settings(max_examples=40)
@given(
    title=WORDS,
    name=WORDS,
    markdown=WORDS,
    cells=st.lists(CELLS, max_size=8),
    side=st.tuples(st.integers(1, 400), st.integers(1, 300)),
)
def test_hostile_words_stay_text_and_inside_their_box(
    title: str, name: str, markdown: str, cells: list[str | None], side: tuple[int, int]
) -> None:
    at = (0, 0, *side)
    column = re.sub("[\ud800-\udfff]", "?", name) or "c"
    frame = pd.DataFrame(
        {column: pd.Series(cells, dtype="string"), "n": range(len(cells)), "f": [math.nan] * len(cells)}
    )
    boxes = (
        box("table", TableContent(sql=""), at=at, title=title),
        box("metric", MetricContent(sql="", label=name), at=at, title=title),
        box("text", TextContent(markdown=markdown), at=at, title=title),
        box("empty", EmptyContent(), at=at, title=title),
        box("failed", chart(), at=at, title=title),
    )
    rows = result(frame)
    svg = render_svg(
        document(*boxes, name=name),
        {"table": rows, "metric": rows},
        footer=markdown,
        errors={"failed": f"{title}. {name}"},
    )
    assert {element.tag.removeprefix(SVG) for element in parse(svg).iter()} <= {
        "svg",
        "style",
        "rect",
        "text",
        "tspan",
        "path",
        "circle",
    }
    assert overflows(svg) == []


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_names_appear_as_they_are_written(words: str) -> None:
    shown = texts(render_svg(document(box("a", at=(0, 0, 20_000, 300), title=words), width=20_000), {}))
    written = " ".join(re.sub("[\x00\x1b\ud800]", "\ufffd", words).split())
    assert (written in shown) == bool(written)
