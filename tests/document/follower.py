"""A client of its own making: it knows the wire form and the deltas, and nothing of our classes."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from typing import Any


def follow(state: dict[str, Any], deltas: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """The wire form of a document after a `tree_update`'s deltas."""
    state = copy.deepcopy(state)
    containers: list[dict[str, Any]] = state["containers"]
    for delta in deltas:
        place, node = delta["path"].split("/")[1:], delta.get("node")
        if place[0] in ("canvas", "settings"):
            state[place[0]].update(node)
            continue
        at = next((number for number, found in enumerate(containers) if found["id"] == place[1]), None)
        match delta["action"]:
            case "add":
                assert at is None
                containers.append(node)
            case "remove":
                containers.pop(at)
            case "update":
                containers[at].update(node)
            case "move":
                containers.insert(node["index"], containers.pop(at))
    return state
