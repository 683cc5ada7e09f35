"""The main story: four requests, one after the other, make a good page."""

from __future__ import annotations

import pytest

from canvas_widget.document import Document, Relations
from canvas_widget.layout import Placing, overlaps, plan_create, plan_delete, plan_edit, utilisation
from strategies import CONTENTS, done, put, rects

pytestmark = pytest.mark.ledger("A6")


def _create(document, name, kind, *, top=False, **relations):
    plan = plan_create(
        document, name, content=CONTENTS[kind], placing=Placing(relations=Relations(**relations), top=top)
    )
    return done(document, plan), plan.report


def _story():
    document, _ = _create(Document(), "bar", "chart")
    document, _ = _create(document, "line", "chart", right_of="bar")
    document, _ = _create(document, "count", "metric", top=True)
    return _create(document, "table", "table", below="bar")


def test_bar_line_metric_on_top_and_table_below():
    document, report = _story()
    bar, line, count, table = (rects(document)[name] for name in ("bar", "line", "count", "table"))
    assert overlaps(document) == []
    assert (bar.y, bar.height, bar.width) == (line.y, line.height, line.width)
    assert bar.right < line.x
    assert 88 <= count.height <= 112
    assert count.width > 700
    assert count.bottom < bar.y
    assert bar.bottom < table.y
    assert table.width > 700
    assert table.height >= 150
    assert bar.height >= 200
    assert report.utilisation >= 0.8
    covered = sum(rect.width * rect.height for rect in (bar, line, count, table))
    assert report.utilisation == pytest.approx(covered / 480_000)
    assert {moved.id for moved in report.moved} == {"bar", "line", "count"}


def test_two_charts_side_by_side_stay_when_there_is_room():
    document, _ = _create(Document(), "bar", "chart")
    before = rects(document)
    document, report = _create(document, "line", "chart", right_of="bar")
    assert rects(document)["bar"] == before["bar"]
    assert report.moved == ()


@pytest.mark.parametrize("count", [1, 2, 3, 5, 6, 8, 12])
def test_charts_without_relations_flow_into_a_grid(count):
    document = Document()
    for number in range(count):
        document, report = _create(document, f"c{number}", "chart")
    found = list(rects(document).values())
    assert overlaps(document) == []
    assert found == sorted(found, key=lambda rect: (rect.y, rect.x))
    assert max(rect.height for rect in found) - min(rect.height for rect in found) <= 8
    assert min(rect.width for rect in found) >= 0.6 * max(rect.width for rect in found)
    assert count < 4 or report.utilisation > 0.8


def test_up_to_four_charts_never_move():
    document = Document()
    for number in range(4):
        document, report = _create(document, f"c{number}", "chart")
        assert report.moved == ()
    assert {(rect.width, rect.height) for rect in rects(document).values()} == {(376, 276)}


def test_several_metrics_on_top_share_a_row():
    document, _ = _story()
    for name in ("m1", "m2", "m3"):
        document, _ = _create(document, name, "metric", top=True)
    row = [rects(document)[name] for name in ("count", "m1", "m2", "m3")]
    assert len({(rect.y, rect.height) for rect in row}) == 1
    assert all(rect.bottom < rects(document)["bar"].y for rect in row)
    assert overlaps(document) == []


def test_a_third_chart_asked_between_two_stands_between_them():
    document, _ = _story()
    document, _ = _create(document, "pie", "chart", right_of="bar", left_of="line")
    at = rects(document)
    assert at["bar"].right < at["pie"].x
    assert at["pie"].right < at["line"].x
    assert at["bar"].y == at["pie"].y == at["line"].y
    assert overlaps(document) == []


def test_what_is_deleted_leaves_its_room_to_the_others():
    document, _ = _story()
    plan = plan_delete(document, "table")
    after = done(document, plan)
    assert after["bar"].height > document["bar"].height
    assert {moved.id for moved in plan.report.moved} == {"bar", "line", "count"}
    assert utilisation(after) >= 0.8


def test_a_dragged_chart_stays_and_the_others_make_room():
    document, _ = _story()
    plan = plan_edit(document, [put("line/x", 408), put("line/y", 228)])
    after = done(document, plan)
    assert (after["line"].x, after["line"].y, after["line"].placement) == (408, 228, "pinned")
    assert overlaps(after) == []
    assert rects(after)["bar"] == rects(document)["bar"]
    assert [moved.id for moved in plan.report.moved] == ["table"]
    for name in ("pie", "area"):
        after, _ = _create(after, name, "chart")
        assert (after["line"].x, after["line"].y) == (408, 228)
        assert overlaps(after) == []
