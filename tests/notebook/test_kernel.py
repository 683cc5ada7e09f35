"""The magics and the widget in a real kernel."""

from __future__ import annotations

import json
import re

import pytest
from vega_datasets import data

from .conftest import SETUP
from .kernel import Kernel, kernel

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"

STORY = """\
%%canvas
Bar chart of average miles per gallon by origin, sorted descending. Next to it a line chart of mean horsepower per \
year. Put the number of cars on top as a metric, and a table of the 20 heaviest cars below.
"""

BOXES = "import json; print(json.dumps([[b.id, b.kind, b.x, b.y, b.width, b.height, b.placement] for b in canvas]))"


def boxes(running: Kernel) -> dict[str, list[object]]:
    return {box[0]: box[1:] for box in json.loads(running.good(BOXES).text)}


@pytest.mark.ledger("N2", "N3", "X1")
def test_the_story_draws_what_pandas_computes(cars: Kernel) -> None:
    ran = cars.good(STORY, "story")
    made = boxes(cars)
    assert [box[0] for box in made.values()] == ["chart", "chart", "metric", "table"]
    bar, line, metric, table = made
    frame = data.cars()
    rows = json.loads(cars.good(f"print(json.dumps(canvas[{bar!r}].rows()))").text)
    encoding = json.loads(cars.good(f"print(json.dumps(canvas[{bar!r}].encoding))").text)
    expected = frame.groupby("Origin").Miles_per_Gallon.mean().sort_values(ascending=False)
    assert [row[encoding["x"]] for row in rows] == list(expected.index)
    assert [row[encoding["y"]] for row in rows] == pytest.approx(list(expected))
    rows = json.loads(cars.good(f"print(json.dumps(canvas[{line!r}].rows()))").text)
    encoding = json.loads(cars.good(f"print(json.dumps(canvas[{line!r}].encoding))").text)
    yearly = frame.groupby(frame.Year.dt.year).Horsepower.mean()
    assert [row[encoding["y"]] for row in rows] == pytest.approx(list(yearly))
    rows = json.loads(cars.good(f"print(json.dumps(canvas[{metric!r}].rows()))").text)
    assert next(iter(rows[0].values())) == len(frame)
    rows = json.loads(cars.good(f"print(json.dumps(canvas[{table!r}].rows()))").text)
    heaviest = frame.Weight_in_lbs.sort_values(ascending=False).head(20)
    assert [row["Weight_in_lbs"] for row in rows] == list(heaviest)
    answer = ran.outputs[-1]["data"]["text/plain"]
    assert "cars" in answer
    assert "406" in answer


@pytest.mark.ledger("A6", "X1")
def test_the_story_is_laid_out_as_asked_without_overlaps(cars: Kernel) -> None:
    cars.good(STORY, "story")
    (bar, line, metric, table) = [box[1:5] for box in boxes(cars).values()]
    assert bar[0] + bar[2] <= line[0], "the line chart is to the right of the bar chart"
    assert bar[1] < line[1] + line[3], "and beside it"
    assert line[1] < bar[1] + bar[3]
    assert metric[1] + metric[3] <= min(bar[1], line[1]), "the metric is above both"
    assert table[1] >= max(bar[1] + bar[3], line[1] + line[3]), "the table is below both"
    for box in (bar, line, metric, table):
        assert box[0] >= 0
        assert box[1] >= 0
        assert box[0] + box[2] <= 800
        assert box[1] + box[3] <= 600


@pytest.mark.ledger("X11")
def test_a_rerun_replaces_in_place_and_keeps_the_users_moves(cars: Kernel) -> None:
    cars.good(STORY, "story")
    before = boxes(cars)
    bar = next(iter(before))
    cars.good(f"canvas[{bar!r}].move(x=40, y=230)")
    moved = boxes(cars)[bar]
    assert moved[1:3] == [40, 230]
    cars.good(STORY, "story")
    after = boxes(cars)
    assert set(after) == set(before)
    assert after[bar] == moved
    changed = STORY.replace(" Put the number of cars on top as a metric, and", " And")
    cars.good(changed, "story")
    assert "metric" not in [box[0] for box in boxes(cars).values()], "what the cell no longer asks for is gone"
    cars.good(STORY.replace("%%canvas", "%%canvas --append", 1), "story")
    assert set(after) < set(boxes(cars)) or len(boxes(cars)) > len(after), "--append adds"
    cars.good("canvas.clear()")


@pytest.mark.ledger("N1", "X14")
def test_showing_gives_a_live_view_a_picture_and_the_state_as_text(cars: Kernel) -> None:
    cars.good("canvas.clear()")
    outputs = cars.good("canvas").outputs
    view, rule, picture = (output["data"] for output in outputs)
    assert outputs[-1]["metadata"]["image/png"]["alt"] == "Picture of the canvas canvas-1: empty"
    assert set(view) == {WIDGET_VIEW, "text/plain", "application/vnd.canvas-widget+json"}
    assert not re.search(r"0x[0-9a-f]{6,}|[0-9a-f]{32}", view["text/plain"]), "no address, no id"
    assert "<script" not in rule["text/html"]
    again = cars.good("canvas").outputs
    assert again[0]["data"]["text/plain"] == view["text/plain"]
    ran = cars.good("%%canvas\nNumber of cars as a metric")
    (update,) = ran.updates
    assert update["data"]["text/plain"] == picture["text/plain"], "a test of the notebook compares this"
    assert update["data"]["image/png"] != picture["image/png"], "the picture shows the turn's work"
    assert update["metadata"]["image/png"]["alt"].endswith(": Number of cars"), "and says so in words"


@pytest.mark.ledger("N1", "X14")
def test_a_change_made_by_code_in_a_later_cell_brings_the_saved_picture_up_to_date(cars: Kernel) -> None:
    picture = cars.good("canvas").outputs[-1]["data"]
    ran = cars.good("canvas.create_container('by_code');")
    (update,) = ran.updates
    assert update["data"]["text/plain"] == picture["text/plain"], "a test of the notebook compares this"
    assert update["data"]["image/png"] != picture["image/png"]
    assert cars.good("len(canvas)").updates == [], "nothing changed, nothing is drawn"
    assert cars.run("canvas['by_code'].delete(); 1 / 0").updates, "what a failed cell changed is shown too"


@pytest.mark.ledger("N2")
def test_a_cell_magic_around_the_prompt_runs_it_and_the_next_prompt_runs_too(cars: Kernel) -> None:
    ran = cars.good("%%time\n%%canvas\nNumber of cars as a metric")
    assert "406" in ran.text
    ran = cars.good("%%capture told\n%%canvas\nNumber of cars as a metric")
    assert "406" not in ran.text
    assert "406" in cars.good("%%canvas\nNumber of cars as a metric").text
    cars.good("canvas.clear()")


@pytest.mark.ledger("N2")
def test_an_interrupt_stops_the_turn_keeps_what_is_done_and_the_next_cell_works() -> None:
    with kernel() as running:
        running.good(SETUP)
        running.good(
            "import asyncio\n"
            "from canvas_widget.agent.stream import Finish, TextDelta, ToolCallDelta\n"
            "class Slow:\n"
            "    name, model, step = 'slow', 'slow', 0\n"
            "    async def stream(self, request):\n"
            "        self.step += 1\n"
            "        if self.step == 1:\n"
            "            yield ToolCallDelta(0, 'c', 'create_container', '{\"container_id\": \"kept\"}')\n"
            "            yield Finish('tool_calls')\n"
            "        else:\n"
            "            yield TextDelta('thinking')\n"
            "            await asyncio.sleep(600)\n"
            "normal = canvas.session.turns._choose\n"
            "canvas.session.turns._choose = lambda *_: Slow()"
        )
        running.join()
        ran = running.finish(running.start("%%canvas\nsomething slow"), interrupt_on="assistant_response")
        assert ran.status == "error"
        assert ran.error_name == "KeyboardInterrupt"
        assert "stays on the canvas" in ran.error
        running.good("canvas.session.turns._choose = normal")
        assert "kept" in boxes(running)
        running.good("%%canvas\nNumber of cars as a metric")
        assert len(boxes(running)) == 2


BAD = [
    ("Bar chart of horsepwr by origin", ["horsepwr", "Horsepower"]),
    ("canvas.chart('x', data='cars', mark='bar', x='Orign', y='count()')", ["Orign", "Origin"]),
    ("canvas.chart('x', data='carz', mark='bar', x='Origin', y='count()')", ["carz", "cars"]),
    ("canvas.table('x', sql='select nope from cars')", ["nope"]),
    ("canvas.table('x', sql='selec 1')", ["selec"]),
    ("canvas['nothing']", ["nothing"]),
    ("canvas.create_container('x', width=0)", ["width"]),
    ("%canvas fly", ["fly", "show"]),
    ("%%canvas --frobnicate\nhello", ["frobnicate"]),
    ("%%canvas\n  \n", ["says nothing"]),
    ("%%canvas 'open\nhello", ["quote"]),
    ("%canvas 'open", ["quote"]),
    ("%%canvas -o 1x\nhello", ["-o 1x"]),
    ("%%canvas -s FAST\nNumber of cars as a metric", ["strategy", "FAST"]),
    ("%%canvas -d carz\nNumber of cars as a metric", ["carz", "cars"]),
    ("%%canvas -m openai/gpt-4o\nNumber of cars as a metric", ["openai", "OPENAI_API_KEY"]),
]


@pytest.mark.ledger("N2", "N3")
@pytest.mark.parametrize(("code", "named"), BAD[1:], ids=[code[:30] for code, _ in BAD[1:]])
def test_bad_input_is_a_clear_message_and_the_canvas_is_as_it_was(cars: Kernel, code: str, named: list[str]) -> None:
    before = boxes(cars)
    ran = cars.run(code)
    assert ran.status == "error"
    for word in named:
        assert word in ran.error
    assert boxes(cars) == before


@pytest.mark.ledger("N2")
@pytest.mark.parametrize("code", ["%%canvas -m openai/gpt-4o\nHello", "canvas.ask('Hello', model='openai/gpt-4o')"])
def test_a_turn_that_fails_shows_the_users_line_and_the_message_and_not_the_way_in_between(
    cars: Kernel, code: str
) -> None:
    ran = cars.run(code)
    assert "OPENAI_API_KEY" in ran.traceback
    files = re.findall(r"File .*?canvas_widget/([\w/]+\.py)", re.sub(r"\x1b\[[\d;]*m", "", ran.traceback))
    assert files == ["notebook/asking.py"], "IPython shows where an error was raised, whatever it is told to hide"
    assert len(ran.traceback.splitlines()) < 20


@pytest.mark.ledger("X1")
def test_a_prompt_that_is_not_understood_says_so_with_examples_and_changes_nothing(cars: Kernel) -> None:
    before = boxes(cars)
    ran = cars.good("%%canvas\nzxcv qwerty blorp")
    assert "zxcv" in ran.text
    assert boxes(cars) == before


@pytest.mark.ledger("N1", "X11")
def test_a_name_attaches_to_the_living_canvas_and_names_count_up(cars: Kernel) -> None:
    cars.good("first = Canvas(name='main'); second = Canvas(name='main'); third = Canvas(); fourth = Canvas()")
    assert cars.good("print(first is second, third.name != fourth.name, first.name)").text == "True True main\n"
    cars.good("first.close(); second.close(); third.close(); fourth.close()")


@pytest.mark.ledger("X14")
def test_a_rebound_frame_makes_its_containers_stale_until_refreshed(cars: Kernel) -> None:
    cars.good("canvas.clear(); canvas.metric('n', data='cars', value='count()')")
    assert cars.good("print(canvas['n'].stale)").text == "False\n"
    cars.good("cars = cars.head(10)")
    assert cars.good("print(canvas['n'].stale)").text == "True\n"
    cars.good("canvas.refresh()")
    assert cars.good("print(canvas['n'].stale, list(canvas['n'].rows()[0].values()))").text == "False [10]\n"
    cars.good("cars = data.cars(); canvas.clear()")


@pytest.mark.ledger("N2")
def test_the_magic_without_autoawait_gives_the_same_outputs() -> None:
    texts = []
    for prepare in ("", "%autoawait off"):
        with kernel() as running:
            running.good(SETUP)
            if prepare:
                running.good(prepare)
            texts.append(running.good(STORY).outputs[-1]["data"])
    assert texts[0] == texts[1]


@pytest.mark.ledger("N1")
def test_edits_from_the_front_end_arrive_while_a_cell_blocks(cars: Kernel) -> None:
    cars.good("canvas.clear(); canvas.create_container('a', x=0, y=0, width=100, height=100)")
    comm_id = cars.good("print(canvas.comm.comm_id)").text.strip()
    subshell = _subshell(cars)
    blocking = (
        "import time\nend = time.monotonic() + 50\n"
        "while canvas['a'].x == 0 and time.monotonic() < end: time.sleep(0.01)\n"
        "print(canvas['a'].x)"
    )
    message_id = cars.start(blocking)
    edit = {"changes": [{"op": "set", "path": "/containers/a/x", "value": 48}]}
    cars.tell(comm_id, {"type": "canvas_edit", "data": edit}, subshell)
    assert cars.finish(message_id).text == "48\n"


def _subshell(running: Kernel) -> str:
    message = running.client.session.msg("create_subshell_request", {})
    running.client.control_channel.send(message)
    reply = running.client.get_control_msg(timeout=20)
    while reply["parent_header"].get("msg_id") != message["header"]["msg_id"]:
        reply = running.client.get_control_msg(timeout=20)
    return str(reply["content"]["subshell_id"])


@pytest.mark.ledger("A15")
def test_settings_come_from_the_kernels_configuration_below_the_environment(cars: Kernel) -> None:
    cars.good("get_ipython().config.CanvasWidget.default_canvas_width = 640")
    told = "c = Canvas(); print(c.workspace.document.width); c.close()"
    assert cars.good(told).text == "640\n"
    cars.good("import os; os.environ['CANVAS_WIDGET_DEFAULT_CANVAS_WIDTH'] = '720'")
    assert cars.good(told).text == "720\n"
    cars.good("os.environ['CANVAS_WIDGET_DEFAULT_CANVAS_WIDTH'] = 'wide'")
    refused = cars.run("Canvas()")
    assert "CANVAS_WIDGET_DEFAULT_CANVAS_WIDTH" in refused.error
    cars.good("del os.environ['CANVAS_WIDGET_DEFAULT_CANVAS_WIDTH']; del get_ipython().config['CanvasWidget']")
