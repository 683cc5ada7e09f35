"""The filters that a canvas's controls put on its other containers."""

from __future__ import annotations

from collections.abc import Mapping

from canvas_widget.data import Filter
from canvas_widget.document import Content, ControlContent, Document
from canvas_widget.workspace.types import Queried

__all__ = ["applies", "drawn_from", "filter_of", "filters_of", "filters_on"]


def filter_of(control: ControlContent) -> tuple[Filter, ...]:
    """The condition that a control means; none where nothing is chosen."""
    value = control.value
    if value is None or value == []:
        return ()
    if control.control != "choice":
        return (Filter(field=_quoted(control.field), op="between", value=value),)
    if not isinstance(value, list):
        return (Filter(field=_quoted(control.field), op="=", value=value),)
    return (Filter(field=_quoted(control.field), op="in", value=value),)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def drawn_from(content: Content) -> str | None:
    """The dataset whose columns a container is drawn from; None for what has SQL of its own, and for text."""
    if not isinstance(content, Queried) or content.request is None or content.request.get("sql") is not None:
        return None
    return content.dataset


def applies(control: ControlContent, container_id: str, dataset: str | None) -> bool:
    """Whether a control filters a container: one it names, or, where it names none, any drawn from its dataset."""
    if control.targets is not None:
        return container_id in control.targets
    return dataset is not None and dataset == control.dataset


def filters_on(
    document: Document,
    container_id: str,
    dataset: str | None,
    changed: Mapping[str, ControlContent] | None = None,
) -> tuple[Filter, ...]:
    """The conditions of all controls on a container that is drawn from a dataset, or will be.

    `changed` holds controls as they will be, also such as are not there yet.
    """
    held = {each.id: each.content for each in document} | dict(changed or {})
    found: list[Filter] = []
    for content in held.values():
        if isinstance(content, ControlContent) and applies(content, container_id, dataset):
            found += filter_of(content)
    return tuple(found)


def filters_of(
    document: Document, container_id: str, changed: Mapping[str, ControlContent] | None = None
) -> tuple[Filter, ...]:
    """The conditions of all controls on a container as it is."""
    container = document.get(container_id)
    return filters_on(document, container_id, None if container is None else drawn_from(container.content), changed)
