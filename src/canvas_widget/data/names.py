"""Names that are not there: which one was meant, and what there is instead."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence

from canvas_widget.errors import QueryError

__all__ = ["differ", "listed", "missing", "nearest"]


def nearest(name: str, options: Iterable[str], most: int = 3) -> list[str]:
    """The options that look most like the name, best first: case aside, then as a part, then by letters."""
    known = list(options)
    folded = name.strip().casefold()
    same = [option for option in known if option.casefold() == folded]
    by_fold: dict[str, str] = {}
    for option in known:
        by_fold.setdefault(option.casefold().replace("_", " "), option)
    wanted = folded.replace("_", " ")
    parts = [option for fold, option in by_fold.items() if len(wanted) > 2 and (wanted in fold or fold in wanted)]
    close = [by_fold[fold] for fold in difflib.get_close_matches(wanted, list(by_fold), most, 0.5)]
    initials = [
        option for option in known if len(wanted) > 2 and _initials(option) in {wanted, wanted.removesuffix("s")}
    ]
    best = same + initials + close + sorted(parts, key=len)
    return list(dict.fromkeys(best))[:most]


def listed(names: Sequence[str], most: int = 20) -> str:
    """Names for a sentence: "a, b, c and 5 more"."""
    shown = [name if len(name) <= 60 else name[:59] + "…" for name in names[:most]]
    more = len(names) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more > 0 else "")


def missing(what: str, name: str, where: str, options: Sequence[str], all_of_them: str) -> str:
    """A sentence such as: No column "mpgs" in cars. Closest match: mpg. Columns: mpg, year."""
    close = nearest(name, options, 1)
    match = f" Closest match: {close[0]}." if close else ""
    there = f" {all_of_them}: {listed(options)}." if options else ""
    return f'No {what} "{name}"{where}.{match}{there}'


def differ(names: Sequence[str]) -> None:
    """Check the names of a query's columns.

    Raises:
        QueryError: two are equal, case aside, or one has none.
    """
    folded = [name.casefold() for name in names]
    twice = sorted({name for name, fold in zip(names, folded, strict=True) if folded.count(fold) > 1 or not name})
    if twice:
        raise QueryError(f"Two columns of the query are called {listed(twice)}. Give each a name of its own with AS.")


def _initials(name: str) -> str:
    """Miles_per_Gallon → mpg."""
    return "".join(word[0] for word in name.casefold().replace("_", " ").split())
