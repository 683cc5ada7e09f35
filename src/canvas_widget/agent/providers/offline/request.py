"""A request for something new: the dataset, the query, what has to be asked, and what is drawn."""

from __future__ import annotations

from dataclasses import replace

from canvas_widget.agent.providers.offline.answer.question import question_call
from canvas_widget.agent.providers.offline.canvas import create, edit
from canvas_widget.agent.providers.offline.canvas.build import from_request
from canvas_widget.agent.providers.offline.canvas.context import Context
from canvas_widget.agent.providers.offline.canvas.dress import dressed, read_dress
from canvas_widget.agent.providers.offline.canvas.intents import asks_something, first_word
from canvas_widget.agent.providers.offline.canvas.made import draw
from canvas_widget.agent.providers.offline.canvas.model import Part
from canvas_widget.agent.providers.offline.canvas.place import placement
from canvas_widget.agent.providers.offline.conditions.negation import absent_condition, read_absent
from canvas_widget.agent.providers.offline.decide.draw import read_query
from canvas_widget.agent.providers.offline.decide.enough import beyond, essential, foreign
from canvas_widget.agent.providers.offline.decide.kind import read_kind, read_title
from canvas_widget.agent.providers.offline.decide.leftovers import leftovers
from canvas_widget.agent.providers.offline.decide.readable import readable
from canvas_widget.agent.providers.offline.query.choose import choose_source
from canvas_widget.agent.providers.offline.query.joined import source_behind
from canvas_widget.agent.providers.offline.query.query import Measure, Query
from canvas_widget.agent.providers.offline.roles.shapes import read_facets
from canvas_widget.agent.providers.offline.words.charts import DRAWN, KINDS, UNSUPPORTED, Kind
from canvas_widget.agent.providers.offline.words.phrases import Phrase, quote

__all__ = ["make"]


def make(phrase: Phrase, context: Context, part: Part) -> None:
    drawable = [hit for hit in KINDS.scan(phrase) if hit.value.sure]  # a heat map is no map
    unsupported = next(
        (u for u in UNSUPPORTED.scan(phrase) if all(u.start not in range(k.start, k.end) for k in drawable)), None
    )
    title = read_title(phrase)
    place_things = context.things
    sources = context.linker.sources
    named = frozenset(word for source in sources for column in source.columns for word in column.words)
    named |= frozenset(word for source in sources for word in source.words)
    if (told := beyond(phrase, named)) is not None:
        part.asks.append(told)
        return
    if unsupported is not None and not set(unsupported.value.split()) & named:
        part.asks.append(f"A {unsupported.value} cannot be drawn here yet. There are {DRAWN}.")
        return
    place = placement(phrase, place_things, context.size)
    read_facets(phrase)
    dress = read_dress(phrase, named)
    kind = read_kind(phrase, named)
    asked = kind is None and title is None and not place.arguments() and asks_something(phrase)
    if kind is not None and kind.tool == "text":
        create.write(phrase, context, part, title, place)
        return
    if place.problem:
        part.asks.append(place.problem)
    if not sources:
        part.asks.append(
            'No data is registered. Make a data frame in the notebook, or canvas.datasets.register("sales", df).'
        )
        return
    if _ditto(phrase, kind, context):
        query = _again(context, kind)
    else:
        absent = read_absent(phrase, context.linker)
        source, question = choose_source(
            phrase, context.linker, context.recent_dataset, absent[0] if absent is not None else None
        )
        if source is None:
            _not_understood(phrase, part, question)
            return
        query = read_query(phrase, source, kind, context.linker)
        query = readable(phrase, query, context.linker) or query
        if absent is not None and not absent_condition(absent, query, context.linker):
            part.asks.append(f"Nothing relates {source.name} to {absent[0].name}.")
        part.unread.extend(leftovers(phrase, query))
    if query is None:
        _not_understood(phrase, part, None)
        return
    query.title = title
    dressed(query, dress)
    part.notes.extend(query.notes)
    part.asks.extend(query.asks)
    if query.asks:
        return
    if query.kind is None or not (query.says_something or (query.kind.tool in ("table", "metric") and not part.unread)):
        _not_understood(phrase, part, None)
        return
    if part.unread and essential(query, phrase):
        part.examples = True
        return
    if (
        query.kind.tool == "chart"
        and not query.dimensions
        and query.kind.mark != "box"
        and _goes_on(phrase, query, context)
    ):
        part.notes.clear()
        edit.apply(Phrase(phrase.tokens, phrase.source), first_word(phrase), context, part)
        return
    if query.kind.tool == "chart" and not query.dimensions and query.kind.mark != "box":
        part.notes.clear()
        part.asks.append(_ungrouped(query))
        part.examples = True
        return
    answering = question_call(query) if asked and not part.unread else None
    if answering is not None:
        part.notes = [note for note in part.notes if not note.startswith("No kind")]
        part.calls.append(answering)
        return
    part.unread.extend(query.unknown)
    for number, each in enumerate(_one_by_one(query)):
        draw(each, place.arguments() if number == 0 else {}, context, part)
    if place.note:
        part.notes.append(place.note)


def _one_by_one(query: Query) -> list[Query]:
    """A container shows one number: “total revenue and return rate” are two."""
    if query.kind is None or query.kind.tool != "metric" or len(query.measures) < 2:
        return [query]
    return [replace(query, measures=[measure], title=None) for measure in query.measures]


def _goes_on(phrase: Phrase, query: Query, context: Context) -> bool:
    """Whether a request without data of its own can be about what an earlier one of this prompt drew."""
    bare = query.measures in ([], [Measure("count")]) and all(
        phrase.role(index) != "aggregate" for index in range(len(phrase))
    )
    return bare and bool(context.things) and context.things[-1].mine and context.things[-1].request is not None


def _ungrouped(query: Query) -> str:
    groups = [column.name for column in query.source.columns if not column.numeric] or [
        column.name for column in query.source.columns
    ]
    return f"It does not say what to draw it by. {query.source.name} has {', '.join(groups[:6])}."


def _not_understood(phrase: Phrase, part: Part, question: str | None) -> None:
    """Asks the question, or names the words that nothing fits; the whole request where nothing in it was read."""
    part.examples = True
    if foreign(phrase):
        part.notes.clear()
        part.unread.clear()
        part.asks.append(f"{quote(phrase.text)} does not read like English, and the built-in model reads English only.")
    elif question:
        part.asks.append(question)
    elif not part.unread or not any(phrase.role(index) for index in range(len(phrase))):
        part.unread.clear()
        part.asks.append(f"{quote(phrase.text)} was not understood.")


def _ditto(phrase: Phrase, kind: Kind | None, context: Context) -> bool:
    """“… and a table”: a kind and no data, after something that had data."""
    if kind is None or not context.things or not context.things[-1].mine or context.things[-1].request is None:
        return False
    source = context.linker.source(context.things[-1].dataset)
    left = [k for k in range(len(phrase)) if phrase.free(k) and phrase.tokens[k].kind != "symbol"]
    return (
        source is not None
        and len(left) <= 3
        and not context.linker.links(phrase, source)
        and all(
            phrase.word(k)
            in (
                "it",
                "as",
                "same",
                "the",
                "a",
                "an",
                "also",
                "well",
                "one",
                "another",
                "and",
                "too",
                "with",
                "data",
                "for",
                "of",
            )
            for k in left
        )
    )


def _again(context: Context, kind: Kind | None) -> Query | None:
    thing = context.things[-1]
    source = source_behind(thing.dataset, (thing.request or {}).get("sql"), context.linker)
    query = from_request(thing.request or {}, source, thing.kind, thing.mark) if source is not None else None
    if query is not None and kind is not None:
        query.kind = kind
        query.notes.append(f"It shows the same as {thing.id}.")
    return query
