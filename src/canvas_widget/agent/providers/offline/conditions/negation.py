"""“do not work in …”: a negation before the verb turns around the conditions of its clause; and absent relations."""

from __future__ import annotations

from canvas_widget.agent.providers.offline.link.column import Column
from canvas_widget.agent.providers.offline.link.linker import Linker
from canvas_widget.agent.providers.offline.link.source import Source
from canvas_widget.agent.providers.offline.query.query import Condition, Query
from canvas_widget.agent.providers.offline.words.phrases import Phrase
from canvas_widget.agent.providers.offline.words.synonyms import alike
from canvas_widget.agent.providers.offline.words.vocabulary import words

__all__ = ["Absent", "absent_condition", "negate", "read_absent"]

_VERBED = words("do does did don't doesn't didn't have has had haven't hasn't hadn't is are was were isn't aren't")
_BOUNDS = words("who that whose which where , ; for and or but show find draw")
_THOSE = words("those these ones the for if when staff rows people")
_TURNED = {
    "=": "!=", "!=": "=", "in": "not in", "not in": "in", ">": "<=", "<": ">=", ">=": "<", "<=": ">",
    "is null": "not null", "not null": "is null",
}  # fmt: skip

Absent = tuple[Source, int]
"""A dataset in which a row must not occur, and the word that names it."""


def negate(phrase: Phrase, query: Query) -> None:
    """Turns around the conditions that stand in a clause with “do not …”, “didn't …” before a verb."""
    for number, condition in enumerate(query.conditions):
        if condition.at < 0 or condition.op in ("absent", "not", "!=", "not null", "is null"):
            continue
        if _refused(phrase, condition.at):
            op = _TURNED.get(condition.op)
            turned = (
                Condition(condition.field, op, condition.value, condition.at)
                if op is not None
                else Condition("", "not", condition, condition.at)
            )
            query.conditions[number] = turned


def _refused(phrase: Phrase, at: int) -> bool:
    for index in range(at - 1, max(-1, at - 10), -1):
        word = phrase.word(index)
        if word in ("except", "excluding", "excepting") and phrase.word(index + 1) in _THOSE and phrase.free(index):
            phrase.take(index, index + 1, "filter")
            return True
        if word in ("not", "never") and phrase.word(index - 1) in _VERBED and phrase.role(index) != "filter":
            return phrase.word(index + 1) not in ("null", "equal", "missing") and phrase.role(index + 1) != "filter"
        if word.endswith("n't") and phrase.role(index) != "filter":
            return True
        joined = word in ("and", "or") and phrase.role(index + 1) == "filter"
        if word in _BOUNDS and phrase.word(index - 1) not in _THOSE and not joined:
            return False
    return False


def read_absent(phrase: Phrase, linker: Linker) -> Absent | None:
    """Finds “without any orders”, “that did not have a job”: a dataset that must not hold the row; takes its words."""
    if len(linker.sources) < 2:
        return None
    for index in range(len(phrase)):
        start = _without(phrase, index)
        if start is None:
            continue
        at = start
        while phrase.word(at) in ("any", "a", "an", "the", "single", "one", "some"):
            at += 1
        named = [(end, source) for source in linker.sources if (end := _named(phrase, at, source)) is not None]
        if named:
            children = {key.child for key in linker.relations.keys}
            end, source = max(named, key=lambda pair: (pair[0], pair[1].name in children))
            phrase.take(index, end, "absent")
            return source, at
    return None


def _without(phrase: Phrase, index: int) -> int | None:
    if not phrase.free(index):
        return None
    word, following = phrase.word(index), phrase.word(index + 1)
    if word == "without" or (word in ("have", "has", "had", "with") and following == "no"):
        return index + (1 if word == "without" else 2)
    if word in ("do", "does", "did") and following in ("not", "never") and phrase.word(index + 2) in ("have", "own"):
        return index + 3
    if word in ("don't", "doesn't", "didn't", "never") and following in ("have", "had"):
        return index + 2
    negating = word in ("not", "never") or word.endswith("n't")
    return index + 2 if negating and _verb_of_rows(phrase, index + 1) else None


def _verb_of_rows(phrase: Phrase, index: int) -> bool:
    """“never made a voyage”, “have not played any gig”: a verb, and “any” or an article behind it."""
    token = phrase.tokens[index] if index < len(phrase) else None
    return token is not None and token.kind == "word" and phrase.word(index + 1) in ("any", "a", "an", "single", "one")


def _named(phrase: Phrase, at: int, source: Source) -> int | None:
    """The end of the dataset's name at `at`, in any order of its words (“job in the past” for past_jobs)."""
    end = source.named_at(phrase, at) if at < len(phrase) else None
    if end is not None:
        return end
    if at >= len(phrase) or phrase.tokens[at].stem not in source.words or len(source.words) < 2:
        return None
    near: dict[str, int] = {}
    for k in range(at, min(at + 5, len(phrase))):
        for stem in (phrase.tokens[k].stem, *alike(phrase.tokens[k].stem)):
            near.setdefault(stem, k)
    return max(near[word] for word in source.words) + 1 if all(word in near for word in source.words) else None


def absent_condition(absent: Absent, query: Query, linker: Linker) -> bool:
    """Adds the condition that no row of the absent dataset belongs to the row; False when nothing relates them."""
    other, at = absent
    column, field = _key(query.source, other, linker)
    if column is None:
        return False
    query.conditions.append(Condition(column.name, "absent", (field[0], field[1]), at))
    return True


def _key(source: Source, other: Source, linker: Linker) -> tuple[Column | None, tuple[str, str]]:
    for key in linker.relations.keys:
        if key.child == other.name and key.parent == source.name:
            return source.column(key.key), (key.child, key.column)
    for key in linker.relations.keys:
        if key.parent != source.name:
            continue
        if any(far.child == key.child and far.parent == other.name for far in linker.relations.keys):
            return source.column(key.key), (key.child, key.column)
    shared = [c for c in other.columns if c.words[-1] in ("id", "code", "no", "number") and len(c.words) > 1]
    for column in shared:
        mine = next((c for c in source.columns if c.words == column.words and c.type == column.type), None)
        if mine is not None:
            return mine, (other.name, column.name)
    return None, ("", "")
