"""Pictures that are saved in a notebook: small, and the same whatever the noise of a float."""

from __future__ import annotations

import base64
import re
import zlib
from typing import Any

import pandas as pd
import pytest
import vl_convert

from canvas_widget.data import Catalogue, ChartRequest, TableRequest
from canvas_widget.layout import Box, Placing
from canvas_widget.render import answer_html, canvas_summary, made_svg, render_png, still_png
from canvas_widget.render.blank import BLANK, FOOTER
from canvas_widget.render.png import chunks
from canvas_widget.render.still import PICTURE_LIMIT, drawn_png, fewer_colours
from canvas_widget.workspace import Workspace

from .kit import pixels


@pytest.fixture(scope="module")
def full() -> Workspace:
    """Twenty containers, charts and tables, on a canvas of 1600 × 1200 px."""
    frame = pd.DataFrame({"group": [f"g{n % 40}" for n in range(4000)], "value": [n * 0.37 % 97 for n in range(4000)]})
    made = Workspace("full", 1600, 1200, catalogue=Catalogue(lambda: {"frame": frame}))
    for number in range(20):
        box = Box(16 + number % 5 * 316, 16 + number // 5 * 296, 300, 280)
        if number % 3:
            made.chart(
                f"c{number}",
                ChartRequest(dataset="frame", mark="bar", x="group", y="mean(value)"),
                placing=Placing(box=box),
            )
        else:
            made.table(f"c{number}", TableRequest(dataset="frame", limit=50), placing=Placing(box=box))
    return made


def results(workspace: Workspace) -> dict[str, Any]:
    return {each.id: workspace.result_for(each.id) for each in workspace.document}


@pytest.mark.ledger("X7")
def test_the_picture_of_a_full_canvas_keeps_to_its_size(full: Workspace) -> None:
    picture = still_png(full.document, results(full), footer="Still picture.")
    assert len(picture) <= PICTURE_LIMIT
    assert still_png(full.document, results(full), footer="Still picture.") == picture
    assert len(str(canvas_summary(full.document, results(full)))) < 5_000


def inside(part: tuple[bytes, bytes]) -> tuple[bytes, bytes]:
    kind, data = part
    return kind, zlib.decompress(data) if kind == b"IDAT" else data


@pytest.mark.ledger("X7")
def test_an_empty_canvas_is_shown_by_a_picture_drawn_before_and_anything_else_is_drawn(full: Workspace) -> None:
    """The shipped picture is the one that would be drawn, which `make generate --check` compares as well."""
    empty = Workspace("empty")
    shown = still_png(empty.document, {}, footer=FOOTER)
    assert shown == BLANK.read_bytes()
    drawn = drawn_png(empty.document, {}, footer=FOOTER)
    assert [inside(each) for each in chunks(shown)] == [inside(each) for each in chunks(drawn)]
    for other in (Workspace("wider", 810, 600), full):
        assert still_png(other.document, results(other), footer=FOOTER) != shown
    assert still_png(empty.document, {}, footer=None) != shown
    empty.text("note", "Seen")
    assert still_png(empty.document, {}, footer=FOOTER) != shown


@pytest.mark.ledger("X7")
def test_a_palette_changes_no_pixel_that_can_be_seen(full: Workspace) -> None:
    whole = render_png(full.document, results(full), scale=1)
    before, small = pixels(whole), fewer_colours(whole)
    assert len(small) < len(whole) * 0.7
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="1600" height="1200"><image width="1600" height="1200" \
href="data:image/png;base64,{base64.b64encode(small).decode()}"/></svg>'
    after = pixels(vl_convert.svg_to_png(svg, scale=1))
    assert before[:2] == after[:2]
    apart = [abs(a - b) for one, two in zip(before[2], after[2], strict=True) for a, b in zip(one, two, strict=True)]
    assert sum(apart) / len(apart) < 0.5, "mean over all channels, of 255"


@pytest.mark.ledger("N6")
def test_an_answer_holds_a_picture_of_what_was_made_and_nothing_that_runs(full: Workspace) -> None:
    made = [full.document["c1"], full.document["c2"]]
    svg, width, height = made_svg(full.document, made, results(full)) or ("", 0, 0)
    assert (width, height) == (616, 280)
    assert not re.search(r"\d\.\d{3}", re.sub(r">[^<]*<|=\"[^\"]*[A-Za-z]{2}[^\"]*\"", "", svg)), "two decimals"
    html = answer_html("Done.", made=made, results=results(full), picture=(svg, width, height))
    assert "data:image/svg+xml;base64," in html
    for active in ("<script", "<foreignObject", "javascript:", " on", "http://", "https://"):
        assert active not in html.replace(" on canvas", "").replace("On the canvas", ""), active
    big = answer_html("Done.", made=made, results=results(full), picture=(svg + " " * 100_000, width, height))
    assert "data:image" not in big


@pytest.mark.ledger("N6")
def test_nothing_is_pictured_where_nothing_was_made(full: Workspace) -> None:
    assert made_svg(full.document, [], results(full)) is None
