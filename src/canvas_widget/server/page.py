"""The standalone page and its files: the one thing, besides signing in, that needs no credential."""

from __future__ import annotations

import gzip
import hashlib
import html
import json
import secrets
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from jupyter_server.auth.decorator import allow_unauthenticated
from jupyter_server.base.handlers import JupyterHandler

from canvas_widget.errors import CanvasError, NotFound
from canvas_widget.server.base import CanvasHandler
from canvas_widget.server.server_calls import me_of

__all__ = ["AssetHandler", "PageHandler"]

STATIC = Path(__file__).resolve().parent.parent / "static"
FONTS = STATIC.parent / "theme" / "fonts"
PAGE = {
    "page.js": "text/javascript; charset=utf-8",
    "page.css": "text/css; charset=utf-8",
    "widget.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
}
ASSETS = {
    **PAGE,
    "notebook.js": "text/javascript; charset=utf-8",
    "canvas-sans-400.woff2": "font/woff2",
    "canvas-sans-600.woff2": "font/woff2",
}
"""Besides the page's files what a notebook's widgets need, for JupyterLab to have it before the first cell runs."""
PACKED = frozenset({"notebook.js"})
"""There compressed only."""
YEAR = "public, max-age=31536000, immutable"

SHELL = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="same-origin">
<title>Canvas</title>
<link rel="icon" href="{icon}" type="image/svg+xml">
<link rel="stylesheet" href="{css}">
<script type="module" nonce="{nonce}" src="{js}"></script>
</head>
<body>
<div id="app" data-config="{config}"><noscript>This page needs JavaScript.</noscript></div>
</body>
</html>
"""


@lru_cache(maxsize=32)
def _asset(path: Path, stamp: float) -> tuple[bytes, str]:  # noqa: ARG001  (a rebuilt file is another)
    content = path.read_bytes()
    return content, hashlib.sha256(content).hexdigest()


def asset(name: str) -> tuple[bytes, str]:
    """A file of the page and its hash.

    Raises:
        NotFound: the front end was not built.
    """
    path = (FONTS if name.endswith(".woff2") else STATIC) / name
    try:
        return _asset(path, path.stat().st_mtime)
    except OSError:
        raise NotFound(f"{name} is missing: the front end was not built.") from None


class PageHandler(CanvasHandler):
    """`canvas/`: the page. It says who is signed in; all else that it shows comes from the API."""

    nonce = ""

    async def prepare(self) -> None:  # type: ignore[override]
        """As for any page of Jupyter's; who is not known is asked to sign in by the page itself."""
        await self.identify()

    @property
    def content_security_policy(self) -> str:
        """No script but ours and what it loads, no eval, nothing from elsewhere."""
        self.nonce = self.nonce or secrets.token_urlsafe(16)
        return "; ".join(
            (
                "default-src 'none'",
                f"script-src 'nonce-{self.nonce}' 'strict-dynamic'",
                f"style-src 'self' 'nonce-{self.nonce}'",
                "connect-src 'self'",
                "img-src 'self' data: blob:",
                "font-src 'self' data:",
                "form-action 'self'",
                "base-uri 'none'",
                "frame-ancestors 'self'",
            )
        )

    @allow_unauthenticated
    async def get(self, *_: str) -> None:
        """The page. A token in its address is used and taken out of it."""
        if self.get_query_argument("token", None) is not None:
            kept = [(name, self.get_query_argument(name)) for name in self.request.query_arguments if name != "token"]
            self.redirect(self.request.path + ("?" + urlencode(kept) if kept else ""))
            return
        assert self.xsrf_token  # noqa: S101  (asking for it sets the cookie that the page sends back)
        root = self.base_url + "canvas/"
        try:
            urls = {name: f"{root}assets/{name}?v={asset(name)[1][:16]}" for name in PAGE}
        except CanvasError as error:
            self.send_error_info(error)
            return
        me = None if self.caller is None else me_of(self.caller).model_dump(mode="json")
        config = json.dumps({"root": root, "base": self.base_url, "widget": urls["widget.js"], "me": me})
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.set_header("Cache-Control", "no-store")
        self.set_header("Referrer-Policy", "same-origin")
        self.finish(
            SHELL.format(
                icon=html.escape(urls["icon.svg"]),
                css=html.escape(urls["page.css"]),
                js=html.escape(urls["page.js"]),
                nonce=self.nonce,
                config=html.escape(config),
            )
        )


class AssetHandler(CanvasHandler):
    """`canvas/assets/…`: the files of the page, the same for everybody."""

    async def prepare(self) -> None:  # type: ignore[override]
        """As for the page."""
        await JupyterHandler.prepare(self, _redirect_to_login=False)

    @allow_unauthenticated
    async def get(self, name: str) -> None:
        """A file; gzipped where that is understood and done already."""
        try:
            packed = (STATIC / f"{name}.gz").exists()
            content, digest = asset(f"{name}.gz" if name in PACKED else name)
            self.set_header("Content-Type", ASSETS[name])
            self.set_header("ETag", f'"{digest}"')
            fresh = self.get_query_argument("v", "") == digest[:16]
            self.set_header("Cache-Control", YEAR if fresh else "no-cache")
            self.set_header("Vary", "Accept-Encoding")
            if "gzip" in self.request.headers.get("Accept-Encoding", "") and packed:
                content, _ = asset(f"{name}.gz")
                self.set_header("Content-Encoding", "gzip")
            elif name in PACKED:
                content = gzip.decompress(content)
        except CanvasError as error:
            self.send_error_info(error)
            return
        if self.check_etag_header():
            self.set_status(304)
            self.finish()
            return
        self.finish(content)

    def compute_etag(self) -> Any:
        """The one that `get` has set."""
        return self._headers.get("ETag")
