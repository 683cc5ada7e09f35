"""Superlatives: “the 20 heaviest”, “the most expensive”, “lowest price”."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from canvas_widget.agent.providers.offline.link.column import Column, Link
from canvas_widget.agent.providers.offline.query.aggregate import is_key
from canvas_widget.agent.providers.offline.query.dates import is_year
from canvas_widget.agent.providers.offline.query.query import Query
from canvas_widget.agent.providers.offline.words.lexicon import AGGREGATES, UNITS
from canvas_widget.agent.providers.offline.words.phrases import Phrase
from canvas_widget.agent.providers.offline.words.similar import GRAMMAR, likeness
from canvas_widget.agent.providers.offline.words.synonyms import SUPERLATIVES, UNIT_WORDS, Superlative
from canvas_widget.agent.providers.offline.words.vocabulary import words

__all__ = ["Ranked", "read_superlative"]

MOST = 100_000
"""The largest number of rows that may be asked for."""

_DEGREES = words("most least highest best lowest worst")
_NEEDS_DEGREE = words("""
    powerful expensive efficient economical popular recent populous populated profitable selling paid rated sold
    spacious
""")


_HOLDING = words("""
    with having have has had whose that which who where by of in get got show showed reach reached make made earn
    earned generate generated receive received spend spent sell sold drew draw see saw
""")
"""What may stand between “the 3 vessels” and “the highest fare”."""
_SINGLE = words("single individual recorded ever overall")
_COMPARING = words("than least most exactly over under above below equals equal is")


@dataclass(frozen=True, slots=True)
class Ranked:
    """A superlative at tokens `start:end`, the column it ranks by (None: any would do), its direction."""

    start: int
    end: int
    column: Column | None
    descending: bool
    word: str
    plain: bool
    singular: bool = False


def read_superlative(phrase: Phrase, links: Sequence[Link], query: Query) -> Ranked | None:
    """Finds “the 20 heaviest”, “most expensive”, “lowest price”; takes its words, the count and the noun for a row."""
    at = {link.start: link for link in links}
    dated = _first_or_last(phrase, links, query)
    if dated is not None:
        return dated
    for index, token in enumerate(phrase.tokens):
        if not phrase.free(index) or token.lower not in SUPERLATIVES or phrase.word(index - 1) == "at":
            continue
        if index in at and at[index].score > 0.9:
            continue
        found = _adjective(phrase, index)
        if found is None:
            continue
        start, end, adjective, word = found
        start, end = _count(phrase, start, end, at, query)
        end = _past_noun(phrase, end, at, query)
        link = at.get(end)
        magnitude = not adjective.words or adjective.words[0] == "size" or _own(link, adjective)
        if link is not None and magnitude and _quantity(link, adjective):
            phrase.take(start, end, "superlative")
            return Ranked(start, link.end, link.column, adjective.descending, word, plain=True)
        aggregate = AGGREGATES.at(phrase.tokens, end) if end < len(phrase) else None
        if (
            magnitude
            and aggregate is not None
            and phrase.word(start - 1) in ("the", "has", "have", "with", "a", "having", "by", "of", "drew")
        ):
            phrase.take(start, end, "superlative")
            return Ranked(start, end, None, adjective.descending, word, plain=True)
        column = _fitting(adjective, query, word) or _by(phrase, end, at, adjective)
        phrase.take(start, end, "superlative")
        query.superlative = word
        ranked_by_group = column is None and link is not None and link.value is None and not link.column.numeric
        one = (
            not ranked_by_group
            and _noun(phrase, end, link, query)
            and phrase.tokens[end].lower == phrase.tokens[end].stem
        )
        descending = adjective.descending
        if column is not None and adjective.date and (column.temporal or _told_by_years(column, adjective, query)):
            descending = adjective.date == "desc"
        plain = (magnitude and column is None) or (not adjective.words and not adjective.date)
        return Ranked(start, end, column, descending, word, plain, one and phrase.word(start - 1) in ("the", ""))
    return None


def _first_or_last(phrase: Phrase, links: Sequence[Link], query: Query) -> Ranked | None:
    """“Which band was formed first?”, “who was hired last”: the row with the earliest or latest date."""
    if not query.question:
        return None
    for link in links:
        word = phrase.word(link.end)
        told = link.value is None and phrase.free(link.start) and phrase.word(link.end + 1) in ("", "?", ".")
        if not told or word not in ("first", "last", "earliest", "latest") or not phrase.free(link.end):
            continue
        if link.column.temporal or (link.column.numeric and is_year(query, link.column)):
            phrase.take(link.start, link.end + 1, "superlative")
            late = word in ("last", "latest")
            singular = phrase.tokens[1].lower == phrase.tokens[1].stem or phrase.word(1) in ("is", "was")
            query.rows = phrase.written(1, 2) if phrase.word(0) in ("which", "what") else query.rows
            return Ranked(link.start, link.end + 1, link.column, late, word, plain=False, singular=singular)
    return None


def _by(phrase: Phrase, end: int, at: dict[int, Link], adjective: Superlative) -> Column | None:
    """“the three heaviest vessels by deadweight”: the quantity that the request itself names."""
    if not adjective.words:
        return None
    for index in range(end, len(phrase) - 1):
        link = at.get(index + 1 + (phrase.word(index + 1) in ("the", "their")))
        if phrase.word(index) == "by" and link is not None and link.value is None and not is_key(link.column):
            return link.column if link.column.numeric or link.column.temporal else None
    return None


def _told_by_years(column: Column, adjective: Superlative, query: Query) -> bool:
    """Whether the numbers of a column are years, and none of ages: the oldest has the lowest."""
    return column.numeric and is_year(query, column) and not column.core & set(adjective.words)


def _past_noun(phrase: Phrase, end: int, at: dict[int, Link], query: Query) -> int:
    """“largest single revenue”, “lowest book price”: where the quantity starts behind a word for the rows."""
    far = end
    while phrase.word(far) in _SINGLE:
        far += 1
    inside = query.source.named_at(phrase, far) if far < len(phrase) else None
    if inside is None and far < len(phrase) and query.source.part_at(phrase, far) is not None and far not in at:
        inside = far + 1
    singular = inside is not None and phrase.tokens[inside - 1].lower == phrase.tokens[inside - 1].stem
    if inside is not None and singular:
        far = inside
    link = at.get(far)
    fits = link is not None and link.value is None and link.column.numeric and not is_key(link.column)
    return far if fits and all(phrase.free(k) for k in range(end, far)) else end


def _own(link: Link | None, adjective: Superlative) -> bool:
    """“the longest running time”, “the tallest height”: the column behind it is what the adjective measures."""
    return link is not None and any(
        likeness(concept, name, typos=False) >= 0.7 for concept in adjective.words for name in link.column.words
    )


def _quantity(link: Link, adjective: Superlative) -> bool:
    """“highest price”: whether the word behind the superlative is what it ranks by."""
    column = link.column
    if link.value is not None or link.others or is_key(column):
        return False
    return column.numeric or (column.temporal and adjective.date is None)


def _adjective(phrase: Phrase, index: int) -> tuple[int, int, Superlative, str] | None:
    """The superlative at `index`, with "most", "least" before it or a verb before "most" ("sold most")."""
    word = phrase.word(index)
    after, before = SUPERLATIVES.get(phrase.word(index + 1)), SUPERLATIVES.get(phrase.word(index - 1))
    flips = word in ("least", "lowest", "worst")
    if word in _DEGREES and after is not None and phrase.word(index + 1) in _NEEDS_DEGREE:
        adjective = Superlative(after.words, after.descending != flips, after.date)
        return index, index + 2, adjective, f"{word} {phrase.word(index + 1)}"
    if word in _DEGREES and before is not None and phrase.word(index - 1) in _NEEDS_DEGREE:
        adjective = Superlative(before.words, before.descending != flips, before.date)
        return index - 1, index + 1, adjective, f"{word} {phrase.word(index - 1)}"
    return None if word in _NEEDS_DEGREE else (index, index + 1, SUPERLATIVES[word], word)


def _count(phrase: Phrase, start: int, end: int, at: dict[int, Link], query: Query) -> tuple[int, int]:
    """Reads the number before or behind the superlative."""
    if phrase.word(end) == "-":
        end += 1
    counted = _counted_rows(phrase, start, at, query)
    if counted is not None:
        return counted, end
    before = phrase.tokens[start - 1] if start else None
    if before is not None and before.value is not None and phrase.free(start - 1) and before.kind != "date":
        query.limit = max(1, int(min(before.value, MOST)))
        return start - 1, end
    after = phrase.tokens[end] if end < len(phrase) else None
    if after is not None and after.value is not None and phrase.free(end):
        query.limit = max(1, int(min(after.value, MOST)))
        return start, end + 1
    return start, end


def _counted_rows(phrase: Phrase, start: int, at: dict[int, Link], query: Query) -> int | None:
    """“the 8 films with the largest budgets”: where it starts; the number is the limit."""
    for number in range(max(0, start - 10), start - 1):
        token = phrase.tokens[number]
        if token.value is None or token.kind == "date" or not phrase.free(number) or number + 1 in _numbers(phrase):
            continue
        end = _group_noun(phrase, number + 1, at, query)
        if end is None or phrase.word(end) not in _HOLDING or phrase.word(number - 1) in _COMPARING:
            continue
        if any(phrase.word(k) in ("and", ",", "for") for k in range(end, start)):
            continue
        query.limit = max(1, int(min(token.value, MOST)))
        phrase.take(number, number + 1, "limit")
        return start
    return None


def _numbers(phrase: Phrase) -> set[int]:
    return {index for index, token in enumerate(phrase.tokens) if token.value is not None}


def _group_noun(phrase: Phrase, index: int, at: dict[int, Link], query: Query) -> int | None:
    """The end of a plural for rows or groups at `index`: “films”, “vessel names”."""
    end = query.source.named_at(phrase, index)
    link = at.get(index)
    if end is None and link is not None and link.value is None and (not link.column.numeric or is_key(link.column)):
        end = link.end
    if end is None and index < len(phrase) and query.source.part_at(phrase, index) is not None:
        end = index + 1
    if end is None and index < len(phrase) and phrase.tokens[index].kind == "word":
        loose = link is None or (link.value is None and link.how != "exact")
        end = index + 1 if phrase.tokens[index].lower not in GRAMMAR and loose else None
    last = phrase.tokens[end - 1] if end is not None and phrase.free(index) else None
    return end if last is not None and (last.lower != last.stem or last.lower.endswith("s")) else None


def _noun(phrase: Phrase, index: int, link: Link | None, query: Query) -> bool:
    """Takes the word for a row behind the superlative: a text or key column, a dataset, a day, an unknown noun."""
    if index >= len(phrase) or not phrase.free(index) or phrase.tokens[index].kind != "word":
        return False
    named = query.source.named_at(phrase, index)
    end = named or (link.end if link is not None else index + 1)
    grammar = phrase.tokens[index].stem in GRAMMAR and UNITS.at(phrase.tokens, index) is None
    if named is None and link is None and grammar:
        return False
    quantity = link is not None and (link.value is not None or (link.column.numeric and not is_key(link.column)))
    if named is None and quantity:
        return False
    query.rows = phrase.written(index, end)
    if named is not None or link is None or phrase.word(end) not in ("and", ","):
        phrase.take(index, end, "rows")
    return True


def _fitting(adjective: Superlative, query: Query, word: str) -> Column | None:
    """The column that tells how heavy, expensive, … a row is; ties become a question."""
    numbers = [column for column in query.source.columns if column.numeric]
    for concept in adjective.words:
        found = [c for c in numbers if any(likeness(concept, name, typos=False) >= 0.9 for name in c.core | c.initials)]
        if found:
            return _best(found, adjective, query, word)
    if adjective.date:
        dates = [c for c in query.source.columns if c.temporal] or [c for c in numbers if is_year(query, c)]
        if dates:
            return dates[0]
    for concept in adjective.words:
        near = [c for c in numbers if any(likeness(concept, name, typos=False) >= 0.7 for name in c.core)]
        if len(near) == 1:
            query.notes.append(f"“{word}” was read as {near[0].name}.")
            return near[0]
    if "efficiency" in adjective.words:
        rates = [c for c in numbers if "per" in c.words and c.core & UNIT_WORDS]
        return rates[0] if len(rates) == 1 else None
    return None


def _best(found: Sequence[Column], adjective: Superlative, query: Query, word: str) -> Column:
    """One of several: the shortest name, or the maximum for the hottest and the minimum for the coldest."""
    best = [column for column in found if len(column.core) == min(len(c.core) for c in found)]
    edge = {"max", "maximum", "high"} if adjective.descending else {"min", "minimum", "low"}
    best = [column for column in best if edge & set(column.words)] or best
    if len(best) > 1:
        query.asks.append(f"“{word}” fits {' and '.join(column.name for column in best[:4])}. Which one?")
    return best[0]
