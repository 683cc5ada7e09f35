"""Several datasets as one: which ones a request needs, and the query that joins them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from typing import Any

from canvas_widget.agent.providers.offline.link.column import JOINERS, Column, Link
from canvas_widget.agent.providers.offline.link.linker import Linker
from canvas_widget.agent.providers.offline.link.match import weight
from canvas_widget.agent.providers.offline.link.relations import Key
from canvas_widget.agent.providers.offline.link.source import Source
from canvas_widget.agent.providers.offline.query.query import Query
from canvas_widget.agent.providers.offline.words.directions import directions
from canvas_widget.agent.providers.offline.words.normalise import name_words
from canvas_widget.agent.providers.offline.words.phrases import Phrase
from canvas_widget.agent.providers.offline.words.roots import related
from canvas_widget.agent.providers.offline.words.similar import GRAMMAR
from canvas_widget.agent.providers.offline.words.synonyms import alike
from canvas_widget.agent.providers.offline.words.verbs import RELATING
from canvas_widget.agent.views import ColumnView, DatasetView

__all__ = ["best_join", "gains", "join_of", "label_of", "query_over", "source_behind", "widened"]

_JOINED = re.compile(r'(?:FROM|JOIN) "((?:[^"]|"")*)" AS t\d')
LOOKED_AT = 6
QUALIFIED = 0.35
"""What “club name” explains more than “club” and “name” apart."""
COUNTED = 1.7
"""What the dataset explains whose rows are counted: “number of flights” needs the flights."""
LIKE = 0.3
DEGREE = 0.7
"""What “spent” explains of a dataset with costs, beside a cell or a column that is named."""
STEP = 0.5
"""What a further dataset has to explain more of the request, in words read in full."""


def gains(phrase: Phrase, links: Sequence[Link], source: Source) -> list[float]:
    """How well a dataset explains each word of a request: by its columns and cells, or by its name."""
    found = [0.0] * len(phrase)
    for link in links:
        together = weight(link, phrase) * (DEGREE if link.how == "degree" else 1)
        for index in range(link.start, link.end):
            if phrase.word(index) in JOINERS:
                continue
            found[index] = max(found[index], together + QUALIFIED * (link.how == "qualified"))
    for index, token in enumerate(phrase.tokens):
        if not phrase.free(index):
            continue
        end = source.named_at(phrase, index)
        for at in range(index, end or index):
            found[at] = max(found[at], COUNTED if _counted(phrase, index) else 1.1)
        said = token.stem in source.words or _form_of(token.lower, token.stem, source)
        if said and token.stem not in GRAMMAR:
            found[index] = max(found[index], 0.8)
        elif token.kind == "word" and token.stem not in GRAMMAR and not alike(token.stem).isdisjoint(source.words):
            found[index] = max(found[index], 1.2 if _counted(phrase, index) else 0.55)
    return found


def _form_of(lower: str, said: str, source: Source) -> bool:
    """Whether a noun is another form of the dataset's name: “membership” of members."""
    return lower not in RELATING and any(related(said, word) for word in source.words)


def _counted(phrase: Phrase, index: int) -> bool:
    """Whether “how many”, “number of” stands right before `index`."""
    at = index
    while phrase.word(at - 1) in ("the", "of", "all", "different", "distinct", "their", "its", "our"):
        at -= 1
    before = phrase.word(at - 1)
    return before in ("many", "count") or (phrase.word(at) == "of" and before in ("number", "numbers", "amount"))


def best_join(
    phrase: Phrase, linker: Linker, links: dict[str, list[Link]], gained: Mapping[str, Sequence[float]]
) -> Source | None:
    """The joined datasets that explain a request better than any of them alone; None when none do.

    `links` and `gained` are, for each dataset by its name, what it was linked to and how well it explains each word.
    """
    if len(links) < 2:
        return None
    explained = {name: list(each) for name, each in gained.items()}
    _uncount(explained, links)
    _named_elsewhere(explained, links)
    _unname(explained, phrase)
    said = frozenset(token.stem for token in phrase.tokens)
    ranked = sorted(explained, key=lambda name: -sum(explained[name]))[:LOOKED_AT]
    alone = max(sum(explained[name]) for name in ranked)
    best: tuple[float, tuple[str, ...]] | None = None
    for size in (2, 3):
        for names in combinations(ranked, size):
            together = sum(max(column) for column in zip(*(explained[name] for name in names), strict=True))
            score = together - STEP * (size - 1)
            if score > alone + 0.05 and (best is None or score > best[0] + 0.05):
                path = linker.relations.path(names, said=said)
                if path is not None:
                    score -= 0.15 * (len(path) - size + 1) + 0.4 * _fans_out(path)
                    if score > alone + 0.05 and (best is None or score > best[0] + 0.05):
                        best = score, names
    if best is None:
        return None
    path = linker.relations.path(best[1], said=said)
    return join_of(path, linker) if path else None


def _uncount(explained: dict[str, list[float]], links: dict[str, list[Link]]) -> None:
    """A counted word that another dataset has as a column (“number of grapes”) needs no dataset of its own."""
    columns = {
        k for found in links.values() for link in found if link.score >= 0.95 for k in range(link.start, link.end)
    }
    for found in explained.values():
        for index in columns:
            found[index] = min(found[index], 1.1 + QUALIFIED)


def _named_elsewhere(explained: dict[str, list[float]], links: dict[str, list[Link]]) -> None:
    """A word that is a column's own name in one dataset explains little of another that has a word like it."""
    exact = {
        link.start
        for found in links.values()
        for link in found
        if link.value is None and link.how == "exact" and link.end == link.start + 1
    }
    for name, found in links.items():
        for link in found:
            if link.how == "synonym" and link.start in exact:
                explained[name][link.start] = min(explained[name][link.start], LIKE)


def _unname(explained: dict[str, list[float]], phrase: Phrase) -> None:
    """The “names” of an order (“sorted by the names”) are those of the axis, and need no dataset."""
    for hit in directions(phrase):
        for index in range(max(0, hit.start - 4), min(len(phrase), hit.end + 4)):
            bare = phrase.word(index - 1) in (
                "the",
                "by",
                "of",
                "list",
                "sort",
                "order",
                "rank",
                "with",
                "display",
                "show",
            )
            if bare and phrase.tokens[index].stem in ("name", "label") and phrase.word(index + 1) != "of":
                for found in explained.values():
                    found[index] = 0.0


def _fans_out(path: Sequence[Key]) -> int:
    """How many datasets beyond one are nobody's parent: their rows multiply each other."""
    parents = {key.parent for key in path}
    return len({key.child for key in path} - parents) - 1


def join_of(path: Sequence[Key], linker: Linker) -> Source | None:
    """The datasets along these keys as one source."""
    names = list(dict.fromkeys(name for key in path for name in (key.child, key.parent)))
    parents = {key.parent for key in path}
    names.sort(key=lambda name: name in parents)
    parts = [source for name in names if (source := linker.source(name)) is not None]
    copies = {(key.child, key.column): (key.parent, key.key) for key in path}
    longer = {
        parent: name_words(child[1])
        for child, parent in copies.items()
        if name_words(parent[1]) != name_words(child[1])
    }
    folded = [
        column.name.casefold() for part in parts for column in part.columns if (part.name, column.name) not in copies
    ]
    roles = {key.parent: linker.relations.role(key) for key in path if linker.relations.rivals(key)}
    columns: list[Column] = []
    views: list[ColumnView] = []
    selected: list[str] = []
    for number, part in enumerate(parts, 1):
        for column, view in zip(part.columns, part.view.columns, strict=False):
            if (part.name, column.name) in copies:
                continue
            alone = folded.count(column.name.casefold()) == 1
            alias = column.name if alone else f"{part.name} {column.name}"
            said = longer.get((part.name, column.name), column.words)
            own = column.words if len(column.words) >= len(said) else said
            role = roles.get(part.name, ())  # “the name of the home team”, where there is an away team as well
            also = (*column.also, (*role, *column.words), (*role, *part.words, *column.words)) if role else column.also
            core = column.core | frozenset(own)
            columns.append(replace(column, name=alias, table=part.name, words=own, core=core, also=also))
            views.append(replace(view, name=alias))
            selected.append(f"t{number}.{_name(column.name)} AS {_name(alias)}")
    sql = f"SELECT {', '.join(selected)} FROM {_from(parts, path)}"
    together = DatasetView(parts[0].name, parts[0].view.row_count, views)
    said_of = frozenset(word for role in roles.values() for word in role)
    return Source(together, tuple(columns), parts[0].words, sql=sql, parts=tuple(parts), roles=said_of)


def _from(parts: Sequence[Source], path: Sequence[Key]) -> str:
    number = {part.name: f"t{index}" for index, part in enumerate(parts, 1)}
    text, there, left = f"{_name(parts[0].name)} AS t1", {parts[0].name}, list(path)
    while left:
        key = next(key for key in left if {key.child, key.parent} & there)
        left.remove(key)
        new = key.parent if key.child in there else key.child
        condition = f"{number[key.child]}.{_name(key.column)} = {number[key.parent]}.{_name(key.key)}"
        there.add(new)
        text += f" JOIN {_name(new)} AS {number[new]} ON {condition}"
    return text


def label_of(source: Source, table: str) -> Column | None:
    """The column that names the rows of a dataset: its name or title, else its first text, else its key."""
    columns = [column for column in source.columns if column.table in ("", table)]
    part = next((part for part in source.parts if part.name == table), source)
    texts = [column for column in columns if column.type == "string"]
    own = [c for c in texts if set(c.words) & {"name", "title", "label"} and len(c.words) <= 2]
    same = [c for c in texts if set(c.words) == set(part.words)]
    for options in (same, own, [c for c in texts if {"name", "title"} & set(c.words)], texts, columns):
        if options:
            return options[0]
    return None


def query_over(query: Query, column: Column, label: Column, source: Source) -> Query | None:
    """The query over a join of its own dataset with another, grouped by `label` where it was grouped by `column`."""
    own = {each.name: new for each in query.source.columns if (new := _same(each, query.source, source)) is not None}
    own[column.name] = label
    used = [d.column for d in query.dimensions] + [m.column for m in query.measures if m.column is not None]
    used += [query.series.column] if query.series is not None else []
    if any(each.name not in own for each in used) or any(
        not c.plain or c.field not in own or own[c.field] == label for c in query.conditions
    ):
        return None
    query.dimensions = [replace(d, column=own[d.column.name]) for d in query.dimensions]
    query.measures = [replace(m, column=own[m.column.name]) if m.column is not None else m for m in query.measures]
    query.series = replace(query.series, column=own[query.series.column.name]) if query.series is not None else None
    query.conditions = [replace(c, field=own[c.field].name) for c in query.conditions]
    sort = query.sort
    if sort is not None and isinstance(sort.on, Column):
        query.sort = replace(sort, on=own.get(sort.on.name))
    query.source = source
    query.notes.append(f"{column.name} was read as {label.name} of {label.table}.")
    return query


def _same(column: Column, before: Source, source: Source) -> Column | None:
    """The column of a wider join that is a column of a narrower one."""
    table = column.table or before.name
    bare = column.name.removeprefix(f"{table} ")
    return next((new for new in source.columns if new.table == table and new.name in (bare, f"{table} {bare}")), None)


def source_behind(dataset: str | None, sql: str | None, linker: Linker) -> Source | None:
    """The dataset of a container, or the datasets that its query joins."""
    names = [name.replace('""', '"') for name in _JOINED.findall(sql or "")]
    if len(names) > 1 and all(linker.source(name) for name in names):
        path = linker.relations.path(names)
        return join_of(path, linker) if path else None
    return linker.source(dataset)


def widened(phrase: Phrase, source: Source, request: Mapping[str, Any], linker: Linker) -> Source:
    """The source of a container, joined with one more dataset where a follow-up names that one's columns."""
    if request.get("sql") not in (None, source.sql):
        return source
    here = gains(phrase, linker.links(phrase, source), source)
    known = [part.name for part in source.parts or (source,)]
    best, most = source, 0.6
    for other in linker.sources:
        if other.name in known:
            continue
        more = sum(
            max(0.0, b - a) for a, b in zip(here, gains(phrase, linker.links(phrase, other), other), strict=True)
        )
        path = linker.relations.path([*known, other.name]) if more > most else None
        together = join_of(path, linker) if path else None
        if together is not None and together.parts[0].name == known[0]:
            best, most = together, more
    return best


def _name(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'
