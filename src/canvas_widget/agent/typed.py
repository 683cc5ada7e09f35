"""Typed requests: a prompt whose answer is a JSON value of a given shape, checked before anybody gets it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, TypeAdapter, ValidationError

from canvas_widget.errors import InvalidArgument, ParseFailed

__all__ = ["MAX_SCHEMA", "Typed", "typed"]

MAX_SCHEMA = 65_536
"""Characters of a schema at most."""

LONGEST_RAW = 20_000

_FENCE = re.compile(r"```[a-zA-Z0-9_-]*[ \t]*\r?\n?(.*?)```", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Typed:
    """A shape: its JSON schema, and what turns a JSON value into what the caller gets.

    `accept` raises `ValidationError` or `ValueError` for a value it does not take.
    """

    schema: dict[str, Any]
    accept: Callable[[Any], Any]

    @property
    def instruction(self) -> str:
        """What the model is told about its answer."""
        shape = json.dumps(self.schema, ensure_ascii=True, separators=(",", ":")).replace("<", "\\u003c")
        return (
            "The final answer is read by a program: one JSON value, valid against the JSON schema below, and nothing "
            "else – no sentence, no code fence. Find its values out with the tools (run_query) first; what cannot be "
            f"found out is null where the schema allows it.\nJSON schema: {shape}"
        )

    def parse(self, text: str) -> Any:
        """The value that an answer holds.

        Raises:
            ParseFailed: there is no JSON in it, or not what was asked for.
        """
        try:
            value = _json_in(text)
        except ValueError as error:
            raise _failed("The answer is no JSON", text, str(error)) from None
        try:
            return self.accept(value)
        except ValidationError as error:
            raise _failed("The answer has not the shape that was asked for", text, _explain(error)) from None
        except ValueError as error:
            raise _failed("The answer has not the shape that was asked for", text, str(error)) from None

    @staticmethod
    def repair(failed: ParseFailed) -> str:
        """What the model is told when its answer was no such value."""
        return (
            f"(That answer cannot be used: {failed.parse_error} Send the whole answer again as one JSON value that is "
            "valid against the schema, and nothing else.)"
        )

    def from_rows(self, results: Iterable[Sequence[Mapping[str, Any]]], said: str = "") -> Any:
        """The value, filled from the rows of queries: for a model that cannot write JSON of its own.

        Raises:
            ParseFailed: the rows do not fill this shape.
        """
        tried = ""
        found = [list(rows) for rows in results]
        for rows in reversed(found):
            try:
                return self.accept(_fill(self.schema, rows, self.schema.get("$defs", {})))
            except ValidationError as error:
                tried = tried or _explain(error)
            except ValueError as error:
                tried = tried or str(error)
        reason = tried or "no query was run that could fill it."
        message = "The built-in model cannot fill this schema from a query's rows"
        raise ParseFailed(f"{message}: {reason} Name a provider for it.", raw_response=said, parse_error=reason)


def typed(schema: Any) -> Typed:
    """The shape that a caller asks for: a pydantic model, any type pydantic knows, or a JSON schema as a dict.

    Raises:
        InvalidArgument: it is none of these, or no valid schema.
    """
    if isinstance(schema, Mapping):
        return _from_schema(dict(schema))
    if isinstance(schema, type) and issubclass(schema, BaseModel):
        return Typed(_sized(schema.model_json_schema()), lambda value: schema.model_validate_json(_written(value)))
    try:
        adapter: TypeAdapter[Any] = TypeAdapter(schema)
        shape = adapter.json_schema()
    except Exception as error:
        raise InvalidArgument(
            f"schema= takes a pydantic model, a type like list[float], or a JSON schema as a dict, not {schema!r:.80}."
        ) from error
    return Typed(_sized(shape), lambda value: adapter.validate_json(_written(value)))


def _written(value: Any) -> str:
    """A value as JSON: strict shapes take a date or an enum as text from there only."""
    try:
        return json.dumps(value, default=str)
    except RecursionError:
        raise ValueError("it is nested too deeply.") from None


def _sized(schema: dict[str, Any]) -> dict[str, Any]:
    try:
        size = len(json.dumps(schema))
    except (TypeError, ValueError, RecursionError):
        raise InvalidArgument("A JSON schema holds JSON values only.") from None
    if size > MAX_SCHEMA:
        raise InvalidArgument(f"A JSON schema has at most {MAX_SCHEMA:,} characters; this one has {size:,}.")
    return schema


def _from_schema(schema: dict[str, Any]) -> Typed:
    from jsonschema import Draft202012Validator, SchemaError
    from referencing import Registry

    _sized(schema)
    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError as error:
        where = "/".join(map(str, error.absolute_path)) or "its top level"
        raise InvalidArgument(f"The JSON schema cannot be used: {error.message[:200]} (at {where}).") from None
    validator = Draft202012Validator(schema, registry=Registry())

    def accept(value: Any) -> Any:
        problems = []
        try:
            for error in validator.iter_errors(value):
                where = ".".join(map(str, error.absolute_path))
                problems.append(f"{where}: {error.message[:200]}" if where else error.message[:200])
                if len(problems) == 5:
                    break
        except Exception as error:
            raise ValueError(f"the schema refers to what is not in it ({type(error).__name__}).") from None
        if problems:
            raise ValueError("; ".join(problems) + ".")
        return value

    return Typed(schema, accept)


def _explain(error: ValidationError) -> str:
    problems = []
    for problem in error.errors(include_url=False, include_context=False)[:5]:
        where = ".".join(str(part) for part in problem["loc"])
        said = problem["msg"].removeprefix("Value error, ")
        problems.append(f"{where}: {said}" if where else said)
    return "; ".join(problems) + "."


def _failed(what: str, text: str, why: str) -> ParseFailed:
    return ParseFailed(f"{what}: {why}", raw_response=text[:LONGEST_RAW], parse_error=why)


def _refused(constant: str) -> Any:
    raise ValueError(f"{constant} is no JSON value.")


def _json_in(text: str) -> Any:
    """The JSON value in a text: the whole of it, what stands in a fence, or the one value among words.

    Raises:
        ValueError: there is none.
    """
    plain = text.strip().removeprefix("\ufeff")
    candidates = [plain, *(fenced.strip() for fenced in _FENCE.findall(plain))]
    problem = "it is empty."
    for candidate in candidates:
        if not candidate:
            continue
        try:
            return json.loads(candidate, parse_constant=_refused)
        except RecursionError:
            problem = "it is nested too deeply."
        except ValueError as error:
            problem = f"{error}."
    decoder = json.JSONDecoder(parse_constant=_refused)
    opening = re.search(r"[\[{]", plain)
    if opening is not None:
        try:
            value, end = decoder.raw_decode(plain, opening.start())
        except (ValueError, RecursionError):
            pass
        else:
            if not re.search(r"[\[{]", plain[end:]):
                return value
    raise ValueError(problem.replace("..", "."))


# -- from rows -----------------------------------------------------------------------------------------------------


def _resolved(schema: Mapping[str, Any], definitions: Mapping[str, Any]) -> Mapping[str, Any]:
    for _ in range(20):
        if "$ref" in schema:
            schema = definitions.get(str(schema["$ref"]).rpartition("/")[2], {})
        elif options := [option for option in schema.get("anyOf", ()) if option.get("type") != "null"]:
            schema = options[0]
        else:
            break
    return schema


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.casefold())


def _is(value: Any, kind: Any) -> bool:
    if kind in ("number", "integer"):
        return isinstance(value, int | float) and not isinstance(value, bool)
    return isinstance(value, {"string": str, "boolean": bool}.get(str(kind), object))


def _scalar(value: Any, kind: Any) -> Any:
    return int(value) if kind == "integer" and isinstance(value, float) and value.is_integer() else value


def _fill(schema: Mapping[str, Any], rows: Sequence[Mapping[str, Any]], definitions: Mapping[str, Any]) -> Any:
    """A value of the schema from rows.

    Raises:
        ValueError: there is no plain way to fill it.
    """
    shape = _resolved(schema, definitions)
    kind = shape.get("type")
    if kind == "array":
        items = _resolved(shape.get("items", {}), definitions)
        return [_fill(items, [row], definitions) for row in rows]
    if kind == "object" or "properties" in shape:
        return _object(shape, rows, definitions)
    if kind is None:
        return dict(rows[0]) if len(rows) == 1 else [dict(row) for row in rows]
    if len(rows) != 1:
        raise ValueError(f"one {kind} is asked for, and the query gave {len(rows)} rows.")
    fitting = [value for value in rows[0].values() if _is(value, kind)]
    if len(fitting) != 1:
        raise ValueError(f"one {kind} is asked for, and the row has {len(fitting)}.")
    return _scalar(fitting[0], kind)


def _object(shape: Mapping[str, Any], rows: Sequence[Mapping[str, Any]], definitions: Mapping[str, Any]) -> Any:
    properties: Mapping[str, Any] = shape.get("properties", {})
    lists = [name for name, part in properties.items() if _resolved(part, definitions).get("type") == "array"]
    if len(properties) == 1 and lists:
        return {lists[0]: _fill(properties[lists[0]], rows, definitions)}
    if len(rows) != 1:
        raise ValueError(f"one object is asked for, and the query gave {len(rows)} rows.")
    left = dict(rows[0])
    filled: dict[str, Any] = {}
    for name, part in properties.items():
        kind = _resolved(part, definitions).get("type")
        same = [column for column in left if _plain(column) == _plain(name)]
        same = same or [column for column in left if _plain(name) in _plain(column) and _is(left[column], kind)]
        if len(same) == 1:
            filled[name] = _scalar(left.pop(same[0]), kind)
    for name in [name for name in properties if name not in filled]:
        kind = _resolved(properties[name], definitions).get("type")
        fitting = [column for column, value in left.items() if _is(value, kind)]
        rivals = [
            other
            for other in properties
            if other not in filled and _resolved(properties[other], definitions).get("type") == kind
        ]
        if len(fitting) == 1 and len(rivals) == 1:
            filled[name] = _scalar(left.pop(fitting[0]), kind)
    missing = [name for name in shape.get("required", ()) if name not in filled]
    if missing:
        raise ValueError(f"nothing in the rows is {', '.join(missing)}.")
    return filled
