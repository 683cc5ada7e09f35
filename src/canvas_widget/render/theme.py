"""The look, read from `canvas_widget/theme/theme.json`, which the browser bundle imports too.

Structure of the file (px and resolved hex colours throughout):

    version       1
    font          family ("Canvas Sans"), stack (CSS), weights, files {weight: woff2 file}
    geometry      container {padding, radius, border, headerTop, headerHeight, headerGap, bodyTop},
                  title, subtitle {size, line, weight}, metric, table, text, heading, empty, footer,
                  chart {top, right, bottom, left: from the container's edge to the chart's box;
                         padding: the spec's own padding inside that box; staleOpacity}
    light, dark   tokens {surface, canvas, text, muted, accent, …: the names of the design's table}
                  palette [8 hex], other (the hex of "Other")
                  vega    the whole Vega-Lite `config`

A chart is drawn in the box (container − `geometry.chart` insets) with `autosize {type: fit, contains: padding}` and
`padding` = `geometry.chart.padding`; title and subtitle (the spec's `description`) stand in the container's header.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

__all__ = ["FAMILY", "FONTS", "STACK", "Theme", "ThemeName", "geometry", "theme"]

ThemeName = Literal["light", "dark"]

FOLDER = Path(__file__).parent.parent / "theme"
FONTS = FOLDER / "fonts"


@cache
def _file() -> dict[str, Any]:
    data: dict[str, Any] = json.loads((FOLDER / "theme.json").read_text(encoding="utf-8"))
    return data


@dataclass(frozen=True)
class Theme:
    """One theme: `tokens` by name and `palette` as hex colours, `vega` the Vega-Lite config."""

    name: str
    tokens: dict[str, str]
    palette: tuple[str, ...]
    other: str
    vega: dict[str, Any]

    def __getitem__(self, token: str) -> str:
        return self.tokens[token]


@cache
def theme(name: str) -> Theme:
    """The theme of that name.

    Raises:
        KeyError: neither "light" nor "dark".
    """
    if name not in {"light", "dark"}:
        raise KeyError(name)
    data = _file()[name]
    return Theme(name, data["tokens"], tuple(data["palette"]), data["other"], data["vega"])


@cache
def geometry(part: str) -> dict[str, Any]:
    """The measures of one part, in px."""
    found: dict[str, Any] = _file()["geometry"][part]
    return found


FAMILY: str = "Canvas Sans"
STACK: str = "Canvas Sans, Inter, system-ui, Helvetica, Arial, sans-serif"
