"""`%%canvas`, which asks, and `%canvas`, which shows and does."""

from __future__ import annotations

import hashlib
import keyword
import shlex
import sys
from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING, Any, NoReturn

from canvas_widget.errors import CanvasError, InvalidArgument
from canvas_widget.notebook.bridge import open_door
from canvas_widget.notebook.canvas import Canvas
from canvas_widget.notebook.commands import CHANGING, COMMANDS
from canvas_widget.notebook.interpolate import interpolate
from canvas_widget.notebook.living import living, newest
from canvas_widget.notebook.outputs import show_turn

if TYPE_CHECKING:
    from canvas_widget.session import Turn

__all__ = ["canvas_cell", "canvas_cell_async", "canvas_line", "load", "transform", "unload"]


class _Parser(ArgumentParser):
    """A parser that raises instead of ending the process."""

    def error(self, message: str) -> NoReturn:
        usage = " ".join(self.format_usage().split())
        raise InvalidArgument(f"%%canvas: {message}. {usage[0].upper()}{usage[1:]}")


def _parser() -> _Parser:
    parser = _Parser(prog="%%canvas", add_help=False)
    parser.add_argument("name", nargs="?")
    parser.add_argument("-m", "--model", metavar="PROVIDER/MODEL")
    parser.add_argument("-s", "--strategy")
    parser.add_argument("-x", "--extended", action="store_true")
    parser.add_argument("-d", "--datasets", nargs="+", metavar="DATA")
    parser.add_argument("-o", "--output", metavar="VAR")
    cassette = parser.add_mutually_exclusive_group()
    cassette.add_argument("--record", dest="cassette", action="store_const", const="record")
    cassette.add_argument("--replay", dest="cassette", action="store_const", const="replay")
    parser.add_argument("--append", action="store_true")
    parser.add_argument("-q", "--quiet", action="store_true")
    return parser


def _words(line: str, magic: str) -> list[str]:
    """The words of a magic's line; quotes hold words together."""
    try:
        return shlex.split(line)
    except ValueError:
        raise InvalidArgument(f"{magic}: a quote in {line!r} is not closed.") from None


def _shell() -> Any:
    from IPython import get_ipython

    return get_ipython()


def _cell_key(shell: Any, canvas: Canvas, prompt: str) -> str:
    """The cell's id where the front end sends it, else the prompt: what a re-run is recognised by."""
    parent: dict[str, Any] = getattr(shell, "get_parent", dict)() or {}
    cell = parent.get("metadata", {}).get("cellId")
    identity = cell if isinstance(cell, str) and cell else "prompt:" + hashlib.sha256(prompt.encode()).hexdigest()
    return f"{canvas.name}/{identity}"


class _Asking:
    """One run of a `%%canvas` cell: what was asked of which canvas, and what to do with the answer."""

    def __init__(self, line: str, body: str) -> None:
        self.shell = _shell()
        self.options: Namespace = _parser().parse_args(_words(line, "%%canvas"))
        output = self.options.output
        if output is not None and (not output.isidentifier() or keyword.iskeyword(output)):
            raise InvalidArgument(f"%%canvas: -o {output} names no variable. Write a name such as -o turn.")
        self.prompt = interpolate(body, self.shell.user_ns).strip()
        if not self.prompt:
            raise InvalidArgument("%%canvas: the cell says nothing. Write what you want to see below the first line.")
        self.canvas = _canvas_named(self.options.name)
        if not self.canvas.display.shown:
            self.canvas.display.show()

    @property
    def arguments(self) -> dict[str, Any]:
        options = self.options
        return {
            "model": options.model,
            "strategy": options.strategy,
            "extended": options.extended,
            "datasets": options.datasets,
            "append": options.append,
            "cassette": options.cassette,
            "cell": _cell_key(self.shell, self.canvas, self.prompt),
        }

    def answer(self, turn: Turn) -> None:
        if self.options.output:
            self.shell.user_ns[self.options.output] = turn
        self.canvas.display.refresh_picture()
        if not self.options.quiet:
            show_turn(self.canvas, turn)

    def stopped(self, error: BaseException) -> None:
        """After an interrupt or a failure: the picture shows what was finished; a stale cassette's cell is named."""
        self.canvas.display.refresh_picture()
        if isinstance(error, CanvasError) and error.error_code == "CASSETTE":
            number = _number(self.shell)
            error.message = f"In [{number}]: {error.message}" if number > 0 else error.message
            error.args = (error.message, *error.args[1:])


def _number(shell: Any) -> int:
    """The running cell's number; 0 where it gets none, as under nbval, which names cells itself."""
    if not getattr(_running, "store_history", True):
        return 0
    return len(shell.user_ns.get("In", ())) - 1  # `execution_count` may be the next cell's already


def _canvas_named(name: str | None) -> Canvas:
    if name is not None:
        return Canvas(name=name)
    found = newest()
    return Canvas() if found is None else found


async def canvas_cell_async(line: str, body: str) -> None:
    """`%%canvas`, awaited: the kernel stays responsive while the turn runs."""
    __tracebackhide__ = True
    asking = _Asking(line, body)
    try:
        turn = await asking.canvas.ask_async(asking.prompt, **asking.arguments)
    except (KeyboardInterrupt, CanvasError) as error:
        asking.stopped(error)
        raise
    asking.answer(turn)


def canvas_cell(line: str, body: str) -> None:
    """`%%canvas`, waiting on the same turn: where the cell cannot await."""
    __tracebackhide__ = True
    asking = _Asking(line, body)
    try:
        turn = asking.canvas.ask(asking.prompt, **asking.arguments)
    except (KeyboardInterrupt, CanvasError) as error:
        asking.stopped(error)
        raise
    asking.answer(turn)


def transform(lines: list[str]) -> list[str]:
    """Turn a cell that begins with `%%canvas` into an `await`; any other cell stays as it is.

    So does what a running cell hands on, such as `%%time` with `%%canvas` below it: it cannot await there.
    """
    if not lines or not (lines[0].startswith("%%canvas") and lines[0][8:9] in ("", " ", "\t", "\n", "\r")):
        return lines
    shell = _shell()
    if shell is None or _running is not None or not getattr(shell, "autoawait", False):
        return lines
    line, body = lines[0][len("%%canvas") :].strip(), "".join(lines[1:])
    return [f"await get_ipython().canvas_cell({line!r}, {body!r})\n"]


# IPython leaves it out where it only asks whether what was typed is a whole cell: after it there is no `%%` to be seen,
# and a terminal would run a `%%canvas` cell at its first line.
transform.has_side_effects = True  # type: ignore[attr-defined]


# -- %canvas -------------------------------------------------------------------------------------------------------


def canvas_line(line: str) -> None:
    """`%canvas COMMAND [ARGUMENT …]` on the newest canvas; `%canvas` alone shows it."""
    rest = line.strip().partition(" ")[2].strip() if line.strip().startswith("context ") else None
    words = ["context", rest] if rest else _words(line, "%canvas")
    command, arguments = (words[0], words[1:]) if words else ("show", [])
    run = COMMANDS.get(command)
    if run is None:
        raise InvalidArgument(f"%canvas knows no {command!r}. It knows: {', '.join(COMMANDS)}.")
    canvas = _canvas_named(None)
    try:
        told = run(canvas, *arguments)
    except TypeError as error:
        if "positional argument" not in str(error):
            raise
        raise InvalidArgument(f"%canvas {command} does not take {' '.join(arguments)!r}.") from None
    if command in CHANGING:
        canvas.display.refresh_picture()
    if told is not None:
        sys.stdout.write(told + "\n")


def load(shell: Any) -> None:
    """Register the magics with a shell; a second time changes nothing."""
    shell.register_magic_function(canvas_cell, "cell", "canvas")
    shell.register_magic_function(canvas_line, "line", "canvas")
    shell.canvas_cell = canvas_cell_async
    transforms = shell.input_transformers_cleanup
    if transform not in transforms:
        transforms.append(transform)
    open_door(shell)
    shell.events.register("pre_run_cell", _before_cell)
    shell.events.register("post_run_cell", _after_cell)


def unload(shell: Any) -> None:
    """Take the magics away again."""
    if transform in shell.input_transformers_cleanup:
        shell.input_transformers_cleanup.remove(transform)
    shell.events.unregister("pre_run_cell", _before_cell)
    shell.events.unregister("post_run_cell", _after_cell)
    for kind in ("cell", "line"):
        shell.magics_manager.magics[kind].pop("canvas", None)


_running: Any = None
"""What IPython says of the cell that runs: what is transformed then comes from within it."""


def _before_cell(info: Any = True) -> None:
    global _running  # noqa: PLW0603  (one shell per kernel)
    _running = info


def _after_cell(_: Any = None) -> None:
    """Mark stale what was drawn from frames that the cell has bound anew, and draw the pictures of what it changed."""
    global _running  # noqa: PLW0603  (one shell per kernel)
    _running = None
    for canvas in living():
        canvas.workspace.poll()
        canvas.display.refresh_picture()
        canvas.loop.post(canvas.session.turns.suggestions.changed)
