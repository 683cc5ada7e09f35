"""One question to the server: a ping beside a bare Tornado echo, a durable edit beside a bare SQLite commit.

All sides are asked in turn, so that what else the machine and its disk do counts for each alike. The databases lie on
the same disk, and the client is one that blocks: what an event loop of its own would take is no part of any answer.
`python -m bench.server [N]` runs it alone.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from bench.measure import Row, number, sample
from bench.server_peer import INSERT, bare_database
from bench.server_tools import Blocking, cpu_of, started

__all__ = ["run"]

WARM = 20
ROOT = Path(__file__).resolve().parent.parent


@contextmanager
def peer(folder: Path) -> Iterator[str]:
    """The bare Tornado server; its address."""
    command = [sys.executable, "-m", "bench.server_peer", str(folder)]
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdin is not None
    try:
        yield f"ws://127.0.0.1:{process.stdout.readline().strip()}"
    finally:
        process.stdin.close()
        process.wait(10)
        process.stdout.close()


def box(name: str) -> dict[str, Any]:
    value = {"id": name, "x": 0, "y": 0, "width": 100, "height": 80}
    return {"changes": [{"op": "add", "path": f"/containers/{name}", "value": value}]}


def moved(name: str, turn: int) -> dict[str, Any]:
    return {"changes": [{"op": "set", "path": f"/containers/{name}/x", "value": turn % 500 + 1}]}


def measure(n: int) -> list[Row]:
    times: dict[str, list[float]] = {"ping": [], "echo": [], "edit": [], "bare": [], "committing": [], "beside": []}
    spent = {"ping": 0.0, "edit": 0.0}
    with started() as server, peer(server.folder) as address:
        bare = bare_database(server.folder / "bare.sqlite")

        def commit(turn: int) -> None:
            bare.execute("BEGIN IMMEDIATE")
            bare.execute(INSERT, ("bare", turn, str(moved("a", turn)) * 4))
            bare.execute("COMMIT")

        with (
            closing(Blocking(server.ws(), server.headers)) as talk,
            closing(Blocking(f"{address}/echo")) as echo,
            closing(Blocking(f"{address}/commit")) as committing,
            closing(Blocking(f"{address}/beside")) as beside,
        ):
            talk.ask("init_session")
            talk.ask("canvas_edit", box("a"))
            sides: dict[str, Callable[[int], Any]] = {
                "ping": lambda _: talk.ask("ping"),
                "echo": lambda _: echo.ask("ping"),
                "edit": lambda turn: talk.ask("canvas_edit", moved("a", turn)),
                "bare": commit,
                "committing": lambda turn: committing.ask("canvas_edit", moved("a", turn)),
                "beside": lambda turn: beside.ask("canvas_edit", moved("a", turn)),
            }
            for turn in range(n + WARM):
                for name, side in sides.items():
                    before = cpu_of(server.process.pid) if name in spent else 0.0
                    start = time.perf_counter()
                    side(turn)
                    took = time.perf_counter() - start
                    if turn >= WARM:
                        times[name].append(took)
                        if name in spent:
                            spent[name] += cpu_of(server.process.pid) - before
        bare.close()
    ping, echoed, edit, plainly, committed, handed = (sample(times[name]) for name in times)
    used = {name: f"{number(1000 * seconds / n)} ms of processor time" for name, seconds in spent.items()}
    return [
        Row(
            "server", f"ping ({used['ping']})", ping, "a bare Tornado echo", echoed, "time", ping.p50 / echoed.p50, 3.0
        ),
        Row(
            "server",
            f"a durable edit, asked and acknowledged ({used['edit']})",
            edit,
            "a bare SQLite commit",
            plainly,
            "time",
            edit.p50 / plainly.p50,
            1.5,
        ),
        Row(
            "server",
            "the same",
            edit,
            "a bare Tornado that commits, then answers",
            committed,
            "time",
            edit.p50 / committed.p50,
            None,
        ),
        Row(
            "server",
            "the same",
            edit,
            "a bare Tornado that has a thread commit, so that no disk holds up its other clients",
            handed,
            "time",
            edit.p50 / handed.p50,
            None,
        ),
    ]


def run(n: int = 300) -> list[Row]:
    """The rows of this benchmark."""
    return measure(n)


if __name__ == "__main__":
    from bench.report import table

    sys.path[:0] = [str(ROOT / "scripts"), str(ROOT / "tests")]
    print(table(run(*(int(each) for each in sys.argv[1:2]))))
