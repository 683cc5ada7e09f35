"""The Jupyter server extension: routes in, a hub behind them, and an orderly end."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jupyter_core.paths import jupyter_data_dir
from jupyter_server.extension.application import ExtensionApp

if TYPE_CHECKING:
    from canvas_widget.server.hub import Hub

__all__ = ["CanvasExtension"]

NEEDED = ("sqlalchemy", "jwt", "argon2", "prometheus_client")
"""What `pip install canvas-widget[server]` brings."""


class CanvasExtension(ExtensionApp):  # type: ignore[misc,unused-ignore]
    """Serves `canvas/` below Jupyter's base URL.

    One line of Jupyter's configuration turns it off: `c.ServerApp.jpserver_extensions = {"canvas_widget": False}`.
    """

    name = "canvas_widget"
    app_name = "Canvas server"
    description = "Canvases for clients outside the notebook: WebSocket, HTTP and a page."
    extension_url = "/canvas/"
    load_other_extensions = True

    hub: Hub | None = None

    def initialize_settings(self) -> None:
        """Make the hub, or say what is missing for it."""
        missing = [name for name in NEEDED if importlib.util.find_spec(name) is None]
        if missing:
            self.log.warning(
                "The canvas server is off: %s not installed. `pip install canvas-widget[server]` brings what it needs.",
                ", ".join(missing),
            )
            return
        from canvas_widget.errors import CanvasError
        from canvas_widget.server.hub import Hub
        from canvas_widget.settings import load_settings

        assert self.serverapp is not None  # noqa: S101  (set before an extension is initialized)
        section: Any = self.serverapp.config.get("CanvasWidget", {})
        try:
            settings = load_settings(section)
        except CanvasError as error:
            self.log.error("The canvas server is off: %s", error.message)  # noqa: TRY400  (no traceback for a setting)
            return
        self.hub = Hub(settings, self.log, Path(jupyter_data_dir()) / "canvas_widget")
        self.settings["canvas_widget_hub"] = self.hub

    def initialize_handlers(self) -> None:
        """Add the routes."""
        if self.hub is not None:
            from canvas_widget.server.wiring import handlers

            self.handlers.extend(handlers())

    async def _start_jupyter_server_extension(self, serverapp: Any) -> None:
        if self.hub is not None:
            await self.hub.start(serverapp)

    async def stop_extension(self) -> None:
        """Tell the clients, write what is not written yet, close."""
        if self.hub is not None:
            await self.hub.stop()
