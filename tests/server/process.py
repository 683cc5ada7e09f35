"""A real `jupyter server` process on loopback, with folders of its own."""

from __future__ import annotations

import json
import os
import secrets
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx

from environment import private_environment
from ports import free_port

__all__ = ["Server"]


OTHERS = ("jupyterlab", "jupyter_lsp", "jupyter_server_terminals", "notebook_shim")
"""Extensions that these tests have no use for; without them a server starts in half the time."""


class Server:
    """A server that was started and answers. `settings` are ours, without their prefix; `config` is Jupyter's.

    A `script` is Jupyter's configuration in Python, which then alone says what extensions there are. Where `health` is
    None, Jupyter itself is waited for, not ours; `command` is what starts it.
    """

    def __init__(
        self,
        folder: Path,
        *,
        token: str | None = None,
        health: str | None = "ok",
        config: dict[str, dict[str, Any]] | None = None,
        script: str | None = None,
        command: tuple[str, ...] = (sys.executable, "-m", "jupyter_server"),
        **settings: Any,
    ) -> None:
        self.folder = folder
        self.port = free_port()
        self.token = token or secrets.token_hex(16)
        self.log = folder / "server.log"
        environment = private_environment(folder)
        # Kernels and extensions are found where the environment that runs us has them.
        environment["JUPYTER_PATH"] = str(Path(sys.prefix) / "share" / "jupyter")
        environment |= {f"CANVAS_WIDGET_{name.upper()}": str(value) for name, value in settings.items()}
        self.environment = environment
        more = config or {}
        self.base_url = more.get("ServerApp", {}).get("base_url", "/base/")
        told = {
            "ServerApp": {
                "jpserver_extensions": {"canvas_widget": True} | dict.fromkeys(OTHERS, False),
                "port": self.port,
                "port_retries": 0,
                "open_browser": False,
                "base_url": self.base_url,
                "root_dir": str(folder),
                "allow_root": True,
                "ip": "127.0.0.1",
                **more.get("ServerApp", {}),
            },
            "IdentityProvider": {"token": self.token, **more.get("IdentityProvider", {})},
        }
        (folder / "config").mkdir(exist_ok=True)
        if script is not None:
            del told["ServerApp"]["jpserver_extensions"]
            (folder / "config" / "jupyter_server_config.py").write_text(script)
        (folder / "config" / "jupyter_server_config.json").write_text(json.dumps(told))
        # One that keeps no cookie: Jupyter gives one to who shows its token.
        self.anonymous = httpx.Client(timeout=60, event_hooks={"response": [lambda _: self.anonymous.cookies.clear()]})
        self._output = self.log.open("ab")
        self.process = subprocess.Popen(
            command,
            cwd=folder,
            env=environment,
            stdout=self._output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self._wait(health)

    def _wait(self, health: str | None) -> None:
        address, key = (self.http("health"), "status") if health else (self.jupyter("api"), "version")
        end = time.monotonic() + 120
        try:
            while time.monotonic() < end:
                if self.process.poll() is not None:
                    raise AssertionError(f"the server ended:\n{self.log.read_text()}")
                try:
                    said = self.anonymous.get(address, timeout=5).json().get(key)
                    if said and health in (None, said):
                        return
                except (httpx.TransportError, ValueError):
                    pass
                time.sleep(0.05)
            raise AssertionError(f"the server does not answer:\n{self.log.read_text()}")
        except BaseException:
            self.kill()
            self.anonymous.close()
            self._output.close()
            raise

    def jupyter(self, path: str) -> str:
        """The address of one of Jupyter's own routes."""
        return f"http://127.0.0.1:{self.port}{self.base_url}{path}"

    def http(self, path: str) -> str:
        """The address of an HTTP route."""
        return f"http://127.0.0.1:{self.port}{self.base_url}canvas/api/{path}"

    def ws(self, path: str = "") -> str:
        """The address of a WebSocket route."""
        return f"ws://127.0.0.1:{self.port}{self.base_url}canvas/ws{path}"

    def add_user(self, name: str, password: str) -> None:
        """Add a user, as the command does."""
        from canvas_widget.server.tokens import make_user
        from canvas_widget.store import open_store

        store = open_store(None, self.folder / "data" / "canvas_widget")
        make_user(store, name, password)
        store.close()

    def command(self, *arguments: str, line: str = "") -> subprocess.CompletedProcess[str]:
        """Run `jupyter canvas …` beside the server, with a line of input."""
        command = [sys.executable, "-m", "canvas_widget.server.command", *arguments]
        return subprocess.run(
            command, check=False, input=line, env=self.environment, cwd=self.folder, text=True, capture_output=True
        )

    def sign_in(self, name: str, password: str) -> str:
        """A token of a user's own."""
        form = {"username": name, "password": password}
        token: str = self.anonymous.post(self.http("login"), data=form).raise_for_status().json()["access_token"]
        return token

    @property
    def headers(self) -> dict[str, str]:
        """Jupyter's own token."""
        return {"Authorization": f"token {self.token}"}

    def stop(self) -> None:
        """End it as a person would, and wait."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.kill()
        self.anonymous.close()
        self._output.close()

    def kill(self) -> None:
        """End it as a power cut would, its kernels too."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(20)
