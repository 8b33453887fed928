"""A counting address of the partner's own: asked over the same span, in its words."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from support.declared import feed
from support.partner_server import Reply, Request, serve
from support.rest_partner import ALL, NOW, WINDOW, connector, read

from hub.connectors.base import Delivery
from hub.errors import SourceRejected

ROWS = [{"id": n} for n in range(3)]
COUNT = {"path": "/count?kind=1", "total": "data.n"}
SPAN = Delivery("w", since=datetime(2026, 9, 27, 12, tzinfo=UTC), until=NOW)


def counted(count: dict[str, Any] | None = None, **reading: Any) -> Any:
    plain = {"path": "/cases", "records": "data", "count": COUNT | (count or {})}
    return feed(read=plain | reading)


def answer(request: Request) -> Reply:
    if request.path == "/count":
        return Reply({"ok": "1", "data": {"n": 7}})
    at = int(request.params.get("page", 1)) - 1
    return Reply({"ok": "1", "data": ROWS[at * 2 : at * 2 + 2]})


def test_the_last_part_of_a_listing_tells_both_numbers() -> None:
    one = counted(page={"kind": "number", "size": 2})

    with serve(answer) as server:
        parts = read(server, one)

    assert [part.meta.counts for part in parts] == [{}, {"listed": 3, "counted": 7}]
    assert server.requests[-1].path == "/count"


@pytest.mark.parametrize(
    ("count", "params"),
    [
        ({}, {"updatedFrom", "updatedTo", "area", "kind"}),
        ({"from": "a", "to": "b"}, {"a", "b", "area", "kind"}),
        ({"params": {"span": "{from}~{to}"}}, {"span", "kind"}),
    ],
)
def test_the_span_is_asked_for_in_the_words_of_the_count(
    count: dict[str, Any], params: set[str]
) -> None:
    one = counted(count, window=WINDOW, params={"area": 1})

    with serve(answer) as server:
        read(server, one, SPAN)

    listed, asked = server.requests
    assert set(asked.params) == params
    bounds = {listed.params["updatedFrom"], listed.params["updatedTo"]}
    told = {part for value in asked.params.values() for part in value.split("~")}
    assert bounds <= told


def test_every_span_has_a_count_of_its_own_and_a_count_sums_them() -> None:
    one = counted(window=WINDOW | {"chunk": "12h"})

    with serve(answer) as server:
        parts = read(server, one, SPAN)
        with connector(server, one) as link:
            total = link.count(one, SPAN)

    assert [part.meta.counts["counted"] for part in parts] == [7, 7]
    assert total == 14


def test_a_count_is_judged_by_the_verdict_and_must_be_a_number() -> None:
    def refuse(request: Request) -> Reply:
        reply = answer(request)
        is_count = request.path == "/count"
        return Reply({"ok": "0", "data": {"n": 7}}) if is_count else reply

    judged = counted(verdict={"field": "ok", "good": ["1"]})
    with serve(refuse) as server, pytest.raises(SourceRejected, match="verdict"):
        read(server, judged)
    wordy = counted({"total": "data.m"})
    with serve(answer) as server, pytest.raises(SourceRejected, match="no total"):
        read(server, wordy, ALL)
