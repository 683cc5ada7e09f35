"""A canvas works from the moment it is made, whatever is asked of it first and by whom."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from canvas_widget import Canvas
from canvas_widget.errors import CanvasError, InvalidArgument
from canvas_widget.notebook.kernel import config
from canvas_widget.written import only_keys

FIRST: dict[str, Callable[[Canvas], object]] = {
    "a note": lambda canvas: canvas.text("a", "Hello"),
    "its size": lambda canvas: canvas.resize(900, 700),
    "a prompt": lambda canvas: canvas.ask("Write a note that says hello"),
    "its text": str,
    "its help": lambda canvas: canvas.help(),
    "its colours": lambda canvas: canvas.theme(scheme="tableau10"),
    "its datasets": lambda canvas: canvas.datasets.names(),
    "a file": lambda canvas: canvas.to_svg(),
    "its messages": lambda canvas: canvas.history(),
    "how many": len,
}


@pytest.mark.ledger("N1")
@pytest.mark.parametrize("first", FIRST)
def test_anything_may_be_asked_of_it_first(first: str) -> None:
    canvas = Canvas(name=f"first {first}")
    assert not canvas.at_work
    FIRST[first](canvas)
    canvas.text("b", "There")
    assert canvas["b"].markdown == "There"
    canvas.close()


@pytest.mark.ledger("N1")
def test_two_threads_that_ask_at_once_get_the_same_canvas() -> None:
    canvas = Canvas(name="two at once")
    seen: list[object] = []
    barrier = threading.Barrier(3)

    def ask() -> None:
        barrier.wait()
        seen.append(canvas.session)

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    canvas.loop.post(lambda: seen.append(canvas.session))
    barrier.wait()
    for thread in threads:
        thread.join()
    assert canvas.loop.run(lambda: seen) == [canvas.session] * 3
    canvas.close()


@pytest.mark.ledger("N1")
def test_closed_before_anything_was_asked_it_can_be_read_and_not_changed() -> None:
    canvas = Canvas(name="closed at once")
    canvas.close()
    assert len(canvas) == 0
    with pytest.raises(CanvasError, match="'closed at once' is closed"):
        canvas.text("a", "Hello")


@pytest.mark.ledger("N1", "N4")
def test_a_setting_that_cannot_be_used_is_refused_at_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pyproject.toml").touch()
    assert only_keys(config())
    (tmp_path / ".env").write_text("OPENAI_API_KEY=sk-planted\n")
    monkeypatch.setenv("OPENAI_API_KEY", "sk-planted")
    assert only_keys(config()), "a key has nothing to do with how a canvas looks"
    (tmp_path / ".env").write_text("canvas_widget_default_canvas_width=500\n")
    sized = Canvas(name="sized by a file")
    assert (sized.workspace.document.width, sized.workspace.document.height) == (500, 600)
    sized.close()
    (tmp_path / ".env").write_text("CANVAS_WIDGET_DEFAULT_CANVAS_WIDTH=wide\n")
    with pytest.raises(InvalidArgument, match=r"CANVAS_WIDGET_DEFAULT_CANVAS_WIDTH, set in \.env"):
        Canvas(name="refused")
    (tmp_path / ".env").write_bytes(b"\xff\xfe")
    with pytest.raises(InvalidArgument, match="cannot be read"):
        Canvas(name="refused")
    (tmp_path / ".env").unlink()
    monkeypatch.setenv("CANVAS_WIDGET_SHARE", "everything")
    with pytest.raises(InvalidArgument, match="CANVAS_WIDGET_SHARE, set in the environment"):
        Canvas(name="refused")


@pytest.mark.ledger("N1")
@pytest.mark.parametrize("width", [0, -1, 100_001, True, "800", float("nan")])
def test_a_size_that_cannot_be_is_refused_at_once(width: object) -> None:
    with pytest.raises(InvalidArgument, match="width of a canvas"):
        Canvas(width, name="refused")  # type: ignore[arg-type]
