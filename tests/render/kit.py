"""Small makers for the tests of this folder: documents, results, and readers of what was drawn."""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pandas as pd
import pyarrow as pa

from canvas_widget.data.types import Field, Result
from canvas_widget.document import Add, ChartContent, Container, Document, Transaction, apply

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = [
    "<script>alert(1)</script>",
    '"><image href="http://127.0.0.1:9/x"/>',
    "]]> & &amp; &#60; 'quoted' \"twice\"",
    "zero\x00 escape\x1b lone\ud800 end",
    "url(#clip1)",
    "日本語の列 😀 עברית",
    "W" * 400,
    "a\nb\tc",
    "",
]

BAR: dict[str, Any] = {
    "layer": [
        {"mark": "bar"},
        {
            "mark": {"type": "text", "baseline": "bottom", "dy": -4},
            "encoding": {"text": {"field": "mpg", "type": "quantitative", "format": ",.1f"}},
        },
    ],
    "encoding": {
        "x": {"field": "Origin", "type": "nominal", "sort": None, "title": None, "axis": {"labelAngle": 0}},
        "y": {"field": "mpg", "type": "quantitative", "title": None},
    },
}


def cars() -> pd.DataFrame:
    """406 cars, from the package's own file."""
    from vega_datasets import data

    frame = pd.DataFrame(json.loads(Path(data.cars.filepath).read_text(encoding="utf-8")))
    return frame.assign(Year=pd.to_datetime(frame.Year))


def result(frame: pd.DataFrame, **given: Any) -> Result:
    """The result a query with these rows would have."""
    table = pa.Table.from_pandas(frame, preserve_index=False)
    defaults: dict[str, Any] = {
        "result_id": "r1",
        "sql": "SELECT 1",
        "row_count": table.num_rows,
        "elapsed_ms": 1.5,
        "datasets": (("cars", 1),),
        "truncated": False,
        "rows_read": None,
    }
    fields = tuple(Field(field.name, _type(field.type), str(field.type)) for field in table.schema)
    return Result(**{**defaults, **given}, fields=fields, table=table)


def _type(arrow: pa.DataType) -> Any:
    if pa.types.is_boolean(arrow):
        return "boolean"
    if pa.types.is_integer(arrow):
        return "integer"
    if pa.types.is_floating(arrow):
        return "number"
    if pa.types.is_timestamp(arrow):
        return "datetime"
    return "date" if pa.types.is_date(arrow) else "string"


def box(
    container_id: str, content: Any = None, *, at: tuple[int, int, int, int] = (16, 16, 380, 280), **given: Any
) -> Container:
    x, y, width, height = at
    extra = {} if content is None else {"content": content}
    return Container(id=container_id, x=x, y=y, width=width, height=height, **extra, **given)


def document(*containers: Container, width: int = 800, height: int = 600, name: str = "canvas-1") -> Document:
    changes = tuple(Add(path=f"/containers/{container.id}", value=container) for container in containers)
    return apply(Document(name=name, width=width, height=height), Transaction(changes=changes)).document


def chart(spec: dict[str, Any] | None = None, **given: Any) -> ChartContent:
    return ChartContent(sql="SELECT 1", mark="bar", spec=BAR if spec is None else spec, **given)


def parse(svg: str) -> ET.Element:
    return ET.fromstring(svg.encode())


def texts(svg: str) -> list[str]:
    """All text that the picture shows, in drawing order; what stands at a distance in one line is a text of its own."""
    found = []
    for element in parse(svg).iter(f"{SVG}text"):
        found.append(element.text or "")
        for span in element:
            if span.get("dx") is None:
                found[-1] += span.text or ""
            else:
                found.append(span.text or "")
            found[-1] += span.tail or ""
    return [text for text in found if text]


def marks(svg: str, kind: str) -> list[ET.Element]:
    """The drawn items of one kind ("bar", "arc", "line mark", …)."""
    return [element for element in parse(svg).iter() if element.get("aria-roledescription") == kind]


def pixels(png: bytes) -> tuple[int, int, list[bytes]]:
    """Width, height and RGBA rows of a PNG."""
    width, height, depth, colour, _, _, interlace = struct.unpack(">IIBBBBB", png[16:29])
    assert (depth, colour, interlace) == (8, 6, 0)
    raw = zlib.decompress(b"".join(data for kind, data in _chunks(png) if kind == b"IDAT"))
    stride, rows, before = width * 4, [], bytearray(width * 4)
    for place in range(height):
        filtering = raw[place * (stride + 1)]
        line = bytearray(raw[place * (stride + 1) + 1 : (place + 1) * (stride + 1)])
        _undo(filtering, line, before)
        rows.append(bytes(line))
        before = line
    return width, height, rows


def _chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    place = 8
    while place < len(png):
        (length,) = struct.unpack(">I", png[place : place + 4])
        yield png[place + 4 : place + 8], png[place + 8 : place + 8 + length]
        place += 12 + length


def _undo(filtering: int, line: bytearray, up: bytearray) -> None:
    for i in range(len(line)):
        a, b, c = (line[i - 4] if i >= 4 else 0), up[i], (up[i - 4] if i >= 4 else 0)
        if filtering == 1:
            line[i] = (line[i] + a) & 255
        elif filtering == 2:
            line[i] = (line[i] + b) & 255
        elif filtering == 3:
            line[i] = (line[i] + (a + b) // 2) & 255
        elif filtering == 4:
            near = min((abs(b - c), 0, a), (abs(a - c), 1, b), (abs(a + b - 2 * c), 2, c))
            line[i] = (line[i] + near[2]) & 255


def ink(png: bytes) -> tuple[float, float]:
    """First and last column of a picture that holds anything, in device pixels."""
    width, _, rows = pixels(png)
    columns = [x for x in range(width) if any(row[x * 4 + 3] for row in rows)]
    return columns[0], columns[-1] + 1


ROOT = Path(__file__).parent.parent.parent
