"""Text containers: the blocks of their markdown, set line by line as far as the box reaches."""

from __future__ import annotations

from canvas_widget.document import Container, TextContent
from canvas_widget.render import svg
from canvas_widget.render.markdown import Block, Run, blocks, runs, set_runs
from canvas_widget.render.measure import baseline, cut, text_width
from canvas_widget.render.theme import STACK, Theme, geometry

__all__ = ["note_body"]

LONGEST = 20_000
"""The most characters of a note that are set: more than any box holds."""


def note_body(container: Container, content: TextContent, theme: Theme, top: float, bottom: float) -> str:
    """The text between `top` and `bottom` px free at the end; what does not fit ends in an ellipsis."""
    padding = geometry("container")["padding"]
    end = container.height - bottom
    parts: list[str] = []
    y = top
    before: Block | None = None
    for block in blocks(content.markdown[:LONGEST]):
        y += _gap(before, block)
        before = block
        if block.kind == "rule":
            parts.append(svg.line(padding, container.width - padding, y, stroke=theme["hairline"]))
            y += 1
            continue
        size, line, weight = _type(block)
        indent = geometry("text")["indent"] * (block.level + 1) if block.kind == "item" else 0
        if block.kind == "item" and block.marker != "•":
            indent += max(0.0, text_width(block.marker, size) - 8)
        x, room = padding + indent, container.width - 2 * padding - indent
        if room < size or y + line > end:
            break
        fits = max(1, int((end - y) // line))
        found = [[Run(block.text)]] if block.kind == "code" else set_runs(runs(block.text, weight), room, size)
        if block.marker:
            left = x - geometry("text")["indent"]
            left = padding + geometry("text")["indent"] * block.level if block.marker != "•" else left + 2
            parts.append(svg.text(block.marker, left, y, fill=theme["muted"], size=size, line=line))
        shown = found[:fits]
        if len(found) > fits:
            rest = shown[-1]
            shown[-1] = [*rest[:-1], Run(rest[-1].text + " …", rest[-1].weight)]
        for one in shown:
            parts.append(_line(one, x, y, room=room, size=size, height=line, theme=theme))
            y += line
        if len(found) > fits:
            break
    return "".join(parts)


def _type(block: Block) -> tuple[float, float, int]:
    """Size, line and weight of a block's text."""
    if block.kind == "heading":
        look = geometry("heading")
        return look["sizes"][block.level - 1], look["lines"][block.level - 1], look["weight"]
    return geometry("text")["size"], geometry("text")["line"], 400


def _gap(before: Block | None, block: Block) -> float:
    """The space between two blocks."""
    if before is None:
        return 0
    look = geometry("text")
    if before.kind == "code" and block.kind == "code":
        return 0
    if before.kind == "item" and block.kind == "item":
        return float(look["item"])
    return float(look["paragraph"])


def _line(line: list[Run], x: float, top: float, *, room: float, size: float, height: float, theme: Theme) -> str:
    """One line of runs; a line that is still too wide is cut."""
    width = sum(text_width(run.text, size, run.weight) for run in line)
    if width > room:
        whole = "".join(run.text for run in line)
        line = [Run(cut(whole, room, size, max(run.weight for run in line)), line[0].weight)]
    spans = "".join(
        f'<tspan font-weight="{run.weight}">{svg.escape(run.text)}</tspan>'
        if run.weight != 400
        else svg.escape(run.text)
        for run in line
    )
    return (
        f'<text x="{svg.number(x)}" y="{baseline(top, height, size)}" font-family="{STACK}" '
        f'font-size="{svg.number(size)}" font-weight="400" fill="{theme["text"]}" xml:space="preserve">{spans}</text>'
    )
