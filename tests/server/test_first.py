"""A session of one's own over a WebSocket, from the first frame to the chart."""

from __future__ import annotations

import pytest

from .client import Client
from .process import Server


@pytest.mark.ledger("N4", "C2", "C3")
async def test_a_socket_makes_a_session_and_the_agent_draws_on_it(server: Server) -> None:
    async with Client(server.ws(), server.token) as client:
        ready = await client.ask("init_session", answer="session_ready")
        assert ready["data"]["resumed"] == "new"
        accepted = await client.ask("user_prompt", {"prompt": "create a container called notes"}, answer="accepted")
        turn = accepted["data"]["turn_id"]
        done = await client.wait("done")
        assert (done["data"]["turn_id"], done["data"]["reason"]) == (turn, "complete")
        assert client.of("assistant_response")[-1]["data"]["text"]
