"""What of a prompt can be refused before it runs, the same at every door."""

from __future__ import annotations

from canvas_widget.session.protocol import UserPrompt
from canvas_widget.workspace import Workspace

__all__ = ["check_prompt"]


def check_prompt(payload: UserPrompt, workspace: Workspace) -> None:
    """Refuse a prompt that asks for what there is not; otherwise it would be answered as if it had not.

    Raises:
        InvalidArgument: it names a strategy that there is not, or a schema that is none.
        NotFound: it names a dataset that nobody registered; says the nearest.
    """
    if payload.strategy is not None:
        from canvas_widget.agent.strategy import strategies

        strategies.get(payload.strategy)
    if payload.schema_ is not None:
        from canvas_widget.agent.typed import typed

        typed(payload.schema_)
    for dataset in payload.datasets or ():
        workspace.catalogue.get(dataset)
