"""`Canvas`: an anywidget whose document syncs through traitlets and whose changes travel as deltas."""

from __future__ import annotations

import atexit
import itertools
import weakref
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

import anywidget
import traitlets

from canvas_widget.errors import CanvasError, InvalidArgument
from canvas_widget.notebook.api import CanvasApi
from canvas_widget.notebook.asking import CanvasAsking
from canvas_widget.notebook.bridge import open_door, share
from canvas_widget.notebook.bundle import bootstrap, bundle_hash, bundle_parts, font_files
from canvas_widget.notebook.carrier import WidgetClient
from canvas_widget.notebook.data_api import CanvasData
from canvas_widget.notebook.kernel import config, shell
from canvas_widget.notebook.living import LIVING
from canvas_widget.notebook.outputs import Display
from canvas_widget.notebook.rooms import load
from canvas_widget.notebook.runtime import LoopThread, loop_thread
from canvas_widget.render.blank import SIZE, Blank
from canvas_widget.written import only_keys

if TYPE_CHECKING:
    from canvas_widget.notebook.live import Live
    from canvas_widget.session import Session
    from canvas_widget.workspace import Workspace

__all__ = ["Canvas"]

_made: weakref.WeakSet[Canvas] = weakref.WeakSet()
_order = itertools.count()

MAX_NAME = 200

SIDES = range(1, 100_001)
"""What the side of a canvas may be, in px: whole numbers of these need no further look."""


@atexit.register
def _release() -> None:
    """Close the databases while the interpreter still can: one open at its end makes DuckDB complain on stderr."""
    for canvas in tuple(_made):
        if canvas.at_work:
            canvas.workspace.release()


class Canvas(CanvasApi, CanvasData, CanvasAsking, anywidget.AnyWidget):
    """A live canvas in the notebook. The same name again gives the same canvas.

    Args:
        width, height: the canvas's size in px; from the settings when None (800 × 600).
        name: its name; `canvas-1`, `canvas-2`, … when None.
        data: data frames or paths by name, registered as datasets. The notebook's own frames need no registering.
    """

    document = traitlets.Dict().tag(
        sync=True,
        to_json=lambda _, canvas: canvas._shown_document(),  # noqa: SLF001
        from_json=lambda _, canvas: canvas.document,
    )
    """The whole document and its rev, for whoever asks. Changes are sent as deltas, never through this trait."""

    name = traitlets.Unicode(read_only=True).tag(sync=True)
    bundle_hash = traitlets.Unicode(read_only=True).tag(sync=True)
    bundle_urls = traitlets.List(traitlets.Unicode(), read_only=True).tag(sync=True)
    protocol = traitlets.Int(1, read_only=True).tag(sync=True)

    _ready = False
    _live: Live | None = None
    closed = False
    """Whether `close` has ended it."""

    def __new__(cls, *args: Any, **kwargs: Any) -> Canvas:  # noqa: PYI034
        """The living canvas of that name, or a new one."""
        name = kwargs.get("name", args[2] if len(args) > 2 else None)
        if name is not None and (not isinstance(name, str) or not name.strip() or len(name) > MAX_NAME):
            raise InvalidArgument(f"The name of a canvas is text of 1 to {MAX_NAME} characters, not {name!r:.80}.")
        living = LIVING.get(name) if name is not None else None
        made: Canvas = super().__new__(cls) if living is None else living
        return made

    def __init__(
        self,
        width: int | None = None,
        height: int | None = None,
        name: str | None = None,
        data: Mapping[str, Any] | None = None,
    ) -> None:
        if self._ready:
            self._reattach(width, height, data)
            return
        wide, tall = _size(width, height)
        self.number = next(_order)
        chosen = name if name is not None else _free_name()
        self.blank = Blank(chosen, wide, tall)
        self.loop: LoopThread = loop_thread()
        self._client = WidgetClient(self._transmit, self.loop.loop)
        self.display = Display(self)
        self.set_trait("name", chosen)
        self.set_trait("bundle_hash", bundle_hash())
        self._esm = bootstrap()
        super().__init__()
        self.on_msg(self._received)
        self._ready = True
        LIVING[chosen] = self
        open_door(shell())
        _made.add(self)
        for dataset, source in (data or {}).items():
            self.datasets.register(dataset, source)

    def _reattach(self, width: int | None, height: int | None, data: Mapping[str, Any] | None) -> None:
        document = self.workspace.document
        wanted = (document.width if width is None else width, document.height if height is None else height)
        if wanted != (document.width, document.height):
            self.workspace.resize(*wanted)
        for dataset, source in (data or {}).items():
            self.datasets.register(dataset, source)

    # -- at work ---------------------------------------------------------------------------------------------------

    @property
    def at_work(self) -> bool:
        """Whether anything was asked of it; until then it is `blank`."""
        return self._live is not None

    def work(self) -> Live:
        """Its workspace and session, made when they are first needed, on the loop's thread."""
        if self._live is not None:
            return self._live
        load()
        return self.loop.run(self._make_live)

    def _make_live(self) -> Live:
        if self._live is None:
            from canvas_widget.notebook.live import Live

            live = Live(self.blank.name, self.blank.width, self.blank.height, self.loop, self._client)
            if self.closed:
                live.workspace.end(self._closed_message())
            self._live = live
        return self._live

    def work_after_cell(self) -> None:
        """Make them when the running cell has ended, so that it does not wait and who then acts does not either."""
        events = getattr(shell(), "events", None)
        if events is None or self.at_work:
            return

        def ended(_: object = None) -> None:
            events.unregister("post_run_cell", ended)
            self.work()

        events.register("post_run_cell", ended)

    @property
    def workspace(self) -> Workspace:
        return self.work().workspace

    @property
    def session(self) -> Session:
        return self.work().session

    def _shown_document(self) -> dict[str, Any]:
        if self._live is not None:
            return self._live.workspace.state()
        return self.blank.document() if hasattr(self, "blank") else {}

    # -- the comm --------------------------------------------------------------------------------------------------

    def open(self) -> None:
        """Open the comm. Its replies are handled beside a running cell, not after it."""
        super().open()
        comm = self.comm
        if comm is not None and hasattr(comm, "_reply_subshell_for"):
            comm._reply_subshell_for = None  # noqa: SLF001  (since ipykernel 7.4 a blocking cell would hold them back)

    def close(self) -> None:
        """End the canvas: its views, its session, its name. What it held can still be read, drawn and written out."""
        if LIVING.get(self.name) is self:
            del LIVING[self.name]
        if self._ready and not self.closed:
            self.closed = True
            if self._live is not None:
                self._live.workspace.end(self._closed_message())
                self.loop.submit(self._live.session.close())
        super().close()

    def _closed_message(self) -> str:
        return f"Canvas {self.name!r} is closed. Canvas(name={self.name!r}) makes a new one of that name."

    def _transmit(self, message: dict[str, Any], buffers: list[bytes]) -> None:
        if self.comm is not None:
            self.send(message, buffers)

    def _received(self, _: Any, content: Any, __: Any) -> None:
        """A message from the front end; on whatever thread it comes, it is handled on the loop's."""
        if isinstance(content, dict) and content.get("type") == "bundle_request":
            self.loop.post(self._send_bundle)
        else:
            self.loop.post(self._handle, content)

    def _handle(self, content: Any) -> None:
        self.work().handle(content)

    def _send_bundle(self) -> None:
        # The fonts first: the bundle measures text in them as soon as it runs.
        self._client.send({"type": "fonts", "data": {}}, list(font_files()))
        parts = bundle_parts()
        for number, part in enumerate(parts):
            data = {"hash": self.bundle_hash, "part": number, "parts": len(parts)}
            self._client.send({"type": "bundle", "data": data}, [part])

    def share(self, user: str, scope: Literal["read", "edit"] | None = "read") -> None:
        """Let a user of the server extension look at this canvas ("read") or change it ("edit"); None ends that.

        Args:
            user: the name that they sign in with.
        """
        share(self, user, scope)

    # -- showing ---------------------------------------------------------------------------------------------------

    def _ipython_display_(self, **_: Any) -> None:
        if self.closed:
            raise CanvasError(self._closed_message())
        self.display.show()

    def __repr__(self) -> str:
        return self.display.text()

    def __str__(self) -> str:
        return self.display.text()


def _free_name() -> str:
    return next(name for number in itertools.count(1) if (name := f"canvas-{number}") not in LIVING)


def _size(width: int | None, height: int | None) -> tuple[int, int]:
    """Width and height in px. Settings, and what checks a size, load where there is something to check."""
    if only_keys(config()) and all(side is None or (type(side) is int and side in SIDES) for side in (width, height)):
        return SIZE[0] if width is None else width, SIZE[1] if height is None else height
    load()
    from canvas_widget.layout.fit import px
    from canvas_widget.settings import load_settings

    settings = load_settings(config())
    return (
        px(settings.default_canvas_width if width is None else width, "width of a canvas", least=1),
        px(settings.default_canvas_height if height is None else height, "height of a canvas", least=1),
    )
