"""docs/mcp.md says what is: its client runs, its settings are JSON, its lists are the code's."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from canvas_widget.agent.tools import DEFAULT_TOOLS
from canvas_widget.data import Catalogue
from canvas_widget.errors import NotFound
from canvas_widget.mcp.resources import DATASET, FIXED
from environment import private_environment

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "mcp.md").read_text()


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


@pytest.mark.ledger("X9")
def test_the_client_of_the_page_runs(tmp_path: Path) -> None:
    (tmp_path / "sales.csv").write_text("region,revenue\nnorth,10\nsouth,20.5\nnorth,7.75\n")
    (script,) = blocks("python")
    ended = subprocess.run(
        [sys.executable, "-c", script],
        check=False, capture_output=True, text=True, env=private_environment(tmp_path), cwd=tmp_path,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    made, mime = ended.stdout.splitlines()
    rows = {row["region"]: row["sum_revenue"] for row in json.loads(made)["rows"]}
    assert (rows, mime) == ({"north": 17.75, "south": 20.5}, "image/png")


@pytest.mark.ledger("X9")
def test_what_the_page_lists_is_there() -> None:
    parsed = [json.loads(block) for block in blocks("json")]
    assert {"mcpServers", "servers"} <= {key for each in parsed for key in each}
    tools, _, resources = PAGE.partition("## Tools")[2].partition("## Resources")
    for name in re.findall(r"`(\w+_\w+)`", tools.partition("```")[0]):
        assert name in DEFAULT_TOOLS
    (refused,) = [each for each in parsed if "ok" in each]
    catalogue = Catalogue()
    catalogue.register("sales", pd.DataFrame({"region": ["north"]}))
    with pytest.raises(NotFound) as error:
        catalogue.get("sale")
    assert refused == {"ok": False, "error": error.value.message, "alternatives": list(error.value.alternatives)}
    told = set(re.findall(r"`(canvas://[^`]+)`", resources))
    assert told == {each.uri for each in (*FIXED, DATASET)}
