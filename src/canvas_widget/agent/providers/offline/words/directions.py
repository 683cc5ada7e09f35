"""The direction of an order in a request: fixed phrases, and any adjective with an end (“costliest first”)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from canvas_widget.agent.providers.offline.words.lexicon import DIRECTIONS
from canvas_widget.agent.providers.offline.words.normalise import Token
from canvas_widget.agent.providers.offline.words.phrases import Hit, Phrase
from canvas_widget.agent.providers.offline.words.synonyms import SUPERLATIVES
from canvas_widget.agent.providers.offline.words.vocabulary import words

__all__ = ["direction_at", "directions"]

_LARGE = words("""
    big bigger large larger high higher great greater tall taller long longer old older heavy heavier much more many
    rich richer expensive costly fast faster late later wide wider deep deeper strong stronger hot hotter warm warmer
    good better top maximum max z busy busier popular full fuller fullest busiest strongest richest best
""")
_SMALL = words("""
    small smaller low lower little less lesser few fewer short shorter young younger light lighter poor poorer cheap
    cheaper slow slower early earlier narrow narrower shallow weak weaker cold colder cool cooler bad worse bottom
    minimum min a quiet quieter quietest empty emptier emptiest weakest poorest worst
""")
_ENDS = words(
    "from the starting beginning start begin going ranging running with ones one value values bar bars and go"
)
_NOUNS = words("one ones value values bar bars number numbers count counts total totals amount day days item items")
_FRONT = (
    ("first",), ("come", "first"), ("comes", "first"), ("coming", "first"), ("at", "the", "top"), ("on", "top"),
    ("at", "the", "left"), ("on", "the", "left"), ("to", "the", "left"), ("leading",), ("leads",),
    ("at", "the", "front"), ("at", "the", "start"), ("at", "the", "beginning"), ("in", "front"), ("down",),
    ("downwards",), ("up", "front"),
)  # fmt: skip
_RISING = words("rising growing climbing increasing ascending")
_FALLING = words("falling declining dropping decreasing descending")
_BESIDE = words("axis order sequence fashion manner way arrangement trend direction succession progression")


def directions(phrase: Phrase) -> Iterator[Hit[str]]:
    """All directions over free words, left to right."""
    index = 0
    while index < len(phrase):
        hit = direction_at(phrase.tokens, index) if phrase.free(index) else None
        if hit is not None and all(phrase.free(k) for k in range(hit.start, hit.end)):
            yield hit
            index = hit.end
        else:
            index += 1


def direction_at(tokens: Sequence[Token], index: int) -> Hit[str] | None:
    """“desc”, “asc”, “name” or “name desc”, and the words that say so, when they start at `index`."""
    fixed = DIRECTIONS.at(tokens, index)
    free = _pair(tokens, index) or _front(tokens, index) or _trend(tokens, index)
    if fixed is not None and (free is None or fixed.end >= free.end):
        return fixed
    return free


def _size(token: Token) -> int:
    """1 for the large end of a scale, -1 for the small one, 0 for other words."""
    word = token.lower
    superlative = SUPERLATIVES.get(word)
    if superlative is not None:
        down = superlative.descending if superlative.words or not superlative.date else superlative.date == "desc"
        return 1 if down else -1
    return (word in _LARGE) - (word in _SMALL)


def _end_of_scale(tokens: Sequence[Token], index: int) -> tuple[int, int]:
    """The end of a scale at `index`, with “the”, “most” before it and a noun behind: where it ends, and which end."""
    at = index
    while at < len(tokens) and tokens[at].lower in ("the", "a") and at + 1 < len(tokens) and _size(tokens[at + 1]):
        at += 1
    if at >= len(tokens):
        return index, 0
    size = _size(tokens[at])
    if not size or (tokens[at].lower in ("a", "z") and not _letter(tokens, at)):
        return index, 0
    if tokens[at].lower in ("most", "least") and at + 1 < len(tokens) and tokens[at + 1].lower in SUPERLATIVES:
        at += 1
        size = size * (1 if _size(tokens[at]) >= 0 else -1)
    at += 1
    while at < len(tokens) and tokens[at].lower in _NOUNS:
        at += 1
    return at, size


def _letter(tokens: Sequence[Token], at: int) -> bool:
    near = {tokens[k].lower for k in range(max(0, at - 2), min(len(tokens), at + 3))}
    return {"a", "z", "to"} <= near


def _pair(tokens: Sequence[Token], index: int) -> Hit[str] | None:
    """“from the costliest to the cheapest”, “young to old”."""
    first = index + (tokens[index].lower == "from")
    end, size = _end_of_scale(tokens, first)
    if not size or end >= len(tokens):
        return None
    if tokens[end].lower not in ("to", "towards", "down", "up", "through", "-", "–", "→"):
        return None
    at = end + 1
    while at < len(tokens) and tokens[at].lower in ("to", "towards"):
        at += 1
    stop, other = _end_of_scale(tokens, at)
    if other != -size:
        return None
    named = {tokens[k].lower for k in range(index, stop)} >= {"a", "z"}
    return Hit(index, stop, ("name" if size < 0 else "name desc") if named else "desc" if size > 0 else "asc")


def _front(tokens: Sequence[Token], index: int) -> Hit[str] | None:
    """“the tallest bar at the left”, “best first”, “starting with the cheapest”."""
    end, size = _end_of_scale(tokens, index)
    if size:
        ends = (end, end + 1) if tokens[end - 1].lower in SUPERLATIVES else (end,)  # “the busiest doctor first”
        for at, front in ((at, front) for at in ends for front in _FRONT):
            after = tokens[at + len(front)].stem if at + len(front) < len(tokens) else ""
            if tuple(token.lower for token in tokens[at : at + len(front)]) == front and after != "name":
                return Hit(index, at + len(front), "desc" if size > 0 else "asc")
        return None
    verbs = ("starting", "beginning", "start", "begin", "starts", "begins", "leading", "headed", "led", "putting")
    if tokens[index].lower in verbs and index + 1 < len(tokens):
        at = index + 1 + (tokens[index + 1].lower in ("with", "from", "by", "at", "off"))
        end, size = _end_of_scale(tokens, at)
        if size and tokens[end - 1].lower not in ("more", "less", "much", "many", "a", "z"):
            return Hit(index, end, "desc" if size > 0 else "asc")
    return None


def _trend(tokens: Sequence[Token], index: int) -> Hit[str] | None:
    """“the y axis rising”, “in a falling sequence”."""
    word = tokens[index].lower
    if word not in _RISING and word not in _FALLING:
        return None
    beside = {tokens[k].lower for k in (index - 1, index + 1) if 0 <= k < len(tokens)}
    if not beside & _BESIDE:
        return None
    end = index + 1 + (index + 1 < len(tokens) and tokens[index + 1].lower in _BESIDE - {"axis"})
    return Hit(index, end, "desc" if word in _FALLING else "asc")
