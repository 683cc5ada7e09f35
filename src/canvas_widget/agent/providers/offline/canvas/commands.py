"""Commands on the canvas and its containers, as tool calls."""

from __future__ import annotations

from typing import Any

from canvas_widget.agent.providers.offline.canvas.context import Context
from canvas_widget.agent.providers.offline.canvas.model import Call, Part
from canvas_widget.agent.providers.offline.canvas.place import placement, size_and_position
from canvas_widget.agent.providers.offline.canvas.refs import Reference, Thing, reference
from canvas_widget.agent.providers.offline.words.normalise import tokens
from canvas_widget.agent.providers.offline.words.phrases import Phrase, quote
from canvas_widget.agent.providers.offline.words.vocabulary import table, words

__all__ = ["delete", "describe", "flag", "modify", "reading_order", "rename", "simple"]

_PLAIN = {
    "undo": "undo",
    "redo": "redo",
    "clear": "clear_canvas",
    "arrange": "arrange_canvas",
    "state": "get_canvas_state",
    "size": "get_canvas_size",
    "settings?": "get_canvas_settings",
    "datasets": "list_datasets",
}
_SCALES = {
    word: float(factor)
    for word, factor in table("""
1.3:: bigger, larger, wider, taller, higher, enlarge, widen, grow
0.75:: smaller, narrower, shorter, shrink
2:: double, twice
0.5:: half
""").items()
}
MOST_UNDONE = 20
_WIDE = words("wider narrower widen")
_HIGH = words("taller higher shorter")


def simple(name: str, phrase: Phrase, context: Context, part: Part) -> bool:
    """Commands without a container as their object; False when it is none of them."""
    if name in _PLAIN:
        part.calls.extend(Call(_PLAIN[name], {}) for _ in range(_times(phrase) if name in ("undo", "redo") else 1))
        if name == "clear":
            context.things.clear()
    elif name == "help":
        part.examples = True
    elif name in ("auto_adjust", "overlap_prevention"):
        part.calls.append(Call("edit_canvas_settings", {name: _switch(name, phrase)}))
    elif name == "screenshot":
        named = next((token.text for token in phrase.tokens if token.kind == "quoted"), None) or _file_name(phrase)
        part.calls.append(Call("take_screenshot", {"filename": named} if named else {}))
    elif name == "canvas_size":
        box = size_and_position(phrase)
        width, height = box.get("width", context.canvas.width), box.get("height", context.canvas.height)
        if "width" not in box and "height" not in box:
            part.asks.append(f"{quote(phrase.text)} gives no size. Say it like: make the canvas 1200 by 800.")
        else:
            part.calls.append(Call("edit_canvas_size", {"width": width, "height": height}))
    else:
        return False
    return True


def _times(phrase: Phrase) -> int:
    """“undo the last two”, “undo twice”."""
    said = {token.lower for token in phrase.tokens}
    numbers = [
        int(token.value) for token in phrase.tokens if token.value is not None and 1 <= token.value <= MOST_UNDONE
    ]
    return numbers[0] if numbers else 2 if said & {"twice", "both"} else 1


def _file_name(phrase: Phrase) -> str | None:
    text = phrase.text
    for word in text.split():
        if word.lower().endswith((".png", ".svg")):
            return word
    return None


def _switch(name: str, phrase: Phrase) -> bool:
    words = {token.lower for token in phrase.tokens}
    off = bool(words & {"off", "disable", "deactivate", "don't", "false"}) or (
        name == "auto_adjust" and "stop" in words
    )
    allow = name == "overlap_prevention" and "allow" in words
    negated = (
        name == "overlap_prevention"
        and bool(words & {"overlap", "overlaps", "overlapping"})
        and bool(words & {"no", "stop"})
    )
    return negated or not (off or allow)


def _targets(phrase: Phrase, start: int, context: Context, part: Part) -> tuple[list[Thing], int] | None:
    """The containers named from `start` on ("the table and the pie chart"); asks when a name fits none or several."""
    found: list[Thing] = []
    at = start
    while at < len(phrase):
        named = reference(phrase, at, context.things)
        if named is None:
            break
        if not _unique(named, context, part):
            return None
        found.extend(thing for thing in named.things if thing not in found)
        at = named.end
        if phrase.word(at) in ("and", ",", "&"):
            at += 1
            while phrase.word(at) in ("and", ","):
                at += 1
            continue
        break
    return (found, at) if at > start else None


def _unique(named: Reference, context: Context, part: Part) -> bool:
    if not named.things:
        part.asks.append(f"No container fits {quote(named.words)}. {context.names()}")
        return False
    if named.tie:
        names = " or ".join(thing.id for thing in named.things[:4])
        part.asks.append(f"{quote(named.words)} fits several containers: {names}. Say which one.")
        return False
    return True


def delete(phrase: Phrase, start: int, context: Context, part: Part) -> bool:
    """“delete the table and the pie chart”; False when the words name no container at all."""
    found = _targets(phrase, start, context, part)
    if found is None:
        return bool(part.asks)
    for thing in found[0]:
        part.calls.append(Call("delete_container", {"container_id": thing.id}))
        context.gone(thing)
    return True


def modify(phrase: Phrase, start: int, context: Context, part: Part, *, verb: str) -> bool:
    """Moves and resizes; False when the words are no such command ("put the number of cars on top")."""
    named = reference(phrase, start, context.things)
    if named is None:
        return False
    factor = next((_SCALES[token.lower] for token in phrase.tokens if token.lower in _SCALES), None)
    if verb in ("put", "make") and not named.things and (verb == "put" or factor is None):
        return False
    if verb == "make" and factor is None and not any(token.kind == "number" for token in phrase.tokens[named.end :]):
        return False
    if not _unique(named, context, part):
        return True
    phrase.take(0, named.end, "command")
    moving = named.things[0]
    place = placement(phrase, context.things, context.size, moving=moving)
    scaled = factor is not None and not place.box and moving.box is not None
    if place.problem:
        part.asks.append(place.problem)
        return True
    if not place and not scaled:
        part.asks.append(
            f"{quote(phrase.text)} does not say where to. "
            f"Say it like: move {moving.id} below another one, or to 10, 20. {context.names()}"
        )
        return True
    for thing in list(named.things):
        changes: dict[str, Any] = {**place.relations, **place.box}
        if place.top and not place.relations:
            above = next(
                (other for other in sorted(context.things, key=reading_order) if other not in named.things), None
            )
            changes |= {"above": above.id} if above is not None else {"x": 16, "y": 16}
        if scaled and factor is not None and thing.box is not None:
            changes |= _scaled(thing.box, factor, phrase)
        changes.pop("container_id", None)
        part.calls.append(Call("modify_container", {"container_id": thing.id, **changes}))
        if place.note:
            part.notes.append(place.note)
        if thing.box is not None:
            x, y, width, height = thing.box
            thing.box = (
                changes.get("x", x),
                changes.get("y", y),
                changes.get("width", width),
                changes.get("height", height),
            )
        context.touched(thing)
    return True


def reading_order(thing: Thing) -> tuple[int, int]:
    return (thing.box[1], thing.box[0]) if thing.box is not None else (0, 0)


def _scaled(box: tuple[int, int, int, int], factor: float, phrase: Phrase) -> dict[str, int]:
    words = {token.lower for token in phrase.tokens}
    found: dict[str, int] = {}
    if not words & _HIGH:
        found["width"] = max(40, round(box[2] * factor))
    if not words & _WIDE:
        found["height"] = max(30, round(box[3] * factor))
    return found


def flag(phrase: Phrase, start: int, context: Context, part: Part, change: dict[str, bool]) -> bool:
    """Locks, unlocks, hides or shows."""
    found = _targets(phrase, start, context, part)
    if found is None:
        return bool(part.asks)
    part.calls.extend(Call("modify_container", {"container_id": thing.id, **change}) for thing in found[0])
    return True


def rename(phrase: Phrase, start: int, context: Context, part: Part) -> bool:
    """“rename the table to Heavy cars”."""
    named = reference(phrase, start, context.things)
    if named is None and phrase.word(start) in ("to", "as", ":") and context.things:  # “change the title to …”
        named = Reference(start, (context.things[-1],))
    if named is None:
        return False
    if not _unique(named, context, part):
        return True
    at = named.end
    while phrase.word(at) in ("to", "as", "into", ":", "=", "is"):
        at += 1
    if at >= len(phrase):
        part.asks.append(
            f"{quote(phrase.text)} does not say the new title. "
            f"Say it like: rename {named.things[0].id} to “Heavy cars”."
        )
        return True
    title = phrase.tokens[at].text if phrase.tokens[at].kind == "quoted" else phrase.written(at, len(phrase))
    thing = named.things[0]
    part.calls.append(Call("modify_container", {"container_id": thing.id, "title": title.strip()}))
    thing.title = title.strip()
    thing.words = thing.words | frozenset(token.stem for token in tokens(title))
    return True


def describe(phrase: Phrase, start: int, context: Context, part: Part) -> bool:
    """Describes a dataset, or looks into a container."""
    for index in range(start, len(phrase)):
        source = next((s for s in context.linker.sources if s.named_at(phrase, index) is not None), None)
        if source is not None:
            part.calls.append(Call("describe_dataset", {"name": source.name}))
            return True
    at = start
    named = reference(phrase, at, context.things, bare=False)
    if named is not None and named.things:
        if _unique(named, context, part):
            part.calls.append(Call("check_container_content", {"container_id": named.things[0].id}))
        return True
    words = {token.stem for token in phrase.tokens}
    if words & {"column", "data", "dataset"} and len(context.linker.sources) == 1:
        part.calls.append(Call("describe_dataset", {"name": context.linker.sources[0].name}))
        return True
    if words & {"column", "data", "dataset"}:
        part.calls.append(Call("list_datasets", {}))
        return True
    return False
