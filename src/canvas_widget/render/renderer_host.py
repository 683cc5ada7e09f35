"""One process that draws: a drawing that never ends is ended, and while one is made the kernel's other threads go on
(in this process the renderer would hold Python's lock for all of it).
"""

from __future__ import annotations

import contextlib
import os
import struct
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import IO

from canvas_widget.errors import CanvasError, TimedOut

__all__ = ["SECONDS", "Job", "Process"]

SECONDS = 20.0
"""How long one drawing may take. One of 5,000 marks takes half a second."""
_PROGRAM = Path(__file__).with_name("renderer_process.py")
_ENVIRONMENT = {
    *("APPDATA", "HOME", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "LOCALAPPDATA", "PATH", "SYSTEMROOT", "TEMP", "TMP"),
    *("FONTCONFIG_FILE", "FONTCONFIG_PATH", "TMPDIR", "TZ", "USERPROFILE", "WINDIR", "XDG_DATA_DIRS", "XDG_DATA_HOME"),
}
"""What the process is told of the environment: no key, no token."""


@dataclass(frozen=True, slots=True)
class Job:
    """What is to be drawn: "V" a Vega-Lite spec as SVG, "P" an SVG as PNG (`scale` pixels to a px), "D" as PDF."""

    kind: str
    text: str
    scale: float = 1.0

    def data(self) -> bytes:
        text = self.text.encode()
        return struct.pack(">d", self.scale) + text if self.kind == "P" else text


def _frame(kind: str, data: bytes) -> bytes:
    return struct.pack(">cI", kind.encode(), len(data)) + data


class Process:
    """One process, started at its first job and again after it was ended."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: subprocess.Popen[bytes] | None = None
        self._told: list[Path] = []

    def draw(self, job: Job, fonts: Sequence[Path]) -> bytes:
        """What a job makes.

        Raises:
            TimedOut: it took longer than SECONDS.
            ValueError: it cannot be drawn.
        """
        with self._lock:
            try:
                return self._drawn(job, fonts)
            except EOFError:
                pass  # it had ended: nothing was drawn for long, or somebody ended it
            try:
                return self._drawn(job, fonts)
            except EOFError as problem:
                raise ValueError("The renderer ended while it drew.") from problem

    def _drawn(self, job: Job, fonts: Sequence[Path]) -> bytes:
        """One try; EOFError where the process ended by itself."""
        try:
            process = self._started()
        except OSError:
            return _drawn_here(job, fonts)
        late = threading.Event()

        def stop() -> None:
            late.set()
            process.kill()

        timer = threading.Timer(SECONDS, stop)
        timer.daemon = True
        timer.start()
        try:
            done, data = self._asked(process, job, fonts)
        except (OSError, EOFError) as problem:
            self.end()
            if late.is_set():
                raise TimedOut(
                    f"Drawing took longer than {SECONDS:g} s and was stopped. Draw fewer marks or a simpler chart."
                ) from problem
            raise EOFError from problem
        finally:
            timer.cancel()
        if done != b"S":
            raise ValueError(data.decode("utf-8", "replace"))
        return data

    def _asked(self, process: subprocess.Popen[bytes], job: Job, fonts: Sequence[Path]) -> tuple[bytes, bytes]:
        give, take = _pipes(process)
        for folder in fonts:
            if folder not in self._told:
                give.write(_frame("F", os.fsencode(folder)))
                self._told.append(folder)
        give.write(_frame(job.kind, job.data()))
        give.flush()
        head = take.read(5)
        if len(head) < 5:
            raise EOFError
        done, size = struct.unpack(">cI", head)
        data = take.read(size)
        if len(data) < size:
            raise EOFError
        return done, data

    def _started(self) -> subprocess.Popen[bytes]:
        if self._running is None or self._running.poll() is not None:
            self.end()
            if not sys.executable:
                raise OSError("This Python does not know its own program.")
            found = find_spec("vl_convert")
            if found is None or found.origin is None:
                raise CanvasError("The package vl-convert-python, which draws charts, is not installed.")
            # Where a module stands that is one file, and where the folder of one that is a package does.
            home = Path(found.origin).parent.parent if found.submodule_search_locations else Path(found.origin).parent
            self._running = subprocess.Popen(  # noqa: S603 our own program, by its path
                [sys.executable, "-I", "-S", str(_PROGRAM), str(home), str(SECONDS)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={name: value for name, value in os.environ.items() if name.upper() in _ENVIRONMENT},
            )
            self._told = []
        return self._running

    def end(self) -> None:
        """End the process; the next job starts another."""
        process, self._running = self._running, None
        if process is None:
            return
        process.kill()
        for pipe in _pipes(process):
            with contextlib.suppress(OSError):
                pipe.close()
        process.wait()


def _pipes(process: subprocess.Popen[bytes]) -> tuple[IO[bytes], IO[bytes]]:
    if process.stdin is None or process.stdout is None:
        raise OSError("The renderer has no pipes.")
    return process.stdin, process.stdout


def _drawn_here(job: Job, fonts: Sequence[Path]) -> bytes:
    """The same where no process can be started; nothing ends it."""
    import vl_convert

    from canvas_widget.render.renderer_process import answer

    for folder in fonts:
        vl_convert.register_font_directory(str(folder))
    try:
        return answer(vl_convert, job.kind.encode(), job.data())
    except RuntimeError as problem:
        raise ValueError(str(problem)) from problem
