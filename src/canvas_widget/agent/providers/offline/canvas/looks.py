"""How what is there looks: axes swapped, shares of 100 %, a line at the peak; its SQL, drawn again, explained."""

from __future__ import annotations

from typing import Any

from canvas_widget.agent.providers.offline.canvas.context import Context
from canvas_widget.agent.providers.offline.canvas.last_year import beside_last_year
from canvas_widget.agent.providers.offline.canvas.model import Call, Part
from canvas_widget.agent.providers.offline.canvas.refs import NOUNS, Thing, reference
from canvas_widget.agent.providers.offline.query.query import AGGREGATE_WORDS
from canvas_widget.agent.providers.offline.query.sql import identifier
from canvas_widget.agent.providers.offline.words.charts import KINDS
from canvas_widget.agent.providers.offline.words.normalise import human
from canvas_widget.agent.providers.offline.words.phrases import Hit, Phrase, PhraseTable, quote
from canvas_widget.agent.providers.offline.words.vocabulary import table, words

__all__ = ["look"]

_LOOKS: PhraseTable[str] = PhraseTable(
    table("""
refresh:: refresh, reload, rerun, re - run, redraw, draw again, run again, run it again, draw it again, update,
    update it
sql:: sql, the sql, the query, query, sql query, the sql query, sql behind, the sql behind, query behind, the query
    behind
swap:: swap the axes, swap axes, flip the axes, switch the axes, exchange the axes, swap x and y, flip x and y, switch x
    and y, exchange x and y, transpose, swap the x and y axes, swap the x and the y axis, swap the axis
percent:: as percentages, as a percentage, as percentage, as percents, as percent, in percent, in percentages, as
    shares, as proportions, as %, in %, to 100 %, to 100 percent, 100 % stacked, stacked to 100 %, stack to 100 %,
    stack it to 100 %, stack them to 100 %, stack the bars to 100 %, normalise, normalise the bars, normalize,
    normalised, normalized, show percentages, show percents, show shares
stacked:: stack the bars, stack the areas, stack them, stacked bars
grouped:: group the bars, bars side by side, side by side, unstack, unstack the bars, not stacked, grouped bars
peak:: annotate the peak, mark the peak, highlight the peak, label the peak, show the peak, annotate the maximum, mark
    the maximum, highlight the maximum, mark the highest, mark the highest point, annotate the highest point, mark
    the max, highlight the highest, annotate the highest, annotate the max, mark the highest value, label the maximum
trough:: annotate the minimum, mark the minimum, highlight the minimum, mark the lowest, mark the lowest point, annotate
    the lowest point, annotate the lowest, highlight the lowest, mark the min, annotate the low, mark the trough
labels:: label the bars, label bars, label the points, label the slices, label the values, show values, show the values,
    show value labels, value labels, data labels, show data labels, add data labels, add value labels, show the numbers,
    add the values, values on the bars, show values on the bars, show the values on the bars, put the values on the bars
legend:: hide the legend, hide legend, remove the legend, drop the legend, no legend, without a legend, without the
    legend, without legend, turn off the legend, turn the legend off, delete the legend, remove legend
last year:: compare with last year, compare to last year, compare it with last year, compare it to last year, compare
    this with last year, compare this to last year, compared with last year, compared to last year, vs last year,
    versus last year, against last year, compare with the previous year, compare to the previous year, compare with the
    year before, compare to the year before, compare it with the previous year, with last year
explain:: explain, explain it, explain this, explain that, what am i looking at, what do i see, what does it show, what
    does this show, what does it say, what does it mean, what do we see, what does that show, what does this chart
    show, what does the chart show, what does this chart say, what does the chart say, what does this chart mean, what
    does this chart tell me, what does this chart tell, what does it tell me, interpret, describe this chart
""")
)
_AROUND = words("""
    it this that these those them the a an my me us is are what what's please show display give tell see make draw now
    again of for on to in with behind from used uses using everything all also and can could you i want
""")
_ANY = ("refresh", "sql", "explain")
"""What goes for tables and numbers too."""
_KEPT = words("""
    dataset sql where mark x y series color size facet row column columns stack orient sort limit other scale format
    scheme bins group having joins annotations error value label trend previous against category markdown
""")


def look(phrase: Phrase, context: Context, part: Part) -> bool:
    """Does what a request asks of how a chart looks; False where it asks for anything else."""
    hit, thing = _asked(phrase, context)
    if hit is None:
        return False
    drawn = [each for each in context.things if each.request is not None]
    thing = thing or next(
        (each for each in reversed(drawn) if hit.value in (*_ANY, "last year") or each.kind == "chart"), None
    )
    if thing is None or thing.request is None:
        part.asks.append(f"Nothing is drawn that {quote(phrase.text)} could be about. {context.names()}")
    elif hit.value == "refresh":
        part.calls.extend(_call(each) for each in (drawn if _everything(phrase) else [thing]))
    elif hit.value == "sql":
        _sql(thing, context, part)
    elif hit.value == "explain":
        _explain(thing, context, part)
    elif hit.value == "last year":
        beside_last_year(thing, context, part)
    elif thing.kind != "chart":
        part.asks.append(f"{thing.id} is a {thing.kind}, which has no axes, colours or marks.")
    else:
        _restyle(hit.value, thing, context, part)
    return True


def _asked(phrase: Phrase, context: Context) -> tuple[Hit[str] | None, Thing | None]:
    """The look that a request asks for and nothing besides, and the container that it names."""
    hit = max(_LOOKS.scan(phrase), key=lambda each: each.end - each.start, default=None)
    if hit is None or (hit.value in ("refresh", "explain") and hit.start > 2):
        return None, None
    thing = None
    index = 0
    while index < len(phrase):
        if hit.start <= index < hit.end:
            index = hit.end
            continue
        named = reference(phrase, index, context.things, bare=False)
        if named is not None and len(named.things) == 1 and phrase.word(index) not in ("it", "this", "that"):
            thing, index = named.things[0], named.end
            continue
        kind = KINDS.at(phrase.tokens, index)
        token = phrase.tokens[index]
        if kind is None and token.kind != "symbol" and token.lower not in _AROUND and token.stem not in NOUNS:
            return None, None
        index = kind.end if kind is not None else index + 1
    return hit, thing


def _everything(phrase: Phrase) -> bool:
    return bool({"everything", "all", "them"} & {token.lower for token in phrase.tokens}) or len(phrase) == 1


def _call(thing: Thing, **changes: Any) -> Call:
    """The call that draws a container as it is, with some arguments changed; None takes one away."""
    request = {name: value for name, value in (thing.request or {}).items() if name in _KEPT and value is not None}
    tool = f"create_{thing.kind}" if thing.kind in ("chart", "table", "metric") else "create_chart"
    if tool == "create_chart":
        hole = (thing.request or {}).get("hole") or (thing.request or {}).get("mark") == "donut"
        request["mark"] = "donut" if hole else thing.mark or "bar"
        if (top := (thing.request or {}).get("top")) is not None:
            request["largest"] = top
    made = {**request, **changes}
    arguments = {name: value for name, value in made.items() if value is not None}
    return Call(tool, {"container_id": thing.id, **arguments, "title": thing.title, "replace": True})


def _sql(thing: Thing, context: Context, part: Part) -> None:
    view = context.view(thing.id)
    if view is None or not view.sql:
        part.asks.append(f"{thing.id} has no query of its own yet.")
    else:
        part.says.append(f"The query behind {thing.id}:\n\n```sql\n{view.sql}\n```")


def _explain(thing: Thing, context: Context, part: Part) -> None:
    """A query over the rows that are drawn: how many, their highest and lowest value; told in a sentence."""
    view = context.view(thing.id)
    part.calls.append(Call("check_container_content", {"container_id": thing.id}))
    names = dict(view.encoding) if view is not None else {}
    label, value = names.get("x") or names.get("category"), names.get("y") or names.get("value")
    if view is None or not view.sql or thing.kind != "chart" or not label or not value or label == value:
        return
    y, x = identifier(value), identifier(label)
    if series := names.get("series"):
        x = f"CAST({x} AS VARCHAR) || ', ' || CAST({identifier(series)} AS VARCHAR)"
    sql = f"SELECT {x} AS label, {y} FROM ({view.sql}) AS drawn WHERE {y} IS NOT NULL"
    for way, order in (("most", "DESC"), ("least", "ASC")):
        said = f"{way}|{_value_words(value)}|"
        part.calls.append(Call("run_query", {"sql": f"{sql} ORDER BY {y} {order}, 1 LIMIT 3"}, said))


def _value_words(alias: str) -> str:
    """“total revenue” of sum_revenue."""
    function, _, column = alias.partition("_")
    said = AGGREGATE_WORDS.get("mean" if function == "avg" else function)
    return f"{said} {human(column)}" if said and column else human(alias)


def _restyle(name: str, thing: Thing, context: Context, part: Part) -> None:
    request, mark = thing.request or {}, thing.mark or "bar"
    changes: dict[str, Any] = {}
    if name == "swap":
        if mark not in ("bar", "point", "box", "heatmap") or request.get("facet"):
            what = "A pie has no axes" if mark in ("arc", "donut") else f"A {mark} runs along its x axis"
            part.asks.append(f"{what}, so there is nothing to swap in {thing.id}. Bars and points can be swapped.")
            return
        flipped = {"x": "y", "-x": "-y", "y": "x", "-y": "-x"}
        changes = {"x": request.get("y") or "count()", "y": request.get("x"), "orient": None}
        changes["sort"] = flipped.get(str(request.get("sort")), request.get("sort"))
    elif name in ("percent", "stacked", "grouped"):
        if mark in ("arc", "donut") and name == "percent":
            part.says.append(f"{thing.id} shows shares as it is: a pie is 100 %, and each slice says its part.")
            return
        if mark not in ("bar", "area") or not request.get("series"):
            part.asks.append(
                f"{thing.id} has nothing to stack: only bars and areas split by colour can be. "
                "Say by what to split it (colour by …), or make it a pie to see shares."
            )
            return
        changes = {"stack": name}
    elif name in ("peak", "trough"):
        if request.get("series") and mark in ("bar", "area") and request.get("stack") != "grouped":
            part.asks.append(
                f"In {thing.id} the colours are stacked, so a line would stand at one part and not at the top of all. "
                "“Side by side” or “no colours” first, then the line."
            )
            return
        if mark in ("arc", "donut", "heatmap"):
            part.asks.append(f"{thing.id} has no axis of values on which a line could stand.")
            return
        across = str(request.get("x") or "").endswith(")") and not str(request.get("y") or "").endswith(")")
        rule = {"x" if across else "y": "max" if name == "peak" else "min", "text": "Peak" if name == "peak" else "Low"}
        changes = {"annotations": [*(request.get("annotations") or ()), rule]}
    elif name == "labels":
        part.asks.append(
            f"Bars carry their values by themselves where there are at most 12 of them in one colour; {thing.id} shows "
            "them then. With more, each mark tells its value under the pointer; a table puts the values beside it."
        )
        return
    else:
        part.asks.append(
            "The legend cannot be hidden alone: it tells what the colours mean. “No colours” takes the split away."
            if request.get("series") or mark in ("arc", "donut")
            else f"{thing.id} has no colours for groups, and so no legend."
        )
        return
    call = _call(thing, **changes)
    pending = context.calls.get(thing.id)
    if pending is not None:
        places = {name: value for name, value in pending.arguments.items() if name not in _KEPT or name in ("x", "y")}
        kept = {name: value for name, value in call.arguments.items() if name != "replace"}
        pending.tool, pending.arguments = call.tool, {**places, **kept}
        part.says.append(f"{quote(part.words)} changed {thing.id} before it was drawn.")
    else:
        part.calls.append(call)
    thing.request = {**request, **changes}
    context.touched(thing)
