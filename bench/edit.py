"""One edit of a large canvas: what it costs at 10,000 containers against 100, and against sending the whole state."""

from __future__ import annotations

import asyncio
import gc
import itertools
import time
from collections.abc import Callable, Iterator
from typing import Any

from bench.measure import Row, Sample, number, sample

__all__ = ["run"]

PITCH = (100, 80)
SIZE = (80, 60)
LARGE, SMALL = 10_000, 100
WORDS = {"move": "move one of", "rename": "rename one of", "move onto": "move one onto another of"}


class Wire:
    """A client that encodes each frame the way a kernel sends it, and counts the bytes."""

    def __init__(self) -> None:
        from jupyter_client.session import json_packer

        self.pack = json_packer
        self.bytes = 0

    def send(self, frame: dict[str, Any], buffers: list[bytes]) -> None:
        self.bytes += len(self.pack({"method": "custom", "content": frame})) + sum(map(len, buffers))


def canvas_of(count: int) -> Any:
    """A workspace whose canvas holds `count` containers of automatic placement in rows, with gaps between them."""
    from canvas_widget.document import Add, Container, Transaction, apply, container_path
    from canvas_widget.workspace import Workspace

    columns = round(count**0.5)
    workspace = Workspace("bench", columns * PITCH[0], columns * PITCH[1])
    adds = tuple(
        Add(
            path=container_path(f"c-{index}"),
            value=Container(
                id=f"c-{index}",
                title=f"Container {index}",
                x=index % columns * PITCH[0],
                y=index // columns * PITCH[1],
                width=SIZE[0],
                height=SIZE[1],
            ),
        )
        for index in range(count)
    )
    workspace.document = apply(workspace.document, Transaction(changes=adds)).document
    return workspace


def edits(workspace: Any, kind: str, count: int) -> Iterator[list[Any]]:
    """Endless edits of one kind, each of another container.

    `move` goes 8 px into the gap and back, `rename` sets a title, `move onto` lands on a neighbour that must give way.
    """
    from canvas_widget.document import Set, container_path

    for turn in itertools.count():
        name = f"c-{turn * 37 % count}"
        container = workspace.document[name]
        if kind == "rename":
            yield [Set(path=container_path(name, "title"), value=f"Renamed {turn}")]
        elif kind == "move":
            yield [Set(path=container_path(name, "x"), value=container.x + (8 if container.x % PITCH[0] == 0 else -8))]
        else:
            onto = min(container.x + PITCH[0], workspace.document.width - SIZE[0])
            yield [Set(path=container_path(name, "x"), value=onto)]


async def our_edit(count: int, kind: str, n: int) -> Sample:
    """An edit by the session's own path: plan with automatic layout on, apply, deltas, frame, encoded bytes."""
    from canvas_widget.session import Session, Turns
    from canvas_widget.settings import load_settings

    workspace = canvas_of(count)
    session = Session(workspace, Turns(load_settings()))
    wire = Wire()
    member = session.attach(wire)
    session.join(member, None)
    assert workspace.document.settings.auto_adjust
    wire.bytes = 0
    source = edits(workspace, kind, count)
    times = timed(n, lambda: next(source), workspace.edit)
    return sample(times, wire.bytes // (n + WARM))


def whole_state(count: int, n: int) -> Sample:
    """The same move on a widget whose `Dict` trait is the state: changed in a new dict, and sent by ipywidgets."""
    import anywidget
    import traitlets

    class Whole(anywidget.AnyWidget):
        _esm = "export default {}"
        document = traitlets.Dict().tag(sync=True)

    wire = Wire()

    class Comm:
        kernel = True
        comm_id = "bench"

        def send(self, data: Any = None, metadata: Any = None, buffers: Any = ()) -> None:  # noqa: ARG002
            wire.bytes += len(wire.pack(data)) + sum(map(len, buffers or ()))

        def on_msg(self, callback: Any) -> None:
            """Nothing comes back."""

        def close(self) -> None:
            """Nothing to close."""

    widget = Whole(document=canvas_of(count).state())
    widget.comm = Comm()
    turns = itertools.count()

    def change(turn: int) -> None:
        document = widget.document
        containers = list(document["containers"])
        at = turn * 37 % count
        containers[at] = {**containers[at], "x": containers[at]["x"] + 8}
        widget.document = {**document, "rev": document["rev"] + 1, "containers": containers}

    times = timed(n, lambda: next(turns), change)
    return sample(times, wire.bytes // (n + WARM))


WARM = 3


def timed(n: int, prepare: Callable[[], Any], run: Callable[[Any], Any]) -> list[float]:
    times = []
    for round_ in range(n + WARM):
        work = prepare()
        gc.collect() if round_ % 50 == 0 else None
        gc.disable()
        start = time.perf_counter()
        run(work)
        took = time.perf_counter() - start
        gc.enable()
        if round_ >= WARM:
            times.append(took)
    return times


def run(n: int = 300) -> list[Row]:
    """The rows of this benchmark."""
    rows = []
    for kind, times in (("move", n), ("rename", n), ("move onto", 50)):
        small = asyncio.run(our_edit(SMALL, kind, times))
        large = asyncio.run(our_edit(LARGE, kind, times))
        rows.append(
            Row(
                "edit",
                f"{WORDS[kind]} {LARGE:,} containers, auto_adjust on",
                large,
                f"the same at {SMALL} containers",
                small,
                "time",
                large.p50 / small.p50,
                None if kind == "move onto" else 1.5,
            )
        )
        if kind == "move":
            whole = whole_state(LARGE, max(5, n // 30))
            ours = f"move one of {LARGE:,} containers: {number(large.bytes)} bytes against {whole.bytes:,}"
            state = "the whole state through a Dict trait"
            rows.append(Row("edit", ours, large, state, whole, "time", large.p50 / whole.p50, 0.01))
            rows.append(Row("edit", ours, large, state, whole, "bytes", large.bytes / whole.bytes, 0.01))
    return rows
