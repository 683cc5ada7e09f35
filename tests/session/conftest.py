from __future__ import annotations

from collections.abc import Iterator

import pytest

from .carriers import Door, Scripted, memory_door, widget_door


@pytest.fixture
def provider() -> Scripted:
    return Scripted()


@pytest.fixture(params=["memory", "widget"])
def door(request: pytest.FixtureRequest, provider: Scripted, monkeypatch: pytest.MonkeyPatch) -> Iterator[Door]:
    """A client of a fresh session over each carrier."""
    if request.param == "memory":
        yield from memory_door(provider)
    else:
        yield from widget_door(provider, monkeypatch)
