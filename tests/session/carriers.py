"""Two carriers under one table of tests: each a client that speaks frames with a session on its loop thread."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import comm
import pandas as pd
from comm.base_comm import BaseComm

from canvas_widget.agent.stream import Delta, Finish, Request, TextDelta, ToolCallDelta, UsageDelta
from canvas_widget.data import Catalogue
from canvas_widget.notebook.canvas import Canvas
from canvas_widget.notebook.runtime import LoopThread
from canvas_widget.session import MemoryClient, Session, Turns
from canvas_widget.settings import Settings
from canvas_widget.workspace import Workspace

Frame = dict[str, Any]
Step = list[Delta] | Callable[[Request], list[Delta]]

SALES = pd.DataFrame(
    {
        "region": ["north", "south", "east", "west", "north", "south"],
        "revenue": [10.0, 20.5, 30.0, 5.25, 7.75, 1.0],
        "units": [1, 2, 3, 4, 5, 6],
    }
)


class Scripted:
    """A provider that plays its steps in order, holding at a gate where a step is a `threading.Event`."""

    name = "scripted"
    model = "script"

    def __init__(self, *steps: Step, gate: threading.Event | None = None) -> None:
        self.steps = list(steps)
        self.gate = gate
        self.requests: list[Request] = []

    async def stream(self, request: Request) -> AsyncIterator[Delta]:
        import asyncio

        self.requests.append(request)
        step = self.steps.pop(0)
        for delta in step(request) if callable(step) else step:
            yield delta
            while self.gate is not None and not self.gate.is_set():  # noqa: ASYNC110  (set by another thread)
                await asyncio.sleep(0.005)


def say(text: str) -> list[Delta]:
    """A final answer."""
    return [TextDelta(text), UsageDelta(10, 5), Finish("stop")]


def call(tool: str, arguments: str, call_id: str = "call_1") -> list[Delta]:
    """One tool call."""
    return [ToolCallDelta(0, call_id, tool, arguments), Finish("tool_calls")]


class Door:
    """A client of one session. `send` is what a front end does; `frames` is what it was sent."""

    def __init__(self, loop: LoopThread, session: Session) -> None:
        self.loop = loop
        self.session = session
        self.frames: list[Frame] = []
        self._news = threading.Condition()

    def take(self, frame: Frame) -> None:
        with self._news:
            self.frames.append(frame)
            self._news.notify_all()

    def send(self, frame: object) -> None:
        raise NotImplementedError

    def ask(self, kind: str, answer: str, data: dict[str, Any] | None = None, **envelope: Any) -> Frame:
        """Send a frame and wait for the first answer of a type after it."""
        before = len(self.frames)
        self.send({"type": kind, "data": data or {}, **envelope})
        return self.wait(answer, before)

    def wait(self, kind: str, after: int = 0, matching: Callable[[Frame], bool] = lambda _: True) -> Frame:
        def found() -> Frame | None:
            return next((f for f in self.frames[after:] if f["type"] == kind and matching(f)), None)

        with self._news:
            if not self._news.wait_for(lambda: found() is not None, timeout=90):
                raise AssertionError(f"no {kind} frame came; there were {[f['type'] for f in self.frames[after:]]}")
            frame = found()
            assert frame is not None
            return frame


class MemoryDoor(Door):
    """Over the in-memory carrier."""

    def __init__(self, loop: LoopThread, session: Session) -> None:
        super().__init__(loop, session)

        class Client(MemoryClient):
            def send(client, frame: Frame, buffers: list[bytes]) -> None:  # noqa: N805
                MemoryClient.send(client, frame, buffers)
                self.take(client.frames[-1])

        self._member = loop.run(lambda: session.attach(Client()))

    def send(self, frame: object) -> None:
        self.loop.submit(self.session.handle(self._member, frame))


class _RecordingComm(BaseComm):
    """A comm whose other end is a list."""

    sink: Callable[[dict[str, Any]], None] | None = None

    def publish_msg(
        self, msg_type: str, data: Any = None, metadata: Any = None, buffers: Any = None, **keys: Any
    ) -> None:
        if msg_type == "comm_msg" and data and data.get("method") == "custom" and type(self).sink is not None:
            type(self).sink(data["content"])


class WidgetDoor(Door):
    """Over anywidget's custom messages: a real widget on a comm whose far end is this test."""

    def __init__(self, canvas: Canvas, comm_type: type[_RecordingComm]) -> None:
        super().__init__(canvas.loop, canvas.session)
        self.canvas = canvas
        comm_type.sink = self._arrived

    def _arrived(self, content: dict[str, Any]) -> None:
        for frame in content["frames"] if content.get("type") == "batch" else [content]:
            self.take(frame)

    def send(self, frame: object) -> None:
        message = {"content": {"data": {"method": "custom", "content": frame}}, "buffers": []}
        assert self.canvas.comm is not None
        self.canvas.comm.handle_msg(message)


def memory_door(provider: Scripted) -> Iterator[Door]:
    """A fresh session with SALES, reached over the in-memory carrier."""
    loop = LoopThread("test")
    catalogue = Catalogue()
    catalogue.register("sales", SALES)
    workspace = Workspace("test", catalogue=catalogue, owner=loop)
    session = loop.run(lambda: Session(workspace, Turns(Settings(), lambda *_: provider)))
    yield MemoryDoor(loop, session)
    loop.wait(session.close())
    loop.close()


def widget_door(provider: Scripted, patch: Any) -> Iterator[Door]:
    """A fresh `Canvas` with SALES, reached over its comm."""
    comm_type = type("TestComm", (_RecordingComm,), {})
    patch.setattr(comm, "create_comm", comm_type)
    canvas = Canvas(data={"sales": SALES})
    canvas.session.turns._choose = lambda *_: provider
    yield WidgetDoor(canvas, comm_type)
    canvas.close()
