"""Text that UTF-8 can write: JSON may hold half of a surrogate pair; no carrier takes that."""

from __future__ import annotations

import json
from typing import Any

__all__ = ["paired", "sound"]


def paired(text: str) -> str:
    """The text with halves of a surrogate pair put together, and those that are alone as U+FFFD."""
    try:
        if not text.isascii():
            text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def sound(value: Any) -> bool:
    """Whether a JSON value's texts can all be written. What is no JSON at all is for others to refuse."""
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    except (TypeError, ValueError, RecursionError):
        return True
    return True
