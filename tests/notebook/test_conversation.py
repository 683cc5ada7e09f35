"""Talking to a canvas in a real kernel: strategies, values, own tools and notes, conversations, what would be sent."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from typing import Any

import pytest
from vega_datasets import data

from .conftest import SETUP
from .kernel import Kernel, kernel

LIVE = """\
import asyncio
from canvas_widget.agent.stream import Finish, TextDelta, ToolCallDelta
class Scripted:
    name, model = 'scripted', 'script'
    def __init__(self, *steps): self.steps, self.requests = list(steps), []
    async def stream(self, request):
        self.requests.append(request)
        step = self.steps.pop(0)
        if isinstance(step, str):
            yield TextDelta(step)
            yield Finish('stop')
        else:
            for number, (tool, arguments) in enumerate(step):
                yield ToolCallDelta(number, f'c{len(self.requests)}{number}', tool, arguments)
            yield Finish('tool_calls')
offline = canvas.session.turns._choose
def live(*steps):
    provider = Scripted(*steps)
    canvas.session.turns._choose = lambda *_: provider
    return provider
"""


@pytest.fixture(scope="module")
def talk(cars: Kernel) -> Iterator[Kernel]:
    cars.good(LIVE)
    yield cars
    cars.good("canvas.session.turns._choose = offline")


def printed(running: Kernel, code: str) -> str:
    return running.good(code).text.strip()


@pytest.mark.ledger("D3", "E2")
def test_a_turn_says_its_strategy_and_which_numbers_come_from_nowhere(talk: Kernel) -> None:
    talk.good("live('Cars averaged 87.3 mpg in 1,234 tests.')")
    ran = talk.good("%%canvas -o turn\nWhy are cars so thirsty?")
    told = printed(talk, "print(turn.strategy, turn.ungrounded, turn.confidence, turn.confidence_reason)")
    assert told == "ANALYTICAL ['87.3', '1,234'] Low 87.3, 1,234 in the text come from no query"
    assert "From no query: 87.3, 1,234." in ran.outputs[-1]["data"]["text/html"]
    talk.good("live('Fine.')")
    talk.good("%%canvas -s tool-heavy -o turn\nWhy are cars so thirsty?")
    assert printed(talk, "print(turn.strategy, turn.ungrounded)") == "TOOL_HEAVY []"
    ran = talk.run("%%canvas -s SLOW\nhello")
    assert "SLOW" in ran.error
    assert "FAST_CONCISE" in ran.error


@pytest.mark.ledger("E8")
def test_an_answer_in_a_shape_is_a_value_and_one_without_it_raises_with_what_came(talk: Kernel) -> None:
    talk.good(
        "from pydantic import BaseModel\n"
        "class Top(BaseModel):\n    origin: str\n    cars: int\n"
        'provider = live(\'It is the USA.\', \'{"origin": "USA", "cars": 254}\')\n'
        "turn = canvas.ask('Which origin has most cars?', schema=Top)"
    )
    assert printed(talk, "print(repr(turn.value), turn.parse)") == "Top(origin='USA', cars=254) None"
    assert "JSON" in printed(talk, "print(provider.requests[1].messages[-1].content)")
    talk.good("live('It is the USA.', 'The USA.')")
    ran = talk.run("canvas.ask('Which origin has most cars?', schema=Top)")
    assert ran.error_name == "ParseFailed"
    assert "no JSON" in ran.error
    told = printed(
        talk,
        "from canvas_widget.errors import ParseFailed\n"
        "live('1', '2')\n"
        "try: canvas.ask('x', schema=list[str])\n"
        "except ParseFailed as error: print(error.code, error.error_code, error.raw_response, '|', error.parse_error)",
    )
    assert told.startswith("422 PARSE_FAILED 2 |")
    assert "array" in told


@pytest.mark.ledger("E8", "X1")
def test_the_built_in_model_fills_shapes_from_its_queries(talk: Kernel) -> None:
    talk.good("canvas.session.turns._choose = offline; canvas.clear()")
    frame = data.cars()
    assert printed(talk, "print(canvas.ask('Number of cars as a metric', schema=int).value)") == str(len(frame))
    rows = printed(
        talk,
        "class Row(BaseModel):\n    origin: str\n    mean: float\n"
        "turn = canvas.ask('Bar chart of mean miles per gallon by origin', schema=list[Row])\n"
        "import json; print(json.dumps({row.origin: row.mean for row in turn.value}))",
    )
    assert json.loads(rows) == pytest.approx(frame.groupby("Origin").Miles_per_Gallon.mean().to_dict())
    schema = {"type": "object", "properties": {"rows": {"type": "array"}}, "required": ["rows"]}
    assert "Usa" not in printed(
        talk, f"print(canvas.ask('Table of the first 3 rows', schema={schema!r}).value['rows'])"
    )
    ran = talk.run("canvas.ask('Table of the first 3 rows', schema=float)")
    assert ran.error_name == "ParseFailed"
    assert "built-in model cannot" in ran.error
    talk.good("canvas.clear()")


@pytest.mark.ledger("D2")
def test_own_tools_and_notes_work_with_any_model_and_belong_to_their_turn(talk: Kernel) -> None:
    talk.good("canvas.clear()")
    talk.good(
        "@canvas.tool\n"
        "def fx_rate(currency: str) -> float:\n"
        '    "The rate of a currency to the euro."\n'
        "    canvas.text('rate', f'{currency} is 1.08')\n"
        "    canvas['rate'].rename('Rate')\n"
        "    return 1.08\n"
        "canvas.knowledge.add('revenue', 'Net of returns, in EUR.', aliases=['turnover'])"
    )
    talk.good("live([('fx_rate', '{\"currency\": \"USD\"}')], 'It is 1.08.')\nturn = canvas.ask('dollars?')")
    told = printed(talk, "print(turn.made, turn.ungrounded, canvas['rate'].title, canvas.tools)")
    assert told == "['rate'] [] Rate fx_rate(currency): The rate of a currency to the euro."
    talk.good("canvas.undo()")
    assert printed(talk, "print(len(canvas))") == "0", "the tool's work is the turn's"
    talk.good("canvas.session.turns._choose = offline")
    assert "1.08" in talk.good("%%canvas\nuse fx_rate for USD").text
    assert "Net of returns, in EUR." in talk.good("%%canvas\nWhat does turnover mean?").text
    assert "Net of returns, in EUR." in talk.good("%%canvas\nwhat is revenue").text
    told = printed(
        talk,
        "@canvas.tool\n"
        "def deep(q: str) -> str:\n"
        '    "Ask again."\n'
        "    return canvas.ask(q).text\n"
        "live([('deep', '{\"q\": \"x\"}')], 'No.')\n"
        "print(canvas.ask('go deep').tool_calls[0].error)",
    )
    assert "wait for itself" in told
    ran = talk.run('@canvas.tool\ndef undo() -> int:\n    "Mine."\n    return 1')
    assert ran.error_name == "Conflict"
    ran = talk.run('@canvas.tool\ndef half(a, b: int) -> int:\n    "Mine."\n    return 1')
    assert "parameter a has no type" in ran.error
    talk.good("canvas.tools.remove('deep'); canvas.tools.remove('fx_rate'); canvas.knowledge.remove('revenue')")
    talk.good("canvas.clear()")


@pytest.mark.ledger("A11", "X1")
def test_continue_goes_on_with_the_built_in_model_too(talk: Kernel) -> None:
    talk.good("canvas.session.turns._choose = offline; canvas.clear(); canvas.resize(1600, 1200)")
    talk.good("import canvas_widget.agent.turn as loop; whole, loop.MAX_CALLS = loop.MAX_CALLS, 3")
    many = ". ".join(f"Create a container named box{number}" for number in range(5))
    talk.good(f"turn = canvas.ask({many!r})")
    assert printed(talk, "print(len(canvas), turn.reason, turn.can_continue)") == "3 limit True"
    talk.good("more = canvas.ask('yes, carry on')")
    assert printed(talk, "print(len(canvas), more.reason, more.can_continue, turn.can_continue)") == (
        "5 complete False False"
    )
    talk.good(f"canvas.clear(); turn = canvas.ask({many!r}); canvas.ask('Number of cars as a metric')")
    assert printed(talk, "print(turn.can_continue)") == "False", "another prompt is no continuation"
    talk.good("loop.MAX_CALLS = whole")
    assert "nothing to go on" in printed(talk, "print(canvas.ask('continue').text)")
    talk.good("canvas.clear(); canvas.resize(800, 600)")


@pytest.mark.ledger("A13")
def test_conversations_are_apart_listed_shown_and_cleared(talk: Kernel) -> None:
    talk.good("for each in canvas.conversations(): canvas.clear_conversation(each['conversation_id'])")
    talk.good("live('One.', 'Two.', 'Three.')\ncanvas.ask('first'); canvas.ask('second', conversation_id='side')")
    talk.good("canvas.ask('third', conversation_id='side')")
    listed = printed(talk, "print([(c['conversation_id'], c['messages']) for c in canvas.conversations()])")
    assert listed == "[('default', 2), ('side', 4)]"
    assert (
        printed(talk, "print([m['content'] for m in canvas.history('side')])")
        == "['second', 'Two.', 'third', 'Three.']"
    )
    assert printed(talk, "%canvas history side") == "user: second\nassistant: Two.\nuser: third\nassistant: Three."
    assert "Other conversations: side" in printed(talk, "%canvas history")
    talk.good("canvas.clear_conversation('side')")
    assert printed(talk, "print([c['conversation_id'] for c in canvas.conversations()])") == "['default']"
    ran = talk.run("canvas.clear_conversation('nowhere')")
    assert "No conversation 'nowhere'" in ran.error
    assert "No conversation" in talk.run("%canvas history nowhere").error


@pytest.mark.ledger("N2", "A14")
def test_every_command_of_the_line_magic_does_what_its_name_says(talk: Kernel, tmp_path: Any) -> None:
    talk.good("canvas.session.turns._choose = offline; canvas.clear()")
    talk.good("%%canvas\nNumber of cars as a metric")
    status = printed(talk, "%canvas status")
    for said in ("Canvas: canvas-1, 800 × 600 px, 1 metric", "cars (406 rows)", "nothing runs", "offline", "Cost:"):
        assert said in status
    page = tmp_path / "page.html"
    assert str(page) in printed(talk, f"%canvas export {page}")
    assert "406" in page.read_text()
    assert "<svg" in (tmp_path / "a.svg").read_text() if printed(talk, f"%canvas export {tmp_path}/a.svg") else False
    assert "page.doc" in talk.run("%canvas export page.doc").error
    assert "one file name" in talk.run("%canvas export").error
    assert "Nothing is sent" in printed(talk, "%canvas context Bar chart of it's own")
    helped = printed(talk, "%canvas help")
    for part in (
        "## Examples",
        "## Coordinates",
        "## Settings",
        "## Tips",
        "top left",
        "| `auto_adjust` | on |",
        "-s ANALYTICAL",
    ):
        assert part in helped
    for command in ("show", "state", "size", "tree", "help", "models", "history", "arrange", "undo", "redo", "cost"):
        assert f"`{command}`" in helped
        assert talk.good(f"%canvas {command}").outputs
    talk.good("%canvas clear")


@pytest.mark.ledger("X12", "E7")
def test_what_context_prints_is_byte_for_byte_what_the_server_gets() -> None:
    from agent.scripted_server import ScriptedServer, text

    with ScriptedServer([text("Fine."), text("Fine again.")]) as server:
        environment = {"CANVAS_WIDGET_BASE_URL": server.url, "CANVAS_WIDGET_MODEL": "scripted"}
        os.environ.update(environment)
        try:
            with kernel() as running:
                running.good(SETUP)
                running.good("secret = cars.head(3); canvas.datasets.register('wages', secret, private=True)")
                for prompt in ("Mean Horsepower by Origin; mind the 'wages'", "Why is that so"):
                    told = running.good(f"%canvas context {prompt}").text
                    running.good(f"%%canvas\n{prompt}")
                    got = server.requests[-1]
                    assert json.loads(told) == {"messages": got["messages"], "tools": got["tools"]}
                    assert told.strip() == json.dumps(
                        {"messages": got["messages"], "tools": got["tools"]}, ensure_ascii=False, indent=2
                    )
                assert (
                    json.loads(running.good("print(canvas.context('Why?'))").text)["messages"][-1]["content"] == "Why?"
                )
                assert [message["role"] for message in got["messages"]] == ["system", "user", "assistant", "user"]
        finally:
            for name in environment:
                del os.environ[name]
