"""A canvas and its conversations made again from what was written down."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from canvas_widget.document import Commit, Container, Document, Transaction, apply
from canvas_widget.document.nodes import Settings
from canvas_widget.errors import NotFound
from canvas_widget.session.journal import Event
from canvas_widget.workspace import Workspace

__all__ = ["document_of", "replay", "snapshot_of"]


def snapshot_of(document: Document) -> dict[str, Any]:
    """The whole document as JSON-ready data, with the numbers its reading order sorts by."""
    numbers = {container.id: document.order.number(container.id) for container in document}
    return document.to_wire() | {"numbers": numbers}


def document_of(snapshot: dict[str, Any]) -> Document:
    """The document that `snapshot_of` wrote."""
    canvas = snapshot["canvas"]
    document = Document(
        name=canvas["name"],
        width=canvas["width"],
        height=canvas["height"],
        rev=snapshot["rev"],
        settings=Settings.model_validate(snapshot["settings"]),
        updated_at=snapshot["updated_at"],
    )
    numbers = snapshot.get("numbers", {})
    for data in snapshot["containers"]:
        container = Container.model_validate(data)
        document = document.with_container(container, numbers.get(container.id))
    return document


def replay(workspace: Workspace, events: Iterable[Event]) -> list[tuple[Event, Commit]]:
    """Bring a workspace to where its journal ends; returns the changes that were applied, with their events.

    Call it before anybody listens to the workspace.
    """
    applied = []
    for event in events:
        if event.type == "snapshot" and workspace.document.rev == 0 and event.content["rev"] > 0:
            workspace.document = document_of(event.content["document"])
        if event.type != "transaction" or event.content["rev"] <= workspace.document.rev:
            continue
        transaction = Transaction.model_validate(event.content["transaction"])
        _ask_again(workspace, transaction)
        done = apply(workspace.document, transaction)
        workspace.document = done.document
        commit = Commit(done.document.rev, transaction, done)
        workspace.history.record(commit)
        applied.append((event, commit))
    return applied


def _ask_again(workspace: Workspace, transaction: Transaction) -> None:
    """Let the history know what an undo or redo took back, so that its stacks move as they did."""
    try:
        if transaction.source == "undo":
            workspace.history.undo(workspace.document, transaction.origin)
        elif transaction.source == "redo":
            workspace.history.redo(workspace.document, transaction.origin)
    except NotFound:
        return
