"""`{expr}` in a prompt, evaluated in the notebook's own namespace; `{{` and `}}` are braces."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Any

from canvas_widget.errors import InvalidArgument

__all__ = ["interpolate"]


def interpolate(text: str, namespace: Mapping[str, Any]) -> str:
    """The text with each `{expr}` replaced by the value of the expression.

    Raises:
        InvalidArgument: a brace that is not closed, or an expression that fails; names it and says how to write a
            plain brace.
    """
    parts: list[str] = []
    at = 0
    while at < len(text):
        character = text[at]
        if text.startswith(("{{", "}}"), at):
            parts.append(character)
            at += 2
        elif character == "{":
            expression, at = _expression(text, at)
            parts.append(str(_value(expression, namespace)))
        else:
            parts.append(character)
            at += 1
    return "".join(parts)


def _expression(text: str, start: int) -> tuple[str, int]:
    """The expression that opens at `start`, and where the text goes on. It ends at the first brace it parses with."""
    end = text.find("}", start)
    while end != -1:
        candidate = text[start + 1 : end].strip()
        try:
            ast.parse(candidate, mode="eval")
        except SyntaxError:
            end = text.find("}", end + 1)
            continue
        return candidate, end + 1
    raise InvalidArgument(
        f"{text[start : start + 40]!r} in the prompt opens a brace that holds no Python expression. "
        f"Write {{{{ for a plain brace."
    )


def _value(expression: str, namespace: Mapping[str, Any]) -> Any:
    try:
        return eval(expression, dict(namespace))  # noqa: S307  (the analyst's own cell, in the analyst's own kernel)
    except Exception as error:
        raise InvalidArgument(
            f"{{{expression}}} in the prompt: {type(error).__name__}: {error}. Write {{{{ for a plain brace."
        ) from error
