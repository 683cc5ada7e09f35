"""Older messages in few words, by rules: what was asked stays whole, what was done stays named."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from canvas_widget.agent.stream import Message, ToolCall

__all__ = ["EARLIER_BUDGET", "condensed", "within"]

EARLIER_BUDGET = 8_000
"""Characters that what was condensed takes at most."""

LONGEST_PROMPT = 600
LONGEST_ANSWER = 240
_TOLD = ("container_id", "mark", "dataset", "x", "y", "category", "value", "sort", "limit", "sql", "title", "topic")


def _short(text: str, longest: int) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= longest else plain[: longest - 1].rstrip() + "…"


def _call(call: ToolCall, failed: bool) -> str:
    try:
        given = json.loads(call.arguments or "{}")
    except (ValueError, RecursionError):
        given = {}
    told = []
    if isinstance(given, dict):
        told = [f"{key}={_short(str(given[key]), 80)}" for key in _TOLD if given.get(key) not in (None, "")]
    return f"{call.name}({', '.join(told)})" + (" – failed" if failed else "")


def condensed(messages: Sequence[Message]) -> list[str]:
    """The messages as lines: each prompt, the calls made for it without their results, how each answer begins."""
    failed = {
        message.tool_call_id
        for message in messages
        if message.role == "tool" and message.content.startswith('{"ok":false')
    }
    lines: list[str] = []
    for message in messages:
        if message.role == "user":
            lines.append(f"user: {_short(message.content, LONGEST_PROMPT)}")
        elif message.role == "assistant":
            if message.tool_calls:
                lines.append("did: " + "; ".join(_call(call, call.id in failed) for call in message.tool_calls))
            elif message.content.strip():
                lines.append(f"answer: {_short(message.content, LONGEST_ANSWER)}")
    return lines


def within(lines: Iterable[str], budget: int = EARLIER_BUDGET) -> list[str]:
    """The lines that fit: prompts before calls before answers, the newest first, in their order."""
    held = list(lines)
    order = {"user": 0, "did": 1, "answer": 2}
    ranked = sorted(range(len(held)), key=lambda at: (order.get(held[at].partition(":")[0], 2), -at))
    kept: set[int] = set()
    left = budget
    for at in ranked:
        left -= len(held[at]) + 1
        if left < 0:
            break
        kept.add(at)
    return [held[at] for at in sorted(kept)]
