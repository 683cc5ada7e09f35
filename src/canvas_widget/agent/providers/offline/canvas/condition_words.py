"""Conditions in words, as a title has them and as an answer says them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from canvas_widget.agent.providers.offline.conditions.calendar_words import month_names
from canvas_widget.agent.providers.offline.query.query import AGGREGATE_WORDS, Condition, Nested
from canvas_widget.agent.providers.offline.words.normalise import human

__all__ = ["condition_words"]

_OPS = {"=": "is", "!=": "is not", ">": "over", "<": "under", ">=": "at least", "<=": "at most", "contains": "contains"}


def condition_words(conditions: Sequence[Condition]) -> list[str]:
    """Conditions as they read in a title; the two edges of a span of dates are one."""
    found: list[str] = []
    edges = {c.field: str(c.value) for c in conditions if c.op == "<" and _date(c.value)}
    started = {c.field for c in conditions if c.op == ">=" and _date(c.value)}
    for condition in conditions:
        name, value = human(condition.field), condition.value
        when = "" if name in ("date", "year", "month", "time") else f"{name} "
        if condition.op == "or":
            found.append(" or ".join(text for one in value for text in condition_words([one])))
        elif condition.op == "and":
            found.append(" and ".join(condition_words(value)))
        elif condition.op == "not":
            found.append("not " + " ".join(condition_words([value])))
        elif condition.op == "starts" and str(value).isdigit() and len(str(value)) == 4:
            found.append(f"{when}{value}")
        elif condition.op in ("starts", "ends"):
            found.append(f"{name} {condition.op} with {value}")
        elif condition.op == "months":
            found.append(f"{when}in {month_names(value)}")
        elif condition.op == "absent":
            found.append(f"without {human(value[0])}")
        elif isinstance(value, Nested):
            found.append(f"{name} {_OPS.get(condition.op, condition.op)} the {AGGREGATE_WORDS[value.aggregate]}")
        elif _date(value) and condition.op == ">=":
            end = edges.get(condition.field)
            found.append(f"{when}{_span(str(value), end) if end else 'since ' + _short(str(value))}")
        elif _date(value) and condition.op == "<":
            if condition.field not in started:
                found.append(f"{when}before {_short(str(value))}")
        elif condition.op in ("is null", "not null"):
            found.append(f"{name} is {'not ' if condition.op == 'not null' else ''}missing")
        elif condition.op == "in":
            found.append(f"{name} is {' or '.join(str(one) for one in value)}")
        elif condition.op == "between":
            found.append(f"{name} from {value[0]} to {value[1]}")
        else:
            found.append(f"{name} {_OPS.get(condition.op, condition.op)} {value}")
    return found


def _date(value: object) -> bool:
    return isinstance(value, str) and len(value) == 10 and value[4] == value[7] == "-" and value[:4].isdigit()


def _short(day: str) -> str:
    if day.endswith("-01-01"):
        return day[:4]
    return f"{date.fromisoformat(day):%B %Y}" if day.endswith("-01") else day


def _span(start: str, end: str) -> str:
    if start.endswith("-01-01") and end.endswith("-01-01"):
        first, last = int(start[:4]), int(end[:4]) - 1
        return f"in {first}" if first == last else f"from {first} to {last}"
    since, until = date.fromisoformat(start), date.fromisoformat(end) - timedelta(days=1)
    if start.endswith("-01") and end.endswith("-01"):  # whole months
        if (since.year, since.month) == (until.year, until.month):
            return f"in {until:%B %Y}"
        return f"from {since:{'%B' if since.year == until.year else '%B %Y'}} to {until:%B %Y}"
    return f"on {start}" if since == until else f"from {start} until {end}"
