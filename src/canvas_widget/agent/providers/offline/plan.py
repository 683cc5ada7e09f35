"""A whole prompt to tool calls: request by request, each knowing what the ones before it made."""

from __future__ import annotations

from canvas_widget.agent.providers.offline.canvas import commands, create, edit
from canvas_widget.agent.providers.offline.canvas.context import Context
from canvas_widget.agent.providers.offline.canvas.filters_on_canvas import filter_on_canvas
from canvas_widget.agent.providers.offline.canvas.follow_up import is_follow_up
from canvas_widget.agent.providers.offline.canvas.intents import command, first_word
from canvas_widget.agent.providers.offline.canvas.looks import look
from canvas_widget.agent.providers.offline.canvas.made import draw
from canvas_widget.agent.providers.offline.canvas.model import Part, Reading
from canvas_widget.agent.providers.offline.canvas.overview import overview
from canvas_widget.agent.providers.offline.decide.kind import read_title
from canvas_widget.agent.providers.offline.join import join
from canvas_widget.agent.providers.offline.request import make
from canvas_widget.agent.providers.offline.split import MAX_REQUESTS, MAX_WORDS, split
from canvas_widget.agent.providers.offline.words.normalise import MAX_TOKENS, tokens
from canvas_widget.agent.providers.offline.words.phrases import Phrase, quote
from canvas_widget.agent.providers.offline.words.vocabulary import words
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
    if look(phrase, context, part):
        return
    recognised = command(phrase)
    if recognised is not None and _command(*recognised, phrase, context, part):
        return
    if filter_on_canvas(phrase, context, part):
        return
    if overview(phrase, context, part, lambda query, where: draw(query, where, context, part)):
        return
    if is_follow_up(phrase, start, context):
        edit.apply(phrase, start, context, part)
        return
    make(phrase, context, part)


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
