"""Cuts a prompt into its requests: sentences, lines, semicolons, "and a table of …", "then move it …"."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from canvas_widget.agent.providers.offline.words.charts import ARTEFACTS
from canvas_widget.agent.providers.offline.words.directions import direction_at
from canvas_widget.agent.providers.offline.words.normalise import Token, tokens
from canvas_widget.agent.providers.offline.words.phrases import Phrase
from canvas_widget.agent.providers.offline.words.typos import corrected
from canvas_widget.agent.providers.offline.words.vocabulary import table, words

__all__ = ["COMMANDS", "MAKERS", "MAX_REQUESTS", "MAX_WORDS", "split"]

MAX_REQUESTS = 40
"""Requests read of one prompt."""

MAX_WORDS = 150
"""Words read of one request."""

MAKERS = words(
    """
    show put add create make draw plot give display build insert place generate visualize visualise chart graph
    write render list
    """
)
"""Verbs that ask for something new."""

COMMANDS = words(
    """
    delete remove drop move resize rename clear arrange tidy undo redo revert enlarge shrink widen sort order rank
    filter limit turn change convert switch set enable disable reset wipe swap use keep exclude hide align
    organise organize take shift color colour group split exclude highlight annotate
    """
)  # fmt: skip
"""Verbs that act on what is there."""

_LEADING = words(
    """
    also then please next finally afterwards now additionally lastly moreover furthermore secondly plus
    """
)
_GOING_ON = words("with where having whose so")
_OF_MARKS = words("each every the all its their bars colours colors slices lines that")
_ORDERING = words("sort order rank filter limit keep exclude group split color colour bin")
_APART = words("one separate individual facet faceted facetted small trellis")
_LISTING = words("list display show arrange")
_ORDER_WORDS = words("desc asc descending ascending order ordered axis")
_DRAWING = words("visualize visualise plot draw show display present return graph chart illustrate depict")
_CLAUSES = words("""
    for from in among since between of with when considering using given during within where ignoring excluding without
    leaving omitting disregarding restricting looking taking counting only except including limiting focusing across
""")
_MEANS = words("using with via through in by as use")
_PREPARING = words(
    "group bin limit restrict filter take compute calculate count aggregate find bucket divide sum select"
)
_EXCLUDED = words("excluded omitted excepted removed ignored disregarded")
_PLACED = words("left right top bottom below above side corner it underneath beneath middle")
_DETERMINERS = words("a an another one the my its")
_ENDS = frozenset(".!?;")
_RELATIVE = tuple(
    tuple(phrase.split())
    for phrase in table(
        "next to, below, above, under, underneath, beneath, beside, to the, on top, on the, right of, left of, at the, "
        "in the"
    )
)


def split(text: str, known: Callable[[str], bool] | None = None) -> list[Phrase]:
    """The requests of a prompt, in order, at most `MAX_REQUESTS` of at most `MAX_WORDS` each."""
    words = tokens(text) if known is None else corrected(tokens(text), known)
    found: list[Phrase] = []
    for sentence in _sentences(words, text):
        found.extend(Phrase(part[:MAX_WORDS], text) for part in _requests(sentence))
        if len(found) >= MAX_REQUESTS:
            return found[:MAX_REQUESTS]
    return found


def _sentences(words: Sequence[Token], text: str) -> list[Sequence[Token]]:
    found: list[Sequence[Token]] = []
    start = 0
    for index, token in enumerate(words):
        following = text[token.end : token.end + 1]
        ends = (
            token.kind == "symbol"
            and token.text in _ENDS
            and (not following or following.isspace() or token.text == ";")
        )
        numbered = index - start == 1 and words[start].kind == "number"
        abbreviated = numbered or (
            token.text == "."
            and index > 0
            and words[index - 1].lower in ("vs", "e", "g", "i", "no", "avg", "max", "min", "std", "dev", "num", "dept")
        )
        newline = index + 1 < len(words) and _breaks(text[token.end : words[index + 1].start], words[index + 1])
        if (ends and not abbreviated) or newline:
            found.append(words[start : index + (0 if ends else 1)])
            start = index + 1
    found.append(words[start:])
    return [part for part in (_without_bullet(sentence) for sentence in found) if part]


def _breaks(gap: str, following: Token) -> bool:
    """A blank line or a list item starts a request; a wrapped line does not, unless a new sentence starts there."""
    if "\n" not in gap:
        return False
    return (
        gap.count("\n") > 1
        or following.text in ("-", "*", "•")
        or following.text[:1].isupper()
        or following.kind == "number"
    )


def _without_bullet(words: Sequence[Token]) -> Sequence[Token]:
    start = 0
    while start + 1 < len(words) and words[start].lower in ("then", "and", "also", "plus"):
        start += 1
    while start < len(words) and words[start].kind == "symbol" and words[start].text not in "#=<>≤≥%":
        start += 1
    if start + 1 < len(words) and words[start].kind == "number" and words[start + 1].text in (")", "."):
        start += 2
    end = len(words)
    while end > start and words[end - 1].text in (",", ".", ":", "-"):
        end -= 1
    return words[start:end]


def _requests(words: Sequence[Token]) -> list[Sequence[Token]]:
    parts: list[Sequence[Token]] = []
    start = 0
    index = 1
    while index < len(words):
        after = _after_joint(words, index)
        if after is not None and _starts_request(words, start, index, after):
            parts.append(words[start:index])
            start = index = after
        index += 1
    parts.append(words[start:])
    return [part for part in (_without_bullet(part) for part in parts) if part]


def _after_joint(words: Sequence[Token], index: int) -> int | None:
    """Where the words after a comma, "and", "then" … start, when one of these stands at `index`."""
    at = index
    while at < len(words) and (words[at].text in (",", "&", "+") or words[at].lower in ("and", "then", "plus", "also")):
        at += 1
    if words[index : index + 3] and [w.lower for w in words[index : index + 3]] == ["as", "well", "as"]:
        at = index + 3
    return at if at > index and at < len(words) else None


def _starts_request(words: Sequence[Token], start: int, joint: int, after: int) -> bool:
    at = after
    while at < len(words) and words[at].lower in _LEADING:
        at += 1
    if at >= len(words):
        return False
    if _only_place(words[start:joint]) or _only_clause(words[start:joint]):
        return False
    if _prepares(words[start:joint], words[at:]):
        return False
    then = any(words[k].lower == "then" for k in range(joint, after))
    first = words[at].lower
    if _describes(words, at):
        return False
    if first in MAKERS or first in COMMANDS or then:
        return True
    before = words[start:joint]
    if before and before[0].lower in COMMANDS and first not in ("a", "an", "another"):
        return False
    if before and before[-1].lower in _PLACED and after + 2 < len(words) and first not in ("to", "the"):
        return True
    if not any(token.stem in ARTEFACTS for token in before):
        return False
    rest = words[at : _next_joint(words, at)]
    if first in _DETERMINERS or words[at].value is not None:
        return any(token.stem in ARTEFACTS for token in rest[1:7]) or any(
            rest[k].lower == "as" and rest[k + 2].stem in ARTEFACTS for k in range(len(rest) - 2)
        )
    if any(tuple(token.lower for token in words[at : at + len(relative)]) == relative for relative in _RELATIVE):
        return any(token.stem in ARTEFACTS for token in rest) and any(
            token.lower in ("a", "an", "put", "show") for token in rest
        )
    return any(token.stem in ARTEFACTS for token in rest[:3]) or any(
        rest[k].lower == "as" and rest[k + 1].lower in ("a", "an") and rest[k + 2].stem in ARTEFACTS
        for k in range(len(rest) - 2)
    )


def _only_clause(before: Sequence[Token]) -> bool:
    """“For all cars since 1975, show …”: which rows the following is about."""
    return bool(before) and before[0].lower in _CLAUSES and not any(token.stem in ARTEFACTS for token in before)


def _prepares(before: Sequence[Token], rest: Sequence[Token]) -> bool:
    """“Group the date by month and show …”, “Using a line, display …”: how the following is to be made."""
    if not before:
        return False
    first = before[0].lower
    made = any(token.stem in ARTEFACTS for token in before)
    if first in _MEANS and made and len(before) <= 5:
        return True
    drawn = any(token.stem in ARTEFACTS or token.lower in ("them", "it") for token in rest)
    return first in _PREPARING and not made and drawn and any(token.lower in MAKERS for token in rest[:1])


def _only_place(before: Sequence[Token]) -> bool:
    """“Below the table, add …”: the place of what follows."""
    lowered = tuple(token.lower for token in before)
    named = any(lowered[: len(relative)] == relative for relative in _RELATIVE)
    return named and len(before) <= 7 and not any(word in MAKERS or word in ("a", "an") for word in lowered)


def _describes(words: Sequence[Token], at: int) -> bool:
    """“…, sorted by x”, “and group by x”, “and list in desc order”, “and plot them” go on about the request before."""
    first = words[at].lower
    follows = [token.lower for token in words[at + 1 : at + 6]]
    if first in _ORDERING or (first in _GOING_ON and follows[:1] and follows[0] in _OF_MARKS):
        return True  # “…, with each bar split by product”
    if _leaves_out(words, at):
        return True
    if first in _APART and {"per", "for", "by"} & set(follows[:4]):  # “…, one chart per region”
        return True
    if (first in MAKERS or first in COMMANDS or first in ("ensure", "make")) and _only_order(words[at + 1 :]):
        return True
    if first in _DRAWING and follows[:1] in (["them"], ["it"], ["these"], ["this"], ["that"]):
        return True
    if first in _DRAWING and follows[:2] in (["the", "result"], ["the", "results"], ["the", "data"]):
        return True
    if first in _LISTING:
        ordered = any(word in _ORDER_WORDS for word in follows)
        return ordered and not any(token.stem in ARTEFACTS for token in words[at + 1 : at + 6])
    return first in ("use", "chart", "graph", "plot") and not follows


def _leaves_out(words: Sequence[Token], at: int) -> bool:
    """“…, clear weather excluded”, “…, goalkeepers left out”: which rows the request before is not about."""
    said = [token.lower for token in words[at : _next_joint(words, at)]]
    return 2 <= len(said) <= 6 and (said[-1] in _EXCLUDED or said[-2:] in (["left", "out"], ["taken", "out"]))


def _only_order(rest: Sequence[Token]) -> bool:
    """“… display the y-axis from low to high”: how the marks are ordered, and nothing new to draw."""
    made = [k for k, token in enumerate(rest) if token.stem in ARTEFACTS and token.stem not in ("bar", "chart")]
    ordered = any(direction_at(rest, k) is not None for k in range(len(rest)))
    return ordered and not made and not any(token.lower in ("a", "an", "another") for token in rest)


def _next_joint(words: Sequence[Token], start: int) -> int:
    for index in range(start + 1, len(words)):
        if words[index].text == "," or words[index].lower in ("and", "then"):
            return index
    return len(words)
