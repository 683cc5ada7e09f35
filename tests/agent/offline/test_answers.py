"""What is said: what was made, the choices made, and what was not understood. Nothing is guessed silently."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest

from agent.offline.frames import FRAMES, catalogue
from agent.offline.reading import calls, canvas_with, problems, reading_of
from canvas_widget.agent.providers.offline import OfflineProvider
from canvas_widget.agent.providers.offline.answer.suggest import suggest
from canvas_widget.agent.providers.offline.plan import read
from canvas_widget.agent.stream import Delta, Finish, Message, Request, TextDelta, ToolCall, ToolCallDelta, UsageDelta
from canvas_widget.agent.views import CanvasView, CatalogueView, ColumnView, DatasetView

pytestmark = pytest.mark.ledger("X1")


async def step(
    provider: OfflineProvider, messages: Sequence[Message], data: CatalogueView, canvas: CanvasView
) -> list[Delta]:
    return [delta async for delta in provider.stream(Request(tuple(messages), (), data, canvas))]


def asked(prompt: str) -> list[Message]:
    return [Message("system", "…"), Message("user", prompt)]


async def turn(prompt: str, data: CatalogueView, canvas: CanvasView | None = None, **results: Any) -> str:
    """The answer to a prompt whose tools all work, or give the result named by their tool."""
    provider, canvas = OfflineProvider(), canvas or CanvasView()
    messages = asked(prompt)
    deltas = await step(provider, messages, data, canvas)
    found = [d for d in deltas if isinstance(d, ToolCallDelta)]
    if found:
        asked_calls = tuple(ToolCall(d.id or "", d.name or "", d.arguments) for d in found)
        messages.append(Message("assistant", "", asked_calls))
        for call in asked_calls:
            result = results.get(call.name, {"ok": True})
            messages.append(Message("tool", json.dumps(result), tool_call_id=call.id, name=call.name))
        deltas = await step(provider, messages, data, canvas)
    return "".join(d.text for d in deltas if isinstance(d, TextDelta))


async def test_a_step_ends_in_calls_and_the_next_in_text():
    provider, messages = OfflineProvider(), asked("number of cars as a metric")
    first = await step(provider, messages, catalogue("cars"), CanvasView())
    (call,) = [d for d in first if isinstance(d, ToolCallDelta)]
    assert (call.name, first[-1]) == ("create_metric", Finish("tool_calls"))
    assert any(isinstance(d, UsageDelta) and d.cost == 0 for d in first)
    messages += [
        Message("assistant", "", (ToolCall(call.id or "", call.name or "", call.arguments),)),
        Message("tool", json.dumps({"ok": True, "row_count": 1, "rows": [{"count": 406}]}), tool_call_id=call.id),
    ]
    second = await step(provider, messages, catalogue("cars"), CanvasView())
    assert second[-1] == Finish("stop")
    assert "".join(d.text for d in second if isinstance(d, TextDelta)) == (
        "Metric **Number of cars**: count() = 406; from cars (406 rows)."
    )


async def test_the_same_prompt_gives_the_same_deltas():
    both = [
        await step(OfflineProvider(), asked("pie of cars by origin"), catalogue("cars"), CanvasView()) for _ in range(2)
    ]
    assert both[0] == both[1]


async def test_the_answer_survives_another_provider_instance():
    call = ToolCall(
        "offline_000000000000_0", "create_metric", json.dumps({"title": "Number of cars", "dataset": "cars"})
    )
    messages = [
        *asked("number of cars"),
        Message("assistant", "", (call,)),
        Message("tool", '{"ok": true}', tool_call_id=call.id),
    ]
    deltas = await step(OfflineProvider(), messages, catalogue("cars"), CanvasView())
    assert "Number of cars" in "".join(d.text for d in deltas if isinstance(d, TextDelta))


async def test_a_failed_call_is_named_with_its_reason():
    text = await turn(
        "number of cars as a metric; pie of cars by origin",
        catalogue("cars"),
        create_metric={"ok": False, "error": "The query took longer than 30 s.", "alternatives": []},
    )
    assert "Number of cars failed: The query took longer than 30 s." in text
    assert "Pie chart **Number of cars by origin**: count() by Origin; from cars (406 rows)." in text


async def test_what_was_understood_is_done_and_the_rest_is_named():
    reading = reading_of("pie of cars by origin. Frobnicate the wibble. Number of cars as a metric.", "cars")
    assert [call.tool for call in reading.calls] == ["create_pie_chart", "create_metric"]
    text = await turn("pie of cars by origin. Frobnicate the wibble. Number of cars as a metric.", catalogue("cars"))
    assert "“Frobnicate the wibble” was not understood." in text
    assert "Prompts that fit the data:" in text


async def test_nothing_understood_makes_nothing_and_offers_three_examples_that_work():
    text = await turn("please frobnicate the wibble", catalogue("cars"))
    assert "“please frobnicate the wibble” was not understood." in text
    examples = [line.removeprefix("- ") for line in text.splitlines() if line.startswith("- ")]
    assert examples == suggest(catalogue("cars"))
    assert len(examples) == 3


@pytest.mark.parametrize("name", sorted(FRAMES))
def test_every_example_is_understood_in_full(name: str):
    for example in suggest(catalogue(name)):
        reading = reading_of(example, name)
        assert len(reading.calls) == 1, example
        assert not problems(reading), example
        assert not [note for part in reading.parts for note in part.notes if "No kind" in note], example


def test_examples_name_the_dataset_when_there_are_several():
    for example in suggest(catalogue("cars", "stocks", "sales")):
        reading = reading_of(example, "cars", "stocks", "sales")
        assert [call.arguments["dataset"] for call in reading.calls] == ["sales" if "sales" in example else "stocks"]


@pytest.mark.parametrize(
    ("prompt", "problem"),
    [
        ("bar chart of fuel by origin", "“fuel”|"),
        ("average sweetness by origin", "“sweetness”|"),
        ("bar chart of average mpg by flavour", "“flavour”|"),
        ("average wheelbase as a metric", "“wheelbase”|"),
    ],
)
def test_an_unknown_column_is_said_and_nothing_is_drawn_in_its_place(prompt: str, problem: str):
    reading = reading_of(prompt, "cars")
    assert not reading.calls
    assert [text.split("|")[0] + "|" for text in problems(reading)] == [problem]


async def test_an_unknown_column_comes_with_the_names_there_are():
    text = await turn("bar chart of fuel by origin", catalogue("cars"))
    assert text.startswith("Not understood: “fuel”. cars has Name, Miles_per_Gallon,")
    assert "Nothing was made of it." in text


async def test_a_misspelt_column_past_repair_comes_with_the_nearest_name():
    text = await turn("bar chart of average accelratoin_of_it by origin", catalogue("cars"))
    assert "Acceleration" in text


@pytest.mark.parametrize(
    ("frame", "prompt", "question"),
    [
        ("iris", "average length by species", "“length” fits sepalLength and petalLength equally well. Which one?"),
        ("cars", "number of cars where origin is Mars", "No “Mars” in Origin. Closest: "),
        ("cars", "a treemap of mpg by origin", "A treemap cannot be drawn here yet."),
        ("cars", "a heatmap of mpg by origin", "A heatmap needs two groupings"),
        ("iris", "the 5 biggest flowers", "No column of iris tells what “biggest” is. Say by which column."),
        ("cars", "bar chart of average mpg", "It does not say what to draw it by. cars has Name, Year, Origin."),
    ],
)
def test_what_is_not_clear_is_asked(frame: str, prompt: str, question: str):
    reading = reading_of(prompt, frame)
    assert not reading.calls
    assert problems(reading)[0].startswith(question)


async def test_without_data_the_answer_says_how_to_get_some():
    text = await turn("bar chart of sales by region", CatalogueView())
    assert text.startswith("No data is registered.")
    assert 'canvas.datasets.register("sales", df)' in text


async def test_help_names_what_there_is_and_gives_examples():
    text = await turn("help", catalogue("cars"))
    assert text.startswith("Ask for a dashboard")
    assert suggest(catalogue("cars"))[0] in text


async def test_an_empty_prompt_is_answered():
    assert (await turn("", catalogue("cars"))).startswith("The prompt is empty.")


@pytest.mark.ledger("X1", "X11")
def test_a_re_run_has_the_same_ids():
    prompt = "pie of cars by origin and number of cars as a metric"
    first = calls(prompt, "cars")
    assert [arguments["container_id"] for _, arguments in first] == ["number_of_cars_by_origin", "number_of_cars"]
    assert calls(prompt, "cars") == first


def test_an_id_that_is_taken_is_numbered():
    found = calls("bar chart of average mpg by origin", "cars", canvas=canvas_with("bar"))
    assert found[0][1]["container_id"] == "average_miles_per_gallon_by_origin_2"


async def test_results_are_told():
    listed = {"name": "cars", "rows": 406, "columns": {"Name": "string", "Year": "datetime"}}
    text = await turn("what data do I have?", catalogue("cars"), list_datasets={"ok": True, "datasets": [listed]})
    assert text == "Datasets: cars (406 rows) with Name, Year."


def test_columns_whose_names_need_quotes_are_quoted_in_encodings():
    columns = [ColumnView('net "sales" (EUR)', "number", 1, 9, 9, 0), ColumnView("a b", "string", distinct=3)]
    odd = DatasetView("odd", 9, columns)
    (call,) = read("bar chart of mean net sales by a b", CatalogueView([odd]), CanvasView()).calls
    assert (call.arguments["x"], call.arguments["y"]) == ('"a b"', 'mean("net ""sales"" (EUR)")')
