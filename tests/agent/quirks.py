"""How "compatible" servers answer in their own way: one answer of each kind, with what it must be read as.

The shapes are those that users of these servers report; the words are ours.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from agent.scripted_server import chunk, text, usage

__all__ = ["FIXTURES", "Fixture"]


@dataclass(frozen=True)
class Fixture:
    """A server's answer, and the text, thinking, calls (name, arguments) and tokens in it."""

    kind: str
    turn: list[Any]
    text: str = ""
    thinking: str = ""
    calls: tuple[tuple[str, str], ...] = ()
    tokens: tuple[int, int] | None = None


def call(arguments: Any, **more: Any) -> dict[str, Any]:
    return {"type": "function", "function": {"name": "undo", "arguments": arguments}, **more}


GROQ = {"x_groq": {"id": "req_1", "usage": {"prompt_tokens": 23, "completion_tokens": 19, "total_time": 0.03}}}
SIGNED = {"extra_content": {"google": {"thought_signature": "c2lnbmVk"}}}
FILTERED = {**chunk(), "choices": [], "prompt_filter_results": [{"prompt_index": 0, "content_filter_results": {}}]}

FIXTURES = {
    "Groq: tokens under a name of its own": Fixture(
        "groq", [*text("Hi")[:-1], chunk({}, "stop", **GROQ)], text="Hi", tokens=(23, 19)
    ),
    "Groq: thinking as `reasoning`": Fixture(
        "groq", [chunk({"reasoning": "Hm. "}), chunk({"reasoning": "So."}), *text("Hi")], "Hi", "Hm. So."
    ),
    "DeepSeek and llama.cpp: thinking as `reasoning_content`, content null meanwhile": Fixture(
        "deepseek", [chunk({"reasoning_content": "Hm.", "content": None}), *text("Hi")], "Hi", "Hm."
    ),
    "Local reasoning models: thinking between tags in the text": Fixture(
        "",
        [chunk({"content": piece}) for piece in ("<th", "ink>\nHm", ".</thi", "nk>\n\n", "Hi <think>")] + text("")[1:],
        "Hi <think>",
        "\nHm.",
    ),
    "Mistral: content as a list of parts": Fixture(
        "mistral",
        [
            chunk({"content": [{"type": "thinking", "thinking": [{"type": "text", "text": "Hm."}]}]}),
            chunk({"content": [{"type": "text", "text": "Hi"}]}, "stop"),
        ],
        "Hi",
        "Hm.",
    ),
    "Mistral: a call at once, tokens in the chunk that ends": Fixture(
        "mistral",
        [{**chunk({"tool_calls": [call("{}", id="D681PevKs", index=0)]}, "tool_calls"), "usage": usage(5, 7)["usage"]}],
        calls=(("undo", "{}"),),
        tokens=(5, 7),
    ),
    "Gemini: calls without an index, each whole, in one chunk": Fixture(
        "gemini",
        [chunk({"tool_calls": [call('{"a":1}', id="one", **SIGNED), call('{"a":2}', id="two")]}), chunk({}, "stop")],
        calls=(("undo", '{"a":1}'), ("undo", '{"a":2}')),
    ),
    "Gemini: calls with no id at all": Fixture(
        "gemini", [chunk({"tool_calls": [call("{}", id="")]}, "tool_calls")], calls=(("undo", "{}"),)
    ),
    "Ollama: a call ends with “stop”, arguments as an object": Fixture(
        "ollama",
        [chunk({"content": "", "tool_calls": [call({"a": 1}, id="c", index=0)]}), chunk({}, "stop")],
        calls=(("undo", '{"a": 1}'),),
    ),
    "Azure: a first chunk without choices": Fixture("azure", [FILTERED, *text("Hi")], "Hi"),
    "OpenRouter: comments, tokens and cost after the end": Fixture(
        "openrouter", [": OPENROUTER PROCESSING\n\n", *text("Hi"), usage(8, 2, cost=0.001)], "Hi", tokens=(8, 2)
    ),
    "Together: tokens in the chunk that ends, an end of its own": Fixture(
        "together", [*text("Hi")[:-1], {**chunk({}, "eos"), "usage": usage(4, 1)["usage"]}], "Hi", tokens=(4, 1)
    ),
    "LM Studio: an empty reason until the end": Fixture(
        "lmstudio", [chunk({"content": "Hi"}, ""), chunk({}, "stop")], "Hi"
    ),
    "any: tokens in every chunk, the last ones count": Fixture(
        "",
        [
            {**chunk({"content": "Hi"}), "usage": usage(4, 1)["usage"]},
            {**chunk({}, "stop"), "usage": usage(4, 2)["usage"]},
        ],
        "Hi",
        tokens=(4, 2),
    ),
    "any: empty usage, no usage": Fixture(
        "", [{**chunk({"content": "Hi"}), "usage": {}}, chunk({}, "stop", usage=None)], "Hi"
    ),
    "any: the old function call": Fixture(
        "",
        [
            chunk({"function_call": {"name": "undo", "arguments": ""}}),
            chunk({"function_call": {"arguments": "{}"}}),
            chunk({}, "function_call"),
        ],
        calls=(("undo", "{}"),),
    ),
    "any: a refusal is text": Fixture("", [chunk({"refusal": "I will not."}), chunk({}, "stop")], "I will not."),
}
