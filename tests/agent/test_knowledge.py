from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from canvas_widget.agent.knowledge import Knowledge
from canvas_widget.errors import InvalidArgument, NotFound

pytestmark = pytest.mark.ledger("D2")

NOTES = {
    "revenue": "Net of returns, in EUR.",
    "gross margin": "Revenue minus cost of goods, divided by revenue.",
    "region": "Where the customer lives, not where the order was shipped.",
    "UnitPrice": "Price of one piece before discounts.",
    "active customers": "Customers with an order in the last 90 days.",
    "churn": "Share of active customers lost in a quarter.",
    "fiscal_year": "Begins on 1 April.",
    "Umsatz": "Wie revenue, vor Abzug der Rücksendungen.",
}


@pytest.fixture
def knowledge() -> Knowledge:
    held = Knowledge()
    for topic, note in NOTES.items():
        held.add(topic, note)
    held.add("MRR", "Monthly recurring revenue.", aliases=["subscription income", "recurring turnover"])
    return held


@pytest.mark.parametrize(
    ("wanted", "first"),
    [
        ("revenue", "revenue"),
        ("Revenues", "revenue"),
        ("the revenues", "revenue"),
        ("gross margins", "gross margin"),
        ("margin", "gross margin"),
        ("unit price", "UnitPrice"),
        ("unit_prices", "UnitPrice"),
        ("what does fiscal year mean", "fiscal_year"),
        ("active customer", "active customers"),
        ("discount", "UnitPrice"),
        ("shipped orders", "region"),
        ("april", "fiscal_year"),
        ("subscription incomes", "MRR"),
        ("recurring turnover", "MRR"),
        ("revenu", "revenue"),
        ("chrun rate churn", "churn"),
        ("umsatz", "Umsatz"),
        ("Rücksendungen", "Umsatz"),
    ],
)
def test_the_best_note_comes_first(knowledge: Knowledge, wanted: str, first: str) -> None:
    assert knowledge.search(wanted)[0][0] == first


@pytest.mark.parametrize("wanted", ["", "   ", "zebra", "the of", "🦓", "x" * 10_000])
def test_what_nobody_wrote_about_is_not_found(knowledge: Knowledge, wanted: str) -> None:
    assert knowledge.search(wanted) == []


def test_notes_are_added_replaced_listed_and_removed(knowledge: Knowledge) -> None:
    knowledge.add(" revenue ", "Before returns.")
    assert knowledge.get("revenue") == "Before returns."
    assert knowledge.topics()[0] == "revenue"
    assert len(knowledge) == len(NOTES) + 1
    knowledge.remove("revenue")
    assert "revenue" not in knowledge
    with pytest.raises(NotFound) as caught:
        knowledge.remove("regoin")
    assert caught.value.alternatives == ("region",)
    for topic, note in (("", "x"), ("x", " "), (3, "x")):
        with pytest.raises(InvalidArgument):
            knowledge.add(topic, note)


MARKDOWN = """\
# Data dictionary

All of it in EUR.

## region
Where the customer lives.

Two letters.

| Column | Meaning | Unit |
|--------|---------|------|
| units  | Pieces sold | pcs |
| `price` | Price of one |  |

- **discount**: Share taken off.
- `day`: Day of the order.
- returned - Whether it came back.
"""


def test_a_data_dictionary_comes_from_a_mapping_a_frame_or_a_markdown_file(tmp_path: Path) -> None:
    knowledge = Knowledge()
    assert knowledge.add({"region": "Where.", "sales": {"units": "Pieces."}}) == ["region", "sales.units"]
    assert knowledge.search("units")[0] == ("sales.units", "Pieces.")
    frame = pd.DataFrame({"Column": ["a", "b", "c"], "Description": ["First.", None, "Third."], "type": [1, 2, 3]})
    assert knowledge.add(frame, about="orders") == ["orders.a", "orders.c"]
    path = tmp_path / "dictionary.md"
    path.write_text(MARKDOWN, encoding="utf-8")
    knowledge = Knowledge()
    knowledge.add(path)
    assert dict(knowledge) == {
        "Data dictionary": "All of it in EUR.",
        "units": "Pieces sold – pcs",
        "price": "Price of one",
        "discount": "Share taken off.",
        "day": "Day of the order.",
        "returned": "Whether it came back.",
        "region": "Where the customer lives.\n\nTwo letters.",
    }


@pytest.mark.parametrize("source", [{}, {"a": None}, 3, pd.DataFrame({"a": [1], "b": [2], "c": [3]})])
def test_what_is_no_data_dictionary_is_said(source: object) -> None:
    with pytest.raises(InvalidArgument):
        Knowledge().add(source)


def test_a_file_that_is_not_there_or_no_text_is_said(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=r"nowhere\.md"):
        Knowledge().add("nowhere.md")
    path = tmp_path / "binary.md"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InvalidArgument, match="UTF-8"):
        Knowledge().add(path)
