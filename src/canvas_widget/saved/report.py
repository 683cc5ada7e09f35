"""What differs as text: Markdown for a pull request's comment, which reads well in a terminal too."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from canvas_widget.saved.compare import Change, Difference

__all__ = ["difference_markdown"]

_SPECIAL = re.compile(r"([\\`*\[\]<>|@])")


def difference_markdown(differences: Sequence[Difference], before: str, after: str) -> str:
    """A heading, then for each canvas that differs its containers, each with what differs."""
    apart = [each for each in differences if not each.same]
    lines = [f"### Canvases: {_code(before)} → {_code(after)}", ""]
    if not apart:
        count = len(differences)
        return "\n".join([*lines, f"Nothing differs ({count} canvas{'' if count == 1 else 'es'} compared).", ""])
    for each in apart:
        lines += [f"**{_safe(each.name)}**: {_counts(each)}", ""]
        for change in each.changes:
            lines += _change(change)
        lines += [""] if each.changes else []
    same = [each.name for each in differences if each.same]
    if same:
        lines += [f"The same: {', '.join(_safe(name) for name in same)}.", ""]
    return "\n".join(lines)


def _counts(difference: Difference) -> str:
    counts = Counter(change.kind for change in difference.changes)
    told = [f"{count} {kind}" for kind, count in sorted(counts.items())]
    return (
        ". ".join([*([", ".join(told)] if told else []), *(_safe(note.rstrip(".")) for note in difference.notes)]) + "."
    )


def _change(change: Change) -> list[str]:
    if change.kind in {"added", "removed"} or len(change.details) == 1:
        return [f"- {change.kind} **{_safe(change.title)}** – {_safe('; '.join(change.details))}"]
    return [f"- {change.kind} **{_safe(change.title)}**", *(f"  - {_safe(detail)}" for detail in change.details)]


def _safe(text: str) -> str:
    """Text of a file as it is, whatever it says: no markup, no mention, no second line."""
    flat = " ".join(text.split())
    return _SPECIAL.sub(r"\\\1", flat).replace("\\@", "@\u200b")


def _code(text: str) -> str:
    return "`" + " ".join(text.replace("`", "'").split()) + "`"
