"""A chart's spec is closed: nothing in it reaches out, computes or listens."""

from __future__ import annotations

import json
import re
import sys
import urllib.request
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import canvas_widget
from canvas_widget.data import check_spec
from canvas_widget.data.guards.spec_limits import check_steps
from canvas_widget.errors import InvalidArgument
from canvas_widget.render import render_svg
from render.kit import box, chart, document, marks, result, texts

from .watch import Watch

SPECS = json.loads(
    (Path(canvas_widget.__file__).parent / "js" / "src" / "testing" / "hostile.json").read_text(encoding="utf-8")
)
"""What both doors see: the kernel's here, the browser's in `specGuard.test.ts`."""

ADDRESS = re.compile(r"https?://(?:evil\.example|example\.org)[^\"')\\\\]*")

GOOD: dict[str, Any] = {
    "data": {"name": "result"},
    "mark": {"type": "bar"},
    "encoding": {
        "x": {"field": "https://example.org", "type": "nominal", "title": "javascript: the column", "sort": None},
        "y": {"field": "count", "type": "quantitative"},
        "color": {"field": "url", "type": "nominal", "sort": ["data:", "http://b"]},
    },
}


def test_names_and_titles_may_read_like_addresses() -> None:
    check_spec(GOOD)


ATTACKS: list[dict[str, Any]] = [
    {"data": {"url": "https://example.org/x.csv"}},
    {"data": {"name": "result", "values": [1]}},
    {"data": {"values": [{"a": 1}]}},
    {"data": {"sequence": {"start": 0, "stop": 1e9}}},
    {"datasets": {"result": [1]}},
    {"layer": [{"data": {"url": "x"}, "mark": "bar"}]},
    {"mark": "image"},
    {"mark": {"type": "Image"}},
    {"mark": {"type": "geoshape"}},
    {"mark": {"type": "bar", "href": "https://example.org"}},
    {"mark": {"type": "bar", "cursor": "url(https://example.org/c.png), auto"}},
    {"mark": {"type": "bar", "fill": "url(https://example.org/f.svg)"}},
    {"mark": {"type": "bar", "fill": "u r l (x)"}},
    {"mark": {"type": "bar", "tooltip": {"signal": "datum"}}},
    {"mark": {"type": "bar", "tooltip": ["url(https://example.org)"]}},
    {"encoding": {"url": {"field": "a"}}},
    {"encoding": {"href": {"field": "a"}}},
    {"encoding": {"x": {"field": "a", "axis": {"labelExpr": "datum.label"}}}},
    {"encoding": {"color": {"condition": {"test": "datum.a > 1", "value": "red"}}}},
    {"encoding": {"color": {"value": {"expr": "warn(1)"}}}},
    {"params": [{"name": "p", "bind": {"input": "range", "element": "#x"}}]},
    {"params": [{"name": "p", "expr": "1"}]},
    {"signals": [{"name": "s", "update": "1"}]},
    {"transform": [{"calculate": "1", "as": "a"}]},
    {"transform": [{"lookup": "a", "from": {"data": {"url": "x"}}}]},
    {"usermeta": {"embedOptions": {"loader": {}}}},
    {"projection": {"type": "mercator"}},
    {"config": {"mark": {"href": "x"}}},
    {"width": 10**9},
    {"width": -1},
    {"width": {"step": 10**9}},
    {"mark": {"type": "bar", "description": "x" * 20_000}},
    {"title": "x" * 300_000},
    {"hconcat": [{"mark": "bar"}]},
    {"repeat": ["a"], "spec": {"mark": "bar"}},
    {"a": {"__proto__": {"b": 1}}},
    {"constructor": 1},
    {"encoding": {"tooltip": [{"field": "a", "title": 'x\\": warn(1), "y'}]}},
    {"encoding": {"tooltip": [{"field": "a", "type": "quantitative", "format": '"), warn(1), ("'}]}},
    {"encoding": {"x": {"field": "a']+warn(1)+datum['"}}},
    {"encoding": {"x": {"field": "a", "timeUnit": "year\\"}}},
    {"mark": "bar", "value": "data:text/html,x"},
    {"mark": "bar", "value": " JavaScript:alert(1)"},
]


@pytest.mark.ledger("X3")
@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: str(attack)[:50])
def test_a_spec_that_reaches_out_is_refused(attack: dict[str, Any]) -> None:
    with pytest.raises(InvalidArgument):
        check_spec({**GOOD, **attack})
    with pytest.raises(InvalidArgument):
        check_spec({"data": {"name": "result"}, "layer": [{"layer": [attack]}]})


def test_what_is_no_plain_json_is_refused() -> None:
    deep: Any = {}
    for _ in range(100):
        deep = {"layer": [deep]}
    for spec in ([], "bar", None, {"a": object()}, {"a": float("nan")}, deep):
        with pytest.raises(InvalidArgument):
            check_spec(spec)


@pytest.mark.ledger("X7")
@pytest.mark.parametrize("case", SPECS["refused"], ids=lambda case: case["name"])
def test_each_hostile_spec_is_refused(case: dict[str, Any]) -> None:
    with pytest.raises(InvalidArgument):
        check_spec(case["spec"])


@pytest.mark.ledger("X7")
@pytest.mark.parametrize("case", SPECS["drawn"], ids=lambda case: case["name"])
def test_what_the_builders_may_write_is_let_through(case: dict[str, Any]) -> None:
    check_spec(case["spec"])


def test_there_are_more_than_a_hundred_hostile_specs() -> None:
    assert len(SPECS["refused"]) > 100


@pytest.mark.ledger("X3")
def test_bins_too_narrow_for_the_rows_are_refused_when_they_are_drawn() -> None:
    """An axis has an entry per bin: with 1e-8 between 0 and 1,000,000 there is no memory for them."""
    spec = {"layer": [{"encoding": {"x": {"field": "a", "bin": {"binned": True, "step": 1e-8}}}}]}
    check_spec({"data": {"name": "result"}, **spec})
    check_steps(spec, [{"a": 0}, {"a": 1e-5}, {"a": None}, {}])
    check_steps(spec, [])
    for rows in ([{"a": 0}, {"a": 1_000_000}], [{"a": 0.0}, {"a": float("inf")}]):
        with pytest.raises(InvalidArgument, match="too narrow"):
            check_steps(spec, rows)


@pytest.mark.ledger("X3", "X7")
def test_no_hostile_spec_touches_a_file_or_a_port_when_it_is_drawn(tmp_path: Path) -> None:
    """All of them, with addresses that are watched: each is refused on the picture, and nothing was read or asked."""
    watch = Watch(tmp_path, "secret")
    data = result(pd.DataFrame({"a": ["x", "y"], "b": [1, 2], "c": ["p", "q"], "count": [3, 4], "url": ["m", "n"]}))
    specs = [case["spec"] for case in SPECS["refused"]] + [{**GOOD, **attack} for attack in ATTACKS]
    specs += [{**GOOD, "data": {"url": address}} for address in (watch.url, str(watch.file), watch.file.as_uri())]

    def drawn_with(spec: Any) -> str:
        return render_svg(document(box("a", chart(spec))), {"a": data})

    try:
        urllib.request.urlopen(watch.url, timeout=0.05)
    except OSError:
        assert "port" in watch.touched(), "the port sees who comes"
    watch.file.read_text()
    assert watch.touched() or sys.platform != "linux"
    assert marks(drawn_with(GOOD), "bar"), "what is allowed is drawn"
    watch.touched()
    for spec in specs:
        for address in (watch.url, watch.file.as_uri()):
            reaching = json.loads(ADDRESS.sub(lambda _: json.dumps(address)[1:-1], json.dumps(spec)))  # noqa: B023
            svg = drawn_with(reaching)
            assert watch.touched() == set(), spec
            assert "aria-roledescription" not in svg, spec
            assert "could not be drawn" in " ".join(texts(svg)), spec
    watch.close()
