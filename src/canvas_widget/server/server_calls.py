"""The routes about the server itself and who uses it."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

from canvas_widget import __version__
from canvas_widget.server import models
from canvas_widget.session.protocol import PROTOCOL_VERSION

if TYPE_CHECKING:
    from canvas_widget.server.api import Call
    from canvas_widget.server.identity import Caller

PAGE = 1000


async def info(call: Call) -> models.Info:
    base = call.handler.base_url + "canvas/"
    names = ("health", "docs", "openapi.json", "sessions", "canvases", "models")
    links = {name: f"{base}api/{name}" for name in names} | {"websocket": f"{base}ws"}
    return models.Info(name="canvas_widget", version=__version__, protocol=PROTOCOL_VERSION, links=links)


async def health(call: Call) -> Any:
    failure = call.hub.failure
    if failure is None:
        return models.Health(status="ok", version=__version__)
    word: Any = "starting" if call.hub.starting else "failed"
    body = models.Health(status=word, version=__version__, message=failure.message)
    call.handler.send_json(body.model_dump(), 503)
    return None


async def status(call: Call) -> models.Status:
    hub = call.hub
    problem = hub.writer.problem
    store = {"ok": not problem, "problem": problem, "commits": hub.writer.commits, "events": hub.writer.written}
    return models.Status(
        status="degraded" if problem else "ok",
        version=__version__,
        uptime_seconds=round(time.time() - hub.metrics.started, 1),
        sessions=len(hub.sessions.live),
        sockets=len(hub.sockets),
        store=store,
    )


async def metrics(call: Call) -> dict[str, float]:
    return call.hub.metrics.plain()


async def prometheus(call: Call) -> bytes:
    call.handler.set_header("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
    return call.hub.metrics.prometheus()


async def openapi(call: Call) -> dict[str, Any]:
    return call.description()


async def asyncapi(call: Call) -> dict[str, Any]:
    from canvas_widget.server.asyncapi import describe_socket

    return describe_socket(call.handler.request.host, call.handler.base_url)


async def docs(call: Call) -> bytes:
    from canvas_widget.server.openapi_page import page

    call.handler.set_header("Content-Type", "text/html; charset=utf-8")
    return page(call.description()).encode()


async def login(call: Call) -> models.Token:
    address = str(call.handler.request.remote_ip)
    call.hub.doors.take(address)
    call.hub.logins.take(f"{address} {call.body.username.strip()}")
    token, seconds = await call.hub.tokens.login(call.body.username, call.body.password)
    return _given(call, token, seconds, in_cookie=call.body.cookie)


async def renew(call: Call) -> models.Token:
    token, seconds = await call.hub.tokens.renew(call.caller)
    return _given(call, token, seconds, in_cookie=call.handler.by_cookie)


def _given(call: Call, token: str, seconds: int, *, in_cookie: bool) -> models.Token:
    call.handler.set_header("Cache-Control", "no-store")
    if in_cookie:
        call.handler.keep_token(token, seconds)
    return models.Token(access_token=None if in_cookie else token, expires_in=seconds)


async def logout(call: Call) -> models.Done:
    call.handler.forget_token()
    await call.hub.revoke(call.caller)
    return models.Done()


async def me(call: Call) -> models.Me:
    return me_of(call.caller)


def me_of(caller: Caller) -> models.Me:
    """What a caller is told of themselves."""
    left = None if caller.expires is None else max(0, int(caller.expires - time.time()))
    return models.Me(user_id=caller.user_id, username=caller.name, jupyter=caller.jupyter, expires_in=left)


async def export(call: Call) -> dict[str, Any]:
    return await asyncio.to_thread(_export, call)


def _export(call: Call) -> dict[str, Any]:
    store, user_id = call.hub.store, call.caller.user_id
    sessions = []
    offset = 0
    while page := store.sessions(user_id, PAGE, offset):
        offset += len(page)
        for record in page:
            events: list[dict[str, Any]] = []
            after = 0
            while held := store.events(record.session_id, after, PAGE):
                after = held[-1][0]
                events += [event_info(number, event).model_dump(mode="json") for number, event in held]
            snapshot = store.snapshot(record.session_id)
            known = session_info(record, "own").model_dump(mode="json") | {"summary": record.final_summary}
            sessions.append(known | {"events": events, "canvas": snapshot.document if snapshot else None})
    account = store.user_by_id(user_id)
    return {
        "user_id": user_id,
        "username": call.caller.name,
        "created_at": account.created_at.isoformat() if account else None,
        "shared_with_you": store.shared_with(user_id),
        "sessions": sessions,
    }


async def erase(call: Call) -> models.Done:
    store, user_id = call.hub.store, call.caller.user_id
    while page := await asyncio.to_thread(store.sessions, user_id, PAGE):
        for record in page:
            await call.hub.sessions.erase(record.session_id)
    await asyncio.to_thread(store.erase_user, user_id)
    await call.hub.revoke(call.caller)
    await call.hub.drop_strangers()
    return models.Done()


def session_info(record: Any, scope: Any, active: int = 0) -> models.SessionInfo:
    """A session's record as the API gives it."""
    return models.SessionInfo(
        session_id=record.session_id,
        name=record.name,
        scope=scope,
        start_time=record.start_time,
        end_time=record.end_time,
        duration_seconds=record.duration_seconds,
        active_tabs=active,
    )


def event_info(number: int, event: Any) -> models.EventInfo:
    """An event as the API gives it."""
    return models.EventInfo(
        seq=number,
        type=event.type,
        conversation_id=event.conversation_id,
        turn_id=event.turn_id,
        timestamp=event.timestamp,
        content=event.content,
    )
