"""What the benchmarks of the server share: a server with wide limits, and a client that costs the generator little."""

from __future__ import annotations

import asyncio
import json
import resource
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.measure import Row, Sample

if TYPE_CHECKING:
    from websockets.asyncio.client import ClientConnection

    from server.process import Server

__all__ = ["Blocking", "Talk", "cpu_of", "goal", "own_cpu", "started", "talking", "told"]

WIDE = dict.fromkeys(("rate_limit", "edit_rate_limit", "work_rate_limit"), "100000000/1")


@contextmanager
def started(**settings: Any) -> Iterator[Server]:
    """A real `jupyter server` process with folders of its own, which is gone afterwards."""
    from server.process import Server

    with tempfile.TemporaryDirectory(prefix="canvas-bench-", ignore_cleanup_errors=True) as folder:
        server = Server(Path(folder), **(WIDE | settings))
        try:
            yield server
        finally:
            server.stop()


class Talk:
    """One question and its answer at a time."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.number = 0

    async def ask(self, kind: str, data: dict[str, Any] | None = None) -> dict[str, Any]:
        """Send a frame; returns what answers it."""
        self.number += 1
        name = f"{self.number}"
        await self.socket.send(json.dumps({"type": kind, "data": data or {}, "id": name}))
        while True:
            frame: dict[str, Any] = json.loads(await self.socket.recv())
            if frame.get("reply_to") == name:
                if frame["type"] == "error":
                    raise SystemExit(f"{kind}: {frame['error']['message']}")
                return frame


class Blocking:
    """The same on a socket that blocks: asked, it waits, and costs the side that is measured next to nothing."""

    def __init__(self, url: str, headers: dict[str, str] | None = None) -> None:
        from websocket import create_connection

        self.socket = create_connection(url, header=headers or {}, timeout=60, http_no_proxy=["127.0.0.1"])
        self.number = 0

    def ask(self, kind: str, data: dict[str, Any] | None = None) -> dict[str, Any]:
        """Send a frame; returns what answers it."""
        self.number += 1
        name = f"{self.number}"
        self.socket.send(json.dumps({"type": kind, "data": data or {}, "id": name}))
        while True:
            frame: dict[str, Any] = json.loads(self.socket.recv())
            if frame.get("reply_to") == name:
                if frame["type"] == "error":
                    raise SystemExit(f"{kind}: {frame['error']['message']}")
                return frame

    def close(self) -> None:
        """Let go of the connection."""
        self.socket.close()


@asynccontextmanager
async def talking(url: str, headers: dict[str, str]) -> AsyncIterator[Talk]:
    """A connection without compression: both sides of a comparison do the same."""
    from websockets.asyncio.client import connect

    async with connect(url, additional_headers=headers, proxy=None, compression=None, max_size=None) as socket:
        talk = Talk(socket)
        await asyncio.wait_for(talk.ask("init_session"), 30)
        yield talk


def cpu_of(pid: int) -> float:
    """Seconds of processor time that a process has used."""
    import psutil  # type: ignore[import-untyped]

    times = psutil.Process(pid).cpu_times()
    return float(times.user + times.system)


def own_cpu() -> float:
    """The same of this process."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def goal(benchmark: str, claim: str, sample: Sample, *, figure: float, most: float, what: str) -> Row:
    """A row with a limit of its own instead of a peer: its ratio is the figure over the limit."""
    return Row(benchmark, claim, sample, "", None, what, figure / most, 1.0)


def told(benchmark: str, claim: str, sample: Sample, what: str) -> Row:
    """A row that is reported and claims nothing."""
    return Row(benchmark, claim, sample, "", None, f"reported: {what}", None, None)
