"""Datasets that clients bring: files of their session, never a path of the server's."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
import threading
from pathlib import Path
from typing import Any

from canvas_widget.data import Catalogue, Dataset
from canvas_widget.errors import CanvasError, InvalidArgument, StorageError, TooLarge

__all__ = ["Uploads", "format_of"]

_SUFFIXES = {"csv": ".csv", "parquet": ".parquet", "arrow": ".arrow"}
_PART = ".part"


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
    """The files of all sessions, in a folder each.

    Args:
        folder: holds those folders.
        most: files that a session may have.
        most_bytes: what these may have together.
    """

    def __init__(self, folder: Path, most: int = 100, most_bytes: int = 2**30) -> None:
        self._folder = folder
        self._most = most
        self._most_bytes = most_bytes
        self._files: dict[str, dict[str, str]] = {}
        """For each session in memory the file of each dataset."""
        self._under_way: dict[str, list[str]] = {}
        """Files that are kept and not yet those of a dataset."""
        self._locks: dict[str, threading.Lock] = {}

    def keep(self, session_id: str, name: str, filename: str, content: bytes) -> dict[str, str]:
        """Write a file into a session's folder, for the dataset of that name; returns what `load` needs.

        Raises:
            InvalidArgument: it is no kind of file that can be read.
            TooLarge: the session has as many files, or as many bytes of them, as it may.
            StorageError: it cannot be written: the disk is full, or is not ours.
        """
        kind = format_of(filename, content)
        folder = self._folder / session_id
        file = hashlib.sha256(content).hexdigest()[:32] + _SUFFIXES[kind]
        with self._lock(session_id):
            try:
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                if not (folder / file).exists():
                    self._check(folder, self._replaced(session_id, name, file), len(content))
                    _write(folder / file, content)
            except OSError as error:
                raise StorageError(f"The file cannot be kept on the server: {error.strerror or error}.") from None
            self._under_way.setdefault(session_id, []).append(file)
        return {"file": file, "format": kind}

    def _check(self, folder: Path, leaving: str | None, size: int) -> None:
        """Refuse a file too many; what it takes the place of does not count."""
        sizes = [each.stat().st_size for each in folder.iterdir() if each.suffix != _PART and each.name != leaving]
        if len(sizes) >= self._most:
            raise TooLarge(
                f"A session keeps at most {self._most:,} uploaded files, and this one has {len(sizes):,}. Upload under "
                "the name of a dataset that may be replaced, or begin another session."
            )
        if sum(sizes) + size > self._most_bytes:
            raise TooLarge(
                f"The uploaded files of a session have at most {self._most_bytes:,} bytes together; this one has "
                f"{size:,}, and {sum(sizes):,} are there. Upload less, or begin another session."
            )

    def _replaced(self, session_id: str, name: str, file: str) -> str | None:
        """The file of that dataset, where another takes its place and no other dataset is read from it."""
        files = dict(self._files.get(session_id, {}))
        old = files.pop(name, None)
        return None if old in {file, *files.values()} else old

    def _lock(self, session_id: str) -> threading.Lock:
        return self._locks.setdefault(session_id, threading.Lock())

    def drop(self, session_id: str, kept: dict[str, str]) -> None:
        """Delete a kept file that turned out to be no dataset, unless one is read from it."""
        with self._lock(session_id):
            self._under_way[session_id].remove(kept["file"])
            self._delete(session_id, kept["file"])

    def take(self, session_id: str, name: str, kept: dict[str, Any]) -> str | None:
        """Let a dataset be read from a file from now on; returns the file it was read from, which `let_go` deletes."""
        held = self._files.setdefault(session_id, {})
        former, held[name] = held.get(name), str(kept["file"])
        if kept["file"] in (coming := self._under_way.get(session_id, [])):
            coming.remove(kept["file"])
        return former

    def let_go(self, session_id: str, file: str | None) -> None:
        """Delete a file that nothing reads any more; only once the one in its place is written down."""
        with self._lock(session_id):
            if file is not None:
                self._delete(session_id, file)

    def _delete(self, session_id: str, file: str) -> None:
        if file not in (*self._files.get(session_id, {}).values(), *self._under_way.get(session_id, ())):
            (self._folder / session_id / file).unlink(missing_ok=True)

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
        self._files.pop(session_id, None)
        self._under_way.pop(session_id, None)
        self._locks.pop(session_id, None)
        shutil.rmtree(self._folder / Path(session_id).name, ignore_errors=True)


def _write(path: Path, content: bytes) -> None:
    """Write a whole file or none. The same one may come twice at a time, so each has a part of its own."""
    handle, part = tempfile.mkstemp(dir=path.parent, suffix=_PART)  # its owner's alone
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
