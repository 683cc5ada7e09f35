"""How conditions go together: “and” binds tighter than “or”, two of one column tighter still."""

from __future__ import annotations

from itertools import pairwise

from canvas_widget.agent.providers.offline.query.query import Condition, Query
from canvas_widget.agent.providers.offline.words.phrases import Phrase

__all__ = ["combine"]

FAR = 14
"""Words between two conditions beyond which an “and” between them joins something else."""


def combine(phrase: Phrase, query: Query) -> None:
    """Puts conditions with "or" between them together, and takes the word."""
    groups = _placed(query)
    if len(groups) < 2:
        return
    joints = [_joint(phrase, before, after) for before, after in pairwise(groups)]
    if "or" not in joints:
        return
    groups, joints = _same_column(groups, joints)
    runs: list[list[Condition]] = [[groups[0]]]
    alternatives: list[list[list[Condition]]] = []
    for joint, group in zip(joints, groups[1:], strict=True):
        if joint == "and":
            runs[-1].append(group)
        elif joint == "or":
            runs.append([group])
        else:
            alternatives.append(runs)
            runs = [[group]]
    alternatives.append(runs)
    kept = [condition for condition in query.conditions if condition.at < 0]
    for runs in alternatives:
        if len(runs) == 1:
            kept += [part for condition in runs[0] for part in _flat(condition)]
        else:
            kept.append(Condition("", "or", tuple(_all(run) for run in runs), runs[0][0].at))
    query.conditions = kept


def _placed(query: Query) -> list[Condition]:
    """The conditions in the order they were said; the two edges of a span are one."""
    placed: dict[int, list[Condition]] = {}
    for condition in sorted((c for c in query.conditions if c.at >= 0), key=lambda c: c.at):
        placed.setdefault(condition.at, []).append(condition)
    return [_all(together) for together in placed.values()]


def _all(conditions: list[Condition]) -> Condition:
    if len(conditions) == 1:
        return conditions[0]
    return Condition(conditions[0].field, "and", tuple(conditions), conditions[0].at)


def _flat(condition: Condition) -> list[Condition]:
    return [part for each in condition.value for part in _flat(each)] if condition.op == "and" else [condition]


def _joint(phrase: Phrase, before: Condition, after: Condition) -> str:
    """“or”, “and”, or nothing between two conditions."""
    if after.at - before.at > FAR:
        return ""
    between = range(before.at + 1, after.at)
    for index in between:
        if phrase.word(index) == "or" and phrase.role(index) != "filter":
            phrase.take(index, index + 1, "filter")
            return "or"
    words = [phrase.word(index) for index in between]
    if "or" in words and not any(word in (",", "and") for word in words[words.index("or") + 1 :]):
        return "or"
    return "and" if {"and", "but"} & set(words) else ""


def _same_column(groups: list[Condition], joints: list[str]) -> tuple[list[Condition], list[str]]:
    """“age above 50 or below 20 and from Italy”: the ages belong together."""
    kept, left = [groups[0]], list[str]()
    for joint, group in zip(joints, groups[1:], strict=True):
        last = kept[-1]
        if joint == "or" and group.field and group.field == last.field:
            held = last.value if last.op == "or" else (last,)
            kept[-1] = Condition(group.field, "or", (*held, group), last.at)
        else:
            kept.append(group)
            left.append(joint)
    return kept, left
