"""What `%canvas cost` and `%canvas models` print."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from canvas_widget.agent.usage.book import Book, usd

__all__ = ["cost_text", "models_text"]


def cost_text(book: Book) -> str:
    """A session's tokens and costs, per provider and in all, and how much of the budget is left."""
    whole = book.total
    if not whole.requests:
        spent = "Nothing was asked of a provider yet."
        return spent if book.budget is None else f"{spent} The budget is {usd(book.budget)}."
    rows = [("provider", "requests", "tokens in", "tokens out", "cost")]
    for name, account in [*book.by_provider.items(), ("all", whole)]:
        rough = "~" if account.estimated else ""
        sums = (f"{rough}{account.prompt_tokens:,}", f"{rough}{account.completion_tokens:,}")
        rows.append((name, f"{account.requests:,}", *sums, _cost(account.cost, account.unknown)))
    lines = [_columns(rows)]
    if book.budget is not None:
        left = max(0.0, book.budget - whole.cost)
        lines.append(f"Budget {usd(book.budget)}, of which {usd(left)} are left.")
        if whole.unknown:
            lines.append("The budget does not see requests whose price is unknown.")
    if whole.estimated:
        lines.append("~ counted from the text: the server gave no number of tokens.")
    return "\n".join(lines)


def models_text(frame: Mapping[str, Any]) -> str:
    """The providers in their order, as the `models` frame has them: which is asked first, how each is doing."""
    rows = [("", "model", "status", "requests", "answered", "latency", "")]
    for model in frame.get("models", ()):
        name = f"{model['provider']}/{model['model']}" if model.get("model") else str(model["provider"])
        asked = int(model.get("requests") or 0)
        rate, latency = model.get("success_rate"), model.get("latency_ms")
        state = str(model.get("status") or "") if asked else "not asked yet"
        if model["provider"] == "offline":
            state = "built in"
        note = model.get("why_not") or model.get("last_error") or ""
        rows.append(
            (
                "→" if model.get("default") else "",
                name,
                state if model.get("usable") else "",
                f"{asked:,}" if asked else "",
                f"{rate:.0%}" if asked and rate is not None else "",
                f"{latency:,.0f} ms" if asked and latency is not None else "",
                str(note),
            )
        )
    return f"{_columns(rows)}\n→ is asked first. Ask another one with %%canvas -m PROVIDER/MODEL."


def _cost(known: float, unknown: int) -> str:
    if not unknown:
        return usd(known)
    return f"{usd(known)} + unknown ({unknown})" if known else f"unknown ({unknown})"


def _columns(rows: Sequence[Sequence[str]]) -> str:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows]
    return "\n".join(line.rstrip() for line in lines)
