"""A page with an anywidget host and nothing else: no labextension, no server route, only a comm to a real kernel.

The page is `tests/pages/host.html`; this side carries comm messages between it and the kernel.
"""

from __future__ import annotations

import base64
import time
from collections.abc import Callable
from pathlib import Path
from queue import Empty
from typing import Any

from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import KernelManager
from playwright.sync_api import Page

from environment import private_environment

__all__ = ["BareHost"]

PAGES = Path(__file__).resolve().parent.parent / "pages"
ORIGIN = "http://localhost/"
VIEW = "application/vnd.jupyter.widget-view+json"


class BareHost:
    """A kernel and a page that shows the widgets which the kernel displays."""

    def __init__(self, page: Page, home: Path) -> None:
        self.page = page
        self.manager = KernelManager(kernel_name="python3")
        self.manager.start_kernel(env=private_environment(home), cwd=str(home))
        self.client: BlockingKernelClient = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=60)
        self.outputs: list[dict[str, Any]] = []
        self.shown: list[str] = []
        page.route(f"{ORIGIN}**", lambda route: route.fulfill(path=PAGES / Path(route.request.url).name))
        page.expose_binding("sendToKernel", lambda _, message: self.to_kernel(message))
        page.goto(f"{ORIGIN}host.html")
        page.wait_for_function("() => window.ready")

    def stop(self) -> None:
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)

    def to_kernel(self, message: dict[str, Any]) -> None:
        content = {"comm_id": message["comm"], "data": message["data"]}
        buffers = [base64.b64decode(text) for text in message["buffers"]]
        session = self.client.session
        session.send(self.client.shell_channel.socket, session.msg("comm_msg", content), buffers=buffers)

    def run(self, source: str, *, while_running: Callable[[], None] | None = None, timeout: float = 60) -> str:
        """Executes a cell and returns what it printed; messages flow to the page meanwhile. Errors raise."""
        self.outputs.clear()
        request = self.client.execute(source)
        limit = time.monotonic() + timeout
        while time.monotonic() < limit:
            if self.pump(request):
                break
            if while_running is not None:
                while_running()
        else:
            raise TimeoutError(source)
        errors = [output for output in self.outputs if output.get("ename")]
        if errors:
            raise RuntimeError("\n".join(errors[0]["traceback"]))
        return "".join(output.get("text", "") for output in self.outputs).strip()

    def until(self, condition: Callable[[], object], timeout: float = 30) -> None:
        """Carries messages until `condition` holds."""
        limit = time.monotonic() + timeout
        while not condition():
            self.pump()
            if time.monotonic() > limit:
                raise TimeoutError(f"not within {timeout} s")

    def pump(self, request: str | None = None) -> bool:
        """Carries one message of the kernel, if there is one; True when `request` has ended."""
        try:
            message = self.client.get_iopub_msg(timeout=0.05)
        except Empty:
            return False
        kind, content = message["msg_type"], message["content"]
        if kind in {"comm_open", "comm_msg"}:
            self.to_page("open" if kind == "comm_open" else "message", content, message["buffers"])
        elif kind in {"stream", "error", "execute_result", "display_data", "update_display_data"}:
            self.outputs.append(content)
            view = content.get("data", {}).get(VIEW)
            if view is not None and kind != "update_display_data":
                self.shown.append(view["model_id"])
                self.page.evaluate("(comm) => { window.show(comm); }", view["model_id"])
        elif kind == "status" and content["execution_state"] == "idle":
            return bool(message["parent_header"].get("msg_id") == request)
        return False

    def to_page(self, kind: str, content: dict[str, Any], buffers: list[memoryview]) -> None:
        message = {
            "type": kind,
            "comm": content["comm_id"],
            "data": content["data"],
            "buffers": [base64.b64encode(buffer).decode() for buffer in buffers],
        }
        self.page.evaluate("(message) => { window.receive(message); }", message)
