"""Empty containers and text notes."""

from __future__ import annotations

from typing import Any

from canvas_widget.agent.providers.offline.canvas.commands import reading_order
from canvas_widget.agent.providers.offline.canvas.context import Context, slug
from canvas_widget.agent.providers.offline.canvas.model import Call, Part
from canvas_widget.agent.providers.offline.canvas.place import Placement, placement
from canvas_widget.agent.providers.offline.canvas.refs import Thing
from canvas_widget.agent.providers.offline.words.normalise import human
from canvas_widget.agent.providers.offline.words.phrases import Phrase, quote

__all__ = ["create_container", "write"]

_SAYING = ("saying", "says", "reading", "reads", "stating", ":")


def create_container(phrase: Phrase, context: Context, part: Part, title: str | None) -> None:
    """An empty container, with the id, size and place that were given."""
    place = placement(phrase, context.things, context.size)
    name = _given_id(phrase)
    container_id = context.free_id(name or title or "container")
    if name and slug(name) != container_id:
        part.notes.append(f"The id {slug(name)} is taken, so it is {container_id}.")
    arguments: dict[str, Any] = {"container_id": container_id}
    if title or name:
        arguments["title"] = title or human(name or "").capitalize()
    if place.problem:
        part.asks.append(place.problem)
        return
    arguments |= {**place.relations, **place.box}
    if (
        place.top
        and not place.relations
        and (above := next(iter(sorted(context.things, key=reading_order)), None)) is not None
    ):
        arguments["above"] = above.id
    context.made(Call("create_container", arguments), _new(container_id, title or name or "", "empty", place.box), part)


def _new(container_id: str, title: str, kind: str, box: dict[str, int]) -> Thing:
    thing = Thing(container_id, title, kind)
    if len(box) == 4:
        thing.box = (box["x"], box["y"], box["width"], box["height"])
    return thing


def _given_id(phrase: Phrase) -> str | None:
    for index, token in enumerate(phrase.tokens):
        if token.lower in ("called", "named", "id", "name", "titled") and phrase.free(index):
            at = index + 1
            while phrase.word(at) in ("=", ":", "is", "the", "id"):
                at += 1
            if at < len(phrase) and phrase.free(at):
                end = at + 1
                while end < len(phrase) and phrase.tokens[end].glued and phrase.free(end):
                    end += 1
                phrase.take(index, end, "id")
                return phrase.tokens[at].text if phrase.tokens[at].kind == "quoted" else phrase.written(at, end)
    return None


def write(phrase: Phrase, context: Context, part: Part, title: str | None, place: Placement) -> None:
    """A text note: what is quoted, or what follows "saying" or a colon."""
    text = next(
        (phrase.tokens[k].text for k in range(len(phrase)) if phrase.tokens[k].kind == "quoted" and phrase.free(k)),
        None,
    )
    if text is None:
        for index in range(len(phrase)):
            if phrase.word(index) in _SAYING and phrase.free(index):
                end = next((k for k in range(index + 1, len(phrase)) if not phrase.free(k)), len(phrase))
                text = phrase.written(index + 1, end).strip(" ,") or None
                break
    if not text:
        part.asks.append(
            f"{quote(phrase.text)} does not say what to write. Say it like: add a note saying “Source: sales ledger”."
        )
        return
    if place.problem:
        part.asks.append(place.problem)
        return
    heading = title or " ".join(text.split())[:40]
    container_id = context.free_id(title or "note " + " ".join(text.split()[:5]))
    arguments = {
        "container_id": container_id,
        "markdown": text,
        **({"title": title} if title else {}),
        **place.arguments(),
    }
    context.made(Call("write_text", arguments), _new(container_id, heading, "text", place.box), part)
