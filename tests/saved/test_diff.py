"""`jupyter canvas diff`: what a reviewer reads, sees, and what CI is told."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pandas as pd
import pytest

from canvas_widget import Canvas
from canvas_widget.command import main
from canvas_widget.data import Catalogue, TableRequest
from canvas_widget.layout import Box, Placing
from canvas_widget.notebook.box import Box as Handle
from canvas_widget.saved import compare, load_canvases
from canvas_widget.saved.canvases import read_state
from canvas_widget.workspace import Workspace
from canvas_widget.workspace.saved import save

from .kit import FRAME, outputs, saved, workspace


@pytest.fixture
def before(tmp_path: Path) -> Path:
    return saved(tmp_path / "before.ipynb", ("%%canvas\nSales", outputs(workspace(), answer="Here.")))


def after(path: Path, canvas: Workspace) -> Path:
    return saved(path.parent / "after.ipynb", ("%%canvas\nSales", outputs(canvas, answer="Here.")))


@pytest.mark.ledger("X8")
def test_the_same_canvas_differs_in_nothing(before: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", str(before), str(after(before, workspace()))]) == 0
    assert "Nothing differs (1 canvas compared)." in capsys.readouterr().out


@pytest.mark.ledger("X8")
def test_each_kind_of_change_is_named_with_its_values(before: Path, capsys: pytest.CaptureFixture[str]) -> None:
    changed = workspace(FRAME.assign(sales=[10.0, 25.0, 30.0]))
    changed.delete("note")
    changed.text("more", "A new note.", placing=Placing(box=Box(408, 420, 376, 120)))
    Handle(changed, "rows").move(16, 300)
    files = [str(before.parent / name) for name in ("d.png", "d.svg", "d.md")]
    arguments = [part for name in files for part in ("-o", name)]
    assert main(["diff", str(before), str(after(before, changed)), *arguments]) == 1
    told = capsys.readouterr().out
    assert "changed **Sales by region** – South: 20 → 25" in told
    assert "changed **Total** – 60.0 → 65.0" in told
    assert re.search(r"changed \*\*All rows\*\*\n  - South: 20 → 25\n  - place: 16, 272 → 16, 300", told)
    assert "added **more** – Note at 408, 420, 376 × 120 px" in told
    assert "removed **note**" in told
    assert Path(files[0]).read_bytes().startswith(b"\x89PNG")
    assert len(Path(files[0]).read_bytes()) < 300_000
    words = [element.text for element in ET.parse(files[1]).iter("{http://www.w3.org/2000/svg}text")]
    # On both sides for what changed, on one for what came or went.
    assert [words.count(word) for word in ("changed", "added", "removed", "moved")] == [6, 1, 1, 0]
    assert Path(files[2]).read_text(encoding="utf-8").rstrip() == told.rstrip()


@pytest.mark.ledger("X8")
def test_what_only_moved_is_moved_and_what_only_looks_different_is_seen(before: Path) -> None:
    moved = workspace()
    Handle(moved, "note").move(408, 300)
    (found,) = compare(load_canvases(before), load_canvases(after(before, moved)))
    assert [(change.kind, change.title) for change in found.changes] == [("moved", "note")]
    many = pd.DataFrame({"n": range(30)})
    cells = [long(many.assign(n=[*range(29), last])) for last in (29, 99)]
    paths = [saved(before.parent / f"{n}.ipynb", ("x", outputs(canvas))) for n, canvas in enumerate(cells)]
    (found,) = compare(*map(load_canvases, paths))
    assert [change.kind for change in found.changes] == ["changed"], "a row after the twentieth"


def long(frame: pd.DataFrame) -> Workspace:
    made = Workspace("long", 800, 600, catalogue=Catalogue(lambda: {"many": frame}))
    made.table("t", TableRequest(dataset="many", limit=100), placing=Placing(box=Box(0, 0, 300, 300)))
    return made


@pytest.mark.ledger("X8")
def test_notebooks_of_before_the_summary_are_compared_by_their_text(tmp_path: Path) -> None:
    old = saved(tmp_path / "old.ipynb", ("x", outputs(workspace(), summary=False)))
    new = saved(tmp_path / "new.ipynb", ("x", outputs(workspace(FRAME.assign(sales=[1.0, 20.0, 30.0])))))
    (found,) = compare(load_canvases(old), load_canvases(new))
    assert {change.title for change in found.changes} == {"Sales by region", "Total", "All rows"}


@pytest.mark.ledger("X8")
def test_a_canvas_that_is_new_or_gone_or_renamed_is_said(tmp_path: Path) -> None:
    one = saved(tmp_path / "one.ipynb", ("x", outputs(workspace())))
    two = saved(tmp_path / "two.ipynb", ("x", outputs(workspace())), ("y", outputs(workspace(name="second"))))
    third = saved(tmp_path / "three.ipynb", ("y", outputs(workspace(name="second"))))
    first, second = compare(load_canvases(one), load_canvases(two))
    assert first.same
    assert second.notes == ("This canvas is new.",)
    assert [found.notes for found in compare(load_canvases(two), load_canvases(one))][1] == ("This canvas is gone.",)
    (renamed,) = compare(load_canvases(one), load_canvases(third))
    assert renamed.notes == ("Renamed from canvas-1.",)
    assert not renamed.changes


@pytest.mark.ledger("X8")
def test_exported_pages_and_states_are_compared_too(tmp_path: Path) -> None:
    canvas = Canvas(name="exported", data={"sales": FRAME})
    try:
        canvas.table("t", data="sales")
        first = canvas.to_html(tmp_path / "a.html")
        (tmp_path / "a.json").write_text(json.dumps(canvas.state()), encoding="utf-8")
        canvas.datasets.register("sales", FRAME.assign(sales=[1.0, 2.0, 99.0]))
        canvas.refresh()
        canvas["t"].move(40, 60)
        second = canvas.to_html(tmp_path / "b.html")
        (tmp_path / "b.json").write_text(json.dumps(canvas.state()), encoding="utf-8")
    finally:
        canvas.close()
    (pages,) = compare(load_canvases(first), load_canvases(second))
    assert "East: 30 → 99" in pages.changes[0].details
    (states,) = compare(load_canvases(tmp_path / "a.json"), load_canvases(tmp_path / "b.json"))
    assert [change.kind for change in states.changes] == ["moved"], "a state holds no rows"
    assert main(["diff", str(first), str(second), "-o", str(tmp_path / "d.png")]) == 1


@pytest.mark.ledger("X8")
def test_saved_canvases_are_compared_with_the_rows_they_keep(tmp_path: Path) -> None:
    paths = []
    for number, last in enumerate((30.0, 99.0)):
        made = workspace(FRAME.assign(sales=[10.0, 20.0, last]))
        paths.append(save(made, tmp_path / f"{number}.canvas.json", data=True))
    assert main(["diff", str(paths[0]), str(paths[0])]) == 0
    (found,) = compare(*map(load_canvases, paths))
    assert {change.title for change in found.changes} == {"Sales by region", "Total", "All rows"}
    assert "East: 30 → 99" in found.changes[0].details


@pytest.mark.ledger("X8")
@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("gone.ipynb", None, "cannot be read"),
        ("text.ipynb", b"hello", "is no notebook"),
        ("bytes.ipynb", b"\xff\xfe\x00", "no text in UTF-8"),
        ("empty.ipynb", b'{"cells": [], "metadata": {}, "nbformat": 4}', "holds a canvas"),
        ("old.ipynb", b'{"worksheets": [], "metadata": {}, "nbformat": 3}', "notebook format 3"),
        ("marks.ipynb", b'{\n<<<<<<< ours\n"a": 1\n=======\n>>>>>>> theirs\n}', "merge conflict"),
        ("page.html", b"<html></html>", "holds no canvas"),
        ("state.json", b'{"canvas": 5}', "no canvas that can be read"),
        ("deep.json", b"[" * 100_000, "no canvas that can be read"),
    ],
)
def test_a_file_that_holds_none_is_an_error_of_its_own(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, content: bytes | None, says: str
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    assert main(["diff", str(path), str(path), "-o", str(tmp_path / "made.md")]) == 2
    told = capsys.readouterr()
    assert says in told.err
    assert "Traceback" not in told.err
    assert not (tmp_path / "made.md").exists()


@pytest.mark.ledger("X8")
def test_words_of_a_file_are_no_markup_and_call_nobody(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    hostile = workspace()
    Handle(hostile, "by_region").rename("**@everyone** <img src=x> [a](http://b) `c` | d\n# e")
    one = saved(tmp_path / "one.ipynb", ("x", outputs(workspace())))
    two = saved(tmp_path / "two.ipynb", ("x", outputs(hostile)))
    assert main(["diff", str(one), str(two), "-o", str(tmp_path / "d.svg")]) == 1
    told = capsys.readouterr().out
    assert "@everyone" not in told
    assert "<img" not in told.replace("\\<img", "")
    assert "[a](" not in told.replace("\\[a\\](", "")
    assert not list(ET.parse(tmp_path / "d.svg").iter("{http://www.w3.org/2000/svg}img"))


def test_a_state_is_read_from_the_end_of_an_answer_that_looks_like_one() -> None:
    shown = outputs(workspace(), answer="Canvas other: 10 × 10 px, empty\n\n1. a – b at 1, 2, 3 × 4 px")[0]["data"]
    canvas = read_state(shown["text/plain"])
    assert canvas is not None
    assert (canvas.name, len(canvas.boxes)) == ("canvas-1", 4)
