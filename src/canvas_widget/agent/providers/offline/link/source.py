"""A dataset as words: its name, its columns, its frequent cells; or several joined."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from canvas_widget.agent.providers.offline.link.column import JOINERS, SMALL_WORDS, Column
from canvas_widget.agent.providers.offline.words.normalise import fold, name_words
from canvas_widget.agent.providers.offline.words.phrases import Phrase
from canvas_widget.agent.providers.offline.words.shorthand import headed, shortened
from canvas_widget.agent.providers.offline.words.similar import GRAMMAR
from canvas_widget.agent.providers.offline.words.synonyms import ABBREVIATIONS, SAID, UNIT_WORDS, alike
from canvas_widget.agent.providers.offline.words.vocabulary import words
from canvas_widget.agent.views import ColumnType, DatasetView

if TYPE_CHECKING:
    pass

__all__ = ["Source"]

_DECORATION = words("tbl table df data dataset dim fact stg staging raw vw view")
"""Words at the ends of a dataset's name that only say that it is one."""

_ROWS = words("department customer product employee manager category organisation manufacturer account invoice")


@lru_cache(maxsize=4096)
def _column(name: str, kind: ColumnType, table: tuple[str, ...] = ()) -> Column:
    words = name_words(name) or (fold(name) or "?",)
    behind = headed(words[0], table) if len(words) == 1 else None
    if behind is not None:
        words = (table[-1], behind)
    core = [word for word in words if word not in SMALL_WORDS and word not in JOINERS]
    while len(core) > 1 and core[-1] in UNIT_WORDS:
        core.pop()
    letters = [word[0] for word in words]
    short = {"".join(letters), "".join(word[0] for word in words if word not in SMALL_WORDS)}
    own = tuple(word for word in words if word not in table)
    alias = own if 0 < len(own) < len(words) else ()
    initials = frozenset(each for each in short if len(each) >= 2)
    also = SAID.get(words[-1], ()) if len(words) == 1 else ()
    if {"from", "to"} & set(words) and {"date", "day", "time"} & set(words):
        ends = ("start", "starting", "begin", "beginning") if "from" in words else ("end", "ending", "finish")
        also = (*also, *((end, unit) for end in ends for unit in ("date", "day", "time")))
    return Column(name, kind, words, frozenset(core or words), initials, short=alias, also=also)


def _in_full(word: str) -> str:
    """“employee” for emp; words that are short for no noun of rows stay as they are (“hr”, “no”)."""
    full = ABBREVIATIONS.get(word, word)
    return full if full in _ROWS else word


def _table_words(written: tuple[str, ...]) -> tuple[str, ...]:
    """What a dataset's name says: `tbl_emp` is about employees, `dim_customer` about customers."""
    said = tuple(_in_full(word) for word in written)
    while len(said) > 1 and said[0] in _DECORATION:
        said = said[1:]
    while len(said) > 1 and said[-1] in _DECORATION:
        said = said[:-1]
    return said


@dataclass(slots=True)
class Source:
    """One dataset with its words; or several joined, whose rows `sql` selects and whose `parts` come finest first.

    `roles` are the words that tell which of several keys joins them: “home” of home_team_id.
    """

    view: DatasetView
    columns: tuple[Column, ...]
    words: tuple[str, ...]
    sql: str | None = None
    parts: tuple[Source, ...] = ()
    roles: frozenset[str] = frozenset()
    _values: dict[str, list[tuple[tuple[str, ...], Column, str]]] | None = field(default=None)

    @classmethod
    def of(cls, view: DatasetView) -> Source:
        written = name_words(view.name)
        words = _table_words(written)
        own = (*written, *words)
        return cls(view, tuple(_column(name, kind, own) for name, kind in view.types.items()), words)

    @property
    def name(self) -> str:
        return self.view.name

    def column(self, name: str | None) -> Column | None:
        """The column of that exact name."""
        return next((column for column in self.columns if column.name == name), None)

    def values(self) -> dict[str, list[tuple[tuple[str, ...], Column, str]]]:
        """The frequent cells of the text columns, by their first stem."""
        if self._values is None:
            index: dict[str, list[tuple[tuple[str, ...], Column, str]]] = {}
            for view, column in zip(self.view.columns, self.columns, strict=False):
                for value in view.values if column.type == "string" else ():
                    words = name_words(value) if isinstance(value, str) and len(value) <= 200 else ()
                    if words:
                        index.setdefault(words[0], []).append((words, column, str(value)))
            self._values = index
        return self._values

    def named_at(self, phrase: Phrase, index: int) -> int | None:
        """The end of this dataset's name when it stands at `index` (singular or plural)."""
        for part in self.parts or (self,):
            said = [_in_full(t.stem) for t in phrase.tokens[index : index + len(part.words)]]
            written = list(part.words)
            if len(said) == len(written) == 1 and said != written and shortened(written[0], said[0], letters=2):
                said = written  # “orders” where the dataset is called ordr
            if said == written and all(phrase.free(index + k) for k in range(len(said))):
                return index + len(said)
        return None

    def part_at(self, phrase: Phrase, index: int) -> Source | None:
        """The part whose name, or a word of whose name alone, stands at `index`."""
        stem = phrase.tokens[index].stem
        for part in self.parts:
            if [token.stem for token in phrase.tokens[index : index + len(part.words)]] == list(part.words):
                return part
        fits = [part for part in self.parts if stem in part.words and stem not in GRAMMAR]
        fits = fits or [part for part in self.parts if not alike(stem).isdisjoint(part.words)]
        return fits[0] if len(fits) == 1 else None
