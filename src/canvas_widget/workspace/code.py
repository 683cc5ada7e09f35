"""The canvas as code: the queries and charts as DuckDB and Altair, to run without the canvas."""

from __future__ import annotations

import json
import keyword
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from canvas_widget.document import ChartContent, Container, MetricContent, TableContent, TextContent
from canvas_widget.errors import InvalidArgument
from canvas_widget.render.provenance import provenance
from canvas_widget.workspace.code_data import one_line, readable
from canvas_widget.workspace.types import Queried

if TYPE_CHECKING:
    from canvas_widget.workspace.workspace import Workspace

__all__ = ["Code", "code_of"]

_HEAD = """\
import json

import altair as alt
import duckdb

{con} = duckdb.connect()
{con}.execute("SET TimeZone = 'UTC'")
"""
_DRAW = '''
def draw(spec, rows, **more):
    """A chart of a query's rows; its x and y are fields of them."""
    records = json.loads(rows.to_json(orient="records", date_format="iso", double_precision=15))
    for name in rows.select_dtypes(["datetime", "datetimetz"]):
        for record in records:
            record[name] = record[name] and record[name].removesuffix("Z")
    return alt.Chart.from_dict({**spec, "datasets": {"result": records}, **more})

'''


@dataclass(frozen=True)
class Code:
    """`python` runs in a fresh kernel, after its frames were made; `sql` are the queries alone."""

    python: str
    sql: str


def code_of(workspace: Workspace, container_id: str | None = None, *, sources: bool = True, paths: bool = True) -> Code:
    """The code of one container, or of all in reading order.

    With `sources` comments say of each which data, how many rows, when, and the prompt. Without `paths` files are
    named for their datasets, and nothing is told of where they lie.

    Raises:
        NotFound: no such container.
        InvalidArgument: it has no query.
    """
    shown = list(workspace.document) if container_id is None else [workspace.document[container_id]]
    with_code = [each for each in shown if isinstance(each.content, Queried) or _markdown(each)]
    if container_id is not None and not with_code:
        raise InvalidArgument(f"Container {container_id!r} holds {shown[0].kind}, so it has no code.")
    names = _names(each.id for each in with_code)
    queries = [each for each in with_code if isinstance(each.content, Queried)]
    data = readable(workspace, with_code, paths=paths)
    parts = [_HEAD.format(con=data.con) + "".join(f"{line}\n" for line in data.lines)]
    if any(isinstance(each.content, ChartContent) for each in queries):
        parts.append(_DRAW)
    about = {each.id: _about(workspace, each) if sources else [] for each in with_code}
    parts += [
        _section(each, f"{data.con}.sql", names[each.id], about[each.id], _cut(workspace, each)) for each in with_code
    ]
    sql = "\n\n".join(
        "\n".join(f"-- {line}" for line in [one_line(each.title or each.id), *about[each.id]])
        + f"\n{_sql(each).rstrip().rstrip(';')};"
        for each in queries
    )
    return Code("\n".join(parts).rstrip() + "\n", sql + "\n" if sql else "")


def _markdown(container: Container) -> bool:
    return isinstance(container.content, TextContent) and bool(container.content.values)


def _sql(container: Container) -> str:
    content = container.content
    return content.sql if isinstance(content, Queried) else ""


def _names(ids: Iterable[str]) -> dict[str, str]:
    """A variable for each container."""
    taken = {"con", "canvas_con", "alt", "json", "duckdb", "draw"}
    found: dict[str, str] = {}
    for each in ids:
        name = re.sub(r"\W", "_", each)
        name = f"_{name}" if not name.isidentifier() or keyword.iskeyword(name) else name
        base, number = name, 2
        while name in taken or f"{name}_chart" in taken:
            name, number = f"{base}_{number}", number + 1
        taken |= {name, f"{name}_chart"}
        found[each] = name
    return found


def _text(text: str) -> str:
    """A text as a Python literal; on its lines where nothing in it could end it."""
    plain = "\\" not in text and '"""' not in text and not text.endswith('"')
    if plain and "\n" in text and all(char.isprintable() or char == "\n" for char in text):
        return f'"""\n{text}\n"""'
    return repr(text)


def _about(workspace: Workspace, container: Container) -> list[str]:
    """Where a container comes from, line by line, as comments may hold it."""
    content = container.content
    held = workspace.results.get(content.result_id or "") if isinstance(content, Queried) else None
    found = provenance(container, held)
    return [] if found is None else [one_line(f"{word}: {said}") for word, said in found.facts[1:]]


def _cut(workspace: Workspace, container: Container) -> str:
    """What keeps a query to the rows that are shown, where there were more."""
    content = container.content
    held = workspace.results.get(content.result_id or "") if isinstance(content, Queried) else None
    return f".limit({held.row_count})" if held is not None and held.truncated else ""


def _section(container: Container, ask: str, name: str, about: Iterable[str], cut: str) -> str:
    content = container.content
    head = "\n".join(f"# {line}" for line in [one_line(container.title or container.id), *about])
    if isinstance(content, TextContent):
        values = [f"{name}_{number} = {ask}({_text(value.sql)}).fetchall()[0][0]  # {one_line(value.text)}"
                  for number, value in enumerate(content.values, 1)]  # fmt: skip
        return "\n".join([head, *values]) + "\n"
    if not isinstance(content, Queried):
        return head
    lines = [head, f"{name} = {ask}({_text(content.sql)}){cut}.df()"]
    if isinstance(content, ChartContent):
        spec: Any = {key: value for key, value in content.spec.items() if key not in {"description", "locale"}}
        title = json.dumps(container.title)
        more = f", title={title}" if container.title and "facet" not in spec else ""
        lines += [f"{name}_chart = draw({_pretty(spec)}, {name}{more})", f"{name}_chart"]
    elif isinstance(content, MetricContent):
        lines.append(f"{name}.iloc[0, 0]")
    elif isinstance(content, TableContent) and content.columns:
        lines.append(f"{name}[{content.columns!r}]")
    else:
        lines.append(name)
    return "\n".join(lines) + "\n"


def _pretty(value: Any) -> str:
    import pprint

    return pprint.pformat(value, width=100, sort_dicts=False, indent=1)
