"""The agent's own cost: CPU for each streamed token and time for each turn with a tool, against the bare SDK.

The server runs in a process of its own and is the same for all. Both sides send the same bytes and run the same
tool. With `CANVAS_WIDGET_BENCH_PEERS=PATH/bin/python` other libraries are measured too, in that environment and with
the bare SDK beside them: what is compared is how many times the bare SDK each takes.
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.measure import Row, sample
from canvas_widget.agent.conversation import Conversation
from canvas_widget.agent.events import Done, TextChunk
from canvas_widget.agent.providers.endpoint import Endpoint
from canvas_widget.agent.providers.openai_compatible import OpenAICompatible
from canvas_widget.agent.stream import Delta, Request
from canvas_widget.agent.tools import Tool, Toolbox, ToolContext, ToolOutput
from canvas_widget.agent.tools.base import NoArguments
from canvas_widget.agent.turn import run_turn
from canvas_widget.agent.turn_request import TurnRequest
from canvas_widget.agent.usage.book import Book
from canvas_widget.workspace import Workspace

__all__ = ["run"]

HERE = Path(__file__).resolve().parent
TOKENS = 2000
STREAMS = 5
TURNS = 200
LONG = 1000
"""Turns over which memory must stay flat."""
CPU_AT_MOST = 1.2
WALL_AT_MOST = 1.3
GROWTH_AT_MOST = 1.02


class Note(NoArguments):
    """Note that the benchmark runs."""


def _note(_: Note, __: ToolContext) -> ToolOutput:
    return ToolOutput({})


NOTE = Toolbox([Tool("note", Note, _note)])


@contextmanager
def server() -> Iterator[str]:
    process = subprocess.Popen([sys.executable, HERE / "agent_server.py"], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield process.stdout.readline().strip()
    finally:
        process.kill()
        process.wait()


class Ours:
    """Whole turns of the product: strategy, context, routing, health, the book, the receipt."""

    def __init__(self, url: str) -> None:
        self.provider = OpenAICompatible(Endpoint("custom", "m", url, None, "KEY", "MODEL"))
        self.workspace = Workspace("bench")
        self.book = Book()

    async def ask(self, prompt: str) -> str:
        got, done = [], None
        turn = TurnRequest(
            "t",
            prompt,
            Conversation(),
            (self.provider,),
            self.workspace,
            tools=NOTE,
            book=self.book,
            strategy="FAST_CONCISE",
        )
        async for event in run_turn(turn):
            if isinstance(event, TextChunk):
                got.append(event.text)
            elif isinstance(event, Done):
                done = event
        assert done is not None, "no end"
        assert done.reason == "complete", done
        return "".join(got)


class Bare:
    """The SDK alone, sending what ours sends."""

    def __init__(self, url: str, bodies: dict[str, list[dict[str, Any]]]) -> None:
        from openai import AsyncOpenAI

        self.client = AsyncOpenAI(base_url=url, api_key="none", max_retries=0)
        self.bodies = bodies

    async def ask(self, prompt: str) -> str:
        text = ""
        for body in self.bodies[prompt]:
            text = ""
            calls: dict[int, list[Any]] = {}
            stream: Any = await self.client.chat.completions.create(**body)
            async for chunk in stream:
                for choice in chunk.choices:
                    text += choice.delta.content or ""
                    for call in choice.delta.tool_calls or ():
                        held = calls.setdefault(call.index, [call.id, call.function.name, ""])
                        held[2] += call.function.arguments or ""
            for _, _, arguments in calls.values():
                json.dumps({"ok": True, **json.loads(arguments)})
        return text


async def _bodies(ours: Ours, *prompts: str) -> dict[str, list[dict[str, Any]]]:
    """What ours sends for each prompt, request by request."""
    found: dict[str, list[dict[str, Any]]] = {}
    stream = ours.provider.stream
    for prompt in prompts:
        sent: list[dict[str, Any]] = []

        def noted(request: Request, sent: list[dict[str, Any]] = sent) -> AsyncIterator[Delta]:
            sent.append(ours.provider.body(request))
            return stream(request)

        ours.provider.stream = noted  # type: ignore[method-assign]
        await ours.ask(prompt)
        found[prompt] = sent
    del ours.provider.stream
    return found


async def _measure(url: str) -> tuple[list[list[float]], list[list[float]], str]:
    ours, stream, turn = Ours(url), f"stream {TOKENS}", "note"
    bare = Bare(url, await _bodies(ours, stream, turn))
    sides: tuple[Ours | Bare, ...] = (ours, bare)
    cpu: list[list[float]] = [[], []]
    wall: list[list[float]] = [[], []]
    for number in range(STREAMS + 1):
        for side, times in zip(sides, cpu, strict=True):
            gc.collect()
            start = time.process_time()
            got = await side.ask(stream)
            if number:
                times.append((time.process_time() - start) / TOKENS)
            assert got.count("word") == TOKENS
    for number in range(TURNS + 5):
        for side, times in zip(sides, wall, strict=True):
            start = time.perf_counter()
            assert "word" in await side.ask(turn)
            if number >= 5:
                times.append(time.perf_counter() - start)
    await ours.provider.aclose()
    await bare.client.close()
    return cpu, wall, str(bare.bodies[turn][0]["messages"][0]["content"])


async def _memory(url: str) -> tuple[float, float]:
    """Resident memory in MB after a tenth of the turns and after all of them."""
    ours = Ours(url)
    sizes = []
    for number in range(LONG):
        await ours.ask("note")
        if number + 1 in (LONG // 10, LONG):
            gc.collect()
            sizes.append(_resident())
    await ours.provider.aclose()
    return sizes[0], sizes[1]


def _resident() -> float:
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def _peers(url: str, system: str) -> dict[str, dict[str, list[float]]]:
    python = os.environ.get("CANVAS_WIDGET_BENCH_PEERS")
    if not python:
        return {}
    command = [python, str(HERE / "agent_peers.py"), url, str(TOKENS), str(STREAMS), str(TURNS)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, input=system, text=True)
    found: dict[str, dict[str, list[float]]] = json.loads(done.stdout.splitlines()[-1])
    return found


def run() -> list[Row]:
    """The rows of this benchmark."""
    with server() as url:
        cpu, wall, system = asyncio.run(_measure(url))
        first, last = asyncio.run(_memory(url))
        peers = _peers(url, system)
    token, turn = sample(cpu[0]), sample(wall[0])
    bare_token, bare_turn = sample(cpu[1]), sample(wall[1])
    per_token, per_turn = f"CPU of a streamed token ({TOKENS:,} a turn)", "a turn with one tool call"
    rows = [
        Row(
            "agent", per_token, token, "the bare openai SDK", bare_token, "CPU", token.p50 / bare_token.p50, CPU_AT_MOST
        ),
        Row("agent", per_turn, turn, "the bare openai SDK", bare_turn, "time", turn.p50 / bare_turn.p50, WALL_AT_MOST),
    ]
    beside = peers.pop("openai SDK", None)
    for name, times in peers.items():
        assert beside is not None, "the peers' environment has no SDK"
        for claim, kind, ours, bare in ((per_token, "cpu", token, bare_token), (per_turn, "wall", turn, bare_turn)):
            other, its_bare = sample(times[kind]), sample(beside[kind])
            ratio = (ours.p50 / bare.p50) / (other.p50 / its_bare.p50)
            what = f"as a multiple of the bare SDK ({other.p50 / its_bare.p50:.2f})"
            rows.append(Row("agent", claim, ours, name, other, what, ratio, 1.0))
    memory = f"memory after {LONG:,} turns, {last:.0f} MB"
    before = f"after {LONG // 10}, {first:.0f} MB"
    rows.append(Row("agent", memory, turn, before, turn, "memory", last / first, GROWTH_AT_MOST))
    return rows
