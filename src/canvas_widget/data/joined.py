"""What a request reads: its dataset, datasets joined to it, or its query, with the conditions on rows."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from canvas_widget.data.dataset import find_field
from canvas_widget.data.encode import Encoding, parse
from canvas_widget.data.engine import Engine
from canvas_widget.data.filters import conditions
from canvas_widget.data.names import listed
from canvas_widget.data.requests import ChartRequest, Filter, Join
from canvas_widget.data.source import Source, source_of
from canvas_widget.data.sql import identifier
from canvas_widget.data.types import Field
from canvas_widget.errors import InvalidArgument, NotFound, QueryError

__all__ = ["Joined", "read", "spelled"]

MOST_JOINS = 6


@dataclass(frozen=True, slots=True)
class Joined(Source):
    """A source of several datasets. `qualified` maps "dataset.column", case aside, to the field of that column.

    `body` is the FROM of the join and `shown` the columns that are read of it.
    """

    qualified: Mapping[str, str] = field(default_factory=dict)
    others: tuple[str, ...] = ()
    body: str = ""
    shown: tuple[str, ...] = ()

    def table_with(self, dataset: str, column: str) -> str:
        """The joined rows with one more column, of the dataset that is joined under its own name."""
        return _table((*self.shown, f"{identifier(dataset)}.{identifier(column)}"), self.body)


def spelled(text: str, source: Source) -> str:
    """An encoding with the columns it names as `dataset.column` under the names they have in the source."""
    if not isinstance(source, Joined):
        return text
    encoding = parse(text, [each.name for each in source.fields])
    if encoding.field is None or any(each.name == encoding.field for each in source.fields):
        return text
    found = source.qualified.get(encoding.field.casefold())
    return text if found is None else str(Encoding(encoding.op, found, encoding.bins))


def read(request: ChartRequest, engine: Engine, cancel: threading.Event | None = None) -> Source:
    """The source of a chart.

    Raises:
        InvalidArgument: no dataset is meant, or nothing to join on.
        QueryError: no such dataset or column.
    """
    if not request.joins:
        source = source_of(engine, request.dataset, request.sql, (), cancel)
    elif request.sql is not None:
        raise InvalidArgument("A chart reads a query or joined datasets, not both: write the join into the query.")
    else:
        source = _joined(request, engine, cancel)
    return replace(source, conditions=tuple(conditions(request.where, source, engine, spelled)))


def _joined(request: ChartRequest, engine: Engine, cancel: threading.Event | None) -> Joined:
    first = source_of(engine, request.dataset, None, (), cancel)
    if len(request.joins) > MOST_JOINS:
        raise InvalidArgument(f"A chart joins at most {MOST_JOINS} datasets. Write a query for more.")
    base = str(first.dataset)
    held = [(base, each) for each in first.fields]
    steps: list[str] = []
    others: list[str] = []
    for number, join in enumerate(request.joins, 2):
        try:
            other = engine.catalogue.get(join.dataset)
        except NotFound as error:
            raise QueryError(error.message, alternatives=error.alternatives) from error
        name = f"{other.name} {number}" if other.name in {base, *others} else other.name
        left, right = _keys(join, held, other.fields, other.name)
        word = "LEFT JOIN" if join.how == "left" else "JOIN"
        alias = f" AS {identifier(name)}" if name != other.name else ""
        equal = f"{_compared(left[0], left[1], right)} = {_compared(name, right, left[1])}"
        steps.append(f"{word} {identifier(other.name)}{alias} ON {equal}")
        others.append(name)
        held += [(name, each) for each in other.fields]
    fields, qualified, columns = _named(held)
    joined = Joined(base, "", tuple(fields), qualified=qualified, others=tuple(others))
    used = _used(request, joined) or [fields[0].name]
    shown = tuple(columns[name] for name in used)
    body = "\n  ".join((identifier(base), *steps))
    return replace(joined, table=_table(shown, body), body=body, shown=shown)


def _table(shown: tuple[str, ...], body: str) -> str:
    return f'(\n  SELECT {", ".join(shown)}\n  FROM {body}\n) AS "joined"'


def _compared(table: str, key: Field, other: Field) -> str:
    name = f"{identifier(table)}.{identifier(key.name)}"
    alike = key.type == other.type or (key.numeric and other.numeric) or (key.temporal and other.temporal)
    return name if alike else f"CAST({name} AS VARCHAR)"


def _named(held: list[tuple[str, Field]]) -> tuple[list[Field], dict[str, str], dict[str, str]]:
    """The fields under names that differ, each dataset.column under its field's name, and the SQL of each."""
    taken: set[str] = set()
    fields: list[Field] = []
    qualified: dict[str, str] = {}
    columns: dict[str, str] = {}
    for table, each in held:
        name = each.name if each.name.casefold() not in taken else f"{table}.{each.name}"
        if name.casefold() in taken:
            continue
        taken.add(name.casefold())
        fields.append(replace(each, name=name))
        qualified.setdefault(f"{table}.{each.name}".casefold(), name)
        columns[name] = f"{identifier(table)}.{identifier(each.name)} AS {identifier(name)}"
    return fields, qualified, columns


def _keys(
    join: Join, held: list[tuple[str, Field]], fields: tuple[Field, ...], name: str
) -> tuple[tuple[str, Field], Field]:
    if join.left is None and join.right is None:
        return _common(held, fields, name)
    wanted_left, wanted_right = join.left or str(join.right), join.right or str(join.left)
    right = find_field(wanted_right.removeprefix(f"{name}."), fields, f" in {name}")
    for table, each in held:
        if f"{table}.{each.name}".casefold() == wanted_left.casefold():
            return (table, each), right
    exact = [pair for pair in held if pair[1].name == wanted_left]
    alike = exact or [pair for pair in held if pair[1].name.casefold() == wanted_left.casefold()]
    if not alike:
        find_field(wanted_left, tuple(each for _, each in held), f" before {name}")
    return alike[0], right


def _common(held: list[tuple[str, Field]], fields: tuple[Field, ...], name: str) -> tuple[tuple[str, Field], Field]:
    """The one column that both sides have; of several the one that is called an id."""
    there = {each.name.casefold(): each for each in fields}
    both = {each.name.casefold(): (table, each) for table, each in reversed(held) if each.name.casefold() in there}
    keys = [word for word in both if word.endswith(("id", "key", "code"))] if len(both) > 1 else list(both)
    if len(keys) != 1:
        columns = listed([each.name for each in fields])
        why = f"They share {listed(sorted(both))}." if both else "They share no column."
        raise InvalidArgument(f"How does {name} join? Say left and right, its columns: {columns}. {why}")
    return both[keys[0]], there[keys[0]]


def _used(request: ChartRequest, source: Joined) -> list[str]:
    """The fields that a request names, in the source's order."""
    texts = [request.x, request.y, request.series, request.color, request.size]
    texts += [request.facet, request.row, request.column, *request.group]
    texts += list(_filtered((*request.where, *request.having)))
    names = [each.name for each in source.fields]
    found = set()
    for text in texts:
        if text is not None:
            encoding = parse(spelled(text, source), names)
            if encoding.field is not None:
                found.add(find_field(encoding.field, source.fields, source.where).name)
    return [name for name in names if name in found]


def _filtered(filters: Iterable[Filter]) -> Iterable[str]:
    for each in filters:
        if each.field:
            yield each.field
        yield from _filtered((*each.any, *each.all))
