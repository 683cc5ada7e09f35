from __future__ import annotations

import json
from typing import Any

import pandas as pd
import pytest

from canvas_widget.agent.execute import Executed, execute
from canvas_widget.agent.knowledge import Knowledge
from canvas_widget.agent.sharing import Sharing
from canvas_widget.agent.stream import ToolCall
from canvas_widget.agent.tools import DEFAULT_TOOLS, ToolContext
from canvas_widget.workspace import Workspace

ROWS_OF_A8 = {
    "create_container",
    "modify_container",
    "delete_container",
    "clear_canvas",
    "get_canvas_state",
    "get_canvas_size",
    "edit_canvas_size",
    "get_canvas_settings",
    "check_container_content",
    "take_screenshot",
    "create_pie_chart",
}
ALL = ROWS_OF_A8 | {
    "create_chart",
    "create_table",
    "create_metric",
    "create_control",
    "write_text",
    "arrange_canvas",
    "undo",
    "redo",
    "list_datasets",
    "describe_dataset",
    "run_query",
    "summarize_dataset",
    "pivot",
    "lookup_knowledge",
    "edit_canvas_settings",
}


HEAVIEST = "The heaviest: {select Name from cars order by Weight_in_lbs desc limit 1}."


class Calls:
    """Calls tools as a model does, by name and JSON."""

    def __init__(self, workspace: Workspace, **more: Any) -> None:
        self.workspace = workspace
        self.context = ToolContext(workspace, **more)

    async def __call__(self, name: str, /, **arguments: Any) -> dict[str, Any]:
        call = ToolCall("1", name, json.dumps(arguments))
        async for item in execute([call], DEFAULT_TOOLS, self.context, 30):
            if isinstance(item, Executed):
                told: dict[str, Any] = json.loads(item.message().content)
                return told
        raise AssertionError("no result")


@pytest.fixture
def call(workspace: Workspace) -> Calls:
    return Calls(workspace)


def box(workspace: Workspace, name: str) -> list[int]:
    found = workspace.document[name]
    return [found.x, found.y, found.width, found.height]


@pytest.mark.ledger("A8")
def test_the_tools_have_their_names_and_schemas_that_small_servers_understand() -> None:
    assert {spec.name for spec in DEFAULT_TOOLS.specs} == ALL
    for spec in DEFAULT_TOOLS.specs:
        text = json.dumps(spec.parameters)
        assert spec.description.endswith(".")
        assert spec.parameters["type"] == "object"
        assert not any(word in text for word in ('"$ref"', '"$defs"', '"title": "', '"null"', "additionalProperties"))
    assert len(json.dumps([spec.parameters for spec in DEFAULT_TOOLS.specs])) < 20_000


@pytest.mark.ledger("A8")
async def test_containers_are_made_changed_looked_at_and_deleted(call: Calls) -> None:
    made = await call("create_container", container_id="Sales 2024", x=10, y=20, width=300, height=200, title="Sales")
    assert (made["ok"], made["container_id"], made["box"]) == (True, "sales_2024", [10, 20, 300, 200])
    assert box(call.workspace, "sales_2024") == [10, 20, 300, 200]
    assert call.workspace.document["sales_2024"].placement == "pinned"
    assert made["layout"]["utilisation"] == 0.125

    moved = await call("modify_container", container_id="Sales 2024", x=40, title="Sales of 2024")
    assert moved["box"] == [40, 20, 300, 200]
    assert moved["title"] == "Sales of 2024"

    looked = await call("check_container_content", container_id="sales_2024")
    assert looked["kind"] == "empty"
    gone = await call("delete_container", container_id="sales_2024")
    assert gone["deleted"] == "sales_2024"
    assert len(call.workspace.document) == 0
    missing = await call("delete_container", container_id="sales_2024")
    assert missing["ok"] is False


@pytest.mark.ledger("A8")
@pytest.mark.parametrize(
    "given",
    [
        {"x": "10", "y": "20px", "width": 300.4, "height": "200"},
        {"box": [10, 20, 300, 200]},
        {"box": "[10, 20, 300, 200]"},
        {"box": "10, 20, 300, 200"},
        {"box": {"x": "10", "y": 20, "width": 300, "height": 200}},
        {"box": '{"x": 10, "y": 20, "width": 300, "height": 200}', "title": None, "sparkle": True},
    ],
)
async def test_positions_are_understood_however_a_model_writes_them(call: Calls, given: dict[str, Any]) -> None:
    made = await call("create_container", container_id="a", **given)
    assert made["box"] == [10, 20, 300, 200]


@pytest.mark.ledger("A8")
async def test_what_did_not_fit_is_reported_as_it_was_applied(call: Calls) -> None:
    made = await call("create_container", container_id="a", x=700, y=10, width=300, height=200)
    assert made["box"] == box(call.workspace, "a")
    assert made["box"][0] + made["box"][2] <= 800
    assert made["layout"]["notes"] or made["layout"]["moved"]
    refused = await call("create_container", container_id="b", x=700, y=10, width=300, height=200, auto_adjust="false")
    assert refused["ok"] is False
    assert "b" not in call.workspace.document


@pytest.mark.ledger("A8", "E7")
async def test_a_chart_shows_the_rows_pandas_computes(call: Calls, cars: pd.DataFrame) -> None:
    made = await call(
        "create_chart",
        container_id="mpg",
        mark="Bar chart",
        x="Origin",
        y="mean(Miles_per_Gallon)",
        sort="-y",
        where='[{"field": "Weight_in_lbs", "op": "<", "value": 3000}]',
        title="Mpg by origin",
    )
    assert made["ok"], made
    kept = cars[cars["Weight_in_lbs"] < 3000]
    expected = kept.groupby("Origin")["Miles_per_Gallon"].mean().sort_values(ascending=False)
    [measure] = [column["name"] for column in made["columns"] if column["name"] != "Origin"]
    assert [(row["Origin"], row[measure]) for row in made["rows"]] == list(expected.items())
    assert "SELECT" in made["sql"].upper()
    looked = await call("check_container_content", container_id="mpg")
    assert (looked["kind"], looked["mark"], looked["rows"]) == ("chart", "bar", made["rows"])
    assert call.workspace.document["mpg"].title == "Mpg by origin"
    assert call.workspace.document["mpg"].placement == "auto"


@pytest.mark.ledger("A8")
async def test_a_pie_counts_rows_unless_told_otherwise(call: Calls, cars: pd.DataFrame) -> None:
    made = await call("create_pie_chart", container_id="origins", category="Origin", dataset="CARS")
    assert made["ok"], made
    assert sorted(next(v for k, v in row.items() if k != "Origin") for row in made["rows"]) == [2, 2, 2]
    assert call.workspace.document["origins"].content.mark == "arc"  # type: ignore[union-attr]
    made = await call("create_pie_chart", container_id="weights", category="Origin", value="sum(Weight_in_lbs)")
    expected = cars.groupby("Origin")["Weight_in_lbs"].sum().sort_values(ascending=False)
    assert [row["Origin"] for row in made["rows"]] == list(expected.index)


@pytest.mark.ledger("A8")
async def test_tables_metrics_and_texts_are_placed_as_asked(call: Calls, cars: pd.DataFrame) -> None:
    table = await call(
        "create_table", container_id="heavy", columns="Name, Weight_in_lbs", sort="-Weight_in_lbs", limit=2
    )
    assert [row["Name"] for row in table["rows"]] == list(cars.nlargest(2, "Weight_in_lbs")["Name"])
    metric = await call("create_metric", container_id="count", value="count()", label="Cars", above="heavy")
    assert list(metric["rows"][0].values()) == [len(cars)]
    text = await call("write_text", container_id="note", markdown="**Six** cars.", right_of="heavy")
    assert text["ok"], text
    document = call.workspace.document
    assert document["count"].bottom <= document["heavy"].y
    assert document["note"].x >= document["heavy"].right
    assert (await call("check_container_content", container_id="note"))["markdown"] == "**Six** cars."


@pytest.mark.ledger("A8")
async def test_the_canvas_is_sized_set_arranged_cleared_and_undone(call: Calls) -> None:
    assert await call("get_canvas_size") == {"ok": True, "width": 800, "height": 600}
    assert (await call("get_canvas_settings"))["auto_adjust"] is True
    changed = await call("edit_canvas_settings", overlap_prevention=True)
    assert (changed["auto_adjust"], changed["overlap_prevention"]) == (True, True)
    sized = await call("edit_canvas_size", width="1000", height=700)
    assert (sized["width"], sized["height"]) == (1000, 700)
    for name in "abc":
        await call("create_container", container_id=name)
    arranged = await call("arrange_canvas")
    assert arranged["layout"]["utilisation"] > 0.5
    state = await call("get_canvas_state")
    assert [container["container_id"] for container in state["containers"]] == ["a", "b", "c"]
    assert (state["width"], state["height"]) == (1000, 700)
    assert (await call("clear_canvas"))["deleted"] == 3
    undone = await call("undo")
    assert undone["undone"] is True
    assert sorted(undone["containers"]) == ["a", "b", "c"]
    again = await call("redo")
    assert (again["redone"], again["containers"]) == (True, [])
    nothing = await call("redo")
    assert nothing["ok"] is False
    assert "nothing to redo" in str(nothing["error"])


@pytest.mark.ledger("A8", "A9")
async def test_a_screenshot_has_a_bare_name_only(workspace: Workspace) -> None:
    asked: list[str | None] = []

    def screenshot(name: str | None) -> tuple[bytes, str]:
        asked.append(name)
        return b"png", name or "test-0.png"

    call = Calls(workspace, screenshot=screenshot)
    assert await call("take_screenshot") == {"ok": True, "filename": "test-0.png", "bytes": 3}
    assert (await call("take_screenshot", filename="page.png"))["filename"] == "page.png"
    for name in ("../x.png", "/etc/passwd", "a/b.png", "a\\b.png", "..", "a..png/"):
        assert (await call("take_screenshot", filename=name))["ok"] is False
    assert asked == [None, "page.png"]
    assert (await Calls(workspace)("take_screenshot"))["ok"] is False


@pytest.mark.ledger("A8", "E7")
async def test_datasets_are_listed_described_and_queried(call: Calls, cars: pd.DataFrame) -> None:
    [listed] = (await call("list_datasets"))["datasets"]
    assert (listed["name"], listed["rows"]) == ("cars", 6)
    assert listed["columns"]["Weight_in_lbs"] == "integer"
    described = await call("describe_dataset", name="cars")
    weight = next(column for column in described["columns"] if column["name"] == "Weight_in_lbs")
    assert (weight["min"], weight["max"]) == (1773, 3139)
    found = await call("run_query", sql="select max(Weight_in_lbs) as m from cars", limit="5")
    assert found["rows"] == [{"m": int(cars["Weight_in_lbs"].max())}]
    many = await call("run_query", sql="select * from range(50) t(i) order by i")
    assert many["ok"] is False or len(many["rows"]) <= 10
    refused = await call("run_query", sql="select * from read_csv('/etc/passwd')")
    assert refused["ok"] is False
    wrong = await call("describe_dataset", name="cras")
    assert wrong["alternatives"] == ["cars"]
    summed = {column["column_name"]: column for column in (await call("summarize_dataset", name="cars"))["columns"]}
    assert float(summed["Weight_in_lbs"]["max"]) == cars["Weight_in_lbs"].max()
    pivot = await call("pivot", dataset="cars", rows=["Origin"], columns="Name", value="max(Weight_in_lbs)")
    assert {row["Origin"]: row["mustang"] for row in pivot["rows"]} == {"Europe": None, "Japan": None, "USA": 3139}
    assert (await call("create_table", container_id="by_name", sql=pivot["sql"]))["ok"]


@pytest.mark.ledger("X12")
@pytest.mark.parametrize("sharing", [Sharing("schema"), Sharing("none", "Weight_in_lbs of cars")])
async def test_no_value_comes_back_when_none_is_shared(workspace: Workspace, sharing: Sharing) -> None:
    call = Calls(workspace, sharing=sharing)
    told = [
        await call("list_datasets"),
        await call("describe_dataset", name="cars"),
        await call("run_query", sql="select * from cars"),
        await call("summarize_dataset", name="cars"),
        await call("pivot", dataset="cars", rows="Origin", columns="Name"),
        await call("write_text", container_id="w", markdown=HEAVIEST),
        await call("check_container_content", container_id="w"),
        await call("create_table", container_id="t", dataset="cars"),
        await call("check_container_content", container_id="t"),
    ]
    assert all(answer["ok"] for answer in told)
    text = json.dumps(told)
    assert not any(value in text for value in ("mustang", "3139", "Japan"))
    assert "Weight_in_lbs" in text


@pytest.mark.ledger("D2")
async def test_notes_are_found_by_topic(workspace: Workspace) -> None:
    knowledge = Knowledge()
    call = Calls(workspace, knowledge=knowledge)
    assert (await call("lookup_knowledge", topic="revenue"))["ok"] is False
    knowledge.add("revenue", "Net of returns, in EUR.")
    knowledge.add("region", "Where the customer lives.")
    assert (await call("lookup_knowledge", topic="Revenue"))["notes"] == [
        {"topic": "revenue", "note": "Net of returns, in EUR."}
    ]
    assert (await call("lookup_knowledge", topic="customer"))["notes"][0]["topic"] == "region"
    assert (await call("lookup_knowledge", topic="rev"))["notes"][0]["topic"] == "revenue"
    nothing = await call("lookup_knowledge", topic="zzz")
    assert "revenue" in nothing["error"]


async def test_which_dataset_is_asked_when_there_are_several(call: Calls, cars: pd.DataFrame) -> None:
    call.workspace.catalogue.register("trucks", cars)
    asked = await call("create_metric", container_id="n")
    assert asked["ok"] is False
    assert asked["alternatives"] == ["cars", "trucks"]


async def test_no_dataset_is_said(cars: pd.DataFrame) -> None:
    told = await Calls(Workspace("empty"))("create_metric", container_id="n")
    assert "no dataset" in told["error"]
