"""docs/charts.md: each kind of chart stands there with a cell that runs and the picture it makes."""

from __future__ import annotations

import re

import pytest

import chart_pictures
from canvas_widget.data import MARKS

PAGE = chart_pictures.PAGE.read_text(encoding="utf-8")
CELLS = dict(chart_pictures.cells(PAGE))


def test_each_mark_has_a_picture() -> None:
    drawn = set(re.findall(r'mark="(\w+)', " ".join(CELLS.values())))
    assert set(MARKS) <= drawn
    assert {path.stem for path in chart_pictures.PICTURES.glob("*.png")} == set(CELLS)


@pytest.mark.ledger("X3")
@pytest.mark.parametrize("name", CELLS)
def test_a_cell_makes_the_picture_below_it(name: str) -> None:
    picture = (chart_pictures.PICTURES / f"{name}.png").read_bytes()
    assert len(picture) <= chart_pictures.LIMIT
    assert chart_pictures.draw(CELLS[name]) == picture, "make pictures draws them anew"
