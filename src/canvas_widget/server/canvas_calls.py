"""The routes about a canvas, by the frames that any client would send."""

from __future__ import annotations

import asyncio
import base64
import difflib
from typing import TYPE_CHECKING, Any

from canvas_widget.errors import InvalidArgument, NotFound
from canvas_widget.server import models

if TYPE_CHECKING:
    from canvas_widget.server.api import Call
    from canvas_widget.server.line import Line

SWITCHES = ("auto_adjust", "avoid_overlap")


async def state(call: Call) -> dict[str, Any]:
    return await (await call.line()).ask("get_canvas_state")


async def size(call: Call) -> dict[str, Any]:
    canvas = (await state(call))["canvas"]
    return {"width": canvas["width"], "height": canvas["height"]}


async def resize(call: Call) -> dict[str, Any]:
    line = await call.line()
    wanted = call.body.model_dump()
    await line.ask("canvas_edit", {"changes": [{"op": "resize_canvas", "value": wanted}]})
    canvas = (await line.ask("get_canvas_state"))["canvas"]
    return {"width": canvas["width"], "height": canvas["height"]}


async def clear(call: Call) -> models.Done:
    line = await call.line()
    held = (await line.ask("get_canvas_state"))["containers"]
    if held:
        changes = [{"op": "remove", "path": f"/containers/{container['id']}"} for container in held]
        await line.ask("canvas_edit", {"changes": changes})
    return models.Done()


async def screenshot(call: Call) -> bytes:
    query: models.Picture = call.query
    line = await call.line()
    data = await line.ask("take_screenshot", {"format": query.format, "filename": query.filename})
    call.handler.set_header("Content-Type", "image/png" if data["format"] == "png" else "image/svg+xml")
    name = str(data["filename"]).encode("ascii", "replace").decode().replace('"', "")
    call.handler.set_header("Content-Disposition", f'inline; filename="{name}"')
    return base64.b64decode(data["data"])


async def _one(line: Line, name: str) -> dict[str, Any]:
    held = {container["id"]: container for container in (await line.ask("get_canvas_state"))["containers"]}
    if name not in held:
        near = difflib.get_close_matches(name, held, n=5, cutoff=0.5)
        hint = f" Nearest: {', '.join(near)}." if near else ""
        raise NotFound(f"No container {name!r:.200}.{hint}", alternatives=near)
    found: dict[str, Any] = held[name]
    return found


async def container(call: Call) -> dict[str, Any]:
    return await _one(await call.line(), call.path["id"])


async def create(call: Call) -> dict[str, Any]:
    line = await call.line()
    value = call.body.model_dump(mode="json", exclude_none=True, exclude=set(SWITCHES))
    change = {"op": "add", "path": f"/containers/{value['id']}", "value": value}
    ack = await line.ask("canvas_edit", {"changes": [change], **_switches(call.body)})
    made = next(delta["path"] for delta in ack["deltas"] if delta["action"] == "add")
    return await _one(line, made.split("/")[2])


async def update(call: Call) -> dict[str, Any]:
    name = call.path["id"]
    values = call.body.model_dump(mode="json", exclude_unset=True, exclude=set(SWITCHES))
    changes = [
        {"op": "set", "path": f"/containers/{name}/{field}", "value": value}
        for field, value in values.items()
        if value is not None
    ]
    if not changes:
        raise InvalidArgument("Nothing to change: give at least one field of the container.")
    line = await call.line()
    await _one(line, name)
    await line.ask("canvas_edit", {"changes": changes, **_switches(call.body)})
    return await _one(line, name)


def _switches(body: Any) -> dict[str, bool]:
    return {name: value for name in SWITCHES if (value := getattr(body, name)) is not None}


async def delete(call: Call) -> models.Done:
    line = await call.line()
    name = call.path["id"]
    await _one(line, name)
    await line.ask("canvas_edit", {"changes": [{"op": "remove", "path": f"/containers/{name}"}]})
    return models.Done()


async def canvases(call: Call) -> models.Canvases:
    store, user_id = call.hub.store, call.caller.user_id
    mine = await asyncio.to_thread(store.sessions, user_id, 1000)
    found = [
        models.CanvasInfo(name=record.name, scope="own", session_id=record.session_id)
        for record in mine
        if record.end_time is None
    ]
    for session_id, scope in (await asyncio.to_thread(store.shared_with, user_id)).items():
        record = await asyncio.to_thread(store.session, session_id)
        if record is not None and record.end_time is None:
            found.append(models.CanvasInfo(name=record.name, scope=scope, session_id=session_id))
    for kernel_id, name, scope in await call.hub.kernels.canvases(call.caller):
        found.append(models.CanvasInfo(name=name, scope=scope, kernel_id=kernel_id))
    return models.Canvases(canvases=found)
