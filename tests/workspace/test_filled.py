"""Text with results in it, and metrics beside what came before: every number comes from a query that can be seen."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from canvas_widget.data import MetricRequest
from canvas_widget.document import MetricContent, TextContent
from canvas_widget.errors import InvalidArgument, QueryError
from canvas_widget.layout import Placing
from canvas_widget.render.metric import comparison_text, metric_body, trend
from canvas_widget.render.theme import theme
from canvas_widget.workspace import Workspace
from canvas_widget.workspace.filled import placeholders

SALES = pd.DataFrame(
    {
        "day": pd.to_datetime(["2024-01-05", "2024-01-20", "2024-02-03", "2024-04-01", "2024-04-09"]),
        "revenue": [1.0, 2.0, 3.0, 1000.5, 5.5],
        "name": ["a", "b", "*c* [x](y)", "d", "}"],
    }
)


@pytest.fixture
def workspace() -> Workspace:
    workspace = Workspace()
    workspace.catalogue.register("sales", SALES)
    return workspace


def text(workspace: Workspace, markdown: str) -> TextContent:
    workspace.text("note", markdown, placing=Placing(replace=True))
    content = workspace.document["note"].content
    assert isinstance(content, TextContent)
    return content


@pytest.mark.ledger("X3")
def test_a_placeholder_becomes_the_number_of_pandas_and_says_where_from(workspace: Workspace) -> None:
    content = text(
        workspace, "Total **{select sum(revenue) from sales | ,.1f}** over {SELECT count(*) FROM sales} rows."
    )
    assert content.markdown == f"Total **{SALES['revenue'].sum():,.1f}** over {len(SALES)} rows."
    first, second = content.values
    assert (first.sql, first.text, first.datasets, first.rows_read) == (
        "select sum(revenue) from sales", "1,012.0", ["sales"], 5,
    )  # fmt: skip
    assert second.text == "5"
    assert workspace.results.get(first.result_id) is not None


@pytest.mark.ledger("X3", "N3")
@pytest.mark.parametrize(
    ("markdown", "shown"),
    [
        ("{braces}, {}, {selection}, {selects x}", "{braces}, {}, {selection}, {selects x}"),
        ("{select name from sales where name = '}'}", "}"),
        ("{select {'a': 7}.a}!", "7!"),
        ("{with a as (select 1 as x) select x from a}", "1"),
        ("{select max(revenue) || '€' from sales}", "1000.5€"),
        ("{select name from sales where name like '*%'}", r"\*c\* \[x\](y)"),
        ("{select null}", "–"),
        ("{select date '2024-02-03'}", "2024-02-03"),
        ("open {select 1", "open {select 1"),
    ],
)
def test_only_queries_are_filled_in_and_their_text_is_no_markup(
    workspace: Workspace, markdown: str, shown: str
) -> None:
    assert text(workspace, markdown).markdown == shown


@pytest.mark.ledger("A2", "X3")
@pytest.mark.parametrize(
    ("markdown", "error", "words"),
    [
        ("{select revenu from sales}", QueryError, "Closest match: revenue"),
        ("{select revenue from sales}", QueryError, "gives more than one row"),
        ("{select 1 where false}", QueryError, "gives 0 rows"),
        ("{select 1, 2}", QueryError, "gives 2 columns"),
        ("{select * from read_text('/etc/hosts')}", QueryError, "not allowed"),
        ("{select 1}" * 51, InvalidArgument, "at most 50"),
    ],
)
def test_a_placeholder_that_cannot_be_leaves_the_canvas_as_it_was(
    workspace: Workspace, markdown: str, error: type[Exception], words: str
) -> None:
    before = workspace.document
    with pytest.raises(error, match=words):
        workspace.text("new", markdown)
    assert workspace.document is before


@pytest.mark.ledger("X14", "X3")
def test_new_data_marks_the_text_and_refresh_fills_it_again(workspace: Workspace) -> None:
    text(workspace, "{select count(*) from sales} rows")
    workspace.text("plain", "no query")
    workspace.catalogue.register("sales", SALES.head(2))
    assert workspace.poll() == ["note"]
    assert workspace.document["note"].content.stale
    assert workspace.refresh() == {"note": None}
    content = workspace.document["note"].content
    assert (content.markdown, content.stale) == ("2 rows", False)


@given(st.text(alphabet="{}'\" selctfromwih|1x", max_size=60))
def test_placeholders_never_overlap_and_any_text_is_read(markdown: str) -> None:
    last = 0
    for start, end in placeholders(markdown):
        assert last <= start < end <= len(markdown)
        assert (markdown[start], markdown[end - 1]) == ("{", "}")
        last = end


def metric(workspace: Workspace, **how: Any) -> tuple[MetricContent, Any]:
    workspace.metric("m", MetricRequest(dataset="sales", value="sum(revenue)", **how), placing=Placing(replace=True))
    content = workspace.document["m"].content
    assert isinstance(content, MetricContent)
    return content, workspace.result_for("m")


MONTHS = SALES.groupby(SALES["day"].dt.to_period("M"))["revenue"].sum()


@pytest.mark.ledger("X3")
def test_a_metric_stands_beside_the_period_before(workspace: Workspace) -> None:
    content, result = metric(workspace, previous="yearmonth(day)")
    row = result.rows()[0]
    assert row["sum_revenue"] == MONTHS.iloc[-1] == 1006.0
    assert row[content.previous] is None, "there is no March: April is not compared with February"
    assert comparison_text(content, result) == ["Nothing to compare: no value for the month before"]
    assert trend(content, result) == MONTHS.tolist()
    workspace.catalogue.register("sales", SALES.head(3))
    content, result = metric(workspace, previous="yearmonth(day)")
    assert result.rows()[0] == {"sum_revenue": 3.0, content.previous: 3.0, content.trend: [3.0, 3.0]}
    assert comparison_text(content, result) == ["= 0.0% on 3.0, the month before"]


@pytest.mark.ledger("X3")
def test_a_metric_stands_beside_another_value_and_its_course(workspace: Workspace) -> None:
    content, result = metric(workspace, against="mean(revenue)", trend="yearmonth(day)")
    row = result.rows()[0]
    assert (row["sum_revenue"], row[content.previous]) == (SALES["revenue"].sum(), SALES["revenue"].mean())
    assert trend(content, result) == MONTHS.tolist()
    assert comparison_text(content, result) == ["▲ 400.0% on 202.4, mean revenue"]
    body = metric_body(workspace.document["m"].model_copy(update={"height": 200}), content, result, theme("light"))
    assert "▲ 400.0%" in body
    assert body.count("<path") == 1
    plain, result = metric(workspace)
    assert (plain.previous, plain.trend, comparison_text(plain, result)) == (None, None, [])


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ({"previous": "name"}, "is no period"),
        ({"previous": "yearmonth(day)", "against": "count()"}, "not with both"),
        ({"against": "revenue"}, "Write a function"),
        ({"trend": "yearmonth(dya)"}, "Closest match: day"),
    ],
)
def test_a_comparison_that_cannot_be_says_why(workspace: Workspace, how: dict[str, Any], words: str) -> None:
    with pytest.raises(InvalidArgument, match=words):
        metric(workspace, **how)
