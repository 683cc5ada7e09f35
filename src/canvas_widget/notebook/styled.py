"""The part of the canvas that sets how all charts and numbers look."""

from __future__ import annotations

from typing import TYPE_CHECKING

from canvas_widget.notebook.rooms import AtWork

if TYPE_CHECKING:
    from canvas_widget.data import Locale

__all__ = ["Styled"]


class Styled(AtWork):
    """Colours and numbers, set once."""

    def theme(
        self,
        *,
        scheme: str | None = None,
        format: str | None = None,  # noqa: A002  (Vega's word for it)
        locale: Locale = "en",
        currency: str = "",
    ) -> None:
        """Set the colours of all charts and the numbers of charts, tables, metrics and texts, and draw them again.

        Args:
            scheme: a Vega colour scheme, such as "tableau10" or "viridis"; None for the canvas's own colours.
            format: of values: a d3-format, or "percent", "currency", "compact", "whole".
            locale: whose marks stand in numbers: "de" writes 1.234,5.
            currency: the sign that the format "currency" shows, such as "€".
        """
        workspace = self.workspace
        from canvas_widget.data import ChartStyle

        workspace.style = ChartStyle(scheme=scheme, format=format, locale=locale, currency=currency)
        kinds = {"chart", "table", "metric", "text"}
        shown = [container.id for container in self.workspace.document if container.kind in kinds]
        for error in self.workspace.refresh(shown).values() if shown else ():
            if error is not None:
                raise error
