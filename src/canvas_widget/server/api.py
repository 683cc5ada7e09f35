"""One handler for every HTTP route: find out who calls, check what came, do it, answer."""

from __future__ import annotations

import json
import re
import time
import uuid
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from jupyter_server.auth.decorator import allow_unauthenticated
from pydantic import BaseModel, ValidationError
from tornado.web import HTTPError

from canvas_widget.errors import CanvasError, Forbidden, InvalidArgument, NotFound, TooLarge
from canvas_widget.server.base import CanvasHandler
from canvas_widget.server.frames import parse
from canvas_widget.server.line import Line
from canvas_widget.server.routes import Route, routes

if TYPE_CHECKING:
    from canvas_widget.server.identity import Caller
    from canvas_widget.server.models import OfCanvas
    from canvas_widget.server.sessions import Live

__all__ = ["Call", "api_handlers"]


@contextmanager
def _as_utf8() -> Iterator[None]:
    """Says what Tornado says of a field that is no UTF-8 as every other error here."""
    try:
        yield
    except HTTPError as error:
        raise InvalidArgument("A field is no UTF-8: send texts as UTF-8.") from error


class Call:
    """One request: who makes it, and what it holds, checked."""

    def __init__(self, handler: ApiHandler, route: Route, path: dict[str, str]) -> None:
        self.handler = handler
        self.hub = handler.hub
        self.route = route
        self.path = path
        self._caller = None if route.open else handler.known()
        self.query: Any = None if route.query is None else checked(route.query, handler.query())
        self.body: Any = None if route.body is None else checked(route.body, handler.body(route))
        self._line: Line | None = None

    @property
    def caller(self) -> Caller:
        assert self._caller is not None  # noqa: S101  (an open route asks for nobody)
        return self._caller

    async def live(self, session_id: str | None = None) -> Live:
        """The session of a call: the one it names, else the caller's newest."""
        if session_id is not None:
            return await self.hub.sessions.get(session_id, self.caller)
        return await self.hub.sessions.newest(self.caller)

    async def line(self, where: OfCanvas | None = None) -> Line:
        """A line to the canvas that a call is about."""
        where = where or self.query
        line = self._line = Line()
        if where is not None and (where.kernel_id or where.canvas):
            if not (where.kernel_id and where.canvas):
                raise InvalidArgument("A canvas in a kernel is named by kernel_id and canvas, both.")
            await self.handler.may_use_kernels()
            return await line.opened(await self.hub.kernels.connect(where.kernel_id, where.canvas, line, self.caller))
        live = await self.live(where.session_id if where is not None else None)
        return await line.opened(self.hub.sessions.connect(live, line, self.caller))

    def description(self) -> dict[str, Any]:
        """What this server answers, by OpenAPI."""
        from canvas_widget.server.openapi import describe

        return describe(self.handler.base_url + "canvas/api")

    def close(self) -> None:
        """Let go of the line."""
        if self._line is not None:
            self._line.close()


def checked(model: type[BaseModel], data: Any) -> Any:
    """The data as the model has it.

    Raises:
        InvalidArgument: it cannot be; says which field and why.
    """
    try:
        return model.model_validate(data)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "the request"
        raise InvalidArgument(f"{where}: {first['msg']}.") from None


class ApiHandler(CanvasHandler):
    """The routes of one address, by method."""

    routes: dict[str, Route]
    pattern: str

    async def prepare(self) -> None:  # type: ignore[override]
        """Nobody is refused yet; that is `answer`'s, in our own shape."""
        self.began = time.perf_counter()
        self.request_id = uuid.uuid4().hex[:16]
        self.set_header("X-Request-Id", self.request_id)
        route = self.routes.get(self.request.method or "")
        if self.request.method == "OPTIONS" or (route is not None and route.open):
            self.set_cors_headers()
        else:
            await self.identify()

    def query(self) -> dict[str, str]:
        """The fields of the address; of one that comes twice, the last."""
        with _as_utf8():
            return {name: self.get_query_argument(name) for name in self.request.query_arguments}

    def body(self, route: Route) -> Any:
        """The fields of the body."""
        if route.kind == "json":
            limit = self.hub.settings.max_message_bytes
            return parse(self.request.body or b"{}", limit)
        if self.request.headers.get("Content-Type", "").startswith("application/json"):
            return parse(self.request.body, 65_536)
        with _as_utf8():
            return {name: self.get_body_argument(name) for name in self.request.body_arguments}

    def file(self) -> tuple[str, bytes]:
        """The name and content of the uploaded file.

        Raises:
            InvalidArgument: there is none.
        """
        files = self.request.files.get("file", [])
        if len(files) != 1:
            raise InvalidArgument("Send one file, in the form's field `file`.")
        return str(files[0]["filename"]), bytes(files[0]["body"])

    async def answer(self, **path: str) -> None:
        """Run the route and answer with what it gives."""
        route = self.routes.get(self.request.method or "")
        call: Call | None = None
        try:
            if route is None:
                self.known()
                refused = CanvasError(f"Not with {self.request.method}. There is: {', '.join(sorted(self.routes))}.")
                refused.code, refused.error_code = 405, "METHOD_NOT_ALLOWED"
                self.set_header("Allow", ", ".join(sorted(self.routes)))
                raise refused
            if not route.open:
                self.known()
            elif not self.origin_allowed():
                raise Forbidden("This origin may not use the canvas server.")
            if route.path != "health":
                self.hub.ready()
            call = Call(self, route, {name: _unquoted(value) for name, value in path.items()})
            if route.bucket is not None:
                self.hub.buckets[route.bucket].take(call.caller.user_id)
            result = await route.call(call)
            if not self._finished and not self._headers_written:
                self._send(route, result)
        except CanvasError as error:
            self._fail(error)
        except Exception:
            self.hub.log.exception("Request %s failed", self.request_id)
            self._fail(CanvasError(f"The request could not be handled; the log has more under {self.request_id}."))
        finally:
            if call is not None:
                call.close()

    def _send(self, route: Route, result: Any) -> None:
        if isinstance(result, BaseModel):
            result = result.model_dump(mode="json", by_alias=True)
        if isinstance(result, bytes):
            self.finish(result)
        else:
            self.send_json(result, route.status)

    def _fail(self, error: CanvasError) -> None:
        self.hub.metrics.refused.labels(error.error_code).inc()
        if not self._finished and not self._headers_written:
            self.send_error_info(error)
        elif not self._finished:
            self.finish()

    @allow_unauthenticated
    async def get(self, **path: str) -> None:
        await self.answer(**path)

    @allow_unauthenticated
    async def post(self, **path: str) -> None:
        await self.answer(**path)

    @allow_unauthenticated
    async def put(self, **path: str) -> None:
        await self.answer(**path)

    @allow_unauthenticated
    async def delete(self, **path: str) -> None:
        await self.answer(**path)

    @allow_unauthenticated
    async def patch(self, **path: str) -> None:
        await self.answer(**path)

    @allow_unauthenticated
    async def options(self, **_: str) -> None:
        """What a browser asks before a request from another origin."""
        self.set_status(204)
        self.finish()

    def _log(self) -> None:
        """One structured line a request; no query, no header, no body, so no secret."""
        seconds = time.perf_counter() - getattr(self, "began", time.perf_counter())
        status = self.get_status()
        method = self.request.method if self.request.method in self.routes else "other"
        self.hub.metrics.requests.labels(method, self.pattern, str(status)).inc()
        self.hub.metrics.request_seconds.labels(self.pattern).observe(seconds)
        line = {
            "event": "request",
            "request_id": getattr(self, "request_id", ""),
            "method": self.request.method,
            "route": self.pattern,
            "status": status,
            "ms": round(1000 * seconds, 2),
            "user": self.caller.user_id if self.caller else None,
        }
        self.hub.log.log(30 if status >= 500 else 20, "%s", json.dumps(line))


class MissingHandler(CanvasHandler):
    """An address below `canvas/api/` that is none, for everybody and by every method: our 404, not Jupyter's page."""

    async def prepare(self) -> None:  # type: ignore[override]
        """Nothing is looked up for what is not there, neither who calls nor what they send."""
        self.set_cors_headers()
        self.hub.metrics.refused.labels("NOT_FOUND").inc()
        self.send_error_info(NotFound("There is nothing here. openapi.json lists what there is."))


def _unquoted(value: str) -> str:
    if len(value) > 1000:
        raise TooLarge("The address is too long.")
    found = unquote(value, errors="replace")
    if "\0" in found:
        raise NotFound("There is nothing here.")
    return found


def api_handlers() -> list[tuple[str, type[CanvasHandler]]]:
    """A handler for each address, and one for all that there is not."""
    by_path: dict[str, dict[str, Route]] = defaultdict(dict)
    for route in routes():
        by_path[route.path][route.method] = route
    found: list[tuple[str, type[CanvasHandler]]] = []
    for path, methods in by_path.items():
        pattern = re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", re.escape(path))
        handler = type("ApiHandler", (ApiHandler,), {"routes": methods, "pattern": path})
        slash = "/" if path else ""
        found.append((rf"/canvas/api{slash}{pattern}/?", handler))
    found.append((r"/canvas/api/.*", MissingHandler))
    return found
