"""Which requests one delivery makes: spans, listings, sweeps."""

from __future__ import annotations

from datetime import UTC, datetime

import polars as pl
import pytest
from support.declared import feed
from support.partner_server import PartnerServer, Reply, Request, serve
from support.rest_partner import ALL, NOW, ROWS, WINDOW, connector, ids, read

from hub.connectors.base import Delivery


def spans(server: PartnerServer) -> list[tuple[str, str]]:
    return [
        (request.params["updatedFrom"], request.params["updatedTo"])
        for request in server.requests
    ]


def test_a_window_is_asked_for_in_the_partners_zone_overlapping_and_split() -> None:
    window = WINDOW | {"overlap": "2h", "chunk": "1d"}
    one = feed(read={"path": "/c", "window": window})
    delivery = Delivery(
        "w",
        since=datetime(2026, 9, 26, 16, tzinfo=UTC),
        until=datetime(2026, 9, 28, 4, 0, 0, 1, tzinfo=UTC),
    )

    with serve(lambda _: Reply([])) as server:
        parts = read(server, one, delivery)

    assert spans(server) == [
        ("2026-09-26 22:00:00", "2026-09-27 22:00:00"),
        ("2026-09-27 22:00:00", "2026-09-28 12:00:01"),
    ]
    assert parts[0].meta.origin["from"] == "2026-09-26 22:00:00"


def test_create_time_only_interfaces_are_read_again_as_far_as_they_reach() -> None:
    one = feed(read={"path": "/c", "window": WINDOW | {"reach": "30d"}})
    since = datetime(2026, 9, 27, 16, tzinfo=UTC)

    with serve(lambda _: Reply([])) as server:
        read(server, one, Delivery("w", since=since, until=NOW))

    assert spans(server) == [("2026-08-29 00:00:00", "2026-09-28 20:00:00")]


def test_a_first_run_names_its_bounds_too() -> None:
    """T1: without bounds some platforms answer with 30 days and look complete."""
    one = feed(read={"path": "/c", "window": WINDOW | {"chunk": "1d"}})

    with serve(lambda _: Reply([])) as server:
        read(server, one, ALL)

    assert spans(server) == [("1970-01-01 08:00:00", "2026-09-28 20:00:00")]


def test_deliveries_are_one_per_run_and_named_by_their_window() -> None:
    windowed = feed(read={"path": "/c", "window": WINDOW})
    whole = feed(read={"path": "/c"})
    since = datetime(2026, 9, 27, tzinfo=UTC)

    with serve(lambda _: Reply([])) as server, connector(server, whole) as one:
        (bounded,) = one.deliveries(
            windowed, since=since, until=None, seen=lambda *_: True
        )
        (everything,) = one.deliveries(
            whole, since=since, until=None, seen=lambda *_: True
        )

    assert bounded == Delivery(
        "2026-09-27T00:00:00Z..2026-09-28T12:00:00Z", since=since, until=NOW
    )
    assert everything == Delivery("start..2026-09-28T12:00:00Z", until=NOW)


def test_a_body_template_carries_pages_and_bounds() -> None:
    one = feed(
        read={
            "method": "POST",
            "path": "/records/page",
            "records": "result",
            "body": {
                "condition": {"createTime": ["{from}", "{to}"], "ids": "{keys}"},
                "paging": {"pageIndex": "{page}", "pageSize": "{size}"},
                "sorts": [{"mode": "Ascending", "fields": ["createTime"]}],
            },
            "page": {"kind": "number", "size": 10, "total": "totalCount"},
            "window": WINDOW,
            "verdict": {"field": "hasError", "good": ["false"]},
        }
    )

    def answer(request: Request) -> Reply:
        page = request.body["paging"]
        start = (page["pageIndex"] - 1) * page["pageSize"]
        rows = ROWS[start : start + page["pageSize"]]
        return Reply({"hasError": False, "result": rows, "totalCount": 25})

    since = datetime(2026, 9, 28, tzinfo=UTC)
    with serve(answer) as server:
        parts = read(server, one, Delivery("w", since=since, until=NOW))

    assert len(ids(parts)) == 25
    assert server.requests[1].body == {
        "condition": {"createTime": ["2026-09-28 08:00:00", "2026-09-28 20:00:00"]},
        "paging": {"pageIndex": 2, "pageSize": 10},
        "sorts": [{"mode": "Ascending", "fields": ["createTime"]}],
    }


def test_live_and_history_listings_make_one_delivery() -> None:
    one = feed(read={"paths": ["/live", "/history"]})

    with serve(lambda r: Reply([{"id": r.path}])) as server:
        parts = read(server, one)

    assert ids(parts) == ["/live", "/history"]
    assert [part.meta.sequence for part in parts] == [0, 1]


def test_open_cases_are_swept_by_key_in_groups_of_exact_size() -> None:
    one = feed(
        read={
            "path": "/cases",
            "window": WINDOW,
            "sweep": {"path": "/cases/by-id", "param": "ids", "size": 3},
        }
    )
    keys = iter([pl.Series(["1", "2"]), pl.Series(["3", "4", "5"])])

    def answer(request: Request) -> Reply:
        asked = request.params.get("ids", "")
        return Reply([{"id": key} for key in asked.split(",") if key])

    with serve(answer) as server:
        parts = read(server, one, keys=keys)

    assert ids(parts) == ["1", "2", "3", "4", "5"]
    swept = server.asked("/cases/by-id")
    assert [request.params for request in swept] == [{"ids": "1,2,3"}, {"ids": "4,5"}]
    assert parts[1].meta.origin == {"path": "/cases/by-id", "page": "1", "sweep": "0"}


@pytest.mark.parametrize("known", [["1", "2", "3"], ["1", "2"], []])
def test_an_interface_that_does_not_page_by_key_can_be_swept(known: list[str]) -> None:
    one = feed(
        read={
            "path": "/cases",
            "page": {"kind": "number", "size": 10},
            "sweep": {"path": "/by-id", "size": 3},
        }
    )

    def answer(request: Request) -> Reply:
        asked = request.params.get("ids", "").split(",")
        return Reply([{"id": key} for key in asked if key in known])

    with serve(answer) as server:
        parts = read(server, one, keys=iter([pl.Series(["1", "2", "3"])]))

    assert ids(parts) == known
    assert len(server.asked("/by-id")) == (2 if len(known) == 2 else 1)
