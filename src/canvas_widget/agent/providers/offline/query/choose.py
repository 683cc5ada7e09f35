"""Which dataset a request is about, alone or joined with others; or the question to ask."""

from __future__ import annotations

from canvas_widget.agent.providers.offline.link.linker import Linker
from canvas_widget.agent.providers.offline.link.source import Source
from canvas_widget.agent.providers.offline.query.joined import best_join, gains
from canvas_widget.agent.providers.offline.words.phrases import Phrase, quote
from canvas_widget.agent.providers.offline.words.similar import likeness
from canvas_widget.agent.providers.offline.words.synonyms import SUPERLATIVES

__all__ = ["choose_source"]

NAMED = 0.6
"""What a dataset's own name in a request weighs besides the words it explains, in words read in full."""

RANKED = 1.1
"""What a superlative weighs that one of a dataset's numbers answers."""


def choose_source(
    phrase: Phrase, linker: Linker, recent: str | None, without: Source | None = None
) -> tuple[Source | None, str | None]:
    """The dataset of a request, or the question to ask. Named ones win, then those whose columns the words fit."""
    sources = tuple(source for source in linker.sources if source is not without)
    if len(sources) == 1:
        return sources[0], None
    scored: list[tuple[float, bool, Source]] = []
    links = {source.name: linker.links(phrase, source) for source in sources}
    explained = {source.name: gains(phrase, links[source.name], source) for source in sources}
    for source in sources:
        named = any(source.named_at(phrase, index) is not None for index in range(len(phrase)))
        score = sum(explained[source.name])
        score += RANKED if _ranks(phrase, source) else 0.0
        scored.append((score + (NAMED if named else 0.0), named, source))
    best = max(score for score, _, _ in scored)
    written = _written(phrase, sources)
    if written is not None:
        scored = [each for each in scored if each[2] is written or not _starts(each[2], written)]
        best = max(score for score, _, _ in scored)
    if best <= 0:
        current = linker.source(recent)
        if current is not None:
            return current, None
        names = ", ".join(source.name for source in sources[:6])
        return None, f"Nothing in {quote(phrase.text)} tells which dataset it is about. There are {names}."
    together = best_join(phrase, linker, links, explained)
    if together is not None:
        return together, None
    top = [source for score, _, source in scored if score >= best - 0.05]
    if len(top) > 1 and written in top:
        return written, None
    if len(top) > 1:
        exactly = [source for score, named, source in scored if named and source in top]
        if len(exactly) == 1:
            return exactly[0], None
        if recent in [source.name for source in top]:
            return linker.source(recent), None
        names = " and ".join(source.name for source in top[:4])
        return None, f"{quote(phrase.text)} fits {names} equally well. Which dataset?"
    return top[0], None


def _ranks(phrase: Phrase, source: Source) -> bool:
    """Whether a dataset has what a superlative is about: “the hottest day” is one of a dataset with temperatures."""
    concepts = {each for token in phrase.tokens if (found := SUPERLATIVES.get(token.lower)) for each in found.words}
    numbers = [column for column in source.columns if column.numeric]
    return any(likeness(each, name, typos=False) >= 0.7 for each in concepts for c in numbers for name in c.core)


def _starts(source: Source, written: Source) -> bool:
    """Whether a dataset's name is the beginning of the name that is written (“e” of “e2”)."""
    count = len(source.words)
    return count < len(written.words) and written.words[:count] == source.words


def _written(phrase: Phrase, sources: tuple[Source, ...]) -> Source | None:
    """The one dataset whose name is written out exactly: “e2” where there is “e” as well."""
    text = f" {phrase.text} "
    found = [
        source
        for source in sources
        if any(f"{before}{source.name}{after}" in text for before in " \"'`(" for after in " \"'`,.;:?!)")
    ]
    longest = max((len(source.name) for source in found), default=0)
    found = [source for source in found if len(source.name) == longest]
    return found[0] if len(found) == 1 else None
