"""What a request wants made, and how it is to be called: a bar chart, a table, a metric; titled “…”."""

from __future__ import annotations

from canvas_widget.agent.providers.offline.words.charts import KINDS, Kind
from canvas_widget.agent.providers.offline.words.phrases import Phrase
from canvas_widget.agent.providers.offline.words.vocabulary import words

__all__ = ["read_kind", "read_title"]

_LEADING = words("a an as simple single one by with using in through via into the")
_BESIDES = ("by", "with", "using", "in", "through", "via", "into", "the")


def read_title(phrase: Phrase) -> str | None:
    """Finds `titled "…"`, `called "…"`, `with the title "…"` and takes it."""
    for index, token in enumerate(phrase.tokens):
        if token.kind != "quoted" or not phrase.free(index):
            continue
        at = index - 1
        while at >= 0 and phrase.word(at) in (":", "=", "as", "it", "the", "of"):
            at -= 1
        if phrase.word(at) in (
            "titled",
            "title",
            "called",
            "named",
            "entitled",
            "labelled",
            "labeled",
            "heading",
            "caption",
            "name",
        ):
            while phrase.word(at - 1) in ("the", "a", "with", "and", "title", ","):
                at -= 1
            phrase.take(at, index + 1, "title")
            return token.text.strip() or None
    for index, token in enumerate(phrase.tokens):
        if token.lower in ("titled", "entitled") and index + 1 < len(phrase) and phrase.free(index):
            end = index + 1
            while end < len(phrase) and phrase.free(end) and phrase.word(end) not in (",", "and", "sorted"):
                end += 1
            title = phrase.written(index + 1, end)
            phrase.take(index, end, "title")
            return title or None
    return None


def read_kind(phrase: Phrase, named: frozenset[str] = frozenset()) -> Kind | None:
    """Finds what to make and takes the words. `named` are the words of the data, which win over weak kind words."""
    hits = list(KINDS.scan(phrase))
    sure = [hit for hit in hits if hit.value.sure]
    weak = [hit for hit in hits if not hit.value.sure and not _is_data(phrase, hit.start, named)]
    specific = sure or [hit for hit in weak if hit.value.mark or hit.value.tool != "chart"] or weak
    if not specific:
        return None
    chosen = specific[0]
    for hit in [chosen, *[h for h in weak if h.value.tool == "chart" and h.value.mark is None]]:
        start = hit.start
        phrase.take(start, hit.end, "kind")
        while start > 0 and phrase.word(start - 1) in _LEADING and phrase.free(start - 1):
            start -= 1
            phrase.take(start, start + 1, "kind")
            if phrase.word(start) in _BESIDES and phrase.word(start) != "the":
                break
        if (
            phrase.word(hit.end) in ("of", "showing", "that", "for")
            and phrase.free(hit.end)
            and phrase.word(hit.end) == "of"
        ):
            phrase.take(hit.end, hit.end + 1, "kind")
    if chosen.value.mark == "bar" and any(
        phrase.word(k) in ("horizontal", "horizontally", "sideways") for k in range(len(phrase))
    ):
        for k in range(len(phrase)):
            if phrase.word(k) in ("horizontal", "horizontally", "sideways"):
                phrase.take(k, k + 1, "kind")
        return Kind("chart", "bar", horizontal=True)
    return chosen.value


def _is_data(phrase: Phrase, index: int, named: frozenset[str]) -> bool:
    """Whether a weak kind word ("area", "bar") names a column here: no article is before it."""
    articled = phrase.word(index - 1) in ("a", "an") or phrase.word(index - 2) == "as"
    return phrase.tokens[index].stem in named and not articled
