"""Numbers as a reader sees them."""

from __future__ import annotations

import math

import pytest

from canvas_widget.data import ChartStyle
from canvas_widget.render.numbers import canonical, column, format_number


@pytest.mark.parametrize(
    ("value", "form", "shown"),
    [
        (406, ",", "406"),
        (1234567, ",", "1,234,567"),
        (1234567, None, "1,234,567"),
        (1234.5678, ",.1f", "1,234.6"),
        (-919, ",", "−919"),
        (0.1234, ".1%", "12.3%"),
        (0.5, ".0%", "50%"),
        (1234567, ".3s", "1.23M"),
        (42, ".2s", "42"),
        (1500, "~s", "1.5k"),
        (12.5, "$,.2f", "$12.50"),
        (3, "+d", "+3"),
        (20.083534136546185, None, "20.08"),
        (31.0, None, "31"),
        (0.00123, None, "0.0012"),
        (-0.0001, ",.1f", "0.0"),
        (12.3456, ".3g", "12.3"),
        (12.0, ".3~g", "12"),
        (2**60, ",", "1,152,921,504,606,846,976"),
        (str(2**60), ",", "1,152,921,504,606,846,976"),
        (None, ",", "–"),
        (math.nan, ",.1f", "–"),
        (math.inf, None, "–"),
        (5, "not a format", "5"),
        ("text", ",", "text"),
        (True, ",", "True"),
    ],
)
def test_a_number_by_its_format(value: object, form: str | None, shown: str) -> None:
    assert format_number(value, form) == shown


def test_a_column_has_the_same_decimals_throughout() -> None:
    assert column("mpg", "number", [46.6, 44.0, None, math.nan, 43.45]) == ["46.60", "44.00", "–", "–", "43.45"]


def test_a_small_number_beside_a_large_one_is_not_shown_as_zero() -> None:
    assert column("f", "number", [1e-9, 123456.789]) == ["1e−9", "123,456.79"]


def test_years_and_ids_are_not_grouped_and_big_integers_are_exact() -> None:
    assert column("Year", "integer", [1980]) == ["1980"]
    assert column("order_id", "integer", [1234567]) == ["1234567"]
    assert column("Weight", "integer", [2110, str(-(2**62))]) == ["2,110", "−4,611,686,018,427,387,904"]


def test_midnight_is_a_date_and_other_times_stay() -> None:
    shown = column("t", "datetime", ["1971-01-01T00:00:00", "1971-01-01T12:30:00", None])
    assert shown == ["1971-01-01", "1971-01-01T12:30:00", "–"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (30.450632911392405, "30.4506329114"),
        (0.1 + 0.2, "0.3"),
        (4.0, "4"),
        (2**60, str(2**60)),
        (None, "–"),
        (True, "true"),
    ],
)
def test_canonical_values_have_twelve_digits(value: object, text: str) -> None:
    assert canonical(value) == text


GERMAN = ChartStyle(locale="de", currency="€").numbers(currency=True)
INDIAN = ChartStyle(locale="in", currency="₹").numbers(currency=True)


@pytest.mark.ledger("E7", "X7")
@pytest.mark.parametrize(
    ("value", "form", "marks", "text"),
    [
        (1234567.5, ",.1f", GERMAN, "1.234.567,5"),
        (-1234567.5, "$,.2f", GERMAN, "−1.234.567,50\u00a0€"),
        (12345678.25, "$,.2f", INDIAN, "₹1,23,45,678.25"),
        (0.315, ".1%", GERMAN, "31,5%"),
        (2024, "d", GERMAN, "2024"),
        (1234567.5, "$,.1f", None, "$1,234,567.5"),
    ],
)
def test_a_number_has_the_marks_the_user_set(value: float, form: str, marks: dict | None, text: str) -> None:
    assert format_number(value, form, marks) == text


@pytest.mark.ledger("E7", "X7")
def test_a_column_has_the_marks_the_user_set() -> None:
    assert column("price", "number", [1234.5, 7.0, None], GERMAN) == ["1.234,5", "7,0", "–"]
    assert column("year", "integer", [1970], GERMAN) == ["1970"]
