"""An OpenAI-compatible server on loopback that plays scripted turns over real server-sent events.

    with ScriptedServer([text("Hello"), calls(("list_datasets", {}))]) as server:
        ...  # CANVAS_WIDGET_BASE_URL=server.url
        server.requests[0]["messages"]

A turn is a list of steps played in order:

- a dict is one SSE chunk, a str or bytes is sent as it is;
- `Status` is an HTTP answer instead of a stream;
- `HANG` waits until the client is gone or the server stops; as the first step it does so with the headers sent,
  `SILENT` does so without them; `Trickle` sends one step again and again;
- `CUT` closes the connection, `RESET` does so with a TCP reset, `END` ends the answer as if it were whole,
  without `[DONE]`; `GONE` resets it and refuses all connections from then on.

A stream ends with `[DONE]` unless one of those ended it. When all turns are played the last one repeats. Instead of a
list of turns a function may be given, which gets the body of a request and returns the turn that answers it.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import socket
import struct
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self

__all__ = [
    "CUT",
    "END",
    "GONE",
    "HANG",
    "RESET",
    "SILENT",
    "ScriptedServer",
    "Status",
    "Trickle",
    "Turn",
    "calls",
    "chunk",
    "legacy_call",
    "text",
    "usage",
]

HANG = object()
SILENT = object()
CUT = object()
RESET = object()
END = object()
GONE = object()


@dataclass(frozen=True)
class Status:
    """An HTTP answer in place of a stream."""

    code: int
    body: dict[str, Any] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Trickle:
    """A step that comes again and again, without end."""

    step: Any
    seconds: float = 0.002


Turn = Sequence[Any]
Answer = Callable[[dict[str, Any]], Turn]


def chunk(delta: dict[str, Any] | None = None, finish: str | None = None, **more: Any) -> dict[str, Any]:
    """One chunk of a chat completion."""
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": "scripted",
        "choices": [{"index": 0, "delta": delta or {}, "finish_reason": finish}],
        **more,
    }


def usage(prompt: int, completion: int, **more: Any) -> dict[str, Any]:
    """The last chunk, with the tokens and no choice."""
    counted = {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion, **more}
    return {**chunk(), "choices": [], "usage": counted}


def text(*pieces: str, finish: str | None = "stop") -> list[dict[str, Any]]:
    """A turn that answers with text, in pieces."""
    return [chunk({"role": "assistant"}), *[chunk({"content": piece}) for piece in pieces], chunk({}, finish)]


def calls(*wanted: tuple[str, dict[str, Any] | str], say: str = "", pieces: int = 3) -> list[dict[str, Any]]:
    """A turn that calls tools in parallel, each call's arguments in fragments."""
    played = [chunk({"role": "assistant", "content": say or None})]
    for index, (name, given) in enumerate(wanted):
        arguments = given if isinstance(given, str) else json.dumps(given)
        head = {
            "index": index,
            "id": f"call_{name}_{index}",
            "type": "function",
            "function": {"name": name, "arguments": ""},
        }
        played.append(chunk({"tool_calls": [head]}))
        size = max(1, -(-len(arguments) // pieces))
        for start in range(0, len(arguments), size):
            fragment = {"index": index, "function": {"arguments": arguments[start : start + size]}}
            played.append(chunk({"tool_calls": [fragment]}))
    return [*played, chunk({}, "tool_calls")]


def legacy_call(name: str, arguments: dict[str, Any]) -> list[dict[str, Any]]:
    """A turn in the older format: one `function_call`, its arguments in two fragments."""
    whole = json.dumps(arguments)
    return [
        chunk({"role": "assistant", "content": None, "function_call": {"name": name, "arguments": ""}}),
        chunk({"function_call": {"arguments": whole[:5]}}),
        chunk({"function_call": {"arguments": whole[5:]}}),
        chunk({}, "function_call"),
    ]


class ScriptedServer:
    """Plays turns; `requests` holds the bodies it got, `headers` theirs.

    `hanging` is set once it leaves a client waiting, `left` once such a client has gone; `slow` counts the answers
    that it left without an end, and `trickled` the pieces it sent of them.
    """

    def __init__(self, turns: Sequence[Turn] | Answer = (), *, port: int = 0) -> None:
        self.turns: Any = turns if callable(turns) else list(turns)
        self.requests: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.hanging = threading.Event()
        self.left = threading.Event()
        self.slow = 0
        self.trickled = 0
        self.stopping = threading.Event()
        self._wake, self._asleep = socket.socketpair()
        self._lock = threading.Lock()
        self._refusing = False
        self._server = self._listen(port)
        self._address = self._server.server_address[1]

    def _listen(self, port: int) -> ThreadingHTTPServer:
        server = _Server(("127.0.0.1", port), self._handler())
        self._thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        return server

    @property
    def url(self) -> str:
        """The base URL to give a client."""
        return f"http://127.0.0.1:{self._address}/v1"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopping.set()
        self._asleep.close()
        self.refuse()
        self._wake.close()

    def refuse(self) -> None:
        """Take no connection any more."""
        with self._lock:
            if self._refusing:
                return
            self._refusing = True
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def accept(self) -> None:
        """Take connections again, at the same address."""
        if self._refusing:
            self._server = self._listen(self._address)
            self._thread.start()
            self._refusing = False

    def play(self, turns: Sequence[Turn] | Answer) -> None:
        """Begin anew, with other turns."""
        self.accept()
        with self._lock:
            self.turns = turns if callable(turns) else list(turns)
            self.requests, self.headers = [], []
            self.slow = self.trickled = 0
        self.hanging.clear()
        self.left.clear()

    def next_turn(self, request: dict[str, Any], headers: dict[str, str]) -> Turn:
        """Record a request and give the turn that answers it."""
        with self._lock:
            self.requests.append(request)
            self.headers.append(headers)
            if callable(self.turns):
                played: Turn = self.turns(request)
                return played
            kept: Turn = self.turns[min(len(self.requests), len(self.turns)) - 1]
            return kept

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        scripted = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def log_message(self, *_: object) -> None:
                pass

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                self.play(scripted.next_turn(body, dict(self.headers)))

            def play(self, turn: Turn) -> None:
                if turn and isinstance(turn[0], Status):
                    self.status(turn[0])
                    return
                if turn and turn[0] is SILENT:
                    self.hang()
                    return
                self.send_response(200)
                self.send_header("content-type", "text/event-stream")
                self.send_header("transfer-encoding", "chunked")
                self.end_headers()
                for step in turn:
                    if isinstance(step, Trickle):
                        self.trickle(step)
                        return
                    if step is CUT:
                        self.close_connection = True
                        return
                    if step is HANG:
                        self.hang()
                        return
                    if step is GONE:
                        scripted.refuse()
                    if step is RESET or step is GONE:
                        self.reset()
                        return
                    if step is END:
                        self.wfile.write(b"0\r\n\r\n")
                        return
                    self.piece(step if isinstance(step, str | bytes) else f"data: {json.dumps(step)}\n\n")
                self.piece("data: [DONE]\n\n")
                self.wfile.write(b"0\r\n\r\n")

            def hang(self) -> None:
                self.close_connection = True
                scripted.slow += 1
                scripted.hanging.set()
                select.select([self.connection, scripted._wake], [], [])
                scripted.left.set()

            def trickle(self, trickle: Trickle) -> None:
                self.close_connection = True
                scripted.slow += 1
                scripted.hanging.set()
                raw = f"data: {json.dumps(trickle.step)}\n\n"
                with contextlib.suppress(OSError):
                    while not select.select([self.connection, scripted._wake], [], [], trickle.seconds)[0]:
                        self.piece(raw)
                        scripted.trickled += 1
                scripted.left.set()

            def reset(self) -> None:
                self.close_connection = True
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                os.close(self.connection.detach())

            def piece(self, data: str | bytes) -> None:
                raw = data.encode() if isinstance(data, str) else data
                self.wfile.write(f"{len(raw):x}\r\n".encode() + raw + b"\r\n")
                self.wfile.flush()

            def status(self, answer: Status) -> None:
                raw = json.dumps(answer.body).encode()
                self.send_response(answer.code)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(raw)))
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(raw)

        return Handler


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no error of the server."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


def main() -> None:
    """Serve the turns of a JSON file (a list of lists of chunks): `python scripted_server.py FILE [PORT]`."""
    turns = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    with ScriptedServer(turns, port=int(sys.argv[2]) if len(sys.argv) > 2 else 0) as server:
        sys.stdout.write(server.url + "\n")
        sys.stdout.flush()
        threading.Event().wait()


if __name__ == "__main__":
    main()
