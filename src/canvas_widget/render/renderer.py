"""The headless renderer: jobs in, pictures out, drawn by up to two processes and kept."""

from __future__ import annotations

import atexit
import os
import threading
from collections import OrderedDict, deque
from collections.abc import Sequence
from pathlib import Path

from canvas_widget.errors import CanvasError, InvalidArgument, TimedOut
from canvas_widget.render.renderer_host import Job, Process
from canvas_widget.render.theme import FONTS

__all__ = ["Job", "Kept", "draw", "draw_all", "forget", "pdf_of", "png_of", "register_fonts"]

BESIDE = 4
"""From so many drawings on, a second process draws along."""


_processes = [Process(), Process()]
_fonts = [FONTS]


def _close() -> None:
    for process in _processes:
        process.end()


def _anew() -> None:
    """After a fork: the processes are the parent's."""
    _processes[:] = [Process(), Process()]


atexit.register(_close)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_anew)


def register_fonts(folder: str | Path) -> None:
    """Draw pictures with the fonts of a folder too, for scripts that the bundled fonts do not have.

    Raises:
        InvalidArgument: there is no such folder.
    """
    path = Path(folder).resolve()
    if not path.is_dir():
        raise InvalidArgument(f"{str(folder)!r} is no folder. Name one that holds .ttf or .otf files.")
    if path not in _fonts:
        _fonts.append(path)
        _kept.clear()


class Kept:
    """The newest pictures by what they were drawn from, at most so many bytes of both."""

    def __init__(self, most: int) -> None:
        self._most, self._size = most, 0
        self._lock = threading.Lock()
        self._held: OrderedDict[Job, bytes | TimedOut] = OrderedDict()

    def get(self, job: Job) -> bytes | TimedOut | None:
        with self._lock:
            if job in self._held:
                self._held.move_to_end(job)
            return self._held.get(job)

    def put(self, job: Job, made: bytes | TimedOut) -> None:
        with self._lock:
            if job in self._held:
                return
            self._held[job] = made
            self._size += _weight(job, made)
            while self._size > self._most:
                self._size -= _weight(*self._held.popitem(last=False))

    def clear(self) -> None:
        with self._lock:
            self._held.clear()
            self._size = 0


def _weight(job: Job, made: bytes | TimedOut) -> int:
    return len(job.text) + (len(made) if isinstance(made, bytes) else 0)


_kept = Kept(48 * 1024 * 1024)


def forget() -> None:
    """Draw everything anew from now on."""
    _kept.clear()


def draw_all(jobs: Sequence[Job]) -> list[bytes | Exception]:
    """What each job makes, or why it could not; from BESIDE new ones on drawn by two processes.

    What was drawn before is not drawn again, and what took too long is not tried again.
    """
    found: dict[Job, bytes | Exception] = {}
    for job in dict.fromkeys(jobs):
        known = _kept.get(job)
        if known is not None:
            found[job] = known
    todo = deque(job for job in dict.fromkeys(jobs) if job not in found)
    fonts = tuple(_fonts)

    def pull(process: Process) -> None:
        while True:
            try:
                job = todo.popleft()
            except IndexError:
                return
            try:
                found[job] = process.draw(job, fonts)
            except (CanvasError, ValueError) as problem:
                found[job] = problem

    beside = None
    if len(todo) >= BESIDE:
        beside = threading.Thread(target=pull, args=(_processes[1],), name="canvas-renderer", daemon=True)
        beside.start()
    pull(_processes[0])
    if beside is not None:
        beside.join()
    for job, made in found.items():
        if isinstance(made, bytes | TimedOut):
            _kept.put(job, made)
    return [found[job] for job in jobs]


def draw(job: Job) -> bytes:
    """What one job makes.

    Raises:
        TimedOut: it took longer than SECONDS.
        ValueError: it cannot be drawn.
    """
    (made,) = draw_all([job])
    if isinstance(made, Exception):
        raise made.with_traceback(None)
    return made


def png_of(picture: str, scale: float = 1.0) -> bytes:
    """An SVG as PNG, `scale` pixels to a px."""
    return draw(Job("P", picture, scale))


def pdf_of(picture: str) -> bytes:
    """An SVG as PDF."""
    return draw(Job("D", picture))
