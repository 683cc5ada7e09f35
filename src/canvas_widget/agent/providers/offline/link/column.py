"""A column as words, and words of a request read as a column or one of its cells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from canvas_widget.agent.providers.offline.words.vocabulary import words
from canvas_widget.agent.views import ColumnType

if TYPE_CHECKING:
    pass

__all__ = ["JOINERS", "SMALL_WORDS", "Column", "Link"]

SMALL_WORDS = words("a an the of in on at to for by and or is it as with i no so if do be")

JOINERS = words("of the in per")


@dataclass(frozen=True, slots=True)
class Column:
    """A column as words: `words` are the stems of its name, `core` those that tell more than a unit.

    `short` is the name without the words of the dataset's own name (`customer_id` of customers is "id"), `table` the
    dataset it comes from, where several are joined. `key`: a whole number named like another dataset, whose rows it
    tells. `also` are other ways to say the name (“last name” for surname).
    """

    name: str
    type: ColumnType
    words: tuple[str, ...]
    core: frozenset[str]
    initials: frozenset[str]
    table: str = ""
    short: tuple[str, ...] = ()
    also: tuple[tuple[str, ...], ...] = ()
    key: bool = False

    @property
    def numeric(self) -> bool:
        return self.type in ("integer", "number")

    @property
    def temporal(self) -> bool:
        return self.type in ("date", "datetime")


@dataclass(frozen=True, slots=True)
class Link:
    """Tokens `start:end` read as a column (`column`), or as a cell of it (`value` is set).

    `others` are the columns that fit as well; `how` is exact, short, part, synonym or typo.
    """

    start: int
    end: int
    column: Column
    score: float
    how: str = "exact"
    value: str | None = None
    others: tuple[Column, ...] = ()
