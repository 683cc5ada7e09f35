"""What differs between two saved canvases: containers that came, went, moved or show something else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from canvas_widget.saved.canvases import SavedBox, SavedCanvas

__all__ = ["Change", "Difference", "Kind", "compare"]

Kind = Literal["added", "removed", "moved", "changed"]

MOST_LINES = 12
LONGEST = 160


@dataclass(frozen=True)
class Change:
    """One container that differs. One that is both moved and changed is "changed"; `details` says it all, in words."""

    kind: Kind
    title: str
    before: SavedBox | None
    after: SavedBox | None
    details: tuple[str, ...] = ()


@dataclass(frozen=True)
class Difference:
    """One canvas before and after; None where it is in one file only."""

    name: str
    before: SavedCanvas | None
    after: SavedCanvas | None
    changes: tuple[Change, ...]
    notes: tuple[str, ...] = ()

    @property
    def same(self) -> bool:
        """Whether nothing differs."""
        return not self.changes and not self.notes


def compare(before: Mapping[str, SavedCanvas], after: Mapping[str, SavedCanvas]) -> list[Difference]:
    """Each canvas of either file with what differs, in the order of the second; two single ones are taken as one."""
    if len(before) == len(after) == 1 and set(before) != set(after):
        (old,), (new,) = before.values(), after.values()
        return [_difference(old, new)]
    names = [*after, *(name for name in before if name not in after)]
    return [_difference(before.get(name), after.get(name)) for name in names]


def _difference(old: SavedCanvas | None, new: SavedCanvas | None) -> Difference:
    whole = new or old
    if whole is None:
        raise ValueError("One of the two canvases must be there.")
    notes: list[str] = []
    if old is None:
        notes.append("This canvas is new.")
    elif new is None:
        notes.append("This canvas is gone.")
    else:
        if old.name != new.name:
            notes.append(f"Renamed from {old.name}.")
        if (old.width, old.height) != (new.width, new.height):
            notes.append(f"Resized from {old.width} × {old.height} to {new.width} × {new.height} px.")
    changes = _changes(old.boxes if old else (), new.boxes if new else ())
    alike = old is not None and new is not None and old.content and new.content and old.content != new.content
    if alike and not changes and not notes:
        notes.append("Something differs that is not in the text: the look of a chart, or rows after the twentieth.")
    return Difference(whole.name, old, new, tuple(changes), tuple(notes))


def _changes(old: Iterable[SavedBox], new: Iterable[SavedBox]) -> list[Change]:
    rest = list(old)
    found: list[Change] = []
    pairs: list[tuple[SavedBox | None, SavedBox]] = []
    for box in new:
        match = next((each for each in rest if each.id == box.id), None)
        match = match or next((each for each in rest if (each.title, each.kind) == (box.title, box.kind)), None)
        if match is not None:
            rest.remove(match)
        pairs.append((match, box))
    for number, (match, box) in enumerate(pairs):  # what is left: the same kind in the same place under another name
        there = next((each for each in rest if (each.box, each.kind) == (box.box, box.kind)), None)
        if match is None and there is not None:
            rest.remove(there)
            pairs[number] = (there, box)
    for match, box in pairs:
        if match is None:
            found.append(Change("added", box.title, None, box, (f"{_what(box)} at {_place(box)}",)))
        elif (change := _change(match, box)) is not None:
            found.append(change)
    found += [Change("removed", box.title, box, None, (f"{_what(box)} at {_place(box)}",)) for box in rest]
    return found


def _change(old: SavedBox, new: SavedBox) -> Change | None:
    details: list[str] = []
    if old.title != new.title:
        details.append(f"title: {old.title} → {new.title}")
    if old.kind != new.kind:
        details.append(f"type: {old.kind} → {new.kind}")
    details += _lines(old.lines, new.lines)
    comparable = old.content and new.content and len(old.content) == len(new.content)
    if comparable and old.content != new.content and not details:
        details.append("its look, its query or rows after the twentieth differ")
    kind: Kind = "changed" if details else "moved"
    if old.box[:2] != new.box[:2]:
        details.append(f"place: {old.box[0]}, {old.box[1]} → {new.box[0]}, {new.box[1]}")
    if old.box[2:] != new.box[2:]:
        details.append(f"size: {old.box[2]} × {old.box[3]} → {new.box[2]} × {new.box[3]} px")
    return Change(kind, new.title, old, new, tuple(details)) if details else None


def _lines(old: tuple[str, ...], new: tuple[str, ...]) -> list[str]:
    """The lines that differ, values beside each other where a line has its counterpart."""
    found: list[str] = []
    for tag, start, end, first, last in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        gone, come = list(old[start:end]), list(new[first:last])
        if tag == "equal":
            continue
        pairs = min(len(gone), len(come))
        found += [_pair(one, two) for one, two in zip(gone[:pairs], come[:pairs], strict=True)]
        found += [f"gone: {_cut(line)}" for line in gone[pairs:]] + [f"new: {_cut(line)}" for line in come[pairs:]]
    if len(found) > MOST_LINES:
        found = [*found[:MOST_LINES], f"and {len(found) - MOST_LINES} more lines"]
    return found


def _pair(old: str, new: str) -> str:
    """Two versions of a line; of a row the cells that differ, after its first one."""
    one, two = old.split(" | "), new.split(" | ")
    if len(one) == len(two) > 1 and one[0] == two[0]:
        cells = [f"{a} → {b}" for a, b in zip(one, two, strict=True) if a != b]
        return _cut(f"{one[0]}: {', '.join(cells)}")
    return f"{_cut(old)} → {_cut(new)}"


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _what(box: SavedBox) -> str:
    return box.kind[:1].upper() + box.kind[1:]


def _place(box: SavedBox) -> str:
    x, y, width, height = box.box
    return f"{x}, {y}, {width} × {height} px"
