"""What charts draw, read back from the drawing: the front end's own recipe, run by Node, measured in px."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

__all__ = ["read_back"]

MEASURE = (
    "globalThis.document = { createElement: () => ({ getContext: () => "
    "({ font: '', measureText: (text) => ({ width: 6 * text.length }) }) }) };"
)
"""Stands in for the page's text measurer: here only marks are read, never their labels."""

HERE = Path(__file__).resolve().parent
JS = HERE.parent / "src" / "canvas_widget" / "js"
BUILD = """
import * as esbuild from "esbuild";
import { esbuildAssets } from "./build/plugins.mjs";
const [entry, outfile, banner] = process.argv.slice(1);
await esbuild.build({
  entryPoints: [entry], outfile, bundle: true, format: "esm", platform: "node", banner: { js: banner },
  plugins: [esbuildAssets()], nodePaths: ["node_modules"], logLevel: "warning",
});
"""


def read_back(charts: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Per chart (`{"id", "spec", "rows", "schema"}`) what its marks show: `{"id", "chart_type", "x", "y", "series"}`
    in drawn order, or `{"id", "error"}`.
    """
    with tempfile.TemporaryDirectory() as folder:
        bundle = Path(folder) / "readback.mjs"
        build = ["node", "--input-type=module", "-e", BUILD, str(HERE / "readback.ts"), str(bundle), MEASURE]
        subprocess.run(build, cwd=JS, check=True)
        text = json.dumps(list(charts))
        environment = {**os.environ, "TZ": "UTC"}
        done = subprocess.run(
            ["node", str(bundle)], input=text, text=True, check=True, stdout=subprocess.PIPE, env=environment
        )
    answers: list[dict[str, Any]] = json.loads(done.stdout)
    return answers
