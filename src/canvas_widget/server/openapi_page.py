"""The description of the HTTP API to read."""

from __future__ import annotations

import html
import json
from typing import Any

from canvas_widget import __version__

__all__ = ["page"]

STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #1d2129; }
summary { cursor: pointer; padding: .35rem 0; } code, pre { font: 13px/1.45 ui-monospace, monospace; }
pre { background: #f4f5f7; padding: .75rem; overflow: auto; border-radius: 6px; }
.m { display: inline-block; width: 4.5rem; font-weight: 600; } h1 { font-size: 1.5rem; } h2 { font-size: 1.1rem; }
@media (prefers-color-scheme: dark) { body { background: #14161a; color: #e4e6eb; } pre { background: #1f2329; } }
"""


def page(description: dict[str, Any]) -> str:
    """The description to read: one page, without a script and without anything from elsewhere."""
    server = description["servers"][0]["url"]
    known = {code: each["description"] for code, each in description["components"]["responses"].items()}
    parts = [
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>canvas_widget API</title>',
        f"<style>{STYLE}</style><h1>canvas_widget {html.escape(__version__)}: HTTP API</h1>",
        f"<p>Below <code>{html.escape(server)}</code>. Send <code>Authorization: Bearer TOKEN</code>. ",
        'The same for machines: <a href="openapi.json">openapi.json</a>.</p><h2>Routes</h2>',
    ]
    for path, methods in description["paths"].items():
        for method, operation in methods.items():
            shown = {key: operation[key] for key in ("parameters", "requestBody") if operation.get(key)}
            shown["answers"] = {
                code: known.get(code) or each.get("description", known["failure"])
                for code, each in operation["responses"].items()
            }
            text = html.escape(json.dumps(shown, indent=1, ensure_ascii=False))
            parts.append(
                f'<details><summary><span class="m">{method.upper()}</span><code>{html.escape(path)}</code> – '
                f"{html.escape(operation['summary'])}</summary><pre>{text}</pre></details>"
            )
    parts.append("<h2>Shapes</h2>")
    for name, schema in description["components"]["schemas"].items():
        text = html.escape(json.dumps(schema, indent=1, ensure_ascii=False))
        parts.append(f"<details><summary><code>{html.escape(name)}</code></summary><pre>{text}</pre></details>")
    return "".join(parts)
