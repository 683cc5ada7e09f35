"""Reads a prompt for a test, and what is drawn as one line that is easy to compare."""

from __future__ import annotations

from typing import Any

from agent.offline.frames import catalogue
from canvas_widget.agent.providers.offline.canvas.model import Call, Reading
from canvas_widget.agent.providers.offline.plan import read
from canvas_widget.agent.views import CanvasView, ContainerView

__all__ = ["calls", "canvas_with", "container", "drawn", "problems", "reading_of", "where"]


def reading_of(prompt: str, *names: str, canvas: CanvasView | None = None) -> Reading:
    """The reading of a prompt over some frames."""
    return read(prompt, catalogue(*names), canvas or CanvasView())


def calls(prompt: str, *names: str, canvas: CanvasView | None = None) -> list[tuple[str, dict[str, Any]]]:
    """Tools and arguments."""
    return [(call.tool, call.arguments) for call in reading_of(prompt, *names, canvas=canvas).calls]


def problems(reading: Reading) -> list[str]:
    """What was asked or not understood."""
    return [text for part in reading.parts for text in (*part.asks, *part.unread)]


def drawn(call: Call) -> str:
    """`bar x=Origin y=count() -y 5` for a chart, `metric count()`, `table Name,Origin -Weight_in_lbs 20`."""
    given = call.arguments
    words: list[str] = []
    if call.tool == "create_metric":
        words = ["metric", given["value"]]
    elif call.tool == "create_table":
        words = ["table", ",".join(given.get("columns", ())), ",".join(given.get("sort", ()))]
    else:
        x, y = given.get("x") or given.get("category"), given.get("y") or given.get("value")
        words = [given.get("mark", "pie"), f"x={x}", f"y={y}" if y else "", given.get("sort", "")]
        words.append(f"series={given['series']}" if "series" in given else "")
    words.append(str(given.get("limit", "")))
    return " ".join(word for word in words if word)


def where(call: Call) -> list[tuple[str, str, Any]]:
    """The conditions of a call."""
    return [(condition["field"], condition["op"], condition["value"]) for condition in call.arguments.get("where", ())]


def container(container_id: str, title: str, kind: str = "chart", **more: Any) -> ContainerView:
    """A container as the canvas shows it."""
    return ContainerView(container_id, title, kind, dataset="cars", **more)


def canvas_with(*which: str) -> CanvasView:
    """A canvas that holds some of: bar, line, table."""
    every = {
        "bar": container(
            "average_miles_per_gallon_by_origin", "Average miles per gallon by origin", mark="bar", x=16, y=16,
            width=380, height=280, created_at="2026-01-01T00:00:00Z",
            request={"dataset": "cars", "mark": "bar", "x": "Origin", "y": "mean(Miles_per_Gallon)", "sort": "-y"},
        ),
        "line": container(
            "average_horsepower_by_year", "Average horsepower by year", mark="line", x=412, y=16, width=380,
            height=280,
            created_at="2026-01-01T00:00:01Z",
            request={"dataset": "cars", "mark": "line", "x": "year(Year)", "y": "mean(Horsepower)"},
        ),
        "table": container(
            "20_heaviest_cars", "20 heaviest cars", "table", x=16, y=312, width=776, height=200,
            created_at="2026-01-01T00:00:02Z",
            request={"dataset": "cars", "sort": ("-Weight_in_lbs",), "limit": 20},
        ),
    }  # fmt: skip
    return CanvasView(800, 600, tuple(every[name] for name in which))
