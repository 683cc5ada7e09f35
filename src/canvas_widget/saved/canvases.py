"""The canvases that a file holds: a notebook's, an exported page's, or a state's as JSON."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from canvas_widget.document import Document
from canvas_widget.errors import InvalidArgument
from canvas_widget.saved.files import Notebook, joined, read_notebook, read_text

__all__ = ["SUMMARY_MIME", "SavedBox", "SavedCanvas", "canvases_of", "load_canvases"]

SUMMARY_MIME = "application/vnd.canvas-widget+json"
WITHOUT_ROWS = "without rows "
"""Before a hash that the rows did not enter."""
SIDE = 100_000
"""The largest side of a canvas, px; what a file says beyond it is not drawn."""

_HEAD = re.compile(r"^Canvas (?P<name>.*): (?P<w>\d{1,6}) × (?P<h>\d{1,6}) px, (?:empty|\d+ containers?)$")
_ITEM = re.compile(
    r"^\d+\. (?P<title>.*) – (?P<kind>[^–]*) at (?P<x>-?\d{1,6}), (?P<y>-?\d{1,6}), (?P<w>\d{1,6}) × (?P<h>\d{1,6}) px$"
)
_HASH = re.compile(r"^content (?P<hash>[0-9a-f]{16})$")
_PICTURE = re.compile(r"^Picture of (?P<name>.*)$")


@dataclass(frozen=True)
class SavedBox:
    """A container as a file holds it: `lines` is what it shows, in words; `box` x, y, width and height in px."""

    id: str
    title: str
    kind: str
    box: tuple[int, int, int, int]
    lines: tuple[str, ...] = ()
    content: str = ""


@dataclass(frozen=True)
class SavedCanvas:
    """A canvas as a file holds it. `picture` is a PNG or an SVG of all of it, with `media` its media type."""

    name: str
    width: int
    height: int
    boxes: tuple[SavedBox, ...]
    content: str = ""
    picture: bytes = field(default=b"", repr=False)
    media: str = ""


def load_canvases(path: Path) -> dict[str, SavedCanvas]:
    """The canvases of a notebook (.ipynb), an exported page (.html) or a state (.json), as they were last, by name.

    Raises:
        NotFound: there is no such file.
        InvalidArgument: it holds no canvas that can be read.
    """
    match path.suffix.lower():
        case ".html" | ".htm":
            return _one(_page(path))
        case ".json":
            return _one(_state(path))
        case _:
            return canvases_of(read_notebook(path))


def _one(canvas: SavedCanvas) -> dict[str, SavedCanvas]:
    return {canvas.name: canvas}


def canvases_of(notebook: Notebook) -> dict[str, SavedCanvas]:
    """The last state of each canvas in a notebook, with its saved picture."""
    found: dict[str, SavedCanvas] = {}
    pictures: dict[str, bytes] = {}
    for _, cell in notebook.code():
        for output in cell["outputs"]:
            data = output.get("data")
            if not isinstance(data, dict):
                continue
            text = joined(data.get("text/plain"))
            if (shown := _PICTURE.match(text)) and (png := _png(data)):
                pictures[shown["name"]] = png
            elif (canvas := read_state(text, data.get(SUMMARY_MIME))) is not None:
                found[canvas.name] = canvas
    return {
        name: replace(canvas, picture=pictures[name], media="image/png") if name in pictures else canvas
        for name, canvas in found.items()
    }


def _png(data: Mapping[str, Any]) -> bytes:
    try:
        png = base64.b64decode(joined(data.get("image/png")), validate=False)
    except (binascii.Error, ValueError):
        return b""
    return png if png.startswith(b"\x89PNG\r\n\x1a\n") else b""


def read_state(text: str, summary: Any = None) -> SavedCanvas | None:
    """The canvas that a cell's text ends with; None where it ends with none. The summary beside it adds ids."""
    lines = text.splitlines()
    start = next((place for place in range(len(lines) - 1, -1, -1) if _HEAD.match(lines[place])), None)
    if start is None or not (head := _HEAD.match(lines[start])):
        return None
    boxes: list[SavedBox] = []
    content = ""
    for line in lines[start + 1 :]:
        if (item := _ITEM.match(line)) is not None:
            box = (int(item["x"]), int(item["y"]), int(item["w"]), int(item["h"]))
            boxes.append(SavedBox(item["title"], item["title"], item["kind"], box))
        elif (ending := _HASH.match(line)) is not None:
            content = ending["hash"]
        elif boxes and line.startswith("   "):
            boxes[-1] = replace(boxes[-1], lines=(*boxes[-1].lines, line[3:]))
    made = SavedCanvas(head["name"], min(SIDE, int(head["w"])), min(SIDE, int(head["h"])), tuple(boxes), content)
    return _with_ids(made, summary)


def _with_ids(canvas: SavedCanvas, summary: Any) -> SavedCanvas:
    """The canvas with the ids and hashes of its summary, as far as the two speak of the same state."""
    if not isinstance(summary, dict) or summary.get("content") != canvas.content:
        return canvas
    held = summary.get("containers")
    if not isinstance(held, list) or len(held) != len(canvas.boxes) or not all(isinstance(each, dict) for each in held):
        return canvas
    boxes = (
        replace(box, id=str(each.get("id", box.id)), content=str(each.get("content", "")))
        for box, each in zip(canvas.boxes, held, strict=True)
    )
    return replace(canvas, boxes=tuple(boxes))


# -- pages and states ----------------------------------------------------------------------------------------------


def _page(path: Path) -> SavedCanvas:
    """The canvas of a page that `to_html` wrote: its data, and its picture."""
    text = read_text(path)
    data = re.search(r'<script type="application/json" id="data">(.*?)</script>', text, re.DOTALL)
    if data is None:
        raise InvalidArgument(f"{path} holds no canvas. Pages that %canvas export writes do.")
    canvas = _from_wire(path, data[1])
    drawn = re.search(r'<div id="canvas">(<svg .*</svg>)</div>', text, re.DOTALL)
    return canvas if drawn is None else replace(canvas, picture=drawn[1].encode(), media="image/svg+xml")


def _state(path: Path) -> SavedCanvas:
    return _from_wire(path, read_text(path))


def _from_wire(path: Path, text: str) -> SavedCanvas:
    from pydantic import ValidationError

    from canvas_widget.render import canvas_summary
    from canvas_widget.session.restore import document_of

    try:
        raw = json.loads(text)
        results = raw.get("results", {}) if isinstance(raw, dict) else {}
        document = document_of({"rev": 0, "updated_at": "", "settings": {}, **raw.get("document", raw)})
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError, ValidationError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise InvalidArgument(f"{path} holds no canvas that can be read: {reason:.200}") from None
    summary = canvas_summary(document, {})
    boxes = tuple(
        SavedBox(
            each["id"],
            each["title"],
            each["kind"],
            tuple(each["box"]),
            _rows(_result_of(results, document, each["id"])),
            WITHOUT_ROWS + each["content"],
        )
        for each in summary["containers"]
    )
    return SavedCanvas(document.name, document.width, document.height, boxes)


def _result_of(results: Any, document: Document, container_id: str) -> Any:
    """The rows of a container: a page keeps them by container, `canvas.save` by result, as lists of values."""
    if not isinstance(results, dict):
        return None
    result = results.get(container_id, results.get(getattr(document[container_id].content, "result_id", None)))
    if not isinstance(result, dict) or not isinstance(result.get("rows"), list):
        return None
    schema = result.get("schema")
    names = [str(each.get("name")) for each in schema if isinstance(each, dict)] if isinstance(schema, list) else []
    rows = [dict(zip(names, row, strict=False)) if isinstance(row, list) else row for row in result["rows"]]
    return {"rows": rows}


def _rows(result: Any) -> tuple[str, ...]:
    from canvas_widget.render.numbers import canonical

    rows = result.get("rows") if isinstance(result, dict) else None
    if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows):
        return ()
    names = list(rows[0])
    return (" | ".join(names), *(" | ".join(canonical(row.get(name)) for name in names) for row in rows))
