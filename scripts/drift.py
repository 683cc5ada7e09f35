"""Writes the generated files and fails when that changed one: they are committed and must be up to date."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

__all__: list[str] = []

ROOT = Path(__file__).resolve().parent.parent


def state() -> dict[str, str]:
    """The hash of each file that git knows or would add, by its path."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    paths = sorted(path for path in set(listed.split("\0")) if path and (ROOT / path).is_file())
    return {path: hashlib.sha256((ROOT / path).read_bytes()).hexdigest() for path in paths}


def main() -> int:
    before = state()
    subprocess.run([sys.executable, "scripts/generate.py"], cwd=ROOT, check=True)
    after = state()
    changed = sorted(path for path in before.keys() | after.keys() if before.get(path) != after.get(path))
    if changed:
        print("These generated files were out of date and are written anew; commit them:", *changed, sep="\n  ")
    return 1 if changed else 0


if __name__ == "__main__":
    sys.exit(main())
