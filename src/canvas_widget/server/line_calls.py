"""The routes that carry frames where no WebSocket can be had."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tornado.iostream import StreamClosedError

from canvas_widget.errors import InvalidArgument
from canvas_widget.server import models as m

if TYPE_CHECKING:
    from canvas_widget.server.api import Call
    from canvas_widget.server.lines import HttpLine

BEAT = 15.0
"""Seconds after which a stream says that it is still there."""


async def begin(call: Call) -> m.LineInfo:
    where: m.OfCanvas = call.query
    hub = call.hub
    line = hub.lines.new(call.caller)
    if where.kernel_id or where.canvas:
        if not (where.kernel_id and where.canvas):
            raise InvalidArgument("A canvas in a kernel is named by kernel_id and canvas, both.")
        await call.handler.may_use_kernels()
        connection = await hub.kernels.connect(where.kernel_id, where.canvas, line, call.caller)
        hub.lines.keep(line, connection)
    else:
        live = await call.live(where.session_id)
        hub.lines.keep(line, hub.sessions.connect(live, line, call.caller))
    return m.LineInfo(line=line.name, session_id=line.connection.session_id)


def _line(call: Call) -> HttpLine:
    return call.hub.lines.get(call.path["id"], call.caller)


async def post(call: Call) -> m.Done:
    line = _line(call)
    for frame in call.body.frames:
        await line.receive(frame)
    return m.Done()


async def read(call: Call) -> m.Frames | None:
    line = _line(call)
    call.handler.set_header("Cache-Control", "no-store")
    if call.query.stream:
        await _stream(call, line)
        return None
    frames = await line.read(call.query.wait, line.reader())
    if line.done:
        call.hub.lines.end(line)
    return m.Frames.model_construct(frames=frames)


async def _stream(call: Call, line: HttpLine) -> None:
    handler = call.handler
    handler.set_header("Content-Type", "text/event-stream; charset=utf-8")
    handler.set_header("X-Accel-Buffering", "no")
    try:
        handler.write(": open\n\n")
        await handler.flush()
        mine = line.reader()
        while not line.done and mine == line.readers:
            frames = await line.read(BEAT, mine)
            text = "".join(f"data: {json.dumps(frame, allow_nan=False)}\n\n" for frame in frames)
            handler.write(text or ": still here\n\n")
            await handler.flush()
        handler.finish()
    except StreamClosedError:
        return


async def end(call: Call) -> m.Done:
    call.hub.lines.end(_line(call))
    return m.Done()
