"""What a client must do to follow a transaction: the difference between two revisions, as deltas."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from typing import Any

from canvas_widget.document.changes import Delta, container_path
from canvas_widget.document.document import Document
from canvas_widget.document.nodes import SETTABLE

__all__ = ["deltas", "differing"]

FIELDS = (*SETTABLE, "created_at", "updated_at")


def differing(before: Any, after: Any, names: Iterable[str]) -> Iterator[str]:
    """The fields, of these, that two objects have different values of. Most values are shared, and not compared."""
    for name in names:
        old, new = getattr(before, name), getattr(after, name)
        if old is not new and old != new:
            yield name


def deltas(start: Document, end: Document, touched: Iterable[str], moved: Iterable[str]) -> tuple[Delta, ...]:
    """The deltas from `start` to `end`, to be applied in their order.

    A client appends what is added to its list of containers; a move takes one out of the list and puts it back in at
    its index. `touched` names the containers that were added, removed or written, `moved` those whose place in the
    reading order may not be the one this leaves them at. `rev` and `updated_at` of the document are the frame's.
    """
    return (*_canvas(start, end), *_containers(start, end, touched), *_moves(start, end, moved))


def _canvas(start: Document, end: Document) -> Iterator[Delta]:
    size = {key: getattr(end, key) for key in differing(start, end, ("name", "width", "height"))}
    if size:
        yield Delta(action="update", path="/canvas", node=size)
    if start.settings is not end.settings and start.settings != end.settings:
        old, new = start.settings.model_dump(), end.settings.model_dump()
        yield Delta(action="update", path="/settings", node={key: new[key] for key in new if new[key] != old[key]})


def _containers(start: Document, end: Document, touched: Iterable[str]) -> Iterator[Delta]:
    added: list[str] = []
    for name in touched:
        before, after = start.get(name), end.get(name)
        if before is None and after is not None:
            added.append(name)
        elif before is not None and after is None:
            yield Delta(action="remove", path=container_path(name))
        elif before is not None and after is not None:
            fields = set(differing(before, after, FIELDS))
            if fields:
                node = after.model_dump(mode="json", include=fields)
                yield Delta(action="update", path=container_path(name), node=node)
    for name in sorted(added, key=lambda name: (end.order.number(name), name)):
        yield Delta(action="add", path=container_path(name), node=end[name].model_dump(mode="json"))


def _moves(start: Document, end: Document, moved: Iterable[str]) -> Iterator[Delta]:
    names = [name for name in moved if name in end]
    if len(names) == 1:
        yield _move(names[0], end.order.index(names[0]))
    if len(names) < 2:
        return
    final = list(end.order)
    shown = [name for name in start.order if name in end]
    shown += [name for name in final if name not in start]
    staying = _longest_in_order(shown, {name: index for index, name in enumerate(final)})
    for number, name in enumerate(final):
        if name not in staying:
            shown.remove(name)
            index = shown.index(final[number - 1]) + 1 if number else 0
            shown.insert(index, name)
            yield _move(name, index)


def _move(name: str, index: int) -> Delta:
    return Delta(action="move", path=container_path(name), node={"index": index})


def _longest_in_order(names: list[str], places: dict[str, int]) -> set[str]:
    """The most names that already follow each other as their places do."""
    ends: list[int] = []
    chains: list[tuple[str, Any]] = []
    for name in names:
        at = bisect_left(ends, places[name])
        ends[at : at + 1] = [places[name]]
        chains[at : at + 1] = [(name, chains[at - 1] if at else None)]
    kept: set[str] = set()
    link = chains[-1] if chains else None
    while link is not None:
        kept.add(link[0])
        link = link[1]
    return kept
