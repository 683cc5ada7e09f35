"""The reading order: a persistent sequence of ids, sorted by number, where no step costs the length of the whole."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator

from immutables import Map

__all__ = ["ReadingOrder"]

BLOCK = 256
"""Ids in a block; a fuller one is split in two."""

Entry = tuple[float, str]
Block = tuple[Entry, ...]


class ReadingOrder:
    """An immutable sorted sequence of ids in blocks: a step copies one block and the list of blocks."""

    __slots__ = ("_blocks", "_numbers")

    def __init__(self, blocks: tuple[Block, ...] = (), numbers: Map[str, float] | None = None) -> None:
        self._blocks = blocks
        self._numbers: Map[str, float] = Map() if numbers is None else numbers

    def __len__(self) -> int:
        return len(self._numbers)

    def __iter__(self) -> Iterator[str]:
        return (name for block in self._blocks for _, name in block)

    def __reversed__(self) -> Iterator[str]:
        return (name for block in reversed(self._blocks) for _, name in reversed(block))

    def __contains__(self, name: object) -> bool:
        return name in self._numbers

    def number(self, name: str) -> float:
        """The number that `name` is sorted by."""
        return self._numbers[name]

    @property
    def last(self) -> str | None:
        """The last id, or None."""
        return self._blocks[-1][-1][1] if self._blocks else None

    @property
    def end(self) -> float:
        """A number that sorts behind all."""
        return self._blocks[-1][-1][0] + 1.0 if self._blocks else 1.0

    def index(self, name: str) -> int:
        """The place of `name`, from 0."""
        entry = (self._numbers[name], name)
        at = self._block(entry)
        return sum(len(block) for block in self._blocks[:at]) + bisect_left(self._blocks[at], entry)

    def at(self, index: int) -> str:
        """The id at a place, from 0."""
        for block in self._blocks:
            if index < len(block):
                return block[index][1]
            index -= len(block)
        raise IndexError(index)

    def rank(self, number: float) -> int:
        """How many ids sort before a number."""
        at = max(0, bisect_left(self._blocks, (number, ""), key=lambda block: block[0]) - 1)
        before = sum(len(block) for block in self._blocks[:at])
        return before + (bisect_left(self._blocks[at], (number, "")) if self._blocks else 0)

    def put(self, name: str, number: float) -> ReadingOrder:
        """The order with `name` at `number`, be it new or elsewhere before."""
        if self._numbers.get(name) == number:
            return self
        if name in self._numbers:
            return self.drop(name).put(name, number)
        entry, numbers = (number, name), self._numbers.set(name, number)
        if not self._blocks:
            return ReadingOrder(((entry,),), numbers)
        at = self._block(entry)
        block = self._blocks[at]
        spot = bisect_left(block, entry)
        block = (*block[:spot], entry, *block[spot:])
        half = len(block) // 2
        parts = (block,) if len(block) <= BLOCK else (block[:half], block[half:])
        return ReadingOrder((*self._blocks[:at], *parts, *self._blocks[at + 1 :]), numbers)

    def drop(self, name: str) -> ReadingOrder:
        """The order without `name`."""
        entry = (self._numbers[name], name)
        at = self._block(entry)
        block = tuple(other for other in self._blocks[at] if other != entry)
        parts = (block,) if block else ()
        return ReadingOrder((*self._blocks[:at], *parts, *self._blocks[at + 1 :]), self._numbers.delete(name))

    def between(self, index: int, name: str) -> float | None:
        """A number that puts `name` at `index` among the others; None when two neighbours leave no room for one."""
        others = self.drop(name) if name in self._numbers else self
        index = max(0, min(index, len(others)))
        if index == len(others):
            return others.end
        high = others.number(others.at(index))
        if index == 0:
            return high - 1.0
        low = others.number(others.at(index - 1))
        middle = (low + high) / 2
        return middle if low < middle < high else None

    @staticmethod
    def numbered(names: list[str]) -> ReadingOrder:
        """An order of these ids with whole numbers again."""
        entries = [(float(number), name) for number, name in enumerate(names, 1)]
        blocks = tuple(tuple(entries[start : start + BLOCK // 2]) for start in range(0, len(entries), BLOCK // 2))
        return ReadingOrder(blocks, Map({name: number for number, name in entries}))

    def _block(self, entry: Entry) -> int:
        return max(0, bisect_right(self._blocks, entry, key=lambda block: block[0]) - 1)
