"""Write what is generated: JSON Schema, AsyncAPI, OpenAPI and the front end's TypeScript types from the models, the
lists by which a browser refuses a chart's spec, and the picture of an empty canvas.

With --check nothing is written; the exit code says whether what is committed is what would be written.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import zlib
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from canvas_widget.data.guards import spec_guard, spec_limits
from canvas_widget.document import Container, Document
from canvas_widget.render import blank
from canvas_widget.render.png import chunks
from canvas_widget.render.still import drawn_png
from canvas_widget.server.asyncapi import describe_socket
from canvas_widget.server.openapi import describe
from canvas_widget.session.protocol import CLIENT_FRAMES, SERVER_FRAMES, Envelope, ErrorInfo, ServerFrame

ROOT = Path(__file__).resolve().parent.parent
SCHEMA = ROOT / "docs" / "protocol.schema.json"
ASYNCAPI = ROOT / "docs" / "asyncapi.json"
OPENAPI = ROOT / "docs" / "openapi.json"
LATER = frozenset({"made_by"})
"""Fields that what was written before does not have."""
FRONT = ROOT / "src" / "canvas_widget" / "js" / "src"
TYPES = FRONT / "protocol" / "generated.ts"
LISTS = FRONT / "charts" / "specLists.ts"


def schema() -> dict[str, Any]:
    """One JSON Schema with a definition per payload, and the two tables of frame types."""
    models: set[type[BaseModel]] = {model for table in (CLIENT_FRAMES, SERVER_FRAMES) for model in table.values()}
    models |= {Envelope, ErrorInfo, ServerFrame, Container}
    _, whole = models_json_schema(
        [(model, "validation") for model in sorted(models, key=lambda model: model.__name__)],
        by_alias=True,
        title="canvas_widget protocol",
    )
    whole["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    for name, table in (("client", CLIENT_FRAMES), ("server", SERVER_FRAMES)):
        whole[f"x-{name}-frames"] = {kind: {"$ref": f"#/$defs/{model.__name__}"} for kind, model in table.items()}
    return whole


def _union(parts: list[str]) -> str:
    return " | ".join(dict.fromkeys(parts)) or "never"


def type_of(node: Any) -> str:
    """The TypeScript type of a JSON Schema node."""
    if node is True or not isinstance(node, dict) or not node:
        return "unknown"
    if "$ref" in node:
        return str(node["$ref"]).rpartition("/")[2]
    if "const" in node:
        return json.dumps(node["const"])
    if "enum" in node:
        return _union([json.dumps(value) for value in node["enum"]])
    for key in ("anyOf", "oneOf", "allOf"):
        if key in node:
            return _union([type_of(part) for part in node[key]])
    kind = node.get("type")
    if kind == "array":
        inner = type_of(node.get("items", {}))
        return f"({inner})[]" if " " in inner else f"{inner}[]"
    if kind == "object":
        extra = node.get("additionalProperties", True)
        return f"Record<string, {type_of(extra) if isinstance(extra, dict) else 'unknown'}>"
    simple = {"string": "string", "integer": "number", "number": "number", "boolean": "boolean", "null": "null"}
    return simple.get(str(kind), "unknown")


def _comment(text: str, indent: str) -> str:
    plain = re.sub(r"\s+", " ", text).strip().replace("*/", "* /")
    return f"{indent}/** {plain} */\n" if plain else ""


def interface(name: str, node: dict[str, Any], incoming: bool) -> str:
    """A definition as a TypeScript interface. What the server sends is always there; what a client sends may lack."""
    if node.get("type") != "object" or "properties" not in node:
        return _comment(node.get("description", ""), "") + f"export type {name} = {type_of(node)};\n"
    lines = [_comment(node.get("description", ""), "") + f"export interface {name} {{\n"]
    required = set(node.get("required", ()))
    for field, part in node["properties"].items():
        mark = "?" if field not in required and (incoming or field in LATER) else ""
        lines.append(f"  {field}{mark}: {type_of(part)};\n")
    return "".join([*lines, "}\n"])


def types(whole: dict[str, Any]) -> str:
    """The TypeScript of all definitions and of the two tables of frames."""
    framed: list[type[BaseModel]] = [*CLIENT_FRAMES.values(), *SERVER_FRAMES.values(), ErrorInfo, ServerFrame]
    optional = {model.__name__ for model in framed}
    optional |= {"Envelope", "Add", "CanvasSize", "SettingsValue", "Delta"}
    parts = ["// Generated from canvas_widget/session/protocol.py by `make generate`. Do not edit.\n"]
    parts += [interface(name, node, name in optional) for name, node in sorted(whole["$defs"].items())]
    for side in ("client", "server"):
        table = whole[f"x-{side}-frames"]
        rows = "".join(f"  {kind}: {type_of(node)};\n" for kind, node in table.items())
        parts.append(
            f"/** The payload of each frame of the {side}. */\nexport interface {side.title()}Frames {{\n{rows}}}\n"
        )
    return "\n".join(parts)


def lists() -> str:
    """Each constant of the two modules that refuse specs, as TypeScript."""
    parts = ["// Generated from canvas_widget/data/guards by `make generate`. Do not edit.\n"]
    found = {name: value for module in (spec_limits, spec_guard) for name, value in vars(module).items()}
    for name, value in sorted((name, value) for name, value in found.items() if name.isupper() and name[0] != "_"):
        match value:
            case frozenset():
                words = ", ".join(json.dumps(word) for word in sorted(value))
                parts.append(f"export const {name}: ReadonlySet<string> = new Set([{words}]);")
            case dict():
                parts.append(f"export const {name}: Readonly<Record<string, number>> = {json.dumps(value)};")
            case re.Pattern():
                parts.append(f"export const {name} = new RegExp({json.dumps(value.pattern)});")
            case int():
                parts.append(f"export const {name} = {value};")
            case _:
                raise TypeError(f"{name} is nothing that is written for a browser")
    return "\n".join([*parts, ""])


def _json(data: dict[str, Any]) -> str:
    return json.dumps(data, indent=1, sort_keys=True) + "\n"


def pixels(png: bytes) -> list[bytes]:
    """What a PNG shows, however well it is compressed."""
    parts = [(kind, data) for kind, data in chunks(png) if kind in (b"IHDR", b"PLTE", b"tRNS", b"IDAT")]
    return [zlib.decompress(data) if kind == b"IDAT" else data for kind, data in parts]


def main() -> int:
    """Write or check; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    check = parser.parse_args().check
    whole = schema()
    wanted = {
        path: _json(data) for path, data in ((SCHEMA, whole), (ASYNCAPI, describe_socket()), (OPENAPI, describe()))
    }
    wanted |= {TYPES: types(whole), LISTS: lists()}
    drawn = drawn_png(Document(width=blank.SIZE[0], height=blank.SIZE[1]), {}, footer=blank.FOOTER)
    stale = [path for path, text in wanted.items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    redrawn = not blank.BLANK.exists() or pixels(blank.BLANK.read_bytes()) != pixels(drawn)
    if not check:
        if redrawn:
            blank.BLANK.write_bytes(drawn)
        for path in stale:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(wanted[path], encoding="utf-8")
    for path in [*stale, *([blank.BLANK] if redrawn else [])]:
        print(f"{path.relative_to(ROOT)} {'is out of date: run make generate' if check else 'written'}")
    return 1 if check and (stale or redrawn) else 0


if __name__ == "__main__":
    sys.exit(main())
