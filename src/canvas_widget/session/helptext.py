"""What `%canvas help`, `canvas.help()` and the `help` frame say."""

from __future__ import annotations

from canvas_widget.workspace import Workspace

__all__ = ["help_text"]

_HELP = """\
# Canvas

Say what you want in a cell; the charts, tables, metrics and notes appear on the canvas.

    %%canvas
    Bar chart of average {measure} by {group}, sorted descending. Next to it a table of the first 10 rows.

**Data.** Data frames of the notebook are datasets under their own names; `canvas.datasets.register("name", frame)`
adds others, also the path of a CSV file. Registered now: {datasets}.

**By code.** `canvas.chart("id", data="…", mark="bar", x="…", y="mean(…)", sort="-y")`, `canvas.table("id", sql="…")`,
`canvas.metric("id", data="…", value="count()")`, `canvas.text("id", "…")`. Where: `box=(x, y, width, height)`, or
`above=`, `below=`, `left_of=`, `right_of=` with an id.

**Coordinates.** The canvas is {width} × {height} px; the origin is its top left, y points down. Sizes are whole px.

**Settings.** `auto_adjust` ({auto_adjust}) fits what is out of bounds and makes room for what is new, moving only what
nobody placed. `overlap_prevention` ({overlap_prevention}) moves an overlapping placement to the nearest free place.

**Magics.** `%canvas` with `show`, `state`, `size`, `tree`, `help`, `history`, `clear`, `undo`, `redo`, `arrange`,
`screenshot`, `refresh`, `status`, `models`.

**Tips.** Drag or resize a container and automatic layout leaves it there. A re-run `%%canvas` cell replaces what it
made. `canvas["id"].sql` is the query behind a number, `canvas["id"].rows()` its rows. `canvas.undo()` takes back a
whole turn.
"""


def help_text(workspace: Workspace) -> str:
    """The help text in markdown, with the canvas's size, settings and datasets filled in."""
    names = workspace.catalogue.names()
    document = workspace.document
    on = {True: "on", False: "off"}
    measure, group = "a number", "a category"
    if names:
        fields = workspace.catalogue.get(names[0]).fields
        measure = next((field.name for field in fields if field.type in ("integer", "number")), measure)
        group = next((field.name for field in fields if field.type == "string"), group)
    return _HELP.format(
        measure=measure,
        group=group,
        datasets=", ".join(names) if names else "none yet",
        width=document.width,
        height=document.height,
        auto_adjust=on[document.settings.auto_adjust],
        overlap_prevention=on[document.settings.overlap_prevention],
    )
