"""Pages of a container's rows: sorted and filtered in the engine, any number of rows long."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from canvas_widget.data import Dataset, Field, Filter, TableRequest
from canvas_widget.data.dataset import find_field
from canvas_widget.data.filters import filtered
from canvas_widget.data.materialise import arrow_of, positions
from canvas_widget.data.pages import Base, Page, Progress, order_terms, rows_at
from canvas_widget.data.source import condition
from canvas_widget.data.sql import identifier
from canvas_widget.document import TableContent
from canvas_widget.errors import CanvasError, InvalidArgument, QueryError
from canvas_widget.workspace.filters import filters_of

if TYPE_CHECKING:
    import pyarrow as pa

    from canvas_widget.workspace.workspace import Workspace

__all__ = ["page", "row_count"]

Keys = Sequence[tuple[str, bool]]
MOST = 10_000
"""The most rows of one page."""
WORTH_TELLING = 200_000
"""From so many rows on, building an index is reported as progress."""


def whole_dataset(workspace: Workspace, container_id: str) -> TableRequest | None:
    """The request of a table that shows a dataset's own rows without a limit; None for anything else."""
    content = workspace.document[container_id].content
    if not isinstance(content, TableContent) or content.request is None:
        return None
    request = TableRequest.model_validate(content.request)
    plain = request.sql is None and request.limit is None and not getattr(request, "joins", ())
    if not plain or content.dataset is None:
        return None
    under = filters_of(workspace.document, container_id)
    return request.model_copy(update={"where": (*request.where, *under)}) if under else request


def page(  # noqa: PLR0917
    workspace: Workspace,
    container_id: str,
    offset: int = 0,
    limit: int = 100,
    sort: Keys = (),
    filters: Sequence[Filter] = (),
    *,
    cancel: threading.Event | None = None,
    progress: Progress | None = None,
) -> Page:
    """Some rows of what a container shows.

    Args:
        offset, limit: the first row (from 0) and how many, at most 10,000.
        sort: (column, downwards) pairs; the container's own order when empty. What is missing comes last.
        filters: conditions that all must hold.

    Raises:
        NotFound: no such container.
        InvalidArgument: it holds no query, or a number is out of range.
        QueryError: no such column, or a value its cells cannot be compared with.
    """
    if offset < 0 or not 0 <= limit <= MOST:
        raise InvalidArgument(f"A page begins at row 0 or later and has at most {MOST:,} rows.")
    request = whole_dataset(workspace, container_id)
    conditions: tuple[str, ...] = ()
    keys: Keys = tuple(sort)
    truncated, cost, result_id = (
        False,
        "",
        str(getattr(workspace.document[container_id].content, "result_id", "") or ""),
    )
    if request is not None:
        content = workspace.document[container_id].content
        dataset = workspace.catalogue.get(str(getattr(content, "dataset", "")))
        if dataset.stays:
            return _page_there(workspace, dataset, request, offset, limit, keys, filters, cancel=cancel)
        base = _dataset_base(workspace, dataset, cancel, progress)
        if request.where:
            conditions = filtered(workspace.engine, dataset.name, None, request.where, cancel).conditions
        keys = keys or _keys(request, dataset.fields)
    else:
        result = workspace.result_for(container_id)
        if result is None:
            raise InvalidArgument(f"Container {container_id!r} holds no query, so it has no rows.")
        base = workspace.pages.base(
            result.result_id, lambda: Base(result.result_id, result.fields, result.table, result.datasets)
        )
        truncated, cost, result_id = result.truncated, result.cost, result.result_id
    checked = [(find_field(name, base.fields, "").name, down) for name, down in keys]
    conditions += tuple(condition(each, base.fields, "") for each in filters)
    order = order_terms(checked)
    rows, count = _rows(workspace, base, order, conditions, span=(offset, limit), cancel=cancel, progress=progress)
    shown = _shown(request, base.fields)
    names = [each.name for each in shown]
    return Page(
        result_id, tuple(shown), rows.select(names), count, offset, truncated, rows_read=base.table.num_rows, cost=cost
    )


def _page_there(  # noqa: PLR0917
    workspace: Workspace,
    dataset: Dataset,
    request: TableRequest,
    offset: int,
    limit: int,
    keys: Keys,
    filters: Sequence[Filter],
    *,
    cancel: threading.Event | None,
) -> Page:
    """A page of a table that stays in its engine: sorted, filtered and cut there; the first columns break ties."""
    conditions: tuple[str, ...] = ()
    if request.where:
        conditions = filtered(workspace.engine, dataset.name, None, request.where, cancel).conditions
    conditions += tuple(condition(each, dataset.fields, "") for each in filters)
    checked = [
        (find_field(name, dataset.fields, "").name, down) for name, down in keys or _keys(request, dataset.fields)
    ]
    named = {name for name, _ in checked}
    rest = [(each.name, False) for each in dataset.fields if each.name not in named and each.type != "other"]
    order = ", ".join(order_terms([*checked, *rest]))
    shown = _shown(request, dataset.fields)
    where = f"\nWHERE {' AND '.join(conditions)}" if conditions else ""
    source = f"FROM {identifier(dataset.name)}{where}"
    columns = ", ".join(identifier(each.name) for each in shown)
    rows = workspace.engine.run(
        f"SELECT {columns}\n{source}\nORDER BY {order}\nLIMIT {limit} OFFSET {offset}", cancel=cancel
    )
    count = dataset.row_count
    if conditions:
        count = int(workspace.engine.run(f"SELECT count(*) AS n\n{source}", cancel=cancel).column("n")[0])
    return Page(rows.result_id, tuple(shown), rows.table, count, offset, rows_read=rows.row_count, cost=rows.cost)


def _shown(request: TableRequest | None, fields: Sequence[Field]) -> list[Field]:
    if request is None or not request.columns:
        return list(fields)
    return [find_field(name, tuple(fields), "") for name in request.columns]


def _keys(request: TableRequest, fields: tuple[Field, ...]) -> Keys:
    from canvas_widget.data.build import sort_key

    given = (request.sort,) if isinstance(request.sort, str) else request.sort or ()
    found = [sort_key(each, fields) for each in given]
    sorted_by = {each.name for each, _ in found}
    rest = dict.fromkeys(each.name for each in (*_shown(request, fields), *fields)) if found else {}
    return [(each.name, down) for each, down in found] + [(name, False) for name in rest if name not in sorted_by]


def _dataset_base(
    workspace: Workspace,
    dataset: Dataset,
    cancel: threading.Event | None,
    progress: Progress | None,
) -> Base:
    key = (dataset.name, dataset.version)

    def make() -> Base:
        if progress is not None and dataset.row_count >= WORTH_TELLING and dataset.kind in {"parquet", "lazy"}:
            progress(f"Reading {dataset.row_count:,} rows of {dataset.name}", None)
        table = arrow_of(workspace.engine, dataset, cancel)
        if table is None:
            raise QueryError(
                f"{dataset.name} is too large to page through. Show a query of it: fewer columns, a filter or a limit."
            )
        return Base(key, dataset.fields, table, ((dataset.name, dataset.version),))

    return workspace.pages.base(key, make)


def _rows(
    workspace: Workspace,
    base: Base,
    order: tuple[str, ...],
    where: tuple[str, ...],
    *,
    span: tuple[int, int],
    cancel: threading.Event | None,
    progress: Progress | None,
) -> tuple[pa.Table, int]:
    offset, limit = span
    if not order and not where:
        return base.table.slice(offset, limit), base.table.num_rows

    def build() -> Any:
        told = progress if base.table.num_rows >= WORTH_TELLING else None
        if told is not None:
            told(f"{'Sorting' if order else 'Filtering'} {base.table.num_rows:,} rows", None)
        try:
            return positions(workspace.engine, base, order, where, cancel)
        finally:
            if told is not None:
                told("", None)  # the view takes its words away

    index = workspace.pages.index(base, order, where, build)
    return rows_at(base.table, index.slice(offset, limit)), len(index)


def row_count(workspace: Workspace, container_id: str) -> int | None:
    """The rows that a table has in all, where that is known without sorting or filtering; else None."""
    request = whole_dataset(workspace, container_id)
    if request is None or request.where:
        return None
    try:
        return workspace.catalogue.get(str(getattr(workspace.document[container_id].content, "dataset", ""))).row_count
    except CanvasError:
        return None
