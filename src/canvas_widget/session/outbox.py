"""What leaves a session: numbered frames, kept for replay, and text coalesced to at most 30 frames a second."""

from __future__ import annotations

import asyncio
import pickle
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal, Protocol

from canvas_widget.errors import CanvasError

if TYPE_CHECKING:
    from canvas_widget.session.record import Recorder

__all__ = ["Answers", "Client", "Frame", "Member", "Outbox", "Scope", "error_info", "pack", "unpack"]

Frame = dict[str, Any]

FLUSH_SECONDS = 1 / 30
REPLAY_FRAMES, REPLAY_BYTES = 2000, 8 * 2**20
"""What is kept for clients that come back. One that missed more gets a snapshot."""

Answers = dict[str, list[tuple[bytes, list[bytes]]]]
"""What a client was answered, by its message ids: packed frames, each with its buffers."""

Scope = Literal["own", "edit", "read"]


class Client(Protocol):
    """Where frames go: one widget model, one socket, one test. `send` is called on the session's loop only."""

    def send(self, frame: Frame, buffers: list[bytes]) -> None: ...


@dataclass(eq=False, slots=True)
class Member:
    """A client of the session, what it said of itself, and the answers it already got, by its message ids.

    `scope` is what its user may do: look ("read"), change the canvas ("edit"), or end the session too ("own"). Once it
    has `left`, by itself or sent away, nothing it sends counts.
    """

    client: Client
    client_type: str = "unknown"
    arrow: bool = False
    joined: bool = False
    answers: Answers = field(default_factory=dict)
    scope: Scope = "own"
    user: str = ""
    client_id: str = ""
    left: bool = False

    @property
    def tab(self) -> bool:
        """Whether somebody looks at it: a single call over HTTP is nobody's tab."""
        return self.client_type != "http"


def pack(frame: Frame) -> bytes:
    """A frame to be kept. Thousands are, and hardly any is asked for again: as bytes the garbage collector, which stops
    the whole server while it looks through all objects there are, has nothing to visit in them.
    """
    return pickle.dumps(frame, pickle.HIGHEST_PROTOCOL)


def unpack(kept: bytes) -> Frame:
    """The frame that `pack` kept, in this process."""
    frame: Frame = pickle.loads(kept)  # noqa: S301  (never from anywhere but `pack`)
    return frame


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def error_info(error: CanvasError, node: dict[str, Any] | None = None) -> dict[str, Any]:
    """An error as the envelope carries it."""
    info: dict[str, Any] = {"code": error.code, "error_code": error.error_code, "message": error.message}
    if error.retry_after is not None:
        info["retry_after"] = error.retry_after
    if error.alternatives:
        info["alternatives"] = list(error.alternatives)
    if node is not None:
        info["node"] = node
    return info


class Outbox:
    """Numbers frames and hands them to the members that have joined.

    A frame with a `seq` reaches every member, or is replaced for its originator by an answer with the same `seq`.
    Where a recorder keeps what happens, a frame waits until everything that happened before it is safe.
    """

    recorder: Recorder | None = None

    def __init__(self, session_id: str) -> None:
        self.session_id = session_id
        self.seq = 0
        self.members: list[Member] = []
        self._log: deque[tuple[int, bytes]] = deque()
        self._log_bytes = 0
        self._text: dict[tuple[str, int], list[str]] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._held: deque[tuple[int, Member, Frame, list[bytes]]] = deque()

    def deliver(self, member: Member, frame: Frame, buffers: list[bytes]) -> None:
        """Send a frame once it may be told, behind those that wait already."""
        recorder = self.recorder
        if recorder is None or (not self._held and recorder.required <= recorder.journal.durable):
            member.client.send(frame, buffers)
        else:
            self._held.append((recorder.required, member, frame, buffers))

    def release(self) -> None:
        """Send what has become safe."""
        assert self.recorder is not None  # noqa: S101  (only a recorder's journal calls this)
        while self._held and self._held[0][0] <= self.recorder.journal.durable:
            _, member, frame, buffers = self._held.popleft()
            member.client.send(frame, buffers)

    def frame(self, kind: str, data: dict[str, Any], **envelope: Any) -> Frame:
        """A frame with its envelope; None values are left out."""
        frame: Frame = {"type": kind, "data": data, "session_id": self.session_id, "timestamp": _now()}
        frame.update({key: value for key, value in envelope.items() if value is not None})
        return frame

    def next_seq(self) -> int:
        """The number of the next frame that all must see."""
        self.seq += 1
        return self.seq

    def answer(
        self,
        member: Member,
        request_id: str | None,
        kind: str,
        data: dict[str, Any],
        buffers: Iterable[bytes] = (),
        *,
        at_once: bool = False,
        **envelope: Any,
    ) -> None:
        """Send a frame to one member, as the answer to its message where that had an id.

        With `at_once` it goes before what still has to become safe, and a repeated message is handled anew.
        """
        frame = self.frame(kind, data, reply_to=request_id, **envelope)
        sent = list(buffers)
        if at_once:
            member.client.send(frame, sent)
            return
        if request_id is not None:
            member.answers.setdefault(request_id, []).append((pack(frame), sent))
            while len(member.answers) > 256:
                del member.answers[next(iter(member.answers))]
        self.deliver(member, frame, sent)

    def broadcast(self, kind: str, data: dict[str, Any], *, seq: int | None = None, skip: Member | None = None) -> None:
        """Send a numbered frame to all members that have joined, but one."""
        self.flush()
        number = self.next_seq() if seq is None else seq
        frame = self.frame(kind, data, seq=number)
        self._keep(number, pack(frame))
        for member in tuple(self.members):
            if member.joined and member is not skip:
                self.deliver(member, frame, [])

    def _keep(self, number: int, kept: bytes) -> None:
        self._log.append((number, kept))
        self._log_bytes += len(kept)
        while len(self._log) > REPLAY_FRAMES or self._log_bytes > REPLAY_BYTES:
            self._log_bytes -= len(self._log.popleft()[1])

    def text(self, turn_id: str, attempt: int, piece: str) -> None:
        """Send a piece of an answer, together with what else comes within a thirtieth of a second."""
        self._text.setdefault((turn_id, attempt), []).append(piece)
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(FLUSH_SECONDS, self.flush)

    def flush(self) -> None:
        """Send the text that waits."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        waiting, self._text = self._text, {}
        for (turn_id, attempt), pieces in waiting.items():
            data = {"turn_id": turn_id, "attempt": attempt, "text": "".join(pieces), "chunk": True}
            self.broadcast("assistant_response", data)

    def since(self, seq: int) -> list[Frame] | None:
        """The frames after `seq`, or None when some of them are no longer held."""
        if seq > self.seq:
            return None
        if seq == self.seq:
            return []
        missed = [(number, kept) for number, kept in self._log if number > seq]
        return [unpack(kept) for _, kept in missed] if missed and missed[0][0] == seq + 1 else None
