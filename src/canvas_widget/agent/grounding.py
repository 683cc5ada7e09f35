"""Numbers in an answer that come from nothing the turn has seen: no query, no other tool result, no word of the user's.

A number is grounded when it is one of the seen numbers as far as its digits go (rounded, in %, in thousands or
millions), or a plain derivation of them: a sum or mean of a column, a difference, a ratio or share of two numbers of
one result. Small counting numbers, positions in a list, identifiers, code and sizes in px are no claims.
"""

from __future__ import annotations

import math
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

__all__ = ["Seen", "has_claims", "seen_in", "ungrounded"]

COUNTING = 10
"""Whole numbers up to this are counted by anybody and are no claim."""

MOST_PAIRS = 60
"""Numbers of one column past which pairs of them are not looked at."""

MOST_NUMBERS = 20_000
LARGEST_POWER = 100

_CODE = re.compile(r"```.*?(?:```|\Z)|`[^`\n]*`|https?://\S+|\"[^\"\n]{0,80}\"|“[^”\n]{0,80}”", re.DOTALL)
_MARKER = re.compile(r"^\s*(?:\d{1,3}[.)]|#+)\s+", re.MULTILINE)
_DATE = re.compile(r"\b(\d{4})-(\d{1,2})(?:-(\d{1,2}))?(?:[T ](\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?Z?)?\b")
_CLOCK = re.compile(r"\b\d{1,2}:\d{2}(?::\d{2})?\b")
_DAY = re.compile(
    r"\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.? \d{1,2}(?:st|nd|rd|th)?\b(?!,\d{3})|"
    r"\b\d{1,2}(?:st|nd|rd|th|\.)? (?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    r"(?<![\w.,/#-])(?P<sign>[-−–+]?)(?P<money>[$€£¥]?)"
    r"(?P<digits>\d{1,3}(?:\.\d{3}){2,}(?:,\d+)?|\d{1,3}\.\d{3},\d+|"
    r"\d{1,3}(?:[,\u2009\u202f\u00a0'’ ]\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+)"
    r"(?:[eE](?P<power>[-+]?\d{1,3}))?"
    r"(?P<tail>\s?(?:%|percent\b|per cent\b|Prozent\b|pp\b)|"
    r"\s?(?:(?:k|K|M|bn|B|thousand|million|billion)\b|(?:Mio|Mrd)\b\.?)|)"
    r"(?!\.?\d)"
)
_GERMAN = re.compile(r"\d{1,3}(?:\.\d{3}){2,}(?:,\d+)?|\d{1,3}\.\d{3},\d+")
_SCALE = {
    "k": 1e3,
    "thousand": 1e3,
    "m": 1e6,
    "million": 1e6,
    "mio": 1e6,
    "b": 1e9,
    "bn": 1e9,
    "billion": 1e9,
    "mrd": 1e9,
}
_AFTER_IGNORED = re.compile(
    r"\s?(?:px\b|pixels?\b|[×x]\s?\d+\s?px)|(?:st|nd|rd|th)\b|[A-Za-z_]\w*[_\d]|-(?:by|to|way|fold|step|point)\b"
)
_ABOUT = re.compile(
    r"(?:about|around|roughly|approximately|approx\.?|nearly|almost|some|circa|ca\.|over|under|above|below|up to|"
    r"more than|less than|fewer than|at least|at most|just|close to|~|≈|"
    r"etwa|rund|fast|knapp|gut|über|unter)\s*[$€£¥]?$",
    re.IGNORECASE,
)
_TOP = re.compile(
    r"(?:top|first|last|step|rule|option|part|section|page|line|row|item|no\.|nr\.|version|q|h|week|level|phase|chart|"
    r"container|table|figure|round|under|over)\s*$",
    re.IGNORECASE,
)


@dataclass
class Seen:
    """The numbers a turn has seen, with what can be plainly derived from those that stand in one column or row."""

    values: set[float] = field(default_factory=set)
    columns: list[list[float]] = field(default_factory=list)
    rows: list[list[float]] = field(default_factory=list)
    years: list[tuple[int, int]] = field(default_factory=list)
    dates: set[str] = field(default_factory=set)
    _derived: list[tuple[float, bool]] | None = field(default=None, repr=False)

    def add(self, value: Any) -> None:
        """Take in any JSON-ready value: numbers, numbers in texts, lengths of lists, columns of rows."""
        if len(self.values) > MOST_NUMBERS:
            return
        if isinstance(value, bool) or value is None:
            return
        if isinstance(value, int | float):
            if _numeric(value):
                self.values.add(float(value))
        elif isinstance(value, str):
            self._text(value)
        elif isinstance(value, Mapping):
            for key, part in value.items():
                self._text(str(key))
                self.add(part)
            row = [float(part) for part in value.values() if _numeric(part)]
            if 1 < len(row) <= MOST_PAIRS:
                self.rows.append(row)
            self._range(value.get("range"))
            if isinstance(value.get("min"), str):
                self._range([value["min"], value.get("max")])
        elif isinstance(value, Sequence):
            self.values.add(float(len(value)))
            for part in value:
                self.add(part)
            self._column(value)

    def _numbers(self, *written: str) -> None:
        """Take in what is a number here: one too large for that is as near to any as to itself."""
        self.values.update(filter(math.isfinite, map(float, written)))

    def _text(self, text: str) -> None:
        for found in _DATE.finditer(text):
            self.dates.add(found.group(0))
            self._numbers(*filter(None, found.groups()))
        for found in _NUMBER.finditer(_DATE.sub(" ", text)):
            self.values.update(value for value, _ in _readings(found))
        self._numbers(*re.findall(r"\d+(?:\.\d+)?", text)[:500])

    def _column(self, items: Sequence[Any]) -> None:
        if all(_numeric(item) for item in items) and len(items) > 1:
            self.columns.append([float(item) for item in items])
        rows = [item for item in items if isinstance(item, Mapping)]
        if len(rows) < 2:
            return
        for name in rows[0]:
            column = [float(row[name]) for row in rows if _numeric(row.get(name))]
            if len(column) > 1:
                self.columns.append(column)
            dates = [row[name] for row in rows if isinstance(row.get(name), str) and _DATE.match(row[name])]
            if len(dates) > 1:
                self._range([min(dates), max(dates)])

    def _range(self, ends: Any) -> None:
        if isinstance(ends, list) and len(ends) == 2 and all(isinstance(end, str) and _DATE.match(end) for end in ends):
            self.years.append((int(ends[0][:4]), int(ends[1][:4])))

    def derived(self) -> Iterator[tuple[float, bool]]:
        """Sums, means, counts, differences, ratios and shares; with each whether it only makes sense as a share."""
        for column in self.columns:
            total = math.fsum(column)
            yield total, False
            yield total / len(column), False
            ordered = sorted(column)
            yield ordered[len(ordered) // 2], False
            yield (ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]) / 2, False
            if total and min(column) >= 0:
                running = 0.0
                for value in sorted(column, reverse=True):
                    running += value
                    yield value / total, True
                    yield running / total, True
                    yield running, False
        for group in (*self.columns, *self.rows):
            if len(group) <= MOST_PAIRS:
                yield from _pairs(group)

    def grounds(self, value: float, unit: float, *, about: bool, share: bool) -> bool:
        """Whether a number, whose last digit is worth `unit`, is one of these or comes from them."""
        if any(_near(value, seen, unit, about=about) for seen in self.values):
            return True
        if any(lo <= value <= hi for lo, hi in self.years) and unit == 1:
            return True
        return any(
            _near(value, derived, unit, about=about)
            for derived, only_share in self._all_derived()
            if share or not only_share
        )

    def _all_derived(self) -> list[tuple[float, bool]]:
        if self._derived is None:
            self._derived = list(self.derived())
        return self._derived


def _numeric(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= sys.float_info.max


def _pairs(group: Sequence[float]) -> Iterator[tuple[float, bool]]:
    for a, b in combinations(group, 2):
        yield abs(a - b), False
        if len(group) <= 12:
            yield a + b, False
        for over, under in ((a, b), (b, a)):
            if under:
                yield over / under, False
                yield abs(over - under) / abs(under), True


def _near(value: float, seen: float, unit: float, *, about: bool) -> bool:
    slack = unit * 0.5000001 + abs(seen) * 1e-12
    if about:
        slack = max(slack, abs(seen) * 0.05)
    return abs(abs(value) - abs(seen)) <= slack or (
        unit < 1e9 and abs(abs(value) - _cut(abs(seen), unit)) < unit * 1e-6
    )


def _cut(seen: float, unit: float) -> float:
    return math.floor(seen / unit) * unit if unit else seen


def _readings(found: re.Match[str]) -> list[tuple[float, float]]:
    """What a number may mean, each with the worth of its last digit: as it stands, scaled, and as a share.

    One that is too large or too small to be reckoned with means nothing.
    """
    digits = found["digits"]
    if _GERMAN.fullmatch(digits):
        digits = digits.replace(".", "").replace(",", ".")
    digits = re.sub(r"[^\d.]", "", digits)
    value = float(digits)
    if not math.isfinite(value) or abs(int(found["power"] or 0)) > LARGEST_POWER or value > 1e100:
        return []
    decimals = len(digits.partition(".")[2])
    unit = 10.0**-decimals
    if not decimals and not found["tail"].strip() and value:
        zeros = len(digits) - len(digits.rstrip("0"))
        unit = 10.0 ** min(zeros, max(0, len(digits) - 2)) if len(digits) >= 4 and zeros >= 2 else 1.0
    if found["power"]:
        factor = 10.0 ** int(found["power"])
        value, unit = value * factor, unit * factor
    tail = found["tail"].strip().rstrip(".").casefold()
    if re.fullmatch(r"\d{1,3}(?:\.\d{3})+", found["digits"]) and not tail:
        return [(value, unit), (float(found["digits"].replace(".", "")), 1.0)]
    if tail in ("%", "percent", "per cent", "prozent", "pp"):
        return [(value, unit), (value / 100, unit / 100)]
    if tail in _SCALE:
        return [(value * _SCALE[tail], unit * _SCALE[tail]), (value, unit)]
    return [(value, unit)]


def _claims(text: str) -> Iterator[tuple[str, re.Match[str], bool]]:
    plain = _CODE.sub(lambda found: " " * len(found.group()), text)
    plain = _MARKER.sub(lambda found: " " * len(found.group()), plain)
    for pattern in (_CLOCK, _DAY):
        plain = pattern.sub(lambda found: " " * len(found.group()), plain)
    plain = plain.replace("**", "  ").replace("__", "  ")
    for found in _NUMBER.finditer(plain):
        before, after = plain[max(0, found.start() - 24) : found.start()], plain[found.end() :]
        if _AFTER_IGNORED.match(after):
            continue
        written = found.group().strip().lstrip("-−–+")
        counting = not found["tail"].strip() and not found["money"] and "." not in found["digits"]
        if counting and (float(re.sub(r"\D", "", found["digits"])) <= COUNTING or _TOP.search(before)):
            continue
        yield written, found, bool(_ABOUT.search(before))


def has_claims(text: str) -> bool:
    """Whether a text states any number at all that could come from nowhere."""
    return next(_claims(text), None) is not None or _DATE.search(text) is not None


def ungrounded(text: str, seen: Seen) -> list[str]:
    """The numbers of a text, as written, that nothing seen accounts for; each once, in their order."""
    missing: list[str] = []
    dated = _DATE.sub(lambda found: " " * len(found.group()) if _dated(found.group(0), seen) else found.group(), text)
    for written, found, about in _claims(dated):
        share = "%" in found["tail"] or found["tail"].strip().startswith(("per", "Pro", "pp"))
        readings = _readings(found)
        if not any(seen.grounds(value, unit, about=about, share=share) for value, unit in readings):
            missing.append(written)
    return list(dict.fromkeys(missing))


def _dated(date: str, seen: Seen) -> bool:
    """Whether a date was seen, or lies in a range that was."""
    if any(held.startswith(date) or date.startswith(held) for held in seen.dates):
        return True
    return any(lo <= int(date[:4]) <= hi for lo, hi in seen.years)


def seen_in(values: Iterable[Any]) -> Seen:
    """The numbers of several values."""
    seen = Seen()
    for value in values:
        seen.add(value)
    return seen
