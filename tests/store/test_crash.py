"""`kill -9` at random points: what was acknowledged is there, nothing twice, and the file is whole."""

from __future__ import annotations

import json
import multiprocessing
import random
import sqlite3
from pathlib import Path

import pytest

from .crash import work


def written(folder: Path) -> list[str]:
    """The containers that the log says were added; first, that the file is in order."""
    with sqlite3.connect(folder / "canvas.sqlite") as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        rows = connection.execute("SELECT content FROM session_events WHERE event_type = 'transaction'").fetchall()
        numbers = [number for (number,) in connection.execute("SELECT seq FROM session_events ORDER BY seq")]
    connection.close()
    assert numbers == list(range(1, len(numbers) + 1)), "no number is missing"
    changes = [change for (row,) in rows for change in json.loads(row)["transaction"]["changes"]]
    return [change["value"]["id"] for change in changes if change["op"] == "add"]


@pytest.mark.ledger("D4", "D6")
def test_a_process_killed_at_random_points_has_kept_what_it_acknowledged(tmp_path: Path, soak: bool) -> None:
    dice = random.Random(23)
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["canvas_widget.server.restore", "canvas_widget.store.database", work.__module__])
    acknowledged: set[str] = set()
    kept: list[str] = []
    for run in range(200 if soak else 20):
        ours, theirs = context.Pipe(duplex=False)
        process = context.Process(target=work, args=(tmp_path, run, theirs), daemon=True)
        process.start()
        theirs.close()
        assert ours.poll(120)
        assert sorted(ours.recv()) == sorted(kept), "a restart gives back what the log holds"
        left = dice.randrange(40)
        try:
            while True:
                if left == 0:
                    process.kill()
                acknowledged.add(ours.recv())
                left -= 1
        except EOFError:
            process.join(30)
        ours.close()
        process.close()
        kept = written(tmp_path)
        assert len(kept) == len(set(kept)), "none is there twice"
        assert acknowledged <= set(kept), "every acknowledged one is there"
    assert len(acknowledged) > 20
