"""CSV and Parquet files as Arrow: the database never sees a path, so that none is ever allowed there."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from canvas_widget.data.names import listed
from canvas_widget.errors import InvalidArgument, NotFound

__all__ = ["FILES", "files_of", "read_csv", "read_parquet", "stamp_of"]

CSV = (".csv", ".tsv", ".txt")
PARQUET = (".parquet", ".pq", ".parq")
FILES = 10_000
"""The most files of a folder."""


def files_of(path: str | os.PathLike[str]) -> tuple[str, list[Path]]:
    """What lies there ("csv" or "parquet"), and its files in order.

    Raises:
        NotFound: no such file; `alternatives` holds the readable files beside it.
        InvalidArgument: nothing that can be read, or too many files.
    """
    try:
        file = Path(path).expanduser()
        folder, single = file.is_dir(), file.is_file()
    except (ValueError, RuntimeError) as error:
        raise InvalidArgument(f"{os.fspath(path)!r:.100} is no path: {error}.") from error
    if single:
        suffixes = {each.lower() for each in file.suffixes[-2:]}
        if suffixes & set(CSV):
            return "csv", [file]
        if suffixes & set(PARQUET):
            return "parquet", [file]
        raise InvalidArgument(
            f'"{file.name}" is not a CSV file and not a Parquet file. Read it with pandas and register the frame.'
        )
    if not folder:
        beside = sorted(each.name for each in file.parent.glob("*") if each.suffix.lower() in CSV + PARQUET)
        kinds = "CSV files" if all(name.lower().endswith(CSV) for name in beside) else "Files"
        there = f" {kinds} there: {listed(beside, 5)}." if beside else ""
        raise NotFound(f'No file "{path}".{there}', alternatives=beside[:5])
    inside = sorted(
        each
        for each in file.rglob("*")
        if each.suffix.lower() in PARQUET and each.is_file() and not _hidden(each, file)
    )
    if not inside:
        raise InvalidArgument(f'The folder "{file.name}" holds no Parquet file. Name the one file you mean.')
    if len(inside) > FILES:
        raise InvalidArgument(f'The folder "{file.name}" holds {len(inside):,} files; at most {FILES:,} are read.')
    return "parquet", inside


def _hidden(file: Path, folder: Path) -> bool:
    return any(part.startswith((".", "_")) for part in file.relative_to(folder).parts)


def stamp_of(files: list[Path], folder: Path | None) -> object:
    """What changes when one of the files does: size and time of each, and the folders they lie in; None when gone."""
    try:
        found: list[Any] = [(stat.st_size, stat.st_mtime_ns) for stat in (file.stat() for file in files)]
        if folder is not None:
            found += [each.stat().st_mtime_ns for each in sorted({folder, *(file.parent for file in files)})]
    except OSError:
        return None
    return tuple(found)


def read_csv(file: Path) -> Any:
    """A CSV file as an Arrow table.

    Raises:
        InvalidArgument: it cannot be read as CSV.
    """
    import pyarrow as pa
    from pyarrow import csv

    delimiter = "\t" if ".tsv" in {each.lower() for each in file.suffixes} else ","
    try:
        found = csv.read_csv(
            file,
            parse_options=csv.ParseOptions(delimiter=delimiter, newlines_in_values=True),
            convert_options=csv.ConvertOptions(strings_can_be_null=True, null_values=["", "NA", "NaN", "null", "NULL"]),
        )
        found.column_names  # noqa: B018  (read only when asked for, and then no error of a file)
    except UnicodeDecodeError as error:
        raise InvalidArgument(f'"{file.name}" has column names that are no UTF-8. Save it as UTF-8.') from error
    except (pa.ArrowInvalid, pa.ArrowKeyError, OSError) as error:
        raise InvalidArgument(f'"{file.name}" cannot be read as CSV: {error}') from error
    return found


def read_parquet(files: list[Path], folder: Path | None) -> Any:
    """Parquet files as one `pyarrow.dataset`: its rows are read by the queries, column by column.

    Folders named `year=2024` become columns.

    Raises:
        InvalidArgument: one cannot be read as Parquet, or the files do not fit together.
    """
    import pyarrow as pa
    from pyarrow import dataset

    names = [str(file.absolute()) for file in files]
    base = None if folder is None else str(folder.absolute())
    try:
        found = dataset.dataset(names, format="parquet", partitioning="hive", partition_base_dir=base)
        found.count_rows()
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError, OSError) as error:
        what = folder.name if folder is not None else files[0].name
        raise InvalidArgument(f'"{what}" cannot be read as Parquet: {error}') from error
    return found
