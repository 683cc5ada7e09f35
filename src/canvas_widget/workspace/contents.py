"""Other content for containers whose queries ran while others went on: what they have drawn anew meanwhile stays."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING

from canvas_widget.document import Content, Document, Set, TextContent, container_path
from canvas_widget.errors import Conflict
from canvas_widget.layout import LayoutReport, Plan
from canvas_widget.workspace.types import Actor, Outcome, Queried

if TYPE_CHECKING:
    from canvas_widget.workspace.workspace import Workspace

__all__ = ["Overtaken", "Pairs", "drawn_alike", "not_overtaken", "set_contents"]

ATTEMPTS = 5
"""Times that something is drawn which others draw anew meanwhile."""


def drawn_alike(content: Content, other: Content) -> bool:
    """Whether two contents are the same drawing, whatever rows it has and whose prompt made it."""
    if isinstance(content, TextContent) and isinstance(other, TextContent) and content.template is not None:
        return content.template == other.template
    if not isinstance(content, Queried) or not isinstance(other, Queried):
        return content == other
    same = {"result_id": None, "stale": False, "made_by": None}
    return content.model_copy(update=same) == other.model_copy(update=same)


class Overtaken(Exception):
    """Somebody has drawn anew what was being drawn: begin again with what they have drawn."""


Pairs = Mapping[str, tuple[Content, Content]]
"""For each container what it holds, and what it shall hold instead."""


def set_contents(
    workspace: Workspace,
    pairs: Pairs,
    actor: Actor,
    label: str,
    *,
    whole: bool = False,
    alike: Callable[[Content, Content], bool] = drawn_alike,
) -> Outcome:
    """Give containers other content, each as far as it still holds what it did; in one step.

    Raises:
        Overtaken: one holds something else by now, and it is all (`whole`) or nothing.
    """

    def plan(document: Document) -> Plan:
        there = [(name, before, after) for name, (before, after) in pairs.items() if name in document]
        found = [(name, after) for name, before, after in there if alike(document[name].content, before)]
        if whole and len(found) < len(there):
            raise Overtaken
        changes = tuple(Set(path=container_path(name, "content"), value=after) for name, after in found)
        return Plan(changes, LayoutReport())

    return workspace.transact(plan, actor, label)


def not_overtaken(attempt: Callable[[], Outcome], container_id: str) -> Outcome:
    """What an attempt comes to that nobody overtakes.

    Raises:
        Conflict: others draw the same anew all the time.
    """
    for _ in range(ATTEMPTS):
        with suppress(Overtaken):
            return attempt()
    raise Conflict(f"{container_id!r} is being changed by others. Try again.", retry_after=1)
