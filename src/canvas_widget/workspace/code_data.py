"""The lines of a canvas's code that make its datasets readable where the canvas is not."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from canvas_widget.data.engines.native import PREFIX, NativeOrigin
from canvas_widget.data.frames import is_of
from canvas_widget.document import Container
from canvas_widget.errors import CanvasError
from canvas_widget.workspace.types import Queried

if TYPE_CHECKING:
    from canvas_widget.data.dataset import Dataset
    from canvas_widget.workspace.workspace import Workspace

__all__ = ["Readable", "one_line", "readable"]

_NATIVE = re.compile(rf'"({PREFIX}[0-9a-f]{{12}} of (?:[^"]|"")*)"')
_CSV = (
    "pyarrow.csv.read_csv({path!r}, parse_options=pyarrow.csv.ParseOptions(delimiter={delimiter!r}, "
    "newlines_in_values=True), convert_options=pyarrow.csv.ConvertOptions("
    "strings_can_be_null=True, null_values=['', 'NA', 'NaN', 'null', 'NULL']))"
)


@dataclass(frozen=True)
class Readable:
    """`con` is what the code calls its own connection, `lines` what registers the datasets there."""

    con: str
    lines: tuple[str, ...]


def readable(workspace: Workspace, containers: Iterable[Container], *, paths: bool = True) -> Readable:
    """Files by their path; frames, relations and tables through the variables of the notebook that hold them.

    Without `paths` a file is one beside the code, named for its dataset: it goes to who has another disk.
    """
    names = sorted({name for each in containers for name in _read(workspace, each)}, key=str.casefold)
    found: dict[str, Dataset | None] = {}
    for name in names:
        try:
            found[name] = workspace.catalogue.get(name)
        except CanvasError:
            found[name] = None
    held = {name: _variable(workspace, each) for name, each in found.items() if each is not None}
    con = "con" if "con" not in held.values() else "canvas_con"
    lines: list[str] = []
    for name, dataset in found.items():
        if dataset is None:
            lines.append(f"# {one_line(name)} is not there any more.")
        else:
            lines += _lines(con, name, dataset, held[name], paths=paths)
    return Readable(con, tuple(dict.fromkeys(lines)))


def _read(workspace: Workspace, container: Container) -> set[str]:
    """What the query names: datasets, or a query in an engine's own SQL that stands for one."""
    content = container.content
    native = _NATIVE.findall(content.sql) if isinstance(content, Queried) else []
    return {name.replace('""', '"') for name in native} or workspace.datasets_of(container)


def _variable(workspace: Workspace, dataset: Dataset) -> str | None:
    """The variable of the notebook with the frame or connection; a frame's own name where it is in none."""
    origin = dataset.origin
    source = origin.bases[0].source if isinstance(origin, NativeOrigin) else dataset.source
    name = dataset.name
    frame = dataset.kind not in {"csv", "parquet", "database"} and name.isidentifier() and not keyword.iskeyword(name)
    return workspace.catalogue.variable(source, name) or (name if frame else None)


def _path(name: str, dataset: Dataset, *, paths: bool) -> Path:
    path = Path(dataset.source).expanduser()
    return path if paths else Path(re.sub(r"[^\w-]+", "_", name) + path.suffix)


def _lines(con: str, name: str, dataset: Dataset, variable: str | None, *, paths: bool) -> list[str]:
    if dataset.kind == "csv":
        path = _path(name, dataset, paths=paths)
        delimiter = "\t" if ".tsv" in {each.lower() for each in path.suffixes} else ","
        read = _CSV.format(path=str(path), delimiter=delimiter)
        return ["import pyarrow.csv", f"{con}.register({name!r}, {read})"]
    if dataset.kind == "parquet":
        path = _path(name, dataset, paths=paths)
        read = f"pyarrow.dataset.dataset({str(path)!r}, format='parquet', partitioning='hive')"
        return ["import pyarrow.dataset", f"{con}.register({name!r}, {read})"]
    if dataset.kind == "database":
        return _database(con, name, dataset, variable)
    if variable is None:
        return [f"# Register what was {one_line(name)} here: {con}.register({name!r}, frame)"]
    return [f"{con}.register({name!r}, {variable}{_named(dataset)})  # the {one_line(dataset.kind)} frame of that name"]


def _named(dataset: Dataset) -> str:
    """What gives a frame the columns that queries name: its index among them, each name text and unique."""
    names, frame = [field.name for field in dataset.fields], dataset.source
    if dataset.kind == "pandas":
        if list(frame.columns) == names:
            return ""
        reset = ".reset_index(allow_duplicates=True)" if len(names) > len(frame.columns) else ""
        there = list((frame.head(0).reset_index(allow_duplicates=True) if reset else frame).columns)
        return reset + ("" if there == names else f".set_axis({names!r}, axis=1)")
    if dataset.kind == "arrow":
        there = getattr(frame, "column_names", None) or frame.schema.names
        return "" if there == names else f".rename_columns({names!r})"
    there = frame.collect_schema().names()
    changed = {old: new for old, new in zip(there, names, strict=True) if old != new}
    return f".rename({changed!r})" if changed else ""


def _database(con: str, name: str, dataset: Dataset, variable: str | None) -> list[str]:
    """A table, a relation or a query of a database of the user's, read through the connection that is theirs."""
    origin: Any = dataset.origin
    source = origin.bases[0].source if isinstance(origin, NativeOrigin) else dataset.source
    if is_of(source, "duckdb", "DuckDBPyRelation"):
        sql, rows = "", f"{variable}.to_arrow_table()"
    else:
        table = origin.port.table() if hasattr(origin.port, "table") else origin.port.where
        sql = f"SELECT * FROM {table}"
        duck = is_of(source, "duckdb", "DuckDBPyConnection")
        rows = f"{variable}.sql({sql!r}).to_arrow_table()" if duck else f"pandas.read_sql({sql!r}, {variable})"
    known = not sql or any(
        is_of(source, *each)
        for each in (
            ("duckdb", "DuckDBPyConnection"), ("psycopg", "Connection"), ("adbc_driver_manager.dbapi", "Connection")
        )
    )  # fmt: skip
    if variable is None or not known:
        what = f" (the rows of {one_line(sql)})" if sql else ""
        return [f"# Register {one_line(name)} of your database here{what}: {con}.register({name!r}, frame)"]
    return [*(["import pandas"] if rows.startswith("pandas.") else []), f"{con}.register({name!r}, {rows})"]


def one_line(text: str) -> str:
    """A text as a comment may hold it: on one line, whatever is in it."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())
