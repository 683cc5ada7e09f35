"""Any server that speaks OpenAI's chat completions, through the `openai` SDK."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncIterator
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from canvas_widget.agent.providers.connection import Connection
from canvas_widget.agent.providers.endpoint import Endpoint
from canvas_widget.agent.providers.kept import Kept
from canvas_widget.agent.providers.mapping import explain
from canvas_widget.agent.providers.openai_messages import messages_of, payload, refused, tools_of
from canvas_widget.agent.providers.openai_reading import Reader
from canvas_widget.agent.stream import Delta, Request
from canvas_widget.agent.usage.prices import priced, warm_up

if TYPE_CHECKING:
    from openai import AsyncOpenAI, AsyncStream

__all__ = ["OpenAICompatible", "connect", "messages_of", "tools_of"]


class OpenAICompatible:
    """A provider behind an OpenAI-compatible endpoint. `refused` names the parameters its model does not take."""

    def __init__(self, endpoint: Endpoint, connection: Connection[AsyncOpenAI] | None = None) -> None:
        self.endpoint = endpoint
        self.connection = connection or Connection(lambda: connect(endpoint))
        self.refused: frozenset[str] = frozenset()
        self._kept: Kept[dict[str, Any]] = Kept()

    @property
    def name(self) -> str:
        return self.endpoint.name

    @property
    def model(self) -> str:
        return self.endpoint.model

    async def aclose(self) -> None:
        """Close its connections; the next request opens new ones."""
        await self.connection.aclose()

    async def warm_up(self) -> None:
        """Import the SDK and make the client, so that the first request need not wait for it."""
        await self.connection.client()

    def body(self, request: Request) -> dict[str, Any]:
        """What a request is sent as."""
        return payload(request, self.endpoint, self._kept, self.refused)

    async def stream(self, request: Request) -> AsyncIterator[Delta]:
        """The deltas of one answer.

        Raises:
            ProviderFailure: what went wrong, in plain words, with nothing secret in them.
        """
        endpoint, model = self.endpoint, request.model or self.endpoint.model
        reader = Reader(endpoint, model, self._kept)
        chunks: Any = None
        try:
            chunks = await self._open(request)
            if "json" in chunks.response.headers.get("content-type", ""):
                for delta in reader.read(json.loads(await chunks.response.aread())):
                    yield delta
            else:
                waiting = aiter(chunks)
                while True:
                    async with asyncio.timeout(endpoint.read_timeout):
                        chunk = await anext(waiting, None)
                    if chunk is None:
                        break
                    for delta in reader.read(chunk):
                        yield delta
        except Exception as error:
            raise explain(error, endpoint, model) from None
        finally:
            if chunks is not None:
                await chunks.close()
        for delta in reader.rest():
            yield delta
        if reader.usage is not None:
            yield priced(reader.usage, endpoint.name, model, endpoint.base_url)
        if reader.finish is not None:
            yield reader.finish

    async def _open(self, request: Request) -> Any:
        """The stream of an answer. What the server refuses and can be left out is left out from then on."""
        client = await self.connection.client()
        endpoint, refusing = self.endpoint, self.refused
        headers = {} if endpoint.api_key else _without_key()
        while True:
            body = payload(request, endpoint, self._kept, refusing)
            try:
                async with asyncio.timeout(endpoint.read_timeout + endpoint.connect_timeout):
                    chunks = await client.post(
                        "/chat/completions",
                        cast_to=object,
                        body=body,
                        options={"headers": headers},
                        stream=True,
                        stream_cls=_stream_of_objects(),
                    )
            except Exception as error:
                spare = refused(error, body)
                if spare is None:
                    raise
                refusing |= {spare}
                continue
            self.refused = refusing
            return chunks


@lru_cache(maxsize=1)
def _stream_of_objects() -> type[AsyncStream[object]]:
    """A stream of chunks as they are: models made of each one would cost more than the rest of the work."""
    from openai import AsyncStream

    return AsyncStream[object]


def _without_key() -> dict[str, Any]:
    from openai import Omit

    return {"Authorization": Omit()}


def connect(endpoint: Endpoint) -> AsyncOpenAI:
    """The SDK's client, with nothing in it of what the environment sets for another server."""
    from openai import AsyncOpenAI, Omit, Timeout

    warm_up()
    key = endpoint.api_key.get_secret_value() if endpoint.api_key else ""
    headers: dict[str, Any] = {}
    if not (endpoint.name == "openai" and endpoint.built_in):
        for line in os.environ.get("OPENAI_CUSTOM_HEADERS", "").split("\n"):
            name = line.partition(":")[0].strip()
            if name and name.lower() != "authorization":
                headers[name] = Omit()
    if key:
        headers["Authorization"] = f"Bearer {key}"
    client = AsyncOpenAI(
        api_key=key or "none",
        admin_api_key="",
        base_url=endpoint.base_url,
        max_retries=0,
        timeout=Timeout(endpoint.read_timeout, connect=endpoint.connect_timeout),
        default_headers=headers,
    )
    if not (endpoint.name == "openai" and endpoint.built_in):
        client.organization = None
        client.project = None
    return client
