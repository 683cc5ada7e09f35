"""What a dataset can be made of, and how a source becomes something the database reads without copying it."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any, Literal

from canvas_widget.data.names import listed
from canvas_widget.errors import InvalidArgument, NotFound, QueryError

__all__ = ["Kind", "is_frame", "kind_of", "prepare", "read_csv", "row_count", "sample", "time_zones"]

Kind = Literal["pandas", "polars", "arrow", "csv"]

UNSUPPORTED = ("period", "interval", "complex", "Sparse")
"""Column types of pandas that the database does not read (by the start of their names); they are read as text."""


def _of(value: Any, module: str, name: str) -> bool:
    """Whether the value is of a class of a library, without importing the library."""
    loaded = sys.modules.get(module)
    kind = getattr(loaded, name, None)
    return isinstance(kind, type) and isinstance(value, kind)


def is_frame(value: Any) -> bool:
    """Whether a variable of the notebook is a dataset by itself."""
    return _of(value, "pandas", "DataFrame") or _of(value, "polars", "DataFrame") or _of(value, "pyarrow", "Table")


def kind_of(source: Any) -> Kind:
    """The kind of a source.

    Raises:
        InvalidArgument: it is nothing that can be a dataset.
    """
    if _of(source, "pandas", "DataFrame"):
        return "pandas"
    if _of(source, "polars", "DataFrame"):
        return "polars"
    if _of(source, "pyarrow", "Table"):
        return "arrow"
    if isinstance(source, str | os.PathLike):
        return "csv"
    raise InvalidArgument(
        f"A dataset cannot be made of a {type(source).__name__}. Give a pandas or polars frame, an Arrow table, "
        "or the path of a CSV file."
    )


def row_count(kind: Kind, source: Any) -> int:
    return int(source.num_rows if kind in {"arrow", "csv"} else source.height if kind == "polars" else len(source))


def prepare(kind: Kind, source: Any, name: str) -> Any:
    """The source as the database reads it: names are text and unique (case aside), every column of a known type.

    Columns that need no change are not copied.

    Raises:
        QueryError: there is no column.
    """
    if kind == "pandas":
        return _prepare_pandas(source, name)
    table = source.to_arrow() if kind == "polars" else source
    if not table.num_columns:
        raise _no_columns(name)
    names = unique_names(table.column_names)
    return table if names == table.column_names else table.rename_columns(names)


def sample(kind: Kind, prepared: Any) -> Any:
    """So much of a prepared source as its column types need: all of it only where a column holds any objects."""
    if kind != "pandas" or any(str(each) == "object" for each in prepared.dtypes):
        return prepared
    return prepared.head(1)


def _no_columns(name: str) -> QueryError:
    return QueryError(f"{name} has no columns, so there is nothing to read. Fill it, then try again.")


def _prepare_pandas(frame: Any, name: str) -> Any:
    if not len(frame.columns):
        raise _no_columns(name)
    names = unique_names([_label(label) for label in frame.columns])
    odd = [position for position, kind in enumerate(frame.dtypes) if _odd(kind)]
    if names == list(frame.columns) and not odd:
        return frame
    changed = frame.copy(deep=False)
    changed.columns = names
    for position in odd:
        column = names[position]
        values = changed[column]
        text = str(values.dtype)
        if text.startswith("period"):
            changed[column] = values.dt.to_timestamp()
        elif text.startswith("Sparse"):
            changed[column] = values.sparse.to_dense()
        else:
            changed[column] = values.astype(object).where(values.notna(), None).map(str, na_action="ignore")
    return changed


def _odd(kind: Any) -> bool:
    inner = getattr(getattr(kind, "categories", None), "dtype", kind)
    return str(inner).startswith(UNSUPPORTED)


def _label(label: Any) -> str:
    return " ".join(str(part) for part in label if str(part)) if isinstance(label, tuple) else str(label)


def unique_names(names: list[str]) -> list[str]:
    """Names that differ, case aside: a second "a" becomes "a_2". An empty one becomes "column_3" by its position."""
    taken: set[str] = set()
    wanted = {name.casefold() for name in names}
    unique: list[str] = []
    for position, given in enumerate(names, start=1):
        base = given.replace("\0", "") or f"column_{position}"
        name, number = base, 1
        while name.casefold() in taken or (name != base and name.casefold() in wanted):
            number += 1
            name = f"{base}_{number}"
        taken.add(name.casefold())
        unique.append(name)
    return unique


def time_zones(kind: Kind, prepared: Any) -> dict[str, str]:
    """The time zone of each column that carries one."""
    if kind == "pandas":
        zones = {name: getattr(each, "tz", None) for name, each in zip(prepared.columns, prepared.dtypes, strict=True)}
    else:
        zones = {field.name: getattr(field.type, "tz", None) for field in prepared.schema}
    return {name: str(zone) for name, zone in zones.items() if zone is not None and "/" in str(zone)}


def read_csv(path: str | os.PathLike[str]) -> Any:
    """A CSV file as an Arrow table; the database never sees the path.

    Raises:
        NotFound: no such file; `alternatives` holds the CSV files beside it.
        InvalidArgument: not a CSV file, or one that cannot be read.
    """
    import pyarrow as pa
    from pyarrow import csv

    file = Path(path).expanduser()
    if not file.is_file():
        beside = sorted(each.name for each in file.parent.glob("*.csv")) if file.parent.is_dir() else []
        there = f" CSV files there: {listed(beside, 5)}." if beside else ""
        raise NotFound(f'No file "{path}".{there}', alternatives=beside[:5])
    if file.suffix.lower() not in {".csv", ".tsv", ".txt", ".gz"}:
        raise InvalidArgument(f'"{file.name}" is not a CSV file. Read it with pandas and register the frame.')
    delimiter = "\t" if ".tsv" in file.suffixes else ","
    try:
        table = csv.read_csv(
            file,
            parse_options=csv.ParseOptions(delimiter=delimiter, newlines_in_values=True),
            convert_options=csv.ConvertOptions(strings_can_be_null=True, null_values=["", "NA", "NaN", "null", "NULL"]),
        )
    except (pa.ArrowInvalid, pa.ArrowKeyError, UnicodeDecodeError) as error:
        raise InvalidArgument(f'"{file.name}" cannot be read as CSV: {error}') from error
    return table
