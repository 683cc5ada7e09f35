"""Follow-ups: the container they are about, read, changed and written back."""

from __future__ import annotations

from typing import Any

from canvas_widget.agent.providers.offline.canvas.build import from_request, tool_call
from canvas_widget.agent.providers.offline.canvas.context import Context, slug
from canvas_widget.agent.providers.offline.canvas.dress import dress_only, dressed, read_dress
from canvas_widget.agent.providers.offline.canvas.follow_up import CONVERTS
from canvas_widget.agent.providers.offline.canvas.model import Call, Part
from canvas_widget.agent.providers.offline.canvas.refs import Thing, reference
from canvas_widget.agent.providers.offline.canvas.regroup import convert, regroup, removals
from canvas_widget.agent.providers.offline.canvas.title import title_of
from canvas_widget.agent.providers.offline.decide.decide import decide
from canvas_widget.agent.providers.offline.decide.draw import refine
from canvas_widget.agent.providers.offline.decide.kind import read_kind
from canvas_widget.agent.providers.offline.decide.leftovers import leftovers
from canvas_widget.agent.providers.offline.query.joined import source_behind, widened
from canvas_widget.agent.providers.offline.query.query import Query, Sort
from canvas_widget.agent.providers.offline.roles.roles import Roles
from canvas_widget.agent.providers.offline.roles.shapes import read_facets
from canvas_widget.agent.providers.offline.words.phrases import Phrase, quote
from canvas_widget.agent.providers.offline.words.vocabulary import words

__all__ = ["apply"]

_ABOUT = words("for in on of to")

_PLACES = words(
    """
    container_id title box above below left_of right_of top auto_adjust avoid_overlap x y width height
    """
)


def apply(phrase: Phrase, start: int, context: Context, part: Part) -> None:
    """Reads the follow-up and changes the container it is about; one that exists already is drawn anew."""
    thing = _target(phrase, start, context, part)
    if thing is None:
        return
    source = source_behind(thing.dataset, (thing.request or {}).get("sql"), context.linker)
    source = widened(phrase, source, thing.request or {}, context.linker) if source is not None else None
    query = from_request(thing.request or {}, source, thing.kind, thing.mark) if source is not None else None
    if query is None:
        part.asks.append(
            f"{thing.id} does not come from a request that can be changed by words. Ask for a new chart instead."
        )
        return
    before = title_of(query)
    if phrase.word(start) in CONVERTS:
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
    changed = removals(phrase, query)
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
    changed = regroup(phrase, query, new, kind) or changed
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
        convert(query, kind)
    if not changed and not query.asks:
        part.unread = part.unread or [quote(phrase.text)]
        part.examples = True
        return False
    query.measures = [m for m in query.measures if m is not None]
    if query.kind is not None and query.kind.tool != "table":
        decide(query, Roles())
    return True


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
