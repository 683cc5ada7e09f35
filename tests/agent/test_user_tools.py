"""Tools that a user writes, called by a model through the real SDK against a scripted server."""

from __future__ import annotations

import asyncio
import datetime as dt
import enum
import json
import threading
from collections.abc import AsyncIterator, Callable
from typing import Any, Literal

import pandas as pd
import pytest
from pydantic import BaseModel

from agent.scripted_server import ScriptedServer, calls, text
from canvas_widget.agent.acting import acting
from canvas_widget.agent.conversation import Conversation
from canvas_widget.agent.events import Done, ToolEnded, TurnEvent
from canvas_widget.agent.providers.catalog import Providers
from canvas_widget.agent.tools.user import UserTools
from canvas_widget.agent.turn import TurnRequest, run_turn
from canvas_widget.errors import Conflict, InvalidArgument, NotFound
from canvas_widget.settings import Settings
from canvas_widget.workspace import Actor, Workspace

pytestmark = pytest.mark.ledger("D2")


class Shade(enum.Enum):
    LIGHT = "light"
    DARK = "dark"


class Address(BaseModel):
    city: str
    zip: int | None = None


def everything(  # noqa: PLR0917  (a parameter of each kind)
    name: str,
    count: int,
    ratio: float = 0.5,
    on: bool = True,
    kind: Literal["a", "b"] = "a",
    shade: Shade = Shade.LIGHT,
    when: dt.date | None = None,
    tags: list[str] | None = None,
    where: Address | None = None,
) -> str:
    """Take everything there is.

    Args:
        name: What it is called,
            on two lines.
        count: How many.
        where (Address): The place.

    Returns:
        All of it.
    """
    return f"{name} {count} {ratio} {on} {kind} {shade.value} {when} {tags} {where.city if where else None}"


@pytest.fixture
async def ask(workspace: Workspace) -> AsyncIterator[Callable[..., TurnRequest]]:
    made: list[Providers] = []

    def asked(server: ScriptedServer, tools: UserTools, **settings: Any) -> TurnRequest:
        made.append(Providers(Settings(base_url=server.url, model="scripted", read_timeout=5, **settings)))
        return TurnRequest(
            turn_id="turn-1",
            prompt="Use it",
            conversation=Conversation(),
            route=made[-1].route(),
            workspace=workspace,
            actor=Actor(source="agent", turn_id="turn-1"),
            settings=made[-1].settings,
            tools=tools.toolbox,
        )

    yield asked
    for providers in made:
        await providers.aclose()


async def played(request: TurnRequest) -> tuple[list[TurnEvent], Done]:
    events = [event async for event in run_turn(request)]
    done = events.pop()
    assert isinstance(done, Done)
    return events, done


def ended(events: list[TurnEvent]) -> list[ToolEnded]:
    return [event for event in events if isinstance(event, ToolEnded)]


async def test_annotations_and_docstring_become_what_the_model_reads_and_fills_in(ask: Any) -> None:
    tools = UserTools()
    assert tools(everything) is everything
    given = {
        "name": "x",
        "count": 3,
        "kind": "b",
        "shade": "dark",
        "when": "2024-02-29",
        "tags": ["p", "q"],
        "where": {"city": "Rome"},
    }
    with ScriptedServer([calls(("everything", given)), text("Done.")]) as server:
        events, _ = await played(ask(server, tools))
    assert ended(events)[0].result == {"result": "x 3 0.5 True b dark 2024-02-29 ['p', 'q'] Rome"}
    [spec] = [tool["function"] for tool in server.requests[0]["tools"] if tool["function"]["name"] == "everything"]
    assert spec["description"] == "Take everything there is."
    properties = spec["parameters"]["properties"]
    assert properties["name"] == {"description": "What it is called, on two lines.", "type": "string"}
    assert properties["kind"]["enum"] == ["a", "b"]
    assert properties["shade"]["enum"] == ["light", "dark"]
    assert properties["when"]["format"] == "date"
    assert properties["where"]["properties"]["city"] == {"type": "string"}
    assert spec["parameters"]["required"] == ["name", "count"]


async def test_an_error_goes_back_to_the_model_with_what_to_mend(ask: Any) -> None:
    tools = UserTools()

    @tools
    def fx_rate(currency: str, factor: float = 1.0) -> float:
        """The rate of a currency to the euro."""
        return {"USD": 1.08}[currency] * factor

    turns = [
        calls(("fx_rate", {"currency": "USD", "factor": "much"})),
        calls(("fx_rate", {"currency": "XXX"})),
        calls(("fx_rate", {"currency": "USD"})),
        text("1.08"),
    ]
    with ScriptedServer(turns) as server:
        events, done = await played(ask(server, tools))
    assert [event.ok for event in ended(events)] == [False, False, True]
    assert "factor" in str(ended(events)[0].error)
    assert "KeyError: 'XXX'" in str(ended(events)[1].error)
    told = json.loads(server.requests[3]["messages"][-1]["content"])
    assert told == {"ok": True, "result": 1.08}
    assert done.reason == "complete"


async def test_an_async_tool_and_a_frame_it_gives_back(ask: Any, cars: pd.DataFrame) -> None:
    tools = UserTools()

    @tools(name="heaviest", reads_only=True)
    async def find(least: int) -> pd.DataFrame:
        """The cars above a weight."""
        await asyncio.sleep(0)
        return cars[cars.Weight_in_lbs > least]

    with ScriptedServer([calls(("heaviest", {"least": 2000})), text("Done.")]) as server:
        events, _ = await played(ask(server, tools))
    expected = cars[cars.Weight_in_lbs > 2000]
    result = ended(events)[0].result
    assert result is not None
    assert result["row_count"] == len(expected)
    assert [row["Name"] for row in result["rows"]] == list(expected.Name)


async def test_what_a_tool_does_to_the_canvas_belongs_to_its_turn(ask: Any, workspace: Workspace) -> None:
    tools = UserTools()

    @tools
    def note(words: str) -> None:
        """Write a note."""
        workspace.text("note", words, actor=acting())

    @tools
    async def second(words: str) -> None:
        """Write another note."""
        workspace.text("second", words, actor=acting())

    with ScriptedServer([calls(("note", {"words": "hi"}), ("second", {"words": "ho"})), text("Done.")]) as server:
        await played(ask(server, tools))
    assert set(workspace.document.ids()) == {"note", "second"}
    assert acting().source == "python"
    workspace.undo("turn-1")
    assert len(workspace.document) == 0, "both are undone with the turn"


async def test_a_tool_that_blocks_is_given_up_and_an_async_one_is_cancelled(ask: Any) -> None:
    tools = UserTools()
    release, cancelled = threading.Event(), threading.Event()

    @tools
    def stuck() -> None:
        """Wait for ever."""
        release.wait()

    @tools
    async def asleep() -> None:
        """Sleep for ever."""
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cancelled.set()
            raise

    turns = [calls(("stuck", {})), calls(("asleep", {})), text("Neither.")]
    with ScriptedServer(turns) as server:
        events, done = await played(ask(server, tools, function_call_timeout=0.1))
    release.set()
    assert ["longer than 0.1 s" in str(event.error) for event in ended(events)] == [True, True]
    assert await asyncio.to_thread(cancelled.wait, 5)
    assert done.reason == "complete"


async def test_a_tool_that_ends_the_program_ends_its_call_alone(ask: Any) -> None:
    tools = UserTools()

    @tools
    def leave() -> None:
        """Exit."""
        raise SystemExit(3)

    with ScriptedServer([calls(("leave", {})), text("It left.")]) as server:
        events, done = await played(ask(server, tools))
    assert "SystemExit" in str(ended(events)[0].error)
    assert done.reason == "complete"


def untyped(a) -> int:  # type: ignore[no-untyped-def]
    """Words."""
    return 1


def wordless(a: int) -> int:
    return a


def starred(*a: int) -> int:
    """Words."""
    return 1


def anything(a: Any) -> int:
    """Words."""
    return 1


def strange(a: threading.Lock) -> int:
    """Words."""
    return 1


def undefined(a: "Nowhere") -> int:  # type: ignore[name-defined]  # noqa: F821, UP037
    """Words."""
    return 1


@pytest.mark.parametrize(
    ("function", "said"),
    [
        (untyped, "parameter a has no type"),
        (wordless, "has no docstring"),
        (starred, r"\*a cannot be filled in"),
        (anything, "may be anything"),
        (strange, "cannot be told to a model"),
        (undefined, "'Nowhere' is not defined"),
        (3, "is a function"),
        (lambda: 1, "made of letters"),
    ],
)
def test_a_function_that_cannot_be_a_tool_is_refused_in_plain_words(function: Any, said: str) -> None:
    with pytest.raises(InvalidArgument, match=said):
        UserTools().add(function)


def test_tools_are_listed_replaced_and_removed_and_never_clash() -> None:
    tools = UserTools()

    @tools
    def rate(schema: str) -> int:
        """One."""
        return 1

    tools.add(rate, name="rate")
    assert (list(tools), len(tools), "rate" in tools) == (["rate"], 1, True)
    assert repr(tools) == "rate(schema): One."
    with pytest.raises(Conflict, match="create_chart"):
        tools.add(rate, name="create_chart")
    tools.remove("rate")
    assert repr(tools) == "No tools of your own."
    with pytest.raises(NotFound, match="There are: none"):
        tools.remove("rate")
