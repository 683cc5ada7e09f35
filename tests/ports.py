"""Ports for servers that are told theirs before they listen."""

from __future__ import annotations

import os
import random
import socket

__all__ = ["free_port"]

FIRST, LAST = 10_240, 32_000
"""Below the ports that a system gives to connections: none of those takes one between our look and the server's."""

_dice = random.Random(os.urandom(16))  # not the seeded one, by which two processes would choose the same


def free_port() -> int:
    """A port of this machine that nobody listens on, and that nobody but a server of another test can take."""
    for _ in range(100):
        port = _dice.randrange(FIRST, LAST)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise AssertionError(f"no port from {FIRST} to {LAST} is free")
