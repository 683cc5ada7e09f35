"""What a request said and the query does not do: an aggregate, a negation, a grouping or a column that went nowhere."""

from __future__ import annotations

from canvas_widget.agent.providers.offline.link.column import Column
from canvas_widget.agent.providers.offline.query.query import AGGREGATE_WORDS, Condition, Nested, Query
from canvas_widget.agent.providers.offline.roles.roles import Roles
from canvas_widget.agent.providers.offline.words.phrases import Phrase, quote
from canvas_widget.agent.providers.offline.words.vocabulary import words

__all__ = ["lost"]

_NEGATING = words("not never without neither nor cannot no")
_IDIOMS = words("only more less fewer later earlier matter problem doubt longer need")
"""Words behind “no” or “not” that make no negation of rows."""
_NEGATIVE = frozenset({"!=", "not in", "not", "absent", "not null", "is null", "<=", ">=", "or"})


def lost(query: Query, roles: Roles, phrase: Phrase) -> None:
    """Names in `unknown` what was said and is not in the query, so that nothing wrong is drawn as if it were sure."""
    _aggregate(query, roles)
    _negation(query, phrase)
    _grouping(query, phrase)
    _columns(query, roles)


def _aggregate(query: Query, roles: Roles) -> None:
    """“What does a gig cost on average”, where nothing tells the cost."""
    said = [hint.removeprefix("lost:") for hint in query.hints if hint.startswith("lost:")]
    said += [roles.trailing] if roles.trailing is not None else []
    measures = [*query.measures, *(each.measure for each in query.having)]
    done = {measure.aggregate for measure in measures}
    done |= {query.sort.measure.aggregate} if query.sort is not None and query.sort.measure is not None else set()
    done |= {value.aggregate for each in query.conditions if isinstance(value := each.value, Nested)}
    if query.kind is not None and query.kind.mark in ("box", "histogram", "density"):
        return
    for aggregate in dict.fromkeys(said):
        if aggregate not in done and aggregate not in ("count", "sum"):
            query.unknown.append(f"the {AGGREGATE_WORDS.get(aggregate, aggregate)} of what")


def _negation(query: Query, phrase: Phrase) -> None:
    """“never”, “not”, “without” that no condition has read."""
    if any(each.op in _NEGATIVE for each in query.conditions):
        return
    for index, token in enumerate(phrase.tokens):
        word = token.lower
        negating = word in _NEGATING or word.endswith("n't")
        if negating and phrase.free(index) and phrase.word(index + 1) not in _IDIOMS:
            behind = phrase.written(index, min(index + 3, len(phrase)))
            query.unknown.append(quote(behind))
            return


def _grouping(query: Query, phrase: Phrase) -> None:
    """“… on each?” of a single number: what it was to be told apart by."""
    if query.dimensions or query.series is not None or query.facet is not None or query.kind is None:
        return
    for index, token in enumerate(phrase.tokens):
        alone = token.lower in ("each", "every") and phrase.role(index + 1) != "rows"
        if alone and query.kind.tool == "metric" and "each row" not in query.hints:
            query.unknown.append(quote(phrase.written(max(0, index - 1), min(index + 2, len(phrase)))))
            return


def _columns(query: Query, roles: Roles) -> None:
    """Columns named in full that are neither drawn nor compared."""
    used = _used(query)
    for column in roles.named:
        if column.name not in used and column != roles.counted and f"what {column.name} is for" not in query.unknown:
            query.unknown.append(f"what {column.name} is for")


def _used(query: Query) -> set[str]:
    groups = [*query.dimensions, query.series, query.facet, query.trend]
    found = {each.column.name for each in groups if each is not None}
    measures = [*query.measures, *(each.measure for each in query.having)]
    if query.sort is not None:
        measures += [query.sort.measure] if query.sort.measure is not None else []
        found |= {query.sort.on.name} if isinstance(query.sort.on, Column) else set()
    found |= {each.column.name for each in measures if each.column is not None}
    found |= {column.name for column in query.columns}
    for each in query.conditions:
        found |= _compared(each)
    return found


def _compared(condition: Condition) -> set[str]:
    if condition.op in ("or", "and"):
        return {name for each in condition.value for name in _compared(each)}
    if condition.op == "not":
        return _compared(condition.value)
    nested = {condition.value.field} if isinstance(condition.value, Nested) else set()
    return {condition.field} | nested
