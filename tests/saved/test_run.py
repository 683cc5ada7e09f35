"""`jupyter canvas record` and `replay`: real kernels, a real server that is gone when it is replayed."""

from __future__ import annotations

import json
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from agent.scripted_server import ScriptedServer, calls, text
from canvas_widget.command import main
from canvas_widget.saved import check, read_notebook

SETUP = """\
%load_ext canvas_widget
import pandas as pd
sales = pd.DataFrame({"region": ["N", "S"], "amount": [1, 2]})"""
CHART = {"container_id": "chart", "mark": "bar", "x": "region", "y": "sum(amount)"}


def made(path: Path, *cells: str, kernel: str | None = "python3") -> Path:
    spec = {} if kernel is None else {"kernelspec": {"name": kernel, "display_name": kernel, "language": "python"}}
    nbformat.write(new_notebook(cells=[new_code_cell(cell) for cell in cells], metadata=spec), path)
    return path


def scripted(patch: pytest.MonkeyPatch, server: ScriptedServer) -> None:
    patch.setenv("CANVAS_WIDGET_BASE_URL", server.url)
    patch.setenv("CANVAS_WIDGET_MODEL", "scripted")
    patch.setenv("CANVAS_WIDGET_API_KEY", "planted-key-9876543210")


@pytest.mark.ledger("X2")
def test_a_notebook_is_recorded_in_one_command_and_replayed_in_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = made(tmp_path / "sales.ipynb", SETUP, "%%canvas --replay\nSales by region", kernel=None)
    tape = tmp_path / "sales.cassette.json"
    tape.write_text("what lay there", encoding="utf-8")
    with ScriptedServer([calls(("create_chart", CHART)), text("Drawn.")]) as server:
        scripted(monkeypatch, server)
        assert main(["record", str(path)]) == 0
    assert check(read_notebook(path), strict=True) == []
    assert b"planted-key" not in path.read_bytes() + tape.read_bytes()
    assert len(json.loads(tape.read_text(encoding="utf-8"))["entries"]) == 2
    saved = path.read_bytes()
    assert main(["replay", str(path)]) == 0
    assert "1 canvases are as they were saved" in capsys.readouterr().out
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[0].source = SETUP.replace("[1, 2]", "[1, 3]")
    notebook.cells[1].source = "%%canvas --replay\nSales by region"
    nbformat.write(notebook, path)
    changed = path.read_bytes()
    assert main(["replay", str(path)]) == 1
    told = capsys.readouterr().err
    assert "cell 2 (In [2]) “%%canvas --replay”: CassetteMiss" in told
    assert "the result of create_chart changed from" in told
    assert path.read_bytes() == changed != saved


@pytest.mark.ledger("X2")
def test_a_run_that_fails_overwrites_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = made(tmp_path / "sales.ipynb", SETUP, "%%canvas\nSales by region", "1 / 0")
    tape = tmp_path / "sales.cassette.json"
    tape.write_text("what lay there", encoding="utf-8")
    before = path.read_bytes()
    with ScriptedServer([calls(("create_chart", CHART)), text("Drawn.")]) as server:
        scripted(monkeypatch, server)
        assert main(["record", str(path)]) == 2
    assert "cell 3 (In [3]) “1 / 0”: ZeroDivisionError" in capsys.readouterr().err
    assert path.read_bytes() == before
    assert tape.read_text(encoding="utf-8") == "what lay there"


@pytest.mark.ledger("X2")
def test_a_kernel_that_is_not_there_is_named_with_those_that_are(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = made(tmp_path / "a.ipynb", "1", kernel="no-such-kernel")
    assert main(["replay", str(path)]) == 2
    told = capsys.readouterr().err
    assert "There is no kernel 'no-such-kernel'" in told
    assert "python3" in told
