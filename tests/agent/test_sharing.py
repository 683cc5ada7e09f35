"""What `SHARE` and `private=True` keep back where names and values could slip out: errors, columns, containers."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd
import pytest

from canvas_widget.agent.context import system_prompt
from canvas_widget.agent.execute import Executed, execute
from canvas_widget.agent.sharing import Sharing
from canvas_widget.agent.stream import ToolCall
from canvas_widget.agent.tools import DEFAULT_TOOLS, ToolContext
from canvas_widget.agent.workspace_views import views_of
from canvas_widget.workspace import Workspace

PAY = pd.DataFrame({"stadt": ["Narvik", "Tromsoe"], "wage": [7777.5, 8888.25], "bonus": [1, 2]})
KEPT_BACK = [
    Sharing("none", "Show something"),
    Sharing("samples", "Show something", frozenset({"pay"})),
]
VALUES = ("narvik", "tromsoe", "7777", "8888")
QUERIES = [
    "select cast(stadt as integer) from pay",
    "select cast(wage as tinyint) from pay",
    "select strptime(stadt, '%Y') from pay",
    "select * from (pivot pay on stadt using sum(bonus))",
]


@pytest.fixture
async def paid() -> Workspace:
    workspace = Workspace()
    workspace.catalogue.register("pay", PAY)
    drawn = await called(
        workspace, Sharing(), "create_chart", container_id="c1", dataset="pay", mark="bar", x="stadt", y="sum(wage)"
    )
    assert drawn.error is None
    return workspace


async def called(workspace: Workspace, sharing: Sharing, tool: str, **given: Any) -> Executed:
    call = ToolCall("1", tool, json.dumps(given))
    context = ToolContext(workspace, sharing=sharing)
    items = [item async for item in execute([call], DEFAULT_TOOLS, context, 30)]
    return next(item for item in items if isinstance(item, Executed))


@pytest.mark.ledger("X12")
@pytest.mark.parametrize("sql", QUERIES)
@pytest.mark.parametrize("sharing", [Sharing("schema"), *KEPT_BACK], ids=["schema", "none", "private"])
async def test_no_value_slips_out_by_an_error_or_a_column(paid: Workspace, sharing: Sharing, sql: str) -> None:
    done = await called(paid, sharing, "run_query", sql=sql)
    told = done.message().content.casefold()
    assert not [value for value in VALUES if value in told], told
    if done.error is not None and "pivot" not in sql:
        assert "try_cast" in told
        assert any(value in done.error.message.casefold() for value in (*VALUES, "stadt", "wage")), "the user is told"


@pytest.mark.ledger("X12")
@pytest.mark.parametrize("sharing", KEPT_BACK, ids=["none", "private"])
async def test_no_name_slips_out_that_was_not_mentioned(paid: Workspace, sharing: Sharing) -> None:
    for sql in ("select nothing from pay", "select * from pays", "select * from pay"):
        told = (await called(paid, sharing, "run_query", sql=sql)).message().content.replace("pays", "")
        assert not [name for name in ("stadt", "wage", "bonus") if name in told], told
        assert "pay" not in told.replace("in pay", "").replace("from pay", ""), told
    told = (await called(paid, sharing, "get_canvas_state")).message().content
    told += (await called(paid, sharing, "check_container_content", container_id="c1")).message().content
    told += system_prompt(*views_of(paid), sharing)
    assert '"c1"' in told
    assert not [name for name in ("stadt", "wage", '"pay"') if name in told], told


@pytest.mark.ledger("X12")
async def test_what_the_prompt_names_and_what_is_shared_is_told(paid: Workspace) -> None:
    named = Sharing("none", "Make the total wage by stadt in pay blue")
    assert "Total wage by stadt" in system_prompt(*views_of(paid), named)
    schema = system_prompt(*views_of(paid), Sharing("schema"))
    assert '"x": "stadt"' in schema
    wrong = (await called(paid, Sharing("schema"), "run_query", sql="select wages from pay")).message().content
    assert "Closest match: wage" in wrong
    other = Workspace()
    other.catalogue.register("cars", PAY)
    open_one = Sharing("samples", "", frozenset({"pay"}))
    assert "bonus" in (await called(other, open_one, "run_query", sql="select bonu from cars")).message().content
