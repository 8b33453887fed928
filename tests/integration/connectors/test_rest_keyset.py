"""Listings that go on after the last row's key."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from support.declared import feed
from support.partner_server import Reply, Request, serve
from support.rest_partner import ids, read

from hub.connectors.base import Delivery, Part
from hub.errors import BatchRefused, SourceRejected

ROWS = [{"id": n * 3 + 1, "at": f"2026-09-01T00:{n // 4:02}:00Z"} for n in range(25)]


def by_key(**page: Any) -> Any:
    given = {"kind": "keyset", "param": "after", "field": "id", "size_param": "n"}
    return feed(read={"path": "/c", "page": given | {"size": 10} | page})


def after(request: Request, *, cap: int = 99) -> Reply:
    bound, size = int(request.params.get("after", 0)), int(request.params["n"])
    found = [row for row in ROWS if row["id"] > bound]
    return Reply(found[: min(size, cap)])


@pytest.mark.parametrize("cap", [4, 5, 10, 99])
def test_every_row_comes_once_whatever_a_page_holds(cap: int) -> None:
    with serve(lambda r: after(r, cap=cap)) as server:
        parts = read(server, by_key())

    assert ids(parts) == [str(row["id"]) for row in ROWS]
    assert "after" not in server.requests[0].params
    assert server.requests[1].params["after"] == str(ROWS[min(cap, 10) - 1]["id"])


def since(request: Request) -> Reply:
    bound, size = request.params.get("since", ""), int(request.params["n"])
    return Reply([row for row in ROWS if row["at"] >= bound][:size])


def part_last(part: Part) -> str:
    assert isinstance(part.body, bytes)
    return str(json.loads(part.body)[-1]["at"])


TIMED = {"param": "since", "field": "at", "inclusive": True}


@pytest.mark.parametrize("size", [5, 7, 10, 25, 40])
def test_times_that_rows_share_lose_nothing(size: int) -> None:
    with serve(since) as server:
        parts = read(server, by_key(**TIMED, size=size))

    assert set(ids(parts)) == {str(row["id"]) for row in ROWS}


@pytest.mark.parametrize("rows", [1, 3])
def test_a_listing_of_one_instant_ends(rows: int) -> None:
    with serve(lambda _: Reply(ROWS[:rows])) as server:
        parts = read(server, by_key(**TIMED))

    assert len(ids(parts)) == rows
    assert len(server.requests) == 2


def test_more_rows_of_one_instant_than_fit_on_a_page_refuse_the_batch() -> None:
    with (
        serve(since) as server,
        pytest.raises(BatchRefused, match="a whole page has one at"),
    ):
        read(server, by_key(**TIMED, size=4))


def test_the_last_row_takes_the_place_of_the_windows_start() -> None:
    window = {"from": "since", "to": "until", "format": "%Y-%m-%dT%H:%M:%SZ"}
    page = {"kind": "keyset", "size_param": "n", "size": 10} | TIMED
    one = feed(read={"path": "/c", "page": page, "window": window})
    delivery = Delivery(
        "d", datetime(2026, 8, 1, tzinfo=UTC), datetime(2026, 9, 2, tzinfo=UTC)
    )

    with serve(since) as server:
        parts = read(server, one, delivery)

    asked = [request.params["since"] for request in server.requests]
    assert (
        asked
        == [
            "2026-08-01T08:00:00Z",  # in the partner's zone, as declared
            *(part_last(part) for part in parts[:-1]),
        ]
    )
    assert {request.params["until"] for request in server.requests} == {
        "2026-09-02T08:00:00Z"
    }


@pytest.mark.parametrize(
    ("rows", "error", "seen"),
    [
        ([{"id": 9}, {"id": 10}, {"id": 2}], BatchRefused, "do not ascend by id"),
        ([{"id": 1}, {"no": 2}], SourceRejected, "a row has no id"),
        (
            [{"at": "2026-09-02T00:00:00Z", "id": "b"}, {"id": ""}],
            SourceRejected,
            "a row has no id",
        ),
    ],
)
def test_a_listing_that_cannot_go_on_by_key(
    rows: list[Any], error: type[Exception], seen: str
) -> None:
    with serve(lambda _: Reply(rows)) as server, pytest.raises(error, match=seen):
        read(server, by_key())


def test_a_lower_bound_that_is_not_heard_refuses_the_batch() -> None:
    """T3: the name is wrong, and the first page comes again, changed or not."""

    def answer(_request: Request) -> Reply:
        return Reply([*ROWS[:9], {"id": 500 + len(server.requests)}])

    with serve(answer) as server, pytest.raises(BatchRefused, match="before the lower"):
        read(server, by_key())

    with (
        serve(lambda _: Reply(ROWS[:1])) as server,
        pytest.raises(BatchRefused, match="the lower bound again"),
    ):
        read(server, by_key())


def test_fewer_rows_than_the_first_page_declared_refuse_the_batch() -> None:
    def answer(request: Request) -> Reply:
        rows: Any = after(request).body
        return Reply({"rows": rows, "total": len(ROWS) + 1 if rows else 0})

    read_as = by_key(total="total").read.model_dump() | {"records": "rows"}
    with (
        serve(answer) as server,
        pytest.raises(BatchRefused, match="26 rows are declared and 25 came"),
    ):
        read(
            server,
            feed(read={"path": "/c", "records": "rows", "page": read_as["page"]}),
        )


def test_a_post_carries_the_key_where_the_template_says() -> None:
    def answer(request: Request) -> Reply:
        bound = int(request.body.get("where", {}).get("gt", 0))
        return Reply([row for row in ROWS if row["id"] > bound][:10])

    page = {"kind": "keyset", "field": "id", "size": 10}
    body = {"where": {"gt": "{cursor}"}}
    one = feed(read={"method": "POST", "path": "/c", "page": page, "body": body})
    with serve(answer) as server:
        assert len(ids(read(server, one))) == 25

    assert server.requests[0].body == {"where": {}}
    assert server.requests[1].body == {"where": {"gt": "28"}}
