"""What tests say to a server: a new container, a first frame, a token in a header, a token that we signed ourselves."""

from __future__ import annotations

import time
from typing import Any

import jwt

from .client import Client

__all__ = ["PASSWORD", "SECRET", "add", "bearer", "forged", "joined"]

PASSWORD = "correct horse battery"
SECRET = "a secret of this test alone, long enough for HS256"


def add(name: str, **fields: Any) -> dict[str, Any]:
    box = {"id": name, "x": 0, "y": 0, "width": 100, "height": 80} | fields
    return {"op": "add", "path": f"/containers/{name}", "value": box}


async def joined(client: Client, **data: Any) -> dict[str, Any]:
    return await client.ask("init_session", data, answer="session_ready")


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def forged(**changes: Any) -> str:
    now = int(time.time())
    claims = {"sub": "x", "iat": now, "exp": now + 600, "iss": "canvas_widget", "aud": "canvas", "jti": "j"} | changes
    return jwt.encode({k: v for k, v in claims.items() if v is not None}, SECRET, algorithm="HS256")
