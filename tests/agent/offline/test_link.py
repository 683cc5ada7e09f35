"""Words linked to columns, cells and datasets."""

from __future__ import annotations

import pytest

from agent.offline.frames import catalogue
from canvas_widget.agent.providers.offline.link.linker import Linker
from canvas_widget.agent.providers.offline.query.choose import choose_source
from canvas_widget.agent.providers.offline.words.normalise import tokens
from canvas_widget.agent.providers.offline.words.phrases import Phrase
from canvas_widget.agent.providers.offline.words.similar import distance, likeness
from canvas_widget.agent.views import CatalogueView, ColumnView, DatasetView

pytestmark = pytest.mark.ledger("X1")


def linked(text: str, *names: str) -> list[tuple[str, str | None]]:
    linker = Linker(catalogue(*names))
    return [(link.column.name, link.value) for link in linker.links(Phrase(tokens(text), text), linker.sources[0])]


@pytest.mark.parametrize(
    ("frame", "words", "column"),
    [
        ("cars", "miles per gallon", "Miles_per_Gallon"),
        ("cars", "MPG", "Miles_per_Gallon"),
        ("cars", "weights", "Weight_in_lbs"),
        ("cars", "hp", "Horsepower"),
        ("cars", "horspower", "Horsepower"),
        ("cars", "country", "Origin"),
        ("cars", "cyl", "Cylinders"),
        ("cars", "`Weight_in_lbs`", "Weight_in_lbs"),
        ("iris", "petal length", "petalLength"),
        ("iris", "Sepal-Widths", "sepalWidth"),
        ("seattle_weather", "maximum temperature", "temp_max"),
        ("seattle_weather", "rainfall", "precipitation"),
        ("staff", "annual salaries", "annualSalary"),
        ("staff", "wages", "annualSalary"),
        ("staff", "hire date", "hireDate"),
        ("sales", "turnover", "revenue"),
        ("sales", "unit prices", "unit_price"),
    ],
)
def test_columns(frame: str, words: str, column: str):
    assert (column, None) in linked(words, frame)


@pytest.mark.parametrize(
    ("frame", "words", "cell"),
    [
        ("cars", "for usa", ("Origin", "USA")),
        ("cars", "Japanese cars", ("Origin", "Japan")),
        ("cars", "European", ("Origin", "Europe")),
        ("sales", "office chairs", ("product", "Office Chair")),
        ("stocks", "msft", ("symbol", "MSFT")),
        ("barley", '"University Farm"', ("site", "University Farm")),
    ],
)
def test_cells(frame: str, words: str, cell: tuple[str, str]):
    assert cell in linked(words, frame)


@pytest.mark.parametrize(
    "words", ["the of and", "total count", "show me a chart", "per", "sorted descending", "xyzzy plugh"]
)
def test_words_of_grammar_link_to_nothing(words: str):
    assert not linked(words, "cars")


def test_a_tie_names_every_column_that_fits():
    linker = Linker(catalogue("iris"))
    (link,) = linker.links(Phrase(tokens("length"), "length"), linker.sources[0])
    assert {link.column.name, *(column.name for column in link.others)} == {"sepalLength", "petalLength"}


def test_hostile_column_names_link_by_their_words():
    view = DatasetView(
        "odd",
        3,
        [ColumnView('<b>"net"</b> sales 💥', "number"), ColumnView("a.b[c]", "number"), ColumnView("", "string")],
    )
    linker = Linker(CatalogueView([view]))
    text = "b net b sales"
    assert [link.column.name for link in linker.links(Phrase(tokens(text), text), linker.sources[0])] == [
        '<b>"net"</b> sales 💥'
    ]


@pytest.mark.parametrize(
    ("prompt", "dataset"),
    [
        ("average price by symbol", "stocks"),
        ("total revenue", "sales"),
        ("number of cars", "cars"),
        ("table of stocks", "stocks"),
        ("horsepower by origin", "cars"),
    ],
)
def test_the_dataset_follows_from_the_words(prompt: str, dataset: str):
    linker = Linker(catalogue("cars", "sales", "stocks"))
    source, question = choose_source(Phrase(tokens(prompt), prompt), linker, None)
    assert (source.name if source else None, question) == (dataset, None)


def test_two_datasets_that_fit_equally_are_asked_about():
    twins = CatalogueView([DatasetView(name, 2, [ColumnView("revenue", "number")]) for name in ("east", "west")])
    source, question = choose_source(Phrase(tokens("total revenue"), "total revenue"), Linker(twins), None)
    assert source is None
    assert question == "“total revenue” fits east and west equally well. Which dataset?"


def test_two_datasets_that_fit_equally_go_to_the_one_in_use():
    twins = CatalogueView([DatasetView(name, 2, [ColumnView("revenue", "number")]) for name in ("east", "west")])
    source, _ = choose_source(Phrase(tokens("total revenue"), "total revenue"), Linker(twins), "west")
    assert source is not None
    assert source.name == "west"


@pytest.mark.parametrize(
    ("one", "other", "errors"), [("orgin", "origin", 1), ("oirgin", "origin", 1), ("horspwer", "horsepower", 2)]
)
def test_typing_errors_are_counted(one: str, other: str, errors: int):
    assert distance(one, other, 2) == errors


@pytest.mark.parametrize(
    ("said", "named"), [("count", "country"), ("car", "cat"), ("mean", "median"), ("date", "data"), ("for", "form")]
)
def test_short_words_and_words_of_grammar_are_no_typing_errors(said: str, named: str):
    assert likeness(said, named) == 0
