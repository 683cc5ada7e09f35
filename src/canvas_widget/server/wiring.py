"""Which handler serves which address."""

from __future__ import annotations

import re
from typing import Any

from canvas_widget.server.api import api_handlers
from canvas_widget.server.mcp_route import McpHandler
from canvas_widget.server.page import ASSETS, AssetHandler, PageHandler
from canvas_widget.server.socket import KernelSocket, NewSocket, SessionSocket

__all__ = ["handlers"]

ID = r"([0-9A-Za-z_-]{1,64})"


def handlers() -> list[tuple[str, type[Any]]]:
    """Address patterns below Jupyter's base URL, each with its handler."""
    return [
        (r"/canvas/ws/?", NewSocket),
        (rf"/canvas/ws/session/{ID}/?", SessionSocket),
        (rf"/canvas/ws/kernel/{ID}/([^/]{{1,600}})/?", KernelSocket),
        (r"/canvas/mcp/?", McpHandler),
        (r"/canvas/?", PageHandler),
        (rf"/canvas/session/{ID}/?", PageHandler),
        (rf"/canvas/kernel/{ID}/([^/]{{1,600}})/?", PageHandler),
        (rf"/canvas/assets/({'|'.join(re.escape(name) for name in ASSETS)})", AssetHandler),
        *api_handlers(),
    ]
