from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canvas_widget.agent.conversation import Conversation, Conversations
from canvas_widget.agent.stream import Message, ToolCall
from canvas_widget.errors import NotFound

pytestmark = pytest.mark.ledger("A13")


def exchange(number: int, calls: int) -> list[Message]:
    """A prompt, a round of calls with their results, and an answer."""
    wanted = tuple(ToolCall(f"{number}-{index}", "list_datasets", "{}") for index in range(calls))
    said = [Message("user", f"prompt {number}")]
    if wanted:
        said.append(Message("assistant", "", wanted))
        said += [Message("tool", "{}", tool_call_id=call.id, name=call.name) for call in wanted]
    return [*said, Message("assistant", f"answer {number}")]


@given(st.lists(st.integers(0, 8), max_size=12), st.integers(1, 25))
def test_the_newest_messages_stay_and_no_call_is_cut_from_its_results(turns: list[int], limit: int) -> None:
    conversation = Conversation(limit=limit)
    everything: list[Message] = []
    for number, calls in enumerate(turns):
        said = exchange(number, calls)
        everything += said
        conversation.add(said, str(number))
    kept = list(conversation.messages)
    assert kept == everything[len(everything) - len(kept) :]
    assert len(kept) <= max(limit, 1)
    called = [call.id for message in kept for call in message.tool_calls]
    answered = [message.tool_call_id for message in kept if message.role == "tool"]
    assert called == answered
    assert not everything or kept
    if len(kept) < len(everything):
        left_out = everything[: len(everything) - len(kept)]
        unit = 1
        while left_out[-unit].role == "tool":
            unit += 1
        assert len(kept) + unit > limit


def test_a_round_longer_than_the_limit_is_kept_whole() -> None:
    conversation = Conversation(limit=3)
    conversation.add(exchange(0, 6)[:-1])
    assert [message.role for message in conversation.messages] == ["assistant", *["tool"] * 6]


def test_calls_without_their_results_are_not_kept() -> None:
    conversation = Conversation()
    conversation.add([Message("user", "a"), Message("assistant", "", (ToolCall("1", "undo", "{}"),))])
    conversation.add([Message("tool", "{}", tool_call_id="9", name="undo"), Message("assistant", "b")])
    assert [message.content for message in conversation.messages] == ["a", "b"]


def test_history_shows_what_was_said_with_its_turn_and_time() -> None:
    conversation = Conversation(clock=lambda: "2024-01-01T00:00:00Z")
    conversation.add(exchange(0, 2), "turn-0")
    assert conversation.as_wire() == [
        {"role": "user", "content": "prompt 0", "turn_id": "turn-0", "timestamp": "2024-01-01T00:00:00Z"},
        {"role": "assistant", "content": "answer 0", "turn_id": "turn-0", "timestamp": "2024-01-01T00:00:00Z"},
    ]


def test_conversations_are_apart_listed_and_cleared() -> None:
    held = Conversations(limit=4)
    held.get("a").add(exchange(0, 0))
    held.get("b").add(exchange(1, 0))
    assert held.ids() == ("a", "b")
    assert held.get("a").messages[0].content == "prompt 0"
    assert held.get("a").limit == 4
    held.clear("a")
    assert (len(held.get("a")), len(held.get("b"))) == (0, 2)
    with pytest.raises(NotFound):
        held.clear("c")


def test_a_prompt_that_runs_again_forgets_its_former_run() -> None:
    conversation = Conversation()
    for number in (0, 1):
        conversation.add(exchange(number, 1), f"turn-{number}")
    conversation.forget_prompt("prompt 0")
    assert [message.content for message in conversation.messages if message.role == "user"] == ["prompt 1"]


def test_calls_nested_past_reading_are_let_go_like_any_other() -> None:
    conversation = Conversation(limit=2)
    call = ToolCall("c", "create_chart", "[" * 100_000)
    conversation.add([Message("user", "draw"), Message("assistant", "", (call,)), Message("tool", "{}", (), "c")])
    conversation.add(exchange(1, 0))
    assert [message.content for message in conversation.messages] == ["prompt 1", "answer 1"]
    assert conversation.earlier == ("user: draw", "did: create_chart()")
