"""Where containers go: pure functions from a document and an intent to the changes that carry it out."""

from canvas_widget.layout.canvas import plan_arrange, plan_canvas_size, plan_settings
from canvas_widget.layout.edit import plan_edit, plan_revert
from canvas_widget.layout.overlap import is_free, overlapping, overlaps, utilisation
from canvas_widget.layout.placement import find_place
from canvas_widget.layout.plan import plan_clear, plan_create, plan_delete, plan_modify
from canvas_widget.layout.sizes import default_size
from canvas_widget.layout.types import ANYWHERE, Box, LayoutReport, Moved, Placing, Plan

__all__ = [
    "ANYWHERE",
    "Box",
    "LayoutReport",
    "Moved",
    "Placing",
    "Plan",
    "default_size",
    "find_place",
    "is_free",
    "overlapping",
    "overlaps",
    "plan_arrange",
    "plan_canvas_size",
    "plan_clear",
    "plan_create",
    "plan_delete",
    "plan_edit",
    "plan_modify",
    "plan_revert",
    "plan_settings",
    "utilisation",
]
