"""What of a prompt can be refused before it runs, the same at every door."""

from __future__ import annotations

from canvas_widget.errors import InvalidArgument
from canvas_widget.session.protocol import UserPrompt
from canvas_widget.workspace import Workspace

__all__ = ["check_prompt"]


def check_prompt(payload: UserPrompt, workspace: Workspace) -> None:
    """Refuse a prompt that asks for what there is not; otherwise it would be answered as if it had not.

    Raises:
        InvalidArgument: it names a strategy.
        NotFound: it names a dataset that nobody registered; says the nearest.
    """
    if payload.strategy is not None:
        raise InvalidArgument(f"No strategy {payload.strategy!r}: this version has none to choose from. Leave it out.")
    for dataset in payload.datasets or ():
        workspace.catalogue.get(dataset)
