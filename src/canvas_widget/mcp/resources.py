"""The addresses of what an MCP client may read."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, unquote

__all__ = ["DATASET", "FIXED", "JSON", "Resource", "dataset_of", "dataset_uri"]

JSON = "application/json"
DATASETS = "canvas://datasets/"


@dataclass(frozen=True, slots=True)
class Resource:
    """Something to read: its address, and the tool that gives it, with a file name where it is a picture."""

    name: str
    uri: str
    description: str
    mime: str = JSON
    tool: str = ""
    filename: str | None = None


FIXED = (
    Resource("canvas", "canvas://state", "Size, settings and every container of the canvas.", tool="get_canvas_state"),
    Resource(
        "picture", "canvas://picture.png", "The canvas as a PNG picture.", "image/png", "take_screenshot", "canvas.png"
    ),
    Resource(
        "drawing",
        "canvas://picture.svg",
        "The canvas as an SVG picture.",
        "image/svg+xml",
        "take_screenshot",
        "canvas.svg",
    ),
    Resource("datasets", "canvas://datasets", "The datasets, with their rows and columns.", tool="list_datasets"),
)
"""What is always there."""

DATASET = Resource("dataset", DATASETS + "{name}", "Types, ranges and frequent values of a dataset's columns.")
"""One dataset; `uri` is a template."""


def dataset_uri(name: str) -> str:
    """The address of a dataset."""
    return DATASETS + quote(name, safe="")


def dataset_of(uri: str) -> str | None:
    """The dataset that an address names; None where it names none."""
    if not uri.startswith(DATASETS):
        return None
    return unquote(uri[len(DATASETS) :], errors="replace") or None
