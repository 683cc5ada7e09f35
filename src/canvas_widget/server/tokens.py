"""Signing in users of ours: passwords in, tokens out, and when a token is good for nothing any more."""

from __future__ import annotations

import asyncio
import os
import secrets
import tempfile
import time
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from canvas_widget.errors import Forbidden, InvalidArgument, RateLimited, Unauthenticated
from canvas_widget.server.identity import LOCAL, Caller
from canvas_widget.settings import LEAST_SECRET, Settings
from canvas_widget.store import Store, UserRecord

__all__ = ["LEAST_PASSWORD", "Tokens", "make_user"]

ISSUER, AUDIENCE, ALGORITHM = "canvas_widget", "canvas", "HS256"
CLAIMS = ("exp", "iat", "iss", "aud", "sub", "jti")
LEAST_PASSWORD = 8
HASHING, WAITING = 2, 32
"""Passwords that are hashed at a time (each takes 64 MiB and a core), and requests that may wait for that."""
RENEWABLE = 12 * 3600
"""Seconds after which a password is asked for again, however often the token was renewed."""
WRONG = "The user name or the password is wrong."


def make_user(store: Store, username: str, password: str) -> UserRecord:
    """Add a user.

    Raises:
        InvalidArgument: a name or password that cannot be.
        Conflict: the name is taken.
    """
    from argon2 import PasswordHasher

    name = username.strip()
    if not name or len(name) > 100 or not name.isprintable():
        raise InvalidArgument("A user name has 1 to 100 printable characters.")
    if name == LOCAL or name.startswith("jupyter:"):
        raise InvalidArgument(f"{name!r} names a user of Jupyter's own. Choose another name.")
    if not LEAST_PASSWORD <= len(password) <= 1000:
        raise InvalidArgument(f"A password has {LEAST_PASSWORD} to 1,000 characters.")
    user = UserRecord(f"user:{uuid.uuid4().hex}", name, PasswordHasher().hash(password), datetime.now(UTC))
    store.add_user(user)
    return user


class Tokens:
    """Issues and checks tokens.

    Args:
        store: the users, and the tokens that were revoked.
        folder: where the secret is kept when the settings hold none.
    """

    def __init__(self, settings: Settings, store: Store, folder: Path) -> None:
        self._settings = settings
        self._store = store
        self._secret = settings.jwt_secret.get_secret_value() if settings.jwt_secret else _kept_secret(folder)
        self._revoked = store.revoked()
        self._mine: dict[str, float] = {}
        """What was revoked here, until it expires by itself: the store may not have been told yet."""
        self._unknown = ""
        self._hashing = asyncio.Semaphore(HASHING)
        self._waiting = 0

    async def login(self, username: str, password: str) -> tuple[str, int]:
        """A token for a user, and the seconds it is good for.

        Raises:
            Unauthenticated: no such user, or another password; the same answer in about the same time.
            RateLimited: too many sign in at once.
        """
        if self._waiting >= WAITING:
            raise RateLimited("Too many sign in just now. Try again in a moment.", retry_after=2)
        self._waiting += 1
        try:
            async with self._hashing:
                return await asyncio.to_thread(self._login, username, password)
        finally:
            self._waiting -= 1

    def _login(self, username: str, password: str) -> tuple[str, int]:
        from argon2 import PasswordHasher
        from argon2.exceptions import InvalidHashError, VerifyMismatchError

        hasher = PasswordHasher()
        self._unknown = self._unknown or hasher.hash(secrets.token_hex(16))  # whoever asks first: no one can tell
        user = self._store.user(username.strip())
        try:
            hasher.verify(user.password_hash if user else self._unknown, password)
        except (VerifyMismatchError, InvalidHashError):
            raise Unauthenticated(WRONG) from None
        if user is None:
            raise Unauthenticated(WRONG)
        return self.issue(user)

    async def renew(self, caller: Caller) -> tuple[str, int]:
        """Another token for who still has a good one, and the seconds it is good for.

        Raises:
            Forbidden: the caller is Jupyter's, not ours.
            Unauthenticated: the password was given too long ago, or the user is gone.
        """
        if caller.jupyter:
            raise Forbidden("Jupyter itself keeps you signed in; there is no token of ours to renew.")
        user = await asyncio.to_thread(self._store.user_by_id, caller.user_id)
        if user is None or time.time() - (caller.since or 0) >= RENEWABLE:
            raise Unauthenticated(f"After {RENEWABLE // 3600} hours the password is asked for again. Sign in.")
        return self.issue(user, caller.since)

    def issue(self, user: UserRecord, since: float | None = None) -> tuple[str, int]:
        """A token for a user, and the seconds it is good for. `since` is when the password was given, if not now."""
        import jwt

        now, seconds = int(time.time()), int(self._settings.jwt_minutes * 60)
        claims: dict[str, Any] = {
            "sub": user.user_id,
            "name": user.username,
            "iat": now,
            "exp": now + seconds,
            "iss": ISSUER,
            "aud": AUDIENCE,
            "jti": uuid.uuid4().hex,
            "auth_time": now if since is None else int(since),
        }
        return jwt.encode(claims, self._secret, algorithm=ALGORITHM), seconds

    async def verify(self, token: str) -> Caller:
        """The user whose token this is.

        Raises:
            Unauthenticated: it is none of ours, has expired, was revoked, or its user is gone.
        """
        import jwt

        try:
            claims = jwt.decode(
                token,
                self._secret,
                algorithms=[ALGORITHM],
                audience=AUDIENCE,
                issuer=ISSUER,
                options={"require": list(CLAIMS)},
            )
        except jwt.ExpiredSignatureError:
            raise Unauthenticated("The token has expired. Sign in again.") from None
        except jwt.PyJWTError:
            raise Unauthenticated("The token is not valid. Sign in again.") from None
        if claims["jti"] in self._revoked:
            raise Unauthenticated("The token was revoked. Sign in again.")
        user = await asyncio.to_thread(self._store.user_by_id, str(claims["sub"]))
        if user is None:
            raise Unauthenticated("The token's user is gone.")
        since = float(claims.get("auth_time", claims["iat"]))
        return Caller(user.user_id, user.username, str(claims["jti"]), float(claims["exp"]), since)

    async def revoke(self, caller: Caller) -> None:
        """Let a caller's token be good for nothing any more."""
        if caller.jti is not None and caller.expires is not None:
            self._revoked.add(caller.jti)
            self._mine[caller.jti] = caller.expires
            expires = datetime.fromtimestamp(caller.expires, UTC)
            await asyncio.to_thread(self._store.revoke, caller.jti, expires)

    async def refresh(self) -> None:
        """Learn what other processes have revoked."""
        now = time.time()
        self._mine = {jti: expires for jti, expires in self._mine.items() if expires > now}
        self._revoked = await asyncio.to_thread(self._store.revoked) | self._mine.keys()

    def good(self, caller: Caller) -> bool:
        """Whether a caller who was let in may stay."""
        return caller.jti is None or (caller.jti not in self._revoked and (caller.expires or 0) > time.time())


def _kept_secret(folder: Path) -> str:
    """The secret of this installation, made on first use and readable by its owner alone."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / "jwt_secret"
    while not path.exists():
        handle, part = tempfile.mkstemp(dir=folder)  # its owner's alone
        try:
            with os.fdopen(handle, "w", encoding="ascii") as file:
                file.write(secrets.token_hex(32))
            os.link(part, path)  # whole, or another server's
        except FileExistsError:
            pass
        except OSError:  # a file system without links
            Path(part).replace(path)
        finally:
            Path(part).unlink(missing_ok=True)
    path.chmod(0o600)
    held = path.read_text(encoding="ascii").strip()
    if len(held) >= LEAST_SECRET:
        return held
    path.unlink(missing_ok=True)
    return _kept_secret(folder)
