"""Builds the front end into `src/canvas_widget/static` before a wheel or an editable install is made.

The bundle carries, in `static/manifest.json` under `source_hash`, the hash of everything it was built from. When the
sources have another hash it is built again, so a stale bundle can neither be shipped nor tested. Run as a script, this
file does the same (`python hatch_build.py`); with `--check` it only says whether the bundle is up to date.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

__all__ = ["BundleError", "CustomBuildHook", "build", "recorded_hash", "source_files", "source_hash"]

PACKAGE = Path("src/canvas_widget")
OUTPUTS = (
    *("bootstrap.js", "widget.js", "widget.js.gz", "notebook.js.gz", "manifest.json", "labextension/package.json"),
    *("page.js", "page.js.gz", "page.css", "icon.svg"),
)
# Folders below js/ and theme/ that a build reads; tests and tool settings do not change a bundle.
SOURCES = ("js/build", "js/src", "theme")
SOURCE_FILES = ("js/package.json", "js/package-lock.json", "js/build.mjs", "js/tsconfig.json")


class BundleError(RuntimeError):
    """The front end could not be built; the message says what to install or look at."""


def source_files(root: Path) -> Iterator[Path]:
    """Every file that the bundle is built from, in a fixed order."""
    package = root / PACKAGE
    for name in SOURCE_FILES:
        if (package / name).is_file():
            yield package / name
    for folder in SOURCES:
        for path in sorted((package / folder).rglob("*")):
            if path.is_file() and ".test." not in path.name and "__tests__" not in path.parts:
                yield path


def source_hash(root: Path) -> str:
    """SHA-256 over the names and contents of `source_files`, 64 hex digits."""
    digest = hashlib.sha256()
    for path in source_files(root):
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        digest.update(f"{path.relative_to(root).as_posix()} {content}\n".encode())
    return digest.hexdigest()


def recorded_hash(root: Path) -> str | None:
    """The source hash of the bundle that is there; None without a complete bundle."""
    static = root / PACKAGE / "static"
    if not all((static / name).is_file() for name in OUTPUTS):
        return None
    try:
        recorded = json.loads((static / "manifest.json").read_text(encoding="utf-8")).get("source_hash")
    except ValueError:
        return None
    return recorded if isinstance(recorded, str) else None


def build(root: Path) -> bool:
    """Builds the bundle when it is missing or older than its sources; True when it built one."""
    wanted = source_hash(root)
    if recorded_hash(root) == wanted:
        return False
    js = root / PACKAGE / "js"
    if not (js / "package.json").is_file():
        raise BundleError(f"{js} has no package.json, and static/ holds no bundle of these sources.")
    npm = shutil.which("npm")
    if npm is None:
        raise BundleError(
            "npm was not found. The front end is built with Node 20 or later: install it, then try again."
        )
    install_modules(js, npm)
    run([npm, "run", "--silent", "build"], js)
    manifest = root / PACKAGE / "static" / "manifest.json"
    if not manifest.is_file():
        raise BundleError("`npm run build` ended well but wrote no static/manifest.json.")
    for name in ("notebook.js", "widget.js"):  # compressed once here, not in every kernel and for every client
        bundle = manifest.with_name(name)
        if bundle.is_file():
            packed = gzip.compress(bundle.read_bytes(), compresslevel=9, mtime=0)
            bundle.with_name(f"{name}.gz").write_bytes(packed)
    manifest.with_name("notebook.js").unlink(missing_ok=True)
    record = json.loads(manifest.read_text(encoding="utf-8"))
    record["source_hash"] = wanted
    manifest.write_text(json.dumps(record, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    if recorded_hash(root) is None:
        raise BundleError(f"`npm run build` ended well but static/ lacks one of {', '.join(OUTPUTS)}.")
    return True


def install_modules(js: Path, npm: str) -> None:
    """Runs `npm ci` unless node_modules was installed from this very lock file."""
    lock = hashlib.sha256((js / "package-lock.json").read_bytes()).hexdigest()
    stamp = js / "node_modules" / ".canvas-widget-lock"
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == lock:
        return
    run([npm, "ci", "--no-audit", "--no-fund", "--loglevel=error"], js)
    stamp.parent.mkdir(exist_ok=True)
    stamp.write_text(lock, encoding="utf-8")


def run(command: list[str], folder: Path) -> None:
    done = subprocess.run(command, cwd=folder, env={**os.environ, "CI": "true"}, check=False)  # noqa: S603
    if done.returncode:
        spoken = " ".join(Path(part).name for part in command)
        raise BundleError(f"`{spoken}` in {folder} ended with {done.returncode}.")


class CustomBuildHook(BuildHookInterface[Any]):
    """Hatch calls it before each wheel, sdist and editable install."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        build(Path(self.root))


def main(arguments: list[str]) -> int:
    root = Path(__file__).resolve().parent
    try:
        if "--modules" in arguments:
            install_modules(root / PACKAGE / "js", shutil.which("npm") or "npm")
        elif "--check" not in arguments:
            build(root)
        elif recorded_hash(root) != source_hash(root):
            raise BundleError("The bundle in static/ is missing or older than its sources: run `make build`.")
    except BundleError as problem:
        print(problem, file=sys.stderr)  # noqa: T201
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
