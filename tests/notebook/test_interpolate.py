from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canvas_widget.errors import InvalidArgument
from canvas_widget.notebook.interpolate import interpolate

NAMESPACE = {"region": "north", "rows": [1, 2, 3], "limits": {"low": 5}}

CASES = [
    ("plain text", "plain text"),
    ("sales in {region}", "sales in north"),
    ("{len(rows)} rows above {limits['low']}", "3 rows above 5"),
    ("{ {'a': 1}['a'] }", "1"),
    ("a {{brace}}", "a {brace}"),
    ("{{{region}}}", "{north}"),
]


@pytest.mark.ledger("N2")
@pytest.mark.parametrize(("text", "expected"), CASES)
def test_expressions_are_filled_in_and_doubled_braces_are_braces(text: str, expected: str) -> None:
    assert interpolate(text, NAMESPACE) == expected


@pytest.mark.ledger("N2")
@pytest.mark.parametrize("text", ["{missing}", "{region", "{1 +}", "{region.nope}"])
def test_what_cannot_be_filled_in_is_named_and_says_how_to_write_a_brace(text: str) -> None:
    with pytest.raises(InvalidArgument, match=r"\{\{"):
        interpolate(text, NAMESPACE)


@pytest.mark.ledger("N2")
@given(st.text(max_size=60))
def test_escaped_text_comes_back_as_it_was(text: str) -> None:
    assert interpolate(text.replace("{", "{{").replace("}", "}}"), {}) == text
