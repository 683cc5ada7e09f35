"""Queries run on their own thread, within their bounds, and say clearly what went wrong."""

from __future__ import annotations

import _thread
import threading
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from typing import Any

import pandas as pd
import pytest

from canvas_widget.data import Catalogue, ChartRequest, Engine, ResultStore, build_chart
from canvas_widget.errors import Cancelled, QueryError, TimedOut

from .conftest import engine_of

ENDLESS = "select sum(a.range * b.range) from range(100000000) a, range(100000000) b"


@pytest.mark.ledger("N3", "X3")
def test_a_query_over_frames_gives_what_pandas_gives(engine: Engine, cars: pd.DataFrame) -> None:
    result = engine.run("select Origin, count(*) as n, avg(Horsepower) as h from cars group by 1 order by 1")
    grouped = cars.groupby("Origin")["Horsepower"]
    assert result.rows() == [
        {"Origin": name, "n": size, "h": pytest.approx(mean, rel=1e-11)}
        for (name, size), mean in zip(grouped.size().items(), grouped.mean(), strict=True)
    ]
    assert result.schema() == [
        {"name": "Origin", "type": "string"},
        {"name": "n", "type": "integer"},
        {"name": "h", "type": "number"},
    ]
    assert result.row_count == 3
    assert result.rows_read == len(cars)
    assert result.datasets == (("cars", 1),)
    assert not result.truncated


def test_rows_past_the_cap_are_cut_off_and_said_so(engine: Engine) -> None:
    assert engine.run("select * from range(10)", limit=4).truncated
    assert engine.run("select * from range(10)", limit=4).row_count == 4
    assert not engine.run("select * from range(10)", limit=10).truncated
    capped = Engine(Catalogue(), row_cap=1_000).run("select * from range(1000000000)")
    assert (capped.row_count, capped.truncated) == (1_000, True)


def test_an_event_stops_a_running_query(engine: Engine) -> None:
    stop = threading.Event()
    timer = threading.Timer(0.2, stop.set)
    timer.start()
    with pytest.raises(Cancelled):
        engine.run(ENDLESS, cancel=stop)
    with pytest.raises(Cancelled):
        engine.run("select 1", cancel=stop)
    assert engine.run("select 1 as one").rows() == [{"one": 1}]


def test_an_interrupt_of_the_waiting_thread_stops_the_query_first(engine: Engine) -> None:
    timer = threading.Timer(0.2, _thread.interrupt_main)
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        engine.run(ENDLESS)
    assert [thread.name for thread in threading.enumerate() if thread.name == "canvas-query"] == []
    assert engine.run("select 1 as one").rows() == [{"one": 1}]


def test_a_query_that_takes_too_long_is_stopped(engine: Engine) -> None:
    with pytest.raises(TimedOut, match=r"longer than 0.2 s"):
        engine.run(ENDLESS, timeout=0.2)


def test_a_query_that_needs_too_much_memory_fails_and_the_kernel_lives() -> None:
    engine = Engine(Catalogue(), memory_limit="100MB")
    with pytest.raises(QueryError, match="more memory than it may use"):
        engine.run("select list(range) from range(100000000)")
    assert engine.run("select 1 as one").rows() == [{"one": 1}]


def test_queries_run_side_by_side(engine: Engine, cars: pd.DataFrame) -> None:
    def size(cylinders: int) -> int:
        rows = engine.run(f"select count(*) as n from cars where Cylinders = {cylinders}").rows()
        return int(rows[0]["n"])

    wanted = [3, 4, 5, 6, 8] * 8
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(size, wanted))
    assert found == [int((cars["Cylinders"] == cylinders).sum()) for cylinders in wanted]


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        ("select mpgs from cars", ['No column "mpgs" in cars.', "Closest match: Miles_per_Gallon.", "Line 1:", "^"]),
        ("select horse_power from cars", ["Closest match: Horsepower."]),
        ("select c.Horsepwr from cars c", ['No column "Horsepwr" in cars.', "Closest match: Horsepower."]),
        ("select * from crs", ['No data frame "crs".', "Closest match: cars.", "Data frames here: barley, cars"]),
        ("select Origin,\n  from where", ["The SQL cannot be read", "line 2:", "^"]),
        ("selec 1", ["The SQL cannot be read"]),
        ("select foo(Origin) from cars", ["The function foo() is not allowed in a query, or does not exist."]),
        ("select avg(Name) from cars", ["avg(VARCHAR)", "Line 1:"]),
        ("select Name, count(*) from cars", ["GROUP BY"]),
        ("select cast(Name as integer) from cars", ["Could not convert string"]),
    ],
)
def test_an_error_says_what_where_and_what_exists(engine: Engine, sql: str, words: list[str]) -> None:
    with pytest.raises(QueryError) as failed:
        engine.run(sql)
    for word in words:
        assert word in failed.value.message
    assert "Candidate" not in failed.value.message


def test_the_caret_stands_under_what_is_wrong(engine: Engine) -> None:
    with pytest.raises(QueryError) as failed:
        engine.run("select Origin,\n       mpgs\nfrom cars")
    line, caret = failed.value.message.splitlines()[-2:]
    assert line.index("mpgs") == caret.index("^")
    with pytest.raises(QueryError) as unread:
        engine.run("select Origin\nfrom cars\nwhere where")
    line, caret = unread.value.message.splitlines()[-2:]
    assert line[caret.index("^") :].startswith("where")


def test_without_any_frame_the_error_says_how_to_add_one() -> None:
    with pytest.raises(QueryError, match=r"there is no other. Assign a frame to a variable, or register one"):
        engine_of().run("select * from sales")


@pytest.mark.ledger("X14")
def test_the_id_of_a_result_follows_the_text_and_the_version_of_what_it_reads() -> None:
    frames = {"a": pd.DataFrame({"x": [1]}), "b": pd.DataFrame({"x": [1]})}
    engine = Engine(Catalogue(lambda: frames))
    first = engine.run("select * from a")
    assert engine.run(" select * from a ; ").result_id == first.result_id
    assert engine.run("select * from b").result_id != first.result_id
    assert engine.run("select x from a").result_id != first.result_id
    assert engine.run("select * from a", limit=1).result_id != first.result_id
    assert engine.result_id("select * from a", (("a", 1),)) == first.result_id
    frames["a"] = pd.DataFrame({"x": [2]})
    assert engine.run("select * from a").result_id != first.result_id


def test_frames_that_differ_only_in_case_cannot_meet_in_one_query() -> None:
    engine = engine_of(Sales=pd.DataFrame({"x": [1]}), sales=pd.DataFrame({"x": [2]}), Other=pd.DataFrame({"x": [3]}))
    assert engine.run("select * from Sales").rows() == [{"x": 1}]
    assert engine.run("select * from sales").rows() == [{"x": 2}]
    assert engine.run("select * from oTHER").rows() == [{"x": 3}]
    with pytest.raises(QueryError, match="differ only in case"):
        engine.run("select * from Sales join sales using (x)")
    with pytest.raises(QueryError, match="No data frame"):
        engine.run("select * from SALES")


def test_the_store_keeps_the_latest_within_its_bytes(engine: Engine) -> None:
    numbers = count()

    def result() -> tuple[str, int]:
        made = engine.run(f"select {next(numbers)} as n, range from range(1000)")
        store.put(made)
        return made.result_id, made.nbytes

    size = engine.run("select -1 as n, range from range(1000)").nbytes
    store = ResultStore(capacity=3 * size)
    first, second, third = (result()[0] for _ in range(3))
    assert store.get(first) is not None
    fourth, _ = result()
    assert [store.get(each) is not None for each in (first, second, third, fourth)] == [True, False, True, True]
    assert store.nbytes <= 3 * size
    store.put(engine.run("select range, 'too much for it' from range(100000)"))
    assert len(store) == 3


def test_arrow_bytes_hold_the_same_rows(engine: Engine, cars: pd.DataFrame) -> None:
    import pyarrow as pa

    result = engine.run("select Name, Weight_in_lbs from cars order by all")
    with pa.ipc.open_stream(result.ipc(10, 5)) as reader:
        table = reader.read_all()
    assert table.to_pylist() == result.rows(10, 5)


@pytest.mark.ledger("N3")
def test_a_dataset_may_have_a_name_of_any_alphabet() -> None:
    catalogue = Catalogue()
    catalogue.register("größe", pd.DataFrame({"straße": [1, 2]}))
    engine = Engine(catalogue)
    assert [row["straße"] for row in engine.run("select * from größe").rows()] == [1, 2]


@pytest.mark.ledger("A9", "X3")
def test_the_ends_of_a_column_are_asked_once_per_version_and_anew_when_the_data_is_another() -> None:
    held = {"frame": pd.DataFrame({"value": [1.0, 2.0, None, 9.0]})}
    engine = Engine(Catalogue(lambda: held))
    asked: list[str] = []
    run = engine.run

    def counted(sql: str, **how: Any) -> Any:
        asked.append(sql)
        return run(sql, **how)

    engine.run = counted  # type: ignore[method-assign]
    whole = 'FROM "frame"'
    assert engine.bounds('"value"', whole) == engine.bounds('"value"', whole) == (1.0, 9.0)
    assert len(asked) == 1
    assert engine.bounds('"value"', whole + " WHERE value < 5") == (1.0, 2.0)
    assert engine.bounds('"value"', whole + " WHERE value > 50") == (None, None)
    held["frame"] = pd.DataFrame({"value": [-5.0, 100.0]})
    assert engine.bounds('"value"', whole) == (-5.0, 100.0)
    bins = [row["count"] for row in build_chart(ChartRequest(mark="histogram", x="value"), engine).result.rows()]
    assert sum(bins) == 2
