"""The running server keeps what its OpenAPI description promises, whatever is sent to it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import Case
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from canvas_widget.server.openapi import describe

from .process import Server

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
OPERATIONS = [(method, path) for path, methods in describe()["paths"].items() for method in methods]
SLOW = {"/login", "/chat", "/datasets/{name}/chat", "/canvas/screenshot"}
"""Routes that hash, think or draw for each request: a few requests in `make test`, as many as the others in soak."""


@cache
def described() -> Any:
    """The description as it is tested, read once: a third of the time went into reading it for each route."""
    return schemathesis.openapi.from_dict(describe("/base/canvas/api"))


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    wide = "1000000/1"
    started = Server(tmp_path_factory.mktemp("server"), rate_limit=wide, edit_rate_limit=wide)
    yield started
    started.stop()


@pytest.fixture(scope="module")
def known(server: Server) -> dict[str, list[str]]:
    """Names that there are, for the parts of an address: a session with a container and a dataset."""
    made = server.anonymous.post(server.http("sessions"), json={}, headers=server.headers)
    session = str(made.json()["session_id"])
    where = {"params": {"session_id": session}, "headers": server.headers}
    server.anonymous.post(server.http("container/create"), json={"id": "a"}, **where)
    form = {"data": {"name": "sales", "session_id": session}, "files": {"file": ("s.csv", b"region,revenue\nn,1\n")}}
    server.anonymous.post(server.http("datasets"), headers=server.headers, **form)
    return {"session": [session], "id": ["a", session], "name": ["sales"]}


@pytest.mark.ledger("B1", "E9")
@pytest.mark.parametrize(("method", "path"), OPERATIONS, ids=[f"{method} {path}" for method, path in OPERATIONS])
def test_no_request_fails_the_server_and_each_answer_is_as_described(
    server: Server, known: dict[str, list[str]], soak: bool, method: str, path: str
) -> None:
    operation = described()[path][method]
    times = 100 if soak else (2 if path in SLOW else 6)

    @settings(max_examples=times, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(data=st.data(), mode=st.sampled_from([GenerationMode.POSITIVE, GenerationMode.NEGATIVE]))
    def run(data: st.DataObject, mode: GenerationMode) -> None:
        case: Case = data.draw(operation.as_strategy(generation_mode=mode))
        for name in case.path_parameters or {}:
            case.path_parameters[name] = data.draw(st.sampled_from([case.path_parameters[name], *known[name]]))
        if path in ("/sessions/{id}", "/me") and method == "delete":
            case.path_parameters = dict.fromkeys(case.path_parameters or {}, "none")  # what is known stays
        response = case.call(base_url=server.http("").rstrip("/"), headers=server.headers)
        case.validate_response(response, checks=CHECKS)

    run()
    assert server.process.poll() is None


@pytest.mark.ledger("B1", "E9")
@pytest.mark.parametrize(
    ("name", "content"),
    [(b"\xff", b"a,b\n1,2\n"), (b"sold", b"\x80price,units\n1,2\n")],
    ids=["a field", "a column name"],
)
def test_an_upload_that_is_no_utf8_is_refused_and_says_so(server: Server, name: bytes, content: bytes) -> None:
    form = b'--edge\r\nContent-Disposition: form-data; name="name"\r\n\r\n' + name
    form += b'\r\n--edge\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n' + content
    headers = {**server.headers, "Content-Type": "multipart/form-data; boundary=edge"}
    refused = server.anonymous.post(server.http("datasets"), content=form + b"\r\n--edge--\r\n", headers=headers)
    assert refused.status_code == 422, refused.text
    assert "UTF-8" in refused.json()["error"]["message"]


@pytest.mark.ledger("B1", "E9")
def test_an_address_that_is_no_utf8_is_refused_and_says_so(server: Server) -> None:
    refused = server.anonymous.get(server.http("canvas/state") + "?session_id=%ff", headers=server.headers)
    assert refused.status_code == 422, refused.text
    assert "UTF-8" in refused.json()["error"]["message"]
