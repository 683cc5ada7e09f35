"""The views of a workspace: what a provider may see of its datasets and its canvas."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from canvas_widget.agent.views import CanvasView, CatalogueView, ColumnView, ContainerView, DatasetView, FoundValue
from canvas_widget.document import Container, Document, TextContent
from canvas_widget.errors import CanvasError

if TYPE_CHECKING:
    from canvas_widget.data.dataset import Dataset
    from canvas_widget.workspace import Workspace

__all__ = ["canvas_view", "catalogue_view", "dataset_view", "views_of"]


def views_of(
    workspace: Workspace, *, datasets: Collection[str] = (), hidden: Collection[str] = ()
) -> tuple[CatalogueView, CanvasView]:
    """The views of a workspace as it is now: of these datasets only, or of all when `datasets` is empty.

    `hidden` are containers that are left out: those that the turn is about to replace.
    """
    return catalogue_view(workspace, datasets), canvas_view(workspace.document, hidden)


def catalogue_view(workspace: Workspace, datasets: Collection[str] = ()) -> CatalogueView:
    """The datasets, each profiled when its columns are first looked at; one that cannot be read shows no columns."""
    catalogue = workspace.catalogue
    names = [name for name in catalogue.names() if not datasets or name in datasets]

    def search(text: str) -> list[FoundValue]:
        return [FoundValue(found.dataset, found.column, found.value) for found in catalogue.find_values(text)]

    def view(name: str) -> DatasetView:
        try:
            return dataset_view(workspace, name)
        except CanvasError:
            return DatasetView(name, 0)

    return CatalogueView(
        [view(name) for name in names], lambda text: [found for found in search(text) if found.dataset in names]
    )


def dataset_view(workspace: Workspace, name: str) -> DatasetView:
    """One dataset.

    Raises:
        NotFound: no dataset has that name; names the nearest.
        QueryError: it has no columns, or one the database cannot read.
    """
    dataset = workspace.catalogue.get(name)
    return DatasetView(
        dataset.name,
        dataset.row_count,
        types={field.name: field.type for field in dataset.fields},
        load=lambda: _columns(dataset),
        engine=dataset.engine,
    )


def _columns(dataset: Dataset) -> list[ColumnView]:
    try:
        profile = dataset.profile()
    except CanvasError:
        return [ColumnView(field.name, field.type) for field in dataset.fields]
    return [
        ColumnView(
            name=column.name,
            type=column.type,
            min=column.min,
            max=column.max,
            distinct=column.distinct,
            nulls=column.nulls,
            values=tuple(dict.fromkeys([*(value for value, _ in column.frequent), *column.values])),
        )
        for column in profile
    ]


def canvas_view(document: Document, hidden: Collection[str] = ()) -> CanvasView:
    """The canvas at the document's revision."""
    return CanvasView(
        width=document.width,
        height=document.height,
        items=tuple(_container(container) for container in document if container.id not in hidden),
        auto_adjust=document.settings.auto_adjust,
        overlap_prevention=document.settings.overlap_prevention,
        name=document.name,
        rev=document.rev,
    )


def _container(container: Container) -> ContainerView:
    content = container.content
    held: dict[str, Any] = {
        key: getattr(content, key)
        for key in ("dataset", "mark", "sql", "markdown", "request", "encoding")
        if getattr(content, key, None) is not None
    }
    if isinstance(content, TextContent) and content.template is not None:
        held["markdown"] = content.template  # the values in the text are data, its queries are not
    return ContainerView(
        id=container.id,
        title=container.title,
        kind=container.kind,
        x=container.x,
        y=container.y,
        width=container.width,
        height=container.height,
        placement=container.placement,
        locked=container.locked,
        hidden=container.hidden,
        created_at=container.created_at,
        **held,
    )
