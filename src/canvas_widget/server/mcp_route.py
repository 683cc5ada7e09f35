"""`canvas/mcp`: the Model Context Protocol over Streamable HTTP, with the sign-in and the operations of every route.

Each POST stands alone and is answered with one JSON body: no connection is held, so there is nothing to resume, to time
out or to take over. GET, which would open a stream, is answered with 405, as the protocol allows.
"""

from __future__ import annotations

import asyncio
import importlib
import importlib.util
from typing import Any

from canvas_widget.errors import CanvasError
from canvas_widget.server import models
from canvas_widget.server.api import ApiHandler, Call
from canvas_widget.server.frames import parse
from canvas_widget.server.line import Line
from canvas_widget.server.routes import Route

__all__ = ["McpHandler"]

OURS = frozenset({"authorization", "cookie", "x-xsrftoken"})
"""Headers that end here: who calls is known by now."""

SERVER_ERROR = -32_000
"""JSON-RPC's code for what a server defines itself."""

PASSED = frozenset({"content-type", "allow"})


async def _nothing(_: Call) -> None:
    """The route's call: an MCP request has a handler of its own."""


ROUTE = Route("POST", "mcp", _nothing, "Model Context Protocol", query=models.OfCanvas, bucket="edits")


class McpHandler(ApiHandler):
    """One MCP request."""

    routes = {}
    pattern = "mcp"

    def set_cors_headers(self) -> None:
        """As for every route, with the protocol's own headers."""
        super().set_cors_headers()
        if "Access-Control-Allow-Headers" in self._headers:
            more = (
                "Authorization, Content-Type, X-XSRFToken, Mcp-Protocol-Version, Mcp-Session-Id, Mcp-Method, Mcp-Name"
            )
            self.set_header("Access-Control-Allow-Headers", more)

    def error_body(self, error: CanvasError) -> dict[str, Any]:
        """The error as JSON-RPC tells it: an MCP client shows its words, and what other routes say is its data."""
        from canvas_widget.session import error_info

        told = {"code": SERVER_ERROR, "message": error.message, "data": error_info(error)}
        return {"jsonrpc": "2.0", "id": None, "error": told}

    async def answer(self, **_: str) -> None:
        """Check who calls and what came, and hand the request on."""
        door: _Door | None = None
        try:
            caller = self.known()
            if self.request.method != "POST":
                self.set_header("Allow", "POST")
                refused = CanvasError(f"Not with {self.request.method}. There is: POST.")
                refused.code, refused.error_code = 405, "METHOD_NOT_ALLOWED"
                raise refused
            self.hub.ready()
            if importlib.util.find_spec("mcp") is None:
                missing = CanvasError("MCP is off here: `pip install canvas-widget[mcp]` brings what it needs.")
                missing.code, missing.error_code = 501, "NOT_INSTALLED"
                raise missing
            parse(self.request.body, self.hub.settings.max_message_bytes)
            self.hub.buckets["edits"].take(caller.user_id)
            self.set_cors_headers()
            door = _Door(Call(self, ROUTE, {}))
            await self._hand_on(door)
        except CanvasError as error:
            self._fail(error)
        except Exception:
            self.hub.log.exception("Request %s failed", self.request_id)
            self._fail(CanvasError(f"The request could not be handled; the log has more under {self.request_id}."))
        finally:
            if door is not None:
                door.call.close()

    def on_connection_close(self) -> None:
        """The caller has gone; what runs for it comes to its own end."""
        super().on_connection_close()
        self._gone.set()

    def initialize(self, *args: Any, **kwargs: Any) -> None:
        """Nobody has gone yet."""
        super().initialize(*args, **kwargs)
        self._gone = asyncio.Event()

    async def _hand_on(self, door: _Door) -> None:
        await asyncio.to_thread(importlib.import_module, "mcp.server.streamable_http_manager")
        from mcp.server.streamable_http_manager import StreamableHTTPSessionManager

        from canvas_widget.mcp import canvas_server

        bodies = [{"type": "http.request", "body": self.request.body, "more_body": False}]

        async def receive() -> dict[str, Any]:
            if bodies:
                return bodies.pop()
            await self._gone.wait()
            return {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            if message["type"] == "http.response.start":
                self.set_status(message["status"])
                for name, value in message.get("headers", ()):
                    if name.decode("latin-1").lower() in PASSED:
                        self.set_header(name.decode("latin-1"), value.decode("latin-1"))
            elif not self._finished:
                self.write(message.get("body", b""))

        manager = StreamableHTTPSessionManager(
            canvas_server(door.use), json_response=True, stateless=True,
            max_request_body_size=self.hub.settings.max_message_bytes,
        )  # fmt: skip
        async with manager.run():
            await manager.handle_request(self._scope(), receive, send)
        if not self._finished:
            self.finish()

    def _scope(self) -> dict[str, Any]:
        headers = [
            (name.lower().encode("latin-1"), value.encode("latin-1", "replace"))
            for name, value in self.request.headers.get_all()
            if name.lower() not in OURS
        ]
        return {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": "POST",
            "scheme": self.request.protocol,
            "path": self.request.path,
            "raw_path": self.request.path.encode(),
            "query_string": b"",
            "root_path": "",
            "headers": headers,
            "client": None,
            "server": None,
        }


class _Door:
    """The canvas of one request: its line is opened when a tool needs it, and tools go over it one after another."""

    def __init__(self, call: Call) -> None:
        self.call = call
        self._line: Line | None = None
        self._turn = asyncio.Lock()

    async def use(self, name: str, arguments: dict[str, Any]) -> dict[str, Any]:
        """Run a tool by the frame that any client of the canvas sends."""
        async with self._turn:
            if self._line is None:
                self._line = await self.call.line()
            return await self._line.ask("call_tool", {"name": name, "arguments": arguments})
