"""Who calls: a Jupyter user by token or cookie, or a user of ours by a token from `login`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

__all__ = ["LOCAL", "Caller", "jupyter_caller"]

LOCAL = "local"
"""The one owner of a server that knows only a token."""


@dataclass(frozen=True, slots=True)
class Caller:
    """A caller that is known. `jti`, `expires` and `since` (when the password was given; both seconds since 1970)
    belong to a token of ours.
    """

    user_id: str
    name: str
    jti: str | None = None
    expires: float | None = None
    since: float | None = None

    @property
    def jupyter(self) -> bool:
        """Whether Jupyter itself knows the caller, so that running kernels are theirs."""
        return self.jti is None


def jupyter_caller(provider: Any, user: Any) -> Caller:
    """The caller that a Jupyter user is. Where Jupyter has no users but only a token, all are one."""
    from jupyter_server.auth.identity import IdentityProvider, LegacyIdentityProvider, PasswordIdentityProvider

    if type(provider) in (IdentityProvider, PasswordIdentityProvider, LegacyIdentityProvider):
        return Caller(LOCAL, LOCAL)
    return Caller(f"jupyter:{user.username}", user.username)
