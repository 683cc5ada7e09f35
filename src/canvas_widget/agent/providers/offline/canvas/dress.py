"""What is put on a chart besides its data: a logarithmic axis, a line at the average or at a goal, lying bars."""

from __future__ import annotations

from typing import Any

from canvas_widget.agent.providers.offline.canvas.refs import NOUNS
from canvas_widget.agent.providers.offline.query.query import Query
from canvas_widget.agent.providers.offline.words.charts import KINDS
from canvas_widget.agent.providers.offline.words.phrases import Phrase, PhraseTable
from canvas_widget.agent.providers.offline.words.vocabulary import table, words

__all__ = ["dress_only", "dressed", "read_dress"]

_DRESS: PhraseTable[str] = PhraseTable(
    table("""
log:: log scale, logarithmic scale, logarithmic axis, log axis, logarithmic y axis, logarithmic y - axis, log y axis,
    log y - axis, logarithmic, logarithmically, on a log scale, in log scale
percent:: as percentages, as percents, in percentages, stacked to 100 %, 100 % stacked, 100 percent stacked, to 100 %,
    as shares of 100 %, normalised to 100 %, normalized to 100 %
mean:: average line, mean line, line at the average, line at the mean, line for the average, line for the mean,
    average reference line
median:: median line, line at the median, line for the median
at:: target line at, goal line at, reference line at, threshold line at, line at, rule at, target line, goal line,
    reference line, threshold at, threshold of, threshold line, target at, target of, goal at, goal of, limit line at
""")
)
_WORDS = {"mean": "Average", "median": "Median"}
_CHARTS = words("chart graph plot diagram charts graphs plots")
_LEADING = words("a an the with on and in")
_MEANT = ("target", "goal", "threshold")
_AROUND = words("""
    add put show draw use set give with a an the to on of for in it its this that please make and as y x axis - also
    horizontal dashed
""")


def read_dress(phrase: Phrase, named: frozenset[str] = frozenset()) -> dict[str, Any]:
    """The arguments of a chart for what is asked to be put on it; takes the words, so that they name no kind.

    `named` are words of the data, which say no goal and no target.
    """
    found: dict[str, Any] = {}
    for hit in list(_DRESS.scan(phrase)):
        end = hit.end
        own = any(
            token.stem in named and token.stem not in ("line", "mean") for token in phrase.tokens[hit.start : end]
        )
        if own or phrase.word(end) in _CHARTS:
            continue
        if hit.value == "log":
            found["scale"] = {"y": {"log": True}}
        elif hit.value == "percent":
            found["stack"] = "percent"
        elif hit.value in _WORDS:
            found.setdefault("annotations", []).append({"y": hit.value, "text": _WORDS[hit.value]})
        else:
            number = phrase.tokens[end].value if end < len(phrase) and phrase.free(end) else None
            if number is None:
                continue
            end += 1
            word = next(
                (w for w in ("target", "goal", "threshold") if w in phrase.written(hit.start, hit.end).lower()), ""
            )
            told = f"{number:,.0f}" if float(number).is_integer() else f"{number:,}"
            text = f"{word.capitalize()} {told}".strip()
            found.setdefault("annotations", []).append({"y": number, "text": text})
        start = hit.start
        while (
            start > 0
            and phrase.word(start - 1) in ("a", "an", "the", "with", "on", "and", "in")
            and phrase.free(start - 1)
        ):
            start -= 1
        phrase.take(start, end, "dress")
    return found


def dress_only(phrase: Phrase) -> bool:
    """Whether a request asks for nothing but such a thing, on a chart that is there: “add an average line to it”."""
    spare = Phrase(phrase.tokens, phrase.source)
    if not read_dress(spare):
        return False
    index = 0
    while index < len(spare):
        kind = KINDS.at(spare.tokens, index) if spare.free(index) else None
        if kind is not None:
            index = kind.end
            continue
        if spare.free(index) and spare.word(index) not in _AROUND and spare.tokens[index].stem not in NOUNS:
            return False
        index += 1
    return True


def dressed(query: Query, dress: dict[str, Any]) -> None:
    """Puts it on the query's chart, beside what is there."""
    for name, value in dress.items():
        before = query.dress.get(name)
        query.dress[name] = [*(before or ()), *value] if isinstance(value, list) else value
