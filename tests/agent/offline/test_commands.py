"""Commands on the canvas: which tools are called, with which containers."""

from __future__ import annotations

from typing import Any

import pytest

from agent.offline.reading import calls, canvas_with, problems, reading_of

pytestmark = pytest.mark.ledger("X1", "A8")

BAR, LINE, TABLE = "average_miles_per_gallon_by_origin", "average_horsepower_by_year", "20_heaviest_cars"


@pytest.mark.parametrize(
    ("prompt", "tool", "arguments"),
    [
        ("clear the canvas", "clear_canvas", {}),
        ("Please start over.", "clear_canvas", {}),
        ("tidy up", "arrange_canvas", {}),
        ("arrange everything in a grid", "arrange_canvas", {}),
        ("undo", "undo", {}),
        ("undo that please", "undo", {}),
        ("redo", "redo", {}),
        ("please do it again", "redo", {}),
        ("make the canvas 1200 by 800", "edit_canvas_size", {"width": 1200, "height": 800}),
        ("set the canvas width to 1000", "edit_canvas_size", {"width": 1000, "height": 600}),
        ("turn off auto adjust", "edit_canvas_settings", {"auto_adjust": False}),
        ("enable auto-adjust", "edit_canvas_settings", {"auto_adjust": True}),
        ("turn on overlap prevention", "edit_canvas_settings", {"overlap_prevention": True}),
        ("allow overlap", "edit_canvas_settings", {"overlap_prevention": False}),
        ("avoid overlaps", "edit_canvas_settings", {"overlap_prevention": True}),
        ("what is on the canvas?", "get_canvas_state", {}),
        ("how big is the canvas?", "get_canvas_size", {}),
        ("what are the settings?", "get_canvas_settings", {}),
        ("take a screenshot called page.png", "take_screenshot", {"filename": "page.png"}),
        ("what data do I have?", "list_datasets", {}),
        ("describe cars", "describe_dataset", {"name": "cars"}),
        ("check the table", "check_container_content", {"container_id": TABLE}),
        ("delete the table", "delete_container", {"container_id": TABLE}),
        ("remove it", "delete_container", {"container_id": TABLE}),
        ("move the table above the bar chart", "modify_container", {"container_id": TABLE, "above": BAR}),
        ("move the bar chart to 10, 20", "modify_container", {"container_id": BAR, "x": 10, "y": 20}),
        ("put the table next to the line chart", "modify_container", {"container_id": TABLE, "right_of": LINE}),
        ("move the horsepower chart below the table", "modify_container", {"container_id": LINE, "below": TABLE}),
        (f"resize {LINE} to 500x300", "modify_container", {"container_id": LINE, "width": 500, "height": 300}),
        ("make it 400 px wide", "modify_container", {"container_id": TABLE, "width": 400}),
        ("make the bar chart wider", "modify_container", {"container_id": BAR, "width": 494}),
        ("lock the table", "modify_container", {"container_id": TABLE, "locked": True}),
        ('rename the table to "Heavy ones"', "modify_container", {"container_id": TABLE, "title": "Heavy ones"}),
        ("call the line chart Power over time", "modify_container", {"container_id": LINE, "title": "Power over time"}),
    ],
)
def test_one_command(prompt: str, tool: str, arguments: dict[str, Any]):
    reading = reading_of(prompt, "cars", canvas=canvas_with("bar", "line", "table"))
    assert [(call.tool, call.arguments) for call in reading.calls] == [(tool, arguments)]
    assert not problems(reading)


@pytest.mark.parametrize(
    ("prompt", "ids"),
    [
        ("delete the line chart and the table", [LINE, TABLE]),
        ("delete all charts", [BAR, LINE]),
        ("remove the first chart", [BAR]),
        ("delete the miles per gallon chart", [BAR]),
    ],
)
def test_delete_means_what_is_named_and_nothing_else(prompt: str, ids: list[str]):
    found = calls(prompt, "cars", canvas=canvas_with("bar", "line", "table"))
    assert found == [("delete_container", {"container_id": name}) for name in ids]


@pytest.mark.parametrize(
    ("prompt", "asks"),
    [
        ("delete the chart", f"“chart” fits several containers: {BAR} or {LINE}. Say which one."),
        ("delete the pie", f"No container fits “pie”. On the canvas: {BAR}, {LINE}, {TABLE}."),
        ("make the pie chart smaller", f"No container fits “pie chart”. On the canvas: {BAR}, {LINE}, {TABLE}."),
    ],
)
def test_a_container_that_is_not_clear_is_asked_about(prompt: str, asks: str):
    reading = reading_of(prompt, "cars", canvas=canvas_with("bar", "line", "table"))
    assert (reading.calls, problems(reading)) == ([], [asks])


@pytest.mark.parametrize(
    ("prompt", "arguments"),
    [
        (
            "Add an empty container called notes at 10, 20, 300 by 200",
            {"container_id": "notes", "title": "Notes", "x": 10, "y": 20, "width": 300, "height": 200},
        ),
        (
            "create a container with id kpi 200x100",
            {"container_id": "kpi", "title": "Kpi", "width": 200, "height": 100},
        ),
        (
            "add a container named side right of the bar chart",
            {"container_id": "side", "title": "Side", "right_of": BAR},
        ),
    ],
)
def test_empty_containers(prompt: str, arguments: dict[str, Any]):
    assert calls(prompt, "cars", canvas=canvas_with("bar")) == [("create_container", arguments)]


@pytest.mark.ledger("A6")
@pytest.mark.parametrize(
    ("prompt", "placed"),
    [
        ("pie of cars by origin next to the bar chart", {"right_of": BAR}),
        ("pie of cars by origin to the left of the bar chart", {"left_of": BAR}),
        ("pie of cars by origin above the line chart", {"above": LINE}),
        ("below the table, add a pie of cars by origin", {"below": TABLE}),
        ("pie of cars by origin below", {"below": TABLE}),
        ("pie of cars by origin on top", {"top": True}),
        ("pie of cars by origin at 10, 20", {"box": {"x": 10, "y": 20}}),
        ("pie of cars by origin, 400 by 300", {"box": {"width": 400, "height": 300}}),
        ("pie of cars by origin at (10, 20) 400x300", {"box": {"x": 10, "y": 20, "width": 400, "height": 300}}),
        ("pie of cars by origin in the top right corner", {"box": {"x": 408, "y": 16, "width": 376, "height": 276}}),
    ],
)
def test_places(prompt: str, placed: dict[str, Any]):
    ((_, arguments),) = calls(prompt, "cars", canvas=canvas_with("bar", "line", "table"))
    names = ("above", "below", "left_of", "right_of", "top", "box")
    assert {name: arguments[name] for name in names if name in arguments} == placed


def test_above_and_below_with_a_number_are_conditions():
    ((_, arguments),) = calls("bar chart of number of cars with horsepower above 100 by origin", "cars")
    assert "above" not in arguments
    assert arguments["where"] == [{"field": "Horsepower", "op": ">", "value": 100}]


def test_it_is_what_was_made_last_in_the_same_prompt():
    found = calls("pie of cars by origin; move it to 10, 20 and rename it to Shares; a table of cars below it", "cars")
    assert found[1] == ("modify_container", {"container_id": "number_of_cars_by_origin", "x": 10, "y": 20})
    assert found[2] == ("modify_container", {"container_id": "number_of_cars_by_origin", "title": "Shares"})
    assert found[3][1]["below"] == "number_of_cars_by_origin"


def test_notes_hold_the_text_as_it_was_written():
    found = calls(
        'add a note saying "Source: <b>1983</b> ASA data" below the table', "cars", canvas=canvas_with("table")
    )
    assert found == [
        (
            "write_text",
            {
                "container_id": "note_source_b_1983_b_asa_data",
                "markdown": "Source: <b>1983</b> ASA data",
                "below": TABLE,
            },
        )
    ]


def test_a_deleted_container_is_no_target_any_more():
    reading = reading_of("delete the table and move the table to 10, 20", "cars", canvas=canvas_with("table"))
    assert [call.tool for call in reading.calls] == ["delete_container"]
    assert problems(reading) == ["No container fits “table”. The canvas is empty."]
