"""Links words to datasets, columns and values, with a score for each reading and the readings that tie."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from canvas_widget.agent.providers.offline.degrees import degree_links
from canvas_widget.agent.providers.offline.match import (
    JOINERS,
    SMALL_WORDS,
    Column,
    Link,
    cells_at,
    derived,
    match,
    nearest_table,
    plain,
    qualified,
    weight,
    with_ties,
)
from canvas_widget.agent.providers.offline.normalise import fold, name_words, tokens
from canvas_widget.agent.providers.offline.phrases import Phrase
from canvas_widget.agent.providers.offline.shorthand import headed, shortened
from canvas_widget.agent.providers.offline.similar import GRAMMAR, likeness
from canvas_widget.agent.providers.offline.synonyms import ABBREVIATIONS, SAID, UNIT_WORDS, alike
from canvas_widget.agent.providers.offline.vocabulary import words
from canvas_widget.agent.views import CatalogueView, ColumnType, DatasetView

if TYPE_CHECKING:
    from canvas_widget.agent.providers.offline.relations import Relations

__all__ = ["Column", "Link", "Linker", "Source"]

_JOINED = re.compile(r'(?:FROM|JOIN) "((?:[^"]|"")*)" AS t\d')
LEAST = 0.5
_DECORATION = words("tbl table df data dataset dim fact stg staging raw vw view")
"""Words at the ends of a dataset's name that only say that it is one."""
_ROWS = words("department customer product employee manager category organisation manufacturer account invoice")


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
    """One dataset with its words; or several joined, whose rows `sql` selects and whose `parts` come finest first."""

    view: DatasetView
    columns: tuple[Column, ...]
    words: tuple[str, ...]
    sql: str | None = None
    parts: tuple[Source, ...] = ()
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
            if len(said) == len(written) == 1 and said != written and shortened(written[0], said[0]):
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


def _keyed(sources: list[Source]) -> tuple[Source, ...]:
    """Marks the whole numbers that are named like another dataset: the `buyer` of a sale is one of the buyers."""
    for source in sources:
        others = [set(other.words) for other in sources if other is not source]
        source.columns = tuple(
            replace(column, key=True)
            if column.type == "integer" and any(set(column.words) <= words for words in others)
            else column
            for column in source.columns
        )
    return tuple(sources)


def _quoted(text: str, index: int, source: Source) -> Iterable[Link]:
    """Columns named in quotes: as they are written, or in other words, as without quotes."""
    said = name_words(text)
    exact = [c for c in source.columns if fold(c.name) == fold(text) or name_words(c.name) == said]
    yield from (Link(index, index + 1, column, 1.0) for column in exact)
    inside = Phrase([token for token in tokens(text) if token.kind == "word"], text)
    for column in source.columns if not exact and 0 < len(inside) <= 4 else ():
        link = match(inside, 0, column)
        if link is not None and link.end == len(inside) and link.score >= LEAST:
            yield replace(link, start=index, end=index + 1)


def _no_typo(link: Link, phrase: Phrase, source: Source) -> bool:
    """Whether a word was read as a mistyped column though the dataset, or another column, is called exactly so."""
    if link.how != "typo" or link.end != link.start + 1:
        return False
    said = phrase.tokens[link.start].stem
    return said in source.words or any(said in column.words for column in source.columns)


class Linker:
    """The datasets of a turn, ready to be linked to."""

    def __init__(self, catalogue: CatalogueView) -> None:
        self.catalogue = catalogue
        self.sources = _keyed([Source.of(view) for view in catalogue.datasets()])
        self._by_name = {source.name: source for source in self.sources}
        self._searches = 12
        self._relations: Relations | None = None

    @property
    def relations(self) -> Relations:
        """The foreign keys between the datasets."""
        if self._relations is None:
            from canvas_widget.agent.providers.offline.relations import Relations

            self._relations = Relations(self.sources)
        return self._relations

    def source(self, name: str | None) -> Source | None:
        """The dataset of that exact name."""
        return self._by_name.get(name or "")

    def knows(self, word: str) -> bool:
        """Whether a stem is part of a name or starts a frequent cell; with "=" in front, exactly so."""
        if word.startswith("="):
            return any(
                word[1:] in source.words or any(word[1:] in column.words for column in source.columns)
                for source in self.sources
            )
        return any(
            word in source.words
            or any(likeness(word, name) for column in source.columns for name in column.words)
            or word in source.values()
            for source in self.sources
        )

    def source_of(self, dataset: str | None, sql: str | None) -> Source | None:
        """The dataset of a container, or the datasets that its query joins."""
        names = [name.replace('""', '"') for name in _JOINED.findall(sql or "")]
        if len(names) > 1 and all(name in self._by_name for name in names):
            from canvas_widget.agent.providers.offline.joined import join_of

            path = self.relations.path(names)
            return join_of(path, self) if path else None
        return self.source(dataset)

    def links(self, phrase: Phrase, source: Source) -> list[Link]:
        """Columns and cells of `source` in the free words, never overlapping, left to right."""
        found = [*self._columns(phrase, source), *self._cells(phrase, source), *degree_links(phrase, source.columns)]
        found = [link for link in found if not _no_typo(link, phrase, source)]
        found.sort(key=lambda link: (-weight(link, phrase), link.start))
        used: set[int] = set()
        chosen: list[Link] = []
        for link in found:
            span = range(link.start, link.end)
            if used.isdisjoint(span):
                used.update(span)
                chosen.append(nearest_table(with_ties(link, found), phrase, source))
        named = {link.column for link in chosen if link.how != "degree"}
        chosen = [link for link in chosen if link.how != "degree" or link.column not in named]
        return sorted(chosen, key=lambda link: link.start)

    def _columns(self, phrase: Phrase, source: Source) -> Iterable[Link]:
        for index, token in enumerate(phrase.tokens):
            if not phrase.free(index):
                continue
            if token.kind == "quoted":
                yield from _quoted(token.text, index, source)
            elif token.kind == "word" or token.stem.isalnum():
                for column in source.columns:
                    link = match(phrase, index, column)
                    if link is not None and link.score >= LEAST:
                        yield link
                        yield from qualified(link, phrase, source)

    def _cells(self, phrase: Phrase, source: Source) -> Iterable[Link]:
        values = source.values()
        for index, token in enumerate(phrase.tokens):
            if not phrase.free(index) or token.kind in ("symbol", "date"):
                continue
            if token.kind == "quoted":
                words = name_words(token.text)
                for key, column, value in values.get(words[0] if words else "", ()):
                    if key == words:
                        yield Link(index, index + 1, column, 1.0, value=value)
                continue
            for key, column, value in cells_at(values, token):
                end = index + len(key)
                said = [token.stem for token in phrase.tokens[index:end]]
                exact = said == list(key) and all(phrase.free(k) for k in range(index, end))
                if (exact and plain(phrase, index, end, value)) or (len(key) == 1 and derived(token.stem, key[0])):
                    yield Link(index, end, column, 0.93 if exact else 0.7, "exact" if exact else "part", value)

    def search(self, text: str) -> list[tuple[Source, Column, str]]:
        """Cells equal to `text` anywhere, by the engine; a few searches per prompt, then none."""
        if self._searches <= 0 or not text.strip() or len(text) > 200:
            return []
        self._searches -= 1
        found = []
        for hit in self.catalogue.find_values(text):
            source = self.source(hit.dataset)
            column = source.column(hit.column) if source else None
            if source is not None and column is not None:
                found.append((source, column, hit.value))
        return found
