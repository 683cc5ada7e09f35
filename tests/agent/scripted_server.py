"""An OpenAI-compatible server on loopback that plays scripted turns over real server-sent events.

    with ScriptedServer([text("Hello"), calls(("list_datasets", {}))]) as server:
        ...  # CANVAS_WIDGET_BASE_URL=server.url
        server.requests[0]["messages"]

A turn is a list of steps played in order: a dict (one SSE chunk), a str or bytes (sent as it is), `Status` (an HTTP
answer instead of a stream), `HANG` (waits until the client is gone or the server stops), or `CUT` (closes the
connection at once). A stream ends with `[DONE]` unless it was cut. When all turns are played the last one repeats.
"""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self

__all__ = ["CUT", "HANG", "ScriptedServer", "Status", "Turn", "calls", "chunk", "legacy_call", "text", "usage"]

HANG = object()
CUT = object()


@dataclass(frozen=True)
class Status:
    """An HTTP answer in place of a stream."""

    code: int
    body: dict[str, Any] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)


Turn = Sequence[Any]


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
    """Plays turns; `requests` holds the bodies it got, `headers` theirs, `gone` how many clients left a hang."""

    def __init__(self, turns: Sequence[Turn] = (), *, port: int = 0) -> None:
        self.turns = list(turns)
        self.requests: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.hanging = threading.Event()
        self.stopping = threading.Event()
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", port), self._handler())
        self._server.daemon_threads = True
        self._server.block_on_close = False
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    @property
    def url(self) -> str:
        """The base URL to give a client."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopping.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def next_turn(self, request: dict[str, Any], headers: dict[str, str]) -> Turn:
        """Record a request and give the turn that answers it."""
        with self._lock:
            self.requests.append(request)
            self.headers.append(headers)
            return self.turns[min(len(self.requests), len(self.turns)) - 1]

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        scripted = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_: object) -> None:
                pass

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                self.play(scripted.next_turn(body, dict(self.headers)))

            def play(self, turn: Turn) -> None:
                if turn and isinstance(turn[0], Status):
                    self.status(turn[0])
                    return
                self.send_response(200)
                self.send_header("content-type", "text/event-stream")
                self.send_header("transfer-encoding", "chunked")
                self.end_headers()
                for step in turn:
                    if step is CUT:
                        self.close_connection = True
                        return
                    if step is HANG:
                        scripted.hanging.set()
                        scripted.stopping.wait()
                        self.close_connection = True
                        return
                    self.piece(step if isinstance(step, str | bytes) else f"data: {json.dumps(step)}\n\n")
                self.piece("data: [DONE]\n\n")
                self.wfile.write(b"0\r\n\r\n")

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


def main() -> None:
    """Serve the turns of a JSON file (a list of lists of chunks): `python scripted_server.py FILE [PORT]`."""
    turns = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    with ScriptedServer(turns, port=int(sys.argv[2]) if len(sys.argv) > 2 else 0) as server:
        sys.stdout.write(server.url + "\n")
        sys.stdout.flush()
        threading.Event().wait()


if __name__ == "__main__":
    main()
