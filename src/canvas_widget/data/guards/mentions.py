"""Which columns a query can read, so that only those are fetched from a database or looked at in a wide frame."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

__all__ = ["Mentions"]

Node = dict[str, Any]


class Mentions:
    """Collects names on a walk over a parse tree. It may name too many columns, never too few."""

    def __init__(self) -> None:
        self._columns: list[list[str]] = []
        self._aliases: set[str] = set()
        self._all = False

    def source(self, node: Node) -> None:
        """A part of FROM."""
        self._aliases.add(str(node.get("alias") or "").lower())
        self._columns += [[str(name).lower()] for name in node.get("using_columns") or ()]
        renamed = bool(node.get("column_name_alias"))
        natural = node.get("ref_type") == "NATURAL"
        self._all = self._all or renamed or natural or node["type"] in {"PIVOT", "SHOW_REF"}

    def expression(self, node: Node) -> None:
        """A name, a star, or a position."""
        if node["class"] == "COLUMN_REF":
            self._columns.append([str(name).lower() for name in node["column_names"]])
        else:
            self._all = True

    def mentioned(self, tables: Iterable[str]) -> frozenset[str] | None:
        """Every name that could be a column's, in lower case; None where all columns may be meant."""
        known = self._aliases | {name.lower() for name in tables}
        if self._all or any(len(names) == 1 and names[0] in known for names in self._columns):
            return None  # the name of a table alone is its whole row
        return frozenset(name for names in self._columns for name in (names[1:] if names[0] in known else names))
