"""MCP clients of the official package, over both carriers."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx2
from mcp import Client
from mcp.client.streamable_http import streamable_http_client

__all__ = ["MODES", "over_http", "said"]

MODES = ("auto", "legacy")
"""The protocol without a handshake, and the one before it, that most clients in the field still speak."""


@asynccontextmanager
async def over_http(url: str, token: str | None, mode: str = "auto") -> AsyncIterator[Client]:
    """A client of a server's `canvas/mcp`."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    async with (
        httpx2.AsyncClient(headers=headers, timeout=60, trust_env=False) as http,
        Client(streamable_http_client(url, http_client=http), mode=mode) as client,
    ):
        yield client


def said(result: Any) -> dict[str, Any]:
    """What a tool answered, in words for a model."""
    answer: dict[str, Any] = json.loads(result.content[0].text)
    assert answer["ok"] is not result.is_error
    return answer
