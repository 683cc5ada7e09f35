"""No text makes the offline model fail, take long, or call a tool with arguments that the tool does not know."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.offline.frames import catalogue
from agent.offline.reading import canvas_with
from canvas_widget.agent.providers.offline.plan import read
from canvas_widget.agent.providers.offline.provider import MAX_CALLS
from canvas_widget.agent.providers.offline.split import MAX_REQUESTS
from canvas_widget.agent.views import CanvasView, CatalogueView, ColumnView, DatasetView

pytestmark = pytest.mark.ledger("X1")

LONG = [
    "a" * 100_000,
    "bar chart of " * 8000,
    '"' * 100_000,
    "“" * 100_000,
    ".;,!?" * 20_000,
    "average mpg by origin and " * 4000,
    "miles per " * 10_000,
    "1975-" * 20_000,
    "the " * 30_000,
    "heaviest " * 12_000,
    "clear; " * 15_000,
    "(" * 100_000,
    "🚗" * 50_000,
]
ODD = [
    "",
    "which",
    "in what",
    " \n\t\x00",
    "<script>alert(1)</script> by origin",
    "'; DROP TABLE cars; --",
    "💥 chart of 🚗 by 🌍",
    "make the canvas 1e9 by -3",
    "at 99999999999999999999, 3",
    "top -5 cars by mpg",
    "average of",
    "by by by",
    "Durchschnittlicher Verbrauch nach Herkunft",
    "平均马力按产地的柱状图",
    "{expr} {{",
    "delete",
    "move",
    "rename the table to",
]
WORDS = [
    "bar",
    "chart",
    "of",
    "average",
    "mpg",
    "by",
    "origin",
    "year",
    "sorted",
    "descending",
    "top",
    "5",
    "the",
    "it",
    "move",
    "delete",
    "next",
    "to",
    "below",
    "above",
    "10",
    "20",
    ",",
    ".",
    "and",
    "with",
    "over",
    "3000",
    "is",
    "not",
    "Japan",
    "horsepower",
    "count",
    "number",
    "between",
    "make",
    "table",
    "metric",
    "pie",
    "line",
    "only",
    "now",
    "instead",
    "rename",
    "clear",
    "400",
    "x",
    "300",
    "on",
    "left",
    "heaviest",
    "most",
    "efficient",
    "per",
    "month",
    "missing",
    "which",
    "how",
    "many",
    '"a',
    'b"',
    "called",
    "above",
    "then",
    "them",
    "all",
    "charts",
]
CANVASES = [CanvasView(), canvas_with("bar"), canvas_with("bar", "line", "table")]


@pytest.mark.parametrize("prompt", LONG, ids=[text[:12] for text in LONG])
def test_long_prompts_are_read_in_part_and_that_is_said(prompt: str):
    reading = read(prompt, catalogue("cars", "sales", "staff"), CanvasView())
    assert reading.cut
    assert len(reading.parts) <= MAX_REQUESTS


@pytest.mark.parametrize("prompt", ODD)
@pytest.mark.parametrize("canvas", CANVASES, ids=["empty", "one", "three"])
def test_odd_prompts_never_raise(prompt: str, canvas: CanvasView):
    for data in (CatalogueView(), catalogue("cars"), catalogue("cars", "sales")):
        read(prompt, data, canvas)


@settings(max_examples=300, deadline=None)
@given(prompt=st.lists(st.sampled_from(WORDS), max_size=16).map(" ".join), canvas=st.sampled_from(CANVASES))
def test_any_words_in_any_order_give_calls_whose_containers_exist(prompt: str, canvas: CanvasView):
    reading = read(prompt, catalogue("cars"), canvas)
    known = {item.id for item in canvas.items}
    for call in reading.calls[:MAX_CALLS]:
        given_id = call.arguments.get("container_id")
        for side in ("above", "below", "left_of", "right_of"):
            assert call.arguments.get(side) in {None, *known}
        if call.tool.startswith(("create", "write")) and "replace" not in call.arguments:
            assert given_id not in known
            known.add(str(given_id))
        elif given_id is not None:
            assert given_id in known
        if call.tool == "delete_container":
            known.discard(str(given_id))
        if call.tool == "clear_canvas":
            known.clear()


@settings(max_examples=100, deadline=None)
@given(prompt=st.text(max_size=200))
def test_any_text_is_read(prompt: str):
    read(prompt, catalogue("cars", "sales"), canvas_with("bar"))


@settings(max_examples=100, deadline=None)
@given(
    names=st.lists(st.text(max_size=30), min_size=1, max_size=5, unique=True),
    types=st.lists(
        st.sampled_from(["integer", "number", "string", "boolean", "datetime", "other"]), min_size=5, max_size=5
    ),
)
def test_any_column_names_can_be_asked_for(names: list[str], types: list[str]):
    columns = [ColumnView(name, kind, distinct=2) for name, kind in zip(names, types, strict=False)]  # type: ignore[arg-type]
    data = CatalogueView([DatasetView("odd", 3, columns)])
    for name in names:
        for prompt in (f"bar chart of average {name} by {names[0]}", f"table of {name}", f"the 3 highest {name}"):
            read(prompt, data, CanvasView())
