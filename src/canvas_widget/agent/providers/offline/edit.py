"""Follow-ups: "make it a pie", "sort it ascending", "only USA", "now by cylinders"."""

from __future__ import annotations

from typing import Any

from canvas_widget.agent.providers.offline.build import from_request, tool_call
from canvas_widget.agent.providers.offline.context import Context, slug
from canvas_widget.agent.providers.offline.decide import decide
from canvas_widget.agent.providers.offline.draw import read_kind, refine
from canvas_widget.agent.providers.offline.dress import dress_only, dressed, read_dress
from canvas_widget.agent.providers.offline.joined import widened
from canvas_widget.agent.providers.offline.leftovers import leftovers
from canvas_widget.agent.providers.offline.lexicon import Kind
from canvas_widget.agent.providers.offline.model import Call, Part
from canvas_widget.agent.providers.offline.phrases import Phrase, quote
from canvas_widget.agent.providers.offline.query import Dimension, Measure, Query, Sort
from canvas_widget.agent.providers.offline.question import asks_something
from canvas_widget.agent.providers.offline.refs import Thing, reference
from canvas_widget.agent.providers.offline.roles import Roles
from canvas_widget.agent.providers.offline.shapes import read_facets, split_apart
from canvas_widget.agent.providers.offline.title import title_of
from canvas_widget.agent.providers.offline.vocabulary import table, words

__all__ = ["apply", "is_follow_up"]

_STARTS = words(
    """
    only just sort sorted order ordered rank ranked filter exclude excluding without keep limit limited group
    grouped split color colour instead use drop remove for where since until after before with top bottom first
    ascending descending as per by in but and what how flip reverse color-coded coloured colored stacked without
    """
)
_CONVERTS = words("make turn change convert switch transform draw show display")
_REMOVING = words("remove drop clear delete reset without no")
_TOP = words("show only just the top bottom first last limit to keep them me ones")
_ABOUT = words("for in on of to")
_ALONE = words("one separate individual facet faceted small")
_COLOURING = words("color colour colored coloured split stack stacked")
_PLACES = words(
    """
    container_id title box above below left_of right_of top auto_adjust avoid_overlap x y width height
    """
)


def is_follow_up(phrase: Phrase, start: int, context: Context) -> bool:
    """Whether a request goes on about something that is there already."""
    if not context.things or not any(thing.request is not None for thing in context.things):
        return False
    word, following = phrase.word(start), phrase.word(start + 1)
    if dress_only(phrase):
        return True
    if word in _ALONE and {"per", "for", "by"} & {token.lower for token in phrase.tokens} and len(phrase) <= 7:
        return not _makes(phrase)
    if asks_something(phrase) and following != "about":
        return False
    words = {token.lower for token in phrase.tokens}
    if all(token.lower in _TOP or token.value is not None for token in phrase.tokens[start:]):
        return True
    if word in _CONVERTS and following in ("it", "this", "that", "them"):
        return True
    if word in ("facet", "split", "limit", "sort", "colour", "color") and following in ("it", "this", "that", "them"):
        return True
    if word in _CONVERTS or word in ("sort", "order", "rank", "filter", "limit", "colour", "color", "group", "split"):
        named = reference(phrase, start + 1, context.things, bare=False)
        if named is not None and named.things:
            return True
    if (word in ("show", "keep") and following in ("only", "just")) or (word in ("only", "just")):
        return not _makes(phrase)
    if word == "now" or (
        start > 0 and phrase.word(start - 1) == "now" and len(phrase) - start <= 8 and not _makes(phrase)
    ):
        return True
    if "instead" in words and not _makes(phrase):
        return True
    if word in ("what", "how") and following == "about":
        return True
    if word in (
        "by",
        "per",
        "for",
        "in",
        "as",
        "with",
        "top",
        "bottom",
        "first",
        "use",
        "and",
        "but",
        "after",
        "before",
        "where",
    ):
        return (
            len(phrase) - start <= 10
            and not _makes(phrase)
            and (word not in ("top", "bottom", "first") or len(phrase) - start <= 3)
        )
    return word in _STARTS and not _makes(phrase)


def _makes(phrase: Phrase) -> bool:
    return any(
        phrase.word(k) in ("add", "create", "draw", "plot", "insert", "build", "another", "new")
        for k in range(len(phrase))
    )


def apply(phrase: Phrase, start: int, context: Context, part: Part) -> None:
    """Reads the follow-up and changes the container it is about; one that exists already is drawn anew."""
    thing = _target(phrase, start, context, part)
    if thing is None:
        return
    source = context.linker.source_of(thing.dataset, (thing.request or {}).get("sql"))
    source = widened(phrase, source, thing.request or {}, context.linker) if source is not None else None
    query = from_request(thing.request or {}, source, thing.kind, thing.mark) if source is not None else None
    if query is None:
        part.asks.append(
            f"{thing.id} does not come from a request that can be changed by words. Ask for a new chart instead."
        )
        return
    before = title_of(query)
    if phrase.word(start) in _CONVERTS:
        phrase.take(start, start + 1, "command")
    if not _merge(phrase, query, context, part):
        return
    part.notes.extend(query.notes)
    part.asks.extend(query.asks)
    if part.asks:
        return
    ours = thing.title in ("", before) or thing.id.startswith(slug(thing.title))
    _write(thing, query, context, part, retitle=ours or thing.mine)


def _target(phrase: Phrase, start: int, context: Context, part: Part) -> Thing | None:
    for index in range(start, min(start + 3, len(phrase))):
        named = reference(phrase, index, context.things, bare=False)
        if named is None or phrase.word(index) in ("a", "an"):
            continue
        if named.tie:
            part.asks.append(
                f"{quote(named.words)} fits several containers: "
                f"{' or '.join(t.id for t in named.things[:4])}. Say which one."
            )
            return None
        if named.things:
            phrase.take(index, named.end, "target")
            return named.things[0]
    for index in range(start + 1, len(phrase) - 1):  # “only 2024 for the first chart”
        named = reference(phrase, index + 1, context.things, bare=False) if phrase.word(index) in _ABOUT else None
        if named is not None and len(named.things) == 1 and phrase.word(index + 1) not in ("a", "an"):
            phrase.take(index, named.end, "target")
            return named.things[0]
    charts = dress_only(phrase)
    fits = [t for t in context.things if t.request is not None and (not charts or t.kind == "chart")]
    return fits[-1] if fits else None


def _merge(phrase: Phrase, query: Query, context: Context, part: Part) -> bool:
    """Puts what the follow-up says into the query; False (with a message) when it says nothing that fits."""
    changed = _removals(phrase, query)
    read_facets(phrase)
    dress = read_dress(phrase, frozenset(word for column in query.source.columns for word in column.words))
    dressed(query, dress)
    changed = bool(dress) or changed
    kind = read_kind(phrase, frozenset(word for column in query.source.columns for word in column.words))
    new = refine(phrase, query, context.linker)
    new.notes = [note for note in new.notes if not note.startswith("No kind")]
    part.unread.extend(leftovers(phrase, new))
    query.notes.extend(new.notes)
    query.asks.extend(new.asks)
    part.unread.extend(new.unknown)
    if new.conditions:
        changed = True
        fields = {condition.field for condition in new.conditions if condition.op != "!="}
        query.conditions = [c for c in query.conditions if c.field not in fields] + new.conditions
    if new.limit is not None:
        changed, query.limit = True, new.limit
    changed = _regroup(phrase, query, new, kind) or changed
    if new.sort is not None:
        changed = True
        on = new.sort.on
        if query.sort is not None and (on is None or (on == "y" and not isinstance(query.sort.on, str))):
            on = query.sort.on
        query.sort = Sort(on, new.sort.descending)
    if any(phrase.word(k) in ("reverse", "flip") for k in range(len(phrase))) and query.sort is not None:
        changed, query.sort = True, Sort(query.sort.on, not query.sort.descending)
    if kind is not None and (kind.tool, kind.mark) != ("chart", None):
        changed = True
        _convert(query, kind)
    if not changed and not query.asks:
        part.unread = part.unread or [quote(phrase.text)]
        part.examples = True
        return False
    query.measures = [m for m in query.measures if m is not None]
    if query.kind is not None and query.kind.tool != "table":
        decide(query, Roles())
    return True


_REMOVABLE = table("""
conditions:: filter, condition, restriction
series:: series, colour, color, split
limit:: limit
facet:: facet, multiple
sort:: sort, sorting, order
""")


def _removals(phrase: Phrase, query: Query) -> bool:
    """“Remove the filter”, “no colours”."""
    if not any(token.stem in _REMOVING for token in phrase.tokens):
        return False
    changed = False
    for index, token in enumerate(phrase.tokens):
        part = _REMOVABLE.get(token.stem)
        if part is not None and not any(phrase.word(k) in ("by", "to") for k in range(index, len(phrase))):
            setattr(query, part, [] if part == "conditions" else None)
            phrase.take(index, index + 1, "removed")
            changed = True
    if changed:
        for index, token in enumerate(phrase.tokens):
            if token.stem in _REMOVING:
                phrase.take(index, index + 1, "removed")
    return changed


def _regroup(phrase: Phrase, query: Query, new: Query, kind: Kind | None) -> bool:
    changed = False
    if new.measures:
        measure = new.measures[0]
        if measure.column is None and measure.aggregate != "count" and query.measures:
            measure = Measure(measure.aggregate, query.measures[0].column)
        query.measures, changed = [measure], True
    lost = next((hint.removeprefix("lost:") for hint in new.hints if hint.startswith("lost:")), None)
    if "total" in new.hints:
        lost = "sum"
    if lost and query.measures and query.measures[0].column is not None:
        query.measures, changed = [Measure(lost, query.measures[0].column)], True
    if query.kind is not None and query.kind.tool == "table" and new.columns:
        query.columns, changed = new.columns, True
    elif new.columns and not new.dimensions:
        grouped = [c for c in new.columns if not c.numeric]
        numbers = [c for c in new.columns if c.numeric]
        if grouped:
            query.dimensions, changed = [Dimension(grouped[0])], True
        if numbers and "bins" in query.hints:
            query.dimensions, changed = [Dimension(numbers[0])], True
        elif numbers and query.measures:
            query.measures, changed = [Measure(query.measures[0].aggregate, numbers[0])], True
    if split_apart(phrase) and new.facet is None and (new.dimensions or new.series or new.columns):
        groups = [*new.dimensions, *([new.series] if new.series else []), *map(Dimension, new.columns)]
        new.facet, new.dimensions, new.series, new.columns = groups[-1], [], None, []
    if new.dimensions and new.series is None and phrase_colours(phrase):
        new.series, new.dimensions = new.dimensions[0], []
    if new.dimensions:
        query.dimensions, changed = new.dimensions[:1], True
        if query.dimensions[0].column.temporal or "year" in query.dimensions[0].column.words:
            query.sort = None
        if len(new.dimensions) > 1:
            query.series = Dimension(new.dimensions[1].column, new.dimensions[1].unit)
        if query.kind is not None and query.kind.tool == "metric" and kind is None:
            query.kind = None
    if new.series is not None:
        query.series, changed = new.series, True
    if new.facet is not None:
        query.facet, changed = new.facet, True
        query.series = None if query.series == new.facet else query.series
    return changed


def phrase_colours(phrase: Phrase) -> bool:
    """“Colour it by origin”: the grouping is to be told apart by colour."""
    return any(token.stem in _COLOURING for token in phrase.tokens)


def _convert(query: Query, kind: Kind) -> None:
    old = query.kind
    query.kind = kind
    if kind.mark == "arc" and query.series is not None:
        query.notes.append(f"A pie shows one grouping; {query.series.column.name} was left out.")
        query.series = None
    if old is not None and old.tool == "table" and kind.tool == "chart" and not query.dimensions:
        query.dimensions = [Dimension(c) for c in query.columns if not c.numeric][:1]
        query.measures = [Measure(None, c) for c in query.columns if c.numeric][:1]
        if query.sort is not None and not isinstance(query.sort.on, str) and query.sort.on is not None:
            query.measures = query.measures or [Measure(None, query.sort.on)]
            query.sort = Sort("y", query.sort.descending)


def _write(thing: Thing, query: Query, context: Context, part: Part, *, retitle: bool) -> None:
    title = title_of(query) if retitle else thing.title
    tool, arguments = tool_call(query)
    arguments = {"container_id": thing.id, **arguments, "title": title}
    thing.title, thing.request = title, request_of(tool, arguments, query)
    thing.kind, thing.mark = (query.kind.tool, query.kind.mark) if query.kind is not None else (thing.kind, thing.mark)
    pending = context.calls.get(thing.id)
    if pending is not None:
        kept = {
            name: value
            for name, value in pending.arguments.items()
            if name in _PLACES and name not in ("title", "x", "y")
        }
        pending.tool, pending.arguments = tool, {**arguments, **kept}
        part.says.append(f"{quote(part.words)} changed {thing.id} before it was drawn.")
        return
    part.calls.append(Call(tool, {**arguments, "replace": True}))
    context.touched(thing)


def request_of(tool: str, arguments: dict[str, Any], query: Query) -> dict[str, Any]:
    """The request a later follow-up starts from: as a container keeps it, a grouped table's parts instead of SQL."""
    request = {name: value for name, value in arguments.items() if name not in _PLACES or name in ("x", "y")}
    if tool == "create_pie_chart":
        request["x"], request["y"] = request.pop("category"), request.pop("value", "count()")
        request |= {"mark": "arc", "sort": "-y"}
    elif tool == "create_table" and "sql" in request and (query.measures or query.dimensions):
        del request["sql"]
        request["x"] = query.dimensions[0].encoding if query.dimensions else None
        request["y"] = query.measures[0].encoding if query.measures else "count()"
        request["where"] = [condition.argument() for condition in query.conditions if condition.plain]
        request["limit"] = query.limit
    return request
