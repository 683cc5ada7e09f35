"""Where content comes from: the prompt that made it, and the data it was made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from canvas_widget.data import Result
from canvas_widget.document import Content, MadeBy, TextContent
from canvas_widget.scrub import scrubbed
from canvas_widget.workspace.types import Actor, Queried

if TYPE_CHECKING:
    from canvas_widget.workspace.workspace import Workspace

__all__ = ["kept", "signed"]

LONGEST = 2_000


def signed(workspace: Workspace, content: Content, result: Result | None, actor: Actor, old: Content | None) -> Content:
    """The content with the prompt that made it, without keys; the same content again keeps the signature it has."""
    if not isinstance(content, Queried | TextContent):
        return content
    if isinstance(old, Queried | TextContent) and old.model_copy(update={"made_by": None}) == content:
        return old
    if actor.turn_id is None:
        return content
    made = MadeBy(
        turn_id=actor.turn_id,
        prompt=scrubbed(actor.prompt)[:LONGEST],
        at=workspace.now(),
        datasets=dict(result.datasets) if result is not None else {},
        rows=result.row_count if result is not None else None,
        rows_read=result.rows_read if result is not None else None,
        cost=result.cost if result is not None else "",
    )
    return content.model_copy(update={"made_by": made})


def kept(content: Content, old: Content) -> Content:
    """Content drawn anew, with the signature of what it takes the place of."""
    made = getattr(old, "made_by", None)
    if made is None or not isinstance(content, Queried | TextContent):
        return content
    return content.model_copy(update={"made_by": made})
