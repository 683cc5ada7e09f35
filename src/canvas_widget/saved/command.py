"""`jupyter canvas strip`, `check`, `diff`, `record` and `replay`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from canvas_widget.errors import CanvasError, InvalidArgument
from canvas_widget.saved.files import read_notebook, write_bytes, write_text

__all__ = ["COMMANDS", "add_commands", "run"]

COMMANDS = ("strip", "check", "diff", "record", "replay")


def add_commands(commands: Any) -> None:
    """Add the commands to an argparse subparsers object."""
    strip = commands.add_parser("strip", help="take saved state of widgets and views of what is gone out of notebooks")
    strip.add_argument("notebooks", nargs="+", type=Path, metavar="NOTEBOOK")
    strip.add_argument("--all", action="store_true", help="the state of other widgets too")
    check = commands.add_parser("check", help="whether notebooks have run, keep to their budget and to their cassette")
    check.add_argument("notebooks", nargs="+", type=Path, metavar="NOTEBOOK")
    check.add_argument("--strict", action="store_true", help="every output must be compared by nbval")
    diff = commands.add_parser("diff", help="what differs between the canvases of two files, as Markdown")
    diff.add_argument("before", type=Path, help="a notebook (.ipynb), an exported page (.html) or a state (.json)")
    diff.add_argument("after", type=Path)
    diff.add_argument("-o", "--output", type=Path, action="append", default=[], metavar="FILE",
                      help="a picture (.png, .svg) or the text (.md) as a file; may be given again")  # fmt: skip
    for name, text in (
        ("record", "run a notebook asking the provider, and save its outputs and its cassette"),
        ("replay", "run a notebook from its cassette and show what came out differently"),
    ):
        each = commands.add_parser(name, help=text)
        each.add_argument("notebook", type=Path)
        each.add_argument("--kernel", help="the kernel to run it in; the notebook's own when not given")
        each.add_argument("--timeout", type=float, default=600, metavar="SECONDS", help="for a cell (600)")


def run(parsed: argparse.Namespace) -> int:
    """Run a parsed command; returns the exit code. Errors are told by the caller."""
    match parsed.command:
        case "strip":
            return _each(parsed.notebooks, lambda path: _strip(path, everything=parsed.all))
        case "check":
            return _each(parsed.notebooks, lambda path: _check(path, strict=parsed.strict))
        case "diff":
            return _diff(parsed.before, parsed.after, parsed.output)
        case "record":
            return _record(parsed)
        case _:
            return _replay(parsed)


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")


def _each(paths: list[Path], work: Any) -> int:
    """Do it for each file, whatever comes of the others; the worst exit code."""
    worst = 0
    for path in paths:
        try:
            worst = max(worst, work(path))
        except (CanvasError, OSError) as error:
            sys.stderr.write(f"{getattr(error, 'message', None) or error}\n")
            worst = 2
    return worst


def _strip(path: Path, *, everything: bool) -> int:
    from canvas_widget.saved.strip import strip

    notebook = read_notebook(path)
    done = strip(notebook, everything=everything)
    if not done.changed:
        _say(f"{path}: nothing to take out")
        return 0
    notebook.save()
    _say(f"{path}: {done.models} models and {done.views} views taken out, {done.bytes:,} bytes less")
    return 0


def _check(path: Path, *, strict: bool) -> int:
    from canvas_widget.saved.check import check

    found = check(read_notebook(path), strict=strict)
    for finding in found:
        _say(str(finding))
    return int(bool(found))


def _diff(before: Path, after: Path, outputs: list[Path]) -> int:
    from canvas_widget.saved.canvases import load_canvases
    from canvas_widget.saved.compare import compare
    from canvas_widget.saved.picture import difference_png, difference_svg
    from canvas_widget.saved.report import difference_markdown

    for path in outputs:
        if path.suffix.lower() not in {".png", ".svg", ".md"}:
            raise InvalidArgument(f"-o {path.name}: a picture is a .png or an .svg, the text an .md.")
    found = compare(load_canvases(before), load_canvases(after))
    if not found:
        raise InvalidArgument(f"Neither {before} nor {after} holds a canvas.")
    apart = [each for each in found if not each.same] or found
    text = difference_markdown(found, before.name, after.name)
    _say(text.rstrip())
    for path in outputs:
        match path.suffix.lower():
            case ".png":
                write_bytes(path, difference_png(apart))
            case ".svg":
                write_text(path, difference_svg(apart)[0])
            case _:
                write_text(path, text)
    return int(any(not each.same for each in found))


def _record(parsed: argparse.Namespace) -> int:
    from canvas_widget.saved.run import record

    tape = record(read_notebook(parsed.notebook), kernel=parsed.kernel, timeout=parsed.timeout)
    _say(f"{parsed.notebook} ran; its outputs are saved, its answers are in {tape.name}")
    return 0


def _replay(parsed: argparse.Namespace) -> int:
    from canvas_widget.saved.canvases import canvases_of
    from canvas_widget.saved.compare import compare
    from canvas_widget.saved.report import difference_markdown
    from canvas_widget.saved.run import RunFailed, replay

    notebook = read_notebook(parsed.notebook)
    try:
        ran = replay(notebook, kernel=parsed.kernel, timeout=parsed.timeout)
    except RunFailed as error:
        sys.stderr.write(f"{error.message}\n")
        return 1
    found = compare(canvases_of(notebook), canvases_of(ran))
    if any(not each.same for each in found):
        _say(difference_markdown(found, f"{parsed.notebook.name}, saved", "replayed").rstrip())
        return 1
    _say(f"{parsed.notebook}: {len(found)} canvases are as they were saved")
    return 0
