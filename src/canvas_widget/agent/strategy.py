"""How a turn is gone about: a strategy, chosen by a pure function of the conversation, or forced by the user.

A strategy adds to the system prompt and bounds the turn. The built-in ones stand below; `strategies.register` adds one.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from canvas_widget.errors import InvalidArgument

__all__ = ["BUILT_IN", "Chosen", "Strategies", "Strategy", "StrategyInput", "choose_strategy", "strategies"]

NEAR_LIMIT = 0.75
"""The part of the kept history past which it is condensed before messages are lost."""

LONG_HISTORY = 24_000
"""Characters of history past which it is condensed."""

MANY_THINGS = 3
BUSY_TURN = 4


@dataclass(frozen=True, slots=True)
class StrategyInput:
    """What a strategy is chosen by.

    Args:
        prompt: what is asked now.
        depth: prompts in the history, without this one.
        messages: messages in the history, of at most `limit`.
        limit: messages that the history keeps.
        characters: length of the history, arguments of calls included.
        calls: tool calls in the history.
        forced: the name of a strategy that the user asked for.
    """

    prompt: str
    depth: int = 0
    messages: int = 0
    limit: int = 20
    characters: int = 0
    calls: int = 0
    forced: str | None = None


When = Callable[[StrategyInput], str | None]


@dataclass(frozen=True, slots=True)
class Strategy:
    """One way to go about a turn.

    Args:
        name: in capitals, like `FAST_CONCISE`.
        prompt: what is added to the system prompt.
        when: says why the strategy fits a conversation, in a few words, or None when it does not.
        rounds: rounds of tool calls at most, never more than the settings allow; theirs when None.
        max_tokens: tokens of an answer at most, never more than the settings allow; theirs when None.
        condense: whether older messages are condensed before the history is full.
        long: whether the longer number of rounds is allowed when the user asks for this strategy by name.
    """

    name: str
    prompt: str
    when: When
    rounds: int | None = None
    max_tokens: int | None = None
    condense: bool = False
    long: bool = False


@dataclass(frozen=True, slots=True)
class Chosen:
    """A strategy, why it was chosen, and whether the user named it."""

    strategy: Strategy
    why: str
    forced: bool = False

    @property
    def name(self) -> str:
        return self.strategy.name

    @property
    def step(self) -> str:
        """The choice as a step that is shown."""
        return f"Strategy {self.name}: {self.why}"


_THINGS = re.compile(
    r"\b(charts?|graphs?|plots?|tables?|metrics?|kpis?|notes?|texts?|pies?|histograms?|heatmaps?|containers?|boxes|box|"
    r"diagramm\w*|tabellen?|kennzahl\w*|notiz\w*|move|resize|rename|delete|arrange|lock|hide)\b",
    re.IGNORECASE,
)
_WHOLE = re.compile(
    r"\b(dashboard|report page|overview page|full report|übersicht|everything on the canvas)\b", re.IGNORECASE
)
_PARTS = re.compile(r"[.;\n]+|\bthen\b|\band (?:also|then)\b|\bdann\b", re.IGNORECASE)
_ANALYSIS = re.compile(
    r"\b(why|warum|wieso|explain\w*|erklär\w*|compar\w*|vergleich\w*|versus|vs|correlat\w*|korrelation\w*|relationship|"
    r"related to|depends? on|influence\w*|driver\w*|drives?|trends?|outliers?|anomal\w*|ausreißer|distribut\w*|"
    r"verteilung\w*|insights?|analy[sz]\w*|analysier\w*|investigat\w*|significan\w*|forecast\w*|break ?down|"
    r"what if|root cause|segment\w*|cohort\w*|difference\w*|unterschied\w*|interpret\w*|zusammenhang\w*)\b",
    re.IGNORECASE,
)


def _near_its_limit(given: StrategyInput) -> str | None:
    if given.messages >= NEAR_LIMIT * given.limit and given.depth > 1:
        return f"{given.messages} of {given.limit} messages of history are used"
    if given.characters >= LONG_HISTORY and given.depth > 1:
        return f"the history has {given.characters:,} characters"
    return None


def _much_to_do(given: StrategyInput) -> str | None:
    if _WHOLE.search(given.prompt):
        return "a whole page is asked for"
    parts = [part for part in _PARTS.split(given.prompt) if part and part.strip()]
    things = len(_THINGS.findall(given.prompt))
    if things >= MANY_THINGS and (len(parts) > 1 or things > MANY_THINGS):
        return f"{things} things are asked for at once"
    if given.depth >= 2 and given.calls >= BUSY_TURN * given.depth:
        return f"{given.calls} tool calls in {given.depth} prompts so far"
    return None


def _to_find_out(given: StrategyInput) -> str | None:
    found = _ANALYSIS.search(given.prompt)
    return f"“{found.group().lower()}” asks for analysis" if found else None


def _else(given: StrategyInput) -> str | None:
    return "a short request" if len(given.prompt) <= 200 else "one request"


BUILT_IN: tuple[Strategy, ...] = (
    Strategy(
        "SUMMARIZATION_AWARE",
        "The conversation is long. What was said earlier is condensed under “Earlier” below; rely on it, and look "
        "things up with the tools (get_canvas_state, check_container_content) rather than from memory. Keep the "
        "answer short.",
        _near_its_limit,
        condense=True,
    ),
    Strategy(
        "TOOL_HEAVY",
        "Much is to be done. Plan all of it first, then call as many tools as possible in each round, those that "
        "belong together at once. After the last call check that nothing was left out, and list what was made in "
        "one line each.",
        _much_to_do,
        long=True,
    ),
    Strategy(
        "ANALYTICAL",
        "Find out before you tell. Query the data (run_query, describe_dataset) for what the question turns on, "
        "look at group sizes and missing values, and compare like with like. Then show the evidence on the canvas "
        "and answer: the finding first, the numbers it rests on, what speaks against it. Call nothing a cause that "
        "is only a correlation.",
        _to_find_out,
    ),
    Strategy(
        "FAST_CONCISE",
        "Take the shortest way: one round of tool calls where that is enough, then at most three sentences.",
        _else,
        max_tokens=2048,
    ),
)
"""The strategies there are from the start, in the order in which they are considered; the last always fits."""


class Strategies:
    """Strategies by name. What a user registers is considered first, the newest of it first."""

    def __init__(self, built_in: tuple[Strategy, ...] = BUILT_IN) -> None:
        self._built_in = built_in
        self._own: tuple[Strategy, ...] = ()

    def register(self, strategy: Strategy) -> Strategy:
        """Add a strategy; the same name again replaces the user's own.

        Raises:
            InvalidArgument: the name is no name, or a built-in strategy's.
        """
        if not re.fullmatch(r"[A-Z][A-Z0-9_]{1,39}", strategy.name):
            raise InvalidArgument(f"A strategy's name is in capitals, like DEEP_DIVE, not {strategy.name!r:.60}.")
        if any(strategy.name == other.name for other in self._built_in):
            raise InvalidArgument(f"{strategy.name} is a built-in strategy. Choose another name.")
        self.remove(strategy.name)
        self._own = (strategy, *self._own)
        return strategy

    def remove(self, name: str) -> None:
        """Forget a strategy that was registered, if it is there."""
        self._own = tuple(other for other in self._own if other.name != name)

    def names(self) -> list[str]:
        """All names: the built-in ones, then the user's."""
        return [strategy.name for strategy in (*self._built_in, *self._own)]

    def get(self, name: str) -> Strategy:
        """The strategy of that name, case and “-” aside.

        Raises:
            InvalidArgument: there is none; says which there are.
        """
        wanted = name.strip().upper().replace("-", "_").replace(" ", "_")
        found = next((strategy for strategy in self if strategy.name == wanted), None)
        if found is None:
            near = difflib.get_close_matches(wanted, self.names(), n=2, cutoff=0.5)
            listed = ", ".join(self.names())
            raise InvalidArgument(f"No strategy {name!r:.60}. There are: {listed}.", alternatives=near or self.names())
        return found

    def __iter__(self) -> Iterator[Strategy]:
        return iter((*self._own, *self._built_in))


strategies = Strategies()
"""The strategies of this process."""


def choose_strategy(given: StrategyInput, among: Strategies = strategies) -> Chosen:
    """The strategy for a prompt: the one the user named, else the first that says why it fits.

    Raises:
        InvalidArgument: the named one is not there.
    """
    if given.forced:
        return Chosen(among.get(given.forced), "asked for by name", forced=True)
    for strategy in among:
        why = strategy.when(given)
        if why:
            return Chosen(strategy, why)
    last = BUILT_IN[-1]
    return Chosen(last, "a short request")
