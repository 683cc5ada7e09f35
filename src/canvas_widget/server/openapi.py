"""The description of the HTTP API, made from the routes and the models that check."""

from __future__ import annotations

import re
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from canvas_widget import __version__
from canvas_widget.server import models
from canvas_widget.server.routes import Route, routes

__all__ = ["describe"]

REFERENCE = "#/components/schemas/{model}"
ERRORS = {
    "401": "Nobody is known by this request.",
    "403": "Refused.",
    "404": "There is no such thing, or it is not yours.",
    "409": "An id that is taken.",
    "413": "Too large.",
    "422": "Something in the request cannot be used.",
    "429": "Too many requests; Retry-After says when to try again.",
    "503": "Not now: nothing can be written, or no provider can be asked.",
}


def describe(server: str = "/canvas/api") -> dict[str, Any]:
    """The whole description, OpenAPI 3.1."""
    used = {model for route in routes() for model in (route.body, route.answer) if model is not None}
    used |= {models.Error}
    ordered = sorted(used, key=lambda model: model.__name__)
    _, schemas = models_json_schema([(model, "validation") for model in ordered], ref_template=REFERENCE)
    components: dict[str, Any] = schemas.get("$defs", {})
    paths: dict[str, dict[str, Any]] = {}
    for route in routes():
        paths.setdefault(f"/{route.path}", {})[route.method.lower()] = _operation(route)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "canvas_widget",
            "version": __version__,
            "description": "Canvases and their agent for clients outside the notebook.",
        },
        "servers": [{"url": server}],
        "security": [{"bearer": []}],
        "paths": paths,
        "components": {
            "schemas": components,
            "responses": {code: _error(text) for code, text in ERRORS.items()}
            | {"failure": _error("Another failure.")},
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
        },
    }


def _error(text: str) -> dict[str, Any]:
    schema = {"$ref": REFERENCE.format(model="Error")}
    return {"description": text, "content": {"application/json": {"schema": schema}}}


def _operation(route: Route) -> dict[str, Any]:
    name = re.sub(r"\W+", "_", f"{route.method.lower()}_{route.path}").strip("_")
    parameters: list[dict[str, Any]] = [
        {"name": part, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}
        for part in re.findall(r"{(\w+)}", route.path)
    ]
    if route.query is not None:
        parameters += _query(route.query)
    found: dict[str, Any] = {"operationId": name, "summary": route.summary, "parameters": parameters}
    if route.open:
        found["security"] = []
    if route.body is not None:
        found["requestBody"] = _body(route)
    answer = {"$ref": REFERENCE.format(model=route.answer.__name__)} if route.answer else {"type": "object"}
    if route.produces != "application/json":
        answer = {"type": "string"}
    content: dict[str, Any] = {route.produces: {"schema": answer}}
    if route.produces == "image/png":
        content["image/svg+xml"] = {"schema": answer}
    if "stream" in getattr(route.body, "model_fields", {}):
        event = {"event": {"type": "string"}, "data": {"type": "string", "description": "A frame, as JSON."}}
        content["text/event-stream"] = {
            "schema": {"type": "object", "properties": event, "required": ["event", "data"]}
        }
    responses: dict[str, Any] = {str(route.status): {"description": route.summary, "content": content}}
    responses |= {code: {"$ref": f"#/components/responses/{code}"} for code in ERRORS}
    if route.path == "health":
        responses["503"] = {"description": "It cannot.", "content": content}
    responses["default"] = {"$ref": "#/components/responses/failure"}
    return found | {"responses": responses}


def _query(model: type[BaseModel]) -> list[dict[str, Any]]:
    schema = model.model_json_schema(ref_template=REFERENCE)
    return [
        {"name": name, "in": "query", "required": name in schema.get("required", ()), "schema": part}
        for name, part in schema["properties"].items()
    ]


def _body(route: Route) -> dict[str, Any]:
    assert route.body is not None  # noqa: S101  (asked for only then)
    reference = {"$ref": REFERENCE.format(model=route.body.__name__)}
    if route.kind == "json":
        return {"required": bool(_required(route.body)), "content": {"application/json": {"schema": reference}}}
    if route.kind == "form":
        return {"required": True, "content": {"application/x-www-form-urlencoded": {"schema": reference}}}
    schema = route.body.model_json_schema(ref_template=REFERENCE)
    schema["properties"]["file"] = {"type": "string", "format": "binary"}
    schema["required"] = [*schema.get("required", ()), "file"]
    return {"required": True, "content": {"multipart/form-data": {"schema": schema}}}


def _required(model: type[BaseModel]) -> list[str]:
    return [name for name, field in model.model_fields.items() if field.is_required()]
