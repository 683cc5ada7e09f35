"""Bars on both sides of zero: a line at zero, each value beyond the end of its bar, no name under a mark."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd
import pytest

from canvas_widget.data import Catalogue, ChartRequest, ChartStyle
from canvas_widget.data.guards.spec_guard import check_spec
from canvas_widget.layout import Box, Placing
from canvas_widget.render import render_container_svg
from canvas_widget.workspace import Workspace
from render.kit import SVG, marks, parse

FRAME = pd.DataFrame(
    {
        "unit": ["North", "South", "East", "West", "North", "South"],
        "profit": [12.5, -8.25, -3.0, -0.5, 4.0, 1.0],
        "kind": ["a", "b", "a", "b", "b", "a"],
        "turnover": [3.1e12, -1.2e12, 2e12, 1e12, 4e12, -2e12],
    }
)


def drawn(frame: pd.DataFrame = FRAME, style: ChartStyle | None = None, **request: Any) -> str:
    work = Workspace("signs", 800, 600, catalogue=Catalogue(lambda: {"d": frame}))
    work.style = style or work.style
    work.chart(
        "c",
        ChartRequest.model_validate({"dataset": "d", "x": "unit", **request}),
        placing=Placing(box=Box(0, 0, 400, 300)),
    )
    check_spec(work.document["c"].content.spec)
    return render_container_svg(work.document["c"], work.result_for("c"), theme="light")


def bars(svg: str) -> dict[str, tuple[float, float, float, float]]:
    """Left, top, right and bottom of each bar in the plot, px."""
    found = {}
    for bar in marks(svg, "bar"):
        x, y, width, height = map(float, re.findall(r"-?[\d.]+", bar.get("d", "").split("H")[0])[:4])
        name = re.search(r"Unit: ([^;]+)", bar.get("aria-label", ""))[1]
        found[name] = (min(x, x + width), min(y, y + height), max(x, x + width), max(y, y + height))
    return found


def labels(svg: str) -> dict[str, tuple[float, float, str]]:
    """x, y and words of the label of each bar."""
    found: dict[str, tuple[float, float, str]] = {}
    for text in marks(svg, "text mark"):
        x, y = map(float, re.findall(r"-?[\d.]+", text.get("transform", ""))[:2])
        name = re.search(r"Unit: ([^;]+)", text.get("aria-label", ""))[1]
        assert name not in found, "a bar has one label"
        found[name] = (x, y, text.text or "")
    return found


def rules(svg: str) -> list[tuple[float, float]]:
    groups = [group for group in parse(svg).iter(f"{SVG}g") if "mark-rule role-mark" in group.get("class", "")]
    lines = [line for group in groups for line in group.iter(f"{SVG}line")]
    return [tuple(map(float, re.findall(r"-?[\d.]+", line.get("transform", ""))[:2])) for line in lines]  # type: ignore[misc]


@pytest.mark.ledger("E7", "X3")
@pytest.mark.parametrize("orient", ["vertical", "horizontal"])
def test_values_stand_beyond_the_outer_ends_of_their_bars(orient: str) -> None:
    expected = FRAME.groupby("unit")["profit"].sum()
    svg = drawn(y="sum(profit)", orient=orient)
    found, words = bars(svg), labels(svg)
    assert {name: float(text.replace("−", "-")) for name, (_, _, text) in words.items()} == pytest.approx(
        expected.to_dict(), abs=0.051
    )
    ((at_x, at_y),) = rules(svg)
    for name, value in expected.items():
        left, top, right, bottom = found[str(name)]
        x, y, _ = words[str(name)]
        if orient == "horizontal":
            assert (left if value > 0 else right) == pytest.approx(at_x)
            assert x > right if value > 0 else x < left
        else:
            assert (bottom if value > 0 else top) == pytest.approx(at_y)
            assert y < top if value > 0 else y > bottom


@pytest.mark.ledger("E7")
def test_the_line_is_at_zero_for_every_kind_that_goes_below() -> None:
    for more in ({"series": "kind"}, {"series": "kind", "stack": "grouped"}, {"mark": "area"}, {"facet": "kind"}):
        svg = drawn(FRAME.assign(step=range(6)), **({"x": "step"} if more.get("mark") else {}), y="sum(profit)", **more)
        assert rules(svg), more
    assert not rules(drawn(FRAME.assign(profit=FRAME["profit"].abs()), y="sum(profit)"))
    assert not rules(drawn(y="count()", series="kind", stack="percent"))


@pytest.mark.ledger("E7")
def test_a_domain_that_was_asked_for_is_kept() -> None:
    svg = drawn(y="sum(profit)", scale={"y": {"domain": [-10, 20]}})
    assert "values from −10 to 20" in svg


@pytest.mark.ledger("E7", "X7")
def test_zero_has_no_unit_of_thousands() -> None:
    def ticks(svg: str) -> list[str]:
        groups = [group for group in parse(svg).iter(f"{SVG}g") if "role-axis-label" in group.get("class", "")]
        return [text.text or "" for group in groups for text in group.iter(f"{SVG}text")]

    assert {"0", "5T"} <= set(ticks(drawn(y="sum(turnover)")))
    thousands = FRAME.assign(v=[50_000, 10_000, 20_000, 30_000, 1_000, 2_000])
    assert {"0", "20k"} <= set(ticks(drawn(thousands, y="sum(v)")))
    euros = ticks(drawn(thousands, ChartStyle(locale="de", currency="€"), y="sum(v)", format="$~s"))
    assert {"0 €", "20k €"} <= {tick.replace("\xa0", " ") for tick in euros}
