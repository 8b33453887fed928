"""An S3 service on the loopback interface, by moto.

What lives here: starting and stopping it, and putting objects into it. What does
not: any test, the hub.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest

KEY, SECRET = "c4nary-key", "c4nary-secret"


@dataclass(frozen=True)
class S3:
    """A running service."""

    url: str
    client: Any

    def put(self, bucket: str, key: str, body: bytes) -> None:
        """Write an object; its bucket appears with the first one."""
        self.client.create_bucket(Bucket=bucket)
        self.client.put_object(Bucket=bucket, Key=key, Body=body)


@contextmanager
def s3_server() -> Iterator[S3]:
    """The service, which forgets everything at the end; a skip where it is missing."""
    pytest.importorskip("moto", reason="no moto here: make blackbox")
    import boto3
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    url = f"http://{host}:{port}"
    client = boto3.client(
        "s3",
        endpoint_url=url,
        region_name="us-east-1",
        aws_access_key_id=KEY,
        aws_secret_access_key=SECRET,
    )
    try:
        yield S3(url, client)
    finally:
        client.close()
        server.stop()
