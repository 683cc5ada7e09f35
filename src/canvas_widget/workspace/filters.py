"""The filters that a canvas's controls put on its other containers."""

from __future__ import annotations

from canvas_widget.data import Filter
from canvas_widget.document import ControlContent, Document

__all__ = ["filter_of", "filters_of"]


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


def filters_of(
    document: Document, container_id: str, changed: dict[str, ControlContent] | None = None
) -> tuple[Filter, ...]:
    """The conditions of all controls that a container is linked to.

    `changed` holds controls as they will be, also such as are not there yet.
    """
    held = {each.id: each.content for each in document} | (changed or {})
    found: list[Filter] = []
    for content in held.values():
        if isinstance(content, ControlContent) and container_id in content.targets:
            found += filter_of(content)
    return tuple(found)
