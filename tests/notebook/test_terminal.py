"""IPython in a terminal: a `%%canvas` cell has several lines, and a canvas is its text."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from IPython.core.inputtransformer2 import TransformerManager

from canvas_widget.notebook import magics
from environment import private_environment

TYPED = """\
%load_ext canvas_widget
import pandas as pd
from canvas_widget import Canvas
sales = pd.DataFrame({"region": ["North", "South"], "amount": [10, 25]})
Canvas(name="typed")
%%canvas
Bar chart of total amount
by region


exit()
"""


@pytest.mark.ledger("N2", "N6")
def test_a_terminal_shows_the_canvas_and_the_answer_as_text(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "IPython", "--simple-prompt", "--no-banner"]
    environment = {**private_environment(tmp_path), "PYTHONUTF8": "1"}
    ran = subprocess.run(
        command, input=TYPED, env=environment, cwd=tmp_path, check=False, capture_output=True, encoding="utf-8"
    )
    assert ran.returncode == 0, ran.stderr
    assert "Traceback" not in ran.stdout + ran.stderr
    assert "Canvas typed: 800 × 600 px, empty" in ran.stdout
    assert "Canvas typed: 800 × 600 px, 1 container\n" in ran.stdout
    assert "South | 25" in ran.stdout
    assert "icture" not in ran.stdout, "a terminal shows none"
    for markup in ("<div", "<style", "<svg", "base64", "iVBOR"):
        assert markup not in ran.stdout
    assert max(map(len, ran.stdout.splitlines())) < 300


@pytest.mark.ledger("N2")
@pytest.mark.parametrize(
    ("typed", "status"),
    [
        ("%%canvas", "incomplete"),
        ("%%canvas main -x\nBar chart of units", "incomplete"),
        ("%%canvas\nBar chart of units\nby region\n\n", "complete"),
        ("%canvas undo", "complete"),
        ("for each in [1]:\n    %canvas undo", "incomplete"),
    ],
)
def test_what_is_typed_goes_on_as_any_cell_magic_does(typed: str, status: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a terminal and `jupyter console` ask before they run what was typed."""
    monkeypatch.setattr(magics, "_shell", lambda: SimpleNamespace(autoawait=True))
    manager = TransformerManager()
    manager.cleanup_transforms.append(magics.transform)
    assert manager.check_complete(typed)[0] == status
    assert TransformerManager().check_complete(typed.replace("canvas", "timeit"))[0] == status
