"""Ways to say an order, put together from a few words: “with the tallest first”, “going down”, “from most to least”."""

from __future__ import annotations

from itertools import product

from canvas_widget.agent.providers.offline.words.vocabulary import words

__all__ = ["ORDERS"]

_LARGE = words("highest largest biggest greatest most top maximum tallest longest heaviest richest oldest")
_SMALL = words("lowest smallest least fewest minimum shortest lightest poorest youngest")
_ENDS = (
    ("highest", "lowest"), ("largest", "smallest"), ("largest", "least"), ("biggest", "smallest"),
    ("greatest", "smallest"), ("greatest", "least"), ("greatest", "lowest"), ("most", "least"), ("most", "fewest"),
    ("maximum", "minimum"), ("max", "min"), ("high", "low"), ("large", "small"), ("big", "small"), ("top", "bottom"),
    ("tallest", "shortest"), ("longest", "shortest"), ("heaviest", "lightest"), ("more", "less"), ("more", "fewer"),
    ("higher", "lower"), ("larger", "smaller"), ("bigger", "smaller"), ("greater", "lesser"), ("many", "few"),
)  # fmt: skip
"""The two ends of an order, large and small."""

_NAMED = ("", " one", " value", " bar", " number", " count", " total", " figure")
_FRONT = (
    "first", "come first", "comes first", "coming first", "at the top", "on top", "at the front", "at the beginning",
    "at the start", "on the left", "to the left", "leading",
)  # fmt: skip
_START = ("starting", "beginning", "start", "begin", "starts", "begins", "leading", "led", "headed", "opening")
_DOWN = (
    "falling", "dropping", "declining", "diminishing", "downward", "downwards", "going down", "go down", "goes down",
    "descendent", "descended", "sloping down", "decreasingly",
)  # fmt: skip
_UP = (
    "rising", "growing", "climbing", "upward", "upwards", "going up", "go up", "goes up", "ascended",
    "sloping up", "increasingly",
)  # fmt: skip


def _orders() -> dict[str, str]:
    found: dict[str, str] = {}
    for large, small in _ENDS:
        for lead, article, noun in product(
            ("", "from ", "from the ", "the "), ("", "the "), ("", " value", " number", " one")
        ):
            found[f"{lead}{large}{noun} to {article}{small}"] = "desc"
            found[f"{lead}{small}{noun} to {article}{large}"] = "asc"
    for meaning, extremes in (("desc", _LARGE), ("asc", _SMALL)):
        for word, noun in product(sorted(extremes), _NAMED):
            found.update({f"{word}{noun} {front}": meaning for front in _FRONT})
        for verb, link, article, word in product(_START, ("with", "from", "by", "at"), ("", "the "), sorted(extremes)):
            found[f"{verb} {link} {article}{word}"] = meaning
    for meaning, ways in (("desc", _DOWN), ("asc", _UP)):
        for word in ways:
            found.update({f"{word} order": meaning, f"in {word} order": meaning, f"{word} from left to right": meaning})
            if " " in word or word.endswith(("ward", "wards", "ed", "ly")):
                found[word] = meaning
    return found


ORDERS: dict[str, str] = _orders()
"""Phrases of order to "desc" or "asc"."""
