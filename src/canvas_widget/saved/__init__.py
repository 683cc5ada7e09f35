"""Notebooks as files: read, stripped, checked, compared and run, with no kernel of ours and no front end."""

from canvas_widget.saved.canvases import SavedBox, SavedCanvas, canvases_of, load_canvases
from canvas_widget.saved.check import Finding, check
from canvas_widget.saved.compare import Change, Difference, compare
from canvas_widget.saved.files import Notebook, read_notebook, write_text
from canvas_widget.saved.strip import Stripped, strip

__all__ = [
    "Change",
    "Difference",
    "Finding",
    "Notebook",
    "SavedBox",
    "SavedCanvas",
    "Stripped",
    "canvases_of",
    "check",
    "compare",
    "load_canvases",
    "read_notebook",
    "strip",
    "write_text",
]
