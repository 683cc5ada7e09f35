"""Programs that use the HTTP API, and what they upload."""

from __future__ import annotations

import io

import httpx
import pandas as pd

from server.process import Server

__all__ = ["client_of", "sales_as"]

SALES = pd.DataFrame({"region": ["north", "south", "north", "east"], "revenue": [10.0, 20.5, 7.75, 30.0]})


def client_of(server: Server, token: str) -> httpx.Client:
    """Somebody who shows a token with each call."""
    return httpx.Client(base_url=server.http(""), headers={"Authorization": f"Bearer {token}"}, timeout=60)


def sales_as(kind: str) -> bytes:
    """Four sales as a file of a kind."""
    import pyarrow as pa

    table, buffer = pa.Table.from_pandas(SALES), io.BytesIO()
    if kind == "csv":
        return SALES.to_csv(index=False).encode()
    if kind == "parquet":
        SALES.to_parquet(buffer)
    elif kind == "arrow":
        with pa.ipc.new_file(buffer, table.schema) as writer:
            writer.write_table(table)
    else:
        with pa.ipc.new_stream(buffer, table.schema) as writer:
            writer.write_table(table)
    return buffer.getvalue()
