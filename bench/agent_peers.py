"""What other libraries take for the same work: `PYTHON agent_peers.py URL TOKENS STREAMS TURNS < SYSTEM` prints JSON.

Runs in an environment of its own; whatever is not installed there is left out. Each is asked in the way its own
documentation shows, with one tool without arguments and the same system prompt, and reads the whole stream. The bare
SDK is measured beside them: it is what their times are compared with.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Awaitable, Callable
from typing import Any

Ask = Callable[[str], Awaitable[str]]


SYSTEM = "" if sys.stdin.isatty() else sys.stdin.read()


SAID = {"role": "system", "content": SYSTEM}


def note() -> str:
    """Note that the benchmark runs."""
    return '{"ok":true}'


def bare(url: str) -> tuple[Ask, Ask]:
    from openai import AsyncOpenAI

    client = AsyncOpenAI(base_url=url, api_key="none", max_retries=0)
    spec = {"name": "note", "description": "Note.", "parameters": {"type": "object", "properties": {}}}

    async def streamed(messages: list[Any], tools: list[Any]) -> tuple[str, dict[int, list[Any]]]:
        text = ""
        calls: dict[int, list[Any]] = {}
        more: dict[str, Any] = {"tools": tools} if tools else {}
        async for chunk in await client.chat.completions.create(model="m", messages=messages, stream=True, **more):
            for choice in chunk.choices:
                text += choice.delta.content or ""
                for call in choice.delta.tool_calls or ():
                    held = calls.setdefault(call.index, [call.id, call.function.name, ""])
                    held[2] += call.function.arguments or ""
        return text, calls

    async def text(prompt: str) -> str:
        return (await streamed([SAID, {"role": "user", "content": prompt}], []))[0]

    async def turn(prompt: str) -> str:
        messages: list[Any] = [SAID, {"role": "user", "content": prompt}]
        while True:
            said, calls = await streamed(messages, [{"type": "function", "function": spec}])
            if not calls:
                return said
            made = [
                {"id": name, "type": "function", "function": {"name": tool, "arguments": given}}
                for name, tool, given in calls.values()
            ]
            messages.append({"role": "assistant", "content": None, "tool_calls": made})
            messages += [{"role": "tool", "tool_call_id": call["id"], "content": note()} for call in made]

    return text, turn


def pydantic_ai(url: str) -> tuple[Ask, Ask]:
    from pydantic_ai import Agent
    from pydantic_ai.models.openai import OpenAIChatModel
    from pydantic_ai.providers.openai import OpenAIProvider

    model = OpenAIChatModel("m", provider=OpenAIProvider(base_url=url, api_key="none"))
    plain, tooled = Agent(model, instructions=SYSTEM), Agent(model, instructions=SYSTEM)
    tooled.tool_plain(note)

    async def text(prompt: str, agent: Any = plain) -> str:
        got = ""
        async with agent.run_stream(prompt) as result:
            async for piece in result.stream_text(delta=True, debounce_by=None):
                got += piece
        return got

    return text, lambda prompt: text(prompt, tooled)


def openai_agents(url: str) -> tuple[Ask, Ask]:
    from agents import Agent, OpenAIChatCompletionsModel, Runner, function_tool, set_tracing_disabled
    from openai import AsyncOpenAI

    set_tracing_disabled(True)
    model = OpenAIChatCompletionsModel(model="m", openai_client=AsyncOpenAI(base_url=url, api_key="none"))
    plain = Agent(name="a", model=model, instructions=SYSTEM)
    tooled = Agent(name="a", model=model, instructions=SYSTEM, tools=[function_tool(note)])

    async def text(prompt: str, agent: Any = plain) -> str:
        got = ""
        async for event in (result := Runner.run_streamed(agent, prompt)).stream_events():
            if event.type == "raw_response_event" and event.data.type == "response.output_text.delta":
                got += event.data.delta
        assert result.final_output
        return got

    return text, lambda prompt: text(prompt, tooled)


def langchain(url: str) -> tuple[Ask, Ask]:
    from langchain_core.messages import HumanMessage, SystemMessage, ToolMessage
    from langchain_core.tools import tool
    from langchain_openai import ChatOpenAI

    model = ChatOpenAI(model="m", base_url=url, api_key="none", max_retries=0)
    noting = tool(note)
    tooled = model.bind_tools([noting])

    async def text(prompt: str) -> str:
        got = ""
        async for piece in model.astream([SystemMessage(SYSTEM), HumanMessage(prompt)]):
            got += str(piece.content)
        return got

    async def turn(prompt: str) -> str:
        messages: list[Any] = [SystemMessage(SYSTEM), HumanMessage(prompt)]
        while True:
            whole: Any = None
            async for piece in tooled.astream(messages):
                whole = piece if whole is None else whole + piece
            if not whole.tool_calls:
                return str(whole.content)
            messages.append(whole)
            messages += [
                ToolMessage(str(await noting.ainvoke(call["args"])), tool_call_id=call["id"])
                for call in whole.tool_calls
            ]

    return text, turn


PEERS = {"openai SDK": bare, "pydantic-ai": pydantic_ai, "openai-agents": openai_agents, "langchain-openai": langchain}


Times = dict[str, list[float]]


async def measured(sides: dict[str, tuple[Ask, Ask]], tokens: int, streams: int, turns: int) -> dict[str, Times]:
    """Each side in turn, round by round, so that a busy moment of the machine meets all of them."""
    found: dict[str, Times] = {name: {"cpu": [], "wall": []} for name in sides}
    for number in range(streams + 1):
        for name, (text, _) in sides.items():
            start = time.process_time()
            got = await text(f"stream {tokens}")
            if number:
                found[name]["cpu"].append((time.process_time() - start) / tokens)
            assert got.count("word") == tokens
    for number in range(turns + 5):
        for name, (_, turn) in sides.items():
            start = time.perf_counter()
            assert "word" in await turn("note")
            if number >= 5:
                found[name]["wall"].append(time.perf_counter() - start)
    return found


async def main() -> None:
    url, tokens, streams, turns = sys.argv[1], *(int(word) for word in sys.argv[2:5])
    sides = {}
    for name, make in PEERS.items():
        try:
            sides[name] = make(url)
        except ImportError:
            continue
    print(json.dumps(await measured(sides, tokens, streams, turns)))


if __name__ == "__main__":
    asyncio.run(main())
