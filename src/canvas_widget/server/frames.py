"""Frames as bytes on a socket, and what may come in."""

from __future__ import annotations

import json
import struct
from datetime import UTC, datetime
from typing import Any

from canvas_widget.errors import CanvasError, InvalidArgument, TooLarge
from canvas_widget.session import Frame, error_info
from canvas_widget.surrogates import sound

__all__ = ["encode", "encode_binary", "error_frame", "parse"]

MAX_DEPTH = 64
_HEADER = struct.Struct(">I")


class _Cache:
    """The frame encoded last: a broadcast hands the same one to every client."""

    __slots__ = ("frame", "text")

    def __init__(self) -> None:
        self.frame: Frame | None = None
        self.text = b""


_last = _Cache()


def encode(frame: Frame) -> bytes:
    """A frame as the text of a WebSocket message, in UTF-8."""
    if _last.frame is not frame:
        _last.text = json.dumps(frame, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
        _last.frame = frame
    return _last.text


def encode_binary(frame: Frame, buffer: bytes) -> bytes:
    """A frame with one buffer: the length of the header (four bytes, big-endian), the header, the buffer."""
    header = json.dumps(frame, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
    return _HEADER.pack(len(header)) + header + buffer


def _no_constant(name: str) -> Any:
    raise InvalidArgument(f"A frame is JSON, and {name} is no number there.")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise InvalidArgument("A frame names each of its fields once.")
    return found


def parse(data: bytes, limit: int) -> Any:
    """What a client sent as text.

    Raises:
        TooLarge: longer than `limit` bytes.
        InvalidArgument: no UTF-8, no JSON, a number or a character that is none, or nested too deeply.
    """
    if len(data) > limit:
        raise TooLarge(f"A message has at most {limit:,} bytes; this one has {len(data):,}.")
    try:
        text = data.decode()
    except UnicodeDecodeError:
        raise _malformed("A frame is text in UTF-8; this one is not.") from None
    if _depth(text) > MAX_DEPTH:
        raise _malformed(f"A frame is nested at most {MAX_DEPTH} deep.")
    try:
        found = json.loads(text, parse_constant=_no_constant, object_pairs_hook=_unique)
    except ValueError:
        raise _malformed("A frame is one JSON object; this is no JSON.") from None
    if ("\\ud" in text or "\\uD" in text) and not sound(found):
        raise _malformed("A text holds half of a surrogate pair (\\ud800 to \\udfff); send whole characters.")
    return found


def _malformed(message: str) -> InvalidArgument:
    error = InvalidArgument(message)
    error.code, error.error_code = 400, "MALFORMED"
    return error


def _depth(text: str) -> int:
    """How deeply brackets are nested, those inside strings aside: cheap, and safe on any input."""
    if text.count("{") + text.count("[") <= MAX_DEPTH:
        return 0
    deepest = depth = 0
    inside = escaped = False
    for letter in text:
        if inside:
            if escaped:
                escaped = False
            elif letter == "\\":
                escaped = True
            elif letter == '"':
                inside = False
        elif letter == '"':
            inside = True
        elif letter in "{[":
            depth += 1
            deepest = max(deepest, depth)
            if deepest > MAX_DEPTH:
                break
        elif letter in "}]":
            depth -= 1
    return deepest


def error_frame(error: CanvasError, request_id: str | None = None, session_id: str | None = None) -> Frame:
    """An `error` frame that comes from the server itself, not from a session."""
    at = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    frame: Frame = {"type": "error", "data": {"message": error.message, "level": "error"}, "timestamp": at}
    if request_id is not None:
        frame["reply_to"] = request_id
    if session_id is not None:
        frame["session_id"] = session_id
    return frame | {"error": error_info(error)}
