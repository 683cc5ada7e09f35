"""Spans of time in words: “in July 2014”, “from March to June 2014”, “since Q3 2013”, “the last 6 months”."""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import dataclass

from canvas_widget.agent.providers.offline.link.column import Column
from canvas_widget.agent.providers.offline.query.dates import time_column
from canvas_widget.agent.providers.offline.query.query import Condition, Query
from canvas_widget.agent.providers.offline.words.phrases import Phrase
from canvas_widget.agent.providers.offline.words.vocabulary import words

__all__ = ["month_names", "read_calendar"]

_MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_name) if name}
_MONTHS |= {name.lower(): number for number, name in enumerate(calendar.month_abbr) if name} | {"sept": 9}
_PARTS = {"first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4, "last": 0}
_IN = words("in for during of within on over only just and or by")
_SINCE, _BEFORE = words("since from after starting beginning"), words("before until till to through up")
_TO = words("to until till through and - –")
_WEAK = words("may march mar sun sat")
"""Months that are other words as well: they need a year, or “in” before them."""
_PERIODS = {"day": 1, "week": 7, "month": 1, "quarter": 3, "year": 12}


@dataclass(frozen=True, slots=True)
class _Span:
    """Tokens `start:end` that name the time from `first` up to before `after`; `year` None where none was said."""

    start: int
    end: int
    month: int
    months: int
    year: int | None
    day: int | None = None

    def edges(self, year: int) -> tuple[dt.date, dt.date]:
        if self.day is not None:
            day = dt.date(year, self.month, self.day)
            return day, day + dt.timedelta(days=1)
        return dt.date(year, self.month, 1), _later(dt.date(year, self.month, 1), self.months)


def _later(day: dt.date, months: int) -> dt.date:
    """The first of the month that many months after the month of a day."""
    index = day.year * 12 + day.month - 1 + months
    return dt.date(index // 12, index % 12 + 1, 1)


def read_calendar(phrase: Phrase, query: Query) -> None:
    """Finds spans of time named by months, quarters, halves and “the last …”, and takes them as a condition."""
    for index in range(len(phrase)):
        if not phrase.free(index):
            continue
        if _recent(phrase, index, query):
            return
        span = _span(phrase, index)
        if span is not None and _named(phrase, span):
            column = _date(query)
            if column is not None and _condition(phrase, span, column, query):
                return


def _date(query: Query) -> Column | None:
    if not any(column.temporal for column in query.source.columns):
        return None
    return time_column(query)


def _span(phrase: Phrase, index: int) -> _Span | None:
    """The month, quarter or half that begins at `index`, with its year where one follows."""
    text, number = phrase.word(index), 0
    if text in _MONTHS:
        end, day = index + 1, _day(phrase, index + 1)
        if day is not None:
            end += 1
        before = _day(phrase, index - 1) if day is None else None
        start = index - (before is not None)
        found = _year(phrase, end)
        year, end = found if found is not None else (None, end)
        day = day if day is not None else before
        if day is not None and (year is None or day > calendar.monthrange(year, _MONTHS[text])[1]):
            return None
        return _Span(start, end, _MONTHS[text], 1, year, day)
    end = index + 1
    if text in ("q", "h") and index + 1 < len(phrase) and phrase.tokens[index + 1].glued:
        number, end = int(phrase.tokens[index + 1].value or 0), index + 2
    elif text[:1] in ("q", "h") and text[1:].isdigit():
        number = int(text[1:])
    elif text in _PARTS and phrase.tokens[index + 1 : index + 2] and phrase.word(index + 1) in ("quarter", "half"):
        number, end, text = _PARTS[text], index + 2, phrase.word(index + 1)[:1]
    months, parts = (6, 2) if text[:1] == "h" else (3, 4)
    number = parts if number == 0 and end == index + 2 and phrase.word(index) == "last" else number
    if not 1 <= number <= parts:
        return None
    found = _year(phrase, end)
    if found is None:
        return None
    return _Span(index, found[1], (number - 1) * months + 1, months, found[0])


def _day(phrase: Phrase, index: int) -> int | None:
    """“July 4, 2014”, “4 July 2014”: a day, when a year stands near."""
    token = phrase.tokens[index] if 0 <= index < len(phrase) else None
    if token is None or token.value is None or not float(token.value).is_integer() or not 1 <= token.value <= 31:
        return None
    near = [k for k in range(index + 1, index + 4) if _year(phrase, k) is not None]
    return int(token.value) if near and phrase.free(index) else None


def _year(phrase: Phrase, index: int) -> tuple[int, int] | None:
    """The year at `index` (behind “of”, a comma), and where it ends."""
    at = index + (phrase.word(index) in ("of", ",", "in"))
    token = phrase.tokens[at] if at < len(phrase) else None
    if token is None or token.kind != "number" or token.value is None or not phrase.free(at):
        return None
    return (int(token.value), at + 1) if 1500 <= token.value <= 2200 and len(token.text) == 4 else None


def _named(phrase: Phrase, span: _Span) -> bool:
    """Whether it is time, and no verb or name: “may”, “march”."""
    if span.year is not None:
        return True
    before = phrase.word(span.start - 1)
    weak = phrase.word(span.start) in _WEAK
    return before in _IN | _SINCE | _BEFORE and not (weak and before in ("for", "by", "of", "to", "and", "or"))


def _condition(phrase: Phrase, span: _Span, column: Column, query: Query) -> bool:
    before, start = phrase.word(span.start - 1), span.start
    ranged = before in ("from", "between")
    joint = span.end
    while phrase.word(joint) in _TO and joint < span.end + 2:
        joint += 1
    second = _span(phrase, joint) if joint > span.end and joint < len(phrase) else None
    if second is not None and (ranged or phrase.word(span.end) not in ("and", "or")) and second.year is not None:
        first_year = span.year if span.year is not None else second.year
        low, high = span.edges(first_year)[0], second.edges(second.year)[1]
        _between(column, low, high, query)
        phrase.take(start - (before in ("from", "between", "in", "during", "for")), second.end, "filter")
        return True
    if span.year is None:
        return _recurring(phrase, span, column, query)
    low, high = span.edges(span.year)
    if before in _SINCE:
        query.conditions.append(Condition(column.name, ">=", (high if before == "after" else low).isoformat()))
    elif before in ("before", "until", "till", "through", "to"):
        query.conditions.append(Condition(column.name, "<", (low if before == "before" else high).isoformat()))
    else:
        _between(column, low, high, query)
    phrase.take(start - (before in _IN | _SINCE | _BEFORE and before not in ("and", "or")), span.end, "filter")
    return True


def _recurring(phrase: Phrase, span: _Span, column: Column, query: Query) -> bool:
    """“In July and August”: those months of every year."""
    months, end = [span.month], span.end
    while (more := _joined(phrase, end)) is not None:
        months.append(more.month)
        end = more.end
    if more := _joined(phrase, end):
        return False
    query.conditions.append(Condition(column.name, "months", sorted(set(months))))
    phrase.take(span.start - 1, end, "filter")
    return True


def _joined(phrase: Phrase, index: int) -> _Span | None:
    at = index
    while at < len(phrase) and phrase.word(at) in ("and", "or", ",", "&") and phrase.free(at):
        at += 1
    span = _span(phrase, at) if index < at < len(phrase) else None
    return span if span is not None and span.months == 1 and span.year is None else None


def _between(column: Column, low: dt.date, high: dt.date, query: Query) -> None:
    query.conditions += [
        Condition(column.name, ">=", low.isoformat()),
        Condition(column.name, "<", high.isoformat()),
    ]


def _recent(phrase: Phrase, index: int, query: Query) -> bool:
    """“The last 6 months”, “the past year”: up to the last date that the data has."""
    if phrase.word(index) not in ("last", "past", "latest", "recent"):
        return False
    token = phrase.tokens[index + 1] if index + 1 < len(phrase) else None
    many = token is not None and token.value is not None and float(token.value).is_integer()
    count = int(token.value or 0) if token is not None and many else 1
    unit_at = index + 1 + many
    unit = phrase.tokens[unit_at].stem if unit_at < len(phrase) else ""
    if unit not in _PERIODS or not 1 <= count <= 10_000 or (not many and phrase.word(unit_at) != unit):
        return False
    column = _date(query)
    view = query.source.view.column(column.name) if column is not None else None
    try:
        latest = dt.date.fromisoformat(str(view.max)[:10]) if view is not None else None
    except ValueError:
        latest = None
    if column is None or latest is None:
        return False
    if unit in ("day", "week"):
        low = latest - dt.timedelta(days=count * _PERIODS[unit] - 1)
    else:
        months = count * _PERIODS[unit]
        start = dt.date(latest.year, 1, 1) if unit == "year" and count == 1 else _later(latest, 1 - months)
        low = (
            _later(dt.date(latest.year, (latest.month - 1) // 3 * 3 + 1, 1), 3 - months) if unit == "quarter" else start
        )
    said = phrase.written(index, unit_at + 1)
    query.conditions.append(Condition(column.name, ">=", low.isoformat()))
    query.notes.append(f"“{said}” was read as since {low.isoformat()}: {column.name} ends on {latest.isoformat()}.")
    begin = index
    while phrase.word(begin - 1) in ("the", "in", "for", "over", "during", "of", "within", "from") and phrase.free(
        begin - 1
    ):
        begin -= 1
    phrase.take(begin, unit_at + 1, "filter")
    return True


def month_names(months: list[int]) -> str:
    """“July or August”."""
    return " or ".join(calendar.month_name[month] for month in months)
