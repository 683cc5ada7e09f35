from __future__ import annotations

import pytest

from canvas_widget.agent.strategy import BUILT_IN, Strategies, Strategy, StrategyInput, choose_strategy
from canvas_widget.errors import InvalidArgument

pytestmark = pytest.mark.ledger("D3")

FAST, ANALYTICAL, HEAVY, SUMMARY = "FAST_CONCISE", "ANALYTICAL", "TOOL_HEAVY", "SUMMARIZATION_AWARE"

TABLE: list[tuple[StrategyInput, str]] = [
    (StrategyInput(""), FAST),
    (StrategyInput("Draw it"), FAST),
    (StrategyInput("Bar chart of mean revenue by region"), FAST),
    (StrategyInput("make it a pie chart"), FAST),
    (StrategyInput("undo"), FAST),
    (StrategyInput("A chart and a table"), FAST),
    (StrategyInput("x" * 5000), FAST),
    (StrategyInput("Why did revenue fall in March?"), ANALYTICAL),
    (StrategyInput("Compare the regions"), ANALYTICAL),
    (StrategyInput("is there a correlation between weight and mpg"), ANALYTICAL),
    (StrategyInput("Which outliers are there?"), ANALYTICAL),
    (StrategyInput("WARUM sinkt der Umsatz?"), ANALYTICAL),
    (StrategyInput("Compare them", depth=3, messages=9, calls=4), ANALYTICAL),
    (StrategyInput("A bar chart, a table, a metric and a note"), HEAVY),
    (StrategyInput("A bar chart of x. A table below. Then a metric on top."), HEAVY),
    (StrategyInput("Build me a dashboard of sales"), HEAVY),
    (StrategyInput("one more", depth=3, messages=8, calls=15), HEAVY),
    (StrategyInput("one more", depth=3, messages=8, calls=5), FAST),
    (StrategyInput("one more", depth=6, messages=15), SUMMARY),
    (StrategyInput("Why is that?", depth=6, messages=20), SUMMARY),
    (StrategyInput("one more", depth=3, messages=6, characters=30_000), SUMMARY),
    (StrategyInput("one more", depth=1, messages=18), FAST),
    (StrategyInput("one more", depth=6, messages=15, limit=100), FAST),
    (StrategyInput("Why is that?", forced="fast-concise"), FAST),
    (StrategyInput("undo", forced="TOOL_HEAVY"), HEAVY),
    (StrategyInput("undo", depth=9, messages=20, forced="Analytical"), ANALYTICAL),
]


@pytest.mark.parametrize(("given", "name"), TABLE, ids=[str(number) for number in range(len(TABLE))])
def test_the_strategy_follows_from_the_conversation_alone(given: StrategyInput, name: str) -> None:
    chosen = choose_strategy(given)
    assert chosen.name == name
    assert chosen.forced == bool(given.forced)
    assert chosen.why
    assert choose_strategy(given) == chosen


def test_every_strategy_says_what_it_adds() -> None:
    assert [strategy.name for strategy in BUILT_IN] == [SUMMARY, HEAVY, ANALYTICAL, FAST]
    assert all(len(strategy.prompt) > 40 for strategy in BUILT_IN)


@pytest.fixture
def own() -> Strategies:
    return Strategies()


def test_a_user_may_register_a_strategy_which_is_considered_first(own: Strategies) -> None:
    deep = Strategy("DEEP_DIVE", "Dig.", lambda given: "it says dig" if "dig" in given.prompt else None)
    own.register(deep)
    assert choose_strategy(StrategyInput("dig here"), own).name == "DEEP_DIVE"
    assert choose_strategy(StrategyInput("why"), own).name == ANALYTICAL
    assert own.names()[-1] == "DEEP_DIVE"
    own.register(Strategy("DEEP_DIVE", "Dig more.", lambda given: None))
    assert own.get("deep-dive").prompt == "Dig more."
    own.remove("DEEP_DIVE")
    with pytest.raises(InvalidArgument, match=r"No strategy 'DEEP_DIVE'.*FAST_CONCISE"):
        own.get("DEEP_DIVE")


@pytest.mark.parametrize("name", ["ANALYTICAL", "deep dive", "", "X"])
def test_a_name_that_cannot_be_used_is_refused(own: Strategies, name: str) -> None:
    with pytest.raises(InvalidArgument):
        own.register(Strategy(name, "…", lambda given: None))


def test_an_unknown_name_says_which_there_are() -> None:
    with pytest.raises(InvalidArgument) as caught:
        choose_strategy(StrategyInput("x", forced="ANALYTIC"))
    assert caught.value.alternatives[0] == "ANALYTICAL"
    assert all(strategy.name in caught.value.message for strategy in BUILT_IN)
