"""Whoever may only look can send no frame that changes what others see."""

from __future__ import annotations

import pytest

from canvas_widget.session.protocol import CLIENT_FRAMES
from canvas_widget.session.session import CHANGES, KEPT

LOOKS = {
    "handshake",
    "init_session",
    "get_canvas_state",
    "get_result",
    "rows_behind",
    "get_code",
    "get_history",
    "get_models",
    "get_help",
    "take_screenshot",
    "ping",
    "pong",
}
JUDGED_BY_THEMSELVES = {"call_tool", "close_session"}


@pytest.mark.ledger("C5")
def test_every_frame_is_known_to_look_or_to_change() -> None:
    assert set(CLIENT_FRAMES) == LOOKS | JUDGED_BY_THEMSELVES | CHANGES
    assert not CHANGES & (LOOKS | JUDGED_BY_THEMSELVES)
    assert KEPT < CHANGES
