"""Where the numbers of an export come from: query, data, rows, time and prompt of each container."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from canvas_widget.document import ChartContent, Container, Document, MadeBy, MetricContent, TableContent, TextContent
from canvas_widget.render.metric import metric_label
from canvas_widget.render.svg import escape
from canvas_widget.render.words import kind_words, reading_order
from canvas_widget.scrub import scrubbed

if TYPE_CHECKING:
    from canvas_widget.data.types import Result

__all__ = ["Provenance", "provenance", "provenance_html", "provenance_text", "without_provenance"]

_Queried = ChartContent | TableContent | MetricContent


@dataclass(frozen=True)
class Provenance:
    """Where one container comes from: pairs of a word and what it says, and its queries."""

    title: str
    facts: tuple[tuple[str, str], ...]
    queries: tuple[str, ...]

    def text(self) -> str:
        """The same as lines of text."""
        lines = [f"{word}: {' '.join(said.split())}" for word, said in self.facts]
        return "\n".join([*lines, *(f"SQL: {query}" for query in self.queries)])


def provenance(container: Container, result: Result | None) -> Provenance | None:
    """Where a container's numbers come from, without keys; None where it holds none and no prompt made it."""
    content = container.content
    made: MadeBy | None = getattr(content, "made_by", None)
    queries: tuple[str, ...] = ()
    data = rows = cost = ""
    if isinstance(content, _Queried):
        queries = (content.sql,) if content.sql else ()
        versions = dict(result.datasets) if result is not None else made.datasets if made is not None else {}
        data = ", ".join(f"{name} (version {number})" for name, number in versions.items()) or content.dataset or ""
        rows = _rows(result, made)
        cost = result.cost if result is not None else made.cost if made is not None else ""
    elif isinstance(content, TextContent):
        queries = tuple(value.sql for value in content.values)
        data = ", ".join(dict.fromkeys(name for value in content.values for name in value.datasets))
        read = [value.rows_read for value in content.values if value.rows_read is not None]
        rows = f"{sum(read):,} read" if read else ""
    if not queries and made is None:
        return None
    title = metric_label(container, content) if isinstance(content, MetricContent) else container.title or container.id
    at = made.at if made is not None and made.at else container.updated_at
    facts = (
        ("Container", f"{title}, {kind_words(container)}"),
        ("Prompt", made.prompt if made is not None else ""),
        ("Data", data),
        ("Rows", rows),
        ("Cost", cost),
        ("Made" if made is not None else "Changed", _time(at)),
    )
    told = tuple((word, scrubbed(said)) for word, said in facts if said)
    return Provenance(title, told, tuple(map(scrubbed, queries)))


def _rows(result: Result | None, made: MadeBy | None) -> str:
    """“9 shown, 406 read”."""
    shown, read = (
        (result.row_count, result.rows_read)
        if result is not None
        else (made.rows, made.rows_read)
        if made is not None
        else (None, None)
    )
    said = [f"{count:,} {word}" for count, word in ((shown, "shown"), (read, "read")) if count is not None]
    return ", ".join(said)


def _time(at: str) -> str:
    """An ISO time as “2026-03-01 12:30:00 UTC”."""
    day, mark, clock = at.partition("T")
    return f"{day} {clock[:8]} UTC" if mark else at


def provenance_text(document: Document, results: Mapping[str, Result]) -> str:
    """Where each container comes from, as paragraphs of text; "" where nothing has a source."""
    found = [provenance(each, results.get(each.id)) for each in reading_order(document)]
    return "\n\n".join(each.text() for each in found if each is not None)


def provenance_html(document: Document, results: Mapping[str, Result]) -> str:
    """Where each container comes from, as an HTML section that runs no script; "" where nothing has a source."""
    found = [provenance(each, results.get(each.id)) for each in reading_order(document)]
    items = "".join(_item(each) for each in found if each is not None)
    if not items:
        return ""
    return f'<details id="sources"><summary>Where the numbers come from</summary>{items}</details>'


def _item(item: Provenance) -> str:
    facts = "".join(f"<dt>{escape(word)}</dt><dd>{escape(said)}</dd>" for word, said in item.facts[1:])
    code = "".join(f"<pre>{escape(query)}</pre>" for query in item.queries)
    return f"<section><h2>{escape(item.facts[0][1])}</h2><dl>{facts}</dl>{code}</section>"


def without_provenance(document: Document) -> Document:
    """The document as it is drawn, without queries, names of datasets and prompts."""
    plain: dict[str, Any] = {"made_by": None, "sql": "", "dataset": None}
    bare: TextContent | ChartContent | TableContent | MetricContent
    for container in tuple(document):
        content = container.content
        if isinstance(content, TextContent):
            bare = content.model_copy(update={"made_by": None, "template": None, "values": []})
        elif isinstance(content, _Queried):
            sort = (content.request or {}).get("sort") if isinstance(content, TableContent) else None
            bare = content.model_copy(update=plain | {"request": {"sort": sort} if sort else None})
        else:
            continue
        document = document.with_container(container.model_copy(update={"content": bare}))
    return document
