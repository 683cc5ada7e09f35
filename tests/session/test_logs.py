"""Logs are lines of JSON that say whose they are, and hold no key, prompt or value."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from canvas_widget.agent.stream import Finish, TextDelta, ToolCallDelta
from canvas_widget.data import Catalogue
from canvas_widget.errors import InvalidArgument
from canvas_widget.logs import LOGGER, write_logs_to
from canvas_widget.session import MemoryClient, Session, Turns
from canvas_widget.settings import Settings
from canvas_widget.workspace import Workspace

from .carriers import SALES, Scripted, say

KEY = "planted-0123456789-key"
PATTERNED = "sk-ant-abcdefghijklmnopqrstuvwxyz"


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Path]:
    before, level = tuple(LOGGER.handlers), LOGGER.level
    yield tmp_path / "canvas.log"
    for handler in set(LOGGER.handlers) - set(before):
        LOGGER.removeHandler(handler)
        handler.close()
    LOGGER.setLevel(level)


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


async def prompted(settings: Settings, *steps: Any, prompt: str = "Draw", request_id: str = "r-1") -> Session:
    """A session that one client asked one thing, to its end."""
    catalogue = Catalogue()
    catalogue.register("sales", SALES)
    session = Session(Workspace("logged", catalogue=catalogue), Turns(settings, lambda *_: Scripted(*steps)))
    client = MemoryClient()
    member = session.attach(client)
    await session.handle(member, {"type": "user_prompt", "id": request_id, "data": {"prompt": prompt}})
    await asyncio.wait_for(client.until("done"), 20)
    await session.close()
    return session


METRIC = [
    ToolCallDelta(0, "c1", "create_metric", '{"container_id": "m", "value": "sum(revenue)"}'),
    Finish("tool_calls"),
]


@pytest.mark.ledger("B4")
async def test_a_turn_leaves_lines_with_its_ids(log: Path) -> None:
    session = await prompted(Settings(log_file=log), METRIC, say("Done."), request_id="my-request")
    told = {line["event"]: line for line in lines(log)}
    assert {"tool", "turn"} <= set(told)
    for line in told.values():
        assert (line["session_id"], line["request_id"]) == (session.session_id, "my-request")
        assert line["turn_id"]
        assert line["time"].endswith("Z")
    assert (told["tool"]["tool"], told["tool"]["ok"]) == ("create_metric", True)
    assert (told["turn"]["reason"], told["turn"]["provider"], told["turn"]["tools"]) == ("complete", "scripted", 1)
    assert told["turn"]["tokens"] > 0


@pytest.mark.ledger("B4")
async def test_two_sessions_do_not_mix_their_ids(log: Path) -> None:
    settings = Settings(log_file=log)
    sessions = await asyncio.gather(
        prompted(settings, METRIC, say("One."), request_id="a"), prompted(settings, METRIC, say("Two."), request_id="b")
    )
    whose = {(line["session_id"], line["request_id"]) for line in lines(log)}
    assert whose == {(sessions[0].session_id, "a"), (sessions[1].session_id, "b")}


@pytest.mark.ledger("B4")
async def test_no_key_prompt_answer_or_value_is_logged(log: Path) -> None:
    settings = Settings(log_file=log, log_level="debug", api_key=KEY, base_url="http://127.0.0.1:9/v1")
    broken = [ToolCallDelta(0, "c1", "create_metric", json.dumps({"container_id": KEY, "value": PATTERNED})), METRIC[1]]
    await prompted(
        settings, broken, [TextDelta(f"{KEY} {PATTERNED} 75.5"), Finish("stop")], prompt=f"{KEY} {PATTERNED}"
    )
    LOGGER.warning("A library said %s and Bearer %s", KEY, "abcdefghijklmnop")
    try:
        raise ValueError(KEY)
    except ValueError:
        LOGGER.exception("It failed at %s", PATTERNED)
    written = log.read_text(encoding="utf-8")  # noqa: ASYNC240
    for secret in (KEY, PATTERNED, "abcdefghijklmnop", "75.5"):
        assert secret not in written
    assert lines(log)[-1]["exception"].startswith("Traceback")


@pytest.mark.ledger("B4")
async def test_a_failed_turn_is_a_warning_with_its_code(log: Path) -> None:
    await prompted(Settings(log_file=log, log_level="warning", retries=0), [TextDelta("Half an ans")])
    (line,) = lines(log)
    assert (line["event"], line["level"], line["reason"], line["error_code"]) == (
        "turn",
        "warning",
        "error",
        "PROVIDER",
    )


@pytest.mark.ledger("B4", "A15")
def test_a_log_file_that_cannot_be_written_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(InvalidArgument, match=r"log file nowhere\.log cannot be written .* Set CANVAS_WIDGET_LOG_FILE"):
        write_logs_to(tmp_path / "no" / "nowhere.log")


@pytest.mark.ledger("B4")
async def test_without_a_log_file_nothing_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: Any
) -> None:
    monkeypatch.chdir(tmp_path)
    await prompted(Settings(), METRIC, say("Done."))
    assert capfd.readouterr() == ("", "")
    assert not tuple(tmp_path.iterdir())  # noqa: ASYNC240
    assert not [handler for handler in LOGGER.handlers if not isinstance(handler, logging.NullHandler)]
