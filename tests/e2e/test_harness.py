"""The harness itself: a plain notebook in real JupyterLab, by mouse and keyboard."""

from __future__ import annotations

from collections.abc import Callable

from e2e.notebook import Notebook


def test_a_cell_runs_and_its_output_is_read_back(notebook: Callable[[list[str]], Notebook]) -> None:
    book = notebook(["print(6 * 7)", "1 / 0"])
    assert book.run(0) == "42"
    assert "ZeroDivisionError" in book.run(1)
    assert book.run(0) == "42"
    assert book.do("'typed'") == "'typed'"


def test_an_interrupt_and_a_restart_reach_the_kernel(notebook: Callable[[list[str]], Notebook]) -> None:
    book = notebook(["import time; print('on', flush=True); time.sleep(60)", "x = 1", "x"])
    book.run(1)
    book.start(0)
    book.output(0).get_by_text("on").wait_for()
    book.interrupt()
    book.wait(0)
    assert "KeyboardInterrupt" in book.text(0)
    book.restart_kernel()
    assert "NameError" in book.run(2)


def test_a_saved_notebook_holds_its_outputs(notebook: Callable[[list[str]], Notebook]) -> None:
    book = notebook(["print('kept')"])
    book.run(0)
    assert book.save().cells[0].outputs[0].text == "kept\n"
