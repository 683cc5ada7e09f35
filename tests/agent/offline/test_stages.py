"""The stages between the words and the tool calls, each by itself: which column is what, what is drawn, and where."""

from __future__ import annotations

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from agent.offline.frames import catalogue
from canvas_widget.agent.providers.offline.canvas.place import placement, size_and_position
from canvas_widget.agent.providers.offline.canvas.refs import Thing
from canvas_widget.agent.providers.offline.decide.decide import decide
from canvas_widget.agent.providers.offline.link.linker import Linker
from canvas_widget.agent.providers.offline.query.query import Dimension, Measure, Query
from canvas_widget.agent.providers.offline.roles.roles import Roles, read_roles
from canvas_widget.agent.providers.offline.words.charts import Kind
from canvas_widget.agent.providers.offline.words.normalise import human, tokens
from canvas_widget.agent.providers.offline.words.phrases import Phrase

pytestmark = pytest.mark.ledger("X1")

CARS = Linker(catalogue("cars"))
COLUMNS = {column.name: column for column in CARS.sources[0].columns}
NUMBERS = {
    "horsepower": "Horsepower",
    "weight": "Weight_in_lbs",
    "displacement": "Displacement",
    "acceleration": "Acceleration",
    "miles per gallon": "Miles_per_Gallon",
}
AGGREGATES = {"average": "mean", "mean": "mean", "total": "sum", "median": "median", "maximum": "max", "minimum": "min"}
GROUPS = {"origin": "Origin", "cylinders": "Cylinders", "year": "Year"}


def a_phrase(text: str) -> Phrase:
    return Phrase(tokens(text), text)


def read(text: str) -> tuple[Query, Roles, Phrase]:
    phrase, query = a_phrase(text), Query(CARS.sources[0])
    roles = read_roles(phrase, CARS.links(phrase, query.source), query)
    return query, roles, phrase


def told(query: Query) -> tuple[list[str], list[str], str | None]:
    """Measures, groups and colour as encodings."""
    series = query.series.encoding if query.series is not None else None
    return [each.encoding for each in query.measures], [each.column.name for each in query.dimensions], series


# -- roles -------------------------------------------------------------------------------------------------------------


@given(
    st.sampled_from(sorted(AGGREGATES)),
    st.sampled_from(sorted(NUMBERS)),
    st.sampled_from(sorted(GROUPS)),
    st.sampled_from(("by", "per", "for each", "grouped by")),
    st.booleans(),
)
def test_a_number_is_told_of_its_groups_wherever_they_stand(aggregate, number, group, word, first) -> None:
    said = f"{aggregate} {number}"
    query, roles, phrase = read(f"{word} {group}, the {said}" if first else f"the {said} {word} {group}")
    assert told(query) == ([f"{AGGREGATES[aggregate]}({NUMBERS[number]})"], [GROUPS[group]], None)
    assert (roles.bare, query.asks, query.unknown) == ([], [], [])
    assert phrase.written(0, len(phrase))  # it was read, not cut


@pytest.mark.parametrize(
    ("text", "measures", "groups", "series", "bare"),
    [
        ("number of cars per origin", ["count()"], ["Origin"], None, []),
        ("average horsepower by year coloured by origin", ["mean(Horsepower)"], ["Year"], "Origin", []),
        ("average horsepower and weight by origin", ["mean(Horsepower)", "mean(Weight_in_lbs)"], ["Origin"], None, []),
        ("maximum number of cylinders by origin", ["max(Cylinders)"], ["Origin"], None, []),
        ("horsepower and weight", [], [], None, ["Horsepower", "Weight_in_lbs"]),
        ("average horsepower by origin and cylinders", ["mean(Horsepower)"], ["Origin", "Cylinders"], None, []),
    ],
)
def test_the_role_of_each_column_that_is_named(text, measures, groups, series, bare) -> None:
    query, roles, _ = read(text)
    assert told(query) == (measures, groups, series)
    assert [column.name for column in roles.bare] == bare


# -- decide ------------------------------------------------------------------------------------------------------------

KINDS = [None, Kind("chart"), *(Kind("chart", mark) for mark in ("bar", "line", "area", "arc", "point", "histogram"))]
NUMERIC = st.sampled_from([COLUMNS[name] for name in NUMBERS.values()])
MEASURES = st.builds(Measure, st.sampled_from(("mean", "sum", "max", None)), NUMERIC) | st.just(Measure("count"))
DIMENSIONS = st.builds(Dimension, st.sampled_from([COLUMNS[name] for name in ("Origin", "Cylinders", "Year")]))


@example(None, [Measure("mean", COLUMNS["Horsepower"]), Measure(None, COLUMNS["Weight_in_lbs"])], [])
@example(Kind("chart", "histogram"), [], [Dimension(COLUMNS["Origin"]), Dimension(COLUMNS["Cylinders"])])
@given(
    st.sampled_from(KINDS),
    st.lists(MEASURES, max_size=3, unique_by=lambda each: each.column),
    st.lists(DIMENSIONS, max_size=3, unique_by=lambda each: each.column),
)
def test_what_a_chart_cannot_hold_is_named_and_nothing_else_is_left_out(kind, measures, dimensions) -> None:
    assume(measures or dimensions)
    query = Query(CARS.sources[0], kind, measures=list(measures), dimensions=list(dimensions))
    decide(query, Roles())
    said = " ".join((*query.notes, *query.unknown, *query.asks)).lower()
    drawn = {each.column for each in (*query.dimensions, *query.measures) if each.column is not None}
    drawn |= {each.column for each in (query.series, query.facet) if each is not None} | set(query.columns)
    whole = query.kind is not None and query.kind.tool == "table" and not query.columns
    for each in (*measures, *dimensions):
        if each.column is None or (whole and getattr(each, "aggregate", None) is None):
            continue
        names = (each.column.name.lower(), human(each.column.name))
        assert each.column in drawn or any(name in said for name in names), each
    if query.kind is not None and query.kind.tool == "chart":
        assert len(query.dimensions) <= 1 or query.paired
        assert query.measures
        assert query.kind.mark is not None
        if query.kind.mark == "arc":
            assert query.facet is None
            assert len(query.measures) == 1


# -- place -------------------------------------------------------------------------------------------------------------

THINGS = (
    Thing("speeds", "Top speeds", "chart", "bar", box=(16, 16, 380, 280)),
    Thing("prices", "Prices per month", "chart", "line", box=(412, 16, 380, 280)),
    Thing("orders", "Newest orders", "table", box=(16, 312, 776, 200)),
)
RELATIONS = {"below": "below", "under": "below", "above": "above", "next to": "right_of", "left of": "left_of"}
NAMES = {"bar chart": "speeds", "line chart": "prices", "table": "orders"}
REGIONS = ("left", "right", "top left corner", "lower right corner", "right half")
SIDE = st.integers(1, 100_000)


@given(st.sampled_from(sorted(RELATIONS)), st.sampled_from(sorted(NAMES)))
def test_a_place_beside_another_names_it_and_takes_its_words(relation, name) -> None:
    phrase = a_phrase(f"a metric {relation} the {name}")
    found = placement(phrase, THINGS, (800, 600))
    assert found.arguments() == {RELATIONS[relation]: NAMES[name]}
    assert [phrase.free(at) for at in range(len(phrase))] == [True, True, *[False] * (len(phrase) - 2)]


@given(st.integers(0, 99_999), st.integers(0, 99_999), SIDE, SIDE, st.permutations(range(2)))
def test_numbers_of_a_place_are_taken_as_they_stand(x, y, width, height, order) -> None:
    parts = (f"at {x}, {y}", f"{width} by {height} px")
    box = size_and_position(a_phrase(" ".join(parts[at] for at in order)))
    assert box == {"x": x, "y": y, "width": width, "height": height}


@given(st.sampled_from(REGIONS), SIDE, SIDE, st.booleans())
def test_a_region_lies_inside_whatever_canvas(region, width, height, there) -> None:
    found = placement(a_phrase(f"a bar chart on the {region}"), THINGS if there else (), (width, height))
    box = found.box
    assert min(box["x"], box["y"]) >= 0
    assert min(box["width"], box["height"]) >= 1
    assert box["x"] + box["width"] <= width
    assert box["y"] + box["height"] <= height
