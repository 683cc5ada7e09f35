"""The page about engines shows the constructs that the tests compare."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.data.constructs import table

PAGE = Path(__file__).parents[2] / "docs" / "engines.md"


@pytest.mark.ledger("X6")
def test_the_table_of_constructs_is_that_of_the_tests() -> None:
    assert table() in PAGE.read_text("utf-8"), (
        "Put the output of `python -m tests.data.constructs` into docs/engines.md."
    )
