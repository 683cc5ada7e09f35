"""Hypothesis strategies for documents and what is done to them, and short ways to write both in tests."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from hypothesis import strategies as st

from canvas_widget.document import (
    Add,
    Change,
    ChartContent,
    Container,
    Content,
    ControlContent,
    Document,
    EmptyContent,
    MetricContent,
    Move,
    Rect,
    Relations,
    Remove,
    ResizeCanvas,
    Set,
    SetSettings,
    TableContent,
    TextContent,
    Transaction,
    apply,
    rect_of,
)
from canvas_widget.layout import (
    Box,
    Placing,
    Plan,
    plan_arrange,
    plan_canvas_size,
    plan_clear,
    plan_create,
    plan_delete,
    plan_edit,
    plan_modify,
    plan_settings,
)

NAMES = tuple("abcdefgh")
CONTENTS: dict[str, Content] = {
    "chart": ChartContent(sql="select 1", mark="bar"),
    "table": TableContent(sql="select 1"),
    "metric": MetricContent(sql="select 1"),
    "text": TextContent(markdown="hello"),
    "control": ControlContent(control="choice", field="region", options=["a", "b"], value="a"),
    "empty": EmptyContent(),
}
SIDES = ("above", "below", "left_of", "right_of")

Operation = Callable[[Document], Plan]


def tx(*changes: Change, at: str = "2026-01-01T00:00:00.000Z", **fields: Any) -> Transaction:
    """A transaction of these changes."""
    return Transaction(changes=changes, at=at, **fields)


def add(name: str, *box: int, **fields: Any) -> Add:
    """The change that adds a container at x, y, width, height."""
    x, y, width, height = box or (0, 0, 10, 10)
    value = Container(id=name, x=x, y=y, width=width, height=height, **fields)
    return Add(path=f"/containers/{name}", value=value)


def put(path: str, value: Any) -> Set:
    """The change that sets `name/field`."""
    return Set(path=f"/containers/{path}", value=value)


def move(name: str, index: int) -> Move:
    return Move(path=f"/containers/{name}", value=index)


def drop(name: str) -> Remove:
    return Remove(path=f"/containers/{name}")


def resize(**size: int) -> ResizeCanvas:
    return ResizeCanvas.model_validate({"value": size})


def switch(**settings: bool) -> SetSettings:
    return SetSettings.model_validate({"value": settings})


def doc(*names: str) -> Document:
    """A document of small containers with these ids, beside each other."""
    adds = [add(name, 20 * number, 0, 10, 10) for number, name in enumerate(names)]
    start = "2025-01-01T00:00:00.000Z"
    return apply(Document(name="test"), tx(*adds, at=start)).document if adds else Document(name="test")


def done(document: Document, plan: Plan) -> Document:
    """The document after a plan."""
    return apply(document, tx(*plan.changes)).document


def rects(document: Document) -> dict[str, Rect]:
    """Where each container is."""
    return {container.id: rect_of(container) for container in document}


@st.composite
def containers(draw: st.DrawFn, name: str, width: int, height: int, others: Sequence[str] = ()) -> Container:
    """A container on a canvas of that size, maybe with a relation to one of the others."""
    wide, tall = draw(st.integers(1, width)), draw(st.integers(1, height))
    related = {draw(st.sampled_from(SIDES)): draw(st.sampled_from(others))} if others and draw(st.booleans()) else {}
    return Container(
        id=name,
        title=draw(st.sampled_from(["", "A title", "Ünï 日本"])),
        x=draw(st.integers(0, width - wide)),
        y=draw(st.integers(0, height - tall)),
        width=wide,
        height=tall,
        z=draw(st.integers(-2, 2)),
        placement=draw(st.sampled_from(["auto", "pinned"])),
        locked=draw(st.sampled_from([False, False, False, True])),
        hidden=draw(st.sampled_from([False, False, False, True])),
        relations=Relations(**related),
        content=CONTENTS[draw(st.sampled_from(sorted(CONTENTS)))],
    )


@st.composite
def documents(draw: st.DrawFn, most: int = 6) -> Document:
    """A document with up to `most` containers anywhere on it."""
    width, height = draw(st.integers(40, 1600)), draw(st.integers(40, 1200))
    names = draw(st.lists(st.sampled_from(NAMES), unique=True, max_size=most))
    adds = []
    for number, name in enumerate(names):
        value = draw(containers(name, width, height, names[:number]))
        adds.append(Add(path=f"/containers/{name}", value=value))
    start = Document(name="test", width=width, height=height)
    return apply(start, tx(*adds, at="2025-01-01T00:00:00.000Z")).document


def _values(field: str) -> st.SearchStrategy[Any]:
    by_field: dict[str, st.SearchStrategy[Any]] = {
        "title": st.sampled_from(["", "New", "日本"]),
        "z": st.integers(-3, 3),
        "placement": st.sampled_from(["auto", "pinned", "floating"]),
        "locked": st.booleans(),
        "hidden": st.booleans(),
        "relations": st.builds(dict, above=st.sampled_from([None, *NAMES])),
        "content": st.sampled_from(list(CONTENTS.values())),
    }
    return by_field.get(field, st.integers(-10, 700))


@st.composite
def changes(draw: st.DrawFn) -> Change:
    """Any change; many cannot be applied to a given document."""
    name = draw(st.sampled_from(NAMES))
    kind = draw(st.sampled_from(["add", "set", "set", "set", "move", "remove", "resize", "settings"]))
    match kind:
        case "add":
            value = draw(containers(name, 300, 200))
            index = draw(st.sampled_from([None, None, 0, 1, 3]))
            return Add(path=f"/containers/{name}", value=value, index=index)
        case "set":
            field = draw(st.sampled_from(["x", "y", "width", "height", "title", "z", "placement", "locked"]))
            field = draw(st.sampled_from([field, "hidden", "relations", "content"]))
            return put(f"{name}/{field}", draw(_values(field)))
        case "move":
            return move(name, draw(st.integers(0, 8)))
        case "remove":
            return drop(name)
        case "resize":
            return resize(width=draw(st.integers(40, 1600)))
        case _:
            return switch(auto_adjust=draw(st.booleans()))


@st.composite
def transactions(draw: st.DrawFn, most: int = 8) -> Transaction:
    """A batch of any changes, at a time of its own."""
    return tx(*draw(st.lists(changes(), min_size=1, max_size=most)))


def _numbers() -> st.SearchStrategy[float | None]:
    return st.one_of(st.none(), st.integers(-300, 2000), st.floats(-300, 2000))


def _lengths() -> st.SearchStrategy[float | None]:
    return st.one_of(st.none(), st.integers(1, 2000), st.floats(1, 2000))


def boxes() -> st.SearchStrategy[Box]:
    """A box with any of its sides given, also far outside a canvas."""
    return st.builds(Box, x=_numbers(), y=_numbers(), width=_lengths(), height=_lengths())


@st.composite
def operations(draw: st.DrawFn, document: Document) -> tuple[str | None, Operation]:
    """An operation that a canvas with auto_adjust on must carry out, and the container it names."""
    here = document.ids()
    new = next((name for name in NAMES if name not in here), None)
    kinds = ["arrange", "size", "settings"]
    kinds += ["create"] * 3 if new else []
    kinds += ["modify", "edit", "relate", "show", "delete"] if here else ["clear"]
    kind = draw(st.sampled_from(kinds))
    name = draw(st.sampled_from(here)) if here else ""
    box, avoid = draw(boxes()), draw(st.sampled_from([None, True, False]))
    content = CONTENTS[draw(st.sampled_from(sorted(CONTENTS)))]
    others = [other for other in here if other != name]
    side = {draw(st.sampled_from(SIDES)): draw(st.sampled_from(others))} if others else {}
    match kind:
        case "create":
            where = box if draw(st.booleans()) else Box()
            top = draw(st.sampled_from([False, False, True]))
            return new, lambda at: plan_create(
                at, str(new), content=content, placing=Placing(box=where, avoid_overlap=avoid, top=top)
            )
        case "modify":
            return name, lambda at: plan_modify(at, name, box=box, avoid_overlap=avoid)
        case "relate":
            return name, lambda at: plan_modify(at, name, relations=Relations(**side))
        case "show":
            return name, lambda at: plan_modify(at, name, hidden=not at[name].hidden)
        case "edit":
            sets = [put(f"{name}/x", draw(st.integers(-50, 900))), put(f"{name}/y", draw(st.integers(-50, 900)))]
            return name, lambda at: plan_edit(at, sets)
        case "delete":
            return name, lambda at: plan_delete(at, name)
        case "size":
            width, height = draw(st.integers(40, 1600)), draw(st.integers(40, 1600))
            return None, lambda at: plan_canvas_size(at, width, height)
        case "arrange":
            return None, plan_arrange
        case "clear":
            return None, plan_clear
        case _:
            prevention = draw(st.booleans())
            return None, lambda at: plan_settings(at, overlap_prevention=prevention)
