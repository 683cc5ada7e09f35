"""Datasets that clients bring: files of their session, never a path of the server's."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

from canvas_widget.data import Catalogue, Dataset
from canvas_widget.errors import CanvasError, InvalidArgument, StorageError

__all__ = ["Uploads", "format_of"]

_SUFFIXES = {"csv": ".csv", "parquet": ".parquet", "arrow": ".arrow"}


def format_of(filename: str, content: bytes) -> str:
    """What a file is, by what it begins with, else by the end of its name.

    Raises:
        InvalidArgument: neither says.
    """
    if content[:4] == b"PAR1":
        return "parquet"
    if content[:6] == b"ARROW1" or content[:4] == b"\xff\xff\xff\xff":
        return "arrow"
    if filename.lower().endswith((".csv", ".tsv", ".txt")) or "." not in filename:
        if b"\0" in content[:4096]:
            raise InvalidArgument("This is no CSV text. Upload CSV, Parquet or Arrow.")
        return "csv"
    raise InvalidArgument(f"{filename[:100]!r} is no CSV, Parquet or Arrow file.")


class Uploads:
    """The files of all sessions, in a folder each."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, session_id: str, filename: str, content: bytes) -> dict[str, str]:
        """Write a file into a session's folder; returns what `load` needs.

        Raises:
            InvalidArgument: it is no kind of file that can be read.
            StorageError: it cannot be written: the disk is full, or is not ours.
        """
        kind = format_of(filename, content)
        folder = self._folder / session_id
        name = hashlib.sha256(content).hexdigest()[:32] + _SUFFIXES[kind]
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not (folder / name).exists():
                _write(folder / name, content)
        except OSError as error:
            raise StorageError(f"The file cannot be kept on the server: {error.strerror or error}.") from None
        return {"file": name, "format": kind}

    def drop(self, session_id: str, kept: dict[str, str]) -> None:
        """Delete a kept file that turned out to be no dataset."""
        (self._folder / session_id / kept["file"]).unlink(missing_ok=True)

    def load(self, catalogue: Catalogue, session_id: str, name: str, kept: dict[str, Any]) -> Dataset:
        """Make a kept file a dataset.

        Raises:
            InvalidArgument: it cannot be read as what it claims to be.
            NotFound: the file is gone.
        """
        path = self._folder / session_id / Path(str(kept["file"])).name
        try:
            source = _arrow(path) if kept["format"] == "arrow" else str(path)
            return catalogue.register(name, source)
        except CanvasError as error:
            raise type(error)(error.message.replace(str(path), name).replace(path.name, name)) from None

    def erase(self, session_id: str) -> None:
        """Delete the files of a session."""
        shutil.rmtree(self._folder / Path(session_id).name, ignore_errors=True)


def _write(path: Path, content: bytes) -> None:
    """Write a whole file or none. The same one may come twice at a time, so each has a part of its own."""
    handle, part = tempfile.mkstemp(dir=path.parent, suffix=".part")  # its owner's alone
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(part).replace(path)
    except BaseException:
        Path(part).unlink(missing_ok=True)
        raise


def _arrow(path: Path) -> Any:
    """The table in an Arrow file, checked to its last cell: Arrow itself believes what a file says of its insides."""
    import pyarrow as pa

    try:
        with pa.OSFile(str(path), "rb") as file:
            head = file.read(6)
            file.seek(0)
            opened = pa.ipc.open_file(file) if head == b"ARROW1" else pa.ipc.open_stream(file)
            table = opened.read_all()
            table.validate(full=True)
            return table
    except (pa.ArrowException, OSError, ValueError):
        raise InvalidArgument("The file is no Arrow file that can be read.") from None
