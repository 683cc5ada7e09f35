"""Every HTTP route: its address, what goes in and out, and what it does."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel

from canvas_widget.server import models

if TYPE_CHECKING:
    from canvas_widget.server.api import Call

__all__ = ["Route", "routes"]

Body = Literal["json", "form", "file"]
Bucket = Literal["prompts", "edits", "work"]


@dataclass(frozen=True, slots=True)
class Route:
    """A route. `open` needs no credential; `produces` names the content type where it is not JSON."""

    method: Literal["GET", "POST", "PUT", "DELETE"]
    path: str
    call: Callable[[Call], Awaitable[Any]]
    summary: str
    query: type[BaseModel] | None = None
    body: type[BaseModel] | None = None
    answer: type[BaseModel] | None = None
    status: int = 200
    open: bool = False
    kind: Body = "json"
    bucket: Bucket | None = None
    produces: str = "application/json"


def routes() -> tuple[Route, ...]:
    """All of them."""
    from canvas_widget.server import canvas_calls as canvas
    from canvas_widget.server import chat_calls as chat
    from canvas_widget.server import line_calls as lines
    from canvas_widget.server import server_calls as server
    from canvas_widget.server import session_calls as sessions

    m = models
    return (
        Route("GET", "", server.info, "What this is", answer=m.Info),
        Route("GET", "health", server.health, "Whether the server can be used", answer=m.Health, open=True),
        Route("GET", "status", server.status, "How the server is doing", answer=m.Status),
        Route("GET", "metrics", server.metrics, "Counters by name"),
        Route("GET", "chat/metrics", server.metrics, "Counters by name"),
        Route("GET", "metrics/prometheus", server.prometheus, "Counters for Prometheus", produces="text/plain"),
        Route("GET", "openapi.json", server.openapi, "This description"),
        Route("GET", "asyncapi.json", server.asyncapi, "The WebSocket, described"),
        Route("GET", "docs", server.docs, "This description, to read", produces="text/html"),
        Route("POST", "login", server.login, "Sign in", body=m.Login, kind="form", answer=m.Token, open=True),
        Route("POST", "renew", server.renew, "Another token before the old one ends", answer=m.Token),
        Route("POST", "logout", server.logout, "Revoke the token", answer=m.Done),
        Route("GET", "me", server.me, "Who you are here", answer=m.Me),
        Route("GET", "me/export", server.export, "Everything that is kept of you"),
        Route("DELETE", "me", server.erase, "Delete everything that is kept of you", answer=m.Done),
        Route("POST", "chat", chat.chat, "Ask the agent", m.OfCanvas, m.Chat, m.ChatAnswer, bucket="prompts"),
        Route("GET", "chat/history", chat.history, "What was said", m.OfConversation, answer=m.History),
        Route("GET", "conversation/history", chat.history, "What was said", m.OfConversation, answer=m.History),
        Route("DELETE", "chat/context", chat.forget, "Forget a conversation", m.OfConversation, answer=m.Done),
        Route("GET", "models", chat.models, "What can be asked", m.OfCanvas),
        Route("GET", "help", chat.help_text, "How to use a canvas", m.OfCanvas, answer=m.Text),
        Route("GET", "canvas/state", canvas.state, "The whole canvas", m.OfCanvas, answer=m.State),
        Route("GET", "canvas/size", canvas.size, "The size of the canvas", m.OfCanvas, answer=m.Size),
        Route("PUT", "canvas/size", canvas.resize, "Set its size", m.OfCanvas, m.Size, m.Size, bucket="edits"),
        Route("POST", "canvas/clear", canvas.clear, "Delete all containers", m.OfCanvas, answer=m.Done, bucket="edits"),
        Route(
            "GET",
            "canvas/screenshot",
            canvas.screenshot,
            "A picture of it",
            m.Picture,
            produces="image/png",
            bucket="work",
        ),
        Route(
            "POST",
            "container/create",
            canvas.create,
            "Make a container",
            m.OfCanvas,
            m.CreateContainer,
            m.Container,
            status=201,
            bucket="edits",
        ),
        Route("GET", "container/{id}", canvas.container, "One container", m.OfCanvas, answer=m.Container),
        Route(
            "PUT",
            "container/{id}",
            canvas.update,
            "Change a container",
            m.OfCanvas,
            m.UpdateContainer,
            m.Container,
            bucket="edits",
        ),
        Route("DELETE", "container/{id}", canvas.delete, "Delete it", m.OfCanvas, answer=m.Done, bucket="edits"),
        Route("GET", "canvases", canvas.canvases, "Canvases you may see", answer=m.Canvases),
        Route("GET", "datasets", sessions.datasets, "The session's datasets", m.OfCanvas, answer=m.Datasets),
        Route(
            "POST",
            "datasets",
            sessions.upload,
            "Upload CSV, Parquet or Arrow",
            body=m.Upload,
            kind="file",
            answer=m.DatasetInfo,
            status=201,
            bucket="edits",
        ),
        Route(
            "POST",
            "datasets/{name}/chat",
            chat.about,
            "Ask about one dataset",
            m.OfCanvas,
            m.Chat,
            m.ChatAnswer,
            bucket="prompts",
        ),
        Route(
            "POST",
            "sessions",
            sessions.create,
            "Begin a session",
            body=m.CreateSession,
            answer=m.SessionInfo,
            status=201,
            bucket="edits",
        ),
        Route("GET", "sessions", sessions.listed, "Your sessions", m.Page, answer=m.Sessions),
        Route("GET", "sessions/{id}", sessions.one, "One session", answer=m.SessionInfo),
        Route(
            "PUT", "sessions/{id}", sessions.rename, "Rename it", body=m.Rename, answer=m.SessionInfo, bucket="edits"
        ),
        Route("DELETE", "sessions/{id}", sessions.end, "End it, or erase it", m.OfEnd, answer=m.Done),
        Route("GET", "sessions/{id}/summary", sessions.summary, "What it came to", answer=m.Summary),
        Route("GET", "sessions/{id}/events", sessions.events, "What happened", m.EventsQuery, answer=m.EventsPage),
        Route("POST", "sessions/{id}/share", sessions.share, "Share it", body=m.Share, answer=m.Done),
        Route("POST", "lines", lines.begin, "Frames without a WebSocket", m.OfCanvas, answer=m.LineInfo, status=201),
        Route("POST", "lines/{id}", lines.post, "Send frames", body=m.Frames, answer=m.Done),
        Route("GET", "lines/{id}", lines.read, "Wait for frames", m.LineQuery, answer=m.Frames),
        Route("DELETE", "lines/{id}", lines.end, "Let the line go", answer=m.Done),
    )
