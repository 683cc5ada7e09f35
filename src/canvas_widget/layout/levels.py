"""Relations turned into an order: levels from top to bottom, in each the chains that stand side by side."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from canvas_widget.document import Container

__all__ = ["levels"]


class _Graph:
    """Who comes before whom; an edge that would close a circle is left out."""

    def __init__(self, names: Iterable[str]) -> None:
        self.after: dict[str, list[str]] = {name: [] for name in names}

    def add(self, first: str, then: str) -> None:
        if first != then and then not in self.after[first] and not self.reaches(then, first):
            self.after[first].append(then)

    def reaches(self, start: str, end: str) -> bool:
        seen, waiting = {start}, [start]
        while waiting:
            name = waiting.pop()
            if name == end:
                return True
            fresh = [other for other in self.after[name] if other not in seen]
            seen.update(fresh)
            waiting.extend(fresh)
        return False

    def depths(self, start: dict[str, int]) -> dict[str, int]:
        """The length of the longest way to each name, at least its `start`."""
        depths = dict(start)
        before = dict.fromkeys(self.after, 0)
        for others in self.after.values():
            for other in others:
                before[other] += 1
        ready = [name for name, count in before.items() if count == 0]
        while ready:
            name = ready.pop()
            for other in self.after[name]:
                depths[other] = max(depths[other], depths[name] + 1)
                before[other] -= 1
                if before[other] == 0:
                    ready.append(other)
        return depths


def levels(containers: Sequence[Container]) -> list[list[list[Container]]]:
    """Levels from top to bottom, each a list of chains in reading order, each chain a list from left to right.

    Containers related by left and right form a chain; a chain lies in a deeper level than all it was asked to be
    below; those on top come first. Of relations that contradict each other the later container's count.
    """
    known = {container.id: container for container in containers}
    heads = _chains(containers)
    sides, rows = _Graph(known), _Graph(dict.fromkeys(heads.values()))
    for container in reversed(containers):
        for relation, other in container.relations.named.items():
            if other not in known:
                continue
            if relation in ("left_of", "right_of"):
                sides.add(*(container.id, other) if relation == "left_of" else (other, container.id))
            else:
                pair = (heads[container.id], heads[other])
                rows.add(*pair if relation == "above" else reversed(pair))
    depth = _with_tops_first(rows, {heads[container.id] for container in containers if container.relations.top})
    across = sides.depths(dict.fromkeys(known, 0))
    chains: dict[str, list[Container]] = {}
    for container in containers:
        chains.setdefault(heads[container.id], []).append(container)
    found: dict[int, list[list[Container]]] = {}
    for head, chain in chains.items():
        found.setdefault(depth[head], []).append(sorted(chain, key=lambda container: across[container.id]))
    return [found[level] for level in sorted(found)]


def _chains(containers: Sequence[Container]) -> dict[str, str]:
    """For each container the first of its chain: of those that left and right join it with."""
    heads = {container.id: container.id for container in containers}

    def head(name: str) -> str:
        while heads[name] != name:
            name = heads[name]
        return name

    for container in containers:
        for relation, other in container.relations.named.items():
            if relation in ("left_of", "right_of") and other in heads:
                heads[head(container.id)] = head(other)
    return {name: head(name) for name in heads}


def _with_tops_first(rows: _Graph, tops: set[str]) -> dict[str, int]:
    depths = rows.depths(dict.fromkeys(rows.after, 0))
    if not tops:
        return depths
    last = max(depths[top] for top in tops)
    lowered = {name: 0 if any(rows.reaches(name, top) for top in tops) else last + 1 for name in rows.after}
    return rows.depths(lowered)
