"""The renderer's process: what never ends is ended, what died is started again, and it knows no secret."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from canvas_widget.document import TextContent
from canvas_widget.errors import InvalidArgument, TimedOut
from canvas_widget.render import register_fonts, render_png, render_svg, renderer, renderer_host
from canvas_widget.render.renderer import Job, draw, forget, png_of
from canvas_widget.render.tiles import apart, joined_checks, unpacked
from render.kit import box, cars, chart, document, result, texts

MPG = cars().groupby("Origin").Miles_per_Gallon.mean().rename("mpg").reset_index()
LONG = {
    "data": {"sequence": {"start": 0, "stop": 2_000_000_000}},
    "transform": [{"calculate": "sin(datum.data)", "as": "y"}],
    "mark": "point",
    "encoding": {"y": {"field": "y", "aggregate": "mean"}},
}
"""A chart that takes minutes. The guard refuses it; should one like it come through, its time ends."""
SHORT = {"data": {"values": [{"a": 1}]}, "mark": "bar", "encoding": {"y": {"field": "a", "type": "quantitative"}}}


def spec(given: dict[str, object]) -> Job:
    return Job("V", json.dumps(given))


@pytest.fixture(autouse=True)
def _nothing_kept() -> None:
    forget()


@pytest.mark.ledger("X7")
def test_a_drawing_that_does_not_end_is_ended_and_the_next_one_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    draw(spec(SHORT))
    with monkeypatch.context() as patched:
        patched.setattr(renderer_host, "SECONDS", 0.5)
        with pytest.raises(TimedOut, match=r"longer than 0\.5 s and was stopped\. Draw fewer marks"):
            draw(spec(LONG))
    with pytest.raises(TimedOut):
        draw(spec(LONG))  # remembered: nobody waits for it twice
    assert draw(spec(SHORT)).startswith(b"<svg")


DEAF = """
import os, signal, time
signal.signal(signal.SIGALRM, signal.SIG_IGN)
time.sleep(60)
"""
"""A renderer that neither answers nor ends itself; should nobody end it, it goes after a minute."""


@pytest.mark.skipif(os.name != "posix", reason="a signal that is not to be heard")
@pytest.mark.ledger("A9")
def test_a_process_that_does_not_end_itself_is_ended_from_outside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "deaf.py"
    program.write_text(DEAF)
    monkeypatch.setattr(renderer_host, "_PROGRAM", program)
    monkeypatch.setattr(renderer_host, "SECONDS", 0.2)
    process, began = renderer_host.Process(), time.monotonic()
    with pytest.raises(TimedOut):
        process.draw(spec(SHORT), ())
    assert process._running is None
    assert time.monotonic() - began < 50, "it had ended by itself"


@pytest.mark.ledger("A9", "X7")
def test_the_container_of_such_a_chart_says_so_and_the_others_are_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    canvas = document(
        box("mpg", chart(), at=(16, 16, 380, 240), title="Mpg"),
        box("note", TextContent(markdown="Still **here**."), at=(412, 16, 300, 240)),
    )
    with monkeypatch.context() as patched:
        patched.setattr(renderer_host, "SECONDS", 0.0)
        shown = texts(render_svg(canvas, {"mpg": result(MPG)}))
    words = " ".join(shown)
    assert "This chart could not be drawn" in words
    assert "took longer than 0 s and was stopped" in words
    assert "Still here." in shown
    forget()
    assert "This chart could not be drawn" not in " ".join(texts(render_svg(canvas, {"mpg": result(MPG)})))


@pytest.mark.ledger("A9")
def test_a_process_that_was_killed_is_started_again() -> None:
    first = png_of('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')
    running = renderer._processes[0]._running
    assert running is not None
    running.kill()
    running.wait()
    forget()
    assert png_of('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>') == first


@pytest.mark.ledger("A9")
def test_other_threads_go_on_while_a_picture_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(renderer_host, "SECONDS", 1.0)
    went_on = threading.Event()

    def ask() -> None:
        with contextlib.suppress(TimedOut):
            draw(spec(LONG))

    asking = threading.Thread(target=ask)
    asking.start()
    for _ in range(1000):  # each lets go of Python's lock, so that the other thread is in its drawing
        time.sleep(0)
    if asking.is_alive():
        went_on.set()
    asking.join()
    assert went_on.is_set()


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.ledger("X7")
def test_the_process_knows_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-not-for-the-renderer")
    renderer._processes[0].end()
    draw(spec(SHORT))
    running = renderer._processes[0]._running
    assert running is not None
    told = Path(f"/proc/{running.pid}/environ").read_bytes()
    assert b"PATH=" in told
    assert b"sk-not-for-the-renderer" not in told


ORPHAN = """
import json, os, sys, threading
from canvas_widget.render import renderer
renderer.draw(renderer.Job("V", {short!r}))
print(renderer._processes[0]._running.pid, flush=True)
threading.Event().wait()
"""


@pytest.mark.skipif(os.name != "posix", reason="kills by signal")
@pytest.mark.ledger("A9")
def test_the_process_ends_with_the_kernel() -> None:
    code = ORPHAN.format(short=json.dumps(SHORT))
    kernel = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
    assert kernel.stdout is not None
    child = int(kernel.stdout.readline())
    kernel.send_signal(signal.SIGKILL)
    kernel.wait()
    kernel.stdout.close()
    assert until(lambda: not alive(child))


def alive(pid: int) -> bool:
    try:
        return (
            Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z"
            if Path("/proc").is_dir()
            else os.kill(pid, 0) is None
        )
    except (ProcessLookupError, FileNotFoundError):
        return False


def until(holds: Callable[[], bool], seconds: float = 20.0) -> bool:
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def test_a_folder_of_fonts_is_named_and_has_to_be_there(tmp_path: Path) -> None:
    with pytest.raises(InvalidArgument, match="is no folder"):
        register_fonts(tmp_path / "none")


@pytest.mark.ledger("A9")
def test_a_change_draws_the_tiles_it_touches_and_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    boxes = [
        box(
            f"n{place}",
            TextContent(markdown=f"Note {place}"),
            at=(16 + 200 * (place % 3), 16 + 150 * (place // 3), 180, 120),
        )
        for place in range(9)
    ]
    canvas = document(*boxes)
    first = render_png(canvas, {})
    drawn: list[Job] = []
    real = renderer_host.Process.draw
    monkeypatch.setattr(
        renderer_host.Process, "draw", lambda self, job, fonts: (drawn.append(job), real(self, job, fonts))[1]
    )
    assert render_png(canvas, {}) == first
    assert drawn == []
    changed = canvas.with_container(canvas["n4"].model_copy(update={"content": TextContent(markdown="Other words")}))
    assert render_png(changed, {}) != first
    assert len(drawn) == 1
    assert "Other words" in drawn[0].text


BOXES = st.lists(
    st.tuples(st.integers(0, 180), st.integers(0, 140), st.integers(20, 220), st.integers(20, 160)),
    min_size=1,
    max_size=6,
)


def seen(png: bytes) -> npt.NDArray[np.float64]:
    """The pixels as they are seen: each channel as far as the pixel is opaque."""
    pixels = unpacked(png).astype(float)
    pixels[:, :, :3] *= pixels[:, :, 3:] / 255
    return pixels


@pytest.mark.ledger("A9")
@settings(max_examples=10, deadline=None)
@given(boxes=BOXES, scale=st.sampled_from([1.0, 2.0, 1.5, 0.75]))
def test_a_picture_of_tiles_is_the_picture_drawn_as_one(boxes: list[tuple[int, int, int, int]], scale: float) -> None:
    containers = [
        box(f"n{place}", chart() if place == 0 else TextContent(markdown="Words " * 9), at=at, title=f"Box {place}")
        for place, at in enumerate(boxes)
    ]
    canvas = document(*containers, width=400, height=300)
    results = {"n0": result(MPG)}
    whole = seen(png_of(render_svg(canvas, results, fonts=False), scale))
    tiles = seen(render_png(canvas, results, scale=scale))
    assert tiles.shape == whole.shape
    away = np.abs(tiles - whole).max(axis=2)
    # Edges of letters fall a hair differently; a box that ends within a pixel shares it with what lies beside it.
    assert (away > 3).mean() < (0.001 if scale.is_integer() else 0.02)
    assert away.max() <= (24 if scale.is_integer() else 96)


@given(boxes=BOXES)
def test_what_lies_apart_is_never_within_the_frame_of_another(boxes: list[tuple[int, int, int, int]]) -> None:
    groups = apart(boxes, 1.0)
    assert sorted(place for group in groups for place in group) == list(range(len(boxes)))
    frames = [
        (
            min(boxes[place][0] for place in group),
            min(boxes[place][1] for place in group),
            max(boxes[place][0] + boxes[place][2] for place in group),
            max(boxes[place][1] + boxes[place][3] for place in group),
        )
        for group in groups
    ]
    for place, one in enumerate(frames):
        for other in frames[:place]:
            assert one[2] < other[0] or other[2] < one[0] or one[3] < other[1] or other[3] < one[1]


@pytest.mark.ledger("A9")
@given(first=st.binary(max_size=200), second=st.binary(max_size=200), times=st.integers(1, 2_000))
def test_a_picture_put_together_in_bands_has_the_check_of_all_its_bytes(
    first: bytes, second: bytes, times: int
) -> None:
    second *= times
    joined = joined_checks(zlib.adler32(first), zlib.adler32(second), len(second))
    assert joined == zlib.adler32(first + second)
