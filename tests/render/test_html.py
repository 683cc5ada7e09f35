"""The answer's HTML runs nothing; the page's HTML holds everything it needs and lets nothing out."""

from __future__ import annotations

import base64
import gzip
import json
import re
from html.parser import HTMLParser

import pandas as pd
import pytest

from canvas_widget.document import MetricContent, TableContent
from canvas_widget.render import answer_html, render_html_page
from render.kit import HOSTILE, box, chart, document, result

MPG = pd.DataFrame({"Origin": ["Japan", "USA"], "mpg": [30.5, 20.1]})


class Reader(HTMLParser):
    """What a browser would see of a page: its tags with attributes, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.inside: list[str] = []
        self.held: dict[str, str] = {}
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.inside.append(dict(attrs).get("id") or tag)

    def handle_endtag(self, tag: str) -> None:
        self.inside.pop()

    def handle_data(self, data: str) -> None:
        self.text.append(data)
        if self.inside:
            self.held[self.inside[-1]] = self.held.get(self.inside[-1], "") + data


def answer(text: str = "Done.", title: str = "Mpg", sql: str = "SELECT 1") -> Reader:
    made = (
        box("mpg", chart(dataset="cars").model_copy(update={"sql": sql}), title=title),
        box("count", MetricContent(sql=sql, format=","), title="Number of cars"),
    )
    results = {"mpg": result(MPG), "count": result(pd.DataFrame({"n": [1406]}))}
    html = answer_html(
        text,
        made=made,
        results=results,
        confidence="high",
        confidence_reason="406 of 406 rows",
        provider="offline",
        model="built-in",
        notes=["Moved nothing."],
    )
    return Reader(html)


@pytest.mark.ledger("N6", "X3")
def test_an_answer_lists_what_was_made_from_what_with_its_sql() -> None:
    text = " ".join(answer("Made **2** containers.\n\n- a bar chart\n- a number", sql="SELECT n FROM cars").text)
    for words in (
        "Made",
        "a bar chart",
        "Mpg",
        "Bar chart",
        "Number of cars",
        "Metric, 1,406",
        "cars",
        "SELECT n FROM cars",
    ):
        assert words in text
    assert "High confidence, 406 of 406 rows · offline · built-in" in text
    assert "Moved nothing." in text


@pytest.mark.ledger("N6")
@pytest.mark.parametrize(
    "words", [*HOSTILE, "[a](javascript:alert(1)) ![b](http://127.0.0.1:9/x.png)", "</details><script>"]
)
def test_an_answer_runs_nothing_and_loads_nothing(words: str) -> None:
    read = answer(words, title=words, sql=words)
    allowed = {
        "div",
        "p",
        "b",
        "ul",
        "ol",
        "li",
        "pre",
        "hr",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "details",
        "summary",
    }
    assert {tag for tag, _ in read.tags} <= allowed
    assert {name for _, attributes in read.tags for name in attributes} <= {"style"}
    assert not any("url(" in (attributes.get("style") or "") for _, attributes in read.tags)


@pytest.mark.ledger("X7")
def test_a_page_without_a_bundle_is_a_picture_and_runs_nothing() -> None:
    canvas = document(box("mpg", chart(), title="Mpg"))
    page = Reader(render_html_page(canvas, {"mpg": result(MPG)}))
    assert "script" not in {tag for tag, _ in page.tags}
    assert "svg" in {tag for tag, _ in page.tags}
    policy = next(attributes["content"] for tag, attributes in page.tags if attributes.get("http-equiv"))
    assert "default-src 'none'; script-src 'none'" in policy


@pytest.mark.ledger("X7")
def test_a_page_follows_the_readers_system_unless_it_was_told_a_theme() -> None:
    canvas = document(box("mpg", chart(), title="Mpg"))
    page = render_html_page(canvas, {"mpg": result(MPG)})
    shown = [attributes.get("class") for tag, attributes in Reader(page).tags if tag == "svg" and "role" in attributes]
    assert [kind for kind in shown if kind] == ["light", "dark"]
    assert "@media (prefers-color-scheme:dark)" in page
    ids = [attributes["id"] for _, attributes in Reader(page).tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    for theme in ("light", "dark"):
        told = render_html_page(canvas, {"mpg": result(MPG)}, theme=theme, bundle="export {}")
        assert "prefers-color-scheme" not in told
        assert json.loads(Reader(told).held["data"])["theme"] == theme


@pytest.mark.ledger("X7")
@pytest.mark.parametrize("words", HOSTILE)
def test_a_page_carries_bundle_document_and_rows_unharmed(words: str) -> None:
    safe = words.replace("\ud800", "\ufffd")
    bundle = f"export const mountStatic = () => {json.dumps(safe)}; // </script><!--<script>"
    frame = pd.DataFrame({"Origin": [safe], "mpg": [1.0]})
    boxes = box("mpg", chart(), title=words), box("t", TableContent(sql=""), at=(416, 16, 300, 200))
    html = render_html_page(document(*boxes, name=words), {"mpg": result(frame), "t": result(frame)}, bundle=bundle)
    page = Reader(html)
    assert len([tag for tag, _ in page.tags if tag == "script"]) == html.count("<script") == 3
    assert gzip.decompress(base64.b64decode(page.held["bundle"])).decode() == bundle
    data = json.loads(page.held["data"])
    assert data["document"]["containers"][0]["title"] == safe
    assert data["results"]["t"]["rows"] == [{"Origin": safe, "mpg": 1.0}]
    assert data["results"]["mpg"]["schema"] == [{"name": "Origin", "type": "string"}, {"name": "mpg", "type": "number"}]
    assert "noscript" in {tag for tag, _ in page.tags}


def test_a_page_loads_nothing() -> None:
    page = render_html_page(document(box("mpg", chart())), {"mpg": result(MPG)}, bundle="export {}")
    addresses = set(re.findall(r"https?://[^\"'\s<]+", page))
    assert addresses <= {"http://www.w3.org/2000/svg"}
