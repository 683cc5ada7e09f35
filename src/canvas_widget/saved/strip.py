"""Taking out of a saved notebook what is of no use to its reader: state of widgets, views of what is gone."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from canvas_widget.saved.files import Notebook

__all__ = ["STATE_MIME", "VIEW_MIME", "Stripped", "ours", "state_of", "strip"]

STATE_MIME = "application/vnd.jupyter.widget-state+json"
VIEW_MIME = "application/vnd.jupyter.widget-view+json"


@dataclass(frozen=True)
class Stripped:
    """What was taken out: models of canvases, views without a model, and bytes of the file."""

    models: int
    views: int
    bytes: int

    @property
    def changed(self) -> bool:
        """Whether anything was."""
        return bool(self.models or self.views)


def state_of(notebook: Notebook) -> dict[str, Any]:
    """The models that "save widget state" put into the notebook, by id."""
    held = notebook.content["metadata"].get("widgets")
    found = held.get(STATE_MIME) if isinstance(held, dict) else None
    models = found.get("state") if isinstance(found, dict) else None
    return models if isinstance(models, dict) else {}


def ours(models: Mapping[str, Any]) -> set[str]:
    """The ids of canvases among the models, and of the layouts that only they use."""
    canvases = {name for name, model in models.items() if _is_canvas(model)}
    layouts = {_reference(models[name]["state"].get("layout")) for name in canvases} - {""}
    used = {_reference(part) for name, model in models.items() if name not in canvases for part in _values(model)}
    return canvases | {name for name in layouts - used if name in models}


def _is_canvas(model: Any) -> bool:
    state = model.get("state") if isinstance(model, dict) else None
    return isinstance(state, dict) and str(state.get("_anywidget_id", "")).startswith("canvas_widget.")


def _reference(value: Any) -> str:
    return value.removeprefix("IPY_MODEL_") if isinstance(value, str) and value.startswith("IPY_MODEL_") else ""


def _values(model: Any) -> list[Any]:
    state = model.get("state") if isinstance(model, dict) else None
    if not isinstance(state, dict):
        return []
    return [part for value in state.values() for part in (value if isinstance(value, list) else [value])]


def strip(notebook: Notebook, *, everything: bool = False) -> Stripped:
    """Take the models of canvases out of a notebook, and every view whose model is not saved with it.

    What other widgets saved stays, unless `everything` goes. Pictures, text and the answers stay in any case. The
    notebook is changed in place and not written.
    """
    before = len(json.dumps(notebook.content, ensure_ascii=False))
    models = state_of(notebook)
    gone = set(models) if everything else ours(models)
    left = {name: model for name, model in models.items() if name not in gone}
    metadata = notebook.content["metadata"]
    if gone or everything:
        if left:
            metadata["widgets"][STATE_MIME]["state"] = left
        else:
            metadata.pop("widgets", None)
    views = sum(_strip_outputs(cell, left) for _, cell in notebook.code())
    after = len(json.dumps(notebook.content, ensure_ascii=False)) if gone or views else before
    return Stripped(len(gone), views, before - after)


def _strip_outputs(cell: dict[str, Any], left: Mapping[str, Any]) -> int:
    count, kept = 0, []
    for output in cell["outputs"]:
        data = output.get("data")
        view = data.get(VIEW_MIME) if isinstance(data, dict) else None
        if view is not None and (not isinstance(view, dict) or view.get("model_id") not in left):
            del data[VIEW_MIME]
            count += 1
            if not data:
                continue
        kept.append(output)
    cell["outputs"] = kept
    return count
