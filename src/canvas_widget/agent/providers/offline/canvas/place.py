"""Where something goes: on top, next to it, below the table, at 10, 20, 400 by 300, on the left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from canvas_widget.agent.providers.offline.canvas.refs import Reference, Thing, reference
from canvas_widget.agent.providers.offline.words.phrases import Hit, Phrase, PhraseTable, quote
from canvas_widget.agent.providers.offline.words.vocabulary import table

__all__ = ["Placement", "placement", "size_and_position"]

MARGIN = 16

_RELATIONS: PhraseTable[str] = PhraseTable(
    table("""
right_of:: next to, beside, alongside, adjacent to, side by side with, next, to the right of, right of, on the
    right of, on the right side of, to the right side of, right next to
left_of:: to the left of, left of, on the left of, on the left side of
above:: above, on top of, over, right above, just above
below:: below, under, underneath, beneath, right below, just below, right under
""")
)
_LEADS = ("on the", "at the", "to the", "in the")
_REGIONS: PhraseTable[str] = PhraseTable(
    table("""
top:: on top, at the top, on the top, at top, to the top, at the very top, across the top, top of the canvas, at
    the top of the canvas, on top of everything, above everything, above all, to the top of the canvas
bottom:: at the bottom, on the bottom, at bottom, to the bottom, below everything, at the bottom of the canvas,
    below all, to the bottom of the canvas
middle:: in the middle, in the centre, in the center, at the centre, at the center, to the middle, to the
    centre, in the middle of the canvas, in the centre of the canvas, in the center of the canvas
""")
    | {
        f"{lead} {side}{tail}": side
        for lead in _LEADS
        for side in ("left", "right")
        for tail in ("", " side", " half", " side of the canvas", " half of the canvas")
    }
    | {
        f"{lead} {said} {side}{tail}": f"{meant} {side}"
        for lead in _LEADS
        for said, meant in (("top", "top"), ("upper", "top"), ("bottom", "bottom"), ("lower", "bottom"))
        for side in ("left", "right")
        for tail in ("", " corner", " corner of the canvas")
    }
)


@dataclass(slots=True)
class Placement:
    """Relations to ids, `top` ("on top" of all), a box in px; `problem` says what could not be placed, and why."""

    relations: dict[str, str] = field(default_factory=dict)
    top: bool = False
    box: dict[str, int] = field(default_factory=dict)
    problem: str | None = None
    note: str | None = None

    def __bool__(self) -> bool:
        return bool(self.relations or self.top or self.box)

    def arguments(self) -> dict[str, Any]:
        """As the creating tools take them."""
        found: dict[str, Any] = dict(self.relations)
        if self.top:
            found["top"] = True
        if self.box:
            found["box"] = dict(self.box)
        return found


def placement(
    phrase: Phrase, things: Sequence[Thing], canvas: tuple[int, int], *, moving: Thing | None = None
) -> Placement:
    """Reads and takes all words of place in the phrase; `moving` is the container that is being placed."""
    found = Placement()
    others = [thing for thing in things if moving is None or thing.id != moving.id]
    found.box = size_and_position(phrase)
    for hit in list(_REGIONS.scan(phrase)):
        if _region(phrase, hit, found, others, canvas):
            phrase.take(hit.start, hit.end, "place")
    for hit in list(_RELATIONS.scan(phrase)):
        _relate(phrase, hit, found, others)
    return found


def _relate(phrase: Phrase, hit: Hit[str], found: Placement, things: Sequence[Thing]) -> None:
    if hit.end < len(phrase) and phrase.tokens[hit.end].value is not None:
        return
    word = phrase.word(hit.start)
    target = reference(phrase, hit.end, things, bare=word not in ("over", "next") and hit.value != "")
    if target is not None and target.end > hit.end:
        if word in ("over", "under", "above", "below") and not target.things:
            return
        phrase.take(hit.start, target.end, "place")
        _point(found, hit.value, target, things)
        return
    if word in ("over", "under", "next") or not _alone(phrase, hit):
        return
    phrase.take(hit.start, hit.end, "place")
    if things:
        found.relations[hit.value] = _edge(things, hit.value).id


def _alone(phrase: Phrase, hit: Hit[str]) -> bool:
    """No object follows: the end, a comma, "put", or the new thing itself ("below a table of …")."""
    after = phrase.word(hit.end)
    return after in (
        "",
        ",",
        ":",
        ")",
        "a",
        "an",
        "put",
        "show",
        "add",
        "as",
        "and",
        "place",
        "with",
        "draw",
    ) or not phrase.free(hit.end)


def _edge(things: Sequence[Thing], relation: str) -> Thing:
    """What "below" and "above" mean without an object: the leftmost of the row made last; beside: the last one made."""
    mine = [thing for thing in things if thing.mine]
    if not mine:
        return _lowest(things) if relation == "below" else things[-1]
    if relation in ("right_of", "left_of"):
        return mine[-1]
    last = [thing for thing in mine if not thing.top][-1:] or mine[-1:]
    by_id = {thing.id: thing for thing in mine}
    found, seen = last[0], set[str]()
    while found.right_of in by_id and found.id not in seen:
        seen.add(found.id)
        found = by_id[found.right_of or ""]
    return found


def _point(found: Placement, relation: str, target: Reference, things: Sequence[Thing]) -> None:
    if not target.things:
        names = ", ".join(thing.id for thing in things[:5])
        found.problem = f"No container fits “{target.words}”." + (
            f" On the canvas: {names}." if names else " The canvas is empty."
        )
        return
    if target.tie:
        names = " or ".join(thing.id for thing in target.things[:4])
        found.problem = f"“{target.words}” fits several containers: {names}. Say which one."
        return
    many = target.things
    chosen = many[-1] if relation in ("right_of", "below") else many[0]
    found.relations[relation] = chosen.id


def _region(phrase: Phrase, hit: Hit[str], found: Placement, things: Sequence[Thing], canvas: tuple[int, int]) -> bool:
    if phrase.word(hit.end) == "of" and phrase.word(hit.end + 1) not in ("", "page", "canvas"):
        return False
    side = hit.value
    if hit.start + 1 < len(phrase) and side == "top" and phrase.tokens[min(hit.end, len(phrase) - 1)].value is not None:
        return False
    if side == "top":
        found.top = True
        return True
    if side == "bottom":
        if things:
            found.relations["below"] = _lowest(things).id
        return True
    width, height = canvas
    half, full = max(1, (width - 3 * MARGIN) // 2), max(1, height - 2 * MARGIN)
    low = max(1, (height - 3 * MARGIN) // 2)
    box = {"x": MARGIN, "y": MARGIN, "width": half, "height": low if (" " in side or things) else full}
    if side.endswith("right"):
        box["x"] = width - MARGIN - half
    if side.startswith("bottom"):
        box["y"] = height - MARGIN - low
    if side == "middle":
        box = {"x": (width - half) // 2, "y": (height - low) // 2, "width": half, "height": low}
    for corner, size, most in (("x", "width", width), ("y", "height", height)):  # also where no margin has room
        box[size] = min(box[size], most)
        box[corner] = max(0, min(box[corner], most - box[size]))
    found.box = {**box, **found.box}
    x, y, width, height = (found.box[name] for name in ("x", "y", "width", "height"))
    found.note = f"{quote(phrase.written(hit.start, hit.end))} became the box {x}, {y}, {width} × {height} px."
    return True


def _lowest(things: Sequence[Thing]) -> Thing:
    if any(thing.mine for thing in things):
        return _edge(things, "below")
    return max(things, key=lambda thing: (thing.box[1] + thing.box[3], -thing.box[0]) if thing.box else (0, 0))


_NAMES = table("""
width:: width, wide, w
height:: height, high, tall, h
x:: x
y:: y
""")


def size_and_position(phrase: Phrase) -> dict[str, int]:
    """Reads and takes "at 10, 20", "400 by 300", "width 400", "300 px high"."""
    box: dict[str, int] = {}
    index = 0
    while index < len(phrase):
        if phrase.free(index):
            end = _size(phrase, index, box) or _position(phrase, index, box) or _named(phrase, index, box)
            if end:
                phrase.take(index, end, "place")
                index = end
                continue
        index += 1
    return box


def _px(phrase: Phrase, index: int) -> int | None:
    """The whole number at `index`, in px."""
    if not 0 <= index < len(phrase) or not phrase.free(index) or phrase.tokens[index].kind != "number":
        return None
    value = phrase.tokens[index].value
    return int(value) if value is not None and abs(value) < 10**9 else None


def _after_px(phrase: Phrase, index: int) -> int:
    return index + 1 if phrase.word(index) in ("px", "pixel", "pixels", "points", "wide", "tall", "high") else index


def _size(phrase: Phrase, index: int, box: dict[str, int]) -> int | None:
    width = _px(phrase, index)
    if width is None:
        return None
    at = _after_px(phrase, index + 1)
    if phrase.word(at) not in ("x", "by", "×", "*"):
        return None
    height = _px(phrase, at + 1)
    if height is None:
        return None
    box["width"], box["height"] = width, height
    return _after_px(phrase, at + 2)


def _position(phrase: Phrase, index: int, box: dict[str, int]) -> int | None:
    if phrase.word(index) not in ("at", "to", "position", "(", "coordinates", "location"):
        return None
    at = index + 1
    while phrase.word(at) in ("position", "(", "the", "coordinates", "point", "pixel", "location"):
        at += 1
    x = _px(phrase, at)
    if x is None:
        return None
    at = _after_px(phrase, at + 1)
    if phrase.word(at) in (",", "/", ";"):
        at += 1
    elif phrase.word(index) == "to":
        return None
    y = _px(phrase, at)
    if y is None:
        return None
    box["x"], box["y"] = x, y
    at = _after_px(phrase, at + 1)
    return at + 1 if phrase.word(at) == ")" else at


def _named(phrase: Phrase, index: int, box: dict[str, int]) -> int | None:
    """“width 400”, "x=10", "400 px wide"."""
    name = _NAMES.get(phrase.word(index))
    if name is not None and phrase.word(index) not in ("wide", "high", "tall"):
        at = index + 1
        while phrase.word(at) in ("=", ":", "of", "to", "is"):
            at += 1
        value = _px(phrase, at)
        if value is not None:
            box[name] = value
            return _after_px(phrase, at + 1)
    value = _px(phrase, index)
    if value is not None:
        at = index + 1
        at = at + 1 if phrase.word(at) in ("px", "pixel", "pixels") else at
        if phrase.word(at) in ("wide", "high", "tall"):
            box[_NAMES[phrase.word(at)]] = value
            return at + 1
    return None
