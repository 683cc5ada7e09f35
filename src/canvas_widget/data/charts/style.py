"""What a user sets once for all charts: colours, how numbers read, the currency."""

from __future__ import annotations

from typing import Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from canvas_widget.data.charts.chart_words import FORMATS, SCHEMES
from canvas_widget.data.names import nearest
from canvas_widget.errors import InvalidArgument

__all__ = ["LOCALES", "ChartStyle", "Locale", "check_scheme"]

Locale = Literal["en", "de", "fr", "es", "it", "nl", "pt", "pl", "sv", "ru", "ch", "in", "ja"]
LOCALES: tuple[Locale, ...] = get_args(Locale)

# decimal mark, mark between thousands, digits in a group (the last repeats), whether the currency stands before
_MARKS: dict[str, tuple[str, str, tuple[int, ...], bool]] = {
    "en": (".", ",", (3,), True),
    "de": (",", ".", (3,), False),
    "fr": (",", "\u202f", (3,), False),
    "es": (",", ".", (3,), False),
    "it": (",", ".", (3,), False),
    "nl": (",", ".", (3,), True),
    "pt": (",", ".", (3,), True),
    "pl": (",", "\u00a0", (3,), False),
    "sv": (",", "\u00a0", (3,), False),
    "ru": (",", "\u00a0", (3,), False),
    "ch": (".", "’", (3,), True),
    "in": (".", ",", (3, 2, 2, 2, 2, 2), True),
    "ja": (".", ",", (3,), True),
}


def check_scheme(name: str | None) -> str | None:
    """The scheme's name as Vega spells it.

    Raises:
        InvalidArgument: there is no such scheme; names the nearest.
    """
    if name is None:
        return None
    word = name.casefold().strip()
    if word not in SCHEMES:
        close = nearest(name, SCHEMES)
        match = f" Closest: {', '.join(close)}." if close else ""
        raise InvalidArgument(f'No colour scheme "{name}".{match}', alternatives=close)
    return word


class ChartStyle(BaseModel):
    """Colours and numbers of every chart that does not say otherwise itself.

    Args:
        scheme: a colour scheme's name for series and heatmaps; the theme's own colours when None.
        format: of values: a d3-format, or "percent", "currency", "compact", "whole"; by size when None.
        locale: whose marks stand in numbers: "de" is 1.234,5.
        currency: the sign that the format "currency" (and `$` in a d3-format) stands for.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    scheme: str | None = None
    format: str | None = None
    locale: Locale = "en"
    currency: str = ""

    def __init__(self, **values: Any) -> None:
        try:
            super().__init__(**values)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            where = ".".join(str(part) for part in first["loc"]) or "theme"
            raise InvalidArgument(f'"{where}" cannot be used: {first["msg"]}.') from error

    @field_validator("scheme")
    @classmethod
    def _scheme(cls, value: str | None) -> str | None:
        return check_scheme(value)

    @field_validator("format")
    @classmethod
    def _format(cls, value: str | None) -> str | None:
        if value is not None and not FORMATS.fullmatch(value):
            raise ValueError('it is a d3-format such as ",.1f", or "percent", "currency", "compact" or "whole"')
        return value

    @field_validator("currency")
    @classmethod
    def _currency(cls, value: str) -> str:
        if len(value) > 4 or any(sign in value for sign in "\"'`\\<>&"):
            raise ValueError("it is a sign or a short code, such as € or CHF")
        return value

    def numbers(self, currency: bool = False) -> dict[str, Any] | None:
        """The marks of numbers, as d3 has them; None where they are those of the theme."""
        if self.locale == "en" and not self.currency and not currency:
            return None
        decimal, thousands, grouping, before = _MARKS[self.locale]
        sign = self.currency or "$"
        spaced = "\u00a0" if not before or len(sign) > 1 else ""
        around = [f"{sign}{spaced}", ""] if before else ["", f"{spaced}{sign}"]
        return {"decimal": decimal, "thousands": thousands, "grouping": list(grouping), "currency": around}
