"""The final text: what was made and from what data, the choices made, and what was not understood or failed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from canvas_widget.agent.providers.offline.answer.question import replied
from canvas_widget.agent.providers.offline.answer.told import sentence
from canvas_widget.agent.providers.offline.canvas.model import Part, Reading
from canvas_widget.agent.providers.offline.words.charts import DRAWN
from canvas_widget.agent.providers.offline.words.phrases import quote

__all__ = ["answer", "outline"]


def answer(
    calls: Sequence[tuple[str, Mapping[str, Any], Mapping[str, Any]]],
    reading: Reading | None,
    rows: Mapping[str, int],
    examples: Sequence[str],
) -> str:
    """The answer to a prompt: `calls` are tool, arguments and result of each call, `rows` the rows per dataset.

    `reading` carries the choices and questions; without it (a conversation taken up elsewhere) the calls speak alone.
    """
    planned = reading.calls if reading is not None else []
    said = [call.said if call.tool == "run_query" else "" for call in planned]
    said += [""] * (len(calls) - len(said))
    ours = frozenset(str(arguments.get("container_id")) for _, arguments, _ in calls)
    lines = [
        f"- {replied(words, result, source_of(arguments, rows)) if words and result.get('ok') is not False else told}"
        for words, (tool, arguments, result) in zip(said, calls, strict=False)
        for told in (sentence(tool, arguments, result, rows, ours),)
    ]
    if len(lines) == 1:
        lines[0] = lines[0].removeprefix("- ")
    blocks = ["\n".join(lines)] if lines else []
    if reading is not None:
        blocks += _remarks(reading.parts)
        if reading.cut:
            blocks.append(
                "The prompt is very long; only its beginning was read. Send the rest as prompts of their own."
            )
    wants = reading is not None and any(part.examples for part in reading.parts)
    if (wants or not blocks) and examples:
        only_help = reading is not None and all(
            part.examples and not part.asks and not part.unread for part in reading.parts
        )
        lead = _HELP if only_help else "Prompts that fit the data:"
        blocks.append(lead + "\n" + "\n".join(f"- {example}" for example in examples))
    elif wants and not examples:
        blocks.append(_HELP if reading is None or not any(part.asks for part in reading.parts) else _NO_DATA)
    return "\n\n".join(block for block in blocks if block) or "Nothing to do."


_HELP = (
    f"Ask for a dashboard of a dataset, or for one thing at a time: {DRAWN}; also rates, running totals, growth, years "
    "side by side. Say where it goes (on top, next to it, below the table, at 10, 20, 400 by 300), and change what is "
    "there: make it a pie, sort it, only 2019, one chart per region, move, resize, rename, delete, arrange, undo. "
    "Several requests may stand in one prompt. For example:"
)
_NO_DATA = (
    'A data frame in the notebook is a dataset under its own name; canvas.datasets.register("sales", df) adds others.'
)


def _remarks(parts: Sequence[Part]) -> list[str]:
    blocks: list[str] = []
    several = len(parts) > 1
    notes: list[str] = []
    for part in parts:
        said = " ".join(dict.fromkeys([*part.says, *part.notes]))
        if said:
            notes.append(f"- {quote(part.words)}: {said}" if several else said)
    if notes:
        blocks.append(("How it was read:\n" if several else "") + "\n".join(notes))
    problems: list[str] = []
    for part in parts:
        problems += [
            question if not several or quote(part.words) in question else f"{quote(part.words)}: {question}"
            for question in dict.fromkeys(part.asks)
        ]
        if part.unread:
            problems.append(_unread(part, several=several))
    if problems:
        blocks.append("\n".join(problems))
    return blocks


def source_of(arguments: Mapping[str, Any], rows: Mapping[str, int]) -> str:
    """The datasets that a query reads, with their rows."""
    sql = str(arguments.get("sql", ""))
    names = [name for name in rows if '"' + name.replace('"', '""') + '"' in sql]
    return " and ".join(f"{name} ({rows[name]:,} rows)" for name in names) or "the data"


def outline(reading: Reading) -> str:
    """The requests as they were cut, for the steps shown while the turn runs."""
    steps = [
        f"{quote(part.words)} → {', '.join(call.tool for call in part.calls) or 'nothing to run'}"
        for part in reading.parts
    ]
    return "\n".join(steps)


def _unread(part: Part, *, several: bool) -> str:
    said = ", ".join(word.split("|")[0] for word in part.unread)
    hints = " ".join(dict.fromkeys(word.split("|")[1] for word in part.unread if "|" in word))
    where = f" in {quote(part.words)}" if several and said != quote(part.words) else ""
    done = "" if part.calls else "Nothing was made of it."
    return " ".join(text for text in (f"Not understood{where}: {said}.", hints, done) if text)
