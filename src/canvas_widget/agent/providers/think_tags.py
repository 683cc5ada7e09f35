"""Thinking that a server leaves in the text: `<think>…</think>` before the answer, as local models write it."""

from __future__ import annotations

from typing import Literal

from canvas_widget.agent.stream import ReasoningDelta, TextDelta

__all__ = ["ThinkTags"]

_OPEN, _CLOSE = "<think>", "</think>"


class ThinkTags:
    """Tells the thinking at the beginning of an answer from the answer, however the tags are cut into pieces.

    Only what an answer begins with is taken for thinking: the same words further on are the answer's own.
    """

    def __init__(self) -> None:
        self._at: Literal["start", "thinking", "between", "answer"] = "start"
        self._held = ""

    def split(self, text: str) -> list[TextDelta | ReasoningDelta]:
        """The deltas of the next piece of text; what may yet become a tag is held back."""
        if self._at == "answer":
            return [TextDelta(text)]
        self._held += text
        found: list[TextDelta | ReasoningDelta] = []
        if self._at == "start":
            begun = self._held.lstrip()
            if not begun:
                space, self._held = self._held, ""
                return [TextDelta(space)]
            if begun.startswith(_OPEN):
                self._at, self._held = "thinking", begun.removeprefix(_OPEN)
            elif _OPEN.startswith(begun):
                return found
            else:
                return self._answer()
        if self._at == "thinking":
            thought, closed, rest = self._held.partition(_CLOSE)
            if not closed:
                keep = next((n for n in range(len(_CLOSE) - 1, 0, -1) if thought.endswith(_CLOSE[:n])), 0)
                thought, rest = thought[: len(thought) - keep], thought[len(thought) - keep :]
            if thought:
                found.append(ReasoningDelta(thought))
            self._held = rest
            if not closed:
                return found
            self._at = "between"
        self._held = self._held.lstrip()
        return found + self._answer() if self._held else found

    def end(self) -> list[TextDelta | ReasoningDelta]:
        """What was held back when the answer is over."""
        if not self._held.strip():
            return []
        if self._at == "thinking":
            held, self._held = self._held, ""
            return [ReasoningDelta(held)]
        return self._answer()

    def _answer(self) -> list[TextDelta | ReasoningDelta]:
        held, self._held, self._at = self._held, "", "answer"
        return [TextDelta(held)]
