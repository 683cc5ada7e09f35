"""One canvas's live state: document, history, datasets and results, behind one operation layer."""

from canvas_widget.workspace.drawing import request_of
from canvas_widget.workspace.types import USER, Actor, InlineOwner, Outcome, Owner, Queried
from canvas_widget.workspace.workspace import Workspace

__all__ = ["USER", "Actor", "InlineOwner", "Outcome", "Owner", "Queried", "Workspace", "request_of"]
