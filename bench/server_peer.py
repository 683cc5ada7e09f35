"""The least a WebSocket server can do: Tornado alone, which answers what comes, after a commit where that is asked.

`python -m bench.server_peer FOLDER` prints its port and serves until its standard input ends.
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application
from tornado.websocket import WebSocketHandler

__all__ = ["bare_database"]

INSERT = "INSERT INTO events (session_id, seq, content) VALUES (?, ?, ?)"


def bare_database(path: Path) -> sqlite3.Connection:
    """A database as safe as ours (WAL, a sync per commit), with one table and the index that keeps its order."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute(
        "CREATE TABLE IF NOT EXISTS events (id INTEGER PRIMARY KEY, session_id TEXT, seq INTEGER, content TEXT, "
        "UNIQUE (session_id, seq))"
    )
    return connection


class Echo(WebSocketHandler):
    """Says what was said, under the name it was asked by."""

    def on_message(self, message: str | bytes) -> None:
        """Answer."""
        frame = json.loads(message)
        self.write_message(json.dumps({"type": "pong", "data": {}, "reply_to": frame["id"]}))


class Commit(WebSocketHandler):
    """Commits what was said, then answers."""

    database: sqlite3.Connection
    number = 0

    def on_message(self, message: str | bytes) -> None:
        """Commit and answer."""
        frame = json.loads(message)
        Commit.number += 1
        self.database.execute("BEGIN IMMEDIATE")
        self.database.execute(INSERT, ("peer", Commit.number, message))
        self.database.execute("COMMIT")
        self.write_message(json.dumps({"type": "ack", "data": frame["data"], "reply_to": frame["id"]}))


class Beside(WebSocketHandler):
    """Has another thread commit what was said, then answers: no disk holds up the other clients, as with ours."""

    thread: ThreadPoolExecutor
    database: sqlite3.Connection
    number = 0

    async def on_message(self, message: str | bytes) -> None:
        """Hand over, wait, answer."""
        frame = json.loads(message)
        await asyncio.get_running_loop().run_in_executor(self.thread, self._commit, message)
        self.write_message(json.dumps({"type": "ack", "data": frame["data"], "reply_to": frame["id"]}))

    def _commit(self, message: str | bytes) -> None:
        Beside.number += 1
        self.database.execute("BEGIN IMMEDIATE")
        self.database.execute(INSERT, ("beside", Beside.number, message))
        self.database.execute("COMMIT")


async def main(folder: Path) -> None:
    Commit.database = bare_database(folder / "peer.sqlite")
    Beside.thread = ThreadPoolExecutor(1)
    Beside.database = await asyncio.get_running_loop().run_in_executor(
        Beside.thread, bare_database, folder / "beside.sqlite"
    )
    sockets = bind_sockets(0, "127.0.0.1")
    server = HTTPServer(Application([("/echo", Echo), ("/commit", Commit), ("/beside", Beside)]))
    server.add_sockets(sockets)
    print(sockets[0].getsockname()[1], flush=True)
    await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
