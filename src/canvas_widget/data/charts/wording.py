"""Words and numbers for people: titles, labels and formats that follow from what is shown. Units are never made up."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from typing import Any

from canvas_widget.data.charts.localised import localised
from canvas_widget.data.encode import Encoding, parse
from canvas_widget.errors import QueryError

__all__ = [
    "UNSEEN",
    "axis_format",
    "axis_money",
    "count_of",
    "human",
    "label_format",
    "lower",
    "measure_word",
    "number_text",
    "phrase",
    "plural",
    "share_title",
    "short_money",
    "value_format",
]

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufffe\uffff]")
"""Characters without a shape of their own; some turn the text around them."""
_SEPARATORS = re.compile(r"[_\s]+")
_PLURAL = re.compile(r"[A-Za-z]{3,}s")
_COUNTS = {"n", "cnt", "count_star()", "count()", "count(*)"}
_TIME_WORDS = {"yearmonth": "month", "yearquarter": "quarter"}
SMALL = 0.001
"""Below this a number is told by its power of ten."""
_MEASURES = {"sum": "Total", "mean": "Mean", "median": "Median", "min": "Lowest", "max": "Highest"}


def human(name: str) -> str:
    """“Miles_per_Gallon” → "Miles per gallon", "totalRevenue" → "Total revenue"; capitals such as "GDP" stay."""
    words = [
        word
        for part in _SEPARATORS.split(UNSEEN.sub(" ", name).replace("\\", "/"))
        for word in _CAMEL.split(part)
        if word
    ]
    if not words:
        return "Unnamed"
    shouting = all(word.isupper() for word in words) and max(map(len, words)) > 4
    kept = [word.lower() if shouting or not _acronym(word) else word for word in words]
    text = " ".join(kept)
    return text[:1].upper() + text[1:]


def _acronym(word: str) -> bool:
    letters = [letter for letter in word if letter.isalpha()]
    return len(letters) > 1 and all(letter.isupper() for letter in letters)


def lower(text: str) -> str:
    """A phrase for the middle of a sentence: the first letter small, unless it starts with capitals such as "GDP"."""
    first = text.split(" ", 1)[0]
    return text if _acronym(first) else text[:1].lower() + text[1:]


def count_of(dataset: str | None) -> str:
    """What `count()` counts: "cars" for a dataset named so, else "rows"."""
    if dataset and _PLURAL.fullmatch(dataset.rsplit("_", 1)[-1]) and not dataset.lower().endswith("ss"):
        return lower(human(dataset))
    return "rows"


def _column_title(name: str) -> str:
    """A column's name in words; one that a query made, such as "max(Horsepower)", as the function it is."""
    if name.casefold() in _COUNTS:
        return "Count"
    try:
        encoding = parse(name)
    except QueryError:
        return human(name)
    return human(name) if encoding.op is None or encoding.field is None else phrase(encoding)


def phrase(encoding: Encoding, dataset: str | None = None) -> str:
    """An encoding in words: "Mean miles per gallon", "Number of cars", "Month", "Horsepower"."""
    name = "" if encoding.field is None else _column_title(encoding.field)
    match encoding.op:
        case None | "bin":
            return name
        case "count":
            return f"Number of {count_of(dataset)}" if not name else f"Count of {lower(name)}"
        case "distinct":
            return f"Distinct {lower(name)}"
        case "stdev":
            return f"Standard deviation of {lower(name)}"
        case op if op in _MEASURES:
            return f"{_MEASURES[op]} {lower(name)}"
        case op:
            return human(_TIME_WORDS.get(op, op))


def share_title(title: str) -> str:
    """“Number of cars” → "Share of cars", "Total yield" → "Share of total yield"."""
    return f"Share of {lower(title.removeprefix('Number of '))}"


def measure_word(encoding: Encoding) -> str:
    """The word of a value for a subtitle whose title does not say it: "Mean"."""
    return _MEASURES.get(str(encoding.op), "")


def plural(count: int, noun: str) -> str:
    """“1 row”, "1,234 rows"."""
    return f"{count:,} {noun}" if count == 1 or noun.endswith("s") else f"{count:,} {noun}s"


def _largest(values: Iterable[object]) -> float:
    numbers = [abs(value) for value in values if isinstance(value, int | float) and math.isfinite(value)]
    return float(max(numbers, default=0))


def value_format(values: Iterable[object], *, whole: bool) -> str:
    """A d3-format for numbers that are read one by one: tooltips, metrics, tables."""
    if whole:
        return ",.0f"
    largest = _largest(values)
    if largest >= 10_000:
        return ",.0f"
    if largest >= 1 or largest == 0:
        return ",.1f"
    if largest >= 0.1:
        return ".2f"
    return ".3~g" if largest >= SMALL else ".2~e"


def label_format(values: Iterable[object], *, whole: bool) -> str:
    """A d3-format for numbers at the ends of bars, where room is short."""
    held = list(values)
    largest = _largest(held)
    if largest >= 100_000:
        return ".3~s"
    return value_format(held, whole=whole) if largest < 1_000 else ",.0f"


def axis_format(values: Iterable[object]) -> str | None:
    """A d3-format for an axis, where it needs one: thousands as 10k, 2M, and what is tiny as 2e−7."""
    largest = _largest(values)
    return "~s" if largest >= 10_000 else "~e" if 0 < largest < SMALL else None


MONEY = "$,.2f"
"""The format "currency"."""


def axis_money(form: str, values: Iterable[object]) -> str:
    """A format for an axis: amounts of money are whole on it, and thousands read as 10k."""
    largest = _largest(values)
    return form if form != MONEY or largest < 20 else "$~s" if largest >= 10_000 else "$,.0f"


def short_money(form: str, values: Iterable[object]) -> str:
    """A format for numbers where room is short: large amounts of money without hundredths."""
    largest = _largest(values)
    return form if form != MONEY or largest < 1_000 else "$.3~s" if largest >= 100_000 else "$,.0f"


_FORM = re.compile(r"[+\-( ]?([$#]?)0?\d*(,?)(?:\.(\d+))?(~?)([a-zA-Z%]?)")


def number_text(value: float, form: str | None, *, whole: bool, marks: Mapping[str, Any] | None = None) -> str:
    """A number in words that are drawn: by a d3-format where one was asked for, else as in a tooltip.

    `marks` are those of its locale and currency, as d3 has them.
    """
    form = form and short_money(form, [value])
    found = _FORM.fullmatch(form or value_format([value], whole=whole))
    if found is None:
        return localised(f"{value:,.12g}", marks)
    sign, comma, places, _, kind = found.groups()
    digits = int(places) if places else 0 if kind in "f%" else 3
    if kind == "%":
        text = f"{value * 100:{comma}.{digits}f}%"
    elif kind == "s":
        power = min(3, max(0, int(math.log10(abs(value)) // 3))) if value else 0
        text = f"{value / 1000**power:.{max(1, digits)}g}{['', 'k', 'M', 'G'][power]}"
    else:
        text = f"{value:{comma}.{digits}f}" if kind == "f" else f"{value:{comma}.{max(1, digits)}g}"
    return ("−" if text.startswith("-") else "") + localised(sign + text.removeprefix("-"), marks)
