"""“Add a filter for region”, “filter everything to North”: a control that filters all of its dataset."""

from __future__ import annotations

from canvas_widget.agent.providers.offline.canvas.context import Context
from canvas_widget.agent.providers.offline.canvas.model import Call, Part
from canvas_widget.agent.providers.offline.canvas.place import placement
from canvas_widget.agent.providers.offline.canvas.refs import Thing
from canvas_widget.agent.providers.offline.decide.leftovers import leftovers
from canvas_widget.agent.providers.offline.link.column import Link
from canvas_widget.agent.providers.offline.query.query import Query
from canvas_widget.agent.providers.offline.words.normalise import human
from canvas_widget.agent.providers.offline.words.phrases import Phrase, PhraseTable
from canvas_widget.agent.providers.offline.words.vocabulary import table, words

__all__ = ["filter_on_canvas"]

_ASKED: PhraseTable[str] = PhraseTable(
    table("""
control:: add a filter, add filter, add a filter control, a filter for, a filter on, filter control, filter controls,
    add filters, dashboard filter, dashboard filters, a dropdown, add a dropdown, dropdown for, a slider, add a slider,
    slider for, a date filter, a date picker, a range filter, a control for, add a control, let me filter, make a filter
all:: filter everything to, filter everything by, filter everything for, filter everything on, filter all charts to,
    filter all charts by, filter all to, filter all by, filter all the charts to, filter all the charts by, filter the
    dashboard to, filter the dashboard by, filter the whole canvas to, filter the whole canvas by, filter the canvas to,
    filter the canvas by
""")
)
_SMALL = words("for on by the a an of to with over and in as that all charts chart everything please data")


def filter_on_canvas(phrase: Phrase, context: Context, part: Part) -> bool:
    """Makes the controls that a request asks for; False when it asks for none."""
    hit = _ASKED.first(phrase)
    if hit is None or not context.linker.sources:
        return False
    place = placement(phrase, context.things, context.size)
    names = {thing.dataset for thing in context.things}
    sources = sorted(context.linker.sources, key=lambda each: (each.name not in names, -each.view.row_count))
    for source in sources:
        links = [link for link in context.linker.links(phrase, source) if link.start >= hit.start]
        chosen = _columns(links)
        if not chosen:
            continue
        phrase.take(hit.start, hit.end, "control")
        for link in links:
            phrase.take(link.start, link.end, "column")
        for index in range(len(phrase)):
            if phrase.free(index) and phrase.word(index) in _SMALL:
                phrase.take(index, index + 1, "control")
        part.unread.extend(leftovers(phrase, Query(source)))
        for number, (name, values) in enumerate(chosen.items()):
            title = human(name)
            there = next((t for t in context.things if t.kind == "control" and t.title.casefold() == title), None)
            container_id = there.id if there is not None else context.free_id(f"filter {title}")
            arguments: dict[str, object] = {"container_id": container_id, "column": name, "dataset": source.name}
            if there is not None:
                arguments["replace"] = True
                context.gone(there)
            if values:
                arguments["value"] = values[0] if len(values) == 1 else values
            where = place.arguments() if number == 0 else {}
            call = Call("create_control", {**arguments, "title": title[:1].upper() + title[1:], **where})
            context.made(call, Thing(container_id, title, "control", dataset=source.name), part)
        return True
    return False


def _columns(links: list[Link]) -> dict[str, list[str]]:
    """The columns that are named, with the values that are named of them."""
    found: dict[str, list[str]] = {}
    for link in links:
        values = found.setdefault(link.column.name, [])
        if link.value is not None and link.value not in values:
            values.append(link.value)
    return found
