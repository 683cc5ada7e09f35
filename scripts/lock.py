"""Writes requirements.lock: every package that the project, its extras and its developers use, with its exact version.

The file holds for each supported Python and system (environment markers) and names no registry. It is made by `uv`,
which lives in a folder of its own below `build/`.
"""

from __future__ import annotations

import subprocess
import sys
import venv
from pathlib import Path

__all__: list[str] = []

ROOT = Path(__file__).resolve().parent.parent


def main() -> int:
    folder = ROOT / "build" / "lock"
    uv = folder / "bin" / "uv"
    if not uv.exists():
        venv.create(folder, with_pip=True)
        subprocess.run([str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", "uv"], check=True)
    command = [str(uv), "pip", "compile", "pyproject.toml", "--quiet", "--upgrade", "--universal"]
    command += [
        "--python-version",
        "3.11",
        "--all-extras",
        "--group",
        "dev",
        "--no-annotate",
        "--no-header",
        "--no-emit-index-url",
    ]
    command += ["--no-emit-find-links", "--output-file", "requirements.lock"]
    return subprocess.run(command, cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
