"""What the notebook's kernel lends a canvas: its shell, its variables, its configuration."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

__all__ = ["config", "namespace", "shell"]


def shell() -> Any:
    """The notebook's shell, or None in a program without one."""
    ipython = sys.modules.get("IPython")
    return ipython.get_ipython() if ipython is not None else None


def namespace() -> Mapping[str, Any]:
    """The notebook's own variables, as far as there is a notebook."""
    found: Mapping[str, Any] = {} if (here := shell()) is None else here.user_ns
    return found


def config() -> Mapping[str, Any]:
    """The section `CanvasWidget` of the kernel's own configuration."""
    found: Mapping[str, Any] = {} if (here := shell()) is None else here.config.get("CanvasWidget", {})
    return found
