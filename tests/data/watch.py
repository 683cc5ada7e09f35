"""Watches a folder and a port: who opens a file or connects is seen, also from code that Python does not run."""

from __future__ import annotations

import ctypes
import os
import socket
import struct
import sys
from pathlib import Path

IN_ACCESS, IN_MODIFY, IN_ATTRIB, IN_OPEN = 0x1, 0x2, 0x4, 0x20
IN_CREATE, IN_DELETE, IN_MOVED = 0x100, 0x200, 0xC0
EVENT = struct.Struct("iIII")


class Watch:
    """A folder with a canary file, and a listening port.

    `touched()` names the files that were opened, read, changed, made or removed since the last call (by inotify, so on
    Linux only; elsewhere it sees what was changed, made or removed), and "port" when somebody connected.
    """

    def __init__(self, folder: Path, word: str) -> None:
        self.folder = folder
        self.file = folder / "canary.csv"
        self.out = folder / "out.csv"
        self.file.write_text(f"word\n{word}\n")
        (folder / "canary.parquet").write_bytes(b"PAR1" + word.encode() + b"PAR1")
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.setblocking(False)
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}/canary.csv"
        self._inotify = self._start() if sys.platform == "linux" else None
        self._before = self._state()

    def _start(self) -> int:
        libc = ctypes.CDLL(None, use_errno=True)
        handle = libc.inotify_init1(os.O_NONBLOCK)
        mask = IN_ACCESS | IN_MODIFY | IN_ATTRIB | IN_OPEN | IN_CREATE | IN_DELETE | IN_MOVED
        if handle < 0 or libc.inotify_add_watch(handle, os.fsencode(self.folder), mask) < 0:
            raise OSError(ctypes.get_errno(), "inotify")
        return int(handle)

    def _state(self) -> dict[str, tuple[int, int]]:
        return {each.name: (each.stat().st_size, each.stat().st_mtime_ns) for each in self.folder.iterdir()}

    def touched(self) -> set[str]:
        found = set()
        if self._inotify is not None:
            try:
                data = os.read(self._inotify, 65_536)
            except BlockingIOError:
                data = b""
            while data:
                _, mask, _, length = EVENT.unpack_from(data)
                name = data[EVENT.size : EVENT.size + length].rstrip(b"\0").decode()
                if name:
                    found.add(f"{name} ({mask:#x})")
                data = data[EVENT.size + length :]
        else:
            now = self._state()
            found |= {name for name, _ in set(now.items()) ^ set(self._before.items())}
        try:
            self._listener.accept()[0].close()
            found.add("port")
        except BlockingIOError:
            pass
        return found

    def close(self) -> None:
        self._listener.close()
        if self._inotify is not None:
            os.close(self._inotify)
