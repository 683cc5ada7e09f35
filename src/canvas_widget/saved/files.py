"""Notebook files: read with a clear word on what is wrong, and written in one step or not at all."""

from __future__ import annotations

import json
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from canvas_widget.errors import InvalidArgument, NotFound

__all__ = ["CanvasOutput", "Notebook", "joined", "read_notebook", "read_text", "write_text"]

LARGEST = 1_000_000_000
"""Bytes of a file that is read."""


@dataclass(frozen=True)
class Notebook:
    """A notebook of format 4 as its file holds it; `content` may be changed and saved again."""

    path: Path
    content: dict[str, Any]

    @property
    def cells(self) -> list[dict[str, Any]]:
        """All cells, in order."""
        found: list[dict[str, Any]] = self.content["cells"]
        return found

    def code(self) -> list[tuple[int, dict[str, Any]]]:
        """The code cells, each with its number among all cells, from 1."""
        return [(number, cell) for number, cell in enumerate(self.cells, 1) if cell.get("cell_type") == "code"]

    def text(self) -> str:
        """The file's text, as Jupyter writes it."""
        return json.dumps(self.content, ensure_ascii=False, indent=1, sort_keys=True) + "\n"

    def save(self) -> None:
        """Write the notebook over its file, in one step."""
        write_text(self.path, self.text())


CanvasOutput = dict[str, Any]


def joined(value: Any) -> str:
    """A text of a notebook, which may be a list of lines; what is no text is empty."""
    if isinstance(value, list):
        return "".join(part for part in value if isinstance(part, str))
    return value if isinstance(value, str) else ""


def read_text(path: Path) -> str:
    """The text of a file.

    Raises:
        NotFound: there is none, or it is a folder.
        InvalidArgument: it is too large, or no UTF-8.
    """
    try:
        if path.stat().st_size > LARGEST:
            raise InvalidArgument(f"{path} is larger than {LARGEST:,} bytes.")
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidArgument(
            f"{path} is no text in UTF-8: byte {error.start} is {error.object[error.start]:#04x}."
        ) from None
    except OSError as error:
        raise NotFound(f"{path} cannot be read: {error.strerror or error}.") from None


def read_notebook(path: Path) -> Notebook:
    """A notebook from its file; cells that are none are refused, metadata that is none is taken as empty.

    Raises:
        NotFound: there is no such file.
        InvalidArgument: it is no notebook, one of an older format, or holds the marks of a merge conflict.
    """
    text = read_text(path)
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        if "\n<<<<<<<" in text and "\n>>>>>>>" in text:
            raise InvalidArgument(f"{path} holds the marks of a merge conflict. Choose one side first.") from None
        raise InvalidArgument(f"{path} is no notebook: {error}.") from None
    if not isinstance(content, dict) or not ({"cells", "worksheets"} & set(content)):
        raise InvalidArgument(f"{path} is no notebook: it has no cells.")
    version = content.get("nbformat")
    if version != 4:
        raise InvalidArgument(
            f"{path} has the notebook format {version!r:.20}; format 4 is needed. "
            f"`jupyter nbconvert --to notebook --inplace {path.name}` brings it up to date."
        )
    cells = content.get("cells")
    if not isinstance(cells, list) or not all(isinstance(cell, dict) for cell in cells):
        raise InvalidArgument(f"{path} is no notebook: its cells are no list of cells.")
    if not isinstance(content.get("metadata"), dict):
        content["metadata"] = {}
    for cell in cells:
        if cell.get("cell_type") == "code":
            outputs = cell.get("outputs")
            cell["outputs"] = [out for out in outputs if isinstance(out, dict)] if isinstance(outputs, list) else []
    return Notebook(path, content)


def write_text(path: Path, text: str) -> None:
    """Write a file in one step: it is as it was, or as it shall be. A link is followed, its mode kept."""
    write_bytes(path, text.encode("utf-8", errors="surrogatepass"))


def write_bytes(path: Path, data: bytes) -> None:
    """The same for bytes."""
    target = path.resolve()
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=".canvas-", suffix=".tmp")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(target.stat().st_mode & 0o777 if target.exists() else 0o644)
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
