"""Names along an axis: cut where they are too long, and measured only there."""

from __future__ import annotations

import json
from typing import Any

import pytest

from canvas_widget.render import chart, limits
from canvas_widget.render.chart import full_spec
from canvas_widget.render.renderer import Job, draw
from canvas_widget.render.theme import theme
from render.kit import texts

LONG = "Wollongong-Warrawong and all that lies to the west of it"


def spec(channel: str, **axis: Any) -> dict[str, Any]:
    other = "y" if channel == "x" else "x"
    names = {"field": "name", "type": "nominal", "sort": None, "axis": {"labelLimit": 110, **axis}}
    return {
        "layer": [
            {"mark": "bar", "encoding": {channel: names}},
            {"mark": "tick", "encoding": {channel: names}},
        ],
        "encoding": {other: {"field": "n", "type": "quantitative"}},
    }


def limits_of(text: str) -> list[int | None]:
    found = json.loads(text)
    encodings = [layer["encoding"] for layer in found["layer"]]
    return [part.get("axis", {}).get("labelLimit") for each in encodings for part in each.values()]


@pytest.mark.ledger("A9")
@pytest.mark.parametrize("channel", ["x", "y"])
@pytest.mark.parametrize(("names", "free"), [(["a", "Région 3", "日本"], True), (["a", LONG], False)])
def test_a_limit_that_no_name_reaches_changes_nothing(
    channel: str, names: list[str], free: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [{"name": name, "n": at + 1} for at, name in enumerate(names)]
    text = full_spec(spec(channel), rows, 380, 220, theme("light"))
    assert limits_of(text) == ([0, 0] if free else [110, 110])
    monkeypatch.setattr(chart, "without_limits", lambda given, _: given)
    kept = full_spec(spec(channel), rows, 380, 220, theme("light"))
    assert limits_of(kept) == [110, 110]
    assert draw(Job("V", text)) == draw(Job("V", kept))


@pytest.mark.ledger("A9")
def test_a_name_that_is_too_long_is_cut() -> None:
    rows = [{"name": LONG, "n": 1}]
    drawn = draw(Job("V", full_spec(spec("y"), rows, 380, 220, theme("light")))).decode()
    (written,) = [text for text in texts(drawn) if text.startswith(LONG[:4])]
    assert written.endswith("…")
    assert LONG.startswith(written[:-1])


@pytest.mark.ledger("A9")
def test_layers_with_other_names_keep_their_limit() -> None:
    both = spec("y")
    both["layer"][1]["encoding"]["y"] = {**both["layer"][1]["encoding"]["y"], "field": "place"}
    rows = [{"name": "a", "place": LONG, "n": 1}]
    assert limits.without_limits(both, rows) == both
