"""Runs notebooks under nbval: each cell again, each output compared with the one that is saved. Nothing is masked."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from environment import private_environment

__all__ = ["validate"]


def validate(notebooks: list[Path], *, quiet: bool = False) -> subprocess.CompletedProcess[str]:
    """One strict run over `notebooks`, in a process of its own; its return code is pytest's."""
    with tempfile.TemporaryDirectory(prefix="canvas-widget-nbval-") as folder:
        command = [sys.executable, "-m", "pytest", "--nbval", "-p", "no:cacheprovider", "-p", "no:asyncio", "-q"]
        command += ["-c", "/dev/null", "--rootdir", str(notebooks[0].parent), *map(str, notebooks)]
        environment = private_environment(Path(folder))
        return subprocess.run(command, env=environment, check=False, text=True, capture_output=quiet)


def main(arguments: list[str]) -> int:
    notebooks = [Path(argument).resolve() for argument in arguments]
    missing = [str(path) for path in notebooks if not path.is_file()]
    if missing or not notebooks:
        print("No notebook to run:", *missing, file=sys.stderr)
        return 1
    return validate(notebooks).returncode


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
