"""Whether a turn is recorded, replayed or neither, and where its cassette lies."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Literal

from canvas_widget.agent.providers.cassette.playing import recorded, replayed
from canvas_widget.agent.providers.cassette.tape import SUFFIX, Tape, find_tapes, tape_at
from canvas_widget.agent.stream import Provider
from canvas_widget.settings import Settings

__all__ = ["CassetteMode", "cassette_path", "mode_of", "through_cassette"]

CassetteMode = Literal["replay", "record", "off"]


def mode_of(settings: Settings, wanted: CassetteMode | None = None) -> CassetteMode:
    """What happens with a turn: CANVAS_WIDGET_CASSETTE_MODE where it is set, else what the cell wants.

    So one command records or replays a whole notebook, whatever its cells say.
    """
    if settings.source("cassette_mode") != "the defaults":
        return settings.cassette_mode
    return wanted or "off"


def cassette_path(settings: Settings) -> Path:
    """The file that is recorded to: the one set, else one beside the notebook with its name."""
    if settings.cassette is not None:
        return settings.cassette.absolute()
    notebook = Path(os.environ.get("JPY_SESSION_NAME", ""))
    stem = notebook.stem if notebook.suffix == ".ipynb" else "canvas"
    return Path.cwd() / f"{stem}{SUFFIX}"


def through_cassette(
    settings: Settings,
    prompt: str,
    route: Callable[[], tuple[Provider, ...]],
    wanted: CassetteMode | None = None,
) -> tuple[Provider, ...]:
    """The providers that a turn asks: its route as it is, recorded, or a cassette in its place.

    Replaying never asks for the route, so that it works where no provider is configured.
    """
    mode = mode_of(settings, wanted)
    if mode == "off":
        return route()
    path, secrets = cassette_path(settings), settings.secrets()
    if mode == "record":
        return recorded(route(), tape_at(path), prompt, secrets)
    return replayed(_tapes(path, settings), prompt, secrets, path)


def _tapes(path: Path, settings: Settings) -> list[Tape]:
    """The cassette of that path, and where none is set the others in its folder: a runner may not tell the name."""
    own = [tape_at(path)]
    if settings.cassette is not None:
        return own
    others = [tape for tape in find_tapes(path.parent) if tape.path != path]
    return own + others if path.exists() else others or own
