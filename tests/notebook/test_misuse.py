"""What a canvas does with what it cannot use: in a plain program, without a kernel."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from itertools import count
from typing import Any

import numpy as np
import pandas as pd
import pytest

from canvas_widget import Canvas
from canvas_widget.errors import CanvasError, InvalidArgument, NotFound

numbers = count()

FRAME = pd.DataFrame({"g": ["a", "b"], "v": [1, 2]})


@pytest.fixture
def canvas() -> Iterator[Canvas]:
    made = Canvas(name=f"misused-{next(numbers)}", data={"frame": FRAME})
    yield made
    made.close()


@pytest.mark.ledger("N1")
@pytest.mark.parametrize(
    "arguments", [{"name": ""}, {"name": 5}, {"name": "x" * 201}, {"width": 0}, {"width": 10**9}, {"height": "a"}]
)
def test_a_canvas_that_cannot_be_is_refused(arguments: dict[str, Any]) -> None:
    with pytest.raises(InvalidArgument):
        Canvas(**arguments)


@pytest.mark.ledger("N1")
def test_a_name_given_by_position_attaches_and_another_size_resizes() -> None:
    first = Canvas(700, 600, "by position")
    try:
        assert Canvas(500, np.int64(400), "by position") is first
        assert (first.workspace.document.width, first.workspace.document.height) == (500, 400)
        with pytest.raises(InvalidArgument, match="width"):
            Canvas(name="by position", width=0)
    finally:
        first.close()


@pytest.mark.ledger("N1")
def test_a_closed_canvas_says_so_and_can_still_be_read(canvas: Canvas) -> None:
    canvas.text("kept", "hello")
    canvas.close()
    for use in (lambda: canvas.text("b", "x"), canvas.undo, lambda: canvas.ask("Number of rows in frame")):
        with pytest.raises(CanvasError, match="is closed"):
            use()
    assert "hello" in str(canvas)
    assert canvas.to_png().startswith(b"\x89PNG")
    again = Canvas(name=canvas.name)
    assert again is not canvas
    assert len(again) == 0
    again.close()


@pytest.mark.ledger("A1")
def test_a_container_is_found_by_the_name_it_was_made_with(canvas: Canvas) -> None:
    canvas.table("My Table", data="frame", columns="g")
    assert canvas["My Table"].id == "my_table"
    assert "MY table" in canvas
    assert 5 not in canvas
    canvas.refresh("My Table")
    assert canvas.text("u", "x", below="My Table").y >= canvas["My Table"].height
    assert list(canvas["my_table"].rows()[0]) == ["g"]


MISUSES = [
    (lambda c: c.chart("x", data="frame", x="g", y="count()", box=5), "box"),
    (lambda c: c.chart(5, data="frame", x="g", y="count()"), "identifier"),
    (lambda c: c[5], "identifier"),
    (lambda c: c.text("t", 5), "markdown"),
    (lambda c: c.to_png(theme="blue"), "theme"),
    (lambda c: c.to_png(scale=0), "scale"),
    (lambda c: c.to_png(scale=1e9), "scale"),
    (lambda c: c.ask("Number of rows in frame", foo=1), "foo"),
    (lambda c: c.ask("Number of rows in frame", strategy="FAST"), "strategy"),
    (lambda c: c.ask("Number of rows in frame", extended="zz"), "extended"),
    (lambda c: c.ask(""), "1 to 100,000"),
]


@pytest.mark.ledger("X1")
@pytest.mark.parametrize(("use", "named"), MISUSES)
def test_a_value_that_cannot_be_used_is_named_and_nothing_changes(canvas: Canvas, use: Any, named: str) -> None:
    with pytest.raises(InvalidArgument, match=f"(?i){named}"):
        use(canvas)
    assert len(canvas) == 0


@pytest.mark.ledger("X1")
def test_a_prompt_limited_to_an_unknown_dataset_names_the_nearest_and_runs_nothing(canvas: Canvas) -> None:
    with pytest.raises(NotFound, match="frame"):
        canvas.ask("Number of rows as a metric", datasets=["frane"])
    assert canvas.ask("Number of rows as a metric", datasets="frame").made
    assert len(canvas) == 1


@pytest.mark.ledger("N1")
def test_a_plain_program_asks_draws_and_ends_without_a_word_on_stderr() -> None:
    program = (
        "import pandas as pd\n"
        "from canvas_widget import Canvas\n"
        "canvas = Canvas(data={'df': pd.DataFrame({'g': ['a', 'b'], 'v': [1, 2]})})\n"
        "canvas.chart('x', data='df', x='g', y='sum(v)')\n"
        "print(canvas.ask('Number of rows in df as a metric').made, len(canvas.to_svg()) > 100)\n"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=120, check=False)
    assert ran.returncode == 0
    assert ran.stdout.endswith("True\n")
    assert ran.stderr == ""
