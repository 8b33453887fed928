"""ETags and ranges: an interrupted download goes on, and ends in the same bytes."""

from __future__ import annotations

import io

import polars as pl
import pytest
from support.served import Served, listening, raw_answer

CASES = "/datasets/issue/rows"
STREAMS = {
    "ndjson": "application/x-ndjson",
    "csv": "text/csv",
    "arrow": "application/vnd.apache.arrow.stream",
    "parquet": "application/vnd.apache.parquet",
}
QUERIES = (
    "",
    "?limit=5",
    "?district_code=eq.420102&columns=issue_id",
)
READERS = {
    "ndjson": pl.read_ndjson,
    "csv": pl.read_csv,
    "arrow": pl.read_ipc_stream,
    "parquet": pl.read_parquet,
}


@pytest.mark.parametrize("form", STREAMS)
@pytest.mark.parametrize("query", QUERIES)
def test_what_is_resumed_has_the_same_bytes(
    served: Served, form: str, query: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hub.sharing.api.handing.BITE", 3)
    path, accept = f"{CASES}{query}", {"Accept": STREAMS[form]}
    whole = served.get(path, "everything", headers=accept)
    body, etag = whole.content, whole.headers["ETag"]
    assert whole.status_code == 200
    assert whole.headers["Accept-Ranges"] == "bytes"

    cuts = sorted({0, 1, len(body) // 3, len(body) // 2, len(body) - 1})
    for cut in cuts:
        more = accept | {"Range": f"bytes={cut}-", "If-Range": etag}
        rest = served.get(path, "everything", headers=more)
        assert rest.status_code == 206
        told = f"bytes {cut}-{len(body) - 1}/{len(body)}"
        assert rest.headers["Content-Range"] == told
        assert int(rest.headers["Content-Length"]) == len(body) - cut
        assert rest.headers["ETag"] == etag
        assert body[:cut] + rest.content == body
    # In many small pieces, as a reader on a bad line has it.
    step = len(body) // 4 + 1
    pieces = [
        served.get(
            path,
            "everything",
            headers=accept | {"Range": f"bytes={at}-{at + step - 1}"},
        ).content
        for at in range(0, len(body), step)
    ]
    assert b"".join(pieces) == body
    assert READERS[form](io.BytesIO(body)).height == (
        5 if "limit" in query else 16 if "420102" in query else 24
    )


@pytest.mark.parametrize("form", STREAMS)
def test_a_range_that_is_not_there_is_refused(served: Served, form: str) -> None:
    accept = {"Accept": STREAMS[form]}
    size = len(served.get(CASES, "everything", headers=accept).content)

    for text in (f"bytes={size}-", f"bytes={size + 9}-{size + 20}"):
        found = served.get(CASES, "everything", headers=accept | {"Range": text})
        assert found.status_code == 416
        assert found.headers["Content-Range"] == f"bytes */{size}"
        assert found.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    "more",
    [
        {"Range": "bytes=-5"},
        {"Range": "bytes=9-3"},
        {"Range": "bytes=0-1,4-5"},
        {"Range": "rows=0-1"},
        {"Range": "bytes=5-", "If-Range": '"another"'},
        {"Range": "bytes=5-", "If-Range": "Wed, 21 Oct 2026 07:28:00 GMT"},
    ],
)
def test_a_range_that_is_not_served_means_all(
    served: Served, more: dict[str, str]
) -> None:
    accept = {"Accept": "text/csv"}

    found = served.get(CASES, "everything", headers=accept | more)

    assert found.status_code == 200
    assert found.content == served.get(CASES, "everything", headers=accept).content


def test_a_range_of_others_bytes_is_a_range_of_ones_own(served: Served) -> None:
    accept = {"Accept": "text/csv"}
    theirs = served.get(CASES, "everything", headers=accept)
    mine = served.get(CASES, "east", headers=accept)
    told = accept | {"Range": "bytes=9-", "If-Range": theirs.headers["ETag"]}

    found = served.get(CASES, "east", headers=told)

    assert theirs.headers["ETag"] != mine.headers["ETag"]
    assert (found.status_code, found.content) == (200, mine.content)


def test_what_is_known_is_not_sent_again(served: Served) -> None:
    etags = set()
    for accept in ("application/json", *STREAMS.values()):
        for who in ("east", "narrow", "whole"):
            for query in ("", "?limit=3", "?issue_id=neq.a", "?order=issue_id"):
                more = {"Accept": accept}
                first = served.get(f"{CASES}{query}", who, headers=more)
                etag = first.headers["ETag"]
                again = served.get(
                    f"{CASES}{query}", who, headers=more | {"If-None-Match": etag}
                )
                assert (again.status_code, again.content) == (304, b"")
                assert again.headers["ETag"] == etag
                etags.add(etag)
    assert len(etags) == 5 * 3 * 4  # none stands for two answers


@pytest.mark.parametrize("header", ['"other"', 'W/"other", "more"', "other", ""])
def test_what_is_not_known_is_sent(served: Served, header: str) -> None:
    found = served.get(CASES, "east", headers={"If-None-Match": header})

    assert found.status_code == 200


def test_an_etag_of_another_opens_nothing(served: Served) -> None:
    etag = served.get(CASES, "everything").headers["ETag"]

    for who, status in {"nobody": 401, "ungranted": 404, "revoked": 401}.items():
        for told in (etag, "*"):
            found = served.get(CASES, who, headers={"If-None-Match": told})
            assert found.status_code == status


def test_a_stream_on_the_wire_ends_where_it_should(served: Served) -> None:
    key = served.keys["everything"]
    whole = served.get(CASES, "everything", headers={"Accept": "text/csv"}).content
    with listening(served.app) as port:

        def asked(*more: str) -> bytes:
            lines = [
                f"GET /api/v1{CASES} HTTP/1.1",
                "Host: hub",
                "Connection: close",
                "Accept: text/csv",
                f"Authorization: Bearer {key}",
                *more,
                "",
                "",
            ]
            return raw_answer(port, "\r\n".join(lines).encode())

        chunked, ranged = asked(), asked("Range: bytes=7-")

    head, _, body = chunked.partition(b"\r\n\r\n")
    assert b"transfer-encoding: chunked" in head.lower()
    assert body.endswith(b"\r\n0\r\n\r\n")
    head, _, body = ranged.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 206")
    assert body == whole[7:]


def test_the_audit_counts_what_left(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    from hashlib import sha256

    monkeypatch.setattr("hub.sharing.api.handing.BITE", 4)
    path, accept = f"{CASES}?order=issue_id", {"Accept": "application/x-ndjson"}
    whole = served.get(path, "everything", headers=accept)
    size = len(whole.content)
    last = served.get(
        path, "everything", headers=accept | {"Range": f"bytes={size - 3}-"}
    )

    ended = [one for one in served.entries() if one["refers_to"] is not None][-2:]
    assert [one["result"] for one in ended] == ["delivered", "delivered"]
    assert [one["row_count"] for one in ended] == [24, 4]  # the last piece
    assert [one["byte_count"] for one in ended] == [size, 3]
    digests = [sha256(one.content).hexdigest() for one in (whole, last)]
    assert [one["digest"] for one in ended] == digests
