"""A whole prompt to tool calls: request by request, each knowing what the ones before it made."""

from __future__ import annotations

from dataclasses import replace

from canvas_widget.agent.providers.offline import commands, create, edit
from canvas_widget.agent.providers.offline.build import from_request
from canvas_widget.agent.providers.offline.choose import choose_source
from canvas_widget.agent.providers.offline.context import Context
from canvas_widget.agent.providers.offline.draw import read_kind, read_query, read_title
from canvas_widget.agent.providers.offline.dress import dressed, read_dress
from canvas_widget.agent.providers.offline.enough import beyond, essential, foreign
from canvas_widget.agent.providers.offline.filters_on_canvas import filter_on_canvas
from canvas_widget.agent.providers.offline.intents import command, first_word
from canvas_widget.agent.providers.offline.join import join
from canvas_widget.agent.providers.offline.joined import join_of, label_of, query_over
from canvas_widget.agent.providers.offline.leftovers import leftovers
from canvas_widget.agent.providers.offline.lexicon import DRAWN, KINDS, UNSUPPORTED, Kind
from canvas_widget.agent.providers.offline.link import Column
from canvas_widget.agent.providers.offline.made import draw
from canvas_widget.agent.providers.offline.model import Part, Reading
from canvas_widget.agent.providers.offline.negation import absent_condition, read_absent
from canvas_widget.agent.providers.offline.normalise import MAX_TOKENS, tokens
from canvas_widget.agent.providers.offline.overview import overview
from canvas_widget.agent.providers.offline.phrases import Phrase, quote
from canvas_widget.agent.providers.offline.place import placement
from canvas_widget.agent.providers.offline.query import Measure, Query
from canvas_widget.agent.providers.offline.question import asks_something, question_call
from canvas_widget.agent.providers.offline.relations import Key
from canvas_widget.agent.providers.offline.shapes import read_facets
from canvas_widget.agent.providers.offline.split import MAX_REQUESTS, MAX_WORDS, split
from canvas_widget.agent.providers.offline.vocabulary import words
from canvas_widget.agent.views import CanvasView, CatalogueView

__all__ = ["MAX_CHARACTERS", "read"]

_SIZING = words("bigger larger smaller wider narrower taller shorter higher a bit much little and please")
MAX_CHARACTERS = 12_000
"""Characters of a prompt that are read; the answer says so when there were more."""


def read(prompt: str, catalogue: CatalogueView, canvas: CanvasView) -> Reading:
    """The tool calls of a prompt and what is to be said about them. Never raises on any text."""
    context = Context(catalogue, canvas)
    text = prompt[:MAX_CHARACTERS]
    requests = join(split(text, context.linker.knows))
    cut = (
        len(prompt) > MAX_CHARACTERS or len(requests) >= MAX_REQUESTS or len(tokens(text, MAX_TOKENS + 1)) > MAX_TOKENS
    )
    reading = Reading(cut=cut or any(len(phrase) >= MAX_WORDS for phrase in requests))
    for phrase in requests:
        part = Part(phrase.text)
        reading.parts.append(part)
        _read(phrase, context, part)
    if not reading.parts:
        reading.parts.append(Part("", asks=["The prompt is empty."], examples=True))
    return reading


def _read(phrase: Phrase, context: Context, part: Part) -> None:
    if context.things and len(phrase) <= 4 and all(token.lower in _SIZING for token in phrase.tokens):
        phrase = split(f"make it {phrase.text}")[0]
    start = first_word(phrase)
    recognised = command(phrase)
    if recognised is not None and _command(*recognised, phrase, context, part):
        return
    if filter_on_canvas(phrase, context, part):
        return
    if overview(phrase, context, part, lambda query, where: draw(query, where, context, part)):
        return
    if edit.is_follow_up(phrase, start, context):
        edit.apply(phrase, start, context, part)
        return
    _make(phrase, context, part)


def _command(name: str, start: int, phrase: Phrase, context: Context, part: Part) -> bool:
    """Does a command; False when its words turn out to be something else."""
    if commands.simple(name, phrase, context, part):
        return True
    if name == "delete":
        if not context.things and not part.asks:
            part.asks.append("The canvas is empty, so there is nothing to delete.")
            return True
        return commands.delete(phrase, start, context, part)
    if name in ("move", "put", "resize", "make"):
        done = commands.modify(
            phrase, start, context, part, verb="put" if name == "put" else "make" if name == "make" else name
        )
        if not done and name in ("move", "resize"):
            part.asks.append(f"No container fits {quote(phrase.text)}. {context.names()}")
            return True
        return done
    if name == "rename":
        return commands.rename(phrase, start, context, part)
    flags = {
        "lock": {"locked": True},
        "unlock": {"locked": False},
        "hide": {"hidden": True},
        "unhide": {"hidden": False},
    }
    if name in flags:
        return commands.flag(phrase, start, context, part, flags[name])
    if name == "describe":
        return commands.describe(phrase, start, context, part)
    if name == "create":
        create.create_container(phrase, context, part, read_title(phrase))
        return True
    return False


def _make(phrase: Phrase, context: Context, part: Part) -> None:
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
        query = _readable(phrase, query, context) or query
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


def _readable(phrase: Phrase, query: Query, context: Context) -> Query | None:
    """The request over the datasets that name what a group only has the number of: clubs by name, not by club_id."""
    if query.asks or {"id", "code", "key", "number"} & {
        token.stem for index, token in enumerate(phrase.tokens) if phrase.role(index) != "aggregate"
    }:
        return None
    groups = [each.column for each in (*query.dimensions, *([query.series] if query.series else []))]
    for column in groups:
        key = _key_of(query, column, context) if len(context.linker.sources) > 1 else None
        parts = [part.name for part in query.source.parts or (query.source,)]
        joined = context.linker.relations.path(parts) if key is not None else None
        path = (*joined, key) if joined is not None and key is not None else None
        source = join_of(path, context.linker) if path else None
        if source is None or source.parts[0].name != parts[0]:
            continue
        label = label_of(source, key.parent) if source is not None and key is not None else None
        if source is None or key is None or label is None or label.type != "string":
            continue
        if column.type == "string" and "id" not in column.words:
            continue
        named = query_over(query, column, label, source)
        if named is not None:
            return named
    return None


def _key_of(query: Query, column: Column, context: Context) -> Key | None:
    """The key that a column is, when its dataset is not among those that are read already."""
    table = column.table or query.source.name
    key = context.linker.relations.of(table, column.name.removeprefix(f"{table} "))
    joined = [part.name for part in query.source.parts]
    return key if key is not None and key.parent not in joined else None


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
    source = context.linker.source_of(thing.dataset, (thing.request or {}).get("sql"))
    query = from_request(thing.request or {}, source, thing.kind, thing.mark) if source is not None else None
    if query is not None and kind is not None:
        query.kind = kind
        query.notes.append(f"It shows the same as {thing.id}.")
    return query
