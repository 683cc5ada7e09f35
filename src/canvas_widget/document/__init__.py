"""The canvas document: pure and immutable. No I/O, no Jupyter, no rows."""

from canvas_widget.document.apply import Applied, apply, parse
from canvas_widget.document.changes import (
    Add,
    CanvasSize,
    Change,
    Delta,
    Move,
    Remove,
    ResizeCanvas,
    Set,
    SetSettings,
    SettingsValue,
    Transaction,
    container_path,
    split_path,
)
from canvas_widget.document.document import Document, rect_of
from canvas_widget.document.history import History
from canvas_widget.document.identifiers import alternatives, normalise
from canvas_widget.document.index import Rect, SpatialIndex
from canvas_widget.document.nodes import (
    SETTABLE,
    ChartContent,
    Container,
    Content,
    EmptyContent,
    Kind,
    MetricContent,
    Node,
    Placement,
    Relations,
    Settings,
    TableContent,
    TextContent,
    TextValue,
)
from canvas_widget.document.revert import Commit, Reverted
from canvas_widget.document.tree import container_node, tree

__all__ = [
    "SETTABLE",
    "Add",
    "Applied",
    "CanvasSize",
    "Change",
    "ChartContent",
    "Commit",
    "Container",
    "Content",
    "Delta",
    "Document",
    "EmptyContent",
    "History",
    "Kind",
    "MetricContent",
    "Move",
    "Node",
    "Placement",
    "Rect",
    "Relations",
    "Remove",
    "ResizeCanvas",
    "Reverted",
    "Set",
    "SetSettings",
    "Settings",
    "SettingsValue",
    "SpatialIndex",
    "TableContent",
    "TextContent",
    "TextValue",
    "Transaction",
    "alternatives",
    "apply",
    "container_node",
    "container_path",
    "normalise",
    "parse",
    "rect_of",
    "split_path",
    "tree",
]
