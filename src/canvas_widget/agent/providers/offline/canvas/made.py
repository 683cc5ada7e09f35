"""A decided query as a call that makes a container, noted so that later requests of the prompt can go on about it."""

from __future__ import annotations

from canvas_widget.agent.providers.offline.canvas import edit
from canvas_widget.agent.providers.offline.canvas.build import tool_call
from canvas_widget.agent.providers.offline.canvas.context import Context
from canvas_widget.agent.providers.offline.canvas.model import Call, Part
from canvas_widget.agent.providers.offline.canvas.refs import Thing
from canvas_widget.agent.providers.offline.canvas.title import title_of
from canvas_widget.agent.providers.offline.query.query import Query
from canvas_widget.agent.providers.offline.words.charts import Kind

__all__ = ["draw"]


def draw(query: Query, where: dict[str, object], context: Context, part: Part) -> None:
    """Makes the container of a query; `where` are the arguments that place it."""
    title = title_of(query)
    tool, arguments = tool_call(query)
    container_id = context.free_id(title)
    call = Call(tool, {"container_id": container_id, **arguments, "title": title, **where})
    kind = query.kind or Kind("table")
    right = where.get("right_of")
    box = where.get("box")
    thing = Thing(
        container_id, title, kind.tool, kind.mark, dataset=query.source.name,
        request=edit.request_of(tool, {**arguments, "title": title}, query), top=bool(where.get("top")),
        right_of=right if isinstance(right, str) else None,
    )  # fmt: skip
    if isinstance(box, dict) and len(box) == 4:
        thing.box = (box["x"], box["y"], box["width"], box["height"])
    context.made(call, thing, part)
