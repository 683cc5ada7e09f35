"""What a dataset can be made of, and how a source becomes something the database reads without copying it."""

from __future__ import annotations

import io
import sys
from typing import Any, Literal

from canvas_widget.errors import QueryError

__all__ = ["Kind", "is_frame", "is_of", "planned_anew", "prepare", "sample", "time_zones", "unique_names"]

Kind = Literal["pandas", "polars", "lazy", "arrow", "csv", "parquet", "database"]

UNSUPPORTED = ("period", "interval", "complex", "Sparse")
"""Column types of pandas that the database does not read (by the start of their names); they are read as text."""


def is_of(value: Any, module: str, name: str) -> bool:
    """Whether the value is of a class of a library, without importing the library."""
    loaded = sys.modules.get(module)
    kind = getattr(loaded, name, None)
    return isinstance(kind, type) and isinstance(value, kind)


def is_frame(value: Any) -> bool:
    """Whether a variable of the notebook is a dataset by itself."""
    return (
        is_of(value, "pandas", "DataFrame") or is_of(value, "polars", "DataFrame") or is_of(value, "pyarrow", "Table")
    )


def prepare(kind: Kind, source: Any, name: str) -> Any:
    """The source as the database reads it: names are text and unique (case aside), every column of a known type.

    Columns that need no change are not copied.

    Raises:
        QueryError: there is no column.
    """
    if kind == "pandas":
        return _prepare_pandas(source, name)
    if kind == "lazy":
        return _prepare_lazy(source, name)
    table = _from_polars(source) if kind == "polars" else source
    if not table.num_columns:
        raise _no_columns(name)
    names = unique_names(table.column_names)
    if names != table.column_names:
        table = table.rename_columns(names)
    for position, field in enumerate(table.schema):
        if _unread(field.type):
            table = table.set_column(position, field.name, _as_text(table.column(position)))
    return table


def planned_anew(frame: Any) -> Any:
    """A LazyFrame that looks for its files again: polars keeps with the plan which ones it found, and their rows.

    One that cannot be written down, such as one that calls a function of the notebook's, stays as it is.
    """
    import pickle

    import polars as pl

    try:
        if " SCAN [" not in frame.explain(optimized=False):
            return frame
        return pl.LazyFrame.deserialize(io.BytesIO(frame.serialize()))
    except (pl.exceptions.PolarsError, pickle.PickleError, AttributeError, ImportError, OSError, TypeError, ValueError):
        return frame


def _prepare_lazy(frame: Any, name: str) -> Any:
    schema = frame.collect_schema()
    if not schema.names():
        raise _no_columns(name)
    names = unique_names(schema.names())
    return frame if names == schema.names() else frame.rename(dict(zip(schema.names(), names, strict=True)))


def _from_polars(frame: Any) -> Any:
    """Without copying, but for columns of Python objects, which become text."""
    import polars as pl

    objects = [name for name, kind in frame.schema.items() if kind == pl.Object]
    if objects:
        texts = [
            pl.Series(name, [None if cell is None else str(cell) for cell in frame[name]], dtype=pl.String)
            for name in objects
        ]
        frame = frame.with_columns(texts)
    for name in [name for name, kind in frame.schema.items() if kind in {pl.Int128, pl.UInt128}]:
        try:
            frame = frame.with_columns(pl.col(name).cast(pl.Decimal(38, 0)))
        except pl.exceptions.PolarsError:
            frame = frame.with_columns(pl.col(name).cast(pl.Float64))
    return frame.to_arrow(compat_level=pl.CompatLevel.oldest())


def _unread(kind: Any) -> bool:
    """Whether the database cannot read an Arrow type, or would read another one out of it."""
    import pyarrow as pa

    types = pa.types
    if types.is_dictionary(kind):
        return not (types.is_string(kind.value_type) or types.is_large_string(kind.value_type)) and (
            not _is_view(kind.value_type)
        )
    if isinstance(kind, pa.BaseExtensionType):
        return _unread(kind.storage_type)
    return bool(
        types.is_union(kind) or types.is_decimal256(kind) or types.is_float16(kind) or types.is_run_end_encoded(kind)
    )


def _is_view(kind: Any) -> bool:
    import pyarrow as pa

    return bool(pa.types.is_string_view(kind))


def _as_text(column: Any) -> Any:
    import pyarrow as pa

    kind = column.type
    if pa.types.is_dictionary(kind):
        return column.cast(kind.value_type)
    if pa.types.is_float16(kind):
        return column.cast(pa.float32())
    if pa.types.is_decimal256(kind):
        return column.cast(pa.float64())
    cells = [None if cell is None else str(cell) for cell in column.to_pylist()]
    return pa.chunked_array([pa.array(cells, pa.string())])


def sample(kind: Kind, prepared: Any) -> Any:
    """So much of a prepared source as its column types need: all of it only where a column holds any objects."""
    if kind == "lazy":
        return prepared.head(1)
    if kind != "pandas" or any(str(each) == "object" for each in prepared.dtypes):
        return prepared
    return prepared.head(1)


def _no_columns(name: str) -> QueryError:
    return QueryError(f"{name} has no columns, so there is nothing to read. Fill it, then try again.")


def _prepare_pandas(frame: Any, name: str) -> Any:
    frame = _with_index(frame)
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
            changed[column] = values.astype(object).where(values.notna(), None).map(_text, na_action="ignore")
    return changed


def _with_index(frame: Any) -> Any:
    """An index that says something (a name, several levels, or no mere row numbers) becomes the first columns."""
    index = frame.index
    if index.nlevels == 1 and index.name is None and (index.inferred_type == "integer" or not len(index)):
        return frame
    levels = [
        (_label(given) if given is not None else "index" if index.nlevels == 1 else f"level_{position}")
        for position, given in enumerate(index.names)
    ]
    taken = [_label(label) for label in frame.columns]
    names = unique_names([*taken, *levels])[len(taken) :]
    held = frame.copy(deep=False)
    if getattr(held.columns, "nlevels", 1) > 1:
        held.columns = taken
    for position, level in enumerate(names):
        held.insert(position, level, index.get_level_values(position), allow_duplicates=True)
    return held


def _text(cell: Any) -> str:
    return str(cell).encode("utf-8", "backslashreplace").decode()


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
        base = given.replace("\0", "").encode("utf-8", "backslashreplace").decode()
        base = base if base.strip() else f"column_{position}"
        name, number = base, 1
        while name.casefold() in taken or (name != base and name.casefold() in wanted):
            number += 1
            name = f"{base}_{number}"
        taken.add(name.casefold())
        unique.append(name)
    return unique


def time_zones(kind: Kind, prepared: Any) -> dict[str, str]:
    """The time zone of each column that carries one."""
    zones: dict[str, Any]
    if kind == "pandas":
        zones = {name: getattr(each, "tz", None) for name, each in zip(prepared.columns, prepared.dtypes, strict=True)}
    elif kind == "lazy":
        zones = {name: getattr(each, "time_zone", None) for name, each in prepared.collect_schema().items()}
    else:
        zones = {field.name: getattr(field.type, "tz", None) for field in prepared.schema}
    return {name: str(zone) for name, zone in zones.items() if zone is not None and "/" in str(zone)}
