"""Prints the path of the Chromium that the browser tests drive; `--install` gets one when there is none.

Looked for in this order: `CHROMIUM_PATH`, the names below on PATH, Playwright's own download, and, as root on a
Debian-like system, the package `chromium`.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

__all__ = ["HELP", "find", "install"]

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
HELP = "No Chromium was found. Run `python -m playwright install chromium`, or as root `apt-get install chromium`."


def find() -> str | None:
    """The path of a Chromium that can be started, or None."""
    named = os.environ.get("CHROMIUM_PATH")
    if named:
        return named if os.access(named, os.X_OK) else None
    for name in NAMES:
        path = shutil.which(name)
        if path is not None:
            return path
    return playwrights()


def playwrights() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if path and Path(path).exists() else None


def install() -> str | None:
    """Finds a Chromium or installs one; None when no way led to one."""
    found = find()
    if found is None:
        attempt([sys.executable, "-m", "playwright", "install", "chromium"], timeout=300)
        found = find()
    if found is None and hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get"):
        attempt(["apt-get", "update", "-qq"], timeout=300)
        attempt(["apt-get", "install", "-y", "-qq", "chromium"], timeout=900)
        found = find()
    return found


def attempt(command: list[str], timeout: float) -> None:
    print(f"$ {' '.join(command)}", file=sys.stderr)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:
        subprocess.run(
            command, check=False, timeout=timeout, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL
        )
    except (OSError, subprocess.TimeoutExpired) as problem:
        print(problem, file=sys.stderr)


def main(arguments: list[str]) -> int:
    path = install() if "--install" in arguments else find()
    if path is None:
        print(HELP, file=sys.stderr)
        return 1
    if "--install" not in arguments:
        print(path)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
