from __future__ import annotations

from collections.abc import Iterator

import pytest

from .kernel import Kernel, kernel

SETUP = """\
%load_ext canvas_widget
from vega_datasets import data
from canvas_widget import Canvas
cars = data.cars()
canvas = Canvas()
"""


@pytest.fixture(scope="module")
def bare() -> Iterator[Kernel]:
    """A kernel with nothing in it, shared by a module."""
    with kernel() as running:
        yield running


@pytest.fixture(scope="module")
def cars(bare: Kernel) -> Kernel:
    """A kernel with the extension, the cars frame and a canvas."""
    bare.good(SETUP)
    return bare
