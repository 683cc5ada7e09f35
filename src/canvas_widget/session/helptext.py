"""What `%canvas help`, `canvas.help()` and the `help` frame say."""

from __future__ import annotations

from canvas_widget.settings import Settings
from canvas_widget.workspace import Workspace

__all__ = ["COMMANDS", "help_text"]

_HELP = """\
# Canvas

Say what you want in a cell; the charts, tables, metrics and notes appear on the canvas.

    %%canvas
    Bar chart of average {measure} by {group}, sorted descending. Next to it a table of the first 10 rows.

## Examples

{examples}
    Move the table below the chart
    Make it a line chart
    Arrange everything
    Undo

“continue” goes on where a limit stopped the last turn. `canvas.ask("…", schema=Model)` answers with a value of that
shape in `turn.value`; `-s ANALYTICAL` chooses a strategy ({strategies}).

## Data

Data frames of the notebook are datasets under their own names; `canvas.datasets.register("name", frame)` adds others,
also the path of a CSV file. Registered now: {datasets}.

## By code

    canvas.chart("id", data="…", mark="bar", x="…", y="mean(…)", sort="-y")
    canvas.table("id", sql="select …")
    canvas.metric("id", data="…", value="count()")
    canvas.text("id", "…")

Where it goes: `box=(x, y, width, height)`, or `above=`, `below=`, `left_of=`, `right_of=` with an id.
`@canvas.tool` makes a typed function a tool of the model, `canvas.knowledge.add("topic", "…")` writes a note for it.

## Coordinates

The canvas is {width} × {height} px. The origin is its top left; x goes right, y goes down. Sizes are whole px.

## Settings

| Setting | Now | |
|---|---|---|
| `auto_adjust` | {auto_adjust} | fits in what is out of bounds, makes room; moves only what nobody placed |
| `overlap_prevention` | {overlap_prevention} | moves an overlapping placement to the nearest free place |
| `CANVAS_WIDGET_SHARE` | {share} | what a provider is told: `samples`, `schema`, `none`; `%canvas context` prints it |
| `CANVAS_WIDGET_MAX_FUNCTION_CALLS_PER_TURN` | {rounds} | rounds of tool calls in a turn; `-x` allows {extended} |
| `CANVAS_WIDGET_MAX_CONVERSATION_HISTORY` | {history} | messages that a conversation keeps |
| `CANVAS_WIDGET_BUDGET` | {budget} | USD that a session may cost |

`canvas.configure(auto_adjust=…, overlap_prevention=…)` sets the first two, the environment the others.

## Magics

`%%canvas [NAME] [-m PROVIDER/MODEL] [-s STRATEGY] [-x] [-d DATA …] [-o VAR] [--append] [-q]` asks.
`%canvas` with {commands}.

## Tips

- Drag or resize a container and automatic layout leaves it there.
- A `%%canvas` cell that runs again replaces what it made; `--append` keeps it.
- `canvas["id"].sql` is the query behind a number, `canvas["id"].rows()` its rows.
- `canvas.undo()` takes back a whole turn.
- A number in an answer that comes from no query is named beside the answer's confidence.
"""

COMMANDS = (
    "show state size tree help status models history clear undo redo arrange screenshot export code save "
    "cost context refresh doctor"
)
"""What `%canvas` can do, by its first word."""


def help_text(workspace: Workspace, settings: Settings | None = None, *, drawn: bool = False) -> str:
    """The help text in markdown, with the canvas's size, settings, datasets and examples that fit them filled in.

    With `drawn` it tells of those datasets only that the canvas is drawn from.
    """
    from canvas_widget.agent.strategy import strategies

    given = settings or Settings()
    names = workspace.datasets_drawn() if drawn else workspace.catalogue.names()
    document = workspace.document
    on = {True: "on", False: "off"}
    measure, group = "a number", "a category"
    if names:
        fields = workspace.catalogue.get(names[0]).fields
        measure = next((field.name for field in fields if field.type in ("integer", "number")), measure)
        group = next((field.name for field in fields if field.type == "string"), group)
    examples = [f"Bar chart of mean {measure} by {group}", f"Pie chart of the number of rows by {group}"]
    return _HELP.format(
        measure=measure,
        group=group,
        examples="\n".join(f"    {example}" for example in examples),
        strategies=", ".join(strategies.names()),
        datasets=", ".join(names) if names else "none yet",
        width=document.width,
        height=document.height,
        auto_adjust=on[document.settings.auto_adjust],
        overlap_prevention=on[document.settings.overlap_prevention],
        share=given.share,
        rounds=given.max_function_calls_per_turn,
        extended=given.max_function_calls_extended,
        history=given.max_conversation_history,
        budget="none" if given.budget is None else f"{given.budget:g}",
        commands=", ".join(f"`{command}`" for command in COMMANDS.split()),
    )
