"""What the handlers share: the store, the sessions, who may sign in, and what runs beside the requests."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from canvas_widget.errors import CanvasError, StorageError, Unauthenticated
from canvas_widget.server.garbage import settle
from canvas_widget.server.kernels import Kernels
from canvas_widget.server.limits import Buckets
from canvas_widget.server.lines import Lines
from canvas_widget.server.metrics import Metrics
from canvas_widget.server.sessions import Sessions
from canvas_widget.server.summaries import Summaries
from canvas_widget.server.tokens import Tokens
from canvas_widget.server.uploads import Uploads
from canvas_widget.settings import RateLimit, Settings
from canvas_widget.store import Store, Writer, open_store

if TYPE_CHECKING:
    from canvas_widget.server.identity import Caller
    from canvas_widget.server.socket import CanvasSocket

__all__ = ["Hub"]

TICK = 5.0
"""Seconds between two looks at revoked tokens, idle sessions and missing summaries."""

NAMES = 6
"""As so many users may somebody at one address try to sign in as often as they may as one."""


class Hub:
    """One per server. `start` opens what it stands on; where that fails, every route but `health` says why."""

    store: Store
    writer: Writer
    tokens: Tokens
    sessions: Sessions
    summaries: Summaries

    def __init__(self, settings: Settings, log: Any, folder: Path) -> None:
        self.settings = settings
        self.log = log
        self.folder = folder
        self.serverapp: Any = None
        self.failure: CanvasError | None = StorageError("The canvas server is starting.", retry_after=1)
        self.starting = True
        self.stopping = False
        self.sockets: set[CanvasSocket] = set()
        self.lines = Lines(self)
        self.buckets = {
            "prompts": Buckets(settings.rate_limit, "prompts"),
            "edits": Buckets(settings.edit_rate_limit, "edits"),
            "work": Buckets(settings.work_rate_limit, "pictures, refreshes and new sessions"),
        }
        logins = settings.login_rate_limit
        self.logins = Buckets(logins, "attempts to sign in")
        self.doors = Buckets(RateLimit(NAMES * logins.count, logins.seconds), "attempts to sign in")
        self.metrics = Metrics(self)
        self.kernels = Kernels(settings.max_kernel_clients)
        self._ticking: asyncio.Task[None] | None = None
        self._passing: tempfile.TemporaryDirectory[str] | None = None

    async def start(self, serverapp: Any) -> None:
        """Open the store and begin what runs beside the requests."""
        self.serverapp = serverapp
        given = self.settings.database_url
        url = given.get_secret_value() if given else None
        try:
            self.store = await asyncio.to_thread(open_store, url, self.folder)
            self.tokens = await asyncio.to_thread(Tokens, self.settings, self.store, self.folder)
        except (CanvasError, OSError) as error:
            message = error.message if isinstance(error, CanvasError) else f"The data folder cannot be used: {error}."
            self.failure = StorageError(message)
            self.starting = False
            self.log.error("The canvas server cannot work: %s", message)  # noqa: TRY400  (said in full already)
            return
        self.kernels.start(serverapp)
        datasets = self.folder / "datasets"
        if url is not None and url.startswith("memory:"):
            self._passing = tempfile.TemporaryDirectory(prefix="canvas-datasets-")
            datasets = Path(self._passing.name)
        self.writer = Writer(self.store, self.metrics.event)
        uploads = Uploads(datasets, self.settings.max_uploads, self.settings.max_upload_bytes)
        self.sessions = Sessions(self.settings, self.store, self.writer, uploads)
        self.summaries = Summaries(self.settings, self.store)
        self.failure, self.starting = None, False
        settle()
        self._ticking = asyncio.get_running_loop().create_task(self._tick())

    async def stop(self) -> None:
        """Stop what runs, write what is not written yet, and let everybody go."""
        self.stopping = True
        if self._ticking is not None:
            self._ticking.cancel()
        if self.failure is not None:
            return
        self.kernels.stop()
        await self.sessions.suspend()
        self.lines.close()
        for socket in tuple(self.sockets):
            socket.end(1001, "The server is shutting down.")
        await asyncio.sleep(0)
        await self.writer.close()
        await asyncio.to_thread(self.store.close)
        if self._passing is not None:
            self._passing.cleanup()

    def ready(self) -> None:
        """Whether requests can be served.

        Raises:
            StorageError: the store could not be opened, or the server is going down.
        """
        if self.failure is not None:
            raise self.failure
        if self.stopping:
            raise StorageError("The server is shutting down.", retry_after=5)

    async def verify(self, token: str) -> Caller:
        """The user whose token this is.

        Raises:
            Unauthenticated: it is none of ours, or good for nothing any more.
        """
        if self.failure is not None:
            raise Unauthenticated("The token cannot be checked now.")
        return await self.tokens.verify(token)

    async def revoke(self, caller: Caller) -> None:
        """Sign a caller out, their sockets too."""
        await self.tokens.revoke(caller)
        self._drop()

    def _drop(self) -> None:
        """Let go of the sockets whose tokens are good for nothing any more."""
        for socket in tuple(self.sockets):
            if socket.caller is not None and not self.tokens.good(socket.caller):
                socket.end(1008, "The token has expired or was revoked. Sign in again.")
        self.lines.drop()

    async def drop_strangers(self) -> None:
        """Let go of the sockets whose users are gone."""
        users = {socket.caller.user_id for socket in self.sockets if socket.caller and not socket.caller.jupyter}
        for user_id in users:
            if await asyncio.to_thread(self.store.user_by_id, user_id) is None:
                for socket in tuple(self.sockets):
                    if socket.caller is not None and socket.caller.user_id == user_id:
                        socket.end(1008, "The user of this token is gone.")

    async def _tick(self) -> None:
        wait = min(TICK, max(0.1, self.settings.session_expiry / 4))
        while True:
            try:
                await self.tokens.refresh()
                self._drop()
                await self.drop_strangers()
                self.lines.expire()
                await self.sessions.expire()
                self.sessions.ended.clear()
                while await self.summaries.run():
                    continue
            except Exception:
                self.log.exception("Looking after the canvas sessions failed; it is tried again.")
            try:
                await asyncio.wait_for(self.sessions.ended.wait(), wait)
            except TimeoutError:
                continue
