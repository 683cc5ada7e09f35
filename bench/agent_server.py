"""The server that the benchmark of the agent asks: scripted answers, written piece by piece, in a process of its own.

`python bench/agent_server.py` prints its address. A prompt with tools is answered with a call of the first tool, the
result of a call with one sentence, and "stream N" with N pieces, each in a packet of its own.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
from typing import Any

__all__: list[str] = []

PACE = 0.0005
"""Seconds between two pieces of a stream: each is read by itself, as it is from a model."""


def chunk(delta: dict[str, Any], finish: str | None = None, **more: Any) -> bytes:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    head = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": "scripted"}
    return piece(b"data: " + json.dumps({**head, "choices": [choice], **more}).encode() + b"\n\n")


def piece(data: bytes) -> bytes:
    return f"{len(data):x}\r\n".encode() + data + b"\r\n"


USAGE = {"usage": {"prompt_tokens": 900, "completion_tokens": 20, "total_tokens": 920}}
END = piece(b"data: [DONE]\n\n") + b"0\r\n\r\n"
TEXT = b"".join([chunk({"role": "assistant"}), *[chunk({"content": " word"}) for _ in range(12)]])
SENTENCE = TEXT + chunk({}, "stop", **USAGE) + END
HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"


def called(name: str) -> bytes:
    function = {"name": name, "arguments": ""}
    first = {"index": 0, "id": "call_abcdefghi", "type": "function", "function": function}
    parts = [{"index": 0, "function": {"arguments": text}} for text in ("{", "}")]
    pieces = [chunk({"role": "assistant", "content": None, "tool_calls": [first]})]
    pieces += [chunk({"tool_calls": [part]}) for part in parts]
    return b"".join([*pieces, chunk({}, "tool_calls", **USAGE)]) + END


async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            size = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
            body = json.loads(await reader.readexactly(int(size[1]))) if size else {}
            writer.write(HEAD)
            await play(body, writer)
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()


async def play(body: dict[str, Any], writer: asyncio.StreamWriter) -> None:
    last = body["messages"][-1]
    wanted = re.search(r"stream (\d+)", str(last.get("content"))) if last["role"] == "user" else None
    if wanted:
        writer.write(chunk({"role": "assistant"}))
        for _ in range(int(wanted[1])):
            writer.write(chunk({"content": " word"}))
            await asyncio.sleep(PACE)
        writer.write(chunk({}, "stop", **USAGE) + END)
    elif last["role"] == "user" and body.get("tools"):
        writer.write(called(body["tools"][0]["function"]["name"]))
    else:
        writer.write(SENTENCE)


async def main() -> None:
    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    sys.stdout.write(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
