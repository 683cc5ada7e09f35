"""What a selection came to, and what it filters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from canvas_widget.errors import NotFound, QueryError

__all__ = ["Filtered", "Selected"]


@dataclass(frozen=True)
class Filtered:
    """A linked container's rows under the selection; `rows` None where it shows all again."""

    container_id: str
    result_id: str
    schema: list[dict[str, str]]
    rows: list[dict[str, Any]] | None
    row_count: int = 0
    error: str | None = None


@dataclass(frozen=True)
class Selected:
    """What a selection came to: as it was rounded to what the brush tells apart, and what it filters."""

    container_id: str
    selection: dict[str, Any] | None
    filtered: tuple[Filtered, ...] = ()

    @property
    def linked(self) -> list[str]:
        return [each.container_id for each in self.filtered]

    def rows(self, container_id: str) -> list[dict[str, Any]] | None:
        """What a linked container shows under the selection; None where it shows everything again.

        Raises:
            QueryError: its query failed under the selection.
            NotFound: the selection does not filter that container.
        """
        for each in self.filtered:
            if each.container_id == container_id:
                if each.error is not None:
                    raise QueryError(each.error)
                return each.rows
        raise NotFound(f"The selection filters no container {container_id!r}. It filters: {', '.join(self.linked)}.")
