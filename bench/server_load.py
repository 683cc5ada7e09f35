"""Many clients at once: how late frames come while clients come and go, how fast all are back, where it ends.

The load is open: an edit is sent when its time has come, however late the one before it is, and its delay counts from
that time. Every tenth client edits; all of its session's clients get each edit. Generator and server share the machine,
so the generator's own processor time is told, and how late its own turns come: what it reads late is not the server's.
`python -m bench.server_load --clients 100 --seconds 5` is a quick look.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import resource
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from bench.measure import Row, Sample, number, quantile
from bench.server_tools import cpu_of, goal, own_cpu, started, told

if TYPE_CHECKING:
    from websockets.asyncio.client import ClientConnection

    from server.process import Server

__all__ = ["run"]

TABS = 10
"""Clients of a session."""

LATE, BACK = 0.2, 30.0
"""Seconds: the goals for the 99th percentile of the delays, and for all clients to be back."""

STEP = 1.25
"""By this much the rate grows while the search for the saturation point goes on."""


@dataclass(eq=False)
class Tab:
    """One client: it follows the numbers of the frames and notes how late each edit comes."""

    server: Server
    url: str
    seq: int = 0
    gaps: int = 0
    snapshots: int = 0
    replays: int = 0
    session_id: str = ""
    delays: list[float] = field(default_factory=list)
    socket: ClientConnection | None = None
    reader: asyncio.Task[None] | None = None

    async def join(self) -> None:
        """Connect, or connect again and ask for what was missed."""
        from websockets.asyncio.client import connect

        plain: dict[str, Any] = {"proxy": None, "compression": None, "max_size": None, "ping_interval": None}
        plain |= {"open_timeout": 60, "close_timeout": 1}
        self.socket = await connect(self.url, additional_headers=self.server.headers, **plain)
        data = {"last_seq": self.seq} if self.session_id else {}
        await self.socket.send(json.dumps({"type": "init_session", "data": data}))
        ready = asyncio.Event()
        self.reader = asyncio.create_task(self._read(self.socket, ready))
        await asyncio.wait_for(ready.wait(), 60)

    async def _read(self, socket: ClientConnection, ready: asyncio.Event) -> None:
        from websockets.exceptions import ConnectionClosed

        try:
            async for message in socket:
                now = time.perf_counter()
                self._take(json.loads(message), now, ready)
        except ConnectionClosed:
            return

    def _take(self, frame: dict[str, Any], now: float, ready: asyncio.Event) -> None:
        kind, data = frame["type"], frame["data"]
        if kind == "session_ready":
            self.session_id = data["session_id"]
            self.replays += data["resumed"] == "replay"
            self.snapshots += data["resumed"] == "snapshot"
            if data["resumed"] != "replay":
                self.seq = frame["seq"]
            ready.set()
        elif "seq" in frame and frame["seq"] > self.seq:
            self.gaps += frame["seq"] != self.seq + 1
            self.seq = frame["seq"]
            if kind in ("tree_update", "ack"):
                title = data["deltas"][0]["node"].get("title", "")
                if title:
                    self.delays.append(now - float(title))

    def drop(self) -> None:
        """Lose the connection as a network does."""
        assert self.socket is not None
        self.socket.transport.abort()

    async def edit(self, when: float) -> None:
        """Send an edit that says when it was due."""
        assert self.socket is not None
        change = {"op": "set", "path": "/containers/a/title", "value": repr(when)}
        await self.socket.send(json.dumps({"type": "canvas_edit", "id": repr(when), "data": {"changes": [change]}}))

    async def close(self) -> None:
        if self.socket is not None:
            await self.socket.close()
        if self.reader is not None:
            await self.reader


class Crowd:
    """All clients, ten to a session."""

    def __init__(self, server: Server, clients: int) -> None:
        self.server = server
        self.editors = [Tab(server, server.ws()) for _ in range(max(1, clients // TABS))]
        self.tabs: list[Tab] = []
        self._dice = random.Random(5)

    @property
    def all(self) -> list[Tab]:
        return [*self.editors, *self.tabs]

    async def gather(self, at_a_time: int = 25) -> None:
        """Let everybody in."""
        for editor in self.editors:
            await editor.join()
            assert editor.socket is not None
            value = {"id": "a", "x": 0, "y": 0, "width": 100, "height": 80}
            change = {"op": "add", "path": "/containers/a", "value": value}
            await editor.socket.send(json.dumps({"type": "canvas_edit", "data": {"changes": [change]}}))
            url = self.server.ws(f"/session/{editor.session_id}")
            self.tabs += [Tab(self.server, url) for _ in range(TABS - 1)]
            editor.url = url
        for start in range(0, len(self.tabs), at_a_time):
            await asyncio.gather(*(tab.join() for tab in self.tabs[start : start + at_a_time]))

    async def load(self, per_second: float, seconds: float, churn: float = 0.0) -> list[float]:
        """Edits at a rate of deliveries; `churn` is the share of clients that lose their line in a minute.

        Returns the delays in seconds, what came by a replay included.
        """
        for tab in self.all:
            tab.delays.clear()
        gap = TABS * len(self.editors) / per_second
        ends = time.perf_counter() + seconds
        lost = asyncio.create_task(self._churn(churn)) if churn else None
        await asyncio.gather(*(self._edit(editor, gap, ends) for editor in self.editors))
        if lost is not None:
            lost.cancel()
            await asyncio.gather(lost, return_exceptions=True)
        for _ in range(100):
            if sum(len(tab.delays) for tab in self.all) >= per_second * seconds * 0.98:
                break
            await asyncio.sleep(0.05)
        return [delay for tab in self.all for delay in tab.delays]

    async def _edit(self, editor: Tab, gap: float, ends: float) -> None:
        due = time.perf_counter() + gap * self._dice.random()
        while due < ends:
            if (wait := due - time.perf_counter()) > 0:
                await asyncio.sleep(wait)
            await editor.edit(due)
            due += gap

    async def _churn(self, share: float) -> None:
        while True:
            await asyncio.sleep(60 / (share * len(self.all)))
            tab = self._dice.choice(self.tabs)
            tab.drop()
            await tab.join()

    async def back(self) -> float:
        """Drop all at once; seconds until the last is back."""
        for tab in self.all:
            tab.drop()
        await asyncio.gather(*(tab.reader for tab in self.all if tab.reader is not None))
        start = time.perf_counter()
        await asyncio.gather(*(tab.join() for tab in self.all))
        return time.perf_counter() - start

    async def leave(self) -> None:
        await asyncio.gather(*(tab.close() for tab in self.all), return_exceptions=True)


class Lag:
    """How late this process's own loop comes, looked at every 5 ms while the block runs."""

    async def __aenter__(self) -> Self:
        self.late: list[float] = []
        self._task = asyncio.create_task(self._look())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def _look(self) -> None:
        while True:
            due = time.perf_counter() + 0.005
            await asyncio.sleep(0.005)
            self.late.append(time.perf_counter() - due)

    def __str__(self) -> str:
        return f"{number(1000 * quantile(self.late, 0.99))} ms"


def summary(delays: list[float]) -> Sample:
    return Sample(len(delays), 1000 * quantile(delays, 0.5), 1000 * quantile(delays, 0.99))


async def measure(clients: int, seconds: float, per_second: float) -> list[Row]:
    rows = []
    with started() as server:
        crowd = Crowd(server, clients)
        await crowd.gather()
        pid = server.process.pid
        spent, own, start = cpu_of(pid), own_cpu(), time.perf_counter()
        async with Lag() as lag:
            delays = await crowd.load(per_second, seconds, churn=0.2)
        took = time.perf_counter() - start
        share, mine = (cpu_of(pid) - spent) / took, (own_cpu() - own) / took
        found = summary(delays)
        what = (
            f"{len(crowd.all)} clients, {number(len(delays) / took)} deliveries/s, 20 %/min churn (p50 / p99; "
            f"server {share:.0%}, generator {mine:.0%} of a core, 99 % of whose own turns are at most {lag} late; "
            f"{sum(tab.replays for tab in crowd.all)} resumed)"
        )
        rows.append(goal("server load", what, found, figure=found.p95 / 1000, most=LATE, what="of 200 ms at p99"))
        gaps, snapshots = sum(tab.gaps for tab in crowd.all), sum(tab.snapshots for tab in crowd.all)
        claim = f"frames that were missed; {snapshots} clients fell behind and got a snapshot"
        rows.append(Row("server load", claim, found, "", None, "gaps", float(gaps), 0.0))
        back = await crowd.back()
        gaps = sum(tab.gaps for tab in crowd.all) - gaps
        claim = f"{len(crowd.all)} clients dropped at once, all back in {number(back)} s, {gaps} gaps"
        once = Sample(1, 1000 * back, 1000 * back)
        rows.append(goal("server load", claim, once, figure=back, most=BACK, what="of 30 s"))
        rows.append(await saturation(crowd, pid, per_second, min(seconds, 5.0)))
        await crowd.leave()
    return rows


async def saturation(crowd: Crowd, pid: int, per_second: float, seconds: float) -> Row:
    """The largest rate that is delivered with 99 % in 200 ms; the generator's share says whose end it is."""
    best, sample, shares = 0.0, Sample(0, 0, 0), ""
    rate = per_second
    while rate < 40 * per_second:
        spent, own, start = cpu_of(pid), own_cpu(), time.perf_counter()
        delays = await crowd.load(rate, seconds)
        took = time.perf_counter() - start
        found = summary(delays) if delays else Sample(0, 1e9, 1e9)
        if len(delays) < 0.95 * rate * seconds or found.p95 > 1000 * LATE:
            break
        best, sample = rate, found
        shares = f"server {(cpu_of(pid) - spent) / took:.0%}, generator {(own_cpu() - own) / took:.0%} of a core"
        rate *= STEP
    claim = f"saturation: {number(best)} deliveries/s keep 99 % within 200 ms ({shares or 'not even the first rate'})"
    return told("server load", claim, sample, "p50 / p99 at that rate")


def run(clients: int = 500, seconds: float = 20.0, per_second: float = 2500.0) -> list[Row]:
    """The rows of this benchmark."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 4 * clients + 200
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(wanted, hard), hard))
    return asyncio.run(measure(clients, seconds, per_second))


if __name__ == "__main__":
    from bench.report import table

    root = Path(__file__).resolve().parent.parent
    sys.path[:0] = [str(root / "scripts"), str(root / "tests")]
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clients", type=int, default=500)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--rate", type=float, default=2500.0, help="deliveries per second")
    given = parser.parse_args()
    print(table(run(given.clients, given.seconds, given.rate)))
