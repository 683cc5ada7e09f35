"""What a live model is told and how its answer is judged: the real SDK against a scripted server."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from datetime import date
from enum import Enum
from typing import Any

import pandas as pd
import pytest
from pydantic import BaseModel, ConfigDict, Field, field_validator

from agent.scripted_server import ScriptedServer, calls, text
from canvas_widget.agent.aside import Aside
from canvas_widget.agent.conversation import Conversation
from canvas_widget.agent.events import Answered, Done, Reasoning, Retracted, TurnEvent
from canvas_widget.agent.execute import Executed
from canvas_widget.agent.judgement import confidence
from canvas_widget.agent.knowledge import Knowledge
from canvas_widget.agent.providers.catalog import Providers
from canvas_widget.agent.providers.offline import OfflineProvider
from canvas_widget.agent.stream import ToolCall
from canvas_widget.agent.tools import ToolOutput
from canvas_widget.agent.turn import TurnRequest, run_turn
from canvas_widget.agent.typed import typed
from canvas_widget.errors import CanvasError, InvalidArgument, ParseFailed
from canvas_widget.settings import Settings
from canvas_widget.workspace import Actor, Workspace

Ask = Callable[..., TurnRequest]
MEANS = ("run_query", {"sql": 'select "Origin", avg("Miles_per_Gallon") as mpg from cars group by 1 order by 1'})


@pytest.fixture
async def ask(workspace: Workspace) -> AsyncIterator[Ask]:
    made: list[Providers] = []

    def asked(
        server: ScriptedServer, prompt: str = "Draw it", settings: dict[str, Any] | None = None, **more: Any
    ) -> Any:
        made.append(Providers(Settings(base_url=server.url, model="scripted", read_timeout=5, **(settings or {}))))
        given: dict[str, Any] = {
            "turn_id": "turn-1",
            "prompt": prompt,
            "conversation": Conversation(),
            "route": made[-1].route(),
            "workspace": workspace,
            "actor": Actor(source="agent", turn_id="turn-1"),
            "settings": made[-1].settings,
        }
        return TurnRequest(**{**given, **more})

    yield asked
    for providers in made:
        await providers.aclose()


async def played(request: TurnRequest) -> tuple[list[TurnEvent], Done]:
    events = [event async for event in run_turn(request)]
    done = events.pop()
    assert isinstance(done, Done)
    return events, done


def answered(events: list[TurnEvent]) -> Answered:
    return next(event for event in events if isinstance(event, Answered))


# -- strategies ----------------------------------------------------------------------------------------------------


@pytest.mark.ledger("D3")
async def test_a_strategy_shapes_the_prompt_and_the_limits(ask: Ask) -> None:
    with ScriptedServer([text("Fine.")]) as server:
        events, _ = await played(ask(server, "count the cars"))
        await played(ask(server, "Why are they so heavy?"))
        await played(ask(server, "count the cars", strategy="ANALYTICAL"))
    assert isinstance(events[0], Reasoning)
    assert (events[0].strategy, events[0].steps) == ("FAST_CONCISE", ("Strategy FAST_CONCISE: a short request",))
    fast, why, forced = server.requests
    assert "shortest way" in fast["messages"][0]["content"]
    assert "Find out before you tell" in why["messages"][0]["content"]
    assert why["messages"][0]["content"] == forced["messages"][0]["content"]
    assert fast["max_tokens"] < why["max_tokens"]


@pytest.mark.ledger("D3")
async def test_an_unknown_strategy_ends_the_turn_with_what_there_is(ask: Ask) -> None:
    with ScriptedServer([text("Fine.")]) as server:
        _, done = await played(ask(server, strategy="SLOW"))
    assert isinstance(done.error, InvalidArgument)
    assert "FAST_CONCISE" in done.error.message
    assert server.requests == []


@pytest.mark.ledger("D3", "A13")
async def test_a_long_history_is_condensed_before_anything_of_it_is_lost(ask: Ask) -> None:
    conversation = Conversation(limit=10)
    box = {"container_id": "box", "title": "<b>Box</b>"}
    with ScriptedServer(
        [calls(("create_container", box)), text("Made."), text("Noted. " * 100), text("Yes.")]
    ) as server:
        await played(ask(server, "Remember: prices are in CHF", conversation=conversation, turn_id="t0"))
        for number in range(1, 9):
            events, _ = await played(ask(server, f"prompt {number}", conversation=conversation, turn_id=f"t{number}"))
    assert isinstance(events[0], Reasoning)
    assert events[0].strategy == "SUMMARIZATION_AWARE"
    sent = server.requests[-1]["messages"]
    assert len(sent) <= 2 + conversation.limit // 2
    system = sent[0]["content"]
    [earlier] = system.strip().split("<<<earlier\n")[1:]
    lines = [json.loads(line) for line in earlier.removesuffix("\nearlier>>>").split("\n")]
    assert lines[0] == "user: Remember: prices are in CHF"
    assert lines[1].startswith("did: create_container(container_id=box")
    assert next(line for line in lines if line.startswith("user: prompt")) == "user: prompt 1"
    told = "\n".join([*lines, *(str(message["content"]) for message in sent[1:])])
    for number in range(1, 9):
        assert f"prompt {number}" in told
    assert "<b>" not in system


@pytest.mark.ledger("X12")
async def test_what_was_found_out_here_is_not_told_to_a_provider_later(ask: Ask, cars: pd.DataFrame) -> None:
    conversation = Conversation()
    with ScriptedServer([text("Fine.")]) as server:
        for share in ("schema", "samples"):
            local = ask(
                server,
                "Table of the first 3 rows",
                {"share": share},
                conversation=conversation,
                route=(OfflineProvider(),),
                turn_id=share,
            )
            await played(local)
            await played(ask(server, "and now", {"share": share}, conversation=conversation, turn_id=f"{share}-2"))
            body = json.dumps(server.requests[-1]["messages"][1:])
            assert ("civic" in body) == (share == "samples")
            assert "Table of the first 3 rows" in body


# -- continue ------------------------------------------------------------------------------------------------------


@pytest.mark.ledger("A11")
async def test_the_model_sees_what_it_wanted_and_another_prompt_forgets_it(ask: Ask, workspace: Workspace) -> None:
    def box(number: int) -> list[Any]:
        return calls(("create_container", {"container_id": f"box{number}"}))

    conversation = Conversation(limit=100)
    turns = [
        *[box(number) for number in range(6)],
        text("Five of twelve."),
        *[box(n) for n in range(5, 12)],
        text("All."),
    ]
    with ScriptedServer(turns) as server:
        _, stopped = await played(ask(server, "Make twelve boxes", conversation=conversation))
        assert (stopped.reason, stopped.can_continue) == ("limit", True)
        assert "you wanted next: create_container" in server.requests[6]["messages"][-1]["content"]
        _, done = await played(ask(server, "Go on!", conversation=conversation, turn_id="turn-2"))
        assert done.reason == "complete", "seven more rounds are more than the five of a first turn"
        asked = server.requests[7]["messages"][-1]["content"]
        assert asked.startswith("Go on!")
        assert "Make twelve boxes" in asked
        assert '"box5"' in asked
        assert len(workspace.document) == 12
        assert conversation.unfinished is None
    with ScriptedServer([*turns[:7], text("Something else."), text("Nothing.")]) as server:
        workspace.clear()
        await played(ask(server, "Make twelve boxes", conversation=conversation, turn_id="turn-3"))
        assert conversation.unfinished is not None
        await played(ask(server, "How are you?", conversation=conversation, turn_id="turn-4"))
        await played(ask(server, "continue", conversation=conversation, turn_id="turn-5"))
        assert server.requests[-1]["messages"][-1]["content"] == "continue"


# -- typed ---------------------------------------------------------------------------------------------------------


class Mean(BaseModel):
    origin: str
    mpg: float = Field(gt=0)

    @field_validator("origin")
    @classmethod
    def _known(cls, value: str) -> str:
        if value not in ("Europe", "Japan", "USA"):
            raise ValueError("name an origin that is in the data")
        return value


@pytest.mark.ledger("E8")
async def test_an_answer_is_checked_and_mended_once_with_what_was_wrong(ask: Ask) -> None:
    wrong, right = '```json\n[{"origin": "Asia", "mpg": 32}]\n```', '[{"origin": "Japan", "mpg": 32}]'
    with ScriptedServer([calls(MEANS), text(wrong), text(right)]) as server:
        events, done = await played(ask(server, "Means by origin", typed=typed(list[Mean])))
    assert answered(events).value == [Mean(origin="Japan", mpg=32)]
    assert answered(events).text == right
    assert done.reason == "complete"
    assert '"exclusiveMinimum":0' in server.requests[0]["messages"][0]["content"]
    assert "name an origin that is in the data" in server.requests[2]["messages"][-1]["content"]
    assert "tools" not in server.requests[2]
    [retracted] = [event for event in events if isinstance(event, Retracted)]
    assert "origin" in retracted.reason


@pytest.mark.ledger("E8")
async def test_an_answer_that_cannot_be_mended_is_a_failure_with_what_came(ask: Ask) -> None:
    with ScriptedServer([text("It is 32."), text("Still 32.")]) as server:
        events, done = await played(ask(server, "Mean", typed=typed({"type": "object", "required": ["mpg"]})))
    assert isinstance(done.error, ParseFailed)
    assert (done.reason, done.error.code, done.error.raw_response) == ("error", 422, "Still 32.")
    assert answered(events).value is None
    assert answered(events).parse == done.error.as_dict()


@pytest.mark.ledger("E8", "A9")
@pytest.mark.parametrize(("said", "value"), [("It is 32.", None), ("32", 32)])
async def test_a_limit_leaves_no_typed_answer_unsaid(ask: Ask, said: str, value: int | None) -> None:
    with ScriptedServer([calls(MEANS), calls(("list_datasets", {})), text(said)]) as server:
        turn = ask(server, "Mean", settings={"max_function_calls_per_turn": 1}, typed=typed(int))
        events, done = await played(turn)
    assert (done.reason, done.can_continue, answered(events).value) == ("limit", True, value)
    parse = answered(events).parse
    assert (parse is None) is (value is not None)
    assert parse is None or parse["raw_response"] == said


class Colour(Enum):
    RED = "red"


class Exact(BaseModel):
    model_config = ConfigDict(strict=True)
    day: date
    colour: Colour
    pair: tuple[int, str]


EXACT = '{"day": "2024-02-29", "colour": "red", "pair": [1, "x"]}'

SHAPES: list[tuple[Any, str, Any]] = [
    (Exact, EXACT, Exact(day=date(2024, 2, 29), colour=Colour.RED, pair=(1, "x"))),
    (list[Exact], f"[{EXACT}]", [Exact(day=date(2024, 2, 29), colour=Colour.RED, pair=(1, "x"))]),
    (Exact, EXACT.replace("1,", '"1",'), ParseFailed),
    (int, "42", 42),
    (int, " 42 \n", 42),
    (list[int], "```\n[1, 2]\n```", [1, 2]),
    (list[int], "Here it is:\n```json\n[1, 2]\n```\nThat is all.", [1, 2]),
    (dict[str, int], 'The answer: {"a": 1}. Done.', {"a": 1}),
    (str, '"x"', "x"),
    ({"type": "object", "properties": {"a": {"type": "integer"}}}, '{"a": 1}', {"a": 1}),
    ({}, "null", None),
    (bool, "true", True),
    (list[int], '[1, "x"]', ParseFailed),
    (int, "", ParseFailed),
    (int, "forty-two", ParseFailed),
    (float, "NaN", ParseFailed),
    (list[int], "[1, 2", ParseFailed),
    (list[int], "[" * 100_000, ParseFailed),
    (dict[str, int], '{"a": 1} or {"b": 2}', ParseFailed),
    ({"type": "object", "additionalProperties": False}, '{"a": 1}', ParseFailed),
    ({"$ref": "http://example.com/schema.json"}, "1", ParseFailed),
    ({"$ref": "file:///etc/passwd"}, "1", ParseFailed),
]


@pytest.mark.ledger("E8")
@pytest.mark.parametrize(("shape", "said", "value"), SHAPES, ids=[str(number) for number in range(len(SHAPES))])
def test_what_is_read_as_a_value(shape: Any, said: str, value: Any) -> None:
    if value is ParseFailed:
        with pytest.raises(ParseFailed) as caught:
            typed(shape).parse(said)
        assert caught.value.raw_response == said[:20_000]
        assert caught.value.parse_error
    else:
        assert typed(shape).parse(said) == value


@pytest.mark.ledger("E8")
@pytest.mark.parametrize(
    "shape", [3, "a word", {"type": "nonsense"}, {"properties": 3}, {"x": "y" * 70_000}, {"f": print}]
)
def test_a_shape_that_is_none_is_refused(shape: Any) -> None:
    with pytest.raises(InvalidArgument):
        typed(shape)


ROWS = [{"Origin": "USA", "mean_mpg": 20.5}, {"Origin": "Japan", "mean_mpg": 31.0}]


class Row(BaseModel):
    origin: str
    mean: float


class Rows(BaseModel):
    items: list[Row]


@pytest.mark.ledger("E8", "X1")
@pytest.mark.parametrize(
    ("shape", "rows", "value"),
    [
        (int, [{"count": 3}], 3),
        (int, [{"count": 3.0}], 3),
        (list[float], [{"m": 1.5}, {"m": 2.5}], [1.5, 2.5]),
        (list[str], ROWS, ["USA", "Japan"]),
        (list[Row], ROWS, [Row(origin="USA", mean=20.5), Row(origin="Japan", mean=31.0)]),
        (Rows, ROWS, Rows(items=[Row(origin="USA", mean=20.5), Row(origin="Japan", mean=31.0)])),
        (Row, ROWS[:1], Row(origin="USA", mean=20.5)),
        (Row, ROWS, None),
        (int, [{"a": 1, "b": 2}], None),
        (Row, [{"a": 1.0, "b": 2.0}], None),
        (bool, [{"a": 1}], None),
        (int, [], None),
    ],
)
def test_rows_fill_a_shape_where_there_is_one_way_to(shape: Any, rows: list[Any], value: Any) -> None:
    if value is None:
        with pytest.raises(ParseFailed, match="built-in model"):
            typed(shape).from_rows([rows])
    else:
        assert typed(shape).from_rows([rows]) == value


# -- judgement -----------------------------------------------------------------------------------------------------


@pytest.mark.ledger("E2")
async def test_numbers_that_come_from_no_query_are_named_and_doubted(ask: Ask, cars: pd.DataFrame) -> None:
    means = cars.groupby("Origin").Miles_per_Gallon.mean()
    said = f"Japan leads with {means['Japan']:.1f} mpg, Europe has {means['Europe']:.1f}; worldwide it is 24.87."
    with ScriptedServer([calls(MEANS), text(said)]) as server:
        events, _ = await played(ask(server, "Which origin is thrifty?"))
    found = answered(events)
    assert found.ungrounded == ("24.87",)
    assert (found.confidence, found.confidence_reason) == ("Medium", "24.87 in the text comes from no query")
    with ScriptedServer([text("There are 6 cars, of 3 origins; the heaviest weighs 3,139 lbs.")]) as server:
        events, _ = await played(ask(server, "Tell me"))
    assert answered(events).ungrounded == (), "rows and ranges are part of what the model was told"


def call(tool: str = "run_query", *, mutates: bool = False, error: str = "", **output: Any) -> Executed:
    asked = ToolCall("1", tool, "{}")
    if error:
        return Executed(asked, mutates, 1.0, error=CanvasError(error))
    return Executed(asked, mutates, 1.0, ToolOutput({}, **output))


DRAWN = call("create_chart", mutates=True, rows=3)
JUDGED: list[tuple[list[Executed], dict[str, Any], str, str]] = [
    ([DRAWN], {}, "High", "1 of 1 step worked, 3 rows found"),
    ([call("move", mutates=True)], {}, "High", "1 of 1 step worked"),
    ([], {}, "Medium", "no query was needed or run"),
    ([call(rows=0)], {}, "Low", "1 of 1 query found no rows"),
    ([DRAWN, call(rows=0)], {}, "Low", "1 of 2 queries found no rows"),
    ([call(error="no")], {}, "Low", "1 of 1 step failed"),
    ([call(error="no"), call(rows=2)], {}, "Medium", "1 step failed and went right on a later try"),
    ([call(rows=5, nulls=2)], {}, "Medium", "2 values missing in the results"),
    ([call(rows=9, notes=("The result was cut at 9 rows.",))], {}, "Medium", "The result was cut at 9 rows"),
    ([DRAWN], {"truncated": True}, "Medium", "the answer was cut at the token limit"),
    ([], {"asks": True}, "Medium", "it asks back what is meant"),
    ([DRAWN], {"asks": True}, "High", "1 of 1 step worked, 3 rows found"),
    ([DRAWN], {"ungrounded": ["42"]}, "Medium", "42 in the text comes from no query"),
    ([], {"ungrounded": ["42"]}, "Low", "42 in the text comes from no query"),
    (
        [DRAWN],
        {"ungrounded": ["1.5", "2.5", "3.5", "4.5"]},
        "Low",
        "1.5, 2.5, 3.5 and 1 more in the text come from no query",
    ),
    ([call(error="no")], {"ungrounded": ["42"]}, "Low", "1 of 1 step failed"),
]


@pytest.mark.ledger("E2")
@pytest.mark.parametrize(
    ("made", "more", "level", "reason"), JUDGED, ids=[str(number) for number in range(len(JUDGED))]
)
def test_confidence_follows_from_what_happened(
    made: list[Executed], more: dict[str, Any], level: str, reason: str
) -> None:
    assert confidence(made, **more) == (level, reason)


# -- beside the built-in model -------------------------------------------------------------------------------------


@pytest.mark.ledger("D2", "X1")
@pytest.mark.parametrize(
    ("prompt", "tool"),
    [
        ("What is revenue?", "lookup_knowledge"),
        ("what does turnover mean", "lookup_knowledge"),
        ("define the revenue", "lookup_knowledge"),
        ("Was bedeutet revenue?", "lookup_knowledge"),
        ("Number of cars as a metric", "create_metric"),
        ("Bar chart of mean miles per gallon by origin", "create_chart"),
    ],
)
async def test_a_question_for_a_note_is_looked_up_and_all_else_is_drawn(ask: Ask, prompt: str, tool: str) -> None:
    knowledge = Knowledge()
    knowledge.add("revenue", "Net of returns.", aliases=["turnover"])
    with ScriptedServer() as server:
        request = ask(server, prompt, route=(Aside(OfflineProvider(), knowledge),), knowledge=knowledge)
        events, done = await played(request)
    assert done.reason == "complete"
    assert [event.tool for event in events if type(event).__name__ == "ToolStarted"] == [tool]
    assert ("Net of returns." in answered(events).text) == (tool == "lookup_knowledge")
