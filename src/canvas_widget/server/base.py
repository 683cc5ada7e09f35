"""What every handler stands on: who calls, from where, and errors in one shape."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from jupyter_core.utils import ensure_async
from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.extension.handler import ExtensionHandlerMixin
from tornado.web import RequestHandler

from canvas_widget.errors import CanvasError, Forbidden, NotFound, Unauthenticated
from canvas_widget.server.identity import Caller, jupyter_caller

if TYPE_CHECKING:
    from canvas_widget.server.hub import Hub

__all__ = ["SUBPROTOCOL", "CanvasHandler"]

SUBPROTOCOL = "canvas.v1"
BEARER = "bearer."
SAFE = ("GET", "HEAD", "OPTIONS")


class CanvasHandler(ExtensionHandlerMixin, JupyterHandler):  # type: ignore[misc,unused-ignore]
    """Finds out who calls. `caller` is None where nobody is known; `refusal` says why a token given is no good.

    A token that was given decides: a bad one is never made up for by a cookie.
    """

    caller: Caller | None = None
    by_cookie = False
    """Whether a cookie of ours says who calls, so that what changes something needs the XSRF token."""
    refusal: Unauthenticated | None = None

    @property
    def hub(self) -> Hub:
        hub: Hub = self.settings["canvas_widget_hub"]
        return hub

    def given_token(self) -> str:
        """The token of the request: its Authorization header, its WebSocket subprotocols, or its address."""
        for part in self.request.headers.get("Sec-WebSocket-Protocol", "").split(","):
            if part.strip().startswith(BEARER) and "Authorization" not in self.request.headers:
                self.request.headers["Authorization"] = f"Bearer {part.strip()[len(BEARER) :]}"
        scheme, _, token = self.request.headers.get("Authorization", "").strip().partition(" ")
        if scheme.lower() in ("bearer", "token"):
            return token.strip()
        return self.get_argument("token", "")

    async def identify(self) -> None:
        """Set `caller`, or `refusal`, or neither."""
        token = self.given_token()
        await super().prepare(_redirect_to_login=False)
        user = self.current_user
        if token and not self.token_authenticated:
            try:
                self.caller = await self.hub.verify(token)
            except Unauthenticated as error:
                self.refusal = error
        elif not token and self._cookie_counts() and await self._known_by_cookie():
            self.by_cookie = True
        elif user is not None and (token or self._cookie_counts()):
            action = "read" if self.request.method in ("GET", "HEAD") else "write"
            allowed = self.authorizer.is_authorized(self, user, action, "canvas")
            if await ensure_async(allowed):
                self.caller = jupyter_caller(self.identity_provider, user)
        self._identified = True
        if self.by_cookie and self.request.method not in SAFE:
            RequestHandler.check_xsrf_cookie(self)
        elif self.caller is not None and self.caller.jupyter and self.request.method not in SAFE:
            super().check_xsrf_cookie()

    _identified = False

    # -- the cookie of our own page ------------------------------------------------------------------------------------

    async def _known_by_cookie(self) -> bool:
        """Take the user whose token our cookie holds; one that is no good is as none."""
        held = self.get_cookie(self._cookie)
        if not held:
            return False
        try:
            self.caller = await self.hub.verify(held)
        except Unauthenticated:
            return False
        return True

    @property
    def _cookie(self) -> str:
        """A name of its own for each address: cookies do not tell ports apart."""
        return "canvas-" + re.sub(r"[^A-Za-z0-9]+", "-", self.request.host)

    def keep_token(self, token: str, seconds: int) -> None:
        """Give the browser a token that no script can read and no other site can send."""
        self.set_cookie(
            self._cookie,
            token,
            max_age=seconds,
            path=self.base_url + "canvas/",
            httponly=True,
            samesite="Strict",
            secure=self.request.protocol == "https",
        )

    def forget_token(self) -> None:
        """Take that cookie back."""
        self.clear_cookie(self._cookie, path=self.base_url + "canvas/")

    def check_xsrf_cookie(self) -> None:
        """Not before the caller is known: who shows a token of ours needs none."""
        if self._identified and not self.by_cookie and self.caller is not None and self.caller.jupyter:
            super().check_xsrf_cookie()

    def _origin(self) -> str | None:
        """The page that asks; None where none does, or one of our own."""
        origin = self.request.headers.get("Origin") or self.request.headers.get("Sec-Websocket-Origin")
        if origin is None or urlsplit(origin.lower()).netloc == self.request.host.lower():
            return None
        return origin

    def _cookie_counts(self) -> bool:
        """Whether a cookie says who calls: from a page that only our settings let in, where they say so, too."""
        settings, origin = self.hub.settings, self._origin()
        if origin is None or self._jupyter_allows(origin):
            return True
        return settings.cors_allow_credentials and origin in settings.cors_origins

    def origin_allowed(self) -> bool:
        """Whether the request comes from our own pages, from an allowed origin, or from no page at all."""
        origin, allowed = self._origin(), self.hub.settings.cors_origins
        return origin is None or origin in allowed or "*" in allowed or self._jupyter_allows(origin)

    def _jupyter_allows(self, origin: str) -> bool:
        if self.allow_origin == "*":
            return True
        if self.allow_origin:
            return bool(self.allow_origin == origin)
        from jupyter_server.utils import origin_matches_pat

        pattern = self.allow_origin_pat
        return bool(pattern and origin_matches_pat(pattern, origin.lower()))

    async def may_use_kernels(self) -> None:
        """Whether Jupyter lets the caller run something in kernels; users of ours get what a canvas's owner shares.

        Raises:
            NotFound: it does not.
        """
        if self.known().jupyter:
            allowed = self.authorizer.is_authorized(self, self.current_user, "execute", "kernels")
            if not await ensure_async(allowed):
                raise NotFound("No such canvas.")

    def known(self) -> Caller:
        """The caller.

        Raises:
            Unauthenticated: nobody is known.
            Forbidden: the page that asks is not ours.
        """
        if not self.origin_allowed():
            raise Forbidden(
                "This origin may not use the canvas server. CANVAS_WIDGET_CORS_ORIGINS lists those that may."
            )
        if self.refusal is not None:
            raise self.refusal
        if self.caller is None:
            raise Unauthenticated("Sign in first: send a token from login, or Jupyter's own token.")
        return self.caller

    def set_cors_headers(self) -> None:
        """Closed, unless the settings name the origin."""
        settings, origin = self.hub.settings, self.request.headers.get("Origin")
        if origin is not None and (origin in settings.cors_origins or "*" in settings.cors_origins):
            self.set_header("Access-Control-Allow-Origin", origin)
            self.set_header("Vary", "Origin")
            self.set_header("Access-Control-Allow-Methods", "GET, POST, PUT, DELETE")
            self.set_header("Access-Control-Allow-Headers", "Authorization, Content-Type, X-XSRFToken")
            self.set_header("Access-Control-Expose-Headers", "Retry-After")
            if settings.cors_allow_credentials and "*" not in settings.cors_origins:
                self.set_header("Access-Control-Allow-Credentials", "true")

    # -- answers ---------------------------------------------------------------------------------------------------

    def send_json(self, data: Any, status: int = 200) -> None:
        """Answer with JSON."""
        self.set_status(status)
        self.set_header("Content-Type", "application/json")
        self.finish(json.dumps(data, allow_nan=False))

    def send_error_info(self, error: CanvasError) -> None:
        """Answer with an error, in the shape it has on every carrier."""
        if error.retry_after is not None:
            self.set_header("Retry-After", str(max(1, round(error.retry_after))))
        if error.code == 401:
            self.set_header("WWW-Authenticate", "Bearer")
        self.send_json(self.error_body(error), error.code)

    def error_body(self, error: CanvasError) -> dict[str, Any]:
        """What an answer with an error holds."""
        from canvas_widget.session import error_info

        return {"success": False, "error": error_info(error)}

    def write_error(self, status_code: int, **_: Any) -> None:
        """Tornado's own refusals in our shape, with no traceback."""
        symbols = {400: "BAD_REQUEST", 401: "UNAUTHENTICATED", 403: "FORBIDDEN", 404: "NOT_FOUND"}
        symbols |= {405: "METHOD_NOT_ALLOWED", 413: "TOO_LARGE"}
        message = {403: "This request is refused.", 404: "There is nothing here.", 405: "Not with this method."}
        info = {
            "code": status_code,
            "error_code": symbols.get(status_code, "INTERNAL_ERROR" if status_code >= 500 else "BAD_REQUEST"),
            "message": message.get(status_code, "The request could not be handled."),
        }
        self.set_header("Content-Type", "application/json")
        self.finish(json.dumps({"success": False, "error": info}))
