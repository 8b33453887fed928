"""Traps of interfaces and paging: a listing that hides rows which its source counts."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from support.partner_server import Reply, Request, serve
from support.rest_partner import Clock
from support.trap_pages import row
from support.trap_partner import HTTP, NOW, cases, looked, opened, partner, taken

from hub.connectors.base import Connector
from hub.connectors.rest import RestConnector
from hub.flow.house import House
from hub.flow.reconcile.day_counts import compare_city
from hub.flow.run import Window
from hub.partners.spec import Partner
from hub.settings import Settings

COUNTED = partner(
    cases(
        'path = "/cases"\nrecords = "rows"\n'
        'window = { from = "from", to = "to", overlap = "1h" }\n'
        'count = { path = "/count", total = "n" }\n'
        'page = { kind = "number", size = 9 }'
    ),
    source=HTTP,
)
WHOLE = {"A1": "2026-10-02 12:00:00", "A2": "2026-10-02 09:00:00"}


def test_t1_a_count_that_stays_above_what_came_is_an_alarm(tmp_path: Path) -> None:
    """The listing hides A2, which is changed by hand at the source, until it is mended.

    Night 1 reads and compares: A2 may be under way. Night 2 has read on and misses it
    still. When the day is read again and compared, there is nothing to tell.
    """
    hidden = {"A2"}

    def answer(request: Request) -> Reply:
        asked = (request.params["from"], request.params["to"])
        found = [k for k, at in WHOLE.items() if asked[0] <= at < asked[1]]
        if request.path == "/count":
            return Reply({"n": len(found)})
        first = request.params["page"] == "1"
        shown = [k for k in found if k not in hidden] if first else []
        return Reply({"rows": [row(k, 更新=WHOLE[k]) for k in shown]})

    def patient(one: Partner, settings: Settings) -> Connector:
        return RestConnector(one, settings, sleep=Clock().sleep)

    def night(days: int, url: str, window: Window | None = None) -> House:
        now = NOW + timedelta(days=days)
        house = opened(tmp_path, COUNTED, now=now, PARTNER_URL=url)
        house = replace(house, connect=patient)
        taken(house, window=window)
        compare_city(house)
        return house

    with serve(answer) as server:
        assert "A18" not in looked(night(0, server.url))
        told = looked(night(1, server.url))["A18"].seen
        hidden.clear()
        again = Window(NOW - timedelta(days=1), NOW)
        mended = looked(night(2, server.url, again))

    assert (told["day"], told["counted"], told["came"]) == ("2026-10-02", 2, 1)
    assert "A18" not in mended
