"""The HTTP API as a program that is no notebook uses it, rightly and wrongly."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest

from server.process import Server

from .users import sales_as


@pytest.mark.ledger("A2", "A3", "A7", "A17", "B1")
def test_a_canvas_is_built_changed_and_cleared(ada: httpx.Client, session: str) -> None:
    where = {"session_id": session}
    assert ada.get("canvas/size", params=where).json() == {"width": 800, "height": 600}
    assert ada.put("canvas/size", params=where, json={"width": 900, "height": 700}).json()["width"] == 900
    made = ada.post("container/create", params=where, json={"id": "a", "x": 850, "width": 200, "height": 100})
    assert made.status_code == 201
    assert made.json()["x"] + made.json()["width"] <= 900, "fitted inside"
    taken = ada.post("container/create", params=where, json={"id": "a"})
    assert taken.status_code == 409
    assert 1 <= len(taken.json()["error"]["alternatives"]) <= 5
    strict = {"id": "b", "x": 850, "width": 200, "height": 100, "auto_adjust": False}
    assert ada.post("container/create", params=where, json=strict).status_code == 422
    changed = ada.put("container/a", params=where, json={"title": "Ümlaut", "width": 300})
    assert (changed.json()["title"], changed.json()["width"]) == ("Ümlaut", 300)
    assert ada.get("container/a", params=where).json() == changed.json()
    assert [box["id"] for box in ada.get("canvas/state", params=where).json()["containers"]] == ["a"]
    gone = ada.get("container/ab", params=where)
    assert gone.status_code == 404
    assert gone.json()["error"]["alternatives"] == ["a"]
    assert ada.delete("container/a", params=where).json() == {"success": True}
    assert ada.delete("container/a", params=where).status_code == 404
    ada.post("container/create", params=where, json={"id": "c"})
    assert ada.post("canvas/clear", params=where).json() == {"success": True}
    assert ada.get("canvas/state", params=where).json()["containers"] == []


@pytest.mark.ledger("A9")
def test_a_screenshot_is_a_picture_and_its_name_never_a_path(ada: httpx.Client, session: str) -> None:
    where = {"session_id": session}
    png = ada.get("canvas/screenshot", params=where)
    assert png.headers["content-type"] == "image/png"
    assert png.content[:8] == b"\x89PNG\r\n\x1a\n"
    svg = ada.get("canvas/screenshot", params={**where, "format": "svg", "filename": "mine"})
    assert svg.text.startswith("<svg")
    assert 'filename="mine.svg"' in svg.headers["content-disposition"]
    assert ada.get("canvas/screenshot", params={**where, "filename": "../x"}).status_code == 422


@pytest.mark.ledger("B1", "B3", "E2", "X1")
@pytest.mark.parametrize("kind", ["csv", "parquet", "arrow", "stream"])
def test_an_uploaded_dataset_is_charted_by_the_agent(ada: httpx.Client, session: str, kind: str) -> None:
    form = {"name": "sales", "session_id": session}
    name = f"sales.{'arrow' if kind == 'stream' else kind}"
    uploaded = ada.post("datasets", data=form, files={"file": (name, sales_as(kind))})
    assert uploaded.status_code == 201, uploaded.text
    assert (uploaded.json()["name"], uploaded.json()["rows"]) == ("sales", 4)
    listed = ada.get("datasets", params={"session_id": session}).json()["datasets"]
    assert [[column[0] for column in each["columns"]] for each in listed] == [["region", "revenue"]]
    answer = ada.post("chat", json={"message": "bar chart of total revenue by region", "session_id": session}).json()
    assert answer["success"]
    assert answer["response"]
    assert answer["confidence"] in ("High", "Medium", "Low")
    chart = ada.get(f"container/{answer['chart']}", params={"session_id": session}).json()
    assert chart["content"]["kind"] == "chart"
    assert chart["content"]["mark"] == "bar"
    assert answer["metadata"]["session_id"] == session
    said = ada.get("chat/history", params={"session_id": session}).json()["messages"]
    assert [message["role"] for message in said] == ["user", "assistant"]
    assert said == ada.get("conversation/history", params={"session_id": session}).json()["messages"]
    assert ada.delete("chat/context", params={"session_id": session}).json() == {"success": True}
    assert ada.get("chat/history", params={"session_id": session}).json()["messages"] == []


@pytest.mark.ledger("B1", "D1")
def test_a_streamed_answer_is_server_sent_events_to_done(ada: httpx.Client, session: str) -> None:
    body = {"message": "create a container called notes", "session_id": session, "stream": True}
    with ada.stream("POST", "chat", json=body) as response:
        assert response.headers["content-type"].startswith("text/event-stream")
        text = "".join(response.iter_text())
    events = [dict(line.split(": ", 1) for line in part.splitlines()) for part in text.strip().split("\n\n")]
    kinds = [event["event"] for event in events]
    assert kinds[0] == "accepted"
    assert kinds[-1] == "done"
    assert {"tool_call", "tool_result", "tree_update", "assistant_response"} <= set(kinds)
    frames = [json.loads(event["data"]) for event in events]
    assert {frame["data"]["turn_id"] for frame in frames} == {frames[0]["data"]["turn_id"]}


@pytest.mark.ledger("B1")
def test_a_prompt_about_one_dataset_reads_that_one(ada: httpx.Client, session: str) -> None:
    for name in ("first", "second"):
        form = {"name": name, "session_id": session}
        ada.post("datasets", data=form, files={"file": (f"{name}.csv", sales_as("csv"))})
    answer = ada.post("datasets/second/chat", json={"message": "total revenue by region", "session_id": session}).json()
    assert (
        ada.get(f"container/{answer['chart']}", params={"session_id": session}).json()["content"]["dataset"] == "second"
    )
    missing = ada.post("datasets/third/chat", json={"message": "total revenue", "session_id": session})
    assert missing.status_code == 404


@pytest.mark.ledger("D4", "D5")
def test_a_session_that_ended_keeps_its_events_and_gets_a_summary(ada: httpx.Client, session: str) -> None:
    ada.post("chat", json={"message": "create a container called notes", "session_id": session})
    assert ada.delete(f"sessions/{session}").json() == {"success": True}
    record = ada.get(f"sessions/{session}").json()
    assert record["end_time"]
    assert record["duration_seconds"] >= 0
    types = []
    after: int | None = 0
    while after is not None:
        page = ada.get(f"sessions/{session}/events", params={"after": after, "limit": 3}).json()
        types += [event["type"] for event in page["events"]]
        after = page["next"]
    assert {"user_message", "tool_call", "tool_result", "transaction", "snapshot", "system_event"} <= set(types)
    summary = None
    while summary is None:
        summary = ada.get(f"sessions/{session}/summary").json()["summary"]
    assert "1 prompt" in summary
    assert "notes" in summary
    assert ada.get("canvas/state", params={"session_id": session}).status_code == 404, "it has ended"


@pytest.mark.ledger("D6", "B1")
def test_the_server_tells_how_it_is_doing(server: Server, ada: httpx.Client) -> None:
    assert server.anonymous.get(server.http("health")).json()["status"] == "ok"
    status = ada.get("status").json()
    assert status["status"] == "ok"
    assert status["store"]["ok"]
    text = ada.get("metrics/prometheus")
    assert text.headers["content-type"].startswith("text/plain")
    assert re.search(r"^canvas_sessions \d", text.text, re.MULTILINE)
    assert "canvas_http_requests_total" in text.text
    for path in ("metrics", "chat/metrics"):
        assert ada.get(path).json()["canvas_sessions"] >= 0
    assert ada.get("").json()["protocol"] == 1
    models = ada.get("models").json()["models"]
    assert any(each["provider"] == "offline" and each["usable"] for each in models)
    assert "canvas" in ada.get("help").json()["text"].lower()


@pytest.mark.ledger("B1")
def test_the_description_has_a_page_that_loads_nothing_from_elsewhere(ada: httpx.Client) -> None:
    page = ada.get("docs")
    assert page.headers["content-type"].startswith("text/html")
    assert "container/create" in page.text
    assert "<script" not in page.text
    assert "http://" not in page.text.replace("http://127.0.0.1", "")
    assert "https://" not in page.text


BAD: list[tuple[str, str, dict[str, Any], int]] = [
    ("POST", "chat", {"content": b"{"}, 400),
    ("POST", "chat", {"content": b"\xff"}, 400),
    ("POST", "chat", {"content": b'{"message": NaN}'}, 422),
    ("POST", "chat", {"content": b"[" * 10_000 + b"]" * 10_000}, 400),
    ("POST", "chat", {"content": b'"x' + b"x" * 1_100_000 + b'"'}, 413),
    ("POST", "chat", {"json": []}, 422),
    ("POST", "chat", {"json": {}}, 422),
    ("POST", "chat", {"json": {"message": ""}}, 422),
    ("POST", "chat", {"json": {"message": "hi", "datasets": ["none"]}}, 404),
    ("POST", "container/create", {"json": {"id": "x", "x": 2**70}}, 422),
    ("POST", "container/create", {"json": {"id": "x", "width": -1}}, 422),
    ("PUT", "container/none", {"json": {"title": "t"}}, 404),
    ("PUT", "container/none", {"json": {}}, 422),
    ("GET", "container/..%2f..%2fetc%2fpasswd", {}, 404),
    ("GET", "container/%00", {}, 404),
    ("PATCH", "canvas/size", {}, 405),
    ("DELETE", "canvas/state", {}, 405),
    ("GET", "nothing/here", {}, 404),
    ("GET", "canvas/state?session_id=../../x", {}, 422),
    ("GET", "canvas/state?kernel_id=k", {}, 422),
    ("GET", "sessions?limit=0", {}, 422),
    ("GET", "sessions?limit=99999999999999999999", {}, 422),
    ("POST", "datasets", {"data": {"name": "x"}}, 422),
    ("POST", "datasets", {"data": {"name": "x"}, "files": {"file": ("x.exe", b"MZ")}}, 422),
    ("POST", "datasets", {"data": {"name": "x"}, "files": {"file": ("x.parquet", b"PAR1 broken")}}, 422),
    ("POST", "datasets", {"data": {"name": ""}, "files": {"file": ("x.csv", b"a\n1\n")}}, 422),
]


@pytest.mark.ledger("B1", "E9")
@pytest.mark.parametrize("path", ["nothing", "nothing/here", "sessions/a/b/c", "container/", "..%2flogin", "%ff%00"])
def test_an_address_that_is_none_is_our_404_by_every_method(server: Server, ada: httpx.Client, path: str) -> None:
    for method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"):
        for who in (ada, server.anonymous):
            got = who.request(method, server.http(path), headers={"Content-Type": "application/json"})
            assert got.status_code == 404, (method, got.text)
            assert got.headers["content-type"].startswith("application/json")
            if method != "HEAD":
                assert got.json()["success"] is False
                assert got.json()["error"]["error_code"] == "NOT_FOUND"


@pytest.mark.ledger("B1", "E9")
@pytest.mark.parametrize(("method", "path", "more", "code"), BAD, ids=[str(number) for number in range(len(BAD))])
def test_bad_input_is_a_clear_error(ada: httpx.Client, method: str, path: str, more: dict[str, Any], code: int) -> None:
    got = ada.request(method, path, **more)
    assert got.status_code == code, got.text
    error = got.json()["error"]
    assert error["code"] == code
    assert error["message"]
    assert "Traceback" not in got.text
    assert "/canvas_widget/" not in got.text, "no path of the server's"


@pytest.mark.ledger("N4")
def test_the_client_of_the_page_runs_as_it_stands(server: Server, ada: httpx.Client, tmp_path: Path) -> None:
    page = (Path(__file__).parents[3] / "docs" / "server.md").read_text(encoding="utf-8")
    program = next(part for part in re.findall(r"```python\n(.*?)```", page, re.DOTALL) if "asyncio.run" in part)
    token = ada.headers["Authorization"].split()[1]
    where = {**server.environment, "CANVAS_URL": server.http("").removesuffix("/canvas/api/"), "CANVAS_TOKEN": token}
    done = subprocess.run(
        [sys.executable, "-c", program], check=False, env=where, cwd=tmp_path, text=True, capture_output=True
    )
    assert done.returncode == 0, done.stderr
    answer, picture = done.stdout.strip().splitlines()[0], done.stdout.strip().splitlines()[-1]
    assert "revenue" in answer
    assert picture == "True image/png"


@pytest.mark.ledger("C4", "C5")
def test_a_session_is_renamed_with_its_canvas(ada: httpx.Client, bob: httpx.Client, session: str) -> None:
    assert bob.put(f"sessions/{session}", json={"name": "mine now"}).status_code == 404
    assert ada.put(f"sessions/{session}", json={"name": " "}).status_code == 422
    assert ada.put(f"sessions/{session}", json={"name": "Figures of 2025"}).json()["name"] == "Figures of 2025"
    assert ada.get("canvas/state", params={"session_id": session}).json()["canvas"]["name"] == "Figures of 2025"
    assert ada.get(f"sessions/{session}").json()["name"] == "Figures of 2025"
    ada.delete(f"sessions/{session}").raise_for_status()
    assert ada.put(f"sessions/{session}", json={"name": "Past"}).json()["name"] == "Past"


def _until(http: httpx.Client, line: str, kind: str) -> dict[str, Any]:
    """The first frame of a type that comes on a line, by long polls."""
    for _ in range(20):
        for frame in http.get(f"lines/{line}", params={"wait": 5}).json()["frames"]:
            if frame["type"] == kind:
                return dict(frame)
    raise AssertionError(f"no {kind}")


@pytest.mark.ledger("B1", "C3", "C8")
def test_frames_travel_over_plain_http(ada: httpx.Client, bob: httpx.Client, session: str) -> None:
    where = {"session_id": session}
    begun = ada.post("lines", params=where)
    assert begun.status_code == 201
    line = begun.json()["line"]
    for method, body in (("GET", None), ("POST", {"frames": []}), ("DELETE", None)):
        assert bob.request(method, f"lines/{line}", json=body).status_code == 404
    assert bob.post("lines", params=where).status_code == 404
    hello = [{"type": "handshake", "data": {"arrow": True, "client_id": "c"}}, {"type": "init_session", "data": {}}]
    ada.post(f"lines/{line}", json={"frames": hello}).raise_for_status()
    ready = _until(ada, line, "session_ready")
    made = {"op": "add", "path": "/containers/a", "value": {"id": "a", "width": 50, "height": 40}}
    ada.post(f"lines/{line}", json={"frames": [{"type": "canvas_edit", "id": "e", "data": {"changes": [made]}}]})
    ack = _until(ada, line, "ack")
    assert ack["seq"] == ready["seq"] + 1
    ada.put("container/a", params=where, json={"x": 90})
    assert _until(ada, line, "tree_update")["data"]["deltas"][0]["node"]["x"] == 90
    bad = [{"type": "no_such_type", "id": "n"}, {"type": 7}]
    ada.post(f"lines/{line}", json={"frames": bad}).raise_for_status()
    assert _until(ada, line, "error")["reply_to"] == "n"
    assert ada.post(f"lines/{line}", json={"frames": ["text"]}).status_code == 422

    again = ada.post("lines", params=where).json()["line"]
    resume = [
        {"type": "handshake", "data": {"client_id": "c"}},
        {"type": "init_session", "data": {"last_seq": ack["seq"]}},
    ]
    ada.post(f"lines/{again}", json={"frames": resume})
    assert _until(ada, again, "session_ready")["data"]["resumed"] == "replay"
    with ada.stream("GET", f"lines/{again}", params={"stream": "true"}) as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        ada.post("canvas/clear", params=where)
        for text in stream.iter_lines():
            if text.startswith("data: ") and json.loads(text[6:])["type"] == "tree_update":
                break
        else:
            raise AssertionError("the stream ended early")
    ada.delete(f"lines/{line}").raise_for_status()
    assert ada.get(f"lines/{line}").status_code == 404
    third = ada.post("lines", params=where).json()["line"]
    ada.delete(f"sessions/{session}").raise_for_status()
    assert _until(ada, third, "session_closed")
    assert ada.get(f"lines/{third}").status_code == 404
