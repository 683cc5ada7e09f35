"""Columns asked for by an adjective or a verb: “how old” is an age, “how much … weigh” a weight, “when” a date."""

from __future__ import annotations

from collections.abc import Iterable

from canvas_widget.agent.providers.offline.link.column import Column, Link
from canvas_widget.agent.providers.offline.words.lexicon import AGGREGATES, COMPARISONS
from canvas_widget.agent.providers.offline.words.phrases import Phrase
from canvas_widget.agent.providers.offline.words.similar import likeness
from canvas_widget.agent.providers.offline.words.vocabulary import table, words

__all__ = ["degree_links"]

_ADJECTIVES = table("""
age:: old, young
height stature elevation:: tall, high
weight mass:: heavy
length duration runtime time minute hour distance:: long
distance length mile kilometre:: far
speed velocity pace:: fast, quick, slow
price cost fare fee budget rent value:: expensive, costly, cheap, pricey
size area population capacity:: big, large, small
width:: wide, broad
depth:: deep
power horsepower strength:: powerful, strong
temperature temp:: hot, warm, cold, cool
wind:: windy
rain precipitation rainfall:: rainy, wet
income wealth salary revenue:: rich, wealthy
delay lateness:: late, delayed
rating score vote:: good, well, popular
population density:: populous, crowded
humidity:: humid
efficiency mpg mileage:: efficient, economical
profit margin:: profitable
""")
_VERBS = table("""
weight mass:: weigh, weighs, weighed
price cost fare fee budget charge:: cost, costs
salary income wage earning pay revenue:: earn, earns, earned, make, makes, made
salary wage pay fee price amount:: pay, pays, paid
precipitation rain rainfall:: rain, rains, rained
duration length runtime time minute:: last, lasts, lasted, take, takes, took
consumption usage:: consume, consumes, consumed
speed velocity:: drive, drives
spending expense cost amount budget:: spend, spends, spent
distance mile kilometre:: travel, travelled, traveled
""")
_PARTICIPLES = {
    f"{stem}ing": _VERBS[verb]
    for stem, verb in (
        ("weigh", "weigh"), ("cost", "cost"), ("earn", "earn"), ("pay", "pay"), ("last", "last"), ("tak", "take"),
        ("travell", "travel"), ("travel", "travel"), ("spend", "spend"), ("consum", "consume"), ("mak", "make"),
    )
}  # fmt: skip
_UNITS = (
    ("duration length time runtime", "minute min hour hr second sec day"),
    ("weight mass heaviness", "kg kilogram lb lbs pound gram g ton tonne"),
    ("height length width depth distance size", "cm centimetre centimeter m metre meter foot ft inch km mile"),
    ("price cost fee amount money charge", "usd eur gbp dollar euro pound"),
    ("temperature heat", "celsius fahrenheit c f"),
    ("power capacity", "mw kw hp"),
)  # fmt: skip
_MEASURED = {
    noun: frozenset(units.split()) for nouns, units in reversed(_UNITS) for noun in nouns.split()
}  # fmt: skip
"""A noun that a column may only tell by its unit: the length of a film is its running_minutes."""
_NEAR = 9
"""How far behind “how much” a verb may stand."""


def degree_links(phrase: Phrase, columns: Iterable[Column]) -> Iterable[Link]:
    """The numbers that such words ask for, where one column fits best."""
    numbers = [column for column in columns if column.numeric]
    for index, token in enumerate(phrase.tokens):
        if not phrase.free(index) or token.kind != "word":
            continue
        concepts = ""
        if phrase.word(index - 1) == "how" and not _noun_follows(phrase, index + 1):
            concepts = _ADJECTIVES.get(token.lower, "")
        elif token.lower in _VERBS and _much(phrase, index):
            concepts = _VERBS[token.lower]
        elif token.lower in _PARTICIPLES and _bounded(phrase, index + 1):
            concepts = _PARTICIPLES[token.lower]
        column = _fitting(concepts.split(), numbers) if concepts else None
        if column is not None:
            yield Link(index, index + 1, column, 0.9, "degree")
        elif token.stem in _MEASURED:
            units = _MEASURED[token.stem]
            fits = [c for c in numbers if set(c.words) & units - {"min"} or c.words[-1] in units]
            if len(fits) == 1:
                yield Link(index, index + 1, fits[0], 0.62, "synonym")


def _noun_follows(phrase: Phrase, index: int) -> bool:
    """“how high is the average price”: the aggregate behind it asks for a quantity of its own."""
    at = index
    while phrase.word(at) in ("is", "are", "was", "were", "the", "their", "its"):
        at += 1
    return at > index and at < len(phrase) and AGGREGATES.at(phrase.tokens, at) is not None


def _bounded(phrase: Phrase, index: int) -> bool:
    """“costing between 8 and 12”, “weighing 5 kg or more”: whether a bound or a number comes next."""
    if index >= len(phrase):
        return False
    hit = COMPARISONS.at(phrase.tokens, index)
    at = hit.end if hit is not None else index
    while phrase.word(at) in ("$", "€", "£", "a", "the"):
        at += 1
    return at < len(phrase) and phrase.tokens[at].value is not None


def _much(phrase: Phrase, index: int) -> bool:
    """Whether “how much”, “how long” or “what … cost” asks for the verb at `index`."""
    before = [phrase.word(k) for k in range(max(0, index - _NEAR), index)]
    asked = "what" in before and phrase.word(index) in _PLAIN
    return asked or ("how" in before and bool(_MUCH & set(before)))


_MUCH = words("much long far")
_PLAIN = words("cost costs weigh weighs pay pays earn earns")


def _fitting(concepts: list[str], numbers: list[Column]) -> Column | None:
    """The only number of the first concept that any fits; of several, the one with the shortest name."""
    for least in (0.85, 0.7):
        for concept in concepts:
            found = [c for c in numbers if any(likeness(concept, name, typos=False) >= least for name in c.core)]
            if found:
                short = min(len(c.core) for c in found)
                best = [c for c in found if len(c.core) == short]
                return best[0] if len(best) == 1 else None
    return None
