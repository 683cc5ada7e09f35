"""Operations on the whole canvas: its size, its settings, its arrangement."""

from __future__ import annotations

from canvas_widget.document import Document, SetSettings, SettingsValue, rect_of
from canvas_widget.errors import InvalidArgument
from canvas_widget.layout.arrange import grid
from canvas_widget.layout.draft import Draft
from canvas_widget.layout.fit import px
from canvas_widget.layout.levels import levels
from canvas_widget.layout.settle import refit
from canvas_widget.layout.types import Plan

__all__ = ["plan_arrange", "plan_canvas_size", "plan_settings"]


def plan_canvas_size(document: Document, width: float, height: float, *, auto_adjust: bool | None = None) -> Plan:
    """Set the size of the canvas in px; with auto_adjust what lies outside then is brought in.

    Raises:
        InvalidArgument: no size, or a container would lie outside and auto_adjust is off, or it is locked.
    """
    draft = Draft(document)
    wide, tall = px(width, "width", least=1), px(height, "height", least=1)
    for name, value, whole in (("width", width, wide), ("height", height, tall)):
        if value != whole:
            draft.note(f"Rounded {name} of the canvas from {value:g} to {whole} px.")
    if (wide, tall) != (document.width, document.height):
        adjust = document.settings.auto_adjust if auto_adjust is None else auto_adjust
        draft.resize(wide, tall)
        refit(draft, adjust=adjust, avoid=document.settings.overlap_prevention)
    return draft.plan()


def plan_settings(
    document: Document, *, auto_adjust: bool | None = None, overlap_prevention: bool | None = None
) -> Plan:
    """Change what the canvas does by itself; what is None stays as it is."""
    draft = Draft(document)
    wanted = {"auto_adjust": auto_adjust, "overlap_prevention": overlap_prevention}
    for name, value in wanted.items():
        if value is not None and not isinstance(value, bool):
            raise InvalidArgument(f"{name} must be true or false, not {value!r}.")
    new = {name: value for name, value in wanted.items() if value not in (None, getattr(document.settings, name))}
    if new:
        draft.apply([SetSettings(value=SettingsValue(**new))])
    return draft.plan()


def plan_arrange(document: Document) -> Plan:
    """Put all containers but the locked and the hidden on a uniform grid, as large as the canvas allows.

    They are in automatic layout's hands again afterwards, those that a person had placed too.

    Raises:
        InvalidArgument: the canvas has no room for so many.
    """
    draft = Draft(document)
    shown = [container for container in document if not container.hidden]
    containers = [container for container in shown if not container.locked]
    if not containers:
        draft.note("There is nothing to arrange.")
        return draft.plan()
    found = grid(
        len(containers),
        document.width,
        document.height,
        [rect_of(container) for container in shown if container.locked],
    )
    ordered = [container for level in levels(containers) for chain in level for container in chain]
    places = {container.id: cell for container, cell in zip(ordered, found.cells, strict=True)}
    draft.put_all(places, placement="auto")
    count = f"{len(ordered)} container" + ("s" if len(ordered) > 1 else "")
    draft.note(
        f"Arranged {count} in {found.columns} × {found.rows} cells of {found.width} × {found.height} px, "
        f"{found.padding} px apart."
    )
    return draft.plan()
