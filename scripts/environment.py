"""An environment for tools started by tests, demo and benchmarks that knows nothing of who runs them.

No key, no setting of ours, and Jupyter's and IPython's folders in a place of their own.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

__all__ = ["KEYS", "private_environment"]

KEYS = ("OPENROUTER_API_KEY", "ANTHROPIC_API_KEY", "OPENAI_API_KEY")


def private_environment(folder: Path) -> dict[str, str]:
    """The variables of this process without keys and settings, and with Jupyter's folders below `folder` (made)."""
    # Byte code is kept, as in any installation: a kernel that compiles all it imports starts half a second later.
    dropped = ("CANVAS_WIDGET_", "JUPYTER", "JPY_", "IPYTHON", "PYTHONDONTWRITEBYTECODE")
    environment = {
        name: value for name, value in os.environ.items() if name not in KEYS and not name.startswith(dropped)
    }
    for variable, name in {
        "JUPYTER_CONFIG_DIR": "config",
        "JUPYTER_DATA_DIR": "data",
        "JUPYTER_RUNTIME_DIR": "runtime",
        "IPYTHONDIR": "ipython",
        "JUPYTERLAB_SETTINGS_DIR": "lab/settings",
        "JUPYTERLAB_WORKSPACES_DIR": "lab/workspaces",
    }.items():
        path = folder / name
        path.mkdir(parents=True, exist_ok=True)
        environment[variable] = str(path)
    # The kernel of the environment that runs us, wherever PATH points.
    environment["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), environment.get("PATH", "")])
    environment["PYDEVD_DISABLE_FILE_VALIDATION"] = "1"
    return environment
