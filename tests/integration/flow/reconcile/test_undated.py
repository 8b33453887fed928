"""Sources that do not date their rows: listings, and windows by creation."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from support.partner_server import PartnerServer, Reply, Request, serve
from support.reconciled import (
    HEAD,
    NOW,
    REST,
    REST_OF,
    Office,
    case,
    office_house,
    pull,
    reasons,
    reconciled,
    row_of,
)

from hub.flow.house import House

DATED = (
    'changed = "changed"\ndeletes = { kind = "marker", field = "op", values = ["D"] }'
)
CREATED = (REST % "").replace(DATED, 'ignore = ["changed", "op"]').replace(
    'overlap = "1h"', 'reach = "2h"'
)  # fmt: skip
LISTING = (
    HEAD.replace('"http://127.0.0.1:9"', '"env:OFFICE"').replace(
        DATED,
        'mode = "snapshot"\ndeletes = { kind = "snapshot" }\nignore = ["changed", "op"]'
        '\nas_of = { envelope = "day", format = "%Y-%m-%d" }',
    )
    + '[feed.read]\npath = "/cases"\nrecords = "rows"\n'
    + REST_OF
)
RECENT = {"changed": "2026-10-02 11:30:00", "reported": "2026-10-02 11:30:00"}


class Listing(Office):
    """Everything at once, under the day of the listing."""

    day = "2026-10-01"

    def answer(self, request: Request) -> Reply:
        """The whole list."""
        return Reply({"rows": self.rows, "day": self.day})


@pytest.fixture(params=[Office, Listing])
def office(request: pytest.FixtureRequest) -> Office:
    made: Office = request.param([case(number) for number in range(4)])
    return made


@pytest.fixture
def server(office: Office) -> Iterator[PartnerServer]:
    with serve(office.answer) as running:
        yield running


answering = pytest.mark.parametrize


@answering("office", [Listing], indirect=True)
def test_a_listing_of_a_later_day_explains_what_it_says(
    tmp_path: Path, server: PartnerServer, office: Listing
) -> None:
    house = office_house(tmp_path, LISTING, server.url)
    pull(house)
    office.day = "2026-10-02"
    _bend(office)

    found = reconciled(house)

    assert found.ok
    assert reasons(found) == {"not_pulled": 2, "deleted_since": 1}


@answering("office", [Listing], indirect=True)
def test_a_listing_of_the_day_already_taken_has_no_excuse(
    tmp_path: Path, server: PartnerServer, office: Listing
) -> None:
    house = office_house(tmp_path, LISTING, server.url)
    pull(house)
    assert reconciled(house).reasons == {}
    _bend(office)

    found = reconciled(house)

    assert reasons(found) == {"missing": 1, "changed_silently": 1, "extra": 1}


def _bend(office: Office) -> None:
    office.rows[0]["street"] = "420102002"
    office.rows[3] = case(9)


@answering("office", [Office], indirect=True)
def test_a_change_that_no_run_will_read_again_is_an_alarm(
    tmp_path: Path, server: PartnerServer, office: Office
) -> None:
    office.rows.append(case(7, **RECENT))
    house = office_house(tmp_path, CREATED, server.url)
    pull(house)
    assert reconciled(house).reasons == {}
    office.rows[0]["state"] = "6"
    office.rows[4]["state"] = "6"

    found = reconciled(house)

    assert reasons(found) == {"out_of_reach": 1, "undated": 1}
    assert row_of(found, "out_of_reach")["columns"] == ["source_stage_id", "evidence"]


@answering("office", [Office], indirect=True)
def test_a_case_created_inside_a_merged_window_is_missing(
    tmp_path: Path, server: PartnerServer, office: Office
) -> None:
    house = office_house(tmp_path, CREATED, server.url)
    pull(house)
    office.rows.append(case(8))
    office.rows.append(
        case(10, changed="2026-10-02 13:00:00", reported="2026-10-02 13:00:00")
    )
    later: House = office_house(tmp_path, CREATED, server.url, NOW + timedelta(hours=2))

    assert reasons(reconciled(later)) == {"missing": 1, "not_pulled": 1}
