"""Groups by the name of what a key stands for: clubs by name, not by club_id."""

from __future__ import annotations

from canvas_widget.agent.providers.offline.decide.namesakes import tell_apart
from canvas_widget.agent.providers.offline.link.column import Column
from canvas_widget.agent.providers.offline.link.linker import Linker
from canvas_widget.agent.providers.offline.link.relations import Key
from canvas_widget.agent.providers.offline.query.joined import join_of, label_of, query_over
from canvas_widget.agent.providers.offline.query.query import Query
from canvas_widget.agent.providers.offline.words.phrases import Phrase

__all__ = ["readable"]


def readable(phrase: Phrase, query: Query, linker: Linker) -> Query | None:
    """The request over the datasets that name what a group only has the number of: clubs by name, not by club_id."""
    if query.asks or {"id", "code", "key", "number"} & {
        token.stem for index, token in enumerate(phrase.tokens) if phrase.role(index) != "aggregate"
    }:
        return None
    groups = [each.column for each in (*query.dimensions, *([query.series] if query.series else []))]
    for column in groups:
        key = _key_of(query, column, linker) if len(linker.sources) > 1 else None
        parts = [part.name for part in query.source.parts or (query.source,)]
        joined = linker.relations.path(parts) if key is not None else None
        path = (*joined, key) if joined is not None and key is not None else None
        source = join_of(path, linker) if path else None
        if source is None or source.parts[0].name != parts[0]:
            continue
        label = label_of(source, key.parent) if source is not None and key is not None else None
        if source is None or key is None or label is None or label.type != "string":
            continue
        if column.type == "string" and not {"id", "code", "key", "no", "nr"} & set(column.words):
            continue
        named = query_over(query, column, label, source)
        if named is not None:
            tell_apart(named)
            return named
    return None


def _key_of(query: Query, column: Column, linker: Linker) -> Key | None:
    """The key that a column is, when its dataset is not among those that are read already."""
    table = column.table or query.source.name
    key = linker.relations.of(table, column.name.removeprefix(f"{table} "))
    joined = [part.name for part in query.source.parts]
    return key if key is not None and key.parent not in joined else None
