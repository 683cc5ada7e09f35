"""Behind a reverse proxy that ends TLS, as docs/server.md says to set it up."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import trustme
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from ports import free_port

from .client import Client
from .process import Server

PASSWORD = "correct horse battery"
PAGE = Path(__file__).parents[2] / "docs" / "server.md"
CONFIG = {
    "ServerApp": {"base_url": "/jupyter/", "trust_xheaders": True, "allow_remote_access": True},
    "IdentityProvider": {"cookie_options": {"secure": True, "samesite": "Lax"}},
}


class Proxy:
    """Ends TLS and hands each request on over a connection of its own; after an upgrade, bytes both ways."""

    def __init__(self, port: int, backend: int, certificate: ssl.SSLContext) -> None:
        self.port, self._backend, self._tls = port, backend, certificate
        self._loop = asyncio.new_event_loop()
        started = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(started,), daemon=True)
        self._thread.start()
        assert started.wait(10)

    def _run(self, started: threading.Event) -> None:
        async def serve() -> None:
            self._done = asyncio.Event()
            async with await asyncio.start_server(self._client, "127.0.0.1", self.port, ssl=self._tls):
                started.set()
                await self._done.wait()

        self._loop.run_until_complete(serve())
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
        self._loop.run_until_complete(asyncio.sleep(0))
        self._loop.close()

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._done.set)
        self._thread.join(10)

    async def _client(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        inside: asyncio.StreamWriter | None = None
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")[:-2]
            ours = ("x-real-ip", "x-forwarded-proto", "x-forwarded-for")
            upgrade = any(line.lower().startswith("upgrade:") for line in head)
            dropped = ours if upgrade else (*ours, "connection")
            kept = [line for line in head[1:] if line.partition(":")[0].lower() not in dropped]
            told = [f"X-Real-IP: {writer.get_extra_info('peername')[0]}", "X-Forwarded-Proto: https"]
            if not upgrade:
                told.append("Connection: close")
            answers, inside = await asyncio.open_connection("127.0.0.1", self._backend)
            inside.write("\r\n".join([head[0], *kept, *told, "", ""]).encode("latin-1"))
            onward = asyncio.create_task(_pipe(reader, inside))
            await _pipe(answers, writer)
            onward.cancel()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()
            if inside is not None:
                inside.close()


async def _pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    except ConnectionError:
        return


class Nginx:
    """The page's own `location`, in an nginx that ends TLS."""

    def __init__(self, folder: Path, port: int, backend: int, certificate: Path) -> None:
        self.port = port
        location = re.search(r"^location /jupyter/ {.*?^}", PAGE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
        assert location is not None
        server = (
            f"server {{ listen 127.0.0.1:{port} ssl; ssl_certificate {certificate}; ssl_certificate_key {certificate};"
            + location.group().replace("127.0.0.1:8888", f"127.0.0.1:{backend}")
            + "}"
        )
        paths = "".join(f"{kind}_temp_path {folder};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        config = (
            f"daemon off; pid {folder}/pid; error_log stderr; events {{}} http {{ access_log off; {paths} {server} }}"
        )
        (folder / "nginx.conf").write_text(config)
        command = ["nginx", "-p", str(folder), "-c", str(folder / "nginx.conf"), "-g", ""]
        self._process = subprocess.Popen(command, stderr=subprocess.PIPE)

    def stop(self) -> None:
        self._process.terminate()
        self._process.communicate(timeout=10)


class Outside:
    """What somebody on the other side of the proxy sees."""

    def __init__(self, server: Server, port: int, trust: ssl.SSLContext) -> None:
        self.server, self.port, self.trust = server, port, trust
        self.origin = f"https://localhost:{port}"
        self.api = f"{self.origin}/jupyter/canvas/api/"
        self.ws = f"wss://localhost:{port}/jupyter/canvas/ws"

    def browser(self, address: str = "127.0.0.1", **more: object) -> httpx.Client:
        transport = httpx.HTTPTransport(verify=self.trust, local_address=address)
        return httpx.Client(base_url=self.api, transport=transport, timeout=60, **more)  # type: ignore[arg-type]


@pytest.fixture(scope="module", params=["a proxy", *(["nginx"] if shutil.which("nginx") else [])])
def outside(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Outside]:
    folder = tmp_path_factory.mktemp("proxy")
    authority = trustme.CA()
    certificate = authority.issue_cert("localhost")
    trust = ssl.create_default_context()
    authority.configure_trust(trust)
    # A limit that does not fill up again while a test runs.
    server = Server(tmp_path_factory.mktemp("server"), config=CONFIG, login_rate_limit="3/360000")
    port = free_port()
    proxy: Proxy | Nginx
    if request.param == "nginx":
        certificate.private_key_and_cert_chain_pem.write_to_path(folder / "server.pem")
        proxy = Nginx(folder, port, server.port, folder / "server.pem")
    else:
        tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        certificate.configure_cert(tls)
        proxy = Proxy(port, server.port, tls)
    seen = Outside(server, port, trust)
    for _ in range(200):
        try:
            with seen.browser() as browser:
                browser.get("health")
            break
        except httpx.TransportError:
            time.sleep(0.05)
    yield seen
    proxy.stop()
    server.stop()


@pytest.mark.ledger("C10")
def test_the_page_says_what_is_tested_here() -> None:
    page = PAGE.read_text(encoding="utf-8")
    for line in (
        'c.ServerApp.base_url = "/jupyter/"',
        "c.ServerApp.trust_xheaders = True",
        "c.ServerApp.allow_remote_access = True",
        'c.IdentityProvider.cookie_options = {"secure": True, "samesite": "Lax"}',
    ):
        assert line in page


@pytest.mark.ledger("C10", "C1")
def test_signing_in_through_the_proxy_gives_a_secure_cookie_that_works(outside: Outside) -> None:
    with outside.browser() as browser:
        assert browser.get("me").status_code == 401
        browser.get(f"{outside.origin}/jupyter/login")  # as any page of Jupyter's it gives the XSRF token
        first = browser.get("me", headers=outside.server.headers)
        assert first.json()["username"] == "local"
        cookies = [line for line in first.headers.get_list("set-cookie") if "username" in line]
        assert cookies
        for cookie in cookies:
            attributes = {part.strip().lower() for part in cookie.split(";")[1:]}
            assert {"secure", "httponly", "samesite=lax", "path=/jupyter/"} <= attributes, cookie
        assert browser.get("me").json()["username"] == "local", "by the cookie alone"
        refused = browser.post("sessions", json={})
        assert refused.status_code == 403, "a cookie without the XSRF token changes nothing"
        xsrf = {"X-XSRFToken": browser.cookies["_xsrf"]}
        assert browser.post("sessions", json={}, headers=xsrf).status_code == 201
        evil = {**xsrf, "Origin": "https://evil.example"}
        assert browser.post("sessions", json={}, headers=evil).status_code == 403


@pytest.mark.ledger("C10")
def test_addresses_lie_below_the_base_url(outside: Outside) -> None:
    with outside.browser(headers=outside.server.headers) as browser:
        info = browser.get("").json()
        assert info["links"]["websocket"] == "/jupyter/canvas/ws"
        assert browser.get("openapi.json").json()["servers"] == [{"url": "/jupyter/canvas/api"}]
        assert browser.get(f"{outside.origin}/canvas/api/health").status_code in (404, 302)


@pytest.mark.ledger("C10", "C9")
def test_who_calls_is_the_client_and_not_the_proxy(outside: Outside) -> None:
    form = {"username": "nobody", "password": "wrong"}
    with outside.browser("127.0.0.1") as one, outside.browser("127.0.0.2") as other:
        lies = [{"X-Real-IP": f"10.0.0.{n}", "X-Forwarded-For": f"10.0.0.{n}"} for n in range(4)]
        got = [one.post("login", data=form, headers=headers).status_code for headers in lies]
        assert got == [401, 401, 401, 429], "what a client says of its own address does not count"
        assert other.post("login", data=form).status_code == 401, "another client is another client"


@pytest.mark.ledger("C10", "N4")
async def test_a_canvas_is_driven_by_websocket_through_the_proxy(outside: Outside) -> None:
    outside.server.add_user("ada", PASSWORD)
    with outside.browser() as browser:
        form = {"username": "ada", "password": PASSWORD}
        token = browser.post("login", data=form).raise_for_status().json()["access_token"]
    async with Client(outside.ws, token, ssl=outside.trust) as client:
        ready = await client.ask("init_session", answer="session_ready")
        box = {"id": "a", "x": 0, "y": 0, "width": 100, "height": 80}
        change = {"op": "add", "path": "/containers/a", "value": box}
        await client.ask("canvas_edit", {"changes": [change]}, answer="ack")
        url = f"{outside.ws}/session/{ready['session_id']}"
        async with Client(url, token, ssl=outside.trust, headers={"Origin": outside.origin}) as page:
            await page.ask("init_session", answer="session_ready")
            await client.ask("user_prompt", {"prompt": "create a container called notes"}, answer="accepted")
            await page.wait("done")
            assert set(page.canvas["containers"]) == {"a", "notes"}
        await client.ask("close_session", answer="session_closed")
        assert (await client.until_closed())[0] == 1000


@pytest.mark.ledger("C10", "C1")
@pytest.mark.parametrize("origin", ["https://evil.example", "http://127.0.0.1:1", "null"])
async def test_a_foreign_page_is_refused_through_the_proxy(outside: Outside, origin: str) -> None:
    with outside.browser() as browser:
        browser.get("me", headers=outside.server.headers)
        cookie = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    async with connect(
        outside.ws, additional_headers={"Cookie": cookie, "Origin": outside.origin}, ssl=outside.trust, proxy=None
    ) as socket:
        await socket.send(json.dumps({"type": "init_session"}))
        assert json.loads(await socket.recv())["type"] == "session_ready"
    with pytest.raises(InvalidStatus) as refused:
        await connect(
            outside.ws, additional_headers={"Cookie": cookie, "Origin": origin}, ssl=outside.trust, proxy=None
        )
    assert refused.value.response.status_code == 403


@pytest.mark.ledger("C10", "D1")
def test_a_streamed_answer_is_not_held_back_by_the_proxy(outside: Outside) -> None:
    with outside.browser(headers=outside.server.headers) as browser:
        body = {"message": "create a container called notes", "stream": True}
        with browser.stream("POST", "chat", json=body) as response:
            assert response.headers["x-accel-buffering"] == "no"
            text = "".join(response.iter_text())
        assert "event: done" in text
