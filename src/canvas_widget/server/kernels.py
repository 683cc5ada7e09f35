"""Canvases that live in running kernels, reached by a comm on a subshell beside whatever the kernel runs."""

from __future__ import annotations

import asyncio
import contextlib
import queue
import uuid
from typing import TYPE_CHECKING, Any

from canvas_widget.errors import CanvasError, NotFound, RateLimited, TimedOut
from canvas_widget.server.line import error_of

if TYPE_CHECKING:
    from canvas_widget.server.identity import Caller
    from canvas_widget.session import Client

__all__ = ["KernelConnection", "Kernels"]

TARGET = "canvas_widget"
KERNEL_ACTIONS = "https://events.jupyter.org/jupyter_server/kernel_actions/v1"
PATIENCE = 10.0
"""Seconds a kernel has to let a client in."""

LISTING = 2.0
"""Seconds a kernel has to say which canvases it holds."""

CONTENT = 7
"""Parts of a message before its buffers: topic, delimiter, signature, header, parent, metadata, content."""

LAST_WORDS = 0.5
"""Seconds between a comm's end and its subshell's, so that the end is heard."""


class KernelConnection:
    """One client's line into a kernel: its own channels, its own subshell, one comm."""

    def __init__(self, manager: Any, kernel_id: str, client: Client | None) -> None:
        self.kernel_id = kernel_id
        self.session_id: str | None = None
        session = manager.session.clone()
        session.session = uuid.uuid4().hex  # the identity of the sockets: a second one of the same name would stall
        self._kernel = manager.client(session=session)
        self._client = client
        self._comm = uuid.uuid4().hex
        self._subshell: str | None = None
        self._reader: asyncio.Task[None] | None = None
        self._first: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._closed = False

    @property
    def closed(self) -> bool:
        """Whether it is of no use any more."""
        return self._closed

    async def open(self, data: dict[str, Any], patience: float = PATIENCE) -> dict[str, Any]:
        """Open the comm; returns the kernel's first message.

        Raises:
            NotFound: the kernel knows nothing of canvases, or not of this one.
            TimedOut: the kernel does not answer.
        """
        self._kernel.start_channels(stdin=False, hb=False)
        try:
            async with asyncio.timeout(patience):
                await self._ready()
                self._subshell = await self._make_subshell()
                self._reader = asyncio.get_running_loop().create_task(self._read())
                self._send("comm_open", {"target_name": TARGET, "data": data})
                first = await self._first
        except TimeoutError:
            self.close()
            raise TimedOut("The kernel does not answer. Is it busy, or gone?") from None
        except CanvasError:
            self.close()
            raise
        self.session_id = first.get("session_id")
        return first

    async def _ready(self) -> None:
        """Wait until control answers and what the kernel tells arrives."""
        while True:
            asked = self._kernel.session.msg("kernel_info_request", {})
            self._kernel.control_channel.send(asked)
            await self._reply(asked)
            with contextlib.suppress(queue.Empty):
                await self._kernel.get_iopub_msg(timeout=0.1)
                return

    async def _reply(self, asked: dict[str, Any]) -> dict[str, Any]:
        while True:
            message = await self._kernel.get_control_msg(timeout=PATIENCE)
            if message["parent_header"].get("msg_id") == asked["header"]["msg_id"]:
                content: dict[str, Any] = message["content"]
                if message["msg_type"] == "kernel_info_reply":
                    self._subshells = "kernel subshells" in content.get("supported_features", ())
                return content

    async def _make_subshell(self) -> str | None:
        """A subshell, so that a busy cell does not hold us up; the main shell where the kernel has none."""
        if not self._subshells:
            return None
        asked = self._kernel.session.msg("create_subshell_request", {})
        self._kernel.control_channel.send(asked)
        content = await self._reply(asked)
        return content.get("subshell_id") if content.get("status") == "ok" else None

    def _send(self, kind: str, content: dict[str, Any]) -> None:
        message = self._kernel.session.msg(kind, {"comm_id": self._comm, **content})
        if self._subshell is not None:
            message["header"]["subshell_id"] = self._subshell
        self._kernel.shell_channel.send(message)

    async def _read(self) -> None:
        """Follow what the kernel tells this comm.

        A kernel tells everything to everybody, under topics. ipykernel's comms have one each: once the first message
        has shown it, nothing else need come. From another kernel only what names this comm is taken apart.
        """
        socket, session, mine = self._kernel.iopub_channel.socket, self._kernel.session, self._comm.encode()
        everything, topic = True, b"comm-" + mine
        while True:
            parts = await socket.recv_multipart()
            if not any(mine in part for part in parts[:CONTENT]):
                continue
            if everything and parts[0] == topic:
                socket.subscribe(topic)
                socket.unsubscribe(b"")
                everything = False
            message = session.deserialize(session.feed_identities(parts)[1])
            content = message["content"]
            if content.get("comm_id") != self._comm:
                continue
            if message["msg_type"] == "comm_close":
                self._ended("The canvas's kernel has closed the line.")
                return
            if message["msg_type"] == "comm_msg":
                self._take(content["data"], [bytes(buffer) for buffer in message.get("buffers", ())])

    def _take(self, data: dict[str, Any], buffers: list[bytes]) -> None:
        kind = data.get("type")
        if not self._first.done():
            if kind == "refused":
                self._first.set_exception(error_of(data["error"]))
            elif kind in ("attached", "canvases"):
                self._first.set_result(data)
        elif self._client is not None:
            for frame in data["frames"] if kind == "batch" else (data,):
                self._client.send(frame, buffers)

    def _ended(self, message: str) -> None:
        if not self._first.done():
            self._first.set_exception(NotFound("This kernel holds no canvas: `import canvas_widget` there first."))
        elif self._client is not None and not self._closed:
            self._client.send({"type": "session_closed", "data": {"message": message, "level": "info"}}, [])

    async def receive(self, frame: object) -> None:
        """Hand a frame to the kernel."""
        if not self._closed:
            self._send("comm_msg", {"data": frame})

    def gone(self, message: str) -> None:
        """The kernel was restarted or is gone: say so, and let go without asking it anything."""
        self._ended(message)
        self._let_go()

    def close(self) -> None:
        """The client is gone. The canvas lives on."""
        if self._closed:
            return
        if self._reader is None or self._reader.done():
            self._let_go()
            return
        self._closed = True
        self._send("comm_close", {"data": {}})
        asyncio.get_running_loop().call_later(LAST_WORDS, self._let_go)

    def _let_go(self) -> None:
        self._closed = True
        if self._reader is not None:
            self._reader.cancel()
            self._reader = None
        if self._subshell is not None:
            content = {"subshell_id": self._subshell}
            self._kernel.control_channel.send(self._kernel.session.msg("delete_subshell_request", content))
            self._subshell = None
        asyncio.get_running_loop().call_later(LAST_WORDS, self._kernel.stop_channels)


class Kernels:
    """The running kernels of this server.

    Args:
        most: clients of one kernel at a time; each costs it a thread.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._manager: Any = None
        self._open: set[KernelConnection] = set()

    def start(self, serverapp: Any) -> None:
        """Learn of restarts, those after a death too: a comm never hears of them."""
        self._manager = serverapp.kernel_manager
        serverapp.event_logger.add_listener(schema_id=KERNEL_ACTIONS, listener=self._acted)

    async def _acted(self, logger: Any, schema_id: str, data: dict[str, Any]) -> None:  # noqa: ARG002
        if data.get("action") in ("restart", "shutdown"):
            word = "restarted" if data["action"] == "restart" else "shut down"
            self._let_go_of(str(data.get("kernel_id")), f"was {word}")

    async def connect(self, kernel_id: str, canvas: str, client: Client, caller: Caller) -> KernelConnection:
        """A line to a canvas in a kernel.

        Raises:
            NotFound: there is no such kernel or canvas, or it is not shared with the caller: the same answer.
        """
        missing = NotFound(f"No canvas {canvas!r:.200} in kernel {kernel_id!r:.80}.")
        if self._manager is None or kernel_id not in self._manager:
            raise missing
        self._open = {each for each in self._open if not each.closed}
        if sum(each.kernel_id == kernel_id for each in self._open) >= self._most:
            raise RateLimited(f"{self._most} clients look at this kernel already. Try again later.", retry_after=10)
        connection = KernelConnection(self._manager.get_kernel(kernel_id), kernel_id, client)
        self._open.add(connection)  # those that are still on their way in count, too
        try:
            await connection.open({"canvas": canvas, "user": _who(caller)})
        except NotFound:
            raise missing from None
        return connection

    def _let_go_of(self, kernel_id: str, what: str) -> None:
        for connection in tuple(self._open):
            if connection.kernel_id == kernel_id:
                self._open.discard(connection)
                connection.gone(f"The canvas's kernel {what}.")

    async def canvases(self, caller: Caller) -> list[tuple[str, str, Any]]:
        """Kernel, name and scope of each canvas that the caller may see."""
        if self._manager is None:
            return []
        kernels = list(self._manager.list_kernel_ids())
        answers = await asyncio.gather(*(self._list(kernel_id, caller) for kernel_id in kernels))
        return [each for answer in answers for each in answer]

    async def _list(self, kernel_id: str, caller: Caller) -> list[tuple[str, str, Any]]:
        connection = KernelConnection(self._manager.get_kernel(kernel_id), kernel_id, None)
        try:
            answer = await connection.open({"user": _who(caller)}, LISTING)
        except CanvasError:
            return []
        connection.close()
        return [(kernel_id, str(name), scope) for name, scope in answer.get("canvases", ())]

    def stop(self) -> None:
        """Let go of all lines."""
        for connection in tuple(self._open):
            connection.close()


def _who(caller: Caller) -> dict[str, Any]:
    return {"name": caller.name, "owner": caller.jupyter}
