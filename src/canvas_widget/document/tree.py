"""The canvas as an object tree: the canvas, its containers in reading order, their content."""

from __future__ import annotations

from typing import Any

from canvas_widget.document.document import Document
from canvas_widget.document.nodes import Container

__all__ = ["ROOT", "container_node", "tree"]

ROOT = "/"
"""The canvas's own id in its tree: no container's and no content's can be the same."""


def container_node(container: Container) -> dict[str, Any]:
    """The tree node of one container. Its content's id cannot be a container's: `:` is not allowed in those."""
    children: list[dict[str, Any]] = []
    if container.kind != "empty":
        children.append(
            {
                "id": f"{container.id}:{container.kind}",
                "kind": container.kind,
                "title": container.title or container.id,
                "children": [],
            }
        )
    return {
        "id": container.id,
        "kind": "container",
        "title": container.title or container.id,
        "children": children,
    }


def tree(document: Document) -> dict[str, Any]:
    """The whole canvas as `{id, kind, title, children}`."""
    return {
        "id": ROOT,
        "kind": "canvas",
        "title": document.name,
        "children": [container_node(container) for container in document],
    }
