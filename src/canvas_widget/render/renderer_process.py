"""The program that draws, in a process of its own: it can be ended, and whoever asked is not held up meanwhile.

Run by its path, without the package: `python renderer_process.py FOLDER SECONDS`, FOLDER being where `vl_convert` is.
It reads jobs from its input and writes an answer for each: a letter, four bytes of length (big-endian), so many bytes.

    F  a folder of fonts                    → nothing
    V  a Vega-Lite spec                     → S  its SVG, or E  what went wrong
    P  eight bytes (a double: the scale), an SVG  → S  its PNG, or E
    D  an SVG                               → S  its PDF, or E
"""

from __future__ import annotations

import os
import signal
import struct
import sys
from typing import Any, BinaryIO

VEGA_LITE = "6.4"
LEAVE = 5
"""Seconds after its time that a job is ended from inside, should nobody be left who ends it."""
IDLE = 300
"""Seconds without a job after which the process ends: it holds 130 MB."""


def answer(library: Any, kind: bytes, data: bytes) -> bytes:
    if kind == b"V":
        text = library.vegalite_to_svg(data.decode(), vl_version=VEGA_LITE, allowed_base_urls=[])
        return str(text).encode()
    if kind == b"P":
        return bytes(library.svg_to_png(data[8:].decode(), scale=struct.unpack(">d", data[:8])[0]))
    return bytes(library.svg_to_pdf(data.decode()))


def serve(library: Any, jobs: BinaryIO, answers: BinaryIO, seconds: float) -> None:
    alarm = getattr(signal, "alarm", lambda _: 0)  # by default it ends the process, whatever that does; not on Windows
    alarm(IDLE)
    while len(head := jobs.read(5)) == 5:
        kind, size = struct.unpack(">cI", head)
        data = jobs.read(size)
        if kind == b"F":
            library.register_font_directory(os.fsdecode(data))
            continue
        alarm(int(seconds) + LEAVE)
        try:
            done, told = b"S", answer(library, kind, data)
        except Exception as problem:
            done, told = b"E", str(problem).encode("utf-8", "replace")
        alarm(IDLE)
        answers.write(struct.pack(">cI", done, len(told)) + told)
        answers.flush()


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # an interrupt is for the kernel, whose group this process is in
    jobs, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is no answer
    sys.path.append(sys.argv[1])
    import vl_convert

    serve(vl_convert, jobs, answers, float(sys.argv[2]))


if __name__ == "__main__":
    main()
