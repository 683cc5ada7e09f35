"""`jupyter canvas strip` and `check`: what may be committed, and nothing overwritten that cannot be read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output
from nbval import plugin as nbval

from canvas_widget import Canvas
from canvas_widget.agent.providers.cassette.tape import FORMAT
from canvas_widget.command import main
from canvas_widget.saved import read_notebook, strip
from canvas_widget.saved.check import STATE_BUDGET, check

from .kit import FRAME, STATE, VIEW, outputs, saved, workspace

CANVAS: dict[str, Any] = {
    "model_name": "AnyModel",
    "model_module": "anywidget",
    "model_module_version": "0.11",
    "state": {"_anywidget_id": "canvas_widget.notebook.canvas.Canvas", "layout": "IPY_MODEL_l1", "document": {}},
}
SLIDER = {
    "model_name": "IntSliderModel",
    "model_module": "@jupyter-widgets/controls",
    "state": {"layout": "IPY_MODEL_l2", "value": 5},
}
LAYOUT = {"model_name": "LayoutModel", "model_module": "@jupyter-widgets/base", "state": {}}


def view(model: str, **data: Any) -> Any:
    return new_output("display_data", data={VIEW: {"model_id": model, "version_major": 2}, **data})


def widgets(**models: Any) -> dict[str, Any]:
    return {STATE: {"state": models, "version_major": 2, "version_minor": 0}}


def reread(path: Path) -> Any:
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    return notebook


@pytest.mark.ledger("N6")
def test_strip_takes_canvases_and_dead_views_and_leaves_other_widgets(tmp_path: Path) -> None:
    path = saved(
        tmp_path / "a.ipynb",
        ("canvas", [view("c1", **{"text/plain": "Canvas"}), *outputs(workspace())]),
        ("slider", [view("s1", **{"text/plain": "IntSlider(5)"})]),
        ("gone", [view("long-gone")]),
        widgets=widgets(c1=CANVAS, l1=LAYOUT, s1=SLIDER, l2=LAYOUT),
    )
    assert main(["strip", str(path)]) == 0
    left = reread(path)
    assert set(left.metadata.widgets[STATE]["state"]) == {"s1", "l2"}
    first, second, third = left.cells
    assert VIEW not in first.outputs[0].data
    assert "image/png" in first.outputs[-1].data
    assert second.outputs[0].data[VIEW]["model_id"] == "s1"
    assert third.outputs == []
    again = path.read_bytes()
    assert main(["strip", str(path)]) == 0
    assert path.read_bytes() == again
    assert main(["strip", "--all", str(path)]) == 0
    assert "widgets" not in reread(path).metadata


@pytest.mark.ledger("N6")
def test_a_notebook_with_fifty_megabytes_of_state_is_stripped_to_its_pictures(tmp_path: Path) -> None:
    models = {f"c{n}": {**CANVAS, "state": {**CANVAS["state"], "_esm": "x" * 1_000_000}} for n in range(50)}
    path = saved(tmp_path / "big.ipynb", ("canvas", outputs(workspace())), widgets=widgets(**models))
    assert path.stat().st_size > 50_000_000
    assert [finding.message[:18] for finding in check(read_notebook(path))] == ["The saved state of"]
    assert main(["strip", str(path)]) == 0
    assert path.stat().st_size < 60_000
    assert main(["check", "--strict", str(path)]) == 0


@pytest.mark.ledger("N6")
def test_the_state_of_a_canvas_with_twenty_containers_keeps_to_its_budget() -> None:
    canvas = Canvas(1600, 1200, name="with twenty", data={"sales": FRAME})
    try:
        for number in range(20):
            canvas.chart(f"c{number}", data="sales", mark="bar", x="region", y="sum(sales)")
        state = {name: value for name, value in canvas.get_state().items() if name != "layout"}
        assert len(json.dumps(state)) < STATE_BUDGET
        assert len(canvas.get_state()["document"]["containers"]) == 20
    finally:
        canvas.close()


@pytest.mark.ledger("N6")
def test_what_cannot_be_read_is_not_written_and_the_others_are(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = tmp_path / "broken.ipynb"
    broken.write_text('{"cells": [', encoding="utf-8")
    odd = tmp_path / "odd.ipynb"
    odd.write_text(json.dumps({"nbformat": 4, "metadata": {}, "cells": ["x"]}), encoding="utf-8")
    good = saved(tmp_path / "good.ipynb", ("canvas", [view("gone")]))
    before = [broken.read_bytes(), odd.read_bytes()]
    assert main(["strip", str(broken), str(tmp_path / "none.ipynb"), str(odd), str(good)]) == 2
    told = capsys.readouterr()
    assert told.err.count("\n") == 3
    assert "no list of cells" in told.err
    assert "1 views taken out" in told.out
    assert [broken.read_bytes(), odd.read_bytes()] == before
    assert not list(tmp_path.glob(".canvas-*"))


@pytest.mark.ledger("N6")
def test_a_link_is_followed_and_an_odd_shape_of_metadata_is_no_error(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.ipynb", ("canvas", [view("gone")]), widgets="foreign")
    link = tmp_path / "link.ipynb"
    link.symlink_to(path)
    assert main(["strip", str(link)]) == 0
    assert link.is_symlink()
    assert reread(path).cells[0].outputs == []
    notebook = read_notebook(path)
    notebook.content["metadata"]["widgets"] = {STATE: {"state": {"a": 5, "b": {"state": None}, "c": None}}}
    assert strip(notebook).models == 0


@pytest.mark.ledger("N5")
def test_check_finds_what_should_not_be_committed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    error = new_output("error", ename="ValueError", evalue="bad", traceback=[])
    large = outputs(workspace())
    large[0]["data"]["text/html"] = "x" * 150_000
    path = saved(tmp_path / "a.ipynb", ("1/0", [error]), ("canvas", large), ("# NBVAL_IGNORE_OUTPUT\nx", []))
    notebook = nbformat.read(path, as_version=4)
    notebook.cells.append(new_code_cell("later"))
    nbformat.write(notebook, path)
    assert main(["check", "--strict", str(path)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert [line.partition("ipynb, ")[2].partition(":")[0] for line in lines] == [
        "cell 1",
        "cell 4",
        "cell 2",
        "cell 3",
    ]
    assert "It failed with ValueError: bad" in lines[0]
    assert "1 cells have not run (4)" in lines[1]
    assert "150,000 is the budget of a canvas" in lines[2]
    assert "not compared" in lines[3]
    (tmp_path / "nbval_sanitize.cfg").write_text("", encoding="utf-8")
    assert main(["check", str(path)]) == 1
    assert "not compared" not in capsys.readouterr().out
    assert main(["check", "--strict", str(path)]) == 1
    assert "masked before they are compared by nbval_sanitize.cfg" in capsys.readouterr().out


@pytest.mark.ledger("N6")
def test_the_budget_is_one_of_a_canvas_not_of_a_cell(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def padded(name: str, size: int) -> list[Any]:
        state, picture = outputs(workspace(name=name))
        state["data"]["text/html"] = "x" * size
        return [state, picture]

    within = saved(tmp_path / "two.ipynb", ("both", [*padded("a", 80_000), *padded("b", 80_000)]))
    assert main(["check", str(within)]) == 0
    over = saved(
        tmp_path / "one.ipynb", ("first", padded("a", 60_000)), ("b", padded("b", 9)), ("a", padded("a", 90_000))
    )
    assert main(["check", str(over)]) == 1
    lines = capsys.readouterr().out.splitlines()
    cells = json.loads(over.read_text(encoding="utf-8"))["cells"]
    total = sum(len(json.dumps(out, ensure_ascii=False).encode()) for n in (0, 2) for out in cells[n]["outputs"])
    (told,) = [line for line in lines if "budget" in line]
    assert told.startswith(f"{over}, cell 3: The outputs of the canvas a have {total:,} bytes, ")


@pytest.mark.ledger("N6")
def test_fifty_megabytes_of_outputs_are_named_and_left_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    flood = new_output("stream", name="stdout", text=("a line of a log, " * 60 + "\n") * 52_000)
    path = saved(tmp_path / "big.ipynb", ("x", []), ("canvas", [*outputs(workspace()), flood]))
    before = path.read_bytes()
    assert len(before) > 50_000_000
    assert main(["check", str(path)]) == 1
    assert f"{path}, cell 2: The outputs of the canvas canvas-1 have " in capsys.readouterr().out
    assert main(["strip", str(path)]) == 0
    assert path.read_bytes() == before
    other = saved(tmp_path / "other.ipynb", ("x", []), ("canvas", outputs(workspace(FRAME.assign(sales=1.0)))))
    capsys.readouterr()
    assert main(["diff", str(path), str(path)]) == 0
    assert main(["diff", str(path), str(other)]) == 1
    told = capsys.readouterr()
    assert "canvas-1" in told.out
    assert "Traceback" not in told.err
    assert len(told.out) < 50_000


@pytest.mark.ledger("N5")
@pytest.mark.parametrize("form", ["#", "# ", "  ## ", "tag"])
@pytest.mark.parametrize("word", sorted({*nbval.comment_markers, *nbval.metadata_tags}))
def test_whatever_tells_nbval_to_compare_less_is_found(tmp_path: Path, word: str, form: str) -> None:
    cell = new_code_cell("1" if form == "tag" else f"x\n{form}{word}\n1", execution_count=1)
    cell.metadata["tags"] = [word] if form == "tag" else []
    heard = dict(nbval.find_metadata_tags(cell.metadata) if form == "tag" else nbval.find_comment_markers(cell.source))
    path = tmp_path / "a.ipynb"
    nbformat.write(new_notebook(cells=[cell]), path)
    harmless = not heard or heard == {"check": True} or word == "raises-exception"  # its outputs are compared
    assert [each.cell for each in check(read_notebook(path), strict=True)] == ([] if harmless else [1])


@pytest.mark.ledger("N5")
def test_check_finds_cells_that_ran_in_another_order(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.ipynb", ("x = 1", []), ("x", []))
    notebook = read_notebook(path)
    notebook.cells[0]["execution_count"] = 5
    assert [finding.cell for finding in check(notebook)] == [None]


@pytest.mark.ledger("X2", "N5")
def test_check_names_the_cell_whose_prompt_is_not_recorded(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.ipynb", ("%%canvas --replay\nSales by region", []), ("%%canvas --replay\nTotal", []))
    tape = tmp_path / "a.cassette.json"
    entry: dict[str, Any] = {
        "prompt": "Total",
        "step": 0,
        "key": "k",
        "provider": "p",
        "model": "m",
        "answer": [{"finish": "stop"}],
    }
    unused = {**entry, "prompt": "Nobody asks"}
    body = {"format": FORMAT, "entries": [entry, unused]}
    tape.write_text(json.dumps(body), encoding="utf-8")
    found = check(read_notebook(path))
    assert [finding.cell for finding in found] == [1, None]
    assert "“Sales by region” is not recorded in a.cassette.json" in found[0].message
    assert "`jupyter canvas record a.ipynb`" in found[0].message
    assert "“Nobody asks”" in found[1].message
    tape.write_text("<<<<<<< a\n{}\n=======\n{}\n>>>>>>> b\n", encoding="utf-8")
    assert ["merge conflict" in finding.message for finding in check(read_notebook(path))] == [True]
