"""The widget carrier keeps order, loses nothing, and stays under the server's message rate."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from canvas_widget.notebook.carrier import Allowance, WidgetClient


def _unpacked(messages: list[dict[str, Any]]) -> list[int]:
    frames = [frame for message in messages for frame in message.get("frames", [message])]
    return [frame["seq"] for frame in frames]


@pytest.mark.ledger("A16", "N1")
async def test_a_burst_leaves_as_few_messages_in_order() -> None:
    sent: list[dict[str, Any]] = []
    client = WidgetClient(lambda message, _: sent.append(message), asyncio.get_running_loop())
    for seq in range(5000):
        client.send({"type": "tree_update", "seq": seq}, [])
    client.flush()
    assert _unpacked(sent) == list(range(5000))
    assert len(sent) <= 2, "the first at once, the rest together"


@pytest.mark.ledger("A16", "N4")
async def test_answers_leave_at_once_until_the_allowance_of_the_kernel_is_used_up() -> None:
    loop = asyncio.get_running_loop()
    sent: list[dict[str, Any]] = []
    others: list[dict[str, Any]] = []
    shared = Allowance(burst=5, per_second=0.001)
    one = WidgetClient(lambda message, _: sent.append(message), loop, shared)
    other = WidgetClient(lambda message, _: others.append(message), loop, shared)
    for seq in range(4):
        one.send({"type": "pong", "seq": seq}, [])
        await asyncio.sleep(0)
        assert len(sent) == seq + 1, "nobody who asks waits for a batch"
    other.send({"type": "pong", "seq": 0}, [])
    for seq in range(4, 50):
        one.send({"type": "pong", "seq": seq}, [])
        other.send({"type": "pong", "seq": seq}, [])
        await asyncio.sleep(0)
    assert (len(sent), len(others)) == (5, 1), "all clients of a kernel spend one allowance"
    one.flush()
    assert _unpacked(sent) == list(range(50))


@pytest.mark.ledger("A16", "N1")
async def test_a_frame_with_buffers_goes_alone_after_what_waited() -> None:
    sent: list[tuple[dict[str, Any], list[bytes]]] = []
    client = WidgetClient(lambda message, buffers: sent.append((message, buffers)), asyncio.get_running_loop())
    for seq in range(3):
        client.send({"type": "tree_update", "seq": seq}, [])
    client.send({"type": "result", "seq": 3}, [b"rows"])
    assert _unpacked([message for message, _ in sent]) == [0, 1, 2, 3]
    assert sent[-1][1] == [b"rows"]


@pytest.mark.ledger("A16")
async def test_a_dead_comm_does_not_stop_the_session() -> None:
    def broken(_: object, __: object) -> None:
        raise RuntimeError("closed")

    client = WidgetClient(broken, asyncio.get_running_loop())
    client.send({"type": "tree_update", "seq": 1}, [])
    client.flush()
