"""What an engine expects of a query, as a client of a session is told it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from canvas_widget.data import TableRequest
from canvas_widget.data.engines import remote
from canvas_widget.data.engines.postgres_port import PostgresPort
from canvas_widget.render.provenance import provenance
from tests.data.test_remote import dsn  # noqa: F401  (a fixture)

from .carriers import Door, Scripted, call, memory_door, say

ROWS = 20_000


@pytest.fixture
def client(dsn: str, provider: Scripted, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Door, Any]]:  # noqa: F811
    monkeypatch.setattr(remote, "HEAVY_ROWS", 1_000)
    connection = psycopg.connect(dsn, autocommit=True)  # closed without a commit: a look of ours may be within one
    with psycopg.connect(dsn, autocommit=True) as admin:
        admin.execute(
            f"CREATE TABLE IF NOT EXISTS big AS SELECT i AS id, i % 3 AS part FROM generate_series(1, {ROWS}) i"
        )
        admin.execute("ANALYZE big")
        doors = memory_door(provider)
        door = next(doors)
        door.session.workspace.catalogue.register("big", connection, table="big", remote=True)
        door.ask("init_session", "session_ready")
        yield door, admin
        for _ in doors:
            """Closes it."""
    connection.close()


@pytest.mark.ledger("X6")
def test_a_client_is_told_what_a_heavy_query_will_read_before_it_runs(
    client: tuple[Door, Any], provider: Scripted
) -> None:
    door, _ = client
    chart = {"container_id": "parts", "dataset": "big", "x": "part", "y": "sum(id)", "mark": "bar"}
    provider.steps = [call("create_chart", json.dumps(chart)), say("Drawn.")]
    door.send({"type": "user_prompt", "data": {"prompt": "sum of id by part"}})
    door.wait("done")
    told = door.wait("progress")
    rows = int(told["data"]["message"].removeprefix("PostgreSQL reads about ").removesuffix(" rows").replace(",", ""))
    assert rows == pytest.approx(ROWS, rel=0.05)
    kinds = [each["type"] for each in door.frames]
    assert kinds.index("tool_call") < kinds.index("progress") < kinds.index("tool_result")
    assert told["data"]["turn_id"] == door.wait("turn_started")["data"]["turn_id"]
    result = door.session.workspace.result_for("parts")
    assert result is not None
    said = told["data"]["message"]
    assert result.cost == said
    assert door.wait("tool_result")["data"]["result"]["cost"] == said, "the model is told what it cost"
    container = door.session.workspace.document["parts"]
    assert provenance(container, result) == provenance(container, None), "kept with the container, without the rows too"
    found = provenance(container, None)
    assert found is not None
    assert ("Cost", said) in found.facts
    assert sum(next(reversed(row.values())) for row in result.rows()) == ROWS * (ROWS + 1) // 2
    before = len(door.frames)
    door.session.workspace.table("rows", TableRequest(dataset="big"))
    door.ask("get_result", "result", {"container_id": "rows", "sort": [{"field": "id", "order": "descending"}]}, id="r")
    of_rows = [each["data"] for each in door.frames[before:] if each["type"] == "progress"]
    assert [each["container_id"] for each in of_rows] == ["rows"] * len(of_rows)
    assert "PostgreSQL reads about" in of_rows[0]["message"]
    assert of_rows[-1]["message"] == "", "and that it is over"


@pytest.mark.ledger("X6")
def test_the_rows_of_a_scan_that_postgresql_shares_among_workers_are_all_counted(client: tuple[Door, Any]) -> None:
    _, admin = client
    for setting in ("min_parallel_table_scan_size", "parallel_setup_cost", "parallel_tuple_cost"):
        admin.execute(f"SET {setting} = 0")
    plan = "\n".join(row[0] for row in admin.execute("EXPLAIN SELECT sum(id) FROM big").fetchall())
    assert "Parallel Seq Scan" in plan
    rows = PostgresPort(admin, "big").cost("SELECT sum(id) FROM big").rows
    assert rows == pytest.approx(ROWS, rel=0.01)
