"""Tables of Spark by a DataFrame or a session of the user's: queries run on the cluster, results come as Arrow."""

from __future__ import annotations

import re
import threading
import uuid
import weakref
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from canvas_widget.data.engines.spark_sql import Spark
from canvas_widget.data.names import differ, nearest
from canvas_widget.data.types import Cost
from canvas_widget.errors import InvalidArgument, NotFound, QueryError

__all__ = ["SparkPort", "scanned"]

PROPERTIES = ("spark.jobGroup.id", "spark.job.description", "spark.job.interruptOnCancel")
SIZES = {"B": 1, "KiB": 2**10, "MiB": 2**20, "GiB": 2**30, "TiB": 2**40, "PiB": 2**50}
_VIEW = re.compile(r"\bcanvas_(?:view|self)_[0-9a-f]{32}\b")
_frames: weakref.WeakValueDictionary[str, SparkPort] = weakref.WeakValueDictionary()
_naming = threading.Lock()


class SparkPort:
    """A DataFrame of Spark. Each look is a job group of its own, so that it can be followed and cancelled alone.

    Args:
        source: a DataFrame (`spark.table("events")`), or the session with the name of a table.
    """

    dialect = "spark"

    def __init__(self, source: Any, table: str | None = None) -> None:
        if type(source).__module__.startswith("pyspark.sql.connect"):
            raise InvalidArgument(
                "A Spark Connect session cannot be read from here: it has no job groups to follow and cancel. Pass a "
                "table of a classic session, SparkSession.builder.master(…)."
            )
        self.language = Spark()
        self.where = f'table "{table}"' if table else "table of Spark"
        self._running: dict[int, str] = {}
        self._session = source if table is not None else source.sparkSession
        self._frame = self._found(source, table) if table is not None else source
        self._name = f"canvas_view_{uuid.uuid4().hex}"
        self._kinds: dict[str, tuple[str, Any]] | None = None
        _frames[self._name] = self

    def _found(self, session: Any, table: str) -> Any:
        with self._looking():
            try:
                return session.table(table)
            except Exception as error:
                if "TABLE_OR_VIEW_NOT_FOUND" not in str(error):
                    raise
                names = [row["tableName"] for row in session.sql("SHOW TABLES").collect()]
                there = f" Tables there: {', '.join(names[:20])}." if names else ""
                raise NotFound(f'No table "{table}".{there}', alternatives=nearest(table, names)) from error

    @property
    def key(self) -> object:
        return ("spark", id(self._session))

    def schema(self) -> Any:
        import pyarrow as pa

        return pa.schema([(name, kind) for name, kind in self._known()])

    def _known(self) -> list[tuple[str, Any]]:
        with self._looking():
            return [(each.name, _selected("", each.dataType)[1]) for each in self._frame.schema.fields]

    def view(self, *, plain: bool = False) -> Any:
        """The frame with columns k1, k2, … of types that have a like here; `plain` as it is."""
        if plain:
            return self._frame
        names = [f"k{n}" for n, _ in enumerate(self._frame.columns, 1)]
        kinds = [each.dataType for each in self._frame.schema.fields]
        shown = [f"{_selected(name, kind)[0]} AS {name}" for name, kind in zip(names, kinds, strict=True)]
        return self._frame.toDF(*names).selectExpr(*shown)

    def count(self, most: int) -> int:  # noqa: ARG002  (it counts in parallel, whatever their number)
        with self._looking("count"):
            return int(self._frame.count())

    def estimate(self) -> int | None:
        return self.cost(f"SELECT * FROM {self._name}").rows

    def relation(self) -> str:
        return self._name

    def table(self) -> str:
        return self._name.replace("_view_", "_self_")

    def query(self, sql: str) -> SparkPort:
        with self._looking():
            frame = self._analysed(sql)
        differ(frame.columns)
        return SparkPort(frame)

    def cost(self, sql: str) -> Cost:
        with self._looking():
            return scanned(str(self._analysed(f"EXPLAIN COST {sql}").collect()[0][0]))

    def fetch(self, columns: Sequence[str], most: int, nbytes: int) -> Any:  # noqa: ARG002
        places = [self._frame.columns.index(name) + 1 for name in columns]
        wanted = ", ".join(f"k{place} AS c{n}" for n, place in enumerate(places, 1))
        types = [self.schema().field(place - 1).type for place in places]
        return self._asked(f"SELECT {wanted} FROM {self._name} LIMIT {most + 1}", types).rename_columns(list(columns))

    def ask(self, sql: str, kinds: Sequence[str], types: Sequence[Any], most: int, nbytes: int) -> Any:  # noqa: ARG002
        return self._asked(sql, types)

    def _asked(self, sql: str, types: Sequence[Any]) -> Any:
        import pyarrow as pa

        with self._looking("query"):
            table = self._analysed(sql).toArrow()
        names = [f"c{n}" for n in range(1, len(types) + 1)]
        try:
            columns = [column.cast(kind) for column, kind in zip(table.columns, types, strict=True)]
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
            raise QueryError(f"What Spark gave for the {self.where} cannot be read: {error}.") from error
        return pa.table(dict(zip(names, columns, strict=True)))

    def _analysed(self, sql: str) -> Any:
        """The query as a frame. The views that it names exist only while Spark reads its text."""
        with _naming:
            named = [name for name in dict.fromkeys(_VIEW.findall(sql)) if name.replace("_self_", "_view_") in _frames]
            held = {name: _frames[name.replace("_self_", "_view_")] for name in named}
            try:
                for name, port in held.items():
                    port.view(plain="_self_" in name).createOrReplaceTempView(name)
                return self._session.sql(sql)
            finally:
                for name in held:
                    self._session.catalog.dropTempView(name)

    def progress(self) -> tuple[int, int] | None:
        """The tasks that are done and those that there are, of all that runs for this table; None when nothing does."""
        tracker = self._session.sparkContext.statusTracker()
        done = total = 0
        for group in list(self._running.values()):
            for job in tracker.getJobIdsForGroup(group):
                info = tracker.getJobInfo(job)
                for stage in [] if info is None else list(info.stageIds):
                    found = tracker.getStageInfo(stage)
                    if found is not None:
                        done, total = done + found.numCompletedTasks, total + found.numTasks
        return (done, total) if total else None

    def interrupt(self, thread: int | None = None) -> None:
        """Cancel the jobs of what a thread waits for; of all threads when None."""
        for waiting, group in list(self._running.items()):
            if thread is None or waiting == thread:
                self._session.sparkContext.cancelJobGroup(group)

    @contextmanager
    def _looking(self, what: str | None = None) -> Iterator[None]:
        context = self._session.sparkContext
        if getattr(context, "_jsc", None) is None:
            raise QueryError(
                f"The {self.where} cannot be read: its Spark session was stopped. Start one, and register the table of "
                "the new session."
            )
        thread, before = threading.get_ident(), {}
        try:
            if what is not None:
                before = {name: context.getLocalProperty(name) for name in PROPERTIES}
                group = f"canvas-{uuid.uuid4().hex}"
                context.setJobGroup(group, f"canvas: {what}", interruptOnCancel=True)
                self._running[thread] = group
            yield
        except (NotFound, QueryError):
            raise
        except Exception as error:
            if not type(error).__module__.startswith(("pyspark", "py4j")) and not isinstance(
                error, OSError | AttributeError
            ):
                raise
            raise QueryError(f"The {self.where} cannot be read: Spark says: {_said(error)}") from error
        finally:
            if what is not None:
                self._running.pop(thread, None)
                if getattr(context, "_jsc", None) is not None:
                    for name, value in before.items():
                        context.setLocalProperty(name, value)


def _said(error: Exception) -> str:
    """The first words of an error that say what happened: those of its cause where Spark wraps it in Java's."""
    text = str(error).strip()
    java = type(error).__name__ == "Py4JJavaError"
    if not java and (type(error).__module__.startswith("py4j") or isinstance(error, OSError | AttributeError)):
        return "the session does not answer. Is it stopped, or its Java process ended?"
    found = re.search(r"\[[A-Z_.]{6,}\][^\n]*", text)
    first = found[0] if found else text.split("\n", 1)[0]
    if java and found is None:
        causes = re.findall(r"Caused by: ([^\n]*)", text) or text.split("\n: ", 1)[-1].split("\n")
        first = causes[-1] if "Caused by: " in text else causes[0]
    caused = re.search(r"(?:No space left on device|Permission denied|OutOfMemoryError)[^\n]*", text)
    return (first if caused is None or caused[0] in first else f"{first} ({caused[0]})")[:400]


def _selected(name: str, kind: Any) -> tuple[str, Any]:
    """A column as it is selected, and the type it arrives with. What has no type of ours arrives as text.

    A timestamp arrives as the clock of the session's time zone shows it.
    """
    import pyarrow as pa

    plain = {
        "byte": pa.int64(), "short": pa.int64(), "integer": pa.int64(), "long": pa.int64(), "double": pa.float64(),
        "boolean": pa.bool_(), "date": pa.date32(), "timestamp_ntz": pa.timestamp("us"),
    }  # fmt: skip
    word = kind.typeName()
    if word in plain:
        return (f"CAST({name} AS BIGINT)" if word in {"byte", "short", "integer"} else name), plain[word]
    if word == "float":
        return f"CAST({name} AS DOUBLE)", pa.float64()
    if word == "timestamp":
        return f"CAST({name} AS TIMESTAMP_NTZ)", pa.timestamp("us")
    if word == "decimal":
        return name, pa.decimal128(kind.precision, kind.scale)
    if word == "binary":
        return f"hex({name})", pa.string()
    if word == "variant":
        return f"to_json({name})", pa.string()
    return f"CAST({name} AS STRING)", pa.string()


def scanned(plan: str) -> Cost:
    """What the leaves of an explained plan are expected to read: bytes always, rows where statistics were gathered."""
    logical = plan.split("== Physical Plan ==", 1)[0].splitlines()
    lines = [line for line in logical if "Statistics(" in line]
    depths = [len(line) - len(line.lstrip(" :+-")) for line in lines]
    rows: int | None = 0
    size = 0
    for position, (line, depth) in enumerate(zip(lines, depths, strict=True)):
        if position + 1 < len(lines) and depths[position + 1] > depth:
            continue
        found = re.search(r"Statistics\(sizeInBytes=([\d.E+]+) (\w+)(?:, rowCount=([\d.E+]+))?", line)
        if found is None or found[2] not in SIZES:
            return Cost(None)
        size += round(float(found[1]) * SIZES[found[2]])
        rows = None if rows is None or found[3] is None else rows + round(float(found[3]))
    return Cost(rows, size) if lines else Cost(None)
