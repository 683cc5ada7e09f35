"""The canvas tools as a Model Context Protocol server, over standard input and output or over HTTP."""

from canvas_widget.mcp.server import CallTool, canvas_server

__all__ = ["CallTool", "canvas_server"]
