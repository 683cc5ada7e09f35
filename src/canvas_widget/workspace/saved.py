"""A canvas as a file: the document and references to its datasets, checked again whoever wrote it."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from canvas_widget.data import Result, check_spec
from canvas_widget.data.embedded import embed, unembed
from canvas_widget.document import Add, Change, ChartContent, Container, Document, Remove, container_path, normalise
from canvas_widget.document.changes import CanvasSize, ResizeCanvas, SetSettings, SettingsValue
from canvas_widget.document.nodes import MAX_SIDE, Settings
from canvas_widget.errors import CanvasError, InvalidArgument, NotFound
from canvas_widget.layout import LayoutReport, Plan
from canvas_widget.workspace.types import USER, Actor, Queried

if TYPE_CHECKING:
    from canvas_widget.workspace.workspace import Workspace

__all__ = ["FORMAT", "SavedCanvas", "read", "restore", "save"]

FORMAT = 1
"""The version of the format that is written. Files of later versions are refused."""
APP = "canvas_widget"
MAX_BYTES = 64 * 2**20
MAX_CONTAINERS = 10_000
MAX_TEXT = 1_000_000
EMBEDDED_ROWS = 5_000
"""Results of more rows are not written into a file."""
EMBEDDED_BYTES = 16 * 2**20


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Canvas(_Strict):
    name: str = Field(min_length=1, max_length=200)
    width: int = Field(ge=1, le=MAX_SIDE)
    height: int = Field(ge=1, le=MAX_SIDE)


class Reference(_Strict):
    """A dataset that the canvas reads: how it is called and what it was, never its rows."""

    name: str = Field(min_length=1, max_length=200)
    kind: str = Field(default="", max_length=40)
    path: str | None = Field(default=None, max_length=4_000)
    rows: int | None = Field(default=None, ge=0)
    columns: list[str] = Field(default=[], max_length=10_000)
    private: bool = False


class SavedCanvas(_Strict):
    """The file. `results` are there only where data was asked to be kept."""

    app: str = APP
    format: int = FORMAT
    version: str = ""
    canvas: _Canvas
    settings: Settings = Settings()
    containers: list[Container] = Field(default=[], max_length=MAX_CONTAINERS)
    datasets: list[Reference] = Field(default=[], max_length=1_000)
    results: dict[str, dict[str, Any]] = {}


def save(workspace: Workspace, path: str | Path, *, data: bool = False) -> Path:
    """Write the canvas into a file, all of it or nothing; returns its path.

    Args:
        data: also write the results of up to 5,000 rows, so that they show where the datasets are not.

    Raises:
        InvalidArgument: the folder is not there, or cannot be written to.
    """
    from canvas_widget import __version__

    target = Path(path).expanduser()
    document = workspace.document
    saved = SavedCanvas(
        version=__version__,
        canvas=_Canvas(name=document.name, width=document.width, height=document.height),
        settings=document.settings,
        containers=list(document),
        datasets=list(_references(workspace, target)),
        results=dict(_results(workspace)) if data else {},
    )
    text = json.dumps(saved.model_dump(mode="json"), ensure_ascii=False, indent=1, allow_nan=False)
    try:
        _write(target, text)
    except OSError as error:
        raise InvalidArgument(f"The canvas cannot be written to {str(path)!r}: {error.strerror or error}.") from error
    return target


def _write(target: Path, text: str) -> None:
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=".part")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        mode = target.stat().st_mode & 0o777 if target.exists() else 0o644
        Path(name).chmod(mode)
        Path(name).replace(target)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise


def _references(workspace: Workspace, target: Path) -> Iterator[Reference]:
    names = sorted({name for container in workspace.document for name in workspace.datasets_of(container)})
    for name in names:
        try:
            dataset = workspace.catalogue.get(name)
            rows, columns = dataset.row_count, [field.name for field in dataset.fields]
        except CanvasError:
            yield Reference(name=name)
            continue
        path = None
        if dataset.kind in {"csv", "parquet"} and isinstance(dataset.source, str | os.PathLike):
            with contextlib.suppress(ValueError):
                path = str(Path(dataset.source).resolve().relative_to(target.resolve().parent).as_posix())
        yield Reference(name=name, kind=dataset.kind, path=path, rows=rows, columns=columns, private=dataset.private)


def _results(workspace: Workspace) -> Iterator[tuple[str, dict[str, Any]]]:
    size = 0
    for container in workspace.document:
        if not isinstance(container.content, Queried):
            continue
        try:
            result = workspace.result_for(container.id)
        except CanvasError:
            continue
        if result is None or result.row_count > EMBEDDED_ROWS:
            continue
        size += result.nbytes
        if size <= EMBEDDED_BYTES:
            yield result.result_id, embed(result)


def read(path: str | Path) -> tuple[SavedCanvas, dict[str, Result]]:
    """Read and check a file; nothing of it is run.

    Raises:
        NotFound: no such file.
        InvalidArgument: it is no canvas, of a later format, too large, or holds what no canvas may.
    """
    source = Path(path).expanduser()
    try:
        if source.stat().st_size > MAX_BYTES:
            raise InvalidArgument(f"{source.name} is no canvas: a canvas has at most {MAX_BYTES // 2**20} MB.")
        text = source.read_bytes()
    except OSError as error:
        if isinstance(error, FileNotFoundError):
            raise NotFound(f"No file {str(path)!r}.") from None
        raise InvalidArgument(f"{str(path)!r} cannot be read: {error.strerror or error}.") from error
    try:
        raw = json.loads(text, parse_constant=_no_constant, object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        raise InvalidArgument(f"{source.name} is no canvas: it cannot be read as JSON ({str(error)[:80]}).") from None
    if not isinstance(raw, dict) or raw.get("app") != APP:
        raise InvalidArgument(f"{source.name} is no canvas. canvas.save(path) writes one.")
    version = raw.get("format")
    if isinstance(version, bool) or not isinstance(version, int) or version < 1:
        raise InvalidArgument(f"{source.name} is no canvas: its format is {version!r:.40}.")
    if version > FORMAT:
        raise InvalidArgument(
            f"{source.name} was written by a later version (format {version}; this one reads up to {FORMAT}). "
            "Install a newer canvas-widget to open it."
        )
    try:
        saved = SavedCanvas.model_validate(raw)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise InvalidArgument(f"{source.name} holds what no canvas may: {where}: {first['msg']}.") from None
    _check(saved, source.name)
    results = {name: result for name, given in saved.results.items() if (result := unembed(name, given, EMBEDDED_ROWS))}
    return saved, results


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is no number of JSON")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a field stands there twice")
    return found


def _check(saved: SavedCanvas, name: str) -> None:
    seen: set[str] = set()
    for container in saved.containers:
        if container.id != normalise(container.id) or container.id in seen:
            raise InvalidArgument(f"{name} holds what no canvas may: the id {container.id!r:.80}, odd or twice.")
        seen.add(container.id)
        if container.right > saved.canvas.width or container.bottom > saved.canvas.height:
            raise InvalidArgument(f"{name} holds what no canvas may: {container.id!r} lies outside of it.")
        for text in (
            container.title,
            getattr(container.content, "markdown", ""),
            getattr(container.content, "sql", ""),
        ):
            if len(text) > MAX_TEXT:
                raise InvalidArgument(f"{name} holds what no canvas may: a text of {len(text):,} characters.")
        if isinstance(container.content, ChartContent):
            check_spec(container.content.spec)


def restore(
    workspace: Workspace, saved: SavedCanvas, results: dict[str, Result], folder: Path, *, actor: Actor = USER
) -> list[str]:
    """Put what was read in place of all that is on the canvas, in one step that `undo` takes back.

    Files beside the canvas's own file are registered again; other datasets must be there already.

    Returns:
        the names of the datasets that are missing.
    """
    missing = []
    for reference in saved.datasets:
        if reference.name in workspace.catalogue:
            continue
        inside = _beside(folder, reference.path)
        if inside is None:
            missing.append(reference.name)
            continue
        try:
            workspace.catalogue.register(reference.name, str(inside), private=reference.private)
        except CanvasError:
            missing.append(reference.name)
    for result in results.values():
        workspace.results.put(result)

    def plan(document: Document) -> Plan:
        changes: list[Change] = [Remove(path=container_path(each.id)) for each in reversed(list(document))]
        size = CanvasSize(width=saved.canvas.width, height=saved.canvas.height)
        changes.append(ResizeCanvas(value=size))
        changes.append(SetSettings(value=SettingsValue(**saved.settings.model_dump())))
        changes += [Add(path=container_path(each.id), value=each) for each in saved.containers]
        return Plan(tuple(changes), LayoutReport())

    workspace.transact(plan, actor, "load")
    return missing


def _beside(folder: Path, path: str | None) -> Path | None:
    """A file in the canvas's own folder; None for anything outside of it, links that lead out included."""
    if not path:
        return None
    try:
        home = folder.resolve()
        found = (home / path).resolve()
        return found if found.is_relative_to(home) and found.exists() else None
    except (OSError, ValueError):
        return None
