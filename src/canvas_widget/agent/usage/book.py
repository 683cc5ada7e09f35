"""A session's book: what its requests to providers cost, and the budget they may not pass."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from canvas_widget.agent.events import Attempt
from canvas_widget.agent.stream import Provider, Request, ToolSpec
from canvas_widget.agent.usage.prices import price_at
from canvas_widget.errors import BudgetExceeded

__all__ = ["CHARACTERS_PER_TOKEN", "LONGEST_ANSWER", "Account", "Book", "usd"]

CHARACTERS_PER_TOKEN = 4
LONGEST_ANSWER = 4096
"""Tokens that an answer is taken to have where the request does not bound it."""


@dataclass(slots=True)
class Account:
    """What one provider, or all together, came to. `cost` in USD holds only what is known; `unknown` counts the rest.

    `estimated` says that the tokens of some request were counted from its text.
    """

    requests: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost: float = 0.0
    unknown: int = 0
    estimated: bool = False

    def add(self, attempt: Attempt) -> None:
        """Count a request."""
        self.requests += 1
        self.prompt_tokens += attempt.prompt_tokens
        self.completion_tokens += attempt.completion_tokens
        self.estimated = self.estimated or attempt.estimated
        if attempt.cost is not None:
            self.cost += attempt.cost
        elif attempt.prompt_tokens or attempt.completion_tokens:
            self.unknown += 1

    def as_dict(self) -> dict[str, Any]:
        """JSON-ready. `cost` is None once any part of it is unknown; `known_cost` is the part that is known."""
        return {
            "requests": self.requests,
            "tokens": self.prompt_tokens + self.completion_tokens,
            "prompt_tokens": self.prompt_tokens,
            "completion_tokens": self.completion_tokens,
            "cost": None if self.unknown else self.cost,
            "known_cost": self.cost,
            "unknown": self.unknown,
            "estimated": self.estimated,
        }


class Book:
    """Counts the requests of a session, and refuses one that could pass the budget before it is made.

    A request is taken to cost its characters / 4 and the longest answer it allows, at the model's price: by the
    table, else by what the provider said that model's earlier requests cost. A request whose price nobody knows is
    made, and counted as unknown: the budget cannot see it.

    Args:
        budget: in USD for the whole session; None for no bound.
    """

    def __init__(self, budget: float | None = None) -> None:
        self.budget = budget
        self.total = Account()
        self.by_provider: dict[str, Account] = {}
        self._rates: dict[tuple[str, str], float] = {}
        self._tools: tuple[tuple[ToolSpec, ...], int] = ((), 0)

    def before(self, provider: Provider, request: Request) -> None:
        """Called before each request.

        Raises:
            BudgetExceeded: the request could cost more than is left.
        """
        if self.budget is None:
            return
        likely = self.estimate(provider, request)
        if likely:
            self.check(self.budget, likely, f"{provider.name}/{request.model or provider.model}")

    def after(self, attempt: Attempt) -> None:
        """Called after each request, whatever came of it."""
        if attempt.outcome == "skipped":
            return
        self.total.add(attempt)
        self.by_provider.setdefault(attempt.provider, Account()).add(attempt)
        tokens = attempt.prompt_tokens + attempt.completion_tokens
        if attempt.cost and tokens:
            self._rates[attempt.provider, attempt.model] = attempt.cost / tokens

    def check(self, budget: float, estimate: float, what: str = "The next request") -> None:
        """Compare a request's likely cost, in USD, with what is left.

        Raises:
            BudgetExceeded: it could pass the budget.
        """
        if self.total.cost + estimate > budget:
            raise BudgetExceeded(
                f"This session has a budget of {usd(budget)} and has spent {usd(self.total.cost)}; a request to {what} "
                f"could cost {usd(estimate)} more, so it was not sent. Raise CANVAS_WIDGET_BUDGET, lower "
                "CANVAS_WIDGET_MAX_TOKENS, or name a cheaper model or “offline”."
            )

    def estimate(self, provider: Provider, request: Request) -> float | None:
        """What a request could cost at most, in USD; None when nobody knows its price."""
        model = request.model or provider.model
        asked = sum(
            len(message.content) + sum(len(call.arguments) for call in message.tool_calls)
            for message in request.messages
        )
        prompt = (asked + self._size(request.tools)) // CHARACTERS_PER_TOKEN
        answer = request.max_tokens or LONGEST_ANSWER
        found = price_at(provider, model, prompt, answer)
        if found is None and (rate := self._rates.get((provider.name, model))) is not None:
            return rate * (prompt + answer)
        return found

    def as_dict(self) -> dict[str, Any]:
        """JSON-ready: `{"total", "tokens", "by_provider", …}`; a cost is in USD, None once any of it is unknown."""
        whole = self.total.as_dict()
        accounts = {name: account.as_dict() for name, account in self.by_provider.items()}
        return {"total": whole["cost"], **whole, "by_provider": accounts}

    def _size(self, tools: tuple[ToolSpec, ...]) -> int:
        """Characters of the tools' descriptions; most requests offer the same ones."""
        if tools is not self._tools[0]:
            written = sum(len(tool.name) + len(tool.description) + len(json.dumps(tool.parameters)) for tool in tools)
            self._tools = tools, written
        return self._tools[1]


def usd(value: float | None) -> str:
    """An amount in a sentence."""
    if value is None:
        return "unknown"
    return f"${value:.2f}" if value >= 1 or value == 0 else f"${value:.4f}"
