"""The harness itself: a plain notebook in real JupyterLab, by mouse and keyboard."""

from __future__ import annotations

from collections.abc import Callable

from e2e.notebook import Notebook


def test_cells_run_are_interrupted_and_saved_and_a_restart_reaches_the_kernel(
    notebook: Callable[[list[str]], Notebook],
) -> None:
    book = notebook(["print(6 * 7)", "1 / 0", "import time; print('on', flush=True); time.sleep(60)", "x = 1", "x"])
    assert book.run(0) == "42"
    assert "ZeroDivisionError" in book.run(1)
    assert book.run(0) == "42"
    assert book.do("'typed'") == "'typed'"
    assert book.save().cells[0].outputs[0].text == "42\n"

    book.run(3)
    book.start(2)
    book.output(2).get_by_text("on").wait_for()
    book.interrupt()
    book.wait(2)
    assert "KeyboardInterrupt" in book.text(2)
    book.restart_kernel()
    assert "NameError" in book.run(4)
