"""Links words to datasets, columns and values, with a score for each reading and the readings that tie."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from canvas_widget.agent.providers.offline.link.column import Column, Link
from canvas_widget.agent.providers.offline.link.degrees import degree_links
from canvas_widget.agent.providers.offline.link.match import (
    cells_at,
    derived,
    match,
    nearest_table,
    plain,
    qualified,
    weight,
    with_ties,
)
from canvas_widget.agent.providers.offline.link.relations import Relations
from canvas_widget.agent.providers.offline.link.source import Source
from canvas_widget.agent.providers.offline.words.normalise import fold, name_words, tokens
from canvas_widget.agent.providers.offline.words.phrases import Phrase
from canvas_widget.agent.providers.offline.words.similar import closest
from canvas_widget.agent.providers.offline.words.vocabulary import words
from canvas_widget.agent.views import CatalogueView

__all__ = ["Linker"]


LEAST = 0.5


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


def _role(link: Link, phrase: Phrase, source: Source) -> bool:
    """“origin port”: the word tells which key is meant, and is no other word for a country."""
    single = link.end == link.start + 1 and link.value is None and link.how in ("synonym", "typo")
    return single and phrase.tokens[link.start].stem in source.roles


_CELLS = {
    "gender": words("m f male female man woman men women boy girl other unknown x diverse"),
    "weekday": words("monday tuesday wednesday thursday friday saturday sunday mon tue wed thu fri sat sun tues thur"),
}
_TOLD_BY = {"gender": "gender", "sex": "gender", "weekday": "weekday"}


def _by_cells(phrase: Phrase, source: Source) -> Iterable[Link]:
    """“gender” of a column that holds M and F, whatever it is called."""
    for index, token in enumerate(phrase.tokens):
        cells = _CELLS.get(_TOLD_BY.get(token.stem, ""))
        if cells is None or not phrase.free(index):
            continue
        views = zip(source.columns, source.view.columns, strict=False)
        held = [(column, {str(value).casefold() for value in view.values}) for column, view in views]
        fits = [c for c, values in held if c.type == "string" and len(values) > 1 and values <= cells]
        if len(fits) == 1:
            yield Link(index, index + 1, fits[0], 0.9, "synonym")


class Linker:
    """The datasets of a turn, ready to be linked to."""

    def __init__(self, catalogue: CatalogueView) -> None:
        self.catalogue = catalogue
        self.sources = _keyed([Source.of(view) for view in catalogue.datasets()])
        self._by_name = {source.name: source for source in self.sources}
        self._searches = 12
        self._relations: Relations | None = None
        named = [word for source in self.sources for column in source.columns for word in column.words]
        self._named = tuple(dict.fromkeys(named))
        self._written = frozenset(named).union(*(source.words for source in self.sources))

    @property
    def relations(self) -> Relations:
        """The foreign keys between the datasets."""
        if self._relations is None:
            self._relations = Relations(self.sources)
        return self._relations

    def source(self, name: str | None) -> Source | None:
        """The dataset of that exact name."""
        return self._by_name.get(name or "")

    def knows(self, word: str) -> bool:
        """Whether a stem is part of a name or starts a frequent cell; with "=" in front, exactly so."""
        if word.startswith("="):
            return word[1:] in self._written
        if word in self._written or (self._named and closest(word, self._named)[0] > 0):
            return True
        return any(word in source.values() for source in self.sources)

    def links(self, phrase: Phrase, source: Source) -> list[Link]:
        """Columns and cells of `source` in the free words, never overlapping, left to right."""
        found = [*self._columns(phrase, source), *self._cells(phrase, source), *degree_links(phrase, source.columns)]
        found += _by_cells(phrase, source)
        found = [link for link in found if not _no_typo(link, phrase, source) and not _role(link, phrase, source)]
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
                named = exact and tuple(t.stem for t in phrase.tokens[end : end + len(column.words)]) == column.words
                if (exact and (named or plain(phrase, index, end, value))) or (
                    len(key) == 1 and derived(phrase, index, key[0])
                ):
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
