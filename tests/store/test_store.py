"""The store: memory, SQLite and PostgreSQL keep the same things in the same way."""

from __future__ import annotations

import sqlite3
import stat
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from canvas_widget.errors import CanvasError, Conflict, InvalidArgument, StorageError
from canvas_widget.session.journal import Event
from canvas_widget.store import SessionRecord, Store, UserRecord, open_store
from canvas_widget.store.append import TOGETHER

START = datetime(2026, 3, 29, 0, 30, 15, 123456, tzinfo=UTC)


def session(name: str = "a", user: str = "ada", hours: float = 0) -> SessionRecord:
    return SessionRecord(name, user, f"canvas {name}", START + timedelta(hours=hours))


@pytest.mark.ledger("D4", "D7")
def test_events_come_back_in_order_with_all_they_held(store: Store) -> None:
    store.add_session(session())
    east = datetime(2026, 3, 29, 9, 0, tzinfo=UTC).astimezone()
    texts = ["plain", 'quotes " and \\', "ümlaut, 漢字, 👩🏽‍🔬", "nul \x00 inside", "x" * 100_000, "\ud800 alone"]
    written = [
        Event("ai_token", {"text": text, "n": 2**53 + 1, "deep": [{"null": None}]}, "main", "t1", east)
        for text in texts
    ]
    store.write([("a", number, event) for number, event in enumerate(written, 1)])
    assert store.events("a") == list(enumerate(written, 1))
    assert store.events("a", after=4, limit=1) == [(5, written[4])]
    assert store.last_number("a") == len(texts)
    assert store.events("nowhere") == []
    assert store.last_number("nowhere") == 0


@pytest.mark.ledger("D4", "D7")
def test_a_batch_is_written_whole_or_not_at_all_and_nothing_twice(store: Store) -> None:
    store.add_session(session())
    store.write([("a", 1, Event("ai_token", {"text": "one"}))])
    with pytest.raises(CanvasError):
        store.write([("a", 2, Event("ai_token", {"text": "two"})), ("a", 1, Event("ai_token", {"text": "again"}))])
    assert [event.content["text"] for _, event in store.events("a")] == ["one"]
    with pytest.raises(CanvasError):
        store.write([("nowhere", 1, Event("ai_token", {"text": "lost"}))])


@pytest.mark.ledger("D4", "D7")
@pytest.mark.parametrize("count", [TOGETHER - 1, TOGETHER, TOGETHER + 1, 2 * TOGETHER + 85])
def test_a_batch_of_more_rows_than_one_statement_takes_is_still_one_batch(store: Store, count: int) -> None:
    store.add_session(session("a"))
    store.add_session(session("b"))
    events = [
        Event("ai_token", {"text": f"piece {number}"}, "main", f"t{number % 7}", START) for number in range(count)
    ]
    batch = [("ab"[number % 2], number // 2 + 1, event) for number, event in enumerate(events)]
    spoilt = [*batch[1:], batch[0], batch[1]]  # the last row is there already, by a statement of the same batch
    with pytest.raises(Conflict):
        store.write(spoilt)
    assert (store.last_number("a"), store.last_number("b")) == (0, 0)
    store.write(batch)
    for name, mine in (("a", events[0::2]), ("b", events[1::2])):
        assert store.events(name) == list(enumerate(mine, 1))


@pytest.mark.ledger("D4")
def test_no_commit_waits_for_the_log_to_grow(tmp_path: Path) -> None:
    log = tmp_path / "canvas.sqlite-wal"
    for start in (0, 1000):
        store = open_store(None, tmp_path)
        if not start:
            store.add_session(session())
        store.write([("a", start + 1, Event("user_message", {"prompt": "first"}))])
        length = log.stat().st_size
        for number in range(start + 2, start + 100):
            store.write([("a", number, Event("user_message", {"prompt": "x" * 100}))])
        assert log.stat().st_size == length
        assert store.last_number("a") == start + 99
        store.close()
        assert not log.exists(), "the last to close has checkpointed"
    with sqlite3.connect(tmp_path / "canvas.sqlite") as bare:
        assert bare.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert bare.execute("PRAGMA user_version").fetchone() == (0,)


@pytest.mark.ledger("D4", "D7")
def test_the_newest_snapshot_is_kept_beside_the_log(store: Store) -> None:
    store.add_session(session())
    assert store.snapshot("a") is None
    for number, rev in ((1, 0), (2, 7)):
        document = {"rev": rev, "containers": [{"id": "ü"}]}
        store.write([("a", number, Event("snapshot", {"rev": rev, "document": document}))])
    found = store.snapshot("a")
    assert found is not None
    assert (found.number, found.rev, found.document) == (2, 7, {"rev": 7, "containers": [{"id": "ü"}]})
    assert store.events("a", types=["snapshot"])[-1][1].content == {"rev": 7}


@pytest.mark.ledger("D5", "D7")
def test_a_session_ends_once_and_then_waits_for_its_summary(store: Store) -> None:
    store.add_session(session("a"))
    store.add_session(session("b", hours=1))
    assert [record.session_id for record, _ in store.open_sessions()] == ["a", "b"]
    store.end_session("a", START + timedelta(minutes=2))
    store.end_session("a", START + timedelta(minutes=9))
    ended = store.session("a")
    assert ended is not None
    assert (ended.end_time, ended.duration_seconds) == (START + timedelta(minutes=2), 120)
    assert [record.session_id for record in store.unsummarised()] == ["a"]
    store.set_summary("a", "Two charts.\0")
    assert store.unsummarised() == []
    assert [record.session_id for record, _ in store.open_sessions()] == ["b"]


@pytest.mark.ledger("C7", "D7")
def test_the_last_use_of_an_open_session_is_its_last_event(store: Store) -> None:
    store.add_session(session())
    later = START + timedelta(minutes=5)
    store.write([("a", 1, Event("ai_token", {"text": ""}, timestamp=later))])
    assert [(record.session_id, last) for record, last in store.open_sessions()] == [("a", later)]


@pytest.mark.ledger("C5", "D7")
def test_what_a_user_has_is_theirs_listed_and_erased_with_them(store: Store) -> None:
    for name, user, hours in (("a", "ada", 0), ("b", "ada", 2), ("c", "bob", 1)):
        store.add_session(session(name, user, hours))
    store.write([("a", 1, Event("user_message", {"prompt": "p"})), ("c", 1, Event("user_message", {"prompt": "q"}))])
    store.grant("c", "ada", "read")
    store.grant("a", "bob", "edit")
    store.grant("a", "bob", "read")
    assert [record.session_id for record in store.sessions("ada")] == ["b", "a"]
    assert [record.session_id for record in store.sessions("ada", limit=1, offset=1)] == ["a"]
    assert (store.grants("a"), store.shared_with("ada")) == ({"bob": "read"}, {"c": "read"})
    assert store.erase_user("ada") == 2
    assert store.sessions("ada") == []
    assert store.events("a") == []
    assert (store.grants("c"), store.shared_with("bob")) == ({}, {})
    assert len(store.events("c")) == 1
    store.grant("c", "eve", "edit")
    store.grant("c", "eve", None)
    assert store.grants("c") == {}


@pytest.mark.ledger("C1", "D7")
def test_a_name_has_one_user(store: Store) -> None:
    ada = UserRecord("u1", "ada", "$argon2id$…", START)
    store.add_user(ada)
    assert store.user("ada") == ada == store.user_by_id("u1")
    assert store.user("Ada") is None
    with pytest.raises(Conflict, match="ada"):
        store.add_user(UserRecord("u2", "ada", "other", START))
    store.erase_user("u1")
    assert store.user("ada") is None


@pytest.mark.ledger("C1", "D7")
def test_a_revoked_token_is_remembered_until_it_would_have_expired(store: Store) -> None:
    now = datetime.now(UTC)
    store.revoke("still", now + timedelta(minutes=5))
    store.revoke("still", now + timedelta(minutes=5))
    store.revoke("over", now - timedelta(minutes=5))
    assert store.revoked() == {"still"}


@pytest.mark.ledger("D4")
def test_what_was_written_is_there_after_opening_again(url: str, tmp_path: Path) -> None:
    if url == "memory://":
        return
    first = open_store(url, tmp_path)
    first.add_session(session())
    first.write([("a", 1, Event("user_message", {"prompt": "p"}, "main", "t"))])
    first.close()
    second = open_store(url, tmp_path)
    assert [event.content for _, event in second.events("a")] == [{"prompt": "p"}]
    second.close()


@pytest.mark.ledger("D4")
def test_a_newer_database_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "canvas.sqlite"
    open_store(f"sqlite:///{path}", tmp_path).close()
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE canvas_schema SET version = 99")
    before = path.read_bytes()
    with pytest.raises(StorageError, match=r"newer.*99.*CANVAS_WIDGET_DATABASE_URL"):
        open_store(f"sqlite:///{path}", tmp_path)
    assert path.read_bytes() == before


@pytest.mark.ledger("D4")
def test_a_file_that_is_no_database_is_a_clear_error(tmp_path: Path) -> None:
    path = tmp_path / "canvas.sqlite"
    path.write_text("not a database at all, but long enough to be looked at " * 20)
    with pytest.raises(StorageError, match="not a database"):
        open_store(f"sqlite:///{path}", tmp_path)


@pytest.mark.ledger("D4", "E9")
def test_a_damaged_database_is_a_clear_error_and_not_a_wrong_answer(tmp_path: Path) -> None:
    path = tmp_path / "canvas.sqlite"
    first = open_store(f"sqlite:///{path}", tmp_path)
    first.add_session(session())
    first.write([("a", number, Event("ai_token", {"text": "x" * 2000})) for number in range(1, 200)])
    first.close()
    content = bytearray(path.read_bytes())
    content[len(content) // 2 : len(content) - 4096] = b"\xa5" * (len(content) - 4096 - len(content) // 2)
    path.write_bytes(content)
    store = open_store(f"sqlite:///{path}", tmp_path)
    with pytest.raises(StorageError, match="malformed"):
        store.events("a")
    store.close()


@pytest.mark.ledger("C5")
def test_a_session_that_is_gone_is_shared_with_nobody(store: Store) -> None:
    with pytest.raises(CanvasError):
        store.grant("nowhere", "ada", "read")
    assert store.shared_with("ada") == {}


@pytest.mark.ledger("D4")
def test_the_file_is_its_owners_alone_and_commits_survive_a_power_cut(tmp_path: Path) -> None:
    store = open_store(None, tmp_path / "new" / "folder")
    path = tmp_path / "new" / "folder" / "canvas.sqlite"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    with store._engine.connect() as connection:  # type: ignore[attr-defined]
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2, "2 is FULL"
    store.close()


@pytest.mark.ledger("D4")
@pytest.mark.parametrize("url", ["mysql://x/y", "http://x", "nonsense"])
def test_another_kind_of_address_is_refused_without_repeating_it(url: str, tmp_path: Path) -> None:
    with pytest.raises(InvalidArgument, match="sqlite:///") as error:
        open_store(url, tmp_path)
    assert url not in error.value.message


@pytest.mark.ledger("D4")
def test_a_database_that_is_not_there_is_said_without_its_password(tmp_path: Path) -> None:
    with pytest.raises(StorageError) as error:
        open_store("postgresql://ada:sesame@127.0.0.1:1/none", tmp_path)
    assert "sesame" not in error.value.message


@pytest.mark.ledger("D7", "X6")
def test_servers_that_start_together_on_an_empty_database_make_its_tables_once(url: str, tmp_path: Path) -> None:
    problems: list[Exception] = []
    start = threading.Barrier(6)

    def begin() -> None:
        start.wait()
        try:
            open_store(url, tmp_path).close()
        except Exception as error:
            problems.append(error)

    threads = [threading.Thread(target=begin) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    opened = open_store(url, tmp_path)
    opened.add_session(session())
    opened.close()
