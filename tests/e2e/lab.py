"""A real JupyterLab on this machine, for one test run: a free port, folders of its own, nothing phoned home."""

from __future__ import annotations

import contextlib
import json
import secrets
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterable
from http.client import HTTPException
from pathlib import Path
from typing import Any

from environment import private_environment
from ports import free_port

__all__ = ["Lab"]

OVERRIDES = {
    "@jupyterlab/apputils-extension:notification": {
        "fetchNews": "false",
        "checkForUpdates": False,
        "doNotDisturbMode": True,
    },
    "@jupyterlab/extensionmanager-extension:plugin": {"enabled": False},
    "@jupyterlab/docmanager-extension:plugin": {"autosave": False},
}


class Lab:
    """Starts JupyterLab on loopback with `notebooks` as its root; `url(path)` opens one of them."""

    def __init__(self, home: Path, notebooks: Path) -> None:
        self.notebooks = notebooks
        self.token = secrets.token_hex(16)
        self.log = home / "lab.log"
        environment = private_environment(home)
        config = Path(environment["JUPYTER_CONFIG_DIR"]) / "labconfig"
        config.mkdir(parents=True)
        (config / "default_setting_overrides.json").write_text(json.dumps(OVERRIDES))
        for _ in range(3):  # a port that was free may be taken by the time the server asks for it
            self.port = free_port()
            self.process = self.start(environment)
            if self.is_up():
                return
            self.stop()
        raise RuntimeError(f"JupyterLab did not start:\n{self.log.read_text()[-4000:]}")

    def start(self, environment: dict[str, str]) -> subprocess.Popen[bytes]:
        command = [
            *(sys.executable, "-m", "jupyterlab", "--no-browser", "--ip=127.0.0.1", f"--port={self.port}"),
            *("--allow-root", "--ServerApp.port_retries=0", f"--ServerApp.root_dir={self.notebooks}"),
            *("--LabApp.news_url=None", "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"),
            *("--LabApp.extension_manager=readonly", "--LabApp.expose_app_in_browser=True"),
            "--JupyterNotebookApp.expose_app_in_browser=True",
            f"--IdentityProvider.token={self.token}",
        ]
        with self.log.open("wb") as log:
            return subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def is_up(self, seconds: float = 90) -> bool:
        """Waits until the server answers; False when it ended, or never did."""
        limit = time.monotonic() + seconds
        while time.monotonic() < limit:
            if self.process.poll() is not None:
                return False
            try:
                self.get("api/status")
            except (OSError, HTTPException, ValueError):
                time.sleep(0.1)
            else:
                return True
        return False

    def get(self, path: str, method: str = "GET") -> Any:
        """The JSON answer of one of the server's own routes."""
        headers = {"Authorization": f"token {self.token}"}
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}/{path}", headers=headers, method=method)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.loads(answer.read() or "null")

    def shut_kernels(self) -> None:
        """Ends every kernel, so that what runs next has the machine to itself."""
        for kernel in self.get("api/kernels"):
            self.get(f"api/kernels/{kernel['id']}", "DELETE")

    def let_go(self, names: Iterable[str]) -> None:
        """Ends the kernels of these notebooks, and does not wait for it: what runs next need not carry them."""
        paths = set(names)
        kernels = [each["kernel"]["id"] for each in self.get("api/sessions") if each["path"] in paths]

        def end() -> None:
            for kernel in kernels:
                with contextlib.suppress(OSError, HTTPException):  # it ended by itself
                    self.get(f"api/kernels/{kernel}", "DELETE")

        threading.Thread(target=end, daemon=True).start()

    def url(self, notebook: str, *, classic: bool = False) -> str:
        """The page of a notebook: in a workspace of its own (what other tests left open is not restored), or with
        `classic` in Notebook 7, which the same server has.
        """
        place = "notebooks" if classic else f"lab/workspaces/{secrets.token_hex(4)}/tree"
        return f"http://127.0.0.1:{self.port}/{place}/{notebook}?token={self.token}"

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
