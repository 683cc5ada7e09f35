"""The description of the WebSocket in AsyncAPI 3, made from the models that check the frames."""

from __future__ import annotations

import re
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from canvas_widget import __version__
from canvas_widget.session.protocol import CLIENT_FRAMES, SERVER_FRAMES, ErrorInfo

__all__ = ["ANSWERS", "describe_socket"]

REFERENCE = "#/components/schemas/{model}"
ANSWERS: dict[str, tuple[str, ...]] = {
    "handshake": ("server_info",),
    "init_session": ("session_ready", "chat_history"),
    "user_prompt": ("accepted",),
    "cancel": ("debug",),
    "canvas_edit": ("ack",),
    "undo": ("ack",),
    "redo": ("ack",),
    "arrange": ("ack",),
    "get_canvas_state": ("canvas_state",),
    "get_result": ("result",),
    "refresh": ("debug",),
    "get_history": ("chat_history",),
    "clear_conversation": ("conversation_cleared",),
    "get_models": ("models",),
    "get_help": ("help",),
    "take_screenshot": ("screenshot",),
    "call_tool": ("tool_answer",),
    "select": ("ack",),
    "rows_behind": ("result",),
    "redraw": ("ack",),
    "get_code": ("code",),
    "set_control": ("ack",),
    "ping": ("pong",),
    "pong": (),
    "close_session": ("session_closed",),
}
"""What answers each frame of a client by its id; an `error` may in place of any."""

CHANNELS = {
    "session": ("canvas/ws/session/{session_id}", "Join or resume a session."),
    "newSession": ("canvas/ws", "A new session of one's own."),
    "kernel": ("canvas/ws/kernel/{kernel_id}/{canvas}", "A canvas that lives in a running kernel."),
}
PARAMETERS = {
    "session_id": "What `session_ready` named.",
    "kernel_id": "Jupyter's id of the kernel.",
    "canvas": "The name of the canvas, percent-encoded.",
}
ENVELOPE = {
    "id": {"type": "string", "description": "The client's own message id: what answers it has it as `reply_to`."},
    "session_id": {"type": "string"},
    "timestamp": {"type": "string", "format": "date-time"},
}
FROM_SERVER = {
    "reply_to": {"type": "string", "description": "The id of the message that this answers."},
    "session_id": {"type": "string"},
    "seq": {"type": "integer", "description": "A counter on each frame that all clients must know."},
    "timestamp": {"type": "string", "format": "date-time"},
}


def describe_socket(host: str = "localhost:8888", base_url: str = "/") -> dict[str, Any]:
    """The whole description, AsyncAPI 3.0. `receive` is what the server takes, `send` what it tells."""
    models = {model for table in (CLIENT_FRAMES, SERVER_FRAMES) for model in table.values()} | {ErrorInfo}
    ordered = sorted(models, key=lambda model: model.__name__)
    _, schemas = models_json_schema([(model, "validation") for model in ordered], ref_template=REFERENCE)
    messages = {f"client.{kind}": _message(kind, model, client=True) for kind, model in CLIENT_FRAMES.items()}
    messages |= {f"server.{kind}": _message(kind, model, client=False) for kind, model in SERVER_FRAMES.items()}
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "canvas_widget",
            "version": __version__,
            "description": "Canvases and their agent over WebSocket. The rules are in docs/protocol.md.",
        },
        "defaultContentType": "application/json",
        "servers": {
            "jupyter": {
                "host": host,
                "pathname": base_url,
                "protocol": "ws",
                "description": "A Jupyter server with the extension; `wss` behind TLS.",
                "security": [{"$ref": "#/components/securitySchemes/bearer"}],
            }
        },
        "channels": {name: _channel(*channel, messages) for name, channel in CHANNELS.items()},
        "operations": _operations(),
        "components": {
            "messages": messages,
            "schemas": _told_apart(schemas.get("$defs", {})),
            "securitySchemes": {
                "bearer": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "`Authorization: Bearer TOKEN`, or the subprotocols `canvas.v1` and `bearer.TOKEN`.",
                }
            },
        },
    }


def _told_apart(node: Any) -> Any:
    """The schemas with each discriminator as AsyncAPI writes it: the name of the field alone."""
    if isinstance(node, list):
        return [_told_apart(part) for part in node]
    if not isinstance(node, dict):
        return node
    found = {key: _told_apart(part) for key, part in node.items()}
    if isinstance(found.get("discriminator"), dict):
        found["discriminator"] = found["discriminator"]["propertyName"]
    return found


def _message(kind: str, model: type[BaseModel], *, client: bool) -> dict[str, Any]:
    properties: dict[str, Any] = {"type": {"const": kind}, "data": {"$ref": REFERENCE.format(model=model.__name__)}}
    properties |= ENVELOPE if client else FROM_SERVER
    required = ["type"] if client else ["type", "data", "timestamp"]
    if kind == "error":
        properties["error"] = {"$ref": REFERENCE.format(model="ErrorInfo")}
        required.append("error")
    summary = re.sub(r"\s+", " ", (model.__doc__ or "").partition("\n\n")[0]).strip()
    payload = {"type": "object", "required": required, "properties": properties}
    return {"name": kind, "summary": summary, "payload": payload}


def _channel(address: str, description: str, messages: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {"address": address, "description": description}
    names = re.findall(r"{(\w+)}", address)
    if names:
        found["parameters"] = {name: {"description": PARAMETERS[name]} for name in names}
    found["messages"] = {name: {"$ref": f"#/components/messages/{name}"} for name in messages}
    found["bindings"] = {"ws": {"method": "GET", "bindingVersion": "0.1.0"}}
    return found


def _operations() -> dict[str, Any]:
    """On `session` one for each frame; the two other channels carry the same."""
    found: dict[str, Any] = {}
    for kind in CLIENT_FRAMES:
        found[f"receive.{kind}"] = _on("session", "receive", [f"client.{kind}"])
        if ANSWERS[kind]:
            answers = [f"server.{answer}" for answer in (*ANSWERS[kind], "error")]
            on = _on("session", "send", answers)
            found[f"receive.{kind}"]["reply"] = {"channel": on["channel"], "messages": on["messages"]}
    for kind in SERVER_FRAMES:
        found[f"send.{kind}"] = _on("session", "send", [f"server.{kind}"])
    for name in ("newSession", "kernel"):
        found[f"receive.{name}"] = _on(name, "receive", [f"client.{kind}" for kind in CLIENT_FRAMES])
        found[f"send.{name}"] = _on(name, "send", [f"server.{kind}" for kind in SERVER_FRAMES])
    return found


def _on(channel: str, action: str, messages: list[str]) -> dict[str, Any]:
    return {
        "action": action,
        "channel": {"$ref": f"#/channels/{channel}"},
        "messages": [{"$ref": f"#/channels/{channel}/messages/{name}"} for name in messages],
    }
