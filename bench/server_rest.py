"""The bridge to a kernel, what an idle session holds, and how fast events are written.

`python -m bench.server_rest [--sessions 100] [--events 2000] [--pings 50]` is a quick look.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.measure import Row, Sample, interleave, number, sample
from bench.server_tools import goal, started, talking

__all__ = ["run"]

BRIDGE = 0.005
"""Seconds: the goal for the median of a question to a canvas in a kernel."""

WARM = 200
"""Questions before those that count: a kernel still loads what it needs when the first client has joined."""

IDLE = 100_000
"""Bytes: the goal for an idle session."""

SLEEPING = "import time\nwhile True: time.sleep(0.01)"


async def bridge(n: int) -> list[Row]:
    """A ping through the server to a canvas in a kernel: the kernel idle, and under a cell that blocks."""
    from server.notebook import SETUP, opened

    rows = []
    with started() as server:
        async with opened(server, SETUP) as notebook, talking(notebook.url(), server.headers) as talk:
            for what in ("idle", "under a sleeping cell"):
                if what != "idle":
                    await notebook.start(SLEEPING)
                times = []
                for turn in range(n + WARM):
                    start = time.perf_counter()
                    await talk.ask("ping")
                    if turn >= WARM:
                        times.append(time.perf_counter() - start)
                found = sample(times)
                claim = f"a ping to a canvas in a kernel, {what}"
                rows.append(goal("server", claim, found, figure=found.p50 / 1000, most=BRIDGE, what="of 5 ms at p50"))
    return rows


def resident(pid: int) -> int:
    import psutil  # type: ignore[import-untyped]

    return int(psutil.Process(pid).memory_info().rss)


async def idle(count: int) -> list[Row]:
    """What the server's memory grows by for each session that nobody uses, without and with a client that looks."""
    rows = []
    for looked_at in (False, True):
        with started() as server:
            held: list[Any] = []

            async def make(server: Any = server, held: list[Any] = held, looked_at: bool = looked_at) -> None:
                if looked_at:
                    context = talking(server.ws(), server.headers)
                    await context.__aenter__()
                    held.append(context)
                else:
                    await asyncio.to_thread(
                        server.anonymous.post, server.http("sessions"), json={}, headers=server.headers
                    )

            for _ in range(50):
                await make()
            before = resident(server.process.pid)
            for _ in range(count):
                await make()
            grown = (resident(server.process.pid) - before) / count
            for context in held:
                await context.__aexit__(None, None, None)
        claim = f"{count:,} idle sessions{', each with a client' if looked_at else ''}: {number(grown / 1000)} kB each"
        if looked_at:
            rows.append(Row("server", claim, Sample(count, 0, 0), "", None, "reported: memory", None, None))
        else:
            rows.append(goal("server", claim, Sample(count, 0, 0), figure=grown, most=IDLE, what="of 100 kB"))
    return rows


def written(events: int, rounds: int = 3) -> list[Row]:
    """Events by a journal, beside the same rows in batches of the same size by SQLAlchemy alone."""
    from sqlalchemy import create_engine, event

    from canvas_widget.session.journal import Event
    from canvas_widget.store import SessionRecord, Writer, open_store
    from canvas_widget.store import schema as tables
    from canvas_widget.store.database import _prepare_sqlite
    from canvas_widget.store.journal import MOST

    now = datetime.now(UTC)
    content = {"rev": 7, "transaction": {"changes": [{"op": "set", "path": "/containers/a/x", "value": 120}] * 3}}
    with tempfile.TemporaryDirectory(prefix="canvas-bench-") as folder:
        store = open_store(f"sqlite:///{folder}/ours.sqlite", Path(folder))
        engine = create_engine(f"sqlite:///{folder}/bare.sqlite")
        event.listen(engine, "connect", _prepare_sqlite)
        tables.METADATA.create_all(engine)
        number_of = iter(range(10**6))

        def ours() -> None:
            async def write() -> None:
                name = f"s{next(number_of)}"
                store.add_session(SessionRecord(name, "ada", "bench", now))
                writer = Writer(store)
                journal = writer.journal(name)
                for _ in range(events):
                    journal.append(Event("transaction", content))
                await journal.flush()
                await writer.close()

            asyncio.run(write())

        def bare() -> None:
            name = f"s{next(number_of)}"
            row = {"session_id": name, "user_id": "ada", "name": "bench", "start_time": now, "created_at": now}
            with engine.begin() as connection:
                connection.execute(tables.sessions.insert(), [row])
            for first in range(0, events, MOST):
                batch = [
                    {
                        "session_id": name,
                        "seq": seq,
                        "event_type": "transaction",
                        "content": content,
                        "timestamp": now,
                        "created_at": now,
                    }
                    for seq in range(first, min(events, first + MOST))
                ]
                with engine.begin() as connection:
                    connection.execute(tables.events.insert(), batch)

        mine, theirs = (sample(times) for times in interleave(rounds, ours, bare))
        store.close()
        engine.dispose()
    claim = f"{events:,} events written ({number(1000 * events / mine.p50)} a second)"
    peer = f"SQLAlchemy alone, batches of {MOST:,}"
    return [Row("server", claim, mine, peer, theirs, "time", mine.p50 / theirs.p50, 2.0)]


def run(sessions: int = 1000, events: int = 20_000, pings: int = 300) -> list[Row]:
    """The rows of this benchmark."""
    return [*asyncio.run(bridge(pings)), *asyncio.run(idle(sessions)), *written(events)]


if __name__ == "__main__":
    from bench.report import table

    root = Path(__file__).resolve().parent.parent
    sys.path[:0] = [str(root / "scripts"), str(root / "tests")]
    parser = argparse.ArgumentParser(description=__doc__)
    for option, default in (("sessions", 1000), ("events", 20_000), ("pings", 300)):
        parser.add_argument(f"--{option}", type=int, default=default)
    print(table(run(**vars(parser.parse_args()))))
