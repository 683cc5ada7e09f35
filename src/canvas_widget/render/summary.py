"""The canvas for machines: what a tool that compares two saved notebooks reads, small and without ids of a run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from canvas_widget.document import Document, MetricContent
from canvas_widget.render.blank import SUMMARY_MIME
from canvas_widget.render.metric import metric_label
from canvas_widget.render.words import container_hash, content_hash, kind_words, reading_order

if TYPE_CHECKING:
    from canvas_widget.data.types import Result

__all__ = ["SUMMARY_MIME", "canvas_summary"]


def canvas_summary(document: Document, results: Mapping[str, Result]) -> dict[str, Any]:
    """Name, size in px and hash of a canvas, and of each container, in reading order, the same with its box in px.

    What the containers show is in the text beside it (`render_text`), in the same order.
    """
    return {
        "format": 1,
        "name": document.name,
        "size": [document.width, document.height],
        "content": content_hash(document, results),
        "containers": [
            {
                "id": container.id,
                "title": metric_label(container, container.content)
                if isinstance(container.content, MetricContent)
                else container.title or container.id,
                "kind": kind_words(container),
                "box": [container.x, container.y, container.width, container.height],
                "content": container_hash(container, results.get(container.id)),
            }
            for container in reading_order(document)
        ],
    }
