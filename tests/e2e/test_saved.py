"""A notebook as somebody else gets it: never run here, so JupyterLab does not trust what its outputs hold."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from e2e.lab import Lab
from e2e.notebook import Notebook

QUICKSTART = Path(__file__).resolve().parents[2] / "notebooks" / "quickstart.ipynb"


@pytest.mark.ledger("N6")
def test_a_notebook_that_is_not_trusted_reads_well_and_runs_nothing(
    notebook: Callable[[list[str] | Path], Notebook], lab: Lab
) -> None:
    book = notebook(Path(shutil.copy(QUICKSTART, lab.notebooks / "theirs.ipynb")))
    cells = lab.get(f"api/contents/{book.path.name}")["content"]["cells"]
    assert not all(cell["metadata"].get("trusted") for cell in cells if cell["cell_type"] == "code")
    canvas = book.output(3).locator("img")
    expect(canvas).to_have_count(1)
    expect(canvas).to_be_visible()
    assert canvas.evaluate("(image) => image.naturalWidth") >= 800
    answer = book.output(5)
    expect(answer.locator("li").first).to_contain_text("Average miles per gallon by origin")
    picture = answer.locator("img.cw-made, img").first
    expect(picture).to_be_visible()
    assert picture.evaluate("(image) => image.naturalWidth") > 0
    expect(answer.locator("details")).to_contain_text('avg("Miles_per_Gallon")')
    expect(book.panel).not_to_contain_text("Error displaying widget")
    assert book.page.evaluate("document.querySelectorAll('.jp-OutputArea script').length") == 0
