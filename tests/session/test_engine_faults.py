"""What a client sees when the engine of a table fails: on the container, in the answer, and that all else goes on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from canvas_widget.data import ChartRequest, MetricRequest, TableRequest
from canvas_widget.data.engines import remote
from canvas_widget.data.results import ResultStore
from tests.data.test_remote import dsn  # noqa: F401  (a fixture)
from waiting import until

from .carriers import Door, Scripted, call, memory_door, say

ACTIVE = "SELECT count(*) FROM pg_stat_activity WHERE pid = %s AND state = 'active'"


class Rig:
    """A session with a table of its own in PostgreSQL, a metric over a frame, and somebody else at the database."""

    def __init__(self, dsn: str, door: Door, provider: Scripted, admin: psycopg.Connection[Any]) -> None:  # noqa: F811
        self.dsn = dsn
        self.door = door
        self.provider = provider
        self.admin = admin
        self.workspace = door.session.workspace
        self.connection = psycopg.connect(dsn, autocommit=True)
        self.workspace.catalogue.register("trades", self.connection, table="trades", remote=True)
        self.workspace.chart("there", ChartRequest(dataset="trades", x="part", y="sum(id)"))
        self.workspace.metric("mine", MetricRequest(dataset="sales", value="sum(revenue)"))
        door.ask("init_session", "session_ready")
        door.wait("suggestions")  # what they look at is read in a transaction, which takes back what is SET in it

    @property
    def pid(self) -> int:
        return self.connection.info.backend_pid

    def count(self) -> int:
        row = self.admin.execute(ACTIVE, [self.pid]).fetchone()
        assert row is not None
        return int(row[0])

    def prompt_slowly(self) -> None:
        """A turn whose query runs for a minute; returns when PostgreSQL works on it."""
        self.workspace.catalogue.register("slow", self.connection, table="slow", remote=True)
        chart = {"container_id": "new", "dataset": "slow", "x": "part", "y": "distinct(late)", "mark": "bar"}
        self.provider.steps = [call("create_chart", json.dumps(chart)), say("It did not work.")]
        self.door.send({"type": "user_prompt", "data": {"prompt": "count by part"}})
        until(lambda: self.provider.requests and self.count() == 1)  # the chart's query, not a look at the table before

    def refresh(self, *names: str) -> tuple[dict[str, str], str]:
        """The errors by container, and what was refreshed."""
        before = len(self.door.frames)
        data = {"container_ids": list(names)} if names else {}
        done = self.door.ask("refresh", "debug", data, id=f"refresh-{before}")
        failed = [each["error"] for each in self.door.frames[before:] if each["type"] == "error"]
        return {each["node"]["id"]: each["message"] for each in failed}, done["data"]["message"]


@pytest.fixture
def rig(dsn: str, provider: Scripted, monkeypatch: pytest.MonkeyPatch) -> Iterator[Rig]:  # noqa: F811
    monkeypatch.setattr(remote, "PROFILE_SECONDS", 0.3)
    monkeypatch.setattr(remote, "COUNT_SECONDS", 600.0)
    with psycopg.connect(dsn, autocommit=True) as admin:
        admin.execute("DROP VIEW IF EXISTS slow")
        admin.execute("DROP TABLE IF EXISTS trades")
        admin.execute("CREATE TABLE trades AS SELECT i AS id, i % 3 AS part FROM generate_series(1, 90) i")
        admin.execute(
            "CREATE OR REPLACE FUNCTION nap() RETURNS text LANGUAGE plpgsql STABLE AS "
            "$$ BEGIN PERFORM pg_sleep(60); RETURN 'late'; END $$"
        )
        admin.execute("CREATE VIEW slow AS SELECT part, nap() AS late FROM trades WHERE id = 1")
        doors = memory_door(provider)
        rig = Rig(dsn, next(doors), provider, admin)
        yield rig
        rig.connection.close()
        for _ in doors:
            """Closes it."""


@pytest.mark.ledger("X6", "A11")
@pytest.mark.parametrize("way", ["the frame", "a limit of the tool"])
def test_a_stopped_turn_ends_its_query_in_postgresql(rig: Rig, way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if way == "a limit of the tool":
        monkeypatch.setattr(rig.workspace.engine, "timeout", 0.5)
        chart = {"container_id": "new", "dataset": "slow", "x": "part", "y": "distinct(late)", "mark": "bar"}
        rig.workspace.catalogue.register("slow", rig.connection, table="slow", remote=True)
        rig.provider.steps = [call("create_chart", json.dumps(chart)), say("It took too long.")]
        rig.door.send({"type": "user_prompt", "data": {"prompt": "count by part"}})
        told = rig.door.wait("tool_result")["data"]
        assert not told["ok"]
        assert "longer than 0.5 s" in told["error"]
    else:
        rig.prompt_slowly()
        rig.door.send({"type": "cancel", "data": {}})
        assert rig.door.wait("done")["data"]["reason"] == "cancelled"
    until(lambda: rig.count() == 0)
    assert "new" not in rig.workspace.document
    assert rig.refresh() == ({}, "Refreshed there, mine."), "the connection is good for the next query"


@pytest.mark.ledger("X6")
def test_a_connection_killed_in_mid_query_is_told_in_the_answer_and_on_its_containers(rig: Rig) -> None:
    rig.prompt_slowly()
    rig.admin.execute("SELECT pg_terminate_backend(%s)", [rig.pid])
    told = rig.door.wait("tool_result")["data"]
    assert (told["ok"], told["tool"]) == (False, "create_chart")
    assert 'The table "slow" cannot be read: PostgreSQL says: ' in told["error"]
    rig.door.wait("done")
    assert "new" not in rig.workspace.document
    asked = json.dumps([str(each.content) for each in rig.provider.requests[-1].messages])
    assert "PostgreSQL says" in asked, "the model is told too"
    failed, done = rig.refresh()
    assert list(failed) == ["there"]
    assert 'The table "trades" cannot be read: PostgreSQL says: the connection is ' in failed["there"]
    assert done == "Refreshed mine."
    assert rig.workspace.result_for("there") is not None, "the picture from before stays"
    with psycopg.connect(rig.dsn, autocommit=True) as again:
        rig.workspace.catalogue.register("trades", again, table="trades", remote=True)
        assert rig.refresh("there") == ({}, "Refreshed there."), "a retry over a new connection"


@pytest.mark.ledger("X6")
def test_a_column_renamed_under_a_canvas_is_told_and_a_retry_goes_right(rig: Rig) -> None:
    rig.workspace.table("rows", TableRequest(dataset="trades", columns=("id",)))
    rig.admin.execute("ALTER TABLE trades RENAME COLUMN part TO share")
    failed, done = rig.refresh()
    assert list(failed) == ["there"]
    assert '"part"' in failed["there"]
    assert "share" in failed["there"], "with the columns there are"
    assert done == "Refreshed mine, rows."
    rig.admin.execute("ALTER TABLE trades RENAME COLUMN share TO part")
    assert rig.refresh("there") == ({}, "Refreshed there.")


@pytest.mark.ledger("X6")
def test_a_lost_permission_and_a_lost_table_are_told_and_the_rows_asked_for_say_so_too(rig: Rig) -> None:
    rig.admin.execute("DROP ROLE IF EXISTS reader")
    rig.admin.execute("CREATE ROLE reader")
    rig.admin.execute("GRANT SELECT ON trades TO reader")
    rig.connection.execute("SET ROLE reader")
    assert rig.refresh("there")[0] == {}
    rig.admin.execute("REVOKE SELECT ON trades FROM reader")
    failed, done = rig.refresh()
    assert list(failed) == ["there"], done
    assert failed["there"].endswith("PostgreSQL says: permission denied for table trades.")
    assert done == "Refreshed mine."
    rig.workspace.table("rows", TableRequest(dataset="sales"))
    rig.workspace.results = ResultStore()
    answer = rig.door.ask("get_result", "error", {"container_id": "there"}, id="rows-1")
    assert "permission denied" in answer["error"]["message"]
    assert rig.door.ask("get_result", "result", {"container_id": "rows"}, id="rows-2")["data"]["row_count"] == 6
    rig.connection.execute("RESET ROLE")
    rig.admin.execute("DROP VIEW slow")
    rig.admin.execute("DROP TABLE trades")
    failed, done = rig.refresh()
    assert "trades" in failed["there"]
    assert done == "Refreshed mine, rows."


@pytest.mark.ledger("X6")
def test_no_room_on_the_disk_is_told_and_all_else_goes_on(rig: Rig) -> None:
    rig.admin.execute("DROP TABLE IF EXISTS wide")
    rig.admin.execute("CREATE TABLE wide AS SELECT md5(i::text) AS name, i AS id FROM generate_series(1, 60000) i")
    rig.connection.execute("SET work_mem = '64kB'")
    rig.workspace.catalogue.register("wide", rig.connection, table="wide", remote=True)
    rig.workspace.chart("sorted", ChartRequest(dataset="wide", x="name", y="sum(id)", sort="-y", limit=10))
    rig.connection.execute("SET temp_file_limit = '100kB'")  # the disk that the engine sorts on is full
    failed, done = rig.refresh()
    assert list(failed) == ["sorted"]
    assert "PostgreSQL says: temporary file size exceeds" in failed["sorted"]
    assert done == "Refreshed there, mine."
    assert rig.workspace.result_for("sorted") is not None, "the picture from before stays"
    rig.connection.execute("RESET temp_file_limit")
    assert rig.refresh("sorted") == ({}, "Refreshed sorted.")
    rig.admin.execute("DROP TABLE wide")


@pytest.mark.ledger("X6")
def test_types_of_postgresql_that_arrow_lacks_are_shown_as_text(rig: Rig) -> None:
    rig.admin.execute(
        "CREATE TABLE IF NOT EXISTS odd AS SELECT point(1, 2) AS p, int4range(1, 5) AS r, '{\"a\": 1}'::jsonb AS j, "
        "interval '1 day' AS i, inet '10.0.0.1' AS n, ARRAY[1, 2] AS a, money '1.50' AS m, '\\x00ff'::bytea AS b, "
        "'1e40'::numeric AS d, timestamp 'infinity' AS t"
    )
    rig.workspace.catalogue.register("odd", rig.connection, table="odd", remote=True)
    rig.workspace.table("odd-rows", TableRequest(dataset="odd"))
    row = rig.door.ask("get_result", "result", {"container_id": "odd-rows"}, id="odd")["data"]["rows"][0]
    assert row == {
        "p": "(1,2)", "r": "[1,5)", "j": '{"a": 1}', "i": "1 day", "n": "10.0.0.1/32", "a": "{1,2}", "m": "$1.50",
        "b": "\\x00ff", "d": 1e40, "t": None,
    }  # fmt: skip


@pytest.mark.ledger("X6")
def test_a_view_that_takes_long_to_count_is_estimated_and_holds_nobody_up(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remote, "COUNT_SECONDS", 0.2)
    rig.admin.execute("CREATE OR REPLACE VIEW endless AS SELECT part, pg_sleep(60)::text AS late FROM trades")
    rig.admin.execute("ANALYZE trades")
    rig.workspace.catalogue.register("endless", rig.connection, table="endless", remote=True)
    assert rig.workspace.catalogue.get("endless").row_count == 90
    rig.admin.execute("DROP VIEW endless")
