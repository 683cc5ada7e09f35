"""The extension is there once the package is installed, and one line of Jupyter's configuration turns it off."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import httpx
import pytest

from .process import Server

PAGE = Path(__file__).parents[2] / "docs" / "server.md"
JUPYTER = str(Path(sys.executable).parent / "jupyter")


def _answers(folder: Path, script: str, health: str | None, *command: str) -> dict[str, int]:
    """What a server that is configured by nothing else says on its addresses, Jupyter's own and ours."""
    folder.mkdir()
    server = Server(folder, health=health, script=script, command=command)
    try:
        with httpx.Client(headers=server.headers, timeout=60, follow_redirects=True) as client:
            paths = (
                "canvas/",
                "canvas/api/health",
                "canvas/api/me",
                "api/status",
                "api/contents",
                "api/kernels",
                "lab",
            )
            return {path: client.get(server.jupyter(path)).status_code for path in paths}
    finally:
        server.stop()


@pytest.mark.ledger("N4")
def test_the_extension_is_on_by_itself_and_off_by_the_line_of_the_page(tmp_path: Path) -> None:
    lines = re.findall(r"^c\.ServerApp\.jpserver_extensions = .*$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(lines) == 1
    off = _answers(tmp_path / "off", f"{lines[0]}\n", None, JUPYTER, "server")
    assert off == {path: 404 if path.startswith("canvas/") else 200 for path in off}
    on = _answers(tmp_path / "on", f"# {lines[0]}\n", "ok", JUPYTER, "canvas", "server")
    assert on == dict.fromkeys(off, 200)
