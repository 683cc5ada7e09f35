"""Controls: a container whose value filters the queries of the containers it is linked to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from canvas_widget.data.sql import identifier
from canvas_widget.document import Commit, Container, Content, ControlContent, Document, normalise
from canvas_widget.errors import CanvasError, InvalidArgument
from canvas_widget.layout import ANYWHERE, Placing
from canvas_widget.workspace.contents import Pairs, not_overtaken, set_contents
from canvas_widget.workspace.drawing import build, request_of
from canvas_widget.workspace.filters import applies, drawn_from, filters_of
from canvas_widget.workspace.provenance import kept
from canvas_widget.workspace.types import USER, Actor, Outcome, Queried

if TYPE_CHECKING:
    from canvas_widget.workspace.workspace import Workspace

__all__ = ["controlled", "create_control", "realign", "refilters", "set_control"]

MOST_OPTIONS = 500


def create_control(
    workspace: Workspace,
    container_id: str,
    *,
    field: str,
    dataset: str | None = None,
    control: str | None = None,
    targets: Sequence[str] | None = None,
    title: str | None = None,
    value: Any = None,
    tell: Callable[[str], bool] = lambda _: True,
    placing: Placing = ANYWHERE,
    actor: Actor = USER,
) -> Outcome:
    """Make a control; nothing is filtered until a value is chosen, here or later.

    Args:
        field: a column of the dataset.
        control: "choice", "range" or "date"; what fits the column when None.
        targets: the containers it filters; when None, all that are drawn from the dataset's columns, also those made
            later.
        value: what is chosen at once; as for `set_control`.
        tell: whether an error may name values of this dataset.
        placing: as for `Workspace.create`.

    Raises:
        InvalidArgument: a target is not drawn from that dataset's columns; the column has too many values, or not this.
        NotFound, QueryError: no such dataset, container or column.
    """
    names = workspace.catalogue.names()
    if dataset is None and len(names) != 1:
        raise InvalidArgument(f"Which data? There are: {', '.join(names) or 'none'}.", alternatives=names[:5])
    data = workspace.catalogue.get(dataset if dataset is not None else names[0])
    column = data.column(field)
    kind = control or ("date" if column.temporal else "range" if column.numeric else "choice")
    if (kind == "range" and not column.numeric) or (kind == "date" and not column.temporal):
        raise InvalidArgument(f"{column.name!r} cannot be filtered by a {kind}: leave control out.")
    linked = _targets(workspace, data.name, targets)
    options = _options(workspace, data.name, column.name, kind, actor)
    try:
        content = ControlContent.model_validate(
            {"control": kind, "dataset": data.name, "field": column.name, "options": options, "targets": linked}
        )
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise InvalidArgument(f"No such control: {first['msg']}.") from None
    name = normalise(container_id)
    chosen = _chosen(content, value, name, told=tell(data.name))
    filtered = _filtered(workspace, name, chosen, actor) if value is not None else {}
    words = column.name.replace("_", " ")
    shown = title if title is not None else words[:1].upper() + words[1:]
    outcome = workspace.create(container_id, content=chosen, title=shown, placing=placing, actor=actor)
    if filtered:
        set_contents(workspace, filtered, actor, f"set {name}")
    return outcome


def _targets(workspace: Workspace, dataset: str, targets: Sequence[str] | None) -> list[str] | None:
    if targets is None:
        return None
    names = [normalise(each) for each in targets]
    for name in names:
        if drawn_from(workspace.document[name].content) != dataset:
            raise InvalidArgument(f"{name!r} is not drawn from columns of {dataset}, so no control can filter it.")
    return names


def controlled(workspace: Workspace, control: ControlContent) -> list[str]:
    """The containers that a control filters as the canvas is now."""
    return [each.id for each in workspace.document if applies(control, each.id, drawn_from(each.content))]


def refilters(commit: Commit | None) -> bool:
    """Whether controls filter otherwise after a commit: one is gone, or has another value."""
    if commit is None:
        return False
    before, after = commit.applied.before, commit.applied.after
    return any(_control(held) != _control(after[name]) for name, held in before.items())


def _control(container: Container | None) -> Content | None:
    return container.content if container is not None and container.kind == "control" else None


def realign(workspace: Workspace, before: Document) -> None:
    """Draw again what controls filter otherwise than in the document before. Queries: not for the owner's thread.

    What has been drawn anew since stays. What has nothing to show under its filters keeps what it shows.
    """
    pairs: dict[str, tuple[Content, Content]] = {}
    for each in workspace.document:
        name, held = each.id, before.get(each.id)
        request = request_of(each.content)
        if held is None or held.content != each.content or request is None or not isinstance(each.content, Queried):
            continue
        filters = filters_of(workspace.document, name)
        if filters != filters_of(before, name):
            with suppress(CanvasError):
                pairs[name] = each.content, kept(build(workspace, request, USER, filters).content, each.content)
    if pairs:
        set_contents(workspace, pairs, Actor(origin="data", source="data"), "filter")


def _options(workspace: Workspace, dataset: str, field: str, kind: str, actor: Actor) -> list[Any]:
    name, table = identifier(field), identifier(dataset)
    if kind == "choice":
        sql = f"SELECT DISTINCT {name} AS value FROM {table} WHERE {name} IS NOT NULL ORDER BY 1"
        result = workspace.engine.run(sql, limit=MOST_OPTIONS, cancel=actor.cancel)
        if result.truncated:
            raise InvalidArgument(f"{field!r} has more than {MOST_OPTIONS} values, too many to choose from.")
        return [row["value"] for row in result.rows()]
    sql = f"SELECT min({name}) AS low, max({name}) AS high FROM {table}"
    row = workspace.engine.run(sql, cancel=actor.cancel).rows()[0]
    return [str(each)[:10] if kind == "date" and each else each for each in (row["low"], row["high"])]


def set_control(workspace: Workspace, container_id: str, value: Any, *, actor: Actor = USER) -> Outcome:
    """Choose a control's value and draw what it filters, in one step that `undo` takes back; None lifts the filter.

    Raises:
        NotFound: no such container.
        InvalidArgument: it is no control, or has no such value.
        QueryError: one of its containers has nothing to show then; nothing changes.
    """
    return not_overtaken(lambda: _set(workspace, container_id, value, actor), container_id)


def _set(workspace: Workspace, container_id: str, value: Any, actor: Actor) -> Outcome:
    content = workspace.document[container_id].content
    if not isinstance(content, ControlContent):
        raise InvalidArgument(f"Container {container_id!r} holds {content.kind}, not a control.")
    chosen = _chosen(content, value, container_id)
    pairs = {container_id: (content, chosen), **_filtered(workspace, container_id, chosen, actor)}
    outcome = set_contents(workspace, pairs, actor, f"set {container_id}", whole=True)
    return Outcome(outcome.commit, outcome.report, container_id)


def _chosen(content: ControlContent, value: Any, container_id: str, *, told: bool = True) -> ControlContent:
    """The control with a value, where it has that value; `told` says whether an error may name those there are."""
    try:
        chosen = ControlContent.model_validate(content.model_dump() | {"value": value})
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise InvalidArgument(f"{container_id!r} cannot be {value!r:.80}: {first['msg']}.") from None
    if chosen.control == "choice" and value is not None:
        wrong = [each for each in (value if isinstance(value, list) else [value]) if each not in chosen.options]
        if wrong:
            there = f"Values: {', '.join(map(str, chosen.options[:8]))}." if told else "Its values are not shared."
            raise InvalidArgument(f"{chosen.field!r} has no {wrong[0]!r:.80}. {there}")
    return chosen


def _filtered(workspace: Workspace, container_id: str, chosen: ControlContent, actor: Actor) -> Pairs:
    """What the containers that a control is linked to show, and what once it has this value."""
    pairs: dict[str, tuple[Content, Content]] = {}
    for name in controlled(workspace, chosen):
        content = workspace.document[name].content
        request = request_of(content)
        if request is None or not isinstance(content, Queried):
            continue
        filters = filters_of(workspace.document, name, {container_id: chosen})
        pairs[name] = content, kept(build(workspace, request, actor, filters).content, content)
    return pairs
