"""The state of reading one prompt: what is on the canvas, what earlier requests of the prompt will have made."""

from __future__ import annotations

import re
from typing import Any

from canvas_widget.agent.providers.offline.canvas.model import Call, Part
from canvas_widget.agent.providers.offline.canvas.refs import Thing
from canvas_widget.agent.providers.offline.link.linker import Linker
from canvas_widget.agent.providers.offline.words.normalise import fold
from canvas_widget.agent.views import CanvasView, CatalogueView, ContainerView

__all__ = ["Context", "slug"]

_NOT_WORD = re.compile(r"\W+")
LONGEST_ID = 60


def slug(title: str) -> str:
    """The id made from a title: lower case words joined by `_`, cut at a word's end."""
    plain = _NOT_WORD.sub("_", fold(title)).strip("_") or "container"
    if len(plain) <= LONGEST_ID:
        return plain
    return plain[:LONGEST_ID].rsplit("_", 1)[0].strip("_") or plain[:LONGEST_ID]


class Context:
    """Grows request by request; `things` are in reading order, with what this prompt makes at the end."""

    def __init__(self, catalogue: CatalogueView, canvas: CanvasView) -> None:
        self.linker = Linker(catalogue)
        self.canvas = canvas
        replaceable: frozenset[str] = getattr(canvas, "replaceable", frozenset())
        kept = [view for view in canvas.containers() if view.id not in replaceable]
        kept.sort(key=lambda view: view.created_at)
        self.things = [_thing(view) for view in kept]
        self.calls: dict[str, Call] = {}

    @property
    def size(self) -> tuple[int, int]:
        return self.canvas.width, self.canvas.height

    def view(self, name: str) -> ContainerView | None:
        """The container of that id as it is on the canvas now."""
        return next((view for view in self.canvas.containers() if view.id == name), None)

    @property
    def recent_dataset(self) -> str | None:
        """The dataset of the container made last."""
        return next((thing.dataset for thing in reversed(self.things) if thing.dataset), None)

    def free_id(self, title: str) -> str:
        """The id for a new container of that title: its slug, numbered when another container has it."""
        taken = {thing.id for thing in self.things}
        stem = slug(title)
        if stem not in taken:
            return stem
        return next(name for number in range(2, 10_000) if (name := f"{stem}_{number}") not in taken)

    def made(self, call: Call, thing: Thing, part: Part) -> None:
        """Notes a container that a call of this prompt makes."""
        thing.mine = True
        self.things.append(thing)
        self.calls[thing.id] = call
        part.calls.append(call)

    def touched(self, thing: Thing) -> None:
        """A container that was just changed is what "it" means next."""
        self.things.remove(thing)
        self.things.append(thing)

    def gone(self, thing: Thing) -> None:
        """A container that a call deletes."""
        self.things.remove(thing)

    def names(self) -> str:
        """The containers there are, for a message."""
        listed = ", ".join(thing.id for thing in self.things[:6])
        return f"On the canvas: {listed}." if listed else "The canvas is empty."


def _thing(view: ContainerView) -> Thing:
    request: dict[str, Any] | None = dict(view.request) if view.request is not None else None
    return Thing(
        view.id, view.title, view.kind, view.mark, dataset=view.dataset or (request or {}).get("dataset"),
        request=request, box=(view.x, view.y, view.width, view.height),
    )  # fmt: skip
