"""The grammar of encodings: what is written is what is read, whatever a column is called."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from canvas_widget.data import (
    ChartRequest,
    Encoding,
    Filter,
    MetricRequest,
    TableRequest,
    build_chart,
    build_metric,
    build_table,
    parse,
)
from canvas_widget.data.encode import AGGREGATES, TIME_UNITS
from canvas_widget.data.sql import identifier, literal
from canvas_widget.errors import InvalidArgument, QueryError

from .conftest import engine_of

NAMES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=20)
CELLS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**62), 2**62)
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
)


@st.composite
def encodings(draw: st.DrawFn) -> Encoding:
    op = draw(st.sampled_from([None, "bin", *AGGREGATES, *TIME_UNITS]))
    if op == "count" and draw(st.booleans()):
        return Encoding("count", None)
    return Encoding(op, draw(NAMES), draw(st.none() | st.integers(1, 200)) if op == "bin" else None)


@given(encodings())
@example(Encoding(None, "count()"))
@example(Encoding("mean", 'a") from b --'))
@example(Encoding("bin", "a, 5"))
@example(Encoding("bin", "a, 5", 7))
@example(Encoding(None, '"'))
def test_an_encoding_reads_back_as_it_was_written(encoding: Encoding) -> None:
    assert parse(str(encoding)) == encoding
    assert parse(f"  {encoding} ") == encoding


@given(st.text(max_size=30))
def test_any_text_is_an_encoding_or_a_clear_error(text: str) -> None:
    try:
        encoding = parse(text)
    except QueryError:
        return
    assert parse(str(encoding)) == encoding


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Origin", Encoding(None, "Origin")),
        ("count()", Encoding("count", None)),
        ("COUNT(*)", Encoding("count", None)),
        ("avg(Horsepower)", Encoding("mean", "Horsepower")),
        ("Average( Horsepower )", Encoding("mean", "Horsepower")),
        ("count_distinct(Name)", Encoding("distinct", "Name")),
        ('year("Year")', Encoding("year", "Year")),
        ("bin(Horsepower)", Encoding("bin", "Horsepower")),
        ("bin(Horsepower, 30)", Encoding("bin", "Horsepower", 30)),
        ("bin(Horsepower, maxbins=30)", Encoding("bin", "Horsepower", 30)),
        ('"sum(x)"', Encoding(None, "sum(x)")),
        ("Weight (lbs)", Encoding(None, "Weight (lbs)")),
    ],
)
def test_spellings(text: str, expected: Encoding) -> None:
    assert parse(text) == expected


def test_a_column_called_like_a_function_is_the_column() -> None:
    assert parse("sum(x)", ["sum(x)", "x"]) == Encoding(None, "sum(x)")
    assert parse("mean(sum(x))", ["sum(x)", "x"]) == Encoding("mean", "sum(x)")


@pytest.mark.parametrize(
    ("text", "words"),
    [("", "is empty"), ("sum()", "names no column"), ("meen(x)", "Closest match: mean()"), ("bin(x, 0)", "1 to 200")],
)
def test_what_cannot_be_read_says_why(text: str, words: str) -> None:
    with pytest.raises(QueryError) as failed:
        parse(text)
    assert words in failed.value.message


@pytest.mark.ledger("N3")
@given(NAMES, st.lists(CELLS.map(str), min_size=1, max_size=4))
@example('x" from data; drop view data; --', ["a"])
@example("a.b[0]", ["'; drop view data; --"])
@example("<img src=x onerror=alert(1)>", ["<b>"])
@example("😀", ["'"])
def test_no_name_and_no_value_gets_out_of_its_quotes(name: str, values: list[str]) -> None:
    frame = pd.DataFrame({name: values})
    engine = engine_of(data=frame)
    column = engine.catalogue.get("data").fields[0].name
    quoted = str(Encoding(None, column))
    chart = build_chart(ChartRequest(dataset="data", x=quoted, y="count()", limit=50), engine)
    drawn = {row[str(chart.encoding["x"])]: row[str(chart.encoding["y"])] for row in chart.result.rows()}
    assert drawn == frame[name].value_counts().to_dict()
    kept = build_table(TableRequest(dataset="data", where=(Filter(field=quoted, value=values[0]),)), engine)
    assert kept.result.row_count == values.count(values[0])
    counted = build_metric(MetricRequest(dataset="data", value=str(Encoding("distinct", column))), engine)
    assert counted.value == len(set(values))


@given(NAMES)
def test_quoting_an_identifier_is_reversible(name: str) -> None:
    assert identifier(name)[1:-1].replace('""', '"') == name


@given(CELLS)
def test_a_literal_is_read_back_by_the_database(value: object) -> None:
    row = engine_of().run(f"select {literal(value)} as v").rows()[0]
    expected = str(value) if isinstance(value, int) and not isinstance(value, bool) and abs(value) > 2**53 else value
    assert row["v"] == expected


@pytest.mark.parametrize("value", [1.5, float("inf"), float("-inf"), float("nan"), 1e300, 5e-324])
def test_floats_are_read_back_too(value: float) -> None:
    cell = engine_of().run(f"select {literal(value)} as v").table.column("v")[0].as_py()
    assert float(cell) == value or (value != value and cell != cell)  # noqa: PLR0124


def test_values_without_a_literal_are_refused() -> None:
    for value in (object(), [1], "a\0b"):
        with pytest.raises(QueryError):
            literal(value)
    with pytest.raises(QueryError):
        identifier("a\0b")
    with pytest.raises(InvalidArgument, match='"op" cannot be used'):
        Filter(field="a", op="~~")  # type: ignore[arg-type]
    with pytest.raises(InvalidArgument, match='"mark" cannot be used'):
        ChartRequest(mark="treemap")  # type: ignore[arg-type]
