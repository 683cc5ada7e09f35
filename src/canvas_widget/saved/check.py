"""Whether a saved notebook with canvases can be committed: it has run, it is small, its cassette is its own."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from canvas_widget.errors import CanvasError
from canvas_widget.saved.canvases import read_state
from canvas_widget.saved.files import Notebook, joined
from canvas_widget.saved.strip import VIEW_MIME, ours, state_of

__all__ = ["OUTPUT_BUDGET", "STATE_BUDGET", "Finding", "check", "prompt_of"]

OUTPUT_BUDGET = 150_000
"""Bytes that the outputs of a canvas may have, in all cells together."""
STATE_BUDGET = 60_000
"""Bytes that "save widget state" may add for a canvas."""

_MAGIC = re.compile(r"\A%%canvas(?:[ \t]+(?P<line>[^\n]*))?(?:\n(?P<body>.*))?\Z", re.DOTALL)
_PICTURE = re.compile(r"^Picture of (?P<name>.*)$")
_UNCOMPARED = ("NBVAL_IGNORE_OUTPUT", "NBVAL_SKIP", "PYTEST_VALIDATE_IGNORE_OUTPUT")
"""What tells nbval not to compare a cell: as a comment of its own line, or as a tag in lower case with hyphens."""
_RAISES = "NBVAL_RAISES_EXCEPTION"


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong: `cell` is its number among all cells, from 1; None for the notebook."""

    path: Path
    cell: int | None
    message: str

    def __str__(self) -> str:
        place = f"{self.path}" if self.cell is None else f"{self.path}, cell {self.cell}"
        return f"{place}: {self.message}"


def prompt_of(source: str) -> tuple[str, str] | None:
    """The options and the prompt of a `%%canvas` cell; None for another cell."""
    match = _MAGIC.match(source)
    return None if match is None else ((match["line"] or "").strip(), (match["body"] or "").strip())


def check(notebook: Notebook, *, strict: bool = False) -> list[Finding]:
    """What is wrong with a saved notebook, in the order of its cells.

    `strict` also finds cells that nbval is told not to compare, and a sanitising file beside the notebook.
    """
    found: list[Finding] = []

    def add(cell: int | None, message: str) -> None:
        found.append(Finding(notebook.path, cell, message))

    for place, message in _ran(notebook):
        add(place, message)
    for place, message in _sizes(notebook):
        add(place, message)
    for message in _state(notebook):
        add(None, message)
    for place, message in _cassette(notebook):
        add(place, message)
    if strict:
        for number, cell in notebook.code():
            told = _told_nbval(cell)
            if told.intersection(_UNCOMPARED):
                add(number, "Its outputs are not compared: take the tag or comment for nbval away.")
            elif _RAISES in told:
                add(number, "Only nbval is told that it raises: give it Jupyter's own tag, raises-exception.")
        if beside := sorted(path.name for path in notebook.path.parent.glob("*sanitize*.cfg")):
            add(None, f"Outputs are masked before they are compared by {', '.join(beside)}.")
    return found


def _tags(cell: dict[str, Any]) -> list[str]:
    metadata = cell.get("metadata")
    tags = metadata.get("tags") if isinstance(metadata, dict) else None
    return [tag for tag in tags if isinstance(tag, str)] if isinstance(tags, list) else []


def _told_nbval(cell: dict[str, Any]) -> set[str]:
    """The words of a cell's comments and tags that may be nbval's, as nbval reads them."""
    lines = (line.strip() for line in joined(cell.get("source")).splitlines())
    comments = {line.lstrip("#").strip() for line in lines if line.startswith("#")}
    return comments | {tag.replace("-", "_").upper() for tag in _tags(cell) if tag == tag.lower()}


def _canvas_of(output: dict[str, Any]) -> str | None:
    """The name of the canvas that an output shows; None where it shows none."""
    data = output.get("data")
    if not isinstance(data, dict):
        return None
    text = joined(data.get("text/plain"))
    if (picture := _PICTURE.match(text)) is not None:
        return picture["name"]
    state = read_state(text)
    return None if state is None else state.name


def _sizes(notebook: Notebook) -> Iterator[tuple[int, str]]:
    """Canvases over their budget, each with the cell that adds most to it.

    What else a cell with a canvas shows counts for the canvas that it shows last.
    """
    cells: dict[str, Counter[int]] = {}
    for number, cell in notebook.code():
        shown = [_canvas_of(output) for output in cell["outputs"]]
        last = next((name for name in reversed(shown) if name is not None), None)
        if last is None:
            continue
        for name, output in zip(shown, cell["outputs"], strict=True):
            size = len(json.dumps(output, ensure_ascii=False).encode(errors="surrogatepass"))
            cells.setdefault(last if name is None else name, Counter())[number] += size
    for name, sizes in cells.items():
        if (total := sizes.total()) > OUTPUT_BUDGET:
            largest, most = sizes.most_common(1)[0]
            others = f", {most:,} of them here" if len(sizes) > 1 else ""
            said = f"The outputs of the canvas {name} have {total:,} bytes{others}"
            yield largest, f"{said}; {OUTPUT_BUDGET:,} is the budget of a canvas."


def _ran(notebook: Notebook) -> Iterator[tuple[int | None, str]]:
    """Cells that have not run, failed, or ran in another order than they stand in."""
    last, disorder = 0, False
    missing = []
    for number, cell in notebook.code():
        if not joined(cell.get("source")).strip():
            continue
        count = cell.get("execution_count")
        if not isinstance(count, int):
            missing.append(number)
        else:
            disorder = disorder or count <= last
            last = count
        error = next((out for out in cell["outputs"] if out.get("output_type") == "error"), None)
        if error is not None and "raises-exception" not in _tags(cell):
            yield number, f"It failed with {error.get('ename')}: {error.get('evalue')!s:.200}"
    if missing:
        which = ", ".join(map(str, missing[:10])) + (", …" if len(missing) > 10 else "")
        yield missing[0], f"{len(missing)} cells have not run ({which}). Run all cells, then save."
    elif disorder:
        yield None, "Its cells ran in another order than they stand in. Restart the kernel and run all."


def _state(notebook: Notebook) -> Iterator[str]:
    models = state_of(notebook)
    mine = ours(models)
    size = len(json.dumps({name: models[name] for name in mine}, ensure_ascii=False).encode()) if mine else 0
    canvases = sum(1 for name in mine if "_anywidget_id" in models[name]["state"])
    if size > STATE_BUDGET * max(1, canvases):
        yield f"The saved state of {canvases} canvases has {size:,} bytes. `jupyter canvas strip` takes it out."
    views = [
        out["data"][VIEW_MIME]
        for _, cell in notebook.code()
        for out in cell["outputs"]
        if isinstance(out.get("data"), dict) and VIEW_MIME in out["data"]
    ]
    stale = sum(not isinstance(view, dict) or view.get("model_id") not in models for view in views)
    if stale and models:
        yield f"{stale} views belong to no widget that is saved here. `jupyter canvas strip` takes them out."


def _cassette(notebook: Notebook) -> Iterator[tuple[int | None, str]]:
    """Prompts that are to be replayed and are not recorded, and recorded ones that nobody asks."""
    from canvas_widget.agent.providers.cassette import find_tapes, tape_at

    asked = [(number, *said) for number, cell in notebook.code() if (said := prompt_of(joined(cell.get("source"))))]
    own = notebook.path.with_suffix(".cassette.json")
    replayed = [(number, prompt) for number, options, prompt in asked if "--replay" in options.split()]
    if not replayed and not own.exists():
        return
    tapes = [tape_at(own.absolute())] if own.exists() else find_tapes(notebook.path.parent.absolute())
    try:
        recorded = {entry.prompt for tape in tapes for entry in tape.entries}
    except CanvasError as error:
        yield None, error.message
        return
    again = f"Record it with `jupyter canvas record {notebook.path.name}`."
    for number, prompt in replayed:
        if prompt not in recorded and "{" not in prompt:
            yield number, f"Its prompt “{_short(prompt)}” is not recorded in {own.name}. {again}"
    if own.exists() and not any("{" in prompt for _, _, prompt in asked):
        written = "\n".join(joined(cell.get("source")) for _, cell in notebook.code())
        for prompt in sorted(recorded - {prompt for _, _, prompt in asked}):
            if prompt not in written:
                yield None, f"{own.name} holds a prompt that no cell asks: “{_short(prompt)}”. {again}"


def _short(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= 80 else plain[:79] + "…"
