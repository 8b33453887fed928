"""One further request per row."""

from __future__ import annotations

import hashlib
import json

import pytest
from support.declared import feed
from support.partner_server import Reply, Request, serve
from support.rest_partner import read

from hub.errors import SourceRejected

DETAIL = {
    "path": "/records/info?id={key}",
    "records": "data.trail",
    "into": "trail",
}


def test_details_are_merged_into_their_rows_digits_and_all() -> None:
    one = feed(read={"path": "/cases", "records": "rows", "detail": DETAIL})
    listing = b'{"rows": [{"id": 7.0, "n": 1.10}, {"id": "8/9"}, {"no": 3}], "t": 1e3}'

    def answer(request: Request) -> Reply:
        if request.path == "/cases":
            return Reply(listing)
        step = (
            f'{{"data": {{"trail": [{{"of": "{request.params["id"]}", "x": 0.50}}]}}}}'
        )
        return Reply(step.encode())

    with serve(answer) as server:
        (part,) = read(server, one, limits={"concurrency": 3})

    assert part.body == (
        b'{"rows":[{"id":7.0,"n":1.10,"trail":[{"of":"7.0","x":0.50}]},'
        b'{"id":"8/9","trail":[{"of":"8/9","x":0.50}]},{"no":3}],"t":1e3}'
    )
    assert part.meta.received_sha256 == hashlib.sha256(listing).hexdigest()
    assert len(server.asked("/records/info")) == 2


def test_a_detail_that_cannot_be_had_fails_the_delivery() -> None:
    one = feed(read={"path": "/cases", "detail": DETAIL})

    def answer(request: Request) -> Reply:
        if request.path == "/cases":
            return Reply([{"id": "SECRET-KEY"}])
        return Reply({"data": {}})

    with serve(answer) as server, pytest.raises(SourceRejected) as rejected:
        read(server, one)

    assert "nothing at data.trail" in str(rejected.value)
    assert "SECRET-KEY" not in str(rejected.value)


def test_a_key_in_a_path_is_one_segment_of_it() -> None:
    detail = {"path": "/info/{key}", "records": "d", "into": "d"}
    one = feed(read={"path": "/cases", "detail": detail})

    def answer(request: Request) -> Reply:
        if request.path == "/cases":
            return Reply([{"id": "../8/9?x=甲"}])
        return Reply({"d": request.path})

    with serve(answer) as server:
        (part,) = read(server, one)

    assert isinstance(part.body, bytes)
    assert json.loads(part.body)[0]["d"] == "/info/..%2F8%2F9%3Fx%3D%E7%94%B2"
