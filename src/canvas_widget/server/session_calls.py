"""The routes about sessions and their datasets."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from canvas_widget.errors import Forbidden, InvalidArgument, NotFound
from canvas_widget.server import models
from canvas_widget.server.identity import LOCAL
from canvas_widget.server.server_calls import event_info, session_info
from canvas_widget.server.sessions import missing

if TYPE_CHECKING:
    from canvas_widget.server.api import Call
    from canvas_widget.store import SessionRecord
    from canvas_widget.workspace import Workspace


async def create(call: Call) -> models.SessionInfo:
    body: models.CreateSession = call.body
    live = await call.hub.sessions.create(call.caller, body.name, body.width, body.height)
    await call.hub.sessions.safe(live)
    return session_info(live.record, "own")


async def listed(call: Call) -> models.Sessions:
    return await asyncio.to_thread(_listed, call)


def _listed(call: Call) -> models.Sessions:
    store, user_id = call.hub.store, call.caller.user_id
    active = {live.record.session_id: live.session.active for live in call.hub.sessions.live}
    mine = [("own", record) for record in store.sessions(user_id, call.query.limit, call.query.offset)]
    if call.query.offset == 0:
        for session_id, scope in store.shared_with(user_id).items():
            record = store.session(session_id)
            if record is not None:
                mine.append((scope, record))
    found = [session_info(record, scope, active.get(record.session_id, 0)) for scope, record in mine]
    return models.Sessions(sessions=sorted(found, key=lambda each: each.start_time, reverse=True))


async def _record(call: Call) -> tuple[SessionRecord, str]:
    """The session of the address, ended or not, and what the caller may do with it."""
    session_id = call.path["id"]
    record = await asyncio.to_thread(call.hub.store.session, session_id)
    if record is not None and record.user_id == call.caller.user_id:
        return record, "own"
    if record is not None:
        grants = await asyncio.to_thread(call.hub.store.grants, session_id)
        if call.caller.user_id in grants:
            return record, grants[call.caller.user_id]
    raise missing(session_id)


async def one(call: Call) -> models.SessionInfo:
    record, scope = await _record(call)
    active = [live.session.active for live in call.hub.sessions.live if live.record.session_id == record.session_id]
    return session_info(record, scope, sum(active))


async def rename(call: Call) -> models.SessionInfo:
    record, scope = await _record(call)
    if scope == "read":
        raise Forbidden("The session is shared with you to look at only.")
    name = call.body.name.strip()
    if not name:
        raise InvalidArgument("A name holds at least one letter.")
    if record.end_time is None:
        line = await call.line(models.OfCanvas(session_id=record.session_id))
        await line.ask("canvas_edit", {"changes": [{"op": "resize_canvas", "value": {"name": name}}]})
    await asyncio.to_thread(call.hub.store.rename_session, record.session_id, name)
    return session_info(replace(record, name=name), scope)


async def end(call: Call) -> models.Done:
    record, scope = await _record(call)
    if scope != "own":
        raise missing(record.session_id)
    if call.query.erase:
        await call.hub.sessions.erase(record.session_id)
    elif record.end_time is None:
        await call.hub.sessions.end(record.session_id)
    return models.Done()


async def summary(call: Call) -> models.Summary:
    record, _ = await _record(call)
    return models.Summary(session_id=record.session_id, summary=record.final_summary)


async def events(call: Call) -> models.EventsPage:
    record, scope = await _record(call)
    if scope == "read":
        raise Forbidden(
            "The log tells what is not on the canvas any more. It is shared with who may change the canvas."
        )
    query: models.EventsQuery = call.query
    held = await asyncio.to_thread(call.hub.store.events, record.session_id, query.after, query.limit)
    following = held[-1][0] if len(held) == query.limit else None
    return models.EventsPage(events=[event_info(number, event) for number, event in held], next=following)


async def share(call: Call) -> models.Done:
    record, scope = await _record(call)
    if scope != "own":
        raise missing(record.session_id)
    live = await call.live(record.session_id)
    user_id = await _user_id(call, call.body.username)
    await call.hub.sessions.share(live, call.caller, user_id, call.body.scope)
    return models.Done()


async def _user_id(call: Call, name: str) -> str:
    user = await asyncio.to_thread(call.hub.store.user, name)
    if user is not None:
        return user.user_id
    if name == LOCAL or (name.startswith("jupyter:") and name.isprintable()):
        return name
    raise NotFound(f"No user {name!r:.100}. Users are made by `jupyter canvas user add NAME`.")


async def datasets(call: Call) -> models.Datasets:
    if call.query.kernel_id or call.query.canvas:
        raise InvalidArgument("A canvas in a kernel reads the kernel's own data; this list is of sessions.")
    live = await call.live(call.query.session_id)
    found = await asyncio.to_thread(_datasets, live.session.workspace, live.scope(call.caller.user_id) == "read")
    return models.Datasets(session_id=live.record.session_id, datasets=found)


def _datasets(workspace: Workspace, drawn: bool) -> list[models.DatasetInfo]:
    """The datasets; with `drawn` only those that something on the canvas is drawn from."""
    names = workspace.datasets_drawn() if drawn else workspace.catalogue.names()
    return [_described(workspace.catalogue.get(name)) for name in names]


async def upload(call: Call) -> models.DatasetInfo:
    filename, content = call.handler.file()
    live = await call.live(call.body.session_id)
    if live.scope(call.caller.user_id) == "read":
        raise Forbidden("The session is shared with you to look at only.")
    dataset = await call.hub.sessions.upload(live, call.body.name, filename, content)
    return await asyncio.to_thread(_described, dataset)


def _described(dataset: Any) -> models.DatasetInfo:
    columns = [[field.name, field.type] for field in dataset.fields]
    return models.DatasetInfo(name=dataset.name, rows=dataset.row_count, columns=columns)
