"""Exports say where each number comes from, or hold nothing of it where that is asked."""

from __future__ import annotations

import io
import zlib
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import pandas as pd
import pytest
from pypdf import PdfReader

from canvas_widget.data import Catalogue, ChartRequest, MetricRequest, TableRequest
from canvas_widget.document import MadeBy, MetricContent, TextContent, TextValue
from canvas_widget.render import render_html_page, render_pdf, render_png, render_svg
from canvas_widget.render.pdf import attached
from canvas_widget.render.png import chunks
from canvas_widget.render.provenance import provenance_text
from canvas_widget.workspace import Actor, Workspace
from render.kit import HOSTILE, SVG, box, chart, document, pixels, result

MPG = pd.DataFrame({"Origin": ["Europe", "Japan", "USA"], "mpg": [27.9, 30.5, 20.1]})
MADE = MadeBy(turn_id="t", prompt="Show mpg\nby origin", at="2026-03-01T12:30:00.5Z", datasets={"cars": 2}, rows=3)


def canvas(prompt: str = MADE.prompt):
    drawn = chart().model_copy(
        update={"sql": "SELECT origin_sql", "dataset": "cars", "made_by": MADE.model_copy(update={"prompt": prompt})}
    )
    values = [TextValue(sql="select total_sql", text="406", datasets=["cars"])]
    note = TextContent(markdown="406 cars", template="{select total_sql} cars", values=values)
    return document(
        box("mpg", drawn, title="Mpg"),
        box("n", MetricContent(sql="SELECT number_sql", dataset="cars"), at=(416, 16, 200, 100), title="N"),
        box("note", note, at=(416, 200, 200, 100)),
        box("plain", TextContent(markdown="No number"), at=(416, 320, 200, 100)),
    )


ROWS = {"mpg": result(MPG, rows_read=406, datasets=(("cars", 2),))}


def described(svg: str) -> dict[str, str]:
    found = {}
    for group in ET.fromstring(svg).iter(f"{SVG}svg"):
        told = group.find(f"{SVG}desc")
        if told is not None:
            found[group.get("aria-label", "")] = told.text or ""
    return found


def png_texts(png: bytes) -> dict[str, str]:
    """The texts of a PNG by keyword, read as the PNG specification has them."""
    found = {}
    for kind, data in chunks(png):
        if kind == b"iTXt":
            keyword, rest = data.split(b"\0", 1)
            _language, _translated, text = rest[2:].split(b"\0", 2)
            found[keyword.decode("latin-1")] = (zlib.decompress(text) if rest[0] else text).decode()
    return found


@pytest.mark.ledger("X3", "X7")
def test_an_svg_describes_each_container_by_its_source() -> None:
    told = described(render_svg(canvas(), ROWS, sources=True))
    assert set(told) == {"chart: Mpg", "metric: N", "text: note"}
    assert told["chart: Mpg"].splitlines() == [
        "Container: Mpg, bar chart",
        "Prompt: Show mpg by origin",
        "Data: cars (version 2)",
        "Rows: 3 shown, 406 read",
        "Made: 2026-03-01 12:30:00 UTC",
        "SQL: SELECT origin_sql",
    ]
    assert "SQL: SELECT number_sql" in told["metric: N"]
    assert "SQL: select total_sql" in told["text: note"]
    assert described(render_svg(canvas(), ROWS)) == {}


@pytest.mark.ledger("X3", "X7")
def test_data_rows_time_and_prompt_are_said_of_charts_tables_metrics_and_texts() -> None:
    """Each is drawn by a turn of the agent over a frame whose size and number of groups the test knows."""
    frame = pd.DataFrame({"Origin": ["Europe", "Japan", "USA"] * 5, "mpg": range(15)})
    frames = {"cars": frame, "few": frame.head(4)}
    work = Workspace("told", 2_000, 2_000, catalogue=Catalogue(lambda: frames))
    prompt = "Show me the cars"
    actor = Actor(source="agent", turn_id="t", prompt=prompt)
    work.chart("chart", ChartRequest(dataset="cars", x="Origin", y="count()"), actor=actor)
    work.table("table", TableRequest(dataset="cars", limit=7), actor=actor)
    work.metric("metric", MetricRequest(dataset="cars", value="max(mpg)"), actor=actor)
    work.text("text", "{select count(*) from cars} cars, {select max(mpg) from few} at most", actor=actor)
    told = provenance_text(work.document, work.results_there())
    said = {lines[0].rpartition(", ")[2]: lines[1:] for lines in (part.splitlines() for part in told.split("\n\n"))}
    rows = {"bar chart": "3 shown, 15 read", "table": "7 shown, 15 read", "metric": "1 shown, 15 read",
            "note": f"{len(frame) + 4} read"}  # fmt: skip
    assert set(said) == set(rows)
    for kind, lines in said.items():
        about = "\n".join(lines).partition("\nSQL: ")[0]
        facts = dict(line.split(": ", 1) for line in about.splitlines())
        assert facts["Prompt"] == prompt
        assert facts["Data"] == ("cars, few" if kind == "note" else "cars (version 1)")
        assert facts["Rows"] == rows[kind]
        assert pd.Timestamp(facts["Made"]) <= pd.Timestamp.now(tz="UTC")
        assert sum(line.startswith("SQL: ") for line in lines) == (2 if kind == "note" else 1)
    old = TextContent(markdown="1", template="{select 1}", values=[TextValue(sql="select 1", text="1")])
    assert "Rows" not in provenance_text(document(box("old", old)), {}), "what is not known is not said"


class Sources(HTMLParser):
    """The text of the section below the canvas."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.inside = 0
        self.text = ""
        self.tags: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "details":
            self.inside += 1
        if self.inside:
            self.tags.add(tag)

    def handle_endtag(self, tag: str) -> None:
        self.inside -= tag == "details"

    def handle_data(self, data: str) -> None:
        self.text += f"{data}\n" if self.inside else ""


@pytest.mark.ledger("X3", "X7")
def test_a_page_says_where_its_numbers_come_from() -> None:
    read = Sources(render_html_page(canvas(), ROWS))
    for words in ("Mpg, bar chart", "Show mpg\nby origin", "cars (version 2)", "3 shown, 406 read", "origin_sql"):
        assert words in read.text
    assert read.text.index("origin_sql") < read.text.index("number_sql") < read.text.index("total_sql")
    assert "No number" not in read.text
    assert read.tags == {"details", "summary", "section", "h2", "dl", "dt", "dd", "pre"}


@pytest.mark.ledger("X3", "X7")
def test_a_page_without_sources_holds_none() -> None:
    bundle = "export {}"
    page = render_html_page(canvas(), ROWS, bundle=bundle, sources=False)
    for words in ("origin_sql", "number_sql", "total_sql", "Show mpg", '"cars"'):
        assert words not in page
        assert words in render_html_page(canvas(), ROWS, bundle=bundle) or words == "Show mpg"


@pytest.mark.ledger("X7")
@pytest.mark.parametrize("words", HOSTILE)
def test_a_prompt_is_text_in_every_export(words: str) -> None:
    page = Sources(render_html_page(canvas(words.replace("\ud800", "")), ROWS))
    assert page.tags == {"details", "summary", "section", "h2", "dl", "dt", "dd", "pre"}
    ET.fromstring(render_svg(canvas(words.replace("\ud800", "")), ROWS, sources=True))


@pytest.mark.ledger("X3", "X7")
def test_a_pdf_has_its_sources_attached_and_a_png_in_its_description() -> None:
    reader = PdfReader(io.BytesIO(render_pdf(canvas(), ROWS, sources=True)), strict=True)
    assert reader.metadata is not None
    assert reader.metadata.title == "canvas-1"
    said = reader.attachments["sources.txt"][0].decode()
    assert len(reader.pages) == 1
    assert "Mpg" in reader.pages[0].extract_text()
    png = render_png(canvas(), ROWS, sources=True)
    assert png_texts(png) == {"Title": "canvas-1", "Description": said}
    assert pixels(png) == pixels(render_png(canvas(), ROWS))
    blocks = said.split("\n\n")
    assert [block.splitlines()[0] for block in blocks] == [
        "Container: Mpg, bar chart", "Container: N, metric", "Container: note, note"
    ]  # fmt: skip
    assert blocks[0].splitlines()[1:] == [
        "Prompt: Show mpg by origin",
        "Data: cars (version 2)",
        "Rows: 3 shown, 406 read",
        "Made: 2026-03-01 12:30:00 UTC",
        "SQL: SELECT origin_sql",
    ]
    assert "SQL: select total_sql" in blocks[2]


@pytest.mark.ledger("X3", "X7")
def test_pictures_without_sources_hold_none() -> None:
    bare = PdfReader(io.BytesIO(render_pdf(canvas(), ROWS)))
    assert not bare.attachments
    assert png_texts(render_png(canvas(), ROWS)) == {}


@pytest.mark.ledger("X3", "X7")
def test_no_file_says_a_key() -> None:
    key = "sk-" + "a1B2" * 6
    asked = canvas(f"Use {key} and postgres://me:hunter2@host/db")
    pdf = PdfReader(io.BytesIO(render_pdf(asked, ROWS, sources=True))).attachments["sources.txt"][0].decode()
    told = [pdf, png_texts(render_png(asked, ROWS, sources=True))["Description"], render_svg(asked, ROWS, sources=True)]
    assert all("Use «key» and postgres://«key»@host/db" in each for each in told)
    assert not any(key in each or "hunter2" in each for each in told)


@pytest.mark.ledger("X7")
@pytest.mark.parametrize("prompt", HOSTILE)
def test_attached_words_are_read_back_whatever_they_are(prompt: str) -> None:
    for text in (prompt.encode("utf-8", "replace").decode(), "日本語 ) ( \\ endobj %%EOF"):
        pdf = attached(render_pdf(canvas(), ROWS), text, text)
        reader = PdfReader(io.BytesIO(pdf), strict=True)
        assert reader.attachments["sources.txt"] == [text.encode()]
        assert reader.metadata is not None
        assert (reader.metadata.title or "") == text
