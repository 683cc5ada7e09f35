"""A real kernel, driven as a front end drives it: cells run, outputs and comm messages collected."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from jupyter_client import BlockingKernelClient, KernelManager

TIMEOUT = 60


@dataclass
class Ran:
    """What running a cell gave."""

    status: str
    outputs: list[dict[str, Any]] = field(default_factory=list)
    updates: list[dict[str, Any]] = field(default_factory=list)
    messages: list[dict[str, Any]] = field(default_factory=list)
    error: str = ""
    error_name: str = ""
    traceback: str = ""

    @property
    def text(self) -> str:
        """The plain text of all outputs, streams included."""
        return "\n".join(
            output["text"] if "text" in output else output["data"].get("text/plain", "") for output in self.outputs
        )


class Kernel:
    """Runs cells in a kernel."""

    def __init__(self, manager: KernelManager, client: BlockingKernelClient) -> None:
        self.manager = manager
        self.client = client

    def start(self, code: str, cell_id: str | None = None, *, store_history: bool = True) -> str:
        """Send a cell; returns its message id. One that is not stored has no number."""
        content = {
            "code": code,
            "silent": False,
            "store_history": store_history,
            "user_expressions": {},
            "allow_stdin": False,
            "stop_on_error": True,
        }
        message = self.client.session.msg("execute_request", content)
        if cell_id is not None:
            message["metadata"]["cellId"] = cell_id
        self.client.shell_channel.send(message)
        return str(message["header"]["msg_id"])

    def finish(self, message_id: str, *, interrupt_on: str | None = None) -> Ran:
        """Collect what a cell gives until it is idle; interrupt it at the first comm frame of type `interrupt_on`."""
        ran = Ran("running")
        deadline = time.monotonic() + TIMEOUT
        while True:
            message = self.client.get_iopub_msg(timeout=max(0.1, deadline - time.monotonic()))
            kind, content = message["msg_type"], message["content"]
            if kind == "comm_msg":
                inner = content["data"].get("content")
                frames = inner.get("frames", [inner]) if isinstance(inner, dict) else []
                ran.messages.extend(frames)
                if interrupt_on and any(frame.get("type") == interrupt_on for frame in frames):
                    interrupt_on = None
                    self.manager.interrupt_kernel()
            if message["parent_header"].get("msg_id") != message_id:
                continue
            if kind in ("display_data", "execute_result", "stream"):
                ran.outputs.append(content)
            elif kind == "update_display_data":
                ran.updates.append(content)
            elif kind == "error":
                ran.error_name = content["ename"]
                ran.error = f"{content['ename']}: {content['evalue']}"
                ran.traceback = "\n".join(content["traceback"])
            elif kind == "status" and content["execution_state"] == "idle":
                break
        reply = self.client.get_shell_msg(timeout=TIMEOUT)
        while reply["parent_header"].get("msg_id") != message_id:
            reply = self.client.get_shell_msg(timeout=TIMEOUT)
        ran.status = reply["content"]["status"]
        return ran

    def tell(self, comm_id: str, frame: dict[str, Any], subshell: str | None = None) -> None:
        """Send a frame to the kernel as the front end of a widget."""
        content = {"comm_id": comm_id, "data": {"method": "custom", "content": frame}}
        message = self.client.session.msg("comm_msg", content)
        if subshell is not None:
            message["header"]["subshell_id"] = subshell
        self.client.shell_channel.send(message)

    def join(self, canvas: str = "canvas") -> str:
        """Join a canvas's session as its front end; returns the comm's id."""
        comm_id = self.good(f"print({canvas}.comm.comm_id)").text.strip()
        self.tell(comm_id, {"type": "init_session"})
        return comm_id

    def run(self, code: str, cell_id: str | None = None) -> Ran:
        """Run a cell to its end."""
        return self.finish(self.start(code, cell_id))

    def good(self, code: str, cell_id: str | None = None) -> Ran:
        """Run a cell that must not fail."""
        ran = self.run(code, cell_id)
        assert ran.status == "ok", ran.error
        return ran


@contextmanager
def kernel() -> Iterator[Kernel]:
    """A fresh kernel of this Python."""
    manager = KernelManager(kernel_name="python3")
    manager.start_kernel()
    client = manager.blocking_client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=TIMEOUT)
        yield Kernel(manager, client)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
