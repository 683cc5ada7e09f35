"""Which containers "it", "the bar chart" or "the chart of horsepower" mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from canvas_widget.agent.providers.offline.words.charts import KINDS
from canvas_widget.agent.providers.offline.words.normalise import name_words
from canvas_widget.agent.providers.offline.words.phrases import Phrase
from canvas_widget.agent.providers.offline.words.synonyms import FILLERS
from canvas_widget.agent.providers.offline.words.vocabulary import words

__all__ = ["NOUNS", "Reference", "Thing", "reference"]

_ONE = words("it this that")
_MANY = words("them these those both they")
_ALL = words("all everything each every")
_DETERMINERS = words("the my that this these those a an our existing current")
NOUNS = words(
    """
    container box panel chart graph plot visual item element thing tile widget card picture
    """
)
_ORDINALS = {
    "first": 0,
    "second": 1,
    "third": 2,
    "fourth": 3,
    "fifth": 4,
    "last": -1,
    "latest": -1,
    "newest": -1,
    "previous": -1,
}
_STOP = words(
    """
    to by at on in above below under beneath underneath next beside left right and as into with so put show for
    from then , ( )
    """
)


@dataclass(slots=True)
class Thing:
    """A container that is on the canvas or will be by an earlier call of this prompt (`mine`)."""

    id: str
    title: str
    kind: str
    mark: str | None = None
    mine: bool = False
    dataset: str | None = None
    request: dict[str, Any] | None = None
    box: tuple[int, int, int, int] | None = None
    top: bool = False
    right_of: str | None = None
    words: frozenset[str] = field(default=frozenset())

    def __post_init__(self) -> None:
        self.words = frozenset(name_words(f"{self.title} {self.id}"))


@dataclass(frozen=True, slots=True)
class Reference:
    """Words up to `end` that name `things`; several things for a singular are a tie, to be asked about."""

    end: int
    things: tuple[Thing, ...]
    plural: bool = False
    words: str = ""

    @property
    def tie(self) -> bool:
        return len(self.things) > 1 and not self.plural


def reference(phrase: Phrase, start: int, things: Sequence[Thing], *, bare: bool = True) -> Reference | None:
    """The containers named by the words at `start`, or None when these words name none.

    `bare` lets a title or kind stand without "the". An empty `things` in the answer means that the words look like a
    name but fit nothing.
    """
    if start >= len(phrase) or not phrase.free(start):
        return None
    token = phrase.tokens[start]
    word = token.lower
    following = phrase.tokens[start + 1].stem if start + 1 < len(phrase) else ""
    if token.kind == "quoted":
        return Reference(start + 1, _titled(token.text, things), words=token.text)
    if (
        word in _ONE
        and token.text != "IT"
        and (
            word == "it"
            or not (following in NOUNS or KINDS.at(phrase.tokens, start + 1) if start + 1 < len(phrase) else False)
        )
    ):
        return Reference(start + 1, tuple(things[-1:]), words=word)
    if word in _MANY and following not in NOUNS:
        mine = tuple(thing for thing in things if thing.mine) or tuple(things)
        return Reference(start + 1, mine[-2:] if word == "both" else mine, plural=True, words=word)
    if word in _ALL:
        return _all(phrase, start, things)
    return _described(phrase, start, things, bare=bare)


def _titled(text: str, things: Sequence[Thing]) -> tuple[Thing, ...]:
    words = name_words(text)
    exact = tuple(t for t in things if t.id == text or name_words(t.title) == words or name_words(t.id) == words)
    return exact[-1:] if exact else tuple(t for t in things if words and set(words) <= t.words)


def _all(phrase: Phrase, start: int, things: Sequence[Thing]) -> Reference:
    end = start + 1
    while end < len(phrase) and phrase.word(end) in ("of", "the", "my", "these", "them", "other"):
        end += 1
    kind = KINDS.at(phrase.tokens, end) if end < len(phrase) else None
    if kind is not None:
        chosen = tuple(t for t in things if _is(t, kind.value.tool, kind.value.mark))
        return Reference(kind.end, chosen, plural=True, words=phrase.written(start, kind.end))
    if end < len(phrase) and phrase.tokens[end].stem in NOUNS:
        end += 1
    return Reference(end, tuple(things), plural=True, words=phrase.written(start, end))


def _is(thing: Thing, tool: str, mark: str | None) -> bool:
    return thing.kind == tool and (mark is None or thing.mark == mark)


def _described(phrase: Phrase, start: int, things: Sequence[Thing], *, bare: bool) -> Reference | None:
    at = start
    determined = False
    while at < len(phrase) and phrase.word(at) in _DETERMINERS:
        determined = determined or phrase.word(at) not in ("a", "an")
        at += 1
    if not determined and (not bare or at > start):
        return None
    exact = _by_name(phrase, at, things)
    if exact is not None:
        return exact
    tool: str | None = None
    mark: str | None = None
    ordinal: int | None = None
    described: set[str] = set()
    end = at
    noun = plural = False
    while end < len(phrase) and phrase.free(end) and not noun:
        word, token = phrase.word(end), phrase.tokens[end]
        hit = KINDS.at(phrase.tokens, end)
        if hit is not None:
            tool, mark, noun, end = hit.value.tool, hit.value.mark, True, hit.end
            plural = phrase.word(end - 1).endswith("s")
        elif token.stem in NOUNS:
            noun, end, plural = True, end + 1, word.endswith("s")
        elif word in _ORDINALS:
            ordinal, end = _ORDINALS[word], end + 1
        elif word in _STOP or token.kind == "symbol" or end - at > 6:
            break
        else:
            described.add(token.stem)
            end += 1
    if not noun:
        return None
    while end < len(phrase) and phrase.tokens[end].stem in NOUNS:
        end += 1
    end = _tail(phrase, end, things, described)
    described -= FILLERS
    chosen = [t for t in things if tool is None or _is(t, tool, mark)]
    if described:
        best = max((len(described & t.words) for t in chosen), default=0)
        chosen = [t for t in chosen if best and len(described & t.words) == best]
    if ordinal is not None and chosen:
        chosen = [chosen[ordinal]] if -len(chosen) <= ordinal < len(chosen) else []
    if not plural and len(chosen) > 1:
        mine = [t for t in chosen if t.mine]
        chosen = mine if len(mine) == 1 else chosen
    return Reference(end, tuple(chosen), plural=plural, words=phrase.written(at, end))


def _tail(phrase: Phrase, end: int, things: Sequence[Thing], described: set[str]) -> int:
    """“the chart of horsepower by year”: words after "of" that stand in a title."""
    if phrase.word(end) not in ("of", "about", "for", "showing", "with"):
        return end
    known = frozenset(word for thing in things for word in thing.words)
    at = end + 1
    last = end
    while at < len(phrase) and phrase.free(at) and at - end < 8:
        token = phrase.tokens[at]
        if token.stem in known and token.lower not in ("to", "at"):
            described.add(token.stem)
            last = at + 1
        elif token.lower not in ("the", "by", "of", "per", "and"):
            break
        at += 1
    return last


def _by_name(phrase: Phrase, start: int, things: Sequence[Thing]) -> Reference | None:
    """The longest id or title that stands word for word at `start`."""
    best: tuple[int, Thing] | None = None
    for thing in things:
        for key in {name_words(thing.id), name_words(thing.title)}:
            end = start + len(key)
            if (
                key
                and end <= len(phrase)
                and tuple(t.stem for t in phrase.tokens[start:end]) == key
                and (best is None or end >= best[0])
            ):
                best = (end, thing)
    if best is None:
        return None
    end = best[0]
    while end < len(phrase) and phrase.tokens[end].stem in NOUNS | {"table", "metric", "note"}:
        end += 1
    return Reference(end, (best[1],), words=phrase.written(start, end))
