"""Which data a container was drawn from, and whether that is still the newest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from canvas_widget.data import Versions
from canvas_widget.document import Container, TextContent
from canvas_widget.errors import CanvasError
from canvas_widget.workspace.types import Queried

if TYPE_CHECKING:
    from canvas_widget.workspace.workspace import Workspace

__all__ = ["datasets_of", "drawn", "fresh", "is_current"]


def datasets_of(workspace: Workspace, container: Container) -> set[str]:
    """The datasets that a container's query reads."""
    content = container.content
    if isinstance(content, TextContent):
        return {name for value in content.values for name in value.datasets}
    if not isinstance(content, Queried):
        return set()
    held = workspace.results.get(content.result_id) if content.result_id else None
    if held is not None:
        return {name for name, _ in held.datasets}
    return {content.dataset} if content.dataset else set()


def drawn(workspace: Workspace) -> list[str]:
    """The datasets that anything on the canvas is drawn from."""
    found = {name for container in workspace.document for name in datasets_of(workspace, container)}
    return [name for name in workspace.catalogue.names() if name in found]


def fresh(workspace: Workspace, container: Container) -> bool:
    """Whether the rows of a container are known to be of the datasets' present versions."""
    content = container.content
    ids = [value.result_id for value in content.values] if isinstance(content, TextContent) else []
    if isinstance(content, Queried):
        ids = [content.result_id or ""]
    held = [workspace.results.get(each) for each in ids]
    return all(each is not None and is_current(workspace, each.datasets) for each in held)


def is_current(workspace: Workspace, versions: Versions) -> bool:
    """Whether these are the datasets' present versions."""
    try:
        return workspace.catalogue.versions(name for name, _ in versions) == versions
    except CanvasError:
        return False
