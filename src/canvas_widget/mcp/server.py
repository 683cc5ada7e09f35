"""What an MCP client is offered: the agent's tools, and the canvas, its picture and the datasets as resources."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from functools import cache
from typing import TYPE_CHECKING, Any

from canvas_widget import __version__
from canvas_widget.agent.tools import DEFAULT_TOOLS
from canvas_widget.errors import CanvasError, Forbidden, NotFound
from canvas_widget.mcp.resources import DATASET, FIXED, JSON, Resource, dataset_of, dataset_uri

if TYPE_CHECKING:
    import mcp_types as types
    from mcp.server.lowlevel import Server

__all__ = ["CallTool", "canvas_server"]

CallTool = Callable[[str, dict[str, Any]], Awaitable[dict[str, Any]]]
"""Runs a tool on the canvas; gives the data of a `tool_answer` frame, or raises a `CanvasError`."""

INSTRUCTIONS = (
    "A canvas of charts, tables, metrics and notes over the user's data. list_datasets and describe_dataset tell what "
    "there is; create_chart, create_table, create_metric and write_text put something on the canvas; "
    "take_screenshot shows it. Every number comes from a query over the data: state none that a tool did not give."
)

DESTRUCTIVE = frozenset({"delete_container", "clear_canvas", "undo", "arrange_canvas"})


def canvas_server(call: CallTool) -> Server[Any]:
    """An MCP server for one canvas. `call` runs its tools; everything a client does goes through it."""
    import mcp_types as types
    from mcp import MCPError
    from mcp.server.lowlevel import Server

    async def list_tools(_: Any, __: Any) -> types.ListToolsResult:
        return types.ListToolsResult(tools=list(_tools()))

    async def call_tool(_: Any, params: types.CallToolRequestParams) -> types.CallToolResult:
        try:
            done = await call(params.name, params.arguments or {})
        except CanvasError as error:
            return types.CallToolResult(content=[_text(_refusal(error))], is_error=True)
        content: list[Any] = [_text(done["answer"])]
        content += [
            types.ImageContent(data=drawn["data"], mime_type=drawn["mime"])
            for drawn in done["pictures"]
            if drawn["mime"] == "image/png"
        ]
        return types.CallToolResult(content=content, is_error=not done["ok"])

    async def list_resources(_: Any, __: Any) -> types.ListResourcesResult:
        found = [_resource(each) for each in FIXED]
        try:
            found += [_resource(_of_dataset(name)) for name in await _datasets(call)]
        except CanvasError as error:
            raise MCPError(types.INVALID_PARAMS, error.message, _refusal(error)) from None
        return types.ListResourcesResult(resources=found)

    async def list_templates(_: Any, __: Any) -> types.ListResourceTemplatesResult:
        template = types.ResourceTemplate(
            name=DATASET.name, uri_template=DATASET.uri, description=DATASET.description, mime_type=DATASET.mime
        )
        return types.ListResourceTemplatesResult(resource_templates=[template])

    async def read(_: Any, params: types.ReadResourceRequestParams) -> types.ReadResourceResult:
        uri = str(params.uri)
        try:
            contents = await _read(call, uri)
        except CanvasError as error:
            raise MCPError(types.INVALID_PARAMS, error.message, {"uri": uri[:500], **_refusal(error)}) from None
        return types.ReadResourceResult(contents=[contents])

    return Server(
        "canvas_widget",
        version=__version__,
        title="Canvas",
        instructions=INSTRUCTIONS,
        get_tool_input_schema=lambda name: DEFAULT_TOOLS.get(name).spec().parameters if name in DEFAULT_TOOLS else None,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
        on_list_resources=list_resources,
        on_list_resource_templates=list_templates,
        on_read_resource=read,
    )


@cache
def _tools() -> tuple[types.Tool, ...]:
    import mcp_types as types

    made = []
    for tool in DEFAULT_TOOLS:
        spec = tool.spec()
        hints = types.ToolAnnotations(
            read_only_hint=not tool.mutates,
            destructive_hint=spec.name in DESTRUCTIVE,
            idempotent_hint=tool.pure,
            open_world_hint=False,
        )
        made.append(
            types.Tool(name=spec.name, description=spec.description, input_schema=spec.parameters, annotations=hints)
        )
    return tuple(made)


def _text(answer: dict[str, Any]) -> types.TextContent:
    import mcp_types as types

    return types.TextContent(text=json.dumps(answer, ensure_ascii=False, separators=(",", ":")))


def _refusal(error: CanvasError) -> dict[str, Any]:
    told: dict[str, Any] = {"ok": False, "error": error.message}
    if error.alternatives:
        told["alternatives"] = list(error.alternatives)
    if error.retry_after is not None:
        told["retry_after"] = error.retry_after
    return told


def _resource(resource: Resource) -> types.Resource:
    import mcp_types as types

    return types.Resource(
        name=resource.name, uri=resource.uri, description=resource.description, mime_type=resource.mime
    )


async def _answer(call: CallTool, tool: str, **arguments: Any) -> dict[str, Any]:
    """The whole frame of a tool that worked.

    Raises:
        CanvasError: it did not, as it said.
    """
    done = await call(tool, arguments)
    if not done["ok"]:
        alternatives = done["answer"].get("alternatives", ())
        raise CanvasError(str(done["answer"].get("error", "The tool failed.")), alternatives=alternatives)
    return done


async def _datasets(call: CallTool) -> list[str]:
    """The names that may be told; none for who may not ask the data."""
    try:
        done = await _answer(call, "list_datasets")
    except CanvasError as error:
        if error.code == Forbidden.code:
            return []
        raise
    return [str(each["name"]) for each in done["answer"].get("datasets", ())]


def _of_dataset(name: str) -> Resource:
    return Resource(f"dataset {name}", dataset_uri(name), f"Columns of the dataset {name}.", JSON)


async def _read(call: CallTool, uri: str) -> types.TextResourceContents | types.BlobResourceContents:
    import base64

    import mcp_types as types

    name = dataset_of(uri)
    if name is not None:
        done = await _answer(call, "describe_dataset", name=name)
        return types.TextResourceContents(uri=uri, mime_type=DATASET.mime, text=_pretty(done["answer"]))
    known = {each.uri: each for each in FIXED}
    if uri not in known:
        raise NotFound(f"No resource {uri!r:.200}. There are: {', '.join(known)} and {DATASET.uri}.")
    resource = known[uri]
    if resource.filename is None:
        done = await _answer(call, resource.tool)
        return types.TextResourceContents(uri=uri, mime_type=resource.mime, text=_pretty(done["answer"]))
    done = await _answer(call, resource.tool, filename=resource.filename)
    data = done["pictures"][0]["data"]
    if resource.mime == "image/svg+xml":
        text = base64.b64decode(data).decode()
        return types.TextResourceContents(uri=uri, mime_type=resource.mime, text=text)
    return types.BlobResourceContents(uri=uri, mime_type=resource.mime, blob=data)


def _pretty(answer: dict[str, Any]) -> str:
    told = {name: value for name, value in answer.items() if name != "ok"}
    return json.dumps(told, ensure_ascii=False, indent=1)
