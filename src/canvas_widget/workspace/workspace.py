"""The one operation layer: everything that can be done to a canvas and to the data on it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from canvas_widget.data import (
    Catalogue,
    ChartRequest,
    ChartStyle,
    Engine,
    MetricRequest,
    Result,
    ResultStore,
    TableRequest,
)
from canvas_widget.data.pages import Pages
from canvas_widget.document import (
    Change,
    Container,
    Content,
    Document,
    EmptyContent,
    Relations,
)
from canvas_widget.errors import CanvasError
from canvas_widget.layout import (
    ANYWHERE,
    Box,
    Placing,
    Plan,
    plan_arrange,
    plan_canvas_size,
    plan_clear,
    plan_create,
    plan_delete,
    plan_edit,
    plan_modify,
    plan_settings,
)
from canvas_widget.workspace import drawing, freshness
from canvas_widget.workspace.data_side import DataSide
from canvas_widget.workspace.live import LiveDocument, now_utc
from canvas_widget.workspace.types import USER, Actor, Kept, Outcome, Owner, Queried

__all__ = ["Workspace"]


class Workspace(LiveDocument, DataSide):
    """A canvas document with its history, datasets and results.

    All operations may be called from any thread; they change the document on the owner's thread only, one
    transaction at a time. `document` is an immutable value that any thread may read.

    Args:
        name: the canvas's name.
        width, height: its size in px.
        catalogue: the datasets it may query.
        owner: where the document is changed; a lock when None.
        clock: gives the time of a transaction as ISO 8601 in UTC.
    """

    def __init__(
        self,
        name: str = "canvas-1",
        width: int = 800,
        height: int = 600,
        *,
        catalogue: Catalogue | None = None,
        engine: Engine | None = None,
        owner: Owner | None = None,
        clock: Callable[[], str] = now_utc,
    ) -> None:
        super().__init__(Document(name=name, width=width, height=height, updated_at=clock()), owner, clock)
        self.catalogue = Catalogue() if catalogue is None else catalogue
        self.engine = Engine(self.catalogue) if engine is None else engine
        self.results = ResultStore()
        self.style = ChartStyle()
        self.pages = Pages()
        self.outlines: Kept[Any] = Kept()

    def release(self) -> None:
        """Let go of all data and of the database. Only at the end of the process, or of the workspace."""
        self.catalogue, self.results, self.pages = Catalogue(), ResultStore(), Pages()
        self.engine = Engine(self.catalogue)

    # -- containers ------------------------------------------------------------------------------------------------

    def create(
        self,
        container_id: str,
        *,
        content: Content | None = None,
        title: str | None = None,
        placing: Placing = ANYWHERE,
        actor: Actor = USER,
    ) -> Outcome:
        """Create a container; with `placing.replace`, or in a turn that replaces it, fill the existing one.

        Raises:
            Conflict: the id is taken; its alternatives are free.
            InvalidArgument: a position or size that cannot be.
        """

        def plan(document: Document) -> Plan:
            existing = document.get(container_id)
            how = placing
            if existing is not None and container_id in actor.replaces:
                how = replace(how, replace=True)
                if container_id in actor.moved:
                    how = replace(how, box=Box(), relations=Relations(), top=False)
                elif how.relations == existing.relations:
                    how = replace(how, relations=Relations(), top=False)
            return plan_create(
                document,
                container_id,
                content=EmptyContent() if content is None else content,
                title=title,
                placing=how,
                ignore=actor.replaces - {container_id},
            )

        outcome = self.transact(plan, actor, f"create {container_id}")
        if actor.made is not None and outcome.container_id not in (None, *actor.made):
            actor.made.append(str(outcome.container_id))
        return outcome

    def modify(
        self,
        container_id: str,
        *,
        content: Content | None = None,
        title: str | None = None,
        box: Box = Box(),
        relations: Relations | None = None,
        locked: bool | None = None,
        hidden: bool | None = None,
        z: int | None = None,
        auto_adjust: bool | None = None,
        avoid_overlap: bool | None = None,
        actor: Actor = USER,
    ) -> Outcome:
        """Change a container; what is None stays as it is. A position or size pins it."""

        def plan(document: Document) -> Plan:
            return plan_modify(
                document,
                container_id,
                content=content,
                title=title,
                box=box,
                relations=relations,
                locked=locked,
                hidden=hidden,
                z=z,
                auto_adjust=auto_adjust,
                avoid_overlap=avoid_overlap,
            )

        return self.transact(plan, actor, f"modify {container_id}")

    def delete(self, container_id: str, *, actor: Actor = USER) -> Outcome:
        """Delete a container."""
        before = self.document
        outcome = self.transact(lambda document: plan_delete(document, container_id), actor, f"delete {container_id}")
        return self._realigned(before, outcome)

    def clear(self, *, actor: Actor = USER) -> Outcome:
        """Delete all containers, in one transaction."""
        return self.transact(plan_clear, actor, "clear")

    def arrange(self, *, actor: Actor = USER) -> Outcome:
        """Put all but the locked containers on a uniform grid."""
        return self.transact(plan_arrange, actor, "arrange")

    def resize(self, width: int, height: int, *, auto_adjust: bool | None = None, actor: Actor = USER) -> Outcome:
        """Set the size of the canvas in px."""
        return self.transact(
            lambda document: plan_canvas_size(document, width, height, auto_adjust=auto_adjust),
            actor,
            "resize canvas",
        )

    def set_settings(
        self,
        *,
        auto_adjust: bool | None = None,
        overlap_prevention: bool | None = None,
        actor: Actor = USER,
    ) -> Outcome:
        """Change what the canvas does by itself."""
        return self.transact(
            lambda document: plan_settings(document, auto_adjust=auto_adjust, overlap_prevention=overlap_prevention),
            actor,
            "settings",
        )

    def edit(
        self,
        changes: Sequence[Change],
        *,
        auto_adjust: bool | None = None,
        avoid_overlap: bool | None = None,
        actor: Actor = USER,
        realign: bool = True,
    ) -> Outcome:
        """Apply the changes of a client (drag, resize, rename, delete, …) as one transaction.

        Where that changes what controls filter, what they filter is drawn again. With `realign` off it is left to the
        caller, who may not wait for queries: `controls.refilters` says whether it is due, `Workspace.realign` does it.
        """

        def plan(document: Document) -> Plan:
            return plan_edit(document, changes, auto_adjust=auto_adjust, avoid_overlap=avoid_overlap)

        before = self.document
        return self._realigned(before, self.transact(plan, actor, "edit"), wanted=realign)

    # -- content ---------------------------------------------------------------------------------------------------

    def chart(self, container_id: str | None, request: ChartRequest, **how: Any) -> Outcome:
        """Draw a chart; `how` as for `drawing.draw`."""
        return drawing.draw(self, container_id, request, **how)

    def table(self, container_id: str | None, request: TableRequest, **how: Any) -> Outcome:
        """Show a table; `how` as for `drawing.draw`."""
        return drawing.draw(self, container_id, request, **how)

    def metric(self, container_id: str | None, request: MetricRequest, **how: Any) -> Outcome:
        """Show one number; `how` as for `drawing.draw`."""
        return drawing.draw(self, container_id, request, **how)

    def text(self, container_id: str, markdown: str, **how: Any) -> Outcome:
        """Write markdown text; `how` as for `drawing.write`."""
        return drawing.write(self, container_id, markdown, **how)

    def refresh(
        self, container_ids: Sequence[str] | None = None, *, actor: Actor = USER
    ) -> dict[str, CanvasError | None]:
        """Run queries again on the data as it is now; each id with what kept it from being refreshed, or None."""
        return drawing.refresh(self, container_ids, actor=actor)

    def poll(self) -> list[str]:
        """Mark stale what was drawn from frames that have been rebound since; returns the containers' ids."""
        stale = drawing.mark_stale(self, self.catalogue.poll())
        self.pages.keep(lambda versions: freshness.is_current(self, versions))
        return stale

    # -- history ---------------------------------------------------------------------------------------------------

    def undo(self, turn_id: str | None = None, *, actor: Actor = USER, realign: bool = True) -> Outcome:
        """Take back the newest thing on the actor's stack, or a whole turn; later edits are kept and listed."""
        before = self.document
        return self._realigned(before, self.revert("undo", turn_id, actor), wanted=realign)

    def redo(self, *, actor: Actor = USER, realign: bool = True) -> Outcome:
        """Do again what was taken back last."""
        before = self.document
        return self._realigned(before, self.revert("redo", None, actor), wanted=realign)

    # -- results ---------------------------------------------------------------------------------------------------

    def result_for(self, container_id: str) -> Result | None:
        """The rows behind a container, from the store or by running its query again; None where it has no query."""
        content = self.document[container_id].content
        if not isinstance(content, Queried):
            return None
        held = self.results.get(content.result_id) if content.result_id else None
        if held is not None:
            return held
        result = self.engine.run(content.sql)
        self.results.put(result)
        return result

    def results_there(self) -> dict[str, Result]:
        """The rows behind every container that has some, by its id; a query that fails now leaves its container out."""
        found: dict[str, Result] = {}
        for container in self.document:
            try:
                result = self.result_for(container.id)
            except CanvasError:
                continue
            if result is not None:
                found[container.id] = result
        return found

    def query(self, sql: str, limit: int | None = None, *, actor: Actor = USER) -> Result:
        """Run a read-only query over the registered datasets."""
        result = self.engine.run(sql, limit=limit, cancel=actor.cancel)
        self.results.put(result)
        return result

    def datasets_of(self, container: Container) -> set[str]:
        """The datasets that a container's query reads."""
        return freshness.datasets_of(self, container)

    def datasets_drawn(self) -> list[str]:
        """The datasets that anything on the canvas is drawn from."""
        return freshness.drawn(self)

    def containers_of(self, dataset: str) -> list[Container]:
        """The containers whose query reads a dataset."""
        return [container for container in self.document if dataset in self.datasets_of(container)]
