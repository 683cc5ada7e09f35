"""Columns and cells read from the words at one place, each with a score, and ties settled by what stands near."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from canvas_widget.agent.providers.offline.link.column import JOINERS, SMALL_WORDS, Column, Link
from canvas_widget.agent.providers.offline.link.source import Source
from canvas_widget.agent.providers.offline.words.normalise import Token
from canvas_widget.agent.providers.offline.words.phrases import Phrase
from canvas_widget.agent.providers.offline.words.similar import GRAMMAR, closest
from canvas_widget.agent.providers.offline.words.verbs import RELATING
from canvas_widget.agent.providers.offline.words.vocabulary import words

__all__ = ["cells_at", "derived", "match", "nearest_table", "plain", "qualified", "weight", "with_ties"]

TIE = 0.03

COUNTED = words("number count quantity amount")
"""“number of flights” is a count; it is Flight_Num only when all its words are said as they are."""

EXACT_ENOUGH = 0.9

LABELS = words("name title")

LIGHT = words("id code name number key title type date time value")
"""Words of a name that a request leaves out: “location” is Location_Code."""

LIGHTNESS = 0.35

KEYS = words("id no number code key nr")

KEYED = words("id ids number no code codes identifier identifiers key keys")

_NO_NOUNS = words("and at by for from in is of on or per than that the to was were who with")


def weight(link: Link, phrase: Phrase) -> float:
    """How much a link explains: several words together more than each apart."""
    said = sum(phrase.word(index) not in JOINERS for index in range(link.start, link.end))
    return link.score * (1 + 0.25 * max(0, said - 1))


def cells_at(
    values: dict[str, list[tuple[tuple[str, ...], Column, str]]], token: Token
) -> Iterable[tuple[tuple[str, ...], Column, str]]:
    yield from values.get(token.stem, ())
    for cut in range(1, 5):  # "Japanese", "European": the cell with an ending
        if len(token.stem) - cut >= 4:
            yield from values.get(token.stem[:-cut], ())
    if token.lower.endswith("y"):  # "rainy", "foggy": of rain, of fog
        for cut in (1, 2):
            if len(token.lower) - cut >= 3:
                yield from values.get(token.lower[:-cut], ())


def derived(phrase: Phrase, index: int, cell: str) -> bool:
    """Whether a word says that something is of a cell: “Japanese”, “European”, “rainy days”, but not “the army”."""
    said, written = phrase.tokens[index].stem, phrase.word(index)
    if said.startswith(cell) and said[len(cell) :] in ("ese", "an", "ian", "n", "ish", "ic", "ean", "i"):
        return True
    of_a_noun = index + 1 < len(phrase) and phrase.tokens[index + 1].kind == "word"
    if not of_a_noun or phrase.word(index + 1) in _NO_NOUNS or len(cell) < 3:
        return False
    return written in (f"{cell}y", f"{cell}{cell[-1]}y")


def plain(phrase: Phrase, start: int, end: int, value: str) -> bool:
    """Whether these words may be a cell: not a lone word of grammar or a letter, unless it is compared with."""
    if end - start == 1 and phrase.tokens[start].lower in RELATING and phrase.tokens[start].text != value:
        return False
    if end - start > 1 or (len(value) > 1 and phrase.tokens[start].stem not in GRAMMAR):
        return True
    before = phrase.word(start - 1)
    return before in ("is", "=", "==", "equals", "are", "only", "who", "that", "which", "was", "were", "status") or (
        phrase.tokens[start].text == value and value[:1].isupper() and start > 0
    )


def match(phrase: Phrase, start: int, column: Column) -> Link | None:
    """The column read from the words at `start`, as far as they go."""
    token = phrase.tokens[start]
    if token.lower in column.initials and token.kind == "word" and token.lower not in GRAMMAR:
        return Link(start, start + 1, column, 0.9 if len(token.lower) > 2 else 0.8, "short")
    if len(column.words) > 1 and token.lower == "".join(column.words):
        return Link(start, start + 1, column, 1.0)
    if column.short and [t.stem for t in phrase.tokens[start : start + len(column.short)]] == list(column.short):
        named = start + len(column.short)
        following = phrase.tokens[named].stem if named < len(phrase) else ""
        if following not in column.words:
            alone = Link(start, named, column, 0.9, "short")
            full = _spelled(phrase, start, column)
            return full if full is not None and full.end > named else alone
    if token.lower in ("id", "ids") and column.words[-1] == "id" and len(column.words) > 1:
        near = {phrase.tokens[k].stem for k in range(max(0, start - 4), start)}
        if set(column.words[:-1]) <= near and phrase.tokens[start - 1].stem not in column.words:
            return Link(start, start + 1, column, 0.95, "short")
    for said in column.also:
        if [t.stem for t in phrase.tokens[start : start + len(said)]] == list(said):
            return Link(start, start + len(said), column, 0.97, "exact")
    return _spelled(phrase, start, column)


def _spelled(phrase: Phrase, start: int, column: Column) -> Link | None:
    token = phrase.tokens[start]
    if closest(token.stem, column.words)[0] <= 0:
        return None
    left = list(column.words)
    likes: list[float] = []
    end = index = start
    only_grammar = True
    while left and index < len(phrase) and phrase.free(index):
        said = phrase.tokens[index]
        if said.text in ("-", "–") and index > start and _hyphen(phrase, index):
            index += 1
            continue
        if said.kind not in ("word", "number"):
            break
        like, best = closest(said.stem, tuple(left))
        if like <= 0:
            if said.lower not in JOINERS or index == start:
                break
            index += 1
            continue
        left.remove(best)
        likes.append(like)
        only_grammar = only_grammar and said.stem in GRAMMAR
        index += 1
        end = index
    if len(left) == 1 and left[0] in KEYS and likes and phrase.word(end) in KEYED and phrase.word(end + 1) != "of":
        left, end = [], end + 1
        likes.append(0.95)
    matched = [word for word in column.words if word not in left] if len(set(column.words)) == len(column.words) else []
    missing = column.core.intersection(left)
    entity = bool(column.short) and not set(matched) & set(column.short)
    if entity and bool(left) and not set(column.words) & LABELS:
        return None
    if not likes or (only_grammar and missing) or (len(likes) == 1 and token.lower in SMALL_WORDS):
        return None
    if missing == column.core and matched:
        return None
    own = [word for word in column.words if word not in column.short] if column.short else []
    if len(likes) == 1 and likes[0] < EXACT_ENOUGH and token.lower in RELATING and set(matched) <= set(own):
        return None  # “who plays where” is no player_name
    verb = token.lower in RELATING and token.lower.endswith("ing")
    if missing and len(likes) == 1 and verb and phrase.word(end) in ("on", "at", "with"):
        return None
    if token.lower in COUNTED and phrase.word(start + 1) == "of" and min(likes) < EXACT_ENOUGH:
        return None
    quality = sum(likes) / len(likes)
    coverage = 1 - _load(missing) / _load(column.core)
    score = quality * (0.55 + 0.45 * coverage) - (0.06 if left and not missing else 0)
    lowest = min(likes)
    how = "part" if missing else "exact"
    if lowest in (0.8, 0.65):
        how = "typo"
        if end == start + 1 and token.lower in RELATING:
            return None
        if start > 0 and end == start + 1 and token.text[:1].isupper() and token.text[1:].islower():
            return None
    elif lowest == 0.72:
        how = "synonym"
    return Link(start, end, column, score, how)


def _hyphen(phrase: Phrase, index: int) -> bool:
    """Whether the dash at `index` joins two words: “move-in date”."""
    before, after = phrase.tokens[index - 1], phrase.tokens[index + 1] if index + 1 < len(phrase) else None
    return after is not None and before.end == phrase.tokens[index].start and phrase.tokens[index].end == after.start


def _load(names: Iterable[str]) -> float:
    return sum(LIGHTNESS if name in LIGHT else 1.0 for name in names)


def with_ties(link: Link, found: Sequence[Link]) -> Link:
    if link.value is not None:
        same = [o for o in found if (o.start, o.end) == (link.start, link.end) and o.value is not None]
    else:
        same = [
            o
            for o in found
            if (o.start, o.end) == (link.start, link.end) and o.value is None and o.score >= link.score - TIE
        ]
    others = tuple(dict.fromkeys(o.column for o in same if o.column != link.column))
    return Link(link.start, link.end, link.column, link.score, link.how, link.value, others)


def nearest_table(link: Link, phrase: Phrase, source: Source) -> Link:
    """Of columns of joined datasets that fit alike, the one whose dataset is named next to it (“the club name”)."""
    if not source.parts or not link.others or link.value is not None:
        return link
    options = (link.column, *link.others)
    said = {
        part.name: [
            k for k, token in enumerate(phrase.tokens) if token.stem in part.words and token.stem not in GRAMMAR
        ]
        for part in source.parts
    }
    away = {
        column: min((abs(k - link.start) - 0.5 * (k < link.start) for k in said[column.table]), default=99.0)
        for column in options
    }
    best = min(away.values())
    near = [column for column in options if away[column] == best]
    if best > 4 or len(near) > 1:
        return link
    return Link(link.start, link.end, near[0], link.score, link.how, link.value)


def qualified(link: Link, phrase: Phrase, source: Source) -> Iterable[Link]:
    """The link with its dataset's name beside it (“club name”, “name of each club”), or with the word "name"."""
    column = link.column
    if link.value is not None or column.type != "string" or link.how == "typo":
        return
    table = next((part.words for part in source.parts if part.name == column.table), source.words)
    start = link.start - len(table)
    own = not column.short and (bool(set(column.words) & LABELS) or column.words[-1] in ("id", "code"))
    if own and start >= 0 and [token.stem for token in phrase.tokens[start : link.start]] == list(table):
        yield replace(link, start=start, score=min(1.0, link.score + 0.02), how="qualified")
    end = link.end
    while phrase.word(end) in ("of", "the", "each", "every", "all", "these", "those", "any"):
        end += 1
    named = [token.stem for token in phrase.tokens[end : end + len(table)]] == list(table)
    if own and phrase.word(link.end) == "of" and named:
        yield replace(link, end=end + len(table), score=min(1.0, link.score + 0.02), how="qualified")
    if not set(column.words) & LABELS:
        if phrase.word(link.end) in ("name", "names") and phrase.free(link.end):
            yield replace(link, end=link.end + 1, score=link.score - 0.05)
        back = link.start - 1
        while phrase.word(back) in ("of", "the", "each", "every", "all", "these", "those"):
            back -= 1
        if back >= 0 and phrase.word(back + 1) == "of" and phrase.word(back) in ("name", "names") and phrase.free(back):
            yield replace(link, start=back, score=link.score - 0.05)
